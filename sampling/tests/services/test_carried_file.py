"""A looked-at file goes with its form: unread by others, unchanged, and not too large for a form."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from sampling.services import carried_file
from sampling.services.carried_file import CarriedFile, FileNotCarried, opened, received, sealed

SENDER, OTHER = SimpleNamespace(pk=1), SimpleNamespace(pk=2)
FILE = CarriedFile("名单.xlsx", b"PK\0\xff\0" + "示范甲".encode())


def test_the_file_comes_back_as_it_was_sent() -> None:
    text = sealed(FILE, purpose="clues", user=SENDER)

    assert opened(text, purpose="clues", user=SENDER) == FILE
    assert "示范甲" not in text


def test_the_path_is_there_for_a_reader_and_gone_afterwards() -> None:
    with FILE.on_disk() as path:
        assert path.read_bytes() == FILE.data

    assert not Path(path).exists()


@pytest.mark.parametrize(
    ("user", "purpose"),
    [(OTHER, "clues"), (SENDER, "external_draw")],
    ids=["another person", "another page"],
)
def test_nobody_else_opens_it(user: SimpleNamespace, purpose: str) -> None:
    text = sealed(FILE, purpose="clues", user=SENDER)

    with pytest.raises(FileNotCarried, match="重新选择"):
        opened(text, purpose=purpose, user=user)


def test_one_letter_changed_and_it_opens_no_more() -> None:
    text = sealed(FILE, purpose="clues", user=SENDER)
    letter = "A" if text[40] != "A" else "B"

    with pytest.raises(FileNotCarried, match="重新选择"):
        opened(text[:40] + letter + text[41:], purpose="clues", user=SENDER)


def test_a_file_too_large_for_a_form_is_refused_before_it_is_read() -> None:
    upload = SimpleUploadedFile("名单.xlsx", b"x" * (carried_file.LARGEST + 1))

    with pytest.raises(FileNotCarried, match="超过 2 MB"):
        received(upload)


def test_the_largest_file_still_fits_into_a_form() -> None:
    worst = CarriedFile("名单.xlsx", os.urandom(carried_file.LARGEST))

    text = sealed(worst, purpose="clues", user=SENDER)

    assert len(text) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
