"""正面清单: entry, removal and expiry with reason and date; every change is kept and published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from registry.choices import BureauRole, PositiveListKind
from registry.clocks.services.deadlines import notify
from registry.models import Notification, PollutionSource, PositiveListChange
from registry.permissions import MANAGE_POSITIVE_LIST, require
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting
from registry.trail.services import build_event, record_event, record_events

LAST_CALL_DAYS = 7
LONGEST = timedelta(days=366 * 5)
LINK = "/registry/positive-list/"


class PositiveListRefused(RuleViolation):
    code = "positive_list_refused"
    basis = "实施方案 二（六）"


@transaction.atomic
def enter_positive_list(
    *, source_id: int, on: date, until: date, reason: str, actor: Any, today: date
) -> PositiveListChange:
    """Put an active unit on the list from ``on`` to ``until``, both included."""
    require(actor, MANAGE_POSITIVE_LIST)
    reason = checked_text(reason, label=_("列入原因"), field="reason", limit=300)
    source = PollutionSource.objects.select_for_update().get(pk=source_id)
    if not source.is_active:
        raise PositiveListRefused(_("已移出名录的单位不能列入正面清单。"), field="source")
    if source.positive_list:
        raise PositiveListRefused(_("该单位已在正面清单中，如需变更请先移出。"), field="source")
    if abs(on - today) > timedelta(days=366):
        raise PositiveListRefused(_("列入日期与今天相差不能超过一年，请核对。"), field="on")
    if until < max(on, today) or until - on > LONGEST:
        raise PositiveListRefused(
            _("有效期止不能早于列入日期和今天，也不能超过五年。"), field="until"
        )
    source.positive_list, source.positive_from, source.positive_until = True, on, until
    return _keep(source, PositiveListKind.ENTERED, on=on, until=until, reason=reason, actor=actor)


@transaction.atomic
def leave_positive_list(
    *, source_id: int, reason: str, actor: Any, today: date
) -> PositiveListChange:
    """Take a unit off the list today."""
    require(actor, MANAGE_POSITIVE_LIST)
    reason = checked_text(reason, label=_("移出原因"), field="reason", limit=300)
    source = PollutionSource.objects.select_for_update().get(pk=source_id)
    if not source.positive_list:
        raise PositiveListRefused(_("该单位不在正面清单中，请刷新页面。"), field="source")
    _take_off(source, today)
    return _keep(source, PositiveListKind.LEFT, on=today, reason=reason, actor=actor)


def leave_with_the_register(source: PollutionSource, *, on: date, why: str, actor: Any) -> bool:
    """A unit that leaves the register leaves the list with it; the caller holds its lock."""
    if not source.positive_list:
        return False
    _take_off(source, on)
    reason = _("单位已移出名录（%(why)s），同时移出正面清单") % {"why": why}
    _keep(source, PositiveListKind.LEFT, on=on, reason=reason, actor=actor)
    return True


def _take_off(source: PollutionSource, on: date) -> None:
    """The period stays readable: it ends on the last day of membership."""
    source.positive_list = False
    if source.positive_from is not None and source.positive_from > on:
        source.positive_from = source.positive_until = None  # never began
    elif source.positive_until is None or source.positive_until > on:
        source.positive_until = on


def _keep(
    source: PollutionSource,
    kind: PositiveListKind,
    *,
    on: date,
    reason: str,
    actor: Any,
    until: date | None = None,
) -> PositiveListChange:
    source.save(update_fields=["positive_list", "positive_from", "positive_until", "updated_at"])
    row = PositiveListChange.objects.create(
        source=source, kind=kind, on=on, until=until, reason=reason, actor=actor
    )
    listed = kind == PositiveListKind.ENTERED
    record_event(
        action=f"positive_list.{kind}",
        actor=actor,
        obj=source,
        changes={"positive_list": [not listed, listed], "on": [None, str(on)]},
        reason=reason,
    )
    return row


@dataclass
class Sweep:
    expired: int = 0
    found: int = 0
    noticed: int = 0


def sweep_positive_list(*, today: date) -> Sweep:
    """Expire what has run out, note what changed elsewhere, give notice of what soon ends."""
    found = note_outside_changes(today=today)
    return Sweep(_expire(today), found, _give_notice(today))


def _expire(today: date) -> int:
    due = PollutionSource.objects.filter(positive_list=True, positive_until__lt=today)
    ids = list(due.order_by("pk").values_list("pk", flat=True))
    return sum(_expire_one(pk, today) for pk in ids)


@transaction.atomic
def _expire_one(source_id: int, today: date) -> int:
    """Locked and looked at again: two sweeps at once, or a person, may have been faster."""
    source = (
        PollutionSource.objects.select_for_update()
        .filter(pk=source_id, positive_list=True, positive_until__lt=today)
        .first()
    )
    if source is None or source.positive_until is None:
        return 0
    last = source.positive_until
    source.positive_list = False
    _keep(
        source,
        PositiveListKind.EXPIRED,
        on=last + timedelta(days=1),
        reason=_("有效期至%(day)s，到期移出") % {"day": last},
        actor=None,
    )
    return 1


@transaction.atomic
def note_outside_changes(*, today: date) -> int:
    """Membership that came or went with a register file gets its line, so that none is unpublished."""
    newest = (
        PositiveListChange.objects.order_by().values("source").annotate(n=Max("pk")).values("n")
    )
    entered = set(
        PositiveListChange.objects.filter(pk__in=newest, kind=PositiveListKind.ENTERED).values_list(
            "source_id", flat=True
        )
    )
    listed = set(PollutionSource.objects.filter(positive_list=True).values_list("pk", flat=True))
    # Locked and read again: what somebody changes at this very moment has its own line.
    rows = PollutionSource.objects.select_for_update().in_bulk(listed ^ entered)
    changes = [
        _outside_change(row, today)
        for row in rows.values()
        if row.positive_list == (row.pk in listed)
    ]
    PositiveListChange.objects.bulk_create(changes, batch_size=500)
    record_events(
        build_event(
            action=f"positive_list.{row.kind}",
            actor=None,
            obj=row.source,
            changes={"on": [None, str(row.on)]},
            reason=row.reason,
        )
        for row in changes
    )
    return len(changes)


def _outside_change(source: PollutionSource, today: date) -> PositiveListChange:
    if source.positive_list:
        on = source.positive_from or today
        return PositiveListChange(
            source=source,
            kind=PositiveListKind.ENTERED,
            on=on,
            until=source.positive_until,
            reason=_("随名录维护列入"),
        )
    return PositiveListChange(
        source=source, kind=PositiveListKind.LEFT, on=today, reason=_("随名录维护移出")
    )


def _keepers() -> Iterable[Any]:
    label = BureauRole.PLANNER.label
    return list(get_user_model().objects.filter(is_active=True, groups__name=label))


def _give_notice(today: date) -> int:
    """Each stage once: at the bureau's number of days before, and a week before."""
    days = bureau_setting("positive_list_notice_days")
    rows = PollutionSource.objects.filter(
        positive_list=True,
        positive_until__gte=today,
        positive_until__lte=today + timedelta(days=days),
    ).order_by("positive_until", "pk")
    users, count = _keepers(), 0
    for source in rows:
        if source.positive_until is None:
            continue
        last_call = (source.positive_until - today).days <= LAST_CALL_DAYS
        notify(
            users=users,
            key=f"positive:{source.pk}:{source.positive_until}:{LAST_CALL_DAYS if last_call else days}",
            text=_("%(unit)s 的正面清单有效期至 %(day)s，到期自动移出；如需延续请及时办理。")
            % {"unit": source.display_name, "day": source.positive_until},
            level=Notification.Level.WARNING if last_call else Notification.Level.INFO,
            link=LINK,
        )
        count += 1
    return count
