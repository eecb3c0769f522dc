"""Under which address people reach the system: on paper and in a QR code it has to last."""

from django.conf import settings
from django.http import HttpRequest


def origin_of(request: HttpRequest) -> str:
    """The bureau's own address (``CHANJI_SITE_URL``); where none is set, the one that was asked."""
    return str(settings.SITE_URL or request.build_absolute_uri("/").rstrip("/"))
