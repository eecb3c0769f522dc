"""复核抽取: the page that recomputes a draw in the visitor's browser, and the programs to take home."""

from pathlib import Path

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from disclosure.public import selectors

_ANNOUNCED = {
    "": _("公告"),
    ".protocol": _("公告的协议"),
    ".hash": _("公告的摘要算法"),
    ".plan": _("公告的计划编号"),
    ".quotas": _("公告的抽取数"),
    ".register": _("公告的名录家数"),
    ".left_out": _("公告的未入池家数"),
    ".pool_digest": _("公告的抽取池摘要"),
    ".commitment": _("公告的随机数承诺"),
    ".frozen_at": _("公告的冻结时刻"),
    ".draw_by": _("公告的抽取期限"),
    ".reveal_by": _("公告的公开期限"),
    ".entropy": _("公告的随机源"),
}
# What verifiers call the parts of a bundle, in words; * and {} stand for a number in a list.
PART_NAMES = {
    "bundle": _("整个文件"),
    "protocol": _("协议"),
    **{f"announcement{key}": name for key, name in _ANNOUNCED.items()},
    "announcement.entropy.*": _("公告的第{}个随机源"),
    "announcement.entropy.*.kind": _("公告的第{}个随机源的类型"),
    "announcement.entropy.*.id": _("公告的第{}个随机源的期号、轮次或地点"),
    "announcement.entropy.*.at": _("公告的第{}个随机源的揭晓时刻"),
    "pool": _("抽取池"),
    "nonce": _("随机数"),
    "draw": _("抽取记录"),
    "draw.protocol": _("抽取记录的协议"),
    "draw.plan": _("抽取记录的计划编号"),
    "draw.announcement": _("抽取记录所载的公告摘要"),
    "draw.drawn_at": _("抽取时刻"),
    "draw.witnesses": _("见证单位"),
    "draw.entropy": _("抽取记录的随机源取值"),
    "draw.entropy.*": _("抽取记录的第{}个随机源"),
    "draw.entropy.*.value": _("第{}个随机源的取值"),
    "draw.outcomes": _("抽取记录的单位数"),
    "draw.outcome_root": _("结果树根"),
    "seed": _("种子"),
    "selected": _("抽中单位"),
    "reserves": _("备选顺序"),
    "changes": _("替换与回避"),
    "changes.*": _("第{}项变更"),
    "changes.*.kind": _("第{}项变更的类型"),
    "changes.*.source": _("第{}项变更的单位"),
    "changes.*.by": _("第{}项变更的备选单位"),
    "changes.*.inspector": _("第{}项变更的人员"),
    "changes.*.reason": _("第{}项变更的理由"),
    "changes.*.at": _("第{}项变更的时刻"),
    "teams": _("检查组"),
    **{f"kept{key}": format_lazy(_("您留存的{}"), name) for key, name in _ANNOUNCED.items()},
}


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The page; the recomputing itself happens in the visitor's browser."""
    proofs = selectors.proofs()
    wanted = (request.GET.get("plan", ""), request.GET.get("commitment", ""))
    chosen = next(
        (p for p in proofs if p.commitment == wanted[1] or (p.plan_number, "") == wanted), None
    )
    context = {
        "section": "verify",
        "proofs": proofs,
        "chosen": chosen,
        "unit": request.GET.get("unit", "")[:60],
        "part_names": {part: str(name) for part, name in PART_NAMES.items()},
    }
    return render(request, "public/verify.html", context)


def _program(path: Path) -> HttpResponse:
    response = HttpResponse(path.read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{path.name}"'
    return response


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The short verifier, independent of the file that drew."""
    return _program(Path(__file__).parent / "download" / "verifier.py")


@require_safe
def protocol(request: HttpRequest) -> HttpResponse:
    """The very file that drew, as it stands."""
    return _program(Path(apps.get_app_config("sampling").path) / "rules" / "protocol.py")
