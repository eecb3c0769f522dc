"""The life of one import, from the received file to the register and, if need be, back."""

from enum import StrEnum


class ImportState(StrEnum):
    RECEIVED = "received"
    READING = "reading"
    UNMAPPED = "unmapped"
    READY = "ready"
    CONFIRMED = "confirmed"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDONE = "undone"
    REFUSED = "refused"
    DISCARDED = "discarded"


S = ImportState
# A person, or a worker that claims the work, moves an import from one state to another.
MOVES: dict[ImportState, frozenset[ImportState]] = {
    S.RECEIVED: frozenset({S.READING, S.DISCARDED}),
    S.READING: frozenset({S.READING, S.READY, S.UNMAPPED, S.REFUSED}),
    S.UNMAPPED: frozenset({S.RECEIVED, S.DISCARDED}),
    S.READY: frozenset({S.RECEIVED, S.CONFIRMED, S.DISCARDED}),
    S.CONFIRMED: frozenset({S.APPLYING, S.READY}),
    # Back to the preview where the register has moved on since; again where a worker was killed.
    S.APPLYING: frozenset({S.APPLYING, S.APPLIED, S.READY}),
    S.APPLIED: frozenset({S.UNDONE}),
    S.UNDONE: frozenset(),
    S.REFUSED: frozenset({S.DISCARDED}),
    S.DISCARDED: frozenset(),
}
WAITING = frozenset({S.RECEIVED, S.CONFIRMED})
RUNNING = frozenset({S.READING, S.APPLYING})
