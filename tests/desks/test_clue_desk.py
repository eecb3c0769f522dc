"""The clue desk in the browser's words."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlwt
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from inspections.models import Assignment, Clue
from inspections.services.import_clues import CLUE_COLUMNS
from registry.importing.services.importing import import_file
from registry.importing.services.spreadsheets import write_sheet
from registry.models import (
    AuditEvent,
    InspectionItem,
    Inspector,
    PollutionSource,
    SourceMerge,
    VerifiedClue,
)
from registry.services.evidence_files import Proof
from registry.services.source_merges import merge_sources, undo_merge
from tests import cast

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
REPORTER = "李举报 13912345678"


@pytest.fixture
def staff(db: None, tmp_path: Path) -> dict[str, User]:
    cast.prepare_house()
    users = cast.staff_accounts()
    path = cast.inspectors_file(tmp_path / "i.xlsx", TODAY)
    import_file(register="inspectors", path=path, filename="i.xlsx", today=TODAY)
    PollutionSource.objects.create(
        code="PS00001", name="示范甲有限公司", no_code_reason="individual",
        regulatory_type="general",
    )  # fmt: skip
    return {**users, **cast.give_officers_accounts()}


@pytest.fixture
def as_user(staff: dict[str, User]) -> Any:
    def client(username: str) -> Client:
        found = Client(raise_request_exception=False)
        found.force_login(staff[username])
        return found

    return client


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "complaint", "received_on": TODAY.isoformat(), "source": "PS00001",
        "unit_text": "", "origin": "", "content": "夜间刺鼻气味", "reporter": REPORTER, **changes,
    }  # fmt: skip


def recorded(planner: Client, **changes: Any) -> Clue:
    assert planner.post("/inspections/clues/new/", entry(**changes)).status_code == 302
    return Clue.objects.latest("pk")


JUDGED = {
    "judge": "",
    "judge-verified": "yes",
    "judge-judgement": "属实",
    "judge-remote_possible": "on",
}
LOOKED = {"remote": "", "remote-means": "调阅在线数据", "remote-finding": "22时后超标"}


def target(**changes: Any) -> dict[str, Any]:
    people = list(Inspector.objects.order_by("code").values_list("pk", flat=True))
    return {
        "target": "", "target-reason_kind": "remote_suspects", "target-reason": "须取样",
        "target-items": [InspectionItem.objects.filter(item_list__level="bureau")[0].pk],
        "target-lead": people[0], "target-members": [people[1]],
        "target-due_on": (TODAY + timedelta(days=5)).isoformat(), **changes,
    }  # fmt: skip


def test_a_clue_goes_through_the_whole_desk(as_user: Any) -> None:
    planner, leader = as_user("planner1"), as_user("director1")
    clue = recorded(planner)
    url = f"/inspections/clues/{clue.pk}/"

    assert planner.post(url, JUDGED).status_code == 302
    early = planner.post(url, target())
    assert early.status_code == 422
    assert "先登记非现场核查" in early.content.decode()
    assert planner.post(url, LOOKED).status_code == 302
    silent = planner.post(url, target(**{"target-reason": " "}))
    assert silent.status_code == 422
    assert planner.post(url, target()).status_code == 302
    check = clue.check_requests.get()
    decide = f"/inspections/checks/{check.pk}/"
    assert planner.post(decide, {"approve": ""}).status_code == 403
    assert (
        "已派发" in leader.post(decide, {"approve": "", "reason": ""}, follow=True).content.decode()
    )

    number = Assignment.objects.get().number
    page = leader.get(url).content.decode()
    assert number in page
    assert "已转定向检查" in page
    officer = as_user("IN001").get("/inspections/").content.decode()
    assert number in officer
    assert "尚未完成" in planner.post(url, {"close": "", "close-reason": "x"}).content.decode()


def test_the_reporter_is_shown_to_the_clue_desk_alone_and_the_look_is_kept(as_user: Any) -> None:
    planner = as_user("planner1")
    clue = recorded(planner)
    url = f"/inspections/clues/{clue.pk}/reporter/"

    for who in ("director1", "publisher1", "admin1", "IN001"):
        assert as_user(who).post(url).status_code == 403
    for page in ("/inspections/clues/", f"/inspections/clues/{clue.pk}/"):
        assert "13912345678" not in planner.get(page).content.decode()
    shown = planner.post(url)

    assert REPORTER in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert AuditEvent.objects.filter(action="clue.reporter_read").count() == 1
    assert planner.get(url).status_code == 405
    assert planner.post("/inspections/clues/99999/reporter/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source": "", "unit_text": ""}, "所述的单位"),
        ({"source": "不存在"}, "名录中没有"),
        ({"received_on": "2999-01-01"}, "不能晚于今天"),
        ({"received_on": "不是日期"}, ""),
        ({"kind": "rumour"}, ""),
        ({"content": "话" * 2001}, ""),
        ({"content": "a\0b"}, ""),
    ],
)
def test_a_clue_that_cannot_be_is_refused_and_nothing_is_kept(
    as_user: Any, changes: dict[str, Any], words: str
) -> None:
    answer = as_user("planner1").post("/inspections/clues/new/", entry(**changes))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Clue.objects.exists()


def test_the_list_is_filtered(as_user: Any) -> None:
    planner = as_user("planner1")
    recorded(planner, received_on=(TODAY - timedelta(days=60)).isoformat(), content="旧事")
    recorded(planner, kind="drone", content="厂界烟羽")

    def shown(query: str) -> str:
        return planner.get(f"/inspections/clues/?{query}").content.decode()

    assert "旧事" in shown("late=on")
    assert "厂界烟羽" not in shown("late=on")
    assert "旧事" not in shown("kind=drone")
    assert "厂界烟羽" in shown("q=烟羽")
    assert "旧事" not in shown("state=closed")
    assert "旧事" in shown("state=nonsense&kind=3")
    assert "已逾期" in shown("")


def upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile("clues.xlsx", path.read_bytes())


def imported(client: Any, file: SimpleUploadedFile) -> Any:
    """Looked at, then confirmed without choosing the file again."""
    seen = client.post("/inspections/clues/import/", {"file": file})
    kept = seen.context["form"]["kept"].value()
    return client.post("/inspections/clues/import/", {"confirm": "", "kept": kept})


def test_a_file_is_checked_then_imported(as_user: Any, tmp_path: Path) -> None:
    planner, path = as_user("planner1"), tmp_path / "clues.xlsx"
    row = {
        "线索类型": "数据监测",
        "接收日期": "2026-03-06",
        "线索内容": "用电异常",
        "单位名称": "示范甲有限公司",
    }
    write_sheet(path, CLUE_COLUMNS, [[row.get(c.title) for c in CLUE_COLUMNS]], title="线索")

    checked = planner.post("/inspections/clues/import/", {"file": upload(path), "confirm": ""})
    assert "尚未写入" in checked.content.decode()
    assert not Clue.objects.exists()
    assert imported(planner, upload(path)).status_code == 302

    assert Clue.objects.get().source is not None
    bad = SimpleUploadedFile("x.xlsx", b"not a workbook")
    refused = planner.post("/inspections/clues/import/", {"file": bad})
    assert refused.status_code == 422
    assert "有效的 .xlsx" in refused.content.decode()
    template = planner.get("/inspections/clues/template/")
    assert template.status_code == 200
    assert template.content[:2] == b"PK"


class TestAUnitThatWasMerged:
    """The clue keeps the record it named and is worked on at the one that speaks for the unit."""

    @pytest.fixture
    def clue(self, as_user: Any) -> Clue:
        return recorded(as_user("planner1"))

    @pytest.fixture
    def merge(self, staff: dict[str, User], clue: Clue) -> SourceMerge:
        survivor = PollutionSource.objects.create(
            code="PS00002", name="示范乙有限公司", no_code_reason="individual",
            regulatory_type="general",
        )  # fmt: skip
        return merge_sources(
            survivor_id=survivor.pk, merged_id=clue.source_id, on=TODAY, reason="同一单位",
            actor=staff["planner1"], today=TODAY, proof=Proof(note="营业执照"),
        )  # fmt: skip

    def test_an_open_clue_is_shown_at_the_survivor(
        self, as_user: Any, clue: Clue, merge: SourceMerge
    ) -> None:
        planner = as_user("planner1")

        assert clue.number in planner.get("/registry/sources/PS00002/").content.decode()
        page = planner.get(f"/inspections/clues/{clue.pk}/").content.decode()
        assert '<a href="/registry/sources/PS00002/">示范乙有限公司</a>' in page
        assert "登记时为 PS00001 示范甲有限公司" in page
        found = planner.get("/inspections/clues/", {"q": "示范乙"}).content.decode()
        assert clue.number in found

    def test_its_check_goes_to_the_survivor(
        self, as_user: Any, clue: Clue, merge: SourceMerge
    ) -> None:
        planner, director = as_user("planner1"), as_user("director1")
        for step in (JUDGED, LOOKED, target()):
            planner.post(f"/inspections/clues/{clue.pk}/", step)

        director.post(f"/inspections/checks/{clue.check_requests.get().pk}/", {"approve": ""})

        assert Assignment.objects.get().source.code == "PS00002"
        assert VerifiedClue.objects.get().source.code == "PS00002"

    def test_it_returns_with_the_undo(
        self, as_user: Any, staff: dict[str, User], clue: Clue, merge: SourceMerge
    ) -> None:
        undo_merge(
            merge_id=merge.pk, reason="实为两家", actor=staff["planner1"], now=timezone.now(),
            today=TODAY,
        )  # fmt: skip
        planner = as_user("planner1")

        assert clue.number in planner.get("/registry/sources/PS00001/").content.decode()
        assert clue.number not in planner.get("/registry/sources/PS00002/").content.decode()

    def test_an_imported_clue_that_names_the_old_record_reaches_the_survivor(
        self, as_user: Any, merge: SourceMerge
    ) -> None:
        imported(as_user("planner1"), as_text_table())

        assert Clue.objects.get(kind="data").source.code == "PS00002"


LINES = (
    ("线索类型", "接收日期", "线索内容", "单位名称"),
    ("数据监测", "2026-03-06", "用电异常", "示范甲有限公司"),
)


def as_text_table() -> SimpleUploadedFile:
    text = "\r\n".join(",".join(line) for line in LINES)
    return SimpleUploadedFile("线索.csv", text.encode("gb18030"))


def as_old_workbook() -> SimpleUploadedFile:
    workbook, target = xlwt.Workbook(), BytesIO()
    page = workbook.add_sheet("线索")
    for number, line in enumerate(LINES):
        for column, text in enumerate(line):
            page.write(number, column, text)
    page.row(1).hidden = True
    workbook.save(target)
    return SimpleUploadedFile("线索.xls", target.getvalue())


@pytest.mark.parametrize("file", [as_text_table, as_old_workbook])
def test_clues_come_as_old_workbooks_and_text_tables_too(as_user: Any, file: Any) -> None:
    planner = as_user("planner1")

    answer = imported(planner, file())

    assert answer.status_code == 302
    assert Clue.objects.get().content == "用电异常"


def test_the_preview_of_clues_names_hidden_rows(as_user: Any) -> None:
    answer = as_user("planner1").post("/inspections/clues/import/", {"file": as_old_workbook()})

    assert "第 2 行是隐藏行" in answer.content.decode()


def test_rows_of_clues_to_mend_are_named_and_nothing_is_written(as_user: Any) -> None:
    text = "线索类型,接收日期,线索内容,单位名称\n数据监测,2026-03-06,用电异常,示范甲有限公司\n啥,2026-03-06,废水,乙\n"
    planner, file = as_user("planner1"), SimpleUploadedFile("线索.csv", text.encode())

    seen = planner.post("/inspections/clues/import/", {"file": file})
    kept = seen.context["form"]["kept"].value()
    confirmed = planner.post("/inspections/clues/import/", {"confirm": "", "kept": kept})

    assert seen.status_code == confirmed.status_code == 422
    assert "“啥”不在可选值中" in seen.content.decode()
    assert "未导入任何一行" in confirmed.content.decode()
    assert not Clue.objects.exists()


def test_without_a_file_of_clues_the_page_asks_for_one(as_user: Any) -> None:
    answer = as_user("planner1").post("/inspections/clues/import/", {"preview": ""})

    assert answer.status_code == 422
    assert "请选择线索文件" in answer.content.decode()


def test_steps_that_are_not_next_are_refused_with_the_state(as_user: Any) -> None:
    planner = as_user("planner1")
    clue = recorded(planner)
    url = f"/inspections/clues/{clue.pk}/"

    answer = planner.post(url, {"close": "", "close-reason": "算了"})

    assert answer.status_code == 422
    assert "线索目前是“待研判”" in answer.content.decode()
    assert planner.post(url, {}).status_code == 200
    clue.refresh_from_db()
    assert clue.state == "recorded"
