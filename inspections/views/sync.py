"""`chanji-sync/1` over HTTP: operations, what changed, and evidence by its hash (tablet-sync)."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any, NoReturn

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from inspections.models import EvidenceReceipt
from inspections.pages.dossier import changed_since
from inspections.permissions import SUBMIT_RECORD
from inspections.rules.sync_values import SHA256, is_moment
from inspections.services.assignments import record_view
from inspections.services.evidence import (
    HashMismatch,
    link_received,
    parts_received,
    path_of,
    receive_part,
    receive_whole,
)
from inspections.services.media import EvidenceRefused
from inspections.services.tablet import as_reply, is_uuid, receive

VERSION = 1
# v → the last day on which it is still taken; None is the current one. The version of the release
# before stays here for at least 30 days after the next one is out (tablet-sync §5).
ACCEPTED_VERSIONS = {VERSION: None}
MAX_OPERATIONS = 100
MAX_BYTES = 1024 * 1024
CHUNK = 64 * 1024
View = Callable[..., HttpResponse]


def answer(status: int, **body: Any) -> JsonResponse:
    """JSON in readable Chinese."""
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def refusal(status: int, code: str, text: str, **more: Any) -> JsonResponse:
    return answer(status, error=code, text=text, **more)


def for_tablets(view: View) -> View:
    """Answers in JSON, also to those who are not, or no longer, signed in."""

    @never_cache
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Sets the cookie anew: a tablet that comes back after days goes on with a fresh token.
        get_token(request)
        if not request.user.is_authenticated:
            return refusal(401, "sign_in", _("登录已过期，请重新登录；未上传的内容仍在本机。"))
        if not request.user.has_perm(SUBMIT_RECORD):
            return refusal(403, "not_allowed", _("您的岗位不填写检查记录。"))
        return view(request, *args, **kwargs)

    return checked


@for_tablets
@require_http_methods(["GET", "POST"])
def sync(request: HttpRequest) -> HttpResponse:
    return _changes(request) if request.method == "GET" else _operations(request)


def _changes(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    cursor, changed, gone = changed_since(
        request.GET.get("since", ""), request.user, today=timezone.localdate(now)
    )
    for row, _shown in changed:
        record_view(assignment=row, user=request.user)
    return answer(
        200,
        v=VERSION,
        cursor=cursor,
        server_time=_server_time(now),
        account=str(request.user.pk),
        gone=gone,
        assignments=[shown for _row, shown in changed],
    )


def _server_time(now: datetime) -> str:
    return timezone.localtime(now).isoformat(timespec="seconds")


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


def _body(request: HttpRequest) -> Any:
    """The JSON of the request; None where it is too large or none."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        return None
    raw = request.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        return None
    return json.loads(raw.decode(), parse_constant=_not_json)


def _operations(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    try:
        body = _body(request)
    except (ValueError, RecursionError):
        return refusal(400, "bad_request", _("发来的内容无法识别，请更新应用后重试。"))
    if body is None:
        return refusal(413, "too_large", _("一次最多上传 1 MiB，请分批上传。"))
    if not isinstance(body, dict) or not isinstance(body.get("ops"), list):
        return refusal(400, "bad_request", _("发来的内容无法识别，请更新应用后重试。"))
    if body.get("v") not in ACCEPTED_VERSIONS or isinstance(body.get("v"), bool):
        text = _("本机的应用版本与服务器不一致，请联网刷新应用；未上传的内容仍在本机。")
        return refusal(426, "upgrade", text, accepts=sorted(ACCEPTED_VERSIONS))
    if not is_uuid(body.get("device")):
        return refusal(400, "bad_request", _("缺少设备标识，请更新应用后重试。"))
    if len(body["ops"]) > MAX_OPERATIONS:
        return refusal(413, "too_many", _("一次最多上传 100 项，请分批上传。"))
    answers = []
    for raw in body["ops"]:
        given = receive(
            raw=raw,
            actor=request.user,
            device=body["device"].lower(),
            clock_difference=_difference(body.get("at"), now),
            now=now,
        )
        answers.append(as_reply(raw, given))
    return answer(200, v=VERSION, server_time=_server_time(now), answers=answers)


def _difference(at: Any, now: datetime) -> int | None:
    """Seconds by which the server's clock is ahead of the device's, as the request was sent."""
    if not isinstance(at, str) or not is_moment(at):
        return None
    seconds = round((now - datetime.fromisoformat(at)).total_seconds())
    return max(-(2**31), min(2**31 - 1, seconds))


# --- evidence -------------------------------------------------------------------------------


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    while chunk := request.read(CHUNK):
        yield chunk


@for_tablets
@require_http_methods(["GET", "PUT"])
def evidence_bytes(request: HttpRequest, sha256: str) -> HttpResponse:
    """PUT takes the bytes, whole or in parts; GET says what is here of those one has sent."""
    if not SHA256.fullmatch(sha256):
        return refusal(400, "bad_hash", _("文件指纹格式不对。"))
    try:
        if request.method == "GET":
            return _state_of(request, sha256)
        if "part" in request.GET:
            return _part(request, sha256)
        created = receive_whole(sha256=sha256, actor=request.user, chunks=_chunks(request))
    except HashMismatch as mismatch:
        return refusal(422, mismatch.code, mismatch.message)
    except EvidenceRefused as refused:
        return refusal(415, refused.code, refused.message)
    return answer(201 if created else 200, sha256=sha256, whole=True)


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) else 0


def _state_of(request: HttpRequest, sha256: str) -> HttpResponse:
    whole = EvidenceReceipt.objects.filter(sha256=sha256, user=request.user).exists()
    whole = whole and path_of(sha256).is_file()
    if whole:
        link_received(sha256=sha256, actor=request.user)
    of = _number(request.GET.get("of", ""))
    parts = parts_received(sha256=sha256, actor=request.user, of=of) if of else []
    return answer(200, sha256=sha256, whole=whole, parts=parts)


def _part(request: HttpRequest, sha256: str) -> HttpResponse:
    part, of = _number(request.GET["part"]), _number(request.GET.get("of", ""))
    whole = receive_part(
        sha256=sha256,
        actor=request.user,
        part=part,
        of=of,
        part_sha256=request.headers.get("X-Part-SHA256", ""),
        chunks=_chunks(request),
    )
    parts = [] if whole else parts_received(sha256=sha256, actor=request.user, of=of)
    return answer(201 if whole else 202, sha256=sha256, whole=whole, parts=parts)
