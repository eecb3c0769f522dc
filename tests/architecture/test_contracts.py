"""Each import contract holds, and notices when it is broken on purpose in a copy."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chanji_dualrandom.env import BASE_DIR

PACKAGES = ("chanji_dualrandom", "registry", "sampling", "inspections", "disclosure")
LINT = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(
            BASE_DIR / package,
            tmp_path / package,
            ignore=lambda folder, names: (
                {
                    name
                    for name in names
                    if Path(folder, name).is_file() and not name.endswith(".py")
                }
                | {"__pycache__"}
            ),
        )
    shutil.copy(BASE_DIR / ".importlinter", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINT), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_contract_is_kept(copy: Path) -> None:
    done = lint(copy)

    assert done.returncode == 0, done.stdout
    assert "6 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("contract", "module", "line"),
    [
        pytest.param(
            "Floors", "registry/offender.py", "import sampling.models", id="call up a floor"
        ),
        pytest.param(
            "Rooms inside each app",
            "sampling/rules/offender.py",
            "import sampling.models",
            id="rule reaches a model",
        ),
        pytest.param(
            "Rooms inside each app",
            "sampling/services/offender.py",
            "import sampling.tasks",
            id="service enqueues a task",
        ),
        pytest.param(
            "Rooms inside each app",
            "inspections/offender.py",
            "",
            id="module in no room",
        ),
        pytest.param(
            "Rooms and packages of the registers",
            "registry/offender.py",
            "",
            id="module in no room of the registers",
        ),
        pytest.param(
            "Rooms and packages of the registers",
            "registry/clocks/services/offender.py",
            "import registry.grading.services.risk",
            id="clock calls up a package",
        ),
        pytest.param(
            "Rooms inside each package of the registers",
            "registry/importing/services/offender.py",
            "import registry.importing.tasks",
            id="package's service enqueues a task",
        ),
        pytest.param(
            "Rules are pure",
            "inspections/rules/offender.py",
            "import django",
            id="rule uses Django",
        ),
        pytest.param(
            "Rules are pure",
            "registry/importing/rules/offender.py",
            "import django",
            id="package's rule uses Django",
        ),
        pytest.param(
            "Public pages read only published copies",
            "disclosure/public/offender.py",
            "import inspections.models",
            id="public page reads a record",
        ),
    ],
)
def test_contract_notices_the_offender(copy: Path, contract: str, module: str, line: str) -> None:
    (copy / module).write_text(f"{line}\n")

    done = lint(copy)

    assert done.returncode == 1
    assert f"{contract} BROKEN" in done.stdout


def test_rules_of_every_package_are_named_pure() -> None:
    contracts = (BASE_DIR / ".importlinter").read_text()

    packages = sorted(path.parent.name for path in BASE_DIR.glob("registry/*/rules"))

    assert packages
    for package in packages:
        if package != "tests":
            assert f"    registry.{package}.rules\n" in contracts
