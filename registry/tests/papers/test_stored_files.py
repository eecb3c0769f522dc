"""Uploaded bytes are kept once they were looked at, or leave nothing behind."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from registry.papers.stored_files import keep_received, path_of


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Any) -> Path:
    settings.EVIDENCE_ROOT = tmp_path
    return tmp_path


def kind_of(path: Path) -> str:
    if path.read_bytes() != b"photo":
        raise ValueError("no photo")
    return "image/png"


def test_what_was_looked_at_is_kept_by_its_hash() -> None:
    sha256, kind, size = keep_received([b"pho", b"to"], refuse=ValueError, check=kind_of)

    assert sha256 == hashlib.sha256(b"photo").hexdigest()
    assert (kind, size) == ("image/png", 5)
    assert path_of(sha256).read_bytes() == b"photo"


@pytest.mark.parametrize(("chunks", "why"), [([b"script"], "no photo"), ([], "文件是空的")])
def test_what_is_refused_leaves_nothing_behind(root: Path, chunks: list[bytes], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        keep_received(chunks, refuse=ValueError, check=kind_of)
    assert not [path for path in root.rglob("*") if path.is_file()]
