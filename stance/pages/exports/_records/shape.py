"""Comment records of sources that nobody listed: known by their shape, whatever their fields are called.

A record has a text and, of id, author and time, either the id and one other or both others. The names are those that
interfaces of comments use for these; case and underscores do not count. A field of another name is taken by what its
name ends with, as in `commenting_user`, where text, author and time are then all there; a finding says so.
"""

from collections.abc import Callable, Mapping
from typing import Any

from stance.pages.exports._records.fields import (
    AUTHOR,
    ID,
    IDS_OF_PEOPLE,
    PARENT,
    TEXT,
    THREAD,
    TIME,
    find_by_end,
    find_field,
)
from stance.pages.exports._records.slots import Record, Slot, word
from stance.pages.exports._records.sources.source import Source, why_without_words
from stance.pages.exports._records.wrapped import (
    holds_time,
    holds_words,
    id_of,
    may_be_id,
    may_be_parent,
    moment_of,
    parent_of,
    person_of,
    plain_key,
    words_of,
)

_REPLIES = {
    *("comment", "suggestedanswer", "acceptedanswer"),
    *("replies", "reply", "children", "comments", "answers", "responses", "subcomments", "childcomments"),
    *("subreplies", "nestedcomments", "kids", "replieslist", "childs", "descendants"),
}
_GONE = (
    (("isdeleted", "deleted", "delete", "userdeleted", "wasdeleted"), "deleted"),
    (("isremoved", "removed", "isblocked"), "removed"),
    (("isspam", "spam"), "spam"),
    (("isbot", "bot"), "bot"),
    (("issystem", "system"), "service"),
)
# WordPress keeps this in a column of its tables
_STATES = {"0": "held", "hold": "held", "spam": "spam", "trash": "trashed", "post-trashed": "trashed"}
_LONGEST_NAME = 80
_TITLES = {"title", "headline", "subject"}
_MAY_NAME_THINGS = {"name", "Name", "owner", "profile", "account"}
_shapes: dict[tuple[tuple[str, type], ...], Source | None] = {}
_MOST_SHAPES = 1_000


def find_shape(record: Record) -> Source | None:
    """Return the fields of a record as a source, None where it is no comment by its shape."""
    signature = tuple((key, type(value)) for key, value in record.items())
    if signature not in _shapes:
        if len(_shapes) > _MOST_SHAPES:
            _shapes.clear()
        _shapes[signature] = _make_shape(record)
    return _shapes[signature]


def make_named_shape(columns: Mapping[str, str]) -> Source:
    """Return the source of records whose fields are named: the field of each word of `COMMENT_COLUMNS`."""
    text = columns["text"]
    return Source(
        "table",
        lambda record: True,
        text=_slot(text, words_of),
        comment_id=_slot(columns.get("comment_id"), id_of),
        parent_id=_slot(columns.get("parent_id"), parent_of),
        author=_slot(columns.get("author"), person_of),
        published=_slot(columns.get("published"), moment_of),
        thread=_slot(columns.get("thread_id"), id_of),
        replies=(),
        parent_may_be_post=True,
        left_out=_gone(text, []),
    )


def _make_shape(record: Record) -> Source | None:
    keys: dict[str, str] = {}
    for key in record:
        keys.setdefault(plain_key(key), key)
    text = find_field(record, keys, TEXT, holds_words, set()) or find_by_end(record, "text", _is_text, set())
    if text is None:
        return None
    taken: set[str | None] = {text}
    own_id = find_field(record, keys, ID, _has_id, taken)
    parent = find_field(record, keys, PARENT, may_be_parent, taken | {own_id})
    time = find_field(record, keys, TIME, holds_time, taken)
    author = find_field(record, keys, AUTHOR, may_be_id, taken | {own_id, parent, time})
    is_usual = plain_key(text) in TEXT and sum(key is not None for key in (own_id, author, time)) >= 2
    listed = {own_id, parent, time, author} | ({text} if plain_key(text) in TEXT else set())
    taken |= listed
    time = time or find_by_end(record, "time", _is_time, taken)
    author = author or find_by_end(record, "author", _is_name, taken)
    if not is_usual and (author is None or time is None):
        return None
    own_id = own_id or find_by_end(record, "id", _has_id, taken)
    parent = parent or find_by_end(record, "parent", may_be_parent, taken | {own_id})
    thread = find_field(record, keys, THREAD, may_be_id, taken | {own_id, parent})
    # things have an id and a name too, and articles an id, a title and a date
    if (author in _MAY_NAME_THINGS and time is None) or (author is None and parent is None and _TITLES & keys.keys()):
        return None
    return Source(
        "records",
        lambda record: True,
        text=_slot(text, words_of),
        comment_id=_slot(own_id, id_of),
        parent_id=_slot(parent, parent_of),
        author=_slot(author, person_of),
        published=_slot(time, moment_of),
        thread=_slot(thread, id_of),
        replies=tuple(key for name, key in keys.items() if name in _REPLIES),
        # what has a title and holds comments is what they answer
        is_post=(lambda record: True) if "comments" in keys and _TITLES & keys.keys() else None,
        parent_may_be_post=True,
        is_guessed=True,
        author_is_id=author is not None and plain_key(author) in IDS_OF_PEOPLE,
        by_ends=() if is_usual else tuple(key for key in (text, author, time) if key is not None and key not in listed),
        left_out=_gone(
            text,
            [(keys[name], why) for names, why in _GONE for name in names if name in keys],
            keys.get("commentapproved"),
        ),
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_name(value: Any) -> bool:
    return bool(person_of(value)) if isinstance(value, dict) else _is_text(value) and len(value) <= _LONGEST_NAME


def _is_time(value: Any) -> bool:
    return holds_time(value) and moment_of(value) is not None


def _has_id(value: Any) -> bool:
    return bool(id_of(value))


def _slot(key: str | None, read: Callable[[Any], str | None]) -> Slot:
    return lambda record: None if key is None or (value := record.get(key)) is None else read(value)


def _gone(text: str, flags: list[tuple[str, str]], state: str | None = None) -> Slot:
    def left_out(record: Record) -> str | None:
        why = next((why for key, why in flags if record.get(key) in (True, 1, "true", "True")), None)
        why = why or (_STATES.get(word(record.get(state))) if state else None)
        return why or why_without_words(record.get(text))

    return left_out
