"""The example of reuse: its study holds what it is shown for, and its walk-through is run as a newcomer would."""

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from stance.dataset import build_from_study
from stance.study import read_study
from stance.study.annotations import read_annotations
from stance.study.sheets import FILLED_COLUMNS
from tests.documents import blocks, entry_points, first_not_printed, shown_commands

ROOT = Path(__file__).parents[1]
STUDY = ROOT / "seeds" / "sunday_opening"
REUSE = (ROOT / "docs" / "reuse.md").read_text(encoding="utf-8")
CARD = "seeds/my_study/study.yaml"
DECIDES = "# on the card: "
DECIDED = "# lead fills in label"
FILLED = "# label, confidence, evidence and rationale are filled in"
SUNDAYS, FEE = "opening on Sundays", "a yearly fee"
PING, REMOVED, BY_A1_ONLY = "2118", "2111", "2128"
TIES = {SUNDAYS: ["2110", "2114", "2120"], FEE: ["2106", "2117", "2125"]}


@pytest.fixture(scope="module")
def study():
    return read_study(STUDY)


@pytest.fixture(scope="module")
def built(study):
    return build_from_study(study)


def labels_by_unit(annotations):
    given = defaultdict(dict)
    for annotation in annotations:
        given[annotation.comment_id, annotation.target][annotation.annotator] = annotation.label
    return given


# the study


def test_the_page_has_what_a_page_of_the_wild_has(study):
    (thread,) = study.threads
    kinds = Counter(comment.kind for comment in thread.comments)
    assert kinds == {"comment": 29, "ping": 1}
    assert thread.declared == 31
    assert [finding.name for finding in thread.findings] == ["author_missing", "declared_count_differs"]
    assert sum(comment.parent_id is not None for comment in thread.comments) == 12
    without_name = [comment.comment_id for comment in thread.comments if comment.author is None]
    assert without_name == [REMOVED, "2113"]
    assert all(c.published.startswith("2021-03-") for c in thread.comments if c.kind == "comment")


def test_the_study_is_invented_and_names_nobody(study):
    (thread,) = study.threads
    authors = {comment.author for comment in thread.comments if comment.kind == "comment"} - {None}
    assert all(re.fullmatch(r"reader-\d+", author) for author in authors)
    assert len(authors) == 16
    assert set(study.card.annotators) == {"a1", "a2"}
    # nobody who exists has annotated, so no agreement of people may be shown
    assert set(study.card.annotators.values()) == {"model"}
    page = (STUDY / study.card.pages[0].path).read_text(encoding="utf-8")
    assert set(re.findall(r"https?://([\w.-]+)", page)) <= {"village.example", "valley.example"}
    assert "Invented for the project" in page
    assert "**Invented.**" in (STUDY / "guidelines.md").read_text(encoding="utf-8")


def test_two_annotators_label_each_comment_for_both_targets_but_one(study):
    given = labels_by_unit(study.annotations)
    (thread,) = study.threads
    comments = [c.comment_id for c in thread.comments if c.comment_id not in (PING, REMOVED)]
    assert set(given) == {(comment, target) for comment in comments for target in (SUNDAYS, FEE)}
    alone = {comment for (comment, _), labels in given.items() if set(labels) == {"a1"}}
    assert alone == {BY_A1_ONLY}
    assert all(set(labels) == {"a1", "a2"} for (comment, _), labels in given.items() if comment != BY_A1_ONLY)


def test_the_annotators_disagree_here_and_there_and_every_label_is_used(study):
    given = labels_by_unit(study.annotations)
    ties = {
        target: [c for (c, t), labels in given.items() if t == target and len(set(labels.values())) > 1]
        for target in TIES
    }
    assert ties == TIES
    assert {annotation.label for annotation in study.annotations} == set(study.card.labels)
    assert all(annotation.text_sha and annotation.rationale for annotation in study.annotations)
    assert all(annotation.evidence for annotation in study.annotations if annotation.label != "neither")


def test_the_dataset_keeps_count_of_both_targets(study, built):
    assert built.targets == (SUNDAYS, FEE)
    assert len(built.examples) + len(built.dropped) == 2 * 30
    reasons = Counter(entry.reason for entry in built.dropped)
    assert reasons == {"ping": 2, "not_annotated": 2, "no_majority": 6}
    frame = built.to_frame()
    counts = {target: dict(Counter(rows["label"])) for target, rows in frame.groupby("target")}
    assert counts == {
        SUNDAYS: {"support": 7, "neither": 8, "oppose": 4, "lean_oppose": 3, "lean_support": 3},
        FEE: {"support": 2, "neither": 16, "oppose": 6, "lean_support": 1},
    }


# the walk-through


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """An empty folder but for a saved page; commands find this Python first."""
    shutil.copy(STUDY / "pages" / "village-blog.html", tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    for variable in ("MLFLOW_TRACKING_URI", "STANCE_PSEUDONYM_KEY", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_walk_through_runs_in_its_order_and_prints_what_it_shows(run, workspace, migrated_store):
    folder = walk(workspace, lambda command: run_command(command, run), migrated_store)
    made = read_annotations(folder / "seeds" / "my_study" / "annotations.csv")
    # lead has decided the ties, and no more
    assert Counter(annotation.comment_id for annotation in made[110:]) == Counter(TIES[SUNDAYS] + TIES[FEE])
    # the study was labelled when fingerprints were digits alone
    assert [replace(annotation, line=0) for annotation in made[:110]] == [
        replace(annotation, line=0, text_sha=f"t-{annotation.text_sha}")
        for annotation in read_annotations(STUDY / "annotations.csv")
    ]


def walk(folder, run, store=None):
    """Do what the walk-through says, beginning in a folder with the saved page; return the folder of the study."""
    for block in blocks(REUSE):
        write_file(block, folder)
        for command, printed in shown_commands(block) if block.language == "console" else ():
            if command == FILLED:
                fill_in(folder)
                continue
            if command.startswith(DECIDES):
                name_adjudicator(folder / CARD, command)
                continue
            if command.startswith(DECIDED):
                decide(folder)
                continue
            if command.startswith("cd "):
                folder = folder / command.removeprefix("cd ")
                os.chdir(folder)
                if store:  # MLflow takes seconds to migrate one
                    shutil.copy(store, folder / "mlflow.db")
                continue
            code, output = run(command)
            assert code == 0, f"{command}\n{output}"
            assert first_not_printed(printed, output) is None, f"{command}\n{output}"
    return folder


def write_file(block, folder):
    """Write a block that is the content of a file."""
    if block.file:
        path = folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")


def run_command(command, run):
    """Run a command: an entry point in this process, anything else in a shell."""
    if "|" not in command and (found := entry_points(command)):
        ((verb, arguments),) = found
        return run(verb, *shlex.split(arguments))
    # one after the other: mixed, the end of one line may come before the beginning of another
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def fill_in(folder):
    """Do what a1 and a2 do by hand: what they write is what they have written in the study that ships."""
    written = {(a.annotator, a.comment_id, a.target): a for a in read_annotations(STUDY / "annotations.csv")}
    for path in (folder / "outputs" / "annotation" / "my_study").glob("*-sheet.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            annotation = written.get((row["annotator"], row["comment_id"], row["target"]))
            for column in FILLED_COLUMNS if annotation else ():
                row[column] = getattr(annotation, column)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.DictWriter(file, rows[0])
            table.writeheader()
            table.writerows(rows)


def name_adjudicator(path, command):
    """Write onto the card what the walk-through says of who decides."""
    annotators, adjudicator = re.findall("`([^`]+)`", command)
    card = re.sub("^annotators: .*$", annotators, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    path.write_text(f"{card}{adjudicator}\n", encoding="utf-8")


def decide(folder):
    """Do what lead does by hand: here, side with a1."""
    path = folder / "outputs" / "annotation" / "my_study" / "lead-disagreements.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(row | {"label": row["a1: label"]} for row in rows)


def test_the_card_of_the_walk_through_is_that_of_the_study_that_ships():
    (card,) = [yaml.safe_load(block.text) for block in blocks(REUSE, "yaml") if block.file == CARD]
    shipped = yaml.safe_load((STUDY / "study.yaml").read_text(encoding="utf-8"))
    assert {key: card[key] for key in ("targets", "labels", "annotators")} == {
        key: shipped[key] for key in ("targets", "labels", "annotators")
    }
    assert card["pages"][0].items() <= shipped["pages"][0].items()


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", REUSE))))
def test_what_the_walk_through_links_to_is_there(link):
    assert (ROOT / "docs" / link).exists()


# how a document is read


PRINTED = "a  table\n---\ndataset: outputs/my_study-0a1b2c3d\nat outputs/train/2026-01-02_03-04-05-000006/report\nend\n"


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        ([], None),
        (["a table", "---"], None),
        (["dataset: outputs/my_study-99999999", "at outputs/train/2031-01-02_03-04-05-000006/report"], None),
        (["dataset: …"], None),
        (["a table", "…", "end"], None),
        (["a table", "end"], "end"),
        (["end", "a table"], "a table"),
        (["…", "dataset: outputs/my_study"], "dataset: outputs/my_study"),
        (["a tables"], "a tables"),
    ],
)
def test_a_line_that_was_not_printed_is_found(shown, missing):
    assert first_not_printed(shown, PRINTED) == missing
