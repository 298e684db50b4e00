"""YouTube: its Data API, yt-dlp's `info.json`, the lines of youtube-comment-downloader."""

from typing import Any

from stance.pages.exports._records.slots import (
    Record,
    Slot,
    html_of,
    name_at,
    plain_at,
    plain_text,
    time_at,
    value_at,
    word,
    word_at,
)
from stance.pages.exports._records.sources.source import PostSource, Source, either, has


def _youtube_missing(record: Record) -> int:
    total, held = value_at(record, "snippet.totalReplyCount"), value_at(record, "replies.comments")
    loaded = len(held) if isinstance(held, list) else 0
    return max(0, total - loaded) if isinstance(total, int) else 0


def _youtube_text(comment: Any) -> str:
    original = value_at(comment, "snippet.textOriginal")
    return plain_text(original) or html_of(value_at(comment, "snippet.textDisplay"))


def _shown_parent(key: str) -> Slot:
    """Return the slot of what is answered, where the id of an answer begins with it and a full stop."""

    def parent(record: Record) -> str | None:
        above, dot, _ = word(value_at(record, key)).rpartition(".")
        return above if dot else None

    return parent


def _runs(record: Record) -> str:
    runs = value_at(record, "contentText.runs")
    parts = [value_at(run, "text") for run in runs] if isinstance(runs, list) else []
    return plain_text("".join(part for part in parts if isinstance(part, str)))


def _is_list(record: Record, key: str) -> bool:
    return isinstance(record.get(key), list)


SOURCES = (
    Source(
        "youtube",
        has("snippet.topLevelComment.snippet"),
        text=lambda record: _youtube_text(value_at(record, "snippet.topLevelComment")),
        comment_id=word_at("snippet.topLevelComment.id", "id"),
        author=name_at("snippet.topLevelComment.snippet.authorDisplayName"),
        published=time_at("snippet.topLevelComment.snippet.publishedAt"),
        thread=word_at("snippet.videoId", "snippet.topLevelComment.snippet.videoId", "snippet.channelId"),
        replies=("replies",),
        missing=_youtube_missing,
    ),
    Source(
        "youtube",
        either(has("snippet.textDisplay"), has("snippet.textOriginal")),
        text=lambda record: _youtube_text(record),
        parent_id=word_at("snippet.parentId"),
        author=name_at("snippet.authorDisplayName"),
        published=time_at("snippet.publishedAt"),
        thread=word_at("snippet.videoId"),
        replies=("replies",),
    ),
    Source(
        "yt-dlp",
        lambda record: (
            {"text", "parent", "author"} <= record.keys() and bool({"timestamp", "author_id"} & record.keys())
        ),
        text=plain_at("text"),
        parent_id=lambda record: None if record.get("parent") == "root" else word(record.get("parent")),
        author=name_at("author"),
        published=time_at("timestamp"),
        replies=(),
    ),
    Source(
        "youtube-comment-downloader",
        has("cid", "text", "author"),
        text=plain_at("text"),
        comment_id=word_at("cid"),
        parent_id=_shown_parent("cid"),
        author=name_at("author"),
        published=time_at("time_parsed"),
        replies=(),
    ),
    # what the page itself fetches: its times are relative
    Source(
        "youtube-page",
        has("properties.commentId", "properties.content.content", "author.displayName"),
        text=plain_at("properties.content.content"),
        comment_id=word_at("properties.commentId"),
        parent_id=_shown_parent("properties.commentId"),
        author=name_at("author.displayName"),
        replies=(),
    ),
    Source(
        "youtube-page",
        has("commentId", "contentText.runs", "authorText"),
        text=_runs,
        comment_id=word_at("commentId"),
        parent_id=_shown_parent("commentId"),
        author=name_at("authorText.simpleText"),
        replies=(),
    ),
)
POSTS = (
    PostSource(
        "yt-dlp",
        lambda record: _is_list(record, "comments") and "id" in record and ("title" in record or "extractor" in record),
        thread=word_at("id"),
        text=plain_at("description"),
        url=word_at("webpage_url"),
        declared=lambda record: record.get("comment_count") if "extractor" in record else None,
        inside=("comments",),
    ),
)
