from typing import Any, Self

from django.db import models

from inspections import permissions
from registry.choices import InspectorRole


class AssignmentQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Dispatched rows only exist after dispatch; a team sees its own, reviewers see all."""
        if user.has_perm(permissions.VIEW_ALL_ASSIGNMENTS):
            return self
        return self.on_team(user)

    def on_team(self, user: Any) -> Self:
        return self.filter(team__inspector__user=user, team__left_at__isnull=True).distinct()


class TeamQuerySet(models.QuerySet[Any]):
    def present(self) -> Self:
        """Without those who stepped back."""
        return self.filter(left_at=None)

    def officers(self) -> Self:
        """Whose signatures count; staff and experts only accompany them."""
        return self.present().filter(inspector__role=InspectorRole.OFFICER)
