"""Many questions asked of one endpoint, several at once; answers are kept as they come, and none is asked twice."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stance.classifiers.language_models._answers import AnswerFile
from stance.classifiers.language_models._budget import Budget, BudgetReachedError
from stance.classifiers.language_models.endpoint import Endpoint, NoAnswerError, NotKnownError, ask, open_client
from stance.classifiers.language_models.reading import read_explained, read_shares
from stance.classifiers.language_models.reply import Prompt, Reply
from stance.errors import InputError
from stance.files import shown_path

if TYPE_CHECKING:
    from openai import OpenAI

MOST_FAILURES = 5  # after so many questions without an answer no further one is asked
MOST_NAMED = 5
EVERY = 100  # answers between two lines of the log
WAYS = {"auto": ("logprobs", "json", "text"), "logprobs": ("logprobs",), "json": ("json",), "text": ("text",)}
log = logging.getLogger("llm")


@dataclass(frozen=True, slots=True)
class Asking:
    """How questions are asked: in which of ANSWERS's ways, how many at once, for how many tokens at most, kept where.

    `budget` is of all tokens that an endpoint's file in the folder `answers` has counted, of earlier runs too; None:
    without limit.
    """

    endpoint: Endpoint
    answers: Path
    answer: str = "auto"
    concurrency: int = 8
    budget: int | None = None


def ask_all(asking: Asking, prompts: Sequence[Prompt], on_answer: Callable[[], object] = lambda: None) -> list[Reply]:
    """Return the replies to questions in their order; what was answered before is not asked again.

    `on_answer` is called after each new one. Raises InputError where a question stays without an answer; those that
    were answered are kept, and the same call asks for the rest only.
    """
    kept = AnswerFile(asking.answers, asking.endpoint, asking.answer)
    keys = [kept.key(prompt) for prompt in prompts]
    unique = dict(zip(keys, prompts, strict=True))
    found = kept.read(list(unique))
    missing = {key: prompt for key, prompt in unique.items() if key not in found}
    if missing:
        log.info("Asking %s at %s: %d questions", asking.endpoint.model, asking.endpoint.host, len(missing))
        with _quiet():
            found |= _Round(asking, kept, missing, on_answer).run()
    return [found[key] for key in keys]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the client from a line of the log for each request."""
    loggers = [logging.getLogger(name) for name in ("httpx", "httpx2")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


@dataclass
class _Round:
    """The questions that are not answered yet, and what became of them."""

    asking: Asking
    kept: AnswerFile
    missing: Mapping[bytes, Prompt]
    on_answer: Callable[[], object]
    found: dict[bytes, Reply] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    ended: str = ""
    not_known: set[str] = field(default_factory=set)

    def run(self) -> dict[bytes, Reply]:
        """Ask, and return the replies by key. Raises InputError where one is missing in the end."""
        self.budget = Budget(self.asking.budget, *self.kept.spent(), self.asking.endpoint.answer_tokens)
        client = open_client(self.asking.endpoint)
        waiting, running = iter(self.missing.items()), dict[Future[Reply], bytes]()
        pool = ThreadPoolExecutor(self.asking.concurrency)
        try:
            self._submit(client, pool, waiting, running)
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._take(running.pop(future), future)
                self._submit(client, pool, waiting, running)
        finally:
            client.close()
            pool.shutdown(wait=False, cancel_futures=True)
        if len(self.found) < len(self.missing):
            raise self._incomplete()
        return self.found

    def _submit(
        self,
        client: "OpenAI",
        pool: ThreadPoolExecutor,
        waiting: Iterator[tuple[bytes, Prompt]],
        running: dict[Future[Reply], bytes],
    ) -> None:
        # what an answer costs is known after the first
        most = 1 if self.budget.limit is not None and not self.budget.is_known else self.asking.concurrency
        while not self.ended and len(running) < most and (entry := next(waiting, None)) is not None:
            running[pool.submit(self._ask, client, entry[1])] = entry[0]

    def _ask(self, client: "OpenAI", prompt: Prompt) -> Reply:
        """Ask one question, in the first way that the server knows, and in the next where it cannot be read."""
        reply, cost = None, 0
        for way in WAYS[self.asking.answer]:
            needless = prompt.explains if way == "logprobs" else way == "text" and reply is not None
            if needless or way in self.not_known:
                continue
            try:
                with self.budget.reserved(prompt.size) as paid:
                    reply = ask(client, self.asking.endpoint, prompt, way, paid.expected)
                    paid.cost = reply.n_tokens
                    self.kept.spend(reply.n_tokens)
            except NotKnownError:
                self.not_known.add(way)
                continue
            cost += reply.n_tokens
            if self.asking.answer == "logprobs" and not reply.positions:
                raise NoAnswerError("the server gives no log-probabilities; try answer=auto", ends_all=True)
            read = read_explained if prompt.explains else read_shares
            if read(reply, prompt.labels) is not None:
                break
        if reply is None:
            raise NoAnswerError(f"the server does not know answer={self.asking.answer}; try answer=auto", ends_all=True)
        return replace(reply, n_tokens=cost)

    def _take(self, key: bytes, future: "Future[Reply]") -> None:
        """Keep what a question was answered, or why it was not."""
        try:
            reply = future.result()
        except BudgetReachedError as error:
            self.ended = str(error)
            return
        except NoAnswerError as error:
            self.failures.append(str(error))
            if error.ends_all or len(self.failures) >= MOST_FAILURES:
                self.ended = self.failures[0]
            return
        self.kept.write(key, self.missing[key], reply)
        self.found[key] = reply
        self.on_answer()
        if len(self.found) % EVERY == 0:
            log.info("%d of %d answered, for %d tokens so far", len(self.found), len(self.missing), self.budget.spent)

    def _incomplete(self) -> InputError:
        left = [prompt.name for key, prompt in self.missing.items() if key not in self.found]
        named = ", ".join(name for name in left[:MOST_NAMED] if name)
        named = f" ({named}{', …' if len(left) > MOST_NAMED else ''})" if named else ""
        endpoint, kept = self.asking.endpoint, shown_path(self.kept.path)
        return InputError(
            f"{endpoint.model} at {endpoint.host}: {len(self.found)} of {len(self.missing)} questions answered, "
            f"{len(left)} not{named}: {self.ended or self.failures[0]}. What was answered is kept in {kept}; the same "
            "command asks for the rest only"
        )
