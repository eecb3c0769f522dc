"""How long a problem has been open, in the groups of the board."""

from datetime import date

# (days, at least; what the board calls it), the longest first.
AGES = (
    (90, "90天以上"),
    (60, "60—89天"),
    (30, "30—59天"),
    (0, "30天以内"),
)


def age_group(opened: date, today: date) -> str:
    days = max((today - opened).days, 0)
    return next(label for least, label in AGES if days >= least)
