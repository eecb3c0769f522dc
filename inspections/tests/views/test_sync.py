"""`chanji-sync/1` at the real endpoint."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections.models import Assignment, AssignmentView, RecordVersion, SyncOperation
from inspections.services.integrity import inspection_faults
from inspections.services.review import return_record
from tests.scene import Scene

from .device import Device


def test_a_write_is_applied_once_however_often_it_is_sent(device: Device) -> None:
    op = device.op("narrative", {"text": "甲"})

    answers = [device.send(op)[0] for _ in range(3)] + device.send(op, op)

    assert [a["status"] for a in answers] == ["applied"] + ["already"] * 4
    assert {a["rev"] for a in answers} == {1}
    assert SyncOperation.objects.filter(op=op["op"]).count() == 1


def test_a_write_after_somebody_elses_shows_both_and_the_choice_goes_through(
    scene: Scene, assignment: Assignment, device: Device
) -> None:
    other = assignment.team.get(role="assisting").inspector.user
    Device(other, assignment).write("narrative", {"text": "乙"})

    conflict = device.write("narrative", {"text": "甲"})

    assert (conflict["status"], conflict["rev"], conflict["value"]) == (
        "conflict",
        1,
        {"text": "乙"},
    )
    assert conflict["who"] == other.get_full_name()
    assert conflict["when"]
    chosen = device.write("narrative", {"text": "甲"}, base=conflict["rev"])
    assert (chosen["status"], chosen["rev"]) == ("applied", 2)


def test_a_replayed_conflict_answers_what_it_answered_then(
    scene: Scene, assignment: Assignment, device: Device
) -> None:
    device.write("narrative", {"text": "甲"})
    late = device.op("narrative", {"text": "乙"})
    first = device.send(late)[0]
    device.write("narrative", {"text": "丙"}, base=1)

    assert device.send(late)[0] == first


def test_the_same_value_is_never_a_conflict(device: Device) -> None:
    device.write("narrative", {"text": "甲"})

    assert device.write("narrative", {"text": "甲"})["status"] == "applied"


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_replay_of_any_request_in_any_order_answers_the_same(
    scene: Scene, data: st.DataObject
) -> None:
    """Writes, conflicts, refusals, signatures, by two tablets; replayed in random batches."""
    assignment = scene.assignments[0]
    lead = scene.lead(assignment)
    first, second = Device(lead, assignment), Device(lead, assignment)
    names = st.sampled_from(["narrative", "production", "must_check:2", "nonsense"])
    ops: list[tuple[Device, dict[str, Any]]] = []
    given_answers: dict[str, Any] = {}
    for n in range(data.draw(st.integers(1, 8))):
        device, name = data.draw(st.sampled_from([first, second])), data.draw(names)
        value = {"note" if ":" in name else "text" if name == "narrative" else "state": f"{n}"}
        op = device.op(name, value, base=data.draw(st.integers(0, 3)))
        if data.draw(st.integers(0, 5)) == 0:
            op = device.signature("party")
        ops.append((device, op))
        given_answers[op["op"]] = device.send(op)[0]
    before = list(assignment.sections.order_by("section").values_list("section", "rev", "value"))
    rows = SyncOperation.objects.count()

    for device, op in data.draw(st.lists(st.sampled_from(ops), max_size=12)):
        again, original = device.send(op, op), given_answers[op["op"]]
        expected = (
            {**original, "status": "already"} if original["status"] == "applied" else original
        )
        assert again == [expected, expected]

    after = list(assignment.sections.order_by("section").values_list("section", "rev", "value"))
    assert (after, SyncOperation.objects.count()) == (before, rows)


def test_the_first_entry_accepts_and_starts(scene: Scene) -> None:
    assignment = scene.assignments[0]
    device = Device(scene.lead(assignment), assignment)
    offline = device.sections()

    answer = device.write("narrative", {"text": "无网络时填写"})

    assignment.refresh_from_db()
    assert (answer["status"], assignment.state) == ("applied", "inspecting")
    assert offline["assignment"]["rev"] == 0
    assert offline["assignment"]["value"] == device.sections()["assignment"]["value"]


@pytest.mark.parametrize(
    ("section", "value", "field"),
    [
        ("must_check:1", {"answer": "maybe"}, "answer"),
        ("must_check:11", {"answer": "problem"}, "section"),
        ("assignment", {"number": "X"}, "section"),
        ("visit", {"start": "昨天"}, "start"),
        ("visit", {"start": "2026-05-13T10:00"}, "start"),
        ("visit", {"colour": "red"}, "colour"),
        ("narrative", {"samples": -1}, "samples"),
        ("narrative", {"text": "字" * 5001}, "text"),
        ("narrative", "text", "value"),
        ("narrative", {"text": "\0"}, "value"),
        ("narrative", {"text": "\ud800"}, "value"),
        ("items", {"methods": {"NO-SUCH": "on_site"}}, "NO-SUCH"),
        ("must_check:1", {"evidence": ["x"]}, "evidence"),
        (f"evidence:{'a' * 64}", {"withdrawn": True}, "reason"),
        ("signature:party", {"signer": "witness"}, "signer"),
        ("signature:officer-NOBODY", {"signer": "officer-NOBODY"}, "signer"),
    ],
)
def test_what_breaks_a_rule_is_refused_by_field(
    device: Device, section: str, value: Any, field: str
) -> None:
    op = device.op(section, value)

    answer = device.send(op)[0]

    assert answer["status"] == "refused"
    assert field in answer["errors"]
    assert device.send(op)[0] == answer


@pytest.mark.parametrize(
    "change",
    [{"op": "x"}, {"base": -1}, {"base": True}, {"section": ""}, {"at": "now"}, {"assignment": 5}],
)
def test_a_malformed_operation_is_refused_and_the_others_go_on(
    device: Device, change: dict[str, Any]
) -> None:
    bad, good = (
        device.op("narrative", {"text": "坏"}) | change,
        device.op("result", {"handling": "好"}),
    )

    answers = device.send(bad, good, "not even an object")

    assert [a["status"] for a in answers] == ["refused", "applied", "refused"]


def test_one_identity_serves_one_operation_only(scene: Scene, device: Device) -> None:
    op = device.op("narrative", {"text": "甲"})
    device.send(op)
    elsewhere = (
        next(a for a in scene.assignments[1:] if scene.lead(a) == scene.lead(scene.assignments[0]))
        if any(scene.lead(a) == scene.lead(scene.assignments[0]) for a in scene.assignments[1:])
        else None
    )
    if elsewhere is None:
        other = device.assignment.team.get(role="assisting").inspector.user
        answer = Device(other, device.assignment).send(op)[0]
    else:
        answer = device.send({**op, "assignment": str(elsewhere.public_id)})[0]

    assert "op" in answer["errors"]


def test_the_endpoint_speaks_json_to_everybody(scene: Scene, device: Device) -> None:
    stranger = Client().get("/inspections/sync/")
    planner = Client()
    planner.force_login(scene.users["planner1"])

    assert (stranger.status_code, stranger.json()["error"]) == (401, "sign_in")
    assert planner.get("/inspections/sync/").status_code == 403
    assert device.client.delete("/inspections/sync/").status_code == 405
    assert device.post(v=7).status_code == 426
    assert device.post(v=True).status_code == 426
    assert "应用版本" in device.post(v="2").json()["text"]
    assert device.post(device="").status_code == 400
    assert device.post(*[{}] * 101).status_code == 413
    assert device.post(device.op("narrative", {"text": "x" * 1_100_000})).status_code == 413
    for raw in ("", "[]", "{", '{"v":1,"ops":[],"x":NaN}', "[" * 100_000, '{"v":1,"ops":5}'):
        reply = device.client.post("/inspections/sync/", raw, content_type="application/json")
        assert reply.status_code == 400, raw[:20]


def test_a_session_that_ended_keeps_nothing_back(device: Device) -> None:
    op = device.op("narrative", {"text": "甲"})
    user = device.assignment.team.get(role="lead").inspector.user
    device.client.logout()

    assert device.post(op).status_code == 401
    device.client.force_login(user)
    assert device.send(op)[0]["status"] == "applied"


def test_the_server_keeps_both_clocks_and_their_difference(device: Device) -> None:
    sent = timezone.localtime() - timezone.timedelta(hours=2)
    op = device.op("narrative", {"text": "甲"}, at=sent.isoformat())

    device.post(op, at=sent.isoformat())

    row = SyncOperation.objects.get(op=op["op"])
    assert row.device_at == sent
    assert 7195 <= row.clock_difference <= 7300
    assert row.received_at > row.device_at


# --- what changed ---------------------------------------------------------------------------


def test_only_what_changed_travels_and_every_look_is_kept(scene: Scene, device: Device) -> None:
    whole = device.pull()
    looks = AssignmentView.objects.count()

    assert device.pull(whole["cursor"])["assignments"] == []
    assert AssignmentView.objects.count() == looks
    device.write("narrative", {"text": "甲"})
    changed = device.pull(whole["cursor"])["assignments"]

    assert [row["assignment"] for row in changed] == [str(device.assignment.public_id)]
    assert changed[0]["sections"]["narrative"] == {"rev": 1, "value": {"text": "甲"}}
    assert AssignmentView.objects.count() == looks + 1
    assert len(changed[0]["checklist"]["must_checks"]) == 10
    assert changed[0]["dossier"]["address"]


def test_an_inspector_receives_only_his_own(scene: Scene, assignment: Assignment) -> None:
    stranger = Device(scene.stranger(assignment), assignment)

    shown = {row["assignment"] for row in stranger.pull()["assignments"]}
    answer = stranger.write("narrative", {"text": "x"})
    nothing = stranger.send(stranger.op("narrative", {}, assignment=str(uuid.uuid4())))[0]

    assert str(assignment.public_id) not in shown
    assert answer["errors"] == nothing["errors"]  # a stranger does not learn that it exists
    assert not SyncOperation.objects.filter(user=scene.stranger(assignment)).exists()


def test_who_left_the_team_hands_in_what_he_has_as_late_data(
    scene: Scene, assignment: Assignment
) -> None:
    member = assignment.team.get(role="assisting")
    device = Device(member.inspector.user, assignment)
    cursor = device.pull()["cursor"]
    member.left_at, member.left_reason = scene.now, "回避"
    member.save()

    answer = device.write("narrative", {"text": "离线时的记录"})

    assert device.pull(cursor)["gone"] == [str(assignment.public_id)]
    assert (answer["status"], answer["kept"]) == ("refused", "late")
    row = SyncOperation.objects.get(kept_as="late")
    assert row.value == {"text": "离线时的记录"}
    assert not assignment.sections.filter(section="narrative").exists()


def test_the_reviewer_sees_late_data(scene: Scene) -> None:
    version = scene.submitted()
    device = Device(scene.lead(version.assignment), version.assignment)

    answer = device.write("narrative", {"text": "提交之后到达的内容"}, base=1)

    assert (answer["status"], answer["kept"]) == ("refused", "late")
    client = Client()
    client.force_login(scene.users["director1"])
    page = client.get(f"/inspections/review/{version.pk}/").content.decode()
    assert "迟到数据" in page
    assert "提交之后到达的内容" in page


# --- signatures and submission ---------------------------------------------------------------


def test_a_record_is_filled_signed_and_submitted_by_operations_alone(
    scene: Scene, device: Device
) -> None:
    scene.fill(device.assignment)
    device.sign_all()
    submit = device.op("submit", {"digest": device.signature("party")["value"]["digest"]})

    first, again = device.send(submit)[0], device.send(submit)[0]

    assert (first["status"], again["status"]) == ("applied", "already")
    version = RecordVersion.objects.get()
    assert version.digest == submit["value"]["digest"]
    assert version.signatures[0]["strokes"]
    assert not list(inspection_faults())
    assert device.write("narrative", {"text": "晚"}, base=1)["status"] == "refused"


def test_a_submission_names_each_lack_and_the_same_operation_may_not_pass_later(
    device: Device,
) -> None:
    content = device.signature("party")["value"]

    answer = device.send(device.op("submit", {"digest": content["digest"]}))[0]

    assert answer["status"] == "refused"
    assert {"visit", "result", "signature"} <= answer["errors"].keys()
    assert RecordVersion.objects.count() == 0
    stale = device.send(device.op("submit", {"digest": "0" * 64}))[0]
    assert "digest" in stale["errors"]


@pytest.mark.parametrize("damage", ["digest", "order", "blank", "text"])
def test_a_signature_whose_content_is_not_canonical_is_refused(device: Device, damage: str) -> None:
    device.write("narrative", {"text": "甲"})
    op = device.signature("party")
    value = op["value"]
    if damage == "digest":
        value["digest"] = "0" * 64
    elif damage == "order":
        value["content"] = json.dumps(
            json.loads(value["content"])[::-1], ensure_ascii=False, separators=(",", ":")
        )
    elif damage == "blank":
        value["content"] = json.dumps(json.loads(value["content"]), ensure_ascii=False)
    else:
        value["content"] = "不是 JSON"

    assert device.send(op)[0]["status"] == "refused"


def test_a_signature_on_other_content_is_stored_and_the_officers_decide(
    scene: Scene, device: Device
) -> None:
    scene.fill(device.assignment)
    signed = device.content()
    colleague = Device(scene.lead(device.assignment), device.assignment)
    colleague.write("narrative", {"text": "同事的改动"}, base=1)
    colleague.write("production", {"state": "停产"})

    answer = device.send(device.signature("party", signed))[0]

    assert answer["status"] == "conflict"
    assert set(answer["value"]["sections"]) == {"narrative", "production"}
    assert device.assignment.sections.get(section="signature:party").value["content"] == signed
    page = device.client.get(f"/inspections/{device.assignment.public_id}/sign/").content.decode()
    assert "以签名内容为准" in page
    device.client.post(
        f"/inspections/{device.assignment.public_id}/sign/take/", {"signer": "party"}
    )

    assert device.content() == signed
    kept = SyncOperation.objects.filter(kept_as="supplement")
    assert {row.value.get("text") or row.value.get("state") for row in kept} == {
        "同事的改动",
        "停产",
    }
    assert not list(inspection_faults())


def test_an_edit_on_the_signing_tablet_voids_one_from_another_is_kept_beside(
    scene: Scene, device: Device
) -> None:
    scene.fill(device.assignment)
    device.sign_all()
    signed = device.content()
    colleague = Device(scene.lead(device.assignment), device.assignment)

    other = colleague.write("narrative", {"text": "另一台设备"}, base=1)

    assert (other["status"], other["kept"]) == ("refused", "supplement")
    assert device.content() == signed
    assert device.write("narrative", {"text": "本机更改"}, base=1)["status"] == "applied"
    page = device.client.get(f"/inspections/{device.assignment.public_id}/sign/").content.decode()
    assert "已失效" in page


def test_a_returned_record_is_open_again_for_its_team(scene: Scene) -> None:
    version = scene.submitted()
    return_record(
        version_id=version.pk, actor=scene.users["director1"], comment="补照片", now=scene.now
    )
    device = Device(scene.lead(version.assignment), version.assignment)

    assert device.write("narrative", {"text": "已补"}, base=1)["status"] == "applied"
