from django.db import models

from inspections import permissions


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Dispatched rows only exist after dispatch; a team sees its own, reviewers see all."""
        if user.has_perm(permissions.VIEW_ALL_ASSIGNMENTS):
            return self
        return self.filter(team__inspector__user=user, team__left_at__isnull=True).distinct()

    def on_team(self, user):
        return self.filter(team__inspector__user=user, team__left_at__isnull=True).distinct()
