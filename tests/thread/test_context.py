"""Context: what stood before a comment and nothing else, to a limit that cuts no word."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import InputError
from stance.thread import Comment, Thread, context
from stance.thread.context import context_of, contexts_of, cut_context


def comment(number, text=None, parent=None, published=None, kind="comment"):
    return Comment(str(number), parent, f"reader-{number}", published, text or f"text{number}", kind)


def thread(*comments, title="The title", text="The post."):
    return Thread("t", title, text, comments)


THREAD = thread(
    comment(1), comment(2, parent="1"), comment(3, "a ping", kind="ping"), comment(4), comment(5, parent="2")
)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("none", ["", "", "", "", ""]),
        ("title", ["The title"] * 5),
        ("post", ["The post."] * 5),
        ("parent", ["", "text1", "", "", "text2"]),
        (
            "thread",
            [
                "The title",
                "The title\n\ntext1",
                "The title\n\ntext1\n\ntext2",
                "The title\n\ntext1\n\ntext2",
                "The title\n\ntext1\n\ntext2\n\ntext4",
            ],
        ),
    ],
)
def test_each_kind_of_context(kind, expected):
    assert contexts_of(THREAD, kind) == expected
    assert [context_of(THREAD, comment, kind) for comment in THREAD.comments] == expected


def test_no_title_and_no_text_of_the_post_leave_the_context_empty():
    bare = thread(comment(1), comment(2), title=None, text="")
    assert contexts_of(bare, "title") == contexts_of(bare, "post") == ["", ""]
    assert contexts_of(bare, "thread") == ["", "text1"]


def test_a_comment_that_answers_itself_or_nobody_known_has_no_parent():
    assert contexts_of(thread(comment(1, parent="1"), comment(2, parent="9")), "parent") == ["", ""]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (0, "one two three"),
        (13, "one two three"),
        (12, "two three"),
        (9, "two three"),
        (8, "three"),
        (5, "three"),
        (4, ""),
        (1, ""),
    ],
)
def test_the_end_is_kept_and_no_word_is_cut(limit, expected):
    assert cut_context("one two three", limit) == expected


def test_words_without_spaces_between_are_cut_between_characters():
    assert cut_context("这是错的。", 3) == "错的。"
    assert cut_context("한국어 단어", 4) == "단어"


@given(st.text("ab \n。这é한\u00a0", max_size=40), st.integers(1, 45))
def test_what_is_kept_is_the_longest_end_of_whole_words(text, limit):
    kept = cut_context(text, limit)
    assert len(kept) <= limit
    assert kept == kept.strip()
    assert text.rstrip().endswith(kept)
    words = re.findall(r"[。这]|[^\s。这]+", text)
    spaced = re.fullmatch(r"[^。这]*", text)
    assert not spaced or kept.split() == words[len(words) - len(kept.split()) :]
    if spaced and len(kept.split()) < len(words):
        last = list(re.finditer(r"\S+", text))[-len(kept.split()) - 1]
        assert len(text[last.start() :]) > limit


DAYS = st.one_of(st.none(), st.integers(1, 28).map(lambda day: f"2016-09-{day:02}T10:00"))


@given(
    st.lists(st.tuples(DAYS, st.booleans()), max_size=12),
    st.sampled_from(["none", "parent", "thread", "title", "post"]),
)
def test_neither_the_comment_nor_what_came_later_is_ever_in_the_context(shown, kind):
    comments = [
        comment(number, published=day, parent=str(number - 1) if reply and number else None)
        for number, (day, reply) in enumerate(shown, start=100)
    ]
    comments = [c if c.parent_id != "99" else comment(100, published=c.published) for c in comments]
    for place, (own, found) in enumerate(zip(comments, contexts_of(thread(*comments), kind), strict=True)):
        assert own.text not in found
        assert all(later.text not in found for later in comments[place + 1 :])
        if kind == "thread":
            earlier = [
                c.text for c in comments[:place] if not (c.published and own.published and c.published > own.published)
            ]
            assert found.split("\n\n") == ["The title", *earlier]


@given(st.lists(st.text("abc \n", max_size=20), max_size=10), st.integers(1, 60))
def test_the_limited_thread_is_the_end_of_the_whole(texts, limit):
    comments = [comment(number, text or " ", published=None) for number, text in enumerate(texts)]
    whole = contexts_of(thread(*comments), "thread")
    assert contexts_of(thread(*comments), "thread", limit) == [cut_context(text, limit) for text in whole]


@pytest.mark.parametrize(
    ("first", "own", "known_to_be_later"),
    [
        ("2016-09-21", "2016-09-20T23:59", True),
        ("2016-09-20", "2016-09-20T10:00", False),
        ("2016-09-20T10:00", "2016-09-20", False),
        ("2016-09-20T10:00:30", "2016-09-20T10:00", False),
        ("2016-09-20T10:01", "2016-09-20T10:00:59", True),
        ("2016-09-20T10:00+00:00", "2016-09-20T11:30+02:00", True),
        ("2016-09-20T10:00+02:00", "2016-09-20T09:00Z", False),
        ("2016-09-21T10:00Z", "2016-09-20T10:00", False),
        ("2016-09-31", "2016-09-20", False),
        ("yesterday", "2016-09-20", False),
    ],
)
def test_a_time_counts_only_as_far_as_it_is_shown(first, own, known_to_be_later):
    found = contexts_of(thread(comment(1, published=first), comment(2, published=own)), "thread")[1]
    assert found == ("The title" if known_to_be_later else "The title\n\ntext1")


def test_one_time_without_a_zone_does_not_spoil_the_others():
    times = ["2016-09-20T10:00", "2016-09-21T10:00Z", "2016-09-20T10:00Z"]
    comments = [comment(number, published=time) for number, time in enumerate(times, start=1)]
    assert contexts_of(thread(*comments), "thread")[2] == "The title\n\ntext1"


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_limited_thread_of_10_000_comments_looks_at_few_of_them_for_each(monkeypatch, newest_first):
    looked_at = []

    def counted(places, place):
        for found in backwards(places, place):
            looked_at.append(found)
            yield found

    backwards = context._backwards
    monkeypatch.setattr(context, "_backwards", counted)
    days = range(10_000, 0, -1) if newest_first else range(10_000)
    comments = [
        comment(n, published=f"{2000 + day // 336}-{1 + day // 28 % 12:02}-{1 + day % 28:02}")
        for n, day in enumerate(days)
    ]
    found = contexts_of(thread(*comments), "thread", 100)
    assert len(looked_at) < 15 * 10_000
    assert len(found[5000]) == (9 if newest_first else 98)


def test_kinds_limits_and_comments_that_cannot_be_are_named():
    with pytest.raises(InputError, match=r"expected a context of .*, found 'parents'\. Did you mean 'parent'\?"):
        contexts_of(THREAD, "parents")
    with pytest.raises(InputError, match=r"expected a limit of 0 \(none\) or more characters, found -1"):
        contexts_of(THREAD, "thread", -1)
    with pytest.raises(InputError, match="expected a comment of thread 't', found '9'"):
        context_of(THREAD, comment(9), "none")
