"""Layouts in which stance data sets are published, each on invented rows: what the mapping can say of them."""

import csv
import gzip
import json
import zipfile
from pathlib import Path

import datasets
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.dataset import load_table
from stance.dataset.chunks import _chunking as chunking
from stance.dataset.examples import sha_of_examples
from stance.dataset.tables import read_table
from stance.dataset.tables.reading._json_paths import Paths
from stance.errors import InputError

LABELS = ("against", "none", "favor")
TWO = {"text": "text", "label": "label"}
ROWS = [["Keep the bridge.", "favor"], ["It should go.", "against"], ["Which bridge?", "none"]]


def write(path, rows, header=("text", "label"), sign=","):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=sign).writerows([*([header] if header else []), *rows])
    return path


def in_json(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def units(path, columns=TWO, target="the bridge", labels=LABELS, **declared):
    table = read_table(path, labels, columns, target=target, **declared)
    return pa.concat_tables(table.chunks()).to_pylist()


def column(rows, name):
    return [row[name] for row in rows]


def pairs(rows):
    return [[row["text"], row["label"]] for row in rows]


def refused(path, columns=TWO, target="the bridge", labels=LABELS, **declared):
    with pytest.raises(InputError) as caught:
        load_table(path, labels, columns, target=target, **declared)
    return str(caught.value)


# files


def test_some_files_have_a_header_and_others_columns_by_number(tmp_path):
    write(tmp_path / "train.csv", ROWS[:2], header=None)
    write(tmp_path / "test.csv", [["none", "Which bridge?"]], header=("stance", "words"))
    files = [
        {"path": "train.csv", "split": "train", "columns": {"text": 1, "label": 2}},
        {"path": "test.csv", "split": "test", "columns": {"text": "words", "label": "stance"}},
    ]
    found = units(tmp_path, {}, files=files)
    assert pairs(found) == ROWS
    assert column(found, "split") == ["train", "train", "test"]
    assert column(found, "example_id") == ["train:1", "train:2", "test:2"]


def test_a_whole_table_may_have_no_header(tmp_path):
    path = write(tmp_path / "t.csv", ROWS, header=None)
    assert pairs(units(path, {"text": 1, "label": 2})) == ROWS
    assert "columns are counted from 1, found 0" in refused(path, {"text": 0, "label": 1})
    said = refused(path, {"text": 1, "label": "label"})
    assert "a file without a header has all columns by number, found 1 by number, label by name" in said
    assert "t.csv: expected the column '3' for label, found none. The columns are 1, 2." in refused(
        path, {"text": 1, "label": 3}
    )
    assert "`columns`: label: expected the name of a column, or its number where there is no header" in refused(
        path, {"text": 1, "label": None}
    )


def test_a_word_that_only_some_files_have_is_missing_in_the_others(tmp_path):
    write(tmp_path / "a.csv", [["Late.", "favor", "reader-1"]], header=("text", "label", "who"))
    write(tmp_path / "b.csv", [["Dear.", "against"]])
    found = units(tmp_path, files=[{"path": "a.csv", "columns": {"author": "who"}}, {"path": "b.csv"}])
    assert column(found, "author") == ["reader-1", None]
    said = refused(tmp_path, files=[{"path": "a.csv", "columns": {"autor": "who"}}, {"path": "b.csv"}])
    assert "`files` entry 1 (a.csv): `columns` has 'autor'" in said
    assert "Did you mean 'author'?" in said


def test_packed_files_are_read_where_they_are(tmp_path):
    path = write(tmp_path / "t.csv", ROWS)
    with gzip.open(tmp_path / "t.csv.gz", "wb") as stream:
        stream.write(path.read_bytes())
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(path, "data/t.csv")
        archive.write(path, "data/u.csv")
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.write(tmp_path / "t.csv.gz", "t.csv.gz")
    plain = units(path)
    assert pairs(units(tmp_path / "t.csv.gz")) == pairs(plain) == ROWS
    assert column(units(tmp_path / "t.csv.gz"), "example_id") == ["t:2", "t:3", "t:4"]
    assert pairs(units(tmp_path / "one.zip", format="csv")) == ROWS
    assert pairs(units(tmp_path / "all.zip" / "data" / "u.csv")) == ROWS
    two = units(tmp_path / "all.zip", files=[{"path": "data/t.csv", "split": "train"}, {"path": "data/u.csv"}])
    assert column(two, "example_id") == [f"data/{name}:{row}" for name in "tu" for row in (2, 3, 4)]
    assert len(units(tmp_path, files=[{"path": "all.zip/data/*.csv"}])) == 6
    said = refused(tmp_path / "all.zip", files=[{"path": "data/v.csv"}])
    assert "all.zip: expected a file 'data/v.csv' in it, found none. Did you mean 'data/" in said


def test_what_is_packed_and_broken_or_a_bomb_is_refused(tmp_path, monkeypatch):
    (tmp_path / "t.csv.gz").write_bytes(b"text,label\n")
    assert "t.csv.gz: expected a file packed by gzip, found it unreadable" in refused(tmp_path / "t.csv.gz")
    (tmp_path / "t.zip").write_bytes(b"PK nothing")
    assert "t.zip: expected a zip archive, found it unreadable" in refused(tmp_path / "t.zip", format="csv")
    monkeypatch.setattr("stance.dataset.tables.declared._places.SMALL_BYTES", 100)
    with gzip.open(tmp_path / "b.csv.gz", "wb") as stream:
        stream.write(b"text,label\n" * 1_000_000)
    assert "expected at most 200 times its packed size, found more" in refused(tmp_path / "b.csv.gz")


def test_a_pattern_finds_files_that_belong_together(tmp_path, monkeypatch):
    monkeypatch.setattr(chunking, "CHUNK_ROWS", 2)
    for number, row in enumerate(ROWS):
        write(tmp_path / "parts" / f"{number}.csv", [row])
    table = read_table(tmp_path / "parts" / "*.csv", LABELS, TWO, target="x")
    found = pa.concat_tables(table.chunks()).to_pylist()
    assert pairs(found) == ROWS
    assert column(found, "example_id") == ["0:2", "1:2", "2:2"]
    assert [(file["name"], file["rows"], len(file["sha256"])) for file in table.facts["files"]] == [("*.csv", 3, 64)]
    write(tmp_path / "parts" / "3.csv", [["Late.", "favour"]])
    assert "3.csv row 2: label 'favour' (1 row) has no meaning" in refused(tmp_path / "parts" / "*.csv")
    assert "*.tsv: expected files of this pattern in" in refused(tmp_path / "parts" / "*.tsv")


def test_a_sheet_of_a_workbook_is_read_by_its_name(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["nothing here"])
    sheet = book.create_sheet("labels")
    for row in [["no", "text", "label"], [1, "Late.", 2], [None, None, None], [2.0, "Dear.", 0.0]]:
        sheet.append(row)
    book.save(tmp_path / "t.xlsx")
    columns = {"comment_id": "no", **TWO}
    values = {"0": "against", "2": "favor"}
    found = units(tmp_path / "t.xlsx", columns, sheet="labels", label_values=values)
    assert [(row["comment_id"], row["label"]) for row in found] == [("1", "favor"), ("2", "against")]
    said = refused(tmp_path / "t.xlsx", columns, sheet="labels", label_values={"2": "favor"})
    assert "t.xlsx row 4: label '0' (1 row) has no meaning" in said
    assert "t.xlsx has several sheets, Sheet, labels; set `sheet` to one of them" in refused(tmp_path / "t.xlsx")
    said = refused(tmp_path / "t.xlsx", sheet="label")
    assert "t.xlsx: expected a sheet 'label', found none. Did you mean 'labels'?" in said
    (tmp_path / "u.xlsx").write_bytes(b"no workbook")
    assert "u.xlsx cannot be read as xlsx: File is not a zip file" in refused(tmp_path / "u.xlsx")


# nested JSON

CLAIMS = [
    {
        "claim": {"id": 7, "text": "The bridge should stay"},
        "views": [
            {"ids": [0, 4], "meta": {"stance": "favor"}},
            {"ids": [1], "meta": {"stance": "against"}},
        ],
    },
    {"claim": {"id": 8, "text": "The ferry is enough"}, "views": []},
    {"claim": {"id": 9, "text": "Nothing is enough"}, "views": [{"ids": [2], "meta": {"stance": "none"}}]},
]
TEXTS = [{"id": number, "words": text} for number, text in enumerate(["Keep it.", "Let it go.", "What?", "-", "Stay."])]
NESTED = {"target": "claim.text", "comment_id": "views[].ids[]", "label": "views[].meta.stance"}


@pytest.fixture
def claims(tmp_path):
    in_json(tmp_path / "texts.json", TEXTS)
    in_json(tmp_path / "split.json", {"7": "train", "8": "train", "9": "test"})
    return in_json(tmp_path / "claims.json", CLAIMS)


JOINS = [
    {"path": "texts.json", "key": {"comment_id": "id"}, "columns": {"text": "words"}},
    {"path": "split.json", "key": {"claim.id": "{}.key"}, "columns": {"split": "{}.value"}},
]


def test_nested_lists_become_rows_and_texts_and_splits_come_from_other_files(claims):
    found = units(claims, NESTED, target=None, join=JOINS)
    assert [(row["comment_id"], row["text"], row["label"], row["split"]) for row in found] == [
        ("0", "Keep it.", "favor", "train"),
        ("4", "Stay.", "favor", "train"),
        ("1", "Let it go.", "against", "train"),
        ("2", "What?", "none", "test"),
    ]
    assert column(found, "target")[::3] == ["The bridge should stay", "Nothing is enough"]


def test_what_a_join_finds_and_does_not_find_is_counted(claims):
    in_json(claims.parent / "texts.json", TEXTS[:4])
    found = load_table(claims, LABELS, NESTED, join=JOINS)
    facts = found.about["facts"]
    assert facts["joined"]["texts.json"] == {"rows": 4, "used": 3, "asked": 4, "rows_without": 1}
    assert facts["records_without_rows"] == 1
    assert found.stats["dropped"] == {"no_text": 1}
    assert (
        "rows_without_join: 1 of 4 rows have no row in texts.json; are the keys written alike?"
        in (found.stats["findings"])
    )
    assert [file.split(":")[0] for file in found.about["files"]] == ["claims.json", "texts.json", "split.json"]


def test_paths_that_lead_nowhere_or_through_two_lists_are_refused(claims):
    said = refused(claims, NESTED | {"label": "views[].meta.stanse"}, target=None, join=JOINS)
    assert "claims.json: expected the column 'views[].meta.stanse' for label, found none. Did you mean" in said
    in_json(claims, [{"a": [{"x": "Late."}], "b": [{"y": "favor"}]}])
    said = refused(claims, {"text": "a[].x", "label": "b[].y"})
    assert "expected columns of one list, each inside the one before it; 'b[].y' goes through another list" in said
    in_json(claims, [{"text": ["Late.", "Dear."], "label": "favor"}])
    assert "claims.json row 1: column 'text' holds a list" in refused(claims)


def test_made_ids_of_nested_rows_say_record_and_entry(claims):
    found = units(claims, {"target": "claim.text", "label": "views[].meta.stance", "text": "claim.text"}, target=None)
    assert column(found, "example_id") == ["claims:1.1", "claims:1.2", "claims:3.1"]
    in_json(claims, [CLAIMS[0] | {"views": [{"meta": {"stance": "fovar"}}]}])
    said = refused(claims, {"target": "claim.text", "label": "views[].meta.stance", "text": "claim.text"}, target=None)
    assert "claims.json row 1.1: label 'fovar' (1 row) has no meaning; name it in `label_values`. Did you mean" in said


def test_json_of_the_other_form_is_told_by_its_name(tmp_path):
    rows = [dict(zip(("text", "label"), row, strict=True)) for row in ROWS]
    path = in_json(tmp_path / "t.json", rows)
    assert pairs(units(path)) == ROWS
    path.write_text(json.dumps(rows, indent=1))
    assert "found the beginning of a JSON list; set `format: json`" in refused(path, format="jsonl")
    path.write_text(json.dumps(rows))
    assert "expected a JSON object in each line, found a JSON list; set `format: json`" in refused(path, format="jsonl")
    path.write_text("\n".join(map(json.dumps, rows)))
    several = "t.json line 2, column 1: expected one JSON list or object, found several"
    assert f"{several}; where each is on a line, set `format: jsonl`" in refused(path)
    path.write_text("[" * 200_000)
    assert "t.json: expected one JSON list or object, found it is nested too deep to read" in refused(path)
    path.write_text("[" * 200_000 + "\n")
    deep = "t.json row 1: expected a JSON object, found it is nested too deep to read"
    assert deep in refused(path, format="jsonl")
    path.write_text('{"text": "Late."')
    assert "t.json line 1, column 17: expected one JSON list or object, found it broken" in refused(path)


json_values = st.recursive(
    st.text(max_size=3), lambda inner: st.dictionaries(st.sampled_from("abc"), inner), max_leaves=6
)


@given(st.lists(st.fixed_dictionaries({"l": st.lists(st.fixed_dictionaries({"m": st.lists(json_values)}))})))
def test_a_path_gives_each_entry_of_each_list_once_and_in_order(records):
    paths = Paths.of(["l[].m[]"])
    found = [row for record in records for row in paths.rows(record)]
    assert found == [(value,) for record in records for entry in record["l"] for value in entry["m"]]


def test_utterances_of_convokit_are_read_as_they_are(tmp_path):
    lines = [
        {"id": "u1", "conversation_id": "u1", "reply-to": None, "speaker": "reader-1", "text": "The bridge?"},
        {"id": "u2", "conversation_id": "u1", "reply-to": "u1", "speaker": "reader-2", "text": "Keep it."},
    ]
    stances = [{"meta": {"stance": label}} for label in ("none", "favor")]
    path = tmp_path / "utterances.jsonl"
    path.write_text("\n".join(json.dumps(a | b) for a, b in zip(lines, stances, strict=True)))
    columns = {"comment_id": "id", "thread_id": "conversation_id", "parent_id": "reply-to", "author": "speaker"}
    found = units(path, columns | {"text": "text", "label": "meta.stance"})
    assert [(row["example_id"], row["parent_id"], row["label"]) for row in found] == [
        ("u1#u1", None, "none"),
        ("u1#u2", "u1", "favor"),
    ]


# labels


def test_a_column_for_each_target_becomes_an_example_for_each(tmp_path, monkeypatch):
    rows = [["Keep both.", "favor", "favor"], ["The ferry will do.", "against", "favor"], ["No view.", "none", ""]]
    path = write(tmp_path / "t.csv", rows, header=("text", "b", "f"))
    declared = {"label_columns": {"b": "the bridge", "f": "the ferry"}}
    found = load_table(path, LABELS, {"text": "text"}, **declared)
    assert found.targets == ("the bridge", "the ferry")
    assert found.stats["dropped"] == {"not_annotated": 1}
    assert found.examples["example_id"][:2] == ["t:2@the bridge", "t:2@the ferry"]
    assert [found.labels[code] for code in found.examples["label"]] == ["favor", "favor", "against", "favor", "none"]
    whole = units(path, {"text": "text"}, target=None, **declared)
    monkeypatch.setattr(chunking, "CHUNK_ROWS", 2)
    assert units(path, {"text": "text"}, target=None, **declared) == whole
    said = refused(path, {"text": "text", "label": "b"}, target=None, **declared)
    assert "expected labels in one form, found a column `label` and `label_columns`" in said
    said = refused(path, {"text": "text"}, target=None, label_columns={"b": "the bridge", "g": "the ferry"})
    assert "t.csv: expected the column 'g', found none." in said


def test_several_labels_in_a_cell_are_labels_of_several_people(tmp_path):
    path = write(tmp_path / "t.csv", [["Keep it for now.", "favor; none"], ["Go.", "against"], ["Hm.", " "]])
    found = load_table(path, LABELS, TWO, target="x", separator=";", annotator="1")
    assert [found.labels[code] for code in found.examples["label"]] == ["favor", "against"]
    assert found.examples["label_share"][0] == [0, 0.5, 0.5]
    assert load_table(path, LABELS, TWO, target="x", separator=";").stats["dropped"] == {
        "no_majority": 1,
        "not_annotated": 1,
    }
    path = write(tmp_path / "u.csv", [["Go.", "a1|a2", "against|none"]], header=("text", "by", "label"))
    (row,) = units(path, TWO | {"annotators": "by"}, separator="|")
    assert (row["annotators"], row["annotator_labels"]) == (["a1", "a2"], ["against", "none"])
    write(path, [["Go.", "a1", "against|none"]], header=("text", "by", "label"))
    said = refused(path, TWO | {"annotators": "by"}, separator="|")
    assert "u.csv row 2: expected 1 annotator_labels, one an annotator, found 2" in said


def test_numbers_become_labels_by_their_range(tmp_path):
    numbers = ["-2", "-0.5", "0", "0.5", "2.0", "", "1e0"]
    path = write(tmp_path / "t.csv", [["Late.", number] for number in numbers])
    bins = {"against": [None, -0.5], "none": [-0.5, 0.5], "favor": [0.5, 2]}
    assert column(units(path, bins=bins), "label") == ["against", "none", "none", "favor", "favor", None, "favor"]
    said = refused(path, bins={"against": [-2, -1], "favor": [1, 2]})
    assert "t.csv row 3: label '-0.5' (1 row) has no meaning; no range of `bins` has it." in said
    said = refused(path, bins={"against": [-2, 1], "favour": [0, 2], "none": [3, 1]})
    assert "`bins` has 'favour', which is not in ['against', 'none', 'favor']. Did you mean 'favor'?" in said
    assert "`bins` overlap: 'against' ends at 1 and 'favour' begins at 0" in said
    assert "`bins` of 'none': expected the lowest and the highest number, null for none" in said


@given(st.floats(-5, 5, allow_nan=False))
def test_every_number_between_the_outer_ends_has_one_label(tmp_path_factory, number):
    path = write(tmp_path_factory.mktemp("t") / "t.csv", [["Late.", repr(number)]])
    bins = {"against": [-5, -1], "none": [-1, 1], "favor": [1, 5]}
    expected = "against" if number < -1 else "favor" if number >= 1 else "none"
    assert column(units(path, bins=bins), "label") == [expected]


def test_a_whole_number_is_the_same_label_however_it_is_written(tmp_path):
    path = write(tmp_path / "t.csv", [["Late.", "2.0"], ["Dear.", "2"]])
    assert column(units(path, label_values={"2": "favor"}), "label") == ["favor", "favor"]


# joins


def test_bodies_come_beside_headlines_by_their_number(tmp_path):
    write(tmp_path / "bodies.csv", [["1", "The council said so."], ["2", "Nobody said so."]], header=("no", "body"))
    rows = [["Bridge to stay", "1.0", "favor"], ["Bridge to go", "1", "against"], ["Bridge?", "", "none"]]
    path = write(tmp_path / "t.csv", rows, header=("text", "body", "label"))
    joins = [{"path": "bodies.csv", "key": {"body": "no"}, "columns": {"context": "body"}}]
    found = load_table(path, LABELS, TWO, target="x", join=joins)
    assert found.examples["context"] == ["The council said so.", "The council said so.", ""]
    assert load_table(path, LABELS, TWO, target="x", join=joins, context="none").examples["context"] == ["", "", ""]


def test_gold_labels_and_lists_of_splits_are_joined_too(tmp_path):
    path = write(tmp_path / "t.csv", [[str(n), f"Words {n}."] for n in range(4)], header=("no", "text"))
    write(tmp_path / "gold" / "a.csv", [["0", "favor"], ["1", "none"]], header=("no", "label"))
    write(tmp_path / "gold" / "b.csv", [["3", "against"]], header=("no", "label"))
    (tmp_path / "train.txt").write_text("0\n1\n")
    (tmp_path / "test.txt").write_text("3\n")
    ids = {"format": "csv", "key": {"comment_id": 1}}
    joins = [
        {"path": "gold/*.csv", "key": "no", "columns": {"label": "label"}},
        {"path": "train.txt", "split": "train", **ids},
        {"path": "test.txt", "split": "test", **ids},
    ]
    found = units(path, {"comment_id": "no", "text": "text"}, join=joins)
    assert column(found, "label") == ["favor", "none", None, "against"]
    assert column(found, "split") == ["train", "train", None, "test"]


def test_a_join_is_checked(tmp_path):
    path = write(tmp_path / "t.csv", [["1", "Late.", "favor"]], header=("no", "text", "label"))
    write(tmp_path / "u.csv", [["1", "x"], ["1", "x"], ["2", "y"], ["2", "z"], ["", "a"], ["", "b"]], ("id", "more"))
    join = {"path": "u.csv", "key": {"no": "id"}, "columns": {"context": "more"}}
    said = refused(path, join=[join])
    assert said.endswith("u.csv row 5: the key '2' stands already in u.csv row 4, with other values")
    for wrong, expected in [
        (
            {"kye": "no"},
            "`join` entry 1 has 'kye'; known are path, key, columns, split, format, sheet. Did you mean 'key'",
        ),
        ({"path": "v.csv"}, "v.csv: expected a file in"),
        ({"key": {"no": "ids"}}, "u.csv: expected the column 'ids' for the key no, found none. Did you mean 'id'?"),
        ({"key": {"non": "id"}}, "t.csv: expected the column 'non', found none. Did you mean 'no'?"),
        ({"columns": {}}, "`join` entry 1 (u.csv) gives nothing: expected `columns`, or a `split`"),
        ({"columns": {"text": "more"}}, "`join` entry 1 gives 'text', which `columns` has already"),
        ({"columns": {"annotators": "more"}}, "a join gives one value a row, and no list as 'annotators' needs"),
        ({"split": "tain"}, "`join` entry 1: expected a split of train, validation, test, found 'tain'. Did you mean"),
    ]:
        assert expected in refused(path, join=[join | wrong])


@given(st.dictionaries(st.text("abc12.0", min_size=1, max_size=3), st.text("xyz", min_size=1), max_size=8), st.data())
def test_a_join_finds_what_a_dictionary_finds(tmp_path_factory, second, data):
    folder = tmp_path_factory.mktemp("t")
    second = {key: value for key, value in second.items() if not key.endswith(".0")} or {"a": "x"}
    asked = data.draw(st.lists(st.sampled_from(["q", *second]), min_size=1, max_size=6))
    write(folder / "u.csv", list(second.items()), header=("id", "more"))
    path = write(folder / "t.csv", [[key, "Late.", "favor"] for key in asked], header=("no", "text", "label"))
    join = {"path": "u.csv", "key": {"no": "id"}, "columns": {"context": "more"}}
    assert column(units(path, join=[join]), "context") == [second.get(key, "") for key in asked]


# rows to keep


def test_rows_are_kept_by_value_and_the_others_counted(tmp_path, monkeypatch):
    rows = [["Keep it.", "favor", "en"], ["Weg damit.", "dagegen", "de"], ["Stay.", "favor", "en"], ["?", "none", ""]]
    path = write(tmp_path / "t.csv", rows, header=("text", "label", "language"))
    for chunk_rows in (1, 50_000):
        monkeypatch.setattr(chunking, "CHUNK_ROWS", chunk_rows)
        found = load_table(path, LABELS, TWO, target="x", where={"language": "en"})
        assert found.examples["comment_id"] == ["t:2", "t:4"]
        assert found.stats["dropped"] == {"where": 2}
        assert {entry.example_id for entry in found.dropped} == {"t:3", "t:5"}
        assert found.stats["units"] == 4
    both = load_table(path, LABELS, TWO, target="x", where={"language": ["en", None], "label": ["favor", "none"]})
    assert len(both.examples) == 3
    said = refused(path, where={"language": "eng"})
    assert "expected rows, found none that `where` keeps" in said
    assert "`where`: expected 'eng' in 'language', found no such row. Did you mean 'en'?" in said
    assert "t.csv: expected the column 'lang', found none." in refused(path, where={"lang": "en"})


def test_rows_keep_their_numbers_behind_those_that_are_left_out(tmp_path):
    rows = [["Weg.", "?", "de"], ["Stay.", "fovar", "en"]]
    path = write(tmp_path / "t.csv", rows, header=("text", "label", "language"))
    assert "t.csv row 3: label 'fovar' (1 row)" in refused(path, where={"language": "en"})


def test_a_file_of_one_row_without_header_and_line_end_is_read_and_one_without_rows_is_refused(tmp_path):
    path, columns = tmp_path / "t.csv", {"text": 1, "label": 2}
    path.write_text("Stay.,favor")
    assert column(units(path, columns), "text") == ["Stay."]
    for nothing in ("", "\n\n"):
        path.write_text(nothing)
        assert refused(path, columns).endswith("t.csv: expected rows, found none")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", gzip.compress(b"text,label\n"), "expected text in utf-8, found a file packed by gzip; call it .gz"),
        (
            "t.csv",
            b"PK\x03\x04\0\0",
            "in utf-8, found a zip archive or a workbook; call it .zip or .xlsx",
        ),
        ("t.tsv", b"PAR1\0\0", "expected text in utf-8, found a Parquet file; set `format: parquet`"),
        ("t.csv", b"text,label\nSt\0ay.,favor\n", "found a zero byte in line 2; take such bytes out"),
        ("t.csv", "text,label\nStay.,favor\n".encode("utf-16-be"), "set `encoding: utf-16-be`"),
        ("t.csv", b'text,label,x\n"Stay.,favor,\nGo.,favor,\n', "line 2: expected each quotation mark that opens a"),
        ("t.jsonl", b'{"text": {"en": "Stay."}, "label": "favor"}', "name one by its path, as in text.en"),
        ("t.jsonl", b'{"text": "Stay.", "label": %s}' % (b"9" * 5000), "found a number in it is too long"),
    ],
    ids=["gzip", "zip", "parquet", "zero", "utf-16", "quote", "object", "digits"],
)
def test_what_is_no_table_of_its_kind_is_refused_by_what_it_is(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    assert said in refused(tmp_path / name)


def test_an_archive_of_several_files_is_asked_for_one_of_them(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as packed:
        for name in ("a.csv", "b.csv"):
            packed.writestr(name, "text,label\nStay.,favor\n")
    said = refused(tmp_path / "t.zip", format="csv")
    assert "t.zip: expected one file in it, found 2; name one, as in t.zip/a.csv." in said


def test_the_cases_of_the_issue_are_read():
    folder = Path(__file__).parents[4] / "shared" / "cases" / "reuse"
    if not folder.exists():
        pytest.skip(f"the invented inputs are not at {folder}")
    nested = {"target": "claim.text", "comment_id": "perspectives[].pid", "label": "perspectives[].meta.stance"}
    joins = [{"path": "03-texts.json", "key": {"comment_id": "pid"}, "columns": {"text": "words"}}]
    assert pairs(units(folder / "03-nested.json", nested, target=None, join=joins)) == ROWS
    assert len(units(folder / "02-list.json")) == 3
    assert column(units(folder / "08-utf16.csv"), "text") == ["Keep it.", "Gö."]
    assert len(units(folder / "09-packed.csv.gz")) == 2


# times, ids, bad rows, columns that are kept


WHEN = TWO | {"published": "when"}


@pytest.mark.parametrize(
    ("format", "shown", "expected"),
    [
        (None, "2012-10-01T10:00", "2012-10-01T10:00"),
        ("%a %b %d %H:%M:%S %z %Y", "Mon Oct 01 10:00:00 +0000 2012", "2012-10-01T10:00:00+00:00"),
        ("%a %b %d %H:%M:%S %Z %Y", "Mon Oct 01 10:00:00 CEST 2012", "2012-10-01T10:00:00"),
        ("%d.%m.%Y", "1.10.2012", "2012-10-01T00:00:00"),
        ("unix", "1349085600", "2012-10-01T10:00:00+00:00"),
        ("unix_ms", "1349085600500", "2012-10-01T10:00:00.500000+00:00"),
    ],
)
def test_times_are_read_as_they_are_written(format, shown, expected, tmp_path):
    path = write(tmp_path / "t.csv", [["Late.", "favor", shown], ["Dear.", "favor", ""]], ("text", "label", "when"))
    assert column(units(path, WHEN, published_format=format), "published") == [expected, None]


def test_times_that_cannot_be_read_are_refused_when_the_dataset_is_built(tmp_path):
    path = write(tmp_path / "t.csv", [["Late.", "favor", "Mon Oct 01 2012"]], ("text", "label", "when"))
    said = refused(path, WHEN)
    assert (
        "t.csv row 2: expected a time such as 2016-09-20 or 2016-09-20T15:30, found 'Mon Oct 01 2012'; where it" in said
    )
    assert "say how in `published_format`" in said
    said = refused(path, WHEN, published_format="%d.%m.%Y")
    assert said.endswith("expected a time written as `published_format` says, %d.%m.%Y, found 'Mon Oct 01 2012'")
    for wrong in ("unixx", "%Q", "day"):
        said = refused(path, WHEN, published_format=wrong)
        assert f"or unix or unix_ms, found {wrong!r}." in said
    assert "Did you mean 'unix'?" in refused(path, WHEN, published_format="unixx")


@pytest.mark.parametrize("rounded", ["1.03E+18", "10931955909792809e+18", "1,2E+5"])
def test_ids_that_a_spreadsheet_has_rounded_are_refused_for_that_reason(rounded, tmp_path):
    path = write(tmp_path / "t.csv", [[rounded, *ROWS[0]], [rounded, *ROWS[1]]], ("id", "text", "label"))
    said = refused(path, TWO | {"comment_id": "id"})
    assert f"t.csv row 2: expected the comment_id as it was given, found {rounded!r}, which a spreadsheet has" in said
    assert "or leave comment_id out of `columns`" in said
    assert "stands already" not in said
    assert len(units(path)) == 2


BAD = [
    ["1", "Late.", "favor", "0", "2012-10-01"],
    ["2", "Dear.", "fovar", "0", ""],
    ["3", "Lovely."],
    ["4", "Late again.", "none", "deep", ""],
    ["5", "Later.", "none", "1", "once"],
    ["1.5E+10", "Latest.", "none", "1", ""],
]
BAD_COLUMNS = TWO | {"comment_id": "id", "depth": "depth", "published": "when"}


def test_rows_that_cannot_be_used_are_dropped_only_when_asked_for_each_for_its_reason(tmp_path, monkeypatch):
    path = write(tmp_path / "t.csv", BAD, ("id", "text", "label", "depth", "when"))
    assert len(refused(path, BAD_COLUMNS).splitlines()) == 6
    for chunk_rows in (1, 2, 50_000):
        monkeypatch.setattr(chunking, "CHUNK_ROWS", chunk_rows)
        found = load_table(path, LABELS, BAD_COLUMNS, target="x", bad_rows="drop")
        assert found.examples["comment_id"] == ["1"]
        assert found.stats["dropped"] == {
            "ragged_row": 1,
            "rounded_id": 1,
            "unknown_label": 1,
            "unreadable_depth": 1,
            "unreadable_time": 1,
        }
        assert found.stats["units"] == 6
    assert "t:4" in {entry.example_id for entry in found.dropped}
    assert "expected `bad_rows` of refuse or drop, found 'dorp'. Did you mean 'drop'?" in refused(path, bad_rows="dorp")
    (tmp_path / "t.jsonl").write_text('{"text": "Late.", "label": "favor"}\n{"text"\n[]\n')
    found = load_table(tmp_path / "t.jsonl", LABELS, TWO, target="x", bad_rows="drop")
    assert found.stats["dropped"] == {"broken_line": 2}


def test_other_columns_are_kept_as_what_they_are(tmp_path, monkeypatch):
    rows = [["Late.", "favor", "1", "2.5", "TRUE", "007"], ["Dear.", "none", "-2", "1", "false", "8"]]
    path = write(
        tmp_path / "t.csv", [*rows, ["Hm.", "none", "", "", "", ""]], ("text", "label", "n", "x", "seen?", "code")
    )
    extra = ["n", "x", "seen?", "code"]
    monkeypatch.setattr(chunking, "CHUNK_ROWS", 1)
    found = load_table(path, LABELS, TWO, target="x", extra=extra)
    assert {name: found.examples.features[name].dtype for name in extra} == {
        "n": "int64",
        "x": "float64",
        "seen?": "bool",
        "code": "string",
    }
    assert [found.examples[name][:] for name in extra] == [
        [1, -2, None],
        [2.5, 1.0, None],
        [True, False, None],
        ["007", "8", None],
    ]
    assert found.sha != load_table(path, LABELS, TWO, target="x").sha
    assert found.sha == sha_of_examples(found.examples, found.targets, found.labels)
    assert "`extra` has 'text', which every example has already; leave it out" in refused(path, extra=["text"])
    assert "t.csv: expected the column 'seen', found none. Did you mean 'seen?'?" in refused(path, extra=["seen"])


def test_a_table_of_ids_alone_is_told_that_its_texts_are_missing(tmp_path):
    path = write(tmp_path / "t.csv", [["1", "favor"], ["2", "none"]], header=("id", "label"))
    columns = {"comment_id": "id", "label": "label"}
    said = refused(path, columns)
    assert "expected texts, found none in 2 rows. Where terms of service keep the texts out, get them by their" in said
    (tmp_path / "texts.jsonl").write_text('{"id": 2, "text": "Dear."}\n')
    join = [{"path": "texts.jsonl", "key": {"comment_id": "id"}, "columns": {"text": "text"}}]
    found = load_table(path, LABELS, columns, target="x", join=join)
    assert found.stats["dropped"] == {"no_text": 1}
    assert found.stats["findings"] == [
        "rows_without_join: 1 of 2 rows have no row in texts.jsonl; are the keys written alike?"
    ]


def test_labels_that_yaml_reads_as_truth_values_are_refused(tmp_path):
    path = write(tmp_path / "t.csv", ROWS)
    said = refused(path, labels=[False, True])
    assert "`labels` must be text, found the truth values [False, True], which YAML reads from no, off or false" in said


# tables in memory


def test_a_table_in_memory_gives_what_its_file_gives(tmp_path):
    frame = pd.DataFrame(
        {"id": [3, 4, 5], "text": ["Late.", "Dear.", None], "label": ["favor", None, "none"], "n": [1, 2.5, None]}
    )
    frame.to_csv(tmp_path / "t.csv", index=False)
    columns = TWO | {"comment_id": "id"}
    of_file = load_table(tmp_path / "t.csv", LABELS, columns, target="x", extra=["n"])
    for table in (frame, datasets.Dataset.from_pandas(frame), pa.Table.from_pandas(frame)):
        found = load_table(table, LABELS, columns, target="x", extra=["n"])
        assert (found.sha, found.name, found.stats["dropped"]) == (of_file.sha, "table", of_file.stats["dropped"])
        assert found.about["config"]["path"] == "a table in memory"
    assert units(frame)[0]["example_id"] == "table:1"
    named = datasets.Dataset.from_dict({"text": ["Late."], "label": [2]})
    named = named.cast_column("label", datasets.ClassLabel(names=list(LABELS)))
    assert column(units(named), "label") == ["favor"]
    mixed = pd.DataFrame({"text": ["Late.", "Dear."], "label": ["favor", "none"], "id": [3, "3b"]})
    assert column(units(mixed, columns), "comment_id") == ["3", "3b"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([1], "expected a path, a DataFrame, or a Dataset of the datasets library, found list"),
        (datasets.DatasetDict(), "expected one Dataset, found a DatasetDict"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "expected columns of different names, found ['a'] more than once"),
        (
            pd.DataFrame({"txt": ["a"], "label": ["none"]}),
            "expected the column 'text', found none. Did you mean 'txt'?",
        ),
    ],
)
def test_what_is_no_table_is_refused(table, said):
    assert said in refused(table)
