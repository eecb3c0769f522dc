"""法定季报 and 台账: counted from what happened, issued once, named only when finished."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from disclosure.models import PublicationLink, PublicStatutoryReport
from disclosure.rules.statutory_report import StatutoryNumbers
from disclosure.selectors import reported_quarters
from disclosure.services import credit_export, publishing, quarter_overview, statutory_report
from disclosure.services.sweep import catch_up
from inspections.models import Assignment
from inspections.services.review import approve_record
from registry.models import AuditEvent
from registry.rules.quarter import Quarter
from tests.scene import Scene


@pytest.fixture
def quarter(scene: Scene) -> Quarter:
    """One random check of the quarter is finished and published; it found one problem."""
    version = scene.submitted(problem={"note": "缺标识", "handling": "corrected_on_spot"})
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    catch_up(now=scene.now)
    link = PublicationLink.objects.get()
    publishing.publish_result(link_id=link.pk, actor=scene.users["publisher1"], now=scene.now)
    plan = link.assignment.plan
    assert plan is not None
    return Quarter.parse(plan.number[:6])


def issue(scene: Scene, quarter: Quarter, note: str = "") -> PublicStatutoryReport:
    return statutory_report.issue_report(
        quarter=quarter,
        actor=scene.users["publisher1"],
        note=note,
        now=scene.now,
        today=quarter.end + timedelta(days=1),
    )


def test_the_report_counts_what_was_checked_published_and_handled(
    scene: Scene, quarter: Quarter
) -> None:
    numbers = statutory_report.numbers_of(quarter, today=timezone.localdate(scene.now))

    assert (numbers.checks_total, numbers.published, numbers.publication_rate) == (1, 1, "100.00%")
    assert (numbers.problems_found, numbers.problems_handled) == (1, 0)  # not closed yet
    assert numbers.units_total == numbers.units_general + numbers.units_key + numbers.units_special
    assert numbers.officers > 0


def test_a_quarter_that_runs_is_previewed_but_not_issued(scene: Scene, quarter: Quarter) -> None:
    with pytest.raises(statutory_report.ReportRefused):
        statutory_report.issue_report(
            quarter=quarter,
            actor=scene.users["publisher1"],
            note="",
            now=scene.now,
            today=quarter.end,
        )


def test_a_reissue_needs_a_change_and_a_reason_and_keeps_the_first(
    scene: Scene, quarter: Quarter
) -> None:
    first = issue(scene, quarter)
    with pytest.raises(statutory_report.ReportRefused):
        issue(scene, quarter, "再报一次")

    Assignment.objects.filter(state="approved").update(state="submitted", completed_at=None)
    with pytest.raises(statutory_report.ReportRefused):
        issue(scene, quarter)
    second = issue(scene, quarter, "一项检查退回重查")

    assert (first.version, second.version) == (1, 2)
    assert StatutoryNumbers.from_json(second.numbers).checks_total == 0
    page = Client().get("/reports/").content.decode()
    assert "一项检查退回重查" in page
    assert "第1版" in page


def test_an_issued_report_cannot_be_changed(scene: Scene, quarter: Quarter) -> None:
    issue(scene, quarter)

    with pytest.raises(DatabaseError), transaction.atomic():
        PublicStatutoryReport.objects.update(numbers={})


def test_the_overview_names_only_finished_checks(scene: Scene, quarter: Quarter) -> None:
    rows = list(quarter_overview.overview_rows(quarter))

    open_ones = Assignment.objects.exclude(state="approved")
    assert open_ones.exists()
    assert len(rows) == Assignment.objects.count()
    text = str(rows)
    for assignment in open_ones.select_related("source"):
        assert assignment.source.name not in text
    done = Assignment.objects.get(state="approved")
    (row,) = [row for row in rows if row[1] == done.number]
    assert row[2] == done.source.display_name
    assert row[8:10] == ["发现问题已责令改正", "0/1"]


def test_the_overview_shows_a_name_without_widening_its_column(
    scene: Scene, quarter: Quarter
) -> None:
    sheet = load_workbook(BytesIO(quarter_overview.overview_workbook(quarter))).worksheets[0]

    longest = max(len(str(cell.value).encode("gb18030")) for cell in sheet["C"])
    assert sheet.column_dimensions["C"].width >= longest


def test_a_quarter_to_come_is_not_said_to_run(scene: Scene, quarter: Quarter) -> None:
    before = reported_quarters(today=quarter.start - timedelta(days=1))
    during = reported_quarters(today=quarter.start)

    assert [row["begun"] for row in (*before, *during)] == [False, True]


def test_the_credit_file_says_what_became_of_each_result(scene: Scene, quarter: Quarter) -> None:
    link = PublicationLink.objects.get()
    publishing.withdraw_result(
        link_id=link.pk, actor=scene.users["director1"], note="记录有误", now=scene.now
    )

    sheet = load_workbook(BytesIO(credit_export.credit_workbook(quarter))).worksheets[0]
    header, row = [[cell.value for cell in line] for line in sheet.iter_rows()]

    found = dict(zip(header, row, strict=True))
    assert found["企业名称"] == link.assignment.source.display_name
    assert found["当前状态"] == "已撤回"
    assert "记录有误" in found["公示变更"]


@pytest.mark.parametrize(
    ("path", "start"),
    [
        ("statutory/{q}.xlsx", b"PK"), ("statutory/{q}.docx", b"PK"), ("statutory/{q}.pdf", b"%PDF"),
        ("overview/{q}.xlsx", b"PK"), ("overview/{q}.pdf", b"%PDF"), ("credit/{q}.xlsx", b"PK"),
    ],
)  # fmt: skip
def test_every_file_can_be_taken_and_leaves_its_trace(
    scene: Scene, quarter: Quarter, path: str, start: bytes
) -> None:
    client = Client()
    client.force_login(scene.users["publisher1"])

    response = client.get(f"/disclosure/{path.format(q=quarter)}")

    assert response.content.startswith(start)
    assert AuditEvent.objects.filter(
        action__endswith=".exported", actor=scene.users["publisher1"]
    ).exists()
    assert client.get("/disclosure/overview/2026Q9.pdf").status_code == 404
    assert client.get(f"/disclosure/overview/{quarter}.exe").status_code == 404
