"""The project's own server with one more view: a file received, hashed and kept, nothing else."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from chanji_dualrandom.wsgi import application

__all__ = ["application"]
settings.ROOT_URLCONF = __name__


def chunks(request: HttpRequest) -> Iterator[bytes]:
    while chunk := request.read(64 * 1024):
        yield chunk


@csrf_exempt
def bare(request: HttpRequest, sha256: str) -> HttpResponse:
    from registry.papers.stored_files import receive

    temporary, found, _size = receive(chunks(request), refuse=ValueError)
    folder = Path(settings.EVIDENCE_ROOT) / "bare"
    folder.mkdir(exist_ok=True)
    temporary.replace(folder / found)
    return HttpResponse(status=201 if found == sha256 else 422)


urlpatterns = [path("bare/<str:sha256>/", bare), path("", include("chanji_dualrandom.urls"))]
