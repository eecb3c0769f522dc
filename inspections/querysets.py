from django.db import models

from inspections import permissions
from registry.choices import InspectorRole


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Dispatched rows only exist after dispatch; a team sees its own, reviewers see all."""
        if user.has_perm(permissions.VIEW_ALL_ASSIGNMENTS):
            return self
        return self.on_team(user)

    def on_team(self, user):
        return self.filter(team__inspector__user=user, team__left_at__isnull=True).distinct()


class TeamQuerySet(models.QuerySet):
    def present(self):
        """Without those who stepped back."""
        return self.filter(left_at=None)

    def officers(self):
        """Whose signatures count; staff and experts only accompany them."""
        return self.present().filter(inspector__role=InspectorRole.OFFICER)
