"""A tiny invented study and a few examples, for the tests of every room."""

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import settings

from stance.commands.main import main
from stance.study.annotations import OPTIONAL_COLUMNS, REQUIRED_COLUMNS, text_fingerprint

ROOT = Path(__file__).parents[1]

# the first example of a test pays for imports, and the machine may be busy
settings.register_profile("stance", deadline=None)
settings.load_profile("stance")

THREAD = "blog.example.org/ferry"
# id, parent, author, kind, text, and the labels of annotators a1 and a2
COMMENTS = [
    (1, 0, "reader-1", "comment", "The ferry is late again and far too dear.", ("against", "against")),
    (2, 1, "reader-2", "comment", "The ferry is a joy, and cheap for what it does.", ("favor", "favor")),
    (3, 0, "", "comment", "Is there a timetable?", ("none", "none")),
    (4, 2, "reader-1", "comment", "A joy? It has sunk twice.", ("against", "against")),
    (5, 0, "another blog", "pingback", "[…] what they say of the ferry […]", ()),
    (6, 0, "reader-3", "comment", "Late, but lovely.", ("against", "favor")),
    (7, 0, "reader-2", "comment", "See you on board.", ()),
]
EVIDENCE = {1: "late again", 2: "a joy", 4: "It has sunk twice"}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The folder of a study: 7 entries, 4 of them examples, one ping, one tie, one that nobody labelled."""
    folder = tmp_path / "ferry"
    (folder / "pages").mkdir(parents=True)
    page = json.dumps([_entry(*comment[:5]) for comment in COMMENTS]).encode()
    (folder / "pages" / "ferry.json").write_bytes(page)
    card = {
        "title": "Stance toward the ferry",
        "target": "the ferry",
        "labels": ["against", "none", "favor"],
        "revision": 1,
        "pages": [{"path": "pages/ferry.json", "sha256": hashlib.sha256(page).hexdigest(), "format": "rest"}],
        "annotators": {"a1": "person", "a2": "person"},
        "labelled_by": "two annotators who do not exist",
        "licence": "CC0",
    }
    (folder / "study.yaml").write_text(yaml.safe_dump(card, sort_keys=False))
    with (folder / "annotations.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(REQUIRED_COLUMNS + OPTIONAL_COLUMNS)
        for number, _, _, _, text, labels in COMMENTS:
            for annotator, label in zip(("a1", "a2"), labels, strict=False):
                sha = text_fingerprint(text)
                table.writerow([THREAD, number, annotator, label, 3, EVIDENCE.get(number, ""), "because", sha])
    return folder


@pytest.fixture
def examples() -> pd.DataFrame:
    """Eight examples: reader-1 wrote three, reader-2 two, reader-3 one, and two show no author."""
    rows = [
        ("t#1", "reader-1", "against", "late and dear"),
        ("t#2", "reader-2", "favor", "a joy, a joy"),
        ("t#3", None, "none", "is there a timetable"),
        ("t#4", "reader-1", "against", "sunk, late, dear"),
        ("t#5", "reader-3", "favor", "a joy on board"),
        ("t#6", "reader-2", "favor", "cheap, a joy"),
        ("t#7", None, "none", "where is the timetable"),
        ("t#8", "reader-1", "none", "what time is it"),
    ]
    return pd.DataFrame(
        {
            "example_id": [row[0] for row in rows],
            "comment_id": [row[0].removeprefix("t#") for row in rows],
            "author": [row[1] for row in rows],
            "label": [row[2] for row in rows],
            "text": [row[3] for row in rows],
            "evidence": [[row[3].split()[0], ""] for row in rows],
        }
    )


def _entry(number: int, parent: int, author: str, kind: str, text: str) -> dict[str, object]:
    return {
        "id": number,
        "post": 1,
        "parent": parent,
        "author_name": author,
        "date": f"2020-02-03T10:0{number}:00",
        "content": {"rendered": f"<p>{text}</p>"},
        "link": f"https://blog.example.org/ferry/#comment-{number}",
        "type": kind,
    }


@pytest.fixture(scope="session")
def migrated_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite store that MLflow has migrated, to be copied: migrating takes seconds."""
    from stance.tracking import open_store

    database = tmp_path_factory.mktemp("store") / "mlflow.db"
    open_store(f"sqlite:///{database}", "unused")
    return database


@pytest.fixture
def workspace(tmp_path: Path, migrated_store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to run experiments in, with the seeds, the configs and a fresh store."""
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    shutil.copy(migrated_store, tmp_path / "mlflow.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return tmp_path


@pytest.fixture
def run(workspace: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    """Run a command in this process, as a shell would: run("train", "seed=1") gives code and output."""

    def run(verb: str, *arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["stance", verb, *arguments])
        code = main()
        captured = capfd.readouterr()
        return code, captured.out + captured.err

    return run
