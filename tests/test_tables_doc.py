"""The document on tables: every key that a YAML may have is in it, its examples are taken, and its layouts load."""

import csv
import re
from inspect import signature
from pathlib import Path

import pytest
import yaml

from stance.dataset import load_table
from stance.dataset._load_table import PASSED
from stance.dataset.tables._cards import CELLS, LISTS
from stance.dataset.tables.declared.keys import COLUMNS, INSIDE, STUDY, TABLE
from tests.documents import blocks, first_not_printed, shown_commands

ROOT = Path(__file__).parents[1]
TABLES = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
LAYOUTS = re.split(r"^### (?=\d+\. )", TABLES, flags=re.MULTILINE)[1:]


def test_every_key_that_is_taken_has_its_meaning_and_no_other_has():
    assert set(TABLE) == set(signature(load_table).parameters) - set(PASSED) | {"path"}
    assert tuple(COLUMNS) == (*CELLS, *LISTS)
    assert set(INSIDE) <= set(TABLE)
    for known in (TABLE, STUDY, *INSIDE.values()):
        for name, key in known.items():
            assert len(key.meaning) <= 110, f"{name}: a line"
            assert list(yaml.safe_load(key.example)) == [name]


# a table that every example of a key can be tried on
ROWS = [
    {
        "id": str(number),
        "who": f"reader-{number % 3}",
        "page": f"p{number // 4}",
        "answers": str(number - 1) if number % 4 else "",
        "level": str(number % 4),
        "posted": f"{number + 1}.1.2021",
        "part": ("train", "dev", "test")[number % 3],
        "topic": "the ferry",
        "title": "A title",
        "language": ("en", "de", "fr")[number % 3],
        "likes": str(number),
        "comment": f"Words of number {number}.",
        "stance": ("against", "none", "favor")[number % 3],
        "score": str(number % 3 - 1),
        "coder_1": ("against", "none", "favor")[number % 3],
        "coder_2": ("against", "none", "none")[number % 3],
        "on_ferry": "against",
        "on_bridge": "favor",
    }
    for number in range(12)
]
BASE = {
    "labels": ["against", "none", "favor"],
    "columns": {"text": "comment", "label": "stance", "comment_id": "id", "author": "who"},
    "target": "the ferry",
}
# what an example needs beside it
NEEDS = {
    "annotator": {"annotator_columns": ["coder_1", "coder_2"], "columns": {"text": "comment"}},
    "annotator_columns": {"columns": {"text": "comment"}},
    "annotations": {"columns": {"text": "comment", "comment_id": "id"}},
    "bins": {"columns": {"text": "comment", "label": "score"}},
    "context": {"columns": BASE["columns"] | {"parent_id": "answers", "thread_id": "page"}},
    "published_format": {"columns": BASE["columns"] | {"published": "posted"}},
    "split_values": {"columns": BASE["columns"] | {"split": "part"}},
    "label_columns": {"columns": {"text": "comment"}, "target": None},
    "join": {"extra": ["origin"]},
    "files": {"path": "data"},
    "sheet": {"path": "data/table.xlsx"},
    "delimiter": {"path": "data/semicolons.csv"},
}


def write(name, rows, sign=","):
    with Path("data", name).open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, rows[0], delimiter=sign)
        table.writeheader()
        table.writerows(rows)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """A folder with the table in every form that an example names."""
    import openpyxl

    folder = tmp_path_factory.mktemp("tables")
    (folder / "data").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write("table.csv", ROWS)
        write("semicolons.csv", ROWS, ";")
        write("people.csv", [{"who": f"reader-{number}", "town": f"town {number}"} for number in range(3)])
        write("long.csv", [{"id": row["id"], "who": "a1", "said": row["stance"]} for row in ROWS])
        book = openpyxl.Workbook()
        book.create_sheet("labels")
        for row in [list(ROWS[0]), *(list(row.values()) for row in ROWS)]:
            book["labels"].append(row)
        book.save("data/table.xlsx")
    return folder


@pytest.mark.parametrize("name", TABLE)
def test_the_example_of_a_key_is_taken_and_does_something(name, tables, monkeypatch):
    monkeypatch.chdir(tables)
    monkeypatch.setenv("STANCE_PSEUDONYM_KEY", "a secret of sixteen letters or more")
    said = yaml.safe_load(TABLE[name].example)
    declared = {"path": "data/table.csv"} | BASE | NEEDS.get(name, {}) | said
    if name == "columns":
        declared["annotator_columns"] = ["coder_1", "coder_2"]
    dataset = load_table(**{key: value for key, value in declared.items() if value is not None})
    assert len(dataset.examples) >= 4
    # told by what the dataset keeps of how it was built, and equal to the default nowhere
    default = signature(load_table).parameters[name].default
    assert name == "path" or said[name] != default
    if name == "context_limit":
        return
    assert name == "path" or dataset.about["config"][name] == said[name]


# the layouts


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.partition("\n")[0])
def test_a_layout_loads_as_it_is_shown(layout, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for block in blocks(layout):
        if block.file:
            path = tmp_path / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    commands = [shown for block in blocks(layout, "console") for shown in shown_commands(block)]
    assert len(commands) == 1
    for command, printed in commands:
        code, output = run(*command.split()[1:])
        assert code == 0, output
        assert first_not_printed(printed, output) is None, output


def test_there_are_ten_layouts_and_they_say_most_of_the_keys():
    assert len(LAYOUTS) == 10
    said = set().union(*(yaml.safe_load(block.text) for layout in LAYOUTS for block in blocks(layout, "yaml")))
    assert {
        "files",
        "label_columns",
        "separator",
        "bins",
        "join",
        "where",
        "extra",
        "published_format",
        "bad_rows",
    } <= said


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)[)#]", TABLES))))
def test_what_it_links_to_is_there(link):
    assert (ROOT / "docs" / link).exists()
