"""Brings an installed workbench to the state of an offline bundle, and back; the standard library alone.

The installed program, its Python environment included, is moved to `previous/`; the bundle's files take its place;
`run --no-serve` installs and migrates. A backup is made by the installed program first. Whatever fails, the program and
the data of before stand in their places again. Run through `update` or `update.cmd`.

The way back of the data is the copy of the database that the new program lays down before it changes its shape; scans
are never changed by an upgrade. Where the shape did not change nothing is taken back: what was entered since stays.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path

PREVIOUS, NOTE, SUMS = "previous", "update.json", Path("offline") / "SHA256SUMS"
_MADE_BY_RUN = (".venv", ".setup", "offline", "run.cmd", "update", "update.cmd")
_PARTS = ("", "-wal", "-shm", "-journal")
"""Endings of the files that belong to one SQLite database."""
_CLOCK_SLACK = 2.0
"""Seconds: some file systems keep the time of a file no finer."""
_NEEDED_BYTES = 3 * 1024**3
"""Environment, wheels and program of both states side by side, without the data."""


class UpdateError(Exception):
    """The update stops; nothing of before is lost. The message says what to do."""


def main() -> int:
    """Update, or go back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--installed", type=Path, required=True)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--bundle", type=Path)
    what.add_argument("--back", action="store_true")
    options = parser.parse_args()
    try:
        if options.back:
            go_back(options.installed)
        else:
            update(options.installed, options.bundle)
    except (UpdateError, OSError) as error:
        say(f"LỖI: {error}")
        return 1
    return 0


def say(text: str) -> None:
    """A line for the person at the screen."""
    print(text, file=sys.stderr, flush=True)


def update(installed: Path, bundle: Path, prepare: Callable[[Path], None] | None = None) -> None:
    """Bring `installed` to the state of `bundle`.

    Args:
        installed: folder of the program, with `.venv`.
        bundle: folder written by scripts/bundle.
        prepare: installs and migrates what lies in a folder; default: its `run --no-serve`.

    Raises:
        UpdateError: nothing was changed, or everything stands as before.
    """
    if not (bundle / SUMS).is_file():
        raise UpdateError(f"{bundle} không phải gói cài đặt. Hãy chạy update trong thư mục chép từ USB.")
    if installed.resolve() == bundle.resolve():
        raise UpdateError("Thư mục đã cài và gói mới là một. Hãy chép gói mới sang thư mục khác.")
    _check_sums(bundle)
    data = _data_folder(installed)
    _refuse_while_it_runs(installed)
    if shutil.disk_usage(installed).free < _NEEDED_BYTES:
        raise UpdateError("Đĩa không đủ chỗ (cần 3 GB trống). Hãy dọn đĩa rồi chạy lại; chưa có gì bị đổi.")
    backup = _back_up(installed, data)
    old = sorted((_top_names(installed) | set(_MADE_BY_RUN)) & {item.name for item in installed.iterdir()})
    new = sorted(_top_names(bundle) | set(_MADE_BY_RUN))
    note = {"backup": str(backup), "data": str(data), "old": old, "new": new}
    say("Đang chuyển bản cũ sang thư mục previous")
    try:
        _set_aside(installed, note)
        _lay(bundle, installed)
        (prepare or _run_no_serve)(installed)
    except (UpdateError, OSError) as error:
        say("Bản mới không cài được; đang đưa bản cũ trở lại.")
        go_back(installed, check=False)
        raise UpdateError(f"{error} Bản cũ và dữ liệu vẫn như trước.") from error
    say(f"Đã lên bản mới. Bản cũ nằm trong {installed / PREVIOUS}; quay lại bằng lệnh update --back.")


def go_back(installed: Path, *, check: bool = True) -> None:
    """Put the program of before, and the database as it stood before it was upgraded, in their places again.

    Where the program was changed by hand, the database alone is taken back. What was entered since an upgrade stays
    beside it; nothing is deleted.

    Raises:
        UpdateError: there is no state before.
    """
    previous = installed / PREVIOUS
    if check:
        _refuse_while_it_runs(installed)
    if not (previous / NOTE).is_file():
        copies = _copies(_data_folder(installed))
        if not copies:
            raise UpdateError(f"Không có bản trước trong {previous}, cũng chưa có lần nâng cấp dữ liệu nào.")
        _take_data_back(_data_folder(installed), copies[-1])
        say("Chương trình không do update thay: hãy tự đưa bản cũ của chương trình về rồi mới mở.")
        return
    note = json.loads((previous / NOTE).read_text(encoding="utf-8"))
    if note["whole"]:  # else it was cut short before anything new was laid
        data, began = Path(note["data"]), (previous / NOTE).stat().st_mtime
        upgraded = [copy for copy in _copies(data) if copy.stat().st_mtime >= began - _CLOCK_SLACK]
        if upgraded:
            _take_data_back(data, upgraded[0])
        else:
            say("Dữ liệu không bị đổi cấu trúc: giữ nguyên, kể cả phần nhập sau khi lên bản mới.")
        replaced = installed / f"replaced-{_now()}"
        replaced.mkdir()
        for name in note["new"]:
            if (installed / name).exists():
                (installed / name).rename(replaced / name)
        say(f"Phần của bản mới nằm trong {replaced}, xóa được khi không cần nữa.")
    for name in note["old"]:
        if (previous / name).exists():
            (previous / name).rename(installed / name)
    shutil.rmtree(previous)
    say("Bản trước đã trở lại.")


def _now() -> str:
    return time.strftime("%Y%m%d-%H%M%S")


def _top_names(program: Path) -> set[str]:
    """Names right below the folder that belong to the program; a checkout without checksums asks git."""
    if (program / SUMS).is_file():
        lines = (program / SUMS).read_text(encoding="utf-8").splitlines()
        return {line.partition("  ")[2].split("/")[0] for line in lines}
    asked = subprocess.run(["git", "ls-files"], cwd=program, capture_output=True, text=True, check=False)
    if asked.returncode != 0 or not asked.stdout:
        raise UpdateError(f"Không biết những tệp nào trong {program} là của chương trình (không có gói, không có git).")
    return {line.split("/")[0].strip('"') for line in asked.stdout.splitlines()}


def _check_sums(bundle: Path) -> None:
    checked = subprocess.run(
        [sys.executable, str(bundle / "scripts" / "check_bundle.py")], capture_output=True, text=True, check=False
    )
    if checked.returncode != 0:
        raise UpdateError(checked.stdout.strip().removeprefix("LỖI: ") or "Gói cài đặt hỏng. Hãy chép lại từ USB.")


def _python(installed: Path) -> str:
    for name in ("bin/python", "Scripts/python.exe"):
        if (installed / ".venv" / name).exists():
            return str(installed / ".venv" / name)
    raise UpdateError(f"{installed} không phải thư mục đã cài chương trình (không có .venv).")


def _asked(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"OMP_THREAD_LIMIT": "1", "PYTHONUTF8": "1"}
    command = [_python(installed), *arguments]
    return subprocess.run(command, cwd=installed, capture_output=True, text=True, check=False, env=environment)


def _setting(installed: Path, name: str) -> str:
    told = _asked(installed, "-c", f"from workbench.config import load_settings; print(load_settings().{name})")
    if told.returncode != 0:
        raise UpdateError(f"Bản đã cài không chạy được: {told.stderr.strip().splitlines()[-1:]}")
    return told.stdout.strip()


def _data_folder(installed: Path) -> Path:
    return Path(_setting(installed, "data_dir"))


def _refuse_while_it_runs(installed: Path) -> None:
    port = int(_setting(installed, "port"))
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
        raise UpdateError(
            f"Chương trình đang chạy (cổng {port}). Hãy báo mọi người dừng, tắt chương trình rồi chạy lại."
        )


def _back_up(installed: Path, data: Path) -> Path:
    backup = data.parent / f"{data.name}-before-update-{_now()}.zip"
    say(f"Đang sao lưu dữ liệu vào {backup}")
    made = _asked(installed, "-m", "workbench", "backup", "--out", str(backup))
    if made.returncode != 0:
        raise UpdateError(f"Không sao lưu được, nên chưa đổi gì. {made.stderr.strip()[-400:]}")
    return backup


def _set_aside(installed: Path, note: Mapping[str, object]) -> None:
    """Move the installed program away; the note comes first, so that a cut can be mended by going back."""
    previous = installed / PREVIOUS
    if previous.exists():
        previous.rename(installed / f"previous-older-{_now()}")
    previous.mkdir()
    _write_note(previous, {**note, "whole": False})
    for name in _names(note["old"]):
        (installed / name).rename(previous / name)
    _write_note(previous, {**note, "whole": True})


def _names(listed: object) -> Iterable[str]:
    return [str(name) for name in listed] if isinstance(listed, list) else []


def _write_note(previous: Path, note: Mapping[str, object]) -> None:
    part = previous / f"{NOTE}.part"
    part.write_text(json.dumps(note, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(previous / NOTE)


def _lay(bundle: Path, installed: Path) -> None:
    say("Đang chép bản mới")
    for name in sorted(_top_names(bundle) | {"offline"}):
        source = bundle / name
        if source.is_dir():
            shutil.copytree(source, installed / name)
        else:
            shutil.copy2(source, installed / name)


def _run_no_serve(installed: Path) -> None:
    # by its short name: cmd takes the quotes off a path with brackets or blanks
    command = ["cmd", "/d", "/c", ".\\run.cmd", "--no-serve"] if os.name == "nt" else ["sh", "run", "--no-serve"]
    done = subprocess.run(command, cwd=installed, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise UpdateError("Bản mới báo lỗi khi cài (xem các dòng trên).")


def _copies(data: Path) -> list[Path]:
    """Copies of the database from before upgrades, oldest first; each is one whole file without a journal."""
    return sorted((data / "backups").glob("truoc-nang-cap-*.sqlite3"), key=lambda path: path.stat().st_mtime)


def _take_data_back(data: Path, copy: Path) -> None:
    """Put a copy in the place of the database, which is set aside with its journals and the trail that is its own."""
    database, trail = data / "workbench.sqlite3", data / "trail"
    _refuse_unsound(copy)
    _refuse_in_use(database)
    aside = data / f"{database.stem}-de-lai-{_now()}.sqlite3"
    for part in _PARTS:
        if (there := database.with_name(database.name + part)).exists():
            there.rename(aside.with_name(aside.name + part))
    if trail.is_dir():
        trail.rename(aside.with_suffix(".trail"))
    if copy.with_suffix(".trail").is_dir():
        shutil.copytree(copy.with_suffix(".trail"), trail)
    shutil.copy2(copy, database)
    say(f"Dữ liệu trở lại như trước khi nâng cấp ({copy.name}). Phần nhập sau đó nằm trong {aside}.")


def _refuse_unsound(copy: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?immutable=1", uri=True)) as connection:
            sound = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise UpdateError(f"Bản chép {copy} đã hỏng; chưa đổi gì. Hãy phục hồi từ bản sao lưu.")


def _refuse_in_use(database: Path) -> None:
    try:
        with closing(sqlite3.connect(database, timeout=2, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise UpdateError("Chương trình vẫn đang mở dữ liệu. Hãy tắt chương trình rồi chạy lại.") from error
    except sqlite3.DatabaseError:
        return  # damaged: there is nobody who could work with it


if __name__ == "__main__":
    sys.exit(main())
