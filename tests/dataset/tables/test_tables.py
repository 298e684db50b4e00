"""Tables become units: every format alike, ids, annotators in three forms, threads from parents, chunks."""

import csv
import inspect
import json
import pickle
from pathlib import Path

import datasets
import numpy as np
import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from stance.cells import is_nothing
from stance.dataset.chunks import _chunking as chunking
from stance.dataset.chunks._workers import open_workers
from stance.dataset.tables import read_table
from stance.dataset.tables._seen import find_replies
from stance.thread.units import units_schema

LABELS = ["against", "none", "favor"]
MEANINGS = {"0": "against", "1": "none", "2": "favor"}
CONFIGS = Path(__file__).parents[3] / "configs" / "dataset"
# id, thread, parent, depth, author, text, context, split, label
HEADER = ["no", "page", "answers", "level", "who", "words", "above", "part", "stance"]
ROWS = [
    ["1", "ferry", None, 0, "reader-1", 'The ferry is "late", again\tand dear.', "", "train", 0],
    ["2", "ferry", "1", 1, "reader-2", "Trop chère, hélas\u2028oui.", 'The ferry is "late".', "train", 0],
    ["3", "ferry", "2", 2, None, "Is there a timetable?", "Trop chère", "dev", 1],
    ["1", "bridge", None, 0, "reader-1", "A bridge, at last!", None, "test", 2],
    ["2", "bridge", "9", 1, "reader-3", "", None, "test", None],
]
COLUMNS = {
    "comment_id": "no",
    "thread_id": "page",
    "parent_id": "answers",
    "depth": "level",
    "author": "who",
    "text": "words",
    "context": "above",
    "split": "part",
    "label": "stance",
}
DECLARED = {
    "labels": LABELS,
    "columns": COLUMNS,
    "target": "the crossing",
    "label_values": MEANINGS,
    "split_values": {"dev": "validation"},
}


def write_rows(path, rows, header=HEADER, **dialect):
    with path.open("w", encoding=dialect.pop("encoding", "utf-8"), newline="") as stream:
        csv.writer(stream, **dialect).writerows([header, *rows])
    return path


def as_columns(rows, header=HEADER):
    return {name: [row[place] for row in rows] for place, name in enumerate(header)}


def units_of(path, **declared):
    chunks = list(read_table(path, **declared).chunks())
    assert all(chunk.schema == units_schema() for chunk in chunks)
    return pa.concat_tables(chunks).to_pylist()


def column(rows, name):
    return [row[name] for row in rows]


def in_csv(folder):
    return write_rows(folder / "t.csv", ROWS), {}


def in_tsv(folder):
    return write_rows(folder / "t.tsv", ROWS, delimiter="\t"), {}


def with_semicolons_and_bom(folder):
    return write_rows(folder / "t.csv", ROWS, delimiter=";", encoding="utf-8-sig"), {"delimiter": ";"}


def in_cp1252(folder):
    rows = [[str(cell or "").replace("\u2028", " ") if cell != 0 else 0 for cell in row] for row in ROWS]
    return write_rows(folder / "t.txt", rows, encoding="cp1252"), {"encoding": "cp1252", "format": "csv"}


def in_jsonl(folder):
    path = folder / "t.jsonl"
    lines = [json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) for row in ROWS]
    path.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    return path, {}


def in_parquet(folder):
    parquet.write_table(pa.table(as_columns(ROWS)), folder / "t.parquet")
    return folder / "t.parquet", {}


def as_dataset(names=None):
    dataset = datasets.Dataset.from_dict(as_columns(ROWS))
    return dataset.cast_column("stance", datasets.ClassLabel(names=names)) if names else dataset


def saved_by_datasets(folder):
    as_dataset().save_to_disk(folder / "saved")
    return folder / "saved", {}


def with_named_labels(folder):
    as_dataset(LABELS).to_parquet(folder / "t.parquet")
    return folder / "t.parquet", {"label_values": {}}


def as_dataset_folder(folder):
    (folder / "published").mkdir()
    as_dataset(LABELS).to_parquet(folder / "published" / "examples.parquet")
    (folder / "published" / "README.md").write_text("---\nconfigs: []\n---\n")
    return folder / "published", {"label_values": {}}


FORMATS = [
    in_csv,
    in_tsv,
    with_semicolons_and_bom,
    in_cp1252,
    in_jsonl,
    in_parquet,
    saved_by_datasets,
    with_named_labels,
    as_dataset_folder,
]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


@pytest.mark.parametrize("write", FORMATS)
def test_every_format_gives_the_same_units(write, tmp_path):
    path, layout = write(tmp_path)
    found = units_of(path, **DECLARED | layout)
    second = ROWS[1][5] if write is not in_cp1252 else ROWS[1][5].replace("\u2028", " ")
    assert column(found, "example_id") == ["ferry#1", "ferry#2", "ferry#3", "bridge#1", "bridge#2"]
    assert column(found, "text") == [ROWS[0][5], second, ROWS[2][5], ROWS[3][5], ""]
    assert column(found, "label") == ["against", "against", "none", "favor", None]
    assert column(found, "split") == ["train", "train", "validation", "test", "test"]
    assert column(found, "author") == ["reader-1", "reader-2", None, "reader-1", "reader-3"]
    assert column(found, "parent_id") == [None, "1", "2", None, "9"]
    assert column(found, "depth") == [0, 1, 2, 0, 1]
    assert column(found, "context") == ["", 'The ferry is "late".', "Trop chère", "", ""]
    assert {row["target"] for row in found} == {"the crossing"}
    assert all(row[name] == [] for row in found for name in ("annotators", "annotator_labels", "evidence"))


def test_the_facts_are_counted(tmp_path):
    path, _ = in_csv(tmp_path)
    table = read_table(path, **DECLARED)
    (file,) = table.facts.pop("files")
    assert table.facts == {
        "rows": 5,
        "without_text": 1,
        "splits": {"test": 2, "train": 2, "validation": 1},
        "parents": 3,
        "parents_outside": 1,
    }
    assert (file["name"], file["rows"], len(file["sha256"])) == ("t.csv", 5, 64)
    assert (table.targets, table.annotators, table.labels) == (("the crossing",), (), tuple(LABELS))


def test_a_parent_is_one_of_the_same_thread(tmp_path):
    rows = [["1", "ferry", None, "a"], ["1", "bridge", None, "b"], ["2", "bridge", "1", "c"], ["3", "ferry", "2", "d"]]
    path = write_rows(tmp_path / "t.csv", [[*row, 0] for row in rows], ["no", "page", "answers", "words", "stance"])
    columns = {"comment_id": "no", "thread_id": "page", "parent_id": "answers", "text": "words", "label": "stance"}
    facts = read_table(path, **DECLARED | {"columns": columns}).facts
    assert (facts["parents"], facts["parents_outside"]) == (2, 1)


def test_quotation_marks_of_the_text_are_kept_where_quoting_is_off(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text('words\tstance\n"Late\t0\nSo "late"\t2\n', encoding="utf-8")
    declared = DECLARED | {"columns": {"text": "words", "label": "stance"}, "quoting": False}
    assert column(units_of(path, **declared), "text") == ['"Late', 'So "late"']


def write_lines(folder):
    for target, texts, labels in [
        ("ferry", ["Late\x85again", "Dear", "Lovely"], "002"),
        ("bridge", ["At last", "No", "What?"], "201"),
    ]:
        (folder / target).mkdir()
        (folder / target / "train_text.txt").write_text("\n".join(texts), encoding="utf-8")
        (folder / target / "train_labels.txt").write_text("\r\n".join(labels) + "\r\n", encoding="utf-8")
    files = [
        {"path": f"{t}/train_text.txt", "labels": f"{t}/train_labels.txt", "target": t, "split": "train"}
        for t in ("ferry", "bridge")
    ]
    columns = {"text": "text", "label": "label"}
    return {"labels": LABELS, "columns": columns, "label_values": MEANINGS, "files": files, "format": "lines"}


def test_lines_of_text_and_lines_of_labels_are_put_together(tmp_path):
    found = units_of(tmp_path, **write_lines(tmp_path))
    assert column(found, "text") == ["Late\x85again", "Dear", "Lovely", "At last", "No", "What?"]
    assert column(found, "label") == ["against", "against", "favor", "favor", "against", "none"]
    assert column(found, "target") == ["ferry"] * 3 + ["bridge"] * 3
    assert column(found, "example_id")[2:4] == ["ferry/train_text:3", "bridge/train_text:1"]
    assert column(found, "thread_id") == column(found, "comment_id")


def test_threads_of_files_that_number_them_alike_have_a_prefix(tmp_path):
    for name in ("ferry", "bridge"):
        write_rows(tmp_path / f"{name}.csv", [["1", "7", "", f"The {name}!", 2], ["2", "7", "1", "Yes.", 2]], H5)
    columns = {"comment_id": "no", "thread_id": "page", "parent_id": "answers", "text": "words", "label": "stance"}
    files = [{"path": f"{name}.csv", "prefix": name, "target": name} for name in ("ferry", "bridge")]
    declared = {"labels": LABELS, "columns": columns, "label_values": MEANINGS, "files": files}
    found = units_of(tmp_path, **declared)
    assert column(found, "example_id") == ["ferry/7#1", "ferry/7#2", "bridge/7#1", "bridge/7#2"]
    assert column(found, "parent_id") == [None, "1", None, "1"]
    assert read_table(tmp_path, **declared).facts["parents_outside"] == 0


H5 = ["no", "page", "answers", "words", "stance"]


def test_the_target_is_in_the_id_only_where_a_comment_has_several(tmp_path):
    rows = [["1", "ferry", "Late.", 0], ["1", "bridge", "Late.", 2], ["2", "ferry", "Dear.", 0]]
    path = write_rows(tmp_path / "t.csv", rows, ["no", "about", "words", "stance"])
    columns = {"comment_id": "no", "target": "about", "text": "words", "label": "stance"}
    table = read_table(path, LABELS, columns, label_values=MEANINGS)
    found = pa.concat_tables(table.chunks()).to_pylist()
    assert column(found, "example_id") == ["1@ferry", "1@bridge", "2"]
    assert table.targets == ("bridge", "ferry")


def test_a_value_of_nothing_is_no_label(tmp_path):
    path = write_rows(tmp_path / "t.csv", [["Late.", "FAVOR"], ["Dear.", "NONE"]], ["words", "stance"])
    columns = {"text": "words", "label": "stance"}
    found = units_of(path, labels=LABELS[::2], columns=columns, target="x", label_values={"FAVOR": "favor", "NONE": ""})
    assert column(found, "label") == ["favor", None]


# annotators: the same three in each form

GIVEN = [{"a1": "0", "a2": "2"}, {}, {"a2": "1", "a3": "2", "a1": "1"}]
EXPECTED = [
    (["a1", "a2"], ["against", "favor"]),
    ([], []),
    (["a1", "a2", "a3"], ["none", "none", "favor"]),
]
TEXTS = ["Late.", "Dear.", "Lovely."]
ANNOTATED = {"labels": LABELS, "target": "the crossing", "label_values": MEANINGS}


def wide(folder):
    rows = [
        [n, text, *(said.get(a, "") for a in ("a1", "a2", "a3"))]
        for n, text, said in zip("123", TEXTS, GIVEN, strict=True)
    ]
    write_rows(folder / "t.csv", rows, ["no", "words", "a1", "a2", "a3"])
    return folder / "t.csv", {"annotator_columns": ["a1", "a2", "a3"]}


def long(folder):
    write_rows(folder / "t.csv", list(zip("123", TEXTS, strict=True)), ["no", "words"])
    rows = [[number, who, label] for number, said in zip("123", GIVEN, strict=True) for who, label in said.items()]
    write_rows(folder / "long.csv", [*rows[::-1], ["99", "a1", "0"]], ["comment", "rater", "choice"])
    declared = {"path": "long.csv", "comment_id": "comment", "annotator": "rater", "label": "choice"}
    return folder / "t.csv", {"annotations": declared}


def lists(folder):
    sorted_ = [dict(sorted(said.items())) for said in GIVEN]
    table = {
        "no": list("123"),
        "words": TEXTS,
        "by": [list(said) for said in sorted_],
        "said": [[int(label) for label in said.values()] for said in sorted_],
    }
    parquet.write_table(pa.table(table), folder / "t.parquet")
    return folder / "t.parquet", {"columns": {"annotators": "by", "annotator_labels": "said"}}


def lists_of_class_labels(folder):
    path, declared = lists(folder)
    dataset = datasets.Dataset.from_parquet(str(path))
    dataset.cast_column("said", datasets.List(datasets.ClassLabel(names=LABELS))).to_parquet(path)
    return path, declared


def lists_in_json(folder):
    path, declared = lists(folder)
    rows = parquet.read_table(path).to_pylist()
    (folder / "t.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return folder / "t.jsonl", declared


@pytest.mark.parametrize("write", [wide, long, lists, lists_of_class_labels, lists_in_json])
def test_annotators_are_the_same_in_every_form(write, tmp_path):
    path, declared = write(tmp_path)
    columns = {"comment_id": "no", "text": "words"} | declared.pop("columns", {})
    table = read_table(path, columns=columns, **ANNOTATED | declared)
    found = pa.concat_tables(table.chunks()).to_pylist()
    assert [(row["annotators"], row["annotator_labels"]) for row in found] == EXPECTED
    assert [len(row["confidence"]) for row in found] == [2, 0, 3]
    assert table.annotators == ("a1", "a2", "a3")
    assert table.facts.get("annotations_outside") == (1 if write is long else None)


def test_long_annotations_are_found_by_thread_and_target_too(tmp_path):
    rows = [["1", "ferry", "x", "Late."], ["1", "bridge", "x", "New."], ["1", "bridge", "y", "New."]]
    write_rows(tmp_path / "t.csv", rows, ["no", "page", "about", "words"])
    said = [
        ["1", "bridge", "y", "a1", "2", "new", "sure"],
        ["1", "ferry", "x", "a1", "0", "late", ""],
        ["1", "bridge", "x", "a2", "1", "", ""],
    ]
    write_rows(tmp_path / "long.csv", said, ["no", "page", "about", "by", "choice", "quote", "how"])
    keys = {"comment_id": "no", "thread_id": "page", "target": "about"}
    found = units_of(
        tmp_path / "t.csv",
        labels=LABELS,
        columns={"text": "words", **keys},
        label_values=MEANINGS,
        annotations={"path": "long.csv", **keys, "annotator": "by", "label": "choice"}
        | {"evidence": "quote", "confidence": "how"},
    )
    assert column(found, "annotator_labels") == [["against"], ["none"], ["favor"]]
    assert column(found, "evidence") == [["late"], [None], ["new"]]
    assert column(found, "confidence") == [[None], [None], ["sure"]]


# threads from parents


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 15)), max_size=12, unique_by=lambda pair: pair[0]))
def test_replies_are_followed_to_the_top(pairs):
    comments, parents = (np.array([pair[side] for pair in pairs], dtype=np.uint64) for side in (0, 1))
    found = find_replies(comments, parents)
    rows = {int(comment): row for row, comment in enumerate(comments)}
    for row, parent in enumerate(parents.tolist()):
        path, at = [], row
        while at is not None and at not in path:
            path.append(at)
            at = rows.get(int(parents[at]))
        assert found.above[row] == rows.get(parent, -1)
        assert (row in found.in_circle.tolist()) == (at is not None)
        assert at is not None or found.top[row] == path[-1]


@pytest.mark.parametrize("rows_a_chunk", [2, 50_000])
def test_comments_that_answer_each_other_are_a_thread_where_the_table_has_none(rows_a_chunk, tmp_path, monkeypatch):
    monkeypatch.setattr(chunking, "CHUNK_ROWS", rows_a_chunk)
    rows = [["1", ""], ["2", "1"], ["3", "2"], ["4", "99"], ["5", "99"], ["6", "4"], ["", "3"]]
    path = write_rows(tmp_path / "t.csv", [[*row, "Late.", 0] for row in rows], ["no", "answers", "words", "stance"])
    columns = {"comment_id": "no", "parent_id": "answers", "text": "words", "label": "stance"}
    found = units_of(path, **DECLARED | {"columns": columns})
    assert column(found, "thread_id") == ["1", "1", "1", "99", "99", "99", "1"]
    assert column(found, "example_id") == ["1", "2", "3", "4", "5", "6", "t:8"]


# chunks


def test_chunks_have_50_000_rows(tmp_path):
    size = 120_001
    table = pa.table({"no": range(size), "words": ["Late."] * size, "stance": [2] * size})
    parquet.write_table(table, tmp_path / "t.parquet", row_group_size=33_333)
    columns = {"comment_id": "no", "text": "words", "label": "stance"}
    found = list(read_table(tmp_path / "t.parquet", **DECLARED | {"columns": columns}).chunks())
    assert [chunk.num_rows for chunk in found] == [50_000, 50_000, 20_001]
    assert found[2]["comment_id"][-1].as_py() == "120000"


@pytest.mark.parametrize("write", FORMATS)
def test_what_is_read_does_not_depend_on_the_size_of_chunks(write, tmp_path, monkeypatch):
    path, layout = write(tmp_path)
    whole = units_of(path, **DECLARED | layout)
    facts = read_table(path, **DECLARED | layout).facts
    monkeypatch.setattr(chunking, "CHUNK_ROWS", 2)
    cut = read_table(path, **DECLARED | layout)
    assert cut.facts == facts
    chunks = list(cut.chunks())
    assert [chunk.num_rows for chunk in chunks] == [2, 2, 1]
    assert pa.concat_tables(chunks).to_pylist() == whole


texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\0\ufeff")).filter(
    lambda text: not is_nothing(text)
)


@given(st.lists(texts, min_size=1, max_size=5))
def test_a_text_in_a_csv_comes_out_as_it_went_in(tmp_path_factory, said):
    path = write_rows(tmp_path_factory.mktemp("t") / "t.csv", [[text, 1] for text in said], ["words", "stance"])
    declared = DECLARED | {"columns": {"text": "words", "label": "stance"}}
    assert column(units_of(path, **declared), "text") == said


def test_units_can_be_made_again_and_in_part(tmp_path):
    path, _ = in_csv(tmp_path)
    table = read_table(path, **DECLARED)
    (part,) = table.chunks(["label", "example_id"])
    assert part.column_names == ["label", "example_id"]
    (whole,) = table.chunks()
    assert part.equals(whole.select(["label", "example_id"]))


def test_what_makes_units_makes_those_of_the_chunks_in_any_process(tmp_path, monkeypatch):
    path, _ = in_csv(tmp_path)
    monkeypatch.setattr(chunking, "CHUNK_ROWS", 2)
    with open_workers(1) as workers:
        table = read_table(path, **DECLARED, workers=workers)
        assert [isinstance(stored.rows, Path) for stored in table.stored] == [True, True, True]
        monkeypatch.setattr(chunking, "CHUNK_ROWS", 3)
        made = [pickle.loads(pickle.dumps(make))() for make in table.makers()]
        assert [units.num_rows for units in made] == [4, 1]
        assert pa.concat_tables(made).equals(pa.concat_tables(table.chunks()))
    with pytest.raises(FileNotFoundError):
        next(table.chunks())


# what ships


def shipped(name):
    declared = yaml.safe_load((CONFIGS / f"{name}.yaml").read_text(encoding="utf-8"))
    known = inspect.signature(read_table).parameters
    return {key: value for key, value in declared.items() if key in known and key != "path"}


def test_p_stance_reads_the_layout_of_its_release(tmp_path):
    declared = shipped("p_stance")
    for number, file in enumerate(declared["files"]):
        rows = [[f'The ferry, "{number}"', "the ferry", "FAVOR"], [f"Late {number}", "the ferry", "NONE"]]
        write_rows(tmp_path / file["path"], rows, ["Tweet", "Target", "Stance"])
    table = read_table(tmp_path, **declared)
    assert table.labels == ("against", "favor")
    assert table.facts["splits"] == {"test": 6, "train": 6, "validation": 6}
    found = pa.concat_tables(table.chunks()).to_pylist()
    assert found[0]["example_id"] == "raw_train_bernie:2"
    assert column(found, "label").count(None) == 9


def test_tweeteval_reads_the_configs_and_splits_of_a_dataset(tmp_path):
    declared = shipped("tweeteval")
    features = datasets.Features(text=datasets.Value("string"), label=datasets.ClassLabel(names=["none", *LABELS[::2]]))
    configs = []
    for file in declared["files"]:
        (tmp_path / "hub" / file["path"]).mkdir(parents=True)
        for split in ("train", "validation", "test"):
            rows = {"text": [f"{split} of {file['target']}", "?"], "label": [1, 0]}
            datasets.Dataset.from_dict(rows, features).to_parquet(tmp_path / "hub" / file["path"] / f"{split}.parquet")
        configs.append({"config_name": file["path"], "data_dir": file["path"]})
    (tmp_path / "hub" / "README.md").write_text(f"---\n{yaml.safe_dump({'configs': configs})}---\n")
    table = read_table(tmp_path / "hub", **declared)
    found = pa.concat_tables(table.chunks()).to_pylist()
    assert table.facts["splits"] == {"test": 10, "train": 10, "validation": 10}
    assert found[0]["text"] == "train of Legalization of Abortion"
    assert (found[0]["label"], found[1]["label"]) == ("against", "none")
    assert found[2]["example_id"] == "stance_abortion/validation:1"
    assert len(table.targets) == 5
