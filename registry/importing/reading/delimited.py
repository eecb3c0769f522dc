"""CSV as bureaus save it: UTF-16 or UTF-8 with or without mark, GB18030; comma, tab or semicolon."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from registry.importing.reading.guard import MAX_ROWS, Refused

csv.field_size_limit(100_000)


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Strict: no character is ever replaced by a guess."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Refused("文件的文字编码无法识别，请另存为 UTF-8 编码的 CSV，或 .xlsx。")


def rows_of(path: Path) -> tuple[Iterator[list[str]], str]:
    text, encoding = decode(path.read_bytes())
    if "\0" in text:
        raise Refused("文件不是文本表格，请用 Excel 打开后另存为 .xlsx 再导入。")
    delimiter = max(
        ",\t;", key=lambda mark: sum(line.count(mark) for line in islice(io.StringIO(text), 30))
    )
    return _bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), encoding


def _bounded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        for number, row in enumerate(rows, 1):
            if number > MAX_ROWS:
                raise Refused(f"超过 {MAX_ROWS} 行，请拆分后再导入。")
            yield row
    except csv.Error as error:
        raise Refused(
            "文本表格有过长或没有结束的单元格，请用 Excel 打开后另存为 .xlsx。"
        ) from error
