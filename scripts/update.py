"""Brings an installed workbench to the state of an offline bundle, and back; the standard library alone.

The installed program, its Python environment included, is moved to `previous/`; the bundle's files take its place;
`run --no-serve` installs and migrates. A backup is made by the installed program first. Whatever fails, the program and
the data of before stand in their places again. Run through `update` or `update.cmd`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

PREVIOUS, NOTE, SUMS = "previous", "update.json", Path("offline") / "SHA256SUMS"
_MADE_BY_RUN = (".venv", ".setup", "offline", "run.cmd", "update", "update.cmd")
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
    _set_aside(installed, note)
    try:
        _lay(bundle, installed)
        (prepare or _run_no_serve)(installed)
    except (UpdateError, OSError) as error:
        say("Bản mới không cài được; đang đưa bản cũ trở lại.")
        go_back(installed, check=False)
        raise UpdateError(f"{error} Bản cũ và dữ liệu vẫn như trước.") from error
    say(f"Đã lên bản mới. Bản cũ nằm trong {installed / PREVIOUS}; quay lại bằng lệnh update --back.")


def go_back(installed: Path, *, check: bool = True) -> None:
    """Put the program of before, and its data as backed up before the update, in their places again.

    What was entered since stays in a folder of its own beside the data; nothing is deleted.

    Raises:
        UpdateError: there is no state before.
    """
    previous = installed / PREVIOUS
    if not (previous / NOTE).is_file():
        raise UpdateError(f"Không có bản trước trong {previous}.")
    note = json.loads((previous / NOTE).read_text(encoding="utf-8"))
    if check:
        _refuse_while_it_runs(installed)
    if note["whole"]:  # else it was cut short before anything new was laid
        replaced = installed / f"replaced-{_now()}"
        replaced.mkdir()
        for name in note["new"]:
            if (installed / name).exists():
                (installed / name).rename(replaced / name)
        say(f"Phần của bản mới nằm trong {replaced}, xóa được khi không cần nữa.")
    for name in note["old"]:
        if (previous / name).exists():
            (previous / name).rename(installed / name)
    if note["whole"]:
        _bring_data_back(installed, Path(note["data"]), Path(note["backup"]))
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
    command = [str(installed / "run.cmd"), "--no-serve"] if os.name == "nt" else ["sh", "run", "--no-serve"]
    done = subprocess.run(command, cwd=installed, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise UpdateError("Bản mới báo lỗi khi cài (xem các dòng trên).")


def _bring_data_back(installed: Path, data: Path, backup: Path) -> None:
    """The data as it was before the update: a newer database means nothing to the older program."""
    if not backup.exists():
        raise UpdateError(f"Không thấy bản sao lưu {backup}; dữ liệu trong {data} được giữ nguyên.")
    aside = data.with_name(f"{data.name}-after-update-{_now()}")
    if data.exists():
        data.rename(aside)
    restored = _asked(installed, "-m", "workbench", "restore", str(backup))
    if restored.returncode != 0:
        if aside.exists():
            shutil.rmtree(data, ignore_errors=True)
            aside.rename(data)
        raise UpdateError(f"Không phục hồi được dữ liệu từ {backup}: {restored.stderr.strip()[-300:]}")
    say(f"Dữ liệu trở lại như trước khi lên bản mới. Phần nhập sau đó nằm trong {aside}.")


if __name__ == "__main__":
    sys.exit(main())
