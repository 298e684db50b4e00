"""What pages print into entries beside what their people said: each kind as a small page of invented words."""

import pytest

from stance.pages.html import parse_html

NAMES = ("Dorimel K.", "kesvontra", "Dorimel K.", "reader-7")
WORDS = (
    "The ferry was late and nobody on the quay could say why it had stayed out so long again this time.",
    "No.",
    "The harbour is too small for it, and everybody in the village has known that for years and years by now.",
    "lol",
)
MORE = ("It is said to have sunk.", "Why not?", "They know.", "So be it, then, and no more of it.")
CELLS = {
    "a class of answers around words and name, another in each entry": (
        "<li><div class='bb-reply-head'><i>May {n}, 2012, 9:3{n} am</i> <a href='#p{n}'>#48{n}</a></div>"
        "<div class='{stripe} parent-12 position-{n} user-{n} reply type-reply'><div class='bb-reply-author'>"
        "<a href='/u'>{name}</a><div class='bb-role'>Welmat</div></div>"
        "<div class='bb-reply-content'><p>{words}</p></div></div></li>"
    ),
    "the entry in short, behind it": (
        "<div class='q'><p><b>{name}</b> welta <i>May {n}, 2012, 9:3{n} am</i></p>"
        "<div class='action-body'>{words}</div>"
        "<div class='action-details'><span>{name}</span> welta May {n}, 2012, 9:3{n} am {words}</div></div>"
    ),
    "the source of the words, hidden beside them": (
        "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><div class='w'><p>{words}</p>"
        "<div class='raw-words tw-hidden'>*{words}*</div></div></div>"
    ),
    "classes that end in odd and even": (
        "<div><div class='note-{stripe}'><div class='h'><h3>{title}</h3><b>{name}</b>"
        "<i>May {n}, 2012, 9:3{n} am</i></div><div class='w'>{words}</div></div></div>"
    ),
}


def page_of(cell):
    cells = [
        cell.format(
            n=n,
            name=name,
            words=words,
            more=MORE[n - 1],
            stripe=("even", "odd")[n % 2],
            title="Ferry" if n == 1 else "Re: Ferry" if n < 4 else "Quay",
        )
        for n, (name, words) in enumerate(zip(NAMES, WORDS, strict=True), start=1)
    ]
    return f"<body><h1>Ferry</h1><div id='comments'>{''.join(cells)}</div>".encode()


def read_with(cell, more, n_threads=1):
    """Return the thread of a page in which `more` of a cell stands in the third entry alone."""
    cells = [
        cell.format(n=n, name=name, words=words, more=more if n == 3 else "")
        for n, (name, words) in enumerate(zip(NAMES, WORDS, strict=True), start=1)
    ]
    return parse_html(f"<body><div id='comments'>{''.join(cells * n_threads)}</div>".encode(), "page.html")


@pytest.mark.parametrize("kind", CELLS)
def test_what_the_page_prints_is_no_ones_words(kind):
    thread = parse_html(page_of(CELLS[kind]), "page.html")
    assert [(comment.author, comment.text) for comment in thread.comments] == list(zip(NAMES, WORDS, strict=True))


def test_a_heading_that_opens_an_entry_is_its_subject():
    cell = (
        "<h2><a name='m{n}'>{title}</a></h2><hr><ul><li><em>Kel</em>: &lt;<a href='m'>quay@xxxx</a>&gt;</li>"
        "<li><em>Mon</em>: {title}</li><li><em>Sel</em>: {name} &lt;<a href='m'>xxxx@xxxx</a>&gt;</li>"
        "<li><em>Vonta</em>: Mon, 1{n} Jun 2012 09:3{n}:12 +0100</li></ul><pre>{words}</pre><br><pre>{more}</pre><hr>"
    )
    thread = parse_html(page_of(cell), "page.html")
    expected = [(name, f"{words}\n\n{more}") for name, words, more in zip(NAMES, WORDS, MORE, strict=True)]
    assert [(comment.author, comment.text) for comment in thread.comments] == expected


def test_words_said_twice_by_one_person_are_kept():
    cell = (
        "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i>"
        "<div class='w'><p>{words}</p><p>{again}</p></div></div>"
    )
    cells = [
        cell.format(n=n, name=name, words=words, again=words if n == 2 else f"And {n} more of these.")
        for n, (name, words) in enumerate(zip(NAMES, WORDS, strict=True), start=1)
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert thread.comments[1].text == "No.\n\nNo."


def test_short_words_that_are_a_part_of_every_name_are_kept():
    cell = "<div class='q'><b>reader-{n}</b> <i>May {n}, 2012, 9:3{n} am</i><p class='w'>{n}</p></div>"
    thread = parse_html(page_of(cell), "page.html")
    assert [comment.text for comment in thread.comments] == ["1", "2", "3", "4"]


def test_a_note_of_an_edit_that_names_the_author_is_left_out_where_it_stands_once():
    cell = "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><div class='w'><p>{words}</p>{more}</div></div>"
    note = "<p class='e'>Dramta welka ur Dorimel K. (May 9, 2012, 10:15 pm)</p>"
    thread = read_with(cell, note)
    assert [comment.text for comment in thread.comments] == list(WORDS)


def test_a_last_line_of_their_own_with_a_date_and_ones_name_is_kept():
    cell = "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><div class='w'><p>{words}</p>{more}</div></div>"
    last = "<p>Ask for Dorimel K. on the quay on May 9, 2012 at 10:15 pm</p>"
    thread = read_with(cell, last)
    assert thread.comments[2].text == f"{WORDS[2]}\n\nAsk for Dorimel K. on the quay on May 9, 2012 at 10:15 pm"


def test_the_line_that_says_whom_a_quotation_is_of_belongs_to_it():
    quote = "<cite>kesvontra welta:</cite><blockquote><p>No.</p></blockquote>"
    cell = "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><div class='w'>{more}<p>{words}</p></div></div>"
    thread = read_with(cell, quote)
    assert thread.comments[2].text == f"> kesvontra welta:\n>\n> No.\n\n{WORDS[2]}"
    assert [comment.text for comment in thread.comments if comment.author != "Dorimel K."] == ["No.", "lol"]


def test_a_sentence_that_holds_a_name_within_a_word_is_ones_own_above_a_quotation():
    cell = "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><div class='w'><p>{words}</p>{more}</div></div>"
    thread = read_with(cell, "<p>Mykesvontras say:</p><blockquote><p>No.</p></blockquote>")
    assert thread.comments[2].text == f"{WORDS[2]}\n\nMykesvontras say:\n\n> No."


@pytest.mark.parametrize("n_threads", [1, 4])
def test_what_stands_in_a_box_of_a_forum_is_quoted(n_threads):
    cell = "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><div class='w'>{more}{words}</div></div>"
    quote = "<div class='bbcode quotemain'>No ferry, <b>no</b> quay.</div>"
    thread = read_with(cell, quote, n_threads)
    expected = [*WORDS[:2], f"> No ferry, no quay.\n\n{WORDS[2]}", WORDS[3]]
    assert [comment.text for comment in thread.comments] == expected * n_threads


def test_a_box_called_quote_in_each_entry_holds_its_authors_words():
    behind = ("Not so, or not since the new captain came from the north.", *WORDS[:3])
    cells = [
        f"<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><div class='w'><div class='quote'>{words}</div>"
        f"<div>{more}</div></div></div>"
        for n, (name, words, more) in enumerate(zip(NAMES, WORDS, behind, strict=True), start=1)
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    expected = [f"{words}\n\n{more}" for words, more in zip(WORDS, behind, strict=True)]
    assert [comment.text for comment in thread.comments] == expected


def test_short_lines_that_open_all_texts_are_said_though_a_heading_stands_among_the_entries():
    cell = "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><div class='w'>{title}<br>{words}</div></div>"
    titles = ("A good ferry", "Never again", "So so", "Top")
    cells = [
        cell.format(n=n, name=name, words=words, title=title)
        for n, (name, words, title) in enumerate(zip(NAMES, WORDS, titles, strict=True), start=1)
    ]
    cells.insert(0, "<div class='q'><div class='w'>41 in all, 4 with words. These are shown.</div></div>")
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert (
        "text_open",
        "the words of 4 entries begin or end with a short line in each: it may be a title or the page's",
    ) in [(finding.name, finding.message) for finding in thread.findings]


def test_the_word_before_the_names_is_taken_from_a_name_that_no_link_parts_from_it():
    cell = (
        "<div class='q'><p><span>ta {name}</span> <i>May {n}, 2012, 9:3{n} am</i></p><div class='w'>{words}</div></div>"
    )
    shown = [
        f"<a href='/u/{name}'>{name}</a> <small><a href='/u'>(48{n})</a></small>" for n, name in enumerate(NAMES[:3])
    ]
    cells = [
        cell.format(n=n, name=name, words=words)
        for n, (name, words) in enumerate(zip((*shown, "Quiet Otter"), WORDS, strict=True), start=1)
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [comment.author for comment in thread.comments] == [*NAMES[:3], "Quiet Otter"]


def test_events_among_entries_are_left_out_and_what_answers_them_answers_what_they_did():
    cell = (
        "<li class='note' id='note-{n}'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i>{to}<div class='w'>"
        "<p>{words}</p></div></li>"
    )
    cells = [
        cell.format(n=n, name=name, words=words, to="<a href='#note-9'>ta</a>" if n == 3 else "")
        for n, (name, words) in enumerate(zip(NAMES, WORDS, strict=True), start=1)
    ]
    cells.insert(2, "<li class='note' id='note-9'><i>May 2, 2012, 9:50 am</i><button>Dramta</button></li>")
    thread = parse_html(f"<body><ol id='comments'>{''.join(cells)}</ol>".encode(), "page.html")
    assert [comment.text for comment in thread.comments] == list(WORDS)
    assert [comment.parent_id for comment in thread.comments] == [None] * 4
    assert [(finding.name, finding.message) for finding in thread.findings] == [
        ("empty_entries", "left out: 1 that are built like entries and have neither author nor words, as of an event")
    ]


def test_answers_that_look_like_buttons_are_said():
    answer = (
        "<div class='replies'><div class='r'><a href='/u'>reader-9</a> <time datetime='2012-05-0{n}T10:00:00'>later"
        "</time><p>That is what they always say, and then it sinks.</p></div></div>"
    )
    cell = (
        "<div class='q'><b>{name}</b> <time datetime='2012-05-0{n}T09:00:00'>then</time>"
        "<div class='w'>{words} And so on, as it was said before by all who know the quay and its boats.</div>"
        f"{answer}</div>"
    )
    thread = parse_html(page_of(cell), "page.html")
    assert len(thread.comments) == 4
    assert [finding.name for finding in thread.findings] == ["unread_entries"]
