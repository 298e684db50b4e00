"""Where entries of dumps end: lists and dates behind the last one, lines that did not fit, what all of them end in."""

import io

from stance.pages.text_dump import parse
from stance.pages.text_dump._undress import undress

SAYINGS = ("The bridge should stay where it is.", "It should go, and soon.", "Nobody asked the ferryman.")


def read(page):
    (thread,) = parse(io.BytesIO(page.encode()), "dump.txt")
    return thread


def texts(thread):
    return [comment.text for comment in thread.comments]


def numbered(template):
    return "".join(
        template.format(name=f"reader-{place}", day=f"2011-04-1{place}", place=place, words=words)
        for place, words in enumerate(SAYINGS, 1)
    )


LINKS = f"  • What the bridge cost\n  • The ferry {'and its timetable ' * 12}\n  • On mooring by night\n"


def test_bullets_further_out_than_the_words_of_the_last_entry_are_a_list_of_the_page():
    entries = numbered(" {place}. {name} says:\n    {day} at 10:15\n\n    {words}\n\n    Reply\n")
    answer = "     1. reader-4 says:\n        2011-04-14 at 10:15\n\n        Ask him again.\n\n        Reply\n"
    thread = read(f"4 comments\n\n{entries}{answer}\n{LINKS}\n© 2012 My Blog\n")
    assert texts(thread) == [*SAYINGS, "Ask him again."]
    assert thread.comments[3].parent_id == thread.comments[2].comment_id


def test_more_bullets_than_entries_do_not_hide_how_the_entries_look():
    entries = numbered(" {place}. {name} says:\n    {day} at 10:15\n\n    {words}\n\n    Reply\n")
    many = "".join(f"  • Link {place} of a list\n" for place in range(9))
    thread = read(f"3 comments\n\n{entries}\n{many}\n© 2012 My Blog\n")
    assert [comment.author for comment in thread.comments] == ["reader-1", "reader-2", "reader-3"]


def test_bullets_within_the_words_of_an_entry_stay():
    entries = numbered(
        " {place}. {name} says:\n    {day} at 10:15\n\n    {words}\n\n"
        "      • mud {place}\n      • rust {place}\n\n    Reply\n"
    )
    assert texts(read(f"3 comments\n\n{entries}")) == [
        f"{words}\n\n• mud {place}\n• rust {place}" for place, words in enumerate(SAYINGS, 1)
    ]


def test_items_without_date_behind_entries_that_all_have_one_are_no_entries():
    entries = numbered("  • {name}\n    {name}\n    {day}\n\n    {words}\n\n    Svar\n")
    thread = read(f"3 mirpalen\n\n{entries}\n{LINKS}\n© 2012 My Blog\n")
    assert texts(thread) == list(SAYINGS)


def test_last_entry_ends_with_its_date_where_all_others_do():
    entries = numbered("{name} says...\n\n{words}\n\n{day} 10:15 am\n")
    thread = read(f"3 Responses to “The bridge”\n\n{entries}\n{LINKS}\n© 2012 My Blog\n")
    assert texts(thread) == list(SAYINGS)
    assert [comment.published for comment in thread.comments] == [f"2011-04-1{place}T10:15" for place in (1, 2, 3)]


def test_heading_that_html2text_broke_is_one_line():
    entries = numbered("#### Comment by [{name}](https://example.org/people/) on {day} 10:15\n\n{words}\n\n")
    broken = entries.replace("2011-04-12 10:15", "2011-04-12\n10:15")
    thread = read(f"### 3 comments\n\n{broken}")
    assert texts(thread) == list(SAYINGS)
    assert thread.comments[1].published == "2011-04-12T10:15"


def test_name_that_would_not_have_fitted_on_the_line_above_is_not_joined_to_it():
    full = "We went by the old road, and it took us an hour and a half to come"
    names, ends = ["wexley-hydro", "kesvontra", "dorimel"], [".", ".", " and over it, which nobody had told us before."]
    entries = "".join(
        f"{full}\nto the bridge{end}\n{name}\n2011-04-1{place} at 10:15\n\n"
        for place, (name, end) in enumerate(zip(names, ends, strict=True))
    )
    assert [comment.author for comment in read(f"3 comments\n\n{entries}").comments] == names


def test_time_that_did_not_fit_behind_its_day_belongs_to_that_line_and_not_to_the_words_above():
    full = "We went by the old road, and it took us an hour and a half to come"
    page = f"{full}\n{full}\n{full}\nPublished by reader-1, who came far too late as ever — 4 May 2011 @\n06:13\n"
    assert undress(page).splitlines()[-1] == "Published by reader-1, who came far too late as ever — 4 May 2011 @ 06:13"


def test_word_that_stands_behind_most_dates_is_the_pages_on_a_line_of_its_own_too():
    lines = [
        f"#{place} • reader-{place} • 2011-04-1{place} 10:15 •{end}\n\n{words}\n\n"
        for place, (words, end) in enumerate(
            zip(SAYINGS * 2, [" Svar", " Svar", " Svar", " Svar", "\nSvar", " Svar"], strict=True), 1
        )
    ]
    assert texts(read(f"6 mirpalen\n\n{''.join(lines)}")) == list(SAYINGS * 2)


def test_counters_recur_in_all_of_three_entries_though_the_post_above_them_shows_a_day_too():
    entries = numbered("{name} {day} 10:15\n\n{words}\n\n+ {place} - {place}\n\n")
    thread = read(f"The bridge\n\nPosted by admin on 2011-04-09\n\nIt is old.\n\n3 comments\n\n{entries}\n")
    assert texts(thread) == list(SAYINGS)


def test_line_below_all_of_an_author_is_left_out_though_the_page_goes_on_behind_the_last_one():
    entries = [
        f"{name}\n2011-04-1{place} 10:15\n\n{SAYINGS[place % 3]} {place}\n\n{line}\n\n"
        for place, (name, line) in enumerate(
            [("reader-1", "rows a boat on the river"), ("reader-2", "keeps bees there")] * 3
        )
    ]
    thread = read(f"6 reacties\n\n{''.join(entries)}Geef een reactie\n")
    assert texts(thread) == [f"{SAYINGS[place % 3]} {place}" for place in range(6)]


def test_short_lines_that_all_entries_end_in_are_said():
    entries = numbered("{name}\n{day} 10:15\n\n{words}\n\nrows a boat, {name}\n\n")
    thread = read(f"3 comments\n\n{entries}")
    assert texts(thread)[0] == "The bridge should stay where it is.\n\nrows a boat, reader-1"
    assert [finding.message for finding in thread.findings] == [
        "the words of 3 entries begin or end with a short line in each: it may be a title or the page's"
    ]
