"""Arguments that lead to something that exists, for the URLs of records and their papers."""

from typing import Any

from inspections.models import Problem, RecordVersion
from inspections.services.papers.printing import DIGEST_LETTERS, record_paper


def record_arguments() -> dict[str, dict[str, Any]]:
    version = RecordVersion.objects.filter(assignment__evidence__isnull=False).latest("pk")
    paper = record_paper(version, site="http://testserver")
    problem = Problem.objects.latest("pk")
    return {
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
