"""Inspectors in the browser: certificates, leave, conflicts, and each one's own page."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from registry.choices import BureauRole
from registry.models import ConflictOfInterest, Credential, Inspector, Leave, PollutionSource
from tests import cast

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def staff(world_staffed: dict[str, User]) -> dict[str, User]:
    return {
        **world_staffed,
        "officer1": cast.account("officer1", BureauRole.OFFICER, "赵一鸣"),
        "officer2": cast.account("officer2", BureauRole.OFFICER, "钱二川"),
    }


@pytest.fixture
def officer(staff: dict[str, User]) -> Inspector:
    row = Inspector.objects.create(
        code="IN001", name="赵一鸣", role="officer", organisation="本局", user=staff["officer1"]
    )
    Credential.objects.create(
        inspector=row, number="ZF1", valid_from=TODAY - timedelta(days=900),
        valid_to=TODAY + timedelta(days=20),
    )  # fmt: skip
    return row


@pytest.fixture
def unit(db: None) -> PollutionSource:
    return PollutionSource.objects.create(
        code="PS00001", name="示范1号有限公司", no_code_reason="individual",
        regulatory_type="general",
    )  # fmt: skip


def as_user(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def conflict_form(**changes: Any) -> dict[str, Any]:
    return {
        "conflict-source": "PS00001", "conflict-kind": "relative", "conflict-detail": "配偶任职",
        "conflict-starts_on": TODAY.isoformat(), "conflict": "", **changes,
    }  # fmt: skip


def test_an_officer_declares_a_conflict_on_his_own_page(
    staff: dict[str, User], officer: Inspector, unit: PollutionSource
) -> None:
    own = as_user(staff["officer1"])
    assert "今天可以执法" in words(own.get("/registry/me/"))
    assert "20 天后到期" in words(own.get("/registry/me/"))

    assert own.post("/registry/me/", conflict_form()).status_code == 302

    row = ConflictOfInterest.objects.get()
    assert row.by_self
    assert "示范1号有限公司" in words(own.get("/registry/me/"))
    page = words(as_user(staff["planner1"]).get("/registry/inspectors/IN001/"))
    assert "本人申报" in page
    assert "申报利害关系" in page
    assert "赵一鸣 近亲属" in words(as_user(staff["planner1"]).get("/registry/sources/PS00001/"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"conflict-source": "没有这家"}, "名录中没有"),
        ({"conflict-detail": ""}, ""),
        ({"conflict-kind": "friend"}, ""),
        ({"conflict-starts_on": (TODAY + timedelta(days=1)).isoformat()}, "不能晚于今天"),
    ],
)
def test_a_declaration_that_cannot_be_is_explained(
    staff: dict[str, User], officer: Inspector, unit: PollutionSource, changes: Any, said: str
) -> None:
    answer = as_user(staff["officer1"]).post("/registry/me/", conflict_form(**changes))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ConflictOfInterest.objects.exists()


def test_who_is_no_inspector_has_no_page_of_his_own(
    staff: dict[str, User], officer: Inspector
) -> None:
    assert as_user(staff["planner1"]).get("/registry/me/").status_code == 404
    assert as_user(staff["officer2"]).get("/registry/me/").status_code == 404
    assert Client().get("/registry/me/").status_code == 302
    assert as_user(staff["officer1"]).get("/registry/inspectors/IN001/").status_code == 403


def test_staff_keep_certificates_leave_and_presence_on_one_page(
    staff: dict[str, User], officer: Inspector
) -> None:
    planner, url = as_user(staff["planner1"]), "/registry/inspectors/IN001/"

    planner.post(url, {
        "certificate-number": "ZF2", "certificate-valid_from": TODAY.isoformat(),
        "certificate-valid_to": (TODAY + timedelta(days=900)).isoformat(),
        "certificate-reason": "换发新证", "certificate": "",
    })  # fmt: skip
    planner.post(url, {
        "leave-starts_on": TODAY.isoformat(), "leave-ends_on": TODAY.isoformat(),
        "leave-reason": "培训", "leave": "",
    })  # fmt: skip

    page = words(planner.get(url))
    assert "ZF2" in page
    assert "今天不能执法：请假或离岗" in page
    assert "登记离岗时段" in page
    overlap = planner.post(url, {
        "leave-starts_on": TODAY.isoformat(), "leave-ends_on": TODAY.isoformat(),
        "leave-reason": "培训", "leave": "",
    })  # fmt: skip
    assert overlap.status_code == 422
    assert "重叠" in overlap.content.decode()
    marked = re.findall(r'<input[^>]*aria-invalid="true"[^>]*>', overlap.content.decode())
    assert 'name="leave-starts_on"' in marked[0]
    assert "js/refused" in overlap.content.decode()
    planner.post(url, {"post-status": "off_post", "post-reason": "调离", "post": ""})
    assert "离岗" in words(planner.get(url))


def test_leave_is_changed_and_cancelled_and_a_conflict_ended(
    staff: dict[str, User], officer: Inspector, unit: PollutionSource
) -> None:
    planner = as_user(staff["planner1"])
    row = Leave.objects.create(
        inspector=officer, starts_on=TODAY, ends_on=TODAY + timedelta(days=9), reason="培训"
    )
    url = f"/registry/leaves/{row.pk}/"

    for day, said in (("", "没有变化"), ("2026-99-99", "没有变化")):
        answer = planner.post(url, {"ends_on": day, "reason": "提前返岗"})
        assert answer.status_code == 422
        line = answer.content.decode().split(f'action="{url}"')[1].split("</form>")[0]
        assert said in line  # beside its own dates,
        assert 'value="提前返岗"' in line  # and nothing has to be typed again
    planner.post(url, {"ends_on": TODAY.isoformat(), "reason": "提前返岗"})
    planner.post(url, {"cancel": "", "reason": "未休"})
    row.refresh_from_db()
    assert (row.ends_on, row.cancel_reason) == (TODAY, "未休")

    planner.post("/registry/inspectors/IN001/", conflict_form())
    conflict = ConflictOfInterest.objects.get()
    end = f"/registry/conflicts/{conflict.pk}/end/"
    assert "请填写终止原因" in planner.post(end, {"reason": ""}, follow=True).content.decode()
    planner.post(end, {"on": TODAY.isoformat(), "reason": "配偶离职"})
    conflict.refresh_from_db()
    assert (conflict.ends_on, conflict.end_reason) == (TODAY, "配偶离职")


def test_who_may_not(staff: dict[str, User], officer: Inspector, unit: PollutionSource) -> None:
    director = as_user(staff["director1"])
    assert director.get("/registry/inspectors/IN001/").status_code == 200
    assert director.post("/registry/inspectors/IN001/", conflict_form()).status_code == 403
    assert director.post("/registry/conflicts/1/end/", {}).status_code == 403
    assert as_user(staff["planner1"]).get("/registry/leaves/1/").status_code == 405
    assert as_user(staff["planner1"]).post("/registry/leaves/99/", {}).status_code == 404
    assert as_user(staff["planner1"]).post("/registry/conflicts/99/end/", {}).status_code == 404


def test_no_page_compares_what_officers_have_done(
    staff: dict[str, User], officer: Inspector
) -> None:
    """严禁下达检查指标: a person's count stands on the person's own page alone."""
    listing = as_user(staff["planner1"]).get("/admin/registry/inspector/").content.decode()

    assert "参加检查" not in listing
    page = words(as_user(staff["planner1"]).get("/registry/inspectors/IN001/"))
    assert f"{TODAY.year} 年参加检查 0 次" in page
