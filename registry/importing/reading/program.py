"""The child process: one file in, typed rows out (lines.py). Started by channel.py, never imported by
Django code.
"""

import json
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from registry.importing.reading import delimited, guard
from registry.importing.reading.fields import LEFT, LISTED, FieldReader, leavers_of, marks_in_order
from registry.importing.reading.lines import NULL, Output, escape, escaped
from registry.importing.reading.units import Units
from registry.importing.reading.workbooks import Page, hidden_notes, pages_of
from registry.importing.rules import adjacent_tables, cell_batches, source_rows
from registry.importing.rules.column_spec import Column, titles_of
from registry.importing.rules.column_titles import facts_of, signature
from registry.importing.rules.layout import (
    HEADER_SEARCH_LINES,
    Body,
    Ending,
    Reader,
    Sample,
    Skipped,
    Table,
)
from registry.rules.cells import as_text

ADDRESS_SPACE = 700 << 20
DATA = 280 << 20  # what is really written to; keeps the whole child under 300 MB
CPU_SECONDS = 120
SAMPLES = 3
OWN_COLUMNS = frozenset({"拒绝原因", "怎样修改", "原位置"})  # what the set-aside file adds


def bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_DATA, (DATA, DATA))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Program:
    def __init__(self, request: Mapping[str, Any], out: Any) -> None:
        self.request, self.out = request, Output(out)
        self.columns = [Column(**column) for column in request["columns"]]
        self.known = titles_of(self.columns)
        self.titles = {c.field: c.title for c in self.columns if c.kind != "mark"}
        self.fields: list[str] = request["fields"]
        self.is_sources: bool = request["is_sources"]
        self.is_key_list: bool = request["is_key_list"]
        self.number = 0
        self.total = 0
        self.told = time.monotonic()
        self.skipped = self.refused = 0
        self.present: set[str] = set()
        self.tables: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.samples: list[dict[str, Any]] = []
        self.reader = FieldReader(
            self.columns,
            is_sources=self.is_sources,
            is_key_list=self.is_key_list,
            notes=self.notes,
        )
        self.last: Ending | None = None
        self.units = Units(
            self.fields,
            titles=self.titles,
            mark_order=marks_in_order(self.columns),
            lenient=self.is_key_list,
        )

    def say(self, mark: str, value: Any) -> None:
        self.out.say(mark, value)

    # -- sheets ----------------------------------------------------------------------------

    def run(self) -> None:
        path = Path(self.request["path"])
        facts = guard.inspect(path, self.request["filename"])
        if facts.kind == "csv":
            rows, encoding = delimited.rows_of(path)
            if encoding != "utf-8-sig":
                self.notes.append(f"文字编码：{encoding.upper()}。")
            self._sheet(Page("", "", rows, (), 0, 0, None))
        else:
            self._book(path, facts)
        if not self.tables:
            self._no_header()
            return
        self.out.flush()
        self.say("E", {
            "tables": self.tables, "notes": self.notes, "skipped": self.skipped,
            "refused": self.refused, "present": sorted(self.present), "samples": self.samples,
        })  # fmt: skip

    def _no_header(self) -> None:
        needed = [self.titles[name] for name in self.request["anchors"]]
        self.say("F", {
            "code": "no_header",
            "message": f"前 {HEADER_SEARCH_LINES} 行中没有找到表头，缺少必填列：" + "、".join(needed)
            + "。请使用模板、补上这些列名，或在“指定列”中逐列指定。",
            "samples": self.samples,
        })  # fmt: skip

    def _book(self, path: Path, facts: guard.Facts) -> None:
        for page in pages_of(path, facts, self.notes):
            self.total += page.height
            found = len(self.tables)
            self._sheet(page)
            if len(self.tables) > found:
                self.notes += hidden_notes(page, self.tables[found:])

    def _sheet(self, page: Page) -> None:
        if not self.is_key_list:
            self._walk(page)
            return
        lines = iter(page.rows)
        head = list(islice(lines, HEADER_SEARCH_LINES))
        found = adjacent_tables.spans_of(head, self.known, self.request["anchors"])
        if found is None:
            self._walk(replace(page, rows=chain(head, lines)))
            return
        whole = [*head, *lines]
        if not adjacent_tables.is_all_of(whole, *found, self.known, self.request["anchors"]):
            self._walk(replace(page, rows=whole))
            return
        header, spans = found
        where = f"“{page.label}”" if page.label else ""
        self.notes.append(f"{where}第{header + 1}行起有 {len(spans)} 张表并排，逐张读取。")
        for span in spans:
            rows = adjacent_tables.part_of(whole, header, spans, span, page.merges)
            merges = adjacent_tables.merges_of(page.merges, span)
            self._walk(replace(page, rows=rows, merges=merges, left=page.left + span[0]))

    def _walk(self, page: Page) -> None:
        name = page.label
        reader = Reader(
            self.known,
            anchors=self.request["anchors"],
            mappings=self.request["mappings"],
            merges=page.merges,
            sheet=page.name,
            before=self.last,
            year=facts_of(self.request["filename"])[1] if self.is_key_list else "",
            printed=self.is_key_list,
        )
        for event in reader.walk(page.rows):
            if isinstance(event, Body):
                self._body(name, event)
            elif isinstance(event, Skipped):
                self._skip(name, event.line, event.why, event.text)
            elif isinstance(event, Table):
                if self.last is not None and event.header is self.last.table.header:
                    self.notes.append(f"工作表“{name}”没有表头，接着前一张表读取。")
                self._table(page, event)
            elif isinstance(event, Sample):
                self.samples.append({"sheet": name, "lines": [list(line) for line in event.lines]})
                if name:
                    self.notes.append(f"工作表“{name}”没有表头，未读取。")
        self.last = reader.ending() or self.last

    def _table(self, page: Page, table: Table) -> None:
        header = table.header
        self.tables.append({
            "sheet": page.label,
            "left": page.left,
            "line": table.line,
            "title": table.title,
            "signature": signature(header.titles),
            "titles": {str(i): text for i, text in enumerate(header.titles) if text},
            "columns": [[header.titles[i], c.title] for i, c in header.columns.items()],
            "unmatched": [
                text for text in header.unmatched.values() if text not in OWN_COLUMNS
            ],
            "classes": [*table.classes],
            "year": table.year,
        })  # fmt: skip

    def _skip(self, sheet: str, line: int, why: str, text: str) -> None:
        self.skipped += 1
        if self.skipped <= LISTED:
            self.say("S", {"sheet": sheet, "line": line, "why": why, "text": text})

    # -- rows ------------------------------------------------------------------------------

    def _body(self, sheet: str, body: Body) -> None:
        if self.is_key_list:
            body = self._those_listed(sheet, body)
            if not body.rows:
                return
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
        said = self.tables[-1]["classes"]
        said += [value for value in body.table.classes if value not in said]
        problems: cell_batches.Problems = {}
        fields = self.reader.read(body, columns, size, problems)
        if self.is_sources:
            source_rows.check(fields, size, self.titles, problems)
        self.present |= fields.keys()
        self._emit(sheet, body, fields, problems)
        if self.total and time.monotonic() - self.told > 0.3:
            self.told = time.monotonic()
            self.say("P", [self.number, self.total])

    def _those_listed(self, sheet: str, body: Body) -> Body:
        """A list of this year may hold a part of those that left it: they are named, not taken."""
        gone = leavers_of(body)
        if not gone:
            return body
        for index in sorted(gone):
            self._skip(sheet, body.lines[index], LEFT, self._label(body, index))
        stay = [index for index in range(len(body.rows)) if index not in gone]
        return replace(body, lines=[body.lines[i] for i in stay], rows=[body.rows[i] for i in stay])

    @staticmethod
    def _label(body: Body, index: int) -> str:
        name, row = body.table.header.position("name"), body.rows[index]
        return as_text(row[name])[:200] if name is not None and name < len(row) else ""

    def _emit(
        self, sheet: str, body: Body, fields: Mapping[str, Sequence[str]], problems: Any
    ) -> None:
        size = len(body.rows)
        missing = [NULL] * size
        columns = [escaped(fields[name]) if name in fields else missing for name in self.fields]
        first = self.number + 1
        self.number += size
        prefixes = [f"{first + i}\t{escape(sheet)}\t{line}" for i, line in enumerate(body.lines)]
        lines = list(map("\t".join, zip(prefixes, *columns, strict=True)))
        keys = self.units.keys_of(fields, size) if self.is_sources else None
        if not problems and (keys is None or self.units.are_new(keys)):
            self._write(lines, keys)
            return
        for index, line in enumerate(lines):
            if index in problems:
                self._refuse(sheet, body, index, problems[index])
            elif keys is None or keys[index] not in self.units:
                self._write([line], keys and [keys[index]])
            else:
                self._again(sheet, body, index, line, keys[index])

    def _write(self, lines: Sequence[str], keys: Sequence[str] | None) -> None:
        encoded = [line.encode() for line in lines]
        if keys is not None:
            self.units.add(encoded, keys)
        self.out.rows(encoded)

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
        if body.table.county and self.is_sources and "county" not in known:
            raw["所在县市"] = body.table.county
        if body.table.year and self.is_sources and "key_list_year" not in known:
            raw["名录年度"] = body.table.year
        self.say("X", {
            "number": self.number - len(body.rows) + index + 1, "sheet": sheet,
            "line": body.lines[index], "label": self._label(body, index), "errors": list(errors), "raw": raw,
        })  # fmt: skip

    def _again(self, sheet: str, body: Body, index: int, line: str, key: str) -> None:
        """The unit stands in the file twice: the same, two halves of one, or a contradiction."""
        repeat = self.units.compare(line, key)
        if repeat.same:
            self._skip(sheet, body.lines[index], f"与{repeat.place}重复", repeat.name)
            return
        if repeat.against:
            against = "、".join(repeat.against)
            reason = f"与{repeat.place}重复（同一单位），但{against}不同"
            mend = "请删除其中一行或改为一致；同一企业的不同厂区，请在“厂区/点位”列分别写明"
            self._refuse(sheet, body, index, [(repeat.against[0], reason, mend)])
            return
        if repeat.row:
            self.say("D", repeat.earlier)
            self._write([repeat.row], [key])
        kept = f"（{'、'.join(repeat.kept)}以前者为准）" if repeat.kept else ""
        why = f"与{repeat.place}合并为一个单位{kept}"
        self._skip(sheet, body.lines[index], why, repeat.name)


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
