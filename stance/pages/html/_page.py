"""Saved HTML pages with comments: WordPress and its themes, Blogger, SPIP, Drupal, and unknown ones by their marks."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from selectolax.lexbor import LexborHTMLParser, LexborNode

from stance.pages._open_texts import find_open_texts
from stance.pages.dates import day_comes_first, find_date
from stance.pages.html._attributions import with_quoted_heads, with_words_of_others
from stance.pages.html._decode import open_shadows, recode_page, refuse_hostile_markup, same_encoding
from stance.pages.html._embedded import read_embedded
from stance.pages.html._entries.firsts import first_post
from stance.pages.html._entries.marks import is_of_thread
from stance.pages.html._entries.mining import find_region, mine
from stance.pages.html._entries.platforms import Marked, find_marks, find_platform
from stance.pages.html._entries.records import Entries, Record, elements, nest
from stance.pages.html._entries.replies import answer, answer_by_links, number
from stance.pages.html._entries.tree import Tree
from stance.pages.html._nothing import count_findings, explain_nothing
from stance.pages.html._post import read_declared, read_declared_anywhere, read_head, read_title, read_words
from stance.pages.html._signatures import without_signatures
from stance.pages.html._signed import SIGN, read_signed
from stance.pages.html._slots.slots import Fields, Slots, read_slots
from stance.pages.html._telegram import SIGN as SIGN_OF_A_CHAT
from stance.pages.html._telegram import parse_chat
from stance.pages.identity import make_comment_id, make_thread_id
from stance.thread import Comment, Finding, Thread, repair_replies

_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|div|article|section|ol|ul|meta|title|p|h[1-6])\b", re.IGNORECASE
)
_DOCUMENT = re.compile(rb"<!doctype\s{1,9}html|<html[\s>]", re.IGNORECASE)
_WITHOUT_NULS = 4096
_LEVELS_TO_NAME = 4
_MOST_NAMED = 0.6
_SHORTEST_TEXT = 12
_NEARLY_ALL = 0.9
_LONGEST_NOTICE = 200


def matches(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is an HTML page."""
    start = head.replace(b"\0", b"") if b"\0" in head[:_WITHOUT_NULS] else head
    start = start.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip()
    if _DOCUMENT.search(start):
        return True
    if not start.startswith(b"<"):
        return False
    return _TAG.search(start) is not None and not start.startswith((b"<?xml-", b"<rss", b"<disqus", b"<feed"))


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the one thread of a saved page. `source` names the file; `url` is its address where it is known."""
    yield parse_html(stream.read(), source, url)


def parse_html(data: bytes, source: str, url: str | None = None, charset: str | None = None) -> Thread:
    """Return the thread of a page: its post, and each comment with author, time, parent and own words.

    `charset` is the encoding that an HTTP header declares. A page without comments gives a thread with none.
    What is doubtful in it is a finding. Raises ReadError for markup that no browser would show.
    """
    if SIGN_OF_A_CHAT in data:
        return parse_chat([(data, source)], url)
    page, used, declared_encoding = recode_page(data, charset)
    page = open_shadows(page)
    refuse_hostile_markup(page, source)
    tree = LexborHTMLParser(page)
    findings = []
    if not same_encoding(declared_encoding, used) and not data.isascii():
        message = f"the page declares {declared_encoding} but its bytes are {used}; it was read as {used}"
        findings.append(Finding("encoding_differs", message))
    head = read_head(tree)
    flat, records, marked = _find_records(page, tree)
    entries = Entries(elements(flat, records)) if records else None
    comments, unsure = _comments(flat, records, marked, head.language) if records else ((), [])
    if SIGN in page and (signed := _signed_comments(tree)) and len(signed) >= len(comments):
        comments, unsure, entries = signed, [], None
    declared = read_declared(entries) if entries is not None else read_declared_anywhere(tree)
    refused = 0
    if entries is not None and marked is None and declared is None and not _is_called_thread(tree, flat, records):
        if not _looks_like_thread(comments):
            refused = len(comments)
            comments, unsure, entries = (), [], None
        else:
            message = f"{len(comments)} entries are found by their shape; nothing on the page calls them comments"
            unsure.append(Finding("found_by_shape", message))
    if not comments and b"<script" in page and (embedded := read_embedded(tree, source))[0]:
        comments, unsure = embedded
    findings += [*unsure, *count_findings(declared, comments, page)]
    if not comments and not declared:
        findings.append(explain_nothing(page, tree, refused))
    title = read_title(tree, head)
    return Thread(
        thread_id=make_thread_id(head.address or url, title, source),
        title=title,
        text=read_words(tree, entries).removeprefix(f"{title}\n\n"),
        comments=comments,
        declared=declared,
        findings=tuple(findings),
        format="html",
        url=url or head.address,
    )


def _is_called_thread(parser: LexborHTMLParser, tree: Tree, records: list[Record]) -> bool:
    """Tell whether a page lets its readers write, or classes and ids around its entries speak of comments."""
    if parser.css_first("textarea") is not None:
        return True
    place = records[0].start
    for _ in range(_LEVELS_TO_NAME):
        if place < 0:
            return False
        attributes = tree.attributes[place]
        if is_of_thread(
            f"{tree.tags[place]} {attributes.get('class')} {attributes.get('id')} {attributes.get('itemtype')}"
        ):
            return True
        place = tree.parents[place]
    return False


def _looks_like_thread(comments: tuple[Comment, ...]) -> bool:
    """Tell whether most entries have an author and words: a list of files or versions has not."""
    named = sum(comment.author is not None for comment in comments)
    length = sum(len(comment.text) for comment in comments)
    return named >= _MOST_NAMED * len(comments) and length >= _SHORTEST_TEXT * len(comments)


def _find_records(page: bytes, parser: LexborHTMLParser) -> tuple[Tree, list[Record], Marked | None]:
    """Return the entries of a page, and the tree in which they stand: by a platform's marks, else mined.

    Ids of comments show in which part to mine; where there is nothing the whole page is mined.
    """
    body = parser.body or parser.root
    if body is None:
        return Tree(None), [], None
    region, numbered = find_region(parser)
    flat = Tree(region or body)
    platform = find_platform(page, region or body, flat)
    if platform is not None:
        whole = Tree(body) if region is not None else flat
        marked = find_marks(platform, parser, whole)
        if marked is not None:
            return whole, nest(whole, marked.entries), marked
    records = mine(flat, numbered)
    if not records and region is not None:
        flat = Tree(body)
        records = mine(flat, numbered)
    post = first_post(flat, records)
    return (flat, records, None) if post is None else (*_with_first(flat, records, post, numbered), None)


def _with_first(tree: Tree, records: list[Record], post: LexborNode, numbered: set[str]) -> tuple[Tree, list[Record]]:
    """Return the tree and the entries of a discussion with its first post, which stands above the others."""
    scope = Entries([post, tree.nodes[records[-1].start]]).scope
    whole = Tree(scope)
    found = mine(whole, numbered)
    place = next(at for at, node in enumerate(whole.nodes) if node.mem_id == post.mem_id)
    is_plain = all(record.end == whole.ends[record.start] and record.start >= whole.ends[place] for record in found)
    if len(found) != len(records) or not is_plain:
        return tree, records
    return whole, nest(whole, [place, *(record.start for record in found)])


def _comments(
    tree: Tree, records: list[Record], marked: Marked | None, language: str | None
) -> tuple[tuple[Comment, ...], list[Finding]]:
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
    repaired, findings = repair_replies(comments)
    open_order = sum(is_open for _, is_open in times)
    if open_order:
        message = f"{open_order} dates do not show whether the day or the month comes first; their times are left open"
        findings = (Finding("date_order_open", message), *findings)
    more = sum(field.has_more for field in fields)
    if more > 1 and 2 * more >= len(fields):
        message = f"{more} entries hold a second name with a later date: answers that are no entries of their own"
        findings = (Finding("unread_entries", message), *findings)
    elif held:
        message = (
            f"{len(held)} entries hold parts that are built like an entry: answers that are no entries of their own"
        )
        findings = (Finding("unread_entries", message), *findings)
    unread = sum(
        date.defect == "unknown_month" for field in fields for _, date in field.shown[:1] if not field.published
    )
    if unread:
        message = f"{unread} entries show no full date (unknown_month); their time stays empty"
        findings = (Finding("time_incomplete", message), *findings)
    if signed:
        message = f"{signed} entries end in lines that their authors put below all they wrote: these are left out"
        findings = (Finding("signatures", message), *findings)
    findings = (*find_open_texts(texts, authors), *findings)
    findings = (*_gaps(records, fields, empty), *findings)
    if removed:
        message = f"left out: {len(removed)} that only say that an entry was removed"
        findings = (Finding("removed_entries", message), *findings)
    if open_authors:
        message = f"the authors of {open_authors} entries are open: another part of them may as well hold the names"
        findings = (Finding("author_open", message), *findings)
    if differ and marked is not None:
        message = (
            f"{differ} authors or times differ between the marks of {marked.platform.name} and the page's template"
        )
        findings = (Finding("readings_differ", message), *findings)
    return repaired, list(findings)


def _removed(tree: Tree, records: list[Record], fields: list[Fields]) -> set[Record]:
    """Return the entries that are a notice of their removal: classes say so of what holds all their words."""
    places = tree.called("is_removed")
    removed = set()
    for record, field in zip(records, fields, strict=True) if places else ():
        parts = [places[bisect_left(places, first) : bisect_left(places, last)] for first, last in record.own()]
        text = "".join(field.text.split())
        if len(text) <= _LONGEST_NOTICE and any(text in "".join(tree.words(place).split()) for place in chain(*parts)):
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


def _signed_comments(parser: LexborHTMLParser) -> tuple[Comment, ...]:
    """Return the comments of a talk page, which are known by their signatures."""
    signed = read_signed(Tree(parser.css_first("#mw-content-text,.mw-parser-output") or parser.body))
    ids = [make_comment_id(each.shown[1].published, each.text) for each in signed]
    comments = [
        Comment(
            own, ids[each.parent] if each.parent is not None else None, each.author, each.shown[1].published, each.text
        )
        for own, each in zip(ids, signed, strict=True)
    ]
    return repair_replies(comments)[0]


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
