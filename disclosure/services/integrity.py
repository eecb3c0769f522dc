"""Published copies against what they were copied from; changes nothing."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from django.db.models import Count
from django.utils.translation import gettext as _

from disclosure.choices import AnnouncementState, NoticeKind, PublicationState
from disclosure.models import (
    PublicationLink,
    PublicExternalDraw,
    PublicNotice,
    PublicPlan,
    PublicProgress,
    PublicProof,
    PublicResult,
    PublicTally,
)
from disclosure.services.announcements import (
    FIXED,
    external_counts,
    plan_fields,
    progress_counts,
)
from disclosure.services.fairness_reports import wrong_reports
from disclosure.services.publishing import public_copy
from registry.models import AuditEvent
from registry.rules.integrity import Fault
from sampling.models import Draw, ExternalDraw
from sampling.rules.protocol import dump_bundle

# What the announcement says of the draw that followed, and what that part is called.
FOLLOWING = {
    "state": "state",
    "drawn_at": "drawn_at",
    "record": "record",
    "approved_at": "approved_at",
    "ended_at": "ended_at",
    "ended_reason": "ended_reason",
    "waves": "waves",
}
# Columns that follow from the record and its link alone; names may change in the register later.
FROM_THE_RECORD = (
    "register_code", "checked_on", "outcome", "plan_number", "assignment_number", "completed_on",
    "due_on", "method",
)  # fmt: skip


def disclosure_faults() -> Iterator[Fault]:
    yield from _announcement_faults()
    yield from _external_faults()
    yield from _proof_faults()
    yield from _fairness_faults()
    yield from _progress_faults()
    yield from _result_faults()
    yield from _tally_faults()
    yield from _notice_faults()


def _announcement_faults() -> Iterator[Fault]:
    """Each freeze has its announcement, and each says what the freeze and its draw say."""
    draws = Draw.objects.select_related("plan__department").prefetch_related("waves")
    rows = {row.commitment: row for row in PublicPlan.objects.all()}
    for draw in draws.order_by("plan__number", "frozen_at"):
        row = rows.pop(draw.commitment, None)
        if row is None:
            yield Fault(draw.plan.number, "announcement", _("冻结没有公告，公开副本缺失。"))
            continue
        truth = plan_fields(draw)
        if any(getattr(row, name) != truth[name] for name in FIXED):
            yield Fault(row.plan_number, "announcement", _("公告内容与冻结时不符。"))
        for name, part in FOLLOWING.items():
            if getattr(row, name) != truth[name]:
                yield Fault(row.plan_number, part, _("公开的抽取情况与抽取时不符。"))
    for row in rows.values():
        yield Fault(row.plan_number, "announcement", _("公告没有对应的冻结。"))


def _external_faults() -> Iterator[Fault]:
    taken_over = {row.plan.number: row for row in ExternalDraw.objects.select_related("plan")}
    for row in PublicExternalDraw.objects.order_by("plan_number"):
        source = taken_over.get(row.plan_number)
        if source is None or (row.platform, row.drawn_on, row.file_sha256, row.counts) != (
            source.platform, source.drawn_on, source.sha256, external_counts(source),
        ):  # fmt: skip
            yield Fault(row.plan_number, "external", _("公开的外部抽取与登记的不符。"))


def _proof_faults() -> Iterator[Fault]:
    bundles = {
        commitment: (number, bundle)
        for commitment, number, bundle in Draw.objects.filter(bundle__isnull=False).values_list(
            "commitment", "plan__number", "bundle"
        )
    }
    for row in PublicProof.objects.order_by("plan_number"):
        _number, bundle = bundles.pop(row.commitment, ("", None))
        if sha256(row.bundle.encode()).hexdigest() != row.sha256:
            yield Fault(row.plan_number, "proof", _("公开的复核材料与其指纹不符。"))
        elif bundle is None or dump_bundle(bundle) != row.bundle:
            yield Fault(row.plan_number, "proof", _("公开的复核材料与抽取不符。"))
    for number, _bundle in bundles.values():
        yield Fault(number, "proof", _("复核材料的公开副本缺失。"))


def _fairness_faults() -> Iterator[Fault]:
    for scope in wrong_reports():
        yield Fault(scope, "fairness", _("公开的公平性报告与公开的复核材料不符。"))


def _progress_faults() -> Iterator[Fault]:
    """Only of plans that are finished: the counts of others follow within a minute."""
    finished = PublicPlan.objects.filter(state=AnnouncementState.REVEALED).values("plan_number")
    for row in PublicProgress.objects.filter(plan_number__in=finished):
        counts = progress_counts(row.plan_number)
        for name in ("drawn", "dispatched", "inspected", "completed"):
            if getattr(row, name) != counts[name]:
                yield Fault(row.plan_number, "progress", _("公开的进展数字与任务不符。"))
                break


def _tally_faults() -> Iterator[Fault]:
    """The counters are kept by triggers; here they are counted again."""
    rows = PublicResult.objects.values("quarter").annotate(n=Count("pk"))
    counted = Counter({row["quarter"]: row["n"] for row in rows})
    kept: Counter[str] = Counter()
    for quarter, number in PublicTally.objects.values_list("quarter", "number"):
        kept[quarter] += number
    for quarter in sorted({*counted, *kept}):
        if counted[quarter] != kept[quarter]:
            yield Fault(quarter, "tally", _("公示计数与公示结果的条数不符。"))


def _result_faults() -> Iterator[Fault]:
    links = PublicationLink.objects.select_related(
        "result", "assignment__plan", "assignment__source"
    )
    copied = set()
    for link in links.exclude(result=None).order_by("pk").iterator(chunk_size=500):
        result = link.result
        assert result is not None  # noqa: S101  (narrowing for mypy)
        copied.add(result.pk)
        copy = public_copy(link, today=result.published_on)
        for name in FROM_THE_RECORD:
            if getattr(copy, name) != getattr(result, name):
                yield Fault(link.assignment.number, name, _("公示内容与审核通过的记录不符。"))
        if (result.withdrawn_at is not None) != (link.state == PublicationState.WITHDRAWN):
            yield Fault(link.assignment.number, "withdrawn", _("撤回状态与公示台账不符。"))
    for pk, number in PublicResult.objects.exclude(pk__in=copied).values_list(
        "pk", "assignment_number"
    ):
        yield Fault(number, "result", _("公示结果（%(pk)s）没有对应的审核通过记录。") % {"pk": pk})


def _notice_faults() -> Iterator[Fault]:
    """Each public notice has its line in the trail, and each such line its notice."""
    links = dict(PublicationLink.objects.exclude(result=None).values_list("result_id", "pk"))
    told = Counter(
        (f"result.{kind}", str(links.get(result_id, "")), note)
        for kind, result_id, note in PublicNotice.objects.exclude(
            kind=NoticeKind.WITHHELD
        ).values_list("kind", "result_id", "note")
    )
    actions = {action for kind in NoticeKind if (action := f"result.{kind.value}")}
    kept = Counter(
        AuditEvent.objects.filter(action__in=actions).values_list("action", "object_id", "reason")
    )
    withheld = PublicNotice.objects.filter(kind=NoticeKind.WITHHELD).count()
    if told != kept or withheld != AuditEvent.objects.filter(action="withholding.approved").count():
        yield Fault("BG", "notice", _("公示变更与留痕不一致。"))
