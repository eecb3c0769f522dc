"""签名 on a page: the server knows what the signer has before him."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.services.assignments import locked
from inspections.services.records import ContentChanged, current_content
from inspections.services.sync import apply
from inspections.services.sync_operations import Answer, Operation


@transaction.atomic
def sign(
    *,
    assignment_id: int,
    actor: Any,
    signer: str,
    name: str,
    strokes: list[Any],
    seen_digest: str,
    now: datetime,
) -> Answer:
    """Bind a signature to the content the signer saw; ContentChanged if that is not the
    record any more. ``signer``: party, witness, expert or officer-<code>."""
    assignment = locked(assignment_id)
    content, current = current_content(assignment)
    if current != seen_digest:
        raise ContentChanged(_("签名期间记录内容有变化，请核对后重新签名。"))
    value = {
        "signer": signer,
        "name": name,
        "strokes": strokes,
        "content": content,
        "digest": current,
        "at": timezone.localtime(now).isoformat(timespec="seconds"),
    }
    operation = Operation(op=uuid.uuid4(), section=f"signature:{signer}", base=0, value=value)
    return apply(assignment_id=assignment_id, actor=actor, operation=operation, now=now)
