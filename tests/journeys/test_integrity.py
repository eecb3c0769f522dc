"""check_integrity finds whatever somebody with the database in his hands has altered."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from disclosure.models import PublicationLink, PublicPlan, PublicResult
from disclosure.services.publishing import publish_result
from disclosure.services.sweep import catch_up
from inspections.models import Assignment, Evidence, RecordSection, RecordVersion, TeamMember
from inspections.services.assignment_changes import approve, propose
from inspections.services.evidence import path_of
from inspections.services.review import approve_record
from registry.database import triggers
from registry.models import AuditEvent
from sampling.models import Draw, DrawChange, PlanQuota, SamplingPlan, Wave, Witness
from tests.databases import World, world_fixture
from tests.scene import Scene
from tests.worlds import SCENE

pytestmark = pytest.mark.django_db(transaction=True)


def published_record(scene: Scene) -> Scene:
    """One published record with evidence, one inspection under way, two waves still sealed."""
    version = scene.submitted(problem={"note": "缺标识", "handling": "corrected_on_spot"})
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    catch_up(now=scene.now)
    link = PublicationLink.objects.get()
    publish_result(link_id=link.pk, actor=scene.users["publisher1"], now=timezone.now())
    assignment = scene.started(1)
    scene.fill(assignment)
    return scene


world_published_record = world_fixture(World("published_record", published_record, base=SCENE))


@pytest.fixture
def scene(world_published_record: Scene, evidence_root: Path) -> Scene:
    return world_published_record


def check() -> str:
    """The command's lines; raises CommandError where something does not hold."""
    out = StringIO()
    call_command("check_integrity", stdout=out)
    return out.getvalue()


def complaints() -> str:
    out = StringIO()
    with pytest.raises(CommandError, match="不成立"):
        call_command("check_integrity", stdout=out)
    return out.getvalue()


def test_an_untouched_database_holds(scene: Scene) -> None:
    assert "全部成立" in check()


def _alter_quota() -> None:
    draw = Draw.objects.get()
    draw.quotas[0]["quota"] -= 1
    Draw.objects.update(quotas=draw.quotas)


def _alter_pool() -> None:
    draw = Draw.objects.get()
    line = next(line for line in draw.pool.splitlines() if line.startswith("S\tgeneral"))
    Draw.objects.update(pool=draw.pool.replace(line, line[:-1] + "9"))


def _swap_team() -> None:
    assignment = Assignment.objects.filter(state="dispatched").first()
    member = assignment.team.get(role="lead")
    outsider = (
        TeamMember.objects.exclude(assignment=assignment)
        .exclude(inspector__in=assignment.team.values("inspector"))
        .values_list("inspector", flat=True)
        .first()
    )
    TeamMember.objects.filter(pk=member.pk).update(inspector=outsider)


def _swap_unit() -> None:
    assignment = Assignment.objects.filter(state="dispatched").first()
    drawn = Assignment.objects.values("source")
    other = assignment.source.__class__.objects.exclude(pk__in=drawn).first()
    Assignment.objects.filter(pk=assignment.pk).update(source=other)


def _invent_change() -> None:
    draw = Draw.objects.get()
    rows = [line.split("\t") for line in draw.pool.splitlines() if line[0] == "S"]
    category = {row[3]: row[1] for row in rows}
    sent = Assignment.objects.filter(state="dispatched").first().source.code
    DrawChange.objects.create(
        draw=draw, state="approved", position=1, kind="replace", source=sent, ground="closed",
        reason="x", approved_at=draw.approved_at,
        successor=next(u for u in category if category[u] != category[sent]),
        proposed_by=draw.drawn_by, approved_by=draw.approved_by,
    )  # fmt: skip


def _alter_record() -> None:
    version = RecordVersion.objects.get()
    content = json.loads(version.content)
    content[0]["value"] = {"altered": True}
    RecordVersion.objects.update(content=json.dumps(content))


def _lose_evidence() -> None:
    path_of(Evidence.objects.get().sha256).unlink()


def _alter_evidence() -> None:
    path_of(Evidence.objects.get().sha256).write_bytes(b"another picture")


def _undo_change() -> None:
    """A recusal that happened is made not to have happened."""
    assignment = Assignment.objects.filter(state="dispatched").first()
    member = assignment.team.get(role="lead")
    director = assignment.wave.draw.approved_by
    change = propose(
        assignment_id=assignment.pk, kind="recuse", ground="leave", reason="出差",
        inspector=member.inspector.code, actor=member.inspector.user,
    )  # fmt: skip
    approve(change_id=change.pk, actor=director, now=timezone.now())
    DrawChange.objects.update(state="rejected")


def _alter_record_of_draw(**changes: object) -> None:
    draw = Draw.objects.get()
    draw.record = {**draw.record, **changes}
    draw.save(update_fields=["record"])


def _alter_value() -> None:
    (source,) = Draw.objects.get().record["entropy"]
    _alter_record_of_draw(entropy=[{**source, "value": "6e" * 32}])


def _announce_another_lottery() -> None:
    """The freeze is altered and the next sweep is given its chance to follow."""
    draw = Draw.objects.get()
    draw.announcement["entropy"][0]["id"] = "1"
    draw.save(update_fields=["announcement"])
    catch_up(now=timezone.now())


TAMPERINGS: list[tuple[str, Callable[[], object]]] = [
    ("quotas", _alter_quota),
    ("quotas", lambda: PlanQuota.objects.filter(category="key").update(floor=0)),
    ("nonce", lambda: Draw.objects.update(sealed_nonce="v1:1:AAAA")),
    ("pool", _alter_pool),
    ("result", _alter_value),
    ("result", lambda: _alter_record_of_draw(outcome_root="0" * 64)),
    ("drawn_at", lambda: Draw.objects.update(drawn_at=F("drawn_at") + timedelta(hours=1))),
    ("frozen_at", lambda: Draw.objects.update(frozen_at=F("frozen_at") - timedelta(hours=1))),
    ("entropy", lambda: Draw.objects.update(entropy_at=F("entropy_at") - timedelta(seconds=1),
                                            entropy_from=F("entropy_from") - timedelta(seconds=1))),
    ("witnesses", lambda: Witness.objects.first().delete()),
    ("state", lambda: SamplingPlan.objects.update(state="draft")),
    ("waves", lambda: Wave.objects.filter(number=3).update(size=1)),
    ("changes", _invent_change),
    ("teams", _swap_team),
    ("assignments", _swap_unit),
    ("record", _alter_record),
    ("narrative", lambda: RecordSection.objects.filter(section="narrative").update(value={})),
    ("evidence", _lose_evidence),
    ("evidence", _alter_evidence),
    ("announcement", lambda: PublicPlan.objects.update(announcement={"pool_digest": "0" * 64})),
    ("announcement", lambda: PublicPlan.objects.all().delete()),
    ("announcement", _announce_another_lottery),
    ("state", lambda: PublicPlan.objects.update(state="drawn")),
    ("record", lambda: PublicPlan.objects.update(record={"witnesses": ["甲", "乙"], "entropy": []})),
    ("witnesses", lambda: Witness.objects.filter(name="何一").update(name="何二")),
    ("teams", _undo_change),
    ("approver", lambda: SamplingPlan.objects.update(drafted_by=Draw.objects.get().approved_by)),
    ("trail", lambda: AuditEvent.objects.filter(action="plan.drawn").delete()),
    ("outcome", lambda: PublicResult.objects.update(outcome="1")),
    ("withdrawn", lambda: PublicationLink.objects.update(state="withdrawn")),
]  # fmt: skip


@pytest.mark.parametrize(("part", "tamper"), TAMPERINGS)
def test_each_tampering_is_named(part: str, tamper: Callable[[], object], scene: Scene) -> None:
    triggers.drop_all(connection)  # as somebody with the database's own password could
    try:
        tamper()
    finally:
        triggers.create_all(connection)

    found = complaints()

    assert any(part in line.split("：")[0] for line in found.splitlines()), found
