"""Hidden rows and columns of an old .xls workbook, which calamine does not tell.

Looked up in the BIFF8 records themselves: [MS-CFB] for the container, [MS-XLS] 2.4.28 BoundSheet8,
2.4.53 ColInfo, 2.4.221 Row. Standard library only: it runs in the child, and a file that is not as
these say yields None instead of a guess.
"""

import struct
from array import array
from collections.abc import Iterator

Hidden = dict[str, tuple[list[int], list[int]]]
HEADER = 512
DIFAT_IN_HEADER = 109
END = 0xFFFFFFFA  # this and above are marks, not sectors
ENTRY = 128  # bytes of a directory entry
STREAM = 2
BIFF8 = 0x0600
BOF, EOF, BOUNDSHEET, FILEPASS, COLINFO, ROW = 0x0809, 0x000A, 0x0085, 0x002F, 0x007D, 0x0208
ROW_HIDDEN, COLUMN_HIDDEN, WORKSHEET = 0x20, 0x01, 0
LAST_COLUMN = 255


class _Strange(Exception):
    """Not as the format says."""


def hidden_of(content: bytes) -> Hidden | None:
    """Sheet title → hidden rows and columns, both counted from 1; None where it cannot be told."""
    try:
        book = _workbook_stream(content)
        found = {name: _hidden_in(book, offset) for name, offset in _sheets(book)}
    except (_Strange, struct.error, IndexError, UnicodeDecodeError, ValueError):
        return None
    return {name: hidden for name, hidden in found.items() if hidden[0] or hidden[1]}


# -- the container -----------------------------------------------------------------------------


class _Container:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.size = 1 << struct.unpack_from("<H", content, 30)[0]
        if self.size not in (512, 4096):
            raise _Strange
        self.fat = array("I")
        for sector in self._fat_sectors():
            if len(self.fat) > len(content):  # one sector named again and again
                raise _Strange
            self.fat.frombytes(self.sector(sector))

    def sector(self, number: int) -> bytes:
        start = HEADER + number * self.size if self.size == HEADER else (number + 1) * self.size
        found = self.content[start : start + self.size]
        return found + bytes(self.size - len(found))  # the last one may be cut short

    def _fat_sectors(self) -> Iterator[int]:
        first, count = struct.unpack_from("<II", self.content, 68)
        yield from self._filled(struct.unpack_from(f"<{DIFAT_IN_HEADER}I", self.content, 76))
        for _turn in range(min(count, len(self.content) // self.size)):
            if first >= END:
                return
            *numbers, first = struct.unpack(f"<{self.size // 4}I", self.sector(first))
            yield from self._filled(numbers)

    def _filled(self, numbers: tuple[int, ...] | list[int]) -> Iterator[int]:
        most = len(self.content) // self.size + 1
        for number in numbers:
            if number < END:
                if number > most:
                    raise _Strange
                yield number

    def chain(self, start: int) -> bytes:
        parts = []
        for _turn in range(len(self.fat) + 1):
            if start >= END:
                return b"".join(parts)
            parts.append(self.sector(start))
            start = self.fat[start]
        raise _Strange  # a ring


def _workbook_stream(content: bytes) -> bytes:
    container = _Container(content)
    cutoff = struct.unpack_from("<I", content, 56)[0]
    entries = container.chain(struct.unpack_from("<I", content, 48)[0])
    for position in range(0, len(entries) - ENTRY + 1, ENTRY):
        length, kind = struct.unpack_from("<HB", entries, position + 64)
        name = entries[position : position + max(length - 2, 0)].decode("utf-16-le")
        if kind == STREAM and name == "Workbook":
            start, size = struct.unpack_from("<II", entries, position + 116)
            if size < cutoff:
                raise _Strange  # in the ministream, where no program puts a workbook
            return container.chain(start)[:size]
    raise _Strange


# -- the records -------------------------------------------------------------------------------


def _records(book: bytes, offset: int) -> Iterator[tuple[int, int, int]]:
    """(kind, where its data begin, their length) of one substream, its inner ones left out."""
    depth = 0
    while offset + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, offset)
        if kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
        if depth <= 0:
            return
        if depth == 1:
            yield kind, offset + 4, length
        offset += 4 + length


def _sheets(book: bytes) -> Iterator[tuple[str, int]]:
    for kind, start, _length in _records(book, 0):
        if kind == BOF and struct.unpack_from("<H", book, start)[0] != BIFF8:
            raise _Strange
        if kind == FILEPASS:
            raise _Strange
        if kind == BOUNDSHEET:
            offset, _state, sort, letters, wide = struct.unpack_from("<IBBBB", book, start)
            begin, size = start + 8, letters * (2 if wide & 1 else 1)
            name = book[begin : begin + size].decode("utf-16-le" if wide & 1 else "latin-1")
            if sort == WORKSHEET:
                yield name, offset


def _hidden_in(book: bytes, offset: int) -> tuple[list[int], list[int]]:
    rows: set[int] = set()
    columns: set[int] = set()
    for kind, start, length in _records(book, offset):
        if kind == ROW and length >= 16:
            if struct.unpack_from("<I", book, start + 12)[0] & ROW_HIDDEN:
                rows.add(struct.unpack_from("<H", book, start)[0] + 1)
        elif kind == COLINFO and length >= 10:
            first, last, _width, _format, flags = struct.unpack_from("<5H", book, start)
            if flags & COLUMN_HIDDEN:
                columns.update(range(first + 1, min(last, LAST_COLUMN) + 2))
    return sorted(rows), sorted(columns)
