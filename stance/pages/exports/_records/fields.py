"""What the fields of a comment are called by the interfaces that give it, and what other names end with."""

import re
from collections.abc import Callable, Set
from typing import Any

from stance.pages.exports._records.slots import Record

# by slot, the likelier name first; case and underscores do not count
TEXT = (
    *("commenttext", "commentbody", "commentcontent", "commentmessage", "textoriginal", "rawmessage", "fulltext"),
    *("messagetext", "postcontent", "posttext", "body", "text", "content", "message", "comment", "commenthtml"),
    *("contents", "bodyhtml", "contenthtml", "html", "textdisplay", "msg", "com", "replytext", "selftext", "note"),
)
ID = (
    *(
        "commentid",
        "commentno",
        "commentkey",
        "commentseq",
        "answerid",
        "id",
        "idstr",
        "uuid",
        "cid",
        "objectid",
        "messageid",
        "postid",
        "tweetid",
        "replyid",
        "guid",
    ),
    *("questionid", "rpid", "uri", "key", "no", "number", "hash"),
)
IDS_OF_PEOPLE = ("userid", "authorid", "uid", "fromid")
AUTHOR = (
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
    *("attributedto", "createdby", "fromname", "name", *IDS_OF_PEOPLE),
)
TIME = (
    *("createdat", "createdutc", "createdon", "created", "creationdate", "createdate", "createdtime", "createtime"),
    *("timecreated", "dateposted", "datecreated", "dateadded", "postdate", "postedat", "postedon", "posted"),
    *(
        "publishedat",
        "published",
        "datepublished",
        "publishdate",
        "pubdate",
        "commentdate",
        "commenttime",
        "submittedat",
        "submitdate",
    ),
    *("insertedat", "addedat", "isodatetime", "datetime", "date", "timestamp", "time", "dategmt", "ctime", "ts"),
)
PARENT = (
    *("parentid", "parentcommentid", "parentcomment", "parentuuid", "parent", "inreplytoid", "inreplytostatusidstr"),
    *("inreplytostatusid", "inreplyto", "replytoid", "replytocommentid", "replytomessageid", "replytopostid"),
    *("replyto", "replytocomment", "responsetoid", "responseto", "answerto", "answersto", "pid", "replyid", "resto"),
    *("reference", "references", "ancestors", "targetid"),
)
THREAD = (
    *("threadid", "postid", "articleid", "storyid", "conversationid", "topicid", "submissionid", "videoid", "linkid"),
    *("commentpostid",),
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
USUAL_NAMES = frozenset((*TEXT, *ID, *AUTHOR, *TIME, *PARENT, *THREAD))
# by slot: what the name of a field may end with, and words in it that tell that it is another's or of another moment
_ENDS: dict[str, tuple[Set[str], Set[str]]] = {
    "text": (
        {"text", "body", "content", "contents", "message", "html", "plain", "comment"},
        {"title", "short", "summary", "quoted"},
    ),
    "id": ({"id"}, {"user", "author", "owner", "member", "site", "page", "group", "channel", "session", "ip"}),
    "author": (
        {"author", "user", "name", "nick", "nickname", "username", "login", "by", "poster", "commenter", "member"},
        {"file", "category", "moderator", "editor", "tag", "class", "domain", "host", "product", "first", "last"},
    ),
    "time": (
        {"at", "date", "time", "timestamp", "on", "utc", "datetime", "published", "created", "posted"},
        {"last", "expires", "seen", "joined", "is"},
    ),
    "parent": ({"id", "parent", "no", "key", "uuid", "to", "number"}, {"user", "author", "name", "screen", "site"}),
}
_NOT_ITS_OWN = {
    *("parent", "reply", "replied", "to", "thread", "topic", "article", "story", "root", "post", "target", "forum"),
    *("updated", "update", "edited", "edit", "modified", "mod", "deleted", "approved", "changed"),
}
_ANSWERED = {"parent", "reply", "replied"}
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def find_field(
    record: Record, keys: dict[str, str], names: tuple[str, ...], fits: Callable[[Any], bool], taken: Set[str | None]
) -> str | None:
    """Return the first field of one of these names with a fitting value, else the first that is null.

    `keys`: the fields by `plain_key`; `taken`: fields that are something else.
    """
    found = [keys[name] for name in names if name in keys and keys[name] not in taken]
    fitting = (key for key in found if record[key] is not None and fits(record[key]))
    return next(fitting, None) or next((key for key in found if record[key] is None), None)


def find_by_end(record: Record, slot: str, fits: Callable[[Any], bool], taken: Set[str | None]) -> str | None:
    """Return the first field whose name ends as that of a slot may, whose value fits, and that is not another's.

    >>> find_by_end({"commenting_user": "reader-1", "moderated_by": "reader-2"}, "author", bool, set())
    'commenting_user'
    """
    ends, others = _ENDS[slot]
    for key, value in record.items():
        words = [word.lower() for word in _WORD.findall(key)]
        answered = bool(_ANSWERED & {*words}) if slot == "parent" else not _NOT_ITS_OWN & {*words}
        if key not in taken and words and words[-1] in ends and answered and not others & {*words} and fits(value):
            return key
    return None
