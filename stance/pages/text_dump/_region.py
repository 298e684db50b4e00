"""Where in a dump the thread stands: its heading, what the page prints behind it, and the post above it."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from stance.pages.text_dump._phrases.endings import find_ending
from stance.pages.text_dump._phrases.headers import read_header
from stance.pages.text_dump._phrases.labels import is_label


class Heading(NamedTuple):
    """A line like "17 Responses to “A post”": its span, the number of comments it declares, the title it names."""

    start: int
    end: int
    declared: int | None
    title: str | None


_NUMBER_WORDS = {
    **dict.fromkeys(("one", "ein", "eine", "einen", "un", "una", "une", "uno"), 1),
    **dict.fromkeys(("no", "keine", "kein", "sin", "ningún", "aucun", "aucune", "zero"), 0),
}
_COUNT = rf"\d{{1,3}}(?:[.,]\d{{3}})+|\d{{1,6}}|(?:{'|'.join(_NUMBER_WORDS)})\b"
_WORD = (
    r"(?:comments?|responses?|replies|reply|thoughts?|reactions?|discussions?|kommentare?n?|antwort(?:en)?|gedanken?|"
    r"reaktion(?:en)?|meinung(?:en)?|ergänzung(?:en)?|rückmeldung(?:en)?|leserkommentare?|leserbriefe?|stimmen|"
    r"comentarios?|respuestas?|opini(?:ón|ones)|pensamientos?|reflexi(?:ón|ones)|reacci(?:ón|ones)|"
    r"commentaires?|réponses?|réflexions?|réactions?|messages?|avis|contributions?)"
)
_SPACE = r"[ \xa0]"
_OUTSET = r"[^\S\n]{0,8}[^\w\n]{0,4}"
_ON = r"(?:to|on|for|about|zu|zum|auf|bei|über|für|a|en|para|sobre|de|del|à|sur|pour|au)"
_TAIL = (
    rf"(?:{_SPACE}*(?:so far|bisher|bis jetzt|hasta ahora|al momento|pour l[’']instant)?{_SPACE}*"
    r"(?:[:.,;|»{}\[\](↓▼…-]|$)[^\n]{0,120}"
    rf"|{_SPACE}+{_ON}{_SPACE}*:?{_SPACE}+(?:[“„«\"‘»”](?P<title>[^\n]{{1,250}})[”“»\"’«]|[^\n]{{1,200}})"
    rf"|{_SPACE}+(?:add|leave|post|skip|read|subscribe|rss|hide|show|schreibe|hinterlasse|deja|laisse[rz]?|ajouter)\b"
    r"[^\n]{0,80})"
)
_COUNTED = re.compile(
    rf"{_OUTSET}(?:(?:this (?:post|entry|article) (?:currently )?has|there (?:are|is)(?: currently)?|with|es gibt|hay|"
    rf"il y a|bisher) )?(?P<count>{_COUNT})[+)]?{_SPACE}+"
    rf"(?:(?:user|reader|public|lustige|weitere|more|great|other|blog|visitor){_SPACE}+)?{_WORD}\b{_TAIL}$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMED = re.compile(
    rf"{_OUTSET}(?:user |reader |your |leser)?(?!reply|replies|antwort|respuestas?$|réponses?$){_WORD}{_SPACE}*"
    rf"(?:[:(\[–—-]?{_SPACE}*(?P<count>\d{{1,6}}){_SPACE}*[)\]]?"
    rf"|{_SPACE}+(?:to|on|zu|auf|a|en|sobre|à|sur)\b[^\n]{{0,200}}|{_SPACE}*[:»↓]?"
    rf"|{_SPACE}+(?:schreibe einen|leave a|deja un|laisser un)[^\n]{{0,40}}){_SPACE}*$",
    re.IGNORECASE | re.MULTILINE,
)
_COUNT_STARTS = frozenset("0123456789{(")  # enough inside a thread, and asked of each of its lines
# what heads a thread begins so: asked of each line of the post, it spares nearly all of them the long patterns
_MAY_HEAD = re.compile(
    r"\n(?=[^\S\n]{0,8}[^\w\n]{0,4}(?i:\d[\d.,]{0,9}[+)]?[ \xa0]+[^\W\d]|this|there|with|es gibt|hay|il y a|bisher|"
    r"one|eine?|une?|un[ao]|no|keine?|sin|ning|aucun|zero|user|reader|your|leser|comment|respon|repl|thought|reaction|"
    r"discussion|kommentar|antwort|gedanke|reaktion|meinung|ergänz|rückmeld|stimmen|comentario|respuesta|opini|"
    r"pensamiento|reflexi|reacci|réponse|réflexion|réaction|message|avis|contribution))([^\n]{5,330})(?=\n|\Z)"
)


def find_headings(page: str) -> Iterator[Heading]:
    """Yield the lines that may head a thread, in the order of the page."""
    for line in _MAY_HEAD.finditer("\n" + page):
        start, end = line.start(), line.end() - 1  # where it stands in the page itself
        match = _COUNTED.match(page, start, end) or _NAMED.match(page, start, end)
        if match is not None:
            shown = match.groupdict()
            title = (shown.get("title") or "").strip() or None
            yield Heading(start, end, _number(shown["count"]), title)


def is_counted_heading(words: str) -> bool:
    """Say whether a line begins with a number and heads a thread.

    >>> is_counted_heading("17 Responses"), is_counted_heading("17 boats")
    (True, False)
    """
    return words[:1] in _COUNT_STARTS and _COUNTED.match(words) is not None


def _number(shown: str | None) -> int | None:
    if shown is None:
        return None
    word = shown.casefold()
    if word in _NUMBER_WORDS:
        return _NUMBER_WORDS[word]
    digits = re.sub(r"\D", "", shown)
    return int(digits) if digits else None


def find_end(page: str, headings: list[Heading]) -> int:
    """Return where the post ends on a page without comments: at the heading or the form in its second half."""
    half = len(page) // 2
    ends = [heading.start for heading in headings if heading.start >= half]
    ending = find_ending(page, half)
    return min([*ends, len(page) if ending is None else ending])


_PARAGRAPHS = re.compile(r"[^\S\n]*+(\S[^\n]*+)(?:\n|\Z)")
_BYLINE = re.compile(
    r"(?:posted|published|written|by|von|por|par|veröffentlicht|geschrieben|publicado|publié|posté|verfasst|"
    r"with \d+ comments?|leave a comment|\d+ (?:comments?|kommentare?|comentarios?|commentaires?))\b",
    re.IGNORECASE,
)
_NAVIGATION = re.compile(
    r"(?:skip|jump|zum inhalt|zur |springe|saltar|ir al|aller au|menu|menü|home|start|search|suche|subscribe|"
    r"sign (?:up|in)|log ?in|feed|posts|comments|newsletter|share|tweet|follow|advertisement|anzeige|rss)\b",
    re.IGNORECASE,
)
_TITLE_WITHIN = 12
_LONGEST_TITLE = 160


def find_title(page: str, end: int, heading_title: str | None) -> tuple[str | None, int]:
    """Return the post's title and where the post's text begins behind it; (None, 0) where no line looks like one.

    A title that the thread's heading quotes wins, then the line above the byline, then the first line that is
    neither navigation nor a sentence.
    """
    first_lines = []
    for match in _PARAGRAPHS.finditer(page, 0, min(end, 20_000)):
        first_lines.append(match)
        if len(first_lines) == 40:
            break
    if heading_title:
        wanted = _folded(heading_title)
        for match in first_lines:
            if _folded(match[1]) == wanted:
                return match[1].strip(), match.end()
        return heading_title, 0
    first_lines = [match for match in first_lines[:_TITLE_WITHIN] if not _NAVIGATION.match(match[1])]
    for title, byline in pairwise(first_lines[:6]):
        if _is_byline(byline[1]) and _could_be_title(title[1]):
            return title[1].strip(), title.end()
    titles = [match for match in first_lines if _could_be_title(match[1])]
    for match in [match for match in titles if len(match[1]) >= 20 or match[1].count(" ") >= 3] + titles[:1]:
        return match[1].strip(), match.end()
    return None, 0


def _folded(words: str) -> str:
    return re.sub(r"\W+", " ", words).casefold().strip()


def _is_byline(words: str) -> bool:
    words = words.strip()
    if len(words) > 120:
        return False
    header = read_header(words, None)
    return _BYLINE.match(words) is not None or (header is not None and header.date is not None)


def _could_be_title(words: str) -> bool:
    words = words.strip()
    return 3 <= len(words) <= _LONGEST_TITLE and not is_label(words) and not _is_byline(words)


_BLANKS = re.compile(r"\s+")


def post_text(page: str, start: int, end: int) -> str:
    """Return the post's own words between title and thread, without bylines and labels."""
    kept: list[str] = []
    for paragraph in re.split(r"\n[^\S\n]*\n", page[start:end]):
        lines = [_BLANKS.sub(" ", line).strip() for line in paragraph.split("\n")]
        lines = [line for line in lines if line and not (len(line) < 120 and (is_label(line) or _is_byline(line)))]
        if lines:
            kept.append("\n".join(lines))
    return "\n\n".join(kept)
