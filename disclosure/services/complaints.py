"""网上举报: a citizen's words become a clue; what is kept of the citizen is what he gave, encrypted."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from disclosure.models import ComplaintQuota, ComplaintReceipt
from disclosure.rules.complaint import (
    ASKED_AN_HOUR,
    CODE_LENGTH,
    PUBLIC_STATES,
    SENT_A_DAY,
    SENT_AN_HOUR,
    ComplaintRefused,
    TooManyComplaints,
    check_age,
    read_code,
    written_code,
)
from disclosure.rules.complaint import (
    Sum as Question,
)
from inspections.services.clues import record_clue_row
from registry.choices import ClueKind
from registry.clocks.rules.workdays import WorkCalendar
from registry.rules.one_time_code import code_from

SALT = "disclosure.complaint"
KEPT_HOURS = 24
LIMITS = {"send": SENT_AN_HOUR, "ask": ASKED_AN_HOUR}


def _fingerprint(purpose: str, text: str) -> str:
    key = f"{SALT}:{purpose}:{settings.SECRET_KEY}".encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def new_form(*, now: datetime) -> tuple[str, Question]:
    """A signed token for one form and its question; nothing of it is stored anywhere."""
    question = Question(1 + secrets.randbelow(9), 1 + secrets.randbelow(9))
    value = [question.left, question.right, now.timestamp(), secrets.token_hex(8)]
    return signing.dumps(value, salt=SALT), question


def _opened(token: str) -> tuple[Question, datetime]:
    try:
        left, right, at, _once = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise ComplaintRefused(_("页面已失效，请核对内容后再提交一次。")) from error
    return Question(left, right), datetime.fromtimestamp(at, tz=timezone.get_current_timezone())


def check_form(*, token: str, answer: str, trap: str, now: datetime) -> None:
    """Raise ComplaintRefused for what no person sends: too fast, too late, no sum, a filled trap."""
    question, opened = _opened(token)
    if trap:
        raise ComplaintRefused(_("提交未被接受，请清空隐藏栏目后重试，或拨打举报电话。"))
    if not question.is_answered_by(answer):
        raise ComplaintRefused(_("算术题答案不对，请再算一次。"), field="answer")
    check_age(now - opened)


def take_turn(*, address: str, purpose: str, now: datetime) -> None:
    """Count one use by ``address``; raises TooManyComplaints beyond the hour's limit.

    Of the address only a fingerprint is kept whose key changes every day, for a day at most.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    ComplaintQuota.objects.filter(hour__lt=now - timedelta(hours=KEPT_HOURS)).delete()
    row, _made = ComplaintQuota.objects.get_or_create(
        address_hash=_fingerprint(now.date().isoformat(), address), purpose=purpose, hour=hour
    )
    used = ComplaintQuota.objects.filter(pk=row.pk, number__lt=LIMITS[purpose])
    if used.update(number=F("number") + 1) != 1:
        raise TooManyComplaints(_("提交次数过多，请一小时后再试，或拨打举报电话。"))
    if purpose == "send":
        day = ComplaintQuota.objects.filter(purpose=purpose).aggregate(n=Sum("number"))["n"] or 0
        if day > SENT_A_DAY:
            raise TooManyComplaints(_("今天网上提交已满，请拨打举报电话。"))


@transaction.atomic
def submit_complaint(
    *,
    unit: str,
    content: str,
    contact: str,
    token: str,
    now: datetime,
    calendar: WorkCalendar,
) -> str:
    """Make the clue and return the receipt code, shown once and stored nowhere.

    The same form again raises ComplaintRefused: the first one already counts.
    """
    form_hash = _fingerprint("form", token)
    if ComplaintReceipt.objects.filter(form_hash=form_hash).exists():
        raise ComplaintRefused(_("这份举报已经收到，不必重复提交。"))
    clue = record_clue_row(
        kind=ClueKind.COMPLAINT,
        received_on=timezone.localdate(now),
        content=content,
        actor=None,
        now=now,
        calendar=calendar,
        unit_text=unit,
        origin=_("公示网站网上举报"),
        reporter=contact,
    )
    code = code_from(secrets.token_bytes(64), CODE_LENGTH)
    ComplaintReceipt.objects.create(
        code_hash=_fingerprint("code", code), form_hash=form_hash, clue=clue, created_at=now
    )
    return written_code(code)


def state_of(code: str) -> dict[str, Any] | None:
    """``{"day", "state"}`` of the complaint with this code: when it came and one of three words."""
    bare = read_code(code)
    receipt = (
        ComplaintReceipt.objects.filter(code_hash=_fingerprint("code", bare))
        .select_related("clue")
        .first()
        if bare
        else None
    )
    if receipt is None:
        return None
    return {
        "day": timezone.localdate(receipt.created_at),
        "state": PUBLIC_STATES[receipt.clue.state],
    }
