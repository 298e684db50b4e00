"""Invented comments: who answers whom, when and in which words, in eight languages.

Four of the languages are in no list of the readers, and one exists nowhere: its words for "says", "reply" and
"comments" are invented.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple


class Language(NamedTuple):
    """What a theme prints in one language, its months, how it writes a day, and words for texts."""

    says: str
    by: str
    on: str
    at: str
    reply: str
    delete: str
    heading: str
    form: str
    months: str
    day_form: str
    words: str


_DAY = "{day} {month} {year}"
LANGUAGES = {
    "en": Language(
        *("says", "Posted by", "on", "at", "Reply", "Delete", "{n} Responses to “{title}”", "Leave a Reply"),
        "January February March April May June July August September October November December",
        "{month} {day}, {year}",
        "the ferry was late and nobody on the quay knew why it had stayed out so long again",
    ),
    "de": Language(
        *("sagt", "Kommentar von", "am", "um", "Antworten", "Löschen", "{n} Kommentare", "Schreibe einen Kommentar"),
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "{day}. {month} {year}",
        "die Fähre kam spät und niemand am Kai wusste warum sie heute wieder so lange draußen blieb",
    ),
    "es": Language(
        *("dijo", "Publicado por", "el", "a las", "Responder", "Eliminar", "{n} comentarios", "Deja una respuesta"),
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "{day} de {month} de {year}",
        "el barco llegó tarde y nadie en el muelle supo por qué tardó tanto otra vez",
    ),
    "fr": Language(
        *("a dit", "Posté par", "le", "à", "Répondre", "Supprimer", "{n} commentaires", "Laisser un commentaire"),
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        _DAY,
        "le bac est arrivé tard et personne sur le quai ne savait pourquoi ce jour encore une fois",
    ),
    "it": Language(
        *("ha detto", "Scritto da", "il", "alle", "Rispondi", "Elimina", "{n} commenti", "Lascia un commento"),
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        _DAY,
        "il battello arrivò tardi e nessuno sul molo sapeva perché quel giorno un altra volta",
    ),
    "nl": Language(
        *("zei", "Geplaatst door", "op", "om", "Beantwoorden", "Verwijderen", "{n} reacties", "Geef een reactie"),
        "januari februari maart april mei juni juli augustus september oktober november december",
        _DAY,
        "de veerboot kwam laat en niemand op de kade wist waarom hij weer zo lang wegbleef",
    ),
    "pl": Language(
        *("pisze", "Napisane przez", "dnia", "o", "Odpowiedz", "Usuń", "{n} komentarzy", "Dodaj komentarz"),
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        _DAY,
        "prom przyszedł późno i nikt na nabrzeżu nie wiedział czemu znów tak długo go nie było",
    ),
    "none": Language(
        *("brunta", "Welmat ta", "ur", "pi", "Toskelu", "Fendri", "{n} Mirpalen", "Oru mirpal", "", ""),
        "sel vonta mir dapel oru kesta bil mondre fal tuska ne verto pilan sorm",
    ),
}

# as people call themselves: with a number, and as most do without any sign by which a name could be told from a word
_NUMBERED_NAMES = (
    *("reader-{n}", "Reader {n}", "A. Reader {n}", "reader_{n}", "Reader Number {n}", "r{n}", "reader{n}x"),
    "@reader{n}",
)
_WORDED_NAMES = (
    *("{one}", "{one}", "{one} {two}", "{one} {two}", "{one} {initial2}.", "{low}", "{low}{n}", "{low}_{low2}"),
    *("{one}{two}", "Dr. {one} van {two}", "{initial}. {one}-{two}", "{one} (the {low2})", "{initial}{initial2}"),
)
_SYLLABLES = (
    "ka",
    "vel",
    "dor",
    "mi",
    "ron",
    "tas",
    "le",
    "bru",
    "fen",
    "osk",
    "ni",
    "ral",
    "zu",
    "pem",
    "gus",
    "hap",
    "iri",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One comment of a page: who, when, its paragraphs, and the place of what it answers."""

    author: str
    when: datetime
    paragraphs: list[str]
    parent: int | None


def make_entries(
    pick: random.Random, language: Language, count: int, nested: bool, deepest: int | None = None
) -> list[Entry]:
    """Return invented comments in the order of a page; `deepest`: replies go on to that depth, else they are few."""
    moment = datetime(2005, 1, 1) + timedelta(minutes=pick.randrange(6_000_000))
    numbered = pick.choice((0.0, 0.5, 1.0))
    people = [_make_name(pick, numbered) for _ in range(max(2, 2 * count // 3))]
    once = pick.random() < 0.3  # nobody writes twice
    entries: list[Entry] = []
    for place in range(count):
        moment += timedelta(minutes=pick.choice((3, 50, 700, 5000)) + pick.randrange(60))
        above = [place - 1] if nested and place and pick.random() < (0.65 if deepest else 0.4) else []
        while above and (higher := entries[above[-1]].parent) is not None:
            above.append(higher)  # a page prints replies behind what they answer
        parent: int | None
        if deepest is not None and above:
            parent = above[0] if len(above) < deepest and pick.random() < 0.75 else pick.choice(above[1:] or above[:1])
        else:
            parent = pick.choice(above[-3:]) if above else None
        author = _make_name(pick, numbered) if once else pick.choice(people)
        entries.append(Entry(author, moment, _paragraphs(pick, language), parent))
    return entries


def _make_name(pick: random.Random, numbered: float) -> str:
    """Return an invented name; `numbered`: the share of those that a number shows to be one."""
    shape = pick.choice(_NUMBERED_NAMES if pick.random() < numbered else _WORDED_NAMES)
    low, low2 = ("".join(pick.choices(_SYLLABLES, k=pick.choice((2, 2, 3)))) for _ in range(2))
    one, two = low.capitalize(), low2.capitalize()
    return shape.format(n=pick.randrange(1, 300), one=one, two=two, low=low, low2=low2, initial=one[0], initial2=two[0])


def _paragraphs(pick: random.Random, language: Language) -> list[str]:
    """Return the paragraphs of a comment; some are one word, some hold a date, a greeting or a colon."""
    kind = pick.random()
    if kind < 0.08:
        return [pick.choice(("lol", "+1", "Hm.", "OK!", "Nice"))]
    lengths = [pick.choice((1, 1, 2, 3, 5)) for _ in range(pick.choice((1, 1, 1, 2, 3)))]
    paragraphs = [" ".join(make_sentence(pick, language) for _ in range(length)) for length in lengths]
    if kind > 0.93:
        paragraphs.insert(0, f"{make_sentence(pick, language, '')} 3.4.2011 {make_sentence(pick, language, '.')}")
    elif kind > 0.88:
        paragraphs += [make_sentence(pick, language, ":"), make_sentence(pick, language, ".")]
    elif kind > 0.85:
        paragraphs.insert(0, "Hi Reader 7,")
    return paragraphs


def make_sentence(pick: random.Random, language: Language, end: str | None = None) -> str:
    """Return a sentence of invented words, which ends in `end` or by chance."""
    words = pick.choices(language.words.split(), k=pick.choice((3, 6, 9, 14, 22)))
    return " ".join([words[0].capitalize(), *words[1:]]) + (pick.choice("...!?") if end is None else end)


def show_time(when: datetime, language: Language, style: int) -> tuple[str, str]:
    """Return a day, in words, in numbers or in ISO, and a time of day."""
    clock = f"{when.hour % 12 or 12}:{when:%M} {'am' if when.hour < 12 else 'pm'}"
    clock = clock if language.says == "says" else f"{when:%H:%M}"
    if style == 0 and language.months:
        month = language.months.split()[when.month - 1]
        return language.day_form.format(day=when.day, month=month, year=when.year), clock
    return (f"{when:%d.%m.%Y}" if style == 1 and language.says != "says" else f"{when:%Y-%m-%d}"), clock


def folded(text: str | None) -> str:
    """Return the letters and digits of a text, which no renderer changes by wrapping or by marks."""
    return "".join(filter(str.isalnum, text or "")).casefold()
