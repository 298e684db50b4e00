"""Packed pages: gzip is unpacked while it is read, within bounds; what else is packed is said to be."""

import gzip
import zlib
from typing import BinaryIO

from stance.errors import ReadError

GZIP_MAGIC = b"\x1f\x8b"
_PIECE = 1 << 20
_HARMLESS_SIZE = 64 << 20
_LARGEST_RATIO = 250
_PACKED = {
    b"PK\x03\x04": "a zip archive",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7z",
}


class GzipStream(gzip.GzipFile):
    """A gzip file whose damage is a ReadError, and that refuses to grow more than 250 times beyond 64 MiB."""

    def __init__(self, stream: BinaryIO, source: str) -> None:
        super().__init__(fileobj=stream, mode="rb")
        self._packed = stream
        self._source = source
        self._unpacked = 0

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes, fewer where damage lies behind them; all of them where it is negative or None."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        try:
            piece = super().read1(size)
        except (EOFError, OSError, zlib.error) as error:
            raise ReadError(
                f"{self._source}: expected a whole gzip file, found damage after {self._unpacked:,} unpacked bytes "
                f"({error}). Fetch or pack it again."
            ) from error
        self._unpacked += len(piece)
        if self._unpacked > _HARMLESS_SIZE and self._unpacked > _LARGEST_RATIO * self._packed.tell():
            raise ReadError(
                f"{self._source}: expected a packed page, found one that unpacks to over {_LARGEST_RATIO} times its "
                "size. Unpack it yourself if you trust it."
            )
        return piece


def packed_as(head: bytes) -> str | None:
    """Return the name of the packing that a file begins with and that is not unpacked here, None where it is none."""
    return next((name for magic, name in _PACKED.items() if head.startswith(magic)), None)
