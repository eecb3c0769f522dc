"""The sampling floor's part of a unit's page, which is put together in the template."""

from typing import Any

from django import template
from django.utils import timezone

from registry.models import PollutionSource
from sampling.permissions import VIEW_PLAN
from sampling.services.unit_in_plans import tickets_today, unit_in_plans

register = template.Library()


@register.inclusion_tag("sampling/_unit_in_plans.html", takes_context=True)
def show_unit_in_plans(context: dict[str, Any], source: PollutionSource) -> dict[str, Any]:
    today = timezone.localdate()
    user = context["request"].user
    return {
        "rows": unit_in_plans(source, today=today),
        "tickets": tickets_today(source, today=today),
        "source": source,
        "may_open": user.has_perm(VIEW_PLAN),
    }
