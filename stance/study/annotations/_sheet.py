"""Reading a sheet of annotations: a CSV as written by people, and as spreadsheet programs save it again."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from stance.cells import csv_rows, encoding_of, same_letters, separator_line
from stance.errors import did_you_mean
from stance.study.annotations._annotation import OPTIONAL_COLUMNS, REQUIRED_COLUMNS, Annotation, Problem
from stance.study.annotations._spreadsheet import unescape_formula

COLUMNS = REQUIRED_COLUMNS + OPTIONAL_COLUMNS
DELIMITERS = (",", ";", "\t")
REMEDY = "save the sheet again as 'CSV UTF-8'"
# how workbooks begin: a zip archive (xlsx, ods) and a compound file (xls)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# bytes that are no UTF-8 are kept in the text as these characters
_STRAY = range(0xDC80, 0xDD00)


class Line(int):
    """The line of a file that a row begins on, which says its number in a spreadsheet program where that is another.

    >>> f"line {Line(4, 4)}", f"line {Line(7, 4)}", Line(7, 4) == 7
    ('line 4', 'line 7 (row 4 of a spreadsheet)', True)
    """

    row: int

    def __new__(cls, line: int, row: int) -> "Line":
        """Make a line of its number and that of the row, both counted from 1."""
        made = super().__new__(cls, line)
        made.row = row
        return made

    def __getnewargs__(self) -> tuple[int, int]:  # type: ignore[override]  # what pickle makes it of
        return int(self), self.row

    def __str__(self) -> str:
        """Return the line, and the row where it has another number."""
        return (
            f"{int(self)} (row {self.row} of a spreadsheet)" if self.row and self.row != int(self) else str(int(self))
        )


def read_sheet(path: Path) -> tuple[list[Annotation], list[Problem]]:
    """Read the annotations of a CSV; return those rows that can be read, and what is wrong with the others.

    UTF-8, with or without a byte order mark, or UTF-16 with one; commas, semicolons or tabs as the header
    has them. Rows and columns at the end that are empty are passed over.
    """
    rows, problems = read_cells(path, REQUIRED_COLUMNS, COLUMNS)
    annotations: list[Annotation] = []
    for line, given in rows:
        found, wrong = _parsed(str(path), line, given)
        annotations += found
        problems += wrong
    return annotations, problems


def read_cells(
    path: Path, required: Sequence[str], known: Sequence[str]
) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Read the cells of a CSV by column, formulas unescaped; return each row with its line, and what is wrong.

    A file without one of the `required` columns has no rows, and a row with bytes that are not UTF-8 is left out.
    Columns that are not `known` are passed over; where none is known all are kept.
    """
    source = str(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return [], [Problem(source, 0, "expected a CSV of annotations, found no such file")]
    text, problems = _decoded(source, content)
    if text is None:
        return [], problems
    above = separator_line(text)
    if above is not None:
        text = text.removeprefix(above[0])
    delimiter = above[1] if above else _delimiter(text, known or required)
    first = 1 + (above is not None)
    reader = csv_rows(io.StringIO(text, newline=""), delimiter)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = [cell.strip() for cell in next(reader, (1, []))[1]]
        if wrong := list(_header_problems(source, header, required, known)):
            return [], problems + wrong
        columns = [(column, header.index(column)) for column in known or filter(None, header) if column in header]
        for row_number, (number, row) in enumerate(reader, start=2):
            line = Line(number + first - 1, row_number)
            if any(map(_has_stray_bytes, row)):
                continue  # told already: no cell of it can be compared with anything
            if message := _shape_problem(row, header):
                problems.append(Problem(source, line, message))
            elif any(cell.strip() for cell in row):
                rows.append((line, {c: unescape_formula(row[at]) if at < len(row) else "" for c, at in columns}))
    except csv.Error as error:
        line = error.args[1] + first - 1
        message = f"not readable as CSV from here on ({error.args[0]}); is a quotation mark left open or not doubled?"
        problems.append(Problem(source, line, message))
    return rows, problems


def _has_stray_bytes(text: str) -> bool:
    """Say whether a cell holds bytes that are not UTF-8."""
    return not text.isascii() and any(ord(character) in _STRAY for character in text)


def _decoded(source: str, content: bytes) -> tuple[str | None, list[Problem]]:
    """Return the text, None where there is none in it, and what is wrong with the encoding."""
    if content.startswith(_WORKBOOKS):
        return None, [Problem(source, 0, f"expected a CSV, found a workbook of a spreadsheet program; {REMEDY}")]
    if content.startswith(b"\x1f\x8b"):
        return None, [Problem(source, 0, f"expected a CSV, found a file packed by gzip; unpack it, or {REMEDY}")]
    wide = encoding_of(content[:4])
    if wide in ("utf-16", "utf-32"):
        try:
            return content.decode(wide), []
        except UnicodeDecodeError as error:
            line = content[: error.start].decode(wide, "replace").count("\n") + 1
            found = f"expected {wide.upper()} as the file begins with, found none; {REMEDY}"
            return None, [Problem(source, line, found)]
    if b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        found = "found a zero byte; is this UTF-16, or no text at all?"
        return None, [Problem(source, line, f"expected UTF-8, {found} If it is text, {REMEDY}")]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return content.decode("utf-8-sig", "surrogateescape"), list(_stray_bytes(source, content))


def _stray_bytes(source: str, content: bytes) -> Iterator[Problem]:
    """Yield the first line of each kind of byte that is not UTF-8, with the number of lines of that kind."""
    first: dict[str, tuple[int, str]] = {}
    lines: Counter[str] = Counter()
    utf8 = 0
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.isascii():
            continue
        stray = [ord(c) - 0xDC00 for c in line.decode("utf-8", "surrogateescape") if ord(c) in _STRAY]
        utf8 = utf8 or (0 if stray or number == 1 else number)
        meant = {byte: bytes([byte]).decode("cp1252", "ignore") for byte in stray}
        for kind, byte in {"cp1252" if meant[byte] else "unknown": byte for byte in reversed(stray)}.items():
            lines[kind] += 1
            first.setdefault(
                kind, (number, f"0x{byte:02x}" + (f" ({meant[byte]!r} in Windows-1252)" * bool(meant[byte])))
            )
    mixed = f", though line {utf8} is in UTF-8: the file mixes encodings, so check the letters of these lines" * bool(
        utf8
    )
    for kind, (number, found) in first.items():
        others = f", the first of {lines[kind]} lines with such bytes" if lines[kind] > 1 else ""
        yield Problem(source, number, f"expected UTF-8, found byte {found}{others}{mixed}; {REMEDY}")


def _delimiter(text: str, known: Sequence[str]) -> str:
    """Return the delimiter that makes most of the header's columns ones that are known, a comma if none does."""
    header = text[: text.find("\n") + 1] or text
    counts = {sign: sum(cell.strip(' "\r\n') in known for cell in header.split(sign)) for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: counts[sign])


def _header_problems(
    source: str, header: list[str], required: Sequence[str], known: Sequence[str]
) -> Iterator[Problem]:
    if missing := [column for column in required if column not in header]:
        hints = "".join(did_you_mean(column, [h for h in header if h and h not in known]) for column in missing)
        found = [h for h in header if h]
        yield Problem(source, 1, f"expected columns {missing}, found only {found}.{hints}")
    if doubled := [column for column, times in Counter(header).items() if column and times > 1]:
        yield Problem(source, 1, f"expected each column once, found {doubled} more than once")


def _shape_problem(row: list[str], header: list[str]) -> str | None:
    if any(cell.strip() for cell in row[len(header) :]):
        return "more cells than columns; is a delimiter outside quotes?"
    if len(row) == 1 < len(header) and row[0].strip():
        return f"found one cell for {len(header)} columns; is this row divided by another sign than the header?"
    return None


def _draw_problem(probability: str, draw: str) -> str | None:
    """Return what is wrong with how a row says that it was drawn, None where nothing is."""
    if bool(probability) != bool(draw):
        return (
            "one of 'probability' and 'draw' is empty; give both as the sheet had them, or none for what was not drawn"
        )
    try:
        sound = not probability or 0 < float(probability) <= 1
    except ValueError:
        sound = False
    if not sound:
        return f"column 'probability' must be above 0 and up to 1, found {probability!r}; restore it from the sheet"
    return None


def _parsed(source: str, line: int, given: dict[str, str]) -> tuple[list[Annotation], list[Problem]]:
    """Return the annotation of a row, or what is wrong with the row."""
    named = {column: same_letters(given.get(column, "")) for column in (*REQUIRED_COLUMNS, "target", "start", "end")}
    problems = [
        Problem(source, line, f"column {column!r} is empty; every annotation needs one")
        for column in REQUIRED_COLUMNS
        if not named[column]
    ]
    for column in ("start", "end"):
        if named[column] and not (named[column].isascii() and named[column].isdigit()):
            message = f"column {column!r} must be a whole number of characters, found {named[column]!r}"
            problems.append(Problem(source, line, message))
    if bool(named["start"]) != bool(named["end"]):
        problems.append(Problem(source, line, "one of 'start' and 'end' is empty; give both, or none for the comment"))
    if wrong := _draw_problem(given.get("probability", "").strip(), given.get("draw", "").strip()):
        problems.append(Problem(source, line, wrong))
    if problems:
        return [], problems
    kept = {column: given.get(column, "") for column in ("confidence", "evidence", "rationale", "text_sha")}
    kept |= {column: given.get(column, "").strip() for column in ("probability", "draw")}
    start, end = (int(named[column]) if named[column] else None for column in ("start", "end"))
    ids = (named["thread_id"], named["comment_id"], named["annotator"], named["label"], named["target"])
    return [Annotation(*ids, start, end, **kept, line=line)], []
