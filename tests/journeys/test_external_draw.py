"""A list drawn on the regional platform: taken over, sealed, approved, dispatched, published as such."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from disclosure.services.integrity import disclosure_faults
from disclosure.services.sweep import catch_up
from inspections.models import Assignment
from inspections.services.assignment_changes import propose
from inspections.services.dispatch import dispatch_wave
from inspections.services.integrity import inspection_faults
from inspections.tasks import dispatch_due_waves
from registry.importing.services.spreadsheets import write_workbook
from registry.models import CheckLedgerEntry, PollutionSource
from registry.permissions import SameIdentity
from registry.services.evidence_files import Proof
from registry.services.source_merges import merge_sources
from sampling.models import ExternalDraw, SamplingPlan
from sampling.services.external_draws import (
    ExternalDrawRefused,
    NotAnExternalDraw,
    adopt_external_draw,
    external_units,
    import_external_draw,
)
from sampling.services.integrity import sampling_faults
from sampling.services.replacements import ChangeNotPossible
from tests.scene import Scene

TITLES = ["单位名称", "统一社会信用代码", "检查人员"]


def listed(folder: Path, rows: list[list[Any]], titles: list[str] = TITLES) -> Path:
    path = folder / "抽取名单.xlsx"
    write_workbook(path, [("名单", titles, rows)])
    return path


def take_over(scene: Scene, path: Path, **changes: Any) -> SamplingPlan:
    fields = {
        "quarter": scene.quarter,
        "platform": "自治区双随机监管平台",
        "drawn_on": timezone.localdate(scene.now),
        "path": path,
        "filename": path.name,
        "actor": scene.users["planner1"],
        "now": scene.now,
    }
    return import_external_draw(**{**fields, **changes})


@pytest.fixture
def units(scene: Scene) -> list[PollutionSource]:
    """Two units that no assignment names yet."""
    return list(PollutionSource.objects.exclude(assignments__isnull=False).order_by("code")[:2])


@pytest.fixture
def plan(scene: Scene, units: list[PollutionSource], tmp_path: Path) -> SamplingPlan:
    rows = [
        [units[0].name, units[0].uscc, "IN002、IN001"],
        [units[1].name, "", "赵一鸣、李四维"],
    ]
    return take_over(scene, listed(tmp_path, rows))


def test_before_its_dispatch_no_row_names_a_unit_of_it(
    plan: SamplingPlan, units: list[PollutionSource]
) -> None:
    external = ExternalDraw.objects.get()

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sampling_externaldraw")
        stored = str(cursor.fetchall())

    assert external.counts
    assert sum(external.counts.values()) == 2
    for unit in units:
        assert unit.name not in stored
        assert unit.code not in stored
    assert not Assignment.objects.filter(plan=plan).exists()


def test_who_imported_does_not_approve_and_nothing_goes_out_before(
    scene: Scene, plan: SamplingPlan
) -> None:
    importer = scene.users["planner1"]
    importer.groups.set(scene.users["director1"].groups.all())

    with pytest.raises(SameIdentity):
        adopt_external_draw(
            number=plan.number, actor=type(importer).objects.get(pk=importer.pk), now=scene.now
        )
    with pytest.raises(NotAnExternalDraw, match="尚未批准"):
        dispatch_wave(number=plan.number, actor=None, now=scene.now)


def test_approved_it_goes_out_by_itself_with_the_teams_it_came_with(
    scene: Scene, plan: SamplingPlan, units: list[PollutionSource]
) -> None:
    adopt_external_draw(number=plan.number, actor=scene.users["director1"], now=scene.now)

    dispatch_due_waves()
    dispatch_due_waves()

    made = {row.source: row for row in Assignment.objects.filter(plan=plan)}
    assert set(made) == set(units)
    team = [member.inspector.code for member in made[units[0]].team.order_by("position")]
    assert team == ["IN002", "IN001"]
    assert made[units[0]].team.get(role="lead").inspector.code == "IN002"
    with pytest.raises(NotAnExternalDraw, match="已经派发"):
        dispatch_wave(number=plan.number, actor=None, now=scene.now)
    catch_up(now=scene.now)
    assert not [*sampling_faults(), *inspection_faults(), *disclosure_faults()]


def test_it_is_public_as_what_it_is_for_ever(scene: Scene, plan: SamplingPlan) -> None:
    adopt_external_draw(number=plan.number, actor=scene.users["director1"], now=scene.now)

    catch_up(now=scene.now)

    page = Client().get(f"/plans/{plan.number}/").content.decode()
    assert "外部抽取" in page
    assert "本站无法复核" in page
    assert "自治区双随机监管平台" in page
    assert "外部抽取，本站无法复核" in Client().get("/plans/").content.decode()
    assert Client().get(f"/plans/{plan.number}/proof.json").status_code == 404


def test_its_checks_count_toward_the_ratio_and_its_changes_belong_to_the_platform(
    scene: Scene, plan: SamplingPlan
) -> None:
    adopt_external_draw(number=plan.number, actor=scene.users["director1"], now=scene.now)
    assignment, _other = dispatch_wave(
        number=plan.number, actor=None, now=scene.now - timedelta(hours=9)
    )
    scene.assignments = [assignment]

    with pytest.raises(ChangeNotPossible, match="请在该平台办理"):
        propose(
            assignment_id=assignment.pk,
            kind="replace",
            ground="closed",
            reason="关停",
            actor=scene.lead(assignment),
        )

    from inspections.services.review import approve_record

    version = scene.submitted()
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    entry = CheckLedgerEntry.objects.get(reference=assignment.number)
    assert (entry.plan_number, entry.counts_toward_ratio) == (plan.number, True)


def test_a_tampered_list_is_found(scene: Scene, plan: SamplingPlan) -> None:
    ExternalDraw.objects.update(counts={"key": 5})

    assert [fault.part for fault in sampling_faults()] == ["external"]


@pytest.mark.parametrize(
    ("unit", "team", "reason"),
    [
        ("没有登记的示范有限公司", "IN001、IN002", "不在检查对象名录库"),
        ("", "IN001、IN002", "未填写"),
        (None, "IN001", "不足两名"),
        (None, "IN001、查无此人", "“查无此人”不在岗或不唯一"),
    ],
)
def test_each_row_that_cannot_be_taken_over_is_named_and_nothing_is_written(
    scene: Scene, units: list[PollutionSource], tmp_path: Path,
    unit: str | None, team: str, reason: str,
) -> None:  # fmt: skip
    rows = [
        [units[0].name, "", "IN001、IN002"],
        [units[1].name if unit is None else unit, "", team],
    ]

    with pytest.raises(ExternalDrawRefused, match=f"第3行.*{reason}"):
        take_over(scene, listed(tmp_path, rows))

    assert not ExternalDraw.objects.exists()
    assert not SamplingPlan.objects.filter(kind="external").exists()


def test_a_code_of_another_unit_is_not_taken_for_the_one_named(
    scene: Scene, units: list[PollutionSource], tmp_path: Path
) -> None:
    rows = [[units[0].name, units[1].uscc, "IN001、IN002"]]

    with pytest.raises(ExternalDrawRefused, match=f"第2行.*与名录中的“{units[1].name}”不一致"):
        take_over(scene, listed(tmp_path, rows))


def test_a_list_that_names_a_merged_record_reaches_the_unit_once(
    scene: Scene, units: list[PollutionSource], tmp_path: Path
) -> None:
    survivor, merged = units
    today = timezone.localdate(scene.now)
    merge_sources(
        survivor_id=survivor.pk, merged_id=merged.pk, on=today, reason="更名重复",
        actor=scene.users["planner1"], today=today, proof=Proof(note="营业执照"),
    )  # fmt: skip

    plan = take_over(scene, listed(tmp_path, [[merged.name, merged.uscc, "IN001、IN002"]]))

    [unit] = external_units(plan.external)
    assert unit.source_id == survivor.pk
    rows = [[name, "", "IN001、IN002"] for name in (survivor.name, merged.name)]
    with pytest.raises(ExternalDrawRefused, match=r"第3行.*与第2行是同一单位"):
        take_over(scene, listed(tmp_path, rows))


def test_the_same_unit_twice_is_refused(
    scene: Scene, units: list[PollutionSource], tmp_path: Path
) -> None:
    rows = [[units[0].name, "", "IN001、IN002"], [units[0].name, units[0].uscc, "IN003、IN002"]]

    with pytest.raises(ExternalDrawRefused, match="与第2行是同一单位"):
        take_over(scene, listed(tmp_path, rows))


def upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())


def told(scene: Scene, **changes: Any) -> dict[str, Any]:
    """The form as a planner fills it in."""
    fields = {
        "external_quarter": scene.quarter,
        "platform": "自治区双随机监管平台",
        "drawn_on": timezone.localdate().isoformat(),
    }
    return {**fields, **changes}


def as_planner(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.users["planner1"])
    return client


ADDRESS = "/plans-desk/external/"


def test_in_the_browser_preview_import_approve_and_dispatch(
    scene: Scene, units: list[PollutionSource], tmp_path: Path
) -> None:
    path = listed(tmp_path, [[units[0].name, units[0].uscc, "IN001、IN002"]])
    planner, director = as_planner(scene), Client()
    director.force_login(scene.users["director1"])

    seen = planner.post(ADDRESS, told(scene, preview="", file=upload(path)))
    assert "读出 1 家" in seen.content.decode()
    assert units[0].name in seen.content.decode()
    assert "no-store" in seen["Cache-Control"]
    assert not ExternalDraw.objects.exists()
    kept = seen.context["form"]["kept"].value()
    answer = planner.post(ADDRESS, told(scene, confirm="", kept=kept), follow=True)
    number = f"{scene.quarter}-E1"
    assert "名单密封" in answer.content.decode()
    assert units[0].name not in answer.content.decode()

    confirmed = director.post(
        f"/plans-desk/{number}/adopt/", {"password": "correct horse battery"}, follow=True
    )
    assert "已批准" in confirmed.content.decode()
    planner.post(f"/inspections/dispatch/{number}/")
    assert Assignment.objects.get(plan__number=number).source == units[0]


def test_the_preview_says_what_was_not_read_and_names_what_is_hidden(
    scene: Scene, units: list[PollutionSource], tmp_path: Path
) -> None:
    path = listed(
        tmp_path,
        [[units[0].name, "", "IN001、IN002", "甲"], [units[1].name, "", "IN001、IN003", "乙"],
         ["合计", "", "2", ""]],
        [*TITLES, "平台备注"],
    )  # fmt: skip
    workbook = load_workbook(path)
    workbook.active.row_dimensions[3].hidden = True
    workbook.active.column_dimensions["B"].hidden = True
    workbook.save(path)

    page = as_planner(scene).post(ADDRESS, told(scene, file=upload(path))).content.decode()

    assert "读出 2 家" in page
    assert "没有对应的列（未读取）：平台备注" in page
    assert "第 3 行是隐藏行" in page
    assert "B 列“统一社会信用代码”是隐藏列" in page
    assert "第4行“合计 2”：合计行" in page


def test_a_field_left_empty_does_not_cost_the_file(
    scene: Scene, units: list[PollutionSource], tmp_path: Path
) -> None:
    path = listed(tmp_path, [[units[0].name, "", "IN001、IN002"]])
    planner = as_planner(scene)

    page = planner.post(ADDRESS, told(scene, platform="", file=upload(path)))

    assert page.status_code == 422
    assert "已核对文件：抽取名单.xlsx" in page.content.decode()
    kept = page.context["form"]["kept"].value()
    planner.post(ADDRESS, told(scene, confirm="", kept=kept))
    assert ExternalDraw.objects.get().filename == "抽取名单.xlsx"


def test_a_new_file_is_looked_at_before_it_is_taken_over(
    scene: Scene, units: list[PollutionSource], tmp_path: Path
) -> None:
    path = listed(tmp_path, [[units[0].name, "", "IN001、IN002"]])

    page = as_planner(scene).post(ADDRESS, told(scene, confirm="", file=upload(path)))

    assert "尚未写入" in page.content.decode()
    assert not ExternalDraw.objects.exists()


def test_a_file_carried_by_another_persons_form_is_not_taken(
    scene: Scene, units: list[PollutionSource], tmp_path: Path
) -> None:
    path = listed(tmp_path, [[units[0].name, "", "IN001、IN002"]])
    seen = as_planner(scene).post(ADDRESS, told(scene, file=upload(path)))
    other, second = Client(), scene.users["director1"]
    second.groups.add(*scene.users["planner1"].groups.all())
    other.force_login(second)

    answer = other.post(ADDRESS, told(scene, confirm="", kept=seen.context["form"]["kept"].value()))

    assert answer.status_code == 422
    assert "请重新选择文件" in answer.content.decode()
    assert not ExternalDraw.objects.exists()


def test_without_a_file_the_page_asks_for_one(scene: Scene) -> None:
    answer = as_planner(scene).post(ADDRESS, told(scene))

    assert answer.status_code == 422
    assert "请选择抽取名单文件" in answer.content.decode()


def test_rows_to_mend_stand_in_a_table_with_their_line(
    scene: Scene, units: list[PollutionSource], tmp_path: Path
) -> None:
    path = listed(tmp_path, [["没有登记的示范有限公司", "", "IN001、IN002"]])

    answer = as_planner(scene).post(ADDRESS, told(scene, file=upload(path)))

    assert answer.status_code == 422
    assert "名单有 1 处需要修改" in answer.content.decode()
    assert "不在检查对象名录库的在册单位中" in answer.content.decode()


def test_a_file_that_is_no_list_is_refused_in_words(scene: Scene, tmp_path: Path) -> None:
    file = SimpleUploadedFile("名单.xlsx", b"not a workbook")

    answer = as_planner(scene).post(ADDRESS, told(scene, file=file))

    assert answer.status_code == 422
    assert "xlsx" in answer.content.decode()


def test_a_list_comes_as_a_text_table_too(scene: Scene, units: list[PollutionSource]) -> None:
    text = f"企业名称,本局编号,检查人员\n{units[0].name},{units[0].code},IN001、IN002\n"
    file = SimpleUploadedFile("名单.csv", text.encode("gb18030"))
    planner = as_planner(scene)

    seen = planner.post(ADDRESS, told(scene, file=file))
    planner.post(ADDRESS, told(scene, confirm="", kept=seen.context["form"]["kept"].value()))

    assert "文字编码：GB18030" in seen.content.decode()
    assert SamplingPlan.objects.get(kind="external").external.filename == "名单.csv"


def test_by_command_it_says_what_it_read_before_it_writes(
    scene: Scene, units: list[PollutionSource], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = listed(tmp_path, [[units[0].name, "", "IN001、IN002", "甲"]], [*TITLES, "平台备注"])
    said = {
        "platform": "平台", "drawn_on": timezone.localdate().isoformat(), "user": "planner1",
    }  # fmt: skip

    call_command("import_external_draw", scene.quarter, str(path), dry_run=True, **said)

    assert "平台备注" in capsys.readouterr().out
    assert not ExternalDraw.objects.exists()
    call_command("import_external_draw", scene.quarter, str(path), **said)
    assert "读出 1 家" in capsys.readouterr().out
    assert ExternalDraw.objects.count() == 1
