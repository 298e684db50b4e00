"""From the entries of a dump to comments: ids, parents, the order of day and month, entries printed twice."""

import re
from collections import Counter
from collections.abc import Sequence
from unicodedata import normalize

from stance.pages._open_texts import find_open_texts
from stance.pages.dates import day_comes_first
from stance.pages.identity import make_comment_id
from stance.pages.text_dump._fields import Fields, read_fields
from stance.pages.text_dump._layout import Layout
from stance.pages.text_dump._lines import LineReader
from stance.pages.text_dump._lists import Entry
from stance.pages.text_dump._phrases.labels import ping_label_length
from stance.thread import Comment, Finding, repair_replies

_SURE_LENGTH = 40


def make_comments(
    page: str, start: int, reader: LineReader, entries: Sequence[Entry], layout: Layout
) -> tuple[tuple[Comment, ...], list[Finding]]:
    """Return the comments that the entries of a thread are, which starts at `start` in the page, and what was odd."""
    fields = [read_fields(reader, entry.lines, layout) for entry in entries]
    findings: list[Finding] = []
    informed = _with_order_of_day(page, start, reader, fields, findings)
    if informed is not reader:
        fields = [read_fields(informed, entry.lines, layout) for entry in entries]
    glued = sum(
        field.date is not None
        and field.date.start > 0
        and field.header[field.date.start - 1 : field.date.start + 1].isdigit()
        for field in fields
    )
    if glued:
        message = f"{glued} names and dates stand glued, digit to digit: where the day begins is guessed"
        findings.append(Finding("date_glued", message))
    fields = _without_names_below(reader, entries, _without_counters(fields))
    fields = _without_signatures(reader, entries, fields, findings)
    fields, answered = _without_answered(fields)
    drafts = [_make_comment(page, entry, field) for entry, field in zip(entries, fields, strict=True)]
    parents: list[str | None] = []
    ids: list[str | None] = []  # an entry without text hands its replies on to what it answers itself
    for at, (entry, draft) in enumerate(zip(entries, drafts, strict=True)):
        parent = answered.get(at) if entry.parent is None else entry.parent
        parents.append(None if parent is None else ids[parent])
        ids.append(draft.comment_id if draft is not None else parents[-1])
    repeated = _repeated(drafts, parents, findings)
    comments = [
        draft if parent is None else draft.answering(parent)
        for at, (draft, parent) in enumerate(zip(drafts, parents, strict=True))
        if draft is not None and at not in repeated
    ]
    incomplete = Counter([field.date.defect for field in fields if field.date is not None and field.date.defect])
    for defect, count in incomplete.items():
        findings.append(
            Finding("time_incomplete", f"{count} entries show no full date ({defect}); their time stays empty")
        )
    unnamed = sum(comment.author is None for comment in comments)
    if 2 * unnamed > len(comments) > 1:
        message = f"{unnamed} of {len(comments)} entries show no author that could be told: theirs stay empty"
        findings.append(Finding("author_missing", message))
    findings += find_open_texts([comment.text for comment in comments], [comment.author for comment in comments])
    repaired, more = repair_replies(comments)
    return repaired, [*findings, *more]


def _repeated(drafts: Sequence[Comment | None], parents: Sequence[str | None], findings: list[Finding]) -> set[int]:
    """Return what a page prints a second time: a quarter of its entries and more, replies to the same comment, or
    entries alike to the minute. A comment that somebody posted twice is not meant.
    """
    keys = [None if draft is None else (draft.comment_id, draft.author) for draft in drafts]
    if len(set(keys)) == len(keys):
        return set()
    seen: dict[tuple[str, str | None], str | None] = {}
    repeated = set()
    sure = set()
    for at, (key, draft) in enumerate(zip(keys, drafts, strict=True)):
        if key is None or draft is None:
            continue
        if key in seen:
            repeated.add(at)
            again = parents[at] is not None and parents[at] == seen[key] and len(draft.text) >= _SURE_LENGTH
            if again or ":" in (draft.published or ""):
                sure.add(at)
        seen.setdefault(key, parents[at])
    if 4 * len(repeated) < len(keys):
        repeated = sure
    if repeated:
        message = f"{len(repeated)} entries stand on the page a second time and are kept once"
        findings.append(Finding("printed_twice", message))
    return repeated


_COUNTS = frozenset("#0123456789")
_COUNTED_NAME = re.compile(r"(?=#|\d+[ \xa0.:)|-])#?(\d{1,5})[ \xa0.:)|-]*(?=[^\s\d])")


def _without_counters(fields: list[Fields]) -> list[Fields]:
    """Take the running number off the authors' names, where a page prints it before nearly all of them."""
    shown = [
        (at, match)
        for at, field in enumerate(fields)
        if field.author and field.author[0] in _COUNTS and (match := _COUNTED_NAME.match(field.author))
    ]
    named = sum(field.author is not None for field in fields)
    numbers = [int(match[1]) for _, match in shown]
    if (
        not shown
        or len(shown) < 0.8 * named
        or numbers != sorted(set(numbers))
        or (len(numbers) == 1 and numbers != [1])
    ):
        return fields
    for at, match in shown:
        fields[at] = fields[at]._replace(author=match.string[match.end() :])
    return fields


def _without_names_below(reader: LineReader, entries: Sequence[Entry], fields: list[Fields]) -> list[Fields]:
    """Take off the author's name below his words, where a page prints it there too in most entries."""
    named = [at for at, field in enumerate(fields) if field.author and field.last - field.first > 1]
    again = [at for at in named if reader.words(entries[at].lines[fields[at].last - 1]) == fields[at].author]
    if len(again) > 1 and len(again) >= 0.6 * len(named):
        for at in again:
            fields[at] = fields[at]._replace(last=fields[at].last - 1)
    return fields


_LEAST_SIGNATURE, _LEAST_BIOGRAPHY = 10, 25


def _without_signatures(
    reader: LineReader, entries: Sequence[Entry], fields: list[Fields], findings: list[Finding]
) -> list[Fields]:
    """Take off the last line that recurs whenever its author does: his signature, or what the page says about him.

    Where nearly all who wrote more than once have one, the page prints one below every entry.
    """
    own: dict[str, list[int]] = {}
    for at, field in enumerate(fields):
        if field.author and field.last - field.first > 1:
            own.setdefault(field.author, []).append(at)
    again = {author: places for author, places in own.items() if len(places) > 1}
    signatures = {author: _signature(reader, entries, fields, places) for author, places in again.items()}
    signed = {author: places for author, places in again.items() if signatures[author]}
    is_template = len(signed) >= 2 and len(signed) >= 0.7 * len(again)
    single = [places[0] for author, places in own.items() if author not in again] if is_template else []
    cut = [at for places in signed.values() for at in places] + single
    if not is_template:  # "Best wishes" below each comment is a person's own
        cut = [at for at in cut if len(reader.words(entries[at].lines[fields[at].last - 1])) >= _LEAST_BIOGRAPHY]
    for at in cut:
        lines, signature = entries[at].lines, signatures.get(fields[at].author or "")
        behind = range(fields[at].last - 1, fields[at].first, -1)
        last = next((place for place in behind if reader.words(lines[place]) == signature), fields[at].last - 1)
        fields[at] = fields[at]._replace(last=last)
    if cut:
        message = f"{len(cut)} entries end in a line that recurs with its author, as a signature does; it is left out"
        findings.append(Finding("signatures", message))
    return fields


_ANSWERS = re.compile(
    r"[ \xa0]+(?:(?:has |hat )?(?:replied|responded|replying|in reply|in response|antwortet|geantwortet|als antwort|"
    r"respondió|responde|en respuesta|a répondu|répond|en réponse)\b.*|[→»>@↪]+)$",
    re.IGNORECASE,
)


def _without_answered(fields: list[Fields]) -> tuple[list[Fields], dict[int, int]]:
    """Cut "reader-2 replied to reader-1" behind the first name, and say which entry is answered where that is clear."""
    places: dict[str, list[int]] = {}
    for at, field in enumerate(fields):
        if field.author:
            places.setdefault(field.author, []).append(at)
    answered: dict[int, int] = {}
    for at, field in enumerate(fields):
        words = (field.author or "").split()
        for first in range(2, len(words)):
            other = " ".join(words[first:])
            if other not in places or other == field.author:
                continue
            before = " ".join(words[:first])
            known = max((name for name in places if before.startswith(f"{name} ")), key=len, default=None)
            author = known or (_ANSWERS.sub("", before) if _ANSWERS.search(before) else None)
            if author:
                fields[at] = field._replace(author=author)
                earlier = [place for place in places[other] if place < at]
                if len(earlier) == 1:
                    answered[at] = earlier[0]
            break
    return fields, answered


def _signature(reader: LineReader, entries: Sequence[Entry], fields: list[Fields], places: list[int]) -> str | None:
    """Return the line in which all these entries end, each below other words; None where they do not.

    Behind the thread's last entry some of the page's own lines may be left: it need not end so.
    """
    firsts = {reader.words(entries[at].lines[fields[at].first]) for at in places}
    closed = [at for at in places if at < len(entries) - 1] if len(places) > 2 else places
    lasts = {reader.words(entries[at].lines[fields[at].last - 1]) for at in closed}
    signature = lasts.pop()
    return signature if not lasts and len(firsts) == len(places) and len(signature) >= _LEAST_SIGNATURE else None


_INNER_BLANKS = re.compile(r"\n{3,}")
_WIDE = re.compile(r"[^\S\n]{2,}|[\xa0\u202f\t]")


def _make_comment(page: str, entry: Entry, field: Fields) -> Comment | None:
    if field.first >= field.last:
        return None
    opening = entry.lines[field.first]
    start = opening.outset if field.first and opening.mark else opening.start
    end = entry.lines[field.last - 1].end
    if field.is_ping:
        start += ping_label_length(page[start : min(end, start + 60)])
    text = page[start:end]
    if "\n" in text:
        text = text.replace("\n" + " " * entry.lines[field.last - 1].indent, "\n")
        if "\n " in text or " \n" in text or "\t" in text or "\xa0" in text:
            text = "\n".join(map(str.strip, text.split("\n")))
        if "\n\n\n" in text:
            text = _INNER_BLANKS.sub("\n\n", text)
    if "  " in text or "\t" in text or (not text.isascii() and ("\xa0" in text or "\u202f" in text)):
        text = _WIDE.sub(" ", text)
    text = nfc(text)
    if not text:
        return None
    published = field.date.published if field.date is not None else None
    author = nfc(field.author) if field.author else None
    is_ping = field.is_ping or entry.under_pings or _is_excerpt(text)
    if is_ping and author is None:
        author = text.partition("\n")[0]  # a ping's author is the title of the page that links here
    return Comment(
        make_comment_id(published, text), None, author, published, text, "ping" if is_ping else "comment",
        (start, end),
    )  # fmt: skip


def _is_excerpt(text: str) -> bool:
    return text.startswith(("[…]", "[...]")) and text.endswith(("[…]", "[...]")) and len(text) > 12


def nfc(text: str) -> str:
    """Return the text in normal form C, quickly where it already is."""
    return text if text.isascii() else normalize("NFC", text)


# -- the order of day and month ----------------------------------------------------------------------------------

_NUMERIC = re.compile(r"\d[./-][^\S\n]?\d")
_NUMERIC_DATE = re.compile(r"(?<![\d/.-])\d\d?/\d\d?/(?:\d\d){1,2}(?![\d/])")
_LANGUAGES = {
    "en": re.compile(r"\b(?:the|and|of|that|you)\b"),
    "de": re.compile(r"\b(?:der|die|und|das|nicht|ich)\b"),
    "es": re.compile(r"\b(?:el|los|que|una|por|con)\b"),
    "fr": re.compile(r"\b(?:les|des|une|est|pas|pour)\b"),
}


def _with_order_of_day(
    page: str, start: int, reader: LineReader, fields: list[Fields], findings: list[Finding]
) -> LineReader:
    """Return a reader that knows the page's order of day and month, where the first reading left it open."""
    headers = "\n".join([field.header for field in fields if field.header])
    if not _NUMERIC.search(headers):
        return reader
    numeric = [header for header in headers.split("\n") if _NUMERIC.search(header)]
    sample = page[start : start + 50_000].casefold()
    language = max(_LANGUAGES, key=lambda code: len(_LANGUAGES[code].findall(sample)))
    day_first = day_comes_first(numeric, language)
    is_open = any(field.date is not None and field.date.defect == "order_open" for field in fields)
    if day_first is None and is_open:  # the post's own date, or one that somebody quotes, may tell
        day_first = day_comes_first((match[0] for match in _NUMERIC_DATE.finditer(page)), language)
    if day_first is None:
        if is_open:
            message = "the page does not say whether 3/4/2012 is in March or April; such times stay empty"
            findings.append(Finding("date_order_open", message))
        return reader
    return LineReader(page, day_first, reader.habits) if is_open or not day_first else reader
