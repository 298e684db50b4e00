"""What an answer says: labels strictly, and shares by the first tokens, computed by hand."""

import math

import pytest

from stance.classifiers.language_models.reading import read_explained, read_label, read_shares
from stance.classifiers.language_models.reply import Reply, reply_of
from tests.endpoint import completion

LABELS = ("against", "none", "favor")
SCALE = ("lean_oppose", "lean_support", "support", "support_strongly")


def replied(text, *shares):
    return reply_of(completion(text, shares or None), 0)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("favor", "favor"),
        (" Favor.\n", "favor"),
        ('"AGAINST"', "against"),
        ("**none**", "none"),
        ('{"label": "favor"}', "favor"),
        ('```json\n{"label": "favor"}\n```', "favor"),
        ('{"label": ["favor"]}', None),
        ('{"stance": "favor"}', None),
        ("The author is in favor.", None),
        ("favor or none", None),
        ("favour", None),
        ("", None),
        ("[" * 100_000, None),
    ],
)
def test_a_label_is_read_strictly(text, label):
    assert read_label(text, LABELS) == label
    assert read_shares(replied(text), LABELS) == (label and {each: float(each == label) for each in LABELS})


def test_the_case_decides_where_labels_differ_in_it_only():
    assert [read_label(text, ("For", "for")) for text in ("For", "for", "FOR")] == ["For", "for", None]


def test_shares_are_those_of_the_tokens_that_begin_a_label():
    found = read_shares(replied("favor", {" fav": 0.6, " against": 0.2, "Against": 0.1, " maybe": 0.1}), LABELS)
    assert found == pytest.approx({"favor": 0.6 / 0.9, "against": 0.3 / 0.9, "none": 0.0})


def test_what_follows_decides_between_labels_that_begin_alike():
    shares = ({"lean": 0.8, "support": 0.2}, {"_support": 0.75, "_oppose": 0.25}, {"<end>": 1.0})
    found = read_shares(replied("lean_support", *shares), SCALE)
    # of the token `support`, which begins two labels and was not said, nobody knows what would have followed
    assert found == pytest.approx({"lean_support": 0.75, "lean_oppose": 0.25, "support": 0.0, "support_strongly": 0.0})
    ended = read_shares(replied("support", {"support": 1.0}), SCALE)
    assert ended["support"] == 1.0


def test_spaces_and_quotation_marks_before_a_label_are_passed_over():
    found = read_shares(replied('"none"', {'"': 0.9, "none": 0.1}, {"none": 0.5, "favor": 0.5}), LABELS)
    assert found == pytest.approx({"none": 0.55, "favor": 0.45, "against": 0.0})


def test_tokens_that_are_mostly_no_label_leave_the_answer_as_it_was_said():
    found = read_shares(replied("favor", {"I": 0.92, "favor": 0.05, "none": 0.03}), LABELS)
    assert found == {"favor": 1.0, "none": 0.0, "against": 0.0}


def test_a_model_that_goes_on_is_read_by_its_first_line_only_where_it_gives_log_probabilities():
    text = "none\n\nComment: and so on"
    assert read_shares(replied(text), LABELS) is None
    assert read_shares(replied(text, {"none": 1.0}), LABELS)["none"] == 1.0
    assert read_shares(replied("none of them", {"none": 1.0}), LABELS) is None


def test_an_explained_answer_has_its_evidence_and_its_reason():
    text = '{"evidence": "too dear", "rationale": "It complains.", "label": "against"}'
    assert read_explained(Reply(text), LABELS) == ("against", "too dear", "It complains.")
    assert read_explained(Reply("against"), LABELS) == ("against", "", "")
    assert read_explained(Reply('{"label": "against", "evidence": null, "rationale": 3}'), LABELS) == (
        "against",
        "",
        "",
    )
    assert read_explained(Reply("It is against."), LABELS) is None


def test_a_reply_is_the_same_after_it_was_kept():
    reply = replied("favor", {"favor": 0.5, "none": 0.25})
    assert Reply.from_json(reply.to_json()) == reply
    assert reply.positions[0][1][1] == ("none", math.log(0.25))


@pytest.mark.parametrize(
    "body", [None, [], {}, {"choices": []}, {"choices": [{"message": {"content": None}}]}, {"error": "no"}, "favor"]
)
def test_what_is_no_completion_is_none(body):
    with pytest.raises(ValueError, match=r"no chat completion|without text"):
        reply_of(body, 0)


def test_a_server_that_does_not_say_what_an_answer_cost_is_taken_to_have_cost_what_was_expected():
    assert reply_of(completion("none") | {"usage": None}, 77).n_tokens == 77
