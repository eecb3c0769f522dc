"""扫码验真: the holder learns whether the print is ours and holds, and nothing else."""

from typing import Any

import pytest
from django.test import Client

from inspections.models import PrintedPaper, RecordVersion
from inspections.services.papers.printing import check_path, record_paper
from inspections.services.review import approve_record, return_record
from tests.scene import Scene

SITE = "https://hbj.example.cn"


@pytest.fixture
def version(scene: Scene) -> RecordVersion:
    found = scene.submitted()
    record_paper(found, site=SITE)
    return found


def page(version: RecordVersion) -> str:
    answer = Client().get(check_path(version.digest, version.number))
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert "no-store" in answer["Cache-Control"]
    return str(answer.content.decode())


def test_a_print_is_told_by_where_its_version_stands(version: RecordVersion, scene: Scene) -> None:
    assert "尚在审核" in page(version)

    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)

    assert "已审核通过，现行有效" in page(version)


def test_an_older_version_says_which_one_replaced_it(version: RecordVersion, scene: Scene) -> None:
    return_record(
        version_id=version.pk, actor=scene.users["director1"], comment="补充", now=scene.now
    )
    assert "退回更正" in page(version)
    scene.submit(version.assignment)

    assert "已被第2版替代" in page(version)


def test_the_page_names_neither_unit_nor_person_nor_finding(version: RecordVersion) -> None:
    text = page(version)

    unit = version.assignment.source
    people = [m.inspector.name for m in version.assignment.team.all()]
    for word in (unit.name, unit.uscc, unit.code, version.assignment.number, *people):
        assert word not in text
    assert "未发现问题" not in text
    assert version.digest in text


def test_a_print_that_was_altered_is_not_found(version: RecordVersion) -> None:
    mark, number = version.digest[:20], version.number
    other = ("1" if mark[0] == "0" else "0") + mark[1:]

    for url in (f"{mark[:8]}/{number}", f"{mark}/{number + 1}", f"{other}/{number}"):
        answer = Client().get(f"/check/{url}/")
        assert answer.status_code == 404
        assert "没有找到这份文书" in answer.content.decode()


def test_the_files_are_for_the_team_and_the_reviewers(version: RecordVersion, scene: Scene) -> None:
    assignment, client = version.assignment, Client()
    url = f"/inspections/{assignment.public_id}/record/1/party.docx"
    assert client.get(url).status_code == 302

    client.force_login(scene.stranger(assignment))
    assert client.get(url).status_code == 404
    client.force_login(scene.lead(assignment))
    answer = client.get(url)

    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert client.get(url.replace("party", "third")).status_code == 404
    assert client.get(url.replace("docx", "exe")).status_code == 404
    assert client.post(url).status_code == 405


def test_prints_and_the_gate_carry_the_address_of_the_settings(scene: Scene, settings: Any) -> None:
    settings.SITE_URL = SITE
    version, client = scene.submitted(), Client()
    assignment = version.assignment
    client.force_login(scene.lead(assignment))

    client.get(
        f"/inspections/{assignment.public_id}/record/1/party.pdf", headers={"host": "intern"}
    )
    gate = client.get(f"/inspections/{assignment.public_id}/gate/", headers={"host": "intern"})

    address = SITE + check_path(version.digest, 1)
    assert PrintedPaper.objects.get().data["address"] == address
    assert f"{SITE}/gate/" in gate.content.decode()
    assert "intern" not in gate.content.decode()
