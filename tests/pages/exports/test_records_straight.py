"""The straight path through records of the usual form says what asking slot by slot says, or nothing."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from stance.pages.exports._records.gathering import Gatherer
from stance.pages.exports._records.sources import reddit
from stance.pages.exports._records.walking import Walker
from stance.pages.exports._wordpress_time import _compared, site_time
from stance.thread import Comment, repair_replies

SOURCE = reddit.SOURCES[0]
USUAL = {
    "body": "It should &gt; stay.",
    "author": "reader-1",
    "id": "a1",
    "link_id": "t3_p",
    "parent_id": "t1_b2",
    "created_utc": 1_538_889_971,
}
ODD = {
    "body": [
        "[deleted]",
        "[x] y",
        " pad ",
        "a  b",
        "é e\u0301",
        "a\r\nb",
        None,
        7,
        "",
        "x\n\n\ny",
        "&amp;#x200B;",
        "\x07",
    ],
    "author": [
        "[deleted]",
        "None",
        "nanny",
        "a b",
        " a",
        "a)",
        "Redditor(name='reader-1')",
        "é",
        "x&amp;y",
        "",
        None,
        {},
    ],
    "id": ["t1_a1", "a1_b", 5, "", None],
    "link_id": ["p", "t3_", None, 9, "t1_x", ""],
    "parent_id": ["t3_p", "t3_q", "c", "", None, 7, "t1_"],
    "created_utc": ["1538889971", 1538889971.5, 5, 1_538_889_971_000, 10**30, True, None],
    "distinguished": ["moderator", None],
    "replies": ["", None, {"kind": "Listing"}],
    "link_title": ["The footbridge"],
}


def slot_by_slot(record):
    fields = (SOURCE.thread(record) or "", SOURCE.comment_id(record) or "", SOURCE.parent_id(record) or None)
    return (*fields, SOURCE.author(record) or None, SOURCE.published(record), SOURCE.text(record) or "")


def test_usual_record_goes_straight():
    straight = SOURCE.straight(USUAL)
    assert straight == ("p", "a1", "b2", "reader-1", "2018-10-07T05:26:11+00:00", "It should > stay.")
    assert straight == slot_by_slot(USUAL)


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({}, optional={key: st.sampled_from(values) for key, values in ODD.items()}), st.booleans())
def test_any_other_record_goes_straight_only_where_nothing_is_to_be_looked_at(odd, whole):
    record = {**USUAL, **odd} if whole else odd
    straight = SOURCE.straight(record)
    if straight is not None:
        assert SOURCE.fits(record)
        assert not SOURCE.left_out(record)
        assert SOURCE.about(record) is None
        assert not any(map(record.get, SOURCE.replies))
        assert straight == slot_by_slot(record)


def test_comments_on_the_disk_come_back_by_thread_in_the_order_of_the_file(monkeypatch):
    monkeypatch.setattr("stance.pages.exports._records.gathering._HELD", 5_000)
    gatherer = Gatherer("records")
    for number in range(500):
        gatherer.add(f"t{number % 70}", f"c{number}", None, "reader-1", None, "words " * 20)
        if number % 50 == 0:
            gatherer.leave_out(f"t{number % 70}", "deleted")
    found = list(gatherer.threads())
    assert [key for key, *_ in found] == [f"t{number}" for number in range(70)]
    for key, comments, _, _ in found:
        assert [c.comment_id for c in comments] == [f"c{n}" for n in range(500) if f"t{n % 70}" == key]
    assert sum(gone.count for _, _, left_out, _ in found for gone in left_out) == 10


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["a", "b", "c", "d", "e", None])), max_size=6))
def test_comments_that_are_in_order_are_not_touched_and_all_others_are(pairs):
    comments = tuple(Comment(own_id, parent, None, None, "words") for own_id, parent in pairs)
    repaired, findings = repair_replies(comments)
    ids = Counter(comment.comment_id for comment in repaired)
    assert all(count == 1 for count in ids.values())
    assert all(comment.parent_id in ids or comment.parent_id is None for comment in repaired)
    assert (repaired == comments) == (not findings)


@given(st.data())
def test_times_of_one_hour_are_told_as_each_by_itself(data):
    def written():
        parts = [(2011, 2016, 0), (1, 12, 13), (1, 29, 31), (0, 9, 23, 24), (0, 5, 59, 60), (0, 12, 59, 60)]
        year, month, day, hour, minute, second = (data.draw(st.sampled_from(part)) for part in parts)
        return f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{data.draw(st.sampled_from(('', 'Z')))}"

    local, gmt = written(), written()
    gmt = gmt[:13] + local[13:] if data.draw(st.booleans()) else gmt
    assert site_time(local, gmt) == _compared(local, gmt)


def test_people_are_kept_only_where_authors_are_ids():
    gatherer = Gatherer("records")
    walker = Walker(gatherer)
    walker.walk([{"id": 1, "name": "Reader One"}, {"id": 2, "name": "Reader Two"}])
    assert len(gatherer.people) == 2
    assert walker.walk(USUAL) == 1
    assert walker.walk([{"id": 3, "name": "Reader Three"}]) == 0
    assert not gatherer.people
