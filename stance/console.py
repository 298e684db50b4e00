"""What a person sees in the terminal: progress and tables; NO_COLOR and pipes are respected."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stance.annotations import Agreement
from stance.comparison import Comparison
from stance.dataset import StanceDataset
from stance.report import CHEATING_NOTE, comparison_table


@contextmanager
def progress(description: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a progress bar on a terminal, nothing elsewhere, and yield the function that moves it on by one."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(description, total=total)
        yield lambda: bar.advance(task)


def print_comparison(comparison: Comparison) -> None:
    """Print classifiers by fold scheme, the verdict and the notes."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    schemes, rows = comparison_table(comparison)
    print(f"{comparison.metric} (95 % interval over groups)")
    table = Table()
    table.add_column("classifier")
    for scheme in schemes:
        table.add_column(scheme, justify="right")
    for row in rows:
        table.add_row(row["name"], *row["cells"], style="dim" if row["cheats"] else "")
    console.print(table)
    for line in (CHEATING_NOTE, comparison.verdict, *comparison.notes):
        console.print(line, highlight=False, soft_wrap=not console.is_terminal)


def print_dataset(dataset: StanceDataset, folder: Path) -> None:
    """Print what is in a dataset, what was dropped, how far annotators agree, and where it is."""
    from rich.console import Console
    from rich.table import Table

    counts = dataset.stats
    print(f"{dataset.name}: stance toward {dataset.target}")
    table = Table()
    table.add_column("label")
    table.add_column("examples", justify="right")
    for label, number in counts["labels"].items():
        table.add_row(label, str(number))
    Console().print(table)
    dropped = ", ".join(f"{number} {reason}" for reason, number in counts["dropped"].items()) or "none"
    print(f"{counts['examples']} examples of {counts['comments']} comments by {counts['authors']} authors; ", end="")
    print(f"{counts['examples_without_author']} without an author; dropped: {dropped}")
    if "agreement" in counts:
        print(f"agreement: {Agreement(**counts['agreement'])}")
    for finding in counts.get("findings", []):
        print(f"finding: {finding}")
    print(f"dataset: {folder}")


def print_where(report: Path, store_uri: str) -> None:
    """Print where a report is and how to open the UI on its store."""
    shown = report.relative_to(Path.cwd()) if report.is_relative_to(Path.cwd()) else report
    print(f"report: {shown}")
    if store_uri.startswith("sqlite:///"):
        print(f"runs:   mlflow ui --backend-store-uri {store_uri}   (or: make ui)")
    else:
        print(f"runs:   {store_uri}")
