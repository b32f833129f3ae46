"""Debian packages for the bundle: what a bare system of the same release needs, with an index that apt reads."""

from __future__ import annotations

import gzip
import hashlib
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path

__all__ = ["PACKAGES", "DebianError", "fetch_packages", "release_name"]

PACKAGES = ("python3", "python3-venv", "python3-pip", "tesseract-ocr", "tesseract-ocr-vie", "poppler-utils")
"""What `scripts/setup.sh` asks apt for."""


class DebianError(RuntimeError):
    """apt cannot say or fetch what is needed."""


def release_name() -> str:
    """Such as `debian-12`: packages of one release do not fit another."""
    facts = platform.freedesktop_os_release()
    return f"{facts['ID']}-{facts.get('VERSION_ID', 'testing')}"


def _asked(command: Sequence[str], folder: Path | None = None) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode != 0:
        raise DebianError(f"{' '.join(command[:3])}: {done.stderr.strip()[-400:]}")
    return done.stdout


def _closure(packages: Sequence[str]) -> list[str]:
    """The packages and all they depend on, whatever this machine happens to have installed."""
    kept = ("--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances")
    told = _asked(["apt-cache", "depends", "--recurse", *kept, *packages])
    names = {line.strip() for line in told.splitlines() if line and not line.startswith((" ", "<", "|"))}
    real = _asked(["apt-cache", "show", "--no-all-versions", *sorted(names)])
    known = {line.removeprefix("Package: ") for line in real.splitlines() if line.startswith("Package: ")}
    return sorted(names & known)


def fetch_packages(out: Path) -> int:
    """Download the packages into `out` and write `Packages`, so that the folder is a source for apt; their number.

    Raises:
        DebianError: apt knows or gets a package not (run `apt-get update` first, on a machine with internet).
    """
    out.mkdir(parents=True, exist_ok=True)
    _asked(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *_closure(PACKAGES)], folder=out)
    files = sorted(out.glob("*.deb"))
    index = "\n".join(_stanza(file) for file in files).encode()
    (out / "Packages").write_bytes(index)
    (out / "Packages.gz").write_bytes(gzip.compress(index, mtime=0))
    return len(files)


def _stanza(file: Path) -> str:
    """What apt wants to know of one package."""
    content = file.read_bytes()
    control = _asked(["dpkg-deb", "-f", str(file)]).rstrip("\n")
    digest = hashlib.sha256(content).hexdigest()
    return f"{control}\nFilename: ./{file.name}\nSize: {len(content)}\nSHA256: {digest}\n"
