"""ConvoKit corpora: `utterances.jsonl`."""

from stance.pages.exports._records.slots import Record, escaped_at, html_of, name_at, time_at, value_at, word, word_at
from stance.pages.exports._records.sources.source import Post, Source, why_without_words


def _convokit_key(record: Record) -> str | None:
    return word(record.get("root")) or word(record.get("conversation_id"))


_convokit_parent = word_at("reply-to", "reply_to")


SOURCES = (
    Source(
        "convokit",
        lambda record: (
            "text" in record
            and ("speaker" in record or "user" in record)
            and ("reply-to" in record or "reply_to" in record)
            and ("conversation_id" in record or "root" in record)
        ),
        text=escaped_at("text"),
        parent_id=_convokit_parent,
        author=name_at("speaker", "user", "speaker.id", "user.id"),
        published=time_at("timestamp"),
        thread=_convokit_key,
        replies=(),
        is_post=lambda record: word(record.get("id")) == _convokit_key(record) and not _convokit_parent(record),
        about=lambda record: Post(html_of(value_at(record, "meta.title")) if value_at(record, "meta.title") else ""),
        left_out=lambda record: why_without_words(record.get("text")),
    ),
)
