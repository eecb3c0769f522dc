"""The record on one page, its evidence, its signatures, its submission."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.forms.actions import EvidenceForm, SignatureForm
from inspections.forms.record import RecordForm, new_op
from inspections.models import Assignment, Evidence
from inspections.pages.dossier import last_verified
from inspections.pages.guidance import with_guidance, with_last
from inspections.pages.presentation import record_rows, record_table, section_title
from inspections.permissions import SUBMIT_RECORD
from inspections.rules.assignment_state import FILLABLE
from inspections.services.assignments import require_team
from inspections.services.evidence import path_of, store_evidence
from inspections.services.media import SIZES
from inspections.services.records import (
    RecordIncomplete,
    current_content,
    record_lacks,
    sections_of,
    submit_record,
)
from inspections.services.signing import sign as sign_record
from inspections.services.sync import apply, apply_all
from inspections.services.sync import take_signed as take_signed_content
from inspections.services.sync_operations import Answer, Operation
from inspections.views.desk import repeats, visible_assignment
from inspections.views.tablet import tablet_page
from registry.item_lists.selectors import checklist_on
from registry.rules.violations import RuleViolation
from registry.web.steps import button_worked


def _editable(request: HttpRequest, public_id: uuid.UUID) -> Assignment:
    row = visible_assignment(request, public_id)
    require_team(row, request.user)
    return row


def _stored(row: Assignment) -> dict[str, tuple[int, Any]]:
    return {
        name: (rev, value)
        for name, rev, value in row.sections.values_list("section", "rev", "value")
    }


def _save(row: Assignment, form: RecordForm, user: Any) -> list[tuple[str, Answer]]:
    """Send each changed section through sync; returns what was not applied."""
    stored = _stored(row)
    operations = [
        Operation(op=new_op(), section=section, base=base, value=value)
        for section, (base, value) in form.values().items()
        if section not in stored or stored[section][1] != value
    ]
    answers = apply_all(assignment_id=row.pk, actor=user, operations=operations, now=timezone.now())
    return [
        (operation.section, answer)
        for operation, answer in zip(operations, answers, strict=True)
        if answer.status in ("conflict", "refused")
    ]


def _not_applied(section: str, answer: Answer) -> str:
    title = section_title(section)
    if answer.status == "conflict":
        text = _("“%(section)s”刚刚由 %(who)s 修改过，您的内容没有覆盖它。请核对后重新保存。")
        return text % {"section": title, "who": answer.who}
    return _("%(section)s：%(texts)s") % {
        "section": title,
        "texts": "".join(answer.errors.values()),
    }


@tablet_page
@permission_required(SUBMIT_RECORD, raise_exception=True)
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    row = _editable(request, public_id)
    if row.state not in FILLABLE:
        messages.info(request, _("该任务的检查记录目前不能填写。"))
        return redirect("inspections:assignment", public_id=public_id)
    form = RecordForm(request.POST or None, assignment=row, stored=_stored(row))
    trouble: list[tuple[str, Answer]] = []
    if request.method == "POST" and form.is_valid():
        trouble = _save(row, form, request.user)
        if not trouble:
            messages.success(request, _("已保存。"))
            next_page = "sign" if "to_sign" in request.POST else "record"
            return redirect(f"inspections:{next_page}", public_id=public_id)
    checklist = checklist_on(
        row.must_check_set, timezone.localdate(row.started_at or timezone.now())
    )
    context = {
        "assignment": row,
        "facts": record_rows(sections_of(row), row)[0],
        "form": form,
        "layout": with_last(form.layout(), last_verified(row)),
        "must_checks": with_guidance(form.must_checks(checklist), row),
        "trouble": [_not_applied(section, answer) for section, answer in trouble],
        "evidence": row.evidence.all(),
        "evidence_form": EvidenceForm(),
        "on_team": True,
        **repeats(row),
    }
    status = 409 if trouble else 422 if form.errors else 200
    return render(request, "inspections/record.html", context, status=status)


@permission_required(SUBMIT_RECORD, raise_exception=True)
@require_POST
def evidence(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Store the bytes, then say in the record what they show."""
    row = _editable(request, public_id)
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        texts = [f"{form[name].label}：{'；'.join(errors)}" for name, errors in form.errors.items()]
        messages.error(request, " ".join(texts))
        return redirect("inspections:record", public_id=public_id)
    upload = form.cleaned_data["file"]

    def store() -> Evidence:
        stored = store_evidence(
            assignment=row, actor=request.user, chunks=upload.chunks(), name=upload.name
        )
        _say_what_it_shows(row, stored, form.cleaned_data, request.user)
        return stored

    button_worked(
        request,
        store,
        lambda stored: _("证据已保存，指纹 %(sha)s…") % {"sha": stored.sha256[:12]},
    )
    return redirect("inspections:record", public_id=public_id)


def _say_what_it_shows(row: Assignment, stored: Evidence, data: dict[str, Any], user: Any) -> None:
    now = timezone.now()
    sections = _stored(row)
    name = f"evidence:{stored.sha256}"
    what = {
        "must_check": data["section"],
        "note": data["note"],
        "place": data["place"],
        "time": timezone.localtime(data["taken_at"] or now).isoformat(timespec="minutes"),
        "taker": user.get_full_name(),
    }
    apply(
        assignment_id=row.pk,
        actor=user,
        operation=Operation(new_op(), name, sections.get(name, (0, None))[0], what),
        now=now,
    )
    target = data["section"]
    if target.startswith("must_check:"):
        rev, value = sections.get(target, (0, {}))
        shas = list(dict.fromkeys([*value.get("evidence", []), stored.sha256]))
        apply(
            assignment_id=row.pk,
            actor=user,
            operation=Operation(new_op(), target, rev, {**value, "evidence": shas}),
            now=now,
        )


@login_required
@require_GET
def evidence_file(request: HttpRequest, public_id: uuid.UUID, sha256: str) -> HttpResponse:
    """The bytes, only through the assignment they belong to."""
    row = visible_assignment(request, public_id)
    found = row.evidence.filter(sha256=sha256).first()
    size = request.GET.get("size", "")
    path = path_of(sha256, size if size in SIZES else "")
    if size and not path.is_file():
        path, size = path_of(sha256), ""
    if found is None or not path.is_file():
        raise Http404
    media_type = "image/jpeg" if size in SIZES else found.media_type
    response = FileResponse(path.open("rb"), content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    shown = media_type.startswith(("image/", "video/"))
    response["Content-Disposition"] = "inline" if shown else "attachment"
    # Whatever it is, it runs nothing and loads nothing.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; media-src 'self'"
    return response


def _signers(row: Assignment) -> list[dict[str, Any]]:
    """``known``: who signs here is not for the page to say."""
    officers = row.team.officers().select_related("inspector")
    expert = str(sections_of(row).get("narrative", {}).get("expert", "")).strip()
    return [
        *(
            {
                "key": f"officer-{member.inspector.code}",
                "label": _("执法人员（%(role)s）") % {"role": member.get_role_display()},
                "name": member.inspector.name,
                "known": True,
            }
            for member in officers
        ),
        {"key": "recusal", "label": _("被检查单位（告知回避确认）"), "name": ""},
        {"key": "party", "label": _("被检查单位现场负责人"), "name": ""},
        {"key": "witness", "label": _("见证人（拒签、不在场时）"), "name": ""},
        *([{"key": "expert", "label": _("专家"), "name": expert}] if expert else []),
    ]


@tablet_page
@permission_required(SUBMIT_RECORD, raise_exception=True)
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    row = _editable(request, public_id)
    if row.state not in FILLABLE:
        return redirect("inspections:assignment", public_id=public_id)
    form = SignatureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            answer = sign_record(
                assignment_id=row.pk,
                actor=request.user,
                signer=data["signer"],
                name=data["name"],
                strokes=data["strokes"],
                seen_digest=data["digest"],
                now=timezone.now(),
            )
        except RuleViolation as refusal:
            messages.error(request, refusal.message)
        else:
            if answer.status == "refused":
                messages.error(request, "；".join(answer.errors.values()))
            else:
                messages.success(request, _("%(name)s 已签名。") % {"name": data["name"]})
        return redirect("inspections:sign", public_id=public_id)
    return _sign_page(request, row, status=422 if form.errors else 200)


def _sign_page(request: HttpRequest, row: Assignment, *, status: int) -> HttpResponse:
    _content, digest = current_content(row)
    sections = sections_of(row)
    signers = [_signer_state(row, signer, sections, digest) for signer in _signers(row)]
    context = {
        "assignment": row,
        "digest": digest,
        "signers": signers,
        "rows": record_rows(sections, row),
        "table": record_table(),
        "lacks": record_lacks(row, now=timezone.now()),
    }
    return render(request, "inspections/sign.html", context, status=status)


def _signer_state(
    row: Assignment, signer: dict[str, Any], sections: dict[str, Any], digest: str
) -> dict[str, Any]:
    """``beside``: signed on a tablet whose content the server never had; the officers decide."""
    name = f"signature:{signer['key']}"
    value = sections.get(name)
    valid = value is not None and value.get("digest") == digest
    beside = False
    if value is not None and not valid:
        newest = row.operations.filter(section=name).exclude(status="refused").last()
        beside = newest is not None and newest.status == "conflict"
    return {**signer, "value": value, "valid": valid, "beside": beside}


@permission_required(SUBMIT_RECORD, raise_exception=True)
@require_POST
def take_signed(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The officers decide that what was signed is the record; the rest stays beside it."""
    row = _editable(request, public_id)
    button_worked(
        request,
        lambda: take_signed_content(
            assignment_id=row.pk,
            actor=request.user,
            signer=request.POST.get("signer", ""),
            now=timezone.now(),
        ),
        lambda changed: (
            _("已采用签名的内容，%(count)d 处不同的填写作为补充保留。") % {"count": changed}
        ),
    )
    return redirect("inspections:sign", public_id=public_id)


@permission_required(SUBMIT_RECORD, raise_exception=True)
@require_POST
def submit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    row = _editable(request, public_id)
    try:
        submit_record(assignment_id=row.pk, actor=request.user, now=timezone.now())
    except RecordIncomplete as refusal:
        messages.error(request, refusal.message)
        return _sign_page(request, row, status=422)
    messages.success(request, _("检查记录已提交，等待审核。"))
    return redirect("inspections:assignment", public_id=public_id)
