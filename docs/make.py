"""Make what the documents read off the code: reference.md from the docstrings, rooms.svg from the imports, keys too.

    python docs/make.py

tables.md has the keys of a table's YAML, from what the code knows of them, before what is written by hand.
`tests/test_docs.py` holds all of them to the code.
"""

import ast
import json
import re
import sys
from collections import Counter
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
# the line of the house, and below each room the rooms inside that have names to offer
LINE = (
    "thread",
    "pages",
    "study",
    "dataset",
    "folds",
    "classifiers",
    "evaluation",
    "estimates",
    "report",
    "tracking",
    "commands",
)
DOORS = (
    "thread",
    "pages",
    "study",
    "study.annotations",
    "study.agreement",
    "study.sheets",
    "dataset",
    "dataset.folder",
    "folds",
    "classifiers",
    "classifiers.tuning",
    "evaluation",
    "evaluation.scores",
    "estimates",
    "estimates.predicting",
    "report",
    "tracking",
)
OPTIONS = {
    "heading_level": 3,
    "docstring_style": None,  # the project's docstrings have no sections
    "merge_init_into_class": True,
    "show_if_no_docstring": False,
    "show_root_full_path": False,
    "show_signature_annotations": True,
    "signature_crossrefs": False,
    "summary": False,
}


def reference() -> str:
    """Return docs/reference.md: every public name of every room, with its signature and docstring, by griffe2md."""
    import griffe
    from griffe2md import render_object_docs

    import stance

    package = griffe.load("stance", search_paths=[str(ROOT)])
    lines = [
        "# Reference",
        "",
        "Made by `python docs/make.py` from the docstrings. A name in **bold** can be had from `stance` itself: "
        "`from stance import evaluate`.",
    ]
    for door in DOORS:
        room = import_module(f"stance.{door}")
        lines += ["", f"## `stance.{door}`", "", (room.__doc__ or "").strip()]
        for name in room.__all__:
            found = package[f"{door}.{name}"]
            found = found.final_target if found.is_alias else found
            # a formatter that happens to be installed would choose other quotation marks
            text = re.sub(r"^```.*?^```$", _plain_quotes, render_object_docs(found, OPTIONS).strip(), flags=re.M | re.S)
            if name in stance.__all__:
                text = text.replace(f"### `{name}`", f"### **`{name}`**", 1)
            lines += ["", text]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def _plain_quotes(code: re.Match[str]) -> str:
    return code[0].replace('"', "'")


def arrows() -> Counter[tuple[str, str]]:
    """Return how many modules of one room import another room of the line."""
    found: Counter[tuple[str, str]] = Counter()
    for path in (ROOT / "stance").rglob("*.py"):
        here = path.relative_to(ROOT / "stance").with_suffix("").parts[0]
        imported = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stance"):
                parts = (node.module or "").split(".")
                imported |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        found.update((here, room) for room in imported if here in LINE and room in LINE and room != here)
    return found


def picture() -> str:
    """Return docs/rooms.svg: the rooms on their line, with an arrow for each import of an earlier room."""
    wide, high, gap, left, top = 128, 30, 22, 20, 20
    y = {room: top + number * (high + gap) for number, room in enumerate(LINE)}
    height = top + len(LINE) * (high + gap)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="370" height="{height}" viewBox="0 0 370 {height}" '
        'font-family="sans-serif" font-size="13">',
        "<title>The rooms of the house on their line, and which of them import which before them</title>",
        f'<rect width="370" height="{height}" fill="white"/>',
    ]
    for (later, earlier), times in sorted(arrows().items()):
        span = LINE.index(later) - LINE.index(earlier)
        start, end = y[later] + high / 2, y[earlier] + high / 2
        bend = left + wide + 14 + 36 * span
        parts.append(
            f'<path d="M {left + wide} {start} C {bend} {start}, {bend} {end}, {left + wide + 3} {end}" fill="none" '
            f'stroke="#0072b2" stroke-opacity="0.55" stroke-width="{1 + times**0.5 / 2:.1f}"/>'
        )
    for room in LINE:
        parts.append(
            f'<rect x="{left}" y="{y[room]}" width="{wide}" height="{high}" rx="5" fill="#f3f3f3" stroke="#444"/>'
            f'<text x="{left + wide / 2}" y="{y[room] + 20}" text-anchor="middle">{room}</text>'
        )
        if room != LINE[-1]:
            x = left + wide / 2
            parts.append(
                f'<path d="M {x} {y[room] + high} v {gap - 5} m -4 -5 l 4 5 l 4 -5" fill="none" stroke="#444"/>'
            )
    return "\n".join([*parts, "</svg>"]) + "\n"


TABLES = """\
# Tables: every key of a table's YAML

A table that somebody published becomes a dataset by a YAML in `configs/dataset/`, or by the same words in Python:
`load_table(path, labels, columns, …)`. Nothing is needed but `path`, `labels`, `columns` and a target. Keys are made
by `python docs/make.py` from what the code knows of them; `stance build dataset=<name> --help` shows the same line
beside each value. [What to write for your file](#if-your-file-looks-like-this) stands below them.
"""
BY_HAND = "## If your file looks like this\n"


def tables() -> str:
    """Return docs/tables.md: what each key of a table's YAML means, and after that what is there by hand."""
    from stance.dataset import load_table
    from stance.dataset.tables.declared.keys import INSIDE, TABLE

    parameters = signature(load_table).parameters
    lines = [TABLES, "| key | meaning | default | example |", "|---|---|---|---|"]
    for name in (name for name in parameters if name in TABLE):
        meaning, example = TABLE[name]
        inside = f"; [its keys](#{name})" if name in INSIDE else ""
        lines.append(f"| `{name}` | {_cell(meaning)}{inside} | {_default(parameters[name].default)} | `{example}` |")
    for name, known in INSIDE.items():
        lines += ["", f"### `{name}`", "", "| key | meaning | example |", "|---|---|---|"]
        lines += [f"| `{word}` | {_cell(meaning)} | `{example}` |" for word, (meaning, example) in known.items()]
    there = (DOCS / "tables.md").read_text(encoding="utf-8")
    return "\n".join([*lines, "", BY_HAND]) + there.partition(BY_HAND)[2]


def _default(value: Any) -> str:
    """Return a parameter's default as YAML writes it."""
    if value is Parameter.empty:
        return "none: must be said"
    return f"`{json.dumps(list(value) if isinstance(value, tuple) else value)}`".replace('"', "")


def _cell(meaning: str) -> str:
    """Return a meaning as a cell shows it: with signs that Markdown would read as its own in code marks."""
    return re.sub(r"(?<!`)(parts/\*\.csv|\{ours: theirs\})", r"`\1`", meaning)


FILES = {"reference.md": reference, "rooms.svg": picture, "tables.md": tables}


def main() -> int:
    """Write the files into docs/."""
    for name, make in FILES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")
        print(DOCS.name + "/" + name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
