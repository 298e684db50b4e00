"""Errors that a user can cause: each says what was expected, what was found, where, and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(ValueError):
    """Something the user gave cannot be used; the entry points print it without a traceback and exit with its code."""

    exit_code = 2


class ReadError(InputError):
    """A page cannot be read as any format that is known, or not as the format it claims to be."""


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the option nearest to `word`, or an empty string where none is near.

    >>> did_you_mean("favour", ["against", "none", "favor"])
    " Did you mean 'favor'?"
    """
    options = list(options)
    alike = [option for option in options if option.casefold() == word.casefold() and option != word]
    near = alike or get_close_matches(word, options, n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""
