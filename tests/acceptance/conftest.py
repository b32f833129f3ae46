"""Whole commands in processes of their own, on a data folder of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TYPED_BOOK = ROOT / "sample_books" / "khai-sinh-danh-may"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def workbench(tmp_path: Path) -> Run:
    """Runs `python -m workbench ...` on an empty data folder."""
    environment = os.environ | {
        "WORKBENCH_DATA_DIR": str(tmp_path / "data"),
        "WORKBENCH_WORKERS": "1",
        "OMP_THREAD_LIMIT": "1",
        "PYTHONIOENCODING": "utf-8",
    }

    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "workbench", *map(str, arguments)]
        extra = environment | dict(options.pop("env", {}))  # type: ignore[call-overload]
        return subprocess.run(
            command, cwd=ROOT, env=extra, capture_output=True, encoding="utf-8", timeout=300, **options
        )  # type: ignore[call-overload, no-any-return]

    return run


@pytest.fixture
def read_json() -> Callable[[Path], dict]:
    return lambda path: json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def typed_pages() -> list[Path]:
    return sorted(TYPED_BOOK.glob("*.jpg"))


@pytest.fixture(scope="session")
def truth() -> dict[str, dict]:
    """Truth of the typed sample book by file name: column to its true value."""
    lines = (TYPED_BOOK / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["file"]: row["entries"][0] for row in map(json.loads, lines)}
