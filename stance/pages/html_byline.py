"""Who wrote an entry, from the line a page shows for it: "Comment by NAME — DATE", "Le DATE, par NAME"."""

import re

from stance.pages.dates import find_date

LONGEST_NAME = 80
_LONGEST_BYLINE = 400
_DIGIT = re.compile(r"\d")
_VERBS = (
    r"says|said|writes|wrote|commented|comments|replied|replies|responded|responds|states?"
    r"|sagte?|schreibt|schrieb|meinte?|kommentierte?|antwortete?|hat geschrieben|hat gesagt"
    r"|dice|dijo|escribe|escribió|comenta|comentó|responde|respondió|ha dicho|ha escrito"
    r"|(?:a |à )?dit|(?:a |à )?écrit|a commenté|commente|a répondu|répond"
)
_VERB_BEHIND = re.compile(
    rf"[\s,]{{0,3}}(?<!\w)(?:{_VERBS})(?:[\s,]{{1,3}}(?:on|am|el|le|at|um))?[\s:.…,]{{0,5}}$", re.IGNORECASE
)
_LEAD = re.compile(
    r"^(?:(?:comment(?:ed)?|posted|submitted|written|left|reply|response|said) (?:by|from)"
    r"|(?:kommentar|verfasst|geschrieben|eingereicht|gespeichert|erstellt|antwort) von"
    r"|(?:comentario|publicado|enviado|escrito|respuesta) (?:de|por)"
    r"|(?:commentaire|posté|publié|écrit|soumis|envoyé|proposé|réponse) (?:de|par)"
    r"|by|von|por|par)(?!\w)[\s:]{0,3}",
    re.IGNORECASE,
)
_WORDS_ON_DATE = re.compile(
    r"(?:^|(?<=\s))(?:on|at|am|um|el|a las|le|les|à|den|vom|the|·|•|@)$|^(?:on|at|am|um|el|le|den)(?=\s|$)", re.I
)
_VERB_BEFORE = re.compile(rf"^(?:{_VERBS})(?!\w)[\s:]{{0,3}}", re.IGNORECASE)
_NUMBER_BEFORE = re.compile(r"^(?:#\s?\d{1,6}|\d{1,6}[.)]|no\.? ?\d{1,6})(?=\s|$)\s*", re.IGNORECASE)
# what Drupal puts behind the names of people without an account
_NOT_VERIFIED = re.compile(
    r"\s{0,3}\((?:not verified|nicht überprüft|no verificado|non vérifié|visitor|gast|invitado|visiteur)\)$",
    re.IGNORECASE,
)
_EDGES = " \t\n\xa0,;:|·•–—-~/»«>@"
_NOT_A_NAME = re.compile(
    rf"^(?:{_VERBS}|permalink|link|reply|antworten|antwort|responder|répondre|edit|bearbeiten|editar|modifier"
    r"|comments?|kommentare?|comentarios?|commentaires?|uhr|by|von|por|par|on|at|am|um|el|le|posted|submitted)?$",
    re.IGNORECASE,
)


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


def tidy_name(name: str) -> str | None:
    """Return a name as shown without what stands around it: a verb behind it, a comma, a colon; None for no name."""
    name = " ".join(name.split()).rstrip(_EDGES).lstrip(_EDGES.replace("@", ""))
    if " " in name:
        if len(name) > 2 * LONGEST_NAME:
            return None
        name = _NOT_VERIFIED.sub("", _VERB_BEHIND.sub("", name)).strip(_EDGES)
    return name or None


def _strip_words(part: str) -> str:
    """Peel the words that bylines put around a name, from the outside in."""
    part = part.strip(_EDGES + ".")
    if part.isalpha():
        return part
    for _ in range(4):
        before = part
        part = _NUMBER_BEFORE.sub("", part)
        part = _WORDS_ON_DATE.sub("", part).strip(_EDGES)
        part = _LEAD.sub("", part)
        part = _VERB_BEFORE.sub("", part)
        part = _VERB_BEHIND.sub("", part).strip(_EDGES)
        if part == before:
            break
    return _NOT_VERIFIED.sub("", part).strip(_EDGES)
