"""Backups by the clock: how often, how many are kept, which was the last good one, and when to warn."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from corrections.entries import Role
from storage.errors import StorageError
from storage.settings_store import get_setting, put_setting
from workbench.config import Settings
from workbench.services.backup import Backup, write_backup
from workbench.services.backup_encryption import BackupLock
from workbench.services.context import Context, requires, system_context
from workbench.services.errors import InvalidInput, ServiceError
from workbench.services.settings import OFFICE, office_settings, save_office_settings

__all__ = [
    "BackupPlan",
    "BackupState",
    "backup_lock",
    "backup_plan",
    "backup_state",
    "run_backup",
    "save_backup_lock",
    "save_backup_plan",
    "start_schedule",
]

_STATE = "trang-thai.json"
_LOCK = "backup_lock"
_LOOK_EVERY = 600.0
"""Seconds between two looks at the clock."""
_LEAST_PATIENCE = timedelta(hours=48)

log = logging.getLogger("workbench.backup")


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPlan:
    """The office's choice."""

    hours: int = 24
    """Between two backups; 0: none by the clock."""
    keep: int = 7
    """Generations kept."""
    folder: Path
    """Where they lie; another disk is best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupState:
    """How it stands."""

    last_good: datetime | None = None
    last_path: str = ""
    problem: str = ""
    """Why the last try gave no good backup; empty when it did."""

    def is_old(self, plan: BackupPlan, now: datetime) -> bool:
        """Whether the last good backup is older than two rounds (two days at least), or there is none.

        One that lies further ahead is told too: the clock ran back, and nobody can say how old it is.
        """
        patience = max(_LEAST_PATIENCE, timedelta(hours=2 * plan.hours))
        return self.last_good is None or abs(now - self.last_good) > patience


@requires(Role.CLERK)
def backup_plan(ctx: Context) -> BackupPlan:
    """The plan in force."""
    kept = office_settings(ctx)
    folder = str(kept.get("backup_folder", "") or "")
    return BackupPlan(
        hours=int(kept.get("backup_hours", 24)),
        keep=int(kept.get("backup_keep", 7)),
        folder=Path(folder).expanduser() if folder else _own_folder(ctx.settings),
    )


@requires(Role.ADMINISTRATOR, whole=True)
def save_backup_plan(ctx: Context, *, hours: int, keep: int, folder: str) -> None:
    """Set the plan.

    Raises:
        InvalidInput: the folder cannot be written, or a number is out of range.
    """
    if not 0 <= hours <= 24 * 31 or not 1 <= keep <= 100:
        raise InvalidInput("Số giờ phải từ 0 đến 744, số bản giữ lại từ 1 đến 100. Hãy sửa lại.")
    if folder.strip():
        place = Path(folder.strip()).expanduser()
        try:
            place.mkdir(parents=True, exist_ok=True)
            probe = place / ".thu-ghi"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise InvalidInput(
                f"Không ghi được vào thư mục {place}. Hãy chọn thư mục khác hoặc cấp quyền ghi."
            ) from error
    save_office_settings(ctx, {"backup_hours": hours, "backup_keep": keep, "backup_folder": folder.strip()})


@requires(Role.CLERK)
def backup_state(ctx: Context) -> BackupState:
    """When the last good backup was made, and what went wrong since."""
    kept = _kept_state(ctx.settings)
    last = str(kept.get("last_good", ""))
    return BackupState(
        last_good=datetime.fromisoformat(last) if last else None,
        last_path=str(kept.get("last_path", "")),
        problem=str(kept.get("problem", "")),
    )


@requires(Role.CLERK)
def backup_lock(ctx: Context) -> BackupLock | None:
    """What locks the office's backups; None: they are not locked."""
    kept = office_settings(ctx).get(_LOCK)
    return BackupLock(**kept) if kept else None


@requires(Role.ADMINISTRATOR, whole=True)
def save_backup_lock(ctx: Context, lock: BackupLock | None) -> None:
    """Lock the office's backups from now on, those by the clock too; those there are stay as they are."""
    with ctx.write() as work:
        before = get_setting(work.connection, OFFICE + _LOCK)
        put_setting(work.connection, OFFICE + _LOCK, asdict(lock) if lock else None)
        work.note("backup_lock", old=before["recipient"] if before else "", new=lock.recipient if lock else "")


@requires(Role.ADMINISTRATOR, whole=True)
def run_backup(ctx: Context, out: Path | None = None, *, lock: BackupLock | None = None) -> Backup:
    """Make a backup, now, and note how it went; by the plan when no file is named.

    Args:
        ctx: An administrator's.
        out: The file.
        lock: Another lock than the office's.

    Raises:
        InvalidInput, StorageError: as `write_backup`; the reason is noted for the screens too.
    """
    plan = backup_plan(ctx)
    target = out or plan.folder / f"sao-luu-{datetime.now().astimezone():%Y%m%d-%H%M%S}.zip"
    try:
        made = write_backup(ctx, target, keep=plan.keep, lock=lock or backup_lock(ctx))
    except (ServiceError, StorageError) as error:
        _note(ctx.settings, problem=str(error))
        raise
    if made.problems:
        _note(ctx.settings, problem=" ".join(made.problems[:3]))
    else:
        _note(ctx.settings, last_good=datetime.now().astimezone().isoformat(), last_path=str(made.path), problem="")
    return made


def start_schedule(settings: Settings) -> threading.Thread:
    """Look at the clock every ten minutes, for as long as the server runs, and make what is due."""
    thread = threading.Thread(target=_keep_looking, args=(settings, threading.Event()), name="backups", daemon=True)
    thread.start()
    return thread


def _keep_looking(settings: Settings, stop: threading.Event) -> None:
    while not stop.wait(_LOOK_EVERY):
        try:
            run_if_due(settings, datetime.now().astimezone())
        except (ServiceError, StorageError, OSError) as error:  # noted for the screens; the next look tries again
            log.warning("scheduled backup failed: %s", error)
        except Exception:  # whatever it was: a clock that stops for good makes no backup until the next start
            log.exception("scheduled backup failed")


def run_if_due(settings: Settings, now: datetime) -> Backup | None:
    """One look at the clock."""
    ctx = system_context(settings)
    plan = backup_plan(ctx)
    if plan.hours == 0 or ctx.database.path is None:
        return None
    tried = _moment(_kept_state(settings).get("tried"))
    # a try that lies ahead was noted by a clock that has been set back since: it would put off all that follow
    if tried is not None and timedelta(0) <= now - tried < timedelta(hours=plan.hours):
        return None
    return run_backup(ctx)


def _moment(kept: object) -> datetime | None:
    """A moment of the state file; None for what is none, which somebody else has written there."""
    try:
        moment = datetime.fromisoformat(str(kept or ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _own_folder(settings: Settings) -> Path:
    return settings.data_dir / "backups"


def _kept_state(settings: Settings) -> dict[str, Any]:
    try:
        kept = json.loads((_own_folder(settings) / _STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _note(settings: Settings, **changes: str) -> None:
    state = _kept_state(settings) | {"tried": datetime.now().astimezone().isoformat()} | changes
    folder = _own_folder(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{_STATE}.part"
        part.write_text(json.dumps(state, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(folder / _STATE)
    except OSError as error:
        log.warning("state of backups not noted: %s", error)
