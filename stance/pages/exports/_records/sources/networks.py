"""Networks: Telegram Desktop, Mastodon, Bluesky, Hacker News, Lemmy."""

from stance.pages.exports._records.slots import (
    Record,
    html_at,
    html_of,
    name_at,
    plain_at,
    plain_text,
    time_at,
    time_of,
    utc_at,
    value_at,
    word,
    word_at,
)
from stance.pages.exports._records.sources.source import Post, PostSource, Source, flagged, has
from stance.pages.exports._wordpress_time import site_time


def _telegram_text(record: Record) -> str:
    text = record.get("text")
    if isinstance(text, list):
        parts = (part.get("text") if isinstance(part, dict) else part for part in text)
        text = "".join(part for part in parts if isinstance(part, str))
    return plain_text(text)


def _telegram_time(record: Record) -> str | None:
    utc = time_of(record.get("date_unixtime"))
    return site_time(word(record.get("date")), utc[:19] if utc else "")


def _telegram_parent(record: Record) -> str | None:
    return None if "reply_to_peer_id" in record else word(record.get("reply_to_message_id"))


def _lemmy_parent(record: Record) -> str | None:
    above = word(value_at(record, "comment.path")).split(".")[:-1]
    return above[-1] if above and above[-1] != "0" else None


def _is_list(record: Record, key: str) -> bool:
    return isinstance(record.get(key), list)


_TELEGRAM = ("message", "service", "unsupported")
SOURCES = (
    Source(
        "telegram",
        lambda record: {"date", "id", "text"} <= record.keys() and record.get("type") in _TELEGRAM,
        text=_telegram_text,
        parent_id=_telegram_parent,
        author=name_at("from", "actor"),
        published=_telegram_time,
        replies=(),
        left_out=lambda record: None if record.get("type") == "message" else "service",
    ),
    Source(
        "mastodon",
        has("account.acct", "content"),
        text=html_at("content"),
        parent_id=word_at("in_reply_to_id"),
        author=name_at("account.acct", "account.username"),
        parent_may_be_post=True,
        published=time_at("created_at"),
        replies=(),
        left_out=lambda record: "reblog" if record.get("reblog") else flagged(account__bot="bot")(record),
    ),
    Source(
        "bluesky",
        has("post.author", "post.record"),
        text=plain_at("post.record.text"),
        comment_id=word_at("post.uri"),
        parent_id=word_at("post.record.reply.parent.uri"),
        author=name_at("post.author.handle", "post.author.did"),
        published=time_at("post.record.createdAt", "post.indexedAt"),
        thread=word_at("post.record.reply.root.uri", "post.uri"),
        replies=("parent", "replies"),
        is_post=lambda record: (
            value_at(record, "post.record.reply") is None and bool({"replies", "parent", "$type"} & record.keys())
        ),
    ),
    Source(
        "bluesky",
        has("uri", "author.handle", "record.text"),
        text=plain_at("record.text"),
        comment_id=word_at("uri"),
        parent_id=word_at("record.reply.parent.uri"),
        author=name_at("author.handle"),
        published=time_at("record.createdAt", "indexedAt"),
        thread=word_at("record.reply.root.uri"),
        replies=(),
    ),
    Source(
        "hacker_news",
        lambda record: (
            {"text", "parent_id", "children", "author", "created_at"} <= record.keys()
            and record.get("type") in ("comment", None)
        ),
        text=html_at("text"),
        parent_id=word_at("parent_id"),
        author=name_at("author"),
        parent_may_be_post=True,
        published=time_at("created_at", "created_at_i"),
        thread=word_at("story_id"),
        replies=("children",),
        left_out=lambda record: None if record.get("text") or record.get("author") else "deleted",
    ),
    Source(
        "hacker_news",
        lambda record: (
            record.get("type") == "comment"
            and {"id", "time"} <= record.keys()
            and bool({"by", "deleted"} & record.keys())
        ),
        text=html_at("text"),
        parent_id=word_at("parent"),
        author=name_at("by"),
        parent_may_be_post=True,
        published=time_at("time"),
        replies=(),
        left_out=flagged(deleted="deleted", dead="removed"),
    ),
    Source(
        "lemmy",
        has("comment.content", "creator"),
        text=plain_at("comment.content"),
        comment_id=word_at("comment.id"),
        parent_id=_lemmy_parent,
        author=name_at("creator.name"),
        published=utc_at("comment.published", "comment.published_at"),
        thread=word_at("comment.post_id"),
        left_out=flagged(comment__deleted="deleted", comment__removed="removed", creator__bot_account="bot"),
        about=lambda record: Post(html_of(value_at(record, "post.name")), "", word(value_at(record, "post.ap_id"))),
    ),
)
POSTS = (
    PostSource(
        "telegram",
        lambda record: _is_list(record, "messages") and "type" in record and "id" in record,
        thread=word_at("id"),
        title=word_at("name"),
        inside=("messages",),
    ),
    PostSource(
        "hacker_news",
        lambda record: record.get("type") in ("story", "poll", "job") and ("children" in record or "kids" in record),
        thread=word_at("id"),
        text=html_at("text"),
        url=word_at("url"),
        inside=("children",),
    ),
)
