from pathlib import Path

import pytest

from tests.scene import Scene


@pytest.fixture
def scene(db: None, tmp_path: Path, evidence_root: Path) -> Scene:
    return Scene(tmp_path)
