"""What a person sees when something is refused or goes wrong: Chinese, and never a traceback."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from registry.rules.violations import NotAllowed, RuleViolation

logger = logging.getLogger("django.request")


class RefusalMiddleware:
    """A RuleViolation no form caught becomes a 422 page with its message and basis; an address
    with a NUL character, which PostgreSQL cannot even be asked about, a 400 page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or any("\0" in value for value in request.GET.values()):
            return bad_request(request)
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            page = _page(
                request, 405, "不能这样打开", "该地址只接受页面上的按钮提交，请返回上一页。"
            )
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RuleViolation):
            return None
        status = 403 if isinstance(exception, NotAllowed) else 422
        return render(request, "refusal.html", {"refusal": exception}, status=status)


class SamePolicyMiddleware(CSPMiddleware):
    """The Content-Security-Policy, put together once: no page has a nonce or an exception."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        parts = self.get_policy_parts(HttpRequest(), HttpResponse())
        self.policy = build_policy(**asdict(parts))

    def process_request(self, request: HttpRequest) -> None:
        """Nothing to prepare without a nonce."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        # Django's own error pages for developers need their inline styles.
        if not (settings.DEBUG and response.status_code in (404, 500)):
            response.headers.setdefault(HEADER, self.policy)
        return response


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "error.html", {"title": title, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 400, "请求有误", "提交的内容无法识别，请返回上一页重试。")


def permission_denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Who is not signed in is asked to, and comes back to the page he wanted."""
    user = getattr(request, "user", None)
    if request.method in ("GET", "HEAD") and user is not None and not user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return _page(request, 403, "没有权限", "您的岗位没有此项权限，如确需办理请联系系统管理员。")


def page_not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 404, "页面不存在", "地址有误，或内容已不在此处。")


def server_error(request: HttpRequest) -> HttpResponse:
    title, text = "系统出现错误", "已记录该错误，请稍后再试；如反复出现请联系系统管理员。"
    try:
        return _page(request, 500, title, text)
    except Exception:
        # Whatever broke the page may break this one too (a missing file, the database).
        logger.exception("the error page itself failed")
        return HttpResponse(
            f"{title}：{text}", status=500, content_type="text/plain; charset=utf-8"
        )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403, "页面已过期", "页面停留过久或登录状态已变化，请刷新后重新提交。")


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords for this account from this address."""
    text = (
        "密码连续输错次数过多，该账号在此处已暂停登录，请 15 分钟后再试，或联系系统管理员重设密码。"
    )
    return _page(request, 429, "暂停登录", text)
