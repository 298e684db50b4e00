"""JSON of chats, boards and corpora whose truth is known, written as `generated_exports` writes that of archives."""

import html
from collections.abc import Callable
from typing import Any

from benchmarks.invented_threads import ZONE, Invented, Json, Sample, as_lines, as_text, zulu


def _convokit(thread: Invented) -> Sample:
    root = {"id": "p0", "conversation_id": "p0", "text": thread.title, "speaker": "reader-1", "reply-to": None}
    records = [
        thread.record(
            id=f"u{draft.number}",
            conversation_id="p0",
            text="[deleted]" if draft.gone else html.escape(draft.plain, quote=False),  # as in its corpora of Reddit
            speaker=draft.entry.author,
            meta={"score": 2},
            timestamp=draft.dated(int(draft.when.timestamp())),
            **{"reply-to": "p0" if draft.parent is None else f"u{draft.parent}"},
        )
        for draft in thread.drafts
    ]
    return Sample("utterances.jsonl", as_lines([{**root, "timestamp": 1_100_000_000}, *records]), thread.truth())


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
    posts: list[Json] = []
    people: dict[str, str] = {}
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


def _trello(thread: Invented) -> Sample:
    card = {"id": "5f00", "name": thread.title, "shortLink": "x"}
    actions = []
    for draft in thread.drafts:
        person = {"id": "5e", "fullName": draft.entry.author, "username": "x"}
        kind, data = (
            ("updateCard", {"card": card}) if draft.gone else ("commentCard", {"text": draft.plain, "card": card})
        )
        action = thread.record(id=f"6a{draft.number}", type=kind, date=zulu(draft.when, ".123"), data=data)
        actions.append({**action, "idMemberCreator": "5e", "memberCreator": person})
    board = {"id": "5a", "name": "Ferries", "actions": actions[::-1], "cards": [card], "lists": []}
    return Sample("board.json", as_text(board), thread.truth())


JSON_FORMATS: dict[str, tuple[int, Callable[[Invented], Sample]]] = {
    "convokit": (8, _convokit),
    "telegram": (8, _telegram),
    "slack": (2, _slack),
    "discord": (8, _discord),
    "x": (8, _x),
    "trello": (1, _trello),
}
