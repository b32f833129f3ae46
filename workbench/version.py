"""Which state of the program is installed: asked for with every question to whoever looks after it."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib

from workbench.config import ROOT

__all__ = ["version_line"]


def version_line() -> str:
    """Such as `so-ho-tich-workbench 0.2.0 (1a2b3c4)`: release, and the commit where one is known."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    commit = _commit()
    return f"{project['name']} {project['version']}" + (f" ({commit})" if commit else "")


def _commit() -> str:
    """From the bundle the program was installed from, or from its checkout; empty where neither is there."""
    bundle = ROOT / "offline" / "bundle.json"
    if bundle.is_file():
        return str(json.loads(bundle.read_text(encoding="utf-8"))["commit"])
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return ""
    asked = subprocess.run([git, "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip()
