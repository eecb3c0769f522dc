"""The data folder of ``make run``: was its database made by the migrations of this tree?

Until a bureau runs the system migrations are changed in place (decision 15), so names alone do not
tell. A record beside the database does: each migration with a digest of what it says. It is
compared before anything in the folder is touched, with the standard library alone.
"""

import ast
import fcntl
import hashlib
import json
import os
from datetime import datetime
from pathlib import Path

import house

RECORD = "migrations.json"
DATABASE = "db.sqlite3"
RUNNING = "running.lock"  # held by the supervisor as long as it runs


def fingerprints() -> dict[str, str]:
    """Every migration of the tree; comments and layout say nothing to a database."""
    paths = sorted(house.BASE_DIR.glob("*/migrations/[0-9]*.py"))
    return {f"{path.parts[-3]}/{path.stem}": _digest(path) for path in paths}


def _digest(path: Path) -> str:
    parsed = ast.parse(path.read_text(encoding="utf-8"))
    if ast.get_docstring(parsed) is not None:
        del parsed.body[0]
    return hashlib.sha256(ast.dump(parsed).encode()).hexdigest()


def is_elsewhere() -> bool:
    """The database was put somewhere on purpose, and is no business of ours."""
    return bool(os.environ.get("DATABASE_URL")) or (house.BASE_DIR / ".env").exists()


def fits() -> bool:
    """Whether ``migrate`` can take the database where the tree is: new ones may be missing there,
    but what it knows must be in the tree, and unchanged."""
    folder = house.var_dir()
    if is_elsewhere() or not (folder / DATABASE).exists():
        return True
    try:
        applied = json.loads((folder / RECORD).read_text())
    except FileNotFoundError:
        return False
    return applied.items() <= fingerprints().items()


def require_fitting() -> None:
    if not fits():
        house.stop(
            f"数据目录 {house.var_dir()} 由另一版本的程序建立，其中的数据库与现在的程序对不上。"
            "没有改动任何内容。\n"
            "请运行 make fresh：旧目录改名留存（什么也不删除），再从空数据库重新开始；"
            "或换回原来的版本。"
        )


def claim() -> None:
    """Written before the first migration: a start cut short is no other tree's work."""
    folder = house.var_dir()
    if is_elsewhere() or not fits():
        return
    draft = folder / f"{RECORD}.{os.getpid()}"
    draft.write_text(json.dumps(fingerprints(), indent=1))
    draft.replace(folder / RECORD)


def hold(folder: Path) -> None:
    """One supervisor at a time; the system lets go when its process ends, however it ends."""
    if not _held(folder / RUNNING):
        house.stop(f"另一个 make run 正在使用数据目录 {folder}，请先用 Ctrl-C 停止它。")


def set_aside() -> None:
    """The folder under another name, with all that is in it."""
    folder = house.var_dir()
    if is_elsewhere():
        house.stop(
            "数据库由 .env 或 DATABASE_URL 指定，不在数据目录里；make fresh 只用于 make run 自建的数据。"
        )
    if not folder.exists():
        return
    if (folder / RUNNING).exists():
        hold(folder)
    target = folder.with_name(f"{folder.name}-{datetime.now().astimezone():%Y%m%d-%H%M%S}")
    try:
        folder.rename(target)
    except OSError as trouble:
        house.stop(f"无法把 {folder} 改名为 {target.name}：{trouble.strerror}。没有改动任何内容。")
    house.say(f"旧数据目录已改名为 {target}，数据库、证据和密钥都在其中，没有删除任何内容。")


_open: list[object] = []  # as long as this process lives


def _held(path: Path) -> bool:
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return False
    _open.append(file)
    return True
