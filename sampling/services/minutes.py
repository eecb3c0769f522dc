"""抽取纪要: what happened at the draw, without a drawn name."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from registry.papers.documents import render_pdf
from registry.selectors import bureau_setting
from sampling.models import Draw
from sampling.selectors import sources_of
from sampling.services.proofs import NotYetComplete


def _at(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else "—"


def minutes_data(draw: Draw) -> dict[str, Any]:
    """Digests, figures, people and moments; never a unit, never a team."""
    if draw.record is None or draw.drawn_by is None:
        raise NotYetComplete(_("尚未抽取，没有抽取纪要。"))
    sources = sources_of(draw)
    witnesses = [str(witness) for witness in draw.witnesses.all()]
    signers = [[_("见证人"), name] for name in witnesses]
    signers.append([_("主持抽取人"), draw.drawn_by.get_full_name()])
    if draw.approved_by is not None:
        signers.append([_("批准人"), draw.approved_by.get_full_name()])
    announcement = [
        [_("计划"), str(draw.plan)],
        [_("冻结"), f"{_at(draw.frozen_at)}　{draw.frozen_by.get_full_name()}"],
        *([_("公开随机源"), f"{row['name']}　{_at(row['at'])}"] for row in sources),
        [_("抽取期限"), draw.announcement["draw_by"]],
        [_("公开期限"), draw.announcement["reveal_by"]],
    ]
    if draw.outside_window_reason:
        announcement.append([_("时段外冻结原因"), draw.outside_window_reason])
    held = [
        [_("抽取时间"), _at(draw.drawn_at)],
        *([_("随机源取值"), f"{row['name']}：{row['value']}"] for row in sources),
        [_("见证人"), "、".join(witnesses)],
        [_("批准"), _at(draw.approved_at)],
    ]
    return {
        "bureau": bureau_setting("bureau_name"),
        "title": _("%(plan)s抽取纪要") % {"plan": draw.plan},
        "protocol": draw.announcement["protocol"],
        "commitment": draw.commitment,
        "pool_digest": draw.pool_digest,
        "announcement_digest": draw.announcement_digest,
        "outcome_root": draw.record["outcome_root"],
        "announcement": announcement,
        "draw": held,
        "quotas": [
            {
                "label": draw.plan.category_label(line["category"]),
                "base": line["base"],
                "drawable": line["drawable"],
                "quota": line["quota"],
            }
            for line in draw.quotas
        ],
        "signers": signers,
    }


def minutes_pdf(draw: Draw) -> bytes:
    return render_pdf("minutes", minutes_data(draw))
