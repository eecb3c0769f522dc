"""Freeze, draw, approve, reveal: who may, when, and what it leaves behind."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from registry.models import (
    AuditEvent,
    BureauSetting,
    CheckLedgerEntry,
    Credential,
    Deadline,
    PollutionSource,
)
from registry.permissions import SameIdentity
from registry.rules.violations import NotAllowed, RuleViolation
from registry.trail.selectors import Subject, all_in_words
from sampling import permissions
from sampling.models import Draw, SamplingPlan
from sampling.rules import protocol
from sampling.rules.entropy_calendar import drand_round, upcoming
from sampling.rules.plan_state import PlanMoveNotAllowed
from sampling.rules.plan_window import PlanWindowClosed, PlanWindowNotYetOpen
from sampling.rules.witnesses import TooFewWitnesses, ValueNotAgreed
from sampling.services import draws, freezing, proofs, sealing
from sampling.services.compositions import build_pool
from sampling.services.pools import pool_id, pool_id_in, sources_by_pool_id
from sampling.services.waves import wave_units
from sampling.tests.conftest import (
    BEIJING,
    ENTROPY,
    QUARTER,
    SOURCE,
    SOURCE_AT,
    VALUE,
    moment,
    officer,
    person,
    source,
    witnesses,
)


def freeze(actor: User, **changes: Any) -> Draw:
    fields: dict[str, Any] = {
        "number": QUARTER,
        "actor": actor,
        "entropy": [SOURCE],
        "now": moment(25),
    }
    return freezing.freeze_plan(**{**fields, **changes})


def hold(actor: User, **changes: Any) -> Draw:
    fields: dict[str, Any] = {
        "number": QUARTER,
        "actor": actor,
        "value": ENTROPY,
        "witnesses": witnesses("何一", "金二"),
        "now": moment(29),
    }
    return draws.draw_plan(**{**fields, **changes})


def test_freeze_commits_to_a_nonce_nobody_can_read(plan: SamplingPlan, planner: User) -> None:
    draw = freeze(planner)

    nonce = sealing.unseal(draw.sealed_nonce, context=draw.commitment)
    assert protocol.commitment(nonce.hex()) == draw.commitment
    assert nonce.hex() not in draw.sealed_nonce
    assert protocol.pool_digest(draw.pool) == draw.pool_digest


def test_a_ciphertext_moved_to_another_draw_does_not_open(
    plan: SamplingPlan, planner: User
) -> None:
    draw = freeze(planner)

    with pytest.raises(sealing.SealBroken):
        sealing.unseal(draw.sealed_nonce, context="0" * 64)


@pytest.mark.parametrize(
    ("day", "refusal"),
    [(23, PlanWindowNotYetOpen), (None, PlanWindowClosed)],
    ids=["early", "late"],
)
def test_freeze_outside_the_window_is_refused_with_its_dates(
    plan: SamplingPlan, planner: User, day: int | None, refusal: type[RuleViolation]
) -> None:
    now = moment(day) if day else datetime(2026, 7, 2, 9, tzinfo=BEIJING)

    with pytest.raises(refusal, match="2026-06-24至2026-06-30") as refused:
        freeze(planner, now=now, entropy=upcoming(now + timedelta(days=2), 1))
    assert refused.value.field == "outside_window_reason"


def test_only_an_approver_may_freeze_outside_the_window_and_the_reason_stays(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    late = {"now": moment(20), "outside_window_reason": "系统上线首期"}

    with pytest.raises(NotAllowed, match="“批准在法定时段外冻结”") as refused:
        freeze(planner, **late)
    assert refused.value.field == "outside_window_reason"
    draw = freeze(director, **late)

    assert draw.outside_window_reason == "系统上线首期"


def test_entropy_that_is_already_known_is_refused(plan: SamplingPlan, planner: User) -> None:
    for known in upcoming(moment(20), 2):
        with pytest.raises(freezing.EntropyNotUsable) as refused:
            freeze(planner, entropy=[known])
        assert refused.value.field == "entropy"


def test_a_second_freeze_is_refused(plan: SamplingPlan, planner: User) -> None:
    freeze(planner)

    with pytest.raises(PlanMoveNotAllowed):
        freeze(planner)
    assert Draw.objects.count() == 1


def test_the_database_itself_allows_one_standing_draw(plan: SamplingPlan, planner: User) -> None:
    draw = freeze(planner)
    draw.pk, draw.commitment = None, "f" * 64

    with pytest.raises(IntegrityError), transaction.atomic():
        draw.save(force_insert=True)


def test_a_pool_without_two_officers_is_refused_naming_the_units(
    plan: SamplingPlan, planner: User
) -> None:
    Credential.objects.exclude(inspector__code="IN001").update(valid_to=date(2026, 6, 1))

    with pytest.raises(freezing.PoolCannotBeStaffed, match="PS00001"):
        freeze(planner)
    assert SamplingPlan.objects.get().state == "draft"


def test_draw_waits_for_the_announced_moment(plan: SamplingPlan, planner: User) -> None:
    freeze(planner)

    with pytest.raises(draws.DrawTooEarly, match="2026-06-28 21:15"):
        hold(planner, now=moment(28, 20))


@pytest.mark.parametrize(
    ("present", "field"),
    [
        ([], "witness_2"),
        (["何一"], "witness_2"),
        (["何一", " 何一 "], "witness_2"),
        (["planner", "何一"], "witness_1"),
        (["何一", "director"], "witness_2"),
        (["何一", "", "drawer"], "witness_3"),
    ],
)
def test_draw_needs_two_different_witnesses_who_did_not_make_it(
    plan: SamplingPlan, planner: User, director: User, present: list[str], field: str
) -> None:
    freeze(director, outside_window_reason="")
    drawer = person("drawer", permissions.DRAW_PLAN)

    with pytest.raises(TooFewWitnesses) as refused:
        hold(drawer, witnesses=witnesses(*present))
    assert refused.value.field == field


def test_a_witness_who_read_another_value_stops_the_draw(plan: SamplingPlan, planner: User) -> None:
    freeze(planner)

    with pytest.raises(ValueNotAgreed) as refused:
        hold(
            planner,
            witnesses=[*witnesses("何一"), *witnesses("金二", value="03 07 11 19 24 30+09")],
        )
    assert refused.value.field == "value_2"
    assert Draw.objects.get().state == "frozen"


def test_what_means_nothing_is_refused_at_the_value(plan: SamplingPlan, planner: User) -> None:
    freeze(planner)

    for typed in ("03 07 11 19 24 O3+08", "03\u200b07 11 19 24 30+08", "03 07", ""):
        with pytest.raises(ValueNotAgreed) as refused:
            hold(planner, value=typed)
        assert refused.value.field == "value"


def test_every_spelling_of_one_value_gives_one_record(plan: SamplingPlan, planner: User) -> None:
    """Of 720 spellings each was another seed, so that who held the nonce chose among them."""
    freeze(planner)
    draw = hold(planner, value=ENTROPY)

    assert [row["value"] for row in draw.record["entropy"]] == [VALUE]
    assert draws.recompute(draw).record == draw.record


def test_after_the_announced_day_the_draw_can_only_be_voided(
    plan: SamplingPlan, planner: User
) -> None:
    draw = freeze(planner)
    assert draw.announcement["draw_by"] == "2026-06-30"

    with pytest.raises(draws.DrawTooLate, match="2026-06-30"):
        hold(planner, now=datetime(2026, 7, 1, 9, tzinfo=BEIJING))


def test_the_announcement_names_every_time_and_number(plan: SamplingPlan, planner: User) -> None:
    draw = freeze(planner)

    known = protocol.check_announcement(draw.announcement)
    assert draw.announcement_digest == known.digest
    assert (known.frozen_at, known.draw_by, known.reveal_by) == (
        moment(25),
        date(2026, 6, 30),
        date(2026, 10, 31),
    )
    assert draw.announcement["register"] == {"general": 12, "key": 8, "special": 4}
    assert draw.announcement["quotas"] == {"general": 9, "key": 4, "special": 2}


def test_times_of_the_announcement_can_be_given_but_not_in_any_order(
    plan: SamplingPlan, planner: User
) -> None:
    with pytest.raises(freezing.EntropyNotUsable) as refused:
        freeze(planner, draw_by=date(2026, 6, 27))
    assert refused.value.field == "draw_by"
    with pytest.raises(freezing.EntropyNotUsable) as refused:
        freeze(planner, draw_by=date(2026, 7, 3), reveal_by=date(2026, 7, 2))
    assert refused.value.field == "reveal_by"

    announced = freeze(planner, draw_by=date(2026, 7, 3), reveal_by=date(2026, 9, 30)).announcement

    assert (announced["draw_by"], announced["reveal_by"]) == ("2026-07-03", "2026-09-30")


def test_the_selection_is_not_stored(plan: SamplingPlan, planner: User) -> None:
    freeze(planner)
    draw = hold(planner)

    selected = {i for ids in draws.recompute(draw).result.selected.values() for i in ids}
    stored = {f.name: str(getattr(draw, f.name)) for f in draw._meta.concrete_fields}
    del stored["pool"], stored["left_out"]
    trail = " ".join(str(row) for row in AuditEvent.objects.values_list("changes", "object_label"))
    assert selected
    assert not any(code in text for code in selected for text in (*stored.values(), trail))


def test_quotas_meet_the_floors(plan: SamplingPlan, planner: User) -> None:
    quotas = {line["category"]: line["quota"] for line in freeze(planner).quotas}

    assert quotas == {"key": 4, "special": 2, "general": 9}


def test_who_approves_sees_what_he_approves(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    freeze(planner)
    draw = hold(planner)
    client = Client()
    client.force_login(director)

    page = client.get(f"/plans-desk/{QUARTER}/approve/").content.decode()

    root = draw.record["outcome_root"]
    for shown in ("何一", "金二", VALUE, root, draw.pool_digest, draw.announcement_digest):
        assert shown in page


def test_a_step_that_is_not_due_is_said_instead_of_asked(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    client = Client()
    client.force_login(director)
    for step, said in (("approve", "不能"), ("withdraw", "不能"), ("reveal", "不能")):
        page = client.get(f"/plans-desk/{QUARTER}/{step}/").content.decode()
        assert said in page
        assert 'name="password"' not in page

    freeze(planner)
    hold(planner)
    draws.approve_plan(number=QUARTER, actor=director, now=moment(29))
    page = client.get(f"/plans-desk/{QUARTER}/approve/").content.decode()

    assert "不能批准" in page
    assert 'name="password"' not in page


def test_neither_drafter_nor_freezer_nor_drawer_approves(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    freeze(director)
    hold(planner)
    with pytest.raises(SameIdentity):
        draws.approve_plan(number=QUARTER, actor=director, now=moment(29))
    Draw.objects.update(frozen_by=planner)
    with pytest.raises(NotAllowed):
        draws.approve_plan(number=QUARTER, actor=planner, now=moment(29))
    SamplingPlan.objects.update(drafted_by=director)

    with pytest.raises(SameIdentity):
        draws.approve_plan(number=QUARTER, actor=director, now=moment(29))


def test_a_freeze_can_be_withdrawn_only_before_the_entropy(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    freeze(planner)
    with pytest.raises(freezing.WithdrawalTooLate):
        freezing.withdraw_freeze(number=QUARTER, actor=director, reason="名录有误", now=SOURCE_AT)

    freezing.withdraw_freeze(number=QUARTER, actor=director, reason="名录有误", now=moment(26))

    assert SamplingPlan.objects.get().state == "draft"
    again = freeze(planner, now=moment(26, 12))
    assert Draw.objects.count() == 2
    assert again.commitment != Draw.objects.get(state="withdrawn").commitment


def test_the_clock_of_the_plan_runs_again_after_a_withdrawal(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    clock = Deadline.objects.filter(kind="freeze_plan", subject=f"plan:{QUARTER}")
    freeze(planner)
    assert clock.get().state == "met"

    freezing.withdraw_freeze(number=QUARTER, actor=director, reason="名录有误", now=moment(26))

    assert clock.get().state == "open"
    assert clock.get().next_check is not None
    freeze(planner, now=moment(26, 12))
    assert clock.get().state == "met"


def approved(planner: User, director: User) -> Draw:
    freeze(planner)
    hold(planner)
    return draws.approve_plan(number=QUARTER, actor=director, now=moment(29, 15))


def test_waves_hold_every_selected_unit_once_in_ticket_order(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    draw = approved(planner, director)

    units = [unit.pool_id for wave in draw.waves.all() for unit in wave_units(wave)]

    assert units == list(draws.recompute(draw).result.teams)
    assert [wave.due_on for wave in draw.waves.all()] == [
        date(2026, 7, 1),
        date(2026, 8, 3),
        date(2026, 9, 1),
    ]


def test_a_tampered_pool_is_noticed_at_the_next_step(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    freeze(planner)
    hold(planner)
    draw = Draw.objects.get()
    Draw.objects.update(pool=draw.pool.replace("S\tkey\t0\tPS00001\t1", "S\tkey\t0\tPS00001\t3"))

    with pytest.raises(draws.DrawDoesNotHold):
        draws.approve_plan(number=QUARTER, actor=director, now=moment(29))


def finish_all(draw: Draw) -> None:
    draw.waves.update(dispatched_at=moment(30))
    result = draws.recompute(draw).result
    rows = sources_by_pool_id(result.teams)
    for number, name in enumerate(result.teams):
        CheckLedgerEntry.objects.create(
            source=rows[name],
            checked_on=date(2026, 7, 20),
            check_source="random",
            plan_number=QUARTER,
            reference=f"T{number}",
            disclosure="published",
        )


def test_reveal_waits_until_every_drawn_unit_is_finished(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    draw = approved(planner, director)
    with pytest.raises(proofs.NotYetComplete, match="批次未派发"):
        proofs.reveal_plan(number=QUARTER, actor=director, now=moment(30))
    finish_all(draw)
    CheckLedgerEntry.objects.filter(reference="T0").delete()
    with pytest.raises(proofs.NotYetComplete, match="1 项抽查任务未完成审核"):
        proofs.reveal_plan(number=QUARTER, actor=director, now=moment(30))


def test_reveal_waits_until_every_result_is_published_and_says_if_one_is_withheld(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    finish_all(approved(planner, director))
    entry = CheckLedgerEntry.objects.filter(reference="T0")
    entry.update(disclosure="")
    with pytest.raises(proofs.NotYetComplete, match="1 项结果未公示"):
        proofs.reveal_plan(number=QUARTER, actor=director, now=moment(30))
    entry.update(disclosure="withheld")
    with pytest.raises(proofs.RevealNeedsReason, match="1 家不予公开"):
        proofs.reveal_plan(number=QUARTER, actor=director, now=moment(30))

    proofs.reveal_plan(number=QUARTER, actor=director, now=moment(30), reason="仅结果不公开")

    assert AuditEvent.objects.get(action="plan.revealed").reason == "仅结果不公开"


def test_the_revealed_bundle_verifies_against_the_announcement(
    plan: SamplingPlan, planner: User, director: User, tmp_path: Any, capsys: Any
) -> None:
    draw = approved(planner, director)
    finish_all(draw)

    proofs.reveal_plan(number=QUARTER, actor=director, now=moment(30))

    bundle = proofs.published_bundle(QUARTER)
    assert protocol.verify_bundle(bundle, draw.announcement).fixed
    path = tmp_path / "proof.json"
    path.write_text(protocol.dump_bundle(bundle), encoding="utf-8")
    call_command("verify_proof", str(path))
    bundle["nonce"] = "0" * 64
    path.write_text(json.dumps(bundle), encoding="utf-8")
    with pytest.raises(CommandError, match="nonce"):
        call_command("verify_proof", str(path))


def test_a_sealed_read_is_recorded_and_needs_the_permission(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    freeze(planner)
    hold(planner)
    with pytest.raises(NotAllowed):
        proofs.read_sealed_bundle(number=QUARTER, actor=planner, reason="想看看")
    with pytest.raises(CommandError):
        call_command("export_proof", QUARTER)
    with pytest.raises(CommandError, match="理由"):
        call_command("export_proof", QUARTER, sealed=True, user="director")

    bundle = proofs.read_sealed_bundle(number=QUARTER, actor=director, reason="核对程序")

    assert protocol.verify_bundle(bundle)
    event = AuditEvent.objects.get(sealed_read=True)
    assert (event.actor, event.reason) == (director, "核对程序")


def test_a_unit_no_longer_confidential_is_found_under_its_opaque_id(
    plan: SamplingPlan, planner: User
) -> None:
    """Its pool knows it as it was; the wave that holds it must still go out."""
    PollutionSource.objects.update(confidential=True)
    draw = freeze(planner)
    PollutionSource.objects.update(confidential=False)

    found = sources_by_pool_id(row.source_id for row in protocol.parse_pool(draw.pool).sources)

    assert {row.code for row in found.values()} == set(
        PollutionSource.objects.values_list("code", flat=True)
    )
    assert all(pool_id_in(draw.pool, row) == name for name, row in found.items())


def test_a_freeze_leaves_the_public_time_to_keep_the_announcement(
    plan: SamplingPlan, planner: User
) -> None:
    for hours in (24, 47):
        with pytest.raises(freezing.EntropyNotUsable, match="48小时"):
            freeze(planner, entropy=[drand_round(moment(25) + timedelta(hours=hours))])
    BureauSetting.objects.create(key="announcement_notice_hours", value=72)
    with pytest.raises(freezing.EntropyNotUsable, match="72小时"):
        freeze(planner, entropy=[drand_round(moment(25) + timedelta(hours=48))])

    assert freeze(planner, entropy=[drand_round(moment(25) + timedelta(hours=72))])


def test_the_database_refuses_a_withdrawal_after_the_entropy_is_known(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    draw = freeze(planner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.filter(pk=draw.pk).update(
            state="withdrawn", ended_at=draw.entropy_from, ended_by=director, end_reason="反悔"
        )


def test_a_confidential_unit_stands_in_the_pool_under_an_opaque_id(
    plan: SamplingPlan, planner: User
) -> None:
    PollutionSource.objects.filter(code="PS00003").update(confidential=True)

    draw = freeze(planner)

    assert "PS00003" not in draw.pool
    name = pool_id("PS00003", confidential=True)
    assert name in draw.pool
    assert sources_by_pool_id([name])[name].code == "PS00003"


def test_ended_units_construction_projects_and_absent_officers_stay_outside(
    plan: SamplingPlan, planner: User
) -> None:
    source(30, kind="construction")
    source(31, "key", status="closed", status_date=date(2026, 5, 1), status_reason="关停")
    officer(9, until=date(2026, 6, 28))

    frozen = build_pool(plan, today=date(2026, 6, 25))

    assert {"PS00030", "PS00031"} <= {row.source_id for row in frozen.composition.left_out}
    assert "PS00030" not in frozen.text
    assert "IN009" not in frozen.text


def test_a_refused_freeze_command_leaves_no_draft_behind(registers: None, planner: User) -> None:
    with pytest.raises(CommandError, match="季度结束前5个工作日"):
        call_command(
            "freeze_plan",
            "2030Q1",
            user="planner",
            entropy=["drand:67000000@2030-01-05T10:00:00+08:00"],
        )

    assert not SamplingPlan.objects.exists()


def test_what_the_pool_file_cannot_hold_is_refused_in_chinese(
    plan: SamplingPlan, planner: User
) -> None:
    PollutionSource.objects.filter(code="PS00003").update(code="PS\t3")

    with pytest.raises(RuleViolation, match="抽取池"):
        freeze(planner)


def test_a_code_of_letters_digits_and_dashes_can_be_drawn(
    plan: SamplingPlan, planner: User
) -> None:
    PollutionSource.objects.filter(code="PS00003").update(code="GX-003")

    assert "\tGX-003\t" in freeze(planner).pool


def test_a_late_reveal_says_why(plan: SamplingPlan, planner: User, director: User) -> None:
    finish_all(approved(planner, director))
    late = {"number": QUARTER, "actor": director, "now": datetime(2026, 11, 2, tzinfo=BEIJING)}
    with pytest.raises(proofs.RevealNeedsReason, match="2026-10-31"):
        proofs.reveal_plan(**late)

    proofs.reveal_plan(**late, reason="复查未结")

    assert AuditEvent.objects.get(action="plan.revealed").reason == "复查未结"


def test_no_wave_is_announced_before_the_last_day_of_the_draw(
    plan: SamplingPlan, planner: User
) -> None:
    draw = freeze(planner, draw_by=date(2026, 8, 4))

    assert [wave.due_on for wave in draw.waves.all()] == [
        date(2026, 8, 5),
        date(2026, 8, 5),
        date(2026, 9, 1),
    ]


def clocks() -> dict[str, tuple[str, date]]:
    rows = Deadline.objects.filter(kind__in=["hold_draw", "reveal_proof"])
    return {row.kind: (row.state, row.due_on) for row in rows}


def test_what_the_announcement_promises_has_a_clock_each(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    freeze(planner)
    assert clocks() == {"hold_draw": ("open", date(2026, 6, 30))}

    hold(planner)
    assert clocks() == {
        "hold_draw": ("met", date(2026, 6, 30)),
        "reveal_proof": ("open", date(2026, 10, 31)),
    }

    finish_all(draws.approve_plan(number=QUARTER, actor=director, now=moment(29, 15)))
    proofs.reveal_plan(number=QUARTER, actor=director, now=moment(30))
    assert {state for state, _due in clocks().values()} == {"met"}


def test_a_withdrawn_freeze_stops_its_clock(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    freeze(planner)

    freezing.withdraw_freeze(number=QUARTER, actor=director, reason="名录有误", now=moment(26))

    assert clocks() == {"hold_draw": ("cancelled", date(2026, 6, 30))}


def test_the_trail_tells_the_draw_without_a_word_of_the_code(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    approved(planner, director)
    events = AuditEvent.objects.filter(action__in=["plan.frozen", "plan.drawn", "plan.approved"])

    labels = [
        change.label
        for event in events
        for change in all_in_words(Subject.of(Draw, event.action), event.changes)
    ]

    assert {"公告", "结果树根", "见证人"} <= set(labels)
    assert not [label for label in labels if label.isascii()]
