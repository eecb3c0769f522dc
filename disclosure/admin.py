"""The guide for citizens; published copies themselves are changed by services alone."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from disclosure.models import GuideMaterial, GuidePage
from disclosure.permissions import MANAGE_GUIDE
from disclosure.services import guide
from registry.admin.base import RegisterAdmin
from registry.rules.violations import RuleViolation


class GuideAdmin(RegisterAdmin):
    """Whoever holds manage_guide writes; everybody in the admin may look."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MANAGE_GUIDE)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(MANAGE_GUIDE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MANAGE_GUIDE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(MANAGE_GUIDE)


@admin.register(GuidePage)
class GuidePageAdmin(GuideAdmin):
    list_display = ("title", "slug", "position", "shown", "updated_at", "on_site")
    fields = ("title", "slug", "body", "position", "shown")
    ordering = ("position", "pk")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["help_texts"] = {
            "slug": _("英文字母、数字和横线，网页地址的一部分，例如 your-rights；公开后不要再改。"),
            "body": _(
                "空一行分段；“## ”开头为小标题，“- ”开头为列表，**文字** 加粗，"
                "[文字](https://地址) 为链接。其他代码一律按文字显示。"
            ),
        }
        return super().get_form(request, obj, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        guide.save_page(page=obj, actor=request.user, now=timezone.now())

    @admin.display(description=_("公开页"))
    def on_site(self, obj: GuidePage) -> str:
        if not obj.shown:
            return "—"
        return format_html('<a href="/guide/{}/">{}</a>', obj.slug, _("查看"))


class MaterialForm(forms.ModelForm):
    file = forms.FileField(
        label=_("文件"), help_text=_("JPEG、PNG、WebP 图片，或不带脚本的 PDF；不超过 5 MB。")
    )

    class Meta:
        model = GuideMaterial
        fields = ("title", "description", "file", "position", "shown")

    def clean_file(self) -> guide.Prepared:
        upload: UploadedFile = self.cleaned_data["file"]
        if upload.size is None or upload.size > guide.LARGEST_BYTES:
            raise ValidationError(_("文件超过 5 MB，请压缩后再上传。"))
        try:
            return guide.prepare_material(upload.read())
        except RuleViolation as refusal:
            raise ValidationError(refusal.message) from refusal


@admin.register(GuideMaterial)
class GuideMaterialAdmin(GuideAdmin):
    list_display = ("title", "kind", "position", "shown", "uploaded_at")
    ordering = ("position", "pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("content")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = MaterialForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shared = ("title", "description", "position", "shown")
        return shared if obj else ("title", "description", "file", "position", "shown")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            file = form.cleaned_data.pop("file")
            guide.add_material(row=obj, file=file, actor=request.user, now=timezone.now())
