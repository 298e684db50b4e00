"""Layouts: how files are written, by what is declared and by their endings."""

import codecs
from collections.abc import Iterable
from pathlib import Path

from stance.dataset.tables._cards import Layout
from stance.dataset.tables._problems import Problems
from stance.errors import did_you_mean

FORMATS = ("csv", "tsv", "json", "jsonl", "parquet", "xlsx", "lines", "datasets")
ENDINGS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}


def ending_of(name: str) -> str:
    """Return the ending that says a file's format, not the one that says it is packed."""
    return Path(name.removesuffix(".gz")).suffix.lower()


def make_layout(
    names: Iterable[str], format: str | None, encoding: str, delimiter: str | None, quoting: bool, problems: Problems
) -> Layout:
    """Return how the files are written, the format by their ending where none is declared."""
    if format is None:
        endings = sorted({ending_of(name) for name in names})
        format = ENDINGS.get(endings[0], "") if len(endings) == 1 else ""
        if not format:
            problems.add(
                "formats", f"the format does not show from the endings {endings}; set `format` to one of {FORMATS}"
            )
    elif format not in FORMATS:
        problems.add(
            "formats",
            f"expected a `format` of {', '.join(FORMATS)}, found {format!r}.{did_you_mean(format, FORMATS)}",
        )
    try:
        codecs.lookup(encoding)
    except LookupError:
        problems.add("formats", f"expected an `encoding` such as utf-8 or cp1252, found {encoding!r}")
    if delimiter is not None and len(delimiter) != 1:
        problems.add("formats", f"expected a `delimiter` of one character, found {delimiter!r}")
    return Layout(format, encoding, delimiter or ("\t" if format == "tsv" else ","), quoting)
