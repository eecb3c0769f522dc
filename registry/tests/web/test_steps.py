"""A confirmed step: done and told, or refused and told where the person looks."""

from typing import NoReturn

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.constants import DEFAULT_TAGS
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory

from registry.rules.violations import RuleViolation
from registry.web.steps import button_worked, step_taken


class ReasonForm(forms.Form):
    reason = forms.CharField()


def refused() -> NoReturn:
    raise RuleViolation("理由不足。", field="reason")


@pytest.fixture
def request_() -> HttpRequest:
    request = RequestFactory().post("/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def told(request: HttpRequest) -> list[tuple[str, str]]:
    return [(DEFAULT_TAGS[message.level], message.message) for message in get_messages(request)]


def test_a_step_is_taken_and_told(request_: HttpRequest) -> None:
    form = ReasonForm({"reason": "属实"})

    assert step_taken(request_, form, lambda: form.cleaned_data["reason"], "已办理。")
    assert step_taken(request_, form, lambda: 3, lambda number: f"已办理 {number} 项。")
    assert told(request_) == [("success", "已办理。"), ("success", "已办理 3 项。")]


def test_a_refused_step_stands_in_its_form(request_: HttpRequest) -> None:
    form = ReasonForm({"reason": "不明"})

    assert not step_taken(request_, form, refused, "已办理。")
    assert form.errors == {"reason": ["理由不足。"]}
    assert told(request_) == []


@pytest.mark.parametrize("form", [ReasonForm(), ReasonForm({"reason": ""})])
def test_nothing_is_done_before_the_form_is_filled_in(
    request_: HttpRequest, form: ReasonForm
) -> None:
    def never() -> NoReturn:
        raise AssertionError

    assert not step_taken(request_, form, never, "已办理。")
    assert told(request_) == []


def test_a_button_tells_on_the_next_page(request_: HttpRequest) -> None:
    assert button_worked(request_, lambda: 3, lambda number: f"已派发 {number} 项。")
    assert not button_worked(request_, refused, "已办理。")
    assert not button_worked(request_, refused, "已办理。", about="甲厂")
    assert told(request_) == [
        ("success", "已派发 3 项。"),
        ("error", "理由不足。"),
        ("error", "甲厂：理由不足。"),
    ]
