"""A tablet as the server sees it: operations over the real endpoint, signatures over the content."""

import hashlib
import json
import uuid
from typing import Any

from django.test import Client
from django.utils import timezone

from inspections.models import Assignment
from inspections.rules.sync import canonical_content, digest


class Device:
    def __init__(self, user: Any, assignment: Assignment) -> None:
        self.client, self.id = Client(), str(uuid.uuid4())
        self.client.force_login(user)
        self.assignment = assignment

    def op(self, section: str, value: Any, base: int = 0, **more: Any) -> dict[str, Any]:
        return {
            "op": str(uuid.uuid4()),
            "seq": 1,
            "assignment": str(self.assignment.public_id),
            "section": section,
            "base": base,
            "value": value,
            "at": timezone.localtime().isoformat(timespec="seconds"),
            **more,
        }

    def post(self, *ops: Any, **body: Any) -> Any:
        data = {"v": 1, "device": self.id, "ops": list(ops), **body}
        return self.client.post(
            "/inspections/sync/", json.dumps(data), content_type="application/json"
        )

    def send(self, *ops: Any) -> list[dict[str, Any]]:
        response = self.post(*ops)
        assert response.status_code == 200, response.content.decode()
        return response.json()["answers"]

    def write(self, section: str, value: Any, base: int = 0) -> dict[str, Any]:
        return self.send(self.op(section, value, base))[0]

    def pull(self, since: str = "") -> dict[str, Any]:
        response = self.client.get("/inspections/sync/", {"since": since} if since else {})
        assert response.status_code == 200
        return response.json()

    def sections(self) -> dict[str, Any]:
        rows = {row["assignment"]: row for row in self.pull()["assignments"]}
        return rows[str(self.assignment.public_id)]["sections"]

    def content(self) -> str:
        return canonical_content({k: v["value"] for k, v in self.sections().items()})

    def signature(self, signer: str, content: str | None = None) -> dict[str, Any]:
        content = self.content() if content is None else content
        value = {
            "signer": signer,
            "name": "签名人",
            "strokes": [[[1, 2, 3], [4, 5, 6]]],
            "content": content,
            "digest": digest(content),
            "at": timezone.localtime().isoformat(timespec="seconds"),
        }
        return self.op(f"signature:{signer}", value)

    def sign_all(self) -> None:
        officers = self.assignment.team.filter(inspector__role="officer")
        for signer in [*(f"officer-{m.inspector.code}" for m in officers), "recusal", "party"]:
            assert self.send(self.signature(signer))[0]["status"] == "applied"

    def put(self, content: bytes, sha256: str = "", query: str = "", **headers: str) -> Any:
        sha256 = sha256 or hashlib.sha256(content).hexdigest()
        return self.client.put(
            f"/inspections/evidence/{sha256}/{query}",
            content,
            content_type="application/octet-stream",
            **headers,
        )
