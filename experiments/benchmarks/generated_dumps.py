"""Dumps whose truth is known: invented comment pages in many themes and languages, through the renderers at hand.

Four of the languages are in no list of the readers, and one exists nowhere: its words for "says", "reply" and
"comments" are invented.
"""

import html
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
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

_LINK = '<a href="http://example.org/u/">{name}</a>'
_REPLY = '<div class="reply"><a href="#r">{reply}</a></div>'
# each theme: how one comment is marked up, and in what kind of list it stands
THEMES = {
    "classic": (f"<cite>{_LINK}</cite> {{says}}:<br><small>{{day}} {{at}} {{time}}</small>{{text}}{_REPLY}", "ol"),
    "twentyten": (
        f'<div class="vcard"><img alt="" src="a.png"><cite>{_LINK}</cite> <span>{{says}}:</span></div>'
        f'<div class="meta"><a href="#c">{{day}} {{at}} {{time}}</a></div><div>{{text}}</div>{_REPLY}',
        "ol",
    ),
    "twelve": (
        f'<header><cite><b>{_LINK}</b></cite><a href="#c"><time>{{day}} {{at}} {{time}}</time></a></header>'
        '<section>{text}</section><div class="reply"><a href="#r">{reply}</a> <span>&darr;</span></div>',
        "ol",
    ),
    "below": (f"{{text}}<p><cite>{_LINK}</cite></p><p><small>{{day}} {{at}} {{time}}</small></p>", "ol"),
    "below_bare": (f"{{text}}<p><cite>{_LINK}</cite></p><p><small>{{day}} {{at}} {{time}}</small></p>", "div"),
    "digg": (
        f'<div>{{on}} {{day}} {{at}} {{time}} <a href="#r">{{reply}}</a> <cite>{_LINK}</cite></div>{{text}}',
        "ol",
    ),
    "blogger": (f"<div>{_LINK} {{says}}...</div><div>{{text}}</div><div>{{day}} {{time}}</div>", "div"),
    "blogger_new": (
        f"<div><cite>{_LINK}</cite><span>{{day}} {{time}}</span></div><div>{{text}}</div>"
        '<span><a href="#r">{reply}</a><span><a href="#d">{delete}</a></span></span>',
        "ul",
    ),
    "mt_below": (f"{{text}}<p>{{by}}: {_LINK} | {{day}} {{at}} {{time}}</p>", "div"),
    "mt_above": (f"<h4>{{by}} {_LINK} {{on}} {{day}} {{time}}</h4><div>{{text}}</div>", "div"),
    "dash_below": ("{text}<p><cite>{by} {name} — {day} @ {time}</cite></p>", "ol"),
    "drupal": ("<h3>{title}</h3><div>{by} {name} {on} {day} - {time}.</div><div>{text}</div>{reply}", "div"),
    "date_name": ("<div>{day}, {time}</div><div>{name}</div><div>{text}</div>", "div"),
    "bold": ("<p><strong>{name}</strong> <em>{day} {at} {time}</em></p>{text}", "div"),
    "no_date": (f"<div><b>{{name}}</b> {{says}}:</div>{{text}}{_REPLY}", "ol"),
    "numbered": (f"<div>{{n}}. {_LINK} {{says}}:</div><div>{{day}} {{at}} {{time}}</div><div>{{text}}</div>", "block"),
    "forum": (
        "<h3>Re: {subject}</h3><p>{by} <b>{name}</b> » {day} {time}</p><div>{text}</div><dl><dt>{name}</dt>"
        "<dd><b>Posts:</b> {n}7</dd><dd><b>Joined:</b> 2003-05-1{digit} 10:15</dd></dl>",
        "div",
    ),
    "thumbs": ("<div>{name} {day} {time}</div><div>{text}</div><div>+ {n} - {digit}</div>", "div"),
    "sentence_below": ("{text}<p>{by} {name} {on} {day} {at} {time}.</p>", "bare"),
    "biography": ("<div><b>{name}</b></div><div>{day} {time}</div><div>{text}</div><div>{biography}</div>", "div"),
    "below_bullet": ("<div>{text}</div><div>{name} {On} {day} {at} {time}</div>", "ul"),
    "permalink": (f'<div>#{{n}} • {_LINK} • {{day}} {{time}} • <a href="#r">{{reply}}</a></div>{{text}}', "div"),
    "table": ("<table><tr><td>{name}<td>{day} {time}<tr><td colspan=2>{text}</table>", "div"),
    "quoted": ("<div>{name} {on} {day} {at} {time} {says}:</div><blockquote>{text}</blockquote>", "div"),
    "said_on": (f"<h5>{{On}} {{day}} {{at}} {{time}}, {_LINK} {{says}}:</h5>{{text}}{{reply}} | {{delete}}", "ul"),
    "avatar": (f'<img src="a.png" alt="{{name}}"><div>{{name}}</div><div>{{day}}</div>{{text}}{_REPLY}', "ul"),
}
_FLAT = ("below", "below_bullet", "dash_below")  # themes of a time when nobody could reply
_NAMES = ("reader-{}", "Reader {}", "A. Reader {}", "reader_{}", "Reader Number {}", "r{}", "reader{}x", "@reader{}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One comment of a page: who, when, its paragraphs, and the place of what it answers."""

    author: str
    when: datetime
    paragraphs: list[str]
    parent: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of HTML, the same page with a name of its own in each entry, its comments, and the times it shows."""

    html: str
    twin: str
    entries: list[Entry]
    times: list[tuple[str, str]]


class Shown(NamedTuple):
    """What a dump shows of a comment: author and time only where the renderer kept them."""

    author: str | None
    published: str | None
    text: str


def make_page(theme: str, code: str, seed: int) -> Page:
    """Return an invented page: its theme's layout, its language's words, and everything else by the seed."""
    pick = random.Random(f"{theme}-{code}-{seed}")
    language = LANGUAGES[code]
    markup, kind = THEMES[theme]
    nested = kind in ("ol", "ul") and theme not in _FLAT and pick.random() < 0.5
    entries = make_entries(pick, language, pick.choice((3, 5, 8, 12, 20)), nested)
    style = pick.randrange(3)
    times = [show_time(entry.when, language, style) for entry in entries]
    title = make_sentence(pick, language, "")
    post = "".join(f"<p>{' '.join(make_sentence(pick, language, '.') for _ in range(3))}</p>" for _ in range(5))
    heading = "" if kind == "bare" else f"<h3>{language.heading.format(n=len(entries), title=title)}</h3>"
    others = "".join(f"<li><a href='/{n}'>{make_sentence(pick, language, '')}</a></li>" for n in range(4))
    behind = f"<h3>{language.form}</h3><form><input><input type=submit value='{language.reply}'></form>"
    behind = (behind if pick.random() < 0.7 else "") + (f"<ul>{others}</ul>" if pick.random() < 0.5 else "")

    def whole(named: list[Entry]) -> str:
        cells = [_cell(markup, *each, language) for each in zip(range(1, len(named) + 1), named, times, strict=True)]
        return (
            f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body>"
            "<ul class='nav'><li><a href='/'>Home</a></li><li><a href='/about'>About</a></li></ul>"
            f"<main><h2>{title}</h2><p>{language.by} admin {language.on} {times[0][0]}</p><article>{post}</article>"
            f"<div id='comments'>{heading}{_nested(entries, cells, kind)}</div>{behind}</main>"
            "<footer><p>© 2012 My Blog</p></footer></body></html>"
        )

    twin = [replace(entry, author=_other_name(n)) for n, entry in enumerate(entries)]
    return Page(whole(entries), whole(twin), entries, [] if "{day}" not in markup else times)


def make_entries(
    pick: random.Random, language: Language, count: int, nested: bool, deepest: int | None = None
) -> list[Entry]:
    """Return invented comments in the order of a page; `deepest`: replies go on to that depth, else they are few."""
    moment = datetime(2005, 1, 1) + timedelta(minutes=pick.randrange(6_000_000))
    people = [pick.choice(_NAMES).format(pick.randrange(1, 300)) for _ in range(max(2, 2 * count // 3))]
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
        entries.append(Entry(pick.choice(people), moment, _paragraphs(pick, language), parent))
    return entries


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


def _cell(markup: str, number: int, entry: Entry, time: tuple[str, str], language: Language) -> str:
    words = language.words.split()
    first = sum(map(ord, entry.author)) % 7
    text = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in entry.paragraphs)
    return markup.format(
        **{"name": html.escape(entry.author), "text": text, "day": time[0], "time": time[1], "n": number},
        **{"digit": number % 4, "title": " ".join(entry.paragraphs[0].split()[:4]), "subject": " ".join(words[1:3])},
        **{"biography": f"{' '.join(words[first : first + 7])} {entry.author[-1]}", "On": language.on.capitalize()},
        **language._asdict(),
    )


def _nested(entries: list[Entry], cells: list[str], kind: str) -> str:
    if kind in ("div", "bare", "block"):
        flat = "".join(f'<div class="comment">{cell}</div>' for cell in cells)
        return f"<blockquote>{flat}</blockquote>" if kind == "block" else flat

    def branch(parent: int | None) -> str:
        places = [place for place, entry in enumerate(entries) if entry.parent == parent]
        items = "".join(f'<li class="comment">{cells[place]}{branch(place)}</li>' for place in places)
        return f"<{kind}>{items}</{kind}>" if items else ""

    return branch(None)


def _other_name(number: int) -> str:
    return f"Zqv{number}w"


def what_is_shown(page: Page, dump: str, twin: str) -> list[Shown]:
    """Return what a dump shows of a page's comments. `twin` is the dump of the page with a name in each entry."""
    flat = folded(dump)
    found = []
    for number, entry in enumerate(page.entries):
        text = "\n\n".join(entry.paragraphs)
        if folded(text) not in flat:
            continue
        author = entry.author if _other_name(number) in twin else None
        day, clock = page.times[number] if page.times else ("", "")
        minute = entry.when.isoformat(timespec="minutes")
        found.append(
            Shown(author, None if not day or day not in dump else minute if clock in dump else minute[:10], text)
        )
    return found


def folded(text: str | None) -> str:
    """Return the letters and digits of a text, which no renderer changes by wrapping or by marks."""
    return "".join(filter(str.isalnum, text or "")).casefold()


def renderers() -> Iterator[tuple[str, Callable[[str], str]]]:
    """Yield the renderers that are installed: Resiliparse, trafilatura and html2text, w3m and lynx."""
    if find_spec("resiliparse"):
        extract_plain_text = import_module("resiliparse.extract.html2text").extract_plain_text
        yield "resiliparse", lambda page: str(extract_plain_text(page, main_content=True))
        yield "resiliparse, whole page", lambda page: str(extract_plain_text(page))
    if find_spec("trafilatura"):
        extract = import_module("trafilatura").extract
        yield "trafilatura", lambda page: extract(page, include_comments=True) or ""
    if find_spec("html2text"):
        html2text = import_module("html2text").html2text
        yield "html2text", lambda page: str(html2text(page))
    if shutil.which("w3m"):
        yield "w3m", _browser("w3m", "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8")
    if shutil.which("lynx"):
        yield "lynx", _browser("lynx", "-dump", "-stdin", "-assume_charset=utf-8", "-display_charset=utf-8")


def _browser(*command: str) -> Callable[[str], str]:
    def render(page: str) -> str:
        done = subprocess.run(command, input=page.encode(), capture_output=True, check=True)
        return done.stdout.decode("utf-8", "replace")

    return render
