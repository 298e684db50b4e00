"""Tables that cannot be used: every problem at once, with file, row, and the near miss."""

import json

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from stance.dataset import load_table
from stance.dataset.chunks import _chunking as chunking
from stance.dataset.chunks._workers import open_workers
from stance.dataset.tables import read_table
from stance.dataset.tables._problems import Problems
from stance.errors import InputError
from tests.dataset.tables.test_tables import DECLARED, HEADER, LABELS, MEANINGS, ROWS, in_csv, write_lines, write_rows

SHORT = {"labels": LABELS, "target": "the crossing", "label_values": MEANINGS}
TWO = {"text": "words", "label": "stance"}


def refused(path, **declared):
    with pytest.raises(InputError) as error:
        read_table(path, **declared)
    return str(error.value).replace(f"{path.parent}/", "")


def test_all_problems_are_told_in_one_pass(tmp_path):
    rows = [list(row) for row in ROWS]
    rows[0][8], rows[1][8], rows[2][8] = "agianst", "agianst", " 3"
    rows[1][7] = "tset"
    rows[2][3] = "deep"
    rows[4][0] = "1"
    path = write_rows(tmp_path / "t.csv", [*rows, ["too", "short"]])
    assert refused(path, **DECLARED).splitlines() == [
        "t.csv: 7 problems",
        "  t.csv row 7: expected 9 cells as in the header, found 2",
        "  t.csv row 4: expected a depth as a whole number, 0 or more, found 'deep'",
        "  t.csv row 3: split 'tset' (1 row) has no meaning; name it in `split_values`, as one of train, validation,"
        " test. Did you mean 'test'?",
        "  t.csv row 6: the comment '1' stands already in t.csv row 5",
        "  without comment_id in `columns` ids are made of file and row, and duplicates are found",
        "  t.csv row 4: label '3' (1 row) has no meaning; name it in `label_values`.",
        "  t.csv row 2: label 'agianst' (2 rows) has no meaning; name it in `label_values`. Did you mean 'against'?",
    ]


@pytest.mark.parametrize(("chunk_rows", "num_proc"), [(1, 1), (70, 1), (70, 2)])
def test_problems_are_the_same_however_the_table_is_cut_and_whoever_checks(tmp_path, monkeypatch, chunk_rows, num_proc):
    rows = [list(row) for row in ROWS for _ in range(30)]
    for number, row in enumerate(rows):
        row[0] = str(number if number % 5 else 0)
        row[3] = ["deep", "1", "", "-1"][number % 4]
        row[7], row[8] = ["test", "tset", "dev", ""][number % 4], f"label {number % 11}"
    path = write_rows(tmp_path / "t.csv", [*rows[:50], ["too", "short"], *rows[50:], ["short"]])
    whole = refused(path, **DECLARED)
    assert "  and 55 more unreadable depths" in whole.splitlines()
    monkeypatch.setattr(chunking, "CHUNK_ROWS", chunk_rows)
    with open_workers(num_proc) as workers:
        assert refused(path, **DECLARED, workers=workers) == whole


def test_rows_keep_their_numbers_after_one_that_could_not_be_read(tmp_path):
    path = write_rows(tmp_path / "t.csv", [["Late.", 0], ["Dear."], ["Lovely.", 7]], ["words", "stance"])
    assert refused(path, columns=TWO, **SHORT).splitlines()[1:] == [
        "  t.csv row 3: expected 2 cells as in the header, found 1",
        "  t.csv row 4: label '7' (1 row) has no meaning; name it in `label_values`.",
    ]


def test_columns_that_are_not_there_have_a_near_miss(tmp_path):
    path, _ = in_csv(tmp_path)
    columns = {"text": "word", "label": "stance", "author": "nobody"}
    said = refused(path, **DECLARED | {"columns": columns}, annotator_columns=["stanse"])
    assert said.splitlines()[1:] == [
        "  t.csv: expected the column 'word' for text, found none. Did you mean 'words'?",
        f"  t.csv: expected the column 'nobody' for author, found none. The columns are {', '.join(HEADER)}.",
        "  t.csv: expected the column 'stanse', found none. Did you mean 'stance'?",
    ]


def test_a_declaration_is_checked_as_a_whole(tmp_path):
    path, _ = in_csv(tmp_path)
    said = refused(
        path,
        labels=["against", "against"],
        columns={"txt": "words", "annotators": "by"},
        label_values={"0": "agianst"},
        split_values={"dev": "valdation"},
        format="cvs",
        encoding="uft-8",
        delimiter="; ",
        files=[{"pth": "t.csv", "split": "tain"}],
        annotations={"path": "long.csv", "comment_id": "no"},
    )
    for expected in [
        "`labels` must be two or more different labels in their order, found ['against', 'against']",
        "`label_values` gives '0' the label 'agianst', which is not in ['against', 'against']. Did you mean 'against'?",
        "`split_values` gives 'dev' the split 'valdation', which is not in ['train', 'validation', 'test']. Did you",
        "`columns` has 'txt'; a unit has text, label,",
        "Did you mean 'text'?",
        "`columns` must say which column is the text",
        "`columns` has ['annotators']; lists need both `annotators` and `annotator_labels`",
        "expected a `format` of csv, tsv, json, jsonl, parquet, xlsx, lines, datasets, found 'cvs'. Did you mean",
        "expected an `encoding` such as utf-8 or cp1252, found 'uft-8'",
        "expected a `delimiter` of one character, found '; '",
        "expected a folder that holds the files, found none.",
        "`annotations` lacks annotator, label",
        "long.csv: expected a file in ",
        "expected the target in one place: `target`, a column, `target` of each file, or `label_columns`; found 0",
        "expected annotators in one form, found a list column `annotators` and `annotations`",
    ]:
        assert expected in said


def test_an_empty_label_set_is_refused(tmp_path):
    path, _ = in_csv(tmp_path)
    assert "two or more different labels in their order, found []" in refused(path, **DECLARED | {"labels": []})


def test_entries_of_files_are_checked(tmp_path):
    in_csv(tmp_path)
    files = [
        {"path": "t.cvs", "split": "tain"},
        {"path": "t.csv", "prefx": "a", "target": "the ferry"},
        {"path": "t.csv", "labels": "t.csv"},
    ]
    said = refused(tmp_path, **DECLARED | {"files": files, "target": None, "format": "csv"})
    for expected in [
        "`files` entry 1 (t.cvs): expected a split of train, validation, test, found 'tain'. Did you mean 'train'?",
        "t.cvs: expected a file in ",
        "found none. Did you mean 't.csv'?",
        "`files` entry 2 has 'prefx'; known are path, target, split, labels, prefix, columns, sheet. Did you mean",
        "`files` entry 3 (t.csv) has `labels`, which only format lines reads",
        "`files` entry 1 lacks the `target` that the others have",
        "expected the split in one place: a column, or `split` of the files",
    ]:
        assert expected in said


def test_a_table_without_labels_is_refused(tmp_path):
    path, _ = in_csv(tmp_path)
    said = refused(path, **DECLARED | {"columns": {"text": "words"}})
    assert "expected labels: a column `label`, `label_columns`, or one of" in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("t.xls", "the format does not show from the endings ['.xls']; set `format` to one of"),
        ("t.csv", "t.csv: expected a file in "),
    ],
)
def test_a_file_that_is_not_there_or_of_no_known_format(name, said, tmp_path):
    write_rows(tmp_path / "tt.csv", ROWS)
    assert said in refused(tmp_path / name, **DECLARED)
    assert name != "t.csv" or "Did you mean 'tt.csv'?" in refused(tmp_path / name, **DECLARED)


def test_a_table_cut_at_another_character_is_seen(tmp_path):
    path = write_rows(tmp_path / "t.csv", ROWS, delimiter=";")
    said = refused(path, **DECLARED)
    assert said == "t.csv: t.csv row 1: found one column, cut at ','; its header has ';' in it, set `delimiter` to that"


def test_a_column_that_stands_twice_is_refused(tmp_path):
    path = write_rows(tmp_path / "t.csv", [["Late.", 0, 1]], ["words", "stance", "stance"])
    assert "t.csv: expected one column 'stance', found 2" in refused(path, columns=TWO, **SHORT)


def test_a_file_of_another_encoding_is_seen(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("words,stance\nSpät.,0\nTeuer.,0\nSchön.,2\n".encode("cp1252"))
    assert refused(path, columns=TWO, **SHORT).splitlines()[1:] == [
        "  t.csv line 2: byte 0xe4 at column 3 is not utf-8",
        "  t.csv line 4: byte 0xf6 at column 4 is not utf-8",
        "  t.csv is not utf-8; set `encoding`, to cp1252 for one",
    ]


def test_mixed_encodings_are_named_by_line(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("words,stance\nSpät.,0\n".encode() + "Schön.,2\n".encode("cp1252"))
    assert refused(path, columns=TWO, **SHORT).splitlines()[1:] == [
        "  t.csv line 3: byte 0xf6 at column 4 is not utf-8",
        "  t.csv mixes encodings: 1 other lines beyond ASCII are utf-8; correct the lines named",
    ]


def test_bytes_that_a_declared_encoding_does_not_have_are_named(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"words,stance\nLate.,0\nD\x81ar.,0\n")
    said = refused(path, columns=TWO, **SHORT, encoding="cp1252")
    assert "t.csv line 3: byte 0x81 at column 2 is not charmap" in said or "is not cp1252" in said


def test_every_broken_line_of_json_is_named(tmp_path):
    path = tmp_path / "t.jsonl"
    good = json.dumps({"words": "Late.", "stance": 0})
    lines = [good, '{"words": "Dear.", ', "[1, 2]", good, '{"words": ["Lovely.", "Late."], "stance": 9}']
    path.write_bytes("\n".join(lines).encode() + b'\n{"words": "Sp\xe4t."}\n')
    assert refused(path, columns=TWO, **SHORT).splitlines()[1:] == [
        "  t.jsonl row 2, column 19: expected a JSON object, found it broken: Expecting property name enclosed in"
        " double quotes",
        "  t.jsonl row 3: expected a JSON object, found list",
        "  t.jsonl row 5: column 'words' holds a list",
        "  t.jsonl row 6: byte 0xe4 at column 14 is not utf-8",
        "  t.jsonl row 5: label '9' (1 row) has no meaning; name it in `label_values`.",
    ]


def test_lines_and_labels_that_do_not_go_together_are_refused(tmp_path):
    declared = write_lines(tmp_path)
    (tmp_path / "ferry" / "train_labels.txt").write_text("0\n2\n")
    (tmp_path / "bridge" / "train_labels.txt").write_text("0\n2\n7\n")
    said = refused(tmp_path, **declared).splitlines()[1:]
    assert said == [
        "  ferry/train_text.txt has 3 lines, and ferry/train_labels.txt with its labels has 2; expected as many",
        "  bridge/train_labels.txt row 3: label '7' (1 row) has no meaning; name it in `label_values`.",
    ]


def test_a_file_of_labels_is_needed_for_lines(tmp_path):
    declared = write_lines(tmp_path)
    declared["files"] = [
        {"path": "ferry/train_text.txt"},
        {"path": "ferry/train_text.txt", "labels": "train_label.txt"},
    ]
    said = refused(tmp_path, **declared, target="the ferry")
    assert "`files` entry 1 (ferry/train_text.txt) lacks `labels`, the file with a label for each line" in said
    assert "train_label.txt: expected a file in " in said


@pytest.mark.parametrize("text", ["", "words,stance\n"])
def test_an_empty_table_is_refused(text, tmp_path):
    (tmp_path / "t.csv").write_text(text)
    said = refused(tmp_path / "t.csv", columns=TWO, **SHORT)
    assert "expected rows, found none" in said or "cannot be read as csv: Empty CSV file" in said


def test_a_file_that_is_not_what_it_says_is_refused(tmp_path):
    (tmp_path / "t.parquet").write_text("words,stance\n")
    assert "t.parquet cannot be read as parquet: " in refused(tmp_path / "t.parquet", columns=TWO, **SHORT)


def test_doubled_ids_are_named_with_both_rows_and_the_rest_is_counted(tmp_path):
    rows = [[number % 30, "Late.", 0] for number in range(60)]
    path = write_rows(tmp_path / "t.csv", rows, ["no", "words", "stance"])
    said = refused(path, columns={"comment_id": "no", **TWO}, **SHORT).splitlines()
    assert said[1] == "  t.csv row 32: the comment '0' stands already in t.csv row 2"
    assert len(said) == 23
    assert said[-2] == "  and 10 more doubled ids"
    assert said[-1] == "  without comment_id in `columns` ids are made of file and row, and duplicates are found"


def test_a_row_without_its_target_is_refused(tmp_path):
    rows = [["Late.", 0, "the ferry"], ["Dear.", 0, " "]]
    path = write_rows(tmp_path / "t.csv", rows, ["words", "stance", "about"])
    said = refused(path, columns={**TWO, "target": "about"}, labels=LABELS, label_values=MEANINGS)
    assert said == "t.csv: t.csv row 3: expected a target, found an empty cell"


def test_a_circle_of_replies_is_refused(tmp_path):
    rows = [["1", "2"], ["2", "1"], ["3", "3"], ["4", "1"], ["5", ""]]
    path = write_rows(tmp_path / "t.csv", [[*row, "Late.", 0] for row in rows], ["no", "answers", "words", "stance"])
    columns = {"comment_id": "no", "parent_id": "answers", **TWO}
    said = refused(path, columns=columns, **SHORT).splitlines()[1:]
    expected = "expected parents that lead to a first comment, found a circle of them"
    assert said == [f"  t.csv row {row}: {expected}" for row in (2, 3, 4, 5)]


def test_long_annotations_are_checked(tmp_path):
    path = write_rows(tmp_path / "t.csv", [["1", "Late."]], ["no", "words"])
    rows = [["1", "a1", "0"], ["", "a2", "0"], ["1", "a1", "2"], ["1", "a2", "x"]]
    write_rows(tmp_path / "long.csv", rows, ["no", "who", "choice"])
    declared = {"path": "long.csv", "comment_id": "no", "annotator": "who", "label": "choice"}
    columns = {"comment_id": "no", "text": "words"}
    assert refused(path, columns=columns, **SHORT, annotations=declared).splitlines()[1:] == [
        "  long.csv row 3: expected the comment_id, found an empty cell",
        "  long.csv row 2 and long.csv row 4: 'a1' has labelled one comment twice",
        "  long.csv row 5: label 'x' (1 row) has no meaning; name it in `label_values`.",
    ]
    declared["annotator"] = "whom"
    said = refused(path, columns=columns, **SHORT, annotations=declared)
    assert "long.csv: expected the column 'whom' for annotator, found none. Did you mean 'who'?" in said


def test_lists_have_one_length_and_columns_their_kind(tmp_path):
    path = tmp_path / "t.parquet"
    said = [["0", "2"], ["1"], ["8"]]
    parquet.write_table(pa.table({"words": list("abc"), "by": [["a1"], ["a1"], ["a1"]], "said": said}), path)
    lists = {"annotators": "by", "annotator_labels": "said"}
    assert refused(path, columns={"text": "words", **lists}, **SHORT).splitlines()[1:] == [
        "  t.parquet row 1: expected 1 annotator_labels, one an annotator, found 2",
        "  t.parquet row 3: label '8' (1 row) has no meaning; name it in `label_values`.",
    ]
    wrong = refused(path, columns={"text": "said", "annotators": "words", "annotator_labels": "by"}, **SHORT)
    assert wrong.splitlines()[1:] == [
        "  t.parquet: column 'said' has a list in each cell; another word is for that",
        "  t.parquet: column 'words' has one value in each cell; another word is for that",
    ]


def test_a_csv_has_no_lists(tmp_path):
    path = write_rows(tmp_path / "t.csv", [["Late.", "a1", "0"]], ["words", "by", "said"])
    columns = {"text": "words", "annotators": "by", "annotator_labels": "said"}
    said = refused(path, columns=columns, **SHORT)
    expected = "format csv has no lists in cells, which annotators, annotator_labels need"
    assert said == f"t.csv: {expected}; set `separator` where a cell has several values"


def test_what_the_datasets_library_cannot_load_is_said(tmp_path):
    (tmp_path / "nothing").mkdir()
    assert "the datasets library cannot load 'nothing': " in refused(tmp_path / "nothing", columns=TWO, **SHORT)
    said = refused(tmp_path / "not there", columns=TWO, **SHORT, format="datasets")
    assert "expected a folder or a name on the hub such as owner/name, found " in said


def test_a_table_that_changes_after_it_was_checked_makes_no_difference(tmp_path):
    path, _ = in_csv(tmp_path)
    table = read_table(path, **DECLARED)
    before = list(table.chunks())
    with path.open("a") as stream:
        stream.write("too,short\n")
    assert list(table.chunks()) == before
    with pytest.raises(InputError, match=r"found 'txt'\. Did you mean 'text'\?"):
        list(table.chunks(["txt"]))


def test_nothing_is_refused_where_nothing_is_wrong():
    problems = Problems()
    problems.add_rows("doubled ids", [], str)
    problems.refuse("t.csv")
    assert not problems


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([["late", "again"], "a joy"], "one value in each cell, or a list in each, found list in row 1 beside others"),
        (["late", {"a": 1}], "one value in each cell, or a list in each, found dict in row 2 beside others"),
        (
            [b"late", b"caf\xe9"],
            r"column 'text': expected text, found bytes; decode them, as in \.str\.decode\('utf-8'\)",
        ),
    ],
)
def test_cells_of_a_frame_that_are_no_text_are_refused(texts, message):
    frame = pd.DataFrame({"text": pd.Series(texts, dtype=object), "label": ["favor", "against"]})
    with pytest.raises(InputError, match=message):
        load_table(frame, ["against", "favor"], {"text": "text", "label": "label"}, target="the ferry")


def test_half_a_character_in_a_frame_is_what_it_is_in_a_file():
    frame = pd.DataFrame({"text": ["late \ud83d", "a joy"], "label": ["favor", "against"]}, dtype=object)
    found = load_table(frame, ["against", "favor"], {"text": "text", "label": "label"}, target="the ferry")
    assert found.to_frame()["text"].tolist() == ["late \ufffd", "a joy"]
