"""Published tables as datasets: what the YAML says of them decides, and everything else is as for a study."""

import json
import unicodedata
from functools import partial

import pandas as pd
import pytest

from stance.dataset import load_table
from stance.errors import InputError

LABELS = ("against", "none", "favor")
ROWS = """id,post,parent,who,words,about,part,final,x,y
1,p,,reader-1,The ferry is late and far too dear for what it is.,price,train,against,against,favor
2,p,1,reader-2,I like it.,price,train,,favor,favor
3,p,2,reader-1,"You like it? The ferry is late and far too dear for what it is.",price,test,,against,favor
4,q,,reader-3,The ferry is late and far too dear for what it is.,price,test,none,,
5,q,4,,No.,noise,test,,,
"""
COLUMNS = {
    "comment_id": "id",
    "thread_id": "post",
    "parent_id": "parent",
    "author": "who",
    "text": "words",
    "target": "about",
    "split": "part",
    "label": "final",
}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "ferry.csv"
    path.write_text(ROWS)
    return path


def load(path, **options):
    return load_table(path, LABELS, options.pop("columns", COLUMNS), annotator_columns=["x", "y"], **options)


def by_id(dataset, column):
    return dict(zip(dataset.examples["comment_id"], dataset.examples[column], strict=True))


def test_a_published_label_goes_before_the_annotators_whose_shares_are_kept(path):
    found = load(path)
    assert found.name == "ferry"
    assert found.targets == ("noise", "price")
    assert by_id(found, "label") == {"1": 0, "2": 2, "4": 1}
    assert by_id(found, "label_share") == {"1": [0.5, 0, 0.5], "2": [0, 0, 1], "4": None}
    with pytest.raises(InputError) as caught:
        found.label_weights()
    assert str(caught.value).startswith("label_share: expected 3 shares for each example, found 1 without, ")
    assert {entry.comment_id: entry.reason for entry in found.dropped} == {"3": "no_majority", "5": "not_annotated"}
    assert by_id(found, "author") == {"1": "author-01", "2": "author-02", "4": "author-03"}
    assert by_id(found, "depth") == {"1": None, "2": None, "4": None}


def test_what_stands_on_both_sides_of_the_official_split_is_named(path):
    found = load(path)
    assert found.stats["duplicates"] == {
        "groups": 1,
        "examples": 2,
        "groups_with_different_labels": 1,
        "across_splits": [{"test": ["q#4"], "train": ["p#1"]}],
    }
    assert by_id(found, "duplicate_group") == {"1": "p#1", "2": None, "4": "p#1"}


def test_the_official_test_split_stays_whole_when_duplicates_are_dropped(path):
    found = load(path, duplicates="drop")
    assert {entry.comment_id for entry in found.dropped if entry.reason == "duplicate"} == {"1"}
    assert by_id(found, "split") == {"2": "train", "4": "test"}


def test_counts_are_by_target_and_split(path):
    found = load(path)
    assert found.stats["targets"] == {"price": {"against": 1, "none": 1, "favor": 1}}
    assert found.stats["splits"] == {
        "test": {"against": 0, "none": 1, "favor": 0},
        "train": {"against": 1, "none": 0, "favor": 1},
    }
    assert (found.stats["comments"], found.stats["units"], found.stats["threads"]) == (5, 5, 2)


def test_an_erased_author_leaves_no_word_in_a_table_either(path):
    columns = COLUMNS | {"context": "words"}
    found = load(path, columns=columns, erase="reader-1")
    content = json.dumps([*found.examples.to_list(), *map(str, found.dropped), found.stats, found.about])
    assert "reader-1" not in content
    assert {entry.comment_id for entry in found.dropped if entry.reason == "erased"} == {"1", "3"}
    # comment 2 answers one of theirs, and what comment 4 has as context is one of their texts
    assert by_id(found, "context") == {"2": "", "4": ""}
    assert found.stats["units"] == 5
    with pytest.raises(InputError, match=r"expected an author of the 3 shown, found 'reader-11'\. Did you mean"):
        load(path, erase="reader-11")


def test_what_is_said_of_a_table_is_checked(path):
    with pytest.raises(InputError) as caught:
        load(path, about={"titel": "x", "annotators": "robot"})
    first, second = str(caught.value).splitlines()
    assert first.startswith("about: key 'titel' is not known; known are title, licence, ")
    assert first.endswith("Did you mean 'title'?")
    assert second == "about: annotators must be one of ['person', 'model'], found 'robot'"


def test_authors_keep_their_names_only_for_a_reason(path):
    with pytest.raises(InputError, match="authors: keep needs its reason in `about` of the table"):
        load(path, authors="keep")
    found = load(path, authors="keep", about={"authors_kept_because": "they do not exist"})
    assert by_id(found, "author") == {"1": "reader-1", "2": "reader-2", "4": "reader-3"}


def test_the_kind_of_annotators_is_said_beside_their_agreement(path):
    assert load(path, about={"annotators": "person"}).agreement.note == (
        "all of them people; a column need not be one person"
    )
    without = load_table(path, LABELS, COLUMNS)
    assert without.agreement is None
    assert "agreement" not in without.stats


@pytest.mark.parametrize("spelt", [partial(unicodedata.normalize, "NFD"), " {} ".format], ids=["NFD", "white space"])
def test_names_are_the_same_in_every_encoding_of_their_letters(tmp_path, spelt):
    rows = [["é1", "", "Die Fähre ist spät.", "dafür"], ["é2", spelt("é1"), "Nie fährt sie.", spelt("dagegen")]]
    frame = pd.DataFrame(rows, columns=["id", "parent", "words", "label"])
    frame["about"] = ["die Fähre", spelt("die Fähre")]
    frame["post"] = ["größe", spelt("größe")]
    columns = {"comment_id": "id", "thread_id": "post", "parent_id": "parent", "text": "words", "label": "label"}
    labels = ["dagegen", spelt("dafür")]
    found = load_table(frame, labels, columns | {"target": "about"}, context="parent")
    assert (found.targets, set(found.examples["thread_id"])) == (("die Fähre",), {"größe"})
    assert list(found.examples["context"]) == ["", "Die Fähre ist spät."]
    declared = load_table(frame, labels, columns, target=spelt("die Fähre"))
    assert declared.targets == ("die Fähre",)
    below = {"label": spelt("die Fähre")}
    columns.pop("label")
    assert load_table(frame, labels, columns, label_columns=below).targets == ("die Fähre",)
    frame.to_csv(tmp_path / "rows.csv", index=False)
    here = [{"path": "rows.csv", "target": spelt("die Fähre")}]
    assert load_table(tmp_path, labels, columns | {"label": "label"}, files=here).targets == ("die Fähre",)


def test_keys_of_a_second_table_and_of_annotations_are_found_in_every_encoding(tmp_path):
    spelt = partial(unicodedata.normalize, "NFD")
    ids = ["é1", "é2"]
    texts = pd.DataFrame({"id": ids, "words": ["Die Fähre ist spät.", "Nie fährt sie."]})
    texts.to_csv(tmp_path / "texts.csv", index=False)
    labels = pd.DataFrame({"id": list(map(spelt, ids)), "who": "a1", "label": ["no", "yes"]})
    labels.to_csv(tmp_path / "labels.csv", index=False)
    join = [{"path": "texts.csv", "key": {"comment_id": "id"}, "columns": {"text": "words"}}]
    columns = {"comment_id": "id", "label": "label"}
    joined = load_table(tmp_path / "labels.csv", ["no", "yes"], columns, target="die Fähre", join=join)
    assert len(joined.examples) == 2
    said = {"path": "labels.csv", "comment_id": "id", "annotator": "who", "label": "label"}
    columns = {"comment_id": "id", "text": "words"}
    found = load_table(tmp_path / "texts.csv", ["no", "yes"], columns, target="die Fähre", annotations=said)
    assert len(found.examples) == 2
