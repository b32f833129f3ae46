"""Locked backups in the age format (age-encryption.org): any age program opens them without ours.

A locked backup is a .zip with `sao-luu.zip.age`, the backup locked for a public key. Only the public key lies on the
machine, so the clock makes locked backups with nobody at hand. The secret key is either printed and kept elsewhere (the
recovery key), or lies beside the backup as `khoa.age`, itself locked with a passphrase. By public tools:
`age -d -i RECOVERY-KEY sao-luu.zip.age > sao-luu.zip`, or `age -d -i khoa.age sao-luu.zip.age > sao-luu.zip`.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pyrage
from pyrage import passphrase as age_passphrase
from pyrage import x25519

from storage.digests import sha256_of
from storage.errors import DiskFull
from workbench.services.context import anyone
from workbench.services.errors import InvalidInput

__all__ = ["BackupLock", "is_locked", "lock_backup", "new_recovery_key", "passphrase_lock", "unlock_backup"]

_KEY, _CONTENT, _HELP = "khoa.age", "sao-luu.zip.age", "DOC-TOI.txt"
_LEAST = 12
"""Characters of a passphrase: whoever holds the file may try for years."""
_HELP_TEXTS = {
    True: """Bản sao lưu đã khóa bằng cụm mật khẩu (định dạng age, age-encryption.org).
Mở bằng phần mềm: python -m workbench restore TỆP --passphrase-file TỆP_CỤM_MẬT_KHẨU
Mở bằng công cụ công khai: unzip TỆP; age -d -i khoa.age sao-luu.zip.age > sao-luu.zip
""",
    False: """Bản sao lưu đã khóa bằng khóa phục hồi (định dạng age, age-encryption.org).
Chép khóa phục hồi (dòng AGE-SECRET-KEY-...) vào tệp khoa.txt, rồi:
Mở bằng phần mềm: python -m workbench restore TỆP --key-file khoa.txt
Mở bằng công cụ công khai: unzip TỆP; age -d -i khoa.txt sao-luu.zip.age > sao-luu.zip
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupLock:
    """What locks backups: nothing in it opens them."""

    recipient: str
    """Public key, `age1...`."""
    locked_key: str = ""
    """The secret key, locked by a passphrase (age's armour); empty where it was printed and is kept elsewhere."""


@anyone
def passphrase_lock(passphrase: str) -> BackupLock:
    """A lock that a passphrase opens; it is stretched once, here.

    Raises:
        InvalidInput: the passphrase is too short to keep anybody out.
    """
    if len(passphrase) < _LEAST:
        raise InvalidInput(f"Cụm mật khẩu của bản sao lưu cần ít nhất {_LEAST} ký tự. Hãy ghép vài từ thành một cụm.")
    identity = x25519.Identity.generate()
    locked = age_passphrase.encrypt(f"{identity}\n".encode(), passphrase, armored=True)
    return BackupLock(recipient=str(identity.to_public()), locked_key=locked.decode())


@anyone
def new_recovery_key() -> tuple[str, BackupLock]:
    """A secret key to be printed and kept away from the machine, and the lock that it opens."""
    identity = x25519.Identity.generate()
    return str(identity), BackupLock(recipient=str(identity.to_public()))


@anyone
def is_locked(path: Path) -> bool:
    """Whether a file is a backup locked by us."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _CONTENT in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


@anyone
def lock_backup(plain: Path, out: Path, lock: BackupLock) -> None:
    """Lock a finished backup; `out` is whole, and was read back, or it is not there.

    Raises:
        InvalidInput: the lock's public key is none, or what was written cannot be opened.
        OSError: no room, or no right to write.
    """
    # a key of this moment opens it too: so what was written is read back before it counts as a backup
    probe = x25519.Identity.generate()
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".part-") as folder:
            content = Path(folder) / _CONTENT
            with plain.open("rb") as source, content.open("wb") as sink:
                pyrage.encrypt_io(source, sink, [x25519.Recipient.from_str(lock.recipient), probe.to_public()])
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                if lock.locked_key:
                    archive.writestr(_KEY, lock.locked_key)
                archive.writestr(_HELP, _HELP_TEXTS[bool(lock.locked_key)])
                archive.write(content, _CONTENT)
        if _digest_inside(out, probe) != sha256_of(plain):
            raise InvalidInput("Bản sao lưu vừa khóa không mở lại được, chưa thay bản nào. Hãy thử lại.")
    except (pyrage.RecipientError, pyrage.EncryptError, pyrage.DecryptError) as error:
        out.unlink(missing_ok=True)
        raise InvalidInput("Khóa của bản sao lưu không dùng được. Hãy đặt lại cách khóa ở «Thiết lập».") from error
    except BaseException:
        out.unlink(missing_ok=True)
        raise


@anyone
def unlock_backup(path: Path, plain: Path, *, passphrase: str = "", key: str = "") -> None:
    """Unlock a backup into a file, by the passphrase or by the recovery key, whichever locked it.

    Raises:
        InvalidInput: neither opens it, or the file was damaged or changed: age finds either.
        DiskFull: there is no room for it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if key:
                identity = _identity_in(key)
            elif _KEY in archive.namelist():
                identity = _identity_in(age_passphrase.decrypt(archive.read(_KEY), passphrase).decode())
            else:
                raise InvalidInput(
                    f"Bản sao lưu «{path.name}» khóa bằng khóa phục hồi, không bằng cụm mật khẩu. Hãy chép khóa đã in "
                    "vào một tệp rồi thêm --key-file."
                )
            with archive.open(_CONTENT) as source, plain.open("wb") as sink:
                pyrage.decrypt_io(source, sink, [identity])
    except (pyrage.DecryptError, pyrage.IdentityError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        plain.unlink(missing_ok=True)
        # the library tells a bent stream as an OSError, which then bears no number of the system
        if isinstance(error, OSError) and error.errno is not None:
            raise DiskFull(str(plain.parent)) from error
        what = "khóa phục hồi" if key else "cụm mật khẩu"
        raise InvalidInput(f"Không mở được bản sao lưu «{path.name}»: {what} không đúng hoặc tệp đã hỏng.") from error


def _identity_in(text: str) -> x25519.Identity:
    """The secret key among the lines of a key file: age's own have remarks above it."""
    lines = [line.strip() for line in text.splitlines()]
    return x25519.Identity.from_str(next((line for line in lines if line.upper().startswith("AGE-SECRET-KEY-")), ""))


def _digest_inside(locked: Path, identity: x25519.Identity) -> str:
    summed = _Summed()
    with zipfile.ZipFile(locked) as archive, archive.open(_CONTENT) as source:
        pyrage.decrypt_io(source, summed, [identity])
    return summed.digest.hexdigest()


class _Summed(io.RawIOBase):
    """A file that only sums what is written to it: nothing of a backup is laid open on the disk to check it."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]  # the stub names every buffer; bytes come
        self.digest.update(content)
        return len(content)
