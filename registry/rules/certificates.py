"""执法证: on which days it is valid, and when its end is announced (domain rules §1)."""

from datetime import date, timedelta

EXPIRY_WARNINGS = (60, 30, 7)  # calendar days before a certificate ends
EXPIRED = -1


def certificate_valid_on(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Both bounds count as valid days; no certificate is never valid."""
    return valid_from is not None and valid_to is not None and valid_from <= day <= valid_to


def renewed_from(old: tuple[date, date], new: tuple[date, date]) -> date:
    """First valid day of a certificate whose period becomes `new` under the same number.

    A renewal that follows the `old` period without a gap keeps its first day: who may inspect today
    still may after the renewal was entered in advance. Anything else is meant as it is written.
    """
    (old_from, old_to), (new_from, new_to) = old, new
    follows = old_from < new_from <= old_to + timedelta(days=1) and new_to >= old_to
    return old_from if follows else new_from


def days_to_expiry(valid_to: date, day: date) -> int:
    """Calendar days until the certificate's last valid day; negative once expired."""
    return (valid_to - day).days


def expiry_warning(valid_to: date, day: date) -> int | None:
    """The narrowest of EXPIRY_WARNINGS reached on ``day``; EXPIRED once the last valid day is
    past; None while more than 60 days are left."""
    left = days_to_expiry(valid_to, day)
    if left < 0:
        return EXPIRED
    return min((stage for stage in EXPIRY_WARNINGS if left <= stage), default=None)
