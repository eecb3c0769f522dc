"""Pollution sources: the staged rows against the register, judged and written set-based.

Judging stands in matching.py, writing in writing.py, what a refusal says in refusals.py.
"""

from registry.importing.services import sql
from registry.importing.services.matching import judge
from registry.importing.services.tables import UNITS, run
from registry.importing.services.writing import apply

__all__ = ["apply", "judge", "lock_register"]


def lock_register() -> None:
    """Nobody else writes the register until this transaction ends; reading goes on."""
    if sql.is_postgresql():
        run(f"LOCK TABLE {UNITS} IN SHARE ROW EXCLUSIVE MODE")
