"""Databases made once, then copied: the migrated one, and worlds that many tests start from.

*Template*: the migrations run once per state of what they are made of, into a template that is
kept between runs (SQLite: ``.databases/``; PostgreSQL: a database of the server). Every test
process works in a copy of it.

*Worlds*: what a service takes seconds to play (a dispatched quarter, a whole bureau) is played
once in a run, whichever process needs it first, and kept as one more copy. A test says by a
fixture (``world_fixture``) in which world it happens; what it writes is rolled back. A test that
commits (``transaction=True``) leaves its copy soiled, and the next test gets a new one: nothing is
ever flushed.
"""

import contextlib
import fcntl
import hashlib
import os
import pickle
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

KEPT_TEMPLATES = 4  # somebody who goes to and fro between branches
# Everything that decides what an empty database looks like. Looked for in the apps alone: beside
# them another run may be deleting its files.
APPS = ("chanji_dualrandom", "registry", "sampling", "inspections", "disclosure")
INGREDIENTS = (
    "migrations/*.py",
    "models/**/*.py",
    "database/**/*.py",
    "permissions.py",
    "choices.py",
    "apps.py",
    "settings.py",
    "**/*_data.py",
    "**/shipped.py",
)
BESIDE = ("requirements.txt", "requirements-dev.txt", "constraints.txt", "tests/databases.py")


def template_key(folder: Path) -> str:
    """Stands for the state of the migrations, and of all that they and post_migrate read."""
    found = hashlib.sha256(sys.version.encode())
    paths = {path for app in APPS for what in INGREDIENTS for path in (folder / app).glob(what)}
    for path in sorted(paths | {folder / name for name in BESIDE}):
        inside = path.relative_to(folder)
        found.update(f"\0{inside}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; released by the system when a process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# --- Copying ------------------------------------------------------------------------------------

_met: list[BaseDatabaseWrapper] = []


def current() -> BaseDatabaseWrapper:
    """The connection of this thread. While a browser's event loop runs in it, Django hands out
    another one than before: both are remembered, for whoever must have none open."""
    connection = connections["default"]
    if not any(connection is known for known in _met):
        _met.append(connection)
    return connection


def close_all() -> None:
    current()
    for connection in _met:
        connection.close()


class SQLiteFiles:
    """Copies of files; the write-ahead log is folded into the file before it is copied."""

    def template(self, key: str, migrate: Callable[[str], None]) -> str:
        folder = settings.BASE_DIR / ".databases"
        target = folder / f"{key}.sqlite3"
        with locked(folder / "lock"):
            if not target.exists():
                half = folder / "half.sqlite3"
                self._remove(half)
                migrate(str(half))
                self.close()
                half.replace(target)
            os.utime(target)
            old = sorted(folder.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)
            for path in old[:-KEPT_TEMPLATES]:
                path.unlink()
        return str(target)

    def close(self) -> None:
        connection = current()
        if connection.settings_dict["NAME"] and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        close_all()

    def copy(self, source: str, target: str) -> None:
        """A new file under the old name: who still has the old one open does not see it."""
        self._remove(Path(target))
        shutil.copyfile(source, target)

    def saved(self, name: str, folder: Path) -> str:
        return str(folder / f"{name}.sqlite3")

    def drop(self, name: str) -> None:
        self._remove(Path(name))

    def _remove(self, path: Path) -> None:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


class PostgreSQLDatabases:
    """``CREATE DATABASE … TEMPLATE``; copies of one source never wait for each other."""

    PREFIX = "chanji_template_"
    LOCK = 0x6368616E  # one number of this house for pg_advisory_lock

    def template(self, key: str, migrate: Callable[[str], None]) -> str:
        name, half = self.PREFIX + key, f"{self.PREFIX}{key}_half"
        with self._server() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [self.LOCK])  # until the connection ends
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(f"DROP DATABASE IF EXISTS {half} WITH (FORCE)")
                cursor.execute(f"CREATE DATABASE {half}")
                migrate(half)
                self.close()
                cursor.execute(f"ALTER DATABASE {half} RENAME TO {name}")
            cursor.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s AND datname <> %s "
                "ORDER BY oid DESC",
                [f"{self.PREFIX}%", name],
            )
            for (old,) in cursor.fetchall()[KEPT_TEMPLATES - 1 :]:
                cursor.execute(f"DROP DATABASE IF EXISTS {old}")
        return name

    def close(self) -> None:
        close_all()

    def copy(self, source: str, target: str) -> None:
        self.drop(target)
        with self._server() as cursor:
            cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def saved(self, name: str, folder: Path) -> str:
        return f"{current().creation._get_test_db_name().partition('_gw')[0]}_{name}"

    def drop(self, name: str) -> None:
        with self._server() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextlib.contextmanager
    def _server(self) -> Iterator[Any]:
        with current()._nodb_cursor() as cursor:
            yield cursor


# --- Worlds -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """A state that tests start from. ``build`` gets what ``base`` returned, and returns what the
    tests get: each its own copy, so it must be picklable."""

    name: str
    build: Callable[..., Any]
    base: "World | None" = None

    @property
    def names(self) -> tuple[str, ...]:
        """Its own and those it stands on, from the ground up."""
        return (*(self.base.names if self.base else ()), self.name)


_worlds: dict[str, World] = {}


def world_fixture(world: World) -> Any:
    """The fixture ``world_NAME``: what ``build`` returned, in a database as it left it."""
    name = f"world_{world.name}"
    assert _worlds.setdefault(name, world) is world, f"two worlds are called {world.name}"

    @pytest.fixture(name=name)
    def opened(_django_db_helper: None) -> Any:
        return house.state(world)

    return opened


def world_of(fixtures: list[str]) -> World | None:
    """The world a test happens in: of those that stand on each other, the uppermost."""
    wanted = [_worlds[name] for name in fixtures if name in _worlds]
    return max(wanted, key=lambda world: len(world.names), default=None)


class House:
    """The database of this test process, and what it is a copy of at the moment."""

    def __init__(self) -> None:
        sqlite = current().vendor == "sqlite"
        self.files: Any = SQLiteFiles() if sqlite else PostgreSQLDatabases()
        self.name = self.source = self.shown = ""
        self.world: tuple[World, Path] | None = None

    @property
    def folder(self) -> Path:
        """Shared by the processes of one run."""
        return Path(os.environ["HOUSE_WORLDS"])

    def open(self) -> None:
        self.name = str(current().creation._get_test_db_name())
        close_all()
        self.source = self.files.template(template_key(settings.BASE_DIR), self._migrate)
        self._use(self.name)
        self._copy(self.source)

    def _migrate(self, name: str) -> None:
        self._use(name)
        call_command("migrate", verbosity=0, interactive=False)

    def _use(self, name: str) -> None:
        close_all()
        settings.DATABASES["default"]["NAME"] = name
        current().settings_dict["NAME"] = name

    def _copy(self, source: str) -> None:
        close_all()
        self.files.copy(source, self.name)
        self.shown = source

    def close(self) -> None:
        close_all()
        self.files.drop(self.name)

    def soil(self) -> None:
        """A test committed something: whoever comes next gets a new copy."""
        self.shown = ""

    def show(self, world: World | None, *, committed: bool) -> None:
        """The database as ``world`` left it; the empty one for None.

        ``committed``: the services of the world committed one by one, and what listens to that
        was told. Else the world is one transaction, as seen from the tests that are one as well.
        """
        self.world = (world, self._saved(world, committed)) if world else None
        source = self._source(world, committed)
        if source != self.shown:
            self._copy(source)

    def state(self, world: World) -> Any:
        """What the uppermost world, or the one below it that is asked for, returned."""
        assert self.world is not None, f"the database was not prepared for {world.name}"
        top, folder = self.world
        states = pickle.loads((folder / "state").read_bytes())  # noqa: S301 (written by this run)
        assert world.name in states, f"{top.name} does not stand on {world.name}"
        return states[world.name]

    def lay_out_evidence(self) -> None:
        """The files of the world shown, where the settings look for them."""
        stored = self.world[1] / "evidence" if self.world else None
        if stored and stored.exists():
            shutil.copytree(stored, settings.EVIDENCE_ROOT, dirs_exist_ok=True)

    def _saved(self, world: World, committed: bool) -> Path:
        return self.folder / (f"{world.name}_committed" if committed else world.name)

    def _source(self, world: World | None, committed: bool) -> str:
        if world is None:
            return self.source
        place = self._saved(world, committed)
        source = str(self.files.saved(place.name, self.folder))
        with locked(self.folder / f"{place.name}.lock"):
            if not (place / "state").exists():
                self._build(world, committed, place, source)
        return source

    def _build(self, world: World, committed: bool, place: Path, target: str) -> None:
        self._copy(self._source(world.base, committed))
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        states: dict[str, Any] = {}
        if world.base:
            below = self._saved(world.base, committed)
            states = pickle.loads((below / "state").read_bytes())  # noqa: S301
            if (below / "evidence").exists():
                shutil.copytree(below / "evidence", place / "evidence")
        previous, settings.EVIDENCE_ROOT = settings.EVIDENCE_ROOT, place / "evidence"
        self.soil()
        try:
            with contextlib.nullcontext() if committed else self._as_one():
                below_state = [states[world.base.name]] if world.base else []
                states[world.name] = world.build(*below_state)
        finally:
            settings.EVIDENCE_ROOT = previous
        self.files.close()
        self.files.copy(self.name, target)
        self.shown = target
        (place / "state").write_bytes(pickle.dumps(states))

    @contextlib.contextmanager
    def _as_one(self) -> Iterator[None]:
        """One transaction that announces nothing to those who wait for its commit."""
        with transaction.atomic():
            yield
            current().run_on_commit.clear()

    def drop_worlds(self) -> None:
        """At the end of a run; files go with their folder."""
        for lock in self.folder.glob("*.lock"):
            self.files.drop(str(self.files.saved(lock.stem, self.folder)))


house = House()
