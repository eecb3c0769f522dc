"""The boundary drawn behind the units."""

import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.models import MapBoundary
from registry.permissions import MANAGE_SETTINGS, require
from registry.rules.map_boundary import lines_of
from registry.rules.texts import checked_text
from registry.trail.services import record_event


@transaction.atomic
def set_boundary(*, title: str, approval: str, content: bytes, actor: Any) -> MapBoundary:
    """A new boundary from a GeoJSON file; earlier ones are kept. Raises BoundaryNotUsable."""
    require(actor, MANAGE_SETTINGS)
    title = checked_text(title, label=_("名称"), field="title", limit=60)
    approval = checked_text(approval, label=_("审图号或来源"), field="approval", limit=100)
    row = MapBoundary.objects.create(
        title=title,
        approval=approval,
        lines=lines_of(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor,
    )
    record_event(
        action="map_boundary.uploaded",
        actor=actor,
        obj=row,
        changes={"sha256": [None, row.sha256], "approval": [None, approval]},
    )
    return row
