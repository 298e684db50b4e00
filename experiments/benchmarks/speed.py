"""How long the entry points take, beside a bare script that does the same with plain scikit-learn and MLflow.

python experiments/benchmark.py speed
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
TRAIN = str(ROOT / "experiments" / "train.py")
OVERVIEW = "import sys; from stance.commands.main import main; sys.argv[1:] = ['--help']; sys.exit(main())"
BARE = str(Path(__file__).with_name("bare_loop.py"))
BARE_HYDRA = str(Path(__file__).with_name("bare_hydra.py"))
REPEATS = 5


def run(full: bool) -> None:
    """Measure in turns, at least 5 times each, and print medians and ratios of CPU time; `full` doubles the turns."""
    names = (
        "overview",
        "help",
        "bare help",
        "typo",
        "imports",
        "one run",
        "bare run",
        "sweep",
        "repeated sweep",
        "bare sweep",
    )
    seconds: dict[str, list[float]] = {name: [] for name in names}
    turns = REPEATS * (2 if full else 1)
    with TemporaryDirectory() as folder, Progress(transient=True) as bar:
        task = bar.add_task("turns", total=turns)
        for turn in range(turns):
            for name, spent in _one_turn(Path(folder) / str(turn)).items():
                seconds[name].append(spent)
            bar.advance(task)
    middle = {name: median(spent) for name, spent in seconds.items()}
    repeated = (middle["repeated sweep"] - middle["imports"]) / (middle["sweep"] - middle["imports"])
    rows = [
        ("stance --help", middle["overview"], "seconds of CPU", middle["overview"], 0.5),
        ("stance train --help", middle["help"], "seconds of CPU", middle["help"], 0.8),
        ("", middle["help"], "of a bare hydra.main script's", middle["help"] / middle["bare help"], 2.0),
        ("a refused typo", middle["typo"], "seconds of CPU", middle["typo"], 0.5),
        ("one run", middle["one run"], "of the bare script", middle["one run"] / middle["bare run"], 1.25),
        ("10-run sweep", middle["sweep"], "of the bare loop", middle["sweep"] / middle["bare sweep"], 1.25),
        ("the sweep repeated", middle["repeated sweep"], "of the first, beyond imports", repeated, 0.15),
    ]
    table = Table(title=f"CPU time, median of {turns} turns", box=None, title_justify="left")
    for column in ("what", "seconds", "figure", "", "at most", ""):
        table.add_column(column)
    for what, spent, unit, figure, most in rows:
        verdict = "ok" if figure <= most else "[red]missed[/red]"
        table.add_row(what, f"{spent:.2f}", f"{figure:.2f}", unit, f"{most}", verdict)
    console = Console()
    console.print(table)
    console.print("; ".join(f"{name} {spent:.2f} s" for name, spent in middle.items()), highlight=False)


def _one_turn(folder: Path) -> dict[str, float]:
    """Run each command once in a folder of its own and return the seconds of CPU that each took."""
    ours, bare, bare_sweep, again = (folder / name for name in ("ours", "bare", "bare_sweep", "sweep"))
    for place in (ours, bare, bare_sweep, again):
        place.mkdir(parents=True)
        (place / "seeds").symlink_to(ROOT / "seeds")
    return {
        "overview": _cpu_seconds(ours, "-c", OVERVIEW),
        "bare help": _cpu_seconds(bare, BARE_HYDRA, "--help"),
        "help": _cpu_seconds(ours, TRAIN, "--help"),
        "typo": _cpu_seconds(ours, TRAIN, "classifier=logrgeg", code=2),
        "imports": _cpu_seconds(ours, BARE, "imports"),
        "one run": _cpu_seconds(ours, TRAIN),
        "bare run": _cpu_seconds(bare, BARE, "run"),
        "sweep": _cpu_seconds(again, TRAIN, "experiment=awl_baselines"),
        "bare sweep": _cpu_seconds(bare_sweep, BARE, "sweep"),
        "repeated sweep": _cpu_seconds(again, TRAIN, "experiment=awl_baselines"),
    }


def user_environment() -> dict[str, str]:
    """Return the variables of a user, whose runs go to no server of somebody's own.

    A user's Python keeps what it has compiled; where it may not, each process compiles some 4,000 modules anew.
    """
    unset = ("MLFLOW_TRACKING_URI", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if name not in unset}


def _cpu_seconds(folder: Path, *command: str, code: int = 0) -> float:
    """Run a Python script in a folder and return the CPU seconds of the whole process."""
    return _spent([sys.executable, *command], folder, code)


def _spent(command: Sequence[str], folder: Path, code: int) -> float:
    process = subprocess.Popen(
        command, cwd=folder, env=user_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != code:
        raise RuntimeError(f"{command} ended with {process.returncode}, expected {code}: {said[-2000:]}")
    return usage.ru_utime + usage.ru_stime
