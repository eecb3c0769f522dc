"""《污染源现场检查记录表》 printed: every field in PDF and Word, the same version the same bytes."""

import io
import re
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from docx import Document
from pypdf import PdfReader

from inspections.choices import MustCheckAnswer, OutcomeCode
from inspections.models import PaperPrint, PrintedPaper, RecordVersion
from inspections.rules.record_fields import RECORD_FIELDS, RecordField
from inspections.services.integrity import inspection_faults
from inspections.services.papers import blocks, pictures
from inspections.services.papers.printing import print_paper, record_paper, render
from inspections.services.review import sections_of_version
from inspections.tests.papers.conftest import STROKES, marker
from tests.scene import Scene

pytestmark = pytest.mark.django_db
SITE = "https://hbj.example.cn"


def flat(text: str) -> str:
    """Without the white space line breaks put into a cell."""
    return re.sub(r"\s+", "", str(text))


def pdf_text(content: bytes) -> str:
    return flat("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def word_text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return flat("".join([*(p.text for p in document.paragraphs), *cells]))


@pytest.fixture
def printed(full_version: RecordVersion) -> dict[str, str]:
    paper = record_paper(full_version, site=SITE)
    return {
        "pdf": pdf_text(render(paper, copy="archive", form="pdf")),
        "docx": word_text(render(paper, copy="archive", form="docx")),
    }


def expected(field: RecordField, version: RecordVersion) -> list[str]:
    """What has to be readable where the field stands."""
    sections = sections_of_version(version)
    if field.section == "must_check":
        return _expected_check(field, version)
    if field.section == "evidence":
        return _expected_evidence(field, sections)
    if field.section == "signature":
        return _expected_signature(field, version)
    value = sections[field.section][field.key]
    if field.key == "team":
        return [text for m in value for text in (m["name"], m["role"], m["certificate"])]
    if field.key == "methods":
        return [*value, "现场"]
    if field.key == "outcome":
        return [label for _code, label in OutcomeCode.choices]
    if field.kind == "tick":
        return [field.label]
    if field.kind == "moment":
        return [field.label, blocks.moment_text(value)]
    return [field.label, str(value)]


def _expected_check(field: RecordField, version: RecordVersion) -> list[str]:
    asked = version.checklist["must_checks"]
    if field.key in ("title", "points"):
        return [check[field.key] for check in asked]
    if field.key == "bases":
        return [f"《{basis['title']}》" for check in asked for basis in check["bases"]]
    if field.key == "note":
        return [marker(f"must_check:{number}", "note") for number in range(1, 11)]
    return {
        "answer": [str(label) for _value, label in MustCheckAnswer.choices],
        "handling": ["处理方式：限期整改"],
        "deadline": ["整改期限：2027年3月9日"],
    }[field.key]


def _expected_evidence(field: RecordField, sections: dict[str, Any]) -> list[str]:
    name, value = next((n, v) for n, v in sections.items() if n.startswith("evidence:"))
    if field.key == "sha256":
        return [name.partition(":")[2]]
    if field.key == "time":
        return [f"取得时间：{blocks.moment_text(value['time'])}"]
    return [value[field.key]]


def _expected_signature(field: RecordField, version: RecordVersion) -> list[str]:
    if field.key == "signer":
        return ["执法人员（主办）", "执法人员（协办）", "被检查单位现场负责人", "见证人", "专家"]
    if field.key == "at":
        return [blocks.moment_text(version.signatures[0]["at"])]
    return [row["name"] for row in version.signatures]


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_every_field_of_the_record_can_be_read_and_searched(
    printed: dict[str, str], full_version: RecordVersion, form: str
) -> None:
    missing = [
        f"{field.section}.{field.key}: {text}"
        for field in RECORD_FIELDS
        for text in expected(field, full_version)
        if flat(text) not in printed[form]
    ]

    assert missing == []


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_each_signature_says_whose_it_is_and_what_it_confirms(
    printed: dict[str, str], form: str
) -> None:
    for label in ("告知回避确认", "被检查单位现场负责人", "见证人", "专家", "执法人员（主办）"):
        assert label in printed[form]


def test_a_field_left_empty_is_still_asked_on_the_paper(full_scene: Scene) -> None:
    paper = record_paper(full_scene.submitted(1), site=SITE)

    text = pdf_text(render(paper, copy="party", form="pdf"))

    labels = [
        f.label
        for f in RECORD_FIELDS
        if f.section in ("unit", "visit", "production", "party", "result") and f.kind != "rows"
    ]
    assert [label for label in labels if flat(label) not in text] == []


def test_the_same_version_gives_the_same_bytes_and_their_hash_is_kept(
    full_version: RecordVersion, full_scene: Scene
) -> None:
    scene, paper = full_scene, record_paper(full_version, site=SITE)
    for form in ("pdf", "docx"):
        prints = [
            print_paper(paper, copy="archive", form=form, actor=scene.users["director1"], now=at)
            for at in (scene.now, scene.now)
        ]
        assert prints[0] == prints[1]

    assert PaperPrint.objects.count() == 2


def test_the_paper_does_not_follow_later_changes_of_the_house(
    full_version: RecordVersion,
) -> None:
    before = render(record_paper(full_version, site=SITE), copy="party", form="pdf")
    full_version.assignment.source.name = "改名以后的公司"
    full_version.assignment.source.save()

    after = render(
        record_paper(full_version, site="https://other.example"), copy="party", form="pdf"
    )

    assert before == after


def test_the_two_copies_say_which_they_are(full_version: RecordVersion) -> None:
    paper = record_paper(full_version, site=SITE)

    assert "存档" in pdf_text(render(paper, copy="archive", form="pdf"))
    assert "交被检查单位" in pdf_text(render(paper, copy="party", form="pdf"))


def test_the_print_carries_digest_page_numbers_address_and_our_font(
    full_version: RecordVersion,
) -> None:
    content = render(record_paper(full_version, site=SITE), copy="archive", form="pdf")

    text = pdf_text(content)
    assert full_version.digest in text
    assert "第1页共" in text
    assert f"{SITE}/check/{full_version.digest[:20]}/1/" in text
    assert b"NotoSansSC" in content


def test_markup_in_what_was_written_stays_text(full_scene: Scene) -> None:
    scene, assignment = full_scene, full_scene.started(2)
    scene.fill(assignment)
    nasty = '#panic("x") *粗* $1/0$ <b> {{ 7*7 }} {% now %} "引号"'
    scene.write(assignment, "narrative", {"text": nasty})
    scene.sign_all(assignment)
    version = scene.submit(assignment)
    paper = record_paper(version, site=SITE)

    assert flat(nasty) in pdf_text(render(paper, copy="archive", form="pdf"))
    assert flat(nasty) in word_text(render(paper, copy="archive", form="docx"))


def test_strokes_are_drawn_as_curves_from_numbers_alone() -> None:
    drawing = pictures.signature_svg(STROKES)

    assert drawing.count("M") == 2
    assert pictures.signature_svg([]) == ""
    assert pictures.signature_svg([[["<script>", 1], [2, "y"]]]) == ""
    assert pictures.signature_svg([{"points": [{"x": 1, "y": 2}, {"x": 3, "y": 9}]}])
    assert pictures.signature_png(STROKES).startswith(b"\x89PNG")


def test_photos_are_made_small_and_lose_their_metadata(full_version: RecordVersion) -> None:
    paper = record_paper(full_version, site=SITE)

    content = render(paper, copy="archive", form="pdf")

    images = [image for page in PdfReader(io.BytesIO(content)).pages for image in page.images]
    assert images
    assert all(max(image.image.size) <= 1000 for image in images if image.image)


def test_what_was_printed_cannot_be_changed_and_a_forged_paper_is_found(
    full_version: RecordVersion,
) -> None:
    paper = record_paper(full_version, site=SITE)
    with pytest.raises(DatabaseError), transaction.atomic():
        PrintedPaper.objects.filter(pk=paper.pk).update(number="CJ-0")
    assert [fault for fault in inspection_faults() if fault.part == "paper"] == []

    forged = {**paper.data, "blocks": [*paper.data["blocks"], {"kind": "prose", "lines": []}]}
    PrintedPaper.objects.create(
        kind="order",
        subject="order:0",
        assignment=full_version.assignment,
        number="ZG-0",
        digest="0" * 64,
        data=forged,
        made_at=full_version.submitted_at,
    )

    assert [fault.part for fault in inspection_faults() if fault.part == "paper"] == ["paper"]
