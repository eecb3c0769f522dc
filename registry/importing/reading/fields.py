"""The columns of a table's body as fields: typed texts, sites behind codes, classes from √ and titles."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from registry.importing.rules import cell_batches
from registry.importing.rules.column_spec import Column
from registry.importing.rules.column_titles import says_left
from registry.importing.rules.layout import Body, Table
from registry.rules.cells import as_text
from registry.rules.uscc import LENGTH, is_organisation_code

LISTED = 2000  # notes and skipped lines beyond that are not kept
LEFT = "已退出名录，不读取"


def marks_in_order(columns: Sequence[Column]) -> list[str]:
    """The stored values of the √ columns, in the order of the register."""
    return list(dict.fromkeys(c.options[0][0] for c in columns if c.kind == "mark"))


def leavers_of(body: Body) -> set[int]:
    """The indices of the rows of those that left the list."""
    if body.table.leaving:
        return set(range(len(body.rows)))
    column = body.table.header.position("listed")
    if column is None:
        return set()
    cells = (as_text(row[column]) if column < len(row) else "" for row in body.rows)
    return {index for index, cell in enumerate(cells) if says_left(cell)}


class FieldReader:
    """``notes`` is where it writes what a person should know of the reading."""

    def __init__(
        self, columns: Sequence[Column], *, is_sources: bool, is_key_list: bool, notes: list[str]
    ) -> None:
        self.is_sources, self.is_key_list, self.notes = is_sources, is_key_list, notes
        self.order = marks_in_order(columns)

    def read(
        self, body: Body, columns: Sequence[Sequence[Any]], size: int, problems: Any
    ) -> dict[str, Sequence[str]]:
        table = body.table
        fields: dict[str, Sequence[str]] = {}
        marks = []
        for index, column in table.header.columns.items():
            if column.kind == "mark":
                marks.append((column, columns[index]))
            elif column.kind == "uscc":
                cells = self._without_old_codes(body, columns[index])
                fields["uscc"], sites = cell_batches.read_codes(column, cells, problems)
                self._take_sites(fields, sites, body, size)
            elif column.field == "site" and "site" in fields:
                own = cell_batches.read_column(column, columns[index], problems)
                fields["site"] = [a or b for a, b in zip(own, fields["site"], strict=True)]
            elif column.kind not in ("serial", "listed"):
                fields[column.field] = cell_batches.read_column(column, columns[index], problems)
        if self.is_key_list and "name" in fields:
            fields["name"] = list(map(cell_batches.listed_name, fields["name"]))
        if self.is_sources and table.county:
            fields.setdefault("county", [table.county] * size)
        if self.is_sources:
            self._take_classes(table, fields, marks, size, problems)
        return fields

    def _without_old_codes(self, body: Body, cells: Sequence[Any]) -> Sequence[Any]:
        """Other bureaus' lists still hold the code of nine characters; such a unit has no code yet."""
        if not self.is_key_list:
            return cells
        found = list(cells)
        for index, value in enumerate(cells):
            if type(value) is str and len(value) < LENGTH and is_organisation_code(value):
                found[index] = ""
                self._note(body, index, f"“{value}”是组织机构代码，按没有统一社会信用代码读取。")
        return found

    def _note(self, body: Body, index: int, text: str) -> None:
        if len(self.notes) < LISTED:
            self.notes.append(f"第{body.lines[index]}行：{text}")

    def _take_sites(
        self, fields: dict[str, Sequence[str]], sites: Mapping[int, str], body: Body, size: int
    ) -> None:
        """What stands behind a code names the site, unless the file says the site itself."""
        if not sites:
            return
        own = fields.get("site") or [""] * size
        fields["site"] = [text or sites.get(i, "") for i, text in enumerate(own)]
        for index, site in sites.items():
            self._note(body, index, f"代码后的“{site}”作为厂区/点位。")

    def _take_classes(
        self,
        table: Table,
        fields: dict[str, Sequence[str]],
        marks: Sequence[tuple[Column, Sequence[Any]]],
        size: int,
        problems: Any,
    ) -> None:
        """√ columns and the table's own title say the classes; being on such a list makes a unit key.

        A title that names several classes is that of the whole list where a column tells them apart.
        """
        if self.is_key_list:
            fields["regulatory_type"] = ["key"] * size
            if table.year:
                fields.setdefault("key_list_year", [table.year] * size)
        for name, default in (("kind", "discharger"), ("status", "normal")):
            if name in fields and "" in fields[name]:
                fields[name] = [text or default for text in fields[name]]
        said = fields.get("key_classes")
        of_all = table.classes if len(table.classes) == 1 or not (marks or said) else []
        if not marks and not of_all:
            if table.year and "key_classes" in fields:
                fields.setdefault("key_list_year", [table.year] * size)
            return
        classes = [
            [*(json.loads(said[i]) if said and said[i] else ()), *of_all] for i in range(size)
        ]
        # ● is yes and ○ is no where both stand.
        hollow = any("●" in values for _column, values in marks)
        for column, values in marks:
            cell_batches.add_marks(column, values, classes, problems, hollow_is_no=hollow)
        fields["key_classes"] = [
            json.dumps([value for value in self.order if value in found]) for found in classes
        ]
        if "regulatory_type" not in fields:
            fields["regulatory_type"] = ["key" if found else "" for found in classes]
        if table.year:
            fields.setdefault("key_list_year", [table.year] * size)
