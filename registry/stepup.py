"""Step-up confirmation: the password again before a step that cannot be undone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class StepUpForm(forms.Form):
    password = forms.CharField(
        label=_("再次输入本人密码以确认"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.order_fields([name for name in self.fields if name != "password"])

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("密码不正确，请重新输入。"))
        return str(password)
