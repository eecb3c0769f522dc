from django.apps import AppConfig


class HouseConfig(AppConfig):
    name = "chanji_dualrandom"
    label = "house"

    def ready(self) -> None:
        from chanji_dualrandom import checks  # noqa: F401  (registers the system check)
