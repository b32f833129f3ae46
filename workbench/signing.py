"""Signatures of packages: each installation has an Ed25519 key of its own; the unit above knows its public half."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

__all__ = ["fingerprint", "is_public_key", "public_key_of", "sign", "verified"]

_FILE = "package-signing.key"
_KEY = re.compile(r"[0-9a-f]{64}")
_SHOWN = 32
"""Digits of a fingerprint: half a digest, as people compare it on the telephone."""
_GROUP = 4
"""Digits between two blanks, as people read them out."""


def _private_key(folder: Path) -> Ed25519PrivateKey:
    """The installation's key; made when there is none, readable by the program's user alone."""
    path = folder / _FILE
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except FileNotFoundError:
        key = Ed25519PrivateKey.generate()
    folder.mkdir(parents=True, exist_ok=True)
    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
    return key


def public_key_of(folder: Path) -> str:
    """Public half of the installation's key, in hexadecimal digits."""
    return _private_key(folder).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign(folder: Path, content: bytes) -> str:
    """Signature of a content by the installation's key, in hexadecimal digits."""
    return _private_key(folder).sign(content).hex()


def is_public_key(text: str) -> bool:
    """Whether a text can be a public key."""
    return bool(_KEY.fullmatch(text))


def verified(public_key: str, content: bytes, signature: str) -> bool:
    """Whether whoever has the private half of the key has signed this very content."""
    if not is_public_key(public_key):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public_key: str) -> str:
    """What people compare: `3fa9 01bc ...`."""
    digest = Hash(SHA256())
    digest.update(bytes.fromhex(public_key))
    shown = digest.finalize().hex()[:_SHOWN]
    return " ".join(shown[i : i + _GROUP] for i in range(0, _SHOWN, _GROUP))
