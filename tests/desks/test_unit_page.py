"""One unit's page answers from the screen alone: why special, who changed it, why (not) in the pool."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from registry.grading.services.risk import assess_sources, decide_assessments
from registry.grading.services.special_flags import decide_flag
from registry.models import EvidenceFile, PollutionSource, SpecialFlag
from sampling.models import Draw
from sampling.rules import protocol
from tests import cast
from tests.scene import Scene

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def staff(world_staffed: dict[str, User]) -> dict[str, User]:
    return world_staffed


@pytest.fixture
def unit(staff: dict[str, User]) -> PollutionSource:
    return PollutionSource.objects.create(
        code="PS00001", name="示范1号有限公司", no_code_reason="individual",
        regulatory_type="general", credit_grade="bad", permit_class="key",
    )  # fmt: skip


def as_user(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def words(client: Client, url: str) -> str:
    """What a person reads, on one line."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def notice() -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", (8, 8)).save(target, "PNG")
    return SimpleUploadedFile("关停通知.png", target.getvalue(), "image/png")


def page_of(user: User, unit: PollutionSource) -> str:
    return words(as_user(user), f"/registry/sources/{unit.code}/")


def test_the_page_says_why_the_unit_is_special(
    staff: dict[str, User], unit: PollutionSource
) -> None:
    flag = SpecialFlag.objects.create(
        source=unit, reason="many_complaints", evidence="信访台账3件", starts_on=TODAY,
        proposed_by=staff["planner1"],
    )  # fmt: skip
    assert "另有提议待批准：投诉举报多（信访台账3件）" in page_of(staff["publisher1"], unit)

    decide_flag(
        flag_id=flag.pk, approve=True, reason="属实", actor=staff["director1"], now=timezone.now()
    )

    page = page_of(staff["publisher1"], unit)
    assert f"自 {TODAY} 起为特殊监管对象，原因：投诉举报多；依据：信访台账3件。" in page
    assert "由陆清和提出，沈明远批准" in page


def test_status_is_previewed_before_it_is_changed(
    staff: dict[str, User], unit: PollutionSource, evidence_root: Path
) -> None:
    planner, url = as_user(staff["planner1"]), "/registry/sources/PS00001/status/"
    form = {"new_status": "closed", "on": TODAY.isoformat(), "reason": "政府关停", "preview": ""}

    tried = planner.post(url, {**form, "file": notice()})

    assert "核对：正常 → 关停" in tried.content.decode()
    assert PollutionSource.objects.get().is_active
    kept = EvidenceFile.objects.get()
    assert f'value="{kept.sha256}"' in tried.content.decode()

    del form["preview"]
    done = planner.post(url, {**form, "kept": kept.sha256, "confirm": ""})

    assert done.status_code == 302
    page = page_of(staff["planner1"], unit)
    assert "已移出抽查名录" in page
    assert "状态 正常 → 关停" in page
    assert "关停通知.png" in page


def test_the_page_says_who_changed_the_type_when_and_on_what_proof(
    staff: dict[str, User], unit: PollutionSource, evidence_root: Path
) -> None:
    assert "建档" in page_of(staff["director1"], unit)
    planner = as_user(staff["planner1"])

    answer = planner.post(
        "/registry/sources/PS00001/type/",
        {"regulatory_type": "key", "key_classes": ["air"], "list_year": 2026,
         "on": TODAY.isoformat(), "reason": "增补名录", "file": notice(), "confirm": ""},
    )  # fmt: skip

    assert answer.status_code == 302, answer.content.decode()
    page = page_of(staff["director1"], unit)
    assert f"{TODAY} 由陆清和变更：监管类型：一般 → 重点；重点类别：（空） → 大气环境" in page
    assert "原因：增补名录" in page
    file = EvidenceFile.objects.get()
    served = as_user(staff["director1"]).get(f"/registry/evidence/{file.sha256}/")
    assert served.status_code == 200
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]


def test_the_page_says_what_each_ticket_is_for(
    staff: dict[str, User], unit: PollutionSource
) -> None:
    assess_sources(today=TODAY)
    row = unit.assessments.get()
    decide_assessments(
        assessment_ids=[row.pk], approve=True, reason="属实", actor=staff["director1"],
        now=timezone.now(),
    )  # fmt: skip

    page = page_of(staff["planner1"], unit)

    assert "下次抽取有几签：3 签" in page
    assert "风险等级为高" in page
    assert f"总分 {row.score}" in page
    assert "信用等级 +20" in page
    assert "第1版权重" in page
    assert "沈明远于" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, ""),
        ({"on": (TODAY + timedelta(days=1)).isoformat()}, "不能晚于今天"),
        ({"new_status": "flown"}, ""),
        ({"evidence_note": ""}, "请上传佐证文件"),
        ({"kept": "0" * 64, "evidence_note": ""}, "请上传佐证文件"),
        ({"file": SimpleUploadedFile("a.pdf", b"MZ" + b"x" * 99)}, "只能是照片"),
    ],
)
def test_a_change_that_cannot_be_is_explained(
    staff: dict[str, User], unit: PollutionSource, evidence_root: Path, changes: Any, said: str
) -> None:
    form = {
        "new_status": "closed", "on": TODAY.isoformat(), "reason": "关停", "evidence_note": "1号文",
        "confirm": "", **changes,
    }  # fmt: skip

    answer = as_user(staff["planner1"]).post("/registry/sources/PS00001/status/", form)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert PollutionSource.objects.get().is_active


def test_a_project_goes_into_operation_and_a_site_is_added(
    staff: dict[str, User], unit: PollutionSource
) -> None:
    PollutionSource.objects.update(kind="construction", uscc=cast.make_uscc("91652300MA9000001"), no_code_reason="")  # fmt: skip
    planner = as_user(staff["planner1"])
    assert planner.get("/registry/sources/PS00001/commission/").status_code == 200

    form = {"regulatory_type": "general", "on": TODAY.isoformat(), "reason": "验收合格",
            "evidence_note": "验收公示"}  # fmt: skip
    said = planner.post(
        "/registry/sources/PS00001/commission/",
        {**form, "key_classes": ["water"], "permit_until": "2020-01-01", "preview": ""},
    ).content.decode()
    assert "按一般排污单位参加随机抽取" in said
    assert "重点类别不计入" in said
    assert "2020-01-01 已过期" in said
    planner.post("/registry/sources/PS00001/commission/", {**form, "confirm": ""})
    planner.post(
        "/registry/sources/PS00001/site/",
        {"site": "二厂", "address": "示范路2号", "reason": "扩建"},
    )

    page = page_of(staff["planner1"], unit)
    assert "建设项目投运，转为排污单位" in page
    assert "示范1号有限公司（二厂）" in page
    assert "新增厂区" in page
    assert "示范1号有限公司" in words(planner, "/registry/sources/PS00002/")
    assert planner.get("/registry/sources/PS00001/commission/").status_code == 302


def test_a_site_whose_degrees_are_crossed_is_not_put_on_the_map_in_the_ice_sea(
    staff: dict[str, User], unit: PollutionSource
) -> None:
    PollutionSource.objects.update(uscc=cast.make_uscc("91652300MA9000001"), no_code_reason="")
    form = {"site": "二厂", "address": "示范路2号", "reason": "扩建"}
    planner, url = as_user(staff["planner1"]), "/registry/sources/PS00001/site/"

    answer = planner.post(url, {**form, "longitude": "44.1", "latitude": "87.2"})

    assert answer.status_code == 422
    assert "像是填反了" in answer.content.decode()
    assert 'value="44.1"' in answer.content.decode()
    planner.post(url, {**form, "longitude": "87.2", "latitude": "44.1"})
    assert PollutionSource.objects.count() == 2


def test_no_new_status_is_chosen_beforehand(staff: dict[str, User], unit: PollutionSource) -> None:
    planner, url = as_user(staff["planner1"]), "/registry/sources/PS00001/status/"

    assert '<option value="" selected>请选择</option>' in planner.get(url).content.decode()
    answer = planner.post(url, {"on": TODAY.isoformat(), "reason": "x", "evidence_note": "x"})
    assert answer.status_code == 422


def test_the_preview_says_that_a_general_unit_loses_its_classes(
    staff: dict[str, User], unit: PollutionSource
) -> None:
    PollutionSource.objects.update(regulatory_type="key", key_classes=["water"], key_list_year=2026)
    form = {
        "regulatory_type": "general", "key_classes": ["water"], "on": TODAY.isoformat(),
        "reason": "名录更正", "evidence_note": "函", "preview": "",
    }  # fmt: skip

    page = as_user(staff["planner1"]).post("/registry/sources/PS00001/type/", form)

    assert "重点类别和名录年度随之清除" in page.content.decode()


def test_the_page_says_until_when_the_permit_holds(
    staff: dict[str, User], unit: PollutionSource
) -> None:
    PollutionSource.objects.update(permit_until=TODAY)
    assert "已过期" not in page_of(staff["planner1"], unit)

    PollutionSource.objects.update(permit_until=TODAY - timedelta(days=1))

    page = page_of(staff["planner1"], unit)
    assert f"有效期至 {TODAY - timedelta(days=1)}" in page
    assert "已过期" in page


def test_who_may_not_change_or_see(staff: dict[str, User], unit: PollutionSource) -> None:
    for step in ("status", "type", "commission", "site"):
        url = f"/registry/sources/PS00001/{step}/"
        assert as_user(staff["director1"]).post(url, {}).status_code == 403
        assert Client().get(url).status_code in (302, 403)
        assert as_user(staff["planner1"]).get(f"/registry/sources/X1/{step}/").status_code == 404
    assert as_user(staff["planner1"]).get("/registry/sources/X1/").status_code == 404
    assert as_user(staff["planner1"]).get(f"/registry/evidence/{'a' * 64}/").status_code == 404


class TestPools:
    """The draw of a frozen quarter, told unit by unit without opening the sealed list."""

    @pytest.fixture
    def scene(self, world_undispatched: Scene, evidence_root: Path) -> Scene:
        return world_undispatched

    def test_every_unit_of_the_pool_reads_alike_whether_drawn_or_not(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        draw = Draw.objects.get()
        pool = protocol.parse_pool(draw.pool)
        opened: list[str] = []
        monkeypatch.setattr("sampling.services.sealing.unseal", lambda *a, **k: opened.append("x"))
        planner = scene.users["planner1"]

        pages = {
            row.source_id: page_of(planner, PollutionSource.objects.get(code=row.source_id))
            for row in pool.sources
        }

        assert opened == []
        for row in pool.sources:
            assert f"在池中，{row.weight} 签" in pages[row.source_id]
            assert "名单密封，派发前任何页面都不显示是否抽中" in pages[row.source_id]
            assert "复核材料已公开" not in pages[row.source_id]

    def test_a_unit_left_out_is_told_why(self, scene: Scene) -> None:
        late = PollutionSource.objects.create(
            code="PS99999", name="后来有限公司", no_code_reason="individual",
            regulatory_type="general",
        )  # fmt: skip
        page = page_of(scene.users["director1"], late)
        assert "不在抽取池中：冻结时该单位尚未建档" in page

        draw = Draw.objects.get()
        draw.left_out = [
            {
                "source": "PS99999",
                "code": "at_cap",
                "reason": "本年已现场检查2次，达到年度频次上限2次",
            }
        ]
        draw.save(update_fields=["left_out"])

        page = page_of(scene.users["director1"], late)
        assert "不在抽取池中：本年已现场检查2次，达到年度频次上限2次。" in page

    def test_what_came_with_a_file_leads_to_it(self, scene: Scene) -> None:
        unit = PollutionSource.objects.first()
        assert unit is not None
        director = as_user(scene.users["director1"])

        page = director.get(f"/registry/sources/{unit.code}/").content.decode()

        link = re.search(r'href="([^"]*importedfile[^"]*)">s.xlsx<', page)
        assert link is not None
        assert director.get(link[1]).status_code == 200

    def test_only_who_may_see_assignments_finds_them_here(self, world_scene: Scene) -> None:
        scene = world_scene
        unit = scene.assignments[0].source
        number = scene.assignments[0].number

        assert number in page_of(scene.users["director1"], unit)
        assert number not in page_of(scene.users["planner1"], unit)
        assert number not in page_of(scene.users["publisher1"], unit)


class TestMerging:
    """Two records of one unit in the browser: side by side, merged, parted again."""

    @pytest.fixture
    def double(self, unit: PollutionSource) -> PollutionSource:
        return PollutionSource.objects.create(
            code="PS00002", name="示范1号有限公司（旧名）", no_code_reason="individual",
            regulatory_type="key", address="旧址",
        )  # fmt: skip

    def form(self, **changes: Any) -> dict[str, Any]:
        return {
            "other": "PS00002", "on": TODAY.isoformat(), "reason": "更名重复",
            "evidence_note": "变更通知", **changes,
        }  # fmt: skip

    def test_it_is_looked_at_done_and_undone(
        self, staff: dict[str, User], unit: PollutionSource, double: PollutionSource
    ) -> None:
        planner, url = as_user(staff["planner1"]), "/registry/sources/PS00001/merge/"
        SpecialFlag.objects.create(
            source=double, reason="low_credit", evidence="评价", state="approved", starts_on=TODAY
        )

        tried = planner.post(url, self.form(preview=""))
        assert "保留 PS00001，结束 PS00002" in tried.content.decode()
        assert "转到保留记录：特殊监管标记" in tried.content.decode()
        assert PollutionSource.objects.active().count() == 2

        assert planner.post(url, self.form(confirm="")).status_code == 302
        page = page_of(staff["planner1"], unit)
        assert "已并入本记录：PS00002" in page
        assert "原因：信用评价等级低" in page
        assert "本记录已并入：PS00001" in page_of(staff["planner1"], double)

        row = unit.merges.get()
        undo = f"/registry/merges/{row.pk}/undo/"
        assert "请填写撤销原因" in planner.post(undo, {}, follow=True).content.decode()
        planner.post(undo, {"reason": "实为两家"})
        assert PollutionSource.objects.active().count() == 2
        assert "撤销合并" in page_of(staff["planner1"], unit)

    @pytest.mark.parametrize(
        ("changes", "said"),
        [({"other": "PS00001"}, "请选择另一条记录"), ({"other": "没有"}, "名录中没有"),
         ({"evidence_note": ""}, "请上传佐证文件")],
    )  # fmt: skip
    def test_what_cannot_be_merged_is_explained(
        self, staff: dict[str, User], double: PollutionSource, changes: Any, said: str
    ) -> None:
        answer = as_user(staff["planner1"]).post(
            "/registry/sources/PS00001/merge/", self.form(confirm="", **changes)
        )

        assert answer.status_code == 422
        assert said in answer.content.decode()

    def test_who_may_not(self, staff: dict[str, User], double: PollutionSource) -> None:
        director = as_user(staff["director1"])
        assert director.post("/registry/sources/PS00001/merge/", self.form()).status_code == 403
        assert director.post("/registry/merges/1/undo/", {}).status_code == 403
        planner = as_user(staff["planner1"])
        assert planner.get("/registry/merges/1/undo/").status_code == 405
        assert planner.post("/registry/merges/99/undo/", {"reason": "x"}).status_code == 404
