"""Dispatched teams, records and evidence against what they were made from; changes nothing."""

from collections.abc import Iterator
from hashlib import file_digest

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from inspections.choices import PaperKind
from inspections.models import (
    Assignment,
    Evidence,
    PrintedPaper,
    RecordSection,
    RecordVersion,
    TeamMember,
)
from inspections.rules.sync import digest, is_signature
from inspections.services.evidence import path_of
from inspections.services.papers.printing import content_digest
from registry.rules.integrity import Fault
from registry.rules.violations import RuleViolation
from sampling.choices import DrawState
from sampling.models import Draw, ExternalDraw
from sampling.rules.waves import split_into_waves
from sampling.services.draws import recompute
from sampling.services.external_draws import external_units
from sampling.services.integrity import draw_faults
from sampling.services.pools import sources_by_pool_id
from sampling.services.replacements import teams_after_changes


def inspection_faults() -> Iterator[Fault]:
    for draw in Draw.objects.filter(
        state__in=[DrawState.APPROVED, DrawState.REVEALED]
    ).select_related("plan"):
        # Of a draw that does not recompute there is nothing to compare with.
        if not draw_faults(draw):
            yield from _dispatch_faults(draw)
    for external in ExternalDraw.objects.filter(dispatched_at__isnull=False):
        yield from _taken_over_faults(external)
    yield from _record_faults()
    yield from _evidence_faults()
    yield from _paper_faults()


def _taken_over_faults(external: ExternalDraw) -> Iterator[Fault]:
    """The assignments are the units and teams of the list that was taken over."""
    try:
        expected = {unit.source_id: list(unit.team) for unit in external_units(external)}
    except RuleViolation:
        return  # told by the floor below
    assignments = Assignment.objects.filter(plan=external.plan).prefetch_related("team__inspector")
    found = {
        row.source_id: [member.inspector.code for member in row.team.all()] for row in assignments
    }
    if found != expected:
        yield Fault(external.plan.number, "assignments", _("任务与外部抽取的名单不符。"))


def _dispatch_faults(draw: Draw) -> Iterator[Fault]:
    """Every dispatched unit was drawn, every drawn unit of a dispatched wave is there, and its
    team is the protocol's. Undispatched units are not looked at."""
    waves = split_into_waves(list(recompute(draw).result.teams), draw.plan.waves)
    sent = draw.waves.filter(dispatched_at__isnull=False).values_list("number", flat=True)
    due = {name for number in sent for name in waves[number - 1]}
    due |= set(
        draw.changes.filter(state="approved", kind="replace").values_list("successor", flat=True)
    )
    teams = teams_after_changes(draw)
    rows = sources_by_pool_id(due)
    present = {
        assignment.source_id: assignment
        for assignment in Assignment.objects.filter(plan=draw.plan).prefetch_related(
            Prefetch(
                "team",
                TeamMember.objects.present().select_related("inspector").order_by("position"),
            )
        )
    }
    expected = {rows[name].pk: teams[name] for name in due if name in rows}
    if len(expected) < len(due) or expected.keys() - present.keys():
        yield Fault(draw.plan.number, "assignments", _("已派发批次中有抽中单位缺少任务。"))
    for source_id, assignment in present.items():
        team = [member.inspector.code for member in assignment.team.all()]
        if source_id not in expected:
            yield Fault(assignment.number, "assignments", _("该任务的单位不在已派发的名单内。"))
        elif team != expected[source_id]:
            yield Fault(assignment.number, "teams", _("检查组与抽取规则确定的不同。"))


def _record_faults() -> Iterator[Fault]:
    versions = RecordVersion.objects.select_related("assignment").order_by("pk")
    for version in versions.iterator(chunk_size=500):
        subject = f"{version.assignment.number} v{version.number}"
        if digest(version.content) != version.digest:
            yield Fault(subject, "record", _("检查记录的内容与提交时的摘要不符。"))
        for signature in version.signatures:
            if signature.get("digest") != version.digest:
                yield Fault(subject, "signature", _("有签名不是签在这份内容上。"))
    sections = RecordSection.objects.select_related("assignment").order_by("pk")
    for section in sections.iterator(chunk_size=500):
        last = (
            section.assignment.operations.filter(
                section=section.section, rev=section.rev, status__in=_written(section.section)
            )
            .order_by("pk")
            .first()
        )
        if last is None or last.value != section.value:
            yield Fault(
                section.assignment.number,
                section.section,
                _("当前内容与最后一次录入的操作不符。"),
            )


def _written(section: str) -> tuple[str, ...]:
    """A signature is stored even where its content was not the server's."""
    return ("applied", "conflict") if is_signature(section) else ("applied",)


def _evidence_faults() -> Iterator[Fault]:
    for row in Evidence.objects.select_related("assignment").order_by("pk").iterator():
        subject = f"{row.assignment.number} {row.sha256[:12]}"
        path = path_of(row.sha256)
        if not path.is_file():
            yield Fault(subject, "evidence", _("证据文件不在了。"))
            continue
        with path.open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
        if found != row.sha256:
            yield Fault(subject, "evidence", _("证据文件的指纹与上传时不符。"))


def _paper_faults() -> Iterator[Fault]:
    """A printed document still says what it said when it was printed."""
    records = dict(RecordVersion.objects.values_list("pk", "digest"))
    for paper in PrintedPaper.objects.order_by("pk").iterator(chunk_size=200):
        printed = content_digest(paper.data["blocks"])
        if paper.kind == PaperKind.RECORD:
            expected = records.get(int(paper.subject.partition(":")[2]))
        else:
            expected = printed
        if not paper.digest == paper.data["digest"] == expected or (
            printed != paper.data["blocks_digest"]
        ):
            yield Fault(str(paper), "paper", _("文书内容与印制时的摘要不符。"))
