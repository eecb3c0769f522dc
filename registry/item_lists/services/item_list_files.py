"""The prefecture's item list as a workbook: kept by its hash, read, and set beside the last version."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from registry.choices import CheckMethod, ItemClass, ListLevel
from registry.importing.rules.column_spec import Column
from registry.importing.services.spreadsheets import RowError, Sheet, SkippedLine, read_sheet
from registry.item_lists.rules import item_lists as rules
from registry.item_lists.rules.item_lists import Citation, Item, Pair
from registry.item_lists.selectors import as_item, basis_text, items_of, newest
from registry.models import EvidenceFile, InspectionItemList, LegalBasis
from registry.papers.rules.media_types import XLSX
from registry.papers.stored_files import keep_received, path_of
from registry.permissions import MANAGE_REGISTERS, require
from registry.rules.cells import BadCell
from registry.rules.violations import RuleViolation

BASIS = "环办〔2015〕88号；domain rules §2"
ITEM_COLUMNS = (
    Column(
        "事项编码",
        "code",
        max_length=20,
        synonyms=("编码", "编号", "抽查事项编码", "事项编号", "序号"),
    ),
    Column(
        "抽查事项",
        "name",
        required=True,
        max_length=120,
        synonyms=("抽查事项名称", "检查事项", "事项名称", "检查项目", "抽查项目", "检查事项名称"),
    ),
    Column(
        "事项类别",
        "item_class",
        max_length=60,
        synonyms=("类别", "检查类别", "抽查类别", "抽查事项类别"),
    ),
    Column(
        "抽查依据",
        "bases",
        max_length=20_000,
        synonyms=("检查依据", "法律依据", "依据", "执法依据", "法律法规依据", "设定依据"),
    ),
    Column(
        "检查主体",
        "body",
        max_length=100,
        synonyms=("抽查主体", "实施主体", "检查机关", "检查单位", "责任单位"),
    ),
    Column("检查对象", "target", max_length=100, synonyms=("抽查对象",)),
    Column("检查内容", "content", max_length=8000, synonyms=("抽查内容", "检查要点")),
    Column("检查方式", "method", max_length=100, synonyms=("抽查方式", "检查方法")),
    Column("抽查比例", "ratio", max_length=100, synonyms=("检查比例", "比例")),
    Column("抽查频次", "frequency", max_length=100, synonyms=("检查频次", "频次")),
    Column("检查层级", "level", max_length=100, synonyms=("事项层级", "层级", "实施层级")),
)
TITLES = {column.field: column.title for column in ITEM_COLUMNS}


class ItemListRefused(RuleViolation):
    code = "item_list_refused"
    basis = BASIS


@dataclass(frozen=True)
class ItemRow:
    """One row of the file: what is stored, what it cites, and its cells as they stood."""

    fields: dict[str, Any]
    cited: tuple[Citation, ...]
    original: dict[str, str]


@dataclass
class ItemListPreview:
    """What a file would become; ``errors`` non-empty means that it is not taken over."""

    rows: list[ItemRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: list[SkippedLine] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    new_bases: list[Citation] = field(default_factory=list)
    against: InspectionItemList | None = None

    def count(self, state: str) -> int:
        return sum(1 for pair in self.pairs if pair.state == state)


def store_list_file(*, chunks: Any, name: str, actor: Any) -> EvidenceFile:
    """Keep the workbook by its hash. Whether it can be read is found out by reading it, in the
    preview; a file nobody confirms stays evidence of nothing."""
    require(actor, MANAGE_REGISTERS)

    def refuse(message: str) -> ItemListRefused:
        return ItemListRefused(message, field="file")

    sha256, _sheet, size = keep_received(
        chunks, refuse=refuse, check=lambda path: read_sheet(path, ITEM_COLUMNS, filename=name)
    )
    row, _created = EvidenceFile.objects.get_or_create(
        sha256=sha256,
        defaults={
            "media_type": XLSX,
            "size": size,
            "original_name": Path(name.replace("\\", "/")).name[:200],
            "uploaded_by": actor,
        },
    )
    return row


def preview_list(file: EvidenceFile) -> ItemListPreview:
    """Read the kept workbook and set it beside the prefecture's newest version."""
    sheet = read_sheet(path_of(file.sha256), ITEM_COLUMNS, filename=file.original_name)
    preview = ItemListPreview(
        errors=list(sheet.errors),
        ignored_columns=list(sheet.ignored_columns),
        notes=list(sheet.notes),
        skipped=list(sheet.skipped),
    )
    _read_rows(sheet, preview)
    if not preview.rows and not preview.errors:
        raise ItemListRefused(_("文件中没有抽查事项，请核对表头下是否有内容。"), field="file")
    preview.against = newest(ListLevel.PREFECTURE)
    known = known_bases()
    shown = [_as_item(row, known) for row in preview.rows]
    old = [] if preview.against is None else _items(preview.against)
    preview.pairs = rules.compare(old, shown)
    cited = dict.fromkeys(cite for row in preview.rows for cite in row.cited)
    preview.new_bases = [cite for cite in cited if find_basis(cite, known) is None]
    return preview


def _items(item_list: InspectionItemList) -> list[Item]:
    return [as_item(row) for row in items_of(item_list)]


def _read_rows(sheet: Sheet, preview: ItemListPreview) -> None:
    numbers = [number for number, _values in sheet.rows]
    texts = [{k: str(v or "").strip() for k, v in values.items()} for _number, values in sheet.rows]
    seen: dict[str, int] = {}
    for number, values in zip(numbers, rules.filled_down(texts), strict=True):
        row = _read_row(number, values, len(preview.rows) + 1, preview.errors)
        if row is None:
            continue
        code = row.fields["code"]
        if code in seen:
            preview.errors.append(
                RowError(
                    number,
                    TITLES["code"],
                    _("与第%(row)d行的编码 %(code)s 相同") % {"row": seen[code], "code": code},
                    _("请改用不同的编码"),
                )
            )
            continue
        seen[code] = number
        preview.rows.append(row)


def _read_row(
    number: int, values: dict[str, str], position: int, errors: list[RowError]
) -> ItemRow | None:
    read: dict[str, Any] = {}
    sound = True
    for name, reader in (("item_class", rules.item_class), ("method", rules.method)):
        try:
            read[name] = reader(values.get(name, ""))
        except BadCell as error:
            errors.append(RowError(number, TITLES[name], error.reason, error.mend))
            sound = False
    if not sound:
        return None
    plain = {
        name: values.get(name, "")
        for name in ("name", "body", "target", "content", "ratio", "frequency", "level")
    }
    return ItemRow(
        fields={
            "code": values.get("code") or f"{position:02d}",
            "position": position,
            **plain,
            **read,
        },
        cited=rules.citations(values.get("bases", "")),
        original={TITLES[name]: text for name, text in values.items() if text},
    )


def _as_item(row: ItemRow, known: Sequence[LegalBasis]) -> Item:
    fields = {name: str(row.fields.get(name, "")) for name in rules.LABELS}
    fields["item_class"] = str(ItemClass(row.fields["item_class"]).label)
    fields["method"] = str(CheckMethod(row.fields["method"]).label)
    fields["bases"] = "；".join(sorted(_cited_text(cite, known) for cite in row.cited))
    return Item(row.fields["code"], fields)


def _cited_text(cite: Citation, known: Sequence[LegalBasis]) -> str:
    found = find_basis(cite, known)
    return basis_text(found) if found else f"《{cite.title}》{cite.article}"


def known_bases() -> list[LegalBasis]:
    return list(LegalBasis.objects.order_by("pk"))


def find_basis(cite: Citation, known: Sequence[LegalBasis]) -> LegalBasis | None:
    return next(
        (
            row
            for row in known
            if row.article == cite.article and rules.same_law(row.title, cite.title)
        ),
        None,
    )
