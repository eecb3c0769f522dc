"""When a mail that could not be handed over is tried again."""

from datetime import timedelta

# A worker that was killed while sending holds its mail no longer than this.
HOLD = timedelta(minutes=10)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))


def wait_after(attempts: int) -> timedelta:
    """The pause after the ``attempts``-th failure: a minute at first, never more than an hour.

    It is tried for as long as it takes: a reminder is never given up because a server was away.
    """
    return WAITS[min(max(attempts, 1), len(WAITS)) - 1]
