"""Whether what a builder is given from Python is of the kind that it takes; a YAML is checked by its schema."""

from collections.abc import Iterable, Mapping, Sequence
from inspect import Parameter
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from stance.errors import InputError

KINDS = {Mapping: "a mapping", Sequence: "a list", str: "text", bool: "true or false", int: "an integer"}
KINDS[float] = "a number"


def check_kinds(given: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> None:
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
