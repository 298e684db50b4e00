"""Tables as programs leave them: half emoji, NaN, open quotation marks, other encodings, lists of one."""

import json

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from stance.dataset import load_table
from stance.errors import InputError

LABELS = ("against", "none", "favor")
COLUMNS = {"comment_id": "id", "author": "who", "text": "comment", "label": "label"}
ROWS = [
    {"id": str(n), "who": f"reader-{n}", "comment": f"Plots number {n} for all", "label": LABELS[n % 3]}
    for n in range(6)
]


def load(path, columns=COLUMNS, labels=LABELS, **declared):
    return load_table(path, labels, columns, target="plots", **declared)


def as_csv(rows, sign=","):
    return "".join(sign.join(cells) + "\n" for cells in [list(rows[0]), *(row.values() for row in rows)])


def in_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("nobody", ["NaN", "nan", "None", "null", "[deleted]", "", float("nan"), None])
def test_authors_who_are_missing_are_nobody(tmp_path, nobody):
    rows = [row | ({"who": nobody} if number in (1, 4) else {}) for number, row in enumerate(ROWS)]
    counts = load(in_lines(tmp_path / "t.jsonl", rows)).stats
    assert (counts["authors"], counts["examples_without_author"]) == (4, 2)


@pytest.mark.parametrize("nothing", ["NaN", "[deleted]", "[removed]", float("nan"), None])
def test_texts_that_are_missing_are_dropped_by_name(tmp_path, nothing):
    counts = load(in_lines(tmp_path / "t.jsonl", [*ROWS[:5], ROWS[5] | {"comment": nothing}])).stats
    assert counts["dropped"] == {"no_text": 1}


def test_a_float_that_is_none_in_parquet_is_nobody(tmp_path):
    table = pa.Table.from_pylist(ROWS)
    who = pa.array(np.array([1, np.nan, 3, 4, np.nan, 6]))
    parquet.write_table(table.set_column(1, "who", who), tmp_path / "t.parquet")
    counts = load(tmp_path / "t.parquet").stats
    assert (counts["authors"], counts["examples_without_author"]) == (4, 2)


def test_a_label_may_be_spelt_as_programs_write_nothing(tmp_path):
    rows = [row | {"label": {"none": "None"}.get(row["label"], row["label"])} for row in ROWS]
    path = in_lines(tmp_path / "t.jsonl", rows)
    assert load(path, labels=("against", "None", "favor")).stats["labels"] == {"against": 2, "None": 2, "favor": 2}
    assert load(path).stats["dropped"] == {"not_annotated": 2}


def test_half_an_emoji_is_replaced(tmp_path):
    path = in_lines(tmp_path / "t.jsonl", [*ROWS[:5], ROWS[5] | {"comment": "Plots \ud83d"}])
    assert load(path).to_frame()["text"].iloc[5] == "Plots \ufffd"


@pytest.mark.parametrize(("encoding", "declared"), [("utf-16", "utf-8"), ("utf-8-sig", "cp1252"), ("utf-32", "utf-8")])
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_byte_order_mark_is_believed(tmp_path, encoding, declared, ending):
    rows = [*ROWS[:5], ROWS[5] | {"comment": "größer"}]
    path = tmp_path / f"t.{ending}"
    text = as_csv(rows) if ending == "csv" else "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(text.encode(encoding))
    assert load(path, encoding=declared).to_frame()["text"].iloc[5] == "größer"


@pytest.mark.parametrize(
    ("encoding", "declared", "said"),
    [
        ("utf-8", "cp1252", "expected text in cp1252, found UTF-8 throughout; set `encoding: utf-8`"),
        ("utf-16-le", "utf-8", "found zero bytes; where it is UTF-16 without its mark, set `encoding: utf-16-le`"),
    ],
)
def test_another_encoding_than_the_declared_one_is_refused(tmp_path, encoding, declared, said):
    path = tmp_path / "t.csv"
    path.write_bytes(as_csv([*ROWS[:5], ROWS[5] | {"comment": "don’t"}]).encode(encoding))
    with pytest.raises(InputError, match=r"t\.csv: expected text in") as error:
        load(path, encoding=declared)
    assert said in str(error.value)


def test_a_line_that_names_the_delimiter_is_believed_and_counted(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("sep=;\n" + as_csv(ROWS, ";"))
    assert load(path).stats["examples"] == 6
    path.write_text("sep=;\n" + as_csv([*ROWS[:5], ROWS[5] | {"label": "favour"}], ";"))
    with pytest.raises(InputError, match=r"t\.csv row 8: label 'favour'"):
        load(path)


def test_an_open_quotation_mark_is_refused_where_it_stands(tmp_path):
    path = tmp_path / "t.tsv"
    rows = [dict(row) for row in ROWS]
    rows[1]["comment"], rows[4]["comment"] = '"Beans, they say', 'They mean "beans"'
    path.write_text(as_csv(rows, "\t"))
    with pytest.raises(InputError, match=r"t\.tsv line 3: expected each quotation mark .* set `quoting: false`"):
        load(path)
    assert load(path, quoting=False).stats["examples"] == 6


def test_labels_are_compared_in_one_encoding(tmp_path):
    rows = [row | {"label": {"favor": "dafu\u0308r"}.get(row["label"], row["label"])} for row in ROWS]
    path = in_lines(tmp_path / "t.jsonl", rows)
    assert load(path, labels=("against", "none", "dafür")).stats["labels"]["dafür"] == 2


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_a_list_of_one_is_its_value_and_an_empty_one_nothing(tmp_path, ending):
    rows = [row | {"label": [row["label"]] if number else []} for number, row in enumerate(ROWS)]
    path = tmp_path / f"t.{ending}"
    if ending == "jsonl":
        in_lines(path, rows)
    else:
        parquet.write_table(pa.Table.from_pylist(rows), path)
    counts = load(path).stats
    assert (counts["examples"], counts["dropped"]) == (5, {"not_annotated": 1})


def test_parents_written_as_floats_are_found_and_missing_ones_said(tmp_path):
    rows = [row | {"up": f"{number - 1}.0" if number % 3 else ""} for number, row in enumerate(ROWS)]
    path = tmp_path / "t.csv"
    path.write_text(as_csv(rows))
    columns = COLUMNS | {"parent_id": "up"}
    found = load(path, columns, context="parent")
    assert found.to_frame()["thread_id"].nunique() == 2
    assert found.to_frame()["context"].tolist().count("") == 2
    assert "findings" not in found.stats
    path.write_text(as_csv([row | {"up": row["up"] and f"t1_{row['up']}"} for row in rows]))
    assert load(path, columns).stats["findings"] == [
        "parents_outside: 4 of 4 parents are not in the table; are ids written alike?"
    ]


@pytest.mark.parametrize("bomb", ["[" * 5_000, "1" * 5_000])
def test_a_bomb_in_a_line_is_named(tmp_path, bomb):
    path = in_lines(tmp_path / "t.jsonl", ROWS)
    path.write_text(path.read_text() + f'{{"id": {bomb}\n')
    with pytest.raises(InputError, match=r"t\.jsonl row 7"):
        load(path)
