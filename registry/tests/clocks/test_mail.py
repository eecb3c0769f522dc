"""The outbox: each mail once, none lost, whatever the server says."""

import smtplib
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from registry.clocks.rules.mail_retries import HOLD, wait_after
from registry.clocks.services import health
from registry.clocks.services.deadlines import notify
from registry.clocks.services.mail import message_id, send_waiting_mail
from registry.models import Notification, OutgoingMail

pytestmark = pytest.mark.django_db


class Server:
    """Stands where Django opens its SMTP connection; ``answers`` are raised in turn."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.refuse_to_open = False
        self.answers: list[Exception] = []

    def open(self) -> None:
        if self.refuse_to_open:
            raise ConnectionRefusedError("no server")

    def close(self) -> None:
        return None

    def send_messages(self, messages: list[Any]) -> int:
        if self.answers:
            raise self.answers.pop(0)
        self.taken += messages
        return len(messages)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Server:
    settings.MAIL_FROM, settings.MAIL_DOMAIN = "chanji@example.gov.cn", "example.gov.cn"
    settings.SITE_URL = "https://chanji.example.gov.cn"
    server = Server()
    monkeypatch.setattr("registry.clocks.services.mail.get_connection", lambda: server)
    return server


@pytest.fixture
def person(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("hanyutong", email="han@example.gov.cn")


def tell(*people: Any, key: str = "deadline:1:5") -> None:
    notify(users=people, key=key, text="剩余 5 个工作日", level="info", link="/disclosure/")


def later(minutes: float = 0) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)


def test_a_reminder_reaches_inbox_and_mailbox_once(server: Server, person: Any) -> None:
    tell(person)
    tell(person)

    assert send_waiting_mail(now=later()) == 1
    assert send_waiting_mail(now=later(60)) == 0
    assert Notification.objects.count() == 1
    (sent,) = server.taken
    assert sent.to == ["han@example.gov.cn"]
    assert "剩余 5 个工作日" in sent.subject
    assert "https://chanji.example.gov.cn/disclosure/" in sent.body


def test_without_an_address_or_a_server_the_inbox_is_enough(
    server: Server, django_user_model: Any, person: Any, settings: Any
) -> None:
    tell(django_user_model.objects.create_user("nobox"))
    settings.MAIL_FROM = ""
    tell(person)

    assert OutgoingMail.objects.count() == 0
    assert Notification.objects.count() == 2


def test_a_server_that_is_away_loses_nothing(server: Server, person: Any) -> None:
    tell(person)
    server.refuse_to_open = True
    assert send_waiting_mail(now=later()) == 0
    assert "no server" in OutgoingMail.objects.get().problem

    server.refuse_to_open = False
    assert send_waiting_mail(now=later(1)) == 1


@pytest.mark.parametrize(
    ("code", "state"), [(550, "refused"), (450, "waiting")], ids=["for good", "for now"]
)
def test_only_a_permanent_refusal_ends_a_mail(
    server: Server, person: Any, code: int, state: str
) -> None:
    tell(person)
    server.answers = [smtplib.SMTPRecipientsRefused({"han@example.gov.cn": (code, b"no")})]

    assert send_waiting_mail(now=later()) == 0
    assert OutgoingMail.objects.get().state == state


def test_one_refused_mail_does_not_keep_the_next_one(
    server: Server, person: Any, django_user_model: Any
) -> None:
    tell(person, django_user_model.objects.create_user("second", email="second@example.gov.cn"))
    server.answers = [smtplib.SMTPServerDisconnected("gone")]

    assert send_waiting_mail(now=later()) == 1
    assert [message.to for message in server.taken] == [["second@example.gov.cn"]]


def test_a_mail_whose_worker_died_goes_out_again_under_the_same_name(
    server: Server, person: Any
) -> None:
    tell(person)
    server.answers = [SystemExit()]  # type: ignore[list-item]
    with pytest.raises(SystemExit):
        send_waiting_mail(now=later())
    name = message_id(OutgoingMail.objects.get())

    assert send_waiting_mail(now=later(1)) == 0
    assert send_waiting_mail(now=later(HOLD.total_seconds() / 60 + 1)) == 1
    assert server.taken[0].extra_headers["Message-ID"] == name


def test_waits_grow_to_an_hour_and_stay_there() -> None:
    assert [wait_after(n).total_seconds() / 60 for n in (0, 1, 2, 3, 4, 5, 99)] == [
        1, 1, 5, 15, 60, 60, 60
    ]  # fmt: skip


def test_mail_that_stands_still_raises_one_alarm(
    server: Server, person: Any, django_user_model: Any
) -> None:
    from django.contrib.auth.models import Group

    leader = django_user_model.objects.create_user("director1")
    leader.groups.add(Group.objects.create(name="局领导"))
    tell(person)
    server.refuse_to_open = True
    send_waiting_mail(now=later())

    assert health.mail_part(now=later(59), alarm_minutes=60).ok
    for minutes in (61, 90):
        health.raise_alarm(health.mail_part(now=later(minutes), alarm_minutes=60))

    (alarm,) = Notification.objects.filter(user=leader)
    assert alarm.level == "alarm"
    assert "no server" in alarm.text
    assert django_mail.outbox == []
