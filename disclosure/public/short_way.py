"""The way to a public page that leaves out what only somebody who signed in needs."""

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.module_loading import import_string

PUBLIC_APPS = frozenset({"public", "ninja"})  # the open-data API's URLs are ninja's


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
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return False
        request.resolver_match = match
        return match.app_name in PUBLIC_APPS

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        return request.resolver_match

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = self._middleware_chain(request)
        return response
