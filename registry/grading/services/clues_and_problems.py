"""What the floor that judges clues and follows problems leaves here: it speaks for risk and 特殊监管."""

from datetime import date

from registry.models import FollowedProblem, PollutionSource, VerifiedClue


def note_verified_clue(
    *, source: PollutionSource, kind: str, verified_on: date, reference: str
) -> VerifiedClue:
    """One line per verified clue; the reference makes a second call harmless."""
    entry, _created = VerifiedClue.objects.get_or_create(
        reference=reference,
        defaults={"source": source.standing, "kind": kind, "verified_on": verified_on},
    )
    return entry


def note_open_problem(
    *, source: PollutionSource, reference: str, opened_on: date, counts_from: date
) -> FollowedProblem:
    """The problem is followed; called again when its time to correct or its handling changes."""
    entry, _created = FollowedProblem.objects.update_or_create(
        reference=reference,
        defaults={"source": source, "opened_on": opened_on, "counts_from": counts_from},
    )
    return entry


def note_closed_problem(*, reference: str, on: date) -> None:
    """A problem that was never noted as open is none."""
    FollowedProblem.objects.filter(reference=reference, closed_on=None).update(closed_on=on)
