"""Get a study's comments annotated: a sheet for a person, a language model asked, what comes back, and a check."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from stance.cells import say
from stance.commands.config import launch
from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from stance.study import Study
    from stance.study.annotations import Annotation
    from stance.study.sheets import Sheet


def annotate(config: Any) -> None:
    """Do what the verb says with the study that the config names."""
    from stance.study import read_study

    if config.verb not in VERBS:
        raise InputError(_expected_verb(config.verb))
    VERBS[config.verb](config, read_study(config.study))


def write_sheet(config: Any, study: "Study") -> None:
    """Write what an annotator has to label: a CSV, and tasks with their labelling configuration for Label Studio."""
    from stance.files import write_once
    from stance.study.label_studio import make_label_config, tasks_json
    from stance.study.sheets import sheet_csv

    sheet = _sheet(config, study)
    folder, name = _folder(config, study), quote(config.annotator, safe="")
    if not sheet.rows:
        return
    files = {
        f"{name}-sheet.csv": sheet_csv(sheet),
        f"{name}-tasks.json": tasks_json(sheet),
        "label-config.xml": make_label_config(study.card.labels).encode(),
    }
    write_once(files, folder)
    say(f"sheet:        {folder / f'{name}-sheet.csv'}   fill in label, and confidence, evidence, rationale")
    say(f"Label Studio: {folder / f'{name}-tasks.json'} with the labelling configuration label-config.xml")
    say(f"guidelines:   {study.folder / study.card.guidelines}")


def write_disagreements(config: Any, study: "Study") -> None:
    """Write what annotators label differently as a sheet and as tasks, with what each has said beside."""
    from stance.files import write_once
    from stance.study.label_studio import make_label_config, tasks_json
    from stance.study.sheets import make_disagreements, sheet_csv

    adjudicator = config.annotator or study.card.adjudicator
    if adjudicator is None:
        names = list(study.card.annotators)
        raise InputError(
            f"expected annotator=, who decides, one of {names} on the card of {study.folder}; or name them there, "
            "as in `adjudicator: lead`"
        )
    sheet = make_disagreements(study, adjudicator, config.context_limit)
    folder, name = _folder(config, study), quote(adjudicator, safe="")
    say(f"{len(sheet.rows)} contested rows for {adjudicator}; left out: {_counted(sheet.left_out)}")
    if not sheet.rows:
        return
    files = {
        f"{name}-disagreements.csv": sheet_csv(sheet),
        f"{name}-disagreements-tasks.json": tasks_json(sheet),
        "disagreements-label-config.xml": make_label_config(study.card.labels, given=True).encode(),
    }
    write_once(files, folder)
    say(f"sheet:        {folder / f'{name}-disagreements.csv'}   fill in label, and what it goes by")
    say(f"Label Studio: {folder / f'{name}-disagreements-tasks.json'} with disagreements-label-config.xml")
    say("next:         stance annotate collect, as with any sheet")
    if study.card.adjudicator != adjudicator:
        say(f"The card does not say `adjudicator: {adjudicator}`: without that their label is one among the others.")


def ask_model(config: Any, study: "Study") -> None:
    """Let a language model fill in a sheet, and write the annotations that the study would then have."""
    from stance.classifiers.language_models.annotating import fill_sheet
    from stance.classifiers.language_models.asking import Asking
    from stance.classifiers.language_models.endpoint import Endpoint, check_endpoint
    from stance.classifiers.language_models.prompts import Task, read_guidelines
    from stance.files import write_whole
    from stance.report.console import progress
    from stance.study.sheets import collect_annotations, sheet_csv

    card, name = study.card, config.annotator
    if card.annotators.get(name) == "person":
        models = [each for each, kind in card.annotators.items() if kind == "model"]
        raise InputError(
            f"annotator={name}: expected a model of the card, {models}, found a person, whose labels these would not "
            f"be; add a name to `annotators` in {study.folder / 'study.yaml'}, as in `{name}-model: model`"
        )
    said = (config.key_variable, config.temperature, config.seed, config.answer_tokens, config.timeout, config.retries)
    endpoint = check_endpoint(Endpoint(config.base_url, str(config.model or name), *said), "")
    for key in ("concurrency", "budget", "longest"):
        if config[key] is not None and config[key] < 1:
            raise InputError(f"{key}: expected 1 or more, found {config[key]}")
    sheet = _sheet(config, study)
    guidelines = read_guidelines(str(study.folder / card.guidelines), "")
    task = Task(dict.fromkeys(card.labels, ""), guidelines, explains=True, longest=config.longest)
    asking = Asking(endpoint, Path(config.answers), concurrency=config.concurrency, budget=config.budget)
    with progress(str(endpoint.model), len(sheet.rows)) as advance:
        filled = fill_sheet(asking, sheet, task, advance)
    say(
        f"{len(sheet.rows) - filled.n_unreadable} labelled by {endpoint.model} at {endpoint.host}; answers that are no "
        f"label, left empty: {filled.n_unreadable}; quotations that are not in the comment, left out: "
        f"{filled.n_invented}"
    )
    write_whole(_folder(config, study) / f"{quote(name, safe='')}-filled.csv", sheet_csv(filled.sheet))
    _write_annotations(config, study, collect_annotations(study, filled.rows).annotations, name)


def collect(config: Any, study: "Study") -> None:
    """Check what came back, and write the annotations that the study would then have beside the sheets."""
    from stance.study.label_studio import read_export
    from stance.study.sheets import collect_annotations, read_sheet

    if not config.files:
        raise InputError("expected files=[…], the filled sheets (.csv) and Label Studio exports (.json) to collect")
    users = _named_users(config.users)
    read = [
        read_export(Path(file), users) if file.endswith(".json") else read_sheet(Path(file)) for file in config.files
    ]
    rows, problems = [row for found, _ in read for row in found], [problem for _, found in read for problem in found]
    collected = collect_annotations(study, rows, problems)
    new = collected.annotations
    by = ", ".join(sorted({annotation.annotator for annotation in new})) or "nobody"
    say(f"{len(new)} new annotations by {by}; {collected.n_known} known before; {collected.n_empty} rows left empty")
    _write_annotations(config, study, new, by)


def check(config: Any, study: "Study") -> None:
    """Say who labelled what, what is missing, how far annotators agree, and which comments are the hardest."""
    from stance.report.console import print_review
    from stance.study.review import review_study

    for finding in study.findings:
        say(f"finding: {finding.name}: {finding.message}")
    for review in review_study(study):
        print_review(review, config.pool)


VERBS: dict[str, Callable[[Any, "Study"], None]] = {
    "sheet": write_sheet,
    "collect": collect,
    "check": check,
    "disagreements": write_disagreements,
    "llm": ask_model,
}


def _sheet(config: Any, study: "Study") -> "Sheet":
    """Lay out what an annotator has to label, and say how much it is."""
    from stance.study.sheets import make_sheet

    if config.annotator is None:
        raise InputError(f"expected annotator=, one of {list(study.card.annotators)} on the card of {study.folder}")
    sheet = make_sheet(study, config.annotator, config.unit, config.context_limit)
    say(f"{len(sheet.rows)} rows for {config.annotator}; left out: {_counted(sheet.left_out)}")
    return sheet


def _write_annotations(config: Any, study: "Study", new: "Sequence[Annotation]", by: str) -> None:
    """Write the study's annotations with new ones at their end, beside the sheets, and say what to do with them."""
    from stance.files import write_whole
    from stance.study.sheets import annotations_csv

    if new:
        there = study.folder / study.card.annotations
        path = _folder(config, study) / f"annotations-with-{quote(by, safe=', ').replace(', ', '-')}.csv"
        write_whole(path, annotations_csv(there, new))
        say(f"annotations: {path}\nIf they are right, copy them to {there} and raise `revision` in study.yaml.")


def name_verb(arguments: Sequence[str]) -> list[str]:
    """Return a command's arguments with the verb that they begin with as the override `verb=…`.

    Raises InputError where they begin with another word, or hold no verb at all.
    """
    first = arguments[0] if arguments else ""
    if first in VERBS:
        return [f"verb={first}", *arguments[1:]]
    if first.startswith("-") or any(argument.startswith("verb=") for argument in arguments):
        return list(arguments)
    raise InputError(_expected_verb(first if "=" not in first else ""))


def _expected_verb(found: str) -> str:
    return f"expected a verb of {list(VERBS)}, found {repr(found) if found else 'none'}.{did_you_mean(found, VERBS)}"


def _named_users(pairs: Sequence[str]) -> dict[str, str]:
    """Return the annotator's name by user of Label Studio from `user:annotator`."""
    if wrong := [pair for pair in pairs if not all(pair.rpartition(":"))]:
        raise InputError(f"expected users as user:annotator, as in users=[1:a1,2:a2], found {wrong}")
    return {user: name for user, _, name in (pair.rpartition(":") for pair in pairs)}


def _folder(config: Any, study: "Study") -> Path:
    return Path(config.folder) / study.folder.resolve().name


def _counted(counts: Any) -> str:
    return ", ".join(f"{number} {reason}" for reason, number in counts.items() if number) or "nothing"


def main() -> int:
    """Run the command and return the process's exit code."""
    try:
        sys.argv[1:] = name_verb(sys.argv[1:])
    except InputError as error:
        say(f"{error}\nMore: stance annotate --help", file=sys.stderr)
        return 2
    return launch(annotate, "annotate")
