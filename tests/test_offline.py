"""Nothing leaves the machine: no telemetry, nothing loaded from outside, no connection while a page is read."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BLOCKED = """
import socket, sys

def refuse(*address, **_):
    raise AssertionError(f"connection to {address}")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from ocr.handwriting.engine import AsterRecogniser, HandwritingRecogniser
from ocr.pipeline import read_page
from ocr.readings import PageReading, PageTask
import numpy as np

assert isinstance(read_page(PageTask(source=sys.argv[1])), PageReading)
line = np.full((60, 300), 255, np.uint8)
HandwritingRecogniser().read_lines([line])
AsterRecogniser().read_lines([line])
"""


def test_reading_a_page_opens_no_connection() -> None:
    page = next((ROOT / "sample_books").glob("*/*.jpg"))
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, str(page)], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_streamlit_sends_no_statistics() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["browser"]["gatherUsageStats"] is False


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
