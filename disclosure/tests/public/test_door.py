"""The two short cuts of the public site change how an answer comes about, never what it says."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client, RequestFactory
from django.test.utils import override_settings

from disclosure.public import current
from disclosure.public.door import FrontDoor
from disclosure.tests.public.published import publish, result

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


class Visit:
    """One request through the front door; ``asked`` says whether the site behind it was asked."""

    def __init__(self, path: str, method: str = "GET", **headers: str) -> None:
        environ = RequestFactory().generic(method, path).environ
        environ |= {"wsgi.input": BytesIO(), "SERVER_NAME": "testserver", **headers}
        self.asked = False
        self.content = b"".join(FrontDoor(self._site)(environ, self._start))

    def _site(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        self.asked = True
        headers = {
            name[5:].replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        response = Client().get(environ["PATH_INFO"], headers=headers)
        start_response(f"{response.status_code} {response.reason_phrase}", response.items())
        return [response.content]

    def _start(self, status: str, headers: Any) -> None:
        self.status, self.headers = status, dict(headers)


def test_the_second_visitor_is_answered_at_the_door_with_the_same_page() -> None:
    publish(3)
    first, second = Visit("/results/"), Visit("/results/")

    assert (first.asked, second.asked) == (True, False)
    assert second.status == "200 OK"
    assert second.content == first.content
    assert second.headers == first.headers
    assert all(name in second.headers for name in SECURITY_HEADERS)


def test_the_door_shows_what_was_published_a_moment_ago() -> None:
    publish(1)
    Visit("/results/")
    result(1).save()

    visit = Visit("/results/")

    assert visit.asked
    assert "2 条" in visit.content.decode()


def test_the_door_sends_no_content_to_head_and_to_who_has_the_page() -> None:
    publish(1)
    tag = Visit("/results/").headers["ETag"]

    head, known = Visit("/results/", "HEAD"), Visit("/results/", HTTP_IF_NONE_MATCH=tag)

    assert (head.status, head.content, head.asked) == ("200 OK", b"", False)
    assert int(head.headers["Content-Length"]) > 0
    assert (known.status, known.content, known.asked) == ("304 Not Modified", b"", False)
    assert "Content-Type" not in known.headers


@pytest.mark.parametrize("other", [{"HTTP_COOKIE": "sessionid=a"}, {"HTTP_AUTHORIZATION": "x"}])
def test_who_may_be_somebody_passes_the_door(other: dict[str, str]) -> None:
    publish(1)
    Visit("/results/")

    assert Visit("/results/", **other).asked
    assert Visit("/results/", "POST").asked


def test_the_door_leaves_everything_to_the_site_when_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(1)
    Visit("/guide/")

    def gone() -> Any:
        raise DatabaseError

    monkeypatch.setattr(current, "_pulses", gone)

    assert Visit("/guide/").asked


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


def test_the_short_way_refuses_foreign_hosts_and_plain_http_like_any_other() -> None:
    publish(1)

    with override_settings(ALLOWED_HOSTS=["bureau.example"]):
        assert Client().get("/results/").status_code == 400
    with override_settings(SECURE_SSL_REDIRECT=True):
        redirect = Client().get("/results/")

    assert redirect.status_code == 301
    assert redirect["Location"].startswith("https://")


def test_what_strangers_pass_of_the_middleware_is_chosen_not_forgotten() -> None:
    left_out = [name for name in settings.MIDDLEWARE if name not in settings.STRANGER_MIDDLEWARE]

    assert [n for n in settings.MIDDLEWARE if n not in left_out] == settings.STRANGER_MIDDLEWARE
    assert left_out == [
        "disclosure.public.current.CurrentAnswerMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "axes.middleware.AxesMiddleware",
    ]
