"""The test harness: a safe environment, databases that are copied (tests/databases.py), Chromium.

Nothing here reads the machine's ``.env`` or ``var/``: every test process has a folder of its
own. ``DATABASE_URL`` and ``REDIS_URL`` of the real environment are respected, so that the same
suite runs on PostgreSQL and Redis; Django makes and drops its own test databases there.
"""

import base64
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pytest

MAIN_PROCESS = "PYTEST_XDIST_WORKER" not in os.environ
CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")


def _new_var_dir() -> str:
    return tempfile.mkdtemp(prefix="chanji-")


def _prepare_environment() -> None:
    """Everything the settings ask for, before anything of Django is loaded."""
    kept = {"DJANGO_SETTINGS_MODULE", "CHANJI_REQUIRE_BROWSER"}
    for name in set(os.environ) - kept:
        if name.startswith(("DJANGO_", "CHANJI_", "SEAL_")):
            del os.environ[name]
    os.environ.update(
        CHANJI_VAR_DIR=_new_var_dir(),
        DJANGO_SECRET_KEY=secrets.token_hex(32),
        DJANGO_ALLOWED_HOSTS="*",
        DJANGO_HTTPS="0",
        DJANGO_ALLOW_ASYNC_UNSAFE="true",  # Playwright keeps an event loop in the test's thread
        SEAL_KEY=base64.b64encode(secrets.token_bytes(32)).decode(),
        DJANGO_SETTINGS_MODULE="chanji_dualrandom.settings",
    )
    # Present but empty: an .env file of this machine must not answer for them.
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.setdefault(name, "")
    # Worlds are built once and shared by all processes of a run (tests/databases.py).
    os.environ["HOUSE_WORLDS"] = tempfile.mkdtemp(prefix="chanji-worlds-")


if MAIN_PROCESS:
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        raise pytest.UsageError(
            "DJANGO_SETTINGS_MODULE is set: the settings were loaded before the tests could "
            "prepare their environment. Unset it and start again."
        )
    _prepare_environment()

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.db.models.signals import post_init  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402

from registry.models import AuditEvent  # noqa: E402
from registry.rules.trail_words import has_words  # noqa: E402
from tests import worlds  # noqa: E402
from tests.databases import house, world_of  # noqa: E402
from tests.scene import Scene  # noqa: E402

# How fast examples are made says something about the machine, nothing about a rule.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_database = connections["default"]
if _database.vendor == "sqlite":
    # A file, as in production: threads and child processes meet real locks. It need not survive
    # a power cut, so nothing waits for the disk.
    _database.settings_dict["TEST"]["NAME"] = str(settings.VAR_DIR / "test.sqlite3")
    _database.settings_dict["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )


def _soil_the_copy(self: TransactionTestCase) -> None:
    """Nothing is emptied between transactional tests: the next one starts from a new copy."""
    house.soil()


TransactionTestCase._fixture_teardown = _soil_the_copy  # type: ignore[method-assign]


def _must_have_words(sender: Any, instance: AuditEvent, **kwargs: Any) -> None:
    """Whoever writes a new kind of line gives it words in registry/rules/trail_words.py."""
    if not instance.action.startswith("test."):
        assert has_words(instance.action), f"no words for {instance.action}"


post_init.connect(_must_have_words, sender=AuditEvent, weak=False)


# --- pytest ---------------------------------------------------------------------------------


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: list[Any]) -> None:
    """A folder for each xdist worker; pytest-django loads the settings there before this file."""
    for spec in specs:
        spec.env["CHANJI_VAR_DIR"] = _new_var_dir()


@pytest.hookimpl(trylast=True)  # before, pytest-django refuses whoever reaches for the database
def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(os.environ["CHANJI_VAR_DIR"], ignore_errors=True)
    if MAIN_PROCESS:
        house.drop_worlds()
        shutil.rmtree(os.environ["HOUSE_WORLDS"], ignore_errors=True)


def pytest_report_header(config: pytest.Config) -> str:
    queue = "Redis" if settings.REDIS_URL else "files"
    browser = CHROMIUM if CHROMIUM.exists() else "none, browser tests are left out"
    return f"database: {_database.vendor}; queue: {queue}; chromium: {browser}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests need Chromium; without one they are left out, or fail where it is required."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" in fixtures:
            item.add_marker("browser")
        if item.get_closest_marker("django_db") or fixtures & {"db", "_django_db_helper"}:
            item.add_marker("database")
        # Real browsers, workers and killed processes share two cores with the rest of the suite.
        # One that fails is tried once more and reported as such (R); twice is a failure.
        if item.get_closest_marker("browser") or item.get_closest_marker("processes"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    # Worlds that take longest first, each in one piece: while one process plays the bureau the other
    # has the rest to do, and no database is copied to and fro.
    items.sort(key=lambda item: _place_of(item.fixturenames))  # type: ignore[attr-defined]
    if CHROMIUM.exists():
        return
    if os.environ.get("CHANJI_REQUIRE_BROWSER", "0") not in ("", "0"):
        raise pytest.UsageError("CHANJI_REQUIRE_BROWSER is set, but there is no chromium")
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _place_of(fixtures: list[str]) -> tuple[int, str]:
    world = world_of(fixtures)
    names = world.names if world else ()
    return (0 if "bureau" in names else 1 if world else 2, " ".join(names))


def is_transactional(item: pytest.Item) -> bool:
    """Whether the test commits. (pytest-django decides by the same.)"""
    marker = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server", "django_db_reset_sequences"}
    return bool(
        marker and (marker.kwargs.get("transaction") or marker.args[:1] == (True,))
    ) or bool(asked & set(getattr(item, "fixturenames", ())))


# --- fixtures -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """Instead of migrating: a copy of the migrated database."""
    with django_db_blocker.unblock():
        house.open()
    yield
    with django_db_blocker.unblock():
        house.close()


@pytest.fixture
def _database_shown(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> None:
    """The database as the world of the test left it."""
    with django_db_blocker.unblock():
        house.show(world_of(request.fixturenames), committed=is_transactional(request.node))


@pytest.fixture
def _django_db_helper(_database_shown: None, _django_db_helper: None) -> None:
    """pytest-django's, which begins the test's transaction; the database is in place before."""


@pytest.fixture
def today() -> date:
    """A Wednesday in the middle of a quarter whose calendar is official."""
    return date(2026, 5, 13)


@pytest.fixture
def evidence_root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """An evidence folder of the test's own, with what its world has stored."""
    previous, settings.EVIDENCE_ROOT = settings.EVIDENCE_ROOT, tmp_path / "evidence"
    if world_of(request.fixturenames):
        request.getfixturevalue("_database_shown")
        house.lay_out_evidence()
    yield settings.EVIDENCE_ROOT
    settings.EVIDENCE_ROOT = previous


world_prepared, world_staffed, world_scene, world_undispatched = worlds.FIXTURES


@pytest.fixture
def scene(world_scene: Scene, evidence_root: Path) -> Scene:
    """A dispatched quarter; whatever the test writes there is gone afterwards."""
    return world_scene


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": str(CHROMIUM),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
