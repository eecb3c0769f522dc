"""The nonce is encrypted with a key that never enters the database.

AES-GCM binds the ciphertext to its row (the AAD): copied to another draw it does not open.
Stored form: ``v1:<key id>:<base64 of 12-byte IV + ciphertext>``.
"""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from registry.rules.violations import RuleViolation

IV_BYTES = 12
NONCE_BYTES = 32


class SealBroken(RuleViolation):
    """The stored ciphertext does not open: wrong key, or the row was tampered with."""

    code = "seal_broken"
    basis = "chanji-draw/2 §2"


def new_nonce() -> bytes:
    """32 bytes from the operating system."""
    return os.urandom(NONCE_BYTES)


def seal(nonce: bytes, *, context: str) -> str:
    """Encrypt ``nonce`` for ``context`` (the commitment names the draw)."""
    key_id, key = next(iter(settings.SEAL_KEYS.items()))
    iv = os.urandom(IV_BYTES)
    box = iv + AESGCM(key).encrypt(iv, nonce, context.encode())
    return f"v1:{key_id}:{base64.b64encode(box).decode()}"


def unseal(sealed: str, *, context: str) -> bytes:
    """The nonce; SealBroken when key, context or ciphertext do not fit."""
    try:
        _version, key_id, text = sealed.split(":", 2)
        box = base64.b64decode(text, validate=True)
        key = settings.SEAL_KEYS[key_id]
        return AESGCM(key).decrypt(box[:IV_BYTES], box[IV_BYTES:], context.encode())
    except (ValueError, KeyError, InvalidTag, binascii.Error) as error:
        raise SealBroken(
            _(
                "密封随机数无法解开：密钥不符或数据被改动。请核对 SEAL_KEY，并保留现场联系系统管理员。"
            )
        ) from error
