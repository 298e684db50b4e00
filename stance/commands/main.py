"""The command `stance`: a verb, and what the verb takes."""

import os
import sys
from importlib import import_module
from pathlib import Path

from stance.cells import say
from stance.errors import did_you_mean

# each verb is the module of its name, here or, for pages, in their own room
VERBS = {
    "new": "a folder for a study of your own, with the next commands in it",
    "pages": "what the readers make of saved pages: one JSON object a comment",
    "annotate": "sheets for annotators, what comes back, and a check of all annotations",
    "build": "a dataset from a study or a table, in a folder that datasets.load_dataset opens",
    "train": "train a classifier, test it on what it has not seen, track the run; -m for a sweep",
    "sample": "which comments to label: a probability sample as a sheet",
    "estimate": "what share of comments or commenters has each label, with an interval that holds",
    "predict": "what a tracked model makes of any number of comments, as Parquet",
    "compare": "tracked runs side by side, with what can be told apart",
    "sync": "runs that are kept in a folder, sent to the store: done offline, or while it was away",
    "ui": "MLflow's pages on this machine, over the store of this folder",
    "power": "what the data could show, and how many comments it would take",
    "learning_curve": "how the score grows with the number of training examples",
}
ELSEWHERE = {
    "pages": "stance.pages.__main__",
    "sync": "stance.commands.store.sync",
    "ui": "stance.commands.store.ui",
}
WORKSPACE = "--workspace"
COMPLETION = ("-sc", "--shell-completion")


def main() -> int:
    """Run the verb that the command line names and return the process's exit code."""
    arguments = sys.argv[1:]
    if refused := _enter_workspace(arguments):
        return _say(refused)
    if arguments and arguments[0] in COMPLETION:
        _name_completed_verb(arguments)
    verb = arguments[0] if arguments else ""
    if verb in ("", "-h", "--help"):
        say(_overview())
        return 0
    if verb not in VERBS:
        return _say(
            f"expected a verb of {list(VERBS)}, found {verb!r}.{did_you_mean(verb, VERBS)}\nMore: stance --help"
        )
    sys.argv[1:] = arguments[1:]
    code: int = import_module(ELSEWHERE.get(verb, f"stance.commands.{verb}")).main()
    return code


def _overview() -> str:
    lines = "\n".join(f"  stance {verb:15} {line}" for verb, line in VERBS.items())
    return (
        "Stance in comment threads: what each commenter thinks of a target.\n\n"
        f"{lines}\n\n"
        "./configs, ./seeds and ./outputs are those of the folder where you stand, or of "
        f"{WORKSPACE} FOLDER.\nOf each: stance VERB --help"
    )


def _enter_workspace(arguments: list[str]) -> str:
    """Take `--workspace FOLDER` out of the arguments and go there; return what is wrong with it, "" if nothing is."""
    place = next((number for number, said in enumerate(arguments) if said.split("=")[0] == WORKSPACE), None)
    if place is None:
        return ""
    given = arguments.pop(place).partition("=")[2]
    if not given and place < len(arguments):
        given = arguments.pop(place)
    if not Path(given).is_dir() or not given:
        return f"{WORKSPACE}: expected a folder, found {given or 'nothing'!r}"
    os.chdir(given)
    return ""


def _name_completed_verb(arguments: list[str]) -> None:
    """Complete for the verb on the line that is being typed: `stance train dat` is `train dat` to Hydra."""
    typed = os.environ.get("COMP_LINE", "").split(maxsplit=2)
    verb = typed[1] if len(typed) > 1 and typed[1] in VERBS else "train"
    os.environ["COMP_LINE"] = " ".join(part for part in typed if part != verb)
    arguments.insert(0, verb)


def _say(message: str) -> int:
    say(message, file=sys.stderr)
    return 2
