"""The classifier that asks a language model."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stance.classifiers._linear import check_reads
from stance.errors import InputError

if TYPE_CHECKING:
    from stance.classifiers.language_models._classifier import LLMClassifier

HERE = "http://127.0.0.1:8080/v1"


def llm(
    base_url: str = HERE,
    model: str = "default",
    key_variable: str = "OPENAI_API_KEY",
    guidelines: str | None = None,
    labels: Mapping[str, str] | None = None,
    n_examples: int = 0,
    phrasings: int = 1,
    answer: str = "auto",
    unreadable: str | None = None,
    temperature: float = 0.0,
    random_state: int = 0,
    answer_tokens: int = 24,
    longest: int = 8000,
    budget: int | None = None,
    concurrency: int = 8,
    timeout: float = 60.0,
    retries: int = 4,
    answers: str = "outputs/llm",
    reads: Sequence[str] = ("text", "context", "target"),
) -> "LLMClassifier":
    """Ask a language model behind an OpenAI-compatible endpoint for the label of each example.

    `base_url`: as http://127.0.0.1:8080/v1; `model`: as the server calls it; `key_variable`: the environment variable
    with the key; `guidelines`: a text file that goes into the prompt; `labels`: what each label means, for all or
    none; `n_examples`: how many training examples a prompt shows, those most like the comment, of its own target
    first; `phrasings`: of the task, 1 to 3, whose answers are averaged; `reads`: columns that are shown.

    `answer`: "logprobs", by the log-probabilities of its first tokens; "json", by a schema; "text", the label alone;
    "auto", the first of these that the server knows and that can be read. `unreadable`: the label that other answers
    are taken for; None: they are an error. `answer_tokens`: the most of one answer; `longest`: characters of a comment.

    `budget`: the most tokens that all runs with these `answers` may spend; `concurrency`: requests at once; `timeout`
    in seconds; `retries` of a request. Prompts and answers are kept in the folder `answers`
    and not asked for again. Needs the extra `llm`. The comments go to the server.

    Raises InputError for a value that cannot be; on prediction where an answer is missing, and what was answered is
    kept.
    """
    from stance.classifiers.language_models._classifier import LLMClassifier
    from stance.classifiers.language_models.endpoint import Endpoint, check_answer, check_endpoint
    from stance.classifiers.language_models.prompts import PHRASINGS

    check_endpoint(Endpoint(base_url, model, key_variable, temperature, random_state, answer_tokens, timeout, retries))
    check_answer(answer)
    check_reads(reads)
    if not 1 <= phrasings <= len(PHRASINGS):
        raise InputError(f"classifier.phrasings: expected 1 to {len(PHRASINGS)}, found {phrasings}")
    for name, value, least in (
        ("n_examples", n_examples, 0),
        ("longest", longest, 1),
        ("concurrency", concurrency, 1),
        ("budget", 1 if budget is None else budget, 1),
    ):
        if not value >= least:
            raise InputError(f"classifier.{name}: expected {least} or more, found {value}")
    return LLMClassifier(
        base_url,
        model,
        key_variable,
        guidelines,
        dict(labels) if labels else None,
        n_examples,
        phrasings,
        answer,
        unreadable,
        temperature,
        random_state,
        answer_tokens,
        longest,
        budget,
        concurrency,
        timeout,
        retries,
        answers,
        tuple(reads),
    )


def is_costly(classifier: Any, step: str = "predict") -> bool:
    """Return whether each step of a classifier, or of a part of it, costs money or minutes: ask for no needless one.

    `step`: "predict" or "fit".

    >>> from stance.classifiers import ensemble, majority
    >>> is_costly(ensemble({"one": llm(), "other": majority()})), is_costly(majority())
    (True, False)
    """
    if isinstance(classifier, list | tuple):
        return any(is_costly(part, step) for part in classifier)
    if isinstance(classifier, type) or not hasattr(classifier, "get_params"):
        return False
    parts = classifier.get_params(deep=False).values()
    return step in getattr(classifier, "costly", ()) or any(is_costly(part, step) for part in parts)
