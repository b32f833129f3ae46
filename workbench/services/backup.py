"""Backup of database and scans into one .zip while people work, its verification, and bringing it back."""

from __future__ import annotations

import errno
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from corrections.entries import Role
from storage.digests import sha256_of
from storage.errors import DatabaseDamaged, DiskFull
from storage.opening.copies import copy_sqlite, forget_sessions, is_sound_sqlite, scans_known_to
from storage.opening.database import Database, sqlite_url
from storage.opening.upgrades import set_aside
from storage.unfinished import settle, settle_all, unfinished_folder
from workbench.config import Settings
from workbench.services.backup_encryption import BackupLock, lock_backup
from workbench.services.context import RESTORING, Context, anyone, requires
from workbench.services.errors import InvalidInput

__all__ = ["Backup", "restore_backup", "verify_backup", "write_backup"]

_DATABASE = "workbench.sqlite3"
_UNFINISHED = "dang-sao-luu"
_LIST = "danh-sach.json"
_SCAN_FAULTS = "Bản quét "
"""How a problem of a scan begins: the rest of such a backup is whole."""
_SCAN_NAME = re.compile(r"scans/[0-9a-f]{2}/([0-9a-f]{64})(?:\.[^/]*)?")
_OWN_NAME = re.compile(r"workbench\.sqlite3|(?:scans|models|trail)/[^\\:]+")
"""What a backup of ours may hold: keys, certificates and settings of a machine never come from a file."""
_KEPT_FOLDERS = ("scans", "models")
"""Crops and caches are made again; exports lie where they were delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A finished backup."""

    path: Path
    files: int
    bytes: int
    sha256: str
    problems: tuple[str, ...] = ()
    """Scans that are damaged or missing in the data folder: the backup is no good one, and replaced none."""


@requires(Role.ADMINISTRATOR, whole=True)
def write_backup(ctx: Context, out: Path, *, keep: int = 7, lock: BackupLock | None = None) -> Backup:
    """Write database and scans into one file; nobody needs to stop working.

    What was written is verified before it takes its name. A file of that name is kept as an older generation. With
    scans that are damaged or missing, the backup gets a name that says so, and no generation is given up for it.

    Args:
        ctx: An administrator's.
        out: The file.
        keep: Generations kept in its folder.
        lock: Locks it; None: anybody who holds the file can read it.

    Raises:
        InvalidInput: the database is PostgreSQL, which has its own tools, or what was written cannot be read back.
        DatabaseDamaged: the database does not pass its check; older backups stay as they are.
        DiskFull: nothing was left behind.
    """
    database = ctx.database.path
    if database is None:
        raise InvalidInput(
            "Dữ liệu nằm trên PostgreSQL: hãy sao lưu bằng pg_dump, và chép thư mục scans trong thư mục dữ liệu."
        )
    out = out.resolve()
    if not is_sound_sqlite(database):
        raise DatabaseDamaged(str(database))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with unfinished_folder(out.parent, _UNFINISHED) as folder:
            part = folder / out.name
            files, faults = _pack_verified(ctx, database, part, lock)
            out = out.with_name(f"{out.stem}-thieu-ban-quet{out.suffix}") if faults else out
            if out.exists():
                out.replace(_generation(out))
            part.replace(out)
        settle(out.parent)
        if not faults:
            _prune(out, keep)
    except DiskFull as error:  # of the copy: people know the folder they named, not the one inside it
        raise DiskFull(str(out.parent)) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull(str(out.parent)) from error
        raise InvalidInput(
            f"Không ghi được bản sao lưu vào {out.parent} ({error.strerror}). Hãy chọn thư mục khác hoặc cấp quyền ghi."
        ) from error
    with ctx.write() as work:
        work.note("backup", new=str(files))
    return Backup(path=out, files=files, bytes=out.stat().st_size, sha256=sha256_of(out), problems=faults)


def _pack_verified(ctx: Context, database: Path, part: Path, lock: BackupLock | None) -> tuple[int, tuple[str, ...]]:
    """Pack into `part`, read it back, lock it if asked; how many files, and what is wrong with scans.

    Raises:
        InvalidInput: what was written cannot be read back.
    """
    # what a lock is for is never laid open beside it: on another disk it could be found again after it was removed
    plain = part if lock is None else Path(tempfile.mkdtemp(prefix="sao-luu-")) / part.name
    try:
        files = _pack(ctx, database, plain)
        problems = verify_backup(plain)
        faults = tuple(problem for problem in problems if problem.startswith(_SCAN_FAULTS))
        if len(faults) < len(problems):
            raise InvalidInput("Bản sao lưu vừa ghi không đọc lại được, chưa thay bản nào:\n" + "\n".join(problems))
        if lock is not None:
            lock_backup(plain, part, lock)
        settle(part)
    finally:
        if lock is not None:
            shutil.rmtree(plain.parent, ignore_errors=True)
    return files, faults


def _generation(out: Path) -> Path:
    """The name under which a backup that stands in the way is kept: with the time it was made."""
    made = datetime.fromtimestamp(out.stat().st_mtime).astimezone()
    name = out.with_name(f"{out.stem}-{made:%Y%m%d-%H%M%S}{out.suffix}")
    number = 2
    while name.exists():
        name = out.with_name(f"{out.stem}-{made:%Y%m%d-%H%M%S}-{number}{out.suffix}")
        number += 1
    return name


def _prune(out: Path, keep: int) -> None:
    """Give up the oldest generations of a backup: files beside it whose names differ by the time alone.

    Nothing is given up while one of them is newer than the backup just made: the clock ran back, and by its word what
    was made last would go first.
    """
    family = re.sub(r"-\d{8}-\d{4,6}(?:-\d+)?$", "", out.stem)
    others = [
        path
        for path in out.parent.glob(f"*{out.suffix}")
        if path != out and re.fullmatch(rf"{re.escape(family)}(?:-\d{{8}}-\d{{4,6}}(?:-\d+)?)?", path.stem)
    ]
    made = {path: path.stat().st_mtime for path in others}
    if any(moment > out.stat().st_mtime for moment in made.values()):
        return
    for old in sorted(others, key=lambda path: made[path], reverse=True)[max(0, keep - 1) :]:
        old.unlink(missing_ok=True)


def _pack(ctx: Context, database: Path, part: Path) -> int:
    digests: dict[str, str] = {}
    # Stored as they are: JPEG and PDF do not shrink. The database is copied first; scans are never changed or removed,
    # so every scan the copy knows is there when its turn comes.
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        with tempfile.TemporaryDirectory(dir=part.parent) as folder:
            copy = Path(folder) / _DATABASE
            copy_sqlite(database, copy)
            trail = _trail_of(ctx, forget_sessions(copy), Path(folder))
            for path, name in ((copy, _DATABASE), *trail, *_files(ctx.settings.data_dir)):
                digests[name] = sha256_of(path)
                archive.write(path, name)
        archive.writestr(_LIST, json.dumps(digests, indent=1, sort_keys=True))
    return len(digests)


def _trail_of(ctx: Context, standing: tuple[int, str], folder: Path) -> list[tuple[Path, str]]:
    """The key, and the heads up to the copy's last event: people go on working while the copy is packed."""
    if ctx.database.trail is None:
        return []
    heads = ctx.database.trail.heads
    until = folder / heads.path.name
    until.write_bytes(heads.keep_until(*standing))
    kept = [(until, heads.path.name), *((p, p.name) for p in sorted(heads.folder.iterdir()) if p != heads.path)]
    return [(path, f"trail/{name}") for path, name in kept if path.is_file()]


def _files(data_dir: Path) -> list[tuple[Path, str]]:
    found = [p for name in _KEPT_FOLDERS for p in sorted((data_dir / name).rglob("*")) if p.is_file()]
    return [(p, p.relative_to(data_dir).as_posix()) for p in found if not p.name.startswith(".part-")]


@anyone
def verify_backup(path: Path) -> tuple[str, ...]:
    """Problems of a backup file, none when it is whole: every digest is compared, and the database is opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(_problems(archive))
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError):
        return (f"Tệp «{path.name}» không phải bản sao lưu hoặc đã hỏng.",)
    except OSError as error:
        return (f"Không đọc được tệp «{path.name}»: {error.strerror}.",)


def _problems(archive: zipfile.ZipFile) -> list[str]:
    digests: dict[str, str] = json.loads(archive.read(_LIST))
    names = set(archive.namelist()) - {_LIST}
    problems = [f"Thiếu tệp {name} trong bản sao lưu." for name in sorted(set(digests) - names)]
    foreign = {name for name in names if not _OWN_NAME.fullmatch(name) or ".." in name.split("/")}
    strange = foreign | (names - set(digests))
    problems += [f"Có tệp lạ {name} trong bản sao lưu." for name in sorted(strange)]
    with tempfile.TemporaryDirectory() as folder:
        for name in sorted(names & set(digests)):
            target = Path(folder) / ("database" if name == _DATABASE else "file")
            with suppress(zipfile.BadZipFile), archive.open(name) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            if not target.exists() or sha256_of(target) != digests[name]:
                problems.append(f"Tệp {name} trong bản sao lưu đã bị đổi hoặc hỏng.")
            elif (told := _SCAN_NAME.fullmatch(name)) and told.group(1) != digests[name]:
                problems.append(f"Bản quét {name} khác với tên của nó: tệp trong thư mục dữ liệu đã hỏng.")
        database = Path(folder) / "database"
        if _DATABASE not in digests or not database.exists() or not is_sound_sqlite(database):
            problems.append("Cơ sở dữ liệu trong bản sao lưu không mở được.")
        else:
            problems += [
                f"Bản quét {digest}{suffix} có trong sổ nhưng không có trong bản sao lưu."
                for digest, suffix in scans_known_to(database)
                if f"scans/{digest[:2]}/{digest}{suffix}" not in names
            ]
    return problems


@anyone
def restore_backup(settings: Settings, path: Path) -> None:
    """Bring a backup into an empty data folder, and the schema to today's.

    Raises:
        InvalidInput: the backup is damaged, or the data folder holds work already.
        DiskFull: nothing was left behind.
    """
    target = settings.data_dir
    begun = (target / RESTORING).exists()
    if not begun and ((target / _DATABASE).exists() or (target / "scans").exists()):
        raise InvalidInput(
            f"Thư mục {target} đã có dữ liệu. Hãy đổi tên thư mục đó, hoặc đặt WORKBENCH_DATA_DIR sang thư mục trống."
        )
    try:
        with _held_shut(target):
            _refuse_damaged(path)
            if begun:
                _clear(target)
            _lay(path, target)
    except OSError as error:
        raise DiskFull(str(target)) from error


def _refuse_damaged(path: Path) -> None:
    problems = [problem for problem in verify_backup(path) if not problem.startswith(_SCAN_FAULTS)]
    if problems:
        raise InvalidInput("Không phục hồi được:\n" + "\n".join(f"  - {p}" for p in problems))


def _lay(path: Path, target: Path) -> None:
    """Unpack a backup beside the folder, bring its schema to today's, and put it in its place."""
    with unfinished_folder(target.parent, "dang-phuc-hoi") as folder:
        with zipfile.ZipFile(path) as archive:
            # Names were compared with the list; still, none may leave the folder.
            names = [n for n in archive.namelist() if n != _LIST and ".." not in n.split("/") and not n.startswith("/")]
            archive.extractall(folder, names)
        Database(sqlite_url(folder / _DATABASE)).close()
        settle_all(folder)
        set_aside(target / _DATABASE)  # a journal left by a database that is gone would be played into this one
        for item in folder.iterdir():
            _lay_aside(target / item.name)
            item.replace(target / item.name)
        settle(target)


@contextmanager
def _held_shut(target: Path) -> Iterator[None]:
    """From the first look at the backup to its last byte the program opens nothing here: it would be a first start.

    A fault before anything was changed leaves the folder as it was; a kill, and a fault in between, leave it shut.
    """
    made = not target.exists()
    target.mkdir(parents=True, exist_ok=True)
    before = set(target.iterdir())
    shut = target / RESTORING
    shut.touch(mode=0o600)
    try:
        yield
    except BaseException:
        if set(target.iterdir()) == before | {shut} and shut not in before:
            shut.unlink(missing_ok=True)
            with suppress(OSError):
                if made:
                    target.rmdir()
        raise
    shut.unlink()


def _lay_aside(path: Path) -> None:
    """Make room without removing anything: what a database that is gone has left beside it."""
    if path.exists():
        path.replace(path.with_name(f"{path.name}-de-lai-{datetime.now().astimezone():%Y%m%d-%H%M%S}"))


def _clear(target: Path) -> None:
    """Take away what a restore that was killed had put here."""
    for name in (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm"):
        (target / name).unlink(missing_ok=True)
    for name in (*_KEPT_FOLDERS, "trail"):
        shutil.rmtree(target / name, ignore_errors=True)
