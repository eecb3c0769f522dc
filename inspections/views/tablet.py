"""What makes the pages an app: service worker, manifest, and the page for when neither helps."""

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponse]
# Everything a tablet page loads; a test holds this to what the pages ask for.
ASSETS = (
    "css/tokens.css",
    "css/topbar.css",
    "css/staff.css",
    "css/tables.css",
    "css/tablet.css",
    "img/icon.svg",
    "img/icon-192.png",
    "img/icon-512.png",
    "js/signout.js",
    "js/tablet/answers.js",
    "js/tablet/app.js",
    "js/tablet/canon.js",
    "js/tablet/checks.js",
    "js/tablet/evidence.js",
    "js/tablet/facts.js",
    "js/tablet/photo.js",
    "js/tablet/record.js",
    "js/tablet/room.js",
    "js/tablet/signing.js",
    "js/tablet/store.js",
    "js/tablet/sync.js",
    "js/tablet/tasks.js",
    "js/tablet/worker.js",
    "js/unsent.js",
    "vendor/bootstrap-5.3.9/bootstrap.min.css",
    "vendor/exifreader-4.46.0/exif-reader.js",
    "vendor/idb-8.0.4/umd.js",
    "vendor/signature_pad-5.1.4/signature_pad.umd.min.js",
)


def tablet_page(view: View) -> View:
    """A page a tablet may keep: under the account it was made for, and no other."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.user.is_authenticated:
            response["X-Chanji-Account"] = str(request.user.pk)
        # The service worker keeps it; the browser's own cache would give it to anybody.
        patch_cache_control(response, no_store=True, private=True)
        return response

    return gzip_page(marked)


def _worker_source() -> str:
    return get_template("inspections/sw.js").template.source


@lru_cache(maxsize=1)
def _built_version() -> str:
    return _version()


def _version() -> str:
    """Of what the app consists of; any change of a file is a new version."""
    state = hashlib.sha256(_worker_source().encode())
    for name in ASSETS:
        found = finders.find(name)
        if found:
            state.update(Path(str(found)).read_bytes())
    return state.hexdigest()[:12]


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, so that it sees signing in and out as well; asked for anew each time."""
    version = _version() if settings.DEBUG else _built_version()
    head = {
        "VERSION": version,
        "OFFLINE": reverse("inspections:offline"),
        "ASSETS": [static(name) for name in ASSETS],
    }
    lines = [f"const {name} = {json.dumps(value)};" for name, value in head.items()]
    response = HttpResponse(
        "\n".join([*lines, _worker_source()]), content_type="text/javascript; charset=utf-8"
    )
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png",
         "purpose": purpose}
        for size in (192, 512) for purpose in ("any", "maskable")
    ]  # fmt: skip
    return JsonResponse(
        {
            "id": "/inspections/",
            "name": _("双随机检查"),
            "short_name": _("现场检查"),
            "lang": "zh-Hans",
            "start_url": reverse("inspections:today"),
            "scope": "/",
            "display": "standalone",
            "orientation": "any",
            "background_color": "#f3f6f6",
            "theme_color": "#084540",
            "icons": icons,
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Kept by the service worker for what is not on the tablet; names nothing and nobody."""
    return render(request, "inspections/offline.html")
