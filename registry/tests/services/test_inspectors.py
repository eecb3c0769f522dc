"""Certificates with their warnings, leave, presence and conflicts of interest."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group

from registry.choices import BureauRole
from registry.models import AuditEvent, ConflictOfInterest, Credential, Inspector, Notification
from registry.permissions import MANAGE_REGISTERS
from registry.rules.texts import TextNotUsable
from registry.rules.violations import NotAllowed
from registry.services import conflicts, inspectors
from registry.services.certificates import warn_of_expiring_certificates

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(person: Any) -> Any:
    user = person("keeper", MANAGE_REGISTERS)
    user.groups.add(Group.objects.create(name=str(BureauRole.PLANNER.label)))
    return user


@pytest.fixture
def leader(person: Any) -> Any:
    user = person("leader")
    user.groups.add(Group.objects.create(name=str(BureauRole.DIRECTOR.label)))
    return user


@pytest.fixture
def officer(person: Any) -> Inspector:
    return Inspector.objects.create(
        code="IN001", name="赵一鸣", role="officer", organisation="本局", user=person("officer")
    )


def certificate(officer: Inspector, until: date, number: str = "ZF1") -> Credential:
    return Credential.objects.create(
        inspector=officer, number=number, valid_from=date(2020, 1, 1), valid_to=until
    )


# --- warnings -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "arrives"),
    [(61, ""), (60, "不足 60 天"), (31, "不足 60 天"), (30, "不足 30 天"), (8, "不足 30 天"),
     (7, "不足 7 天"), (0, "不足 7 天"), (-1, "已于")],
)  # fmt: skip
def test_the_warning_fits_what_is_left(
    officer: Inspector, keeper: Any, day: date, left: int, arrives: str
) -> None:
    certificate(officer, day + timedelta(days=left))

    warn_of_expiring_certificates(today=day)

    texts = [row.text for row in Notification.objects.all()]
    assert bool(texts) == bool(arrives)
    assert all(arrives in text for text in texts)
    assert {row.user for row in Notification.objects.all()} == (
        {officer.user, keeper} if arrives else set()
    )


def test_each_warning_arrives_exactly_once_from_the_first_day_to_the_last(
    officer: Inspector, keeper: Any, leader: Any, day: date
) -> None:
    until = day + timedelta(days=70)
    certificate(officer, until)

    for passed in range(90):
        for _twice in range(2):
            warn_of_expiring_certificates(today=day + timedelta(days=passed))

    counts = {
        user.username: Notification.objects.filter(user=user).count()
        for user in (officer.user, keeper, leader)
    }
    assert counts == {"officer": 4, "keeper": 4, "leader": 1}


def test_after_days_of_downtime_only_the_nearest_stage_is_sent(
    officer: Inspector, day: date
) -> None:
    certificate(officer, day + timedelta(days=5))

    warn_of_expiring_certificates(today=day)

    assert Notification.objects.get().text.count("不足 7 天") == 1


@pytest.mark.parametrize(
    "changes", [{"status": "off_post"}, {"role": "staff"}], ids=["off post", "no officer"]
)
def test_who_needs_no_certificate_is_not_warned(
    officer: Inspector, day: date, changes: dict[str, str]
) -> None:
    certificate(officer, day)
    Inspector.objects.update(**changes)

    assert warn_of_expiring_certificates(today=day) == 0


def test_a_renewed_certificate_silences_the_warning_and_has_its_own(
    officer: Inspector, keeper: Any, day: date
) -> None:
    certificate(officer, day + timedelta(days=5))
    renewed = day + timedelta(days=40)
    inspectors.record_certificate(
        inspector_id=officer.pk, number="ZF2", valid_from=day, valid_to=renewed, reason="换证",
        actor=keeper,
    )  # fmt: skip

    warn_of_expiring_certificates(today=day)

    assert str(renewed) in Notification.objects.filter(user=keeper).get().text


# --- certificates, leave, presence ----------------------------------------------------------


def test_a_renewal_keeps_old_and_new_dates(officer: Inspector, keeper: Any, day: date) -> None:
    certificate(officer, day)

    inspectors.record_certificate(
        inspector_id=officer.pk, number="ZF1", valid_from=date(2020, 1, 1),
        valid_to=date(2030, 1, 1), reason="延期", actor=keeper,
    )  # fmt: skip

    assert Credential.objects.get().valid_to == date(2030, 1, 1)
    event = AuditEvent.objects.get(action="credential.changed", object_id=officer.pk)
    assert event.changes["valid_to"] == [str(day), "2030-01-01"]


def test_a_renewal_entered_in_advance_leaves_no_day_without_a_certificate(
    officer: Inspector, keeper: Any, day: date
) -> None:
    soon = day + timedelta(days=24)
    certificate(officer, soon)
    before = Credential.objects.get().valid_from

    inspectors.record_certificate(
        inspector_id=officer.pk, number="ZF1", valid_from=soon + timedelta(days=1),
        valid_to=soon + timedelta(days=731), reason="换发新证", actor=keeper,
    )  # fmt: skip

    row = Credential.objects.get()
    assert (row.valid_from, row.valid_to) == (before, soon + timedelta(days=731))


@pytest.mark.parametrize(
    "changes",
    [{"valid_to": date(2019, 1, 1)}, {"valid_to": date(2999, 1, 1)}, {"number": "ZF9"},
     {"number": "ZF1", "valid_to": date(2026, 5, 13)}],
    ids=["ends before it starts", "a thousand years", "somebody else's", "nothing new"],
)  # fmt: skip
def test_a_certificate_that_cannot_be_is_refused(
    officer: Inspector, keeper: Any, day: date, changes: dict[str, Any]
) -> None:
    certificate(officer, day)
    other = Inspector.objects.create(code="IN2", name="钱", role="officer", organisation="本局")
    certificate(other, day, "ZF9")

    with pytest.raises(inspectors.BadCertificate):
        inspectors.record_certificate(
            **{
                "inspector_id": officer.pk, "number": "ZF2", "valid_from": date(2020, 1, 1),
                "valid_to": date(2030, 1, 1), "reason": "x", "actor": keeper, **changes,
            }
        )  # fmt: skip


def leave(officer: Inspector, keeper: Any, first: date, last: date) -> Any:
    return inspectors.record_leave(
        inspector_id=officer.pk, starts_on=first, ends_on=last, reason="进修", actor=keeper
    )


def test_leave_is_entered_shortened_and_cancelled_with_a_trace(
    officer: Inspector, keeper: Any, day: date
) -> None:
    row = leave(officer, keeper, day, day + timedelta(days=10))
    inspectors.change_leave(
        leave_id=row.pk, ends_on=day + timedelta(days=4), reason="提前返岗", actor=keeper
    )
    inspectors.cancel_leave(leave_id=row.pk, reason="改期", actor=keeper, today=day)

    assert not Inspector.objects.on_leave(day).exists()
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["leave.created", "leave.changed", "leave.cancelled"]


def test_nobody_is_away_twice_at_once(officer: Inspector, keeper: Any, day: date) -> None:
    leave(officer, keeper, day, day + timedelta(days=10))

    with pytest.raises(inspectors.BadLeave, match="重叠"):
        leave(officer, keeper, day + timedelta(days=10), day + timedelta(days=20))
    with pytest.raises(inspectors.BadLeave, match="早于"):
        leave(officer, keeper, day + timedelta(days=30), day + timedelta(days=29))
    with pytest.raises(inspectors.BadLeave, match="两年"):
        leave(officer, keeper, day + timedelta(days=30), day + timedelta(days=1000))


def test_leave_that_has_begun_is_shortened_not_cancelled(
    officer: Inspector, keeper: Any, day: date
) -> None:
    row = leave(officer, keeper, day - timedelta(days=1), day + timedelta(days=10))

    with pytest.raises(inspectors.BadLeave, match="提前结束"):
        inspectors.cancel_leave(leave_id=row.pk, reason="改期", actor=keeper, today=day)


def test_going_off_post_says_why(officer: Inspector, keeper: Any) -> None:
    with pytest.raises(TextNotUsable):
        inspectors.change_post(inspector_id=officer.pk, status="off_post", reason=" ", actor=keeper)
    inspectors.change_post(
        inspector_id=officer.pk, status="off_post", reason="调离执法岗位", actor=keeper
    )

    assert not Inspector.objects.on_post().exists()
    with pytest.raises(inspectors.BadPost):
        inspectors.change_post(inspector_id=officer.pk, status="off_post", reason="x", actor=keeper)


# --- conflicts of interest ------------------------------------------------------------------


def declare(officer: Inspector, source: Any, actor: Any, day: date, **changes: Any) -> Any:
    return conflicts.declare_conflict(
        **{
            "inspector_id": officer.pk, "source": source, "kind": "equity", "detail": "持股",
            "starts_on": day, "actor": actor, "today": day, **changes,
        }
    )  # fmt: skip


def test_an_officer_declares_his_own_and_the_keepers_hear_of_it_without_the_units_name(
    officer: Inspector, unit: Any, keeper: Any, day: date
) -> None:
    source = unit()

    row = declare(officer, source, officer.user, day)

    assert (row.by_self, row.recorded_by) == (True, officer.user)
    message = Notification.objects.get(user=keeper)
    assert source.name not in message.text
    assert source.code not in message.text
    assert AuditEvent.objects.filter(action="conflict.declared").exists()


def test_nobody_declares_for_another_unless_he_keeps_the_register(
    officer: Inspector, unit: Any, person: Any, keeper: Any, day: date
) -> None:
    with pytest.raises(NotAllowed):
        declare(officer, unit(), person("colleague"), day)

    assert not declare(officer, unit(), keeper, day).by_self


def test_nobody_ends_his_own_conflict(
    officer: Inspector, unit: Any, keeper: Any, day: date
) -> None:
    row = declare(officer, unit(), officer.user, day)
    Inspector.objects.update(user=keeper)

    with pytest.raises(NotAllowed, match="本人"):
        conflicts.end_conflict(conflict_id=row.pk, on=day, reason="已转让", actor=keeper, today=day)


def test_it_holds_to_the_end_of_its_last_day(
    officer: Inspector, unit: Any, keeper: Any, day: date
) -> None:
    row = declare(officer, unit(), keeper, day)
    conflicts.end_conflict(conflict_id=row.pk, on=day, reason="已转让", actor=keeper, today=day)

    standing = ConflictOfInterest.objects
    assert standing.in_force(day).exists()
    assert not standing.in_force(day + timedelta(days=1)).exists()
    row.refresh_from_db()
    assert (row.end_reason, row.ended_by) == ("已转让", keeper)
    later = day + timedelta(days=1)
    with pytest.raises(conflicts.BadConflict, match="已经终止"):
        conflicts.end_conflict(conflict_id=row.pk, on=later, reason="x", actor=keeper, today=later)


@pytest.mark.parametrize(
    "changes",
    [{"kind": "friend"}, {"starts_on": date(2026, 5, 14)}, {"starts_on": date(1900, 1, 1)},
     {"ends_on": date(2026, 5, 12)}],
)  # fmt: skip
def test_a_conflict_that_cannot_be_is_refused(
    officer: Inspector, unit: Any, keeper: Any, day: date, changes: dict[str, Any]
) -> None:
    with pytest.raises(conflicts.BadConflict):
        declare(officer, unit(), keeper, day, **changes)


def test_the_same_twice_is_refused(officer: Inspector, unit: Any, keeper: Any, day: date) -> None:
    source = unit()
    declare(officer, source, keeper, day)

    with pytest.raises(conflicts.BadConflict, match="已经登记"):
        declare(officer, source, keeper, day, ends_on=day + timedelta(days=9))
