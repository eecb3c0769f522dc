"""The child process: one file in, typed rows out. Started by channel.py, never imported by Django code.

On standard output, one line each: ``R`` a row in PostgreSQL's COPY text format, everything else JSON:
``X`` a refused row, ``S`` a skipped line, ``D`` a row to be forgotten, ``P`` progress, ``E`` the report at the
end, ``F`` the whole file refused.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from registry.reading import delimited, guard
from registry.rules import cell_batches, source_rows
from registry.rules.cells import as_text
from registry.rules.columns import Column, titles_of
from registry.rules.headers import signature
from registry.rules.layout import Body, Reader, Sample, Skipped, Table

ADDRESS_SPACE = 700 << 20
DATA = 280 << 20  # what is really written to; keeps the whole child under 300 MB
MAX_MERGES = 20_000
CPU_SECONDS = 120
LISTED = 2000  # skipped lines and notes beyond that are counted only
SAMPLES = 3
NULL = "\\N"
OWN_COLUMNS = frozenset({"拒绝原因", "怎样修改", "原位置"})  # what the set-aside file adds


def bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_DATA, (DATA, DATA))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Program:
    def __init__(self, request: Mapping[str, Any], out: Any) -> None:
        self.request, self.out = request, out
        self.columns = [Column(**column) for column in request["columns"]]
        self.known = titles_of(self.columns)
        self.titles = {c.field: c.title for c in self.columns if c.kind != "mark"}
        self.fields: list[str] = request["fields"]
        self.is_sources: bool = request["is_sources"]
        self.number = 0
        self.total = 0
        self.told = time.monotonic()
        self.skipped = self.refused = 0
        self.present: set[str] = set()
        self.tables: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.samples: list[dict[str, Any]] = []
        self.seen: dict[str, int] = {}
        self.spool = tempfile.TemporaryFile("w+b")  # noqa: SIM115 (lives as long as the process)
        self.spooled = 0

    def say(self, mark: str, value: Any) -> None:
        self.out.write(f"{mark}{json.dumps(value, ensure_ascii=False)}\n".encode())

    # -- sheets ----------------------------------------------------------------------------

    def run(self) -> None:
        path = Path(self.request["path"])
        facts = guard.inspect(path, self.request["filename"])
        if facts.kind == "csv":
            rows, encoding = delimited.rows_of(path)
            if encoding != "utf-8-sig":
                self.notes.append(f"文字编码：{encoding.upper()}。")
            self._sheet("", rows, (), 0)
        else:
            self._book(path, facts)
        if not self.tables:
            self._no_header()
            return
        self.out.flush()
        self.say("E", {
            "tables": self.tables, "notes": self.notes, "skipped": self.skipped,
            "refused": self.refused, "present": sorted(self.present),
        })  # fmt: skip

    def _no_header(self) -> None:
        needed = [self.titles[name] for name in self.request["anchors"]]
        self.say("F", {
            "code": "no_header",
            "message": "前 30 行中没有找到表头，缺少必填列：" + "、".join(needed)
            + "。请使用模板、补上这些列名，或在“指定列”中逐列指定。",
            "samples": self.samples,
        })  # fmt: skip

    def _book(self, path: Path, facts: guard.Facts) -> None:
        # Loaded only now: a file the guard refuses never meets it.
        from python_calamine import CalamineWorkbook, SheetVisibleEnum

        book = CalamineWorkbook.from_path(str(path))
        hidden = guard.hidden_by_name(path, facts)
        if facts.blind:
            self.notes.append(
                "这个旧版 .xls 文件中有没有隐藏的行列无法识别，内容已全部读取；请核对，或另存为 .xlsx。"
            )
        several = len(book.sheet_names) > 1
        for metadata in book.sheets_metadata:
            sheet = book.get_sheet_by_name(metadata.name)
            if sheet.start is None:
                continue
            if metadata.visible != SheetVisibleEnum.Visible:
                self.notes.append(f"工作表“{metadata.name}”是隐藏的，已一并读取。")
            height, left = sheet.total_height, sheet.start[1]
            if height > guard.MAX_ROWS:
                raise guard.Refused(
                    f"第 {height} 行还有内容，超过 {guard.MAX_ROWS} 行，请清理空白处或拆分后再导入。"
                )
            self.total += height
            merges = [
                (top, first - left, bottom, last - left)
                for (top, first), (bottom, last) in sheet.merged_cell_ranges or ()
                if first >= left
            ]
            if len(merges) > MAX_MERGES:
                raise guard.Refused("合并单元格过多，请取消合并后再导入。")
            found = len(self.tables)
            self._sheet(metadata.name if several else "", sheet.iter_rows(), merges, left)
            if len(self.tables) > found:
                self._name_hidden(metadata.name, hidden.get(metadata.name), left, found)

    def _name_hidden(
        self, name: str, hidden: tuple[list[int], list[int]] | None, left: int, first: int
    ) -> None:
        if hidden is None:
            return
        rows, columns = hidden
        if rows:
            self.notes.append(f"“{name}”第 {_ranges(rows)} 行是隐藏行，已一并读取。")
        for number in columns:
            for table in self.tables[first:]:
                title = table["titles"].get(str(number - 1 - left))
                if title:
                    self.notes.append(
                        f"“{name}”{_letter(number)} 列“{title}”是隐藏列，已一并读取。"
                    )

    def _sheet(
        self, name: str, rows: Iterable[Any], merges: Sequence[tuple[int, int, int, int]], left: int
    ) -> None:
        reader = Reader(
            self.known,
            anchors=self.request["anchors"],
            mappings=self.request["mappings"],
            merges=merges,
        )
        for event in reader.walk(rows):
            if isinstance(event, Body):
                self._body(name, event)
            elif isinstance(event, Skipped):
                self._skip(name, event.line, event.why, event.text)
            elif isinstance(event, Table):
                self._table(name, event, left)
            elif isinstance(event, Sample):
                self.samples.append({"sheet": name, "lines": [list(line) for line in event.lines]})
                if name:
                    self.notes.append(f"工作表“{name}”没有表头，未读取。")

    def _table(self, name: str, table: Table, left: int) -> None:
        header = table.header
        self.tables.append({
            "sheet": name,
            "line": table.line,
            "title": table.title,
            "signature": signature(header.titles),
            "titles": {str(i): text for i, text in enumerate(header.titles) if text},
            "columns": [[header.titles[i], c.title] for i, c in header.columns.items()],
            "unmatched": [
                text for text in header.unmatched.values() if text not in OWN_COLUMNS
            ],
            "classes": table.classes,
            "year": table.year,
        })  # fmt: skip

    def _skip(self, sheet: str, line: int, why: str, text: str) -> None:
        self.skipped += 1
        if self.skipped <= LISTED:
            self.say("S", {"sheet": sheet, "line": line, "why": why, "text": text})

    # -- rows ------------------------------------------------------------------------------

    def _body(self, sheet: str, body: Body) -> None:
        size = len(body.rows)
        width = max(map(len, body.rows))
        if any(len(row) != width for row in body.rows):
            columns = list(
                zip(*([*row, *[""] * (width - len(row))] for row in body.rows), strict=True)
            )
        else:
            columns = list(zip(*body.rows, strict=True))
        columns += [("",) * size] * (max(body.table.header.columns, default=0) + 1 - len(columns))
        if "samples" not in self.tables[-1]:
            self.tables[-1]["samples"] = {
                str(i): [as_text(value)[:40] for value in columns[i][:SAMPLES] if value != ""]
                for i in range(min(len(columns), len(body.table.header.titles)))
            }
        problems: cell_batches.Problems = {}
        fields = self._fields(body, columns, size, problems)
        if self.is_sources:
            source_rows.check(fields, size, self.titles, problems)
        self.present |= fields.keys()
        self._emit(sheet, body, fields, problems)
        if self.total and time.monotonic() - self.told > 0.3:
            self.told = time.monotonic()
            self.say("P", [self.number, self.total])

    def _fields(
        self, body: Body, columns: Sequence[Sequence[Any]], size: int, problems: Any
    ) -> dict[str, Sequence[str]]:
        table = body.table
        fields: dict[str, Sequence[str]] = {}
        marks = []
        for index, column in table.header.columns.items():
            if column.kind == "mark":
                marks.append((column, columns[index]))
            elif column.kind == "uscc":
                fields["uscc"], sites = cell_batches.read_codes(column, columns[index], problems)
                self._take_sites(fields, sites, body, size)
            elif column.field == "site" and "site" in fields:
                own = cell_batches.read_column(column, columns[index], problems)
                fields["site"] = [a or b for a, b in zip(own, fields["site"], strict=True)]
            elif column.kind != "serial":
                fields[column.field] = cell_batches.read_column(column, columns[index], problems)
        if self.is_sources:
            self._take_classes(table, fields, marks, size, problems)
        return fields

    def _take_sites(
        self, fields: dict[str, Sequence[str]], sites: Mapping[int, str], body: Body, size: int
    ) -> None:
        """What stands behind a code names the site, unless the file says the site itself."""
        if not sites:
            return
        own = fields.get("site") or [""] * size
        fields["site"] = [text or sites.get(i, "") for i, text in enumerate(own)]
        for index, site in sites.items():
            if len(self.notes) < LISTED:
                self.notes.append(f"第{body.lines[index]}行：代码后的“{site}”作为厂区/点位。")

    def _take_classes(
        self,
        table: Table,
        fields: dict[str, Sequence[str]],
        marks: Sequence[tuple[Column, Sequence[Any]]],
        size: int,
        problems: Any,
    ) -> None:
        """√ columns and the table's own title say the classes; being on such a list makes a unit key."""
        if self.request["is_key_list"]:
            fields["regulatory_type"] = ["key"] * size
            if table.year:
                fields.setdefault("key_list_year", [table.year] * size)
        for name, default in (("kind", "discharger"), ("status", "normal")):
            if name in fields and "" in fields[name]:
                fields[name] = [text or default for text in fields[name]]
        if not marks and not table.classes:
            if table.year and "key_classes" in fields:
                fields.setdefault("key_list_year", [table.year] * size)
            return
        said = fields.get("key_classes")
        classes = [
            [*(json.loads(said[i]) if said and said[i] else ()), *table.classes]
            for i in range(size)
        ]
        for column, values in marks:
            cell_batches.add_marks(column, values, classes, problems)
        order = list(dict.fromkeys(c.options[0][0] for c in self.columns if c.kind == "mark"))
        fields["key_classes"] = [
            json.dumps([value for value in order if value in found]) for found in classes
        ]
        if "regulatory_type" not in fields:
            fields["regulatory_type"] = ["key" if found else "" for found in classes]
        if table.year:
            fields.setdefault("key_list_year", [table.year] * size)

    def _emit(
        self, sheet: str, body: Body, fields: Mapping[str, Sequence[str]], problems: Any
    ) -> None:
        size = len(body.rows)
        missing = [NULL] * size
        columns = [_escaped(fields[name]) if name in fields else missing for name in self.fields]
        first = self.number + 1
        self.number += size
        prefixes = [f"{first + i}\t{_escape(sheet)}\t{line}" for i, line in enumerate(body.lines)]
        lines = list(map("\t".join, zip(prefixes, *columns, strict=True)))
        keys = self._keys(fields, size) if self.is_sources else None
        clean = not problems and (
            keys is None or (len(set(keys)) == size and self.seen.keys().isdisjoint(keys))
        )
        if clean:
            self._write(lines, keys)
            return
        for index, line in enumerate(lines):
            if index in problems:
                self._refuse(sheet, body, index, problems[index])
            elif keys is None or keys[index] not in self.seen:
                self._write([line], keys and [keys[index]])
            else:
                self._again(sheet, body, index, line, keys[index])

    def _write(self, lines: Sequence[str], keys: Sequence[str] | None) -> None:
        encoded = [line.encode() for line in lines]
        if keys is not None:
            for key, line in zip(keys, encoded, strict=True):
                self.seen[key] = self.spooled
                self.spooled += len(line) + 1
            self.spool.write(b"\n".join(encoded) + b"\n")
        self.out.write(b"R" + b"\nR".join(encoded) + b"\n")

    def _keys(self, fields: Mapping[str, Sequence[str]], size: int) -> list[str]:
        """What makes two rows one unit: code and site, else name and site."""
        names = fields["name"]
        codes = fields.get("uscc") or names
        sites = fields.get("site") or ("",) * size
        return [
            f"{code or name}\t{site}" for code, name, site in zip(codes, names, sites, strict=True)
        ]

    # -- rows that do not go in as they are -------------------------------------------------

    def _refuse(
        self, sheet: str, body: Body, index: int, errors: Sequence[tuple[str, str, str]]
    ) -> None:
        self.refused += 1
        header, row = body.table.header, body.rows[index]
        raw = {
            header.titles[i]: as_text(row[i])
            for i in range(min(len(row), len(header.titles)))
            if header.titles[i] and header.titles[i] not in OWN_COLUMNS and as_text(row[i])
        }
        # What the table's own title said of the row must not be lost when the row comes back alone.
        known = {column.field for column in header.columns.values()}
        if body.table.classes and "key_classes" not in known:
            labels = {c.options[0][0]: c.title for c in self.columns if c.kind == "mark"}
            raw["重点类别"] = "、".join(labels[value] for value in body.table.classes)
        if body.table.year and self.is_sources and "key_list_year" not in known:
            raw["名录年度"] = body.table.year
        name = header.position("name")
        label = as_text(row[name]) if name is not None and name < len(row) else ""
        self.say("X", {
            "number": self.number - len(body.rows) + index + 1, "sheet": sheet,
            "line": body.lines[index], "label": label[:200], "errors": list(errors), "raw": raw,
        })  # fmt: skip

    def _again(self, sheet: str, body: Body, index: int, line: str, key: str) -> None:
        """The unit stands in the file twice: the same, two halves of one, or a contradiction."""
        offset = self.seen[key]
        self.spool.seek(offset)
        earlier = self.spool.readline().decode().rstrip("\n").split("\t")
        self.spool.seek(0, 2)
        now = line.split("\t")
        where = f"第{earlier[2]}行" if earlier[1] == now[1] else f"“{earlier[1]}”第{earlier[2]}行"
        if earlier[3:] == now[3:]:
            self._skip(
                sheet, body.lines[index], f"与{where}重复", earlier[3 + self.fields.index("name")]
            )
            return
        joined, against = self._joined(earlier[3:], now[3:])
        if against:
            reason = f"与{where}重复（同一单位），但{'、'.join(against)}不同"
            self._refuse(sheet, body, index, [(against[0], reason, "请删除其中一行或改为一致")])
            return
        if joined != earlier[3:]:
            self.say("D", int(earlier[0]))
            self._write(["\t".join([*earlier[:3], *joined])], [key])
        self._skip(
            sheet,
            body.lines[index],
            f"与{where}合并为一个单位",
            earlier[3 + self.fields.index("name")],
        )

    def _joined(self, one: Sequence[str], other: Sequence[str]) -> tuple[list[str], list[str]]:
        """Both rows in one: classes together, blanks filled; the titles of what contradicts."""
        result, against = [], []
        for name, a, b in zip(self.fields, one, other, strict=True):
            if name == "key_classes" and a not in ("", NULL) and b not in ("", NULL):
                together = {*json.loads(a), *json.loads(b)}
                order = list(
                    dict.fromkeys(c.options[0][0] for c in self.columns if c.kind == "mark")
                )
                result.append(json.dumps([value for value in order if value in together]))
            elif a in ("", NULL):
                result.append(b if b != NULL else a)
            else:
                result.append(a)
                if b not in ("", NULL, a):
                    against.append(self.titles.get(name, name))
        return result, against


def _escape(text: str) -> str:
    if not text.isprintable() or "\\" in text:
        text = text.replace("\\", "\\\\").replace("\t", "\\t")
        text = text.replace("\n", "\\n").replace("\r", "\\r")
    return text.replace("\0", "")


def _escaped(values: Sequence[str]) -> Sequence[str]:
    joined = "".join(values)
    if joined.isprintable() and "\\" not in joined:
        return values
    return [_escape(value) for value in values]


def _ranges(numbers: Sequence[int]) -> str:
    """``2-4、7`` for 2, 3, 4 and 7."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    shown = [str(a) if a == b else f"{a}-{b}" for a, b in parts[:20]]
    return "、".join(shown) + ("等" if len(parts) > 20 else "")


def _letter(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def main() -> None:
    request = json.loads(sys.stdin.readline())
    bound()
    out = sys.stdout.buffer
    program = Program(request, out)
    try:
        program.run()
    except guard.Refused as refusal:
        program.say("F", {"code": "refused", "message": str(refusal)})
    except MemoryError:
        program.say("F", {"code": "too_large", "message": TOO_LARGE})
    except Exception as error:  # whatever a parser raises: one plain sentence for the person
        encrypted = type(error).__name__ == "PasswordError" or "password" in str(error).lower()
        message = "文件已加密，请取消打开密码后再导入。" if encrypted else UNREADABLE
        program.say("F", {"code": "unreadable", "message": message, "detail": repr(error)[:300]})
    out.flush()


TOO_LARGE = (
    "读取时超出内存上限：通常是很远的单元格里有内容，或格式铺满整张表。"
    "请把有数据的区域复制到新工作簿，或拆分后再导入。"
)
UNREADABLE = "文件无法读取，可能已损坏，请用 Excel 打开后另存为 .xlsx 再导入。"

if __name__ == "__main__":
    main()
