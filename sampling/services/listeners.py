"""What the registers ask before they take an import back."""

from typing import Any

from django.utils.translation import gettext as _

from sampling.choices import DrawState
from sampling.models import Draw, ExternalDraw


def on_undoing(sender: Any, *, job: Any, **kwargs: Any) -> str:
    """A pool that was frozen, or a list taken over, since then rests on what the import wrote."""
    frozen = Draw.objects.filter(frozen_at__gte=job.applied_at).exclude(state=DrawState.WITHDRAWN)
    draw = frozen.order_by("frozen_at").first()
    taken = ExternalDraw.objects.filter(imported_at__gte=job.applied_at).first()
    rests_on_it = draw or taken
    if rests_on_it is None:
        return ""
    return _("%(plan)s在导入之后已经冻结，抽取池以导入后的名录为准，不能撤销导入。") % {
        "plan": rests_on_it.plan
    }
