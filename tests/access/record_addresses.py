"""Arguments that lead to something that exists, for the URLs of records and their papers."""

from typing import Any

from django.utils import timezone

from inspections.models import Problem, RecordVersion, VisitNotice
from inspections.services.papers.printing import DIGEST_LETTERS, record_paper


def record_arguments() -> dict[str, dict[str, Any]]:
    version = RecordVersion.objects.filter(assignment__evidence__isnull=False).latest("pk")
    paper = record_paper(version, site="http://testserver")
    problem = Problem.objects.latest("pk")
    notice, _created = VisitNotice.objects.get_or_create(
        assignment=version.assignment, defaults={"token": "t" * 22, "made_at": timezone.now()}
    )
    return {
        "check:gate": {"token": notice.token},
        "check:feedback": {"token": notice.token},
        "inspections:gate": {"public_id": version.assignment.public_id},
        "inspections:answer_objection": {"objection_id": 1},
        "inspections:repeat_reason": {"public_id": version.assignment.public_id},
        "inspections:merge_visits": {"source_id": 1},
        "inspections:problem_step": {"problem_id": problem.pk, "step": "order"},
        "inspections:problem_paper": {
            "problem_id": problem.pk,
            "kind": "record",
            "key": problem.version_id,
            "copy": "archive",
            "form": "pdf",
        },
        "inspections:correction_file": {"problem_id": problem.pk, "sha256": "0" * 64},
        "check:paper": {"mark": paper.digest[:DIGEST_LETTERS], "version": paper.version},
        "inspections:record_file": {
            "public_id": version.assignment.public_id,
            "number": version.number,
            "copy": "archive",
            "form": "pdf",
        },
    }
