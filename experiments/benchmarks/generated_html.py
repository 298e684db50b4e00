"""Pages of HTML whose truth is known: invented threads in the markup of platforms, blogs and themes nobody has named.

Languages, names and words are those of the generated dumps: one language exists nowhere. Some pages have entries
without a name, signatures, a box of comments on other pages, teasers of other pages and a form.
"""

import html
import random
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.generated_entries import LANGUAGES, Entry, Language, make_entries, make_sentence, show_time

DEEPEST = 8


class Theme(NamedTuple):
    """How one comment is marked up. `group`: platforms, discussions or unknown.

    `replies`: "in" the entry, at `{replies}`; "flat", with the depth in the markup; "unshown", there are some, which
    only quotes tell; "none". `around`: what encloses the list, `nest`: what encloses replies; both have one `{}`.
    `anonymous`: an entry may lack its name.
    """

    group: str
    cell: str
    replies: str = "none"
    around: str = '<div id="comments"><h3>{heading}</h3>{}</div>'
    nest: str = "{}"
    head: str = ""
    below: str = ""
    is_dated: bool = True
    has_seconds: bool = False
    anonymous: bool = True


def _load_themes() -> dict[str, Theme]:
    tables = tomllib.loads(Path(__file__).with_name("html_themes.toml").read_text("utf-8"))
    joined = {name: {key: _joined(value) for key, value in table.items()} for name, table in tables.items()}
    return {name: Theme(**table) for name, table in joined.items()}


def _joined(value: Any) -> Any:
    return value.replace("\n", "") if isinstance(value, str) else value


THEMES = _load_themes()


@dataclass(frozen=True, slots=True)
class Truth:
    """One entry of a page: its author (None: not shown), its time to the precision shown, its text, and the place of
    what it answers where the page shows that. `is_read`: no name of a month stands in the way of the time.
    """

    author: str | None
    published: str | None
    text: str
    parent: int | None
    is_read: bool = True


def make_html(name: str, code: str, seed: int) -> tuple[str, list[Truth]]:
    """Return an invented page of a theme in a language, and the truth of its entries."""
    pick = random.Random(f"html-{name}-{code}-{seed}")
    theme, language = THEMES[name], LANGUAGES[code]
    is_nested = theme.replies != "none" and pick.random() < 0.7
    entries = make_entries(pick, language, pick.choice((2, 3, 5, 8, 12, 20)), is_nested, DEEPEST)
    if theme.replies == "comments":  # an answer has comments, a comment has none
        entries = [_one_level(entries, entry) for entry in entries]
    unnamed = {place for place in range(2, len(entries)) if theme.anonymous and pick.random() < 0.03}
    style = pick.randrange(3)
    style = 1 if style == 0 and not language.months else style
    times = [show_time(entry.when, language, style) for entry in entries]
    is_read = code in ("en", "de", "es", "fr") or style != 0 or "{iso" in theme.cell or "{epoch" in theme.cell
    page = _Page(theme, language, entries, unnamed, times, pick, is_read)
    return page.whole(), page.truth()


def _one_level(entries: list[Entry], entry: Entry) -> Entry:
    parent = entry.parent
    while parent is not None and entries[parent].parent is not None:
        parent = entries[parent].parent
    return Entry(entry.author, entry.when, entry.paragraphs, parent)


class _Page:
    def __init__(
        self,
        theme: Theme,
        language: Language,
        entries: list[Entry],
        unnamed: set[int],
        times: list[tuple[str, str]],
        pick: random.Random,
        is_read: bool,
    ) -> None:
        self.theme, self.language, self.entries, self.unnamed, self.times = theme, language, entries, unnamed, times
        self.pick, self.is_read = pick, is_read
        self.first_id = pick.randrange(10_000, 90_000)
        self.labels = [make_sentence(pick, language, "").split()[0] for _ in range(2)]
        self.signed = {entry.author: make_sentence(pick, language, "") for entry in entries if pick.random() < 0.4}
        self.joined = {
            entry.author: f"200{pick.randrange(10)}-0{pick.randrange(1, 10)}-1{pick.randrange(10)}" for entry in entries
        }
        self.badged = {entry.author for entry in entries if len(entry.author) % 3 == 0}
        words = language.words.split()
        self.towns = {entry.author: pick.choice(words).capitalize() for entry in entries}
        self.ranks = {entry.author: " ".join(pick.choices(words, k=2)).capitalize() for entry in entries}
        self.posts = {entry.author: str(pick.randrange(1, 4000)) for entry in entries}
        self.titles = [" ".join(pick.choices(words, k=pick.choice((1, 2, 4)))).capitalize() for _ in entries]
        self.counts = [(str(pick.randrange(40)), str(pick.randrange(40, 80))) for _ in entries]
        self.likers = [pick.choice(entries).author if pick.random() < 0.3 else "" for _ in entries]
        has_quotes = "{quote}" in theme.cell
        self.quotes = [self._quote(entry) if has_quotes and pick.random() < 0.5 else None for entry in entries]

    def truth(self) -> list[Truth]:
        """Return what the page shows of each entry."""
        shows_parents = self.theme.replies not in ("none", "unshown")
        return [
            Truth(
                None if place in self.unnamed else entry.author,
                self._published(entry) if self.theme.is_dated else None,
                "\n\n".join([*self._quoted(place), *entry.paragraphs]),
                entry.parent if shows_parents else None,
                self.is_read,
            )
            for place, entry in enumerate(self.entries)
        ]

    def _published(self, entry: Entry) -> str:
        return entry.when.isoformat(timespec="seconds" if self.theme.has_seconds else "minutes")

    def whole(self) -> str:
        """Return the whole page, with what stands around a thread."""
        pick, language = self.pick, self.language
        title = make_sentence(pick, language, "")
        post = "".join(f"<p>{' '.join(make_sentence(pick, language, '.') for _ in range(3))}</p>" for _ in range(5))
        heading = language.heading.format(n=len(self.entries), title=title)
        answers = heading.split()[1] if heading[:1].isdigit() else ""
        around = self.theme.around
        for key, value in {"heading": heading, "title": title, "n": str(len(self.entries)), "answers": answers}.items():
            around = around.replace(f"{{{key}}}", value)
        links = [f"<li><a href='/{n}'>{make_sentence(pick, language, '')}</a></li>" for n in range(5)]
        box = "".join(f"<li><a href='/{n}#c{n}'>reader-{n}</a>: {make_sentence(pick, language)}</li>" for n in range(4))
        teasers = "".join(
            f"<div class='teaser'><h4><a href='/{n}'>{make_sentence(pick, language, '')}</a></h4>"
            f"<span>{self.times[0][0]}</span><p>{make_sentence(pick, language)}</p></div>"
            for n in range(3)
        )
        side = (
            f"<aside class='sidebar'><h3>{self.labels[0]}</h3><ul class='widget'>{box}</ul></aside>"
            if pick.random() < 0.4
            else ""
        )
        form = f"<h3>{language.form}</h3><form><input name='author'><textarea></textarea><input type='submit'></form>"
        return (
            f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{self.theme.head}</head><body>"
            f"<ul class='nav'>{''.join(links[:3])}</ul><div class='main'><h1>{title}</h1>"
            f"<p>{language.by} admin {language.on} {self.times[0][0]}</p>"
            f"<div class='article-text'>{post}</div>{around.replace('{}', self._list())}"
            f"{form if pick.random() < 0.7 else ''}{teasers if pick.random() < 0.4 else ''}</div>{side}"
            f"<ul class='links'>{''.join(links)}</ul><footer><p>© 2012 My Blog</p></footer></body></html>"
        )

    def _list(self) -> str:
        if self.theme.replies in ("none", "flat", "unshown"):
            return "".join(self._cell(place, "") for place in range(len(self.entries)))
        return self._branch(None)

    def _branch(self, parent: int | None) -> str:
        places = [place for place, entry in enumerate(self.entries) if entry.parent == parent]
        cells = "".join(self._cell(place, self._branch(place)) for place in places)
        if parent is None or not cells:
            return cells
        return self.theme.nest.replace("{}", cells)

    def _cell(self, place: int, replies: str) -> str:
        entry, language = self.entries[place], self.language
        cell = self.theme.below if self.theme.below and entry.parent is not None else self.theme.cell
        close = f"</p>{replies}" if entry.parent is None else f"{replies}</dd>"
        return _fill(cell, self._values(place, entry, language) | {"replies": replies, "close": close})

    def _values(self, place: int, entry: Entry, language: Language) -> dict[str, str]:
        depth, above = 0, entry.parent
        while above is not None:
            depth, above = depth + 1, self.entries[above].parent
        paragraphs = [html.escape(paragraph) for paragraph in entry.paragraphs]
        signature = self.signed.get(entry.author, "")
        when = entry.when
        day, clock = self.times[place]
        name = "" if place in self.unnamed else html.escape(entry.author)

        def signed(markup: str) -> str:
            return markup.format(signature) if signature else ""

        return {
            **{
                "id": str(self.first_id + 7 * place),
                "n": str(place + 1),
                "digit": str(place % 4),
                "digit2": str(place % 2),
            },
            **{
                "name": name,
                "slug": html.escape(entry.author.replace(" ", "_").lstrip("@")),
                "day": day,
                "time": clock,
            },
            **{"text": "".join(f"<p>{each}</p>" for each in paragraphs), "words": "<br><br>".join(paragraphs)},
            **{
                "flat": " ".join(paragraphs),
                "iso": when.isoformat(timespec="seconds"),
                "iso_blank": f"{when:%Y-%m-%d %H:%M:%S}",
            },
            **{"epoch": str(int(when.replace(tzinfo=UTC).timestamp())), "depth": str(depth + 1), "depth0": str(depth)},
            **{
                "margin": str(20 * depth),
                "parity": "odd" if place % 2 else "even",
                "subject": " ".join(language.words.split()[1:4]),
            },
            **{
                "label": self.labels[0].capitalize(),
                "label2": self.labels[1].capitalize(),
                "joined": self.joined[entry.author],
            },
            **{
                "signature": signed('<div class="signature">{}</div>'),
                "time24": f"{when:%H:%M}",
                "wikiday": _wiki_day(when),
            },
            **{
                "vbsignature": signed(
                    '<div class="after_content"><blockquote class="signature restore">{}</blockquote></div>'
                )
            },
            **{"xfsignature": signed('<div class="baseHtml signature messageText ugc"><aside>{}</aside></div>')},
            **{"x2signature": signed('<aside class="message-signature"><div class="bbWrapper">{}</div></aside>')},
            **{"wiki": "p" if entry.parent is None else "dd"},
            **{
                "badged": f'<span class="bdg">{self.labels[1]}</span>' if entry.author in self.badged else "",
                "edited": f"<p>{self.labels[0]} {self.times[-1][0]} {language.by} admin</p>" if place % 5 == 3 else "",
                "to": self._answered(entry),
            },
            **self._slots_of_people(place, entry),
            **{key: getattr(language, key) for key in ("says", "by", "on", "at", "reply", "delete")},
        }

    def _quote(self, entry: Entry) -> tuple[str, str] | None:
        """Return who said the words that an entry quotes, and the words; None where it answers nobody."""
        if entry.parent is None:
            return None
        above = self.entries[entry.parent]
        return above.author, above.paragraphs[0]

    def _quoted(self, place: int) -> list[str]:
        quote = self.quotes[place]
        return [f"{quote[0]} {self.language.says}:", quote[1]] if quote is not None else []

    def _slots_of_people(self, place: int, entry: Entry) -> dict[str, str]:
        """Return what newer themes print beside a name: towns, ranks, counts, who likes an entry, what it quotes."""
        language, quote = self.language, self._quoted(place)
        above = self.entries[entry.parent].author if entry.parent is not None else ""
        liker, number = html.escape(self.likers[place]), self.first_id + 7 * (entry.parent or 0)
        signature = self.signed.get(entry.author, "")
        return {
            "city": self.towns[entry.author],
            "rank": self.ranks[entry.author],
            "posts": self.posts[entry.author],
            "own": self.titles[place],
            "votes": self.counts[place][0],
            "votes2": self.counts[place][1],
            "joined2": f"{int(self.counts[place][0]) + 2} {self.labels[0]}",
            "role": f'<span class="b7">{self.labels[1]}</span>' if entry.author in self.badged else "",
            "liked": f'<div class="lk">{self.labels[0]} {language.by} <a href="/p/l">{liker}</a></div>'
            if liker
            else "",
            "arrow": f'<span class="to">› <a href="#c{number}">{html.escape(above)}</a></span>' if above else "",
            "to_word": f'{language.reply} <a href="#comment-{number}">{html.escape(above)}</a>'
            if above
            else f"{language.says}:",
            "initials": "".join(word[0] for word in entry.author.strip("@").replace("-", " ").split()).upper(),
            "other1": html.escape(self.entries[(place * 5 + 1) % len(self.entries)].author),
            "other2": html.escape(self.entries[(place * 3 + 2) % len(self.entries)].author),
            "edition": f".{self.counts[place][0]}" if entry.parent is not None else "",
            "edited_mark": f"<i>{self.labels[1]}</i> " if place % 6 == 4 else "",
            "change": f"<ul><li><b>{self.labels[0]}</b> <em>{self.towns[entry.author]}</em></li></ul>"
            if place % 4 == 1
            else "",
            "to_label": self.labels[0][:4].capitalize() + "x",
            "stars": "★" * (1 + place % 5) + "☆" * (4 - place % 5),
            "signature0": signature,
            "sigdash": f"<br>-- <br>{signature}" if signature else "",
            "staff": f'<div class="rv-a"><em>{language.reply}:</em> {self.titles[0]} {self.labels[0]}</div>'
            if place % 5 == 2
            else "",
            "arrowline": f'<div>{language.reply} <a href="/{html.escape(above)}">{html.escape(above)}</a></div>'
            if above
            else "",
            "sig": f'<div class="sg">____________<br>{signature}</div>' if signature else "",
            "quote": f"<blockquote><p>{html.escape(quote[0])}</p><p>{html.escape(quote[1])}</p></blockquote>"
            if quote
            else "",
        }

    def _answered(self, entry: Entry) -> str:
        """Return a line that names whom an entry answers, "" where it answers the post."""
        if entry.parent is None:
            return ""
        above = html.escape(self.entries[entry.parent].author)
        return f'<p class="to">{self.language.reply} ↵ <a href="#i{self.first_id + 7 * entry.parent}">{above}</a></p>'


def _wiki_day(when: datetime) -> str:
    month = LANGUAGES["en"].months.split()[when.month - 1]
    return f"{when.day} {month} {when.year}"


def _fill(markup: str, values: dict[str, str]) -> str:
    pieces = markup.split("{")
    out = [pieces[0]]
    for piece in pieces[1:]:
        key, _, rest = piece.partition("}")
        out.append(values[key] + rest)
    return "".join(out)
