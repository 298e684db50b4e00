"""Saved HTML pages with comments: WordPress and its themes, Blogger, SPIP, Drupal, and unknown ones by their marks."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from selectolax.lexbor import LexborHTMLParser, LexborNode

from stance.pages.html._comments import make_comments
from stance.pages.html._decode import open_shadows, recode_page, refuse_hostile_markup, same_encoding
from stance.pages.html._embedded import read_embedded
from stance.pages.html._entries.firsts import first_post
from stance.pages.html._entries.marks import is_of_thread
from stance.pages.html._entries.mining import find_region, mine
from stance.pages.html._entries.platforms import Marked, find_marks, find_platform
from stance.pages.html._entries.records import Entries, Record, elements, nest
from stance.pages.html._entries.tree import Tree
from stance.pages.html._nothing import count_findings, explain_nothing
from stance.pages.html._post import read_declared, read_declared_anywhere, read_head, read_title, read_words
from stance.pages.html._signed import SIGN, read_signed
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
    comments, unsure = make_comments(flat, records, marked, head.language) if records else ((), [])
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
