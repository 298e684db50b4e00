"""Dumps of lynx, w3m and html2text, and pages in languages that no list knows."""

import io
from pathlib import Path

import pytest

from stance.pages.text_dump import parse
from stance.pages.text_dump._undress import undress

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


def test_forum_that_cannot_be_told_safely_gives_none_and_says_so():
    thread = read((FIXTURES / "forum-of-two-posts.txt").read_text())
    assert thread.comments == ()
    assert [finding.message for finding in thread.findings] == [
        "about 2 lines show a date as entries do, but no entry could be told safely: none is read"
    ]


def test_name_before_the_answered_one_is_the_author_and_the_other_is_answered():
    thread = read((FIXTURES / "replied-to.txt").read_text())
    assert [comment.author for comment in thread.comments] == ["reader-1", "reader-2", "reader-3"]
    first = thread.comments[0].comment_id
    assert [comment.parent_id for comment in thread.comments] == [None, first, None]


def test_lines_below_every_entry_of_one_author_are_no_text():
    lines = ["keeps bees here", "rows a boat", "keeps bees here", "rows a boat", "sails"]
    entries = "".join(
        f"reader-{name}\n2016-09-2{place} 15:30\n\nWords of entry {place}.\n\n{line}\n\n"
        for place, (name, line) in enumerate(zip((1, 2, 1, 2, 3), lines, strict=True))
    )
    thread = read(f"5 Comments\n\n{entries}")
    assert [comment.text for comment in thread.comments] == [f"Words of entry {place}." for place in range(5)]
    assert [finding.name for finding in thread.findings] == ["signatures"]


@pytest.mark.parametrize(
    ("day", "published"),
    [
        ("20.09.2016 15:3", "2016-09-20T15:3"),
        ("3. Mai 2016 um 15:3", "2016-05-03T15:3"),
        ("2016-09-20 15:3", "2016-09-20T15:3"),
    ],
)
def test_digits_of_name_and_day_that_stand_glued_are_a_finding(day, published):
    entries = "".join(f"reader-{n}{day}{n}\n\nWords {n}.\n\n" for n in range(1, 4))
    thread = read(f"3 Comments\n\n{entries}")
    assert [(comment.author, comment.published) for comment in thread.comments] == [
        (f"reader-{n}", f"{published}{n}") for n in range(1, 4)
    ]
    assert [finding.name for finding in thread.findings] == ["date_glued"]


def test_day_behind_the_sign_of_an_icon_is_whole():
    entries = "".join(f"reader-{n}\n\n__1{n}. Mai 2012 15:30\n\nWords {n}.\n\n" for n in range(1, 4))
    assert [comment.published for comment in read(f"3 Kommentare\n\n{entries}").comments] == [
        f"2012-05-1{n}T15:30" for n in range(1, 4)
    ]


@pytest.mark.parametrize(
    "behind", ["Oru mirpal", "Oru mirpal\n\nVonta\n\n  • Sel vonta\n\n  • Mir dapel", "© 2012 Mir", "[ ][ ] [Toskelu]"]
)
def test_the_pages_own_lines_behind_the_last_entry_are_no_text(behind):
    entries = "".join(f"reader-{n} 2016-09-2{n} 15:30\n\nSel vonta mir {n}.\n\n" for n in range(5))
    thread = read(f"{POST}5 Mirpalen\n\n{entries}{behind}\n")
    assert [comment.text for comment in thread.comments] == [f"Sel vonta mir {n}." for n in range(5)]
    assert all(finding.name == "end_guessed" for finding in thread.findings)


def test_thread_without_heading_whose_dates_stand_below_says_that_its_start_is_guessed():
    entries = "".join(
        f"Words about the ferry, and more of them, {n}.\n\nby reader-{n} on May {n}, 2012 at 3:30 pm.\n\n"
        for n in range(1, 5)
    )
    thread = read(f"A post\n\nThe ferry ran late all week.\n\nNobody knew why.\n\n{entries}")
    assert [(comment.author, comment.text) for comment in thread.comments] == [
        (f"reader-{n}", f"Words about the ferry, and more of them, {n}.") for n in range(1, 5)
    ]
    assert [finding.name for finding in thread.findings] == ["start_guessed"]


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
        ("## A\n\n[ 20 May\n2012 ](http://example.org/a-\nb/#c)\n\nWords.", "A\n\n20 May\n2012\n\nWords."),
        ("## A\n\n  * \n\n    reader-1\n\n  1. ## reader-2", "A\n\n  • reader-1\n\n  1. reader-2"),
        (" 1. [a1b2c]reader-1\n 2. [3]x\n 3. [d4e5f]reader-2\n[b]c", " 1. reader-1\n 2. [3]x\n 3. reader-2\nc"),
        ("reader-1reader-1\n reader-1\nbonbon", "reader-1\n reader-1\nbonbon"),
        ("[12]a\n" + "   text\n" * 9 + "     1.\n    reader-1\n", "[12]a\n" + "text\n" * 9 + "  1. reader-1\n"),
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


WORDS = (
    "It is late, and nobody knows why.",
    "Buy a bicycle!\n\nOr walk, which is free.",
    "So what?",
    "I would take it.",
)
PEOPLE = ("reader-1", "Reader Two", "reader-3", "reader-1")


@pytest.mark.parametrize("count", [3, 4])
@pytest.mark.parametrize(
    ("heading", "first", "template", "behind"),
    [
        ("{} Kommentare", "    {n}. ", "{name} sagt:\n\n2{n}. September 2016 um 15:3{n}\n\n{text}", ""),
        ("{} comentarios", "    • ", "{name} dijo:\n\n{text}\n\n2{n} de septiembre de 2016, 15:3{n}", ""),
        ("{} commentaires", "  • ", "{text}\n\n{name} Le 2{n} septembre 2016 à 15:3{n}", ""),
        ("{} commentaires", "", "{text}\n\n{name} Le 2{n} septembre 2016 à 15:3{n}", ""),
        ("~", "", "{text}\n\nby {name} on September 2{n}, 2016 at 3:3{n} pm.", ""),
        ("{} Kommentare", "", "{name}\n2{n}. September 2016 um 15:3{n}\n\n{text}\n\nAntwortenLöschen", ""),
        ("{} Comments", "", "{name}\nSeptember 2{n}, 2016 at 3:3{n} pm\n\n{text}\n\n{n} 0", ""),
        (
            "{} Comments",
            "",
            "{name} 2016-09-2{n} 15:3{n}\n\n{text}\n\n{n} 0",
            "More of this\n\n  • A bridge\n  • A boat\n",
        ),
    ],
)
def test_layouts_that_were_once_misread(heading, first, template, behind, count):
    entries = []
    for n, (name, text) in enumerate(zip(PEOPLE[:count], WORDS[:count], strict=True), 1):
        outset = first.format(n=n)
        entry = template.format(n=n, name=name, text=text).replace("\n", "\n" + " " * len(outset))
        entries.append(outset + entry)
    post = "A post about ferries\n\nThe ferry ran late all week.\n\nIt was a long week.\n\n"
    thread = read(f"{post}{heading.format(count)}\n\n" + "\n\n".join(entries) + f"\n\n{behind}")
    assert shown(thread) == [
        (name, f"2016-09-2{n}T15:3{n}", text)
        for n, (name, text) in enumerate(zip(PEOPLE[:count], WORDS[:count], strict=True), 1)
    ]
    assert [finding.name for finding in thread.findings] == (["start_guessed"] if heading == "~" else [])


def test_byline_whose_name_the_renderer_dropped_does_not_stay_in_the_text():
    entries = "\n\n".join(
        f"  {n}. {text}\n\n    Comment by {'reader-1 ' if n == 1 else ''}— May {n}, 2012 @ 3:30 pm"
        for n, text in enumerate(("It is late.", "Buy a bicycle!", "So what?"), 1)
    )
    assert shown(read(f"A post\n\n3 Responses\n\n{entries}\n")) == [
        ("reader-1", "2012-05-01T15:30", "It is late."),
        (None, "2012-05-02T15:30", "Buy a bicycle!"),
        (None, "2012-05-03T15:30", "So what?"),
    ]


def test_what_is_wrapped_below_the_item_of_a_list_is_no_text_behind_the_last_entry():
    post = "\n\n".join(
        f"   The ferry was late on day {n}, and nobody on the quay knew why it had stayed out." for n in range(3)
    )
    names = ("reader-1", "reader-2", "reader-1")
    entries = "\n\n".join(
        f"   Words of entry {n}.\n\n   Posted by {name} on 2016-09-2{n} at 9:3{n} am." for n, name in enumerate(names)
    )
    links = (
        "     * [3]It stayed out again and nobody on the quay knew for how long\n"
        "       and was it late for all of those who had to be home by nine\n     * [4]The ferry\n"
    )
    thread = read(f"The ferry\n\n{post}\n\n{entries}\n\n{links}")
    assert [comment.author for comment in thread.comments] == list(names)
    assert [comment.text for comment in thread.comments[1:]] == ["Words of entry 1.", "Words of entry 2."]
    assert [finding.name for finding in thread.findings] == ["start_guessed"]
