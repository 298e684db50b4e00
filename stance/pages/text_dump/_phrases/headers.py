"""What a short line can say about an entry: a name, a date, or both with a verb."""

import re
from typing import NamedTuple

from stance.pages.dates import DateMatch
from stance.pages.text_dump._phrases.dates import date_in
from stance.pages.text_dump._phrases.habits import NONE, Family, Habits, flat, tokens
from stance.pages.text_dump._phrases.labels import is_label

LONGEST_HEADER = 170
LONGEST_NAME = 60


class Header(NamedTuple):
    """What a line says about an entry: `date` and `author` where it shows them, `says` where a verb is by the name."""

    date: DateMatch | None
    author: str | None
    says: bool


_VERBS = (
    *("says", "said", "wrote", "writes", "commented", "comments", "replied", "responded", "adds", "added"),
    *("sagt", "sagte", "schreibt", "schrieb", "meint", "meinte", "kommentiert", "kommentierte", "antwortet"),
    *("hat gesagt", "hat geschrieben", "dice", "dijo", "escribió", "escribe", "ha dicho", "comentó", "comenta"),
    *("respondió", "dit", "a dit", "a écrit", "écrit", "a commenté", "disait"),
)
_VERB = rf"(?:{'|'.join(_VERBS)})"
# what "NAME says:" can end in: asked first, since most lines are no such thing
_LAST_WORDS = frozenset((*(verb.rpartition(" ")[2] for verb in _VERBS), "on", "am", "el", "le"))
_SAYS = re.compile(
    rf"(.{{1,{LONGEST_NAME}}}?)[ \xa0]+{_VERB}(?:[ \xa0]+(?:on|am|el|le))?[ \xa0]*(?::|\.\.\.|…|»)*", re.IGNORECASE
)
_BY = (
    r"(?:(?:posted|comment|submitted|written|published|left|response|reply|kommentar|verfasst|geschrieben|gespeichert|"
    r"eingereicht|veröffentlicht|erstellt|beitrag|comentario|publicado|enviado|escrito|posté|commentaire|soumis|"
    r"envoyé|publié|écrit|rédigé|message)\b[ \xa0]*(?::|(?:by|from|von|por|par|de|vom)\b[ \xa0]*:?|$)|"
    r"(?:by|from|von|por|par)\b[ \xa0]*:?)[ \xa0]*"
)
_BEFORE = re.compile(
    r"[\s,;:|•·–—/>»~.*↓↑-]*+(?:(?:(?:comment|kommentar|comentario|commentaire|nr\.?|no\.?)[ \xa0])?"
    r"(?:#\d{1,5}\b|\(\d{1,5}\)|\d{1,5}[ \xa0]*[.):|–—-])[\s|:–—-]*+)?"
    rf"(?:{_BY})?",
    re.IGNORECASE,
)
_BEFORE_END = re.compile(
    r"(?:[\s,;:|•·–—/(\[@#-]|(?<=[\s,])(?:on|am|vom|den|el|le|at|the|du|del?|dated|date|fecha|um)(?=\s)|"
    r"^(?:on|am|vom|den|el|le|at|the|du|posted|date)(?=\s|$))++$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:[\s,;:|•·–—/)\].#-]|(?:uhr|h|by|von|por|par|schrieb|schreibt|folgendes|from|e)\b|"
    r"(?:reply|antworten|antwort|responder|répondre|permalink|permalien|enlace permanente|link|edit|bearbeiten|editar|"
    r"modifier|quote|zitieren|citar|citer)\b)+",
    re.IGNORECASE,
)
_VERB_END = re.compile(rf"(?:^|[\s,]){_VERB}?[\s:….»(\[|#-]*$", re.IGNORECASE)
_LABEL_END = re.compile(
    r"[\s|•·,(\[–—-]*+(?:\b(?:reply|antworten|responder|répondre|permalink|permalien|enlace permanente|link|edit|"
    r"bearbeiten|editar|modifier|quote|like|share|report|says|said)\b[\s|•·)\]:↓–-]*+|#\d*+|[|·∞¶↓•]|\d{1,5}[.)])++$",
    re.IGNORECASE,
)
_BADGE_END = re.compile(
    r"[ \xa0]+[\[(]?(?:post author|site admin|beitragsautor(?:in)?|autor de la entrada|auteur de l[’']article|author|"
    r"autor(?:in)?|auteur|op|mod(?:erator)?|admin|\((?:not verified|nicht überprüft|non vérifié|no verificado))[\])]?$",
    re.IGNORECASE,
)
# most headers are "NAME DATE"; the words that may hide a verb, a preposition or a badge go the long way
_SIMPLE_NAME = re.compile(
    rf"(?!(?:{_BY}))[^\W\d_][\w.'’]{{0,30}}(?:[ ._-][^\W_][\w.'’]{{0,30}}){{0,3}} ?", re.IGNORECASE
)
_NO_LAST_NAMES = frozenset(
    (
        *_LAST_WORDS,
        *(
            "at",
            "um",
            "vom",
            "den",
            "the",
            "du",
            "de",
            "del",
            "date",
            "dated",
            "fecha",
            "posted",
            "time",
            "from",
            "by",
            "von",
        ),
        *(
            "reply",
            "antworten",
            "responder",
            "répondre",
            "permalink",
            "link",
            "edit",
            "like",
            "share",
            "report",
            "quote",
        ),
        *(
            "author",
            "autor",
            "autorin",
            "auteur",
            "admin",
            "op",
            "mod",
            "moderator",
            "beitragsautor",
            "beitragsautorin",
        ),
        *("entrada", "article", "article’s", "updated", "update"),
    )
)
_ENDS_SENTENCE = tuple('.!?…,;:“”"»)-–')
_SHORT_FORM = re.compile(r"(?:^|[ .])(?:\w|[JS]r|Dr|Mr?s?|St)\.$")
_NO_NAME = re.compile(
    r"[./-](?:19|20)\d\d|https?:|www\.|@\w+\.\w|^[\W\d_]*$|[!?] |[:;]-?[)(] ?$|[{}<>=]|"
    r"^(?i:hi|hello|hey|dear|hallo|liebe[rs]?|hola|bonjour|salut|thanks|thank you|danke|vielen dank|merci|gracias|yes|"
    r"ja|nein|oui|sí|(?:(?:viele|liebe|beste|schöne|herzliche) )?(?:grüße|grüsse|gruß|gruss)|lg|vg|mfg|cheers|regards|"
    r"(?:best|kind) regards|saludos|un saludo|cordialement|amicalement|bises)(?![\w'’-])"
)


def name_of(words: str) -> str | None:
    """Return the name that a line consists of, without badges, or None where it reads like a sentence.

    >>> name_of("reader-1 Post author"), name_of("I agree."), name_of("A. Reader")
    ('reader-1', None, 'A. Reader')
    """
    if not 0 < len(words) <= LONGEST_NAME or words.count(" ") > 6:
        return None
    words = _BADGE_END.sub("", words)
    if words.endswith(_ENDS_SENTENCE) and not _SHORT_FORM.search(words) and not (words.endswith(")") and "(" in words):
        return None
    return None if _NO_NAME.search(words) else words


def read_header(words: str, day_first: bool | None, habits: Habits = NONE) -> Header | None:
    """Return what a short line says about an entry, or None where it is no date and no "NAME says:".

    `habits` are what the page prints around names and dates in nearly every entry.

    >>> read_header("On 20 September 2016 at 15:30 reader-1 said:", None).author
    'reader-1'
    """
    if len(words) > LONGEST_HEADER:
        return None
    date = date_in(words, day_first)
    if date is None:
        author = _said_by(words, habits)
        return Header(None, author, True) if author else None
    if date.start == 0 and date.end == len(words):
        return Header(date, None, False)
    before, after = words[: date.start], words[date.end :]
    if habits.others and flat(before).strip() in habits.others:
        return None
    if habits.family is not None:
        rests = _own_words(before, after, habits.family)
        if rests is None:
            return None
        before, after = rests
        if not before.strip() and not after.strip():
            return Header(date, None, False)
    if not after and _SIMPLE_NAME.fullmatch(before) and before.split()[-1].lower() not in _NO_LAST_NAMES:
        return Header(date, before.rstrip(), False)
    return _header_around(date, before, after)


def _said_by(words: str, habits: Habits) -> str | None:
    """Return the name in a line "NAME says:", by the page's own words, else by the known ones."""
    if habits.says and words[-1:] in ":…».":
        found = words.lower().split()
        for length in (3, 2, 1):
            if len(found) > length and tuple(found[-length:]) in habits.says:
                head = words.rsplit(None, length)[0]
                return _cleaned(_without(head, _shared_at(head, habits.said_behind, ())[0], 0))
    last_word = words.rstrip(" \xa0:.…»").rpartition(" ")[2].rpartition("\xa0")[2].casefold()
    says = _SAYS.fullmatch(words) if last_word in _LAST_WORDS else None
    return _cleaned(says[1]) if says else None


def _own_words(before: str, after: str, family: Family) -> tuple[str, str] | None:
    """Return the words around a date without those that all entries share; None where the line shares nothing."""
    lead, trail = _shared_at(before, family.lead, family.trail)
    follow, close = _shared_at(after, family.follow, family.close)
    shares = lead + trail + follow + close
    expected = len(family.lead) + len(family.trail) + len(family.follow) + len(family.close)
    if expected and not shares:
        return None
    return _without(before, lead, trail), _without(after, follow, close)


def _shared_at(words: str, first: tuple[str, ...], last: tuple[str, ...]) -> tuple[int, int]:
    found = tuple(tokens(words))
    leading = next((length for length in range(len(first), 0, -1) if found[:length] == first[:length]), 0)
    rest = found[leading:]
    trailing = next((length for length in range(len(last), 0, -1) if rest[-length:] == last[-length:]), 0)
    return leading, trailing


def _without(words: str, leading: int, trailing: int) -> str:
    if leading:
        parts = words.split(None, leading)
        words = parts[leading] if len(parts) > leading else ""
    if trailing:
        parts = words.rsplit(None, trailing)
        words = parts[0] if len(parts) > trailing else ""
    return words


def _header_around(date: DateMatch, before: str, after: str) -> Header | None:
    before = _BEFORE_END.sub("", before)
    before = _BEFORE.sub("", before, count=1)
    leading = _AFTER.match(after)
    after = _LABEL_END.sub("", after[leading.end() :] if leading else after)
    before_words = _VERB_END.sub("", _LABEL_END.sub("", before)).strip()
    after_words = _VERB_END.sub("", after).strip(" \xa0,;:|()[]–—-")
    if before_words and after_words:
        if not is_label(after_words):
            return None
        after_words = ""
    author = before_words or after_words
    if not author:
        return Header(date, None, False)
    name = _cleaned(author)
    return Header(date, name, before_words != before.strip() or after_words != after.strip()) if name else None


def _cleaned(words: str) -> str | None:
    words = _BADGE_END.sub("", _BEFORE.sub("", words, count=1)).strip(" \xa0,;:|")
    if (
        not words
        or len(words) > LONGEST_NAME
        or words.count(" ") > 7
        or (words.endswith((".", "!", "?", "…")) and words.count(" ") > 3)
    ):
        return None
    return words
