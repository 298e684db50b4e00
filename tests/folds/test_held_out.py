"""The default scheme: the strictest that the data supports, and why."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance import build_from_study
from stance.errors import InputError
from stance.folds import choose_held_out, columns_apart, leave_one_author_out, strictest
from stance.folds import held_out as choosing
from stance.folds.groups import author_groups, connected_groups
from stance.folds.held_out import hold_out
from tests.folds.linked import by_hand, by_ids, linked_tables, shuffled

SEEDS = Path(__file__).parents[2] / "seeds"


def table(size=60, **columns):
    labels = ["against", "none", "favor"] * (size // 3)
    rows = {"example_id": [f"t#{number:03}" for number in range(size)], "label": labels}
    return pd.DataFrame(
        rows | {name: [str(value(number)) for number in range(size)] for name, value in columns.items()}
    )


def test_the_seed_study_has_one_thread_so_authors_are_held_out():
    examples = build_from_study(SEEDS / "awl").to_frame()
    held_out = choose_held_out(examples)
    assert (held_out.columns, held_out.n_groups) == (("author",), 9)
    assert held_out.why == (
        "Held out: author; 9 groups, the largest with 31 % of the examples, each tested in turn. "
        "Not held out: target (there is one only), thread (there is one only)."
    )
    assert by_hand(strictest(examples)) == by_hand(leave_one_author_out(examples))


def test_authors_and_threads_are_held_out_together_where_they_make_enough_groups():
    # twelve threads of five comments by authors who stay in one pair of threads
    examples = table(author=lambda n: n // 10, thread_id=lambda n: n // 5, target=lambda n: 0)
    held_out = choose_held_out(examples, n_folds=3)
    assert held_out.columns == ("author", "thread_id")
    assert held_out.why == (
        "Held out: author and thread; 6 groups, the largest with 17 % of the examples. "
        "Not held out: target (there is one only)."
    )
    folds = strictest(examples, n_folds=3, n_repeats=2)
    assert [(fold.repeat, fold.fold) for fold in folds] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert columns_apart(examples, folds) == ("author", "thread_id")


def test_threads_are_held_out_where_authors_link_them_all():
    examples = table(author=lambda n: n % 7, thread_id=lambda n: n // 5)
    assert choose_held_out(examples).why == (
        "Held out: thread; 12 groups, the largest with 8 % of the examples. "
        "Not held out: author and thread (linked, they are all one group), target (none is given)."
    )


def test_claims_are_held_out_where_there_are_many_and_not_where_there_are_few():
    claims = table(target=lambda n: n // 3)
    assert choose_held_out(claims).columns == ("target",)
    few = table(target=lambda n: n % 2, thread_id=lambda n: n // 3)
    assert choose_held_out(few).why == (
        "Held out: thread; 20 groups, the largest with 5 % of the examples. "
        "Not held out: target (2 groups, fewer than 5), author (none is given)."
    )


def test_a_group_that_is_most_of_the_data_is_not_held_out():
    examples = table(thread_id=lambda n: max(0, n - 40), author=lambda n: n // 4)
    assert choose_held_out(examples).why == (
        "Held out: author; 15 groups, the largest with 7 % of the examples. Not held out: target (none is given), "
        "thread (the largest group has 68 % of the examples)."
    )


def test_too_few_groups_are_still_held_out_rather_than_none():
    held_out = choose_held_out(table(author=lambda n: n % 3))
    assert (held_out.columns, held_out.n_groups) == (("author",), 3)
    assert "each tested in turn" in held_out.why


def test_where_nothing_can_be_held_out_examples_are_parted_at_random():
    examples = table(thread_id=lambda n: 1).assign(author=None, target="")
    held_out = choose_held_out(examples)
    assert held_out.columns == ()
    assert held_out.why == (
        "Held out: duplicates only, examples are parted at random; 60 groups, the largest with 2 % of the examples. "
        "Not held out: target (none is given), thread (there is one only), author (none is given)."
    )
    assert len(strictest(examples)) == 5


@settings(max_examples=15)
@given(linked_tables(min_size=6), st.integers(0, 2**16))
def test_neither_the_order_of_rows_changes_the_choice_nor_does_it_fail_to_hold_out_what_it_says(examples, seed):
    other = shuffled(examples, seed)
    held_out = choose_held_out(examples, n_folds=2)
    assert choose_held_out(other, n_folds=2) == held_out
    if examples["label"].value_counts().max() > 1:
        if connected_groups(examples).nunique() == 1:
            with pytest.raises(
                InputError, match=r"at least 2 groups by duplicate for n_folds=2, found 1; they are all"
            ):
                strictest(examples, n_folds=2, random_state=seed)
            return
        folds = strictest(examples, n_folds=2, random_state=seed)
        assert all(len(fold.train) for fold in folds)
        assert by_ids(other, strictest(other, n_folds=2, random_state=seed)) == by_ids(examples, folds)
        columns = choose_held_out(examples, 2, random_state=seed).columns
        distinct = {column for column in columns if examples[column].nunique() > 1}
        assert distinct <= set(columns_apart(examples, folds))


@pytest.mark.parametrize("doubled", [True, False])
def test_the_choice_and_its_folds_are_made_in_one_go(doubled, monkeypatch):
    examples = table(target=lambda n: n // 6, author=lambda n: n // 6)
    examples["duplicate_group"] = ["x" if doubled and number in (0, 59) else None for number in range(60)]
    made, part = [], choosing._part
    monkeypatch.setattr(choosing, "_part", lambda *given: made.append(given) or part(*given))
    held_out, folds = hold_out(examples, random_state=3)
    assert len(made) == 1
    assert held_out == choose_held_out(examples, random_state=3)
    assert by_hand(folds) == by_hand(strictest(examples, random_state=3))


def test_targets_that_leave_nothing_to_train_on_but_repeats_give_way_to_the_next_strictest():
    # every text is asked about both targets, by authors of six comments each
    both = table(target=lambda n: n % 2, author=lambda n: n // 6)
    both["duplicate_group"] = [f"text-{number // 2}" for number in range(60)]
    held_out = choose_held_out(both)
    assert (held_out.columns, held_out.n_groups) == (("author",), 10)
    alone = choose_held_out(both.drop(columns="author"))
    assert alone.columns == ()
    assert alone.why == (
        "Held out: duplicates only, examples are parted at random; 30 groups, the largest with 3 % of the examples. "
        "Not held out: target (a fold would train on nothing but texts that it tests), thread (none is given), "
        "author (none is given)."
    )
    assert len(strictest(both.drop(columns="author"))) == 5
    few = both.assign(author=[str(number // 20) for number in range(60)], target=[str(n % 4 // 2) for n in range(60)])
    few["duplicate_group"] = [f"text-{number // 4}" for number in range(60)]
    assert choose_held_out(few).columns == ("author",)
    assert "target (a fold would train" not in choose_held_out(few.assign(duplicate_group=None)).why


def test_numbers_of_folds_that_split_nothing_are_refused():
    with pytest.raises(InputError) as caught:
        strictest(table(author=lambda n: n), n_folds=1)
    assert str(caught.value) == "strictest: expected n_folds >= 2 and n_repeats >= 1, found 1, 1"


def test_a_share_below_one_in_a_hundred_is_not_said_to_be_none():
    assert (
        "500 groups, the largest with less than 1 % of the examples"
        in choose_held_out(table(size=1500, author=lambda n: n // 3)).why
    )


def test_threads_of_single_comments_are_no_threads():
    alone = table(thread_id=lambda n: n, comment_id=lambda n: n)
    assert choose_held_out(alone).columns == ()
    assert choose_held_out(alone).why == (
        "Held out: duplicates only, examples are parted at random; 60 groups, the largest with 2 % of the examples. "
        "Not held out: target (none is given), thread (each is a single comment), author (none is given)."
    )
    # two comments are enough to make a thread, two targets of one comment are not
    assert choose_held_out(table(thread_id=lambda n: n // 2, comment_id=lambda n: n)).columns == ("thread_id",)
    assert choose_held_out(table(thread_id=lambda n: n // 2, comment_id=lambda n: n // 2)).columns == ()


def test_a_text_that_all_targets_share_does_not_make_them_one():
    examples = table(author=lambda n: n % 7, target=lambda n: n % 2).assign(duplicate_group=["x"] * 56 + [None] * 4)
    assert (choose_held_out(examples).columns, choose_held_out(examples).n_groups) == (("target",), 2)
    five = table(target=lambda n: n % 5).assign(duplicate_group=["x"] * 10 + [None] * 50)
    assert choose_held_out(five).columns == ("target",)
    ids = five["duplicate_group"].notna().to_numpy()
    for fold in strictest(five):
        assert ids[fold.test].any()
        assert not ids[fold.train].any()


def test_texts_that_say_little_join_nobody_and_it_is_said_how_many_there_are():
    examples = table(author=lambda n: n // 6).assign(duplicate_group=["x"] * 60, text="Happy cake day!")
    assert choose_held_out(examples).columns == ("author",)
    assert choose_held_out(examples).why.endswith(
        " 60 examples share their text with another, but one of fewer than 5 words or of what was deleted: such texts "
        "join nobody."
    )
    said = examples.assign(text="A happy cake day to you")
    assert choose_held_out(said).columns == ()
    assert choose_held_out(said).why.count("join nobody") == 0


def test_groups_may_have_numbers_for_names_of_which_some_are_missing():
    authors = pd.Series([1, 1, 2, None] * 3)
    groups = author_groups(table(12).assign(author=authors, thread_id="t"))
    assert groups.nunique() == 5
    assert (groups == "t#003").sum() == 1
