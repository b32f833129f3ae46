"""A program that is killed while its pool of PDFs waits leaves no process behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

PROGRAM = """
import os, time
from exports.case_pdfs import cooks
if __name__ == "__main__":
    with cooks(1) as cook:
        cook([])
        # the pool starts its process with its first order; one that cannot be cooked does
        cook([None])
        time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends by other means")
def test_what_makes_pdfs_ends_with_the_program(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM, encoding="utf-8")
    program = subprocess.Popen([sys.executable, str(script)], env={"PYTHONPATH": str(Path.cwd())})
    try:
        made = _wait_for(
            lambda: [p for p in psutil.Process(program.pid).children() if "spawn_main" in str(p.cmdline())]
        )
        # it has read its order and waits for the next
        time.sleep(1.5)
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait()
    assert made
    assert not psutil.wait_procs(made, timeout=10)[1]


def _wait_for(found: Callable[[], list[psutil.Process]]) -> list[psutil.Process]:
    for _ in range(100):
        processes = found()
        if processes:
            return processes
        time.sleep(0.1)
    return []
