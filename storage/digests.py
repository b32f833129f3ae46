"""SHA-256 of what is kept, delivered or saved, in hexadecimal digits."""

from __future__ import annotations

import hashlib
from pathlib import Path

__all__ = ["sha256_hex", "sha256_of"]


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in parts.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
