"""The folder: it opens as an ordinary dataset, says what it holds, and is written whole or not at all."""

import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from datasets import load_dataset
from huggingface_hub import DatasetCard, metadata_load

from stance.commands.config import build
from stance.dataset import build_from_study, load_table
from stance.dataset.chunks import _chunking as chunking
from stance.dataset.examples import sha_of_examples
from stance.dataset.folder import _shards as shards
from stance.dataset.folder import find_containing, stats_json, write_dataset
from stance.dataset.folder._revision import written_datasets
from stance.errors import InputError

LABELS = ("against", "none", "favor")
FILES = ["README.md", "config.json", "data/train.parquet", "stats.json"]


@pytest.fixture
def built(study):
    return build_from_study(study)


@pytest.fixture
def table(tmp_path):
    """A table of 40 comments with an official split and two targets, in thirteen chunks and several shards."""
    rows = ["id,author,text,target,split,label"]
    for n in range(40):
        target, split = "price" if n % 3 else "noise", "test" if n % 4 == 0 else "train"
        rows.append(f"{n},reader-{n % 5},text {n},{target},{split},{LABELS[n % 3]}")
    path = tmp_path / "comments.csv"
    path.write_text("\n".join(rows) + "\n")
    columns = {"comment_id": "id"} | {name: name for name in ("author", "text", "target", "split", "label")}
    return {"path": path, "labels": LABELS, "columns": columns}


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def open_folder(folder, tmp_path):
    return load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# opening


def test_the_folder_opens_with_load_dataset_and_its_declared_features(built, tmp_path):
    folder = write_dataset(built, tmp_path)
    assert folder == tmp_path / f"ferry-{built.sha[:8]}"
    loaded = open_folder(folder, tmp_path)["train"]
    assert loaded.features == built.examples.features
    assert loaded.to_list() == built.examples.to_list()
    assert sha_of_examples(loaded, built.targets, built.labels) == built.sha


def test_a_dataset_whose_name_is_a_path_is_written_nowhere(built, tmp_path):
    (tmp_path / "datasets").mkdir()
    there = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match="the dataset's name: expected a name without / and"):
        write_dataset(replace(built, name="../elsewhere"), tmp_path / "datasets")
    assert sorted(tmp_path.rglob("*")) == there


def test_official_splits_are_those_of_the_hub_and_files_are_cut(table, tmp_path, monkeypatch):
    monkeypatch.setattr(shards, "ROWS_IN_SHARD", 12)
    built = load_table(**table)
    folder = write_dataset(built, tmp_path / "out")
    assert [name for name in files_of(folder) if name.startswith("data/")] == [
        "data/test.parquet",
        "data/train-00000-of-00003.parquet",
        "data/train-00001-of-00003.parquet",
        "data/train-00002-of-00003.parquet",
    ]
    loaded = open_folder(folder, tmp_path)
    assert {split: len(part) for split, part in loaded.items()} == {"test": 10, "train": 30}
    assert set(loaded["test"]["split"]) == {"test"}
    ids = [example_id for part in loaded.values() for example_id in part["example_id"]]
    assert sorted(ids) == sorted(built.examples["example_id"])


@pytest.mark.parametrize("chunk_rows", [7, 50_000])
def test_many_files_hold_the_examples_in_their_order_also_if_a_user_has_changed_it(
    table, tmp_path, monkeypatch, chunk_rows
):
    monkeypatch.setattr(shards, "ROWS_IN_SHARD", 12)
    monkeypatch.setattr(chunking, "CHUNK_ROWS", chunk_rows)
    columns = {word: name for word, name in table["columns"].items() if word != "split"}
    built = load_table(**table | {"columns": columns})
    turned = replace(built, examples=built.examples.select(range(len(built.examples) - 1, -1, -1)))
    for dataset, name in ((built, "as built"), (turned, "turned")):
        loaded = open_folder(write_dataset(dataset, tmp_path / name), tmp_path / f"{name} cache")["train"]
        assert list(loaded["example_id"]) == list(dataset.examples["example_id"])
    assert list(built.examples["example_id"]) == list(turned.examples["example_id"])[::-1]


def test_the_config_in_the_folder_builds_the_same_dataset(built, table, study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for dataset in (
        build_from_study(study.relative_to(tmp_path), context="parent", mask=["urls"]),
        load_table(**table | {"path": table["path"].relative_to(tmp_path)}),
    ):
        folder = write_dataset(dataset, "out", {"git_commit": "abc"})
        found = json.loads((folder / "config.json").read_text())
        assert build(found["dataset"]).sha == dataset.sha == found["sha"]
        assert found["code"]["git_commit"] == "abc"
        assert set(found["code"]) == {"stance", "git_commit"}


def test_a_path_that_names_its_owner_stays_outside(study, tmp_path):
    folder = write_dataset(build_from_study(study), tmp_path / "out")
    assert json.loads((folder / "config.json").read_text())["dataset"]["study"] == "ferry"
    assert str(tmp_path).encode() not in b"".join(files_of(folder).values())


# the card


def test_the_header_is_what_the_hub_reads(built, tmp_path):
    folder = write_dataset(built, tmp_path)
    header = metadata_load(folder / "README.md")
    assert header["license"] == "cc0-1.0"
    assert header["size_categories"] == ["n<1K"]
    assert header["task_categories"] == ["text-classification"]
    assert header["configs"] == [
        {"config_name": "default", "data_files": [{"split": "train", "path": "data/train*.parquet"}]}
    ]
    card = DatasetCard.load(folder / "README.md")
    assert card.data.pretty_name == "Stance toward the ferry"
    named = {feature["name"] for feature in header["dataset_info"]["features"]}
    assert named == set(built.examples.features)


def test_the_data_statement_is_filled(study, tmp_path):
    with (study / "study.yaml").open("a") as card:
        statement = {
            "language": "en",
            "source": "A blog | that does not exist",
            "dates": "February 2020",
            "collected": "Invented.",
            "sensitive": "Opinions on a ferry.",
            "limits": "Nothing of the sea.",
        }
        yaml.safe_dump({"data_statement": statement, "contact": "nobody"}, card)
    readme = (write_dataset(build_from_study(study, mask=["urls"]), tmp_path / "out") / "README.md").read_text()
    for said in (
        "# Stance toward the ferry\n\n4 examples of stance toward the ferry, one for each comment that has a label.",
        "| against | 2 |\n| none | 1 |\n| favor | 1 |",
        "**Source.** A blog | that does not exist Written: February 2020. Language: en.",
        "- pages/ferry.json: address not noted, saved on a day not noted, sha256 ",
        "**How it was collected.** Invented. 7 comments in 1 threads; 2 of the examples answer another comment.",
        "**Units and context.** The unit is the comment; its context is left out.",
        "two annotators who do not exist",
        "Annotators: a1 (person), a2 (person).",
        "AC1 0.",
        " on 5 items, 2 annotators: all of them people.",
        "The label of an example: the one that more annotators gave than any other.",
        "4 examples and 3 dropped make 7 units.",
        "| no_majority | 1 | the first place is shared by two labels or more |",
        "| not_annotated | 1 | nobody labelled it |",
        "**Groups.** 2 authors and 1 threads; 1 examples without an author.",
        "**Duplicates.** No two examples have the same text.",
        "- Nothing of the sea.\n- 4 examples: ",
        "**Persons.** Opinions on a ferry. Political opinions are special-category personal data",
        "Authors are numbered in the order of their first appearance. Masked in texts: urls (0).",
        "**Licence.** CC0 Contact: nobody.",
        "Revision 1; sha256 `",
        "hf upload <you>/ferry <this folder> --repo-type dataset",
    ):
        assert said in readme, said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"context": "none"}, "comment; its context is left out."),
        ({"context": "parent"}, "comment; its context is the comment that it answers."),
        ({"context": "thread", "context_limit": 90}, "comment; its context is its thread so far, to 90 characters."),
        ({"context": "title", "unit": "sentence"}, "sentence; its context is the title of the post."),
        ({"context": "post"}, "comment; its context is the text of the post."),
    ],
)
def test_the_card_says_what_the_context_of_a_unit_is(study, tmp_path, options, said):
    readme = (write_dataset(build_from_study(study, **options), tmp_path / "out") / "README.md").read_text()
    assert f"**Units and context.** The unit is the {said}\n" in readme


def test_the_card_says_whether_a_table_has_a_context_of_its_own(table, tmp_path):
    columns = table["columns"]
    for name, made in (("bare", table), ("own", table | {"columns": columns | {"context": "split"}})):
        readme = (write_dataset(load_table(**made), tmp_path / name) / "README.md").read_text()
        said = {"bare": "left out", "own": "what the table's own context column says"}[name]
        assert f"its context is {said}.\n" in readme


def test_the_card_shows_targets_splits_and_duplicates(table, tmp_path):
    edit(table["path"], "text 4,price", "text 1,price")
    readme = (write_dataset(load_table(**table), tmp_path / "out") / "README.md").read_text()
    for said in (
        "| target | against | none | favor |\n|---|---|---|---|\n| noise | 14 | 0 | 0 |\n| price | 0 | 13 | 13 |\n",
        "| split | against | none | favor |\n|---|---|---|---|\n| test | 4 | 3 | 3 |\n| train | 10 | 10 | 10 |\n",
        "2 examples stand in 1 groups whose texts are the same; the column `duplicate_group` names the group",
        "On both sides of the official split: ",
        "- The labels are as published; how far annotators agreed cannot be told from them.",
        "- comments.csv: 40 rows, sha256 ",
        "a label that the table publishes goes before that",
    ):
        assert said in readme, said


def test_stats_are_the_counts(built, tmp_path):
    folder = write_dataset(built, tmp_path)
    assert json.loads((folder / "stats.json").read_text()) == built.stats
    assert (folder / "stats.json").read_text() == stats_json(built)


# the same bytes


def test_writing_twice_gives_the_same_bytes_and_an_old_folder_is_left_alone(built, tmp_path):
    first, second = (write_dataset(built, tmp_path / name) for name in ("one", "two"))
    assert list(files_of(first)) == FILES
    assert files_of(first) == files_of(second)
    (first / "note").write_text("kept")
    assert write_dataset(built, tmp_path / "one") == first
    assert (first / "note").read_text() == "kept"


PROGRAM = """
import sys
from stance.dataset.chunks import _chunking as chunking
from stance.dataset import load_table
from stance.dataset.folder import write_dataset
from stance.dataset.folder import _shards as shards
chunking.CHUNK_ROWS = 3
shards.ROWS_IN_SHARD = 12
columns = {"comment_id": "id"} | {name: name for name in ("author", "text", "target", "split", "label")}
if __name__ == "__main__":
    n = int(sys.argv[3])
    built = load_table(sys.argv[1], ["against", "none", "favor"], columns, num_proc=n)
    print(write_dataset(built, sys.argv[2], num_proc=n))
"""


def test_the_bytes_are_the_same_for_other_processes_seeds_and_numbers_of_processes(table, tmp_path):
    program = tmp_path / "write.py"
    program.write_text(PROGRAM)
    found = []
    for seed, num_proc in (("0", "1"), ("1", "1"), ("2", "2")):
        done = subprocess.run(
            [sys.executable, program, table["path"], tmp_path / f"out-{seed}", num_proc],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(files_of(Path(done.stdout.strip())))
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 7


def test_a_large_dataset_is_written_as_a_small_one(table, tmp_path, monkeypatch):
    in_memory = write_dataset(load_table(**table), tmp_path / "one")
    monkeypatch.setattr(chunking, "CHUNK_ROWS", 3)
    assert files_of(write_dataset(load_table(**table), tmp_path / "two")) == files_of(in_memory)


# whole or not at all


@pytest.mark.parametrize("failing", ["stats.json", "README.md", "config.json"])
def test_a_full_disk_leaves_nothing_half_written(built, tmp_path, monkeypatch, failing):
    write = Path.write_text

    def full(path, *arguments, **options):
        if path.name == failing:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left on device"):
        write_dataset(built, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    monkeypatch.undo()
    assert (write_dataset(built, tmp_path / "out") / "README.md").exists()


def test_a_disk_that_fills_under_the_examples_leaves_nothing_half_written(built, tmp_path, monkeypatch):
    def full(table, path, **options):
        Path(path).write_bytes(b"PAR1")
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr("pyarrow.parquet.write_table", full)
    with pytest.raises(OSError, match="No space left on device"):
        write_dataset(built, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


KILLED = """
import os, signal, sys
from stance import build_from_study, write_dataset
def kill(stage, n_rows):
    os.kill(os.getpid(), signal.SIGKILL)
write_dataset(build_from_study(sys.argv[1]), sys.argv[2], on_rows=kill)
"""


def test_what_a_killed_build_leaves_is_removed_by_the_next(study, built, tmp_path):
    done = subprocess.run([sys.executable, "-c", KILLED, study, tmp_path / "out"], capture_output=True)
    assert done.returncode == -signal.SIGKILL
    (left,) = (path for path in (tmp_path / "out").iterdir() if path.is_dir())
    assert left.name.startswith(".unfinished-")
    folder = write_dataset(built, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == [folder]


# superseding


def test_an_edited_study_needs_another_revision_and_older_folders_stay(study, tmp_path):
    first = write_dataset(build_from_study(study), tmp_path / "out")
    before = files_of(first)
    edit(study / "annotations.csv", ",3,a1,none,", ",3,a1,favor,")
    edit(study / "annotations.csv", ",3,a2,none,", ",3,a2,favor,")
    with pytest.raises(InputError) as caught:
        write_dataset(build_from_study(study), tmp_path / "out")
    assert str(caught.value) == (
        f"{first} holds revision 1 of 'ferry' with other examples: the study was edited since, and runs may rest on "
        "it. Raise `revision` in its study.yaml to 2; the folder stays as it is"
    )
    assert list((tmp_path / "out").iterdir()) == [first]
    edit(study / "study.yaml", "revision: 1", "revision: 2")
    second = write_dataset(build_from_study(study), tmp_path / "out")
    assert json.loads((second / "config.json").read_text())["study"]["revision"] == 2
    assert files_of(first) == before


def test_other_choices_code_or_an_erased_author_are_no_edit_of_the_study(study, tmp_path):
    first = write_dataset(build_from_study(study), tmp_path / "out")
    write_dataset(build_from_study(study, context="parent"), tmp_path / "out")
    write_dataset(build_from_study(study, erase="reader-2"), tmp_path / "out")
    # what other code made of the same study
    edit(first / "config.json", build_from_study(study).sha, "0" * 64)
    first.rename(first.with_name("ferry-00000000"))
    write_dataset(build_from_study(study), tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_a_study_that_is_superseded_says_so(study, tmp_path):
    with (study / "study.yaml").open("a") as card:
        card.write("superseded_by: ferry_2\n")
    built = build_from_study(study)
    said = "revision 1 of this study is superseded by ferry_2; use that one for new runs"
    assert f"superseded: {said}" in built.stats["findings"]
    assert "Revision 1, superseded by ferry_2;" in (write_dataset(built, tmp_path) / "README.md").read_text()


# persons


def test_neither_a_name_nor_the_key_is_in_the_folder(study, tmp_path, monkeypatch):
    key = "a secret of more than sixteen bytes"
    monkeypatch.setenv("STANCE_PSEUDONYM_KEY", key)
    for number, options in enumerate([{}, {"authors": "keyed"}, {"erase": "reader-2"}]):
        folder = write_dataset(build_from_study(study, **options), tmp_path / f"out-{number}")
        content = b"".join(files_of(folder).values())
        assert b"author-" in content
        assert b"reader-" not in content
        assert key.encode() not in content


def test_folders_that_hold_a_comment_are_found(study, built, tmp_path):
    with_all = write_dataset(built, tmp_path / "out")
    erased = build_from_study(study, erase="reader-2")
    write_dataset(erased, tmp_path / "out")
    comments = {(entry.thread_id, entry.comment_id) for entry in erased.dropped if entry.reason == "erased"}
    assert find_containing(tmp_path / "out", comments) == {with_all: built.sha}
    assert find_containing(tmp_path / "nowhere", comments) == {}


@pytest.mark.parametrize("content", ['{"a":', "[]", "{}", "[" * 100_000])
def test_a_corrupt_config_in_a_neighbouring_folder_is_named(tmp_path, content):
    neighbour = tmp_path / "ferry-00000000" / "config.json"
    neighbour.parent.mkdir()
    neighbour.write_text(content)
    with pytest.raises(InputError, match=r"ferry-00000000/config\.json: expected the config of a dataset"):
        written_datasets(tmp_path, "ferry")
