"""Invented threads as exports hold them: names and words that a careless reader changes, what is gone among the rest,
and records that lack a name, a time or a number, as real exports do.
"""

import html
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

from benchmarks.generated_entries import LANGUAGES, Entry, make_entries, make_sentence
from benchmarks.generated_html import Truth

Json = dict[str, Any]
ZONE = timezone(timedelta(hours=2))
_LINE = "\n"
MAY_LACK_NAMES = {
    *("rest", "youtube", "yt-dlp", "telegram", "convokit", "discourse", "disqus", "wxr", "disqus, XML", "feeds"),
    "movable_type",
}
MAY_LACK_TIMES = {"yt-dlp", "youtube-comment-downloader", "convokit", "wxr", "feeds", "movable_type"}
MAY_LACK_IDS = {"yt-dlp", "wxr", "feeds"}
_HARD_NAMES = (
    "Reader & Co.",
    "O'Reader 7",
    "Élise Lectrice",
    "читатель-1",
    "読者",
    "Reader \U0001f6a2",
    "reader.1@home",
)
_HARD_WORDS = (
    *(
        "if a < b && c > d then stop",
        "I <3 ferries & tea",
        "Write &amp; for an ampersand",
        "a <b>bold</b> tag, as typed",
    ),
    *("See https://example.org/?a=1&b=2#c", "> so you say", "- one\n- two\n- three", "[removed] is what it said"),
    *(
        "2016-09-20 15:30",
        '{"json": [1, 2]}',
        "渡し船は遅れた。",
        "Ça va? «Oui» – non…",
        "\U0001f44d\U0001f3fd",
        "1) yes\n2) no",
    ),
)


class Sample(NamedTuple):
    """An export: the name of its file, its bytes and what is in it."""

    name: str
    data: bytes
    truth: list[Truth]


@dataclass(frozen=True, slots=True)
class Draft:
    """One record: its number from 1 on, the comment that it is, and whether it is a comment no more."""

    number: int
    entry: Entry
    gone: bool
    has_time: bool = True
    has_id: bool = True

    def dated(self, shown: Any) -> Any:
        """Return how an export shows the time, None where it lacks it."""
        return shown if self.has_time else None

    def known(self, shown: Any) -> Any:
        """Return how an export shows the number, None where it lacks it."""
        return shown if self.has_id else None

    @property
    def when(self) -> datetime:
        """The moment, in UTC."""
        return self.entry.when.replace(tzinfo=UTC)

    @property
    def plain(self) -> str:
        """The words with empty lines between paragraphs."""
        return "\n\n".join(self.entry.paragraphs)

    @property
    def marked(self) -> str:
        """The words as HTML."""
        return "".join(f"<p>{html.escape(words).replace(_LINE, '<br>' + _LINE)}</p>" for words in self.entry.paragraphs)

    @property
    def parent(self) -> int | None:
        """The number of the comment that is answered."""
        return None if self.entry.parent is None else self.entry.parent + 1


class Invented:
    """An invented thread: its comments in order of time, those that are gone behind what they answer, and its title."""

    def __init__(self, code: str, seed: int, name: str, deepest: int) -> None:
        self.pick = random.Random(f"{name}-{code}-{seed}")
        language = LANGUAGES[code]
        entries = make_entries(self.pick, language, self.pick.choice((4, 7, 12, 25)), deepest > 1, max(2, deepest))
        entries = [self._harder(entry, name in MAY_LACK_NAMES) for entry in entries]
        self.title = make_sentence(self.pick, language, "")
        answered = {entry.parent for entry in entries}
        self.drafts = [
            Draft(
                place + 1,
                entry,
                False,
                has_time=name not in MAY_LACK_TIMES or self.pick.random() > 0.1,
                has_id=name not in MAY_LACK_IDS or place in answered or self.pick.random() > 0.1,
            )
            for place, entry in enumerate(entries)
        ]
        for number in range(len(entries) + 1, len(entries) + 1 + self.pick.randrange(3)):
            of = self.pick.randrange(len(entries))
            above = of if deepest > 2 or (deepest == 2 and entries[of].parent is None) else None
            gone = Entry("reader-0", entries[of].when + timedelta(minutes=1), [f"Gone {number}."], above)
            self.drafts.append(Draft(number, gone, True))

    def _harder(self, entry: Entry, nameless: bool) -> Entry:
        """Return an entry, now and then without a name, or with a name or words that a careless reader changes."""
        author = self.pick.choice(_HARD_NAMES) if self.pick.random() < 0.15 else entry.author
        hard = [self.pick.choice(_HARD_WORDS)] if self.pick.random() < 0.25 else []
        author = "" if nameless and self.pick.random() < 0.1 else author
        return replace(entry, author=author, paragraphs=[*entry.paragraphs, *hard])

    def record(self, **fields: Any) -> Json:
        """Return fields in any order, and fields that nobody knows between them."""
        found = [*fields.items(), ("flair_kind", None), ("awards", []), ("reach", {"n": 3}), ("points", 7)]
        self.pick.shuffle(found)
        return dict(found)

    def shuffled(self, records: list[Json]) -> list[Json]:
        """Return records in any order, every second time."""
        if self.pick.random() < 0.5:
            self.pick.shuffle(records)
        return records

    def truth(self) -> list[Truth]:
        """Return what the comments are, in the order of their numbers."""
        return [
            Truth(draft.entry.author or None, draft.dated(draft.when.isoformat()), draft.plain, draft.entry.parent)
            for draft in self.drafts
            if not draft.gone
        ]

    def tree(self, make: Callable[[Draft, list[Json]], Json], above: int | None = None) -> list[Json]:
        """Return records with those of their answers inside."""
        below = [draft for draft in self.drafts if draft.parent == above]
        return [make(draft, self.tree(make, draft.number)) for draft in below]


def zulu(when: datetime, digits: str = "") -> str:
    """Return a moment in ISO 8601 with a Z, behind `digits` of a second."""
    return f"{when:%Y-%m-%dT%H:%M:%S}{digits}Z"


def as_text(value: Any) -> bytes:
    """Return a document of JSON."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def as_lines(values: list[Json]) -> bytes:
    """Return one record a line."""
    return "".join(json.dumps(value) + "\n" for value in values).encode()
