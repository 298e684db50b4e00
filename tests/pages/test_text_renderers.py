"""Dumps of lynx, w3m and html2text, and pages in languages that no list knows."""

import io
from pathlib import Path

import pytest

from stance.pages.text_dump import parse
from stance.pages.text_dump.undress import undress

FIXTURES = Path(__file__).parent / "fixtures/dumps"


def read(page):
    (thread,) = parse(io.BytesIO(page.encode()), "dump.txt")
    return thread


def shown(thread):
    return [(comment.author, comment.published, comment.text) for comment in thread.comments]


def test_file_names_of_images_are_no_authors():
    assert shown(read((FIXTURES / "lynx-blogger.txt").read_text())) == [
        ("reader-1", "2011-04-12T11:30", "The bridge should stay where it is, and I can give a reason or\ntwo for it."),
        ("reader-2", "2011-04-12T11:49", "It should go, and the sooner the better for all who live there."),
    ]


POST = "Sel vonta mir dapel\n\nTuska ne verto pilan sorm, bil mondre fal tuska oru kesta bil mondre fal.\n\n"
TEXTS = ("Sel vonta mir dapel oru kesta.", "Bil mondre!", "Tuska ne verto\n\npilan sorm?", "Fal tuska ne, oru.")
NAMES = ("reader-1", "Reader Two", "reader-3", "reader-1")
DAYS = ("2016-09-20", "21.09.2016", "2016-09-28", "2016-10-01")
TIMES = ("2016-09-20T15:30", "2016-09-21T08:05", "2016-09-28T10:00", "2016-10-01T00:10")
EXPECTED = list(zip(NAMES, TIMES, TEXTS, strict=True))


@pytest.mark.parametrize("heading", ["4 Mirpalen", "Mirpalen (4)", "4 mirpalen ur “Sel vonta”"])
@pytest.mark.parametrize(
    "template",
    [
        "{name} brunta:\n{day} pi {time}\n\n{text}\n\nToskelu",
        "{text}\n\n{name}\n\n{day} pi {time}",
        "Welmat ta {name} ur {day} {time}\n\n{text}",
        "{text}\n\nWelmat ta {name} — {day} @ {time}",
        "{name} ur {day} pi {time} brunta:\n\n{text}\n\nToskelu | Fendri",
        "{name} • {day} {time} • Toskelu\n\n{text}",
    ],
)
@pytest.mark.parametrize("number", [False, True])
def test_language_that_exists_nowhere_is_read(template, heading, number):
    entries = []
    for place, (name, day, published, text) in enumerate(zip(NAMES, DAYS, TIMES, TEXTS, strict=True), 1):
        entry = template.format(name=name, day=day, time=published[-5:], text=text)
        if number:
            entry = f"  {place}. " + entry.replace("\n", "\n    ")
        entries.append(entry)
    assert shown(read(f"{POST}{heading}\n\n" + "\n\n".join(entries) + "\n")) == EXPECTED


def test_month_of_an_unknown_language_leaves_the_time_empty():
    entries = "".join(f"reader-{n} • {n} stycznia 2013 o 15:3{n}\n\nSel vonta mir {n}.\n\n" for n in range(1, 5))
    thread = read(f"{POST}4 Mirpalen\n\n{entries}")
    assert [(comment.author, comment.published) for comment in thread.comments] == [
        (f"reader-{n}", None) for n in range(1, 5)
    ]
    assert [finding.message for finding in thread.findings] == [
        "4 entries show no full date (unknown_month); their time stays empty"
    ]


@pytest.mark.parametrize(
    ("shown", "plain"),
    [
        ("## 2 Comments\n\n  * [reader-1](x)\n\nWell **said**.", "2 Comments\n\n  • reader-1\n\n    Well said."),
        ("![](a.png)[A \\[b\\]](x) 1\\. c\n\n* * *\n\n[d](y)", "A [b] 1. c\n\n\n\nd"),
        ("[12]reader-1 said\n\nReferences\n\n   1. http://example.org/\n", "reader-1 said\n"),
        ("   [icon_delete13.gif] reader-1", "   reader-1"),
        ("A page [1] with a note.", "A page [1] with a note."),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
    ],
)
def test_marks_of_renderers_are_taken_away(shown, plain):
    assert undress(shown) == plain


def test_wrapped_lines_are_joined_and_short_ones_stay():
    line = "a word " * 11 + "a"
    page = f"{line}\nword that did not fit.\nA short line.\n\n{line}\nwords.\n\n{line}\nwords.\n"
    assert undress(page).split("\n") == [
        f"{line} word that did not fit.", "A short line.", "", f"{line} words.", "", f"{line} words.", "",
    ]  # fmt: skip


def test_span_is_none_where_marks_lay_between():
    page = "## 2 Comments\n\n" + "".join(f"[reader-{n}](x) 2016-09-20 10:0{n}\n\nWell [said](y).\n\n" for n in (1, 2))
    assert [comment.span for comment in read(page).comments] == [None, None]
