"""本局编号: codes of the register, never used again."""

from django.db.models import Max

from registry.models import ImportedFile
from registry.services import import_sql as sql
from registry.services.import_tables import UNITS, fetch


def next_codes(count: int) -> list[str]:
    """The next free 本局编号; codes are never used again, not even those of an undone import."""
    start = highest_code() + 1
    return [f"PS{number:05d}" for number in range(start, start + count)]


def highest_code() -> int:
    if sql.is_postgresql():
        number, ours = "CAST(substr(code, 3) AS BIGINT)", "code ~ '^PS[0-9]{1,15}$'"
    else:
        number = "CAST(substr(code, 3) AS INTEGER)"
        ours = "code GLOB 'PS[0-9]*' AND substr(code, 3) NOT GLOB '*[^0-9]*'"
    found = fetch(f"SELECT MAX({number}) FROM {UNITS} WHERE {ours}")[0][0] or 0  # noqa: S608
    given = ImportedFile.objects.aggregate(highest=Max("highest_code"))["highest"] or 0
    return max(int(found), given)
