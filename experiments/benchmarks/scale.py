"""Many runs: comparing and looking up among thousands that are tracked, and a sweep on two cores.

python experiments/benchmark.py scale          # 1,000 runs
python experiments/benchmark.py scale --full   # 10,000 runs, and a sweep of 40 runs by ray_local beside one by one
"""

import importlib.util
import os
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks.speed import user_environment

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "import sys; from stance.commands.main import main; sys.exit(main())"
KINDS = ("classifier=majority,complement_nb", "folds=leave_one_out,leave_one_author_out", "bootstrap.n_resamples=200")
RUN_TABLES = ("tags", "params", "metrics", "latest_metrics")
# refits make a run take four seconds on AWL, one after the other; permutations would use both cores at once
SLOW = ("classifier=logreg", "repeats=5", "tracking.model=false")
N_SLOW = 40
LOOKUPS = 20


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command took: seconds by the clock, seconds of CPU, and megabytes at most."""

    clock: float
    cpu: float
    megabytes: float


def run(full: bool) -> None:
    """Measure each once, and print it beside what is aimed at."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "seeds").symlink_to(ROOT / "seeds")
        n_runs = 10_000 if full else 1_000
        rows = list(_tracked(folder, n_runs))
        if full:
            rows += _launched(folder)
    table = Table(title="Many runs, once each", box=None, title_justify="left")
    for column in ("what", "figure", "", "aim", ""):
        table.add_column(column)
    for what, figure, unit, aim, met in rows:
        table.add_row(what, f"{figure:,.2f}", unit, aim, "ok" if met else "[red]missed[/red]")
    Console().print(table)


def _tracked(folder: Path, n_runs: int) -> Iterator[tuple[str, float, str, str, bool]]:
    _stance(folder, "train", "-m", *KINDS)
    multiply(folder, n_runs)
    spent = _stance(folder, "compare", "bootstrap.n_resamples=200")
    yield f"compare over {n_runs:,} runs", spent.cpu, "s of CPU", "10 s", spent.cpu < 10
    yield "", spent.megabytes, "MB", "1,000 MB", spent.megabytes < 1_000
    yield "MLflow's own search for them, which is part of it", _bare_search(folder), "s of CPU", "", True
    for what, found in (("a run that is done", True), ("a run that is not", False)):
        seconds = look_up(folder, found)
        yield f"look-up of {what} among {n_runs:,}", seconds, "s of CPU", "0.2 s", seconds < 0.2


def multiply(folder: Path, n_runs: int) -> None:
    """Copy the runs of a store until there are so many, each of another config, with links to the files of the first.

    Copied within the database: to track them one by one takes an hour.
    """
    with sqlite3.connect(folder / "mlflow.db") as store:
        known = "SELECT DISTINCT run_uuid FROM tags WHERE key = 'config_sha'"
        runs = [found for (found,) in store.execute(known)]
        columns = {name: _columns(store, name) for name in ("runs", *RUN_TABLES)}
        for number in range(n_runs - len(runs)):
            old, new = runs[number % len(runs)], uuid.uuid4().hex
            for name, those in columns.items():
                listed = ", ".join(those)
                chosen = ", ".join("?" if column == "run_uuid" else column for column in those)
                store.execute(
                    f"INSERT INTO {name} ({listed}) SELECT {chosen} FROM {name} WHERE run_uuid = ?", (new, old)
                )
            moved = "UPDATE runs SET artifact_uri = replace(artifact_uri, ?, ?), start_time = start_time - ? "
            store.execute(f"{moved} WHERE run_uuid = ?", (old, new, 1_000 * (number + 1), new))
            sha = f"{number:064x}"
            store.execute("UPDATE tags SET value = ? WHERE run_uuid = ? AND key = 'config_sha'", (sha, new))
            (folder / "mlartifacts" / "awl" / new).symlink_to(folder / "mlartifacts" / "awl" / old)


def _columns(store: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in store.execute(f"PRAGMA table_info({table})")]


def look_up(folder: Path, found: bool) -> float:
    """Return the CPU seconds in which an open store tells whether a run is done, the median of several."""
    from stance.tracking import RunIdentity, find_done, find_runs, open_tracking

    tracking = open_tracking(f"sqlite:///{folder / 'mlflow.db'}", "awl", folder / "unsent")
    assert tracking.store is not None
    (one,) = find_runs(tracking.store, f"tags.config_sha = '{17:064x}'")
    tags = tracking.store.client.get_run(one.run_id).data.tags
    identity = RunIdentity(one.name, one.config_sha if found else "f" * 64, one.dataset_sha, tags["code_sha"])
    spent = []
    for _ in range(LOOKUPS):
        started = time.process_time()
        assert (find_done(tracking, identity) is not None) == found
        spent.append(time.process_time() - started)
    return sorted(spent)[LOOKUPS // 2]


def _launched(folder: Path) -> Iterator[tuple[str, float, str, str, bool]]:
    if importlib.util.find_spec("ray") is None:
        print("left out: ray_local, since Ray is not installed (extra `scale`)")
        return
    seconds = {}
    for launcher, seeds in (("basic", f"0,{N_SLOW}"), ("ray_local", f"{N_SLOW},{2 * N_SLOW}")):
        jobs = (*SLOW, f"seed=range({seeds})", f"hydra/launcher={launcher}", f"tracking.experiment_name={launcher}")
        seconds[launcher] = _stance(folder, "train", "-m", *jobs).clock
        yield f"{N_SLOW} runs by {launcher}", seconds[launcher] / N_SLOW, "s a run", "", True
    ratio = seconds["basic"] / seconds["ray_local"]
    yield f"ray_local on {os.cpu_count()} cores", ratio, "times as fast", "1.7", ratio >= 1.7


def _bare_search(folder: Path) -> float:
    """Return the CPU seconds in which MLflow alone finds all runs of a store."""
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{folder / 'mlflow.db'}")
    names = [found.experiment_id for found in client.search_experiments()]
    started, token = time.process_time(), None
    while True:
        page = client.search_runs(names, page_token=token)
        token = page.token
        if not token:
            return time.process_time() - started


def _stance(folder: Path, *arguments: str) -> Spent:
    """Run a command in a folder, and return what it took."""
    started = time.perf_counter()
    with (folder / "said.txt").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *arguments], cwd=folder, env=user_environment(), stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        if process.returncode:
            raise RuntimeError(f"stance {' '.join(arguments)} ended with {process.returncode}: {said.read()[-2000:]}")
    clock = time.perf_counter() - started
    return Spent(clock, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
