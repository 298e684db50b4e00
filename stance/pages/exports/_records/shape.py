"""Comment records of sources that nobody listed: known by their shape, whatever their fields are called.

A record has a text and, of id, author and time, either the id and one other or both others. The names are those that
interfaces of comments use for these; case and underscores do not count.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from stance.pages.exports._records.slots import Record, Slot, name_of, text_of, time_of, word
from stance.pages.exports._records.sources.source import Source, why_without_words

_TEXT = (
    *("commenttext", "commentbody", "commentcontent", "commentmessage", "textoriginal", "rawmessage", "fulltext"),
    *("messagetext", "postcontent", "posttext", "body", "text", "content", "message", "comment", "commenthtml"),
    *("bodyhtml", "contenthtml", "html", "textdisplay", "msg", "com", "replytext", "selftext", "note"),
)
_ID = (
    *("commentid", "id", "idstr", "uuid", "cid", "objectid", "messageid", "postid", "tweetid", "replyid", "guid"),
    *("uri", "key", "no", "number", "hash"),
)
_AUTHOR = (
    *(
        "authordisplayname",
        "userdisplayname",
        "authorname",
        "displayname",
        "username",
        "commentername",
        "commentauthor",
    ),
    *("author", "user", "commenter", "poster", "postedby", "creator", "owner", "by", "from", "sender", "account"),
    *("screenname", "nickname", "nick", "handle", "login", "speaker", "member", "person", "profile", "writer"),
    *("attributedto", "createdby", "fromname", "name", "userid", "authorid", "uid", "fromid"),
)
_NAME_OF_A_PERSON = (
    *("displayname", "name", "username", "screenname", "login", "handle", "acct", "nickname", "nick", "fullname"),
    *("preferredusername", "uniqueid", "userid", "id"),
)
_TIME = (
    *("createdat", "createdutc", "createdon", "created", "creationdate", "createdate", "createdtime", "createtime"),
    *("timecreated", "dateposted", "datecreated", "dateadded", "postdate", "postedat", "postedon", "posted"),
    *("publishedat", "published", "publishdate", "pubdate", "commentdate", "commenttime", "submittedat", "submitdate"),
    *("insertedat", "addedat", "isodatetime", "datetime", "date", "timestamp", "time", "dategmt", "ctime", "ts"),
)
_PARENT = (
    *("parentid", "parentcommentid", "parentcomment", "parentuuid", "parent", "inreplytoid", "inreplytostatusidstr"),
    *("inreplytostatusid", "inreplyto", "replytoid", "replytocommentid", "replytomessageid", "replytopostid"),
    *("replyto", "replytocomment", "responsetoid", "responseto", "answerto", "answersto", "pid", "replyid", "resto"),
)
_THREAD = (
    *("threadid", "postid", "articleid", "storyid", "conversationid", "topicid", "submissionid", "videoid", "linkid"),
    *(
        "discussionid",
        "assetid",
        "streamid",
        "pageid",
        "issueid",
        "articleurl",
        "storyurl",
        "thread",
        "conversation",
        "post",
    ),
)
_REPLIES = {
    *("replies", "reply", "children", "comments", "answers", "responses", "subcomments", "childcomments"),
    *("subreplies", "nestedcomments", "kids", "replieslist", "childs", "descendants"),
}
_GONE = (
    (("isdeleted", "deleted", "delete", "userdeleted", "wasdeleted"), "deleted"),
    (("isremoved", "removed", "isblocked"), "removed"),
    (("isspam", "spam"), "spam"),
    (("isbot", "bot"), "bot"),
)
USUAL_NAMES = frozenset((*_TEXT, *_ID, *_AUTHOR, *_TIME, *_PARENT, *_THREAD))
_NOT_WORD = re.compile(r"[\W_]+")
_TITLES = {"title", "headline", "subject"}
_MAY_NAME_THINGS = {"name", "Name", "owner", "profile", "account"}
_NO_PARENT = frozenset({"0", "-1", "root", "null", "none", "nil", "false"})
_shapes: dict[tuple[tuple[str, type], ...], Source | None] = {}
_MOST_SHAPES = 1_000


def plain_key(key: str) -> str:
    """Return the name of a field in small letters alone.

    >>> plain_key("createdAt"), plain_key("created_at"), plain_key("Parent-ID")
    ('createdat', 'createdat', 'parentid')
    """
    return _NOT_WORD.sub("", key).lower()


def find_shape(record: Record) -> Source | None:
    """Return the fields of a record as a source, None where it is no comment by its shape."""
    signature = tuple((key, type(value)) for key, value in record.items())
    if signature not in _shapes:
        if len(_shapes) > _MOST_SHAPES:
            _shapes.clear()
        _shapes[signature] = _make_shape(record)
    return _shapes[signature]


def make_named_shape(columns: Mapping[str, str]) -> Source:
    """Return the source of records whose fields are named: the field of each word of `COMMENT_COLUMNS`."""
    text = columns["text"]
    return Source(
        "table",
        lambda record: True,
        text=_slot(text, text_of),
        comment_id=_slot(columns.get("comment_id"), _id_of),
        parent_id=_slot(columns.get("parent_id"), _parent_of),
        author=_slot(columns.get("author"), _person),
        published=_slot(columns.get("published"), lambda value: time_of(_unwrapped(value))),
        thread=_slot(columns.get("thread_id"), _id_of),
        replies=(),
        parent_may_be_post=True,
        left_out=_gone(text, []),
    )


def _make_shape(record: Record) -> Source | None:
    keys: dict[str, str] = {}
    for key in record:
        keys.setdefault(plain_key(key), key)
    text = _key(record, keys, _TEXT, lambda value: isinstance(value, str) or _is_rendered(value))
    if text is None:
        return None
    taken = {text}
    own_id = _key(record, keys, _ID, lambda value: bool(_id_of(value)), taken)
    parent = _key(record, keys, _PARENT, _may_be_id, taken | {own_id})
    time = _key(record, keys, _TIME, lambda value: isinstance(value, str | int | float) or _is_wrapped(value), taken)
    author = _key(record, keys, _AUTHOR, lambda value: _may_be_id(value), taken | {own_id, parent, time})
    thread = _key(record, keys, _THREAD, _may_be_id, taken | {own_id, parent})
    if sum(key is not None for key in (own_id, author, time)) < 2:
        return None
    # things have an id and a name too, and articles an id, a title and a date
    if (author in _MAY_NAME_THINGS and time is None) or (author is None and parent is None and _TITLES & keys.keys()):
        return None
    return Source(
        "records",
        lambda record: True,
        text=_slot(text, text_of),
        comment_id=_slot(own_id, _id_of),
        parent_id=_slot(parent, _parent_of),
        author=_slot(author, _person),
        published=_slot(time, lambda value: time_of(_unwrapped(value))),
        thread=_slot(thread, _id_of),
        replies=tuple(key for name, key in keys.items() if name in _REPLIES),
        # what has a title and holds comments is what they answer
        is_post=(lambda record: True) if "comments" in keys and _TITLES & keys.keys() else None,
        parent_may_be_post=True,
        is_guessed=True,
        left_out=_gone(text, [(keys[name], why) for names, why in _GONE for name in names if name in keys]),
    )


def _key(
    record: Record,
    keys: dict[str, str],
    names: tuple[str, ...],
    fits: Callable[[Any], bool],
    taken: "set[str] | set[str | None]" = frozenset(),  # type: ignore[assignment]
) -> str | None:
    """Return the first field of one of these names with a fitting value, else the first that is null."""
    found = [keys[name] for name in names if name in keys and keys[name] not in taken]
    fitting = (key for key in found if record[key] is not None and fits(record[key]))
    return next(fitting, None) or next((key for key in found if record[key] is None), None)


def _slot(key: str | None, read: Callable[[Any], str | None]) -> Slot:
    return lambda record: None if key is None or (value := record.get(key)) is None else read(value)


def _is_rendered(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("rendered"), str)


def _is_wrapped(value: Any) -> bool:
    """Tell whether a value is wrapped as MongoDB does: {"$oid": "5f"}, {"$date": {"$numberLong": "1"}}."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("$")


def _unwrapped(value: Any) -> Any:
    for _ in range(3):
        if not _is_wrapped(value):
            break
        value = next(iter(value.values()))
    return value


def _id_of(value: Any) -> str:
    value = _unwrapped(value)
    if isinstance(value, dict):
        value = next((value[key] for key in value if plain_key(key) in ("id", "commentid", "uri", "key")), None)
    return word(value)


def _may_be_id(value: Any) -> bool:
    return isinstance(value, str | int | float | dict) and not isinstance(value, bool)


def _parent_of(value: Any) -> str | None:
    found = _id_of(value)
    return None if found.lower() in _NO_PARENT else found


def _person(value: Any) -> str | None:
    value = _unwrapped(value)
    if isinstance(value, dict):
        keys = {plain_key(key): key for key in reversed(value)}
        shown = (name_of(value[keys[name]]) for name in _NAME_OF_A_PERSON if name in keys)
        return next(filter(None, shown), None)
    return name_of(value)


def _gone(text: str, flags: list[tuple[str, str]]) -> Slot:
    def left_out(record: Record) -> str | None:
        why = next((why for key, why in flags if record.get(key) in (True, 1, "true", "True")), None)
        return why or why_without_words(record.get(text))

    return left_out
