"""Each number of the audit's fifteen faults, before and now: read off reports, off tables of docs, or held by a test.

python experiments/audit_faults.py --runs outputs --write docs/audit.md

The commands whose reports are read stand in the table; the data sets have to be obtained, as configs/dataset/ says.
"""

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from page_tables import show

ROOT = Path(__file__).parents[1]
ABSENT = "no report of it here"


@dataclass(frozen=True)
class Number:
    """A number of a fault: `before`, as the audit found it; `now`, or a pattern of it; `source`, where it is from.

    `source`: a command `stance …`, whose report has `now`; a page of docs that has it; a cell of docs/intervals.md,
    "metric | column"; or a test, "path::name", that holds `now`.
    """

    fault: int
    what: str
    before: str
    source: str
    now: str = ""


CELL = r"(?P<mean>[\d.]+) \((?P<least>[\d.]+) (?P<where>[^)]+)\) (?P<shown>[\d.]+)|– (?P<none>[\d.]+)"
READ = yaml.safe_load((ROOT / "experiments" / "audit_faults.yaml").read_text(encoding="utf-8"))
NUMBERS = [Number(**one) for one in READ]


def rows(runs: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the rows of the table: fault, what, before, now, and where that is from."""
    reports = dict(_reports(runs))
    intervals = (ROOT / "docs" / "intervals.md").read_text(encoding="utf-8")
    for number in NUMBERS:
        if number.source.startswith("stance "):
            found, source = _read_off(number, reports), f"`{number.source}`"
        elif number.source.endswith(".md"):
            page = (ROOT / number.source).read_text(encoding="utf-8")
            found, source = _search(number, page), number.source
        elif " | " in number.source:
            found = _coverage(intervals, *number.source.split(" | "))
            source = f"docs/intervals.md, {number.source.replace(' | ', ', ')}"
        else:
            found, source = number.now, f"`{number.source.rpartition('::')[2]}`"
        yield str(number.fault), number.what, number.before, found, source


def _reports(runs: Path) -> Iterator[tuple[str, str]]:
    """Yield each report with the command that made it, the oldest first, so that of several the newest stays."""
    for path in sorted(runs.glob("train/*/report/config.json")):
        choices = json.loads(path.read_text(encoding="utf-8"))["choices"]
        asked = " ".join(f"{name}={choices[name]}" for name in ("dataset", "folds", "classifier"))
        yield f"stance train {asked}", (path.parent / "report.md").read_text(encoding="utf-8")
    for path in sorted(runs.glob("power/*/power.md")):
        dataset, classifier, folds, _ = path.parent.name.split("-")
        asked = f"dataset={dataset} folds={folds} classifier={classifier}"
        yield f"stance power {asked}", path.read_text(encoding="utf-8")


def _read_off(number: Number, reports: Mapping[str, str]) -> str:
    report = next(
        (text for command, text in reports.items() if set(number.source.split()) <= set(command.split())), None
    )
    return ABSENT if report is None else _search(number, report)


def _search(number: Number, text: str) -> str:
    found = re.search(number.now, text)
    if found is None:
        raise SystemExit(f"{number.source}: expected {number.now!r} in it, found it nowhere")
    return found[1]


def _coverage(page: str, metric: str, column: str) -> str:
    """Say what a cell of the first table of every metric has."""
    table = page.partition("<!-- metrics -->")[2].partition("<!-- end of metrics -->")[0].strip().splitlines()
    heads = [head.strip() for head in table[0].strip("|").split("|")]
    cells = next(line for line in table if line.startswith(f"| {metric} |")).strip("|").split("|")
    found = re.fullmatch(CELL, cells[heads.index(column)].strip())
    if found is None:
        raise SystemExit(f"docs/intervals.md: expected a cell of coverage for {metric}, {column}, found {cells}")
    if found["none"]:
        return f"marked as not to be trusted (shown unmarked in {float(found['none']):.0%} of data sets)"
    shown = f"where it is shown unmarked, in {float(found['shown']):.0%} of data sets"
    return f"coverage {found['mean']} % {shown}; at least {found['least']} %, in {found['where']}"


def main() -> None:
    """Print the table of all numbers, and put it into a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, default=Path("outputs"), help="the folder of commands' outputs")
    parser.add_argument("--write", type=Path, help="the page whose table is replaced")
    arguments = parser.parse_args()
    lines = ["| fault | what | before | now | by |", "|--:|---|---|---|---|"]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows(arguments.runs)]
    show({"faults": "\n".join(lines)}, arguments.write)


if __name__ == "__main__":
    main()
