"""The review of a study: counts, what is missing, and the hardest comments, by hand for the invented study."""

from dataclasses import replace

import pytest
import yaml

from stance.study import read_study
from stance.study.annotations import Annotation
from stance.study.review import MOST_SHOWN, review_study

LABELS = ["against", "none", "favor"]


def write_labels(study, *rows):
    """Write annotations of the invented study: comment, annotator, label, and target where there are several."""
    lines = [f"blog.example.org/ferry,{','.join(row)}" for row in rows]
    (study / "annotations.csv").write_text("\n".join(["thread_id,comment_id,annotator,label,target", *lines]) + "\n")


def test_the_invented_study_at_a_glance(study):
    (review,) = review_study(read_study(study))
    assert review.target == "the ferry"
    assert review.counts == {"a1": (3, 1, 1), "a2": (2, 1, 2)}
    # of six comments that are no pings nobody has labelled number 7
    assert (review.n_items, review.unlabelled) == (6, 1)
    assert review.missing == {"a1": 1, "a2": 1}
    assert [pair.percent for pair in review.agreement.pairs] == [80.0]
    (hard,) = review.hardest
    assert hard.item[1] == "6"
    assert hard.text == "Late, but lovely."
    assert hard.labels == {"a1": "against", "a2": "favor"}
    assert hard.entropy == 1.0


def test_an_annotator_of_the_card_who_has_labelled_nothing_is_shown(study):
    write_labels(study, ("1", "a1", "favor", ""))
    (review,) = review_study(read_study(study))
    assert review.counts == {"a1": (0, 0, 1), "a2": (0, 0, 0)}
    assert review.missing == {"a1": 5, "a2": 6}
    assert review.hardest == ()
    assert review.agreement.alpha["nominal"].value is None


def test_a_study_that_nobody_has_labelled_can_be_reviewed(study):
    write_labels(study)
    (review,) = review_study(read_study(study))
    assert (review.n_items, review.unlabelled) == (6, 6)
    assert review.missing == {"a1": 6, "a2": 6}


def test_targets_are_reviewed_apart_and_erased_comments_not_at_all(study):
    card = yaml.safe_load((study / "study.yaml").read_text()) | {"targets": ["the ferry", "the crew"], "erased": ["2"]}
    del card["target"]
    (study / "study.yaml").write_text(yaml.safe_dump(card))
    write_labels(
        study,
        ("1", "a1", "favor", "the crew"),
        ("1", "a2", "none", "the crew"),
        ("1", "a1", "none", "the ferry"),
        ("2", "a1", "none", "the ferry"),
    )
    ferry, crew = review_study(read_study(study))
    assert (ferry.target, ferry.counts["a1"], ferry.n_items, ferry.unlabelled) == ("the ferry", (0, 1, 0), 5, 4)
    assert (crew.target, crew.counts["a1"], crew.n_items, crew.unlabelled) == ("the crew", (0, 0, 1), 5, 4)
    assert [hard.labels for hard in crew.hardest] == [{"a1": "favor", "a2": "none"}]
    assert ferry.hardest == ()


def test_a_comment_that_says_what_an_earlier_one_says_counts_once(study):
    write_labels(study, *((number, name, "favor", "") for number in "1234" for name in ("a1", "a2")))
    read = read_study(study)
    (thread,) = read.threads
    same = tuple(
        replace(comment, text="Late,  but LOVELY." if comment.comment_id in "34" else comment.text)
        for comment in thread.comments
    )
    (review,) = review_study(replace(read, threads=(replace(thread, comments=same),)))
    (before,) = review_study(read)
    assert (before.agreement.n_items, review.agreement.n_items) == (4, 3)
    assert "1 item repeats the text of another" in review.agreement.note
    assert review.counts == before.counts


@pytest.mark.parametrize("ordered", [True, False])
def test_labels_without_an_order_have_no_ordinal_alpha(study, ordered):
    card = yaml.safe_load((study / "study.yaml").read_text()) | {"ordered": ordered}
    (study / "study.yaml").write_text(yaml.safe_dump(card))
    (review,) = review_study(read_study(study))
    assert list(review.agreement.alpha) == ["nominal", "ordinal"][: 1 + ordered]


def test_no_more_than_ten_hard_parts_are_shown_and_each_with_its_own_text(study):
    text = "The ferry is late again and far too dear."
    parts = [(start, start + 2) for start in range(len(text) - 2)]
    annotations = tuple(
        Annotation("blog.example.org/ferry", "1", name, label, start=start, end=end)
        for start, end in parts
        for name, label in (("a1", "favor"), ("a2", "none"))
    )
    (review,) = review_study(replace(read_study(study), annotations=annotations))
    assert len(review.hardest) == MOST_SHOWN == 10
    assert [hard.text for hard in review.hardest] == [text[start:end] for start, end in parts[:10]]
    assert (review.n_items, review.unlabelled) == (len(parts) + 5, 5)
