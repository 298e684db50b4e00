"""Kinds of markup that were first read wrong on themes that nobody had seen, each as a small page of invented words."""

import pytest

from stance.pages.html import parse_html

NAMES = ("reader-1", "reader-2", "reader-1", "reader-3")
WORDS = (
    "The ferry was late and nobody on the quay could say why it had stayed out so long again this time.",
    "No.",
    "The harbour is too small for it, and everybody in the village has known that for years and years by now.",
    "lol",
)
KINDS = {
    "a heading opens an entry and nothing stands around it": (
        "<a name='k{n}'></a><h4>{name}</h4><p class='d'>May {n}, 2012 at 9:3{n} am</p><p>{words}</p>"
    ),
    "name beside the date in a heading": (
        "<div class='q'><h4 class='hd'>{name} <small>May {n}, 2012, 9:3{n} am</small></h4>{words}</div>"
    ),
    "a class speaks of editing, the words are in it": (
        "<div class='q'><a href='/u'>{name}</a> <i>May {n}, 2012, 9:3{n} am</i>"
        "<div class='edit-box'>{words}</div></div>"
    ),
    "short words beside the name": (
        "<div class='q'><div><a href='/u/{name}'>{name}</a> <span>{words}</span></div>"
        "<div><a href='#l'>Mirpal</a> · <abbr title='May {n}, 2012, 9:3{n} am'>May {n}</abbr></div></div>"
    ),
    "a button that counts": (
        "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><p>{words}</p><p>Toskelu | Fendri 1{n}</p></div>"
    ),
    "labels with a colon": (
        "<div class='q'><b>Sel:</b> {name}<br><b>Vonta:</b> May {n}, 2012, 9:3{n} am<br><p>{words}</p></div><hr>"
    ),
    "no classes at all": (
        "<div><div><div><img src='a.png'></div><div><a href='/u'>{name}</a></div></div><div><div><span>May {n}, 2012, "
        "9:3{n} am</span><span>#{n}</span></div><div><p>{words}</p></div><div><a href='#r'>Toskelu</a></div></div>"
        "</div>"
    ),
    "signed below, with more in the line": (
        "<p>{words}<br><b>- {name}</b>, Vonta <i>(May {n}, 2012, 9:3{n} am)</i></p>"
    ),
    "an empty anchor before the name": (
        "<dl><dt><a name='c{n}'></a><a href='/u'>{name}</a> brunta...</dt><dd class='b'>{words}</dd>"
        "<dd class='f'>May {n}, 2012, 9:3{n} am</dd></dl>"
    ),
    "seconds since 1970": (
        "<div class='q'><b>{name}</b> <i data-timestamp='133594{n}600'>{n} mirpal</i><p class='w'>{words}</p></div>"
    ),
    "a title of its own before the name": (
        "<table><tr><td><b>{title}</b> (none / {n}) (<a href='/c#{n}'>#{n}</a>)<br>ta "
        "<a href='/u/{name}'>{name}</a> ur "
        "May {n}, 2012, 9:3{n} am</td></tr><tr><td>{words}<br>[ <a href='#p'>Vonta</a> | <a href='#r'>Toskelu</a> ]"
        "</td></tr></table>"
    ),
    "name and town": (
        "<div class='q'><p>Sel: May {n}, 2012, 9:3{n} am</p><p>{words}</p><p><b>{name}</b>, {town}</p></div>"
    ),
    "the name is a button": (
        "<div class='q'><button type='button'><span>{name}</span></button> <i>May {n}, 2012, 9:3{n} am</i>"
        "<div>{words}</div><button>Toskelu</button></div>"
    ),
    "the name in a cell beside": (
        "<tr><td><span><b>{name}</b></span><br>Vonta: {town}</td><td><table><tr><td>Sel: May {n}, 2012, 9:3{n} am</td>"
        "</tr><tr><td>{words}</td></tr></table></td></tr><tr><td><a href='#top'>Fendri</a></td></tr>"
    ),
    "signed in the same words each time": (
        "<div class='q'><a href='/u'>{name}</a> <i>May {n}, 2012, 9:3{n} am</i><div><div class='a'>{words}</div>"
        "<div class='z'>{town} is where {name} has lived for as long as anybody can tell</div></div></div>"
    ),
    "name, then rank and town in brackets": (
        "<div class='q'><p class='k'>Sel: {name} (Vonta, {town})<br>May {n}, 2012, 9:3{n} am</p><p>{words}</p></div>"
    ),
    "a title of its own in bold": (
        "<div class='q'><span>{name}</span> <i>May {n}, 2012, 9:3{n} am</i><div><b>{title}</b>"
        "<p>{words}</p></div></div>"
    ),
    "a number before the name": (
        "<section><h6>{n} / {name}</h6><div>{words}</div><p>May {n}, 2012, 9:3{n} am</p></section>"
    ),
    "a line with a label": (
        "<div class='q'><p>Sel: {name}<br>Fendri: May {n}, 2012, 9:3{n} am<br>Mirpal: {title}</p>"
        "<p>{words}</p></div><hr>"
    ),
    "words behind the name and a town in one line": (
        "<div><i>May {n}, 2012, 9:3{n} am</i> — <a href='/u/{name}'>{name}</a> ({town}): {words}</div>"
    ),
    "a name and his handle": (
        "<div class='q'><div><b>{name}</b> <i>@{name}</i></div><div>May {n}, 2012, 9:3{n} am</div>"
        "<div>{words}</div></div>"
    ),
    "a link of his own, and one that is a title's": (
        "<div class='q'><h4><a href='/t/{n}'>{title}</a></h4><p>ta <a href='/u/{name}'>{name}</a> ur "
        "May {n}, 2012, 9:3{n} am</p><div>{words}</div></div>"
    ),
    "a title of its own in a paragraph": (
        "<div class='q'><p>{title}</p><p>{name}</p><p>May {n}, 2012, 9:3{n} am</p><p>{words}</p></div>"
    ),
    "rows alike, by turns": (
        "<tr><td><font><b>{name}</b> | May {n}, 2012, 9:3{n} am</font></td></tr><tr><td><font>{words}</font></td></tr>"
    ),
    "heads of entries among paragraphs": ("<p><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i></p><p>{words}</p>"),
    "the time in the title of the words": (
        "<li><b>{name}</b>: <span title='May {n}, 2012, 9:3{n} am'>{words}</span></li>"
    ),
    "words, name and date in one line": (
        "<div class='l{n}'><p>{words} —<a href='/user/{name}'>{name}</a> <sup>(<a href='/t/{name}'>Sel</a>)</sup> "
        "May {n}, 2012, 9:3{n} am</p></div>"
    ),
    "a number before, a rank in brackets and buttons behind": (
        "<tr><td>{n}. {name} ({town}), May {n}, 2012, 9:3{n} am [<a href='#r'>Toskelu</a>] +1{n}</td></tr>"
        "<tr><td>{words}</td></tr>"
    ),
    "name and town in bold before the words, the time in a cell beside": (
        "<tr><td><small>May {n}, 2012, 9:3{n} am</small></td><td><b>{name}</b> ({town}): {words}</td></tr>"
    ),
    "a name in quotation marks": (
        "<div class='q'><p>“{name}” brunta (May {n}, 2012, 9:3{n} am):</p><div>{words}</div></div>"
    ),
    "a label and a number that counts on before the name": (
        "<div class='q'><h4>Vonta {n} ta {name}</h4><h5>May {n}, 2012, 9:3{n} am</h5><p>{words}</p></div>"
    ),
    "stars that differ before the name": (
        "<div class='q'><p>{stars} ta {name} ur May {n}, 2012, 9:3{n} am</p><p>{words}</p></div>"
    ),
}
# in four entries a town or a title may as well be the name, and that is said
OPEN_KINDS = {
    "a town between name and date": (
        "<center>{words}<br><i>{name}</i><br>{town}<br>May {n}, 2012, 9:3{n} am<hr></center>"
    ),
    "a bare name before a rank in bold": (
        "<li>{name} <b>{town}</b> <small>May {n}, 2012, 9:3{n} am</small><br>{words}</li>"
    ),
    "a name in brackets behind a number": (
        "<div class='q'><div>{n}. [{name}] May {n}, 2012, 9:3{n} am [{town}]</div><div>{words}</div></div>"
    ),
    "slots parted by marks in one line": (
        "<div class='q'><p>{words}</p><div>{town} | {name} | May {n}, 2012, 9:3{n} am | <a href='#k'>Vonta</a></div>"
        "</div>"
    ),
    "slots in paragraphs one below the other": (
        "<div class='q'><div><p>Sel 1{n}</p><p>{name}</p><p>{town}</p></div>"
        "<div><p>May {n}, 2012, 9:3{n} am</p><p>{words}</p></div></div>"
    ),
}
TITLES = ("Tuska", "Mondre fal", "Ne verto pilan", "Sorm")
TOWNS = {"reader-1": "Dapel", "reader-2": "Kesta", "reader-3": "Dapel"}


def page_of(cell, around="<div class='flow'><h3>4 Responses</h3>{}</div>"):
    cells = [
        cell.format(n=n, name=name, words=words, title=TITLES[n - 1], town=TOWNS[name], stars="★☆"[n % 2])
        for n, (name, words) in enumerate(zip(NAMES, WORDS, strict=True), start=1)
    ]
    around = "<h3>4 Responses</h3><table class='flow'>{}</table>" if cell.startswith("<tr") else around
    return f"<!doctype html><title>The ferry</title><body><h1>The ferry</h1>{around.format(''.join(cells))}</body>"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_gives_author_time_and_words(kind):
    thread = parse_html(page_of(KINDS[kind]).encode(), "page.html")
    assert [comment.author for comment in thread.comments] == list(NAMES)
    assert [comment.text for comment in thread.comments] == list(WORDS)
    assert all((comment.published or "").startswith("2012-05-0") for comment in thread.comments)
    assert thread.findings == ()


@pytest.mark.parametrize("kind", OPEN_KINDS)
def test_each_open_kind_gives_author_time_and_words_and_says_so(kind):
    thread = parse_html(page_of(OPEN_KINDS[kind]).encode(), "page.html")
    assert [comment.author for comment in thread.comments] == list(NAMES)
    assert [comment.text for comment in thread.comments] == list(WORDS)
    assert [finding.name for finding in thread.findings] == ["author_open"]


def test_date_in_the_words_of_rows_by_turns_opens_no_entry():
    cell = (
        "<tr><td><font><b>{name}</b> | May {n}, 2012, 9:3{n} am</font></td></tr><tr><td><font>{words}</font></td></tr>"
    )
    words = [f"{each} It left on 3.4.2011 as ever." if n == 1 else each for n, each in enumerate(WORDS)]
    cells = [
        cell.format(n=n, name=name, words=each) for n, (name, each) in enumerate(zip(NAMES, words, strict=True), 1)
    ]
    thread = parse_html(f"<body><h3>4 Responses</h3><table>{''.join(cells)}</table>".encode(), "page.html")
    assert [(comment.author, comment.text) for comment in thread.comments] == list(zip(NAMES, words, strict=True))
    assert thread.findings == ()


def test_line_that_says_who_edited_an_entry_is_no_words():
    cell = "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><div><p>{words}</p>{edit}</div></div>"
    cells = [
        cell.format(
            n=n, name=name, words=words, edit=f"<p>Fendri ta reader-0, 0{n}.06.2012 9:2{n}</p>" if n % 2 else ""
        )
        for n, (name, words) in enumerate(zip(NAMES, WORDS, strict=True), start=1)
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [comment.text for comment in thread.comments] == list(WORDS)


def test_two_entries_that_nothing_calls_by_a_name_are_open():
    cell = "<div class='q'><p>{title}</p><p>{name}</p><p>May {n}, 2012, 9:3{n} am</p><p>{words}</p></div>"
    cells = [cell.format(n=n, name="Otto", title=TITLES[n], words=WORDS[n]) for n in (1, 2)]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert "author_open" in [finding.name for finding in thread.findings]


def test_whom_most_entries_answer_in_a_link_is_not_their_author():
    cell = "<div class='q'>{to}<h6>{name}</h6><small>May {n}, 2012, 9:3{n} am</small><div class='w'>{words}</div></div>"
    names = ("reader-1", "reader-2", "reader-3", "reader-1", "reader-4", "reader-2")
    answered = (None, "reader-1", "reader-2", "reader-3", "reader-1", "reader-4")
    cells = [
        cell.format(
            n=n, name=name, words=WORDS[n % 4], to=f"<div>Toskelu <a href='/{above}'>{above}</a></div>" if above else ""
        )
        for n, (name, above) in enumerate(zip(names, answered, strict=True), start=1)
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [comment.author for comment in thread.comments] == list(names)


@pytest.mark.parametrize("count", [5, 24])  # a long thread is read by some of its entries
def test_quotations_beside_the_words_are_kept_where_few_have_one(count):
    cell = "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{m} am</i>{quote}<div class='w'>{words}</div></div>"
    quoted = "<blockquote><p>The ferry was late.</p></blockquote>"
    cells = [
        cell.format(n=n, m=n % 10, name=NAMES[n % 4], words=WORDS[n % 4], quote=quoted if n == 3 else "")
        for n in range(1, count)
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [comment.text for comment in thread.comments] == [
        f"> The ferry was late.\n\n{WORDS[3]}" if n == 3 else WORDS[n % 4] for n in range(1, count)
    ]


def test_answers_without_dates_are_parted_from_what_they_answer():
    cell = "<li><a href='/u/{0}'>{0}</a> <span>{1} mirpal</span><div><p>{2}</p></div><a href='#'>Toskelu</a>{3}</li>"
    inner = cell.format("reader-2", 7, WORDS[1], "")
    entries = [cell.format("reader-1", 9, WORDS[0], f"<ul>{inner}</ul>"), cell.format("reader-3", 5, WORDS[2], "")]
    page = f"<body><h3>4 Mirpalen</h3><ul class='d'>{''.join(entries)}{cell.format('reader-4', 3, WORDS[3], '')}</ul>"
    comments = parse_html(f"{page}<textarea></textarea>".encode(), "page.html").comments
    assert [(comment.author, comment.text) for comment in comments] == [
        (f"reader-{n}", words) for n, words in enumerate(WORDS, start=1)
    ]
    assert [comment.parent_id for comment in comments] == [None, comments[0].comment_id, None, None]


def test_line_that_says_whom_one_answers_is_no_words():
    to = "<p class='to'>Toskelu <a href='#i{above}'>reader-1</a></p>"
    cell = (
        "<div class='q' id='i{n}'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i>{to}"
        "<div class='w'><p>{words}</p></div></div>"
    )
    cells = [
        cell.format(n=n, name=name, words=words, to=to.format(above=1) if n in (2, 4) else "")
        for n, (name, words) in enumerate(zip(NAMES, WORDS, strict=True), start=1)
    ]
    page = f"<!doctype html><body><div id='comments'>{''.join(cells)}</div></body>"
    assert [comment.text for comment in parse_html(page.encode(), "page.html").comments] == list(WORDS)


def test_badge_is_not_the_name_of_one_who_has_none():
    cell = "<div class='q'><p>{who} <i>May {n}, 2012, 9:3{n} am</i></p><p class='w'>{words}</p></div>"
    shown = ["<a>reader-1</a> <u>Vonta</u>", "<a>reader-2</a>", "<a>reader-3</a> <u>Vonta</u>", "<u>Vonta</u>"]
    cells = [
        cell.format(n=n, who=who, words=words) for n, (who, words) in enumerate(zip(shown, WORDS, strict=True), start=1)
    ]
    page = f"<!doctype html><body><div id='comments'>{''.join(cells)}</div></body>"
    authors = [comment.author for comment in parse_html(page.encode(), "page.html").comments]
    assert authors == ["reader-1", "reader-2", "reader-3", None]


def test_words_that_differ_in_a_number_are_words():
    cell = (
        "<div class='q'><b>reader-{n}</b> <i>May {n}, 2012, 9:3{n} am</i><p class='w'>I give it {n} points.</p></div>"
    )
    page = f"<!doctype html><body><div id='comments'>{''.join(cell.format(n=n) for n in range(1, 6))}</div></body>"
    texts = [comment.text for comment in parse_html(page.encode(), "page.html").comments]
    assert texts == [f"I give it {n} points." for n in range(1, 6)]


def test_names_of_three_words_are_no_headlines():
    cell = (
        "<div class='q'><h3><a href='/u/{n}'><span>A</span> <span>{name}</span></a></h3>"
        "<time datetime='2012-05-0{n}T09:3{n}'>May</time><div class='w'>{words}</div></div>"
    )
    names = ["Anna Maria Reader", "Otto van Quay", "Reader Number 7", "Jo de Mar"]
    cells = [cell.format(n=n, name=names[n], words=WORDS[n]) for n in range(4)]
    comments = parse_html(f"<!doctype html><body><div>{''.join(cells)}</div></body>".encode(), "page.html").comments
    assert [(comment.author, comment.text) for comment in comments] == list(zip(names, WORDS, strict=True))


def test_answers_stand_in_what_is_around_an_entry():
    cell = "<div class='t'><article><b>{0}</b> <i>May {1}, 2012, 9:3{1} am</i><p>{2}</p></article>{3}</div>"
    third = cell.format("reader-3", 3, WORDS[2], "")
    second = cell.format("reader-2", 2, WORDS[1], "")
    page = cell.format("reader-1", 1, WORDS[0], second + third) + cell.format("reader-4", 4, WORDS[3], "")
    comments = parse_html(f"<body><div id='comments'>{page}</div>".encode(), "page.html").comments
    first = comments[0].comment_id
    assert [comment.parent_id for comment in comments] == [None, first, first, None]


def test_two_slots_that_are_alike_leave_the_author_open():
    cell = "<div class='q'><p>May {n}, 2012, 9:3{n} am</p><p>{words}</p><p><u>{name}</u>, <u>{other}</u></p></div>"
    cells = [
        cell.format(n=n, words=words, name=f"reader-{n}", other=TITLES[n - 1])
        for n, words in enumerate(WORDS[:3], start=1)
    ]
    thread = parse_html(f"<body><div class='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [comment.author for comment in thread.comments] == [f"reader-{n}" for n in range(1, 4)]
    assert [(finding.name, finding.message) for finding in thread.findings] == [
        ("author_open", "the authors of 3 entries are open: another part of them may as well hold the names")
    ]


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("<u>{name}</u> <i>{title}</i>", ("Sel", "Dapel", "Kesta")),  # either may be a name, and none recurs
        ("<b>{name}</b>", ("Otto", "Otto", "Otto")),  # one person, or a label
    ],
)
def test_what_is_too_little_to_tell_an_author_is_said(who, names):
    cell = "<div class='q'><p>{who}</p><p>May {n}, 2012, 9:3{n} am</p><div>{words}</div></div>"
    cells = [
        cell.format(n=n, who=who.format(name=name, title=("Mondre", "Tuska", "Verto")[n - 1]), words=WORDS[n - 1])
        for n, name in enumerate(names, start=1)
    ]
    thread = parse_html(f"<body><div class='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [comment.author for comment in thread.comments] == list(names)
    assert [finding.name for finding in thread.findings] == ["author_open"]


def test_one_person_whom_marks_call_a_name_is_not_open():
    cell = "<div class='q'><p class='user-name'>Otto</p><p>May {n}, 2012, 9:3{n} am</p><div>{words}</div></div>"
    cells = [cell.format(n=n, words=words) for n, words in enumerate(WORDS, start=1)]
    thread = parse_html(f"<body><div class='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert ([comment.author for comment in thread.comments], thread.findings) == (["Otto"] * 4, ())


def test_short_line_that_opens_all_words_leaves_them_open():
    cell = "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><div><p>{title}</p><p>{words}</p></div></div>"
    page = page_of(cell)
    thread = parse_html(page.encode(), "page.html")
    assert [comment.text for comment in thread.comments] == [
        f"{title}\n\n{words}" for title, words in zip(TITLES, WORDS, strict=True)
    ]
    assert [(finding.name, finding.message) for finding in thread.findings] == [
        (
            "text_open",
            "the words of 4 entries begin or end with a short line in each: it may be a title or the page's",
        )
    ]


PROBABLY = {
    "is a page of frames: save the frame in which the comments stand": "<frameset><frame src='a.html'></frameset>",
    "loads its comments by a script of Disqus": "<body><p>The ferry was late.</p><div id='disqus_thread'></div>",
    "asks for a password: save the page behind it": "<body><form><input name='u'><input type='password'></form>",
    "is empty or filled by a script": "<body><div id='app'></div><script>start()</script>",
    "holds a list: 8 parts are alike": "<body><table>"
    + "".join(
        f"<tr><td><a href='/f{n}.zip'>f{n}.zip</a></td><td>2012-05-0{n} 10:0{n}</td><td>{n}2 KB</td></tr>"
        for n in range(1, 9)
    )
    + "</table>",
    "is a list of posts: save the pages of the posts": "<body>"
    + "".join(f"<h2><a href='/{n}'>A post about ferries</a></h2><p>It begins so.</p>" for n in range(4)),
    "is a post without comments": f"<body><h1>The ferry</h1><p>{WORDS[0]}</p><form><textarea></textarea></form>",
}


@pytest.mark.parametrize("what", PROBABLY)
def test_a_page_without_a_thread_says_what_it_probably_is(what):
    thread = parse_html(f"<!doctype html><html>{PROBABLY[what]}".encode(), "page.html")
    (finding,) = thread.findings
    assert thread.comments == ()
    assert finding.name == "no_thread"
    assert finding.message.startswith(f"no thread is recognised; the page probably {what}")


def test_a_declared_thread_that_a_script_loads_names_whose():
    page = "<!doctype html><body><h1>The ferry</h1><h3>12 Comments</h3><div id='disqus_thread'></div>"
    (finding,) = parse_html(page.encode(), "page.html").findings
    assert finding.message.startswith(
        "the page declares 12 comments, 0 are on it; they may be loaded by a script of Dis"
    )


def test_a_signature_in_the_words_is_left_out_and_said():
    cell = "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><p>{words}<br>-- <br>of {town}</p></div>"
    thread = parse_html(page_of(cell).encode(), "page.html")
    assert [comment.text for comment in thread.comments] == list(WORDS)
    assert [(finding.name, finding.message) for finding in thread.findings] == [
        ("signatures", "4 entries end in lines that their authors put below all they wrote: these are left out")
    ]


def test_entries_without_names_or_words_are_counted():
    cell = "<div class='comment'><i>May {n}, 2012, 9:3{n} am</i><div class='w'>{words}</div></div>"
    cells = [cell.format(n=n, words=words) for n, words in enumerate((*WORDS[:3], "<img src='a.png'>"), start=1)]
    thread = parse_html(f"<body><div class='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [(finding.name, finding.message) for finding in thread.findings] == [
        ("author_missing", "4 of 4 entries show no author that could be told: theirs stay empty"),
        ("wordless_entries", "1 entries hold no words: a picture alone, or words that stand elsewhere on the page"),
    ]


# as people call themselves, where no number shows that it is a name
WORDED = ("Dorimel K.", "kesvontra", "Dorimel K.", "Hask (the ferryman)")


@pytest.mark.parametrize(
    "cell",
    [
        "<div class='q'><p>{name}</p><p>May {n}, 2012, 9:3{n} am</p><p>{words}</p></div>",
        "<div class='q'><p>Sel: {name}, May {n}, 2012, 9:3{n} am</p><p>{words}</p></div>",
        "<div class='q'><p>{words}</p><p>{name} ({town}), May {n}, 2012, 9:3{n} am</p></div>",
    ],
)
def test_names_keep_initials_with_full_stops_and_brackets_of_their_own(cell):
    towns = dict(zip(WORDED, ("Dapel", "Kesta", "Dapel", "Mir"), strict=True))
    cells = [
        cell.format(n=n, name=name, words=words, town=towns[name])
        for n, (name, words) in enumerate(zip(WORDED, WORDS, strict=True), start=1)
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [comment.author for comment in thread.comments] == list(WORDED)


def test_one_who_writes_nearly_all_of_a_few_entries_is_their_author():
    names = ("Dorimel", "Dorimel", "Kesvon", "Dorimel", "Dorimel")
    cells = [
        f"<div class='q'><p>Welmat ta {name} ur May {n}, 2012, 9:3{n} am</p><p>{words}</p></div>"
        for n, (name, words) in enumerate(zip(names, (*WORDS, "Why?"), strict=True), start=1)
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [comment.author for comment in thread.comments] == list(names)


def test_the_post_before_the_heading_of_the_comments_is_no_entry():
    cells = [
        f"<p>{name} <i>May {n}, 2012, 9:3{n} am</i></p><p>{words}</p><hr>"
        for n, (name, words) in enumerate(zip(NAMES, WORDS, strict=True), start=1)
    ]
    page = f"<p>reader-9 <i>May 1, 2012, 8:00 am</i></p><div>{WORDS[0] * 5}</div><h3>Mirpal</h3>{''.join(cells)}"
    thread = parse_html(f"<body><div id='comments'>{page}</div>".encode(), "page.html")
    assert [(comment.author, comment.text) for comment in thread.comments] == list(zip(NAMES, WORDS, strict=True))


def test_a_last_line_with_a_date_is_said_where_it_may_be_the_pages():
    cell = "<div class='q'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><div><p>{words}</p>{edit}</div></div>"
    cells = [
        cell.format(n=n, name=name, words=words, edit="<p>Sel ur 7.6.2012 ta admin</p>" if n == 3 else "")
        for n, (name, words) in enumerate(zip(NAMES, WORDS, strict=True), start=1)
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [(finding.name, finding.message) for finding in thread.findings] == [
        ("text_open", "the words of 1 entries end in a short line with a date: it may be the page's, as of an edit")
    ]


def test_what_all_names_end_in_in_a_script_that_parts_no_words_is_none_of_them():
    names = ("Dorimel", "Kesvon", "Dorimel", "Haskel")
    cells = [
        f"<div class='q'><p>{WORDS[n]}</p><ul><li>{name}さん</li><li>2012/05/0{n + 1} 9:30</li></ul></div>"
        for n, name in enumerate(names)
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [comment.author for comment in thread.comments] == list(names)


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("", " ¶", "begin, or end, with the same word or mark: it may be the page's"),
        ("Vonta ", "", "begin, or end, with the same word or mark: it may be the page's"),
        ("", " — 3 June 2010, 9:30 {half}", "begin with the name of their author, or end with a date"),
    ],
)
def test_what_all_words_begin_or_end_with_is_said(first, last, says):
    texts = ("No.", "Why it stayed so long.", "It did.", "That is not so.", "For years.", "lol", "Never!")
    cells = [
        f"<div class='q'><b>reader-{n % 4}</b> <i>May {n}, 2012, 9:30 am</i><p>{first}{words}{end}</p></div>"
        for n, words in enumerate(texts, start=1)
        for end in [last.format(half="ap"[n % 2] + "m")]
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [(finding.name, finding.message) for finding in thread.findings] == [
        ("text_open", f"the words of 7 entries {says}")
    ]


def test_names_that_all_have_a_word_in_common_are_open():
    names = ("Old Dorimel", "Old Kesvon", "Old Dorimel", "Old Haskel")
    cells = [
        f"<div class='q'><a href='/u'>{name}</a><p>May {n}, 2012, 9:30 am</p><p>{words}</p></div>"
        for n, (name, words) in enumerate(zip(names, WORDS, strict=True), start=1)
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert "author_open" in [finding.name for finding in thread.findings]


@pytest.mark.parametrize("line", ["[{name}, May {n}, 2012, 9:3{n} am]", "{name} ur {town}, May {n}, 2012, 9:3{n} am"])
def test_half_a_bracket_and_a_place_are_no_part_of_a_name(line):
    cell = "<div class='q'><p>{words}</p><p>" + line + "</p></div>"
    assert [comment.author for comment in parse_html(page_of(cell).encode(), "page.html").comments] == list(NAMES)


def test_names_two_lines_before_the_last_are_found():
    cell = (
        "<div class='q'><p>{words}</p><p>It was.</p><p>{name}</p><p>Sel 1{n}</p><p>May {n}, 2012, 9:3{n} am</p></div>"
    )
    cells = [cell.format(n=n, name=name, words=words) for n, (name, words) in enumerate(zip(NAMES, WORDS, strict=True))]
    cells[1] = cells[1].replace("<p>It was.</p>", "")
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert [comment.author for comment in thread.comments] == list(NAMES)


@pytest.mark.parametrize("tag", ["details", "section", "fieldset"])
def test_answers_right_inside_what_they_answer_are_entries(tag):
    cells = [
        f"<{tag}><p>{name} <i>May {n}, 2012, 9:3{n} am</i></p><div>{words}</div>"
        for n, (name, words) in enumerate(zip(NAMES, WORDS, strict=True), start=1)
    ]
    end = f"</{tag}>"
    nested = f"{cells[0]}{cells[1]}{end}{end}{cells[2]}{cells[3]}{end}{end}"
    thread = parse_html(f"<body><div class='main'><h3>4 Responses</h3>{nested}</div>".encode(), "page.html")
    ids = [comment.comment_id for comment in thread.comments]
    assert [(each.author, each.text) for each in thread.comments] == list(zip(NAMES, WORDS, strict=True))
    assert [each.parent_id for each in thread.comments] == [None, ids[0], None, ids[2]]


def test_linked_titles_of_which_none_recurs_are_no_names_without_a_finding():
    cells = [
        f"<div class='q'><h4><a href='/t/{n}'>{TITLES[n]}</a></h4><i>May {n}, 2012, 9:30 am</i><p>{WORDS[n]}</p></div>"
        for n in range(1, 4)
    ]
    thread = parse_html(f"<body><div id='comments'>{''.join(cells)}</div>".encode(), "page.html")
    assert "author_open" in [finding.name for finding in thread.findings]
