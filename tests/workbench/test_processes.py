"""Stopping: a signal to the command that serves, or to the script that started it, leaves no process behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.config import ROOT

pytestmark = pytest.mark.slow

SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


@pytest.fixture(autouse=True)
def _signals_are_heard() -> Iterator[None]:
    """A suite started in the background (`nohup`, `&`) ignores two of them, and what it starts would inherit that."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in SIGNALS[1:]}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


STAND_IN = """#!/bin/sh
# Python of a stand-in: what it is asked to run lasts until it is ended
case "$*" in
    *prepare*) exit 0 ;;
esac
echo $$ >>"{folder}/started"
exec sleep 300
"""


def _until(path: Path, lines: int, within: float = 30) -> list[str]:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        told = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        if len(told) >= lines:
            return told
        time.sleep(0.05)
    raise AssertionError(f"{path.name} did not get {lines} lines")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", SIGNALS)
def test_the_start_script_becomes_the_server_and_ends_with_it(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / ".setup").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "run", tmp_path / "run")
    (tmp_path / "scripts" / "setup.sh").write_text("say() { :; }\nsetup() { :; }\n", encoding="ascii")
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(STAND_IN.format(folder=tmp_path), encoding="utf-8")
    python.chmod(0o755)
    started = subprocess.Popen(["sh", str(tmp_path / "run")], start_new_session=True)
    assert _until(tmp_path / "started", 1) == [str(started.pid)]
    started.send_signal(number)
    assert started.wait(15) == -number
    assert (tmp_path / "started").read_text(encoding="utf-8").splitlines() == [str(started.pid)], "one process alone"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", SIGNALS)
def test_serving_is_one_process_and_ends_by_each_signal(tmp_path: Path, number: signal.Signals) -> None:
    """Streamlit's place is taken by a stand-in of its name that says who it is."""
    stand_in = tmp_path / "packages" / "streamlit"
    stand_in.mkdir(parents=True)
    said = tmp_path / "said"
    (stand_in / "__init__.py").write_text("", encoding="ascii")
    (stand_in / "__main__.py").write_text(
        f"import os, time\nopen({str(said)!r}, 'w').write(str(os.getpid()) + chr(10))\ntime.sleep(300)\n",
        encoding="utf-8",
    )
    environment = os.environ | {"WORKBENCH_DATA_DIR": str(tmp_path / "data")}
    environment["PYTHONPATH"] = f"{tmp_path / 'packages'}{os.pathsep}{ROOT}"
    serve = [sys.executable, "-m", "workbench", "serve", "--port", "8899"]
    process = subprocess.Popen(serve, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        assert _until(said, 1) == [str(process.pid)]
        process.send_signal(number)
        assert process.wait(15) != 0
    finally:
        process.kill()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_command_tidies_up(tmp_path: Path, number: signal.Signals) -> None:
    script = tmp_path / "waits.py"
    script.write_text(
        "import sys, time, workbench.cli as cli\n"
        "@cli.app.command('wait')\n"
        "def wait(): print('ready', flush=True); time.sleep(300)\n"
        "sys.argv = ['workbench', 'wait']\ncli.main()\n",
        encoding="utf-8",
    )
    environment = os.environ | {"WORKBENCH_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    assert list((tmp_path / "data" / "tmp").iterdir()), "the process has a folder of its own"
    process.send_signal(number)
    _, told = process.communicate(timeout=15)
    assert process.returncode == 130 and "Đã dừng" in told.decode()
    assert list((tmp_path / "data" / "tmp").iterdir()) == []


def test_a_reading_process_does_not_become_a_second_server(tmp_path: Path) -> None:
    """Streamlit makes its script the main module; multiprocessing runs that again in every process it spawns."""
    told = (
        "import runpy, sys, threading; runpy.run_path('streamlit_app.py', run_name='__mp_main__'); "
        "print([name for name in ('streamlit', 'workbench.serving') if name in sys.modules], threading.active_count())"
    )
    environment = {**os.environ, "WORKBENCH_DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.split("\n")[0] == "[] 1", done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="Windows counts open files otherwise")
def test_a_server_may_hold_open_what_the_system_allows() -> None:
    code = (
        "import resource; from workbench.processes import allow_many_lines\n"
        "soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE); few = min(256, hard)\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (few, hard)); allow_many_lines()\n"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE) == (min(65536, hard), hard))"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert told.stdout.strip() == "True"
