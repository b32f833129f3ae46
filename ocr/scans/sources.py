"""From what a person names (files, folders, .zip) to a plain list of scan files.

A source that cannot be used stays in the list, so that it is reported by name when it is opened and never stops the
others. What is no scan at all is left out, and named too.
"""

from __future__ import annotations

import atexit
import errno
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from ocr.errors import ScanError, scan_error
from ocr.scans.formats import Taken, taken_as, unreadable_error
from ocr.scans.zip_list import bytes_of_list
from vietnamese.letters import nfc, shown_name

__all__ = ["check_zip", "expand_sources", "member_name", "natural_key", "safe_name", "unpack_zip"]

MAX_ZIP_MEMBERS = 5_000
"""Files of an archive: no book has as many pages. By judgement."""
_MOST_LISTED = MAX_ZIP_MEMBERS * 1024
"""Bytes of an archive's list of members: long names, and ten files that are no scans beside each that is one."""
MAX_ZIP_BYTES = 4 * 1024**3
"""A book of 200 colour pages at 300 dpi is under 1 GiB; more than this unpacked is a mistake or a bomb."""
_BLOCK = 1024 * 1024
"""Bytes read at a time: 1 MiB."""
_LONGEST_NAME = 200
"""Bytes of a name, of the 255 that Linux keeps: Windows allows 255 letters, and `ộ` takes three bytes."""
_NAMED = 3
"""Files of an archive that a message names."""
_UNICODE_NAME = 0x800
"""Flag of a member whose name is marked as UTF-8."""
_ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def natural_key(path: Path) -> tuple[tuple[int, int, str], ...]:
    """Sort key by which `trang2` comes before `trang10`, as people number files."""
    pieces = re.findall(r"\d+|\D+", str(path).casefold())
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces)


def expand_sources(
    paths: Iterable[Path | str], *, unpack_to: Path | None = None, left_out: list[str] | None = None
) -> list[Path]:
    """List the scan files behind files, folders and .zip archives, in reading order, each once.

    Args:
        paths: Files, folders (searched to the bottom, hidden files left out) and .zip archives.
        unpack_to: Folder for what archives hold; None for a temporary one removed when the program ends.
        left_out: Takes the names of files that are no scans (lists, texts), as `sổ 1.zip/ghi chú.txt`; what the
            operating system made (thumbnails, hidden files) is not named.

    Returns:
        Paths of scan files, and of files that may hold pages but are of a format we do not read. A path that does not
        exist, a folder without scans, or an archive that cannot be unpacked, is kept as it is: `list_pages` then raises
        the `ScanError` that explains it.

    Raises:
        ScanError: `disk_full` while unpacking.
    """
    found: dict[Path, None] = {}
    others: list[str] = []
    for path in map(Path, paths):
        for file in _files_of(path, others):
            if file.suffix.lower() == ".zip":
                found.update(dict.fromkeys(_unpacked_or_itself(file, unpack_to, others)))
            else:
                found[file] = None
    if left_out is not None:
        left_out += dict.fromkeys(others)
    return list(found)


def check_zip(path: Path) -> NoReturn:
    """Say why an archive was not unpacked; always raises.

    Raises:
        ScanError: `broken_zip`, `encrypted_zip`, `too_large`, `no_scans` or `unreadable`.
    """
    try:
        _refuse_endless(path)
        with zipfile.ZipFile(path) as archive:
            others: list[str] = []
            if not _scan_members(path, archive, others):
                raise scan_error("no_scans", path, _examples(others))
    except _DAMAGE as error:
        raise _unreadable_zip(path) from error
    except OSError as error:
        raise scan_error("unreadable", path) from error
    raise scan_error("nested_zip", path)


def _examples(names: list[str]) -> str:
    return f", chỉ có {', '.join(names[:_NAMED])}{' ...' if len(names) > _NAMED else ''}" if names else ""


def _unreadable_zip(path: Path) -> ScanError:
    """An archive of another kind named .zip is told from a damaged one."""
    error = unreadable_error(path)
    return error if error.code == "unsupported" else scan_error("broken_zip", path)


def _files_of(path: Path, others: list[str]) -> list[Path]:
    if not path.is_dir():
        return [path]
    shown: list[Path] = []
    for file in sorted((p for p in path.rglob("*") if not p.is_dir()), key=natural_key):
        name = file.relative_to(path).as_posix()
        taken = taken_as(name)
        if taken == Taken.FOREIGN:
            others.append(shown_name(f"{path.name}/{name}"))
        elif taken != Taken.HIDDEN:
            shown.append(file)
    return shown or [path]


def _unpacked_or_itself(path: Path, unpack_to: Path | None, others: list[str]) -> list[Path]:
    try:
        return unpack_zip(path, unpack_to, left_out=others) or [path]
    except ScanError as error:
        if error.code == "disk_full":
            raise
        return [path]


def unpack_zip(path: Path, unpack_to: Path | None = None, *, left_out: list[str] | None = None) -> list[Path]:
    """Unpack the scan files of an archive into a folder of their own; `left_out` takes the names of the others.

    Names are rebuilt from their harmless parts, so no member can land outside the folder; the bytes are counted while
    they are written, because the sizes an archive declares may lie.

    Raises:
        ScanError: `not_found`, `broken_zip`, `unsupported`, `encrypted_zip`, `zip_method`, `too_large`, `disk_full`.
    """
    if not path.exists():
        raise scan_error("not_found", path)
    try:
        _refuse_endless(path)
        if unpack_to is not None:
            unpack_to.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="so-ho-tich-", dir=unpack_to))
        if unpack_to is None:
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
        with zipfile.ZipFile(path) as archive:
            return _write_members(path, archive, folder, [] if left_out is None else left_out)
    except _DAMAGE as error:
        raise _unreadable_zip(path) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise scan_error("disk_full", path) from error
        raise scan_error("unreadable", path) from error


def _refuse_endless(path: Path) -> None:
    """Stop before the library makes an object of each of millions of members."""
    if bytes_of_list(path) > _MOST_LISTED:
        raise scan_error("too_large", path)


def _write_members(path: Path, archive: zipfile.ZipFile, folder: Path, left_out: list[str]) -> list[Path]:
    written: list[Path] = []
    left = MAX_ZIP_BYTES
    for member in _scan_members(path, archive, left_out):
        target = _free_name(folder.joinpath(*_safe_parts(member_name(member))))
        target.parent.mkdir(parents=True, exist_ok=True)
        written.append(target)
        # a damaged member stays behind cut short: opening it names that file, and the others are read all the same
        with target.open("wb") as sink, suppress(*_DAMAGE), archive.open(member) as source:
            while block := source.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise scan_error("too_large", path)
                sink.write(block)
    return sorted(written, key=natural_key)


def _free_name(target: Path) -> Path:
    """A name that no member has yet: two of one name are two pages, as are `A.jpg` and `a.jpg` on Windows."""
    found, number = target, 2
    while found.exists():
        found = target.with_name(f"{target.stem}-{number}{target.suffix}")
        number += 1
    return found


def member_name(member: zipfile.ZipInfo) -> str:
    """A member's name as people gave it.

    Where a program left the mark for Unicode away, the library reads the letters of the first IBM PC: then they are
    UTF-8 in truth (Macs, many scanners), or those of a Vietnamese Windows.
    """
    if member.flag_bits & _UNICODE_NAME or member.filename.isascii():
        return member.filename
    with suppress(UnicodeError):
        letters = member.filename.encode("cp437")
        with suppress(UnicodeDecodeError):
            return letters.decode("utf-8")
        return nfc(letters.decode("cp1258"))
    return member.filename


def _scan_members(path: Path, archive: zipfile.ZipFile, left_out: list[str]) -> list[zipfile.ZipInfo]:
    members: list[zipfile.ZipInfo] = []
    for member in archive.infolist():
        name = member_name(member)
        taken = Taken.HIDDEN if member.is_dir() else taken_as(_without_climbing(name))
        if taken == Taken.FOREIGN:
            left_out.append(f"{path.name}/{name}")
        elif taken != Taken.HIDDEN:
            members.append(member)
    if any(m.flag_bits & 1 for m in members):
        raise scan_error("encrypted_zip", path)
    if any(m.compress_type not in _ZIP_METHODS for m in members):
        raise scan_error("zip_method", path)
    if len(members) > MAX_ZIP_MEMBERS or sum(m.file_size for m in members) > MAX_ZIP_BYTES:
        raise scan_error("too_large", path)
    return members


def _without_climbing(name: str) -> str:
    """A member's name without `..` and `.`: those lead elsewhere, they do not hide the file."""
    return "/".join(part for part in re.split(r"[\\/]", name) if part not in ("", ".", ".."))


def _safe_parts(name: str) -> list[str]:
    """Folder and file names of an archive member without drive letters, `..` and characters some systems refuse."""
    whole = name.encode("utf-8", "replace").decode()
    parts = [re.sub(r'[<>:"|?*\x00-\x1f]', "_", p).strip(" .") for p in re.split(r"[\\/]", whole)]
    return [p.encode()[-_LONGEST_NAME:].decode("utf-8", "ignore") for p in parts if p] or ["khong-ten"]


def safe_name(name: str) -> str:
    """A sent file's name as one that every system takes: no folders, not too long, its ending kept."""
    return _safe_parts(name)[-1]
