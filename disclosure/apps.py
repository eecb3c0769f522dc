from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosureConfig(AppConfig):
    name = "disclosure"
    verbose_name = _("公示")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from disclosure.database.triggers import after_migrate
        from disclosure.services.listeners import on_committed
        from registry.trail.signals import committed

        post_migrate.connect(
            after_migrate, sender=self, dispatch_uid="disclosure.database.triggers"
        )
        committed.connect(on_committed, dispatch_uid="disclosure")
