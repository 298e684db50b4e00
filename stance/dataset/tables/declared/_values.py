"""What a YAML declares of labels and splits: the label set, what values mean, and numbers as ranges."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from stance.cells import same_letters
from stance.dataset.tables._cards import SPLITS, Range, Values
from stance.dataset.tables._problems import Problems
from stance.errors import did_you_mean


def check_labels(labels: Sequence[str | bool], problems: Problems) -> tuple[str, ...]:
    """Return the label set as strings; note it where it is empty, has one label only, one twice, or truth values."""
    if truths := [label for label in labels if isinstance(label, bool)]:
        found = f"found the truth values {truths}, which YAML reads from no, off or false and yes, on or true"
        problems.add("label sets", f"`labels` must be text, {found}; write them in quotation marks")
    names = tuple(same_letters(str(label)) for label in labels)
    if len(set(names)) < max(2, len(names)) or "" in names:
        problems.add("label sets", f"`labels` must be two or more different labels in their order, found {list(names)}")
    return names


def check_values(
    labels: tuple[str, ...],
    label_values: Mapping[str, str] | None,
    split_values: Mapping[str, str] | None,
    bins: Mapping[str, Sequence[float | None]] | None,
    problems: Problems,
) -> Values:
    """Return what the table's values mean; a label and a split mean themselves."""
    # YAML reads 0 and True as a number and a truth value; in the table they are text
    meanings = {str(value): same_letters(str(label)) for value, label in (label_values or {}).items()}
    splits = {str(value): str(split) for value, split in (split_values or {}).items()}
    for value, label in meanings.items():
        if label and label not in labels:
            hint = did_you_mean(label, labels)
            found = f"`label_values` gives {value!r} the label {label!r}, which is not in {list(labels)}.{hint}"
            problems.add("meanings", found)
    for value, split in splits.items():
        if split not in SPLITS:
            hint = did_you_mean(split, SPLITS)
            found = f"`split_values` gives {value!r} the split {split!r}, which is not in {list(SPLITS)}.{hint}"
            problems.add("meanings", found)
    themselves = {label: label for label in labels}
    ranges = _check_bins(labels, bins or {}, problems)
    return Values(labels, themselves | meanings, {split: split for split in SPLITS} | splits, ranges)


def _check_bins(
    labels: tuple[str, ...], bins: Mapping[str, Sequence[float | None]], problems: Problems
) -> tuple[Range, ...]:
    """Return the ranges of numbers that labels are for, from low to high; note what is no range, and what overlaps."""
    ranges = []
    for said, ends in bins.items():
        label = same_letters(str(said))
        if label and label not in labels:
            hint = did_you_mean(label, labels)
            problems.add("bins", f"`bins` has {label!r}, which is not in {list(labels)}.{hint}")
        ends = list(ends) if isinstance(ends, Sequence) and not isinstance(ends, str) else [ends]
        numbers = all(end is None or (isinstance(end, int | float) and not isinstance(end, bool)) for end in ends)
        low, high = ends if len(ends) == 2 and numbers else (1, 0)
        low, high = -math.inf if low is None else float(low), math.inf if high is None else float(high)
        if low > high:
            expected = "expected the lowest and the highest number, null for none, as in [-3, -1]"
            problems.add("bins", f"`bins` of {label!r}: {expected}; found {ends}")
            continue
        ranges.append(Range(label, low, high))
    ranges.sort(key=lambda found: (found.low, found.high))
    for lower, upper in pairwise(ranges):
        if upper.low < lower.high or (upper.low, upper.high) == (lower.low, lower.high):
            both = f"{lower.label!r} ends at {lower.high:g} and {upper.label!r} begins at {upper.low:g}"
            problems.add("bins", f"`bins` overlap: {both}")
    return tuple(ranges)


def check_keys(found: Mapping[str, str], known: Sequence[str], where: str, needed: int, problems: Problems) -> None:
    """Note keys of an entry that are not known, and those of the first `needed` known ones that are missing."""
    for key in found:
        if key not in known:
            problems.add("keys", f"{where} has {key!r}; known are {', '.join(known)}.{did_you_mean(str(key), known)}")
    if missing := [key for key in known[:needed] if not found.get(key)]:
        problems.add("keys", f"{where} lacks {', '.join(missing)}")
