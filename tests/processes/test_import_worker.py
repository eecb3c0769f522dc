"""A worker is killed in the middle of an import of 20,000 rows: the register holds all rows or none."""

import signal
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from registry.importing.services import importing
from registry.importing.tasks import work_on_imports
from registry.models import AuditEvent, ImportedFile, PollutionSource
from registry.rules.uscc import make_uscc
from tests import cast

from .conftest import Processes, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
ROWS = 20_000


def offered(path: Path, planner: User) -> ImportedFile:
    workbook = Workbook(write_only=True)
    page = workbook.create_sheet("名录")
    page.append(["单位名称", "统一社会信用代码", "监管类型", "地址", "联系电话"])
    for n in range(ROWS):
        page.append(
            [
                f"昌吉示范第{n:05d}号有限公司",
                make_uscc(f"91652300MA8{n:06d}"),
                "一般",
                f"路{n}号",
                "0994",
            ]
        )
    workbook.save(path)
    return importing.receive_import(
        register="sources", chunks=[path.read_bytes()], filename=path.name, actor=planner
    )


def page_of(job: ImportedFile, planner: User) -> str:
    client = Client()
    client.force_login(planner)
    return client.get(reverse("registry:import_job", args=[job.pk])).content.decode()


def end_lease(job: ImportedFile) -> None:
    """As if the minutes had passed in which the killed worker might still have been alive."""
    ImportedFile.objects.filter(pk=job.pk).update(lease_until=timezone.now())


def state_of(job: ImportedFile) -> str:
    return ImportedFile.objects.values_list("state", flat=True).get(pk=job.pk)


def test_a_worker_killed_while_reading_or_writing_leaves_all_rows_or_none(
    processes: Processes, tmp_path: Path
) -> None:
    cast.prepare_house()
    planner = cast.staff_accounts()["planner1"]
    job = offered(tmp_path / "list.xlsx", planner)

    worker = processes.worker()
    work_on_imports.delay()
    wait_until(lambda: state_of(job) == "reading", "the worker to read")
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=30)
    assert PollutionSource.objects.count() == 0
    end_lease(job)
    assert "读取中断" in page_of(job, planner)

    worker = processes.worker()
    work_on_imports.delay()
    wait_until(lambda: state_of(job) == "ready", "the preview")
    job.refresh_from_db()
    assert job.rows_new == ROWS
    importing.confirm_import(job=job, actor=planner)
    work_on_imports.delay()
    wait_until(lambda: state_of(job) in ("applying", "applied"), "the worker to write")
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=30)

    assert state_of(job) == "applying", "the worker was too fast to be killed half-way"
    assert PollutionSource.objects.count() == 0
    assert not AuditEvent.objects.filter(action="source.created").exists()
    end_lease(job)
    assert "写入中断：没有写入任何一行" in page_of(job, planner)

    processes.worker()
    work_on_imports.delay()
    wait_until(lambda: state_of(job) == "applied", "the second attempt")
    assert PollutionSource.objects.count() == ROWS
    assert AuditEvent.objects.filter(action="source.created").count() == ROWS
    assert "全部行已写入" in page_of(job, planner)
