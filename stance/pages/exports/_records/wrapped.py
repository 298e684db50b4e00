"""What a field holds that is an object or a list of its own: words in parts, times with their zone, persons, ids."""

import re
from typing import Any

from stance.pages.exports._records.slots import Record, name_of, text_of, time_of, word

_NAME_OF_A_PERSON = (
    *("displayname", "realname", "name", "username", "screenname", "login", "handle", "acct", "nickname", "nick"),
    *("fullname", "alias", "uname", "preferredusername", "uniqueid"),
)
_ID_OF_A_PERSON = ("id", "userid", "uid", "authorid", "did", "pk")
_WORDS = ("rendered", "text", "plain", "html", "body", "content", "message", "raw", "markdown", "value")
# what an editor keeps its paragraphs in, and calls them
_BLOCKS = ("paragraphs", "blocks", "children", "nodes", "bodymodel", "doc")
_PARAGRAPHS = {"p", "paragraph", "block", "unstyled"}
_DEEPEST = 12
_MOMENT = ("time", "timestamp", "seconds", "iso", "utc", "datetime", "date", "value")
# an object with one of these holds more than words: it may be the comment itself, and what it stands in a wrapper
_NOT_OF_WORDS = {"author", "user", "username", "authorid", "userid", "createdat", "created", "date"}
_NO_PARENT = frozenset({"0", "-1", "root", "null", "none", "nil", "false"})
_NOT_WORD = re.compile(r"[\W_]+")


def plain_key(key: str) -> str:
    """Return the name of a field in small letters alone.

    >>> plain_key("createdAt"), plain_key("created_at"), plain_key("Parent-ID")
    ('createdat', 'createdat', 'parentid')
    """
    return _NOT_WORD.sub("", key).lower()


def holds_words(value: Any) -> bool:
    """Tell whether a value is a text, an object around one, or a list of parts of one."""
    return isinstance(value, str) or _wrapped_words(value) is not None


def words_of(value: Any) -> str:
    """Return the words of a text, of an object around one, or of its parts.

    >>> words_of({"rendered": "<p>It should stay.</p>"}), words_of([{"type": "text", "text": "It should"}, " stay."])
    ('It should stay.', 'It should stay.')
    """
    found = _wrapped_words(value)
    return text_of(value if found is None else found)


def _wrapped_words(value: Any, depth: int = 0) -> str | None:
    """Return the words in an object or a list, None where there are none; blocks of an editor are paragraphs."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        parts = [part if isinstance(part, str) else _wrapped_words(part, depth + 1) for part in value]
        said = [part for part in parts if part]
        return ("\n\n" if any(map(_is_block, value)) else "").join(said) if said else None
    if not isinstance(value, dict):
        return None
    keys = {plain_key(key): key for key in reversed(value)}
    if _NOT_OF_WORDS & keys.keys():
        return None
    inside = [value[keys[name]] for name in _WORDS if name in keys]
    shown = next((part for part in inside if isinstance(part, str)), None)
    blocks = [part for part in inside if isinstance(part, list)]
    blocks += [value[keys[name]] for name in _BLOCKS if name in keys]
    return (
        shown if shown is not None else next(filter(None, (_wrapped_words(part, depth + 1) for part in blocks)), None)
    )


def _is_block(part: Any) -> bool:
    """Tell whether a part of an editor's text stands by itself: it holds parts, or its kind says so."""
    if not isinstance(part, dict):
        return False
    return any(isinstance(inside, list) for inside in part.values()) or str(part.get("type", "")).lower() in _PARAGRAPHS


def holds_time(value: Any) -> bool:
    """Tell whether a value may be a time, or an object around one."""
    return isinstance(value, str | int | float) or _is_wrapped(value) or _moment_in(value) is not None


def moment_of(value: Any) -> str | None:
    """Return the time of a value, or of what is wrapped in it.

    >>> moment_of({"time": 1538889971, "text": "3 years ago"})
    '2018-10-07T05:26:11+00:00'
    """
    value = _unwrapped(value)
    found = _moment_in(value)
    return time_of(value if found is None else found)


def _moment_in(value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    keys = {plain_key(key): key for key in reversed(value)}
    found = (value[keys[name]] for name in _MOMENT if name in keys)
    return next((moment for moment in found if isinstance(moment, str | int | float) and time_of(moment)), None)


def may_be_id(value: Any) -> bool:
    """Tell whether a value may be an id or a name, or an object that has one."""
    return isinstance(value, str | int | float | dict) and not isinstance(value, bool)


def id_of(value: Any) -> str:
    """Return an id, or that of an object."""
    value = _unwrapped(value)
    if isinstance(value, dict):
        known = ("id", "commentid", "messageid", "uri", "key")
        value = next((value[key] for key in value if plain_key(key) in known), None)
    return word(value)


def may_be_parent(value: Any) -> bool:
    """Tell whether a value may be the id of what is answered, or a list of all that is above it."""
    return may_be_id(value) or (isinstance(value, list) and all(isinstance(one, str | int) for one in value))


def parent_of(value: Any) -> str | None:
    """Return the id of what is answered, None where a word or number says that it is nothing.

    Of a list of all that is above a comment it is the last.
    """
    found = id_of(value[-1] if isinstance(value, list) and value else value)
    return None if found.lower() in _NO_PARENT or not found.strip("0-") else found


def person_of(value: Any) -> str | None:
    """Return the name of a person, or of an object that describes one."""
    value = _unwrapped(value)
    if isinstance(value, dict):
        return _name_in(value) or next((word(value[key]) for key in value if plain_key(key) in _ID_OF_A_PERSON), None)
    return name_of(value)


def described_person(record: Record) -> tuple[str, str] | None:
    """Return the id and the name of the person that an object describes, None where it describes none.

    >>> described_person({"id": 101, "first_name": "Reader", "last_name": "One"})
    ('101', 'Reader One')
    """
    own_id = next((found for key in record if plain_key(key) in _ID_OF_A_PERSON and (found := word(record[key]))), "")
    name = _name_in(record) if own_id else None
    return (own_id, name) if name else None


def _name_in(record: Record) -> str | None:
    keys = {plain_key(key): key for key in reversed(record)}
    shown = (name_of(record[keys[name]]) for name in _NAME_OF_A_PERSON if name in keys)
    if found := next(filter(None, shown), None):
        return found
    parts = (name_of(record[keys[name]]) for name in ("firstname", "lastname") if name in keys)
    return " ".join(filter(None, parts)) or None


def _is_wrapped(value: Any) -> bool:
    """Tell whether a value is wrapped as MongoDB does: {"$oid": "5f"}, {"$date": {"$numberLong": "1"}}."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("$")


def _unwrapped(value: Any) -> Any:
    for _ in range(3):
        if not _is_wrapped(value):
            break
        value = next(iter(value.values()))
    return value
