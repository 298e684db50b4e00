"""What classes, ids and words of platforms say about an element: evidence beside the shape of a page, no condition."""

import re
from functools import lru_cache

from stance.pages.html._entries.bylines import iso_time, time_of_epoch

_ENTRY_ID = re.compile(
    r"(?:(?:li|div|article|single|the|wp|dsq|thing)[-_])?(?:(?:comment|kommentar|comentario|commentaire|cmt|forum)"
    r"(?:[-_](?:body|text|content|item|entry|id|wrap))?[-_]?|(?:wc|wpd)-comm-|c(?=\d{10,}))\d+(?:_\d+)?",
    re.IGNORECASE,
)
_ENTRY = re.compile(
    r"(?:^|\s)(?:(?:[\w]{1,12}-)?comment|pingback|trackback|h-cite|u-comment|p-comment|(?:wc|wpd)-comment"
    r"|comment-?(?:item|li)"
    r"|forum-message|single-?comment|comment-wrap)(?=\s|$)"
)
_PING = re.compile(r"(?:^|\s)(?:pingback|trackback|pings?)(?=\s|$)")
_AUTHOR = re.compile(
    r"author|user-?name|user(?![a-z])|nick|poster|commenter|(?:^|[^a-z])fn(?:[^a-z]|$)|vcard|h-card|byline|creator"
    r"|contributor|pseudo|auteur|autor|comment-?name|(?:^|[^a-z])(?:by|who|name)(?:[^a-z]|$)|actor|user_name",
)
_NAME = re.compile(
    r"(?:^|[^a-z])(?:fn|name|user|username|nickname|p-author)(?:[^a-z]|$)|[-_]name(?:[^a-z]|$)|username|hnuser"
)
_NO_AUTHOR = re.compile(
    r"body|content|text|title|subject|titre|badge|rank|role|label|count|number|date|time|rating|score|flag|level|reput|floor"
    r"|avatar|action"
    r"|button|reply|permalink|location|joined|status|signature"
)
_CHROME = re.compile(
    r"(?:^|[-_ ])(?:reply|replies)"
    r"(?: |$|[-_](?:links?|btn|button|box|form|to|count|actions?|toggle|icon|bar|tools?|counter)(?:[-_ ]|$))"
    r"|(?:^|[-_ ])(?:repondre|antworten|responder|like[sd]?|likebtn|share[ds]?|sharing|sharedaddy|ratings?"
    r"|votes?|karma|quote-?link|edit|report|flag|actions?|controls?|buttons?|toggle|nav|delete|permalink|tools?"
    r"|counter|avatar\w{0,20}|gravatar|userpic|sig|badge|links|menu|addtoany\w{0,20}|wpulike|spam|says)(?:[-_ ]|$)"
    r"|label$|awaiting|moderation|screen-reader|sr-only|visually-hidden|assistive|signature"
    r"|(?:^| )(?:[a-z]{2,3}-)?hidden(?: |$)"
    r"|respond|user-?pic(?:ture)?"
    r"|load-more|tools$|operation|in-?reply-?to|edit-?link|_(?:edit|report)|comment-?form|related-?posts"
)
_CONTENT = re.compile(
    r"(?:^|[-_ ]|comment|message|post)"
    r"(?:content|text|body|message|texte|texto|contenu|inhalt|contenido|description|msg)(?: |$)"
)
_QUOTE = re.compile(r"(?:^|[ _-])quote(?:d|main|content|text|body)?(?: |$)")
_REMOVED = re.compile(r"(?:^|[-_ ])(?:deleted|removed|withdrawn|banned|blocked)(?:[-_ ]|$)")
_NOT_CHROME = re.compile(r"smiley|emoji|blockquote|(?:reply|actions?)-(?:body|content)(?: |$)")
_THREAD = re.compile(
    r"comment|kommentar|coment|commentaire|reply|replies|respon|forum|post|thread|discuss|opinion|message|reaction"
    r"|antwort|answer|debat|leserbrief|guestbook|review",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:^|\s)(?:widget|sidebar|widget-area|recent-?comments|widget_recent_comments|related-?posts|jp-relatedposts)(?=\s|$)"
)


@lru_cache(maxsize=8192)
def is_entry(tag: str, identifier: str, classes: str) -> bool:
    """Tell whether the id or the classes of an element are those of a comment on a known platform."""
    if identifier and _ENTRY_ID.fullmatch(identifier):
        return True
    return bool(classes) and tag not in ("a", "span", "p", "ul", "ol") and _ENTRY.search(classes) is not None


def is_numbered(identifier: str) -> bool:
    """Tell whether the id of an element is a comment's number."""
    return bool(identifier) and identifier[-1].isdigit() and _ENTRY_ID.fullmatch(identifier) is not None


def prefix_of(identifier: str) -> str:
    """Return what stands before the number in an id.

    >>> prefix_of("comment-17"), prefix_of("wc-comm-17_12")
    ('comment-', 'wc-comm-')
    """
    return identifier.rstrip("0123456789_")


def is_ping(classes: str) -> bool:
    """Tell whether the classes of an entry say that another page links here."""
    return _PING.search(classes) is not None


@lru_cache(maxsize=8192)
def author_evidence(tag: str, classes: str, properties: str) -> float:
    """Return how much an element's marks speak for a name in it, from -1 to 1."""
    words = f"{classes} {properties}".lower()
    if _NO_AUTHOR.search(words) and not _NAME.search(words):
        return -0.6
    if _NAME.search(words) or "author" in properties:
        return 1.0
    if _AUTHOR.search(words):
        return 0.7
    return 0.5 if tag == "cite" else 0.0


def is_chrome(tag: str, classes: str) -> bool:
    """Tell whether an element is a button, a counter, a picture or a form by its marks."""
    if tag in ("form", "button"):
        return "usertext" not in classes
    return bool(classes) and bool(_CHROME.search(classes)) and not _NOT_CHROME.search(classes)


def is_quote(tag: str, classes: str) -> bool:
    """Tell whether an element that is no blockquote holds what is quoted, as forums mark it.

    >>> is_quote("div", "quote"), is_quote("td", "quotemain"), is_quote("a", "quote"), is_quote("blockquote", "quote")
    (True, True, False, False)
    """
    return tag in ("div", "td", "table", "section", "p", "span") and _QUOTE.search(classes) is not None


def is_removed(classes: str) -> bool:
    """Tell whether classes say that the words of an entry are gone, and a notice of that stands there.

    >>> is_removed("comment comment--blocked"), is_removed("comment")
    (True, False)
    """
    return _REMOVED.search(classes) is not None


def is_of_thread(classes: str) -> bool:
    """Tell whether classes and ids speak of comments, posts or answers.

    >>> is_of_thread("zt-comments"), is_of_thread("forumposts"), is_of_thread("nav")
    (True, True, False)
    """
    return _THREAD.search(classes) is not None


@lru_cache(maxsize=8192)
def is_content(classes: str, properties: str) -> bool:
    """Tell whether an element holds the words of an entry by its marks."""
    return "text" in properties.lower().split() or _CONTENT.search(classes.lower()) is not None


def is_aside(classes: str) -> bool:
    """Tell whether an element holds what belongs to other pages, like a list of recent comments."""
    return _ASIDE.search(classes) is not None and "blog" not in classes.split()


def machine_time(attributes: dict[str, str | None]) -> str | None:
    """Return the time that an element's attributes give for machines, as ISO 8601; None where they give none."""
    for name in ("datetime", "content", "title"):
        value = attributes.get(name)
        published = iso_time(value) if value and value[:1].isdigit() else None
        if value and published and (len(published) > len("2016-09-20") or len(value.strip()) == len(published)):
            return published
    for name, value in attributes.items():
        if value and name.startswith("data-") and ("time" in name or "date" in name):
            return time_of_epoch(value) if value.isdecimal() else iso_time(value)
    return None
