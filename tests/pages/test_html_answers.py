"""Entries built of parts that are called answers, definitions or removed ones, and what they say of each other."""

from tests.pages.test_html_strays import CELL, DAYS, NAMES, RIGHT, WORDS, cells, read, shown, thread, times


def test_definitions_are_entries_with_the_terms_that_head_them():
    head, words = (
        "<dt class='comment' id='c{n}'><b>{name}</b> <i>May {n}, 2012, 9:3{n} am</i></dt>",
        "<dd class='comment'>{words}{}</dd>",
    )
    first, second, third, last = cells(head + words.replace("{}", "{{}}"))
    answers = f"<dl class='children'>{second.format('')}{third.format('')}</dl>"
    found = read(f"<dl id='comments'>{first.format(answers)}{last.format('')}</dl>")
    assert (shown(found), times(found)) == (RIGHT, DAYS)
    first = found.comments[0].comment_id
    assert [comment.parent_id for comment in found.comments] == [None, first, first, None]


def test_notice_that_an_entry_was_removed_is_counted_and_what_answers_it_stays():
    gone = CELL.replace("class='q'", "class='q deleted'").replace("{words}", "Taken away.")
    found = thread(CELL, gone, CELL)
    assert shown(found) == [RIGHT[0], *RIGHT[2:]]
    assert [each.message for each in found.findings] == ["left out: 1 that only say that an entry was removed"]


def test_class_that_all_entries_have_says_nothing_of_their_removal():
    assert shown(thread(CELL.replace("class='x'", "class='x not-removed'"))) == RIGHT


def test_words_of_another_below_his_name_are_no_own_words():
    quoting = CELL.replace(
        "{words}", "<div><i>Zitat:</i></div><div>Zitat von {source}</div><div>{quoted}</div><p>{words}</p>"
    )
    first, second, _, _ = cells(CELL)
    last = cells(quoting.replace("{source}", "Dorimel K.").replace("{quoted}", "it had stayed out so long"))[3]
    text = read(f"<div id='comments'>{first}{second}{last}</div>").comments[2].text
    assert text == f"> Zitat:\n>\n> Zitat von Dorimel K.\n>\n> it had stayed out so long\n\n{WORDS[3]}"


def test_own_words_below_the_name_of_another_stay():
    addressing = CELL.replace("{words}", "<p>I agree with kesvontra</p><p>{words}</p>")
    assert shown(thread(CELL, CELL, CELL, addressing))[3][1] == f"I agree with kesvontra\n\n{WORDS[3]}"


def test_line_of_links_behind_all_words_is_the_pages():
    cell = (
        "<table class='q'><tr><td><b class='w'>{name}</b> <i>May {n}, 2012, 9:3{n} am</i></td></tr>"
        "<tr><td>{words}<p>(<a href='?r={n}'>Svar igen</a>)</p></td></tr></table>"
    )
    both = cell.replace(")</p>", ") (<a href='#t'>Opad</a>)</p>")
    assert shown(thread(both, cell)) == RIGHT


def test_article_of_another_build_above_articles_is_no_entry():
    article = "<article><h1>Ferry</h1><time>May 1, 2012</time><p>It was late.</p><p>Nobody knew why.</p></article>"
    inside = "".join(cells(f"<li class='c'><article>{CELL}</article></li>"))
    assert shown(read(f"<div class='main'>{article}</div><ul class='list'>{inside}</ul>")) == RIGHT


def test_words_in_parts_that_are_called_answers_are_words():
    inner = (
        "<h4 class='n'><a href='/u'>{name}</a></h4><i class='t'>May {n}, 2012, 9:3{n} am</i><p class='y'>{words}</p>"
    )
    root = f"<li id='comment-{{n}}' class='item'><article class='root'>{inner}</article>{{}}</li>"
    answer = f"<li id='comment-{{n}}' class='answer'><article class='reply'>{inner}</article></li>"
    first, second, *rest = cells(root.replace("{}", "{{}}"), answer, root.replace("{}", ""))
    answers = f"<ul class='replyList'>{second}</ul>"
    assert shown(read(f"<ul id='comments'>{first.format(answers)}{''.join(rest)}</ul>")) == RIGHT


def test_time_in_a_language_that_is_not_read_is_no_word():
    inside = "".join(
        cells("<div class='q'><p><b class='w'>{name}</b></p><p><time>when {n}</time></p><p>{words}</p></div>")
    )
    for n, when in enumerate(("きのう", "おととい", "3日前", "けさ"), start=1):
        inside = inside.replace(f"when {n}", when)
    assert shown(read(f"<div id='comments'>{inside}</div>")) == RIGHT


def test_name_keeps_the_marks_of_what_it_quotes():
    quoting = CELL.replace("{name}", "Bakery «Three Ovens»")
    assert [author for author, _ in shown(thread(CELL, quoting, CELL))][:2] == [NAMES[0], "Bakery «Three Ovens»"]


def test_row_that_lays_out_the_page_is_no_entry_among_rows():
    rows = "".join(cells("<tr><td>{n}.</td><td><b>{name}</b><br>May {n}, 2012, 9:3{n} am</td><td>{words}</td></tr>"))
    side = "<td><b>Opening times</b><br>Thursday 4 - 6<br>since May 2012</td>"
    found = read(f"<table><tr>{side}<td><h2>Messages</h2><table>{rows}</table></td></tr></table>")
    assert (shown(found), times(found)) == (RIGHT, DAYS)


def test_note_of_an_edit_above_the_words_is_none_of_them():
    noted = CELL.replace("{words}", "<i class='pstatus'>Retouché par {name}, May 9, 2012, 10:15 am</i><br>{words}")
    assert shown(thread(CELL, CELL, noted, CELL)) == RIGHT


def test_label_that_several_entries_begin_with_is_said():
    labelled = CELL.replace("{words}", "<span>Pour</span><p>{words}</p>")
    found = thread(labelled, CELL, labelled, CELL)
    assert [each.message for each in found.findings] == [
        "the words of 2 entries begin with the same short line as others do: it may be the page's"
    ]


def test_title_that_is_taken_for_a_name_is_said():
    titles = ("Woken by cinnamon", "Not for cars", "Great for walkers", "Near the quay")
    title = "<div class='n'><a class='title' href='/r{n}'>{name}</a></div>"
    cell = f"<div class='q'>{title}<i>May {{n}}, 2012</i><p>{{words}}</p></div>"
    inside = "".join(cells(cell))
    for name, title in zip(dict.fromkeys(NAMES), titles, strict=False):
        inside = inside.replace(name, title, 1)
    found = read(f"<div id='comments'>{inside.replace(NAMES[0], titles[3])}</div>")
    assert "author_open" in [each.name for each in found.findings]


def test_signature_behind_a_line_of_underscores_is_left_out_of_a_single_entry():
    signed = CELL.replace("{words}", "{words}<br>_________________<br>My other lock is a latch.")
    found = thread(CELL, signed, CELL)
    assert shown(found) == RIGHT
    assert [each.name for each in found.findings] == ["signatures"]
