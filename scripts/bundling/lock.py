"""The locked requirements as another system sees them: which packages it needs, and their wheels fetched by digest.

`pip download --platform` evaluates the markers of a requirement for the machine it runs on, not for the one that is
asked for, so that a Linux machine would leave out what only Windows needs. The markers are evaluated here instead.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

__all__ = ["TARGETS", "Target", "WheelError", "fetch_wheels", "locked_for"]


class WheelError(RuntimeError):
    """Wheels of the lock cannot be had for a system; the message is pip's own last words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A system that wheels are fetched for.

    Attributes:
        name: as the option `--system` names it.
        platforms: pip's platform tags, the newest first.
        markers: what `sys_platform` and its kin are there.
    """

    name: str
    platforms: tuple[str, ...]
    markers: tuple[tuple[str, str], ...]

    def environment(self, python: str) -> dict[str, str]:
        """The marker environment of that system under Python `3.12` or the like."""
        return {
            **dict(self.markers),
            "python_version": python,
            "python_full_version": f"{python}.0",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }


def _markers(sys_platform: str, system: str, machine: str, os_name: str) -> tuple[tuple[str, str], ...]:
    return (
        ("sys_platform", sys_platform),
        ("platform_system", system),
        ("platform_machine", machine),
        ("os_name", os_name),
    )


_MANYLINUX = tuple(f"manylinux_2_{minor}_x86_64" for minor in (36, 35, 34, 31, 28, 27, 26, 24, 17, 12, 5))
"""glibc 2.36 is that of Debian 12, the oldest system that is promised."""

TARGETS = {
    "linux": Target(
        name="linux",
        platforms=(*_MANYLINUX, "manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"),
        markers=_markers("linux", "Linux", "x86_64", "posix"),
    ),
    "windows": Target(name="windows", platforms=("win_amd64",), markers=_markers("win32", "Windows", "AMD64", "nt")),
    "macos": Target(
        name="macos",
        platforms=tuple(
            f"macosx_{major}_0_{arch}" for major in (15, 14, 13, 12, 11) for arch in ("arm64", "universal2")
        ),
        markers=_markers("darwin", "Darwin", "arm64", "posix"),
    ),
}
"""By the name of the system; 64-bit Intel for Linux and Windows, Apple's own processors for macOS."""


def _blocks(lock: Path) -> Iterator[str]:
    """Each requirement of a lock file with its digests, as one line."""
    block = ""
    for raw in lock.read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        block += " " + line.removesuffix("\\").strip()
        if not line.endswith("\\"):
            yield block.strip()
            block = ""


def locked_for(lock: Path, target: Target, python: str) -> list[str]:
    """Lines `name==version --hash=...` of what a system needs.

    Args:
        lock: a file written by `scripts/lock`.
        target: the system.
        python: major and minor release, such as `3.12`.
    """
    environment = target.environment(python)
    lines = []
    for block in _blocks(lock):
        head, *hashes = block.split(" --hash=")
        requirement = Requirement(head.strip())
        if requirement.marker is None or requirement.marker.evaluate(environment):
            pinned = f"{requirement.name}{requirement.specifier}"
            lines.append(" ".join([pinned, *(f"--hash={digest.strip()}" for digest in hashes)]))
    return lines


def fetch_wheels(locks: Sequence[Path], target: Target, python: str, out: Path) -> list[str]:
    """Download the wheels of lock files into `out`; pip compares every digest with the lock.

    Returns:
        The requirement lines, digests included.

    Raises:
        WheelError: a package has no wheel for that system, or nothing is to be had at all.
    """
    out.mkdir(parents=True, exist_ok=True)
    lines = list(dict.fromkeys(line for lock in locks for line in locked_for(lock, target, python)))
    wanted = out / "wanted.txt"
    wanted.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--python-version", python, "--implementation", "cp"]
    command += [part for platform in target.platforms for part in ("--platform", platform)]
    command += ["-d", str(out), "-r", str(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wanted.unlink()
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise WheelError("\n".join(errors[-3:]) or done.stderr[-500:])
    return lines
