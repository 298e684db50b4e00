"""Entries that differ from the others of their thread, and what stands around a thread: each kind as a small page."""

from stance.pages.html import parse_html

NAMES = ("Dorimel K.", "kesvontra", "Dorimel K.", "reader-7")
WORDS = (
    "The ferry was late and nobody on the quay could say why it had stayed out so long again this time.",
    "No.",
    "The harbour is too small for it, and everybody in the village has known that for years and years by now.",
    "So be it, then, and no more of it.",
)
CELL = "<div class='q'><b class='w'>{name}</b> <i>May {n}, 2012, 9:3{n} am</i><div class='x'>{words}</div></div>"


def cells(*kinds):
    """Return an entry of each person in turn, in the last of the kinds from where they end."""
    shown = [kinds[min(n, len(kinds) - 1)] for n in range(len(NAMES))]
    return [
        cell.format(n=n, name=name, words=words)
        for n, (cell, name, words) in enumerate(zip(shown, NAMES, WORDS, strict=True), start=1)
    ]


def read(body):
    return parse_html(f"<body><h1>Ferry</h1>{body}".encode(), "page.html")


def thread(*kinds):
    return read(f"<div id='comments'>{''.join(cells(*kinds))}</div>")


def shown(found):
    return [(comment.author, comment.text) for comment in found.comments]


def times(found):
    return [(comment.published or "")[:10] for comment in found.comments]


RIGHT = list(zip(NAMES, WORDS, strict=True))
DAYS = [f"2012-05-0{n}" for n in (1, 2, 3, 4)]


def test_headline_beside_a_thread_does_not_make_it_a_list_of_posts():
    around = "<div id='left'><p><a href='/other'>Another ferry of which we told you once</a></p>{}</div>"
    sides = "".join(
        f"<div id='{side}'><p>It was in May 2012.</p><p>And so on.</p></div>" for side in ("middle", "right")
    )
    inside = "".join(cells(CELL)).replace("class='q'", "class='cblock' data-cid='7'")
    assert shown(read(around.format(f"<div class='c'>{inside}</div>") + sides)) == RIGHT


def test_thread_in_a_shadow_tree_is_read_and_other_templates_are_not():
    inside = "".join(cells(CELL))
    other = "<template><div class='q'><b class='w'>NAME</b><div class='x'>WORDS</div></div></template>"
    body = f"<x-thread><template shadowrootmode='open'><div id='comments'>{inside}{other}</div></template></x-thread>"
    assert shown(read(body)) == RIGHT


def test_word_before_linked_names_is_no_part_of_those_that_are_not_linked():
    linked = (
        "<div class='q'><span class='commenter-name'>De <a href='/u'>{name}</a></span>"
        "<i>May {n}, 2012</i><p>{words}</p></div>"
    )
    plain = linked.replace("<a href='/u'>{name}</a>", "{name}")
    assert shown(thread(plain, linked, plain, linked)) == RIGHT


def test_name_with_a_class_of_its_own_is_taken_though_others_name_it_elsewhere():
    user = (
        "<div class='q'><p><strong><a class='kwho-user' href='/u'>{name}</a></strong></p>"
        "<i>May {n}, 2012, 9:3{n} am</i>"
        "<div class='x'>{words}</div>"
        "<div class='thanks'>Merci: <a class='kwho-admin' href='/u'>kesvontra</a></div></div>"
    )
    plain = user.split("<div class='thanks'>")[0] + "</div>"
    assert shown(thread(user, plain.replace("kwho-user", "kwho-moderator"), plain)) == RIGHT


def test_badge_beside_names_is_not_taken_for_one_that_is_missing():
    cell = (
        "<div class='q'><p><b class='name'>{name}</b><b class='rank'>Welmat</b></p>"
        "<i>May {n}, 2012, 9:3{n} am</i><p>{words}</p></div>"
    )
    found = thread(cell, cell.replace("<b class='name'>{name}</b>", ""), cell)
    assert [comment.author for comment in found.comments] == [NAMES[0], None, *NAMES[2:]]
    assert [each.message for each in found.findings if each.name == "author_missing"] == [
        "1 of 4 entries show no author that could be told: theirs stay empty"
    ]


def test_post_whose_element_holds_the_thread_is_no_entry():
    inside = "".join(cells(CELL.replace("class='q'", "class='singleComment' id='c50{n}'")))
    assert (
        shown(read(f"<div id='c210' class='frame'><h2>Ferry</h2><p>In 2012 it sank.</p><div>{inside}</div></div>"))
        == RIGHT
    )


def test_address_to_ping_to_is_no_entry():
    box = "<div class='trackback'>Trackback-Link: https://example.org/trackback/210</div>"
    assert shown(read(f"<div class='entry'>{box}</div><div id='comments'>{''.join(cells(CELL))}</div>")) == RIGHT


def test_list_behind_the_only_paragraph_of_an_entry_is_its_own():
    cell = CELL.replace("<div class='x'>{words}</div>", "<div class='x'><p class='bodytext'>{words}</p></div>")
    listed = cell.replace("</p></div>", "</p><ul><li>mud</li><li>rust</li></ul></div>")
    assert shown(thread(cell, cell, listed, cell))[2][1] == f"{WORDS[2]}\n\nmud\nrust"


def test_quotation_in_a_span_and_the_line_in_brackets_above_it_are_no_own_words():
    quoted = "<span class='quote'>(In reply to Dorimel K. from comment #1)\n&gt; It had stayed out.</span>"
    plain = CELL.replace("{words}", "<pre>{words}</pre>")
    quoting = CELL.replace("{words}", f"<pre>{quoted}\n{{words}}</pre>")
    texts = [comment.text for comment in thread(plain, plain, plain, quoting).comments]
    assert [line for line in texts[3].split("\n") if not line.startswith(">")] == ["", WORDS[3]]


def test_lines_of_preformatted_words_stay_lines():
    inside = "".join(cells(CELL.replace("<div class='x'>{words}</div>", "<pre class='x'>{words}</pre>")))
    found = read(f"<div id='comments'>{inside.replace(' and ', chr(10))}</div>")
    assert [text for _, text in shown(found)] == [words.replace(" and ", "\n") for words in WORDS]


POST = (
    "<{tag} class='{item}'><div class='{head}'><span class='Author'>{name}</span>"
    "<time>May {n}, 2012, 9:3{n} am</time></div><div class='Body'><div class='Message'>{words}</div></div>"
    "<div class='Reactions'><a class='Like'>Like</a></div></{tag}>"
)


def post(tag, item, head):
    return POST.replace("{tag}", tag).replace("{item}", item).replace("{head}", head)


def test_first_post_above_the_list_of_answers_is_an_entry():
    first, *rest = cells(post("div", "Discussion", "DiscussionHeader"), post("li", "Item", "CommentHeader"))
    answers = f"<div class='wrap'><h2>Answers</h2><ul class='list'>{''.join(rest)}</ul></div>"
    found = read(f"<div class='message-list'><div class='inner'>{first}</div></div>{answers}")
    assert (shown(found), times(found)) == (RIGHT, DAYS)


def test_post_of_another_build_above_the_comments_is_none():
    article = "<article><h2>{name}</h2><time>May {n}, 2012</time><p>{words}</p></article>"
    first, *rest = cells(article, post("li", "Item", "Head"))
    assert shown(read(f"{first}<ul class='comments'>{''.join(rest)}</ul>")) == RIGHT[1:]


def test_time_that_stands_in_another_head_is_found_by_its_class():
    cell = (
        "<div class='q'><p class='head'><b class='w'>{name}</b> <i class='t'>May {n}, 2012, 9:3{n} am</i></p>"
        "<div class='x'>{words}</div></div>"
    )
    first = cell.replace("<p class='head'>", "<div class='first'>").replace("</i></p>", "</i></div>")
    assert times(read(f"<div id='comments'>{''.join([*cells(first, cell), *cells(cell)])}</div>")) == DAYS * 2


def test_entries_without_the_time_that_others_show_are_counted():
    assert [each.message for each in thread(CELL, CELL.replace("May {n}, 2012, 9:3{n} am", ""), CELL).findings] == [
        "1 of 4 entries show no time that could be told, as the others do"
    ]
