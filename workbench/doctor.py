"""What is installed and what is missing, found before work starts instead of in its middle."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ocr.errors import MissingProgramError
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.types import HandwritingModelError
from ocr.tesseract import tesseract_version
from storage.errors import DatabaseDamaged, StorageError
from storage.opening.copies import is_sound_sqlite
from vietnamese.shown_time import local_time
from workbench.config import Settings
from workbench.services.backup_plan import backup_plan, backup_state
from workbench.services.context import open_context, system_context

__all__ = ["Check", "examine"]

_ENOUGH_DISK_GB = 5
"""Room for five books of 200 coloured pages."""
_ENOUGH_MEMORY_GB = 4
"""For the server, a browser and reading processes. By judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at."""

    name: str
    """Vietnamese, for people."""
    found: str
    ok: bool
    vital: bool = True
    """Whether the workbench cannot do its main work without it."""
    advice: str = ""
    """What to do when it is not in order."""


def examine(settings: Settings) -> Iterator[Check]:
    """Looks at everything the workbench needs, the vital things first."""
    yield Check(name="Python", found=f"{platform.python_version()} ({sys.executable})", ok=sys.version_info >= (3, 11))
    yield _attempt("Tesseract và tiếng Việt", tesseract_version, "Chạy lại ./run, hoặc cài gói tesseract-ocr.")
    yield _attempt(
        "Mô hình chữ viết tay",
        HandwritingRecogniser().check,
        "Tải lại chương trình; trong lúc đó chữ đánh máy vẫn đọc được, ô viết tay để trống.",
        vital=False,
    )
    yield _pdf_tool()
    yield _data_dir(settings)
    yield _attempt(
        "Cơ sở dữ liệu", lambda: _database(settings), "Kiểm tra thiết lập WORKBENCH_DATABASE_URL và quyền ghi."
    )
    yield from _backups(settings)
    yield _disk(settings)
    yield _memory()


def _attempt(name: str, look: Callable[[], str], advice: str, *, vital: bool = True) -> Check:
    try:
        return Check(name=name, found=look(), ok=True, vital=vital)
    except (MissingProgramError, HandwritingModelError, StorageError, OSError) as error:
        return Check(name=name, found=str(error), ok=False, vital=vital, advice=advice)


def _pdf_tool() -> Check:
    poppler = shutil.which("pdftoppm")
    return Check(name="Đọc PDF", found=f"poppler ({poppler})" if poppler else "pypdfium2 (đi kèm)", ok=True)


def _data_dir(settings: Settings) -> Check:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ok = os.access(folder, os.W_OK)
    except OSError:
        ok = False
    advice = "" if ok else "Cấp quyền ghi cho thư mục này, hoặc đặt WORKBENCH_DATA_DIR sang nơi khác."
    return Check(name="Thư mục dữ liệu", found=str(folder), ok=ok, advice=advice)


def _database(settings: Settings) -> str:
    context = open_context(settings)
    if context.database.path is not None and not is_sound_sqlite(context.database.path):
        raise DatabaseDamaged(str(context.database.path))
    return settings.database.split("@")[-1]


def _backups(settings: Settings) -> Iterator[Check]:
    """The last good backup; nothing where the database cannot be opened, which is said already."""
    try:
        context = system_context(settings)
        plan, state = backup_plan(context), backup_state(context)
    except (StorageError, OSError):
        return
    found = f"{local_time(state.last_good)}, {state.last_path}" if state.last_good else "chưa có bản nào"
    advice = "Sao lưu ngay (lệnh backup, hoặc màn hình «Thiết lập», thẻ «Sao lưu») và chép sang ổ đĩa khác."
    ok = not state.problem and not state.is_old(plan, datetime.now().astimezone())
    problem = f" Lần gần nhất không xong: {state.problem}" if state.problem else ""
    yield Check(name="Bản sao lưu tốt gần nhất", found=found, ok=ok, vital=False, advice=advice + problem)


def _disk(settings: Settings) -> Check:
    folder = settings.data_dir if settings.data_dir.exists() else settings.data_dir.parent
    free = shutil.disk_usage(folder).free / 1024**3
    return Check(
        name="Đĩa trống",
        found=f"{free:.1f} GB",
        ok=free >= _ENOUGH_DISK_GB,
        vital=False,
        advice=f"Nên còn ít nhất {_ENOUGH_DISK_GB} GB: một quyển 200 trang quét màu chiếm tới 1 GB.",
    )


def _memory() -> Check:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return Check(name="Bộ nhớ", found="không đo được trên hệ điều hành này", ok=True, vital=False)
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
    return Check(
        name="Bộ nhớ",
        found=f"{total:.1f} GB",
        ok=total >= _ENOUGH_MEMORY_GB,
        vital=False,
        advice="Mỗi tiến trình đọc cần tới 1 GB; đặt WORKBENCH_WORKERS=1 trên máy ít bộ nhớ.",
    )
