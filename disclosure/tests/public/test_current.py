"""Answers from memory: exactly current, only for strangers, only what is worth keeping."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone
from django.utils.http import http_date

from disclosure.models import PublicationPulse, PublicResult
from disclosure.public import current
from disclosure.tests.public.published import publish, result
from registry.models import BureauSetting

pytestmark = pytest.mark.django_db
SECURITY_HEADERS = (
    "Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _empty_memory() -> Iterator[None]:
    current.MEMORY.clear()
    yield
    current.MEMORY.clear()


def queries(client: Client, path: str, **headers: str) -> tuple[Any, int]:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path, headers=headers)
    return answer, len(asked)


def settle() -> None:
    """As if the last change had been a while ago."""
    PublicationPulse.objects.update(changed_at=timezone.now() - timedelta(minutes=5))


def test_a_page_is_made_once_and_then_costs_one_query() -> None:
    publish(5)
    client = Client()
    first = client.get("/results/")

    again, asked = queries(client, "/results/")

    assert asked == 1
    assert again.content == first.content
    assert again.headers == first.headers
    assert all(name in again for name in ("ETag", *SECURITY_HEADERS))


def test_the_next_request_after_a_publication_shows_it() -> None:
    publish(1)
    client = Client()
    client.get("/results/")

    for n in (1, 2):
        result(n).save()
        assert f"{n + 1} 条" in client.get("/results/").content.decode()
    PublicResult.objects.filter(assignment_number="RW-000000").update(enterprise_name="新名称公司")

    assert "新名称公司" in client.get("/results/").content.decode()


def test_a_change_that_is_rolled_back_leaves_the_old_answer_valid() -> None:
    from django.db import transaction

    publish(1)
    client = Client()
    before = client.get("/results/")
    with transaction.atomic():
        result(1).save()
        assert client.get("/results/")["ETag"] != before["ETag"]
        transaction.set_rollback(True)

    after, asked = queries(client, "/results/")

    assert (after["ETag"], asked) == (before["ETag"], 1)


def test_a_setting_of_the_bureau_changes_every_page() -> None:
    publish(1)
    client = Client()
    client.get("/results/")

    BureauSetting.objects.create(key="bureau_name", value="示范生态环境局")

    assert "示范生态环境局" in client.get("/results/").content.decode()


def test_whoever_has_the_page_is_told_that_nothing_changed() -> None:
    publish(3)
    settle()
    client = Client()
    page = client.get("/results/")

    by_tag = client.get("/results/", headers={"if-none-match": page["ETag"]})
    by_date = client.get("/results/", headers={"if-modified-since": page["Last-Modified"]})
    other = client.get("/results/", headers={"if-none-match": '"other"',
                                             "if-modified-since": page["Last-Modified"]})  # fmt: skip

    assert (by_tag.status_code, by_date.status_code, other.status_code) == (304, 304, 200)
    assert by_tag.content == b""
    assert by_tag["ETag"] == page["ETag"]
    assert "Content-Type" not in by_tag


def test_head_is_answered_from_memory_with_the_length_alone() -> None:
    publish(1)
    client = Client()
    page = client.get("/results/")

    with CaptureQueriesContext(connection) as asked:
        head = client.head("/results/")

    assert (head.status_code, head.content, len(asked)) == (200, b"", 1)
    assert int(head["Content-Length"]) == len(page.content)


def test_a_second_change_in_the_same_second_is_not_hidden_by_the_date() -> None:
    publish(1)
    client = Client()
    page = client.get("/results/")

    answer = client.get("/results/", headers={"if-modified-since": http_date()})

    assert "Last-Modified" not in page
    assert answer.status_code == 200


def test_a_browser_that_takes_gzip_gets_it_under_a_tag_of_its_own() -> None:
    import gzip

    publish(20)
    client = Client()
    plain = client.get("/results/")

    packed = client.get("/results/", headers={"accept-encoding": "gzip, br"})

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    assert "Accept-Encoding" in packed["Vary"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/results/00000000-0000-0000-0000-000000000000/", 404), ("/nowhere/", 404),
     ("/accounts/login/", 200), ("/results.csv", 200)],
)  # fmt: skip
def test_errors_forms_and_files_are_not_kept(path: str, status: int) -> None:
    publish(1)
    client = Client()

    answer = client.get(path)

    assert answer.status_code == status
    assert not [k for k in current.MEMORY._kept if "value" not in k]


@pytest.mark.parametrize("other", [{"cookie": "sessionid=a"}, {"authorization": "x"}])
def test_who_may_be_somebody_is_answered_anew_and_nothing_of_it_is_kept(
    other: dict[str, str],
) -> None:
    publish(1)
    client = Client()
    client.get("/results/")
    kept = dict(current.MEMORY._kept)

    answer, asked = queries(client, "/results/", **other)

    assert answer.status_code == 200
    assert asked > 1
    assert current.MEMORY._kept == kept


def test_a_form_is_never_answered_from_memory() -> None:
    publish(1)
    client = Client()
    kept = client.get("/results/")

    assert "ETag" in kept
    assert "ETag" not in client.post("/results/")


@pytest.mark.parametrize(
    "path", ["/", "/results/", "/results/?q=环保", "/statistics/", "/guide/", "/open-data/", "/api/v1/plans"]
)  # fmt: skip
def test_a_stranger_and_somebody_with_a_cookie_see_the_same_page(path: str) -> None:
    publish(3)
    somebody = Client()
    somebody.cookies["theme"] = "dark"

    stranger, known = Client().get(path), somebody.get(path)

    assert stranger.status_code == known.status_code == 200
    assert stranger.content == known.content
    for name in SECURITY_HEADERS:
        assert stranger[name] == known[name]


def test_foreign_hosts_and_plain_http_are_refused_though_the_page_is_in_memory() -> None:
    publish(1)
    Client().get("/results/")

    with override_settings(ALLOWED_HOSTS=["bureau.example"]):
        foreign = Client().get("/results/", headers={"host": "elsewhere.example"})
    with override_settings(SECURE_SSL_REDIRECT=True):
        redirect = Client().get("/guide/")

    assert foreign.status_code == 400
    assert redirect.status_code == 301
    assert redirect["Location"].startswith("https://")


def test_the_site_answers_when_nobody_can_say_what_is_current(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(1)
    client = Client()
    client.get("/guide/")

    def gone() -> Any:
        raise DatabaseError

    monkeypatch.setattr(current, "_pulses", gone)
    answer = client.get("/guide/")

    assert answer.status_code == 200
    assert "ETag" not in answer


def test_memory_forgets_what_was_asked_for_longest_ago() -> None:
    memory = current.Memory(limit=100)
    for n in range(12):
        memory.put((n,), n, 10)
        memory.get((0,))

    assert memory.get((0,)) == 0
    assert memory.get((1,)) is None
    assert memory.get((11,)) == 11
    assert memory.used <= 100


def test_a_lost_connection_is_replaced_not_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([OperationalError("server closed the connection")])

    def read() -> list[Any]:
        for error in answers:
            raise error
        return [("t", timezone.now())]

    monkeypatch.setattr(current, "_read_pulses", read)
    monkeypatch.setattr(type(connection), "in_atomic_block", False, raising=False)
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setitem(connection.__dict__, "in_atomic_block", False)

    state = current.current_state()

    assert state is not None
    assert state.tokens == "t"
