"""The public copies of the 公平性报告: one for each plan and year whose draws are public."""

import csv
import io
import json
from collections.abc import Iterator
from hashlib import sha256

from django.utils.translation import gettext as _

from disclosure.models import PublicFairness, PublicProof
from disclosure.rules.public_columns import harmless_cell
from sampling.rules.inclusion_probability import NotAProbabilitySample
from sampling.services.fairness import fairness_of, unit_lines

# Part of what a report is made of: with another number all of them are made again.
SHAPE = 1


def refresh_fairness() -> int:
    """Make the reports whose proofs are new; returns how many were made."""
    wanted = dict(_wanted())
    known = dict(PublicFairness.objects.values_list("scope", "made_of"))
    made = 0
    for scope, proofs in wanted.items():
        if known.get(scope) == _made_of(proofs):
            continue
        fields = _report_fields(scope, proofs)
        if fields is not None:
            PublicFairness.objects.update_or_create(scope=scope, defaults=fields)
            made += 1
    return made


def wrong_reports() -> Iterator[str]:
    """Scopes whose public report is missing, or is not what the public proofs give."""
    wanted = dict(_wanted())
    kept = {row.scope: row for row in PublicFairness.objects.all()}
    for scope in sorted({*wanted, *kept}):
        row = kept.get(scope)
        fields = _report_fields(scope, wanted[scope]) if scope in wanted else None
        if (
            row is None
            or fields is None
            or any(getattr(row, name) != value for name, value in fields.items())
        ):
            yield scope


def _wanted() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """(scope, [(commitment, SHA-256) of each proof it is made of])."""
    years: dict[str, list[tuple[str, str]]] = {}
    rows = PublicProof.objects.filter(void=False).order_by("plan_number")
    for number, commitment, digest in rows.values_list("plan_number", "commitment", "sha256"):
        yield number, [(commitment, digest)]
        years.setdefault(number[:4], []).append((commitment, digest))
    yield from years.items()


def _made_of(proofs: list[tuple[str, str]]) -> str:
    return sha256("|".join([str(SHAPE), *(digest for _c, digest in proofs)]).encode()).hexdigest()


def _report_fields(scope: str, proofs: list[tuple[str, str]]) -> dict[str, object] | None:
    """None where a proof was altered and cannot be read any more: check_integrity names it, and
    the timetable goes on with everything else."""
    rows = PublicProof.objects.filter(commitment__in=[commitment for commitment, _d in proofs])
    texts = rows.order_by("plan_number").values_list("bundle", flat=True)
    try:
        bundles = [json.loads(text) for text in texts]
        units, report = unit_lines(bundles), fairness_of(bundles)
    except (ValueError, KeyError, TypeError, NotAProbabilitySample):
        return None
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow([_("名录编号"), _("参加抽取次数"), _("应抽次数（平均）"), _("实抽次数")])
    for line in units:
        writer.writerow(
            [harmless_cell(line.source_id), line.draws, f"{line.expected:.4f}", line.drawn]
        )
    return {
        "year": int(scope[:4]),
        "report": json.loads(json.dumps(report)),  # as the database will give it back
        "units": lines.getvalue(),
        "made_of": _made_of(proofs),
    }
