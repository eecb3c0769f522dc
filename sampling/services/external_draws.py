"""外部抽取: take over a draw made on the regional platform. It is dispatched, inspected and published
like any other, and stays marked as one that nobody can recompute here."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.database.rules.name_search import fold
from registry.importing.rules.column_spec import Column
from registry.importing.services.spreadsheets import RowError, SkippedLine, read_sheet
from registry.models import ConflictOfInterest, Inspector, PollutionSource, SpecialFlag
from registry.permissions import require, require_other_person
from registry.rules.texts import checked_text
from registry.rules.two_officers import OFFICERS_NEEDED
from registry.rules.uscc import BadUscc, check_uscc, normalise_code
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event
from sampling import permissions
from sampling.choices import DrawCategory, PlanKind
from sampling.models import ExternalDraw, SamplingPlan
from sampling.rules.plan_state import PlanMove
from sampling.services import sealing
from sampling.services.plan_steps import check_plan_move, locked_plan, move_plan
from sampling.services.plans import draft_plan
from sampling.services.pools import pool_id
from sampling.services.waves import WaveUnit

COLUMNS = (
    Column("本局编号", "code", "code", max_length=20, synonyms=("编号", "单位编号")),
    Column("统一社会信用代码", "uscc", max_length=40, synonyms=("信用代码", "社会信用代码")),
    Column("单位名称", "name", required=True, synonyms=("企业名称", "检查对象", "检查对象名称")),
    Column("检查人员", "team", "list", required=True, synonyms=("执法人员", "检查组")),
)


class ExternalDrawRefused(RuleViolation):
    """Some rows cannot be taken over, so none is; ``errors`` names each."""

    code = "external_draw_refused"

    def __init__(self, errors: Sequence[RowError]) -> None:
        shown = "；".join(str(error) for error in errors[:10])
        super().__init__(
            _("名单有 %(count)d 处需要修改，未导入：%(shown)s")
            % {"count": len(errors), "shown": shown}
        )
        self.errors = list(errors)


class NotAnExternalDraw(RuleViolation):
    code = "not_an_external_draw"


@dataclass(frozen=True)
class ListedUnit:
    """One row of the list; the first of ``team`` leads."""

    number: int
    source: PollutionSource
    team: tuple[Inspector, ...]
    category: DrawCategory


@dataclass
class ExternalList:
    """What was read of the platform's file and what was not; with ``errors`` it is not taken over."""

    units: list[ListedUnit] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    skipped: list[SkippedLine] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Units by draw category, as they are stored and published."""
        return dict(Counter(str(unit.category) for unit in self.units))

    def summary(self) -> str:
        """Without the name of any unit."""
        counts = self.counts()
        parts = [f"{c.label} {counts[c]}" for c in DrawCategory if c in counts]
        said = _("读出 %(count)d 家") % {"count": len(self.units)}
        return f"{said}（{'、'.join(parts)}）" if parts else said


def read_external_list(*, path: Path, filename: str, actor: Any, today: date) -> ExternalList:
    """The file as it would be taken over; nothing is written."""
    require(actor, permissions.IMPORT_EXTERNAL_DRAW)
    return _read(path, filename, today)


@transaction.atomic
def import_external_draw(
    *,
    quarter: str,
    platform: str,
    drawn_on: date,
    path: Path,
    filename: str,
    actor: Any,
    now: datetime,
) -> SamplingPlan:
    """Read the platform's list (unit, team; the first officer leads) into a plan of its own.

    All rows or none. The names are sealed at once: until the dispatch no row holds them.
    """
    require(actor, permissions.IMPORT_EXTERNAL_DRAW)
    platform = checked_text(platform, label=_("抽取平台"), field="platform", limit=100)
    if not platform:
        raise NotAnExternalDraw(_("请写明抽取平台的名称。"), field="platform")
    today = timezone.localdate(now)
    if drawn_on > today:
        raise NotAnExternalDraw(_("抽取日期不能晚于今天。"), field="drawn_on")
    listed = _read(path, filename, today)
    if listed.errors:
        raise ExternalDrawRefused(listed.errors)
    plan = draft_plan(quarter=quarter, actor=actor, kind=PlanKind.EXTERNAL)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    units = [
        {
            "source": row.source.pk,
            "pool_id": pool_id(row.source.code, confidential=row.source.confidential),
            "category": str(row.category),
            "team": [person.code for person in row.team],
        }
        for row in listed.units
    ]
    sealed = json.dumps(units, ensure_ascii=False).encode()
    external = ExternalDraw.objects.create(
        plan=plan,
        platform=platform,
        drawn_on=drawn_on,
        filename=filename[:255],
        sha256=digest,
        sealed_list=sealing.seal(sealed, context=_context(plan, digest)),
        counts=listed.counts(),
        imported_by=actor,
        imported_at=now,
    )
    record_event(
        action="external_draw.imported",
        actor=actor,
        obj=external,
        changes={"sha256": [None, digest], "units": [None, len(units)]},
    )
    return plan


def _context(plan: SamplingPlan, digest: str) -> str:
    return f"external|{plan.number}|{digest}"


def _read(path: Path, filename: str, today: date) -> ExternalList:
    sheet = read_sheet(path, COLUMNS, filename=filename, strict=True)
    listed = ExternalList(
        errors=list(sheet.errors),
        skipped=sheet.skipped,
        ignored_columns=sheet.ignored_columns,
        notes=sheet.notes,
    )
    people = _People(today)
    special = set(SpecialFlag.objects.in_force(today).values_list("source_id", flat=True))
    seen: dict[int, int] = {}
    for number, values in sheet.rows:
        source = _source_of(number, values)
        if isinstance(source, RowError):
            listed.errors.append(source)
            continue
        if source.pk in seen:
            listed.errors.append(
                RowError(
                    number,
                    "单位名称",
                    _("与第%(row)d行是同一单位") % {"row": seen[source.pk]},
                    _("请删除其中一行"),
                )
            )
            continue
        seen[source.pk] = number
        team = people.team(number, values["team"], source)
        if isinstance(team, RowError):
            listed.errors.append(team)
        else:
            category = _category(source, special=source.pk in special)
            listed.units.append(ListedUnit(number, source, team, category))
    listed.errors.sort(key=lambda error: error.row)
    if not (listed.units or listed.errors):
        raise NotAnExternalDraw(_("名单中没有单位，请核对文件。"), field="file")
    return listed


def _category(source: PollutionSource, *, special: bool) -> DrawCategory:
    if special:
        return DrawCategory.SPECIAL
    return DrawCategory.KEY if source.is_key else DrawCategory.GENERAL


def _source_of(number: int, values: dict[str, Any]) -> PollutionSource | RowError:
    if values.get("code"):
        found = _units(code=values["code"])
    elif values.get("uscc"):
        try:
            found = _units(uscc=check_uscc(normalise_code(values["uscc"])))
        except BadUscc as error:
            return RowError(number, "统一社会信用代码", error.message.rstrip("。"), _("请核对代码"))
    else:
        found = _units(name=values["name"])
    if not found:
        return RowError(
            number,
            "单位名称",
            _("不在检查对象名录库的在册单位中"),
            _("请先录入名录，或改正编号和代码"),
        )
    if len(found) > 1:
        names = "、".join(str(unit) for unit in found)
        return RowError(
            number, "单位名称", _("对应多个单位：%(names)s") % {"names": names}, _("请填写本局编号")
        )
    [(unit, called)] = found.items()
    if fold(values["name"]) not in called:
        # A digit that slipped would send the team to another enterprise's gate.
        return RowError(
            number,
            "单位名称",
            _("与名录中的“%(name)s”不一致") % {"name": unit.display_name},
            _("请核对编号、代码和名称；单位已更名的，请先更新名录"),
        )
    return unit


def _units(**wanted: str) -> dict[PollutionSource, set[str]]:
    """Active units with what their records are called; a record that was merged away stands for the
    one it went into."""
    rows = PollutionSource.objects.filter(**wanted).select_related("merged_into").order_by("code")
    found: dict[PollutionSource, set[str]] = {}
    for row in rows:
        unit = row.standing
        if unit.is_active:
            names = (row.name, row.display_name, unit.name, unit.display_name)
            found.setdefault(unit, set()).update(map(fold, names))
    return found


class _People:
    """Who may inspect today, by number and by name."""

    def __init__(self, today: date) -> None:
        self.rows = list(Inspector.objects.on_post())
        self.officers = set(Inspector.objects.officers_valid_on(today).values_list("pk", flat=True))
        self.conflicts = set(
            ConflictOfInterest.objects.filter(starts_on__lte=today)
            .exclude(ends_on__lt=today)
            .values_list("source_id", "inspector_id")
        )

    def team(
        self, number: int, names: Sequence[str], source: PollutionSource
    ) -> tuple[Inspector, ...] | RowError:
        def wrong(reason: str, mend: str) -> RowError:
            return RowError(number, "检查人员", reason, mend)

        team = []
        for name in dict.fromkeys(names):
            found = [row for row in self.rows if name in (row.code, row.name)]
            if len(found) != 1:
                reason = _("“%(name)s”不在岗或不唯一") % {"name": name}
                return wrong(reason, _("请填写在岗人员的人员编号"))
            if (source.pk, found[0].pk) in self.conflicts:
                reason = _("%(name)s与该单位有应当回避的关系") % {"name": found[0].name}
                return wrong(reason, _("请在抽取平台更换人员后重新导出"))
            team.append(found[0])
        officers = [row for row in team if row.pk in self.officers]
        if len(officers) < OFFICERS_NEEDED:
            reason = _("持有效执法证的在岗执法人员不足两名")
            return wrong(reason, _("请补足两名执法人员，第一名为主办"))
        others = [row for row in team if row not in officers]
        return (*officers, *others)


@transaction.atomic
def adopt_external_draw(*, number: str, actor: Any, now: datetime) -> ExternalDraw:
    """Approve what was taken over, by someone who did not import it; then it can be dispatched."""
    require(actor, permissions.APPROVE_PLAN)
    plan = locked_plan(number)
    external = external_of(plan)
    check_plan_move(plan, PlanMove.ADOPT)
    require_other_person(
        actor, external.imported_by, message=_("导入的人不能批准，请由另一位局领导批准。")
    )
    external_units(external)
    external.approved_by, external.approved_at = actor, now
    external.save(update_fields=["approved_by", "approved_at"])
    move_plan(plan, PlanMove.ADOPT)
    record_event(action="external_draw.approved", actor=actor, obj=external)
    return external


def external_of(plan: SamplingPlan) -> ExternalDraw:
    """Raises NotAnExternalDraw for a plan that is drawn here."""
    external = ExternalDraw.objects.filter(plan=plan).first()
    if external is None:
        raise NotAnExternalDraw(_("%(plan)s不是外部抽取。") % {"plan": plan})
    return external


def external_units(external: ExternalDraw) -> list[WaveUnit]:
    """The taken-over units with their teams. Calling it is opening the sealed list."""
    text = sealing.unseal(
        external.sealed_list, context=_context(external.plan, external.sha256)
    ).decode()
    return [
        WaveUnit(unit["source"], unit["pool_id"], unit["category"], tuple(unit["team"]))
        for unit in json.loads(text)
    ]


@transaction.atomic
def open_for_dispatch(*, number: str, actor: Any, now: datetime) -> list[WaveUnit]:
    """Claim the dispatch of an approved external draw; two at once get it once.

    Raises NotAnExternalDraw where it is not approved yet or already out.
    """
    external = external_of(locked_plan(number))
    claimed = ExternalDraw.objects.filter(
        pk=external.pk, approved_at__isnull=False, dispatched_at__isnull=True
    ).update(dispatched_at=now, dispatched_by=actor)
    if claimed != 1:
        raise NotAnExternalDraw(_("该外部抽取尚未批准，或已经派发。"))
    return external_units(external)
