"""Kill runs at random points and give bad inputs, and count what is lost, doubled, left behind, or silently wrong.

python experiments/faults.py                                     # the small form: a minute
python experiments/faults.py --full --write docs/reliability.md  # the whole, and its table into the page: an hour
python experiments/faults.py --kills 40 --inputs 0 --seed 7      # a look
"""

import argparse
import os
import random
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from reliability.bad_inputs import bad_inputs, prepare
from reliability.forked import Child, command, start
from reliability.served import Server
from reliability.small_run import do_small_run

ROOT = Path(__file__).parents[1]
# small runs, runs of `stance train`, small runs under a server, bad inputs
SMALL = (16, 0, 0, 16)
FULL = (262, 28, 12, 1000)
RUN = ("classifier=majority", "folds=leave_one_out", "debug=quick", "tracking.wait=2")
# after an interruption the command is repeated, as a user would
REPETITIONS = 3
NEEDED = ("predictions.csv", "config.json", "report.html")
WRONG = ("lost", "doubled", "left RUNNING", "finished without scores or files", "tracebacks")
WRONG_INPUT = ("tracebacks", "accepted", "half written", "without a word", "password printed")
# Python swallows an interrupt that falls into a destructor, and shows it; the run goes on
TRACEBACK = re.compile(r"^(?!Exception ignored).*\nTraceback|\ATraceback", re.MULTILINE)
BEGIN, END = "<!-- begin: experiments/faults.py -->", "<!-- end: experiments/faults.py -->"


@dataclass
class Place:
    """A folder to run in, with its store, the address of the store, and how long a run takes, in seconds.

    `whole`: whether the runs are those of `stance train`, or small ones.
    """

    folder: Path
    random: random.Random
    uri: str = "sqlite:///mlflow.db"
    whole: bool = False
    seconds: float = 0.0
    server: Server | None = None
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        """The SQLite file in which the runs are in the end, whether a server stands before it or not."""
        return self.folder / "mlflow.db"

    def start(self, seed: int, limit: int | None = None) -> Child:
        """Start the run of a seed."""
        if self.whole:
            return start(command("train", *RUN, f"seed={seed}", f"tracking.uri={self.uri}"), self.folder, limit)
        return start(lambda: do_small_run(self.uri, seed), self.folder, limit)

    def measure(self) -> None:
        """Do one run, and note how long it takes."""
        began = time.monotonic()
        first = self.start(0)
        first.wait(300)
        self.seconds = time.monotonic() - began
        assert first.code == 0, first.output()


def kill(number: int) -> Callable[[Place, Child], None]:
    """Return what ends a process by a signal."""
    return lambda place, child: child.send(number)


def ctrl_c_twice(place: Place, child: Child) -> None:
    """Interrupt a process, and again a moment later."""
    child.send(signal.SIGINT)
    time.sleep(place.random.uniform(0.0, 0.1))
    child.send(signal.SIGINT)


def lock_store(place: Place, child: Child) -> None:
    """Hold the database locked for some seconds."""
    with closing(sqlite3.connect(place.database, timeout=30, isolation_level=None)) as held:
        held.execute("BEGIN EXCLUSIVE")
        child.wait(place.random.uniform(1.0, 4.0))
        held.execute("ROLLBACK")


def hide_store(place: Place, child: Child) -> None:
    """Take the database away while the run goes on, and bring it back."""
    away = place.database.with_suffix(".away")
    place.database.rename(away)
    child.wait(30)
    place.database.unlink(missing_ok=True)
    away.rename(place.database)


def kill_server(place: Place, child: Child) -> None:
    """Kill the server, let the run find that out, and start the server again."""
    assert place.server is not None
    place.server.stop(signal.SIGKILL)
    child.wait(60)
    place.server.start()


def pause_server(place: Place, child: Child) -> None:
    """Let the server answer nothing for a while, and go on."""
    assert place.server is not None
    place.server.send(signal.SIGSTOP)
    child.wait(place.random.uniform(2.0, 12.0))
    place.server.send(signal.SIGCONT)


KILLS: dict[str, Callable[[Place, Child], None]] = {
    "SIGKILL": kill(signal.SIGKILL),
    "SIGTERM": kill(signal.SIGTERM),
    "Ctrl-C": kill(signal.SIGINT),
    "Ctrl-C twice": ctrl_c_twice,
    "one of three at once killed": kill(signal.SIGKILL),
    "full disk": lambda place, child: None,
    "store locked": lock_store,
    "store vanished": hide_store,
    "server killed": kill_server,
    "server paused": pause_server,
}
# of 16 kills so many are of each kind; those under a server come by themselves
SHARES = {"SIGKILL": 5, "SIGTERM": 3, "Ctrl-C": 2, "Ctrl-C twice": 2} | dict.fromkeys(list(KILLS)[4:8], 1)
SERVED = ("server killed", "server paused")


def one_kill(place: Place, kind: str, seed: int) -> None:
    """Begin a run, let something happen to it at a random point, repeat it, and count what is in the store."""
    # the sending is a tenth of a run and where most can go wrong: every second kill comes then
    limit = place.random.randrange(200_000) if kind == "full disk" else None
    children = [place.start(seed, limit=limit) for _ in range(3 if kind.startswith("one of three") else 1)]
    wait_for_moment(place, children[0])
    if children[0].running:
        KILLS[kind](place, children[0])
    for child in children:
        child.wait(120)
    outputs = [child.output() for child in children]
    for _ in range(REPETITIONS):
        again = place.start(seed)
        again.wait(120)
        outputs.append(again.output())
        if again.code == 0:
            break
    found = place.counts.setdefault(f"{kind}{' (stance train)' if place.whole else ''}", Counter())
    now = Counter({"kills": 1, "tracebacks": sum(TRACEBACK.search(output) is not None for output in outputs)})
    now.update(what_is_wrong(place, seed))
    found.update(now)
    if any(now[name] for name in WRONG):
        (place.folder / f"wrong-{kind}-{seed}.txt").write_text("\n=====\n".join(outputs))


def wait_for_moment(place: Place, child: Child) -> None:
    """Wait for a random point of a run: anywhere in it, or while it is being sent."""
    if place.random.random() < 0.5:
        child.wait(place.random.uniform(0.0, place.seconds))
        return
    unsent = place.folder / "outputs" / "unsent"
    while child.running and not list(unsent.glob("*/run.json")):
        child.wait(0.005)
    child.wait(place.random.uniform(0.0, 0.6))


def what_is_wrong(place: Place, seed: int) -> Counter[str]:
    """Count what the store has of a seed that it should not have, or has not that it should."""
    wrong: Counter[str] = Counter()
    of_seed = (
        "SELECT runs.run_uuid, status, artifact_uri FROM runs JOIN params ON runs.run_uuid = params.run_uuid "
        "WHERE params.key = 'seed' AND params.value = ?"
    )
    with closing(sqlite3.connect(place.database, timeout=30)) as store:
        rows = store.execute(of_seed, (str(seed),)).fetchall()
        finished = [(run, where) for run, status, where in rows if status == "FINISHED"]
        wrong["lost"] = not finished
        wrong["doubled"] = max(0, len(finished) - 1)
        wrong["left RUNNING"] = store.execute("SELECT count(*) FROM runs WHERE status = 'RUNNING'").fetchone()[0]
        for run, where in finished:
            score = store.execute("SELECT value FROM latest_metrics WHERE run_uuid = ? AND key = 'macro_f1'", (run,))
            wrong["finished without scores or files"] += score.fetchone() is None or not has_files(place, run, where)
    return wrong


def has_files(place: Place, run: str, where: str) -> bool:
    """Tell whether a finished run's files are there, in the folder of the store or of the server."""
    folder = Path(where.removeprefix("file://"))
    if where.startswith("mlflow-artifacts:"):
        folder = place.folder / "served" / where.removeprefix("mlflow-artifacts:/")
    return all((folder / name).is_file() for name in NEEDED)


def kill_many(place: Place, small: int, whole: int, served: int) -> None:
    """Kill small runs, whole ones, and small ones under a server, of every kind in turn, and count."""
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    seed = 0
    for place.whole, wanted in ((False, small), (True, whole)):
        if wanted:
            place.measure()
        for _ in range(wanted):
            seed += 1
            one_kill(place, kinds[seed * 7 % len(kinds)], seed)
            (place.folder / "so-far.md").write_text(table(place.counts, Counter()))
    place.whole = False
    if served:
        with Server(place.folder) as server:
            place.server, place.uri = server, server.address
            for number in range(served):
                one_kill(place, SERVED[number % len(SERVED)], seed + number + 1)
            place.server, place.uri = None, "sqlite:///mlflow.db"


def give_bad_inputs(place: Place, n_inputs: int) -> Counter[str]:
    """Give the bad inputs, evenly chosen if there are more than wanted, and count how they end."""
    inputs = bad_inputs()
    chosen = [inputs[number * len(inputs) // n_inputs] for number in range(min(n_inputs, len(inputs)))]
    counts: Counter[str] = Counter(dict.fromkeys(("bad inputs", *WRONG_INPUT), 0))
    for number, bad in enumerate(chosen):
        prepare(place.folder, ROOT)
        bad.change(place.folder)
        child = start(command(*bad.command, f"hydra.run.dir=outputs/bad/{number}"), place.folder)
        child.wait(60)
        output = child.output()
        found = {
            "tracebacks": TRACEBACK.search(output) is not None or child.code not in (0, 1, 2),
            "accepted": child.code == 0,
            "half written": (place.folder / "built").exists(),
            "without a word": not output.strip(),
            "password printed": "secret" in output,
        }
        counts.update(found, **{"bad inputs": 1})
        if any(found.values()):
            print(f"{bad.name}: code {child.code}: {output[-600:]}", file=sys.stderr)
        shutil.rmtree(place.folder / "built", ignore_errors=True)
    return counts


def table(kills: Mapping[str, Counter[str]], inputs: Counter[str]) -> str:
    """Return both counts as Markdown."""
    lines = [f"| what happened to the run | kills | {' | '.join(WRONG)} |", "|---|" + "---:|" * (len(WRONG) + 1)]
    for kind, found in kills.items():
        lines.append(f"| {kind} | {found['kills']} | {' | '.join(str(found[name]) for name in WRONG)} |")
    total = sum(kills.values(), Counter())
    lines.append(f"| **all** | {total['kills']} | {' | '.join(str(total[name]) for name in WRONG)} |")
    lines += ["", f"| bad inputs | {' | '.join(WRONG_INPUT)} |", "|---:|" + "---:|" * len(WRONG_INPUT)]
    lines.append(f"| {inputs['bad inputs']} | {' | '.join(str(inputs[name]) for name in WRONG_INPUT)} |")
    return "\n".join(lines)


def load(folder: Path) -> None:
    """Do a run and build a dataset here, without a store, so that what is forked has imported all that they need."""
    os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_HTTP_REQUEST_TIMEOUT": "2"}
    here = Path.cwd()
    os.chdir(folder)
    for arguments in (("train", *RUN, "tracking=offline"), ("build", "folder=warm")):
        assert command(*arguments)() == 0
    import mlflow.store.tracking.sqlalchemy_store  # noqa: F401

    os.chdir(here)


def main() -> int:
    """Count, print and write; return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="300 kills and all bad inputs, also under a server")
    parser.add_argument("--kills", type=int, help="how many kills of small runs")
    parser.add_argument("--whole", type=int, help="how many kills of stance train")
    parser.add_argument("--served", type=int, help="how many under a server")
    parser.add_argument("--inputs", type=int, help="how many bad inputs")
    parser.add_argument("--seed", type=int, default=0, help="of the random points")
    parser.add_argument("--write", type=Path, help="the page whose table is written anew")
    said = parser.parse_args()
    asked = (said.kills, said.whole, said.served, said.inputs)
    usual = FULL if said.full else SMALL
    kills, whole, served, inputs = (b if a is None else a for a, b in zip(asked, usual, strict=True))
    folder = Path(tempfile.mkdtemp(prefix="stance-faults-"))
    (folder / "seeds").symlink_to(ROOT / "seeds")
    load(folder)
    place = Place(folder, random.Random(said.seed))
    kill_many(place, kills, whole, served)
    refused = give_bad_inputs(place, inputs)
    shown = table(place.counts, refused)
    print(shown)
    if said.write:
        page = said.write.read_text(encoding="utf-8")
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        said.write.write_text(f"{before}{BEGIN}\n{shown}\n{END}{after}", encoding="utf-8")
    if sum(found[name] for found in place.counts.values() for name in WRONG) + sum(refused[n] for n in WRONG_INPUT):
        print(f"what was wrong is in {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
