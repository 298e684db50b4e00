"""What is known of one source of comment records: how a record is told, and which of its fields mean what."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from stance.pages.exports._records.slots import Record, Slot, html_of, value_at, word_at

# thread, id, id of what is answered, author, time, text
Fields: TypeAlias = tuple[str, str, str | None, str | None, str | None, str]


def nothing(record: Record) -> None:
    """Return None: the slot that a source does not have."""


_own_id, _own_title = word_at("id"), word_at("title")


@dataclass(frozen=True, slots=True)
class Source:
    """One source of comment records: `name` as in `Thread.format`, how to know a record, and its slots.

    `fits` tells whether an object is a record of this source. `thread` is the key of the thread, where the record says
    it. `replies` are the places of nested records; nothing else in a record is looked at. `left_out` gives the reason
    why a record is no comment. `about` gives what a record says of the post. `missing` counts the answers that a
    record declares and does not hold. `is_post`: whether a record is what the others answer. `in_order_of_time`:
    whether the file's order is none. `named_by_address`: whether the thread's id is the address of its page.
    `parent_may_be_post`: whether a comment may name the post as what it answers, by an id of the same kind.
    `is_guessed`: whether the fields are known by their names alone. `author_is_id`: whether `author` is the id of a
    person whom the file describes elsewhere. `by_ends`: the fields that were taken by what their names end with, where
    without them it would be no comment. `straight` gives at once what `Gatherer.add` takes of a record of the usual
    form, outside of anything, and None of any other: there may be millions, and asking slot by slot takes four times
    as long.
    """

    name: str
    fits: Callable[[Record], bool]
    text: Slot
    comment_id: Slot = _own_id
    parent_id: Slot = nothing
    author: Slot = nothing
    published: Slot = nothing
    thread: Slot = nothing
    replies: tuple[str, ...] = ("replies",)
    left_out: Slot = nothing
    kind: Callable[[Record], Literal["comment", "ping"]] | None = None
    about: "Callable[[Record], Post | None] | None" = None
    missing: Callable[[Record], int] | None = None
    is_post: Callable[[Record], bool] | None = None
    in_order_of_time: bool = False
    named_by_address: bool = False
    parent_may_be_post: bool = False
    is_guessed: bool = False
    author_is_id: bool = False
    by_ends: tuple[str, ...] = ()
    straight: "Callable[[Record], Fields | None] | None" = None


@dataclass(frozen=True, slots=True)
class Post:
    """What a file says of the post that comments answer."""

    title: str = ""
    text: str = ""
    url: str = ""
    declared: int | None = None


@dataclass(frozen=True, slots=True)
class PostSource:
    """One kind of object that is the post of a thread; `inside` are the places of its comments."""

    name: str
    fits: Callable[[Record], bool]
    thread: Slot
    title: Slot = _own_title
    text: Slot = nothing
    url: Slot = nothing
    declared: Callable[[Record], Any] = nothing
    inside: tuple[str, ...] = ()

    def read(self, record: Record) -> Post:
        """Return what an object says of the post that it is."""
        declared = self.declared(record)
        return Post(
            title=html_of(self.title(record) or ""),
            text=self.text(record) or "",
            url=self.url(record) or "",
            declared=declared if isinstance(declared, int) and not isinstance(declared, bool) else None,
        )


def has(*paths: str) -> Callable[[Record], bool]:
    """Return the test whether an object has something, be it null, at every one of these paths."""
    plain = [path for path in paths if "." not in path]
    nested = [path.rpartition(".") for path in paths if "." in path]

    def fits(record: Record) -> bool:
        return all(key in record for key in plain) and all(
            isinstance(above := value_at(record, path), dict) and key in above for path, _, key in nested
        )

    return fits


def either(*tests: Callable[[Record], bool]) -> Callable[[Record], bool]:
    """Return the test whether one of the tests holds."""
    return lambda record: any(test(record) for test in tests)


def flagged(**reasons: str) -> Slot:
    """Return the slot of the reason whose flag is true; a flag "is_deleted" is a key, "account__bot" a path."""
    paths = [(flag.replace("__", "."), why) for flag, why in reasons.items()]

    def left_out(record: Record) -> str | None:
        return next((why for path, why in paths if value_at(record, path) in (True, 1, "true")), None)

    return left_out


_NO_WORDS = {
    "[deleted]": "deleted",
    "[removed]": "removed",
    "[unavailable]": "unavailable",
    "[ removed by reddit ]": "removed",
    "[ removed by moderator ]": "removed",
    "[deleted by user]": "deleted",
}


def why_without_words(text: Any) -> str | None:
    """Return "deleted" or "removed" where a text is nothing but the mark that says so."""
    return _NO_WORDS.get(text.strip().lower()) if isinstance(text, str) and text[:1] == "[" else None
