"""The front door: what is in memory and current is sent before Django has made a request of it."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from disclosure.public.current import STATE, current_state, is_stranger, kept_answer

Site = Callable[[dict[str, Any], Any], Iterable[bytes]]
STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class FrontDoor:
    """The WSGI application around the whole site; what is not in memory it leaves to the site."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if is_stranger(environ) and (state := current_state()):
            environ[STATE] = state
            if answer := kept_answer(environ, state):
                status, headers, content = answer.reply(environ)
                start_response(STATUS_LINES[status], headers)
                return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]
        return self.site(environ, start_response)
