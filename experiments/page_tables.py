"""Tables that a script makes, printed and put between their marks in a page of docs."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console


def put_into(page: str, name: str, table: str) -> str:
    """Return a page with a table between its two marks."""
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, _, rest = page.partition(start)
    return f"{before}{start}\n{table}\n{end}{rest.partition(end)[2]}"


def show(tables: Mapping[str, str], write: Path | None) -> None:
    """Print tables, and put them into a page where one is given."""
    for name, table in tables.items():
        Console().print(f"\n{name}\n{table}", highlight=False, soft_wrap=True)
    if write:
        page = write.read_text(encoding="utf-8")
        for name, table in tables.items():
            page = put_into(page, name, table)
        write.write_text(page, encoding="utf-8")
