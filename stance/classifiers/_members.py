"""The classifier that is several."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stance.classifiers._baselines import author_prior, chance, length_only, majority, target_only, target_prior
from stance.classifiers.embeddings import embedding, kernel
from stance.classifiers.language_models import llm
from stance.classifiers.ngrams import complement_nb, linear_svm, logreg, nb_svm, svm_ngrams
from stance.classifiers.transformer_models import finetuned, nli, setfit
from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from stance.classifiers._ensemble import EnsembleClassifier

COMBINE = ("mean", "stacking")
# what a YAML may name as a member
MEMBERS = (
    *(majority, chance, target_prior, target_only, author_prior, length_only),
    *(complement_nb, logreg, linear_svm, svm_ngrams, nb_svm, embedding, kernel, finetuned, setfit, nli),
    llm,
)


def ensemble(
    members: Mapping[str, Any], combine: str = "mean", n_folds: int = 5, random_state: int = 0
) -> "EnsembleClassifier":
    """Let several classifiers decide together: their calibrated probabilities averaged, or stacked.

    `members`: by name an unfitted classifier, or what its YAML says, with its function as `_target_`; `combine`:
    "mean", or "stacking", a logistic regression on their scores (Wolpert 1992); what is calibrated or stacked are
    scores of rows left out in `n_folds` inner folds of the training rows, which keep groups together.

    Raises InputError if there are not two members, one is no classifier of the package, or `combine` is neither.

    >>> from stance.classifiers import majority, target_prior
    >>> [name for name, _ in ensemble({"some": majority(), "more": target_prior()}).members]
    ['some', 'more']
    """
    from stance.classifiers._ensemble import EnsembleClassifier

    if combine not in COMBINE:
        hint = did_you_mean(combine, COMBINE)
        raise InputError(f"classifier.combine: expected one of {list(COMBINE)}, found {combine!r}.{hint}")
    if len(members) < 2:
        raise InputError(f"classifier.members: expected two classifiers or more, found {list(members)}")
    made = [(name, _made(name, member)) for name, member in members.items()]
    return EnsembleClassifier(made, combine, n_folds, random_state)


def _made(name: str, member: Any) -> Any:
    """Return an unfitted classifier from what its YAML says."""
    if not isinstance(member, Mapping):
        return member
    known = {f"stance.classifiers.{each.__name__}": each for each in MEMBERS}
    target = str(member.get("_target_", ""))
    if target not in known:
        raise InputError(
            f"classifier.members.{name}._target_: expected one of {list(known)}, found {target!r}."
            f"{did_you_mean(target, known)}"
        )
    settings = {key: value for key, value in member.items() if key != "_target_"}
    return known[target](**settings)
