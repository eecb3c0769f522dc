from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = _("两库与依据")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_mend_text_indexes, dispatch_uid="registry.database.text_index")


def _mend_text_indexes(*, using: str, **_kwargs: Any) -> None:
    from registry.database.text_index import mend

    mend(using)
