"""宣传: written by the publisher, safe by construction, public at once."""

from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from disclosure.models import GuideMaterial, GuidePage
from registry.models import AuditEvent

pytestmark = pytest.mark.django_db
PAGE = {"title": "企业的权利", "slug": "rights", "body": "## 权利\n\n- 核对证件", "position": 1, "shown": "on"}  # fmt: skip


@pytest.fixture
def staff(world_staffed: dict[str, User]) -> dict[str, User]:
    return world_staffed


@pytest.fixture
def publisher(staff: dict[str, User]) -> Client:
    client = Client()
    client.force_login(staff["publisher1"])
    return client


def photo() -> bytes:
    target = BytesIO()
    picture = Image.new("RGB", (60, 40), "teal")
    exif = picture.getexif()
    exif[0x010E] = "secret place"
    picture.save(target, "JPEG", exif=exif)
    return target.getvalue()


def upload(client: Client, content: bytes, name: str = "x") -> Any:
    form = {"title": "图解", "description": "四步流程", "position": 1, "shown": "on",
            "file": SimpleUploadedFile(name, content)}  # fmt: skip
    return client.post("/admin/disclosure/guidematerial/add/", form)


def test_what_the_publisher_writes_is_public_at_the_next_request(publisher: Client) -> None:
    visitor = Client()
    assert "企业的权利" not in visitor.get("/guide/").content.decode()

    answer = publisher.post("/admin/disclosure/guidepage/add/", PAGE)

    assert answer.status_code == 302, answer.content.decode()
    assert "企业的权利" in visitor.get("/guide/").content.decode()
    assert "<h2>权利</h2>" in visitor.get("/guide/rights/").content.decode()
    assert AuditEvent.objects.filter(action="guide_page.created").exists()


def test_code_in_a_text_is_shown_as_text(publisher: Client) -> None:
    publisher.post(
        "/admin/disclosure/guidepage/add/", {**PAGE, "body": "<script>alert(1)</script>"}
    )

    text = Client().get("/guide/rights/").content.decode()

    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_a_page_not_shown_is_not_there(publisher: Client) -> None:
    publisher.post("/admin/disclosure/guidepage/add/", {**PAGE, "shown": ""})

    assert GuidePage.objects.exists()
    assert Client().get("/guide/rights/").status_code == 404


def test_a_photo_is_drawn_anew_without_what_hides_in_it(publisher: Client) -> None:
    answer = upload(publisher, photo())

    row = GuideMaterial.objects.get()
    assert answer.status_code == 302, answer.content.decode()
    assert (row.kind, row.width, row.height) == ("picture", 60, 40)
    assert b"secret place" not in bytes(row.content)
    page = Client().get(f"/guide/files/{row.sha256}/")
    assert (page["Content-Type"], page["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert "四步流程" in Client().get("/guide/").content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"%PDF-1.4 /OpenAction <</S /JavaScript>>", "脚本"), (b"<svg onload=alert(1)>", "只接受"),
     (b"MZ\x90", "只接受"), (b"\x89PNG broken", "只接受"), (b"x" * (5 * 1024 * 1024 + 1), "5 MB")],
    ids=["active pdf", "svg", "program", "broken picture", "too large"],
)  # fmt: skip
def test_files_that_could_harm_are_refused(publisher: Client, content: bytes, words: str) -> None:
    answer = upload(publisher, content)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not GuideMaterial.objects.exists()


def test_a_brochure_is_downloaded_not_opened_on_the_site(publisher: Client) -> None:
    upload(publisher, b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF")

    row = GuideMaterial.objects.get()
    page = Client().get(f"/guide/files/{row.sha256}/")
    assert page["Content-Type"] == "application/pdf"
    assert page["Content-Disposition"].startswith("attachment")
    assert "sandbox" in page["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["director1", "planner1", "admin1"])
def test_nobody_else_edits_the_guide(staff: dict[str, User], name: str) -> None:
    client = Client()
    client.force_login(staff[name])

    assert client.post("/admin/disclosure/guidepage/add/", PAGE).status_code == 403
    assert client.get("/admin/disclosure/guidematerial/").status_code == 403
    assert Client().get("/admin/disclosure/guidepage/add/").status_code == 302
