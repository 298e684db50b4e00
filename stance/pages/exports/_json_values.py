"""The JSON values of a file, one after the other: lines are read in flat memory, anything else as a whole."""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import orjson

from stance.errors import ReadError
from stance.pages.exports._xml.repair import decode_mixed

# a list or object of JSON, not a dump that begins with "[1]" or "[Home]"
_START = re.compile(r"\ufeff?\s*(?:\{\s*[\"}]|\[\s*(?:[{\[\"\]]|(?:-?\d[\d.eE+-]*|true|false|null)\s*,))")
# JSON as a script has it: assigned to a name, or handed to a function
_SCRIPT = re.compile(r"\ufeff?\s*(?:/\*\*/\s*)?(?:(?:var|let|const)\s+)?[\w$.]{1,80}\s*[=(]\s*(?=[\[{]\s*[\"{\[\]}])")
_SPACE = re.compile(r"[\s,\x1e]*")
_CHUNK = 1 << 20
_LARGEST_WHOLE = 128 << 20
_LARGEST_LINE = 16 << 20
_BLANK = b" \t\r\x1e"


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that is no JSON among others that are: its number and what is wrong with it."""

    line: int
    message: str


def looks_like_json(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is a list or an object of JSON."""
    text = _decoded(head)
    return _START.match(text) is not None or _SCRIPT.match(text) is not None


def read_values(stream: BinaryIO, source: str) -> Iterator[Any]:
    """Yield the values of a file: of lines each as soon as it is read, a line that is none as a `BrokenLine`.

    Where the first line is no value by itself, the file is read whole. Raises ReadError, with line and column, where
    it is no JSON then, and for what is longer than 128 MiB and not made of lines.
    """
    lines = _lines(stream, source)
    blank, first = 0, b""
    for first in lines:
        if first.strip(_BLANK):
            break
        blank += 1
    value = _parsed(first.removeprefix(codecs.BOM_UTF8))
    if value is _NONE:
        yield from _whole_values(b"\n" * blank + first, lines, source)
        return
    yield value
    for number, line in enumerate(lines, blank + 2):
        try:
            yield orjson.loads(line)
        except ValueError:
            if line.strip(_BLANK):
                value = _parsed(line)
                yield BrokenLine(number, f"found {line[:20]!r}") if value is _NONE else value


_NONE = object()


def _parsed(line: bytes) -> Any:
    """Return the value of a line, `_NONE` where it is no value."""
    line = line.strip(_BLANK)
    try:
        return orjson.loads(line)
    except ValueError:
        pass
    try:
        return _sound(json.loads(decode_mixed(line)))
    except (ValueError, RecursionError):
        return _NONE


def _sound(value: Any) -> Any:
    """Return a value of the standard library's parser with "?" for what is no character."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _lines(stream: BinaryIO, source: str) -> Iterator[bytes]:
    """Yield lines without their ends; a first one of up to 128 MiB, since it may be all there is."""
    rest: list[bytes] = []
    size, largest = 0, _LARGEST_WHOLE
    while chunk := stream.read(_CHUNK):
        lines = chunk.split(b"\n")
        if len(lines) > 1:
            yield b"".join([*rest, lines[0]])
            yield from lines[1:-1]
            rest, size = [], 0
            largest = _LARGEST_LINE
        rest.append(lines[-1])
        size += len(lines[-1])
        if size > largest:
            raise ReadError(
                f"{source}: expected a {'line' if largest == _LARGEST_LINE else 'value'} of JSON of at most "
                f"{largest >> 20} MiB, found a longer one. Write one record a line: such a file may be of any size."
            )
    if rest:
        yield b"".join(rest)


def _whole_values(first: bytes, lines: Iterator[bytes], source: str) -> Iterator[Any]:
    pieces, size = [first], len(first)
    for line in lines:
        pieces.append(line)
        size += len(line) + 1
        if size > _LARGEST_WHOLE:
            raise ReadError(
                f"{source}: expected JSON of at most {_LARGEST_WHOLE >> 20} MiB, found a longer one. "
                "Write one record a line: such a file may be of any size."
            )
    data = b"\n".join(pieces)
    try:
        yield orjson.loads(data.removeprefix(codecs.BOM_UTF8))
    except ValueError:
        text = _decoded(data)
        if script := _SCRIPT.match(text):
            # what stands before it is made blank, so that lines and columns stay
            before = re.sub(r"\S", " ", text[: script.end()])
            text = before + text[script.end() :].rstrip().rstrip(";").rstrip().rstrip(")")
        try:
            yield from map(_sound, _parse_text(text, source))
        except ReadError as error:
            if script:
                raise ReadError(
                    f"{source}: expected JSON behind {script[0].strip()!r}, found a script: {error}"
                ) from None
            raise


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if data[:1] == b"\0" or data[1:2] == b"\0":
        return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace")
    return decode_mixed(data.removeprefix(codecs.BOM_UTF8))


def _parse_text(text: str, source: str) -> Iterator[Any]:
    """Yield the values of a text, one or several behind each other."""
    decoder = json.JSONDecoder()
    place = _SPACE.match(text, 1 if text.startswith("\ufeff") else 0).end()  # type: ignore[union-attr]
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise ReadError(
                f"{source} line {error.lineno} column {error.colno}: expected JSON, found {text[error.pos :][:20]!r} "
                f"({error.msg}). Fetch the page again if it is cut off."
            ) from error
        except (RecursionError, ValueError) as error:
            line = 1 + text.count("\n", 0, place)
            raise ReadError(
                f"{source} line {line}: expected a list of comments, found unreadable JSON: {error}"
            ) from error
        yield value
        place = _SPACE.match(text, place).end()  # type: ignore[union-attr]
