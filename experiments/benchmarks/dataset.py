"""How fast a large table becomes a dataset folder, beside the datasets library alone and ConvoKit's corpus.

python experiments/benchmark.py dataset          100,000 comments
python experiments/benchmark.py dataset --full   1,000,000 comments, and 100,000 to see that time grows alike

ConvoKit is measured where STANCE_CONVOKIT_PYTHON names a Python that can import it.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

STEPS = Path(__file__).with_name("dataset_steps.py")
SMALL, LARGE = 100_000, 1_000_000
TURNS = 3
GIGABYTE = 1e9


def run(full: bool) -> None:
    """Measure each step in a process of its own, in turns on one core, and print medians with what is asked for."""
    size = LARGE if full else SMALL
    with TemporaryDirectory(prefix="stance-benchmark-") as folder, Progress(transient=True) as bar:
        place = Path(folder)
        task = bar.add_task("preparing", total=None)
        parquet, small = _tables(place, size)
        bar.update(task, description="measuring", total=TURNS)
        turns = []
        for _ in range(TURNS):
            turns.append(_turn(place, parquet, small))
            bar.advance(task)
        found = {
            name: {unit: median(turn[name][unit] for turn in turns) for unit in ("seconds", "cpu", "peak")}
            for name in turns[0]
        }
    _print(found, size, full)


def _tables(place: Path, size: int) -> tuple[Path, Path]:
    parquet, small = place / "comments.parquet", place / "small.parquet"
    _step("make", parquet, size)
    _step("make", small, SMALL)
    _step("make_csv", parquet, place / "comments.csv")
    _step("part", parquet, place / "labels.parquet", place / "texts.parquet")
    return parquet, small


def _turn(place: Path, parquet: Path, small: Path) -> dict[str, dict[str, float]]:
    out, labels, texts = (place / name for name in ("out", "labels.parquet", "texts.parquet"))
    shutil.rmtree(out, ignore_errors=True)
    for name in ("one", "two", "csv", "small", "joined", "bare", "convokit"):
        (out / name).mkdir(parents=True)
    found = {
        "build": _step("build", parquet, out / "one", cores="0"),
        "build of 100,000": _step("build", small, out / "small", cores="0"),
        "build from CSV": _step("build", place / "comments.csv", out / "csv", cores="0"),
        "build of two tables": _step("build_joined", labels, out / "joined", texts.name, cores="0"),
        "join": _step("join", labels, texts, cores="0"),
        "reading": _step("read", parquet, out, cores="0"),
        "bare": _step("bare", parquet, out / "bare", cores="0"),
        "two processes": _step("build", parquet, out / "two", 2, cores="0,1"),
    }
    one, two = (sorted((out / name).rglob("*.*")) for name in ("one", "two"))
    assert [path.read_bytes() for path in one if path.is_file()] == [
        path.read_bytes() for path in two if path.is_file()
    ]
    _step("examples", out / "one", place / "examples.arrow")
    found["hashing"] = _step("hashing", place / "examples.arrow", out, cores="0")
    if python := os.environ.get("STANCE_CONVOKIT_PYTHON"):
        found["convokit"] = _step("convokit", small, out / "convokit", cores="0", python=python)
    return found


def _step(
    step: str, table: Path, *arguments: object, cores: str = "", python: str = sys.executable
) -> dict[str, float]:
    """Run a step in a process of its own and return its seconds, CPU seconds and peak of memory in bytes."""
    environment = os.environ | {"STANCE_CORES": cores, "OMP_NUM_THREADS": "1"}
    command = [python, str(STEPS), step, str(table), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{step} ended with {done.returncode}: {done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _print(found: dict[str, dict[str, float]], size: int, full: bool) -> None:
    cpu = {name: spent["cpu"] for name, spent in found.items()}
    seconds = {name: spent["seconds"] for name, spent in found.items()}
    rate = {name: size / cpu[name] for name in ("build", "build from CSV")}
    growth = (cpu["build"] / size) / (cpu["build of 100,000"] / SMALL)
    rows: list[tuple[str, str, bool]] = [
        ("comments a second of CPU, from Parquet", f"{rate['build']:,.0f} (20,000 or more)", rate["build"] >= 20_000),
        ("the same, from CSV", f"{rate['build from CSV']:,.0f} (20,000 or more)", rate["build from CSV"] >= 20_000),
        ("CPU of the bare library, and the hashing alone", f"{cpu['bare']:.1f} s, {cpu['hashing']:.1f} s", True),
        _beside(cpu),
        _joined(cpu),
        ("two processes on two cores beside one on one, wall clock", *_gain(seconds)),
        ("most memory (VmHWM of the largest process: anonymous and mapped)", *_memory(found)),
    ]
    if full:
        rows.append(("CPU a comment, 1,000,000 beside 100,000", f"{growth:.2f} times (linear: 1)", growth <= 1.15))
    if "convokit" in cpu:
        figure = f"{SMALL / cpu['convokit']:,.0f} comments a second of CPU, on {SMALL:,}"
        rows.append(("ConvoKit's corpus, built and written", figure, True))
    else:
        rows.append(("ConvoKit's corpus", "not measured: STANCE_CONVOKIT_PYTHON names no Python that has it", True))
    table = Table(
        title=f"{size:,} comments, 3 annotators each; median of {TURNS} turns", box=None, title_justify="left"
    )
    for column in ("what", "figure", ""):
        table.add_column(column)
    for what, figure, good in rows:
        table.add_row(what, figure, "ok" if good else "[red]missed[/red]")
    console = Console(width=140)
    console.print(table)
    console.print("; ".join(f"{name} {spent:.1f} s" for name, spent in cpu.items()), highlight=False)


def _beside(cpu: dict[str, float]) -> tuple[str, str, bool]:
    most = 1.5 * cpu["bare"] + cpu["hashing"]
    figure = f"{cpu['build']:.1f} s ({most:.1f} s or less: 1.5 times the bare library, and the hashing)"
    return "CPU of the whole build", figure, cpu["build"] <= most


def _joined(cpu: dict[str, float]) -> tuple[str, str, bool]:
    """Return what a join adds to a build, beside what pyarrow's own join adds to its reading of the table.

    Both check the same: that no key stands twice, how many rows find none, how many are asked for by nobody.
    """
    own, bare = cpu["build of two tables"] - cpu["build"], cpu["join"] - cpu["reading"]
    figure = f"{own:.1f} s ({1.5 * bare:.1f} s or less: 1.5 times what pyarrow's join and the same checks add)"
    return "CPU that a join adds to the build, its checks with it", figure, own <= 1.5 * bare


def _gain(seconds: dict[str, float]) -> tuple[str, bool]:
    gain = seconds["build"] / seconds["two processes"]
    return f"{gain:.2f} times as fast (1.6 or more)", gain >= 1.6


def _memory(found: dict[str, dict[str, float]]) -> tuple[str, bool]:
    most = max(found[name]["peak"] for name in ("build", "build from CSV", "two processes"))
    return f"{most / GIGABYTE:.2f} GB (less than 1.5)", most < 1.5 * GIGABYTE
