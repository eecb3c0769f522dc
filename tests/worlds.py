"""The states that many tests start from, each played once in a run (tests/databases.py)."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests import cast
from tests.databases import World, world_fixture
from tests.scene import Scene


def staffed(_prepared: None) -> dict[str, Any]:
    return cast.staff_accounts()


def scene(*, dispatched: bool) -> Scene:
    with TemporaryDirectory() as folder:
        return Scene(Path(folder), dispatched=dispatched)


PREPARED = World("prepared", cast.prepare_house)
STAFFED = World("staffed", staffed, base=PREPARED)
SCENE = World("scene", lambda: scene(dispatched=True))
UNDISPATCHED = World("undispatched", lambda: scene(dispatched=False))

FIXTURES = [world_fixture(world) for world in (PREPARED, STAFFED, SCENE, UNDISPATCHED)]
