"""Plain text of comment pages, as main-content renderers print it: Resiliparse's layout above all.

A dump has no markup that tells an entry from the next, so the whole page is asked: where the thread's heading
stands (`text_region`), what cuts it into entries (`text_entries`: list items by indentation, else lines with dates
or "NAME says:", else buttons), and on which side of an entry its date and name stand (`text_layout`). What most
entries agree on decides for all of them, so that a name that the renderer dropped becomes None and no line of text.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO, NamedTuple

from stance.pages.identity import make_thread_id
from stance.pages.text_comments import make_comments, nfc
from stance.pages.text_decode import decode, looks_like_text, read_bytes
from stance.pages.text_endings import LONGEST_ENDING, ends_thread
from stance.pages.text_entries import cut_entries
from stance.pages.text_labels import ping_label_length
from stance.pages.text_layout import Layout, LineReader, shows_fields
from stance.pages.text_lines import Line, split_lines
from stance.pages.text_lists import Entry
from stance.pages.text_region import Heading, find_end, find_headings, find_title, is_counted_heading, post_text
from stance.thread import Comment, Finding, Thread

_TRIES = 3
_LEAST_LENGTH = 40
_FITS = 0.35
_MOST_HEADINGS = 200


def matches(head: bytes) -> bool:
    """Say whether the file may be plain text: UTF-16 with its mark, or bytes without NUL and few control characters."""
    return looks_like_text(head)


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the one thread of a text dump. `source` names the file in messages, `url` the page if known.

    Comments have no ids of the site here: theirs are made of time and text. Times are as shown, without an offset.
    Raises ReadError where the bytes are no text.
    """
    page, findings = decode(read_bytes(stream, source), source)
    yield parse_text(page, source, url, findings)


class _Reading(NamedTuple):
    """One attempt to read a page's thread, from where it began; `size` counts entries that are printed twice once."""

    heading: Heading | None
    start: int
    reader: LineReader
    entries: list[Entry]
    layout: Layout
    size: int


def parse_text(page: str, source: str, url: str | None = None, findings: Sequence[Finding] = ()) -> Thread:
    """Return the thread of a decoded dump."""
    headings: list[Heading] = []
    reading = _best_reading(page, headings)
    found = list(findings)
    comments: tuple[Comment, ...] = ()
    if reading is None:
        end_of_post = find_end(page, headings)
    else:
        comments, more = make_comments(page, reading.start, reading.reader, reading.entries, reading.layout)
        found += more
        end_of_post = reading.start
    declared = reading.heading.declared if reading is not None and reading.heading is not None else None
    if declared is None:
        declared = next((heading.declared for heading in reversed(headings) if heading.declared is not None), None)
    without_pings = sum(comment.kind == "comment" for comment in comments)
    if declared is not None and declared not in (len(comments), without_pings):
        found.append(
            Finding(
                "declared_count_differs",
                f"the page declares {declared} comments, found {len(comments)}: the dump left entries out, "
                "so which comment a reply answers is doubtful",
            )
        )
    quoted = next((heading.title for heading in headings if heading.title), None)
    title, start = find_title(page, end_of_post, quoted)
    text = post_text(page, start, end_of_post)
    return Thread(
        thread_id=make_thread_id(url, title, source),
        title=nfc(" ".join(title.split())) if title else None,
        text=nfc(text),
        comments=comments,
        declared=declared,
        findings=tuple(found),
        format="text_dump",
        url=url,
    )


def _best_reading(page: str, headings: list[Heading]) -> _Reading | None:
    """Return the reading under the first heading whose number fits what stands below, else the one that fits best.

    Fills `headings` with the headings it came by.
    """
    best: tuple[float, _Reading] | None = None
    tries = 0
    for heading in islice(find_headings(page), _MOST_HEADINGS):
        headings.append(heading)
        if heading.declared == 0 or tries == _TRIES or not _is_followed_closely(page, heading):
            continue
        tries += 1
        reading = _read_below(page, heading)
        if reading is None:
            continue
        misfit = _misfit(heading, reading.size)
        if misfit <= _FITS:
            return reading
        if best is None or misfit < best[0]:
            best = (misfit, reading)
    if best is not None:
        return best[1]
    for heading in [h for h in reversed(headings) if h.declared != 0][:_TRIES]:
        reading = _read_below(page, heading)
        # so far below the heading, a bare list may well be the post's
        if reading is not None and (not reading.layout.is_bare or _misfit(heading, reading.size) <= _FITS):
            return reading
    return None if any(heading.declared == 0 for heading in headings) else _read_without_heading(page)


def _misfit(heading: Heading, entries: int) -> float:
    if heading.declared is None:
        return 0.5
    difference = abs(heading.declared - entries)
    return 0.0 if difference <= 2 else difference / max(heading.declared, entries)


def _is_followed_closely(page: str, heading: Heading) -> bool:
    """Say whether an entry begins within the next lines: a list item, a date, "NAME says:", a ping."""
    reader = LineReader(page)
    for count, line in enumerate(split_lines(page, heading.end)):
        if count == (4 if heading.declared is None else 8):
            return False
        if line.mark or reader.header(line) is not None or ping_label_length(page[line.start : line.start + 60]):
            return True
    return False


def _read_below(page: str, heading: Heading) -> _Reading | None:
    """Read the thread below a heading: the first stretch between the form and the like that holds entries.

    Where it holds fewer than declared, somebody's words may have looked like the form: then what stands behind them
    belongs to it too. A second heading with as many entries below it is the thread printed again.
    """
    reader = LineReader(page)
    thread: list[Line] = []
    entries: list[Entry] = []
    layout = Layout("none", "none")
    for border, lines in _stretches(page, heading.end):
        if not entries:
            thread = lines
            entries, layout = cut_entries(reader, thread, heading.declared)
            continue
        if border is not None and is_counted_heading(reader.words(border)):
            again = cut_entries(reader, lines, heading.declared)[0]
            if len(again) == len(entries):
                size = len(entries)
                entries += [
                    entry if entry.parent is None else entry._replace(parent=entry.parent + size) for entry in again
                ]
                return _Reading(heading, heading.start, reader, entries, layout, size)
        if heading.declared is None or len(entries) >= heading.declared:
            break
        longer = [*thread, *([border] if border else []), *lines]
        more, layout_of_all = cut_entries(reader, longer, heading.declared)
        if len(entries) < len(more) <= heading.declared and not layout_of_all.is_bare:
            thread, entries, layout = longer, more, layout_of_all
    return _Reading(heading, heading.start, reader, entries, layout, len(entries)) if entries else None


def _stretches(page: str, start: int) -> Iterator[tuple[Line | None, list[Line]]]:
    """Yield the lines between those that head a thread, the comment form, other posts or the sidebar, and that line."""
    border: Line | None = None
    stretch: list[Line] = []
    for line in split_lines(page, start):
        if line.indent == 0 and not line.mark and line.end - line.start < LONGEST_ENDING:
            words = page[line.start : line.end]
            if ends_thread(words) or is_counted_heading(words):
                if stretch:
                    yield border, stretch
                border, stretch = line, []
                continue
        stretch.append(line)
    if stretch:
        yield border, stretch


def _read_without_heading(page: str) -> _Reading | None:
    """Read a page without heading: the stretch where most entries, three at least, show name and date alike."""
    reader = LineReader(page)
    best: tuple[int, _Reading] | None = None
    for _, lines in _stretches(page, 0):
        entries, layout = cut_entries(reader, lines, None)
        is_signed = layout.name_place != "none" and (layout.date_side != "none" or layout.name_place == "says")
        if not is_signed and not layout.ends_in_label:
            continue
        showing = [
            entry
            for entry in entries
            if (is_signed and shows_fields(reader, entry.lines, layout)) or reader.is_label(entry.lines[-1])
        ]
        words = sum(line.end - line.start for entry in showing for line in entry.lines)
        if len(showing) < 3 or 2 * len(showing) < len(entries) or words < _LEAST_LENGTH * len(showing):
            continue
        if best is None or len(showing) > best[0]:
            best = (len(showing), _Reading(None, entries[0].lines[0].outset, reader, entries, layout, len(entries)))
    return best[1] if best else None
