"""The way to a public page that leaves out what only somebody who signed in needs."""

from functools import lru_cache

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.module_loading import import_string

PUBLIC_APPS = frozenset({"public", "ninja"})  # the open-data API's URLs are ninja's


@lru_cache(maxsize=1024)
def _public_page(path: str, _urls: str) -> ResolverMatch | None:
    """The public page at this address, if it is one: to go through all patterns takes as long as
    to read the rows. ``_urls`` names the patterns that were gone through."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match if match.app_name in PUBLIC_APPS else None


class ShortWay(BaseHandler):
    """Django's handler with settings.STRANGER_MIDDLEWARE alone: hosts, HTTPS, the security headers
    and the refusals are as everywhere; sessions, sign-in, CSRF and messages are not asked."""

    def __init__(self) -> None:
        self._view_middleware = []
        self._template_response_middleware = []
        self._exception_middleware = []
        handler = convert_exception_to_response(self._get_response)
        for name in reversed(settings.STRANGER_MIDDLEWARE):
            middleware = import_string(name)(handler)
            if hasattr(middleware, "process_exception"):
                self._exception_middleware.append(middleware.process_exception)
            handler = convert_exception_to_response(middleware)
        self._middleware_chain = handler

    def leads_to(self, request: HttpRequest) -> bool:
        """Whether the address is a public page's; remembers what was found for the view."""
        match = _public_page(request.path_info, settings.ROOT_URLCONF)
        if match:
            request.resolver_match = match
        return match is not None

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        return request.resolver_match

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = self._middleware_chain(request)
        return response
