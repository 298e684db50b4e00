"""Kill runs at random points and give bad inputs, and count what is lost, doubled, left behind, or silently wrong.

python experiments/faults.py                                     # the small form: a minute
python experiments/faults.py --full --write docs/reliability.md  # the whole, and its table into the page: half an hour
python experiments/faults.py --kills 40 --inputs 0 --seed 7      # a look
"""

import argparse
import os
import random
import re
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from page_tables import show
from reliability.bad_inputs import bad_inputs, prepare
from reliability.forked import Child, command, start
from reliability.kills import KILLS, RUN, SERVED, SHARES, Place
from reliability.served import Server

ROOT = Path(__file__).parents[1]
# small runs, runs of `stance train`, small runs under a server, bad inputs
SMALL = (16, 0, 0, 16)
FULL = (262, 28, 12, 1000)
# after an interruption the command is repeated, as a user would
REPETITIONS = 3
NEEDED = ("predictions.csv", "config.json", "report.html")
WRONG = ("lost", "doubled", "left RUNNING", "finished without scores or files", "tracebacks")
WRONG_INPUT = ("tracebacks", "accepted", "half written", "without a word", "password printed")
# Python swallows an interrupt that falls into a destructor, and shows it; the run goes on
TRACEBACK = re.compile(r"^(?!Exception ignored).*\nTraceback|\ATraceback", re.MULTILINE)


def one_kill(place: Place, kind: str, seed: int) -> None:
    """Begin a run, let something happen to it at a random point, repeat it, and count what is in the store."""
    # the sending is a tenth of a run and where most can go wrong: every second kill comes then
    limit = place.random.randrange(200_000) if kind == "full disk" else None
    children = [place.start(seed, limit=limit) for _ in range(3 if kind.startswith("one of three") else 1)]
    wait_for_moment(place, children[0])
    if children[0].running:
        KILLS[kind](place, children[0])
    for child in children:
        child.end_within(120)
    outputs = [child.output() for child in children]
    for _ in range(REPETITIONS):
        again = place.start(seed)
        again.end_within(120)
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
        child.end_within(60)
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
    show({"faults": table(place.counts, refused)}, said.write)
    if sum(found[name] for found in place.counts.values() for name in WRONG) + sum(refused[n] for n in WRONG_INPUT):
        print(f"what was wrong is in {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # to take apart all that was imported for the forks has taken minutes beside other work, and is of no use
    os._exit(code)
