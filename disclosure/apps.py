from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosureConfig(AppConfig):
    name = "disclosure"
    verbose_name = _("公示")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from disclosure.listeners import on_committed
        from registry.signals import committed

        committed.connect(on_committed, dispatch_uid="disclosure")
