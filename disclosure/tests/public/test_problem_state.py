"""What a problem's state is called is the same on every page that shows it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from disclosure.models import PublicProblem
from disclosure.tests.public.published import result

pytestmark = pytest.mark.django_db


def test_a_problem_past_its_deadline_is_overdue_wherever_it_is_shown() -> None:
    row = result(2, checked_on=timezone.localdate() - timedelta(days=30))
    row.save()
    PublicProblem.objects.create(
        reference="WT000001", assignment_number=row.assignment_number, quarter=row.quarter,
        enterprise_name=row.enterprise_name, uscc=row.uscc, enterprise_key=row.enterprise_key,
        matter="固体（危险）废物", handling="rectification", handling_text="限期整改",
        found_on=row.checked_on, deadline=timezone.localdate() - timedelta(days=1), updated_at=timezone.now(),
    )  # fmt: skip

    for path in (
        f"/results/{row.public_id}/",
        f"/enterprises/{row.enterprise_key}/",
        "/problems/",
    ):
        page = Client().get(path).content.decode()
        assert "逾期未销号" in page, path
        assert "办理中</span>" not in page, path
