"""本局编号: codes of the register, never used again."""

from django.db import connection
from django.db.models import Max

from registry.models import ImportedFile, PollutionSource


def fresh_code() -> str:
    return next_codes(1)[0]


def next_codes(count: int) -> list[str]:
    """The next free 本局编号; codes are never used again, not even those of an undone import."""
    start = highest_code() + 1
    return [f"PS{number:05d}" for number in range(start, start + count)]


def highest_code() -> int:
    if connection.vendor == "postgresql":
        number, ours = "CAST(substr(code, 3) AS BIGINT)", "code ~ '^PS[0-9]{1,15}$'"
    else:
        number = "CAST(substr(code, 3) AS INTEGER)"
        ours = "code GLOB 'PS[0-9]*' AND substr(code, 3) NOT GLOB '*[^0-9]*'"
    table = PollutionSource._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MAX({number}) FROM {table} WHERE {ours}")  # noqa: S608
        found = cursor.fetchone()[0] or 0
    given = ImportedFile.objects.aggregate(highest=Max("highest_code"))["highest"] or 0
    return max(int(found), given)
