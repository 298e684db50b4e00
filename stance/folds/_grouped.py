"""Schemes that hold out authors, threads, targets or single examples; groups never straddle a fold."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from stance.errors import InputError
from stance.folds.fold import Fold, require, row_order
from stance.folds.groups import TARGET, author_groups, connected_groups, is_given, value_codes
from stance.folds.purging import without_doubles

if TYPE_CHECKING:
    import pandas as pd

WORDS = {"author": "author", "thread_id": "thread", "target": "target"}


def leave_one_out(examples: "pd.DataFrame") -> list[Fold]:
    """Test on each example in turn, train on all others but its duplicates (an author's other comments included)."""
    import numpy as np

    require(len(examples), 2, "examples", "leave_one_out")
    groups = value_codes(connected_groups(examples))
    require(int(groups.max()) + 1, 2, "examples that are no duplicates", "leave_one_out")
    return [
        Fold(0, number, np.flatnonzero(groups != groups[row]), np.array([row]))
        for number, row in enumerate(row_order(examples))
    ]


def leave_one_author_out(examples: "pd.DataFrame") -> list[Fold]:
    """Test on each author's comments in turn, train on those of all others; without an author, on each alone."""
    groups = author_groups(examples)
    require(groups.nunique(), 2, "authors", "leave_one_author_out")
    return list(leave_groups_out(groups))


def by_author(examples: "pd.DataFrame", n_folds: int = 5, n_repeats: int = 1, random_state: int = 0) -> list[Fold]:
    """Split into `n_folds` with the labels as even as authors allow; an author's comments are in one fold."""
    return grouped_folds(examples, ["author"], "by_author", n_folds, n_repeats, random_state)


def by_thread(examples: "pd.DataFrame", n_folds: int = 5, n_repeats: int = 1, random_state: int = 0) -> list[Fold]:
    """Split into `n_folds` with the labels as even as threads allow; a thread is in one fold."""
    return grouped_folds(examples, ["thread_id"], "by_thread", n_folds, n_repeats, random_state)


def by_column(
    examples: "pd.DataFrame", column: str, n_folds: int = 5, n_repeats: int = 1, random_state: int = 0
) -> list[Fold]:
    """Split into `n_folds` by a column that a table keeps (`extra`), such as a debate or a region.

    What has one value there is in one fold. Raises InputError if the examples have no such column.
    """
    return grouped_folds(examples, [column], "by_column", n_folds, n_repeats, random_state)


def by_author_and_thread(
    examples: "pd.DataFrame", n_folds: int = 5, n_repeats: int = 1, random_state: int = 0
) -> list[Fold]:
    """Split into `n_folds`; all threads and authors that a chain of comments links are in one fold."""
    return grouped_folds(examples, ["author", "thread_id"], "by_author_and_thread", n_folds, n_repeats, random_state)


def by_target(
    examples: "pd.DataFrame", n_folds: int | None = None, n_repeats: int = 1, random_state: int = 0
) -> list[Fold]:
    """Test on each target in turn, or on `n_folds` parts of the targets; no target is known from training.

    A text under several targets joins them in no fold: it is not trained on where its double is tested.
    """
    if n_folds is not None:
        return grouped_folds(examples, ["target"], "by_target", n_folds, n_repeats, random_state)
    groups = connected_groups(examples, ["target"])
    require(groups.nunique(), 2, "targets", "by_target")
    return without_doubles(examples, list(leave_groups_out(groups)))


def repeated_stratified(
    examples: "pd.DataFrame", n_folds: int = 4, n_repeats: int = 10, random_state: int = 0
) -> list[Fold]:
    """Split at random into `n_folds` with the labels in proportion, `n_repeats` times; authors may straddle folds.

    Duplicates stay in one fold. Raises InputError if a label has fewer examples than there are folds.
    """
    import numpy as np
    from sklearn.model_selection import RepeatedStratifiedKFold

    _check_numbers(n_folds, n_repeats, "repeated_stratified")
    counts = Counter(examples["label"])
    rarest, fewest = min(counts.items(), key=lambda item: (item[1], item[0]))
    if fewest < n_folds:
        raise InputError(
            f"repeated_stratified: label {rarest!r} has {fewest} example(s) for n_folds={n_folds}; a label needs at "
            f"least one for each fold. Lower folds.n_folds, annotate more, or use folds=leave_one_out"
        )
    if connected_groups(examples).nunique() < len(examples):
        return grouped_folds(examples, [], "repeated_stratified", n_folds, n_repeats, random_state)
    order = row_order(examples)
    splitter = RepeatedStratifiedKFold(n_splits=n_folds, n_repeats=n_repeats, random_state=random_state)
    labels = examples["label"].to_numpy()[order]
    return [
        Fold(number // n_folds, number % n_folds, np.sort(order[train]), np.sort(order[test]))
        for number, (train, test) in enumerate(splitter.split(labels, labels))
    ]


def grouped_folds(
    examples: "pd.DataFrame",
    columns: Sequence[str],
    scheme: str,
    n_folds: int = 5,
    n_repeats: int = 1,
    random_state: int = 0,
) -> list[Fold]:
    """Split into `n_folds`, `n_repeats` times, so that no value of `columns` and no duplicate is on both sides.

    What counts as a duplicate says `connected_groups`; where targets are held out, those of what is tested are not
    trained on.
    Labels are as even over the folds as the groups allow (scikit-learn's StratifiedGroupKFold, shuffled).
    Neither the order of rows nor the names of groups change a fold. `scheme` is what errors call it. Raises
    InputError if there are fewer groups than folds, or if no example has a value to go by.
    """
    import numpy as np

    from stance.folds.splitter import GroupedKFold

    _check_numbers(n_folds, n_repeats, scheme)
    groups = connected_groups(examples, columns)
    _check_groups(examples, columns, scheme, n_folds, groups.nunique())
    order = row_order(examples)
    # codes by first appearance in this order: scikit-learn itself would go by the names
    codes, labels = value_codes(groups.iloc[order]), examples["label"].to_numpy()[order]
    generator, folds = np.random.RandomState(random_state), []
    for repeat in range(n_repeats):
        splitter = GroupedKFold(n_folds, random_state=generator.randint(2**31))
        for number, (train, test) in enumerate(splitter.split(labels, labels, codes)):
            folds.append(Fold(repeat, number, np.sort(order[train]), np.sort(order[test])))
    return without_doubles(examples, folds) if TARGET in columns else folds


def leave_groups_out(groups: "pd.Series") -> Iterator[Fold]:
    """Yield one fold for each group, in the order of group names, so that the order of rows does not matter."""
    import numpy as np

    names = groups.to_numpy()
    for number, name in enumerate(sorted(set(names))):
        yield Fold(0, number, np.flatnonzero(names != name), np.flatnonzero(names == name))


def _check_numbers(n_folds: int, n_repeats: int, scheme: str) -> None:
    if n_folds < 2 or n_repeats < 1:
        raise InputError(f"{scheme}: expected n_folds >= 2 and n_repeats >= 1, found {n_folds}, {n_repeats}")


def _check_groups(examples: "pd.DataFrame", columns: Sequence[str], scheme: str, n_folds: int, n_groups: int) -> None:
    absent = [WORDS.get(column, column) for column in columns if not is_given(examples[column]).any()]
    if absent:
        raise InputError(
            f"{scheme}: expected examples that name their {' and '.join(absent)}, found none; map the column in the "
            f"dataset's config, or use folds=strictest"
        )
    what = " and ".join(WORDS.get(column, column) for column in columns) or "duplicate"
    if n_groups < n_folds:
        remedy = f"lower folds.n_folds to {n_groups}" if n_groups > 1 else "use folds=strictest"
        if n_groups == 1 and scheme == "strictest":
            remedy = "they are all one text, or linked by what they share, so that nothing can be tested on them"
        raise InputError(
            f"{scheme}: expected at least {n_folds} groups by {what} for n_folds={n_folds}, found {n_groups}; {remedy}"
        )
    most = int(examples["label"].value_counts().max())
    if most < n_folds:
        raise InputError(
            f"{scheme}: expected a label with at least n_folds={n_folds} examples, found {most} of the most frequent; "
            f"lower folds.n_folds"
        )
