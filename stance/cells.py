"""Cells: what bytes, cells and "nothing" mean. Every reader of a table, a sheet or an export asks here."""

import codecs
import csv
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

if TYPE_CHECKING:
    import pandas as pd

# How programs write a missing value, and the places of what was taken away. The word none is not among them: it is
# a label. Nor are N/A and NA, which people write.
_MISSING = ("NaN", "nan", "-nan", "NaT", "None", "null", "NULL", "(null)", "\\N", "<NA>", "<na>")
# what a spreadsheet shows in place of a value that it does not have
_SPREADSHEET = ("#N/A", "#NAME?", "#VALUE!", "#REF!", "#NULL!", "#DIV/0!", "#NUM!")
_TAKEN_AWAY = (
    *(f"[{word}]" for word in ("deleted", "Deleted", "DELETED", "removed", "Removed", "REMOVED", "unavailable")),
    *("[deleted by user]", "[deleted user]", "[removed by moderator]", "[removed by reddit]", "[ Removed by Reddit ]"),
)
NOTHING = frozenset((*_MISSING, *_SPREADSHEET, *_TAKEN_AWAY))
# white space, and signs that show nothing by themselves: of no width, soft hyphens, byte order marks in the middle
UNSEEN = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATOR = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_HALF = re.compile("[\ud800-\udfff]")
# all but line breaks and tabs, and the signs that turn the direction of writing
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
UNIX = ("unix", "unix_ms")
ZONE = r"\b[A-Z]{2,5}\b"
_LONGEST_CELL = 2**31 - 1


def is_nothing(cell: str) -> bool:
    """Tell whether a cell holds nothing: what nobody sees, or how a program writes a missing value.

    >>> [is_nothing(cell) for cell in (" ", "NaN", "[deleted]", "none", "N/A")]
    [True, True, True, False, False]
    """
    cell = cell.strip(UNSEEN)
    return not cell or cell in NOTHING


def same_letters(word: str) -> str:
    """Return a label, target or name as it is compared: in one encoding (NFC), without what nobody sees around it."""
    return unicodedata.normalize("NFC", word).strip(UNSEEN)


def read_times(values: "pd.Series", format: str | None = None) -> "pd.Series":
    """Return when a comment was published, in UTC, not a time where that cannot be read or is not given.

    `format`: how times are written, as strptime has it, or unix and unix_ms for seconds and milliseconds since 1970;
    None for ISO 8601. A time without a zone is taken as one of UTC; so is one with the name of a zone (%Z), since
    such names mean several zones.

    Raises ValueError for a format that strptime does not know.
    """
    import pandas as pd

    if format in UNIX:
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
        unit: Literal["s", "ms"] = "s" if format == "unix" else "ms"
        return pd.to_datetime(pd.Series(numbers, values.index), unit=unit, utc=True, errors="coerce")
    if format is not None and "%Z" in format:
        values, format = values.str.replace(ZONE, "", regex=True), format.replace("%Z", "")
    return pd.to_datetime(values, format=format or "ISO8601", utc=True, errors="coerce")


def whole_characters(text: str) -> str:
    r"""Return a text in which half a character (a lone surrogate, as in a post that was cut off) is U+FFFD.

    >>> whole_characters("late \ud83d")
    'late �'
    """
    if not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def visible(text: str) -> str:
    r"""Return a text as a terminal may have it: signs that would steer it are shown by their code.

    >>> visible("late \x1b[31m")
    'late \\x1b[31m'
    """
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def say(*parts: object, end: str = "\n", file: TextIO | None = None, flush: bool = False) -> None:
    """Print for a person: the one door to a terminal, through which nothing goes that would steer it."""
    print(visible(" ".join(map(str, parts))), end=end, file=file, flush=flush)


def visible_json(text: str) -> str:
    r"""Return JSON in which signs that would steer a terminal are written by their code; it says the same.

    >>> visible_json('"late \x9b31m"')
    '"late \\u009b31m"'
    """
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def parse_json(text: str | bytes) -> Any:
    """Return what a JSON text says, with NaN and infinities as null and half characters as U+FFFD.

    Raises ValueError for what is no JSON, for numbers of thousands of digits and for nesting too deep to read.
    """
    try:
        found = json.loads(text, parse_constant=lambda _: None)
    except RecursionError:
        raise ValueError("it is nested too deep to read") from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:
        raise ValueError("a number in it is too long") from None
    signs = ("\\ud", "\\uD") if isinstance(text, str) else (b"\\ud", b"\\uD")
    return _whole(found) if any(sign in text for sign in signs) else found  # type: ignore[operator]


def encoding_of(head: bytes, declared: str = "utf-8") -> str:
    """Return the encoding of a file that begins with `head`: its byte order mark's, else the declared one."""
    return next((name for mark, name in _BYTE_ORDER_MARKS if head.startswith(mark)), declared)


def is_utf8_in_disguise(pieces: Iterable[bytes], declared: str) -> bool:
    """Tell whether bytes that are declared to be of a one-byte encoding are UTF-8, and not only ASCII."""
    if sum(bytes([byte]).decode(declared, "ignore") != "" for byte in range(128, 256)) < 64:
        return False
    decoder, beyond_ascii = codecs.getincrementaldecoder("utf-8")(), False
    try:
        for piece in pieces:
            beyond_ascii |= not piece.isascii()
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return beyond_ascii


def file_encoding(path: Path, declared: str = "utf-8") -> str:
    """Return the encoding of a file: its byte order mark's, which knows better, else the declared one."""
    with path.open("rb") as stream:
        return encoding_of(stream.read(4), declared)


def file_separator(path: Path, declared: str = "utf-8") -> tuple[str, str] | None:
    """Return the first line of a file where it names the delimiter, and the delimiter; see `separator_line`."""
    with path.open("rb") as stream:
        return separator_line(stream.read(32).decode(file_encoding(path, declared), "ignore"))


def separator_line(text: str) -> tuple[str, str] | None:
    r"""Return the first line of a CSV that names its delimiter for Excel and the delimiter, None where it is none.

    >>> separator_line("sep=;\nid;text\n")
    ('sep=;\n', ';')
    """
    found = _SEPARATOR.match(text.removeprefix("\ufeff"))
    return (found[0], found[1]) if found else None


def csv_rows(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV, each with the line that it begins on; a cell may be of any length.

    Strict: an open quotation mark would otherwise swallow the rows after it.
    Raises csv.Error, with the line on which the row that cannot be read begins as its second argument.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    before = csv.field_size_limit(min(_LONGEST_CELL, sys.maxsize))
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(str(error), line) from None
    finally:
        csv.field_size_limit(before)


def open_quotes(path: Path, declared: str, delimiter: str) -> Iterator[tuple[int, str]]:
    """Yield the line of each quotation mark of a CSV that was left open, and what shows it, in words.

    Either marks do not pair, or a cell holds lines that would be whole rows.
    """
    separator = file_separator(path, declared)
    with path.open(encoding=file_encoding(path, declared), newline="") as stream:
        skipped = bool(separator and stream.readline())
        sign, width = separator[1] if separator else delimiter, 0
        try:
            for line, row in csv_rows(stream, sign):
                width = width or len(row)
                if cell := next((cell for cell in row if _holds_a_row(cell, sign, width)), None):
                    words = " ".join(cell.split())[:60]
                    yield line + skipped, f"found one before {words!r}, in a cell that holds whole rows"
        except csv.Error as error:
            yield error.args[1] + skipped, f"found in the row that begins here: {error.args[0]}"


def _holds_a_row(cell: str, sign: str, width: int) -> bool:
    """Say whether a line inside a cell would be a row of the table: as many cells, and no space after a delimiter."""
    lines = cell.split("\n")[1:-1] if width > 2 and "\n" in cell else []
    return any(line.count(sign) == width - 1 and f"{sign} " not in line for line in lines)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, list):
        return [_whole(entry) for entry in value]
    if isinstance(value, dict):
        return {whole_characters(key): _whole(entry) for key, entry in value.items()}
    return value
