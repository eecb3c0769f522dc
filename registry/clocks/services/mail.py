"""E-mail by row first: written with the message it repeats, handed to the mail server once.

The server may have taken a mail whose worker died before it could say so. Such a mail goes out
again after ``HOLD`` under the same Message-ID, so that a mailbox shows it once.
"""

import smtplib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.utils.translation import gettext as _

from registry.clocks.rules.mail_retries import HOLD, wait_after
from registry.clocks.services.heartbeat import beat
from registry.models import Heartbeat, OutgoingMail

BEAT = "mail"


def mail_configured() -> bool:
    return bool(settings.MAIL_FROM)


def queue_mail(*, users: Iterable[Any], key: str, text: str, link: str) -> None:
    """Write one mail per person who has an address; a second call with the same key adds none.

    The text is that of the inbox: never a unit's name before its dispatch.
    """
    if not mail_configured():
        return
    where = f"\n\n{settings.SITE_URL}{link}" if settings.SITE_URL and link else ""
    closing = _("本邮件由系统自动发出，请勿直接回复。")
    OutgoingMail.objects.bulk_create(
        [
            OutgoingMail(
                user=user,
                key=key,
                address=user.email,
                subject=_("【双随机】%(text)s") % {"text": text[:180]},
                text=f"{text}{where}\n\n{closing}\n",
            )
            for user in users
            if user.email
        ],
        ignore_conflicts=True,
    )


def message_id(mail: OutgoingMail) -> str:
    """The same for each attempt of one mail."""
    return f"<chanji-{mail.pk}-{int(mail.created_at.timestamp())}@{settings.MAIL_DOMAIN}>"


def _claim(mail_id: int, now: datetime) -> OutgoingMail | None:
    taken = OutgoingMail.objects.filter(
        pk=mail_id, state=OutgoingMail.State.WAITING, next_try_at__lte=now
    ).update(next_try_at=now + HOLD, attempts=F("attempts") + 1)
    return OutgoingMail.objects.get(pk=mail_id) if taken else None


def _hand_over(mail: OutgoingMail, connection: Any, now: datetime) -> bool:
    """True once the server has taken it; a refused address ends it, anything else waits."""
    message = EmailMessage(
        subject=mail.subject,
        body=mail.text,
        from_email=settings.MAIL_FROM,
        to=[mail.address],
        headers={"Message-ID": message_id(mail), "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _text in refusal.recipients.values()]
        # 4xx means "later" (greylisting, a full mailbox); only 5xx is a no.
        if codes and all(500 <= code < 600 for code in codes):
            mail.state = OutgoingMail.State.REFUSED
        mail.problem = str(refusal)[:300]
    except (smtplib.SMTPException, OSError) as trouble:
        mail.problem = str(trouble)[:300]
    else:
        mail.state, mail.sent_at, mail.problem = OutgoingMail.State.SENT, now, ""
    mail.next_try_at = now + wait_after(mail.attempts)
    mail.save(update_fields=["state", "sent_at", "problem", "next_try_at"])
    return mail.state == OutgoingMail.State.SENT


def send_waiting_mail(*, now: datetime, limit: int = 100) -> int:
    """Hand over what waits; returns how many the server took. Safe to run twice at once."""
    waiting = OutgoingMail.objects.filter(
        state=OutgoingMail.State.WAITING, next_try_at__lte=now
    ).order_by("next_try_at", "pk")
    ids = list(waiting.values_list("pk", flat=True)[:limit])
    if not ids:
        return 0
    connection = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as trouble:
        # Nothing was claimed: all of it is tried again with the next sweep.
        Heartbeat.objects.filter(name=BEAT).update(detail=str(trouble)[:200])
        OutgoingMail.objects.filter(pk__in=ids).update(problem=str(trouble)[:300])
        return 0
    sent = 0
    try:
        for mail_id in ids:
            mail = _claim(mail_id, now)
            if mail is not None:
                sent += _hand_over(mail, connection, now)
    finally:
        connection.close()
    if sent:
        beat(name=BEAT, now=now)
    return sent
