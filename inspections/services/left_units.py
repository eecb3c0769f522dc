"""Teams whose unit has left the register in the meantime are told, each once."""

from django.utils.translation import gettext as _

from inspections.models import Assignment
from inspections.rules.assignment_state import MOVES
from registry.choices import SourceStatus
from registry.clocks.services.deadlines import notify
from registry.models import Notification

UNDER_WAY = frozenset(state for state, moves in MOVES.items() if moves)


def tell_teams_of_left_units() -> int:
    """How many assignments under way are about units that are no longer in the register. What
    happens to them is the team's to ask for (替换) and the leader's to decide."""
    rows = (
        Assignment.objects.filter(state__in=UNDER_WAY)
        .exclude(source__status=SourceStatus.NORMAL)
        .select_related("source")
        .order_by("pk")
    )
    for row in rows:
        _tell(row)
    return len(rows)


def _tell(row: Assignment) -> None:
    notify(
        users=[user for user in row.team_users() if user.is_active],
        key=f"assignment:{row.pk}:left:{row.source.status}:{row.source.status_date}",
        text=_("任务 %(number)s 的单位已登记为“%(status)s”，请在任务页申请替换，或报局领导处理。")
        % {"number": row.number, "status": row.source.get_status_display()},
        level=Notification.Level.WARNING,
        link=f"/inspections/{row.public_id}/",
    )
