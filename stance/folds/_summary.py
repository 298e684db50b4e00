"""What folds hold: examples, labels, authors, threads and targets, and who stands on both sides."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stance.dataset.examples import extra_columns
from stance.folds.fold import Fold
from stance.folds.groups import DUPLICATES, author_groups, short_duplicates, value_codes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

COLUMNS = {"threads": "thread_id", "targets": "target"}


def fold_summary(examples: "pd.DataFrame", folds: Sequence[Fold], labels: Sequence[str]) -> "pd.DataFrame":
    """Return a table of what each fold holds, one row a fold.

    Columns: repeat, fold, train, test (examples); train_authors, test_authors, shared_authors (groups on
    both sides), likewise threads and targets where the examples have them; shared_duplicates (test examples
    with a duplicate in training); train/<label>, test/<label> (examples by label); finding ("" or what a
    reader must know).
    """
    import pandas as pd

    given = examples["label"].to_numpy()
    # what says little is no link between those of whom no author is known
    linked = examples.assign(
        **{DUPLICATES: examples[DUPLICATES].mask(short_duplicates(examples), None)} if DUPLICATES in examples else {}
    )
    sides = {"authors": value_codes(author_groups(linked))}
    sides |= {word: value_codes(examples[column]) for word, column in COLUMNS.items() if column in examples}
    duplicates = value_codes(examples[DUPLICATES]) if DUPLICATES in examples else None
    rows: list[dict[str, Any]] = []
    for fold in folds:
        train, test = Counter(given[fold.train]), Counter(given[fold.test])
        row: dict[str, Any] = {"repeat": fold.repeat, "fold": fold.fold, "train": len(fold.train)}
        row["test"] = len(fold.test)
        for word, codes in sides.items():
            row |= _sides(word, codes, fold)
        if duplicates is not None:
            row["shared_duplicates"] = len(_test_rows_seen(duplicates, fold))
        row |= {f"train/{label}": train[label] for label in labels} | {f"test/{label}": test[label] for label in labels}
        rows.append(row | {"finding": _finding(row, labels)})
    return pd.DataFrame(rows)


def fold_targets(examples: "pd.DataFrame", folds: Sequence[Fold]) -> "pd.DataFrame":
    """Return how many examples of each target a fold trains on and tests: repeat, fold, target, train, test."""
    import pandas as pd

    targets = examples["target"].to_numpy()
    rows = []
    for fold in folds:
        train, test = Counter(targets[fold.train]), Counter(targets[fold.test])
        rows += [(fold.repeat, fold.fold, name, train[name], test[name]) for name in sorted({*train, *test})]
    return pd.DataFrame(rows, columns=["repeat", "fold", "target", "train", "test"])


def shared_duplicates(examples: "pd.DataFrame", folds: Sequence[Fold]) -> "pd.DataFrame":
    """Return the tested examples with a duplicate in training: repeat, fold, example_id, duplicate_group."""
    import pandas as pd

    columns = ["repeat", "fold", "example_id", DUPLICATES]
    if DUPLICATES not in examples:
        return pd.DataFrame([], columns=columns)
    codes = value_codes(examples[DUPLICATES])
    parts = [
        examples[["example_id", DUPLICATES]]
        .iloc[_test_rows_seen(codes, fold)]
        .assign(repeat=fold.repeat, fold=fold.fold)
        for fold in folds
    ]
    table = pd.concat(parts, ignore_index=True)[columns]
    return table.sort_values(["repeat", "example_id"], kind="stable", ignore_index=True)


def columns_apart(examples: "pd.DataFrame", folds: Sequence[Fold]) -> tuple[str, ...]:
    """Return which of author, thread_id, target and kept columns no fold has on both sides, read off the folds.

    What an inner search must keep apart is what the folds around it do: groups come from `connected_groups`
    with these columns. A column with one value only, or none, is never among them.
    """
    apart = []
    # numbers that no two rows share are apart in any folds
    kept = [column for column in extra_columns(examples) if examples[column].dtype.kind not in "fiu"]
    for column in ("author", "thread_id", "target", *kept):
        codes = value_codes(examples[column]) if column in examples else None
        if codes is not None and codes.max(initial=-1) > 0 and not any(len(_test_rows_seen(codes, f)) for f in folds):
            apart.append(column)
    return tuple(apart)


def coverage_note(examples: "pd.DataFrame", folds: Sequence[Fold]) -> str:
    """Return in words how many examples are never tested, or "" where every one is."""
    import numpy as np

    tested, trained = np.zeros(len(examples), dtype=bool), np.zeros(len(examples), dtype=bool)
    for fold in folds:
        tested[fold.test] = True
        trained[fold.train] = True
    if tested.all():
        return ""
    only_trained, unused = int((trained & ~tested).sum()), int((~trained & ~tested).sum())
    said = [f"{only_trained:,} only trained on"] if only_trained else []
    said += [f"{unused:,} in no fold"] if unused else []
    return f"{int(tested.sum()):,} of {len(examples):,} examples are tested, {' and '.join(said)}"


def _sides(word: str, codes: "np.ndarray", fold: Fold) -> dict[str, int]:
    train, test = (set(codes[rows].tolist()) - {-1} for rows in (fold.train, fold.test))
    return {f"train_{word}": len(train), f"test_{word}": len(test), f"shared_{word}": len(train & test)}


def _test_rows_seen(codes: "np.ndarray", fold: Fold) -> "np.ndarray":
    """Return the test rows whose code is one of a training row's."""
    import numpy as np

    known = np.zeros(int(codes.max(initial=-1)) + 2, dtype=bool)
    known[codes[fold.train]] = True
    known[-1] = False  # where rows without a value point
    seen: np.ndarray = fold.test[known[codes[fold.test]]]
    return seen


def _finding(row: dict[str, Any], labels: Sequence[str]) -> str:
    missing = [label for label in labels if not row[f"train/{label}"]]
    said = [f"no {' or '.join(missing)} in training"] if missing else []
    unseen = row.get("test_targets", 0) - row.get("shared_targets", 0)
    if unseen:
        said.append(f"{unseen} of {row['test_targets']} target(s) unseen in training")
    return "; ".join(said)
