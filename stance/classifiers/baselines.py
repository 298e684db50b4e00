"""Classifiers that never read the comment: the majority label, chance, and the author's habit."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sklearn.dummy import DummyClassifier

    from stance.classifiers.group_prior import GroupPriorClassifier


def majority() -> "DummyClassifier":
    """Predict the most frequent label of the training rows; its probabilities are their shares."""
    from sklearn.dummy import DummyClassifier

    return DummyClassifier(strategy="prior")


def chance(random_state: int = 0) -> "DummyClassifier":
    """Draw a label at random, each as often as in the training rows."""
    from sklearn.dummy import DummyClassifier

    return DummyClassifier(strategy="stratified", random_state=random_state)


def author_prior() -> "GroupPriorClassifier":
    """Predict the label that the author's other comments mostly have, else the overall majority.

    It cheats on purpose: what it scores above the majority is what authors give away where they straddle folds.
    """
    from stance.classifiers.group_prior import GroupPriorClassifier

    return GroupPriorClassifier(column="author")
