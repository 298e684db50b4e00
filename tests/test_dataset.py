"""The dataset: examples and dropped add up, features are declared, and the folder is written whole or not at all."""

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest
from datasets import ClassLabel, Features, List, Value, load_dataset
from hypothesis import given
from hypothesis import strategies as st

from stance.annotations import Annotation
from stance.dataset import Dropped, build_dataset, build_from_study, make_pseudonyms
from stance.dataset_folder import stats_json, write_dataset
from stance.errors import InputError
from stance.study import read_study
from stance.thread import Comment, Thread, repair_replies

LABELS = ("against", "none", "favor")
STRINGS = ["example_id", "thread_id", "comment_id", "parent_id", "author", "published", "target", "text", "context"]
CONTEXTS = {"none": ["", ""], "title": ["About the ferry"] * 2, "parent": ["", "first"]}
DECLARED = Features(
    {column: Value("string") for column in STRINGS}
    | {
        "label": ClassLabel(names=list(LABELS)),
        "annotators": List(Value("string")),
        "annotator_labels": List(ClassLabel(names=list(LABELS))),
        "evidence": List(Value("string")),
    }
)


@pytest.fixture
def built(study):
    return build_from_study(study)


def said(comment_id, text="text", author="reader-1", parent_id=None, kind="comment"):
    return Comment(comment_id, parent_id, author, None, text, kind)


def labelled(comment_id, *labels, thread_id="t"):
    return [Annotation(thread_id, comment_id, f"a{n}", label) for n, label in enumerate(labels, start=1)]


def build(comments, annotations, **options):
    threads = [Thread("t", "About the ferry", "", tuple(comments))]
    return build_dataset(threads, annotations, **({"target": "the ferry", "labels": LABELS} | options))


# building


def test_an_example_says_where_it_comes_from_and_what_was_said_of_it(study, built):
    assert built.examples.features == DECLARED
    assert built.examples[3] == {
        "example_id": "blog.example.org/ferry#4",
        "thread_id": "blog.example.org/ferry",
        "comment_id": "4",
        "parent_id": "2",
        "author": "author-01",
        "published": read_study(study).threads[0].comments[3].published,
        "target": "the ferry",
        "text": "A joy? It has sunk twice.",
        "context": "",
        "label": 0,
        "annotators": ["a1", "a2"],
        "annotator_labels": [0, 0],
        "evidence": ["It has sunk twice"] * 2,
    }


def test_what_is_no_example_is_dropped_with_its_reason(built):
    assert built.dropped == (
        Dropped("blog.example.org/ferry", "5", "ping"),
        Dropped("blog.example.org/ferry", "6", "no_majority"),
        Dropped("blog.example.org/ferry", "7", "not_annotated"),
    )
    blank = build([said("1"), said("2", " \n")], labelled("1", "none") + labelled("2", "none"))
    assert blank.dropped == (Dropped("t", "2", "no_text"),)


def test_counts_are_those_counted_by_hand(built):
    assert built.name == "ferry"
    assert built.stats == {
        "threads": 1,
        "comments": 7,
        "examples": 4,
        "dropped": {"no_majority": 1, "not_annotated": 1, "ping": 1},
        "labels": {"against": 2, "none": 1, "favor": 1},
        "authors": 2,
        "examples_without_author": 1,
        "replies": 2,
        "characters": 134,
        "agreement": {
            "alpha": pytest.approx(0.7097, abs=0.0001),
            "n_comments": 5,
            "n_annotators": 2,
            "note": "of different kinds (model, person)",
        },
        "findings": [],
    }
    assert json.loads(stats_json(built)) == built.stats


def test_a_study_read_before_builds_the_same(study, built):
    again = build_from_study(read_study(study))
    assert (again.sha, again.stats, again.dropped) == (built.sha, built.stats, built.dropped)


def test_a_frame_has_labels_as_words(built):
    frame = built.to_frame()
    assert list(frame["label"]) == ["against", "favor", "none", "against"]
    assert list(frame.columns) == list(DECLARED)


def test_context_is_nothing_the_title_or_the_parent():
    comments = [said("1", "first"), said("2", "second", parent_id="1")]
    given_labels = labelled("1", "none") + labelled("2", "favor")
    found = {context: build(comments, given_labels, context=context).examples["context"] for context in CONTEXTS}
    assert {context: list(column) for context, column in found.items()} == CONTEXTS


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": " "}, "expected a target and two or more labels, found target ' ' and labels ['against', 'none', "),
        (
            {"labels": ["none"]},
            "expected a target and two or more labels, found target 'the ferry' and labels ['none']",
        ),
        ({"context": "post"}, "expected a context of ['none', 'title', 'parent'], found 'post'"),
    ],
)
def test_what_cannot_be_built_from_is_refused(options, message):
    with pytest.raises(InputError) as caught:
        build([said("1")], labelled("1", "none"), **options)
    assert str(caught.value).startswith(message)


def test_annotations_that_do_not_fit_are_refused_and_none_is_lost_in_silence():
    with pytest.raises(InputError) as caught:
        build([said("1")], labelled("1", "favour") + labelled("2", "none"))
    assert str(caught.value).splitlines() == [
        "annotations: label 'favour' is not in the label set ['against', 'none', 'favor']. Did you mean 'favor'?",
        "annotations: comment '2' is not in thread 't'.",
    ]


def test_no_example_at_all_is_refused_with_the_reasons():
    with pytest.raises(InputError) as caught:
        build([said("1"), said("2"), said("3", kind="ping")], labelled("1", "none", "favor"))
    assert str(caught.value) == (
        "no example is left of 3 comments, dropped for {'no_majority': 1, 'not_annotated': 1, 'ping': 1}"
    )


comments = st.builds(
    Comment,
    st.sampled_from("123456"),
    st.none() | st.sampled_from("123456"),
    st.none() | st.sampled_from(["reader-1", "reader-2", "réader-3"]),
    st.none() | st.just("2020-02-03"),
    st.sampled_from(["", " ", "late", "lovely"]),
    st.sampled_from(["comment", "ping"]),
)
bodies = st.lists(comments, max_size=6).map(lambda found: repair_replies(found)[0])
annotations = st.lists(
    st.builds(
        Annotation, st.sampled_from("tu"), st.sampled_from("123456"), st.sampled_from(["a1"]), st.sampled_from(LABELS)
    ),
    max_size=12,
)


@given(bodies, bodies, annotations, st.sampled_from(list(CONTEXTS)))
def test_examples_and_dropped_are_all_comments_each_once(first, second, given_labels, context):
    threads = [Thread("t", None, "", first), Thread("u", "title", "", second)]
    everything = [(thread.thread_id, comment.comment_id) for thread in threads for comment in thread.comments]
    known = [annotation for annotation in given_labels if (annotation.thread_id, annotation.comment_id) in everything]
    # one example at least, else nothing can be built
    threads.append(Thread("v", None, "", (said("1"),)))
    known += labelled("1", "none", thread_id="v")
    built = build_dataset(threads, known, target="x", labels=LABELS, context=context)
    kept = [(row["thread_id"], row["comment_id"]) for row in built.examples.to_list()]
    left_out = [(dropped.thread_id, dropped.comment_id) for dropped in built.dropped]
    assert sorted(kept + left_out) == sorted([*everything, ("v", "1")])
    assert built.stats["comments"] == built.stats["examples"] + sum(built.stats["dropped"].values())
    assert built.stats["examples"] == sum(built.stats["labels"].values()) == len(kept)


# authors


def test_authors_are_numbered_by_first_appearance_however_their_name_is_typed():
    typed = ["reader-2", None, "", "reader-1", "reader-2 ", "e\u0301", "\u00e9"]
    assert make_pseudonyms(typed) == {"reader-2": "author-01", "reader-1": "author-02", "\u00e9": "author-03"}


def test_a_hundred_authors_sort_as_they_count():
    names = list(make_pseudonyms(f"reader-{number}" for number in range(100)).values())
    assert names == sorted(names)
    assert names[-1] == "author-100"


def test_no_name_of_a_commenter_leaves_the_builder(built, tmp_path):
    written = write_dataset(built, tmp_path / "out")
    content = b"".join(path.read_bytes() for path in written.rglob("*") if path.is_file())
    assert b"author-01" in content
    assert b"reader-" not in content


# identity


def test_the_sha_is_blind_to_the_order_of_rows_and_sees_everything_else():
    two, given_labels = [said("1"), said("2")], labelled("1", "none") + labelled("2", "favor")
    sha = build(two, given_labels).sha
    assert build(two[::-1], given_labels).sha == sha
    others = [
        build(two, given_labels, target="the tram"),
        build(two, given_labels, labels=LABELS[::-1]),
        build(two, given_labels, context="title"),
        build([said("1", "other"), said("2")], given_labels),
        build(two, labelled("1", "none") + labelled("2", "against")),
        build(two[:1], given_labels[:1]),
    ]
    assert len({sha, *(other.sha for other in others)}) == 1 + len(others)


# writing


def test_the_folder_opens_with_load_dataset_and_its_declared_features(built, tmp_path):
    folder = write_dataset(built, tmp_path)
    assert folder == tmp_path / f"ferry-{built.sha[:8]}"
    loaded = load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded.features == DECLARED
    assert loaded.to_list() == built.examples.to_list()


def test_the_folder_says_what_it_holds(built, tmp_path):
    folder = write_dataset(built, tmp_path)
    assert json.loads((folder / "stats.json").read_text()) == built.stats
    readme = (folder / "README.md").read_text()
    assert "# ferry: stance toward the ferry" in readme
    assert f"4 examples of 7 comments; sha256 `{built.sha}`." in readme
    assert "| against | 2 |\n| none | 1 |\n| favor | 1 |" in readme
    assert "Dropped: 1 no_majority, 1 not_annotated, 1 ping" in readme
    assert "Agreement: nominal alpha 0.710 on 5 comments, 2 annotators: of different kinds (model, person)." in readme


def test_writing_twice_gives_the_same_bytes_and_an_old_folder_is_left_alone(built, tmp_path):
    first, second = (write_dataset(built, tmp_path / name) for name in ("one", "two"))
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert [str(name) for name in names] == ["README.md", "data/train.parquet", "stats.json"]
    assert [(first / name).read_bytes() for name in names] == [(second / name).read_bytes() for name in names]
    (first / "note").write_text("kept")
    assert write_dataset(built, tmp_path / "one") == first
    assert (first / "note").read_text() == "kept"


@pytest.mark.parametrize("failing", ["stats.json", "README.md"])
def test_a_full_disk_leaves_nothing_half_written(built, tmp_path, monkeypatch, failing):
    write = Path.write_text

    def full(path, *arguments, **options):
        if path.name == failing:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left on device"):
        write_dataset(built, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    monkeypatch.undo()
    assert (write_dataset(built, tmp_path / "out") / "README.md").exists()


def test_a_disk_that_fills_under_the_examples_leaves_nothing_half_written(built, tmp_path, monkeypatch):
    def full(table, path, **options):
        Path(path).write_bytes(b"PAR1")
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr("pyarrow.parquet.write_table", full)
    with pytest.raises(OSError, match="No space left on device"):
        write_dataset(built, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_building_and_writing_need_no_hydra_mlflow_or_scikit_learn(study, tmp_path):
    program = (
        "import sys\n"
        "for name in ('hydra', 'omegaconf', 'mlflow', 'sklearn', 'matplotlib'): sys.modules[name] = None\n"
        "from stance import build_from_study, write_dataset\n"
        "built = build_from_study(sys.argv[1])\n"
        "print(write_dataset(built, sys.argv[2]).name, len(built.to_frame()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, study, tmp_path / "out"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"ferry-{build_from_study(study).sha[:8]} 4\n"
