"""Dumps whose truth is known: invented comment pages in many themes and languages, through the renderers at hand."""

import html
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

from benchmarks.generated_entries import LANGUAGES, Entry, Language, folded, make_entries, make_sentence, show_time

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


def _cell(markup: str, number: int, entry: Entry, time: tuple[str, str], language: Language) -> str:
    words = language.words.split()
    own = sum(map(ord, entry.author))
    biography = f"{' '.join(words[own % 7 : own % 7 + 7])} {own % 90}"
    text = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in entry.paragraphs)
    return markup.format(
        **{"name": html.escape(entry.author), "text": text, "day": time[0], "time": time[1], "n": number},
        **{"digit": number % 4, "title": " ".join(entry.paragraphs[0].split()[:4]), "subject": " ".join(words[1:3])},
        **{"biography": biography, "On": language.on.capitalize()},
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
