"""`scripts/bundle`: the program, its wheels and Tesseract in one folder, each file with its checksum."""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

from scripts.bundling.debian import DebianError, fetch_packages, release_name
from scripts.bundling.lock import TARGETS, WheelError, fetch_wheels

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = "offline"
"""Folder of the bundle with all that the program's own files do not hold."""
CHECKSUMS = "SHA256SUMS"
_WINDOWS_PYTHON = "3.12"


class BundleError(RuntimeError):
    """The bundle cannot be made as asked; the message says what to do."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bundle", description=__doc__)
    parser.add_argument("--system", choices=("debian", "windows"), required=True, help="system of the office")
    parser.add_argument("--out", type=Path, required=True, help="folder to write; must not exist yet")
    parser.add_argument("--python", help="Python release of the target; default: this machine's, 3.12 for Windows")
    windows = parser.add_argument_group("Windows: two installers that whoever makes the bundle lays beside it")
    windows.add_argument("--python-installer", type=Path, help="python-3.12.x-amd64.exe from python.org")
    windows.add_argument("--python-sha256", help="its SHA-256, from its publisher's page")
    windows.add_argument("--tesseract-installer", type=Path, help="tesseract-ocr-w64-setup-5.x.exe")
    windows.add_argument("--tesseract-sha256", help="its SHA-256, from its publisher's page")
    return parser.parse_args()


def main() -> int:
    """Write the bundle."""
    options = _arguments()
    try:
        _write(options)
    except (BundleError, DebianError, WheelError, OSError) as error:
        print(f"LỖI: {error}", file=sys.stderr)
        return 1
    print(f"Đã ghi {options.out}. Chép cả thư mục vào USB; trên máy của cơ quan xem DOC-TRUOC.txt.", file=sys.stderr)
    return 0


def _write(options: argparse.Namespace) -> None:
    if options.out.exists():
        raise BundleError(f"{options.out} đã có. Hãy chọn thư mục khác.")
    part = options.out.with_name(options.out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    _copy_program(part)
    offline = part / OFFLINE
    offline.mkdir()
    facts = {"version": _version(), "commit": _git("rev-parse", "--short", "HEAD").strip(), "made": str(date.today())}
    if options.system == "debian":
        facts |= _debian(offline, options.python)
    else:
        facts |= _windows(offline, options)
    (offline / "bundle.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    shutil.copy(ROOT / "scripts" / "bundling" / "DOC-TRUOC.txt", part / "DOC-TRUOC.txt")
    _write_checksums(part)
    part.rename(options.out)


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _copy_program(part: Path) -> None:
    """The committed files, as they are here; what git does not know (data, .venv) stays behind."""
    for name in _git("ls-files", "-z").split("\0"):
        source = ROOT / name
        if name and source.is_file():
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, part / name)


def _debian(offline: Path, python: str | None) -> dict[str, str]:
    release = python or ".".join(platform.python_version_tuple()[:2])
    locks = [ROOT / "requirements.txt", ROOT / "requirements-portable.txt"]
    fetch_wheels(locks, TARGETS["linux"], release, offline / "wheels")
    fetch_packages(offline / "debs")
    return {"system": release_name(), "python": release}


def _windows(offline: Path, options: argparse.Namespace) -> dict[str, str]:
    python = options.python or _WINDOWS_PYTHON
    installers = offline / "windows"
    installers.mkdir()
    given = (
        ("python-setup.exe", options.python_installer, options.python_sha256),
        ("tesseract-setup.exe", options.tesseract_installer, options.tesseract_sha256),
    )
    for name, file, digest in given:
        if file is None or digest is None:
            raise BundleError(
                "Gói cho Windows cần tệp cài Python và tệp cài Tesseract cùng mã SHA-256 của chúng: "
                "--python-installer --python-sha256 --tesseract-installer --tesseract-sha256."
            )
        _lay_installer(file, digest, installers / name)
    fetch_wheels([ROOT / "requirements.txt"], TARGETS["windows"], python, offline / "wheels")
    return {"system": "windows-x64", "python": python}


def _lay_installer(file: Path, digest: str, place: Path) -> None:
    found = _sha256(file)
    if found != digest.strip().lower():
        raise BundleError(f"{file.name} không đúng mã SHA-256 đã cho (tệp có mã {found}). Hãy tải lại tệp.")
    shutil.copy(file, place)
    # one line without blanks at its end, as run.cmd compares it
    place.with_suffix(".sha256").write_text(found + "\r\n", encoding="ascii", newline="")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_checksums(part: Path) -> None:
    """Of every file, in the form that `sha256sum -c` reads."""
    files = sorted(file for file in part.rglob("*") if file.is_file())
    lines = [f"{_sha256(file)}  {file.relative_to(part).as_posix()}\n" for file in files]
    (part / OFFLINE / CHECKSUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
