"""The reply tree after repair: unique ids, no orphan, no self-reply, no circle, and a finding for each repair."""

from hypothesis import given
from hypothesis import strategies as st

from stance.thread import Comment, repair_replies


def comment(comment_id, parent_id=None):
    return Comment(comment_id, parent_id, None, None, "text")


def repaired(*comments):
    entries, findings = repair_replies(comments)
    return [(entry.comment_id, entry.parent_id) for entry in entries], [f.name for f in findings]


def test_sound_tree_is_left_as_it_is():
    comments = (comment("1"), comment("2", "1"), comment("3", "2"))
    assert repair_replies(comments) == (comments, ())


def test_orphan_and_self_reply_answer_the_post():
    assert repaired(comment("1", "9"), comment("2", "2")) == (
        [("1", None), ("2", None)],
        ["orphan_reply", "self_reply"],
    )


def test_first_of_a_circle_answers_the_post_and_the_rest_keep_their_parents():
    assert repaired(comment("4", "2"), comment("1", "3"), comment("2", "1"), comment("3", "2")) == (
        [("4", "2"), ("1", None), ("2", "1"), ("3", "2")],
        ["reply_circle"],
    )


def test_doubled_id_gets_a_name_that_nobody_has():
    assert repaired(comment("1"), comment("1"), comment("1~2"), comment("1", "1")) == (
        [("1", None), ("1~2~", None), ("1~2", None), ("1~3", "1")],
        ["doubled_id", "doubled_id"],
    )


def test_a_deep_chain_takes_no_recursion():
    chain = [comment("0"), *(comment(str(i), str(i - 1)) for i in range(1, 100_000))]
    assert repair_replies(chain)[1] == ()


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | st.sampled_from("abcdefgh")), max_size=8))
def test_any_tree_comes_out_sound(pairs):
    entries, _ = repair_replies(comment(*pair) for pair in pairs)
    parents = {entry.comment_id: entry.parent_id for entry in entries}
    assert len(parents) == len(pairs)
    for start in parents:
        seen, current = set(), start
        while current is not None:
            assert current not in seen
            seen.add(current)
            current = parents[current]
