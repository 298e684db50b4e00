"""Print what the readers make of pages: `stance pages FILE...`, one JSON object a comment."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from stance.cells import say, visible, visible_json
from stance.errors import ReadError
from stance.pages import find_pages, group_pages, open_page, read_group, read_stream, read_table
from stance.thread import COMMENT_COLUMNS, Finding, Thread

_SHOW_PROGRESS_FROM = 20 << 20
_ROWS_OF_A_FILE = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the pages named on the command line; return 2 where one of them could not be read, else 0."""
    options = _options(arguments)
    try:
        if options.summary:
            return _print_summary(options.paths, options.url, options.columns)
        return _print_comments(options.paths, options.url, options.columns)
    except BrokenPipeError:
        # the reader of the pipe, `head` for one, has seen enough; nothing must be flushed into it at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="stance pages",
        description="Print the comments of saved pages, text dumps, exports and crawls, one JSON object a line; "
        "the format is recognised by content. What should be known about a page goes to standard error.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="a file, or a folder to search through")
    parser.add_argument("--summary", action="store_true", help="print a table with a row a thread instead")
    parser.add_argument("--url", help="the address of the page, where the file does not say it")
    parser.add_argument(
        "--columns",
        type=_columns,
        metavar="YAML",
        help=f"the files are tables; which column is {', '.join(COMMENT_COLUMNS)}: '{{text: body, author: who}}'",
    )
    return parser.parse_args(arguments)


def _columns(given: str) -> dict[str, str]:
    from yaml import YAMLError, safe_load

    try:
        columns = safe_load(given)
    except YAMLError:
        columns = None
    if not isinstance(columns, dict):
        raise argparse.ArgumentTypeError(
            f"expected words and columns such as {{text: body, author: who}}, got {given!r}"
        )
    return {str(word): str(column) for word, column in columns.items()}


def _print_comments(paths: Sequence[Path], url: str | None, columns: Mapping[str, str] | None) -> int:
    code = 0
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    for group in _existing(paths):
        if isinstance(group, ReadError):
            code = _complain(group)
            continue
        try:
            for thread in _read(group, url, columns):
                _print_thread(thread)
                _print_findings(str(group[0]), thread)
        except ReadError as error:
            code = _complain(error)
    sys.stdout.flush()
    return code


def _existing(paths: Sequence[Path]) -> Iterator[tuple[Path, ...] | ReadError]:
    """Yield the files to read, alone or together, and behind them the errors of what is not there."""
    found: list[Path] = []
    errors: list[ReadError] = []
    for path in paths:
        try:
            found += find_pages(path)
        except ReadError as error:
            errors.append(error)
    yield from group_pages(found)
    yield from errors


def _read(group: tuple[Path, ...], url: str | None, columns: Mapping[str, str] | None) -> Iterator[Thread]:
    if columns is not None:
        for path in group:
            yield from read_table(path, columns, url)
        return
    if len(group) > 1:
        yield from read_group(group, url)
        return
    with _opened(group[0]) as stream:
        yield from read_stream(stream, str(group[0]), url)


def _complain(error: ReadError) -> int:
    say(f"error: {error}", file=sys.stderr)
    return 2


def _print_thread(thread: Thread) -> None:
    for comment in thread.comments:
        line = {
            "thread_id": thread.thread_id,
            "comment_id": comment.comment_id,
            "parent_id": comment.parent_id,
            "author": comment.author,
            "published": comment.published,
            "kind": comment.kind,
            "text": comment.text,
        }
        sys.stdout.write(visible_json(json.dumps(line, ensure_ascii=False)) + "\n")


def _print_findings(source: str, thread: Thread) -> None:
    for finding in thread.findings:
        say(f"{source}: {thread.thread_id}: {finding.name}: {finding.message}", file=sys.stderr)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file, with a progress bar where it is large, and a person looks at it and not at the lines."""
    size = path.stat().st_size
    if size >= _SHOW_PROGRESS_FROM and sys.stderr.isatty() and not sys.stdout.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        # standard output is the lines: rich must not bend it to the terminal
        bar = Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False)
        with open_page(path) as page, bar, bar.wrap_file(page, size, description=path.name) as stream:
            yield stream
    else:
        with open_page(path) as page:
            yield page


def _print_summary(paths: Sequence[Path], url: str | None, columns: Mapping[str, str] | None) -> int:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("file", overflow="fold", ratio=3)
    table.add_column("format", no_wrap=True)
    table.add_column("title", overflow="fold", ratio=3)
    for number in ("entries", "authors", "times", "replies", "declared"):
        table.add_column(number, justify="right", no_wrap=True)
    table.add_column("findings", overflow="fold", ratio=3)
    errors: list[ReadError] = []
    for group in _existing(paths):
        if isinstance(group, ReadError):
            errors.append(group)
            continue
        try:
            for row in _rows(group[0].name, _read(group, url, columns)):
                table.add_row(*row)
        except ReadError as error:
            errors.append(error)
            table.add_row(_cell(group[0].name), "[red]none[/red]", "", "", "", "", "", "", "cannot be read, see below")
    Console(width=None if sys.stdout.isatty() else 200).print(table)
    for known in errors:
        _complain(known)
    return 2 if errors else 0


def _rows(file: str, threads: Iterator[Thread]) -> Iterator[tuple[str, ...]]:
    """Yield a row a thread; of an export's, those without comments and those beyond the 20th share one row."""
    shown = empty = further = entries = 0
    held_back: Thread | None = None
    for thread in threads:
        if not thread.comments and not thread.findings:
            held_back = held_back or thread
            empty += 1
        elif shown < _ROWS_OF_A_FILE:
            shown += 1
            yield tuple(map(_cell, _row(file, thread)))
        else:
            further += 1
            entries += len(thread.comments)
    if held_back is not None and empty == 1:
        yield tuple(map(_cell, _row(file, held_back)))
    elif held_back is not None:
        yield _cell(file), held_back.format, f"{empty:,} threads without comments", "0", "", "", "", "", ""
    if further:
        yield _cell(file), "", f"{further:,} more threads", f"{entries:,}", "", "", "", "", ""


def _cell(text: str) -> str:
    from rich.markup import escape

    return escape(visible(text))


def _row(file: str, thread: Thread) -> tuple[str, ...]:
    comments = thread.comments
    pings = sum(comment.kind == "ping" for comment in comments)
    declared = "" if thread.declared is None else f"{thread.declared:,} against {len(comments):,}"
    return (
        file,
        thread.format,
        thread.title or "",
        f"{len(comments):,}" + (f" ({pings:,} pings)" if pings else ""),
        f"{sum(comment.author is not None for comment in comments):,}",
        f"{sum(comment.published is not None for comment in comments):,}",
        f"{sum(comment.parent_id is not None for comment in comments):,}",
        declared,
        _names(thread.findings),
    )


def _names(findings: Sequence[Finding]) -> str:
    names = [finding.name for finding in findings]
    return ", ".join(
        name if names.count(name) == 1 else f"{name} x {names.count(name)}" for name in dict.fromkeys(names)
    )


if __name__ == "__main__":
    sys.exit(main())
