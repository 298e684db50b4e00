"""JSON of interfaces and archives whose truth is known: invented threads, in records as each interface defines them.

Fields are those of the public definitions, in any order, with others beside them; what is deleted, removed, a bot's or
a service's stands among the comments.
"""

import html
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.invented_threads import ZONE, Draft, Invented, Json, Sample, as_lines, as_text, zulu


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
            id=draft.known(f"U{draft.number}"),
            parent="root" if draft.parent is None else f"U{draft.parent}",
            text=draft.plain,
            author=draft.entry.author,
            author_id=f"UC{draft.number}",
            timestamp=draft.dated(int(draft.when.timestamp())),
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
                    time_parsed=draft.dated(draft.when.timestamp()),
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
