"""Settings for benchmarks: a data folder and secrets of their own, DATABASE_URL respected."""

import os
import secrets
import sys
import tempfile
from base64 import b64encode
from pathlib import Path

ROOT = Path(__file__).parents[1]


def prepare() -> None:
    """Before anything of Django is imported."""
    sys.path.insert(0, str(ROOT))
    os.environ.update(
        CHANJI_VAR_DIR=tempfile.mkdtemp(prefix="chanji-bench-"),
        DJANGO_SECRET_KEY=secrets.token_hex(32),
        DJANGO_ALLOWED_HOSTS="*",
        DJANGO_HTTPS="0",
        DJANGO_ALLOW_ASYNC_UNSAFE="true",  # Playwright keeps an event loop in this thread
        SEAL_KEY=b64encode(secrets.token_bytes(32)).decode(),
        DJANGO_SETTINGS_MODULE="chanji_dualrandom.settings",
    )
    import django

    django.setup()


def database_time() -> float:
    """Milliseconds the database's process of this connection has been busy so far."""
    from django.db import connection

    connection.ensure_connection()
    pid = connection.connection.get_backend_pid()
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
