"""Hosts of comments below articles, and forums: the REST interface of WordPress, Disqus, Discourse, the Guardian."""

import re

from stance.pages.exports._records.slots import (
    Record,
    Slot,
    html_at,
    html_of,
    name_at,
    plain_at,
    time_at,
    utc_at,
    value_at,
    word,
    word_at,
)
from stance.pages.exports._records.sources.source import Post, PostSource, Source, either, flagged, has
from stance.pages.exports._wordpress_time import site_time


def _wordpress(record: Record) -> bool:
    # posts and pages come in the same form, with a title; Blogger has a post that is an object
    if "id" not in record or "content" not in record or "title" in record or isinstance(record.get("post"), dict):
        return False
    marks = ("post", "author_name", "date_gmt", "author_avatar_urls", "author_user_agent")
    return any(mark in record for mark in marks) or value_at(record, "content.rendered") is not None


_HELD = {"hold": "held", "unapproved": "held", "spam": "spam", "trash": "trashed", "post-trashed": "trashed"}
_PINGS = {"pingback", "trackback", "webmention"}
_COMMENT_PAGE = re.compile(r"/comment-page-\d+(?=/|\Z)|(?<=[?&])cpage=\d+&?")


def _wordpress_about(record: Record) -> Post:
    above = value_at(record, "_embedded.up")
    posts = [found for found in above if isinstance(found, dict)] if isinstance(above, list) else []
    # a reply embeds the comment that it answers beside the post
    post = next((found for found in posts if "title" in found), {})
    link = _COMMENT_PAGE.sub("", word(record.get("link")).partition("#")[0]).rstrip("?&")
    return Post(html_of(post.get("title")), html_of(post.get("content")), link)


def _not_zero(slot: Slot) -> Slot:
    return lambda record: None if (found := slot(record)) == "0" else found


def _disqus_about(record: Record) -> Post:
    return Post(html_of(value_at(record, "thread.title")), "", word(value_at(record, "thread.link")))


_is_card = has("data.text", "data.card.id")


def _is_list(record: Record, key: str) -> bool:
    return isinstance(record.get(key), list)


SOURCES = (
    Source(
        "rest",
        _wordpress,
        text=html_at("content"),
        parent_id=_not_zero(word_at("parent")),
        author=name_at("author_name"),
        published=lambda record: site_time(word(record.get("date")), word(record.get("date_gmt"))),
        thread=_not_zero(word_at("post")),
        replies=(),
        left_out=lambda record: _HELD.get(word(record.get("status"))),
        kind=lambda record: "ping" if word(record.get("type")) in _PINGS else "comment",
        about=_wordpress_about,
        in_order_of_time=True,
        named_by_address=True,
    ),
    Source(
        "discourse",
        has("cooked", "post_number"),
        text=html_at("cooked"),
        comment_id=word_at("post_number"),
        parent_id=word_at("reply_to_post_number"),
        author=name_at("username", "name"),
        published=time_at("created_at"),
        thread=word_at("topic_id"),
        replies=(),
        left_out=lambda record: (
            "service"
            if record.get("post_type") in (3, "3") or record.get("action_code")
            else "deleted"
            if record.get("deleted_at")
            else flagged(user_deleted="deleted", hidden="removed")(record)
        ),
    ),
    Source(
        "disqus",
        either(has("raw_message", "createdAt"), has("message", "createdAt", "thread")),
        text=html_at("message", "raw_message"),
        parent_id=word_at("parent"),
        author=name_at("author.name", "author.username", "author"),
        published=utc_at("createdAt"),
        thread=word_at("thread.id", "thread"),
        replies=(),
        left_out=lambda record: (
            "held" if record.get("isApproved") is False else flagged(isDeleted="deleted", isSpam="spam")(record)
        ),
        about=_disqus_about,
    ),
    Source(
        "guardian",
        either(has("body", "userProfile"), has("body", "isoDateTime")),
        text=html_at("body"),
        parent_id=word_at("responseTo.commentId"),
        author=name_at("userProfile.displayName"),
        published=time_at("isoDateTime", "date"),
        thread=word_at("discussion.key"),
        replies=("responses",),
        left_out=lambda record: "removed" if record.get("status") == "blocked" else None,
        about=lambda record: Post(
            html_of(value_at(record, "discussion.title")), "", word(value_at(record, "discussion.webUrl"))
        ),
    ),
    Source(
        "trello",
        lambda record: record.get("type") == "commentCard" and _is_card(record),
        text=plain_at("data.text"),
        author=name_at("memberCreator.fullName", "memberCreator.username"),
        published=time_at("date"),
        thread=word_at("data.card.id"),
        replies=(),
        about=lambda record: Post(word(value_at(record, "data.card.name"))),
    ),
)
POSTS = (
    PostSource(
        "rest",
        lambda record: {"id", "slug", "title", "content"} <= record.keys() and isinstance(record["title"], dict),
        thread=word_at("id"),
        title=html_at("title"),
        text=html_at("content"),
        url=word_at("link"),
    ),
    PostSource(
        "disqus",
        lambda record: {"id", "title", "link"} <= record.keys() and ("identifiers" in record or "signedLink" in record),
        thread=word_at("id"),
        url=word_at("link"),
    ),
    PostSource(
        "discourse",
        has("post_stream"),
        thread=word_at("id"),
        declared=lambda record: record.get("posts_count"),
        inside=("post_stream",),
    ),
    PostSource(
        "guardian",
        lambda record: _is_list(record, "comments") and "webUrl" in record and "key" in record,
        thread=word_at("key"),
        url=word_at("webUrl"),
        declared=lambda record: record.get("commentCount"),
        inside=("comments",),
    ),
)
