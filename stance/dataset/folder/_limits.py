"""The known limits of a dataset, in words: those that its card names, and those that its counts show."""

import math
from collections.abc import Iterator

from stance.dataset.examples import StanceDataset
from stance.study.agreement import Estimate

FEW_EXAMPLES = 100
FEW_AUTHORS = 5  # intervals over fewer groups are too narrow: docs/intervals.md
RELIABLE = 0.667  # Krippendorff (2004), Content Analysis, chapter 11: the least alpha for tentative conclusions


def known_limits(dataset: StanceDataset) -> list[str]:
    """Return what a reader must know before trusting numbers from a dataset, a sentence or two each."""
    said = dataset.about.get("limits")
    return [*([said] if said else []), *_of_size(dataset), *_of_labels(dataset), *_of_reading(dataset)]


def _of_size(dataset: StanceDataset) -> Iterator[str]:
    counts = dataset.stats
    if counts["examples"] < FEW_EXAMPLES:
        yield (
            f"{counts['examples']} examples: the 95 % interval of a share near a half reaches "
            f"{_half_width(counts['examples']):.0f} points to each side if every example were independent, and further "
            "where authors or threads have several."
        )
    if counts["authors"] + counts["examples_without_author"] < FEW_AUTHORS:
        said = _many(counts["authors"], "author", "authors")
        yield f"{said}: intervals that draw whole authors are too narrow to trust."
    if counts["examples_without_author"]:
        yield (
            f"{_many(counts['examples_without_author'], 'example shows', 'examples show')} no author: folds by author "
            "take each for an author of its own, which it may not be."
        )
    if missing := [label for label, number in counts["labels"].items() if not number]:
        yield f"No example has the label {' or '.join(missing)}."


def _many(number: int, one: str, more: str) -> str:
    """Return a number with the words that go with it.

    >>> _many(1, "example shows", "examples show"), _many(4163, "example shows", "examples show")
    ('1 example shows', '4,163 examples show')
    """
    return f"{number:,} {one if number == 1 else more}"


def _half_width(n_examples: int) -> float:
    """Return half of the 95 % interval of Wilson (1927) of a share of one half, in points of a hundred.

    >>> round(_half_width(16)), round(_half_width(100))
    (22, 10)
    """
    z = 1.959964
    return 100 * z / 2 / math.sqrt(n_examples + z**2)


def _of_labels(dataset: StanceDataset) -> Iterator[str]:
    kinds = set(dict(dataset.about.get("annotators") or {}).values())
    if kinds == {"model"}:
        yield "Every label comes from language models. Their agreement is not evidence that people would agree."
    if dataset.agreement is None:
        yield "The labels are as published; how far annotators agreed cannot be told from them."
    else:
        yield from _of_alpha(dataset.agreement.alpha["nominal"])
    if lost := dataset.stats.get("annotations_without_unit"):
        yield f"{_many(lost, 'annotation belongs', 'annotations belong')} to no unit of this dataset: not in it."
    if different := dataset.stats["duplicates"]["groups_with_different_labels"]:
        yield f"{_many(different, 'group of duplicates has', 'groups of duplicates have')} different labels."


def _of_reading(dataset: StanceDataset) -> Iterator[str]:
    config = dataset.about.get("config") or {}
    yield from (f"On the page: {finding}." for finding in dataset.stats.get("findings", ()))
    yield "Comments may quote or name others, people who are not in the dataset among them."
    if "mentions" not in (config.get("mask") or ()):
        yield "@mentions, if there are any, stand in the texts as they were written."
    recognisers = dataset.about.get("recognisers") or ()
    if "names" in (config.get("mask") or ()):
        others = "" if recognisers else " and people who did not comment"
        yield (
            f"Names are masked that authors of the same thread show. Nicknames of theirs{',' if others else ' and'} "
            f"misspellings{others} stand as they were written."
        )
    for recogniser in recognisers:
        yield (
            f"Persons are masked that {recogniser} finds. It misses some, takes other words for some, and both differ "
            "from language to language: count on a sample how many it leaves."
        )


def _of_alpha(alpha: Estimate) -> Iterator[str]:
    if alpha.value is None:
        yield f"How far annotators agree cannot be told: {alpha.reason}."
    elif alpha.value < RELIABLE:
        yield (
            f"Annotators agree less than conclusions need: nominal alpha {alpha.value:.3f}, and {RELIABLE} is the "
            "least for tentative ones (Krippendorff 2004)."
        )
