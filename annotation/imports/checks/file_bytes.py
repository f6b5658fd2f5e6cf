"""The bytes of an uploaded file as it lies on the disk: read where looked at, never all in memory."""

from __future__ import annotations

import io
import mmap
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class FileBytes(mmap.mmap):
    """A file that is not empty, with what its readers ask of bytes."""

    def __new__(cls, file: IO[bytes]) -> FileBytes:
        return super().__new__(cls, file.fileno(), 0, access=mmap.ACCESS_READ)

    def startswith(self, first: bytes | tuple[bytes, ...]) -> bool:
        return self[:16].startswith(first)

    def count(self, part: bytes, start: int, end: int) -> int:
        return self[start:end].count(part)

    def let_go(self, until: int) -> None:
        """Nobody looks at what stands before that place again soon: its memory is free for others."""
        whole = until // mmap.PAGESIZE * mmap.PAGESIZE
        if whole:
            self.madvise(mmap.MADV_DONTNEED, 0, whole)


Data = bytes | FileBytes
# Of a file that is read from its beginning to its end no more than this is in memory.
_WINDOW = 1 << 24


def stream_of(data: Data) -> io.BytesIO | io.BufferedReader:
    """The bytes as a file of their own, at its beginning."""
    return io.BytesIO(data) if isinstance(data, bytes) else io.BufferedReader(_Raw(data), 1 << 18)


class _Raw(io.RawIOBase):
    def __init__(self, data: FileBytes) -> None:
        self._data = data
        self._place = self._kept_from = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, into: WriteableBuffer) -> int:
        room = memoryview(into).cast("B")
        piece = self._data[self._place : self._place + len(room)]
        room[: len(piece)] = piece
        self._place += len(piece)
        if self._place - self._kept_from > _WINDOW or not piece:
            self._data.let_go(self._place)
            self._kept_from = self._place
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: len(self._data)}[whence]
        self._place = max(origin + offset, 0)
        return self._place

    def tell(self) -> int:
        return self._place
