"""Ids of threads and comments: the site's own words where there are any, else made so that they survive re-reading."""

import re
import unicodedata
from hashlib import sha256
from pathlib import PurePath

_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]{0,20}:)?//", re.IGNORECASE)
_NOT_WORD = re.compile(r"[\W_]+")
_SLUG_LENGTH = 80


def make_thread_id(url: str | None, title: str | None, source: str) -> str:
    """Return the id of a thread: its URL without scheme, fragment and trailing slash.

    Where no URL is known: a slug of the title, else of the file's name without its last suffix.

    >>> make_thread_id("https://example.org/2016/post/#comments", "A post", "saved.html")
    'example.org/2016/post'
    >>> make_thread_id(None, "Once Again: On Pages.", "saved.html")
    'once-again-on-pages'
    >>> make_thread_id(None, None, "pages/saved page.html")
    'saved-page'
    >>> make_thread_id("https://", " ", "???.html")
    'page'
    """
    if url:
        address = _SCHEME.sub("", "".join(url.split())).partition("#")[0].rstrip("/")
        if address:
            return unicodedata.normalize("NFC", address)
    return _slug(title or "") or _slug(PurePath(source).stem) or "page"


def make_comment_id(published: str | None, text: str) -> str:
    """Return the id of a comment whose page shows none: "text-" and 12 hex digits of its time and text.

    The same entry gets the same id whatever stands around it, however its lines are wrapped. Two entries
    that are alike get the same id; `stance.thread.repair_replies` tells them apart.

    >>> make_comment_id("2016-09-20T15:30", "Well  said.") == make_comment_id("2016-09-20T15:30", "Well said.")
    True
    """
    words = text if text.isascii() else unicodedata.normalize("NFC", text)
    flat = words.replace("\n\n", " ").replace("\n", " ")
    # the only printable white space is the blank: text that a reader has folded needs no splitting
    is_folded = flat.isprintable() and "  " not in flat and flat[:1] != " " and flat[-1:] != " "
    words = flat if is_folded else " ".join(words.split())
    fingerprint = sha256(f"{published or ''}|{words}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"text-{fingerprint[:12]}"


def _slug(words: str) -> str:
    folded = unicodedata.normalize("NFC", words).casefold()
    return _NOT_WORD.sub("-", folded)[:_SLUG_LENGTH].strip("-")
