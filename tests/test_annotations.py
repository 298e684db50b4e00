"""Annotations: reading a CSV, checking it against the threads, agreement, and the majority."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.annotations import (
    Agreement,
    Annotation,
    agreement,
    check_annotations,
    majority_label,
    read_annotations,
    text_fingerprint,
)
from stance.errors import InputError
from stance.thread import Comment, Thread

LABELS = ("against", "none", "favor")
HEADER = "thread_id,comment_id,annotator,label,confidence,evidence,rationale,text_sha\n"
THREADS = (
    Thread(
        "ferry",
        None,
        "",
        (Comment("1", None, None, None, "The ferry is\n\nlate."), Comment("2", "1", None, None, "No.")),
    ),
    Thread("tram", None, "", (Comment("9", None, None, None, "The tram is a joy."),)),
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "annotations.csv"


def refusal(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as caught:
        read_annotations(path)
    return str(caught.value)


def complaints(*annotations, labels=LABELS, source="a.csv"):
    with pytest.raises(InputError) as caught:
        check_annotations(annotations, THREADS, labels, source)
    return str(caught.value).splitlines()


def annotated(comment_id="1", label="against", thread_id="ferry", annotator="a1", line=2, **optional):
    return Annotation(thread_id, comment_id, annotator, label, line=line, **optional)


# reading


def test_columns_come_in_any_order_and_those_that_are_not_kept_are_empty(path):
    path.write_text("label,annotator,comment_id,thread_id,mood\nfavor,a1,2,ferry,calm\n")
    assert read_annotations(path) == [Annotation("ferry", "2", "a1", "favor", line=2)]


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(path):
    rows = HEADER + "ferry,1,a1,against,3,late,why,abc\n"
    path.write_text(rows)
    plain = read_annotations(path)
    path.write_bytes(b"\xef\xbb\xbf" + rows.replace("\n", "\r\n").encode())
    assert read_annotations(path) == plain == [Annotation("ferry", "1", "a1", "against", "3", "late", "why", "abc", 2)]


def test_the_line_of_a_row_is_where_it_begins(path):
    path.write_text(HEADER + 'ferry,1,a1,against,3,"The ferry is\n\nlate",,\n\nferry,2,a1,none,,,,\n')
    assert [annotation.line for annotation in read_annotations(path)] == [2, 6]


def test_a_file_that_is_not_there_is_named(path):
    with pytest.raises(InputError) as caught:
        read_annotations(path)
    assert str(caught.value) == f"{path}: expected a CSV of annotations, found no such file"


def test_another_encoding_is_named_with_its_line(path):
    assert refusal(path, HEADER.encode() + b"ferry,1,a1,favor,,\xe9t\xe9,,\n") == (
        f"{path} line 2: expected UTF-8, found byte 0xe9; save the file as UTF-8"
    )


def test_a_missing_column_is_named_with_the_near_miss(path):
    assert refusal(path, "thread_id,comment_id,anotator,label\n") == (
        f"{path} line 1: expected columns ['annotator'], found only ['thread_id', 'comment_id', 'anotator', 'label']. "
        "Did you mean 'anotator'?"
    )


def test_an_empty_file_misses_every_column(path):
    assert refusal(path, "") == (
        f"{path} line 1: expected columns ['thread_id', 'comment_id', 'annotator', 'label'], found only []."
    )


def test_a_column_that_stands_twice_is_refused(path):
    assert refusal(path, "thread_id,comment_id,annotator,label,label\n") == (
        f"{path} line 1: expected each column once, found ['label'] more than once"
    )


def test_an_open_quotation_mark_does_not_swallow_the_rows_after_it(path):
    rows = 'ferry,1,a1,against,3,,"why not,\nferry,2,a1,none,3,,,\n'
    assert refusal(path, HEADER + "ferry,2,a2,none,,,,\n" + rows) == (
        f"{path} line 3: not readable as CSV (unexpected end of data); is a quotation mark left open or not doubled?"
    )


def test_all_problems_of_a_file_are_reported_together(path):
    rows = "ferry,1,a1,against,,,,\nferry,2,,none,,,,\nferry,1,a1,favor,,,,\nferry,2,a1,none,,,,,\nferry,2,a2\n"
    assert refusal(path, HEADER + rows).splitlines() == [
        f"{path} line 3: column 'annotator' is empty; every annotation needs one",
        f"{path} line 6: column 'label' is empty; every annotation needs one",
        f"{path} line 5: more cells than columns; is a comma outside quotes?",
        f"{path} line 4: annotator 'a1' has labelled comment '1' before, on line 2; keep one of the two rows",
    ]


# checking


def test_annotations_that_fit_pass_however_white_space_and_accents_are_laid_out():
    quoting = annotated(evidence="ferry is late", text_sha=text_fingerprint(" The ferry is late. "))
    assert check_annotations([quoting, annotated("9", thread_id="tram")], THREADS, LABELS) is None
    assert text_fingerprint("e\u0301te\u0301") == text_fingerprint("\u00e9t\u00e9") != text_fingerprint("ete")


def test_a_fingerprint_is_twelve_digits_of_sha_256():
    assert text_fingerprint("abc") == "ba7816bf8f01"


def test_an_unknown_label_is_named_with_the_near_miss():
    assert complaints(annotated(label="favour", line=14)) == [
        "a.csv line 14: label 'favour' is not in the label set ['against', 'none', 'favor']. Did you mean 'favor'?"
    ]


def test_an_annotation_from_no_file_is_placed_by_its_source_alone():
    assert complaints(annotated(label="?", line=0))[0].startswith("a.csv: label '?' is not in")


def test_an_unknown_comment_is_looked_for_by_its_evidence():
    assert complaints(annotated("7", evidence="a joy")) == [
        "a.csv line 2: comment '7' is not in thread 'ferry'. Its evidence occurs in comment '9' of thread 'tram'."
    ]


def test_an_unknown_thread_is_named_with_the_near_miss():
    assert complaints(annotated(thread_id="fery")) == [
        "a.csv line 2: comment '1' is not in thread 'fery'. The study has the threads ['ferry', 'tram']. "
        "Did you mean 'ferry'?"
    ]


def test_an_unknown_comment_is_named_with_the_near_miss():
    assert complaints(annotated("01")) == ["a.csv line 2: comment '01' is not in thread 'ferry'. Did you mean '1'?"]


def test_evidence_of_another_comment_is_noticed():
    assert complaints(annotated("2", evidence="late"), annotated(evidence="never said")) == [
        "a.csv line 2: the evidence 'late' does not occur in comment '2'. It occurs in ['1'].",
        "a.csv line 2: the evidence 'never said' does not occur in comment '1'. It occurs in no comment.",
    ]


def test_another_text_than_the_annotated_one_is_noticed():
    assert complaints(annotated("2", text_sha="123456789abc")) == [
        "a.csv line 2: comment '2' is not the text that was annotated: expected fingerprint 123456789abc, found "
        f"{text_fingerprint('No.')}; annotate it again, or correct the comment_id"
    ]


def test_all_problems_of_all_annotations_are_reported_together():
    found = complaints(annotated(label="pro", evidence="x", text_sha="y", line=2), annotated("3", label="con", line=3))
    assert [line.split(":")[0] for line in found] == ["a.csv line 2"] * 3 + ["a.csv line 3"] * 2


# agreement


def labelled(table):
    """Return the annotations of a table with a row an annotator, a column a comment, "." for none."""
    return [
        Annotation("t", str(place), f"a{number}", label)
        for number, row in enumerate(table.split("\n"), start=1)
        for place, label in enumerate(row.split())
        if label != "."
    ]


def test_alpha_is_that_of_the_published_example():
    # Krippendorff 2011, Computing Krippendorff's Alpha-Reliability: nominal alpha 0.743 with values missing
    table = "1 2 3 3 2 1 4 1 2 . . .\n1 2 3 3 2 2 4 1 2 5 . 3\n. 3 3 3 2 3 4 2 2 5 1 .\n1 2 3 3 2 4 4 1 2 5 1 ."
    found = agreement(labelled(table), {})
    assert found.alpha == pytest.approx(0.743, abs=0.0005)
    assert (found.n_comments, found.n_annotators) == (11, 4)


def test_alpha_is_that_computed_by_hand():
    # five comments, ten labels: 5 against, 3 favor, 2 none; one comment of five disagrees:
    # observed 2/10, expected 1 - (5*4 + 3*2 + 2*1) / (10*9) = 62/90
    found = agreement(labelled("against favor none against against\nagainst favor none against favor"), {})
    assert found.alpha == pytest.approx(1 - (2 / 10) / (62 / 90))


def test_alpha_is_undefined_where_one_label_or_one_annotator_is_all_there_is():
    assert agreement(labelled("none none\nnone none"), {}).alpha is None
    assert agreement(labelled("none favor"), {}) == Agreement(None, 0, 1, "of different kinds (unknown)")


@given(st.lists(st.sampled_from(LABELS), min_size=2, max_size=6).filter(lambda given: len(set(given)) > 1))
def test_full_agreement_is_alpha_one_whatever_the_labels(given_labels):
    row = " ".join(given_labels)
    assert agreement(labelled(f"{row}\n{row}"), {}).alpha == pytest.approx(1.0)


def test_the_kind_of_annotators_stands_beside_the_number():
    both = labelled("against favor\nagainst favor")
    models = agreement(both, {"a1": "model", "a2": "model"})
    assert str(models) == (
        "nominal alpha 1.000 on 2 comments, 2 annotators: all of them language models, so this is the agreement of one "
        "kind of annotator with itself; no person has labelled yet"
    )
    assert agreement(both, {"a1": "person", "a2": "person"}).note == "all of them people"
    assert agreement(both, {"a1": "person", "a2": "model"}).note == "of different kinds (model, person)"
    assert str(agreement([], {})).startswith("nominal alpha undefined on 0 comments, 0 annotators")


# majority


@pytest.mark.parametrize(
    ("given_labels", "majority"),
    [
        (("favor",), "favor"),
        (("favor", "against", "favor"), "favor"),
        (("favor", "against"), None),
        (("favor", "favor", "against", "against", "none"), None),
        (("favor", "favor", "against", "none"), "favor"),
    ],
)
def test_majority_is_the_first_place_that_nobody_shares_in_any_order(given_labels, majority):
    assert {majority_label(order) for order in permutations(given_labels)} == {majority}
