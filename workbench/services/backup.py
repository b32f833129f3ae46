"""Backup of database and scans into one .zip while people work, its verification, and bringing it back."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from corrections.entries import Role
from storage.copies import copy_sqlite, forget_sessions, is_sound_sqlite
from storage.database import Database, sqlite_url
from storage.errors import DiskFull
from workbench.config import Settings
from workbench.services.context import RESTORING, Context, anyone, requires
from workbench.services.errors import InvalidInput

__all__ = ["Backup", "restore_backup", "verify_backup", "write_backup"]

_DATABASE = "workbench.sqlite3"
_LIST = "danh-sach.json"
_KEPT_FOLDERS = ("scans", "models")
"""Crops and caches are made again; exports lie where they were delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A finished backup."""

    path: Path
    files: int
    bytes: int
    sha256: str


@requires(Role.ADMINISTRATOR)
def write_backup(ctx: Context, out: Path) -> Backup:
    """Write database and scans into one file; nobody needs to stop working.

    Raises:
        InvalidInput: the database is PostgreSQL, which has its own tools.
        DiskFull: nothing was left behind.
    """
    if ctx.database.path is None:
        raise InvalidInput(
            "Dữ liệu nằm trên PostgreSQL: hãy sao lưu bằng pg_dump, và chép thư mục scans trong thư mục dữ liệu."
        )
    out = out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    try:
        files = _pack(ctx, part)
        part.replace(out)
    except OSError as error:
        raise DiskFull(str(out.parent)) from error
    finally:
        part.unlink(missing_ok=True)
    with ctx.write() as work:
        work.note("backup", new=str(files))
    return Backup(path=out, files=files, bytes=out.stat().st_size, sha256=_sha256(out))


def _pack(ctx: Context, part: Path) -> int:
    assert ctx.database.path is not None
    digests: dict[str, str] = {}
    # Stored as they are: JPEG and PDF do not shrink. The database is copied first; scans are never changed or removed,
    # so every scan the copy knows is there when its turn comes.
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        with tempfile.TemporaryDirectory(dir=part.parent) as folder:
            copy = Path(folder) / _DATABASE
            copy_sqlite(ctx.database.path, copy)
            trail = _trail_of(ctx, forget_sessions(copy), Path(folder))
            for path, name in ((copy, _DATABASE), *trail, *_files(ctx.settings.data_dir)):
                digests[name] = _sha256(path)
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
    problems += [f"Có tệp lạ {name} trong bản sao lưu." for name in sorted(names - set(digests))]
    with tempfile.TemporaryDirectory() as folder:
        for name in sorted(names & set(digests)):
            target = Path(folder) / ("database" if name == _DATABASE else "file")
            with suppress(zipfile.BadZipFile), archive.open(name) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            if not target.exists() or _sha256(target) != digests[name]:
                problems.append(f"Tệp {name} trong bản sao lưu đã bị đổi hoặc hỏng.")
        database = Path(folder) / "database"
        if _DATABASE not in digests or not database.exists() or not is_sound_sqlite(database):
            problems.append("Cơ sở dữ liệu trong bản sao lưu không mở được.")
    return problems


@anyone
def restore_backup(settings: Settings, path: Path) -> None:
    """Bring a backup into an empty data folder, and the schema to today's.

    Raises:
        InvalidInput: the backup is damaged, or the data folder holds work already.
        DiskFull: nothing was left behind.
    """
    problems = verify_backup(path)
    if problems:
        raise InvalidInput("Không phục hồi được:\n" + "\n".join(f"  - {p}" for p in problems))
    target = settings.data_dir
    unfinished = target / RESTORING
    if unfinished.exists():
        _clear(target)
    elif (target / _DATABASE).exists() or (target / "scans").exists():
        raise InvalidInput(
            f"Thư mục {target} đã có dữ liệu. Hãy đổi tên thư mục đó, hoặc đặt WORKBENCH_DATA_DIR sang thư mục trống."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=target.parent))
    try:
        with zipfile.ZipFile(path) as archive:
            # Names were compared with the list; still, none may leave the folder.
            names = [n for n in archive.namelist() if n != _LIST and ".." not in n.split("/") and not n.startswith("/")]
            archive.extractall(folder, names)
        Database(sqlite_url(folder / _DATABASE)).close()
        target.mkdir(exist_ok=True)
        unfinished.touch(mode=0o600)  # until it is gone the program opens nothing here
        for item in folder.iterdir():
            item.replace(target / item.name)
        unfinished.unlink()
    except OSError as error:
        raise DiskFull(str(target)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear(target: Path) -> None:
    """Take away what a restore that was killed had put here."""
    for name in (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm"):
        (target / name).unlink(missing_ok=True)
    for name in (*_KEPT_FOLDERS, "trail"):
        shutil.rmtree(target / name, ignore_errors=True)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
