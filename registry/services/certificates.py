"""Certificates that run out: a word at 60, 30 and 7 days before, and once they have."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.choices import BureauRole, InspectorRole
from registry.clocks.services.deadlines import notify
from registry.models import Inspector, Notification
from registry.rules.certificates import EXPIRED, EXPIRY_WARNINGS, expiry_warning


def warn_of_expiring_certificates(*, today: date) -> int:
    """How many officers were spoken of. Each stage of each certificate arrives once.

    Only the certificate that runs longest counts: who holds a renewed one is not warned. After
    days of downtime the narrowest stage is sent, the wider ones are passed over. The person and
    those who keep the register are told; the leaders once it has expired.
    """
    soon = today + timedelta(days=max(EXPIRY_WARNINGS))
    officers = (
        Inspector.objects.on_post()
        .filter(role=InspectorRole.OFFICER)
        .annotate(until=Max("credentials__valid_to"))
        .filter(until__lte=soon)
        .select_related("user")
        .order_by("until", "code")
    )
    keepers, leaders = _having(BureauRole.PLANNER), _having(BureauRole.DIRECTOR)
    count = 0
    for person in officers:
        stage = expiry_warning(person.until, today)
        if stage is not None:
            _tell(person, stage, keepers, leaders if stage == EXPIRED else ())
            count += 1
    return count


def _having(role: BureauRole) -> list[Any]:
    return list(get_user_model().objects.filter(is_active=True, groups__name=str(role.label)))


def _tell(person: Any, stage: int, keepers: Iterable[Any], leaders: Iterable[Any]) -> None:
    own = [person.user] if person.user is not None and person.user.is_active else []
    people = {user.pk: user for user in (*keepers, *leaders)}
    key = f"certificate:{person.pk}:{person.until}:{stage}"
    for users, link in (
        (own, reverse("registry:me")),
        ([u for pk, u in people.items() if u not in own], reverse("registry:inspector", args=[person.code])),
    ):  # fmt: skip
        notify(
            users=users, key=key, text=_text(person, stage), level=LEVELS.get(stage, Notification.Level.INFO),
            link=link,
        )  # fmt: skip


LEVELS = {EXPIRED: Notification.Level.ALARM, 7: Notification.Level.WARNING}


def _text(person: Any, stage: int) -> str:
    said = {"name": person.name, "day": person.until, "left": stage}
    if stage == EXPIRED:
        return _("%(name)s 的执法证已于 %(day)s 到期，不能再参加抽取和检查，请立即换证。") % said
    return _("%(name)s 的执法证将于 %(day)s 到期（不足 %(left)d 天），请及时换证。") % said
