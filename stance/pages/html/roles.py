"""What an element of a comment page is for, read off its tag, its class and its microformat or schema.org property."""

import re
from enum import IntEnum
from functools import lru_cache


class Role(IntEnum):
    """What an element is for. NAME, NAME_LINK and AUTHOR may hold the author, in this order of trust."""

    NONE = 0
    ENTRY = 1
    PING = 2
    REPLIES = 3
    CONTENT = 4
    NAME = 5
    NAME_LINK = 6
    AUTHOR = 7
    CITE = 8
    TIME = 9
    DATE = 10
    META = 11
    CHROME = 12
    IN_REPLY_TO = 13
    SIDE = 14


_ENTRY_TAGS = {"li", "div", "article", "section", "dt", "dd", "tr", "p", "table"}
_CONTENT_TAGS = {"div", "p", "section", "article", "blockquote", "dd", "td", "li", "main"}
_ENTRY = {"comment", "h-cite", "u-comment", "p-comment", "wc-comment", "wpd-comment", "comment-item", "commentitem"}
_ENTRY |= {"comment-li", "forum-message", "comment-entry-item", "singlecomment", "single-comment", "comment-wrap"}
_PING = {"pingback", "trackback", "ping", "pings"}
_REPLIES = {
    "children",
    "indented",
    "comment-replies",
    "replies",
    "comment-children",
    "child-comments",
    "comments-nested",
}
_REPLIES |= {"nested-comments", "subcomments", "sub-comments", "comment-thread-children"}
_NAME = {"fn", "username", "user-name", "nickname", "commenter", "commentername", "commenter-name", "p-name"}
_NAME |= {"comment-author-name", "comment_author_name", "comment-author-link", "comment__author-name", "author-name"}
_NAME |= {"comment-name", "commentauthor", "comment_author", "comment-poster", "comment-author__name", "poster-name"}
_NAME |= {"wp-block-comment-author-name", "author__name", "comment__author", "name"}
_SIDE = {"widget", "sidebar", "widget-area", "recentcomments", "recent-comments", "widget_recent_comments"}
_SIDE |= {"related-posts", "relatedposts", "jp-relatedposts", "comment-respond", "comment-form", "commentform"}

_ACT = (
    r"(?:reply|replies|repondre|antworten|responder|like[sd]?|likebtn|share[ds]?|sharing|sharedaddy"
    r"|ratings?|votes?|karma|quote-?link)"
)
_CHROME = re.compile(
    rf"(?:^|[-_]){_ACT}(?:[-_]|$)"
    r"|^(?:avatar|gravatar|photo|says|counter|permalink|edit|edited|delete|report|flag|links|toggle|spam|button|btn)$"
    r"|(?:avatar|gravatar|userpic|user-pic(?:ture)?|awaiting-moderation|awaiting_moderation|moderation-notice)"
    r"|(?:edit-?link|edit_link|[-_](?:edit|delete|report|flag|actions?|controls?|buttons?|number|num|count|counter|toggle|nav)$)"
    r"|^(?:screen-reader-text|sr-only|visually-hidden|assistive-text|hidden|actions|controls|addtoany\w{0,20}|wpulike)$"
    r"|^(?:item-control|thread-toggle|comment-link|comment-permalink|comment-icon|icon|badge|post-author-badge|post-author)$"
    r"|(?:user-?signature|load-more|likes?-button|respond$|replylink|reply-?to$)"
)
_NOT_CHROME = re.compile(r"wp-smiley|emoji|blockquote")
_CONTENT = re.compile(
    r"(?:^|[-_]|comment|message|content|entry|post)(?:content|contents|text|body|bodytext|message|copy|entry|txt|texte|texto|contenu|inhalt"
    r"|contenido|description|commentary)$|^(?:format_text|commententry|commenttext|commentaire|field-name-comment-body)$"
)
_NOT_CONTENT = re.compile(r"(?:screen-reader|assistive|meta|header|footer|author|date|btn|button|link)")
_DATE = re.compile(
    r"(?:^|[-_]|comment)(?:date|datum|datetime|time|timestamp|metadata|published|posted|postdate|when|fecha|dtreviewed"
    r"|dt-published|created|day)s?$|^(?:comment-?date|commentdate|date-\w{1,10}|comment-time-?\w{0,10})$"
)
_AUTHOR = re.compile(r"author|vcard|byline|h-card|(?:^|[-_])(?:user|poster|who|by|name|autor|auteur|commenter)$")
_META = re.compile(
    r"meta|submitted|(?:^|[-_]|comment|post)(?:header|heading|head|info|infos|details|footer|foot|data|title|top|credit|credits)$"
)
_PARENT_LINK = re.compile(r"in-?reply-?to$|^(?:comment-parent|parent-link|parent)$")
_BY_PROPERTY = {
    "author": Role.AUTHOR,
    "creator": Role.AUTHOR,
    "name": Role.NAME,
    "text": Role.CONTENT,
    "commenttext": Role.CONTENT,
    "reviewbody": Role.CONTENT,
    "description": Role.CONTENT,
    "datecreated": Role.TIME,
    "datepublished": Role.TIME,
    "commenttime": Role.TIME,
    "dc:created": Role.TIME,
    "dc:date": Role.TIME,
    "schema:datecreated": Role.TIME,
    "schema:text": Role.CONTENT,
    "content:encoded": Role.CONTENT,
    "comment": Role.ENTRY,
}
_BY_TAG = {"time": Role.TIME, "cite": Role.CITE, "form": Role.CHROME, "small": Role.META, "header": Role.META}


@lru_cache(maxsize=8192)
def role_of(tag: str, classes: str | None, properties: str | None = None) -> Role:
    """Return what an element is for, from its tag, class and `itemprop` or `property`.

    The words that sites use for the same thing differ; their endings seldom do: "comment-text", "w-comments-item-text"
    and "commenttext" all hold the words of a comment. More telling words win over vaguer ones.

    >>> role_of("div", "comment-author vcard").name, role_of("b", "fn").name, role_of("div", "wc-comment-text").name
    ('AUTHOR', 'NAME', 'CONTENT')
    """
    if tag == "time":
        return Role.TIME
    for word in (properties or "").lower().split():
        if word in _BY_PROPERTY:
            return _BY_PROPERTY[word]
    tokens = (classes or "").lower().split()
    if not tokens:
        return _BY_TAG.get(tag, Role.NONE)
    return _role_by_class(tag, set(tokens), tokens) or _BY_TAG.get(tag, Role.NONE)


def _role_by_class(tag: str, names: set[str], tokens: list[str]) -> Role:
    if names & _SIDE and "blog" not in names:  # Blogger calls the blog itself a widget
        return Role.SIDE
    if names & _PING and tag in _ENTRY_TAGS:
        return Role.PING
    if names & _REPLIES and tag != "a" and tag != "span":
        return Role.REPLIES
    if "parent" not in names and any(map(_PARENT_LINK.search, tokens)):
        return Role.IN_REPLY_TO
    content = tag in _CONTENT_TAGS and any(map(_holds_words, tokens))
    if names & _ENTRY and tag in _ENTRY_TAGS and not content:
        return Role.ENTRY
    return _role_of_part(tag, names, tokens, content)


def _role_of_part(tag: str, names: set[str], tokens: list[str], content: bool) -> Role:
    if content and "e-content" in names:
        return Role.CONTENT
    if "p-author" in names or (tag == "cite" and "user" in names):
        return Role.NAME
    if names & _NAME and not names & {"vcard", "h-card"}:
        return Role.NAME
    if tag == "a" and "url" in names:
        return Role.NAME_LINK
    if content:
        return Role.CONTENT
    if any(map(_CHROME.search, tokens)) and not any(map(_NOT_CHROME.search, tokens)):
        return Role.CHROME
    for role, pattern in ((Role.AUTHOR, _AUTHOR), (Role.DATE, _DATE), (Role.META, _META)):
        if any(map(pattern.search, tokens)):
            return role
    return Role.NONE


def _holds_words(token: str) -> bool:
    return (
        bool(_CONTENT.search(token))
        and token not in _ENTRY
        and not _NOT_CONTENT.search(token)
        and not _CHROME.search(token)
    )
