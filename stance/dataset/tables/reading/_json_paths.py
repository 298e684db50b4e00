"""Paths in nested JSON: `meta.stance` is a value inside, `perspectives[].id` is one of each entry of a list.

`{}` is to an object what `[]` is to a list: `{}.key` and `{}.value` of each of its entries.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Step: TypeAlias = tuple[str, str]  # a key, "" for the thing itself, and what is done with its value: "", "[]" or "{}"
SIGNS = ("[]", "{}")
MOST_NAMES = 500
DEEPEST = 12


def steps_of(path: str) -> list[Step]:
    """Return the steps of a path.

    >>> steps_of("claims[].meta.stance")
    [('claims', '[]'), ('meta', ''), ('stance', '')]
    """
    steps: list[Step] = []
    for part in path.split("."):
        name, signs = part, list[str]()
        while name.endswith(SIGNS):
            signs.insert(0, name[-2:])
            name = name[:-2]
        steps += [(name, signs[0] if signs else ""), *(("", sign) for sign in signs[1:])]
    return steps


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths into one record, and the lists that they go through, each inside the one before it: `through`.

    Raises ValueError where paths go through lists side by side, whose entries do not belong together.
    """

    names: tuple[str, ...]
    through: tuple[tuple[Step, ...], ...]
    inside: tuple[tuple[int, tuple[Step, ...]], ...]

    @classmethod
    def of(cls, names: Sequence[str]) -> "Paths":
        """Return the paths of these names."""
        cut = [_cut(steps_of(name)) for name in names]
        longest = max((through for through, _ in cut), key=len, default=())
        for name, (through, _) in zip(names, cut, strict=True):
            if through != longest[: len(through)]:
                other = names[[entry[0] for entry in cut].index(longest)]
                raise ValueError(f"{name!r} goes through another list than {other!r}")
        return cls(tuple(names), longest, tuple((len(through), rest) for through, rest in cut))

    @property
    def is_parted(self) -> bool:
        """Whether a record may become several rows."""
        return bool(self.through)

    def rows(self, record: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Yield the values of each row that a record becomes: one, or one for each entry of the innermost list."""
        if not self.through:
            yield tuple(
                record[name] if name in record else value_at(record, steps)
                for name, (_, steps) in zip(self.names, self.inside, strict=True)
            )
            return
        for things in self._parted([record], 0):
            yield tuple(value_at(things[depth], steps) for depth, steps in self.inside)

    def _parted(self, things: list[Any], depth: int) -> Iterator[list[Any]]:
        if depth == len(self.through):
            yield things
            return
        *outer, (name, sign) = self.through[depth]
        for entry in entries_of(value_at(things[-1], [*outer, (name, "")]), sign):
            yield from self._parted([*things, entry], depth + 1)


def _cut(steps: Sequence[Step]) -> tuple[tuple[tuple[Step, ...], ...], tuple[Step, ...]]:
    """Return the steps up to each list, and those behind the last one."""
    parts: list[tuple[Step, ...]] = []
    waiting: list[Step] = []
    for step in steps:
        waiting.append(step)
        if step[1]:
            parts.append(tuple(waiting))
            waiting = []
    return tuple(parts), tuple(waiting)


def value_at(thing: Any, steps: Sequence[Step]) -> Any:
    """Return the value that plain steps lead to, None where nothing is there."""
    for name, _ in steps:
        if not name:
            continue
        if not isinstance(thing, Mapping):
            return None
        thing = thing.get(name)
    return thing


def entries_of(value: Any, sign: str) -> Iterator[Any]:
    """Yield the entries of a list, or those of an object as key and value; none of anything else."""
    if sign == "[]" and isinstance(value, list):
        yield from value
    elif sign == "{}" and isinstance(value, Mapping):
        yield from ({"key": key, "value": entry} for key, entry in value.items())


def found_names(records: Sequence[Mapping[str, Any]], wanted: Sequence[str]) -> list[str]:
    """Return the paths that records have, in the order of their first, for near misses; and those that are wanted."""
    found: dict[str, None] = {}
    for record in records:
        if len(found) < MOST_NAMES:
            _name_all(record, "", found.setdefault)
    return list(found | dict.fromkeys(name for name in wanted if _is_there(records, name)))


def _is_there(records: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Say whether a path leads somewhere in some record; where all lists on it are empty, nothing speaks against it."""
    steps = steps_of(name)
    found = {True if name in record else _leads(record, steps) for record in records}
    return True in found or (None in found and False not in found)


def _name_all(thing: Any, above: str, note: Callable[[str], Any], depth: int = 0) -> None:
    if depth > DEEPEST:
        return
    if isinstance(thing, Mapping):
        for key, value in thing.items():
            is_inner = isinstance(value, Mapping) or (isinstance(value, list) and value and isinstance(value[0], dict))
            if not is_inner or not depth:
                note(f"{above}{key}")
            _name_all(value, f"{above}{key}." if isinstance(value, Mapping) else f"{above}{key}", note, depth + 1)
    elif isinstance(thing, list) and thing and isinstance(thing[0], Mapping):
        _name_all(thing[0], f"{above}[].", note, depth + 1)


def _leads(thing: Any, steps: Sequence[Step]) -> bool | None:
    """Say whether a path leads to something, None where a list on it has no entries."""
    for place, (name, sign) in enumerate(steps):
        if name:
            if not isinstance(thing, Mapping) or name not in thing:
                return False
            thing = thing[name]
        if sign:
            found = {_leads(entry, steps[place + 1 :]) for entry in entries_of(thing, sign)}
            if not found and not isinstance(thing, list if sign == "[]" else Mapping):
                return False
            return True if True in found else None if None in found or not found else False
    return True
