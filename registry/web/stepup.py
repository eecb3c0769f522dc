"""Step-up confirmation: the password again before a step that cannot be undone."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class StepUpForm(forms.Form):
    """Wrong passwords count as at the sign-in: a session left open or stolen cannot try them out."""

    password = forms.CharField(
        label=_("再次输入本人密码以确认"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, request.user
        self.order_fields([name for name in self.fields if name != "password"])

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        found = authenticate(self.request, username=self.user.get_username(), password=password)
        if found is None or found.pk != self.user.pk:
            raise forms.ValidationError(_("密码不正确，请重新输入。"))
        return password
