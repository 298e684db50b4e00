"""The classifier that asks a language model."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from stance.classifiers.ngrams import check_reads
from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from stance.classifiers.language_models._classifier import LLMClassifier

CALIBRATIONS = ("none", "batch")
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
    price: float | None = None,
    money: float | None = None,
    calibration: str = "none",
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

    `budget`: the most tokens that all runs with these `answers` may spend; `money`: the most money, with the `price` of
    a million tokens, that of the dearer kind where asking and answering differ. `calibration`: "batch" divides
    probabilities by their mean over the training rows, which are asked about too (after Zhou et al. 2024).
    `concurrency`: requests at once; `timeout` in seconds; `retries` of a request. Prompts and answers are kept in the
    folder `answers` and not asked for again. Needs the extra `llm`. The comments go to the server.

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
    _check_money(price, money)
    if calibration not in CALIBRATIONS:
        hint = did_you_mean(calibration, CALIBRATIONS)
        raise InputError(f"classifier.calibration: expected one of {list(CALIBRATIONS)}, found {calibration!r}.{hint}")
    if calibration == "batch" and n_examples:
        raise InputError(
            "classifier.calibration: expected none with n_examples, found batch: a training row would be shown its own "
            "label"
        )
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
        price,
        money,
        calibration,
        concurrency,
        timeout,
        retries,
        answers,
        tuple(reads),
    )


def _check_money(price: float | None, money: float | None) -> None:
    for name, value in (("price", price), ("money", money)):
        if value is not None and not 0 < value < float("inf"):
            raise InputError(f"classifier.{name}: expected a number above 0, or null, found {value}")
    if money is not None and price is None:
        raise InputError("classifier.price: expected what a million tokens cost, found null beside classifier.money")
