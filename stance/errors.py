"""Errors that a user can cause: each says what was expected, what was found, where, and what to do."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

if TYPE_CHECKING:
    from inspect import Parameter

KINDS = {
    Mapping: "a mapping",
    Sequence: "a list",
    str: "text",
    bool: "true or false",
    int: "an integer",
    float: "a number",
}


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


def check_kinds(given: Mapping[str, Any], parameters: "Mapping[str, Parameter]") -> None:
    """Raise InputError for the first value that is of no kind which its parameter is annotated with.

    >>> from inspect import signature
    >>> def build(labels: Sequence[str], name: str | None = None) -> None: ...
    >>> check_kinds({"labels": "favor", "name": None}, signature(build).parameters)
    Traceback (most recent call last):
        ...
    stance.errors.InputError: `labels` must be a list, found 'favor'
    """
    for name, value in given.items():
        kinds = _kinds_of(parameters[name].annotation)
        if kinds and not any(_is_of(value, kind) for kind in kinds):
            expected = " or ".join(KINDS[kind] for kind in kinds if kind is not NoneType)
            raise InputError(f"`{name}` must be {expected}, found {repr(value)[:60]}")


def _kinds_of(annotation: Any) -> list[Any]:
    """Return the kinds of an annotation, none where one of them is not known here: what is one of some words."""
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    kinds = [get_origin(part) or part for part in parts]
    return kinds if all(kind is NoneType or kind in KINDS for kind in kinds) else []


def _is_of(value: Any, kind: Any) -> bool:
    if kind is Sequence:  # an array of labels serves as a list; text and what has no order do not
        return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping | set | frozenset)
    if kind in (int, float):
        return isinstance(value, Integral if kind is int else Real) and not isinstance(value, bool)
    return isinstance(value, kind)
