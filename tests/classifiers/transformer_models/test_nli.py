"""Stance by entailment: labels, phrasings and thresholds by hand, and the whole way with a model made for the test."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from stance.classifiers import nli
from stance.classifiers.transformer_models import _nli
from stance.classifiers.transformer_models._folder import find_transformer
from stance.errors import InputError

ROWS = pd.DataFrame(
    {
        "text": ["yes yes", "no no no", "hm", "yes no no"],
        "target": ["the ferry", "the ferry", "the fee", None],
        "label": ["favor", "against", "none", "against"],
    }
)
SENTENCES = {"favor": ["yes to {target}"], "against": ["no to {target}"]}


@pytest.fixture
def counted(monkeypatch):
    """Let a text entail a hypothesis by how often it says its first word; return the pairs that were judged."""
    judged = []

    def entailments(name, pairs, batch_size):
        judged.extend(pairs)
        return np.array([text.split().count(hypothesis.split()[0]) / 4 for text, hypothesis in pairs])

    monkeypatch.setattr(_nli, "entailments", entailments)
    return judged


def test_the_label_is_the_one_whose_hypothesis_follows_most_and_the_rest_where_none_does(counted):
    fitted = clone(nli(hypotheses=SENTENCES, threshold=0.25)).fit(ROWS, ROWS["label"])
    assert fitted.predict(ROWS).tolist() == ROWS["label"].tolist()
    assert (fitted.classes_.tolist(), fitted.rest_) == (["against", "favor", "none"], "none")
    assert {hypothesis for _, hypothesis in counted} == {
        f"{word} to {target}" for word in ("yes", "no") for target in ("the ferry", "the fee", "it")
    }
    assert fitted.predict_proba(ROWS)[1] == pytest.approx([0.75, 0.0, 0.25], abs=1e-6)
    assert fitted.predict(ROWS[::-1]).tolist() == ROWS["label"].tolist()[::-1]


def test_an_entailment_that_reaches_the_threshold_is_enough(counted):
    said = {"hypotheses": SENTENCES}
    yes = pd.DataFrame({"text": ["yes"]})
    predicted = [nli(**said, threshold=each).fit(ROWS, ROWS["label"]).predict(yes)[0] for each in (0.25, 0.26)]
    assert predicted == ["favor", "none"]


def test_the_threshold_is_chosen_on_the_training_rows_halfway_between_two_of_them(counted):
    train = ROWS.assign(text=["yes yes yes", "no no no", "yes", "no no no no"])
    assert nli(hypotheses=SENTENCES).fit(train, train["label"]).threshold_ == pytest.approx(0.5)
    # where every label has a hypothesis there is nothing to choose
    all_three = SENTENCES | {"none": ["hm {target}"]}
    fitted = nli(hypotheses=all_three).fit(ROWS, ROWS["label"])
    assert (fitted.rest_, fitted.predict(ROWS).tolist()) == ("", ROWS["label"].tolist())


def test_phrasings_are_averaged(counted):
    two = {"favor": ["yes", "never"], "against": ["no", "no"]}
    fitted = nli(hypotheses=two, threshold=0.3).fit(ROWS, ROWS["label"])
    assert fitted.predict(ROWS).tolist() == ["none", "against", "none", "against"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"hypotheses": {"favor": []}}, r"hypotheses: expected sentences for each label that is named, .* \['favor'\]"),
        ({"hypotheses": {"favor": [" "]}}, "hypotheses: expected sentences"),
        ({"threshold": 1.5}, "threshold: expected 0 to 1, or null, found 1.5"),
        ({"batch_size": 0}, "batch_size: expected 1 or more, found 0"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings, said):
    with pytest.raises(InputError, match=f"^classifier.{said}"):
        nli(**settings)


def test_a_label_set_that_the_hypotheses_do_not_cover_is_refused(counted):
    labels = ["support", "oppose", "none", "oppose"]
    with pytest.raises(InputError, match=r"for every label but one, .* and none for \['none', 'oppose', 'support'\]"):
        nli(hypotheses=SENTENCES).fit(ROWS, labels)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "expected config.json of a transformer"),
        ({"config.json": "{}", "own.py": ""}, "found code in .*own.py"),
        ({"config.json": "{}", "pytorch_model.bin": ""}, "found pickled weights, which may run code, in .*_model.bin"),
    ],
)
def test_a_model_that_would_run_code_is_refused(files, said, tmp_path):
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=said):
        find_transformer(str(tmp_path))


@pytest.mark.parametrize("name", ["/no/such/folder", "./here", "no-owner"])
def test_a_folder_that_is_not_there_is_no_hub_name(name):
    with pytest.raises(InputError, match="expected a folder with a model or a hub name owner/model, found"):
        find_transformer(name)


def test_a_model_that_judges_something_else_is_refused(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"id2label": {"0": "positive", "1": "negative"}}))
    (tmp_path / "model.safetensors").write_text("")
    with pytest.raises(InputError, match=r"a model of entailment, .* found \['positive', 'negative'\]"):
        nli(model=str(tmp_path)).fit(ROWS, ROWS["label"])


DROPOUTS = ("hidden_dropout_prob", "attention_probs_dropout_prob")


@pytest.fixture
def judge(minilm, tmp_path):
    """A tiny model of entailment, trained for some steps on what it is asked, with the tokenizer of MiniLM."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(str(minilm))
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    names = {0: "entailment", 1: "not_entailment"}
    without = dict.fromkeys(DROPOUTS, 0.0)
    config = BertConfig(vocab_size=len(tokenizer), num_labels=2, id2label=names, **sizes, **without)
    model = BertForSequenceClassification(config)
    words = {"yes": ["I love it", "a joy", "how good"], "no": ["I hate it", "a shame", "how bad"]}
    pairs = [
        (text, f"The author says {said}.", int(word != said))
        for word, texts in words.items()
        for text in texts
        for said in words
    ]
    texts, hypotheses, gold = map(list, zip(*pairs, strict=True))
    batch = tokenizer(texts, hypotheses, padding=True, return_tensors="pt")
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(200):  # by then it has learnt, from any of three seeds; at 1e-2 it never does
        optimiser.zero_grad()
        model(**batch, labels=torch.tensor(gold)).loss.backward()
        optimiser.step()
    model.save_pretrained(tmp_path / "judge")
    tokenizer.save_pretrained(tmp_path / "judge")
    return str(tmp_path / "judge")


@pytest.mark.models
def test_a_real_model_of_entailment_goes_the_whole_way(judge, tmp_path, monkeypatch):
    from stance.classifiers.transformer_models import _entailment

    train = pd.DataFrame({"text": ["I love it", "I hate it", "a joy", "a shame"], "target": ["the ferry"] * 4})
    labels = ["favor", "against", "favor", "against"]
    said = {"favor": ["The author says yes."], "against": ["The author says no."]}
    made = nli(model=judge, hypotheses=said).fit(train, labels)
    assert made.predict(train).tolist() == labels
    assert made.predict(pd.DataFrame({"text": ["x " * 5000 + "I love it"]})).shape == (1,)
    first = made.predict_proba(train)
    assert np.allclose(first.sum(axis=1), 1.0)
    # judged once: what is kept needs no model
    monkeypatch.setattr(_entailment, "load_judge", None)
    assert (nli(model=judge, hypotheses=said, batch_size=1).fit(train, labels).predict_proba(train) == first).all()
