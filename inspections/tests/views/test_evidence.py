"""Evidence travels by its content (tablet-sync §3)."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from PIL import ExifTags, Image

from inspections.models import Assignment, Evidence, EvidenceReceipt
from inspections.services import evidence as evidence_services
from inspections.services.evidence import drop_abandoned_parts, path_of
from registry.papers import stored_files
from tests.scene import Scene

from .device import Device

MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 64


def photo(side: int = 40, *, place: bool = False, kind: str = "JPEG") -> bytes:
    target, exif = BytesIO(), Image.Exif()
    if place:
        exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    image = Image.effect_noise((side, side * 3 // 4), 50).convert("RGB")
    image.save(target, kind, exif=exif)
    return target.getvalue()


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def shows(device: Device, content: bytes) -> dict[str, Any]:
    value = {"must_check": "must_check:8", "note": "贮存间", "time": "2026-05-13T10:00:00+08:00",
             "taker": "赵一鸣", "longitude": "87.3", "latitude": "44.0"}  # fmt: skip
    return device.write(f"evidence:{sha(content)}", value)


def files_in(root: Path) -> list[str]:
    return sorted(
        path.name for path in root.rglob("*") if path.is_file() and path.suffix != ".xlsx"
    )


@pytest.mark.parametrize("bytes_first", [True, False])
def test_bytes_and_the_section_about_them_meet_in_either_order(
    device: Device, bytes_first: bool
) -> None:
    content = photo()
    steps = [lambda: device.put(content), lambda: shows(device, content)]

    for step in steps if bytes_first else reversed(steps):
        step()

    row = device.assignment.evidence.get()
    assert path_of(row.sha256).read_bytes() == content
    assert {name for name in ("view", "thumb") if path_of(row.sha256, name).is_file()} == {
        "view",
        "thumb",
    }


def test_a_repeat_is_harmless(device: Device) -> None:
    content = photo()

    assert [device.put(content).status_code for _ in range(3)] == [201, 200, 200]
    assert EvidenceReceipt.objects.count() == 1


def test_a_mismatch_leaves_nothing_behind(device: Device) -> None:
    before = files_in(Path(settings.EVIDENCE_ROOT))

    response = device.put(photo(), sha256="0" * 64)

    assert (response.status_code, response.json()["error"]) == (422, "hash_mismatch")
    assert files_in(Path(settings.EVIDENCE_ROOT)) == before
    assert not EvidenceReceipt.objects.exists()


def bomb() -> bytes:
    """A PNG of a few bytes that would become a gigapixel."""
    target = BytesIO()
    Image.new("1", (40_000, 40_000)).save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"MZ" + b"\0" * 300,
        b"#!/bin/sh\nrm -rf /\n",
        photo()[:200],
        photo(place=True),
        b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF",
        b"%PDF-1.7\n1 0 obj<</S/Rendition/JS 12 0 R>>endobj\n%%EOF",
        b"PK\x03\x04" + b"\0" * 60,
    ],
    ids=[
        "empty",
        "svg",
        "html",
        "exe",
        "shell",
        "cut",
        "with place",
        "pdf script",
        "pdf script elsewhere",
        "zip",
    ],
)
def test_what_is_no_evidence_is_refused_and_leaves_nothing(device: Device, content: bytes) -> None:
    before = files_in(Path(settings.EVIDENCE_ROOT))

    response = device.put(content)

    assert response.status_code == 415
    assert response.json()["text"]
    assert files_in(Path(settings.EVIDENCE_ROOT)) == before


def test_a_document_whose_compressed_bytes_look_like_a_script_by_chance_is_taken(
    device: Device,
) -> None:
    stream = b"stream\n" + b"\x93\x1f/JS\xe1\x07" * 40 + b"\nendstream"

    response = device.put(b"%PDF-1.7\n1 0 obj<</Length 290>>" + stream + b"endobj\n%%EOF")

    assert response.status_code == 201


def test_a_picture_that_would_unpack_to_gigabytes_is_refused(device: Device) -> None:
    assert device.put(bomb()).status_code == 415


def test_a_video_may_be_larger_than_a_photo(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EVIDENCE_MAX_BYTES", 1000)

    large_video = device.put(MP4 + b"\0" * 2000)
    large_photo = device.put(photo(200))

    assert (large_video.status_code, large_photo.status_code) == (201, 415)


def parts_of(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


def put_part(device: Device, whole: bytes, parts: list[bytes], number: int, **more: str) -> Any:
    part = parts[number - 1]
    headers = {"HTTP_X_PART_SHA256": sha(part), **more}
    return device.put(part, sha(whole), f"?part={number}&of={len(parts)}", **headers)


def test_a_broken_link_goes_on_behind_the_last_whole_part(device: Device) -> None:
    content = photo(400)
    parts = parts_of(content, len(content) // 3)
    total = len(parts)
    address = f"/inspections/evidence/{sha(content)}/"

    assert put_part(device, content, parts, 1).status_code == 202
    damaged = put_part(device, content, parts, 2, HTTP_X_PART_SHA256="0" * 64)
    state = device.client.get(address, {"of": total}).json()
    for number in range(2, total + 1):
        last = put_part(device, content, parts, number)

    assert damaged.status_code == 422
    assert (state["whole"], state["parts"]) == (False, [1])
    assert (last.status_code, last.json()["whole"]) == (201, True)
    assert path_of(sha(content)).read_bytes() == content
    assert device.client.get(address).json()["whole"]
    assert not [n for n in files_in(Path(settings.EVIDENCE_ROOT)) if "-" in n]


def test_parts_a_dead_process_did_not_join_are_joined_by_the_last_one_sent_again(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = photo(400)
    parts = parts_of(content, len(content) // 2 + 1)
    address = f"/inspections/evidence/{sha(content)}/"
    put_part(device, content, parts, 1)
    with monkeypatch.context() as killed:
        killed.delattr(evidence_services, "_join")
        with pytest.raises(NameError):
            put_part(device, content, parts, 2)

    state = device.client.get(address, {"of": 2}).json()
    again = put_part(device, content, parts, 2)

    assert (state["whole"], state["parts"]) == (False, [1])
    assert (again.status_code, again.json()["whole"]) == (201, True)
    assert path_of(sha(content)).read_bytes() == content


def test_what_a_killed_process_left_half_received_goes_after_a_day(device: Device) -> None:
    half = Path(settings.EVIDENCE_ROOT) / f"{stored_files.RECEIVING}x1"
    half.write_bytes(b"half a photo")
    device.put(content := photo())

    assert stored_files.drop_unfinished(now=timezone.now()) == 0
    tomorrow = timezone.now() + stored_files.UNFINISHED_KEPT + timezone.timedelta(minutes=1)
    assert stored_files.drop_unfinished(now=tomorrow) == 1
    assert not half.exists()
    assert path_of(sha(content)).is_file()


@pytest.mark.parametrize(
    "query", ["?part=0&of=2", "?part=3&of=2", "?part=x&of=2", "?part=1&of=999"]
)
def test_impossible_parts_are_refused(device: Device, query: str) -> None:
    response = device.put(b"x", "a" * 64, query, HTTP_X_PART_SHA256=sha(b"x"))

    assert response.status_code == 415


def test_parts_nobody_came_back_for_are_dropped(device: Device) -> None:
    content = photo(400)
    put_part(device, content, parts_of(content, len(content) // 2 + 1), 1)

    assert drop_abandoned_parts(now=timezone.now()) == 0
    later = timezone.now() + evidence_services.PARTS_KEPT + timezone.timedelta(minutes=1)
    assert drop_abandoned_parts(now=later) == 1


def test_to_know_a_hash_is_no_right_to_the_file(
    scene: Scene, assignment: Assignment, device: Device
) -> None:
    content = photo()
    device.put(content)
    shows(device, content)
    other = next(a for a in scene.assignments if a.pk != assignment.pk)
    thief = Device(next(
        m.inspector.user for a in scene.assignments for m in a.team.all()
        if not assignment.team.filter(inspector=m.inspector).exists()
    ), other)  # fmt: skip
    thief.assignment = next(
        a for a in scene.assignments if a.team.filter(inspector__user_id=thief_id(thief)).exists()
    )

    shows(thief, content)

    address = f"/inspections/{{}}/evidence/{sha(content)}/"
    assert thief.client.get(address.format(assignment.public_id)).status_code == 404
    assert thief.client.get(address.format(thief.assignment.public_id)).status_code == 404
    assert not Evidence.objects.filter(assignment=thief.assignment).exists()
    own = device.client.get(address.format(assignment.public_id))
    assert own.status_code == 200
    assert "sandbox" in own["Content-Security-Policy"]
    assert thief.client.get(f"/inspections/evidence/{sha(content)}/").json()["whole"] is False


def thief_id(device: Device) -> int:
    return int(device.client.session["_auth_user_id"])


def test_the_endpoint_refuses_the_wrong_people(scene: Scene, device: Device) -> None:
    stranger, planner = Client(), Client()
    planner.force_login(scene.users["planner1"])
    address = f"/inspections/evidence/{sha(photo())}/"

    assert stranger.put(address, photo()).status_code == 401
    assert planner.put(address, photo()).status_code == 403
    assert device.client.post(address, {}).status_code == 405
    assert device.put(photo(), sha256="nonsense").status_code == 400


def test_withdrawn_evidence_keeps_its_bytes(device: Device) -> None:
    content = photo()
    device.put(content)
    shows(device, content)

    answer = device.write(f"evidence:{sha(content)}", {"withdrawn": True, "reason": "误拍"}, base=1)

    assert answer["status"] == "applied"
    assert path_of(sha(content)).is_file()


def test_a_photo_uploaded_without_javascript_loses_its_camera_data(device: Device) -> None:
    upload = BytesIO(photo(60, place=True))
    upload.name = "现场.jpg"

    device.client.post(
        f"/inspections/{device.assignment.public_id}/evidence/",
        {"file": upload, "section": "narrative", "note": ""},
    )

    row = device.assignment.evidence.get()
    kept = path_of(row.sha256).read_bytes()
    assert sha(kept) == row.sha256
    assert not Image.open(BytesIO(kept)).getexif()
