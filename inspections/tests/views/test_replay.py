"""Every request of a whole visit, sent again in any order: the record stays exactly as it is."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from inspections.models import Evidence, EvidenceReceipt, RecordVersion, SyncOperation
from inspections.services.integrity import inspection_faults
from registry.models import AuditEvent
from tests.scene import Scene

from .device import Device
from .test_evidence import files_in, parts_of, photo, put_part, sha

Request = Callable[[], Any]


def a_visit(scene: Scene, device: Device) -> list[Request]:
    """Sends a record with a photo and a file in parts, signs and submits it; what was sent."""
    sent: list[Request] = []

    def send(request: Request) -> Any:
        sent.append(request)
        return request()

    def write(section: str, value: Any, base: int = 0) -> None:
        op = device.op(section, value, base)
        assert send(lambda: device.send(op))[0]["status"] == "applied"

    small, large = photo(60), photo(400)
    parts = parts_of(large, len(large) // 3)
    scene.fill(device.assignment)
    write("production", {"state": "正常生产"})
    write("production", {"state": "停产"}, base=1)
    for content in (small, large):
        about = {"must_check": "narrative", "note": "现场", "taker": "甲"}
        write(f"evidence:{sha(content)}", about)
    send(lambda: device.put(small))
    for number in range(1, len(parts) + 1):
        send(lambda number=number: put_part(device, large, parts, number))
    officers = device.assignment.team.filter(inspector__role="officer")
    for signer in [*(f"officer-{m.inspector.code}" for m in officers), "recusal", "party"]:
        signed = device.signature(signer)
        send(lambda signed=signed: device.send(signed))
    submit = device.op("submit", {"digest": signed["value"]["digest"]})
    assert send(lambda: device.send(submit))[0]["status"] == "applied"
    send(device.pull)
    return sent


def everything(device: Device) -> Any:
    """What must not move: rows, versions, files and the trail."""
    root = Path(settings.EVIDENCE_ROOT)
    return (
        list(device.assignment.sections.order_by("section").values_list("section", "rev", "value")),
        list(RecordVersion.objects.values_list("number", "digest")),
        SyncOperation.objects.count(),
        sorted(Evidence.objects.values_list("sha256", flat=True)),
        EvidenceReceipt.objects.count(),
        AuditEvent.objects.exclude(action="assignment.viewed").count(),
        [(name, hashlib.sha256(next(root.rglob(name)).read_bytes()).hexdigest())
         for name in files_in(root)],
    )  # fmt: skip


@pytest.fixture
def handed_in(scene: Scene, device: Device) -> tuple[Device, list[Request]]:
    return device, a_visit(scene, device)


@how(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_request_of_a_visit_in_any_order_changes_nothing(
    handed_in: tuple[Device, list[Request]], data: st.DataObject
) -> None:
    device, sent = handed_in
    before = everything(device)

    for request in data.draw(st.permutations(sent)):
        for _ in range(data.draw(st.integers(1, 2))):
            request()

    assert everything(device) == before
    assert not list(inspection_faults())
