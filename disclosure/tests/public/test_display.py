"""Results past their display period: out of the list, never out of reach."""

from datetime import date

import pytest
from django.test import Client

from disclosure.models import PublicResult

pytestmark = pytest.mark.django_db


def result(number: int, checked_on: date, quarter: str) -> PublicResult:
    return PublicResult.objects.create(
        enterprise_name=f"昌吉展示{number}号有限公司",
        enterprise_key=f"PS{number:05d}",
        register_code=f"PS{number:05d}",
        category="一般排污单位",
        items="排污许可",
        checked_on=checked_on,
        authority="昌吉高新区环境保护局",
        outcome="1",
        outcome_text="未发现问题",
        published_on=checked_on,
        quarter=quarter,
        assignment_number=f"CJ-{number}",
        sampling_type="不定向",
        method="现场",
        completed_on=checked_on,
        due_on=checked_on,
    )


@pytest.fixture
def old_and_new() -> tuple[PublicResult, PublicResult]:
    today = date.today()  # noqa: DTZ011  (years matter here, not hours)
    return result(1, date(2015, 2, 3), "2015Q1"), result(
        2, today, f"{today.year}Q{(today.month + 2) // 3}"
    )


def page(address: str) -> str:
    return Client().get(address).content.decode()


@pytest.mark.parametrize(
    "order", ["", "&sort=published", "&sort=checked", "&last=1", "&q=昌吉展示"]
)
def test_the_list_shows_what_is_within_its_period(
    old_and_new: tuple[PublicResult, PublicResult], order: str
) -> None:
    old, new = old_and_new

    shown = page(f"/results/?x=1{order}")

    assert new.enterprise_name in shown
    assert old.enterprise_name not in shown


def test_an_archived_result_is_found_by_quarter_enterprise_and_address(
    old_and_new: tuple[PublicResult, PublicResult],
) -> None:
    old, _new = old_and_new

    assert "（已归档）" in page("/results/")
    assert old.enterprise_name in page("/results/?quarter=2015Q1")
    assert old.enterprise_name in page(f"/enterprises/{old.enterprise_key}/")
    assert "已过展示期" in page(f"/results/{old.public_id}/")


def test_the_number_beside_the_list_is_that_of_the_list(
    old_and_new: tuple[PublicResult, PublicResult],
) -> None:
    assert "共 1 条" in " ".join(page("/results/").split())
    assert "共 1 条" in " ".join(page("/results/?quarter=2015Q1").split())
