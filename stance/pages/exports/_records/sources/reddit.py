"""Reddit: a thread's `.json`, the dumps of Pushshift and Arctic Shift, what PRAW gives."""

import re
from typing import Any

from stance.pages.exports._records.slots import (
    Record,
    escaped_at,
    escaped_text,
    html_of,
    name_of,
    since_1970,
    time_at,
    word,
)
from stance.pages.exports._records.sources.source import Fields, Post, PostSource, Source, why_without_words

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


_MARKS_OF_NOBODY = ("[", "None", "null", "nan")


def _archived_comment(record: Record) -> Fields | None:
    """Return the fields of a comment as archives have nearly all of them, None where anything is to be looked at."""
    try:
        body, author, own_id = record["body"], record["author"], record["id"]
        link, parent, second = record["link_id"], record["parent_id"], record["created_utc"]
    except KeyError:
        return None
    if not (type(body) is type(author) is type(own_id) is type(link) is type(parent) is str and type(second) is int):
        return None
    get = record.get
    if (
        not (author.isascii() and author.isprintable() and own_id and link[:3] == "t3_")
        or own_id[2:3] == "_"
        or body[:1] == "["
        or " " in author
        or "&" in author
        or author[-1:] == ")"
        or author.startswith(_MARKS_OF_NOBODY)
        or get("distinguished") == "moderator"
        or get("replies")
        or get("_replies")
        or get("comments")
        or "link_title" in record
    ):
        return None
    answered = None if parent[:3] == "t3_" else (parent[3:] if parent[2:3] == "_" else parent) or None
    return link[3:], own_id, answered, author or None, since_1970(second), escaped_text(body)


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
        straight=_archived_comment,
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
