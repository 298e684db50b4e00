"""The classifier that asks a language model: what it shows, what it makes of answers, and what it refuses."""

import logging
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from stance.classifiers import ensemble, llm, majority
from stance.classifiers.costs import Cost, is_costly
from stance.classifiers.words import without_words
from stance.errors import InputError
from stance.evaluation import cross_predict
from stance.folds import Fold
from stance.report._run import _asked
from tests.endpoint import comment_of, completion, served

ROWS = pd.DataFrame(
    {
        "example_id": ["t#1", "t#2", "t#3", "t#4"],
        "text": ["a joy to sail on", "late and far too dear", "is there a timetable", "a joy and cheap"],
        "context": ["", "The boat was late.", None, ""],
        "target": ["the ferry", "the ferry", "the fee", "the fee"],
        "label": ["favor", "against", "none", "favor"],
    }
)
LABELS = {"joy": "favor", "dear": "against"}


def reads_words(body):
    comment = comment_of(body)
    return completion(next((label for word, label in LABELS.items() if word in comment), "none"))


def made(stub, tmp_path, **settings):
    return llm(stub.url, "stub", answers=str(tmp_path / "answers"), **({"retries": 0} | settings))


def test_each_example_is_asked_about_and_has_the_label_that_was_answered(tmp_path):
    with served(reads_words) as stub:
        fitted = clone(made(stub, tmp_path)).fit(ROWS, ROWS["label"])
        assert fitted.predict(ROWS).tolist() == ROWS["label"].tolist()
        assert fitted.classes_.tolist() == ["against", "favor", "none"]
        assert fitted.predict_proba(ROWS).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]]
        assert len(stub.asked) == 4
        shuffled = ROWS.sample(frac=1, random_state=1)
        assert fitted.predict(shuffled).tolist() == shuffled["label"].tolist()
        assert fitted.predict(ROWS.iloc[:0]).tolist() == []
        assert len(stub.asked) == 4


def test_probabilities_are_those_of_the_first_token(tmp_path):
    with served(lambda body: completion("favor", [{"favor": 0.6, "none": 0.2}])) as stub:
        fitted = made(stub, tmp_path).fit(ROWS, ROWS["label"])
        assert np.allclose(fitted.predict_proba(ROWS), [[0, 0.75, 0.25]] * 4)
    assert hasattr(llm(answer="logprobs"), "predict_proba")
    assert not hasattr(llm(answer="json"), "predict_proba")


def test_a_prompt_holds_guidelines_labels_target_and_context_and_only_what_is_read(tmp_path):
    (tmp_path / "guidelines.md").write_text("Judge the comment, not the person.\n")
    meanings = {"against": "rejects it", "none": "says nothing of it", "favor": "wants it"}
    with served(reads_words) as stub:
        said = {"guidelines": str(tmp_path / "guidelines.md"), "labels": meanings, "concurrency": 1}
        made(stub, tmp_path, **said).fit(ROWS, ROWS["label"]).predict(ROWS[1:2])
        made(stub, tmp_path, reads=["text"], longest=8).fit(ROWS, ROWS["label"]).predict(ROWS[1:2])
    system, user = (message["content"] for message in stub.asked[0]["messages"])
    assert "Guidelines:\n\nJudge the comment, not the person.\n" in system
    assert "- against: rejects it\n- none: says nothing of it\n- favor: wants it\n" in system
    assert user == (
        "Target: the ferry\n\nWhat was said before the comment:\nThe boat was late.\n\nComment:\nlate and far too dear"
    )
    assert stub.asked[1]["messages"][1]["content"] == "Comment:\nlate and […]"


def test_it_shows_the_training_examples_most_alike_those_of_the_same_target_first(tmp_path):
    train, asked = ROWS.iloc[:3], ROWS.iloc[3:]
    with served(reads_words) as stub:
        made(stub, tmp_path, n_examples=2).fit(train, train["label"]).predict(asked)
        made(stub, tmp_path, n_examples=9).fit(train, train["label"]).predict(asked)
    two, all_three = ([message["content"] for message in body["messages"]][1:] for body in stub.asked)
    # of the same target there is one; of the others, one shares a word
    assert two[:-1] == ["Target: the ferry\n\nComment:\na joy to sail on", "favor",
                        "Target: the fee\n\nComment:\nis there a timetable", "none"]  # fmt: skip
    assert len(all_three) == 7


def test_phrasings_are_averaged_and_their_agreement_is_said(tmp_path, caplog):
    def by_phrasing(body):
        first = body["messages"][0]["content"].startswith("You label")
        return completion("favor" if first or "joy" in comment_of(body) else "none")

    with served(by_phrasing) as stub, caplog.at_level(logging.INFO, "llm"):
        fitted = made(stub, tmp_path, phrasings=3).fit(ROWS, ROWS["label"])
        assert np.allclose(fitted.predict_proba(ROWS)[:2], [[0, 1, 0], [0, 1 / 3, 2 / 3]])
    assert "3 phrasings: the same label for 2 of 4 examples" in caplog.text


def test_an_answer_that_is_no_label_is_an_error_unless_the_config_says_what_it_is_taken_for(tmp_path, caplog):
    with served(
        lambda body: reads_words(body) if "joy" in comment_of(body) else completion("It says: too dear")
    ) as stub:
        with pytest.raises(InputError, match=r"stub: 2 of 4 answers are no label \(first: t#2, t#3\)") as said:
            made(stub, tmp_path).fit(ROWS, ROWS["label"]).predict(ROWS)
        assert "classifier.unreadable=<label>" in str(said.value)
        assert "too dear" not in str(said.value), "what an error says is tracked"
        fitted = made(stub, tmp_path, unreadable="none").fit(ROWS, ROWS["label"])
        assert fitted.predict(ROWS).tolist() == ["favor", "none", "none", "favor"]
    assert "2 of 4 answers are no label (first: t#2, t#3), and taken for none" in caplog.text


def test_labels_that_the_data_does_not_have_may_be_answered_and_those_that_it_has_must_be_described(tmp_path):
    some = dict.fromkeys(["against", "favor", "none", "neutral"], "")
    with served(lambda body: completion("neutral")) as stub:
        assert made(stub, tmp_path, labels=some).fit(ROWS, ROWS["label"]).predict(ROWS).tolist() == ["neutral"] * 4
    with pytest.raises(
        InputError, match=r"expected every label of the data, found \['favor'\], and none of \['against'"
    ):
        llm(labels={"favor": "wants it"}).fit(ROWS, ROWS["label"])
    with pytest.raises(InputError, match=r"unreadable: expected a label of .*, found 'nonne'. Did you mean 'none'\?"):
        llm(unreadable="nonne").fit(ROWS, ROWS["label"])


def test_a_comment_of_a_million_characters_is_cut_and_counted(tmp_path, caplog):
    long = ROWS.assign(text=["x" * 1_000_000, *ROWS["text"][1:]])
    with served(reads_words) as stub, caplog.at_level(logging.INFO, "llm"):
        made(stub, tmp_path).fit(long, long["label"]).predict(long)
        assert max(len(str(body)) for body in stub.asked) < 10_000
    assert "1 comments are longer than 8000 characters, and cut there" in caplog.text


def test_a_model_without_words_shows_none_and_says_so_where_it_would_have_to(tmp_path):
    with served(reads_words) as stub:
        fitted = made(stub, tmp_path, n_examples=1).fit(ROWS, ROWS["label"])
        kept = without_words(fitted)
        assert "timetable" not in str(vars(kept)) + str(vars(kept.words_))
        assert fitted.shown_[2] == ("is there a timetable", "", "the fee", "none")
        with pytest.raises(InputError, match=r"expected the examples that it shows, found none.*tracking.texts=true"):
            kept.predict(ROWS)
        zero = made(stub, tmp_path).fit(ROWS, ROWS["label"])
        assert without_words(zero).predict(ROWS).tolist() == zero.predict(ROWS).tolist()


def test_what_it_costs_and_how_far_phrasings_agree_are_in_the_report_of_a_run(tmp_path):
    def by_phrasing(body):
        first = body["messages"][0]["content"].startswith("You label")
        return completion("favor" if first or "joy" in comment_of(body) else "none", tokens=50)

    fold = Fold(0, 0, train=np.array([0, 2]), test=np.array([1, 3]))
    with served(by_phrasing) as stub:
        cost = Cost()
        settings = {"phrasings": 3, "price": 2000.0}
        cross_predict(made(stub, tmp_path, **settings), ROWS, [fold], ["against", "none", "favor"], cost=cost)
        found = cost.metrics()
        assert (found["tokens"], found["money"], found["phrasings_agree"]) == (300, 0.6, 0.5)
        (said,) = _asked(found)
        assert "took 300 tokens, 0.60 in money. Asked in several phrasings" in said
        assert "the same label in all for 50% of the examples" in said
        again = Cost()
        cross_predict(made(stub, tmp_path, **settings), ROWS, [fold], ["against", "none", "favor"], cost=again)
        assert again.metrics()["tokens"] == 300, "what was kept has cost what it did"
    assert _asked({"fit_seconds": 1.0}) == []


@pytest.mark.parametrize(("budget", "money", "n_asked"), [(None, 0.7, 3), (250, 0.7, 2), (None, None, 4)])
def test_a_budget_of_money_is_one_of_tokens_and_the_smaller_one_holds(tmp_path, budget, money, n_asked):
    with served(lambda body: completion("favor", tokens=100)) as stub:
        asked = made(stub, tmp_path, budget=budget, money=money, price=2000.0, concurrency=1)
        fitted = asked.fit(ROWS, ROWS["label"])
        if n_asked == 4:
            assert fitted.predict(ROWS).tolist() == ["favor"] * 4
        else:
            with pytest.raises(InputError, match=rf"{n_asked} of 4 questions answered.* the budget of .* be passed"):
                fitted.predict(ROWS)
        assert len(stub.asked) == n_asked


def test_batch_calibration_divides_by_the_mean_answer_to_the_training_rows(tmp_path):
    def likes_favor(body):
        sure = 0.9 if "joy" in comment_of(body) else 0.6
        return completion("favor", [{"favor": sure, "against": 1 - sure}])

    train = ROWS.assign(label=["favor", "against", "against", "favor"])
    with served(likes_favor) as stub:
        plain, calibrated = (
            made(stub, tmp_path, calibration=each).fit(train, train["label"]) for each in ("none", "batch")
        )
        assert plain.predict(ROWS).tolist() == ["favor"] * 4
        assert calibrated.base_rates_ == pytest.approx([0.25, 0.75])
        expected = np.array([[0.1 / 0.25, 0.9 / 0.75], [0.4 / 0.25, 0.6 / 0.75]])
        expected /= expected.sum(axis=1, keepdims=True)
        assert np.allclose(calibrated.predict_proba(ROWS)[:2], expected)
        assert calibrated.predict(ROWS).tolist() == train["label"].tolist()
        assert len(stub.asked) == 4


def test_what_costs_money_says_so():
    both = ensemble({"one": llm(), "other": majority()})
    assert [is_costly(each) for each in (llm(), both, majority(), clone(both))] == [True, True, False, True]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"base_url": "127.0.0.1:8080"}, "base_url: expected an address like http://127.0.0.1:8080/v1, found '127"),
        ({"base_url": "http://me:sk-secret@there/v1"}, "base_url: expected an address without a user, a password"),
        ({"base_url": "http://there/v1?key=sk-secret"}, "base_url: expected an address without a user, a password"),
        ({"key_variable": "sk-secret"}, "key_variable: expected the name of an environment variable"),
        ({"model": ""}, "model: expected a model's name"),
        ({"answer": "jason"}, r"answer: expected one of .* found 'jason'. Did you mean 'json'\?"),
        ({"phrasings": 4}, "phrasings: expected 1 to 3, found 4"),
        ({"n_examples": -1}, "n_examples: expected 0 or more, found -1"),
        ({"budget": 0}, "budget: expected 1 or more, found 0"),
        ({"money": 1.0}, "price: expected what a million tokens cost, found null beside classifier.money"),
        ({"price": 0.0}, "price: expected a number above 0, or null, found 0.0"),
        ({"calibration": "bach"}, "calibration: expected one of .*, found 'bach'. Did you mean 'batch'"),
        ({"calibration": "batch", "n_examples": 2}, "calibration: expected none with n_examples, found batch"),
        ({"concurrency": 0}, "concurrency: expected 1 or more, found 0"),
        ({"temperature": -1.0}, "temperature: expected 0 or more, found -1"),
        ({"timeout": 0.0}, "timeout: expected seconds above 0, found 0"),
        ({"retries": -1}, "retries: expected 0 or more"),
        ({"reads": ["author"]}, "reads: expected columns of"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_a_secret_is_not_repeated(settings, said):
    with pytest.raises(InputError, match=f"^classifier.{said}") as refused:
        llm(**settings)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"), [(None, "expected a file of guidelines, found no"), (b"\xff\xfe", "expected text in UTF-8")]
)
def test_guidelines_that_cannot_be_read_are_an_error(tmp_path, content, said):
    path = tmp_path / "guidelines.md"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=f"classifier.guidelines: {said}"):
        llm(guidelines=str(path)).fit(ROWS, ROWS["label"])


def test_a_missing_package_is_named_with_its_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(
        InputError, match=r"openai to be installed, found it missing; pip install .stance-threads\[llm\]"
    ):
        llm(answers=str(tmp_path)).fit(ROWS, ROWS["label"]).predict(ROWS)
