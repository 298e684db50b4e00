"""A budget of tokens, which is not passed: each request is counted before it is sent, by what others have cost."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

FIRST_GUESS = 1 / 3  # tokens a byte, before any answer has told


class BudgetReachedError(Exception):
    """The next request would pass the budget."""


@dataclass
class Paid:
    """What a request is expected to cost, and what it did cost, None until that is known."""

    expected: int
    cost: int | None = None


class Budget:
    """Tokens: how many may be spent (`limit`, None without one), how many are, and what the `dearest` request cost.

    A request is expected to cost as much a byte as the dearest so far, and not less than the dearest did. Safe to
    be used by several threads.
    """

    def __init__(self, limit: int | None, spent: int, dearest: int, answer_tokens: int) -> None:
        self.limit = limit
        self.spent = spent
        self.answer_tokens = answer_tokens
        self._waiting, self._per_byte, self._dearest = 0, FIRST_GUESS, dearest
        self._changed = threading.Condition()

    @property
    def is_known(self) -> bool:
        """Whether an answer has told what requests cost."""
        return self._dearest > 0

    @contextmanager
    def reserved(self, size: int) -> Iterator[Paid]:
        """Reserve what a request of `size` bytes may cost. Raises BudgetReachedError if that is more than is left."""
        paid = Paid(self._reserve(size))
        try:
            yield paid
        finally:
            with self._changed:
                self._waiting -= paid.expected
                if paid.cost is not None:
                    self.spent += paid.cost
                    self._dearest = max(self._dearest, paid.cost)
                    # the first answer tells more than the guess did
                    per_byte = paid.cost / max(size, 1)
                    self._per_byte = per_byte if self._per_byte == FIRST_GUESS else max(self._per_byte, per_byte)
                self._changed.notify_all()

    def _reserve(self, size: int) -> int:
        with self._changed:
            while True:
                expected = max(math.ceil(size * self._per_byte) + self.answer_tokens, self._dearest)
                if self.limit is None or self.spent + self._waiting + expected <= self.limit:
                    self._waiting += expected
                    return expected
                if not self._waiting:
                    raise BudgetReachedError(
                        f"the budget of {self.limit:,} tokens would be passed: {self.spent:,} are spent, the next "
                        f"request may take {expected:,}"
                    )
                # others may turn out cheaper than was reserved for them
                self._changed.wait()
