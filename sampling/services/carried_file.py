"""A file that its form carries from the preview to the confirmation, sealed for the one who sent it.

Lists taken over this way name who will be inspected, or who reported: between the two steps no copy
of them lies on the server, and what is confirmed is byte for byte what was looked at.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.utils.translation import gettext as _

from registry.rules.violations import RuleViolation
from sampling.services import sealing

LARGEST = 2 << 20  # bytes; sealed and in base64 still well below what a form may hold


class FileNotCarried(RuleViolation):
    code = "file_not_carried"


@dataclass(frozen=True)
class CarriedFile:
    name: str
    data: bytes

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """For readers that want a path; gone afterwards."""
        with NamedTemporaryFile() as file:
            file.write(self.data)
            file.flush()
            yield Path(file.name)


def received(upload: Any) -> CarriedFile:
    """What was uploaded; FileNotCarried where it is too large to go with the form."""
    if upload.size > LARGEST:
        raise FileNotCarried(
            _("文件超过 %(max)d MB，请只保留需要的工作表、删去图片，或拆分后再上传。")
            % {"max": LARGEST >> 20},
            field="file",
        )
    return CarriedFile(upload.name, b"".join(upload.chunks()))


def sealed(file: CarriedFile, *, purpose: str, user: Any) -> str:
    """The file as text for a hidden field. Only ``user`` can hand it in again, for ``purpose``."""
    content = file.name.encode() + b"\0" + file.data
    return sealing.seal(zlib.compress(content), context=_context(purpose, user))


def opened(text: str, *, purpose: str, user: Any) -> CarriedFile:
    """The file that was looked at; FileNotCarried where the text is not what was given out."""
    try:
        content = zlib.decompress(sealing.unseal(text, context=_context(purpose, user)))
    except sealing.SealBroken as error:
        raise FileNotCarried(_("核对过的文件已失效，请重新选择文件。"), field="file") from error
    name, _zero, data = content.partition(b"\0")
    return CarriedFile(name.decode(), data)


def _context(purpose: str, user: Any) -> str:
    return f"carried|{purpose}|{user.pk}"
