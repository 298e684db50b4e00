"""Who wrote an entry and when: bylines ("Comment by NAME — DATE"), and times for machines (ISO 8601, epochs)."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

from stance.pages.dates import DateMatch, find_date, shape_of_date

LONGEST_NAME = 80
_LONGEST_BYLINE = 400
_DIGIT = re.compile(r"\d")
_SAID = (
    *("says", "said", "writes", "wrote", "commented", "comments", "replied", "replies", "responded", "responds"),
    *("state", "states", "sagt", "sagte", "schreibt", "schrieb", "meint", "meinte"),
    *("kommentiert", "kommentierte", "antwortet", "antwortete", "hat geschrieben", "hat gesagt"),
    *("dice", "dijo", "escribe", "escribió", "comenta", "comentó", "responde", "respondió", "ha dicho", "ha escrito"),
    *("dit", "a dit", "à dit", "écrit", "a écrit", "à écrit", "a commenté", "commente", "a répondu", "répond"),
)
SAYING = frozenset(_SAID)  # "says:" is nobody's name, where the name before it is missing
_PREPOSITIONS = ("on", "am", "el", "le", "at", "um")
_VERBS = "|".join(_SAID)
_VERB_BEHIND = re.compile(
    rf"[\s,]{{0,3}}(?<!\w)(?:{_VERBS})(?:[\s,]{{1,3}}(?:{'|'.join(_PREPOSITIONS)}))?[\s:.…,]{{0,5}}$", re.IGNORECASE
)
_ENDS_OF_VERBS = (*{verb.split()[-1] for verb in _SAID}, *_PREPOSITIONS)
_LEAD = re.compile(
    r"^(?:(?:comment(?:ed)?|posted|submitted|written|left|reply|response|said) (?:by|from)"
    r"|(?:kommentar|verfasst|geschrieben|eingereicht|gespeichert|erstellt|antwort) von"
    r"|(?:comentario|publicado|enviado|escrito|respuesta) (?:de|por)"
    r"|(?:commentaire|posté|publié|écrit|soumis|envoyé|proposé|réponse) (?:de|par)"
    r"|by|von|por|par)(?!\w)[\s:]{0,3}",
    re.IGNORECASE,
)
_WORDS_ON_DATE = re.compile(
    r"(?:^|(?<=\s))(?:on|at|am|um|el|a las|le|les|à|den|vom|the|·|•|@)$|^(?:on|at|am|um|el|le|den|@)(?=\s|$)", re.I
)
_VERB_BEFORE = re.compile(rf"^(?:{_VERBS})(?!\w)[\s:]{{0,3}}", re.IGNORECASE)
_NUMBER_BEFORE = re.compile(r"^(?:#\s?\d{1,6}|\d{1,6}[.)]|no\.? ?\d{1,6})(?=\s|$)\s*", re.IGNORECASE)
# what Drupal puts behind the names of people without an account
_NOT_VERIFIED = re.compile(
    r"\s{0,3}\((?:not verified|nicht überprüft|no verificado|non vérifié|visitor|gast|invitado|visiteur)\)$",
    re.IGNORECASE,
)
_EDGES = " \t\n\xa0,;:|·•–—-~/»«>"
_INITIAL = re.compile(r"(?<!\w)[^\W\d_]\.$")  # "Reader B."
_NOT_A_NAME = re.compile(
    rf"^(?:{_VERBS}|permalink|link|reply|antworten|antwort|responder|répondre|edit|bearbeiten|editar|modifier"
    r"|comments?|kommentare?|comentarios?|commentaires?|uhr|by|von|por|par|on|at|am|um|el|le|posted|submitted)?$",
    re.IGNORECASE,
)
_ISO = re.compile(r"\s*(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?\s?(?:Z|[+-]\d\d:?\d\d)?)?)")
_TO_THE_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?!:)")
_EPOCH = re.compile(r"showComment=(\d{12,14})(?!\d)")
# what themes print at the edges of an entry, where nothing marks it as theirs
_EDGE_LINE = re.compile(
    r"(?:[|·•–—-]\s?)?(?:says?|said|writes|wrote|sagte?|schreibt|schrieb|dice|dijo|dit|a dit|a écrit"
    r"|reply|reply to this comment|antworten|antwort|responder|répondre|log in to reply|zum antworten anmelden"
    r"|edit(?: this)?|\(edit\)|bearbeiten|\(bearbeiten\)|editar|modifier|quote|zitieren|citar|citer"
    r"|permalink|permanent link|link|like|liken|me gusta|j['’]aime|share|teilen|report|melden|flag"
    r"|↓|#?\d{1,6}[.)]?|[\s|·•–—,:;./()\[\]#-]{1,12})[\s:.…↓]{0,4}",
    re.IGNORECASE,
)
_LONGEST_EDGE = 40  # the pattern takes no more than 28: what is longer need not be tried
_PING_LABEL = re.compile(
    r"^(?:ping|track)(?:back|ing|backs)?(?: (?:from|von|de|by|par|por))?\s?:?(?:\s{1,4}|$)", re.IGNORECASE
)
_PING_BY = re.compile(r"^(?:ping|track)back (?:by|from|von|de|par|por)\s", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\w.])\d\d?[:.]\d\d(?::\d\d)?(?: ?[ap]\.?m\b\.?)?", re.IGNORECASE)
_COUNT = re.compile(r"#?[0-9]{1,6}[.:)]?")
_BRACKETS = (("(", ")"), ("[", "]"), ("<", ">"), ("{", "}"))
_MARKS = "—"
_NEARLY_ALL = 0.8
_FEWEST_TO_SHARE = 3
_FEW = 6  # of so few one person may have written nearly all
_LONGEST_INITIAL = 3
_LENGTH_WITH_OFFSET = len("2016-09-20T15:30:00+02:00")
_SMALLEST_YEAR, _LARGEST_YEAR = 1990, 2069


def name_from_line(line: str) -> str | None:
    """Return the author that a byline shows, None where it shows none.

    >>> name_from_line("Comment by reader-1 — September 20, 2016 @ 3:30 pm")
    'reader-1'
    >>> name_from_line("Le 4 mai 2010 à 13:22, par reader-2")
    'reader-2'
    """
    line = " ".join(line.split())
    date = find_date(line[:_LONGEST_BYLINE]) if _DIGIT.search(line) else None
    parts = [line] if date is None else [line[: date.start], line[date.end :]]
    for part in parts:
        name = _strip_words(part)
        if name and len(name) <= LONGEST_NAME and not _NOT_A_NAME.match(name):
            return name
    return None


def name_from_byline(line: str) -> str | None:
    """Return the author where a line is plainly a byline, with a full date and "by" or "wrote"; None for any other.

    >>> name_from_byline("Posted by reader-1 on 3 May 2010 at 9:00"), name_from_byline("On 3 May 2010 it rained")
    ('reader-1', None)
    """
    date = find_date(line) if len(line) <= 2 * LONGEST_NAME else None
    if date is None or (date.published is None and date.defect != "order_open"):
        return None
    around = (line[: date.start].strip(_EDGES), line[date.end :].strip(_EDGES))
    said = [part for part in around if _LEAD.match(part) or _VERB_BEHIND.search(part)]
    return name_from_line(said[0]) or name_from_line(line) if said else None


def tidy_name(name: str) -> str | None:
    """Return a name as shown without what stands around it: a verb behind it, a comma, a colon; None for no name."""
    name = " ".join(name.split())
    if name[:1] in "-~" and name[:1] == name[-1:] and name.count(" ") < 3:
        return name  # "- reader -" calls himself so
    name = _stripped(name)
    if " " in name:
        if len(name) > 2 * LONGEST_NAME:
            return None
        name = without_verb(name)
        name = _stripped(_NOT_VERIFIED.sub("", name) if name.endswith(")") else name)
    return name or None


def _stripped(name: str) -> str:
    """Return a name without the marks around it; what it quotes itself stays closed: "Bakery «Three Ovens»"."""
    stripped = name.strip(_EDGES)
    return f"{stripped}»" if "«" in stripped and "»" not in stripped and name.rstrip().endswith("»") else stripped


def without_verb(name: str) -> str:
    """Return a name without the verb behind it, which its last word must show: few are searched for one."""
    return _VERB_BEHIND.sub("", name) if name.rstrip(" :.…,").lower().endswith(_ENDS_OF_VERBS) else name


def _strip_words(part: str) -> str:
    """Peel the words that bylines put around a name, from the outside in."""
    part = part.lstrip(_EDGES + ".").rstrip(_EDGES)
    part = part if ends_in_initial(part) else part.rstrip(_EDGES + ".")
    if part.isalpha():
        return part
    for _ in range(4):
        before = part
        part = _NUMBER_BEFORE.sub("", part)
        part = _WORDS_ON_DATE.sub("", part).strip(_EDGES)
        part = _LEAD.sub("", part)
        part = _VERB_BEFORE.sub("", part)
        part = without_verb(part).strip(_EDGES)
        if part == before:
            break
    return _without_half_brackets(_NOT_VERIFIED.sub("", part).strip(_EDGES))


def _without_half_brackets(name: str) -> str:
    """Return a name without a bracket at one end of it whose other half a date has taken along: "[reader-1"."""
    for opening, closing in _BRACKETS:
        if name.startswith(opening) and closing not in name:
            return name[1:].strip(_EDGES)
        if name.endswith((closing, opening)) and name.count(closing) != name.count(opening):
            return name[:-1].strip(_EDGES)
    return name


def ends_in_initial(name: str) -> bool:
    """Tell whether the full stop at the end of a name is that of an initial.

    >>> ends_in_initial("Reader B."), ends_in_initial("It rained.")
    (True, False)
    """
    return name[-1:] == "." and _INITIAL.search(name) is not None


def iso_time(value: str | None) -> str | None:
    """Return a machine-readable time as ISO 8601 in the way of `Comment.published`, None where it is none.

    >>> iso_time("2012-12-11T10:07:17Z"), iso_time("2012-12-11 10:07"), iso_time("-0001-11-30T00:00:00+00:00")
    ('2012-12-11T10:07:17+00:00', '2012-12-11T10:07', None)
    """
    if not value:
        return None
    shown = value
    if len(value) != _LENGTH_WITH_OFFSET or value[10] != "T":
        found = _ISO.match(value)
        if found is None:
            return None
        shown = found[1]
    if " " in shown:
        shown = shown.replace(" ", "T", 1).replace(" ", "")
    try:
        moment = datetime.fromisoformat(shown)
    except ValueError:
        return None
    if not _SMALLEST_YEAR <= moment.year <= _LARGEST_YEAR:
        return None
    if len(shown) <= len("2016-09-20T15:30") or len(shown) == _LENGTH_WITH_OFFSET:
        return shown
    return moment.isoformat(timespec="minutes" if _TO_THE_MINUTE.match(shown) else "seconds")


def epoch_of(address: str | None) -> str | None:
    """Return the exact time in the address of a comment of Blogger ("showComment=1389…", milliseconds)."""
    found = _EPOCH.search(address) if address else None
    return time_of_epoch(found[1]) if found is not None else None


def time_of_epoch(digits: str) -> str | None:
    """Return seconds (10 digits) or milliseconds (12 to 14) since 1970 as ISO 8601 in UTC, None for other numbers.

    >>> time_of_epoch("1389000000"), time_of_epoch("1389000000000"), time_of_epoch("17")
    ('2014-01-06T09:20:00+00:00', '2014-01-06T09:20:00+00:00', None)
    """
    if len(digits) not in (10, 12, 13, 14) or not digits.isascii():
        return None
    moment = datetime.fromtimestamp(int(digits) // (1 if len(digits) == 10 else 1000), UTC)
    return moment.isoformat() if _SMALLEST_YEAR <= moment.year <= _LARGEST_YEAR else None


def is_edge(line: str) -> bool:
    """Tell whether a line holds only words of buttons, a number or marks."""
    return len(line) <= _LONGEST_EDGE and _EDGE_LINE.fullmatch(line) is not None


def is_lead(words: str) -> bool:
    """Tell whether words are those that stand before a name and nothing else: "Posted by"."""
    return _LEAD.fullmatch(words) is not None


def is_ping_by(line: str) -> bool:
    """Tell whether a byline says that another page links here: "Pingback by …"."""
    return _PING_BY.match(line) is not None


def without_ping_label(text: str) -> str:
    """Return the words of a ping without "Pingback:" before them."""
    return _PING_LABEL.sub("", text)


def shared_ends(lines: list[str], find: Callable[[str], DateMatch | None] = find_date) -> tuple[list[str], set[str]]:
    """Return lines without their dates and without the words at both ends that nearly all share, and these words."""
    parted = []
    for line in lines:
        date = (find(line) or shape_of_date(line)) if _DIGIT.search(line) else None
        parted.append((line, "") if date is None else (line[: date.start], _CLOCK.sub("", line[date.end :])))
    shared: set[str] = set()
    if 1 < len(lines) < _FEWEST_TO_SHARE and len({before for before, _ in parted}) == 1:
        name = name_from_line(parted[0][0])  # one person wrote both: only a known word can tell
        is_known = name is not None and name != parted[0][0].strip(_EDGES)
        return [name or ""] * len(lines) if is_known else [""] * len(lines), shared
    sides = [_without_shared([side.split() for side in column], shared) for column in zip(*parted, strict=True)]
    rests = [" ".join(before).strip() or " ".join(after).strip() for before, after in zip(*sides, strict=True)]
    return rests, shared


def _without_shared(lines: list[list[str]], shared: set[str]) -> list[list[str]]:
    for turn in (1, -1):
        while True:
            if turn == 1 and _are_numbered(lines):
                lines = [line[1:] for line in lines]
            heads = Counter(_compared(line[::turn][0]) for line in lines if line)
            filled = sum(1 for line in lines if line)
            if filled < min(len(lines), _FEWEST_TO_SHARE) or filled < 2:
                break
            word, count = heads.most_common(1)[0]
            if count < (_NEARLY_ALL if filled > _FEW else 1) * filled or (
                len(lines) < _FEWEST_TO_SHARE and all(len(line) < 2 for line in lines)
            ):
                break
            if turn == 1 and len(lines) < _FEWEST_TO_SHARE and not word.endswith(":"):
                break
            if turn == 1 and len(word) <= _LONGEST_INITIAL and word.endswith("."):
                break  # "A. Reader"
            rests = [_without_first(line, word, turn) for line in lines]
            behind = 2 if all(line[0][:1].isupper() for line in lines if line and _compared(line[0]) == word) else 1
            is_name = turn == 1 and not word.endswith(":")
            if (
                is_name
                and sum(any(each[:1].isdigit() for each in rest[:behind]) for rest in rests) > 0.1 * filled
                and not (_are_numbered(rests))
            ):
                break  # "Reader 12", "Reader Number 30"
            lines = rests
            shared.add(word.strip(".,:…"))
    return lines


def _are_numbered(lines: list[list[str]]) -> bool:
    """Tell whether several lines begin with numbers that count on by the same step, before words that differ."""
    numbers = [int(line[0].strip("#.:)")) for line in lines if len(line) > 1 and _COUNT.fullmatch(line[0])]
    if len(numbers) < max(len(lines), _FEWEST_TO_SHARE) or len({" ".join(line[1:]) for line in lines}) < 2:
        return False
    steps = {two - one for one, two in pairwise(numbers)}
    return len(steps) == 1 and steps != {0}


def _compared(word: str) -> str:
    """Return a word in lower case, all those without letters and digits as one: stars, dashes, arrows."""
    return word.lower() if any(map(str.isalnum, word)) else _MARKS


def _without_first(line: list[str], word: str, turn: int) -> list[str]:
    if not line or _compared(line[::turn][0]) != word:
        return line
    return line[1:] if turn == 1 else line[:-1]
