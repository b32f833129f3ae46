"""Backups locked with a passphrase, in the age format (age-encryption.org): any age program opens them without ours.

A locked backup is a .zip of two files: `khoa.age`, a fresh key locked with the passphrase, and `sao-luu.zip.age`, the
backup locked with that key. So a backup of any size is locked as a stream, and the passphrase is stretched once.
By public tools: `unzip FILE`, `age -d -i khoa.age sao-luu.zip.age > sao-luu.zip`.
"""

from __future__ import annotations

import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

import pyrage
from pyrage import passphrase as age_passphrase
from pyrage import x25519

from storage.errors import DiskFull
from workbench.services.context import anyone
from workbench.services.errors import InvalidInput

__all__ = ["is_locked", "lock_backup", "unlock_backup"]

_KEY, _CONTENT, _HELP = "khoa.age", "sao-luu.zip.age", "DOC-TOI.txt"
_LEAST = 12
_HELP_TEXT = """Bản sao lưu đã khóa bằng cụm mật khẩu (định dạng age, https age-encryption.org).
Mở bằng phần mềm: python -m workbench restore TỆP --passphrase-file TỆP_CỤM_MẬT_KHẨU
Mở bằng công cụ công khai: unzip TỆP; age -d -i khoa.age sao-luu.zip.age > sao-luu.zip
"""


@anyone
def is_locked(path: Path) -> bool:
    """Whether a file is a backup locked by us."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {_KEY, _CONTENT} <= set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


@anyone
def lock_backup(plain: Path, out: Path, passphrase: str) -> None:
    """Lock a finished backup; `out` is whole or not there.

    Raises:
        InvalidInput: the passphrase is too short to keep anybody out.
        DiskFull: nothing was left behind.
    """
    if len(passphrase) < _LEAST:
        raise InvalidInput(f"Cụm mật khẩu của bản sao lưu cần ít nhất {_LEAST} ký tự. Hãy ghép vài từ thành một cụm.")
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    identity = x25519.Identity.generate()
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".part-") as folder:
            content = Path(folder) / _CONTENT
            with plain.open("rb") as source, content.open("wb") as sink:
                pyrage.encrypt_io(source, sink, [identity.to_public()])
            with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                archive.writestr(_KEY, age_passphrase.encrypt(f"{identity}\n".encode(), passphrase))
                archive.writestr(_HELP, _HELP_TEXT)
                archive.write(content, _CONTENT)
        if out.exists():  # a good backup is never lost to the next
            made = datetime.fromtimestamp(out.stat().st_mtime).astimezone()
            out.replace(out.with_name(f"{out.stem}-{made:%Y%m%d-%H%M%S}{out.suffix}"))
        part.replace(out)
    except OSError as error:
        raise DiskFull(str(out.parent)) from error
    finally:
        part.unlink(missing_ok=True)


@anyone
def unlock_backup(path: Path, plain: Path, passphrase: str) -> None:
    """Unlock a backup into a file.

    Raises:
        InvalidInput: the passphrase is wrong, or the file was damaged or changed: age finds either.
        DiskFull: there is no room for it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            key = age_passphrase.decrypt(archive.read(_KEY), passphrase).decode().strip()
            with archive.open(_CONTENT) as source, plain.open("wb") as sink:
                pyrage.decrypt_io(source, sink, [x25519.Identity.from_str(key)])
    except (pyrage.DecryptError, pyrage.IdentityError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        plain.unlink(missing_ok=True)
        # the library tells a bent stream as an OSError, which then bears no number of the system
        if isinstance(error, OSError) and error.errno is not None:
            raise DiskFull(str(plain.parent)) from error
        message = f"Không mở được bản sao lưu «{path.name}»: cụm mật khẩu không đúng hoặc tệp đã hỏng."
        raise InvalidInput(message) from error
