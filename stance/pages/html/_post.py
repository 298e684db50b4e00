"""The post of a comment page: its title, its words, its address, and the number of comments that the page declares."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from stance.pages.html._entries.records import Entries
from stance.pages.html._own import own_html
from stance.pages.markup import clean_text, html_to_text, tidy_text

_WORD_FOR_COMMENTS = (
    r"(?:comments?|responses?|repl(?:y|ies)|thoughts?|reactions?|opinions?|remarks?|kommentare?n?|antwort(?:en)?"
    r"|gedanken?|ergänzung(?:en)?|reaktion(?:en)?|meinung(?:en)?|rückmeldung(?:en)?|beiträge|leserkommentare?"
    r"|stimmen|wortmeldung(?:en)?|comentarios?|respuestas?|opini[oó]n(?:es)?|pensamientos?|reacci[oó]n(?:es)?"
    r"|commentaires?|réponses?|réactions?|réflexions?|messages?|avis|pensées?)"
)
_ONE = r"one|ein|eine|un|una|une"
_DECLARED = re.compile(
    rf"(?<![\w.,#])(?:(?P<count>\d{{1,3}}(?:[.,’' ]\d{{3}})+|\d{{1,6}})|^(?P<word>{_ONE}))"
    rf"\s{{1,3}}(?:\w{{1,20}}\s)?{_WORD_FOR_COMMENTS}(?!\w)",
    re.IGNORECASE,
)
_DECLARED_BEHIND = re.compile(
    rf"(?<!\w){_WORD_FOR_COMMENTS}\s{{0,3}}[:(\[–-]{{0,2}}\s{{0,3}}(?P<count>\d{{1,6}})(?![\w.:/])", re.I
)
_NOT_COUNTED = re.compile(r"\b(?:neueste|letzte|recent|latest|recientes|récents|derniers)\b", re.IGNORECASE)
_LONGEST_HEADING = 200
# most telling first
_BODIES = (
    ".entry-content",
    ':is([itemprop~="articleBody"],.post-content,.post-body,.article-content,.post-entry,.format_text,.article-body,'
    ".storycontent,.content-body,.entrytext,.entry-text,.post_content,.e-content,.field--name-body,.field-name-body)",
    ":is(.entry,.texte,.node .content)",
    ":is(article,.post,.hentry)",
    ":is(main,#content)",
)
_NOT_ARTICLE = (
    ":is(h1,nav,aside,header,footer,form,script,style,.sharedaddy,.post-meta,.entry-meta,.postmetadata,.navigation,"
    "#comments,#respond,.comments-area,#disqus_thread,.comments,#comment-section)"
)
_TITLE_CLASS = re.compile(r"(?:entry|post|article|single|page|node)[-_]?title|headline", re.IGNORECASE)
_HEAD_PARTS = 'meta[property^="og:" i],link[rel="canonical" i],title'
_USUAL_BODY = ".entry-content"
_LONG_ENOUGH = 200
_STEPS_TO_ARTICLE = 12
_ARTICLE_TAGS = {"div", "article", "section", "main"}
_PARAGRAPHS = "p,h2,h3,h4,li,pre"
_MOST_HEADINGS = 60
_LONGEST_ADDRESS = 2000
_LEVELS_TO_HEADING = 8
_STEPS_TO_HEADING = 8
_HEADING_TAGS = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "strong", "div", "span", "header", "legend", "a"}


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a page says about it: its title, site, address and two letters of its language."""

    title: str
    page_title: str
    site: str
    address: str | None
    language: str | None


def read_head(tree: LexborHTMLParser) -> Head:
    """Return what the head of a page says about it. The canonical link wins over the address for social networks."""
    root, head = tree.root, tree.head
    said: dict[str, str] = {}
    page_title = ""
    for node in head.css(_HEAD_PARTS) if head is not None else ():
        attributes = node.attributes
        if node.tag == "title":
            page_title = page_title or _folded(node.text())
        elif node.tag == "link":
            said.setdefault((attributes.get("rel") or "").lower(), (attributes.get("href") or "").strip())
        else:
            said.setdefault((attributes.get("property") or "").lower(), _folded(attributes.get("content") or ""))
    addresses = [said.get("canonical", ""), said.get("og:url", "")]
    address = next((each for each in addresses if "//" in each and len(each) <= _LONGEST_ADDRESS), None)
    language = root.attributes.get("lang") or root.attributes.get("xml:lang") if root is not None else None
    language = language or said.get("og:locale") or ""
    return Head(
        title=said.get("og:title", ""),
        page_title=page_title,
        site=said.get("og:site_name", ""),
        address=address,
        language=language[:2].lower() if re.match(r"[a-zA-Z]{2}(?![a-zA-Z])", language) else None,
    )


def read_title(tree: LexborHTMLParser, head: Head) -> str | None:
    """Return the title of the post: the heading marked as such, or named by the page's own title, else that title."""
    known = f"{head.title}\n{head.page_title}".casefold()
    heading = tree.css_first("h1")
    words = _folded(heading.text()) if heading is not None else ""
    if heading is not None and words and (words == head.title or _TITLE_CLASS.search(_marks(heading))):
        return clean_text(words)
    said = next(_titles(tree.css("h1,h2,h3")[:_MOST_HEADINGS], head, known), None)
    return clean_text(said or head.title or head.page_title) or None


def _titles(headings: list[LexborNode], head: Head, known: str) -> Iterator[str]:
    """Yield what may be the title, the likeliest first: few headings need to be read."""
    marked = [each for each in headings if _TITLE_CLASS.search(_marks(each))]
    yield from (words for each in marked if each.tag == "h1" and (words := _folded(each.text())))
    for each in (*marked, *headings):
        words = _folded(each.text())
        if words and words != head.site and words.casefold() in known:
            yield words
    only = [words for each in headings if each.tag == "h1" and (words := _folded(each.text()))]
    if len(only) == 1 and only[0] != head.site:
        yield only[0]
    else:
        yield from (words for each in marked if (words := _folded(each.text())))


def read_words(tree: LexborHTMLParser, entries: Entries | None) -> str:
    """Return the post's own words: those of the element that holds the article, without the comments."""
    around: set[int] = set()
    above = entries.scope if entries is not None else None
    while above is not None:
        around.add(above.mem_id)
        above = above.parent
    body = tree.css_first(_USUAL_BODY)
    if body is not None and body.mem_id not in around and (entries is None or not entries.holds(body)):
        words = _paragraphs(body)
        if len(words) >= _LONG_ENOUGH:
            return words
    return (_words_before(entries) if entries is not None else "") or _longest_words(tree, entries, around)


def _words_before(entries: Entries) -> str:
    """Return the words of the longest element in paragraphs that stands close before the comments."""
    place: LexborNode | None = entries.elements[0]
    for _ in range(_LEVELS_TO_HEADING):
        if place is None or place.tag in ("body", "html"):
            return ""
        before, longest = place.prev, ""
        for _ in range(_STEPS_TO_ARTICLE):
            if before is None:
                break
            if before.tag in _ARTICLE_TAGS and len(before.text()) > len(longest) + _LONG_ENOUGH:
                longest = max(longest, _paragraphs(before), key=len)
            before = before.prev
        if longest:
            return longest
        place = place.parent
    return ""


def _longest_words(tree: LexborHTMLParser, entries: Entries | None, around: set[int]) -> str:
    """Return the words of the longest element that may hold the article, where none is plainly it."""
    for selector in _BODIES:
        bodies = [body for body in tree.css(selector) if entries is None or not entries.holds(body)]
        for body in sorted(bodies, key=lambda body: -len(body.text()))[:3]:
            hidden = {node.mem_id: node for node in body.css(_NOT_ARTICLE)}
            if body.mem_id in around and entries is not None:
                hidden.update((element.mem_id, element) for element in entries.elements)
            words = html_to_text(own_html(body, hidden))
            if words:
                return words
    return ""


def _paragraphs(body: LexborNode) -> str:
    """Return the words of an article that is written in paragraphs, "" where less than half of it is."""
    inside = {around.mem_id for script in body.css("script") if (around := script.parent) is not None}
    paragraphs = []
    for node in body.css(_PARAGRAPHS):
        if node.mem_id in inside or (node.tag == "p" and node.parent is not None and node.parent.tag == "li"):
            continue
        paragraphs.append(node.text().replace("\n", " "))
    joined = tidy_text("\n\n".join(paragraphs))
    return joined if len(joined) >= _LONG_ENOUGH and 2 * len(joined) > len(body.text()) else ""


def read_declared(entries: Entries) -> int | None:
    """Return the number of comments that a heading before the first entry declares, None where there is none."""
    place: LexborNode | None = entries.elements[0]
    for _ in range(_LEVELS_TO_HEADING):
        if place is None or place.tag in ("body", "html"):
            return None
        before = place.prev
        for _ in range(_STEPS_TO_HEADING):
            if before is None:
                break
            count = _count_in(before) if before.tag in _HEADING_TAGS else None
            if count is not None:
                return count
            before = before.prev
        if place.id == "comments":
            return None
        place = place.parent
    return None


def read_declared_anywhere(tree: LexborHTMLParser) -> int | None:
    """Return the number of comments that a heading of a page without entries declares, None where none does."""
    for heading in tree.css("h1,h2,h3,h4,h5,h6,legend")[:_MOST_HEADINGS]:
        words = _folded(heading.text(separator=" "))
        if words[:1].isdigit() or words[-1:] in ")0123456789":
            count = _count_in(heading)
            if count:
                return count
    return None


def _count_in(node: LexborNode) -> int | None:
    parts = node.text(separator=" ").split(None, _LONGEST_HEADING)
    words = " ".join(parts)
    if len(words) > _LONGEST_HEADING:
        return None
    count = declared_count(words)
    if count is None and words[:1].isdigit():
        number = node.css_first('[class*="comment-count"]')
        words = number.text().strip() if number is not None else ""
        count = int(words) if words.isdecimal() and len(words) <= 6 else None
    return count


def declared_count(heading: str) -> int | None:
    """Return the number in a heading like "17 Responses to …" or "Kommentare (12)", None where it has none.

    >>> declared_count("17 Responses to “A post”"), declared_count("Kommentare (12)"), declared_count("Ein Kommentar")
    (17, 12, 1)
    """
    if _NOT_COUNTED.search(heading):
        return None
    found = _DECLARED.search(heading)
    if found:
        return int(re.sub(r"\D", "", found["count"])) if found["count"] else 1
    found = _DECLARED_BEHIND.search(heading)
    return int(found["count"]) if found else None


def _marks(node: LexborNode) -> str:
    attributes = node.attributes
    return f"{attributes.get('class')} {attributes.get('itemprop')}" if attributes else ""


def _folded(words: str) -> str:
    return " ".join(words.split())
