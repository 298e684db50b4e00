"""JSON of interfaces and archives whose truth is known: invented threads, in records as each interface defines them.

Fields are those of the public definitions, in any order, with others beside them; what is deleted, removed, a bot's or
a service's stands among the comments.
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
_MAY_LACK_NAMES = {"rest", "yt-dlp", "telegram", "wxr", "disqus, XML", "feeds", "movable_type"}
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
        entries = [self._harder(entry, name in _MAY_LACK_NAMES) for entry in entries]
        self.title = make_sentence(self.pick, language, "")
        self.drafts = [Draft(number, entry, False) for number, entry in enumerate(entries, 1)]
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
            Truth(draft.entry.author or None, draft.when.isoformat(), draft.plain, draft.entry.parent)
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


def _reddit_record(thread: Invented, draft: Draft) -> Json:
    above = "t3_p7x" if draft.parent is None else f"t1_c{draft.parent}"
    words = thread.pick.choice(("[deleted]", "[removed]")) if draft.gone else html.escape(draft.plain, quote=False)
    second: Any = int(draft.when.timestamp())
    return thread.record(
        id=f"c{draft.number}",
        author="[deleted]" if draft.gone else draft.entry.author,
        body=words,
        created_utc=thread.pick.choice((second, str(second), float(second))),
        link_id="t3_p7x",
        parent_id=above,
        subreddit="ferries",
        distinguished=None,
        edited=False,
        permalink=f"/r/ferries/comments/p7x/_/c{draft.number}/",
    )


def _reddit_lines(thread: Invented) -> Sample:
    records = thread.shuffled([_reddit_record(thread, draft) for draft in thread.drafts])
    bot = thread.record(
        id="b1", author="AutoModerator", body="I am a bot.", created_utc=1_400_000_000, link_id="t3_p7x"
    )
    records.append({**bot, "parent_id": "t3_p7x", "distinguished": "moderator"})
    return Sample("comments.ndjson", as_lines(records), thread.truth())


def _reddit_thread(thread: Invented) -> Sample:
    def make(draft: Draft, answers: list[Json]) -> Json:
        more = {"kind": "more", "data": {"count": 0, "children": [], "id": "_"}}
        listing = {"kind": "Listing", "data": {"children": [*answers, more], "after": None}} if answers else ""
        data = {**_reddit_record(thread, draft), "replies": listing, "body_html": draft.marked}
        return {"kind": "t1", "data": {**data, "created_utc": float(draft.when.timestamp())}}

    post = {"id": "p7x", "title": thread.title, "selftext": "", "author": "reader-1", "num_comments": 3}
    whole = [
        {"kind": "Listing", "data": {"children": [{"kind": "t3", "data": post}]}},
        {"kind": "Listing", "data": {"children": thread.tree(make)}},
    ]
    return Sample("thread.json", as_text(whole), thread.truth())


def _rest(thread: Invented) -> Sample:
    records = [
        thread.record(
            id=draft.number,
            post=7,
            parent=draft.parent or 0,
            author=0,
            author_name=draft.entry.author,
            author_url="",
            date=f"{draft.when.astimezone(ZONE):%Y-%m-%dT%H:%M:%S}",
            date_gmt=f"{draft.when:%Y-%m-%dT%H:%M:%S}",
            content={"rendered": draft.marked},
            link=f"https://example.org/2016/post/#comment-{draft.number}",
            status="hold" if draft.gone else "approved",
            type="comment",
            author_avatar_urls={"24": "https://example.org/a.png"},
            meta=[],
        )
        for draft in thread.drafts
    ]
    return Sample("comments.json", as_text(thread.shuffled(records)), thread.truth())


def _youtube_comment(thread: Invented, draft: Draft) -> Json:
    snippet = thread.record(
        videoId="v7",
        textDisplay=html.escape(draft.plain).replace("\n", "<br>"),
        textOriginal=draft.plain,
        authorDisplayName=draft.entry.author,
        authorChannelId={"value": f"UC{draft.number}"},
        publishedAt=zulu(draft.when),
        updatedAt=zulu(draft.when + timedelta(days=2)),
        **({} if draft.parent is None else {"parentId": f"U{draft.parent}"}),
    )
    return {"kind": "youtube#comment", "etag": "e", "id": f"U{draft.number}", "snippet": snippet}


def _youtube(thread: Invented) -> Sample:
    drafts = [draft for draft in thread.drafts if not draft.gone]
    items = []
    for draft in drafts:
        if draft.parent is not None:
            continue
        below = [_youtube_comment(thread, other) for other in drafts if other.parent == draft.number]
        top = _youtube_comment(thread, draft)
        snippet = {"videoId": "v7", "topLevelComment": top, "canReply": True, "totalReplyCount": len(below)}
        item = {"kind": "youtube#commentThread", "id": top["id"], "snippet": snippet}
        items.append({**item, "replies": {"comments": below[::-1]}} if below else item)
    pages = {"kind": "youtube#commentThreadListResponse", "pageInfo": {"totalResults": 3}, "items": items}
    return Sample("threads.json", as_text(pages), thread.truth())


def _yt_dlp(thread: Invented) -> Sample:
    comments = [
        thread.record(
            id=f"U{draft.number}",
            parent="root" if draft.parent is None else f"U{draft.parent}",
            text=draft.plain,
            author=draft.entry.author,
            author_id=f"UC{draft.number}",
            timestamp=int(draft.when.timestamp()),
            like_count=2,
            is_favorited=False,
        )
        for draft in thread.drafts
        if not draft.gone
    ]
    video = {"id": "v7", "title": thread.title, "extractor": "youtube", "comment_count": len(comments)}
    return Sample("v7.info.json", as_text({**video, "comments": thread.shuffled(comments)}), thread.truth())


def _downloader(thread: Invented) -> Sample:
    records = []
    for draft in thread.drafts:
        if not draft.gone:
            above = "" if draft.parent is None else f"U{draft.parent}."
            records.append(
                thread.record(
                    cid=f"{above}U{draft.number}",
                    text=draft.plain,
                    time="3 years ago",
                    author=draft.entry.author,
                    channel=f"UC{draft.number}",
                    votes="2",
                    reply=bool(above),
                    time_parsed=draft.when.timestamp(),
                )
            )
    return Sample("comments.json", as_lines(thread.shuffled(records)), thread.truth())


JSON_FORMATS: dict[str, tuple[int, Callable[[Invented], Sample]]] = {
    # how deep answers go, and who writes the file
    "reddit, lines": (8, _reddit_lines),
    "reddit, a thread": (8, _reddit_thread),
    "rest": (8, _rest),
    "youtube": (2, _youtube),
    "yt-dlp": (2, _yt_dlp),
    "youtube-comment-downloader": (2, _downloader),
}
