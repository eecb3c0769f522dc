"""正面清单 in public: a copy of each change; of confidential units none, and none stays."""

from datetime import datetime

from django.db import transaction

from disclosure.models import PublicPositiveListChange
from disclosure.services.publishing import published_name
from registry.models import PositiveListChange
from registry.selectors import bureau_setting
from registry.trail.services import record_event


def reference_of(change_id: int) -> str:
    return f"ZM{change_id:06d}"


@transaction.atomic
def publish_positive_list(*, now: datetime) -> int:
    """Copy the changes that are not public yet; returns how many were published.

    A unit that became confidential since loses its copies: a name that may not be published
    does not stay in a public table.
    """
    _hide_confidential()
    public = set(PublicPositiveListChange.objects.values_list("reference", flat=True))
    open_ids = PositiveListChange.objects.filter(source__confidential=False)
    missing = [
        pk
        for pk in open_ids.order_by("pk").values_list("pk", flat=True)
        if reference_of(pk) not in public
    ]
    if not missing:
        return 0
    authority = bureau_setting("bureau_name")
    rows = PositiveListChange.objects.filter(pk__in=missing).select_related("source")
    PublicPositiveListChange.objects.bulk_create(
        [_copy(row, authority, now) for row in rows.order_by("pk")],
        batch_size=500,
        # Two sweeps at once copy the same change; the reference lets one of them through.
        ignore_conflicts=True,
    )
    return len(missing)


def _copy(row: PositiveListChange, authority: str, now: datetime) -> PublicPositiveListChange:
    return PublicPositiveListChange(
        reference=reference_of(row.pk),
        enterprise_name=published_name(row.source),
        uscc=row.source.uscc,
        register_code=row.source.code,
        kind=row.kind,
        on=row.on,
        until=row.until,
        reason=row.reason,
        authority=authority,
        published_at=now,
    )


def _hide_confidential() -> None:
    secret = PositiveListChange.objects.filter(source__confidential=True)
    references = [reference_of(pk) for pk in secret.values_list("pk", flat=True)]
    hidden, _by_model = PublicPositiveListChange.objects.filter(reference__in=references).delete()
    if hidden:
        record_event(action="public_positive_list.hidden", changes={"count": [hidden, 0]})
