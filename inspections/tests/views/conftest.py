from typing import Any

import pytest

from inspections.models import Assignment
from tests.scene import Scene

from .device import Device


@pytest.fixture
def assignment(scene: Scene) -> Assignment:
    return scene.started()


@pytest.fixture
def lead(scene: Scene, assignment: Assignment) -> Any:
    return scene.lead(assignment)


@pytest.fixture
def device(assignment: Assignment, lead: Any) -> Device:
    return Device(lead, assignment)
