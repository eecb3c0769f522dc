"""The registers in the admin: every change leaves a trail, what was decided stays decided."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.models import (
    AuditEvent,
    Credential,
    InspectionItem,
    InspectionItemList,
    Inspector,
    Leave,
    MustCheck,
    MustCheckSet,
    PollutionSource,
    SpecialFlag,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(world_staffed: dict[str, User]) -> dict[str, User]:
    return world_staffed


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def flag(staff: dict[str, User]) -> SpecialFlag:
    source = PollutionSource.objects.create(
        code="PS00001",
        name="示范甲有限公司",
        no_code_reason="individual",
        regulatory_type="general",
    )
    return SpecialFlag.objects.create(
        source=source,
        reason="many_complaints",
        state="approved",
        starts_on=date(2026, 1, 1),
        proposed_by=staff["planner1"],
        approved_by=staff["director1"],
    )


def ending(flag: SpecialFlag, reason: str) -> dict[str, Any]:
    return {
        "source": flag.source_id,
        "reason": flag.reason,
        "starts_on": "2026-01-01",
        "ends_on": "2026-11-20",
        "end_reason": reason,
    }


def test_a_prolonged_certificate_leaves_a_trail(staff: dict[str, User]) -> None:
    person = Inspector.objects.create(code="IN001", name="甲", role="officer", organisation="本局")
    row = Credential.objects.create(
        inspector=person, number="ZF1", valid_from=date(2020, 1, 1), valid_to=date(2028, 12, 31)
    )
    form = {
        "code": "IN001", "name": "甲", "role": "officer", "organisation": "本局", "status": "on_post",
        "credentials-TOTAL_FORMS": 1, "credentials-INITIAL_FORMS": 1,
        "credentials-0-id": row.pk, "credentials-0-inspector": person.pk,
        "credentials-0-number": "ZF1", "credentials-0-valid_from": "2020-01-01",
        "credentials-0-valid_to": "2035-12-31",
        "leaves-TOTAL_FORMS": 0, "leaves-INITIAL_FORMS": 0,
        "conflicts-TOTAL_FORMS": 0, "conflicts-INITIAL_FORMS": 0,
    }  # fmt: skip

    answer = client_of(staff["planner1"]).post(
        f"/admin/registry/inspector/{person.pk}/change/", form
    )

    assert answer.status_code == 302, answer.content.decode()
    event = AuditEvent.objects.get(action="credential.changed")
    assert event.actor == staff["planner1"]
    assert event.object_id == str(person.pk)
    assert ["2028-12-31", "2035-12-31"] in event.changes.values()
    page = client_of(staff["planner1"]).get("/registry/inspectors/IN001/").content.decode()
    assert "<del>2028-12-31</del> → <ins>2035-12-31</ins>" in page
    assert "valid_to" not in page.split('class="timeline"')[1].split("</ol>")[0]


def test_leave_is_shown_in_the_admin_and_changed_on_the_persons_page_alone(
    staff: dict[str, User],
) -> None:
    person = Inspector.objects.create(code="IN001", name="甲", role="officer", organisation="本局")
    row = Leave.objects.create(
        inspector=person, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 6), reason="培训"
    )
    Leave.objects.create(
        inspector=person, starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 8), reason="年假",
        cancelled_on=date(2026, 4, 1), cancel_reason="未休",
    )  # fmt: skip
    planner, url = client_of(staff["planner1"]), f"/admin/registry/inspector/{person.pk}/change/"
    form = {
        "code": "IN001", "name": "甲", "role": "officer", "organisation": "本局", "status": "on_post",
        "credentials-TOTAL_FORMS": 0, "credentials-INITIAL_FORMS": 0,
        "leaves-TOTAL_FORMS": 1, "leaves-INITIAL_FORMS": 1,
        "leaves-0-id": row.pk, "leaves-0-inspector": person.pk, "leaves-0-reason": "培训",
        "leaves-0-starts_on": "2026-03-02", "leaves-0-ends_on": "2026-03-09",
        "conflicts-TOTAL_FORMS": 0, "conflicts-INITIAL_FORMS": 0,
    }  # fmt: skip

    assert "年假" in planner.get(url).content.decode()
    assert planner.post(url, form).status_code == 302

    assert list(person.leaves.order_by("pk").values_list("ends_on", flat=True)) == [
        date(2026, 3, 6), date(2026, 5, 8)
    ]  # fmt: skip


def test_who_proposed_a_flag_cannot_end_it(staff: dict[str, User], flag: SpecialFlag) -> None:
    url = f"/admin/registry/specialflag/{flag.pk}/change/"

    assert client_of(staff["planner1"]).post(url, ending(flag, "x")).status_code == 403

    flag.refresh_from_db()
    assert flag.ends_on is None


def test_an_approver_ends_a_flag_with_a_reason_and_changes_nothing_else(
    staff: dict[str, User], flag: SpecialFlag
) -> None:
    url = f"/admin/registry/specialflag/{flag.pk}/change/"
    director = client_of(staff["director2"])

    refused = director.post(url, ending(flag, " "))
    assert "须写明原因" in refused.content.decode()
    done = director.post(url, {**ending(flag, "已整改到位"), "starts_on": "2025-01-01"})

    assert done.status_code == 302
    flag.refresh_from_db()
    assert (flag.ends_on, flag.starts_on) == (date(2026, 11, 20), date(2026, 1, 1))
    assert director.post(url, ending(flag, "again")).status_code == 403


@pytest.mark.parametrize(
    ("model", "path"),
    [(MustCheck, "mustcheck"), (InspectionItem, "inspectionitem"),
     (MustCheckSet, "mustcheckset"), (InspectionItemList, "inspectionitemlist")],
)  # fmt: skip
def test_a_list_in_force_is_read_only(staff: dict[str, User], model: Any, path: str) -> None:
    row = model.objects.first()
    planner = client_of(staff["planner1"])

    assert planner.get(f"/admin/registry/{path}/{row.pk}/change/").status_code == 200
    assert planner.post(f"/admin/registry/{path}/{row.pk}/change/", {}).status_code == 403


def test_a_new_version_is_a_copy_that_can_be_changed(staff: dict[str, User]) -> None:
    old = MustCheckSet.objects.get()
    planner = client_of(staff["planner1"])

    planner.post(
        "/admin/registry/mustcheckset/",
        {"action": "copy_to_new_version", "_selected_action": old.pk},
    )

    new = MustCheckSet.objects.get(version=2)
    assert new.effective_from > timezone.localdate()
    for ours, theirs in zip(old.checks.all(), new.checks.all(), strict=True):
        assert ours.title == theirs.title
        assert set(ours.bases.all()) == set(theirs.bases.all())
    check = new.checks.first()
    form = {
        "title": "新的检查内容", "points": "", "mustcheckbasis_set-TOTAL_FORMS": 0,
        "mustcheckbasis_set-INITIAL_FORMS": 0,
    }  # fmt: skip
    changed = planner.post(f"/admin/registry/mustcheck/{check.pk}/change/", form)
    assert changed.status_code == 302, changed.content.decode()
    assert MustCheck.objects.get(pk=check.pk).title == "新的检查内容"
    assert old.checks.first().title != "新的检查内容"
    assert new.effective_from - timezone.localdate() < timedelta(days=93)


def test_the_register_in_the_admin_counts_no_further_than_its_last_page(
    staff: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.web.paging.MOST_COUNTED", 60)
    PollutionSource.objects.bulk_create(
        PollutionSource(
            code=f"PS{n:05d}", name=f"第{n}环保站", no_code_reason="individual",
            regulatory_type="general",
        )
        for n in range(100, 200)
    )  # fmt: skip
    planner = client_of(staff["planner1"])

    with CaptureQueriesContext(connection) as queries:
        page = planner.get("/admin/registry/pollutionsource/?q=环保 第1").content.decode()

    counting = [query["sql"] for query in queries if "COUNT(" in query["sql"].upper()]
    assert "PS00100" in page
    assert "p=2" in page
    assert "p=3" not in page
    assert all("LIMIT" in sql or "notification" in sql for sql in counting), counting
