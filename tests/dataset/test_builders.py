"""The dataset: every unit is an example or dropped with a reason, and the choices of a config do what they say."""

import json
import subprocess
import sys
import unicodedata
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from datasets import ClassLabel, Features, List, Value
from hypothesis import given
from hypothesis import strategies as st

from stance.classifiers import logreg
from stance.dataset import Dropped, build_dataset, build_from_study
from stance.dataset._study_units import Cutting
from stance.dataset.examples import sha_of_examples
from stance.dataset.folder import stats_json, write_dataset
from stance.dataset.folder._card import card_text
from stance.dataset.passes._deciding import Finishing
from stance.dataset.tables.declared.keys import ABOUT
from stance.errors import InputError
from stance.evaluation.predictions import make_weights
from stance.report.console import print_dataset
from stance.study import read_study
from stance.study.annotations import Annotation
from stance.thread import Comment, Thread, repair_replies

LABELS = ("against", "none", "favor")
DECLARED = Features(
    {column: Value("string") for column in ("example_id", "thread_id", "comment_id", "parent_id")}
    | {"depth": Value("int32")}
    | {column: Value("string") for column in ("author", "published", "target", "text", "context", "split")}
    | {
        "label": ClassLabel(names=list(LABELS)),
        "label_share": List(Value("float32")),
        "annotators": List(Value("string")),
        "annotator_labels": List(ClassLabel(names=list(LABELS))),
        "confidence": List(Value("string")),
        "evidence": List(Value("string")),
        "evidence_start": List(Value("int32")),
        "duplicate_group": Value("string"),
    }
)


@pytest.fixture
def built(study):
    return build_from_study(study)


def said(comment_id, text="text", author="reader-1", parent_id=None, kind="comment"):
    return Comment(comment_id, parent_id, author, None, text, kind)


def labelled(comment_id, *labels, thread_id="t", **details):
    return [Annotation(thread_id, comment_id, f"a{n}", label, **details) for n, label in enumerate(labels, start=1)]


def build(comments, annotations, targets=("the ferry",), labels=LABELS, **options):
    threads = [Thread("t", "About the ferry", "", tuple(comments))]
    return build_dataset(threads, annotations, targets=targets, labels=labels, **options)


def column(dataset, name):
    return dict(zip(dataset.examples["example_id"], dataset.examples[name], strict=True))


def reasons(dataset):
    return {entry.example_id: entry.reason for entry in dataset.dropped}


# building


def test_an_example_says_where_it_comes_from_and_what_was_said_of_it(study, built):
    assert built.examples.features == DECLARED
    assert built.examples[3] == {
        "example_id": "blog.example.org/ferry#4",
        "thread_id": "blog.example.org/ferry",
        "comment_id": "4",
        "parent_id": "2",
        "depth": 2,
        "author": "author-01",
        "published": read_study(study).threads[0].comments[3].published,
        "target": "the ferry",
        "text": "A joy? It has sunk twice.",
        "context": "",
        "split": None,
        "label": 0,
        "label_share": [1.0, 0.0, 0.0],
        "annotators": ["a1", "a2"],
        "annotator_labels": [0, 0],
        "confidence": ["3", "3"],
        "evidence": ["It has sunk twice"] * 2,
        "evidence_start": [7, 7],
        "duplicate_group": None,
    }


def test_what_is_no_example_is_dropped_with_its_reason(built):
    thread = "blog.example.org/ferry"
    assert set(built.dropped) == {
        Dropped(f"{thread}#5", thread, "5", "ping"),
        Dropped(f"{thread}#6", thread, "6", "no_majority"),
        Dropped(f"{thread}#7", thread, "7", "not_annotated"),
    }
    assert len(built.dropped) == 3
    assert [entry.reason for entry in built.dropped[1:]] == [built.dropped[1].reason, built.dropped[-1].reason]
    with pytest.raises(IndexError):
        built.dropped[3]
    blank = build([said("1"), said("2", " \n")], labelled("1", "none") + labelled("2", "none"))
    assert reasons(blank) == {"t#2": "no_text"}


def test_counts_are_those_counted_by_hand(built):
    assert built.name == "ferry"
    found = {key: value for key, value in built.stats.items() if key != "agreement"}
    assert found == {
        "sha": built.sha,
        "revision": 1,
        "threads": 1,
        "comments": 7,
        "units": 7,
        "examples": 4,
        "dropped": {"no_majority": 1, "not_annotated": 1, "ping": 1},
        "labels": {"against": 2, "none": 1, "favor": 1},
        "authors": 2,
        "examples_without_author": 1,
        "replies": 2,
        "characters": 134,
        "duplicates": {"groups": 0, "examples": 0, "groups_with_different_labels": 0, "across_splits": []},
        "annotations_without_unit": 0,
        "findings": [],
    }
    assert built.agreement.alpha["nominal"].value == pytest.approx(0.7097, abs=0.0001)
    assert built.agreement.note == "all of them people"
    assert json.loads(stats_json(built)) == built.stats


def of_kinds(study, kinds):
    """Return a study whose annotators are of other kinds."""
    found = read_study(study)
    return replace(found, card=replace(found.card, annotators=kinds))


def test_models_have_no_vote_beside_people(study, built, capsys):
    mixed = of_kinds(study, {"a1": "person", "a2": "model"})
    alone = build_from_study(mixed, adjudication="annotator", annotator="a1")
    found = build_from_study(mixed)
    assert found.to_frame()["label"].tolist() == alone.to_frame()["label"].tolist()
    assert found.stats["dropped"] == {"not_annotated": 1, "ping": 1}  # a tie no longer, since one person decides
    assert (found.agreement.note, found.agreement.n_annotators) == ("all of them people", 1)
    # one person's label is what people came to, so that it agrees with the model as the two annotators did
    against = found.stats["agreement_with_models"]["a2"]
    assert against["alpha"]["nominal"]["value"] == pytest.approx(0.7097, abs=0.0001)
    assert against["note"] == "of different kinds (model, person)"
    assert "agreement_of_models" not in found.stats  # one alone agrees with nobody
    assert "pool" not in found.about["config"]
    print_dataset(found, Path("ferry"))
    said = capsys.readouterr().out
    assert "agreement of people's label with a2, which has no vote (pool=true): nominal alpha 0.710" in said
    card = card_text(found, {"train": 5}, {})
    assert "the label that people came to with the model a2, which has no vote: nominal alpha 0.710" in " ".join(
        card.split()
    )
    pooled = build_from_study(mixed, pool=True)
    assert list(pooled.dropped) == list(built.dropped)
    assert pooled.agreement.note == "of different kinds (model, person)"
    assert pooled.about["config"]["pool"] is True
    assert "agreement_with_models" not in pooled.stats


def test_several_models_are_measured_among_themselves_too(study):
    mixed = of_kinds(study, {"a1": "model", "a2": "model", "a3": "person"})
    alone = replace(mixed.annotations[0], annotator="a3", draw=None, probability=None)
    found = build_from_study(replace(mixed, annotations=(*mixed.annotations, alone)))
    assert found.stats["agreement_of_models"]["n_annotators"] == 2
    assert sorted(found.stats["agreement_with_models"]) == ["a1", "a2"]
    assert found.stats["agreement"]["n_annotators"] == 1


def test_what_only_a_model_has_labelled_is_dropped_where_people_have_labelled(study):
    found = read_study(study)
    first = found.annotations[0]
    left = [a for a in found.annotations if (a.comment_id, a.annotator) != (first.comment_id, "a1")]
    mixed = of_kinds(study, {"a1": "person", "a2": "model"})
    built = build_from_study(replace(mixed, annotations=tuple(left)))
    assert reasons(built)[f"{first.thread_id}#{first.comment_id}"] == "not_annotated_by_people"


def test_a_model_parts_no_ties_of_people(study):
    mixed = of_kinds(study, {"a1": "person", "a2": "model"})
    with pytest.raises(InputError, match=r"one of the people \['a1'\] to part their ties, found the model 'a2'"):
        build_from_study(mixed, annotator="a2")
    assert len(build_from_study(mixed, adjudication="annotator", annotator="a2").examples) == 5


def test_a_study_read_before_builds_the_same(study, built):
    again = build_from_study(read_study(study))
    assert (again.sha, again.stats, list(again.dropped)) == (built.sha, built.stats, list(built.dropped))


def test_a_frame_has_labels_as_words(built):
    frame = built.to_frame()
    assert list(frame["label"]) == ["against", "favor", "none", "against"]
    assert frame["annotator_labels"].tolist() == [["against"] * 2, ["favor"] * 2, ["none"] * 2, ["against"] * 2]
    assert list(frame.columns) == list(DECLARED)


@pytest.mark.parametrize(
    ("context", "expected"),
    [("none", ["", ""]), ("title", ["About the ferry"] * 2), ("parent", ["", "first of all"])],
)
def test_context_is_what_the_config_asks_for(context, expected):
    comments = [said("1", "first of all"), said("2", "second", parent_id="1")]
    given_labels = labelled("1", "none") + labelled("2", "favor")
    found = build(comments, given_labels, cutting=Cutting(context=context))
    assert list(found.examples["context"]) == expected
    cut = build(comments, given_labels, cutting=Cutting(context=context, limit=8))
    assert all(
        len(text) <= 8 and whole.endswith(text) for text, whole in zip(cut.examples["context"], expected, strict=True)
    )


def test_units_finer_than_the_comment_take_the_annotations_that_belong_there():
    text = "It is late. It is dear.\n\nI like it."
    annotations = [
        *labelled("1", "against", evidence="It is late"),
        Annotation("t", "1", "a2", "favor", start=25, end=35),
        Annotation("t", "1", "a3", "none"),
    ]
    found = build([said("1", text)], annotations, cutting=Cutting(unit="sentence"))
    assert column(found, "text") == {"t#1[0:11]": "It is late.", "t#1[25:35]": "I like it."}
    assert column(found, "evidence_start") == {"t#1[0:11]": [0], "t#1[25:35]": [None]}
    assert reasons(found) == {"t#1[12:23]": "not_annotated"}
    assert found.stats["annotations_without_unit"] == 1
    assert (found.stats["comments"], found.stats["units"]) == (1, 3)


def test_annotations_of_another_unit_are_counted_and_those_of_none_are_refused(capsys):
    text = "It is late. It is dear.\n\nI like it."
    annotations = [
        Annotation("t", "1", "a1", "favor", start=0, end=35),
        Annotation("t", "1", "a2", "against", start=12, end=23),
        Annotation("t", "1", "a3", "against", start=0, end=23),
        Annotation("t", "1", "a4", "none", start=25, end=35),
        Annotation("t", "2", "a4", "none", start=0, end=3),
    ]
    comments = [said("1", text), said("2", "No.")]
    found = build(comments, annotations, cutting=Cutting(unit="paragraph"))
    assert column(found, "label") == {"t#1[0:23]": 0, "t#1[25:35]": 1, "t#2[0:3]": 1}
    assert found.stats["annotations_without_unit"] == 2
    print_dataset(found, Path("somewhere"))
    assert "annotations that belong to no unit of this dataset: 2\n" in capsys.readouterr().out
    annotations[1:2] = [
        Annotation("t", "1", "a2", "against", start=12, end=22, line=4),
        Annotation("t", "1", "a2", "against", start=24, end=35, line=3),
        Annotation("t", "1", "a2", "against", start=12),
    ]
    problem = "comment '1': expected the offsets of a comment, paragraph or sentence, found"
    with pytest.raises(InputError) as caught:
        build(comments, annotations, cutting=Cutting(unit="paragraph"))
    assert str(caught.value).splitlines() == [
        f"annotations: {problem} 12 to None; give both or neither",
        f"annotations line 3: {problem} 24 to 35; the nearest is the sentence 25 to 35",
        f"annotations line 4: {problem} 12 to 22; the nearest is the sentence 12 to 23",
    ]


def test_a_unit_that_nobody_annotated_is_refused_with_what_was():
    text = "It is late. It is dear.\n\nI like it."
    given_labels = [
        Annotation("t", "1", "a1", "against", start=0, end=11),
        Annotation("t", "1", "a1", "favor", start=25, end=35),
        Annotation("t", "1", "a2", "against", start=0, end=23),
    ]
    with pytest.raises(InputError) as caught:
        build([said("1", text)], given_labels)
    assert str(caught.value) == (
        "expected annotations of a comment, found 1 of a paragraph, 2 of a sentence; set `unit` to what was annotated, "
        "one of ['comment', 'paragraph', 'sentence']"
    )
    with pytest.raises(InputError, match=r"^expected annotations of a sentence, found 2 of a comment, without"):
        build([said("1", text)], labelled("1", "none", "none"), cutting=Cutting(unit="sentence"))


def test_several_targets_make_an_example_each():
    annotations = labelled("1", "favor", target="price") + labelled("1", "against", target="noise")
    annotations += labelled("2", "none", target="noise")
    found = build([said("1"), said("2"), said("3", kind="ping")], annotations, targets=("price", "noise"))
    assert column(found, "label") == {"t#1@price": 2, "t#1@noise": 0, "t#2@noise": 1}
    assert reasons(found) == {"t#2@price": "not_annotated", "t#3@price": "ping", "t#3@noise": "ping"}
    assert found.stats["targets"] == {
        "noise": {"against": 1, "none": 1, "favor": 0},
        "price": {"against": 0, "none": 0, "favor": 1},
    }
    assert (found.stats["units"], found.stats["comments"]) == (6, 3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"targets": [" "]},
            "expected one target or more and two labels or more, found targets [' '] and labels ['against', 'none'",
        ),
        ({"targets": []}, "expected one target or more and two labels or more, found targets [] and labels ['agains"),
        ({"labels": ["none"]}, "expected one target or more and two labels or more, found targets ['the ferry'] and"),
        ({"cutting": Cutting(context="posts")}, "expected a context of ['none', 'parent', 'thread', 'title', 'post']"),
        ({"cutting": Cutting(unit="word")}, "expected a unit of ['comment', 'paragraph', 'sentence'], found 'word'."),
        ({"finishing": Finishing(adjudication="majorty")}, "adjudication: expected one of ['majority', "),
        ({"finishing": Finishing(authors="none")}, "expected authors to be one of ['sequential', 'keyed', 'keep']"),
        (
            {"finishing": Finishing(mask=("mails",))},
            "expected masks of ['emails', 'mentions', 'names', 'urls'] or spacy:<",
        ),
        (
            {"finishing": Finishing(duplicates="groups")},
            "duplicates: expected one of ['group', 'drop'], found 'groups'. Did you mean 'group'?",
        ),
        (
            {"finishing": Finishing(near_duplicates=2)},
            "expected near duplicates to share 0.5 to 1 of their word pairs, found 2",
        ),
    ],
)
def test_what_cannot_be_built_from_is_refused(options, message):
    with pytest.raises(InputError) as caught:
        build([said("1")], labelled("1", "none"), **options)
    assert str(caught.value).startswith(message)


def test_all_choices_that_do_not_exist_are_named_at_once():
    with pytest.raises(InputError) as caught:
        build([said("1")], labelled("1", "none"), finishing=Finishing("most", None, "hide", ("mails",), "keep", 2))
    words = [line.split(" ")[0] for line in str(caught.value).splitlines()]
    assert words == ["adjudication:", "expected", "expected", "duplicates:", "expected"]


def test_annotations_that_do_not_fit_are_refused_and_none_is_lost_in_silence():
    with pytest.raises(InputError) as caught:
        build([said("1")], labelled("1", "favour") + labelled("2", "none"))
    assert str(caught.value).splitlines() == [
        "annotations: label 'favour' is not in the label set ['against', 'none', 'favor']. Did you mean 'favor'?",
        "annotations: comment '2' is not in thread 't'.",
    ]


def test_a_thread_that_is_there_twice_is_refused():
    thread = Thread("t", None, "", (said("1"),))
    with pytest.raises(InputError) as caught:
        build_dataset([thread, thread], labelled("1", "none"), targets=["x"], labels=LABELS)
    assert str(caught.value) == (
        "expected units with ids of their own, found more than one of ['t#1']; is a page read twice?"
    )


def test_no_example_at_all_is_refused_with_the_reasons():
    with pytest.raises(InputError) as caught:
        build([said("1"), said("2"), said("3", kind="ping")], labelled("1", "none", "favor"))
    assert str(caught.value) == (
        "no example is left of 3 units, dropped for {'no_majority': 1, 'not_annotated': 1, 'ping': 1}"
    )


def test_targets_of_a_study_are_chosen_by_name(study):
    with pytest.raises(InputError) as caught:
        build_from_study(study, targets=["the fery"])
    assert str(caught.value) == "targets: expected some of ['the ferry'], found ['the fery']. Did you mean 'the ferry'?"
    assert build_from_study(study, targets=["the ferry"]).sha == build_from_study(study).sha


comments = st.builds(
    Comment,
    st.sampled_from("123456"),
    st.none() | st.sampled_from("123456"),
    st.none() | st.sampled_from(["reader-1", "reader-2", "réader-3"]),
    st.none() | st.just("2020-02-03"),
    st.sampled_from(["", " ", "late", "Late", "lovely. Or not?\n\nYes."]),
    st.sampled_from(["comment", "ping"]),
)
bodies = st.lists(comments, max_size=6).map(lambda found: repair_replies(found)[0])
annotations = st.lists(
    st.builds(
        Annotation,
        st.sampled_from("tu"),
        st.sampled_from("123456"),
        st.sampled_from(["a1", "a2"]),
        st.sampled_from(LABELS),
        st.sampled_from(["price", "noise"]),
    ),
    max_size=12,
    unique_by=lambda found: (found.thread_id, found.comment_id, found.annotator, found.target),
)
cuttings = st.builds(
    Cutting,
    st.sampled_from(["comment", "paragraph", "sentence"]),
    st.sampled_from(["none", "title", "parent", "thread"]),
    erased=st.frozensets(st.tuples(st.sampled_from("tu"), st.sampled_from("123456"))),
)
finishings = st.builds(
    Finishing,
    st.sampled_from(["majority", "unanimous"]),
    duplicates=st.sampled_from(["group", "drop"]),
    near_duplicates=st.sampled_from([None, 0.7]),
)


@given(bodies, bodies, annotations, cuttings, finishings)
def test_examples_and_dropped_are_all_units_each_once(first, second, given_labels, cutting, finishing):
    threads = [Thread("t", None, "", first), Thread("u", "title", "", second)]
    everything = {(thread.thread_id, comment.comment_id) for thread in threads for comment in thread.comments}
    known = [annotation for annotation in given_labels if (annotation.thread_id, annotation.comment_id) in everything]
    # one example at least, else nothing can be built
    threads.append(Thread("v", None, "", (said("1"),)))
    known.append(Annotation("v", "1", "a1", "none", "price"))
    built = build_dataset(
        threads, known, targets=["price", "noise"], labels=LABELS, cutting=cutting, finishing=finishing
    )
    rows = built.examples.to_list()
    ids = [row["example_id"] for row in rows] + [entry.example_id for entry in built.dropped]
    assert len(ids) == len(set(ids)) == built.stats["units"]
    assert built.stats["examples"] == sum(built.stats["labels"].values()) == len(rows)
    assert built.stats["dropped"] == dict(sorted(Counter(entry.reason for entry in built.dropped).items()))
    seen = {(row["thread_id"], row["comment_id"]) for row in rows}
    seen |= {(entry.thread_id, entry.comment_id) for entry in built.dropped}
    assert seen == everything | {("v", "1")}
    assert built.stats["comments"] == len(seen)


# labels


def test_the_label_is_adjudicated_as_the_config_says_and_the_shares_are_kept():
    annotations = labelled("1", "against", "against", "favor") + labelled("2", "none", "favor")
    comments = [said("1", "one"), said("2", "two")]
    by_majority = build(comments, annotations)
    assert column(by_majority, "label") == {"t#1": 0}
    (share,) = by_majority.examples["label_share"]
    assert share == pytest.approx([2 / 3, 0, 1 / 3])
    assert reasons(by_majority) == {"t#2": "no_majority"}
    decided = build(comments, annotations, finishing=Finishing(annotator="a2"))
    assert column(decided, "label") == {"t#1": 0, "t#2": 2}
    one = build(comments, annotations, finishing=Finishing("annotator", "a3"))
    assert column(one, "label") == {"t#1": 2}
    assert reasons(one) == {"t#2": "not_by_annotator"}
    (share,) = one.examples["label_share"]
    assert share == pytest.approx([2 / 3, 0, 1 / 3])


def test_shares_are_sample_weights(study):
    comments = [said(str(number), text) for number, text in enumerate(["late", "dear", "a joy", "lovely"])]
    annotations = labelled("0", "against", "against") + labelled("1", "against", "against", "favor")
    annotations += labelled("2", "favor") + labelled("3", "favor", "favor", "none")
    found = build(comments, annotations)
    weights = found.label_weights()
    assert weights.tolist() == pytest.approx([1, 2 / 3, 1, 2 / 3])
    frame = found.to_frame()
    # what a config weighs is what a notebook weighs
    assert make_weights(frame, found.labels, label_share=True).tolist() == weights.tolist()
    classifier = logreg()
    weighted = classifier.fit(frame, frame["label"], **{f"{classifier.steps[-1][0]}__sample_weight": weights})
    assert weighted.predict(frame).tolist() == ["against", "against", "favor", "favor"]


# persons


def test_authors_are_numbered_by_first_appearance_however_their_name_is_typed():
    authors = ["reader-2", None, "", "reader-1", "reader-2 ", "e\u0301", "\u00e9"]
    comments = [said(str(number), f"text {number}", author) for number, author in enumerate(authors)]
    found = build(comments, [a for number in range(len(authors)) for a in labelled(str(number), "none")])
    expected = ["author-01", None, None, "author-02", "author-01", "author-03", "author-03"]
    assert list(found.examples["author"]) == expected


def test_a_key_links_authors_across_studies_and_is_asked_for_where_it_is_missing(monkeypatch):
    first, second = ([said("1", author="reader-1")], [said("1", author="reader-9"), said("2", author="reader-1")])
    annotations = labelled("1", "none")
    monkeypatch.delenv("STANCE_PSEUDONYM_KEY", raising=False)
    with pytest.raises(InputError, match="STANCE_PSEUDONYM_KEY"):
        build(first, annotations, finishing=Finishing(authors="keyed"))
    monkeypatch.setenv("STANCE_PSEUDONYM_KEY", "0123456789abcdef0123")
    (one,) = build(first, annotations, finishing=Finishing(authors="keyed")).examples["author"]
    two = build(second, annotations + labelled("2", "none"), finishing=Finishing(authors="keyed"))
    assert list(two.examples["author"])[1] == one
    assert one.startswith("author-")


def test_names_are_kept_only_if_the_card_says_why(study):
    with pytest.raises(InputError) as caught:
        build_from_study(study, authors="keep")
    assert str(caught.value).startswith("authors: keep needs its reason in ")
    assert "study.yaml, as in `authors_kept_because: officials who agreed`" in str(caught.value)
    with (study / "study.yaml").open("a") as card:
        card.write("authors_kept_because: they do not exist\n")
    assert set(build_from_study(study, authors="keep").examples["author"]) == {"reader-1", "reader-2", None}


def test_masks_are_in_text_context_and_evidence_and_offsets_follow():
    comments = [said("1", "@reader-9 look: www.example.org is late"), said("2", "No.", parent_id="1")]
    annotations = labelled("1", "against", evidence="www.example.org is late") + labelled("2", "favor")
    options = {"cutting": Cutting(context="parent"), "finishing": Finishing(mask=("mentions", "urls"))}
    found = build(comments, annotations, **options)
    masked = "@user look: [url] is late"
    assert list(found.examples["text"]) == [masked, "No."]
    assert list(found.examples["context"]) == ["", masked]
    assert list(found.examples["evidence"]) == [["[url] is late"], [""]]
    assert list(found.examples["evidence_start"]) == [[12], [None]]
    assert masked[12:] == "[url] is late"


def test_an_erased_author_leaves_no_word_behind(study):
    found = build_from_study(study, context="thread", erase="reader-1 ")
    thread = "blog.example.org/ferry"
    assert {key: why for key, why in reasons(found).items() if why == "erased"} == {
        f"{thread}#1": "erased",
        f"{thread}#4": "erased",
    }
    content = json.dumps([*found.examples.to_list(), *map(str, found.dropped), found.stats, found.about])
    for word in ("reader-1", "too dear", "sunk twice"):
        assert word not in content
    assert found.stats["units"] == found.stats["examples"] + len(found.dropped) == 7


def test_the_card_erases_for_good(study):
    with (study / "study.yaml").open("a") as card:
        card.write("erased: ['1', 'blog.example.org/ferry#4']\n")
    found, again = build_from_study(study), build_from_study(study, erase="reader-2")
    assert Counter(reasons(found).values())["erased"] == 2
    assert Counter(reasons(again).values())["erased"] == 4


def test_an_author_who_is_not_there_gets_the_near_miss_and_no_other_name(study):
    with pytest.raises(InputError) as caught:
        build_from_study(study, erase="reader-22")
    assert str(caught.value) == (
        "erase: expected an author of the 4 shown, found 'reader-22'. Did you mean 'reader-2'?"
    )


# duplicates


def repeated():
    texts = ["Late again!", "late  AGAIN!", "lovely", "Late again, they say", "late again!"]
    comments = [said(str(number), text) for number, text in enumerate(texts)]
    return comments, [a for number in range(5) for a in labelled(str(number), "favor" if number == 4 else "against")]


def test_duplicates_are_one_group_and_counted():
    found = build(*repeated())
    assert column(found, "duplicate_group") == {"t#0": "t#0", "t#1": "t#0", "t#2": None, "t#3": None, "t#4": "t#0"}
    assert found.stats["duplicates"] == {
        "groups": 1,
        "examples": 3,
        "groups_with_different_labels": 1,
        "across_splits": [],
    }


def test_duplicates_are_dropped_but_for_the_first_of_each_target():
    comments, annotations = repeated()
    found = build(comments, annotations, finishing=Finishing(duplicates="drop"))
    assert reasons(found) == {"t#1": "duplicate", "t#4": "duplicate"}
    assert set(found.examples["duplicate_group"]) == {None}
    both = [replace(a, target=target) for a in annotations for target in ("price", "noise")]
    found = build(comments, both, targets=("price", "noise"), finishing=Finishing(duplicates="drop"))
    assert sum(why == "duplicate" for why in reasons(found).values()) == 4
    assert set(found.examples["duplicate_group"]) == {None}


def test_a_comment_with_two_targets_is_no_duplicate_of_itself():
    comments, annotations = repeated()
    both = [replace(a, target=target) for a in annotations for target in ("price", "noise")]
    found = build(comments, both, targets=("price", "noise"))
    groups = column(found, "duplicate_group")
    late = [f"t#{number}@{target}" for number in (0, 1, 4) for target in ("price", "noise")]
    assert {example_id: group for example_id, group in groups.items() if group} == dict.fromkeys(late, "t#0@noise")
    assert found.stats["duplicates"]["examples"] == 6
    one_label = [replace(a, label="none" if a.target == "noise" else "favor") for a in both]
    found = build(comments, one_label, targets=("price", "noise"))
    assert found.stats["duplicates"]["groups_with_different_labels"] == 0


def test_near_duplicates_join_a_group_if_the_config_asks():
    words = "the ferry was late again this morning and nobody told us why it was so"
    comments = [said("1", words), said("2", f"{words} late"), said("3", "a joy")]
    annotations = [a for number in "123" for a in labelled(number, "against")]
    assert set(build(comments, annotations).examples["duplicate_group"]) == {None}
    found = build(comments, annotations, finishing=Finishing(near_duplicates=0.7))
    assert column(found, "duplicate_group") == {"t#1": "t#1", "t#2": "t#1", "t#3": None}


# identity


def test_the_sha_is_blind_to_the_order_of_rows_and_sees_everything_else():
    two, given_labels = [said("1", "one"), said("2", "two")], labelled("1", "none") + labelled("2", "favor")
    sha = build(two, given_labels).sha
    assert build(two[::-1], given_labels).sha == sha
    others = [
        build(two, given_labels, targets=["the tram"]),
        build(two, given_labels, labels=LABELS[::-1]),
        build(two, given_labels, cutting=Cutting(context="title")),
        build([said("1", "other"), two[1]], given_labels),
        build(two, labelled("1", "none") + labelled("2", "against")),
        build(two, [*given_labels, Annotation("t", "1", "a2", "none")]),
        build([said("1", "one", author=None), two[1]], given_labels),
        build(two[:1], given_labels[:1]),
    ]
    assert len({sha, *(other.sha for other in others)}) == 1 + len(others)


def test_the_sha_can_be_taken_again_from_examples(built):
    assert sha_of_examples(built.examples, built.targets, built.labels) == built.sha
    shuffled = built.examples.shuffle(seed=1)
    assert sha_of_examples(shuffled, built.targets, built.labels) == built.sha
    assert sha_of_examples(built.examples.select([0, 1]), built.targets, built.labels) != built.sha
    assert sha_of_examples(built.examples.select([]), built.targets, built.labels) != built.sha


def test_building_and_writing_need_no_hydra_or_mlflow(study, tmp_path):
    program = (
        "import sys\n"
        "for name in ('hydra', 'omegaconf', 'mlflow', 'matplotlib'): sys.modules[name] = None\n"
        "from stance import build_from_study, write_dataset\n"
        "built = build_from_study(sys.argv[1])\n"
        "print(write_dataset(built, sys.argv[2]).name, len(built.to_frame()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, study, tmp_path / "out"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"ferry-{build_from_study(study).sha[:8]} 4\n"


def two_threads():
    comments = (Comment("1", None, "reader-1", None, "Keep it."), Comment("2", None, "reader-2", None, "No."))
    threads = [Thread("t", None, "", comments[:1]), Thread("u", None, "", comments[1:])]
    annotations = [
        Annotation("t", "1", "a1", "pro", target="the bridge"),
        Annotation("u", "2", "a1", "con", target="the bridge"),
    ]
    return threads, annotations


def test_what_a_card_may_say_need_not_be_said(tmp_path):
    threads, annotations = two_threads()
    for number in range(len(ABOUT) + 1):
        about = {key: "person" if key == "annotators" else f"of {key}" for key in list(ABOUT)[:number]}
        built = build_dataset(
            threads, annotations, targets=["the bridge"], labels=["con", "pro"], about=about, name=f"bridge{number}"
        )
        text = (write_dataset(built, tmp_path) / "README.md").read_text()
        assert "2 examples of stance toward the bridge" in text
        assert all(f"of {key}" in text for key in about if key not in ("annotators", "authors_kept_because", "limits"))
    assert "a1 (person)" in text


def test_threads_in_memory_have_an_official_split_and_refuse_another_word():
    threads, annotations = two_threads()
    asked = {"targets": ["the bridge"], "labels": ["con", "pro"]}
    built = build_dataset(threads, annotations, split={"t": "train", "u": "test"}, **asked)
    assert built.examples["split"] == ["train", "test"]
    with pytest.raises(InputError) as caught:
        build_dataset(threads, annotations, split={"t": "trian", "v": "test"}, **asked)
    assert str(caught.value).splitlines() == [
        "split of 't': expected one of ['train', 'validation', 'test'], found 'trian'. Did you mean 'train'?",
        "split: no thread is called 'v'.",
    ]
    with pytest.raises(InputError, match=r"about: key 'licens' is not known.*Did you mean 'licence'"):
        build_dataset(threads, annotations, about={"licens": "CC0"}, **asked)


def test_a_target_is_the_same_in_whichever_encoding_it_is_written(study):
    card = (study / "study.yaml").read_text().replace("target: the ferry", "target: die Fähre")
    (study / "study.yaml").write_text(card, encoding="utf-8")
    assert build_from_study(study, targets=[unicodedata.normalize("NFD", "die Fähre")]).targets == ("die Fähre",)


def test_annotations_of_any_encoding_fit_the_targets_and_labels_they_are_built_with():
    taken_apart = partial(unicodedata.normalize, "NFD")
    texts = ("Sie fährt zu spät.", "Sie ist jeden Euro wert.")
    comments = tuple(Comment(f"{number}", None, None, None, text) for number, text in enumerate(texts))
    given = [
        Annotation("t", "0", "Zoë", "dafür", "die Fähre"),
        Annotation("t", "1", taken_apart("Zoë"), taken_apart("dafür"), taken_apart("die Fähre")),
    ]
    found = build_dataset(
        [Thread("t", None, "", comments)], given, targets=[taken_apart("die Fähre")], labels=["dagegen", " dafür"]
    )
    assert (found.targets, found.labels, len(found.examples)) == (("die Fähre",), ("dagegen", "dafür"), 2)
    assert list(found.about["annotators"]) == ["Zoë"]


def test_names_on_a_card_are_the_same_in_whichever_encoding_they_are_written(study):
    card = (study / "study.yaml").read_text().replace("a1:", unicodedata.normalize("NFD", "Zoë:"))
    (study / "study.yaml").write_text(card, encoding="utf-8")
    sheet = (study / "annotations.csv").read_text().replace(",a1,", ",Zoë,")
    (study / "annotations.csv").write_text(sheet, encoding="utf-8")
    named = build_from_study(study, adjudication="annotator", annotator=unicodedata.normalize("NFD", "Zoë"))
    assert len(named.examples) == 5
    assert "Zoë" in named.about["annotators"]
