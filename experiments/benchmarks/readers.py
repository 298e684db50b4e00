"""How fast the page readers are, beside the bare parser and what a user would take instead; ratios in one run.

python experiments/benchmark.py readers
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.generated_pages import make_dump, sizes, write_reddit, write_warc, write_wxr
from stance.pages import read_pages, read_stream

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("STANCE_PAGES", ROOT.parent / "shared/pages"))
REPEATS = 5
MOST_MEMORY = 400
FEWEST_RECORDS = 50_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, the figure, what stands beside it, the aim, and whether it is met."""

    what: str
    figure: str
    beside: str
    aim: str
    met: bool | None


def run(full: bool) -> None:
    """Measure all readers and print the table.

    `full`: 1 GB of WXR, 10 million records of Reddit and 20,000 pages of WARC instead of a tenth.
    """
    console = Console()
    rows = [*_html_rows(console), *_html_score_rows(full), *_dump_rows(), *_score_rows(full), _export_score_row(full)]
    rows += _stream_rows(console, full)
    table = Table(title="Page readers", box=None, title_justify="left", header_style="bold")
    for column in ("what", "measured", "beside it", "aim", ""):
        table.add_column(column)
    for row in rows:
        verdict = "" if row.met is None else "ok" if row.met else "[red]missed[/red]"
        table.add_row(row.what, row.figure, row.beside, row.aim, verdict)
    console.print(table)


def html_pages() -> tuple[str, list[bytes]]:
    """Return where the pages come from and their bytes: the shared ones, or the project's own fixtures."""
    for name, folder in (("shared pages", SHARED / "html"), ("fixtures", ROOT / "tests/pages/fixtures/html")):
        pages = [path.read_bytes() for path in sorted(folder.glob("*.html"))]
        if pages:
            return name, pages
    return "no pages", []


def _html_rows(console: Console) -> Iterator[Row]:
    from selectolax.lexbor import LexborHTMLParser

    from stance.pages.html import parse_html

    origin, pages = html_pages()
    ways: dict[str, Callable[[bytes], Any]] = {"bare": LexborHTMLParser, "ours": partial(parse_html, source="page")}
    try:
        from trafilatura import extract

        ways["trafilatura"] = partial(extract, include_comments=True)
    except ImportError:
        console.print("trafilatura is not installed: its column is left out")
    times = _interleaved(ways, pages)
    ours, bare = times["ours"], times["bare"]
    what = f"HTML, {len(pages)} {origin}"
    each = f"{1000 * ours / len(pages):.2f} ms a page"
    yield Row(what, each, f"{ours / bare:.2f} x the bare parse", "at most 4.0", ours / bare <= 4.0)
    if "trafilatura" in times:
        faster = times["trafilatura"] / ours
        yield Row("", "", f"{faster:.0f} x faster than trafilatura with comments", "at least 8", faster >= 8)


def _html_score_rows(full: bool) -> Iterator[Row]:
    from benchmarks.html_score import LEAST, scores

    for name, score in scores(range(4 if full else 1)):
        kind, _, theme = name.partition(": ")
        if kind == "theme" and not full:
            continue
        author, time, parent = score.fields
        silent = 100 * score.silent / max(1, score.found)
        least = LEAST.get(name, 0.9)
        yield Row(
            f"HTML, {theme or name}, {score.shown:,} entries",
            f"F1 {score.f1:.3f}",
            f"author {author:.3f}, time {time:.3f}, parent {parent:.3f}, silently wrong {silent:.1f} %",
            f"at least {least}, 1 %",
            score.f1 >= least and silent <= 1,
        )


def _interleaved(ways: dict[str, Callable[[bytes], Any]], pages: Sequence[bytes]) -> dict[str, float]:
    """Return the seconds of CPU that each way takes for all pages, the median of the repeats page by page."""
    total = dict.fromkeys(ways, 0.0)
    for page in pages:
        spent: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(REPEATS):
            for name, way in ways.items():
                spent[name].append(_seconds(partial(way, page)))
        for name in ways:
            total[name] += median(spent[name])
    return total


def _seconds(action: Callable[[], Any]) -> float:
    start = process_time()
    action()
    return process_time() - start


def _dump_rows() -> Iterator[Row]:
    small, large = (make_dump(count) for count in sizes(20_000))
    ways = {"small": small, "large": large}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(REPEATS):
        for name, dump in ways.items():
            spent[name].append(_seconds(lambda dump=dump: list(read_stream(io.BytesIO(dump), "dump"))))  # type: ignore[misc]
    speed = len(large) / 1e6 / median(spent["large"])
    growth = median(spent["large"]) / median(spent["small"])
    yield Row(f"text dump, {len(large) / 1e6:.0f} MB", f"{speed:.0f} MB/s", "", "at least 20", speed >= 20)
    yield Row("", "", f"{growth:.1f} x the time for 10 x the comments", "at most 11", growth <= 11)


def _score_rows(full: bool) -> Iterator[Row]:
    from benchmarks.dump_score import scores

    for name, score in scores(range(4 if full else 1)):
        silent = 100 * score.silent / max(1, score.found)
        least = 0.93 if name.startswith("resiliparse") else 0.85
        yield Row(
            f"dumps, {name}, {score.shown:,} entries",
            f"F1 {score.f1:.3f}",
            f"time too {score.timed / max(1, score.right):.3f}, silently wrong {silent:.1f} %",
            f"at least {least}, 1 %",
            score.f1 >= least and silent <= 1,
        )


def _export_score_row(full: bool) -> Row:
    from benchmarks.export_score import scores
    from benchmarks.html_score import Score

    found = dict(scores(range(4 if full else 1)))
    whole = Score()
    for one in found.values():
        whole = whole.plus(one)
    worst = min(found, key=lambda name: (found[name].f1, *found[name].fields))
    least = min(found[worst].f1, *found[worst].fields)
    what = f"exports, {len(found)} formats, {whole.shown:,} entries"
    return Row(what, f"F1 {whole.f1:.3f}", f"least of any: {least:.3f} ({worst})", "at least 0.99", least >= 0.99)


def _stream_rows(console: Console, full: bool) -> Iterator[Row]:
    comments, pages = (1_000_000, 20_000) if full else (100_000, 2_000)
    _, html = html_pages()
    small_pages = sorted(html, key=len)[: max(1, len(html) // 3)]
    with TemporaryDirectory() as folder:
        for name, unit, largest, write in (
            ("WXR", "comments", comments, write_wxr),
            ("Reddit", "comments", 10 * comments, write_reddit),
            ("WARC", "pages", pages, lambda path, count, advance: write_warc(path, small_pages, count, advance)),
        ):
            files = [Path(folder) / f"{count}.{name.lower()}" for count in sizes(largest)]
            for path, count in zip(files, sizes(largest), strict=True):
                with _progress(console, f"writing {count:,} {unit}", count) as advance:
                    write(path, count, advance)
            yield from _streamed(console, name, unit, largest, files)


def _streamed(console: Console, name: str, unit: str, count: int, files: Sequence[Path]) -> Iterator[Row]:
    reader = name.lower()
    with console.status(f"reading {name}") if console.is_terminal else _silence():
        small, large, bare = _child(reader, files[0]), _child(reader, files[1]), _child(f"bare-{reader}", files[1])
    megabytes = files[1].stat().st_size / 1e6
    for path in files:
        path.unlink()
    assert large[unit] == bare[unit] == count, (large, bare)
    growth, memory = large["seconds"] / small["seconds"], large["memory"]
    what = f"{name}, {count:,} {unit}, {megabytes:,.0f} MB"
    yield Row(
        what,
        f"{count / large['seconds']:,.0f} {unit}/s",
        f"{count / bare['seconds']:,.0f} {unit}/s bare iteration",
        "",
        None,
    )
    yield Row("", f"{memory:.0f} MB of memory", "", f"under {MOST_MEMORY}", memory < MOST_MEMORY)
    yield Row("", "", f"{growth:.1f} x the time for 10 x the {unit}", "at most 11", growth <= 11)
    if name == "Reddit":
        beside = bare["seconds"] and large["seconds"] / bare["seconds"]
        fast = count / large["seconds"] >= FEWEST_RECORDS
        yield Row("", "", f"{beside:.1f} x unpacking and parsing alone", f"{FEWEST_RECORDS:,}/s", fast)


def _child(way: str, path: Path) -> dict[str, float]:
    """Read a file in a process of its own, whose memory is then that of the reading."""
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'experiments')!r}); "
    code += f"from benchmarks import readers; readers.measure({way!r}, {str(path)!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(way: str, path: str) -> None:
    """Read one file and print, as JSON, what was in it, the seconds of CPU, and the most memory in MB."""
    start = process_time()
    bare = {"bare-wxr": _count_xml, "bare-warc": _count_warc, "bare-reddit": _count_lines}
    counts = bare.get(way, _count_ours)(path)
    seconds = process_time() - start
    print(json.dumps({**counts, "seconds": seconds, "memory": most_memory()}))


def most_memory() -> float:
    """Return the most memory that this process had, in MB; what getrusage says may be its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


def _count_ours(path: str) -> dict[str, int]:
    comments = pages = 0
    for thread in read_pages(path):
        pages += 1
        comments += len(thread.comments)
    return {"comments": comments, "pages": pages}


def _count_xml(path: str) -> dict[str, int]:
    from lxml import etree  # type: ignore[import-untyped, unused-ignore]

    comments = 0
    for _, element in etree.iterparse(path, tag=("{*}comment", "item"), huge_tree=True):
        comments += element.tag != "item"
        element.getparent().remove(element)
    return {"comments": comments}


def _count_lines(path: str) -> dict[str, int]:
    import orjson
    from backports import zstd

    with zstd.open(path, "rb") as lines:
        return {"comments": sum(1 for line in lines if orjson.loads(line))}


def _count_warc(path: str) -> dict[str, int]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    with Path(path).open("rb") as stream:
        records = ArchiveIterator(stream, record_types=WarcRecordType.response)
        return {"pages": sum(1 for record in records if record.reader.read())}


@contextmanager
def _progress(console: Console, words: str, total: int) -> Iterator[Callable[[int], None]]:
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(words, total=total)
        yield lambda count: progress.update(task, advance=count)


@contextmanager
def _silence() -> Iterator[None]:
    yield
