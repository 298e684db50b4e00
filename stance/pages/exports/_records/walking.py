"""From JSON values to comments: one walk through lists, answers in answers and what wraps them, for every source."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stance.pages.exports._records.gathering import Gatherer
from stance.pages.exports._records.shape import find_shape
from stance.pages.exports._records.slots import Record, html_of, text_of, value_at, word
from stance.pages.exports._records.sources import POSTS, SOURCES, Post, Source
from stance.pages.exports._records.wrapped import described_person, plain_key
from stance.pages.identity import make_comment_id

_TITLE = ("title", "headline", "subject")
_ADDRESS = ("url", "link", "permalink", "weburl", "webpageurl", "canonicalurl", "pageurl")
_LONGEST_TEXT = 1 << 24


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a file a value stands: the thread and the comment around it, and a post that was not yet described."""

    thread: str = ""
    parent: str | None = None
    post: Post | None = None


_NOWHERE = _Place()


class Walker:
    """Walks through the values of a file and gives what it finds to a gatherer; `source`, where it is known."""

    def __init__(self, gatherer: Gatherer, source: Source | None = None) -> None:
        self.gatherer = gatherer
        self._first = source
        self._last = source

    def walk(self, value: Any) -> int:
        """Give the comments and posts within a value to the gatherer; return how many records they were."""
        last = self._last
        if last is not None and isinstance(value, dict):
            # a line like the one before it, most often without answers in it
            if last.straight is not None and (fields := last.straight(value)) is not None:
                self.gatherer.add(*fields)
                return 1
            if not last.fits(value):
                return self._walk(value, _NOWHERE)
            inside = self._comment(value, last, _NOWHERE)
            return 1 + sum(self._walk(value, place) for value, place in inside) if inside else 1
        return self._walk(value, _NOWHERE)

    def _walk(self, value: Any, place: _Place) -> int:
        found = 0
        stack: list[tuple[Any, _Place]] = [(value, place)]
        while stack:
            value, place = stack.pop()
            if isinstance(value, list):
                self._count_strangers(value, place)
                stack.extend((item, place) for item in reversed(value))
            elif isinstance(value, dict):
                inside = self._record(value, place)
                if inside is None:
                    if (self._first is None or self._first.author_is_id) and (person := described_person(value)):
                        self.gatherer.people.setdefault(*person)
                    inside = list(self._wrapped(value, place))
                else:
                    found += 1
                stack.extend(reversed(inside))
        return found

    def _count_strangers(self, values: list[Any], place: _Place) -> None:
        """Count what stands among records and is none itself."""
        objects = [value for value in values if isinstance(value, dict)]
        known = [self._find_source(value) is not None for value in objects]
        if any(known) and not all(known):
            strangers = [
                value for value, is_known in zip(objects, known, strict=True) if not (is_known or _may_hold(value))
            ]
            if strangers:
                self.gatherer.leave_out(place.thread, "unrecognised", len(strangers))

    def _record(self, record: Record, place: _Place) -> list[tuple[Any, _Place]] | None:
        """Take an object as a comment or post; return what is to be walked within it, None where it is neither."""
        source = self._find_source(record)
        if source is not None:
            return self._comment(record, source, place)
        for kind in POSTS:
            if kind.fits(record):
                key = kind.thread(record) or place.thread
                self.gatherer.describe(key, kind.read(record))
                return [(record[name], _Place(key)) for name in kind.inside if name in record]
        if _stub(record, place, self.gatherer):
            return []
        return None

    def _find_source(self, record: Record) -> Source | None:
        if self._last is not None and self._last.fits(record):
            return self._last
        for source in SOURCES:
            if source.fits(record):
                self._last = source
                return source
        if any(kind.fits(record) for kind in POSTS):
            return None
        return find_shape(record)

    def _comment(self, record: Record, source: Source, place: _Place) -> list[tuple[Any, _Place]]:
        if self._first is None:
            self._first = source
            self.gatherer.format = source.name
            self.gatherer.in_order_of_time = source.in_order_of_time
            self.gatherer.named_by_address = source.named_by_address
            self.gatherer.parent_may_be_post = source.parent_may_be_post
            self.gatherer.author_is_id = source.author_is_id
            if not source.author_is_id:
                self.gatherer.people.clear()
            self.gatherer.by_ends = source.by_ends
        thread = source.thread(record) or place.thread
        own_id = source.comment_id(record) or ""
        if source.is_post is not None and source.is_post(record) and not (source.is_guessed and place != _NOWHERE):
            self.gatherer.describe(thread or own_id, _described(record, source))
            return _answers(record, source, _Place(thread or own_id))
        if place.post is not None:
            self.gatherer.describe(thread, place.post)
        elif source.about is not None and (about := source.about(record)) is not None:
            self.gatherer.describe(thread, about)
        why = source.left_out(record)
        if why:
            self.gatherer.leave_out(thread, why)
        else:
            text = source.text(record) or ""
            published = source.published(record)
            own_id = own_id or make_comment_id(published, text)
            parent = source.parent_id(record) or place.parent
            author = source.author(record) or None
            kind = "comment" if source.kind is None else source.kind(record)
            self.gatherer.add(thread, own_id, parent, author, published, text, kind)
        if source.missing is not None and (missing := source.missing(record)) > 0:
            self.gatherer.leave_out(thread, "missing", missing)
        if not any(map(record.get, source.replies)):
            return []
        return _answers(record, source, _Place(thread, own_id or place.parent))

    def _wrapped(self, record: Record, place: _Place) -> Iterator[tuple[Any, _Place]]:
        """Yield what stands in an object that is no record; one with a title is the post of the records in it."""
        title = _title(record)
        if title and not place.thread:
            keys = {plain_key(key): key for key in record}
            address = next((word(record[keys[name]]) for name in _ADDRESS if name in keys), "")
            own_text = next((text_of(record[keys[name]]) for name in ("text", "body", "content") if name in keys), "")
            key = word(record.get("id")) or address or title
            place = _Place(key, None, Post(title, own_text, address))
        for inside in record.values():
            if isinstance(inside, list | dict):
                yield inside, place


def _answers(record: Record, source: Source, place: _Place) -> list[tuple[Any, _Place]]:
    # what a post in Bluesky answers stands in it too
    return [
        (inside, _Place(place.thread) if name == "parent" else place)
        for name in source.replies
        if isinstance(inside := record.get(name), list | dict)
    ]


def _described(record: Record, source: Source) -> Post:
    about = (source.about(record) if source.about is not None else None) or Post()
    return Post(about.title or _title(record), source.text(record) or "", about.url)


def _title(record: Record) -> str:
    return next(
        (html_of(record[key]) for key in record if plain_key(key) in _TITLE and isinstance(record[key], str)), ""
    )


def _may_hold(record: Record) -> bool:
    """Tell whether there may be records within an object, or it stands for some that are not there."""
    return (
        any(isinstance(value, list | dict) for value in record.values()) or "notFound" in record or "blocked" in record
    )


def _stub(record: Record, place: _Place, gatherer: Gatherer) -> bool:
    """Take note of what stands in the place of comments that are not in the file; tell whether it was that."""
    if record.get("kind") == "more" and isinstance(record.get("data"), dict):
        count = value_at(record, "data.count")
        if isinstance(count, int) and count > 0:
            gatherer.leave_out(place.thread, "missing", count)
        return True
    if record.get("notFound") is True or record.get("blocked") is True:
        gatherer.leave_out(place.thread, "deleted" if record.get("notFound") else "unavailable")
        return True
    return False
