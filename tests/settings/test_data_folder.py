"""A data folder that another tree's migrations made is told apart before anything is touched."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chanji_dualrandom.env import BASE_DIR

sys.path.insert(0, str(BASE_DIR / "scripts"))

import data_folder
import house

FIRST = '"""Tables."""\n\nOPERATIONS = ["unit"]\n'


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with one migration and a data folder without a database."""
    monkeypatch.setattr(house, "BASE_DIR", tmp_path)
    for name in ("CHANJI_VAR_DIR", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    write(tmp_path, "0001_initial", FIRST)
    (tmp_path / "var").mkdir()
    return tmp_path


def write(tree: Path, name: str, text: str) -> None:
    folder = tree / "registry" / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(text)


def served(tree: Path) -> None:
    """What a start leaves behind."""
    data_folder.claim()
    (tree / "var" / "db.sqlite3").write_text("rows")


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_a_new_folder_and_one_of_this_tree_fit(tree: Path) -> None:
    assert data_folder.fits()

    served(tree)

    assert data_folder.fits()
    assert list(data_folder.fingerprints()) == ["registry/0001_initial"]


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        pytest.param("0001_initial", FIRST.replace("unit", "site"), False, id="changed in place"),
        pytest.param("0001_initial", f"# said otherwise\n{FIRST}", True, id="a comment"),
        pytest.param("0001_initial", FIRST.replace("Tables", "Rows"), True, id="a docstring"),
        pytest.param("0002_more", FIRST, True, id="one more, which migrate will apply"),
    ],
)
def test_a_change_of_the_migrations_decides(tree: Path, name: str, text: str, fits: bool) -> None:
    served(tree)

    write(tree, name, text)

    assert data_folder.fits() is fits


def test_a_migration_that_is_gone_does_not_fit(tree: Path) -> None:
    write(tree, "0002_more", FIRST)
    served(tree)

    (tree / "registry/migrations/0002_more.py").unlink()

    assert not data_folder.fits()


def test_a_database_without_a_record_is_from_before(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "var" / "db.sqlite3").write_text("rows")
    before = contents(tree / "var")

    with pytest.raises(SystemExit) as ended:
        data_folder.require_fitting()
    data_folder.claim()

    assert ended.value.code == 1
    assert "make fresh" in capsys.readouterr().err
    assert contents(tree / "var") == before


@pytest.mark.parametrize("where", [".env", "DATABASE_URL"])
def test_a_database_that_was_put_elsewhere_is_left_alone(
    tree: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    (tree / "var" / "db.sqlite3").write_text("rows")
    if where == ".env":
        (tree / ".env").write_text("")
    else:
        monkeypatch.setenv(where, "postgres://localhost/bureau")

    data_folder.claim()

    assert data_folder.fits()
    with pytest.raises(SystemExit):
        data_folder.set_aside()
    assert list(contents(tree / "var")) == ["db.sqlite3"]


def test_fresh_renames_the_folder_with_all_that_is_in_it(tree: Path) -> None:
    served(tree)
    before = contents(tree / "var")

    data_folder.set_aside()

    assert not (tree / "var").exists()
    (aside,) = tree.glob("var-????????-??????")
    assert contents(aside) == before
    assert data_folder.fits()
    data_folder.set_aside()
    assert list(tree.glob("var*")) == [aside]


def test_a_folder_in_use_is_neither_served_twice_nor_set_aside(tree: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, 'scripts'); import data_folder; from pathlib import Path; "
        f"data_folder.hold(Path({str(tree / 'var')!r})); print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(SystemExit):
            data_folder.hold(tree / "var")
        with pytest.raises(SystemExit):
            data_folder.set_aside()
        other.communicate("\n")

    data_folder.set_aside()

    assert not (tree / "var").exists()


def test_the_record_names_every_migration_of_the_house() -> None:
    apps = {name.partition("/")[0] for name in data_folder.fingerprints()}

    assert apps == {"registry", "sampling", "inspections", "disclosure"}
    assert all(len(digest) == 64 for digest in data_folder.fingerprints().values())
    assert json.dumps(data_folder.fingerprints())


def test_make_run_says_so_before_it_touches_anything(tmp_path: Path) -> None:
    """The real command; here it would go on to install and serve, so it runs in another tree."""
    shutil.copytree(BASE_DIR / "scripts", tmp_path / "scripts")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "db.sqlite3").write_text("rows")

    done = subprocess.run(
        [sys.executable, "scripts/run.py"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "由另一版本的程序建立" in done.stderr
    assert done.stdout == ""
    assert contents(tmp_path / "var") == {"db.sqlite3": "rows"}
    assert not (tmp_path / ".venv").exists()
