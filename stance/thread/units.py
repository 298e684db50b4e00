"""Units: the comment, its paragraphs or its sentences, and where annotations and evidence stand in them."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

Unit: TypeAlias = Literal["comment", "paragraph", "sentence"]
Span: TypeAlias = tuple[int, int]
_BLANK_LINE = re.compile(r"\n\s*\n")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_]\w+)*")
# sentencex 1.0.32 ends a sentence after these; a test notices when it no longer does
_NO_END_AFTER = {"en": ("Ms.", "Mx.")}


@dataclass(frozen=True, slots=True)
class Placed:
    """An annotation in a unit: the unit's number, and what of the evidence stands in that unit.

    `evidence` is in the words of the text, so that `text[evidence_start:][:len(evidence)]` of the unit's text is
    the evidence; where it was not found, `evidence` is as it was quoted and `evidence_start` None.
    """

    unit: int
    evidence: str
    evidence_start: int | None


def units_schema(extra: Mapping[str, str] | None = None) -> "pa.Schema":
    """Return the columns of a table of units, what studies and published tables alike are read into.

    `label` is filled only where a table publishes a final one. `annotators`, `annotator_labels`, `confidence`,
    `evidence` and `evidence_start` are lists of one length, an entry per annotation; `evidence_start` counts
    characters of `text` and is null where the evidence was not found in it. `extra`: columns beside, with the names
    of their Arrow types.
    """
    import pyarrow as pa

    text, number = pa.string(), pa.int32()
    required = {"example_id": text, "thread_id": text, "comment_id": text}
    optional = {"parent_id": text, "depth": number, "author": text, "published": text}
    read = {"target": text, "text": text, "context": text}
    published = {"split": text, "label": text}
    lists = dict.fromkeys(("annotators", "annotator_labels", "confidence", "evidence"), pa.list_(text))
    lists["evidence_start"] = pa.list_(number)
    columns = required | optional | read | published | lists
    nullable = optional | published
    fields = [pa.field(name, type_, nullable=name in nullable) for name, type_ in columns.items()]
    return pa.schema([*fields, *(pa.field(name, pa.type_for_alias(kind)) for name, kind in (extra or {}).items())])


def cut_units(text: str, unit: Unit, language: str = "en") -> list[Span]:
    r"""Return the (start, end) of each unit of a text, in order, with nothing but white space between them.

    A blank line parts paragraphs. Sentences are those of the library sentencex for `language` (ISO 639, "en"
    by default; a language that it does not know is cut by its general rules) and never cross a paragraph. A
    unit has no white space at its ends; a text without words has no units.

    >>> cut_units("I agree with No. 3.\nDo you?\n\nNo.", "sentence")
    [(0, 19), (20, 27), (29, 32)]

    Raises InputError for a unit or a language code that cannot be.
    """
    if unit == "comment":
        return _stripped(text, 0, len(text))
    if unit == "paragraph":
        return _paragraphs(text)
    if unit != "sentence":
        known = get_args(Unit)
        raise InputError(f"expected a unit of {list(known)}, found {unit!r}.{did_you_mean(str(unit), known)}")
    code, cut = _sentence_cutter(language)
    return [span for start, end in _paragraphs(text) for span in _sentences(text, start, end, code, cut)]


def all_units(text: str, language: str = "en") -> dict[Span, Unit]:
    """Return every unit that a text can be cut into, by its offsets; one that is several has its finest name.

    >>> all_units("It is late. It is dear.")
    {(0, 23): 'paragraph', (0, 11): 'sentence', (12, 23): 'sentence'}
    """
    return {span: unit for unit in get_args(Unit) for span in cut_units(text, unit, language)}


def folded(text: str) -> str:
    """Return a text in NFC with each run of white space as one space: what evidence is looked for in."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def find_evidence(text: str, evidence: str) -> Span | None:
    """Return where a quotation first stands in a text, blind to how white space and accents are encoded.

    It finds exactly what `check_annotations` accepts. None where the quotation is empty or not in the text.

    >>> find_evidence("They said:  never  again.", "never again")
    (12, 24)
    """
    quotation = evidence.strip()
    if not quotation:
        return None
    if (start := text.find(quotation)) >= 0:
        return start, start + len(quotation)
    words = folded(quotation)
    if words not in folded(text):
        return None
    characters, spans = _folded_with_spans(text)
    start = characters.find(words)
    return spans[start][0], spans[start + len(words) - 1][1]


def place_annotation(
    text: str, units: Sequence[Span], evidence: str = "", start: int | None = None, end: int | None = None
) -> list[Placed]:
    """Return the units that an annotation of a text belongs to, with its evidence in each.

    With offsets it belongs to the unit that has them, and to none if no unit does (`misplaced` says so in words).
    Without, it is of the whole comment: it belongs to the only unit if there is one, else to each unit that its
    evidence reaches into, which gets that part of it; without evidence to none.
    """
    if start is not None or end is not None:
        return [_placed(text, units, number, evidence) for number, unit in enumerate(units) if unit == (start, end)]
    if len(units) == 1:
        return [_placed(text, units, 0, evidence)]
    found = find_evidence(text, evidence)
    if found is None:
        return []
    parts = [(max(first, found[0]), min(last, found[1])) for first, last in units]
    return [
        Placed(number, text[first:last], first - units[number][0])
        for number, (first, last) in enumerate(parts)
        if first < last
    ]


def misplaced(units: Mapping[Span, Unit], start: int | None, end: int | None) -> str | None:
    """Return what is wrong with the offsets of an annotation, None where there are none, or they are a unit's.

    `units`: those of `all_units`. A label of a part that is no unit can be in no dataset, whatever its unit is.

    >>> misplaced(all_units("It is late. It is dear."), 12, 22)
    'expected the offsets of a comment, paragraph or sentence, found 12 to 22; the nearest is the sentence 12 to 23'
    """
    if (start is None and end is None) or (start, end) in units:
        return None
    problem = f"expected the offsets of a comment, paragraph or sentence, found {start} to {end}"
    if start is None or end is None:
        return f"{problem}; give both or neither"
    if not units:
        return f"{problem}; the comment has no text"
    near = min(units, key=lambda span: (abs(span[0] - start) + abs(span[1] - end), span))
    return f"{problem}; the nearest is the {units[near]} {near[0]} to {near[1]}"


def _placed(text: str, units: Sequence[Span], number: int, evidence: str) -> Placed:
    first, last = units[number]
    found = find_evidence(text[first:last], evidence)
    if found is None:
        return Placed(number, evidence, None)
    return Placed(number, text[first:last][slice(*found)], found[0])


def _stripped(text: str, start: int, end: int) -> list[Span]:
    """Return the span without white space at its ends, as a list that is empty where nothing else is in it."""
    piece = text[start:end]
    words = piece.strip()
    if not words:
        return []
    start += len(piece) - len(piece.lstrip())
    return [(start, start + len(words))]


def _paragraphs(text: str) -> list[Span]:
    gaps = [match.span() for match in _BLANK_LINE.finditer(text)]
    starts = [0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), len(text)]
    return [span for start, end in zip(starts, ends, strict=True) for span in _stripped(text, start, end)]


@lru_cache(maxsize=16)
def _sentence_cutter(language: str) -> tuple[str, Callable[[str, str], list[str]]]:
    import sentencex

    if not _LANGUAGE.fullmatch(language):
        raise InputError(f"expected a language code of ISO 639 such as 'en' or 'de', found {language!r}")
    return re.split(r"[-_]", language)[0].lower(), sentencex.segment


def _sentences(text: str, start: int, end: int, code: str, cut: Callable[[str, str], list[str]]) -> list[Span]:
    spans: list[Span] = []
    place = start
    for piece in cut(code, text[start:end]):
        for first, last in _stripped(text, place, place + len(piece)):
            if spans and _goes_on(text, *spans[-1], code):
                first = spans.pop()[0]
            spans.append((first, last))
        place += len(piece)
    return spans


def _goes_on(text: str, start: int, end: int, code: str) -> bool:
    """Say whether what the library takes for a sentence ends in an abbreviation that ends none."""
    return any(
        text.endswith(word, start, end) and not text[max(start, end - len(word) - 1) : end - len(word)].isalnum()
        for word in _NO_END_AFTER.get(code, ())
    )


def _folded_with_spans(text: str) -> tuple[str, list[Span]]:
    """Return a text as `folded` does, and the span in `text` of each of its characters."""
    characters: list[str] = []
    spans: list[Span] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _composes(text[end]):
            end += 1
        for character in unicodedata.normalize("NFC", text[start:end]):
            if not character.isspace():
                characters.append(character)
                spans.append((start, end))
            elif characters and characters[-1] != " ":
                characters.append(" ")
                spans.append((start, end))
        start = end
    if characters and characters[-1] == " ":
        del characters[-1], spans[-1]
    return "".join(characters), spans


def _composes(character: str) -> bool:
    """Say whether a character may be composed with the one before it: marks, and Korean vowels and finals."""
    return character > "\u02ff" and (unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff")
