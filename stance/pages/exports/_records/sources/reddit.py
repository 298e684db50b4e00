"""Reddit: a thread's `.json`, the dumps of Pushshift and Arctic Shift, what PRAW gives."""

import re
from typing import Any

from stance.pages.exports._records.slots import Record, escaped_at, escaped_text, html_of, name_of, time_at, word
from stance.pages.exports._records.sources.source import Post, PostSource, Source, why_without_words

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_REDDITOR = re.compile(r"Redditor\(name='([^']*)'\)\Z")


def _is_reddit(record: Record) -> bool:
    if "body" not in record:
        return False
    if "link_id" in record or "subreddit" in record or "subreddit_id" in record:
        return True
    parent = record.get("parent_id")
    return isinstance(parent, str) and parent[:3] in ("t1_", "t3_")


def _reddit_id(value: Any) -> str:
    """Return an id without its kind; what is a number is the same in base 36."""
    if isinstance(value, str):
        return value[3:] if value[2:3] == "_" else value
    if isinstance(value, int) and not isinstance(value, bool):
        digits = ""
        while value > 0:
            value, digit = divmod(value, 36)
            digits = _DIGITS[digit] + digits
        return digits
    return ""


def _reddit_parent(record: Record) -> str | None:
    parent = record.get("parent_id")
    if isinstance(parent, str) and parent.startswith("t3_"):
        return None
    return _reddit_id(parent)


def _reddit_thread(record: Record) -> str | None:
    link = record.get("link_id")
    if not link:
        parent = record.get("parent_id")
        link = parent if isinstance(parent, str) and parent.startswith("t3_") else None
    return _reddit_id(link)


def _reddit_author(record: Record) -> str | None:
    author = record.get("author")
    if isinstance(author, dict):
        author = author.get("name")
    name = name_of(author)
    if name in ("None", "null", "nan"):
        return None  # what Python and pandas write for nobody
    printed = _REDDITOR.match(name) if name[-1:] == ")" else None
    return printed[1] if printed else name


def _reddit_left_out(record: Record) -> str | None:
    if record.get("distinguished") == "moderator" and record.get("author") == "AutoModerator":
        return "bot"
    return why_without_words(record.get("body"))


def _reddit_text(value: Any) -> str:
    return "" if why_without_words(value) else escaped_text(value)


_reddit_time = time_at("created_utc", "created")


def _reddit_about(record: Record) -> Post | None:
    """Return what a list of one person's comments says of the submissions that they answer."""
    if "link_title" not in record:
        return None
    return Post(html_of(record["link_title"]), "", word(record.get("link_permalink")))


def _reddit_url(record: Record) -> str:
    link = word(record.get("permalink"))
    return f"https://www.reddit.com{link}" if link.startswith("/") else link


SOURCES = (
    Source(
        "reddit",
        _is_reddit,
        text=escaped_at("body"),
        comment_id=lambda record: _reddit_id(record.get("id") or record.get("name")),
        parent_id=_reddit_parent,
        author=_reddit_author,
        published=_reddit_time,
        thread=_reddit_thread,
        replies=("replies", "_replies", "comments"),
        left_out=_reddit_left_out,
        about=_reddit_about,
    ),
)
POSTS = (
    PostSource(
        "reddit",
        lambda record: "selftext" in record and ("title" in record or "id" in record),
        thread=lambda record: _reddit_id(record.get("id") or record.get("name")),
        text=lambda record: _reddit_text(record.get("selftext")),
        url=_reddit_url,
        inside=("comments", "_comments", "replies"),
    ),
)
