"""django-import-export with its defaults, for bench/import.py: reads the workbook, imports every row.

    python bench/import_export_defaults.py FILE "DATABASE NAME"

Needs django-import-export installed beside the project; prints the seconds.
"""

import json
import os
import sys
import time
from pathlib import Path

import house

house.prepare()

from django.conf import settings

settings.INSTALLED_APPS.append("import_export")
settings.DATABASES["default"]["NAME"] = json.loads(sys.argv[2])
os.environ["DATABASE_NAME"] = settings.DATABASES["default"]["NAME"]

from django.db import connection
from import_export import fields, resources
from import_export.formats.base_formats import XLSX

from registry.models import PollutionSource

connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"]


class Sources(resources.ModelResource):
    """The columns as plain text; everything else as the package does it unless told otherwise."""

    name = fields.Field("name", "单位名称")
    uscc = fields.Field("uscc", "统一社会信用代码")
    address = fields.Field("address", "地址")
    longitude = fields.Field("longitude", "经度")
    latitude = fields.Field("latitude", "纬度")
    legal_representative = fields.Field("legal_representative", "法定代表人")
    contact = fields.Field("contact", "环保联系人")
    phone = fields.Field("phone", "联系电话")
    industry_code = fields.Field("industry_code", "行业代码")
    industry_name = fields.Field("industry_name", "行业名称")
    permit_number = fields.Field("permit_number", "排污许可证编号")

    class Meta:
        model = PollutionSource
        import_id_fields = ["uscc"]
        fields = (
            "name", "uscc", "address", "longitude", "latitude", "legal_representative", "contact", "phone",
            "industry_code", "industry_name", "permit_number",
        )  # fmt: skip

    def before_save_instance(
        self, instance: PollutionSource, row: object, **kwargs: object
    ) -> None:
        instance.code = f"B{instance.uscc}"
        instance.regulatory_type = "general"


def main() -> None:
    started = time.perf_counter()
    dataset = XLSX().create_dataset(Path(sys.argv[1]).read_bytes())
    result = Sources().import_data(dataset, raise_errors=True)
    if result.totals["new"] != len(dataset):
        raise SystemExit(f"{result.totals}")
    print(f"{time.perf_counter() - started:.2f}")


if __name__ == "__main__":
    main()
