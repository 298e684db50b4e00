"""Classifiers that never read the comment: the majority label, chance, and what author, target or length tell."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sklearn.dummy import DummyClassifier
    from sklearn.pipeline import Pipeline

    from stance.classifiers._group_prior import GroupPriorClassifier

# Rows of a comparison that never read what a comment says: what a classifier must beat to have understood anything.
CHEATING = ("majority", "chance", "target_prior", "target_only", "author_prior", "length_only")


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
    from stance.classifiers._group_prior import GroupPriorClassifier

    return GroupPriorClassifier(column="author")


def target_prior() -> "GroupPriorClassifier":
    """Predict the label that most training examples of the same target have, else the overall majority."""
    from stance.classifiers._group_prior import GroupPriorClassifier

    return GroupPriorClassifier(column="target")


def target_only() -> "Pipeline":
    """Logistic regression on the words of the target: a claim that was never seen is told by its words alone."""
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline

    # single letters are words of a target too, and where there is one target only the shares of labels decide
    words = TfidfVectorizer(token_pattern=r"\S+")
    features = ColumnTransformer([("words of target", words, "target")], sparse_threshold=1.0)
    return Pipeline([("features", features), ("classifier", LogisticRegression(max_iter=1000))])


def length_only() -> "Pipeline":
    """Logistic regression on the numbers of characters and words of the comment, and nothing that they say."""
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer

    from stance.classifiers._length import length_names, text_lengths

    lengths = FunctionTransformer(text_lengths, feature_names_out=length_names)
    return Pipeline(
        [
            ("features", ColumnTransformer([("length", lengths, "text")])),
            ("classifier", LogisticRegression(class_weight="balanced", max_iter=1000)),
        ]
    )
