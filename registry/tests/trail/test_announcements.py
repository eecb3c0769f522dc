"""What was committed together is announced together: each action once, nothing that was taken back."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from registry.models import AuditEvent
from registry.trail.services import record_event
from registry.trail.signals import committed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told() -> Iterator[list[tuple[str, int]]]:
    """Each action announced, with the identity of its commit."""
    heard: list[tuple[str, int]] = []

    def listen(sender: object, *, action: str, commit: set[str], **kwargs: object) -> None:
        heard.append((action, id(commit)))

    committed.connect(listen)
    yield heard
    committed.disconnect(listen)


def test_an_action_is_announced_once_a_commit_however_many_services_wrote_it(
    told: list[tuple[str, int]],
) -> None:
    with transaction.atomic():
        for action in ("plan.drafted", "plan.edited", "plan.drafted"):
            with transaction.atomic():
                record_event(action=action)

    assert [action for action, _commit in told] == ["plan.drafted", "plan.edited"]
    assert len({commit for _action, commit in told}) == 1
    assert AuditEvent.objects.count() == 3


def test_what_was_rolled_back_is_not_announced_and_swallows_nothing(
    told: list[tuple[str, int]],
) -> None:
    with transaction.atomic():
        for action in ("plan.drafted", "plan.edited"):
            with transaction.atomic():
                record_event(action=action)
                transaction.set_rollback(True)
        record_event(action="plan.drafted")

    assert [action for action, _commit in told] == ["plan.drafted"]


def test_each_commit_is_announced_anew(told: list[tuple[str, int]]) -> None:
    for _ in range(2):
        record_event(action="plan.drafted")

    assert [action for action, _commit in told] == ["plan.drafted"] * 2
