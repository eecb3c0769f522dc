"""The public form for tips. Outside ``disclosure.public``, which may read published copies only.

No session and no CSRF cookie: nobody is signed in here, so there is no authority to borrow; the
form carries a signed token of its own, and the public site stays without cookies.
"""

from datetime import datetime

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from disclosure.rules.complaint import TooManyComplaints
from disclosure.services import complaints
from registry.clocks.selectors import work_calendar
from registry.rules.violations import RuleViolation
from registry.web.refusals import refuse

LARGEST_BODY = 32 * 1024


class ComplaintForm(forms.Form):
    unit = forms.CharField(
        label=_("被举报的单位或地点"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    content = forms.CharField(
        label=_("看到、听到或闻到了什么"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("什么时候、什么位置、持续多久；不要写自己的姓名和电话。"),
    )
    contact = forms.CharField(
        label=_("联系方式（可不填）"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("加密保存，只有办理线索的人员可查看，每次查看都留痕。不填也会办理。"),
    )
    website = forms.CharField(required=False, max_length=200)  # the trap: people never see it
    answer = forms.CharField(label=_("算一算"), max_length=10)
    token = forms.CharField(max_length=300)


def client_address(request: HttpRequest) -> str:
    """Who asks; behind the bureau's own proxy the address that proxy saw."""
    if settings.BEHIND_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        text = _("内容过长，请缩短到 2000 字以内。")
        return render(request, "error.html", {"title": _("内容过长"), "text": text}, status=413)
    form = ComplaintForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _taken(request, _send(request, form, now))
            except RuleViolation as refusal:
                status = 429 if isinstance(refusal, TooManyComplaints) else 422
                refuse(form, refusal)
    token, question = complaints.new_form(now=now)
    context = {
        "form": form,
        "asked": [form[name] for name in ("unit", "content", "contact")],
        "token": token,
        "question": question.question,
        "section": "complaints",
    }
    return render(request, "complaints/form.html", context, status=status)


def _send(request: HttpRequest, form: ComplaintForm, now: datetime) -> str:
    data = form.cleaned_data
    complaints.check_form(token=data["token"], answer=data["answer"], trap=data["website"], now=now)
    complaints.take_turn(address=client_address(request), purpose="send", now=now)
    return complaints.submit_complaint(
        unit=data["unit"],
        content=data["content"],
        contact=data["contact"],
        token=data["token"],
        now=now,
        calendar=work_calendar(),
    )


def _taken(request: HttpRequest, code: str) -> HttpResponse:
    # Shown in the answer itself: an address with the code in it would stay in the browser's history.
    return render(request, "complaints/receipt.html", {"code": code})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def state(request: HttpRequest) -> HttpResponse:
    """Where a complaint stands, by its receipt; asked by POST so that no code is in an address."""
    context: dict[str, object] = {}
    status = 200
    if request.method == "POST":
        code = request.POST.get("code", "")[:40]
        context["asked"] = True
        try:
            complaints.take_turn(address=client_address(request), purpose="ask", now=timezone.now())
            context["found"] = complaints.state_of(code)
            status = 200 if context["found"] else 404
        except TooManyComplaints as refusal:
            context["error"], status = refusal.message, 429
    return render(request, "complaints/state.html", context, status=status)
