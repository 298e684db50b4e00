"""Review: a study's annotations at a glance, who labelled what, what is missing, and the hardest comments."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from stance.study._card import ANNOTATOR_KINDS, StudyCard
from stance.study._study import Study
from stance.study.agreement._coefficients import Pair
from stance.study.agreement._measure import Agreement, hardest_items, measure_agreement, repeated_items
from stance.study.annotations._annotation import Annotation
from stance.study.sheets._rows import place_of
from stance.study.votes import ItemKey, Votes, votes_of_annotations

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class HardItem:
    """A comment, or a part of one, that annotators disagree on: its text, and the label that each of them gave.

    `entropy` is that of the shares of the labels, in bits.
    """

    item: ItemKey
    text: str
    labels: Mapping[str, str]
    entropy: float


@dataclass(frozen=True, slots=True)
class Review:
    """The annotations of one target of a study.

    `counts` has for each annotator of the card a number per label of the label set, and `missing` how many of
    the `n_items` comments (or parts that somebody labelled) they have not labelled. Nobody has labelled
    `unlabelled` of them. `agreement` is that of all; where people and models have labelled, `apart` has that of each
    kind of which there are two, else it is empty. Labels differ on `contested`; the adjudicator of the card has decided
    `decided` of these, and counts in no agreement, None where the card has no adjudicator. `hardest` comes in falling
    order of disagreement, ten at most. `kinds` says of each annotator whether it is a "person" or a "model".
    """

    target: str
    counts: Mapping[str, tuple[int, ...]]
    missing: Mapping[str, int]
    n_items: int
    unlabelled: int
    agreement: Agreement
    apart: Mapping[str, Agreement]
    hardest: tuple[HardItem, ...]
    kinds: Mapping[str, str]
    contested: int = 0
    decided: int | None = None

    def between(self) -> list[Pair]:
        """Return the pairs of a person and a model that share a comment."""
        pairs = self.agreement.pairs
        return [pair for pair in pairs if {self.kinds.get(pair.a), self.kinds.get(pair.b)} == set(ANNOTATOR_KINDS)]


def review_study(study: Study) -> list[Review]:
    """Review the annotations of a study, target by target.

    Pings, comments that the card says are erased, and those without words need no label.
    """
    return [_review(study, target) for target in study.card.targets]


def _review(study: Study, target: str) -> Review:
    card, only = study.card, len(study.card.targets) == 1
    of_target = (a for a in study.annotations if a.target == target or (only and not a.target))
    texts = _texts(study)
    given = [replace(a, target=target) for a in of_target if (a.thread_id, a.comment_id) in texts]
    final = {place_of(a, (target,)) for a in given if a.annotator == card.adjudicator}
    voted = [a for a in given if a.annotator != card.adjudicator]
    votes, items = votes_of_annotations(voted, card.labels)
    labelled = final | set(items)
    unlabelled = len(texts.keys() - {item[:2] for item in labelled})
    n_items = len(labelled) + unlabelled
    contested = {items[place] for place in ((votes.counts() > 0).sum(axis=1) > 1).nonzero()[0]}
    own = {name: Counter(a.label for a in given if a.annotator == name) for name in card.annotators}
    return Review(
        target,
        {name: tuple(labels[label] for label in card.labels) for name, labels in own.items()},
        {name: n_items - labels.total() for name, labels in own.items()},
        n_items,
        unlabelled,
        _measured(voted, card, texts),
        _apart(voted, card, texts),
        tuple(_hardest(texts, votes, items)),
        card.annotators,
        len(contested),
        len(contested & final) if card.adjudicator else None,
    )


def _measured(voted: Iterable[Annotation], card: StudyCard, texts: Mapping[tuple[str, str], str]) -> Agreement:
    """Return the agreement of annotations of one target; a comment that says what an earlier one says counts once."""
    import numpy as np

    votes, items = votes_of_annotations(voted, card.labels)
    said = [_folded(texts[thread_id, comment_id][start:end]) for thread_id, comment_id, _, start, end in items]
    codes = {text: code for code, text in enumerate(dict.fromkeys(said))}
    of_text = np.array([codes[text] for text in said], dtype=np.int64)
    # items come in the order of thread and comment, and of texts that are the same the first counts
    repeats = repeated_items(of_text, np.zeros_like(of_text), [f"{place:09}" for place in range(len(items))])
    return measure_agreement(votes, card.annotators, card.ordered, texts=of_text, repeats=repeats)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _apart(voted: Sequence[Annotation], card: StudyCard, texts: Mapping[tuple[str, str], str]) -> dict[str, Agreement]:
    """Return the agreement of people and that of models, where there are both and two or more of the kind."""
    found, kinds = {}, card.annotators
    names = {kind: {a.annotator for a in voted if kinds.get(a.annotator) == kind} for kind in ANNOTATOR_KINDS}
    for kind, of_kind in names.items():
        if all(names.values()) and len(of_kind) > 1:
            found[kind] = _measured((a for a in voted if a.annotator in of_kind), card, texts)
    return found


def _hardest(texts: Mapping[tuple[str, str], str], votes: Votes, items: Sequence[ItemKey]) -> list[HardItem]:
    hardest = []
    for place, entropy in list(zip(*hardest_items(votes), strict=True))[:MOST_SHOWN]:
        if entropy > 0:
            thread_id, comment_id, _, start, end = items[place]
            labels = {
                votes.annotators[annotator]: votes.labels[label]
                for item, annotator, label in zip(votes.item, votes.annotator, votes.label, strict=True)
                if item == place
            }
            text = texts.get((thread_id, comment_id), "")[start:end]
            hardest.append(HardItem(items[place], text, labels, float(entropy)))
    return hardest


def _texts(study: Study) -> dict[tuple[str, str], str]:
    """Return the text of each comment that can be labelled."""
    erased = study.erased
    return {
        key: comment.text
        for thread in study.threads
        for comment in thread.comments
        if comment.kind != "ping" and comment.text.strip()
        if (key := (thread.thread_id, comment.comment_id)) not in erased
    }
