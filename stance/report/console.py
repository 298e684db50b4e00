"""What a person sees in the terminal: progress and tables; NO_COLOR and pipes are respected."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from stance.cells import say, visible
from stance.dataset import StanceDataset
from stance.evaluation.comparison import Comparison
from stance.evaluation.learning_curve import LearningCurve
from stance.evaluation.scores import show_interval
from stance.report._comparison import CHEATING_NOTE, COST_NOTE, comparison_table, cost_columns
from stance.study.agreement import Agreement, Pair
from stance.study.review import Review

if TYPE_CHECKING:
    from rich.progress import TaskID

MOST_SHOWN = 20
MOST_COLUMNS = 5
# what may hold words of erased comments
TRACES = {
    "made": "reports, runs and copies that hold them",
    "sheets": "sheets and tasks that hold them (first collect the labels in them: stance annotate collect)",
    "store": "the database of the runs (they go with the runs; if not, look at its tags and notes)",
    "vectors": "vectors of them, which hold no words and are made again",
    "study": "in the study or table itself, to be changed by you",
    "others": "other files that hold their words, to be looked at by you",
    "unread": "files that could not be read to the end, and may hold them: to be looked at by you",
}


@contextmanager
def progress(description: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a progress bar on a terminal, nothing elsewhere, and yield the function that moves it on by one."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(description, total=total)
        yield lambda: bar.advance(task)


def _cell(text: str) -> str:
    """Return a text as a table of rich may have it: no markup, and nothing that would steer a terminal."""
    from rich.markup import escape

    return escape(visible(text))


def print_comparison(comparison: Comparison) -> None:
    """Print classifiers by fold scheme, the verdict and the notes."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    schemes, rows = comparison_table(comparison)
    say(f"{comparison.metric} (95 % interval over groups)")
    table = Table()
    # what is narrow is the names of schemes: a classifier stands in one line, so that it is found in what was printed
    table.add_column("classifier", min_width=min(30, max((len(row["name"]) for row in rows), default=0)))
    for scheme in schemes:
        table.add_column(_cell(scheme), justify="right")
    costs = cost_columns(rows)
    for name in costs:
        table.add_column("sec." if name == "seconds" else name, justify="right")
    for row in rows:
        cells = [*row["cells"], *(row["cost"].get(name, "") for name in costs)]
        table.add_row(_cell(row["name"]), *cells, style="dim" if row["cheats"] else "")
    console.print(table)
    for line in (
        CHEATING_NOTE,
        *([COST_NOTE] if costs else []),
        comparison.verdict,
        *comparison.remarks,
        *comparison.notes,
    ):
        console.print(visible(line), highlight=False, markup=False, soft_wrap=not console.is_terminal)


@contextmanager
def count_up() -> Iterator[Callable[[str, int], None]]:
    """Show on a terminal how many units each stage of a build is through with, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f}"))
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        tasks: dict[str, TaskID] = {}

        def on_rows(stage: str, n_rows: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=None)
            bar.advance(tasks[stage], n_rows)

        yield on_rows


@contextmanager
def count_through() -> "Iterator[tuple[Callable[[int], None], Callable[[int, int], None]]]":
    """Show on a terminal how many comments are predicted, and a bar of how much of the files is read; else nothing.

    Gives two functions: one is told of further comments, the other how many bytes of how many are read.
    """
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn(), TextColumn("{task.fields[n_rows]:,} predicted"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task, n_rows = bar.add_task("", total=None, n_rows=0), 0

        def on_rows(further: int) -> None:
            nonlocal n_rows
            n_rows += further
            bar.update(task, n_rows=n_rows)

        def on_bytes(n_read: int, of: int) -> None:
            bar.update(task, completed=n_read, total=of)

        yield on_rows, on_bytes


def print_dataset(dataset: StanceDataset, folder: Path) -> None:
    """Print what is in a dataset, what was dropped, how far annotators agree, and where it is."""
    from rich.console import Console
    from rich.table import Table

    counts = dataset.stats
    say(f"{dataset.name}: stance toward {dataset.about_what}")
    several = 1 < len(dataset.targets) <= MOST_COLUMNS
    by_target = counts["targets"] if several else {"examples": counts["labels"]}
    table = Table()
    table.add_column("label")
    for target in by_target:
        table.add_column(_cell(target), justify="right")
    for label in dataset.labels:
        table.add_row(_cell(label), *(str(numbers[label]) for numbers in by_target.values()))
    Console().print(table)
    dropped = ", ".join(f"{number} {reason}" for reason, number in counts["dropped"].items()) or "none"
    say(f"{counts['examples']} examples of {counts['comments']} comments by {counts['authors']} authors; ", end="")
    say(f"{counts['examples_without_author']} without an author; dropped: {dropped}")
    if other := counts.get("annotations_without_unit"):
        say(f"annotations that belong to no unit of this dataset: {other}")
    if counts["duplicates"]["groups"]:
        say(_duplicates_line(counts["duplicates"]))
    if dataset.agreement:
        say(f"agreement: {dataset.agreement}")
    if models := counts.get("agreement_of_models"):
        say(f"agreement of models, which have no vote beside people: {Agreement.from_dict(models)}")
    for name, found in counts.get("agreement_with_models", {}).items():
        say(f"agreement of people's label with {name}, which has no vote (pool=true): {Agreement.from_dict(found)}")
    for finding in counts.get("findings", []):
        say(f"finding: {finding}")
    say(f"dataset: {folder}")


def _duplicates_line(found: Mapping[str, Any]) -> str:
    line = f"duplicates: {found['examples']} examples in {found['groups']} groups"
    across = [example_id for sides in found["across_splits"] for ids in sides.values() for example_id in ids]
    shown = ", ".join(across[:MOST_SHOWN]) + (f" and {len(across) - MOST_SHOWN} more" if across[MOST_SHOWN:] else "")
    return f"{line}; on both sides of the official split: {shown}" if across else line


def print_erasure(
    erased: Collection[tuple[str, str]], folders: Sequence[Path], runs: Sequence[str], about: Mapping[str, Any]
) -> None:
    """Print what was made with comments, (thread_id, comment_id), that are now left out, and how to leave them out."""
    say(f"erased: {len(erased)} comments")
    say("datasets that hold them, to be deleted: " + (", ".join(map(_shown, folders)) or "none"))
    say("runs that saw them: " + (", ".join(runs) or "none"))
    if "inputs_sha" in about:
        ids = ", ".join(f'"{thread_id}#{comment_id}"' for thread_id, comment_id in sorted(erased))
        say(f"for good, in study.yaml: erased: [{ids}] and revision: {about['revision'] + 1}")
        say("  the page in the study's folder still has them; comments that quote them are not found")
    else:
        say("for good: delete the rows from the table; comments that quote them are not found")


def print_traces(traces: Mapping[str, Sequence[Path]], short: int, commands: Sequence[str]) -> None:
    """Print the files that hold erased comments, by what is to be done with each, and the commands that delete them."""
    for name, said in TRACES.items():
        if traces[name]:
            count = f"{len(traces[name])} " if name == "unread" else ""
            say(f"{count}{said}: {', '.join(map(_shown, traces[name]))}")
    if short:
        say(f"not looked for in files: {short} of the comments, of fewer than 20 characters, which may be anybody's")
    if commands:
        say("to delete all that commands have made of them, in a shell here; this command then finds nothing more:")
    for line in commands:
        say(f"  {line}")


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def print_where(report: Path, runs: str) -> None:
    """Print where a report is, and where its runs can be looked at."""
    say(f"report: {_shown(report)}")
    say(f"runs:   {runs}")


def print_review(review: Review, pool: bool = False) -> None:
    """Print the annotations of one target: who labelled what, what is missing, agreement, the hardest comments.

    People and models are measured apart, and each person against each model, unless `pool` takes all for one kind.
    """
    from rich.console import Console
    from rich.table import Table

    console = Console()
    say(f"{review.target}: {review.n_items - review.unlabelled} of {review.n_items} labelled by somebody")
    table = Table()
    for heading in ("annotator", *review.agreement.by_label, "missing"):
        table.add_column(_cell(heading), justify="left" if heading == "annotator" else "right")
    for name, counts in review.counts.items():
        table.add_row(_cell(name), *map(str, counts), str(review.missing[name]))
    console.print(table)
    between = [] if pool else review.between()
    if between:
        say(f"agreement: not pooled, since annotators are {review.agreement.note}")
        say("people against models:")
        _print_pairs(between)
    for kind, measured in review.apart.items() if between else [("", review.agreement)]:
        say(f"agreement{f' of each {kind} with the others' if kind else ''}: {measured}")
        for label, alpha in measured.by_label.items():
            say(f"  {label} against the rest: alpha {alpha}")
        _print_pairs(measured.pairs)
    if review.contested:
        decided = "`stance annotate disagreements` makes a sheet of them"
        if review.decided is not None:
            decided = f"{review.decided} of them decided by the adjudicator"
        say(f"contested: {review.contested}; {decided}")
    if review.hardest:
        say("hardest:")
    for hard in review.hardest:
        _, comment_id, _, start, end = hard.item
        place = comment_id if start is None else f"{comment_id}[{start}:{end}]"
        labels = ", ".join(f"{annotator} {label}" for annotator, label in hard.labels.items())
        say(f"  {place}   {labels}   {shorten(hard.text, 60, placeholder=' …')}")


def _print_pairs(pairs: Iterable[Pair]) -> None:
    for pair in pairs:
        kappa = "undefined" if pair.kappa is None else f"{pair.kappa:.3f}"
        say(f"  {pair.a} and {pair.b}: {pair.percent:.0f} % of {pair.n} alike, kappa {kappa}")


def print_curve(curve: LearningCurve) -> None:
    """Print the sizes with their scores, majority beside them, and what the curve shows."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    say(f"{curve.metric} by training examples (95 % interval over groups)")
    table = Table()
    for heading in ("examples", "groups", "score", "majority (cheats)"):
        table.add_column(heading, justify="right")
    for row in curve.points.to_dict("records"):
        scores = (show_interval(row[name], row[f"{name}_low"], row[f"{name}_high"]) for name in ("score", "majority"))
        table.add_row(f"{row['examples']:,}", f"{row['groups']:,}", *scores)
    console.print(table)
    for line in curve.verdict():
        console.print(visible(line), highlight=False, markup=False, soft_wrap=not console.is_terminal)
