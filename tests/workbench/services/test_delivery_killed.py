"""A delivery whose process is killed outright goes on and ends as one that nobody disturbed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from exports.office_package import REGISTER, UNFINISHED
from tests.workbench.services.conftest import Office
from tests.workbench.services.test_office_delivery import deliver, delivered, verified
from workbench.config import ROOT

__all__ = ["delivered"]

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

KILLED = """
import os, signal, sys
from pathlib import Path
from corrections.acceptance import AcceptanceLevel
from exports import office_delivery as writer
from workbench.config import load_settings
from workbench.services.context import system_context
from workbench.services.office_delivery import deliver_office

out, where = Path(sys.argv[1]), sys.argv[2]
copied, finished = writer.shutil.copyfile, writer.RegisterFile.finish
count = 0

def copy(source, target):
    global count
    count += 1
    if where == str(count):
        Path(target).write_bytes(Path(source).read_bytes()[:100])
        os.kill(os.getpid(), signal.SIGKILL)
    return copied(source, target)

def finish(self, about):
    finished(self, about)
    if where == "register":
        os.kill(os.getpid(), signal.SIGKILL)

writer.shutil.copyfile, writer.RegisterFile.finish = copy, finish
deliver_office(system_context(load_settings()), out, level=AcceptanceLevel.COMMUNE)
"""
"""Delivers, and kills itself with half of the n-th file copied, or with the register whole and nothing signed."""


def _books(folder: Path) -> dict[str, bytes]:
    place = folder / "quyen"
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(place.rglob("*")) if p.is_file()}


def _register(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / REGISTER)) as register:
        return [line for line in register.iterdump() if "mo_ta" not in line]  # which tells the minute it was made


def test_a_killed_delivery_goes_on_and_ends_with_the_same_bytes(delivered: Office, tmp_path: Path) -> None:
    whole = deliver(delivered, tmp_path / "whole")
    assert whole.written == 2
    settings = delivered.nobody.settings
    known = {"WORKBENCH_DATA_DIR": str(settings.data_dir), "WORKBENCH_DATABASE_URL": settings.database_url}
    for where in ("1", "4", "register"):
        out = tmp_path / where
        died = subprocess.run(
            [sys.executable, "-c", KILLED, str(out), where],
            cwd=ROOT,
            env=os.environ | known | {"OMP_THREAD_LIMIT": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert died.returncode == -signal.SIGKILL, died.stderr
        assert (out / UNFINISHED).exists(), "what is half-written is named so"
        deliver(delivered, out)
        assert _books(out) == _books(tmp_path / "whole") and _register(out) == _register(tmp_path / "whole"), where
        assert verified(out)[0] == 0 and not (out / UNFINISHED).exists()
