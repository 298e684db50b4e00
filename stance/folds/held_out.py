"""The default scheme: whatever can be held out is held out, and it is said why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stance.dataset.duplicates import FEW_WORDS
from stance.errors import InputError
from stance.folds._grouped import WORDS, grouped_folds, leave_groups_out
from stance.folds.fold import Fold
from stance.folds.groups import DUPLICATES, TARGET, all_single, connected_groups, is_given, short_duplicates
from stance.folds.purging import NothingToTrainOn, without_doubles

if TYPE_CHECKING:
    import pandas as pd

# From the strictest to the least strict. Holding more columns apart is stricter; of single ones, targets leak most
# where a comment's claim tells the label, and a thread holds several authors.
ORDER: tuple[tuple[str, ...], ...] = (
    ("author", "thread_id", "target"),
    ("thread_id", "target"),
    ("author", "thread_id"),
    ("author", "target"),
    ("target",),
    ("thread_id",),
    ("author",),
)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What the strictest scheme keeps apart: columns (none: duplicates only), their groups, and the reason in words."""

    columns: tuple[str, ...]
    n_groups: int
    why: str


def choose_held_out(examples: "pd.DataFrame", n_folds: int = 5, n_repeats: int = 1, random_state: int = 0) -> HeldOut:
    """Return the strictest choice of author, thread and target that the examples support, and why.

    A choice is supported if it makes at least `n_folds` groups of which none holds more than half of the
    examples. Where none is, the one with the most groups is taken, and where there is only one group for each,
    duplicates alone are kept apart. Threads that are single comments each are none. Targets are not held out where
    a fold would have only texts that it tests to train on, which `n_repeats` and `random_state` can decide.
    """
    return _choose(examples, n_folds, n_repeats, random_state)[0]


def strictest(examples: "pd.DataFrame", n_folds: int = 5, n_repeats: int = 1, random_state: int = 0) -> list[Fold]:
    """Hold out all of author, thread and target that the examples support.

    `choose_held_out` says what that is, and why. With fewer than twice as many groups as folds each group is tested in
    turn, whatever `n_repeats`.
    """
    return hold_out(examples, n_folds, n_repeats, random_state)[1]


def hold_out(
    examples: "pd.DataFrame", n_folds: int = 5, n_repeats: int = 1, random_state: int = 0
) -> tuple[HeldOut, list[Fold]]:
    """Return what `choose_held_out` does and the folds of `strictest`, for the time of one of them."""
    if n_folds < 2 or n_repeats < 1:
        raise InputError(f"strictest: expected n_folds >= 2 and n_repeats >= 1, found {n_folds}, {n_repeats}")
    held_out, folds = _choose(examples, n_folds, n_repeats, random_state)
    if folds is None:
        folds = _part(examples, held_out.columns, held_out.n_groups, n_folds, n_repeats, random_state)
    return held_out, folds


def _choose(
    examples: "pd.DataFrame", n_folds: int, n_repeats: int, random_state: int
) -> tuple[HeldOut, list[Fold] | None]:
    """Return the choice with its reason, and its folds where they had to be made to see whether they train."""
    sizes = {columns: _group_sizes(examples, columns) for columns in ORDER if _all_given(examples, columns)}
    supported = [columns for columns, found in sizes.items() if _supports(found, n_folds, len(examples))]
    parted = sorted((columns for columns in sizes if len(sizes[columns]) > 1), key=lambda by: -len(sizes[by]))
    starved: list[tuple[str, ...]] = []
    for columns in dict.fromkeys([*supported, *parted, ()]):
        found = sizes.get(columns) or _group_sizes(examples, columns)
        trains, folds = _try(examples, columns, len(found), n_folds, n_repeats, random_state)
        if trains:
            break
        starved.append(columns)
    stricter = ORDER[: ORDER.index(columns)] if columns else ORDER
    single = all_single(examples)
    refused = [
        f"{_in_words(by)} ({reason})"
        for by in ORDER
        if (by in stricter or len(by) == 1)
        and not set(by) <= set(columns)
        and (
            reason := "a fold would train on nothing but texts that it tests"
            if by in starved
            else "each is a single comment"
            if by == ("thread_id",) and single
            else _reason(by, sizes, n_folds, len(examples), _has_several(examples, by))
        )
    ]
    what = _in_words(columns) if columns else "duplicates only, examples are parted at random"
    each = ", each tested in turn" if _one_by_one(columns, len(found), n_folds) else ""
    percent = 100 * found[0] / len(examples)
    largest = f"the largest with {f'{percent:.0f}' if percent >= 1 else 'less than 1'} % of the examples"
    why = f"Held out: {what}; {len(found):,} groups, {largest}{each}."
    why += f" Not held out: {', '.join(refused)}." if refused else ""
    if columns and (short := int(short_duplicates(examples).sum())):
        why += (
            f" {short:,} examples share their text with another, but one of fewer than {FEW_WORDS} words or of what "
            "was deleted: such texts join nobody."
        )
    return HeldOut(columns, len(found), why), folds


def _part(
    examples: "pd.DataFrame", columns: tuple[str, ...], n_groups: int, n_folds: int, n_repeats: int, random_state: int
) -> list[Fold]:
    if _one_by_one(columns, n_groups, n_folds):
        folds = list(leave_groups_out(connected_groups(examples, columns)))
        return without_doubles(examples, folds) if TARGET in columns else folds
    return grouped_folds(examples, columns, "strictest", n_folds, n_repeats, random_state)


def _try(
    examples: "pd.DataFrame", columns: tuple[str, ...], n_groups: int, n_folds: int, n_repeats: int, random_state: int
) -> tuple[bool, list[Fold] | None]:
    """Return whether every fold has something to train on when `columns` are held out, and the folds if they tell."""
    if TARGET not in columns or DUPLICATES not in examples:
        return True, None
    try:
        return True, _part(examples, columns, n_groups, n_folds, n_repeats, random_state)
    except NothingToTrainOn:
        return False, None
    except InputError:
        return True, None  # what else is wrong is wrong with every choice, and said where the folds are made


def _one_by_one(columns: Sequence[str], n_groups: int, n_folds: int) -> bool:
    return bool(columns) and n_groups < 2 * n_folds


def _all_given(examples: "pd.DataFrame", columns: Sequence[str]) -> bool:
    return all(column in examples and bool(is_given(examples[column]).any()) for column in columns) and not any(
        column == "thread_id" and all_single(examples) for column in columns
    )


def _group_sizes(examples: "pd.DataFrame", columns: Sequence[str]) -> list[int]:
    """Return the number of examples of each group, the largest first."""
    return [int(size) for size in connected_groups(examples, columns).value_counts()]


def _supports(sizes: Sequence[int], n_folds: int, n_examples: int) -> bool:
    return bool(sizes) and len(sizes) >= n_folds and sizes[0] <= n_examples / 2


def _reason(
    columns: tuple[str, ...], sizes: dict[tuple[str, ...], list[int]], n_folds: int, n_examples: int, several: bool
) -> str:
    """Return why a choice is not supported, "" where it is, or where that is said of one of its columns already."""
    single = len(columns) == 1
    if columns not in sizes:
        return "none is given" if single else ""
    if not single and any(not _supports(sizes.get((column,), []), n_folds, n_examples) for column in columns):
        return ""
    found = sizes[columns]
    if _supports(found, n_folds, n_examples):
        return ""
    if len(found) == 1:
        return "linked, they are all one group" if not single or several else "there is one only"
    if len(found) < n_folds:
        return f"{len(found)} groups, fewer than {n_folds}"
    return f"the largest group has {100 * found[0] / n_examples:.0f} % of the examples"


def _has_several(examples: "pd.DataFrame", columns: Sequence[str]) -> bool:
    return all(column in examples and examples[column].nunique() > 1 for column in columns)


def _in_words(columns: Sequence[str]) -> str:
    return " and ".join(WORDS[column] for column in columns)
