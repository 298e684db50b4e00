"""Text dumps: the seed, dumps made from pages in many themes, and small ones for one habit each."""

import gc
import io
import json
from pathlib import Path

import pytest

from stance.pages.text_dump import _parsing, matches, parse, parse_text

ROOT = Path(__file__).parents[2]
FIXTURES = sorted((Path(__file__).parent / "fixtures/text").glob("*.txt"))
SEED = ROOT / "seeds/awl/pages/tendance-coatesy.txt"


def read(page, url=None):
    """Read a page given as text; a test that looks at bytes calls parse itself."""
    (thread,) = parse(io.BytesIO(page.encode()), "dump.txt", url)
    return thread


def rows(thread):
    place = {comment.comment_id: number for number, comment in enumerate(thread.comments)}
    return [
        {
            "author": comment.author,
            "published": comment.published,
            "parent": place.get(comment.parent_id),
            "kind": comment.kind,
            "text": comment.text,
        }
        for comment in thread.comments
    ]


def shown(thread):
    return [(row["author"], row["published"], row["text"]) for row in rows(thread)]


def names(thread):
    return [finding.name for finding in thread.findings]


def test_there_are_fixtures():
    assert len(FIXTURES) >= 16


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_fixture_is_read_as_its_page_was_written(path):
    expected = json.loads(path.with_suffix(".json").read_text())
    thread = read(path.read_text())
    assert rows(thread) == expected["comments"]
    assert (thread.title, thread.declared, names(thread)) == (
        expected["title"],
        expected["declared"],
        expected["findings"],
    )
    assert thread.format == "text_dump"


@pytest.mark.parametrize("path", [*FIXTURES, SEED], ids=lambda path: path.stem)
def test_span_covers_the_own_text(path):
    page = path.read_text()
    for comment in read(page).comments:
        start, end = comment.span
        assert "".join(page[start:end].split()) == "".join(comment.text.split())


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_ids_survive_more_comments(path):
    """The same page saved again with one comment more keeps the ids of all others."""
    page = path.read_text()
    before = [comment.comment_id for comment in read(page).comments]
    for word in ("Leave a Reply", "Schreibe einen Kommentar", "Deja una respuesta", "Laisser un commentaire"):
        page = page.replace(word, f"\n{word}")
    assert [comment.comment_id for comment in read(page).comments] == before
    assert len(set(before)) == len(before)


# -- the seed ----------------------------------------------------------------------------------------------------


def test_seed_has_sixteen_comments_of_seventeen():
    thread = read(SEED.read_text())
    assert thread.title == "Dispatches and the Alliance for Workers’ Liberty: Once Again on Trotskyism."
    assert (len(thread.comments), thread.declared) == (16, 17)
    assert names(thread) == ["declared_count_differs"]
    assert "declares 17" in thread.findings[0].message
    assert "found 16" in thread.findings[0].message
    assert {comment.parent_id for comment in thread.comments} == {None}
    assert {comment.kind for comment in thread.comments} == {"comment"}


def test_seed_invents_no_author():
    authors = [comment.author for comment in read(SEED.read_text()).comments]
    assert [place for place, author in enumerate(authors, 1) if author is None] == [7, 8, 13, 15, 16]
    assert authors[:6] == ["Dr Paul", "Andrew Coates", "Andrew Coates", "Jim Denham", "Dr Paul", "Andrew Coates"]
    assert authors[8:12] == ["John Rogan", "Andrew Coates", "John Rogan", "Andrew Coates"]
    assert authors[13] == "John Rogan"


def test_seed_times_are_as_shown():
    times = [comment.published for comment in read(SEED.read_text()).comments]
    assert times == [
        *("2016-09-20T15:30", "2016-09-20T16:18", "2016-09-20T17:00", "2016-09-20T18:03", "2016-09-20T18:12"),
        *("2016-09-20T18:27", "2016-09-20T18:45", "2016-09-20T22:58", "2016-09-21T10:35", "2016-09-21T12:23"),
        *("2016-09-21T12:41", "2016-09-21T13:08", "2016-09-22T04:56", "2016-09-22T10:29", "2016-09-22T10:38"),
        "2016-09-22T10:51",
    ]


def test_seed_texts_begin_and_end_where_they_should():
    thread = read(SEED.read_text())
    ends = [(comment.text.split()[0], comment.text.split()[-1]) for comment in thread.comments]
    assert ends == [
        *(("It", "too."), ("That’s", "them."), ("Incidentally", "it.”"), ("Dr", "cliches"), ("That", "that.")),
        *(("Tony", "bourgeoisie’."), ("The", "this:"), ("AWL", "socialist’?")),
        ("It", "http://www.workersliberty.org/story/2010/04/30/france-1968-when-ten-million-workers-took-capitalism-throat-1968"),
        *(("I", "Saviour."), ("Andrew,", "defended."), ("I’m", "of…)."), ("John", "read:"), ("I’ve", "here.")),
        *(("John", "Stalin:"), ("Outside", "diversion.")),
    ]  # fmt: skip
    assert "[1] https://" in thread.comments[8].text
    assert "\n\na. To prepare" in thread.comments[10].text
    assert "\n\n" in thread.comments[0].text
    assert "\n\n\n" not in thread.comments[0].text


def test_seed_article_is_without_chrome():
    text = read(SEED.read_text()).text
    assert text.startswith("Responses to: The Battle for The Labour Party")
    assert text.endswith("Dispatches attacks Workers’ Liberty.")
    assert "17 comments" not in text
    assert "Subscribe to comments" not in text


# -- one habit each ----------------------------------------------------------------------------------------------

POST = "A post about ferries and the sea\n\nThe ferry ran late all week, and nobody on the quay knew why it did.\n\n"
FORM = "\n\nLeave a Reply\n\nYour email address will not be published.\n"
TEXTS = ("It is late, as every year.", "Buy a bicycle!\n\nOr walk, which is free.", "So what?")
NAMES = ("reader-1", "Reader Two", "reader-3")
TIMES = ("2016-09-20T15:30", "2016-09-21T08:05", "2016-10-01T00:10")
EXPECTED = list(zip(NAMES, TIMES, TEXTS, strict=True))
DATES = {
    "en": ("September 20, 2016 at 3:30 pm", "September 21, 2016 at 8:05 am", "October 1, 2016 at 12:10 am"),
    "de": ("20. September 2016 um 15:30", "21. September 2016 um 08:05", "1. Oktober 2016 um 00:10"),
    "es": ("20 septiembre, 2016 a las 15:30", "21 septiembre, 2016 a las 8:05", "1 octubre, 2016 a las 0:10"),
    "fr": ("20 septembre 2016 à 15 h 30 min", "21 septembre 2016 à 8 h 05 min", "1 octobre 2016 à 0 h 10 min"),
}


def thread_of(template, dates, heading="3 Responses", indent=0, number=False):
    entries = []
    for place, (name, date, text) in enumerate(zip(NAMES, dates, TEXTS, strict=True), 1):
        entry = template.format(name=name, date=date, text=text)
        lines = [f"{' ' * indent}{line}" if line else line for line in entry.split("\n")]
        if number:
            lines[0] = f"  {place}. {lines[0].strip()}"
        entries.append("\n".join(lines))
    return f"{POST}{heading}\n\n" + "\n\n".join(entries) + FORM


@pytest.mark.parametrize(
    ("language", "template"),
    [
        ("en", "{text}\n\n{name}\n\n{date}"),
        ("en", "{name} says:\n{date}\n\n{text}\n\nReply"),
        ("en", "{name}\n{date}\n\n{text}"),
        ("en", "{date}\n{name}\n\n{text}"),
        ("en", "{name}\n\n{text}\n\n{date}"),
        ("en", "On {date} {name} said:\n\n{text}"),
        ("en", "{name} on {date} said:\n\n{text}\n\nReply ↓"),
        ("en", "Posted by {name} on {date}\n\n{text}"),
        ("en", "{text}\n\nPosted by: {name} | {date}"),
        ("en", "{text}\n\nComment by {name} — {date}"),
        ("en", "{name} wrote:\n\n{text}\n\n{date} | Reply | Quote"),
        ("en", "{date} | {name}\n{text}"),
        ("en", "{name}\n{name} {date}\n\n{text}\n\nLikeLike"),
        ("en", "{name} on {date}: {text}"),
        ("en", "{name} ({date}): {text}"),
        ("en", "Posted by {name}{date}\n\n{text}"),
        ("de", "{name} am {date}: {text}"),
        ("de", "{name} schreibt am {date}:\n\n{text}\n\nAntworten"),
        ("de", "{name} sagt:\n\n{text}\n\nGefällt mirGefällt mir\n\n{date}"),
        ("de", "Am {date} schrieb {name}:\n\n{text}"),
        ("de", "{name} sagte am {date}\n\n{text}\n\nZitieren"),
        ("es", "{name} dijo:\n{date}\n\n{text}\n\nResponder"),
        ("es", "{name} dice:\n\n{text}\n\n{date}\n\nMe gustaMe gusta"),
        ("es", "Publicado por {name} el {date}\n\n{text}"),
        ("fr", "{name} a dit :\n{date}\n\n{text}\n\nRépondre"),
        ("fr", "Le {date}, {name} a écrit :\n\n{text}"),
        ("fr", "{text}\n\n{name}\n\n{date}\n\nJ’aimeJ’aime"),
    ],
)
@pytest.mark.parametrize("number", [False, True])
def test_orders_verbs_and_languages(language, template, number):
    thread = read(thread_of(template, DATES[language], indent=4 if number else 0, number=number))
    assert shown(thread) == EXPECTED
    assert thread.findings == ()


@pytest.mark.parametrize(
    "heading",
    [
        *("3 Comments", "3 comments so far", "{ 3 comments… read them below or add one }", "This Post Has 3 Comments"),
        *("3 Responses to “A post about ferries and the sea”", "3 thoughts on “A post”", "Comments (3)", "Comments"),
        *("3 Kommentare", "3 Gedanken zu „Ein Beitrag“", "Kommentare: 3", "3 Antworten zu Ein Beitrag", "Kommentare"),
        *("3 comentarios en «Una entrada»", "3 respuestas a “Una entrada”", "Comentarios"),
        *("3 commentaires", "3 réflexions sur « Un billet »", "3 réponses à Un billet", "Commentaires (3)"),
        *("There are 3 comments", "(3) Comments", "Comments 3"),
    ],
)
def test_headings(heading):
    thread = read(thread_of("{name}\n{date}\n\n{text}", DATES["en"], heading))
    assert shown(thread) == EXPECTED
    assert thread.declared == (3 if "3" in heading else None)
    assert "ferry ran late" in thread.text
    assert "3" not in thread.text


def test_page_without_heading_is_read_where_entries_show_name_and_date():
    page = thread_of("{name} says:\n{date}\n\n{text} And much more could be said of ferries.", DATES["en"], "~")
    assert [row["author"] for row in rows(read(page))] == list(NAMES)


def test_list_of_the_post_below_the_word_comments_is_no_thread():
    page = f"Feed on\nPosts\nComments\n\n{POST}{POST}{POST}  1. Cast off.\n\n  2. Sail.\n\n  3. Land.{FORM}"
    assert read(page).comments == ()


def test_page_without_heading_is_read_where_entries_end_in_buttons():
    entries = "\n\n".join(
        f"  {n}. reader-{n}\n\n    A word or two about ferries and the sea, {n}.\n\n    Reply" for n in (1, 2, 3)
    )
    assert [row["author"] for row in rows(read(POST + entries + FORM))] == ["reader-1", "reader-2", "reader-3"]


def test_month_day_year_is_decided_from_the_whole_page():
    days = ("9/5/2016 3:30 pm", "9/6/2016 8:05 am", "9/20/2016 12:10 am")
    thread = read(thread_of("{name} {date}\n\n{text}", days))
    assert [row["published"] for row in rows(thread)] == ["2016-09-05T15:30", "2016-09-06T08:05", "2016-09-20T00:10"]


def test_order_of_day_and_month_that_stays_open_is_a_finding():
    thread = read(thread_of("{name} {date}\n\n{text}", ("3/4/2016 9:00", "4/4/2016 9:00", "5/4/2016 9:00")))
    assert [row["published"] for row in rows(thread)] == [None, "2016-04-04T09:00", None]
    assert "date_order_open" in names(thread)


@pytest.mark.parametrize(
    "days",
    [("3 days ago", "2 days ago", "an hour ago"), ("May 1 at 9:00", "May 2 at 9:00", "May 3 at 9:00")],
)
def test_incomplete_dates_stay_empty_and_are_a_finding(days):
    thread = read(thread_of("{name}\n{date}\n\n{text}\n\nReply", days))
    assert shown(thread) == [(name, None, text) for name, text in zip(NAMES, TEXTS, strict=True)]
    assert "time_incomplete" in names(thread)


def test_thread_printed_twice_is_kept_once():
    once = thread_of("{name}\n{date}\n\n{text}", DATES["en"])
    start, end = once.index("reader-1"), once.index("\n\nLeave a Reply")
    twice = once[:end] + "\n\n3 Comments\n\n" + once[start:end] + once[end:]
    for page in (twice, twice.replace("\n\n3 Comments", "")):
        thread = read(page)
        assert shown(thread) == EXPECTED
        assert names(thread) == ["printed_twice"]


def test_comment_that_somebody_posted_twice_stays():
    texts = ("First one.", "Me too.", "Me too.", "So what?", "Last.", "Or so.")
    entries = "\n\n".join(f"  {number}. {text}" for number, text in enumerate(texts, 1))
    page = f"{POST}6 Responses\n\n{entries}{FORM}"
    assert [row["text"] for row in rows(read(page))].count("Me too.") == 2


def test_pings_are_entries_of_their_kind():
    page = (
        f"{POST}3 Responses\n\n  1. Pingback: Ferries elsewhere | Another blog\n\n"
        f"  2. reader-1 says:\n\n    {TEXTS[0]}\n\n  3. reader-2 says:\n\n    {TEXTS[2]}\n\n"
        f"2 Trackbacks\n\n  1. Sea and sand\n\n    […] late, as they say […]{FORM}"
    )
    kinds = [(row["kind"], row["author"], row["text"].partition("\n")[0]) for row in rows(read(page))]
    assert kinds == [
        ("ping", "Ferries elsewhere | Another blog", "Ferries elsewhere | Another blog"),
        ("comment", "reader-1", TEXTS[0]),
        ("comment", "reader-2", TEXTS[2]),
        ("ping", "Sea and sand", "Sea and sand"),
    ]


def test_lists_in_comments_do_not_split_them():
    page = f"""{POST}2 Responses

  1. reader-1 says:

    My reasons are two:

    1. it is late
    2. it is dear

    [1] And a note.

    a. And a letter.

    • reader-2 says:

      Mine are others:

      • the gulls
      • the wind

  2. reader-3 says:

    No lists here.
{FORM}"""
    assert [(row["author"], row["parent"]) for row in rows(read(page))] == [
        ("reader-1", None),
        ("reader-2", 0),
        ("reader-3", None),
    ]
    assert rows(read(page))[0]["text"] == (
        "My reasons are two:\n\n1. it is late\n2. it is dear\n\n[1] And a note.\n\na. And a letter."
    )
    assert rows(read(page))[1]["text"] == "Mine are others:\n\n• the gulls\n• the wind"


def test_replies_in_bare_lists_are_told_from_lists_in_comments():
    page = f"""{POST}4 Comments

  1. A comment about the ferry.

    1. A reply to it.

      1. And a reply to that.

  2. A list:

    1. one
    2. two
    1. A reply behind the list.

  3. The end.
{FORM}"""
    assert [(row["text"].partition("\n")[0], row["parent"]) for row in rows(read(page))] == [
        ("A comment about the ferry.", None),
        ("A reply to it.", 0),
        ("And a reply to that.", 1),
        ("A list:", None),
        ("A reply behind the list.", 3),
        ("The end.", None),
    ]


def test_dates_in_list_items_are_no_list_marks():
    page = (
        f"{POST}2 Kommentare\n\n  1. Erster.\n\n    reader-1\n\n    4. August 2012 um 10:15\n\n"
        f"  2. Zweiter.\n\n    reader-2\n\n    5. 8. 2012, 10:20{FORM}"
    )
    assert [row["published"] for row in rows(read(page))] == ["2012-08-04T10:15", "2012-08-05T10:20"]


@pytest.mark.parametrize("indent", [0, 4])
@pytest.mark.parametrize("day", ["September 20, 2016 at 3:30 pm", "20.09, 2016 @ 15:30", "20.9.2016 15:30"])
def test_names_that_the_renderer_dropped_leave_entries_whole(day, indent):
    entries = ("reader-1 says:\n{d}\n\nOne.", "{d}\n\nTwo.", "reader-3 says:\n{d}\n\nThree.", "{d}\n\nClosed on 3 May.")
    lines = "\n\n".join(entries).format(d=day)
    if indent:
        marked = [f"  {n}. " + entry.format(d=day).replace("\n", "\n    ") for n, entry in enumerate(entries, 1)]
        lines = "\n\n".join(marked)
    thread = read(f"{POST}4 Responses\n\n{lines}{FORM}")
    assert shown(thread) == [
        ("reader-1", "2016-09-20T15:30", "One."),
        (None, "2016-09-20T15:30", "Two."),
        ("reader-3", "2016-09-20T15:30", "Three."),
        (None, "2016-09-20T15:30", "Closed on 3 May."),
    ]


def test_sentence_with_a_day_is_no_header():
    page = thread_of("{name} | {date} | Reply\n\n{text}", DATES["en"]).replace(TEXTS[2], "The quay is closed on 3 May.")
    assert [row["author"] for row in rows(read(page))] == list(NAMES)


def test_said_in_a_comment_is_no_header():
    page = thread_of("{name} says:\n{date}\n\n{text}\n\nA captain once said:\n\nAll aboard.", DATES["en"])
    assert [row["author"] for row in rows(read(page))] == list(NAMES)


def test_words_like_those_of_the_form_do_not_end_the_thread():
    page = thread_of("{name}\n{date}\n\n{text}", DATES["en"]).replace(TEXTS[0], "Leave a comment\n\nis what they say.")
    assert [row["author"] for row in rows(read(page))] == list(NAMES)


@pytest.mark.parametrize(
    "page",
    [
        POST + "No Comments" + FORM,
        POST + "Keine Kommentare\n\nSchreibe einen Kommentar\n",
        POST + "  1. Cast off.\n\n  2. Sail.\n\n  3. Land." + FORM,
        POST + "4 Comments. Leave new" + FORM,
        POST + "Related\n\n  • A boat\n    May 3, 2012\n\n  • A bridge\n    May 4, 2012\n",
        POST + "Recent Comments\n\n  • reader-1 on A boat\n\n  • reader-2 on A bridge\n",
        "Log in\n\nUser name\n\nPassword\n\nForgot your password?\n",
        "x",
    ],
)
def test_page_without_comments_gives_a_thread_with_none(page):
    assert read(page).comments == ()


def test_url_is_the_id_where_known():
    page = thread_of("{name}\n{date}\n\n{text}", DATES["en"])
    assert read(page, "https://blog.example.org/ferries/").thread_id == "blog.example.org/ferries"
    assert read(page).thread_id == "a-post-about-ferries-and-the-sea"
    assert parse_text("", "page.txt").thread_id == "page"


def test_text_is_recognised():
    assert matches(b"A page.\n\n1 Comment\n")
    assert matches("Überfahrt".encode("utf-16"))
    assert not matches(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert not matches(b"")


def test_collection_of_garbage_is_as_it_was_after_a_page(monkeypatch):
    asked = []
    monkeypatch.setattr(_parsing, "best_reading", lambda *page: asked.append(gc.isenabled()))
    for was_on in (True, False):
        (gc.enable if was_on else gc.disable)()
        try:
            _parsing.parse_text("Words.", "page.txt")
            assert gc.isenabled() == was_on
        finally:
            gc.enable()
    assert asked == [False, False]
