"""Chats and short messages: Slack's exports, DiscordChatExporter, the second interface of X (Twitter)."""

from stance.pages.exports._records.slots import (
    Record,
    escaped_at,
    name_at,
    plain_at,
    time_at,
    value_at,
    word,
    word_at,
)
from stance.pages.exports._records.sources.source import PostSource, Source, flagged, has

_SPOKEN_ON_DISCORD = ("Default", "Reply")


def _slack_parent(record: Record) -> str | None:
    thread = word(record.get("thread_ts"))
    return thread if thread != word(record.get("ts")) else None


def _slack_left_out(record: Record) -> str | None:
    if record.get("bot_id") or record.get("subtype") == "bot_message":
        return "bot"
    return "service" if record.get("subtype") not in (None, "thread_broadcast", "me_message") else None


def _referenced(record: Record, kind: str) -> str | None:
    """Return the id of the post that a post of X answers or repeats."""
    referenced = record.get("referenced_tweets")
    of_kind = (one for one in referenced if isinstance(one, dict)) if isinstance(referenced, list) else ()
    return next((word(one.get("id")) for one in of_kind if one.get("type") == kind), None)


SOURCES = (
    Source(
        "slack",
        lambda record: record.get("type") == "message" and {"ts", "text"} <= record.keys(),
        text=escaped_at("text"),
        comment_id=word_at("ts"),
        parent_id=_slack_parent,
        author=name_at("user_profile.display_name", "user_profile.real_name", "user", "username"),
        published=time_at("ts"),
        replies=(),
        left_out=_slack_left_out,
        author_is_id=True,
    ),
    Source(
        "discord",
        has("content", "timestamp", "author.name", "author.isBot"),
        text=plain_at("content"),
        parent_id=word_at("reference.messageId"),
        author=name_at("author.nickname", "author.name"),
        published=time_at("timestamp"),
        replies=(),
        left_out=lambda record: (
            flagged(author__isBot="bot")(record)
            or (None if record.get("type", "Default") in _SPOKEN_ON_DISCORD else "service")
        ),
    ),
    Source(
        "x",
        lambda record: (
            {"id", "author_id", "text"} <= record.keys()
            and bool({"conversation_id", "referenced_tweets", "edit_history_tweet_ids"} & record.keys())
        ),
        text=escaped_at("note_tweet.text", "text"),
        parent_id=lambda record: _referenced(record, "replied_to"),
        author=name_at("author_id"),
        published=time_at("created_at"),
        thread=word_at("conversation_id"),
        replies=(),
        parent_may_be_post=True,
        left_out=lambda record: "reblog" if _referenced(record, "retweeted") else None,
        is_post=lambda record: word(record.get("id")) == word(record.get("conversation_id")),
        author_is_id=True,
    ),
)
POSTS = (
    PostSource(
        "discord",
        lambda record: isinstance(record.get("messages"), list) and isinstance(value_at(record, "channel"), dict),
        thread=word_at("channel.id"),
        title=word_at("channel.name"),
        inside=("messages",),
    ),
)
