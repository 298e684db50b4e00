"""JSON of networks and forums whose truth is known, written as `generated_exports` writes that of archives."""

from collections.abc import Callable

from benchmarks.generated_html import Truth
from benchmarks.invented_threads import Draft, Invented, Json, Sample, as_lines, as_text, zulu


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
            name="A" if draft.entry.author else None,
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
            author={"name": draft.entry.author, "username": "u" * bool(draft.entry.author), "isAnonymous": False},
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


def _youtube_page(write: Callable[[Invented, Draft, str], Json]) -> Callable[[Invented], Sample]:
    def page(thread: Invented) -> Sample:
        drafts = [draft for draft in thread.drafts if not draft.gone]
        ids = {draft.number: f"U{draft.parent}." * (draft.parent is not None) + f"U{draft.number}" for draft in drafts}
        truth = [Truth(one.author, None, one.text, one.parent) for one in thread.truth()]
        return Sample("next.json", as_text({"x": [write(thread, draft, ids[draft.number]) for draft in drafts]}), truth)

    return page


def _payload(thread: Invented, draft: Draft, own_id: str) -> Json:
    said = {"commentId": own_id, "content": {"content": draft.plain}, "publishedTime": "2 years ago"}
    person = {"channelId": "UC", "displayName": draft.entry.author}
    entity = thread.record(key="k", properties=thread.record(**said), author=person, toolbar={"likeCountLiked": "3"})
    return {"entityKey": "k", "type": "ENTITY_MUTATION_TYPE_REPLACE", "payload": {"commentEntityPayload": entity}}


def _renderer(thread: Invented, draft: Draft, own_id: str) -> Json:
    first, *rest = draft.entry.paragraphs
    fields = thread.record(
        commentId=own_id,
        contentText={"runs": [{"text": first}, *({"text": "\n\n" + words} for words in rest)]},
        authorText={"simpleText": draft.entry.author},
        publishedTimeText={"runs": [{"text": "2 years ago"}]},
        likeCount=3,
    )
    return {"commentRenderer": fields}


JSON_FORMATS: dict[str, tuple[int, Callable[[Invented], Sample]]] = {
    "mastodon": (8, _mastodon),
    "bluesky": (8, _bluesky),
    "discourse": (8, _discourse),
    "disqus": (8, _disqus),
    "guardian": (2, _guardian),
    "hacker_news, Algolia": (8, _algolia),
    "hacker_news, Firebase": (8, _firebase),
    "lemmy": (8, _lemmy("published", ".123456Z")),
    "lemmy, from 1.0": (8, _lemmy("published_at", ".123456Z")),
    "youtube-page, payloads": (2, _youtube_page(_payload)),
    "youtube-page, renderers": (2, _youtube_page(_renderer)),
}
