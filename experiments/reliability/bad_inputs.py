"""Bad inputs, each of which must be refused in a sentence: values, addresses, cards, sheets, pages and tables."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

Change = Callable[[Path], None]

TRAIN = ("train", "classifier=majority", "debug=quick", "folds=leave_one_out", "dataset=awl")
BUILD = ("build", "folder=built", "dataset=sunday_opening", "dataset.study=study")
TABLE = (
    "build",
    "folder=built",
    "dataset=gwsd",
    "dataset.path=table.csv",
    "dataset.columns={text: text, label: label}",
    "dataset.annotator_columns=null",
    "dataset.label_values=null",
    "dataset.split_values=null",
    "dataset.labels=[against, none, favor]",
)
VALUES = {
    "seed": ("-1", "1.5", "one", "4294967296", "[1]"),
    "permutations": ("-5", "2.5", "many"),
    "bootstrap.n_resamples": ("0", "-5", "1.5", "ten", "null"),
    "bootstrap.random_state": ("-1", "x"),
    "tracking.wait": ("-1", "soon"),
    "tracking.texts": ("maybe",),
    "tracking.experiment_name": ("../x", "a/b", "'a\\b'", "''", "."),
    "tracking.unsent": ("[1]",),
    "classifier": ("logrg", "majorty", "''", "null", "../majority"),
    "dataset": ("aw", "semeval", "null"),
    "folds": ("leave_one", "by_autor", "null"),
    "tracking": ("offlin", "postgres"),
    "dataset.study": ("nowhere", "seeds", "/proc/none", "''"),
    "dataset.labels": ("[]",),
    "weights.own": ("x",),
    "tune": ("grd",),
    "classifer": ("logreg",),
    "+new": ("1",),
    "classifier.D": ("1",),
    "hydra.job.chdir": ("true",),
    "metrics": ("{a: nowhere.b}",),
    "trust": ("x",),
}
LOGREG = {
    "C": ("0", "-1", "nan", "inf", "many", "[1]"),
    "class_weight": ("heavy", "1"),
    "ngrams": ("x", "[2,1]", "[0,1]"),
}
STRATIFIED = {"n_folds": ("0", "1", "1000", "-3", "two"), "n_repeats": ("0", "-1", "x")}
ADDRESSES = (
    "sqlite://",
    "sqlite:///:memory:",
    "sqlite:////proc/none/x.db",
    "sqlite:///folder",
    "sqlite:///notes.db",
    "sqlite:///other.db",
    "sqlite:///newer.db",
    "sqlite:///older.db",
    "sqlite:///cut.db",
    "sqlite:///file:x.db?mode=memory",
    "sqlite:///x.db?nonsense=1",
    "sqlite:///what?/x.db",
    "sqlit:///x.db",
    "mlruns",
    "file:///tmp/x",
    "ftp://127.0.0.1/x",
    "http://127.0.0.1:9",
    "https://127.0.0.1:9",
    "http://me:secret@127.0.0.1:9",
    "http://127.0.0.1:99999",
    "http://",
    "postgresql://me:secret@127.0.0.1:9/x",
    "mysql://me:secret@127.0.0.1:9/x",
    "mssql://me:secret@127.0.0.1:9/x",
    "postgresql://",
    "''",
    "s3://bucket/x",
)
CARD = {
    "no labels": ("labels:", "lables:"),
    "labels no list": ("labels: [oppose, lean_oppose, neither, lean_support, support]", "labels: 5"),
    "one label": ("labels: [oppose, lean_oppose, neither, lean_support, support]", "labels: [oppose]"),
    "label twice": ("labels: [oppose,", "labels: [oppose, oppose,"),
    "no targets": ("targets:", "tragets:"),
    "targets empty": ("targets: [opening on Sundays, a yearly fee]", "targets: []"),
    "another target": ("targets: [opening on Sundays, a yearly fee]", "targets: [opening on Mondays]"),
    "no pages": ("pages:", "page:"),
    "page nowhere": ("pages/village-blog.html", "pages/village.html"),
    "page above": ("pages/village-blog.html", "../study.yaml"),
    "no sha": ("sha256:", "sha:"),
    "another sha": ("bf4015da", "00000000"),
    "sha cut": ("9e5b3296a289677959f36f83d2eb4067c6bb617e03", ""),
    "unknown format": ("format: html", "format: htlm"),
    "another format": ("format: html", "format: wxr"),
    "revision no number": ("revision: 1", "revision: first"),
    "no annotations": ("annotations: annotations.csv", "annotations: annotation.csv"),
    "annotations a folder": ("annotations: annotations.csv", "annotations: pages"),
    "unknown kind": ("a1: model", "a1: robot"),
    "annotator missing": ("  a2: model\n", ""),
    "no YAML": ("title:", "title: [\n"),
    "a tab": ("  a1:", "\ta1:"),
    "a key twice": ("revision: 1", "revision: 1\nrevision: 2"),
    "aliases": (
        "revision: 1",
        f"revision: 1\na: &a [{'x,' * 9}]\nb: &b [{'*a,' * 9}]\nc: [{'*b,' * 9}]",
    ),
    "many digits": ("revision: 1", f"revision: {'9' * 5000}"),
    "deep": ("revision: 1", f"revision: {'[' * 5000}{']' * 5000}"),
    "a tag": ("revision: 1", "revision: !!python/object:os.system x"),
    "date": ("retrieved: null", "retrieved: 2016-20-09"),
}
ROW = "village.example/library-on-sundays,2101,a1,support"
SHEET = {
    "column missing": ("thread_id,comment_id,annotator,", "thread,comment_id,annotator,"),
    "column twice": ("thread_id,comment_id,annotator,", "thread_id,thread_id,annotator,"),
    "unknown label": (ROW, ROW.replace("support", "suport")),
    "no label": (ROW, ROW.replace("support", "")),
    "unknown comment": (ROW, ROW.replace("2101", "9999")),
    "no comment": (ROW, ROW.replace("2101", "")),
    "unknown thread": (ROW, ROW.replace("village", "town")),
    "unknown annotator": (ROW, ROW.replace("a1", "a9")),
    "unknown target": (",opening on Sundays", ",opening on Mondays"),
    "no target": (",opening on Sundays", ","),
    "another text": ("dc3d242832c3", "000000000000"),
    "open quote": ("support,3,Sunday", 'support,3,"Sunday'),
    "a cell more": ("the family.,", "the family.,,,"),
    "twice": (f"{ROW},3", f"{ROW},3,,,dc3d242832c3,opening on Sundays\n{ROW},3"),
    "NUL": ("support,3", "support\0,3"),
    "semicolons": (",", ";"),
}
TABLES = {
    "empty": "",
    "header only": "text,label\n",
    "no text column": "words,label\na,favor\nb,against\n",
    "no label column": "text,stance\na,favor\nb,against\n",
    "unknown label": "text,label\na,favour\nb,against\n",
    "column twice": "text,text,label\na,b,favor\n",
    "open quote": 'text,label\n"a,favor\nb,against\n',
    "cells missing": "text,label\na\nb,against\n",
    "cells more": "text,label\na,favor,x\nb,against\n",
    "NUL": "text,label\na\0b,favor\nb,against\n",
    "HTML": "<!doctype html><html><body>404</body></html>",
    "JSON": '{"text": "a", "label": "favor"}\n',
    "semicolons": "text;label\na;favor\nb;against\n",
    "only nothing": "text,label\n,favor\n,against\n",
    "one row": "text,label\na,favor\n",
    "an empty name": "text,,label\na,x,favor\nb,y,against\n",
    "XML": '<?xml version="1.0"?><rows><row text="a" label="favor"/></rows>',
    "tabs": "text\tlabel\na\tfavor\nb\tagainst\n",
    "a quote within": 'text,label\n"a "b" c",favor\nb,against\n',
}


@dataclass(frozen=True)
class BadInput:
    """A command that must be refused, and what is done to the folder before."""

    name: str
    command: tuple[str, ...]
    change: Change = lambda folder: None


def bad_inputs() -> list[BadInput]:
    """Return all of them."""
    return [*_bad_values(), *_bad_studies(), *_bad_tables()]


def _bad_values() -> Iterator[BadInput]:
    logreg = {f"classifier.{name}": values for name, values in LOGREG.items()}
    stratified = {f"folds.{name}": values for name, values in STRATIFIED.items()}
    for settings, base in (
        (VALUES, TRAIN),
        (logreg, (*TRAIN, "classifier=logreg")),
        (stratified, (*TRAIN, "folds=repeated_stratified")),
    ):
        for key, values in settings.items():
            for value in values:
                yield BadInput(f"value {key}={value}", (*base, f"{key}={value}"))
    for address in ADDRESSES:
        quoted = address if address == "''" else f'"{address}"'
        yield BadInput(f"address {address}", (*TRAIN, f"tracking.uri={quoted}"))


def _bad_studies() -> Iterator[BadInput]:
    for name, (before, after) in CARD.items():
        yield BadInput(f"card: {name}", BUILD, replaced("study.yaml", before, after))
    for name, (before, after) in SHEET.items():
        yield BadInput(f"sheet: {name}", BUILD, replaced("annotations.csv", before, after))
    for name in ("study.yaml", "annotations.csv", "pages/village-blog.html"):
        for kind, content in (("empty", b""), ("zeros", bytes(4096)), ("noise", random.Random(1).randbytes(4096))):
            yield BadInput(f"{name}: {kind}", BUILD, written(f"study/{name}", content))
        yield BadInput(f"{name}: gone", BUILD, removed(f"study/{name}"))
    for number in range(20):
        yield BadInput(f"page: bit {number}", BUILD, flipped("study/pages/village-blog.html", number))
    for number in range(10):
        yield BadInput(f"page: cut {number}", BUILD, cut("study/pages/village-blog.html", number))


def _bad_tables() -> Iterator[BadInput]:
    for name, text in TABLES.items():
        yield BadInput(f"table: {name}", TABLE, written("table.csv", text.encode()))
    yield BadInput("table: a folder", TABLE, lambda folder: (folder / "table.csv").mkdir())


def replaced(name: str, before: str, after: str) -> Change:
    """Return what exchanges a text in a file of the study."""

    def change(folder: Path) -> None:
        path = folder / "study" / name
        text = path.read_text(encoding="utf-8")
        assert before in text, (name, before)
        path.write_text(text.replace(before, after), encoding="utf-8")

    return change


def written(name: str, content: bytes) -> Change:
    """Return what writes a file."""

    def change(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return change


def removed(name: str) -> Change:
    """Return what removes a file."""
    return lambda folder: (folder / name).unlink()


def flipped(name: str, number: int) -> Change:
    """Return what changes one bit of a file."""

    def change(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[random.Random(number).randrange(len(content))] ^= 1 << number % 8
        (folder / name).write_bytes(content)

    return change


def cut(name: str, number: int) -> Change:
    """Return what keeps only the beginning of a file."""

    def change(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: random.Random(number).randrange(len(content))])

    return change


def prepare(folder: Path, root: Path) -> None:
    """Make the stores and the study that the inputs are about; `folder` has a good store already, `mlflow.db`."""
    (folder / "folder").mkdir(exist_ok=True)
    (folder / "notes.db").write_text("these are notes, not a database; " * 50)
    with closing(sqlite3.connect(folder / "other.db")) as other, other:
        other.execute("CREATE TABLE IF NOT EXISTS birds (name TEXT)")
    for name, schema in (("newer", "ffffffffffff"), ("older", "cc1f77228345")):
        shutil.copy(folder / "mlflow.db", folder / f"{name}.db")
        with closing(sqlite3.connect(folder / f"{name}.db")) as store, store:
            store.execute("UPDATE alembic_version SET version_num = ?", (schema,))
    (folder / "cut.db").write_bytes((folder / "mlflow.db").read_bytes()[:5000])
    for name in ("study", "table.csv"):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    shutil.copytree(root / "seeds" / "sunday_opening", folder / "study")
