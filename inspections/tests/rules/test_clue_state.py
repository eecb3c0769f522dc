"""What can be checked off-site is checked off-site first; going there needs a typed reason."""

import pytest

from inspections.rules import clue_state as clues


@pytest.mark.parametrize(
    ("state", "remote_possible", "kind", "exemption"),
    [
        ("remote_checked", True, "remote_suspects", "remote_to_onsite"),
        ("remote_checked", True, "evidence", "remote_to_onsite"),
        ("remote_checked", True, "urgent", "urgent"),
        ("verified", False, "no_remote", "clue_check"),
        ("verified", False, "urgent", "urgent"),
    ],
)
def test_the_reason_says_why_the_visit_does_not_count_against_the_cap(
    state: str, remote_possible: bool, kind: str, exemption: str
) -> None:
    found = clues.check_on_site(
        state=state, remote_possible=remote_possible, kind=kind, reason="夜间偷排"
    )

    assert found == exemption


@pytest.mark.parametrize("kind", ["no_remote", "urgent", "remote_suspects", ""])
def test_what_can_be_seen_from_afar_is_not_visited_first(kind: str) -> None:
    with pytest.raises(clues.RemoteCheckFirst, match="先登记非现场核查"):
        clues.check_on_site(state="verified", remote_possible=True, kind=kind, reason="x")


@pytest.mark.parametrize(
    ("state", "kind", "reason", "message"),
    [
        ("remote_checked", "no_remote", "x", "理由类别"),
        ("verified", "remote_suspects", "x", "理由类别"),
        ("remote_checked", "", "x", "理由类别"),
        ("remote_checked", "evidence", "  ", "具体理由"),
    ],
)
def test_a_reason_of_the_wrong_kind_or_without_words_is_refused(
    state: str, kind: str, reason: str, message: str
) -> None:
    with pytest.raises(clues.OnSiteReasonMissing, match=message):
        clues.check_on_site(state=state, remote_possible=False, kind=kind, reason=reason)


def test_every_state_has_its_label_and_an_end() -> None:
    assert clues.MOVES.keys() == clues.LABELS.keys()
    assert [state for state, to in clues.MOVES.items() if not to] == ["closed"]
    with pytest.raises(clues.ClueMoveNotAllowed, match="待研判"):
        clues.check_move("recorded", "closed")
