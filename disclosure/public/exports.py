"""Whole tables as files, in constant memory: PostgreSQL writes the CSV itself (COPY)."""

import csv
import io
import json
from collections.abc import Iterator
from queue import Queue
from threading import Thread
from typing import Any

from django.db import connection

from disclosure.rules.public_columns import FORMULA_STARTS, OPEN_DATA_COLUMNS, harmless_cell

CHUNK_BYTES = 64 * 1024
CHUNKS_AHEAD = 4
BOM = "\ufeff"  # so that spreadsheets read the file as UTF-8
WITHDRAWN = "已撤回"
# Of a withdrawn result the finding is not repeated; the public note stands in its place.
INSTEAD = {
    "outcome": "CASE WHEN withdrawn_at IS NULL THEN outcome ELSE '' END",
    "outcome_text": f"CASE WHEN withdrawn_at IS NULL THEN outcome_text ELSE '{WITHDRAWN}' END",
    "handling": "CASE WHEN withdrawn_at IS NULL THEN handling ELSE withdrawn_note END",
}
# Columns whose form the database or this program fixes: no spreadsheet takes them for a formula.
PLAIN = {"outcome", "outcome_text", "quarter", "public_id", "checked_on", "published_on",
         "completed_on", "due_on", "uscc", "sampling_type", "plan_number"}  # fmt: skip
_STARTS = ", ".join(str(ord(start)) for start in FORMULA_STARTS)


def _expression(name: str, *, harmless: bool) -> str:
    value = INSTEAD.get(name, name)
    if not harmless or name in PLAIN:
        return value
    return f"CASE WHEN ascii({value}) IN ({_STARTS}) THEN '''' || {value} ELSE {value} END"


def _select(quarter: str, *, harmless: bool) -> tuple[str, list[str]]:
    columns = ", ".join(_expression(n, harmless=harmless) for n, _title in OPEN_DATA_COLUMNS)
    order = "ORDER BY published_on DESC, id DESC"
    where = "WHERE quarter = %s" if quarter else ""
    sql = f"SELECT row_number() OVER ({order}), {columns} FROM disclosure_publicresult {where} {order}"  # noqa: S608
    return sql, [quarter] if quarter else []


def line(values: Any) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(values)
    return text.getvalue()


def results_csv(quarter: str = "") -> Iterator[bytes]:
    """All published results, or those of one quarter, the newest first."""
    yield (BOM + line(["序号", *(title for _name, title in OPEN_DATA_COLUMNS)])).encode()
    if connection.vendor == "postgresql":
        sql, values = _select(quarter, harmless=True)
        yield from _copied(sql, values)
        return
    for rows in _row_chunks(quarter):
        yield "".join(line(map(harmless_cell, row)) for row in rows).encode()


def results_json(quarter: str = "") -> Iterator[bytes]:
    """One document: the columns with their Chinese titles, then the rows."""
    names = [name for name, _title in OPEN_DATA_COLUMNS]
    head = json.dumps(dict(OPEN_DATA_COLUMNS), ensure_ascii=False)
    yield f'{{"columns": {head}, "results": [\n'.encode()
    first = True
    for rows in _row_chunks(quarter):
        lines = (
            json.dumps(dict(zip(names, row[1:], strict=True)), ensure_ascii=False, default=str)
            for row in rows
        )
        yield (("" if first else ",\n") + ",\n".join(lines)).encode()
        first = False
    yield b"\n]}\n"


def rows_of(quarter: str = "") -> Iterator[tuple[Any, ...]]:
    """序号 and the columns as values, for workbooks."""
    for rows in _row_chunks(quarter):
        yield from rows


def _row_chunks(quarter: str, size: int = 500) -> Iterator[list[tuple[Any, ...]]]:
    sql, values = _select(quarter, harmless=False)
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(size):
            yield rows


class _Closed(Exception):
    """The reader went away."""


class _Chunks:
    """The file COPY writes to: rows gathered into chunks, handed to another thread."""

    def __init__(self) -> None:
        self.queue: Queue[bytes | BaseException | None] = Queue(CHUNKS_AHEAD)
        self.closed = False
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(data)
        self._size += len(data)
        if self._size >= CHUNK_BYTES:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self.closed:
            raise _Closed
        if self._parts:
            self.queue.put(b"".join(self._parts))
            self._parts, self._size = [], 0


def _copied(sql: str, values: list[str]) -> Iterator[bytes]:
    """What ``COPY (sql) TO STDOUT`` writes, while it writes it."""
    connection.ensure_connection()
    # The driver's own cursor: the copying thread may not touch Django's.
    cursor = connection.connection.cursor()
    statement = cursor.mogrify(f"COPY ({sql}) TO STDOUT (FORMAT csv)", values)
    chunks = _Chunks()

    def copy() -> None:
        try:
            cursor.copy_expert(statement, chunks)
            chunks.flush()
            chunks.queue.put(None)
        except _Closed:
            pass
        except BaseException as error:
            chunks.queue.put(error)

    thread = Thread(target=copy, name="copy-results", daemon=True)
    thread.start()
    try:
        while (chunk := chunks.queue.get()) is not None:
            if isinstance(chunk, BaseException):
                raise chunk
            yield chunk
    finally:
        chunks.closed = True
        while thread.is_alive():  # it may wait for room in the queue
            while not chunks.queue.empty():
                chunks.queue.get_nowait()
            thread.join(0.05)
        cursor.close()
