"""What a page without a recognised thread probably is, and what to do about it."""

from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from stance.thread import Comment, Finding


class Loader(NamedTuple):
    """Whose script puts comments into pages, and the bytes that show it there."""

    name: str
    signs: tuple[bytes, ...]


LOADERS = (
    Loader("Disqus", (b"disqus_thread", b"disqus.com/embed")),
    Loader("Facebook", (b"fb-comments",)),
    Loader("Livefyre", (b"livefyre",)),
    Loader("IntenseDebate", (b"intensedebate.com",)),
    Loader("Coral", (b"coral_thread", b"coral_talk_stream", b"coral-stream")),
    Loader("OpenWeb", (b"spot.im/", b"data-spotim", b"openweb-conversation")),
    Loader("Viafoura", (b"viafoura",)),
    Loader("Hyvor Talk", (b"hyvor-talk", b"talk.hyvor.com")),
    Loader("Remark42", (b"remark42",)),
    Loader("Commento", (b'id="commento"', b"commento.js")),
    Loader("Isso", (b"isso-thread",)),
    Loader("giscus", (b"giscus.app",)),
    Loader("utterances", (b"utteranc.es",)),
    Loader("Cusdis", (b"cusdis_thread",)),
    Loader("Civil Comments", (b"civilcomments",)),
    Loader("HTML Comment Box", (b"htmlcommentbox.com",)),
    Loader("Muut", (b"muut.com",)),
    Loader("Vuukle", (b"vuukle",)),
)
_SHOW = "save the page again when they are shown, or take their export"
_FEW_WORDS = 40
_FEWEST_TEASERS = 3


def loader_of(page: bytes) -> str | None:
    """Return whose script puts comments into a page, None where none of those known here does."""
    return next((each.name for each in LOADERS if any(sign in page for sign in each.signs)), None)


def explain_nothing(page: bytes, parser: LexborHTMLParser, refused: int) -> Finding:
    """Return the finding of a page on which no thread is recognised. `refused`: entries alike that are no comments."""
    loader = loader_of(page)
    body = parser.body
    words = body.text(separator=" ").split() if body is not None else []
    if parser.css_first("frameset") is not None:
        found = "is a page of frames: save the frame in which the comments stand"
    elif loader is not None:
        found = f"loads its comments by a script of {loader}: {_SHOW}"
    elif parser.css_first("input[type=password i]") is not None and parser.css_first("textarea") is None:
        found = "asks for a password: save the page behind it"
    elif sum(map(len, words)) < _FEW_WORDS:
        found = f"is empty or filled by a script: {_SHOW}"
    elif refused:
        found = (
            f"holds a list: {refused} parts are alike, but nothing calls them comments and most show no author or no "
            "words; if they are comments, take an export"
        )
    elif len(parser.css(":is(h2,h3,article) a[href]")) >= _FEWEST_TEASERS and parser.css_first("textarea") is None:
        found = "is a list of posts: save the pages of the posts"
    else:
        found = (
            "is a post without comments, or with so few, undated ones that nothing shows them as a thread: if there "
            "are some, take an export"
        )
    return Finding("no_thread", f"no thread is recognised; the page probably {found}")


def count_findings(declared: int | None, comments: tuple[Comment, ...], page: bytes) -> list[Finding]:
    """Return the finding that a page declares another number of comments than are on it."""
    without_pings = sum(comment.kind == "comment" for comment in comments)
    if declared is None or declared in (len(comments), without_pings):
        return []
    message = f"the page declares {declared} comments, {len(comments)} are on it"
    if not comments:
        loader = loader_of(page)
        by = f" of {loader}" if loader else ""
        message += f"; they may be loaded by a script{by}: save the page when they are shown, or export them"
    return [Finding("declared_count_differs", message)]
