"""Running numbers outside the plans: XS-2026-00001 for clues, DX-2026-00001 for the checks after them."""

from typing import Any

from django.db import IntegrityError, models, transaction

TRIES = 20


def next_number(model: type[models.Model], prefix: str) -> str:
    """One more than the highest number with this prefix; five digits keep them in order."""
    rows = model._default_manager.filter(number__startswith=prefix).order_by("-number")
    last = rows.values_list("number", flat=True).first()
    return f"{prefix}{(int(last.removeprefix(prefix)) if last else 0) + 1:05d}"


def create_numbered(model: Any, prefix: str, **fields: Any) -> Any:
    """Create a row under the next number; who loses the race for a number takes the one after."""
    for attempt in range(TRIES):
        number = next_number(model, prefix)
        made = {name: v(number) if callable(v) else v for name, v in fields.items()}
        try:
            with transaction.atomic():
                return model.objects.create(number=number, **made)
        except IntegrityError:
            # Another reason than the number would fail again: let it be seen.
            if attempt == TRIES - 1 or not model.objects.filter(number=number).exists():
                raise
    raise AssertionError("unreachable")
