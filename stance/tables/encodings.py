"""Bytes that are not of the declared encoding, line by line."""

from stance.tables.cards import TableFile
from stance.tables.problems import Problems


def find_bytes(file: TableFile, encoding: str, problems: Problems) -> int:
    """Note the lines that are not of the encoding; return how many."""
    wrong, beyond_ascii = 0, 0
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
