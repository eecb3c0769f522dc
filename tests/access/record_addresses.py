"""Arguments that lead to something that exists, for the URLs of records and their papers."""

from typing import Any

from inspections.models import RecordVersion
from inspections.services.papers.printing import DIGEST_LETTERS, record_paper


def record_arguments() -> dict[str, dict[str, Any]]:
    version = RecordVersion.objects.filter(assignment__evidence__isnull=False).latest("pk")
    paper = record_paper(version, site="http://testserver")
    return {
        "check:paper": {"mark": paper.digest[:DIGEST_LETTERS], "version": paper.version},
        "inspections:record_file": {
            "public_id": version.assignment.public_id,
            "number": version.number,
            "copy": "archive",
            "form": "pdf",
        },
    }
