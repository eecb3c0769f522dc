from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SamplingConfig(AppConfig):
    name = "sampling"
    verbose_name = _("抽查")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from registry.importing.signals import undoing
        from sampling.services.listeners import on_undoing

        undoing.connect(on_undoing, dispatch_uid="sampling")
