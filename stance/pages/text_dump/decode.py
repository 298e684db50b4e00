"""From the bytes of a text file to its characters."""

import re
from typing import BinaryIO

from stance.errors import ReadError
from stance.thread import Finding

_PIECE = 4 << 20
_LONGEST_LINE = 32 << 20
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def looks_like_text(head: bytes) -> bool:
    """Say whether bytes are UTF-16 with its mark, or have no NUL and few control characters."""
    if head.startswith(_UTF16):
        return True
    return bool(head.strip()) and b"\0" not in head and len(_CONTROL.findall(head)) * 50 < len(head)


def read_bytes(stream: BinaryIO, source: str) -> bytes:
    """Return what is in the stream. Raises ReadError, before it is all read, at a line over 32 MiB: no page has one."""
    pieces = []
    line_length = place = 0
    while piece := stream.read(_PIECE):
        pieces.append(piece)
        place += len(piece)
        line_end = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        line_length = line_length + len(piece) if line_end < 0 else len(piece) - line_end - 1
        if line_length > _LONGEST_LINE:
            raise ReadError(
                f"{source}: expected the text of a page, found a line of over {_LONGEST_LINE >> 20} MiB "
                f"that starts at byte {place - line_length:,}. Save the page with its line breaks."
            )
    return b"".join(pieces)


def decode(data: bytes, source: str) -> tuple[str, list[Finding]]:
    """Return the text of a file: UTF-8 or UTF-16 by their marks, else UTF-8, else cp1252, which is a finding."""
    if not data.strip(b"\0 \t\r\n"):
        found = "nothing but blanks" if data else "an empty file"
        raise ReadError(f"{source}: expected the text of a page, found {found}. Save the page again.")
    findings: list[Finding] = []
    if data.startswith(_UTF16):
        page = data.decode("utf-16", "replace")
        if "\ufffd" in page:
            findings.append(Finding("undecodable_bytes", "some bytes are no UTF-16; each stands as U+FFFD"))
    elif not looks_like_text(data[: 1 << 20]):
        place = data.find(b"\0")
        found = f"a NUL byte at {place:,}" if place >= 0 else "control characters"
        raise ReadError(
            f"{source}: expected the text of a page, found {found}. "
            "If it is UTF-16, save it with its byte order mark; if it is an export or an archive, unpack it."
        )
    else:
        try:
            page = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            page = data.decode("cp1252", "replace")
            message = f"byte {error.start:,} is no UTF-8; the page was read as cp1252 (Windows Western)"
            findings.append(Finding("encoding_guessed", message))
    if "\r" in page:
        page = page.replace("\r\n", "\n").replace("\r", "\n")
    return page, findings
