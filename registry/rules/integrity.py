"""What an integrity check reports: something stored that does not hold any more."""

from typing import NamedTuple


class Fault(NamedTuple):
    """`subject` says which plan, assignment or result; never the name of a sealed unit.
    `part` is a stable word for the thing that does not hold; `message` is Chinese."""

    subject: str
    part: str
    message: str
