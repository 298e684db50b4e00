"""Packed pages: gzip, zstd, bzip2 and xz are unpacked while they are read, within bounds; other packing is named."""

import bz2
import gzip
import io
import lzma
import sys
import zlib
from typing import Any, BinaryIO, cast

from stance.errors import ReadError

_PIECE = 1 << 20
_HARMLESS_SIZE = 64 << 20
_LARGEST_RATIO = 250
_UNPACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
_PACKED = {
    b"PK\x03\x04": "a zip archive. Unpack it first.",
    b"7z\xbc\xaf": "7z. Unpack it first.",
    b"Rar!": "a RAR archive. Unpack it first.",
}
_DOCUMENTS = ((b"word/", "a Word document. Save it as plain text."),)
# monthly archives of Reddit are packed with the largest window there is, 2 GiB
_WINDOW = 31


class Unpacked(io.BufferedIOBase):
    """A packed file read as what is in it.

    Damage is a ReadError, and so is a file that grows more than 250 times beyond 64 MiB.
    """

    def __init__(self, stream: BinaryIO, source: str, packing: str) -> None:
        self._packed = stream
        self._source = source
        self._packing = packing
        self._unpacked = 0
        self._file = _open(stream, packing)

    def readable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go back to the start; there is no way to another place."""
        if offset or whence != io.SEEK_SET:
            raise io.UnsupportedOperation("a packed file can only be read from its start again")
        self._packed.seek(0)
        self._file, self._unpacked = _open(self._packed, self._packing), 0
        return 0

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes, fewer where damage lies behind them; all of them where it is negative or None."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read1(_PIECE), b""))
        return self.read1(size)

    def read1(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, 1 MiB where it is negative."""
        try:
            piece = cast(bytes, self._file.read1(size if size >= 0 else _PIECE))
        except (EOFError, OSError, zlib.error, lzma.LZMAError, _zstd_error()) as error:
            raise ReadError(
                f"{self._source}: expected a whole {self._packing} file, found damage after {self._unpacked:,} "
                f"unpacked bytes ({error}). Fetch or pack it again."
            ) from error
        self._unpacked += len(piece)
        if self._unpacked > _HARMLESS_SIZE and self._unpacked > _LARGEST_RATIO * self._packed.tell():
            raise ReadError(
                f"{self._source}: expected a packed page, found one that unpacks to over {_LARGEST_RATIO} times its "
                "size. Unpack it yourself if you trust it."
            )
        return piece


def _open(stream: BinaryIO, packing: str) -> Any:
    if packing == "gzip":
        return gzip.GzipFile(fileobj=stream, mode="rb")
    if packing == "bzip2":
        return bz2.BZ2File(stream)
    if packing == "xz":
        return lzma.LZMAFile(stream)
    zstd = _zstd()
    return zstd.ZstdFile(stream, options={zstd.DecompressionParameter.window_log_max: _WINDOW})


def _zstd() -> Any:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


def _zstd_error() -> type[Exception]:
    return cast(type[Exception], _zstd().ZstdError)


def packing_of(head: bytes) -> str | None:
    """Return "gzip", "zstd", "bzip2" or "xz" for a file that is packed so, None for any other."""
    return next((name for magic, name in _UNPACKED.items() if head.startswith(magic)), None)


def packed_as(head: bytes) -> str | None:
    """Return what a packed file is that is not unpacked here and what to do with it, None where it is none."""
    if head.startswith(b"PK\x03\x04"):
        for mark, name in _DOCUMENTS:
            if mark in head:
                return name
    return next((name for magic, name in _PACKED.items() if head.startswith(magic)), None)
