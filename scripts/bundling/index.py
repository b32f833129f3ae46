"""What the package index says of the lock: has every system a wheel, with a digest that the lock holds?

Asks for lists alone, so it takes seconds; `scripts/check-lock --fetch` downloads the wheels themselves.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename

from scripts.bundling.lock import TARGETS, Target, WheelError, locked_for

__all__ = ["IndexUnreachableError", "main", "offered_files", "without_wheel"]

PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = ("linux", "windows", "macos")
_NO_LINE = ("error sending request", "Failed to fetch", "timed out", "dns error")


class IndexUnreachableError(RuntimeError):
    """Nobody answers where packages come from."""


def main() -> int:
    """Check every promised system and Python; the exit status of `scripts/check-lock`."""
    try:
        offered = offered_files(Path("requirements.in"), Path("requirements.txt"))
    except IndexUnreachableError as error:
        say("!!! BỎ QUA: không tới được kho gói, CHƯA kiểm tra tệp khóa cho Windows và macOS !!!")
        say(str(error))
        return 0
    missing = []
    for system, python in product(SYSTEMS, PYTHONS):
        lines = locked_for(Path("requirements.txt"), TARGETS[system], python)
        missing += [f"{system}, Python {python}: {name}" for name in without_wheel(lines, offered, system, python)]
    for line in missing:
        say(f"LỖI: không có tệp cài đặt (wheel) khớp mã trong tệp khóa: {line}")
    if not missing:
        say(f"Tệp khóa: mỗi gói có wheel khớp mã cho {', '.join(SYSTEMS)}, Python {', '.join(PYTHONS)}.")
    return 1 if missing else 0


def say(text: str) -> None:
    """A line for whoever runs the checks."""
    print(text, file=sys.stderr, flush=True)


def offered_files(wanted: Path, lock: Path) -> dict[str, list[Mapping[str, Any]]]:
    """Wheels of the locked releases as the index lists them, by normalised name: `url` and `hashes` of each.

    Raises:
        IndexUnreachableError: nobody answers.
        WheelError: a locked release is not there any more; the message is uv's own.
    """
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "pylock.toml"
        command = [str(Path(sys.executable).with_name("uv")), "pip", "compile", "-q", "--universal", "--no-config"]
        command += ["--python-version", PYTHONS[0], "-c", str(lock), "--format", "pylock.toml", str(wanted)]
        environment = os.environ | {"UV_CACHE_DIR": str(Path(".setup", "uv-cache").resolve())}
        done = subprocess.run([*command, "-o", str(told)], capture_output=True, text=True, env=environment, check=False)
        if done.returncode != 0:
            unreachable = any(words in done.stderr for words in _NO_LINE)
            raise (IndexUnreachableError if unreachable else WheelError)(done.stderr.strip()[-500:])
        packages = tomllib.loads(told.read_text(encoding="utf-8"))["packages"]
    offered: dict[str, list[Mapping[str, Any]]] = {}
    for package in packages:  # a name stands there twice where older Pythons get another release
        offered.setdefault(canonicalize_name(package["name"]), []).extend(package.get("wheels", []))
    return offered


def without_wheel(
    lines: Sequence[str], offered: Mapping[str, Sequence[Mapping[str, Any]]], system: str, python: str
) -> list[str]:
    """Locked requirements for which no wheel fits a system, or only ones whose digest the lock does not hold.

    Args:
        lines: `name==version --hash=sha256:...`, as `locked_for` gives them.
        offered: as `offered_files` gives them.
        system: key of `TARGETS`.
        python: major and minor release.
    """
    tags = frozenset(_tags(TARGETS[system], python))
    missing = []
    for line in lines:
        pinned, *digests = line.split(" --hash=sha256:")
        wheels = offered.get(canonicalize_name(pinned.split("==")[0].split("[")[0]), ())
        fits = [wheel for wheel in wheels if tags & parse_wheel_filename(wheel["url"].rsplit("/", 1)[-1])[3]]
        if not any(wheel["hashes"]["sha256"] in digests for wheel in fits):
            missing.append(pinned)
    return missing


def _tags(target: Target, python: str) -> Iterator[Tag]:
    major, minor = (int(part) for part in python.split("."))
    platforms = [older for platform in target.platforms for older in _with_older(platform)]
    yield from cpython_tags((major, minor), platforms=platforms)
    yield from compatible_tags((major, minor), interpreter=f"cp{major}{minor}", platforms=platforms)


def _with_older(platform: str) -> Iterator[str]:
    """A platform and, for macOS, the older releases whose programs it runs."""
    system, *release, processor = platform.split("_", 3)
    if system == "macosx":
        yield from mac_platforms((int(release[0]), int(release[1])), processor)
    else:
        yield platform


if __name__ == "__main__":
    sys.exit(main())
