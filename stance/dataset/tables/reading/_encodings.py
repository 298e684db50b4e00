"""Bytes of a table's files: of the declared encoding, or the lines that are not."""

from stance.cells import encoding_of, is_utf8_in_disguise
from stance.dataset.tables._cards import Layout, TableFile
from stance.dataset.tables._problems import Problems

BLOCK_BYTES = 1 << 24
HEAD_BYTES = 1 << 12
# how files begin that are no text, whatever they are called
NO_TEXT = {
    b"PK\x03\x04": "a zip archive or a workbook; call it .zip or .xlsx, or set `format: xlsx`",
    b"\xd0\xcf\x11\xe0": "a workbook of an old kind; save it as .xlsx or CSV",
    b"\x1f\x8b": "a file packed by gzip; call it .gz, or unpack it",
    b"PAR1": "a Parquet file; set `format: parquet`",
    b"SQLite format 3": "a database of SQLite; export the table as CSV",
    b"%PDF-": "a PDF; tables are read from CSV, TSV, JSON, Parquet and XLSX",
}


def check_bytes(file: TableFile, layout: Layout, problems: Problems) -> bool:
    """Note a file whose bytes are plainly of another encoding than the declared one; say whether it may be read."""
    before = bool(problems)
    for part in (file, file.labels) if layout.is_text else ():
        if part is None or not part.path.is_file():
            continue
        with part.path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            stream.seek(0)
            encoding = encoding_of(head, layout.encoding)
            if kind := next((kind for sign, kind in NO_TEXT.items() if head.startswith(sign)), None):
                problems.add("encodings", f"{part.name}: expected text in {encoding}, found {kind}")
            elif b"\0" in head and not encoding.startswith(("utf-16", "utf-32")):
                problems.add("encodings", f"{part.name}: expected text in {encoding}, {_zeros(head)}")
            elif is_utf8_in_disguise(iter(lambda: stream.read(BLOCK_BYTES), b""), encoding):
                found = f"{part.name}: expected text in {encoding}, found UTF-8 throughout"
                problems.add("encodings", f"{found}; set `encoding: utf-8`")
    return before or not problems


def _zeros(head: bytes) -> str:
    """Say where the zero bytes are that no text has, and what they may be."""
    if head.count(b"\0") * 4 < len(head):
        line = head[: head.index(b"\0")].count(b"\n") + 1
        return f"found a zero byte in line {line}; take such bytes out"
    order = "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
    return f"found zero bytes; where it is UTF-16 without its mark, set `encoding: {order}`"


def find_bytes(file: TableFile, encoding: str, problems: Problems) -> int:
    """Note the lines that are not of the encoding; return how many."""
    wrong, beyond_ascii = 0, 0
    if encoding.startswith(("utf-16", "utf-32")):
        return 0  # its lines are not those of its bytes
    with file.path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                beyond_ascii += not line.decode(encoding).isascii()
            except UnicodeDecodeError as error:
                wrong += 1
                problems.add("bytes", f"{file.name} line {number}: {byte_of(line, error)}")
    if wrong and beyond_ascii:
        found = f"{file.name} mixes encodings: {beyond_ascii} other lines beyond ASCII are {encoding}"
        problems.add("encodings", f"{found}; correct the lines named")
    elif wrong:
        problems.add("encodings", f"{file.name} is not {encoding}; set `encoding`, to cp1252 for one")
    return wrong


def byte_of(line: bytes, error: UnicodeDecodeError) -> str:
    """Say which byte of a line is not of its encoding, and where."""
    return f"byte 0x{line[error.start]:02x} at column {error.start + 1} is not {error.encoding}"
