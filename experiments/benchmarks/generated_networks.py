"""JSON of networks, forums and chats whose truth is known, written as `generated_exports` writes that of archives."""

import html
from collections.abc import Callable
from typing import Any

from benchmarks.generated_exports import ZONE, Draft, Invented, Json, Sample, as_lines, as_text, zulu


def _telegram(thread: Invented) -> Sample:
    messages = []
    for draft in thread.drafts:
        first, *rest = draft.entry.paragraphs
        parts: Any = [{"type": "bold", "text": first}, *("\n\n" + words for words in rest)]
        message = thread.record(
            id=draft.number,
            type="service" if draft.gone else "message",
            date=f"{draft.when.astimezone(ZONE):%Y-%m-%dT%H:%M:%S}",
            date_unixtime=str(int(draft.when.timestamp())),
            text="" if draft.gone else thread.pick.choice((parts, draft.plain)),
            text_entities=[],
        )
        if draft.gone:
            message |= {"actor": "reader-0", "actor_id": "user0", "action": "join_group_by_link"}
        else:
            message |= {"from": draft.entry.author, "from_id": f"user{draft.number}"}
        messages.append(message if draft.parent is None else {**message, "reply_to_message_id": draft.parent})
    chat = {"name": thread.title, "type": "public_supergroup", "id": 77, "messages": messages}
    return Sample("result.json", as_text(chat), thread.truth())


def _mastodon(thread: Invented) -> Sample:
    statuses = [
        thread.record(
            id=str(900 + draft.number),
            created_at=zulu(draft.when, ".000"),
            in_reply_to_id=str(900 + (draft.parent or 0)),
            content=draft.marked,
            account={"id": "1", "username": "x", "acct": draft.entry.author, "display_name": "A", "bot": draft.gone},
            reblog=None,
            visibility="public",
            language="en",
        )
        for draft in thread.drafts
    ]
    return Sample("context.json", as_text({"ancestors": [], "descendants": statuses}), thread.truth())


def _bluesky(thread: Invented) -> Sample:
    root = "at://did:plc:p/app.bsky.feed.post/0"
    view = "app.bsky.feed.defs#threadViewPost"

    def make(draft: Draft, answers: list[Json]) -> Json:
        uri = f"at://did:plc:r/app.bsky.feed.post/{draft.number}"
        if draft.gone:
            return {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri, "notFound": True}
        above = root if draft.parent is None else f"at://did:plc:r/app.bsky.feed.post/{draft.parent}"
        record = thread.record(
            **{"$type": "app.bsky.feed.post", "reply": {"root": {"uri": root}, "parent": {"uri": above}}},
            createdAt=zulu(draft.when, ".123"),
            text=draft.plain,
        )
        post = thread.record(
            uri=uri,
            cid="c",
            author={"did": "did:plc:r", "handle": draft.entry.author, "displayName": "A"},
            record=record,
            indexedAt=zulu(draft.when, ".900"),
        )
        return {"$type": view, "post": post, "replies": answers}

    said = {"$type": "app.bsky.feed.post", "text": thread.title, "createdAt": "2010-01-01T00:00:00.000Z"}
    post = {"uri": root, "author": {"did": "did:plc:p", "handle": "reader-1"}, "record": said}
    whole = {"thread": {"$type": view, "post": post, "replies": thread.tree(make)}}
    return Sample("thread.json", as_text(whole), thread.truth())


def _discourse(thread: Invented) -> Sample:
    posts = [
        thread.record(
            id=4000 + draft.number,
            post_number=draft.number,
            username=draft.entry.author,
            name="A",
            created_at=zulu(draft.when, ".123"),
            updated_at=zulu(draft.when, ".999"),
            cooked=draft.marked,
            reply_to_post_number=draft.parent,
            topic_id=7,
            post_type=3 if draft.gone else 1,
        )
        for draft in thread.drafts
    ]
    stream = {"posts": posts, "stream": [post["id"] for post in posts]}
    topic = {"post_stream": stream, "id": 7, "title": thread.title, "posts_count": len(posts)}
    return Sample("7.json", as_text(topic), thread.truth())


def _disqus(thread: Invented) -> Sample:
    posts = [
        thread.record(
            id=str(draft.number),
            parent=draft.parent,
            thread="9",
            forum="ferries",
            author={"name": draft.entry.author, "username": "u", "isAnonymous": False},
            createdAt=f"{draft.when:%Y-%m-%dT%H:%M:%S}",
            message=draft.marked,
            raw_message=draft.plain,
            isDeleted=draft.gone,
            isSpam=False,
            isApproved=True,
        )
        for draft in thread.drafts
    ]
    return Sample("posts.json", as_text({"code": 0, "response": thread.shuffled(posts)}), thread.truth())


def _guardian(thread: Invented) -> Sample:
    def make(draft: Draft, answers: list[Json]) -> Json:
        above = {} if draft.parent is None else {"responseTo": {"displayName": "A", "commentId": str(draft.parent)}}
        return thread.record(
            id=draft.number,
            body=draft.marked,
            date=f"{draft.when:%d %B %Y %H:%M}",
            isoDateTime=zulu(draft.when),
            status="blocked" if draft.gone else "visible",
            userProfile={"userId": "1", "displayName": draft.entry.author},
            responses=answers,
            **above,
        )

    about = {"key": "/p/7", "webUrl": "https://example.org/7", "title": thread.title}
    return Sample("7.json", as_text({"discussion": {**about, "comments": thread.tree(make)}}), thread.truth())


def _algolia(thread: Invented) -> Sample:
    def make(draft: Draft, answers: list[Json]) -> Json:
        return thread.record(
            id=draft.number,
            created_at=zulu(draft.when, ".000"),
            created_at_i=int(draft.when.timestamp()),
            type="comment",
            author=None if draft.gone else draft.entry.author,
            title=None,
            url=None,
            text=None if draft.gone else draft.marked,
            parent_id=draft.parent or 900,
            story_id=900,
            children=answers,
        )

    story = {"id": 900, "type": "story", "title": thread.title, "author": "reader-1", "text": None}
    return Sample("900.json", as_text({**story, "children": thread.tree(make)}), thread.truth())


def _firebase(thread: Invented) -> Sample:
    items = []
    for draft in thread.drafts:
        said = {"deleted": True} if draft.gone else {"by": draft.entry.author, "text": draft.marked}
        about = {"id": draft.number, "parent": draft.parent or 900, "time": int(draft.when.timestamp())}
        items.append(thread.record(**said, **about, type="comment"))
    return Sample("items.ndjson", as_lines(thread.shuffled(items)), thread.truth())


def _lemmy(time: str, digits: str) -> Callable[[Invented], Sample]:
    def write(thread: Invented) -> Sample:
        views = []
        for draft in thread.drafts:
            path = [draft.number]
            while (above := thread.drafts[path[0] - 1].parent) is not None:
                path.insert(0, above)
            comment = thread.record(
                id=draft.number,
                creator_id=3,
                post_id=7,
                content=draft.plain,
                path=".".join(map(str, [0, *path])),
                deleted=draft.gone,
                removed=False,
                **{time: f"{draft.when:%Y-%m-%dT%H:%M:%S}{digits}"},
            )
            person = {"id": 3, "name": draft.entry.author, "display_name": "A", "bot_account": False}
            counts = {"score": 2, "child_count": 0, "published": "2020-01-01T00:00:00Z"}
            views.append({"comment": comment, "creator": person, "post": {"id": 7, "name": "A"}, "counts": counts})
        return Sample("comments.json", as_text({"comments": thread.shuffled(views)}), thread.truth())

    return write


def _slack(thread: Invented) -> Sample:
    stamps = {draft.number: f"{int(draft.when.timestamp())}.{draft.number:06}" for draft in thread.drafts}
    messages = []
    for draft in thread.drafts:
        above = {} if draft.parent is None else {"thread_ts": stamps[draft.parent]}
        bot = {"subtype": "channel_join"} if draft.gone else {}
        profile = {"display_name": draft.entry.author, "real_name": "A"}
        said = {"user": f"U{draft.number}", "text": html.escape(draft.plain, quote=False), "user_profile": profile}
        messages.append(thread.record(type="message", ts=stamps[draft.number], **said, **above, **bot))
    return Sample("2016-09-20.json", as_text(messages), thread.truth())


def _discord(thread: Invented) -> Sample:
    messages = []
    for draft in thread.drafts:
        message = thread.record(
            id=str(draft.number),
            type="ChannelPinnedMessage" if draft.gone else "Default" if draft.parent is None else "Reply",
            timestamp=f"{draft.when.astimezone(ZONE):%Y-%m-%dT%H:%M:%S}.123+02:00",
            content=draft.plain,
            author={"id": "1", "name": "x", "nickname": draft.entry.author, "isBot": False},
            reactions=[],
        )
        above = {"messageId": str(draft.parent), "channelId": "5", "guildId": "6"}
        messages.append(message if draft.parent is None else {**message, "reference": above})
    channel = {"id": "5", "type": "GuildTextChat", "name": "ferries"}
    return Sample("ferries.json", as_text({"channel": channel, "messages": messages}), thread.truth())


def _x(thread: Invented) -> Sample:
    posts, people = [], {}
    for draft in thread.drafts:
        if draft.gone:
            continue
        number = people.setdefault(draft.entry.author, str(50 + len(people)))
        above = [{"type": "replied_to", "id": str(1000 + (draft.parent or 0))}]
        posts.append(
            thread.record(
                id=str(1000 + draft.number),
                text=html.escape(draft.plain, quote=False),
                author_id=number,
                conversation_id="1000",
                created_at=zulu(draft.when, ".000"),
                referenced_tweets=above,
            )
        )
    users = [{"id": number, "name": name, "username": "x"} for name, number in people.items()]
    return Sample("search.json", as_text({"data": posts[::-1], "includes": {"users": users}}), thread.truth())


JSON_FORMATS: dict[str, tuple[int, Callable[[Invented], Sample]]] = {
    "telegram": (8, _telegram),
    "mastodon": (8, _mastodon),
    "bluesky": (8, _bluesky),
    "discourse": (8, _discourse),
    "disqus": (8, _disqus),
    "guardian": (2, _guardian),
    "hacker_news, Algolia": (8, _algolia),
    "hacker_news, Firebase": (8, _firebase),
    "lemmy": (8, _lemmy("published", ".123456Z")),
    "lemmy, from 1.0": (8, _lemmy("published_at", ".123456Z")),
    "slack": (2, _slack),
    "discord": (8, _discord),
    "x": (8, _x),
}
