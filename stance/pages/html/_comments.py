"""From the entries of a page to its comments: what is in their slots, what is left out of them, what is doubtful."""

from bisect import bisect_left
from itertools import chain

from stance.pages._open_texts import find_open_texts
from stance.pages.dates import day_comes_first, find_date
from stance.pages.html._attributions import with_quoted_heads, with_words_of_others
from stance.pages.html._entries.platforms import Marked
from stance.pages.html._entries.records import Record, nest
from stance.pages.html._entries.replies import answer, answer_by_links, number
from stance.pages.html._entries.tree import Tree
from stance.pages.html._signatures import without_signatures
from stance.pages.html._slots.slots import Fields, Slots, read_slots
from stance.pages.identity import make_comment_id
from stance.thread import Comment, Finding, repair_replies

_NEARLY_ALL = 0.9
_LONGEST_NOTICE = 200
_MOST_TEXTS = 60  # of an entry with such a notice, its buttons included


def make_comments(
    tree: Tree, records: list[Record], marked: Marked | None, language: str | None
) -> tuple[tuple[Comment, ...], list[Finding]]:
    """Return the comments that the entries of a page are, and what is doubtful in them.

    `marked`: the marks of a known platform. `language`: the code that the page gives, for the order of day and month.
    """
    records, numbers, (fields, differ, open_authors, held) = _read(tree, records, marked)
    removed = _removed(tree, records, fields)
    said = _saying(records, fields, removed)
    empty = len(records) - len(said) - len(removed)
    records, numbers, fields = [records[at] for at in said], [numbers[at] for at in said], [fields[at] for at in said]
    authors = [field.author for field in fields]
    texts, signed = without_signatures(authors, [field.text for field in fields])
    texts = with_words_of_others(authors, with_quoted_heads(authors, texts))
    if texts != [field.text for field in fields]:
        fields = [field._replace(text=text) for field, text in zip(fields, texts, strict=True)]
    day_first = None
    if any(date.defect == "order_open" for field in fields for _, date in field.shown):
        day_first = day_comes_first((line for field in fields for line, _ in field.shown), language)
    times = [_published(field, day_first) for field in fields]
    ids = {
        record: found or make_comment_id(published, field.text)
        for record, found, field, (published, _) in zip(records, numbers, fields, times, strict=True)
    }
    comments = [
        Comment(
            ids[record],
            ids[record.parent] if record.parent is not None else None,
            field.author,
            published,
            field.text,
            "ping" if record.is_ping else "comment",
        )
        for record, field, (published, _) in zip(records, fields, times, strict=True)
    ]
    repaired, repairs = repair_replies(comments)
    findings: list[Finding] = []
    if differ and marked is not None:
        message = (
            f"{differ} authors or times differ between the marks of {marked.platform.name} and the page's template"
        )
        findings.append(Finding("readings_differ", message))
    if open_authors:
        message = f"the authors of {open_authors} entries are open: another part of them may as well hold the names"
        findings.append(Finding("author_open", message))
    if removed:
        message = f"left out: {len(removed)} that only say that an entry was removed"
        findings.append(Finding("removed_entries", message))
    findings += [*_gaps(records, fields, empty), *find_open_texts(texts, authors)]
    if signed:
        message = f"{signed} entries end in lines that their authors put below all they wrote: these are left out"
        findings.append(Finding("signatures", message))
    return repaired, [*findings, *_open_times(fields, times), *_unread(fields, len(held)), *repairs]


def _open_times(fields: list[Fields], times: list[tuple[str | None, bool]]) -> list[Finding]:
    """Return the findings about dates that are shown, and whose times stay empty."""
    findings = []
    shown = (date for field in fields for _, date in field.shown[:1] if not field.published)
    if unknown := sum(date.defect == "unknown_month" for date in shown):
        message = f"{unknown} entries show no full date (unknown_month); their time stays empty"
        findings.append(Finding("time_incomplete", message))
    if open_order := sum(is_open for _, is_open in times):
        message = f"{open_order} dates do not show whether the day or the month comes first; their times are left open"
        findings.append(Finding("date_order_open", message))
    return findings


def _unread(fields: list[Fields], held: int) -> list[Finding]:
    """Return the finding about answers that are no entries of their own: their names and dates, or `held` parts."""
    more = sum(field.has_more for field in fields)
    if more > 1 and 2 * more >= len(fields):
        message = f"{more} entries hold a second name with a later date: answers that are no entries of their own"
    elif held:
        message = f"{held} entries hold parts that are built like an entry: answers that are no entries of their own"
    else:
        return []
    return [Finding("unread_entries", message)]


def _removed(tree: Tree, records: list[Record], fields: list[Fields]) -> set[Record]:
    """Return the entries that are a notice of their removal: classes say so of what holds all their words."""
    places = tree.called("is_removed")
    removed = set()
    for record, field in zip(records, fields, strict=True) if places else ():
        parts = [places[bisect_left(places, first) : bisect_left(places, last)] for first, last in record.own()]
        text = "".join(field.text.split())
        end = tree.text_from[record.nested[0].start] if record.nested else len(tree.texts)
        for place in chain(*parts) if len(text) <= _LONGEST_NOTICE else ():
            start = tree.text_from[place]
            words = tree.line(start, min(tree.text_to[place], max(end, start), start + _MOST_TEXTS))
            if text in "".join(words.split()):
                removed.add(record)
    return removed if 2 * len(removed) < len(records) else set()


def _saying(records: list[Record], fields: list[Fields], removed: set[Record]) -> list[int]:
    """Return which entries have an author or words that were not `removed`, or hold others that may; all but these
    where most have no author.

    What answers one of the rest answers what that does.
    """
    is_unnamed = 2 * sum(field.author is not None for field in fields) <= len(fields)
    said = []
    empty: set[Record] = set()
    for at, (record, field) in enumerate(zip(records, fields, strict=True)):
        while record.parent in empty:
            record.parent = record.parent.parent if record.parent is not None else None
        shows = is_unnamed or field.author is not None or field.text != ""
        if record not in removed and (shows or record.is_ping or record.nested):
            said.append(at)
        else:
            empty.add(record)
    return said


def _gaps(records: list[Record], fields: list[Fields], empty: int) -> list[Finding]:
    """Return the findings about authors and words that are not there, and `empty` that were left out."""
    findings = []
    unnamed = sum(field.author is None for field in fields)
    if unnamed:
        message = f"{unnamed} of {len(fields)} entries show no author that could be told: theirs stay empty"
        findings.append(Finding("author_missing", message))
    timed = [
        bool(field.published or field.shown)
        for field, record in zip(fields, records, strict=True)
        if not record.is_ping
    ]
    if 0 < 2 * timed.count(False) <= len(timed):
        message = f"{timed.count(False)} of {len(timed)} entries show no time that could be told, as the others do"
        findings.append(Finding("time_missing", message))
    if empty:
        message = f"left out: {empty} that are built like entries and have neither author nor words, as of an event"
        findings.append(Finding("empty_entries", message))
    wordless = sum(not field.text and not record.is_ping for field, record in zip(fields, records, strict=True))
    if wordless:
        message = f"{wordless} entries hold no words: a picture alone, or words that stand elsewhere on the page"
        findings.append(Finding("wordless_entries", message))
    return findings


def _read(tree: Tree, records: list[Record], marked: Marked | None) -> tuple[list[Record], list[str | None], Slots]:
    """Return entries, their numbers and what they say; those that are held by others are parted from them."""
    found = _numbered(tree, records, marked)
    held = found[2].held
    if not held or any(record.end != tree.ends[record.start] for record in records):
        return found
    pings = {record.start for record in records if record.is_ping}
    more = nest(tree, sorted({*held, *(record.start for record in records)}))
    for record in more:
        record.is_ping = record.start in pings
    parted = _numbered(tree, more, marked)
    whole = sum(field.author is not None and field.text != "" for field in parted[2].fields)
    return parted if whole >= _NEARLY_ALL * len(more) else found


def _numbered(tree: Tree, records: list[Record], marked: Marked | None) -> tuple[list[Record], list[str | None], Slots]:
    answer(tree, records)
    numbers = number(tree, records)
    answer_by_links(tree, records, numbers)
    return records, numbers, read_slots(tree, records, marked)


def _published(field: Fields, day_first: bool | None) -> tuple[str | None, bool]:
    """Return the time of an entry, and whether it stayed open because day and month cannot be told apart."""
    is_open = False
    for line, shown in field.shown:
        date = find_date(line, day_first=day_first) if shown.defect == "order_open" else shown
        known = date.published if date is not None else None
        if known is not None and known.startswith(field.published or ""):
            return known, False
        is_open = is_open or (date is not None and date.defect == "order_open")
    return field.published, is_open and field.published is None
