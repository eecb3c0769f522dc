"""Forms of the publication desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from disclosure.choices import WithholdingGround
from registry.web.stepup import StepUpForm


def _public_note(label: Any) -> forms.CharField:
    """What everybody will read; as long as services and tables allow."""
    return forms.CharField(label=label, max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class PublishForm(forms.Form):
    links = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args: object, ids: list[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["links"].choices = [(pk, pk) for pk in ids]  # type: ignore[attr-defined]
        self.fields["links"].error_messages = {
            "required": _("请先勾选要公示的结果。"),
            "invalid_choice": _("所选结果已处理，请刷新页面。"),
        }


class WithholdingForm(forms.Form):
    ground = forms.ChoiceField(label=_("理由类别"), choices=WithholdingGround.choices)
    reason = forms.CharField(
        label=_("具体理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class WithdrawForm(StepUpForm):
    note = _public_note(_("撤回说明（将公开显示）"))


class RestoreForm(StepUpForm):
    note = _public_note(_("恢复公示说明（将公开显示）"))


class LiftForm(StepUpForm):
    note = _public_note(_("解除说明（将公开显示）"))


class CorrectForm(forms.Form):
    note = _public_note(_("更正说明（将公开显示）"))


class IssueForm(forms.Form):
    note = forms.CharField(
        label=_("重报说明（第二版起必填，将公开显示）"), max_length=300, required=False
    )
