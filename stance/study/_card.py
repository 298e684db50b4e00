"""The card of a study: what study.yaml says of its targets, labels, pages, annotators and data, checked at once."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from stance.cells import file_encoding, same_letters
from stance.errors import InputError, did_you_mean

ANNOTATOR_KINDS = ("person", "model")
ANNOTATIONS = "annotations.csv"
MOST_VALUES = 100_000  # of a card with its aliases written out
# What YAML makes of a key's value; keys that are not here hold text.
KINDS: dict[str, type] = {
    "targets": list,
    "labels": list,
    "pages": list,
    "language": list,
    "erased": list,
    "annotators": dict,
    "data_statement": dict,
    "revision": int,
    "ordered": bool,
}
KIND_WORDS = {list: "a list", dict: "keys and values", int: "a whole number", bool: "true or false", str: "text"}


@dataclass(frozen=True, slots=True)
class PageCard:
    """One saved page of a study: its path in the study's folder and the SHA-256 of its bytes.

    `url` and `retrieved` (ISO date) are None where nobody noted them.
    """

    path: str
    sha256: str
    format: str | None = None
    url: str | None = None
    retrieved: str | None = None


@dataclass(frozen=True, slots=True)
class DataStatement:
    """What a reader of the data should know of where it comes from, in words; None for what nobody wrote down.

    `language` holds codes ("en", "pt-BR"). `source` says where and by whom the comments were written,
    `dates` when, `collected` and `annotated` how that was done, `sensitive` what is in them that could harm
    somebody, `limits` what they cannot show. After Bender and Friedman (2018), Data Statements for NLP.
    """

    language: tuple[str, ...] = ()
    source: str | None = None
    dates: str | None = None
    collected: str | None = None
    annotated: str | None = None
    sensitive: str | None = None
    limits: str | None = None


@dataclass(frozen=True, slots=True)
class StudyCard:
    """What a study says of itself in study.yaml.

    `labels` has an order, from against to favor, unless `ordered` is false. `annotators` maps each name to
    "person" or "model". `superseded_by` names the newer study. Authors may keep their names in a dataset
    only if `authors_kept_because` says why. `adjudicator` is the annotator whose label holds where they have given one,
    None where nobody decides. `erased` holds the ids of comments that must not become
    examples, each a comment_id, or `<thread_id>#<comment_id>` where several threads have it.
    """

    title: str
    targets: tuple[str, ...]
    labels: tuple[str, ...]
    pages: tuple[PageCard, ...]
    annotators: Mapping[str, str]
    labelled_by: str
    licence: str
    revision: int
    guidelines: str = "guidelines.md"
    annotations: str = ANNOTATIONS
    contact: str | None = None
    superseded_by: str | None = None
    ordered: bool = True
    data_statement: DataStatement = field(default_factory=DataStatement)
    authors_kept_because: str | None = None
    adjudicator: str | None = None
    erased: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """The only target. Raises InputError where the study has several."""
        if len(self.targets) > 1:
            raise InputError(f"expected a study with one target, found {list(self.targets)}; name one of them")
        return self.targets[0]

    @property
    def language(self) -> str:
        """The code of the language that sentences are cut by: the first one named, "en" where none is."""
        return next(iter(self.data_statement.language), "en")


class _CardLoader(yaml.SafeLoader):
    """YAML's safe loader, which also notices keys that stand twice; YAML forbids them, PyYAML takes the last."""

    # no and yes are words, as they are in the cells of a table and on the command line
    yaml_implicit_resolvers = {  # noqa: RUF012  # as the loader it is made from has them
        sign: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or sign in "tTfF"]
        for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.doubled: list[tuple[int, str]] = []

    def get_single_data(self) -> Any:
        """Return what the YAML says. Raises YAMLError where its aliases, written out, would be too much to hold."""
        node = self.get_single_node()
        if node is None:
            return None
        if _written_out(node, {}) > MOST_VALUES:
            raise yaml.YAMLError(f"expected at most {MOST_VALUES:,} values with all aliases written out, found more")
        return self.construct_document(node)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Make a value of a node. Raises YAMLError with its line for a date or a number that is none."""
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            found = str(node.value)[:40]
            said = f"expected a date or a number, found {found!r} ({str(error)[:60]}); quote it if it is text"
            raise yaml.MarkedYAMLError(problem=said, problem_mark=node.start_mark) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Make a dict of a mapping, and note the keys that stand twice in it, with their lines."""
        first: dict[Hashable, int] = {}
        # `<<` takes over another mapping's keys, which those beside it may replace
        written = [key for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        for key in written:
            line, name = key.start_mark.line + 1, self.construct_object(key, deep=True)
            if not isinstance(name, Hashable):
                continue
            if name in first:
                said = f" line {line}: key {name!r} is given twice, here and on line {first[name]}; keep one of the two"
                self.doubled.append((line, said))
            first.setdefault(name, line)
        return super().construct_mapping(node, deep)


def _written_out(node: yaml.Node, known: dict[int, float]) -> float:
    """Return the number of values of a node with all aliases written out; infinite where it holds itself."""
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = float("inf")
    parts = node.value if isinstance(node, yaml.CollectionNode) else []
    inner = [part for entry in parts for part in (entry if isinstance(entry, tuple) else (entry,))]
    known[id(node)] = 1 + sum(_written_out(part, known) for part in inner)
    return known[id(node)]


def read_card(path: Path) -> StudyCard:
    """Read a study.yaml. Raises InputError that names each key that is missing, unknown, doubled or of a wrong kind."""
    try:
        loader = _CardLoader(path.read_text(encoding=file_encoding(path)))
        found = loader.get_single_data()
    except FileNotFoundError:
        raise InputError(f"{path}: expected a study's card, found no such file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not readable as YAML in UTF-8: {error}") from None
    except RecursionError:
        raise InputError(f"{path}: not readable as YAML: it is nested too deep") from None
    if not isinstance(found, dict):
        raise InputError(f"{path}: expected keys and values, found {type(found).__name__}")
    problems = [said for _, said in sorted(loader.doubled)]
    values = _checked_keys(StudyCard, _with_targets(found, problems), "", problems)
    _check_strings(values, "targets", 1, problems)
    _check_strings(values, "labels", 2, problems)
    _check_strings(values, "erased", 0, problems)
    _check_annotators(values, problems)
    values["pages"] = _page_cards(values.get("pages"), problems)
    if "data_statement" in values:
        values["data_statement"] = _data_statement(values["data_statement"], problems)
    if problems:
        raise InputError("\n".join(f"{path}{problem}" for problem in problems))
    return StudyCard(**values)


def _with_targets(found: dict[Any, Any], problems: list[str]) -> dict[Any, Any]:
    """Return the keys with `target` as the only one of `targets`."""
    if found.get("target") is None:
        return {key: value for key, value in found.items() if key != "target"}
    if found.get("targets") is not None:
        problems.append(": give `target` or `targets`, not both")
    elif not isinstance(found["target"], str):
        problems.append(f": key 'target' must be text, found {found['target']!r}")
    return {key: value for key, value in found.items() if key != "target"} | {"targets": [str(found["target"])]}


def _checked_keys(card: type, found: object, where: str, problems: list[str]) -> dict[str, Any]:
    """Return the values of those keys that are right, and add what is wrong with the others to the problems."""
    if not isinstance(found, dict):
        problems.append(f"{where}: expected keys and values, found {type(found).__name__}")
        return {}
    known = [entry.name for entry in fields(card)]
    # what a card calls a key in its file
    written = [name for key in known for name in (("target", key) if key == "targets" else (key,))]
    for key in found:
        if key not in known:
            hint = did_you_mean(str(key), written)
            problems.append(f"{where}: key {key!r} is not known; a card has {written}.{hint}")
    required = [entry.name for entry in fields(card) if entry.default is entry.default_factory]
    if missing := [key for key in required if found.get(key) is None]:
        problems.append(f"{where}: the keys {['target' if key == 'targets' else key for key in missing]} are missing")
    values = {}
    for key, value in found.items():
        # a key left empty has its default; YAML reads 2016-09-20 as a date
        if value is None or key not in known:
            continue
        value = str(value) if isinstance(value, date) else value
        expected = KINDS.get(key, str)
        if expected is bool:
            value = {"yes": True, "no": False, "on": True, "off": False}.get(str(value).lower(), value)
        if isinstance(value, expected) and isinstance(value, bool) == (expected is bool):
            values[key] = value
        else:
            problems.append(f"{where}: key {key!r} must be {KIND_WORDS[expected]}, found {value!r}")
    return values


def _check_strings(values: dict[str, Any], key: str, fewest: int, problems: list[str]) -> None:
    """Make a tuple of a list of different strings that are not empty."""
    if key not in values:
        return
    found = values[key]
    if not all(isinstance(entry, str) and entry.strip() for entry in found) or len({*map(str, found)}) < max(
        fewest, len(found)
    ):
        number = {0: "", 1: "one or more ", 2: "two or more "}[fewest]
        # YAML reads true as a truth value, and 007 as 7
        quote = "; put quotation marks around each" if any(not isinstance(entry, str) for entry in found) else ""
        problems.append(f": `{key}` must be {number}different strings, found {found}{quote}")
    values[key] = tuple(same_letters(entry) if isinstance(entry, str) else entry for entry in found)


def _check_annotators(values: dict[str, Any], problems: list[str]) -> None:
    if "annotators" in values:
        values["annotators"] = {
            same_letters(name) if isinstance(name, str) else name: kind for name, kind in values["annotators"].items()
        }
    if isinstance(values.get("adjudicator"), str):
        values["adjudicator"] = same_letters(values["adjudicator"])
    for name, kind in values.get("annotators", {}).items():
        if not isinstance(name, str):
            problems.append(f": annotator {name!r}: the name must be text; put quotation marks around it")
        if kind not in ANNOTATOR_KINDS:
            hint = did_you_mean(str(kind), ANNOTATOR_KINDS)
            problems.append(f": annotator {name!r}: expected a kind of {list(ANNOTATOR_KINDS)}, found {kind!r}.{hint}")
    known, decides = list(map(str, values.get("annotators", {}))), values.get("adjudicator")
    if decides is not None and decides not in known:
        hint = did_you_mean(decides, known)
        problems.append(f": adjudicator {decides!r} is none of the `annotators` {known}; add the name there.{hint}")


def _page_cards(found: list[Any] | None, problems: list[str]) -> tuple[PageCard, ...]:
    if found == []:
        line = "- {path: pages/page.html, sha256: …}"
        problems.append(f": `pages` must be a list of at least one page, found []; a saved page is a line `{line}`")
    cards, before = [], len(problems)
    for number, page in enumerate(found or [], start=1):
        values = _checked_keys(PageCard, page, f" page {number}", problems)
        if len(problems) == before:
            cards.append(PageCard(**values))
    return tuple(cards)


def _data_statement(found: dict[str, Any], problems: list[str]) -> DataStatement:
    # one language is oftener than several
    language = found.get("language")
    values = _checked_keys(
        DataStatement,
        found | ({"language": [language]} if isinstance(language, str) else {}),
        " data_statement",
        problems,
    )
    _check_strings(values, "language", 0, problems)
    return DataStatement(**values)
