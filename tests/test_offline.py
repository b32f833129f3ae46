"""Nothing leaves the machine: no telemetry, nothing loaded from outside, no address but loopback in any system call."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system_calls import outside_addresses, skip_without_strace, traced

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "sample_books" / "ket-hon-viet-tay"
PORT = 8791

LOOK_UP = "import socket\ntry: socket.getaddrinfo('nobody.invalid', 443)\nexcept OSError: pass\n"

READ_IN_CHILDREN = """
import sys, time
from ocr.batch.local_engine import run_pages
from ocr.batch.page_reader import read_task
from ocr.readings import PageReading, PageTask

if __name__ == "__main__":
    outcomes = [outcome for _, outcome in run_pages([(0, PageTask(source=sys.argv[1]))], reader=read_task)]
    assert isinstance(outcomes[0], PageReading), outcomes
    assert isinstance(read_task(PageTask(source=sys.argv[1])), PageReading)
    time.sleep(8)  # a vendor's thread waits some seconds before it looks for its host
"""

BACKUP_BY_THE_CLOCK = """
from datetime import datetime
from workbench.config import load_settings
from workbench.services.backup_plan import run_if_due
(load_settings().data_dir / "backups" / "trang-thai.json").unlink()
assert run_if_due(load_settings(), datetime.now().astimezone()) is not None
"""

LEARN = """
import sys
from pathlib import Path
from ocr.handwriting.model_store import ModelStore
from ocr.handwriting.training.office_tuning import tune_on_corrections
from tests.ocr.handwriting.test_tuning import _pair
pairs = [_pair(number) for number in range(100, 164)]
assert tune_on_corrections(pairs, store=ModelStore(Path(sys.argv[1])), minutes=0.05).trained_on
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment whose home folder must stay empty: telemetry keeps its queue and device number there."""
    folder = tmp_path / "home"
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    yield kept | {
        "HOME": str(folder),
        "WORKBENCH_DATA_DIR": str(tmp_path / "data"),
        "WORKBENCH_WORKERS": "1",
        "PYTHONPATH": str(ROOT),
    }
    assert [path.name for path in folder.rglob("*")] == [], "something was written outside the data folder"


def _run(command: list[str], log: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        traced(command, log), cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=240
    )
    assert done.returncode == 0, done.stderr


def test_a_look_up_from_inside_is_seen(tmp_path: Path, home: dict[str, str]) -> None:
    """The trap works: without this the tests below could not fail."""
    skip_without_strace()
    if "nameserver" not in Path("/etc/resolv.conf").read_text(encoding="utf-8"):
        pytest.skip("this machine asks no name server: a look-up leaves no trace")
    _run([sys.executable, "-c", LOOK_UP], tmp_path / "calls", home)
    assert outside_addresses(tmp_path / "calls") or "nscd" in (tmp_path / "calls").read_text(encoding="utf-8")


@pytest.mark.slow
def test_reading_asks_nobody_in_any_process(tmp_path: Path, home: dict[str, str]) -> None:
    skip_without_strace()
    script = tmp_path / "reads.py"
    script.write_text(READ_IN_CHILDREN, encoding="utf-8")
    _run([sys.executable, str(script), str(next(PAGE.glob("*.jpg")))], tmp_path / "calls", home)
    assert outside_addresses(tmp_path / "calls") == set()


@pytest.mark.slow
def test_a_working_day_asks_nobody(tmp_path: Path, home: dict[str, str]) -> None:
    """From scan to delivery, with what goes on beside it: each command traced with all its children."""
    skip_without_strace()
    page = next(PAGE.glob("*.jpg"))
    book = ["--register-type", "marriage", "--volume", "01/2017", "--office", "UBND xã Sơn A"]
    people = tmp_path / "dan-cu.csv"
    people.write_text("Họ tên,Ngày sinh\nNguyễn Văn An,01/02/1990\n", encoding="utf-8")
    workbench = ["-m", "workbench"]
    commands = (
        [*workbench, "import", str(page), *book],
        [*workbench, "read"],
        ["-m", "tests.acceptance.deciding", "1", json.dumps(_true_entries(page))],
        [*workbench, "export", "--book", "1", "--out", str(tmp_path / "ra")],
        [*workbench, "report", "--out", str(tmp_path / "ra" / "tien-do.xlsx")],
        [*workbench, "reconcile", str(people), "--out", str(tmp_path / "ra" / "sai-khac.xlsx")],
        [*workbench, "backup", "--out", str(tmp_path / "kept.zip")],
        ["-c", BACKUP_BY_THE_CLOCK],
        [*workbench, "audit"],
        [*workbench, "doctor"],
    )
    for number, command in enumerate(commands):
        log = tmp_path / f"calls-{number}"
        _run([sys.executable, *command], log, home)
        assert outside_addresses(log) == set(), command
    assert {path.suffix for path in (tmp_path / "ra").iterdir()} >= {".xlsx", ".zip", ".json"}
    assert list((tmp_path / "data" / "backups").glob("*.zip"))


def _true_entries(page: Path) -> list[dict[str, str]]:
    told = (json.loads(line) for line in (PAGE / "truth.jsonl").read_text(encoding="utf-8").splitlines())
    (true,) = [line["entries"] for line in told if line["file"] == page.name]
    return [{name: value["standard"] for name, value in entry.items()} for entry in true]


@pytest.mark.slow
def test_learning_from_corrections_asks_nobody(tmp_path: Path, home: dict[str, str]) -> None:
    skip_without_strace()
    pytest.importorskip("torch", reason="training needs requirements-train.txt")
    pytest.importorskip("onnx", reason="training needs requirements-train.txt")
    _run([sys.executable, "-c", LEARN, str(tmp_path / "models")], tmp_path / "calls", home)
    assert outside_addresses(tmp_path / "calls") == set()


@pytest.mark.slow
def test_serving_asks_nobody(tmp_path: Path, home: dict[str, str]) -> None:
    skip_without_strace()
    with _served("serve", tmp_path / "calls", home, "/_stcore/health"):
        # for a stranger's origin Streamlit would ask the internet, or a route to it, for this machine's address
        for origin in ("", "http://10.1.2.3:8501", "https://stranger.invalid"):
            for path in ("/", "/_stcore/host-config", "/_stcore/stream", "/api/ghi-lai"):
                _get(path, origin)
    assert outside_addresses(tmp_path / "calls") == set()


@pytest.mark.slow
def test_look_ups_by_other_systems_ask_nobody(tmp_path: Path, home: dict[str, str]) -> None:
    skip_without_strace()
    with _served("serve-lookups", tmp_path / "calls", home, "/openapi.json"):
        for origin in ("", "https://stranger.invalid"):
            for path in ("/v1/entries?number=1&year=1998", "/v1/entries/1", "/docs"):
                assert _get(path, origin) in (401, 404)
    assert outside_addresses(tmp_path / "calls") == set()


@contextmanager
def _served(command: str, log: Path, home: dict[str, str], ready: str) -> Iterator[None]:
    """A server of ours under strace, from when it answers at `ready` to the end of the block."""
    serve = [sys.executable, "-m", "workbench", command, "--port", str(PORT)]
    process = subprocess.Popen(
        traced(serve, log), cwd=ROOT, env=home, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_for_health(process, ready)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # strace passes no signal on
        process.wait(20)


def _wait_for_health(process: subprocess.Popen[bytes], path: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if _get(path, "") == 200:
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError("the server did not start")


def _get(path: str, origin: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    socket = upgrade | {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="} if path.endswith("stream") else {}
    connection.request("GET", path, headers=({"Origin": origin} if origin else {}) | socket)
    status = connection.getresponse().status
    connection.close()
    return status


def test_streamlit_sends_no_statistics() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["browser"]["gatherUsageStats"] is False


def test_no_package_with_telemetry_of_its_own_is_needed_to_run() -> None:
    assert not re.search(r"^asterocr\b", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)


def test_screens_name_no_outside_address() -> None:
    files = [p for p in (ROOT / "workbench").rglob("*") if p.suffix in (".html", ".css", ".js", ".py")]
    assert len(files) > 50
    outside = [
        f"{path.relative_to(ROOT)}: {url}"
        for path in files
        for url in re.findall(r"https?://[^\s\"'`)>{]+", path.read_text(encoding="utf-8"))
        if not re.match(r"https?://(localhost|127\.0\.0\.1|www\.w3\.org/)", url)
    ]
    assert outside == []
