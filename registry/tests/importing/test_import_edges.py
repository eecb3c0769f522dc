"""Files that once crashed the import, or were not the same the second time."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from registry.importing.services.exporting import export_register
from registry.importing.services.jobs import ImportRefused
from registry.importing.services.spreadsheets import FileRefused
from registry.models import Credential, Inspector, PollutionSource, SpecialFlag
from registry.services.source_codes import next_codes
from registry.tests.importing.test_round_trip import TODAY, load, sheet, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]
UNCHANGED = "变更 0"


def refused(path: Path, words: str) -> None:
    with pytest.raises(ImportRefused) as refusal:
        load(path)
    assert words in "；".join(map(str, refusal.value.errors))


def test_two_new_rows_of_one_code_and_site_are_named(tmp_path: Path) -> None:
    rows = [{**unit(1), "厂区/点位": "一厂", "本局编号": code} for code in ("A1", "A2")]

    refused(sheet(tmp_path / "a.xlsx", *rows), "与第2行重复")
    assert not PollutionSource.objects.exists()


def test_a_row_that_only_adds_to_another_of_its_unit_is_joined_with_it(tmp_path: Path) -> None:
    rows = [
        {**unit(1), "厂区/点位": "一厂", **more} for more in ({"本局编号": "A1"}, {"地址": "路"})
    ]

    assert "新增 1" in load(sheet(tmp_path / "a.xlsx", *rows)).summary()
    row = PollutionSource.objects.get()
    assert (row.code, row.address) == ("A1", "路")


def test_two_sites_of_one_company_stay_two_the_second_time(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", unit(1), {**unit(1), "厂区/点位": "西厂"})

    assert "新增 2" in load(path).summary()
    assert "未变 2" in load(path).summary()


def test_a_proposed_flag_is_decided_by_a_person_first(tmp_path: Path) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1)))
    SpecialFlag.objects.create(
        source=PollutionSource.objects.get(), reason="many_complaints", starts_on=TODAY
    )

    refused(sheet(tmp_path / "b.xlsx", unit(1, 特殊监管="是", 特殊监管原因="投诉举报多")), "待批准")


def flagged(tmp_path: Path) -> SpecialFlag:
    load(sheet(tmp_path / "flag.xlsx", unit(1, 特殊监管="是", 特殊监管原因="投诉举报多")))
    return SpecialFlag.objects.get()


def test_a_reason_without_its_column_ends_no_flag(tmp_path: Path) -> None:
    flag = flagged(tmp_path)

    refused(sheet(tmp_path / "b.xlsx", unit(1, 特殊监管原因="投诉举报多")), "没有“特殊监管”列")
    blank = sheet(tmp_path / "c.xlsx", unit(1, 特殊监管原因=""))
    assert UNCHANGED in load(blank).summary()

    flag.refresh_from_db()
    assert flag.ends_on is None


def test_a_flag_with_a_coming_end_is_exported_as_in_force_and_ended_by_no_alone(
    tmp_path: Path,
) -> None:
    flag = flagged(tmp_path)
    SpecialFlag.objects.update(ends_on=date(2027, 6, 30), end_reason="到期")

    export_register(register="sources", target=tmp_path / "out.xlsx", today=TODAY)
    assert UNCHANGED in load(tmp_path / "out.xlsx").summary()
    load(sheet(tmp_path / "no.xlsx", unit(1, 特殊监管="否")))

    flag.refresh_from_db()
    assert flag.ends_on == TODAY


def test_a_damaged_file_is_refused_in_words(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", unit(1))
    whole = path.read_bytes()
    at = whole.index(b"PK\x01\x02")  # the directory of the archive

    for offset in range(48):
        content = bytearray(whole)
        content[at + offset] ^= 0xFF
        path.write_bytes(content)
        try:
            load(path, dry_run=True)
        except FileRefused:
            continue  # in words; any other exception fails the test


@pytest.mark.parametrize("year", ["99999999", "1999", "二〇二六", "2101"])
def test_a_year_is_a_year(tmp_path: Path, year: str) -> None:
    refused(sheet(tmp_path / "a.xlsx", unit(1, 名录年度=year)), "四位年份")


def test_the_database_knows_years_and_identities_too(tmp_path: Path) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1)))

    for fields in (
        {"key_list_year": 1999},
        {"uscc": "", "no_code_reason": "other", "permit_number": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PollutionSource.objects.update(**fields)


def test_a_unit_without_code_needs_a_permit_number(tmp_path: Path) -> None:
    row = {"单位名称": "示范养殖场", "监管类型": "一般", "无代码原因": "其他"}

    refused(sheet(tmp_path / "a.xlsx", row), "许可证编号")
    assert (
        "新增 1"
        in load(sheet(tmp_path / "b.xlsx", {**row, "排污许可证编号": "H9652300000001"})).summary()
    )


def test_codes_of_other_digits_and_opaque_shapes(tmp_path: Path) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1)))
    PollutionSource.objects.update(code="PS²")

    assert next_codes(1) == ["PS00002"]  # PS00001 was given once
    row = PollutionSource.objects.get()
    row.code = "X0123456789ABCDEF"
    with pytest.raises(ValidationError, match="涉密代号"):
        row.full_clean()


def test_line_ends_of_a_browser_change_nothing(tmp_path: Path) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1)))
    PollutionSource.objects.update(note="第一行\r\n第二行")

    export_register(register="sources", target=tmp_path / "out.xlsx", today=TODAY)

    assert UNCHANGED in load(tmp_path / "out.xlsx").summary()


def person(number: str, until: str, **more: Any) -> dict[str, Any]:
    return {
        "人员编号": "IN001", "姓名": "甲", "类别": "执法人员", "单位": "本局", "执法证号": number,
        "证件有效期起": "2024-01-01", "证件有效期止": until, **more,
    }  # fmt: skip


def test_an_older_certificate_is_registered_once(tmp_path: Path) -> None:
    load(sheet(tmp_path / "a.xlsx", person("A", "2030-01-01")), register="inspectors")
    path = sheet(tmp_path / "b.xlsx", person("B", "2028-01-01"))

    assert "变更 1" in load(path, register="inspectors").summary()
    assert UNCHANGED in load(path, register="inspectors").summary()
    assert Credential.objects.count() == 2


def test_a_renewal_in_a_file_keeps_the_period_before_and_is_registered_once(tmp_path: Path) -> None:
    load(sheet(tmp_path / "a.xlsx", person("A", "2026-12-22")), register="inspectors")
    row = person("A", "2028-12-22", 证件有效期起="2026-12-23")
    path = sheet(tmp_path / "b.xlsx", row)

    assert "变更 1" in load(path, register="inspectors").summary()
    assert UNCHANGED in load(path, register="inspectors").summary()
    kept = Credential.objects.get()
    assert (kept.valid_from, kept.valid_to) == (date(2024, 1, 1), date(2028, 12, 22))


def test_a_blank_certificate_says_nothing(tmp_path: Path) -> None:
    load(sheet(tmp_path / "a.xlsx", person("A", "2030-01-01")), register="inspectors")
    path = sheet(tmp_path / "b.xlsx", person("", "", 类别="监管人员", 证件有效期起=""))

    assert "变更 1" in load(path, register="inspectors").summary()  # the role
    assert UNCHANGED in load(path, register="inspectors").summary()
    assert Inspector.objects.get().credentials.count() == 1
