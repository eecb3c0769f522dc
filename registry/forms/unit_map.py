from django import forms
from django.utils.translation import gettext_lazy as _


class BoundaryForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=60)
    approval = forms.CharField(
        label=_("审图号或来源"),
        max_length=100,
        help_text=_("对外展示的地图须有审图号；内部底图写明来源"),
    )
    file = forms.FileField(
        label=_("边界文件（GeoJSON，经纬度）"),
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
    )
