"""Known platforms as data: the marks of their entries and slots, read before anything is mined."""

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from stance.pages.html._entries.tree import Tree


class Platform(NamedTuple):
    """The marks of one platform. One of `signs` is in every page of it; the others are selectors.

    `author` and `time` may be "@name", an attribute of the entry itself. `takes_last`: of several in an entry the last
    counts, where an editor signs before the author.
    """

    name: str
    signs: tuple[bytes, ...]
    entry: str
    author: str
    time: str
    text: str
    takes_last: bool = False


PLATFORMS = (
    Platform("Hacker News", (b"comtr",), "tr.comtr", "a.hnuser", "span.age", ":is(.commtext,span.comment)"),
    Platform(
        "phpBB 3",
        (b"postbody",),
        "div.post[id^=p]",
        "p.author :is(strong,.username,.username-coloured)",
        "p.author",
        ".postbody .content",
    ),
    Platform("vBulletin 4", (b"postcontainer",), "li.postcontainer", ".username", ".postdate", ".postcontent"),
    Platform(
        "vBulletin 3", (b"post_message_",), "table[id^=post]", "a.bigusername", "td.thead", "div[id^=post_message_]"
    ),
    Platform("vBulletin 5", (b"b-post",), "li.b-post", ".author a", "time", ".js-post__content-text"),
    Platform(
        "XenForo 2",
        (b"message--post",),
        "article.message--post",
        ".message-name",
        ".message-attribution time",
        ".message-body .bbWrapper",
    ),
    Platform("XenForo 1", (b"messageText",), "li.message", "@data-author", ".messageMeta .DateTime", ".messageText"),
    Platform(
        "Stack Exchange",
        (b"comment-copy", b'"answer-'),
        ":is(div.answer,.comment[id])",
        ":is(.user-details>a,.comment-user)",
        ":is(.user-action-time [title],.comment-date [title])",
        ":is(.post-text,.answer .js-post-body,.comment-copy)",
        takes_last=True,
    ),
    Platform(
        "Discourse",
        (b"crawler-post",),
        ".crawler-post",
        ".creator :is([itemprop=name])",
        "time.post-time",
        ".post[itemprop=text]",
    ),
    Platform("Discourse", (b"data-post-id",), "article[data-post-id]", ".names a", ".post-date [data-time]", ".cooked"),
    Platform("Reddit", (b"id-t1_",), ".thing.comment", ".tagline .author", ".tagline time", ".usertext-body .md"),
    Platform("Reddit", (b"shreddit-comment",), "shreddit-comment", "@author", "@created", "[slot=comment]"),
    Platform(
        "Livefyre",
        (b"fyre-comment",),
        "article.fyre-comment-article",
        ".fyre-comment-username",
        ".fyre-comment-date",
        ".fyre-comment",
    ),
    Platform("Disqus", (b"post-message",), "li.post", ".author", ".time-ago", ".post-message"),
)
# the tags and classes that each selector of an entry asks for, by alternative
_NAME = re.compile(r"(?:^|\.)([\w-]+)")
_CALLED = [
    (
        platform,
        [{name.lower() for name in _NAME.findall(each)} for each in platform.entry.removeprefix(":is(").split(",")],
    )
    for platform in PLATFORMS
]
_TEXTS = ",".join(platform.text for platform in PLATFORMS)
_COLUMNS = ("author", "time", "text")


class Marked(NamedTuple):
    """Where a platform's marks stand in a page: entries, and for each slot its elements, in the order of the page."""

    platform: Platform
    entries: list[int]
    slots: dict[str, list[int]]


def find_platform(page: bytes, region: LexborNode, tree: Tree) -> Platform | None:
    """Return the known platform that made a page, None where none did: one of its signs and an entry must be there.

    `tree`: the elements of the region, whose names tell what need not be searched for.
    """
    names = {name for kind in set(tree.kinds) for name in (kind.tag, *kind.classes.split())}
    for platform, called in _CALLED:
        if not any(each <= names for each in called) or region.css_first(platform.entry) is None:
            continue
        if any(sign in page for sign in platform.signs):
            return platform if region.css_first(_TEXTS) is not None else None
    return None


def find_marks(platform: Platform, parser: LexborHTMLParser, tree: Tree) -> Marked | None:
    """Return where the marks of a platform stand in a page, None where no entry does."""
    places = {node.mem_id: place for place, node in enumerate(tree.nodes)}

    def found(selector: str) -> list[int]:
        return sorted({places[node.mem_id] for node in parser.css(selector) if node.mem_id in places})

    entries = found(platform.entry)
    if not entries:
        return None
    selectors = ((name, getattr(platform, name)) for name in _COLUMNS)
    slots = {name: [] if each.startswith("@") else found(each) for name, each in selectors}
    return Marked(platform, entries, slots)
