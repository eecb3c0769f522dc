"""Official notices as shipped (domain rules §6); the admin edits what is in the database."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Notice:
    layer: str
    year: int
    title: str
    off: tuple[date, ...]
    work: tuple[date, ...] = ()
    confirmed: bool = True


def _days(year: int, text: str) -> tuple[date, ...]:
    """``"01-01 02-10…02-17"`` as dates."""
    days: list[date] = []
    for part in text.split():
        first, _dots, last = part.partition("…")
        start = date.fromisoformat(f"{year}-{first}")
        end = date.fromisoformat(f"{year}-{last}") if last else start
        days.extend(start + timedelta(days=n) for n in range((end - start).days + 1))
    return tuple(days)


def _national(year: int, off: str, work: str) -> Notice:
    title = f"国务院办公厅关于{year}年部分节假日安排的通知"
    return Notice("national", year, title, _days(year, off), _days(year, work))


def _xinjiang(year: int, off: str, *, confirmed: bool) -> Notice:
    title = f"自治区{year}年肉孜节、古尔邦节放假安排"
    return Notice("xinjiang", year, title, _days(year, off), confirmed=confirmed)


NOTICES = (
    _national(
        2024,
        "01-01 02-10…02-17 04-04…04-06 05-01…05-05 06-10 09-15…09-17 10-01…10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    _national(
        2025,
        "01-01 01-28…02-04 04-04…04-06 05-01…05-05 05-31…06-02 10-01…10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    _national(
        2026,
        "01-01…01-03 02-15…02-23 04-04…04-06 05-01…05-05 06-19…06-21 09-25…09-27 10-01…10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
    _xinjiang(2024, "04-10 06-17…06-19", confirmed=False),
    _xinjiang(2025, "03-29…03-31 06-06…06-10", confirmed=True),
    _xinjiang(2026, "03-20…03-22 05-27…05-31", confirmed=False),
)
