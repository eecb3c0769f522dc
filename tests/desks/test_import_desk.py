"""The import in the browser: upload, preview, confirm, refused rows, columns, undo."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from registry.importing import views as imports
from registry.models import ImportedFile, PollutionSource

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]
GOOD = (
    "单位名称,无代码原因,监管类型,地址,面积\n甲厂,个人经营,一般,一路,9\n乙厂,个人经营,重点,二路,8\n"
)
HALF = "单位名称,无代码原因,监管类型\n甲厂,个人经营,一般\n乙厂,个人经营,特殊\n"


@pytest.fixture
def planner(world_staffed: dict[str, User]) -> Client:
    client = Client()
    client.force_login(world_staffed["planner1"])
    return client


def send(client: Client, text: str, register: str = "sources", name: str = "名录.csv") -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return client.post(reverse("registry:import", args=[register]), {"file": file}, follow=True)


def act(client: Client, step: str, **more: str) -> Any:
    job = ImportedFile.objects.latest("pk")
    url = reverse("registry:import_act", args=[job.pk])
    return client.post(url, {"step": step, **more}, follow=True)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_a_file_goes_from_upload_to_register_and_back(planner: Client) -> None:
    page = text(send(planner, GOOD))
    assert "确认写入" in page
    assert "没有对应的列（未读取）：面积" in page
    assert "甲厂" in page
    assert not PollutionSource.objects.exists()

    page = text(act(planner, "confirm"))
    assert "全部行已写入" in page
    assert PollutionSource.objects.count() == 2

    page = text(act(planner, "undo", reason="传错文件"))
    assert "已撤销整批导入" in page
    assert not PollutionSource.objects.exists()


def test_the_good_rows_alone_and_the_rest_as_a_file(planner: Client) -> None:
    page = text(send(planner, HALF))
    assert "写入其余各行（1 行拒绝）" in page
    assert "不在可选值中" in page
    page = text(act(planner, "confirm_good"))
    assert "没有写入" not in page
    assert "其余各行已写入" in page

    job = ImportedFile.objects.latest("pk")
    answer = planner.get(reverse("registry:import_refused", args=[job.pk]))
    assert answer["Content-Disposition"].endswith('-refused.xlsx"')
    assert [row.name for row in PollutionSource.objects.all()] == ["甲厂"]


def test_confirming_with_refused_rows_says_no(planner: Client) -> None:
    send(planner, HALF)

    assert "未导入任何一行" in text(act(planner, "confirm"))
    assert not PollutionSource.objects.exists()


def test_a_hint_is_taken_with_one_press(planner: Client) -> None:
    page = text(send(planner, "单位名称,监管类型\n甲厂,一般\n"))
    assert "先以名称入册" in page

    page = text(act(planner, "choose", option="no_code", value="1"))

    assert "确认写入" in page
    act(planner, "confirm")
    assert PollutionSource.objects.get().no_code_reason == "not_stated"


def test_columns_are_named_on_a_page(planner: Client) -> None:
    page = text(send(planner, "对象,级别,无代码原因\n甲厂,一般,个人经营\n"))
    assert "指定列" in page
    job = ImportedFile.objects.latest("pk")
    url = reverse("registry:import_columns", args=[job.pk])
    page = text(planner.get(url))
    assert "甲厂" in page
    signature = page.split('name="signature" value="')[1].split('"')[0]

    said = {"signature": signature, "column_0": "name", "column_1": "regulatory_type"}
    page = text(planner.post(url, said, follow=True))

    assert "确认写入" in page
    assert "确认写入" in text(send(planner, "对象,级别,无代码原因\n乙厂,一般,个人经营\n"))


def test_a_file_without_columns_offers_another_one(planner: Client) -> None:
    page = text(send(planner, "第一段\n第二段\n"))

    assert "没有找到表头" in page
    assert "另选文件" in page
    assert "指定列</a>" not in page


def test_the_preview_of_a_key_list_says_what_each_table_was_taken_for(planner: Client) -> None:
    lines = "2026年水环境重点排污单位名录\n序号,单位名称\n1,甲厂\n\n名单\n序号,单位名称\n1,乙厂\n"
    send(planner, lines, register="key_list")

    page = text(act(planner, "choose", option="no_code", value="1"))

    assert "第2行起的表；2026年水环境重点排污单位名录；类别 水环境；2026 年度" in page
    assert "有 1 家没有读到重点类别（如第7行“乙厂”）" in page
    assert "没有读到名录年度" not in page


def test_a_header_on_two_sheets_is_named_once(planner: Client) -> None:
    book, target = Workbook(), BytesIO()
    for title, head, unit in (
        ("一科", "面积", "甲厂"), ("二科", "面积", "乙厂"), ("三科", "产值", "丙厂"),
    ):  # fmt: skip
        sheet = book.create_sheet(title)
        sheet.append(["单位名称", "无代码原因", "监管类型", head])
        sheet.append([unit, "个人经营", "一般", 9])
    book.remove(book.worksheets[0])
    book.save(target)
    file = SimpleUploadedFile("名录.xlsx", target.getvalue())

    page = text(
        planner.post(reverse("registry:import", args=["sources"]), {"file": file}, follow=True)
    )

    assert "没有对应的列（未读取）：面积、产值" in page
    page = text(
        planner.get(reverse("registry:import_columns", args=[ImportedFile.objects.get().pk]))
    )
    assert re.findall(r">([^<]+的表头)</a>", page) == [
        "一科 第1行的表头、二科 第1行的表头", "三科 第1行的表头",
    ]  # fmt: skip


def test_a_refused_file_says_why(planner: Client) -> None:
    assert "网页" in text(send(planner, "<html><table></table></html>", name="名录.xlsx"))


def test_the_key_list_has_an_import_of_its_own(planner: Client) -> None:
    page = text(planner.get(reverse("registry:import", args=["key_list"])))
    assert "谁新列入、谁不再列入" in page
    send(planner, GOOD)
    act(planner, "confirm")

    page = text(send(planner, "单位名称,水环境\n甲厂,√\n", register="key_list"))

    assert "不再列入" in page
    assert "名录外的改为一般" in page
    act(planner, "choose", option="retire", value="1")
    act(planner, "confirm")
    assert dict(PollutionSource.objects.values_list("name", "regulatory_type")) == {
        "甲厂": "key", "乙厂": "general",
    }  # fmt: skip


@pytest.fixture
def waiting(planner: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Every file is large enough for a worker, and no worker is there."""
    monkeypatch.setattr(imports, "DIRECT_BYTES", 0)
    monkeypatch.setattr(imports.work_on_imports, "delay_on_commit", lambda: None)
    return planner


def test_a_long_import_is_followed_and_lost_by_nobody(waiting: Client) -> None:
    page = text(send(waiting, GOOD))
    assert "排队等待读取" in page
    assert 'http-equiv="refresh"' in page
    job = ImportedFile.objects.latest("pk")

    fragment = text(waiting.get(reverse("registry:import_progress", args=[job.pk])))

    assert "data-waiting" in fragment
    assert "<html" not in fragment


def test_the_original_file_can_be_fetched_again(planner: Client) -> None:
    send(planner, GOOD)
    job = ImportedFile.objects.latest("pk")

    answer = planner.get(reverse("registry:import_file", args=[job.pk]))

    assert b"".join(answer.streaming_content).decode() == GOOD  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["import_job", "import_progress", "import_columns", "import_refused", "import_file"])  # fmt: skip
def test_strangers_and_wrong_roles_see_nothing(planner: Client, name: str) -> None:
    send(planner, GOOD)
    url = reverse(f"registry:{name}", args=[ImportedFile.objects.latest("pk").pk])
    wrong = Client()
    wrong.force_login(User.objects.get(username="publisher1"))

    assert Client().get(url).status_code in (302, 403)
    assert wrong.get(url).status_code == 403
    assert planner.get(reverse(f"registry:{name}", args=[10**6])).status_code == 404


def test_acting_is_for_the_right_role_and_by_post(planner: Client) -> None:
    send(planner, GOOD)
    url = reverse("registry:import_act", args=[ImportedFile.objects.latest("pk").pk])
    wrong = Client()
    wrong.force_login(User.objects.get(username="publisher1"))

    assert planner.get(url).status_code == 405
    assert wrong.post(url, {"step": "confirm"}).status_code == 403
    assert not PollutionSource.objects.exists()


def test_an_unknown_register_is_not_found(planner: Client, tmp_path: Path) -> None:
    assert planner.get("/registry/import/other/").status_code == 404


class TestNamingColumns:
    @pytest.fixture
    def url(self, planner: Client) -> str:
        send(planner, "对象,级别,无代码原因\n甲厂,一般,个人经营\n")
        return reverse("registry:import_columns", args=[ImportedFile.objects.latest("pk").pk])

    def test_the_page_says_which_columns_are_known_already(self, planner: Client, url: str) -> None:
        page = text(planner.get(url))

        assert "自动识别：无代码原因" in page
        assert page.count("自动识别：不认得，不读取</option>") == 2

    def test_a_column_left_unread_is_remembered(self, planner: Client, url: str) -> None:
        said = {"column_0": "name", "column_1": "regulatory_type", "column_2": "-"}
        planner.post(url, said)

        assert '<option value="-" selected>' in text(planner.get(url))
        assert "没有代码也没有无代码原因" in text(planner.get(url.removesuffix("columns/")))

    def test_what_was_chosen_stays_where_the_name_is_missing(
        self, planner: Client, url: str
    ) -> None:
        answer = planner.post(url, {"column_1": "regulatory_type"})

        assert answer.status_code == 422
        assert "哪一列是“单位名称”" in text(answer)
        assert '<option value="regulatory_type" selected>' in text(answer)


def test_after_the_key_list_the_page_says_how_many_became_general(planner: Client) -> None:
    send(planner, GOOD)
    act(planner, "confirm")
    send(planner, "单位名称,水环境\n甲厂,√\n", register="key_list")
    act(planner, "choose", option="retire", value="1")

    page = text(act(planner, "confirm"))

    assert "改为一般" in page.split("导入完成")[1].split("</div>")[0]


def test_a_file_of_which_every_row_is_refused_is_not_called_the_same(planner: Client) -> None:
    page = text(send(planner, "单位名称,监管类型\n甲厂,一般\n"))

    assert "1 行被拒绝，其余没有需要写入的差别" in page


def test_each_of_several_faults_of_a_row_names_its_column_once(planner: Client) -> None:
    page = text(send(planner, "单位名称,统一社会信用代码,监管类型\n甲厂,123,啥\n"))

    assert "统一社会信用代码“123”有 3 位" in page
    assert "”统一社会信用代码“" not in page
    assert "“监管类型”“啥”不在可选值中" in page


def test_an_import_that_was_given_up_does_not_say_that_nothing_was_refused(
    planner: Client,
) -> None:
    send(planner, "单位名称,监管类型\n甲厂,一般\n")

    page = text(act(planner, "discard"))

    assert "放弃的导入不保留逐行内容" in page
