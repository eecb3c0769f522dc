"""How long a result stands in the list everybody sees (公开期限; 本局设定, at least a year)."""

from datetime import date

from registry.rules.quarter import Quarter
from registry.rules.years import years_before


def shown_from(today: date, *, years: int) -> Quarter:
    """The first quarter the list shows by itself; earlier ones are archived, quarter by quarter.

    Two quarters are kept on top of ``years``: a result is published within 20 working days, so
    that none is archived before it was shown for that long. Archived ones keep their addresses.
    """
    return Quarter.of(years_before(today, years)).previous.previous
