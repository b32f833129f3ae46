"""A book from scan to Excel by commands: import, read, approve, export; killed and repeated."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from layouts.columns import ColumnProfile, columns
from layouts.register_types import RegisterType
from tests.acceptance.conftest import ROOT

pytestmark = pytest.mark.acceptance

OFFICE = "UBND xã Sơn A, thị xã Nghĩa Lộ, tỉnh Yên Bái"
BOOK = ("--register-type", "birth", "--volume", "01/2017", "--office", OFFICE)


def test_scan_to_excel(workbench, read_json, typed_pages, truth, tmp_path: Path) -> None:
    pages = typed_pages[:2]
    first = workbench("import", *pages, *BOOK, "--json")
    assert first.returncode == 0, first.stderr
    again = workbench("import", *pages, *BOOK)
    assert again.returncode == 0
    assert "thêm 0 trang" in again.stderr

    assert workbench("read").returncode == 0
    assert '"pages": 0' in workbench("read", "--json").stdout

    refused = workbench("export", "--book", 1, "--out", tmp_path / "ra")
    assert refused.returncode != 0, "nothing is approved yet"
    assert not (tmp_path / "ra").exists() or not list((tmp_path / "ra").iterdir())

    _approve_with_truth(tmp_path / "data", [truth[page.name] for page in pages])
    done = workbench("export", "--book", 1, "--out", tmp_path / "ra")
    assert done.returncode == 0, done.stderr
    _check_delivery(tmp_path / "ra", [truth[page.name] for page in pages])

    before = {path.name: path.read_bytes() for path in (tmp_path / "ra").iterdir()}
    assert workbench("export", "--book", 1, "--out", tmp_path / "ra").returncode == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "ra").iterdir()} == before

    audit = workbench("audit")
    assert audit.returncode == 0, audit.stderr


def _approve_with_truth(data: Path, true_entries: list[dict]) -> None:
    plain = [{name: value["standard"] for name, value in entry.items()} for entry in true_entries]
    subprocess.run(
        [sys.executable, "-m", "tests.acceptance.deciding", "1", json.dumps(plain)],
        cwd=ROOT,
        env=os.environ | {"WORKBENCH_DATA_DIR": str(data)},
        check=True,
        timeout=120,
    )


def _check_delivery(folder: Path, true_entries: list[dict]) -> None:
    (workbook,) = folder.glob("*.xlsx")
    (archive,) = folder.glob("*.zip")
    sheet = openpyxl.load_workbook(workbook).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads == [c.name for c in columns(RegisterType.BIRTH, ColumnProfile.CORE)]
    rows = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert len(rows) == len(true_entries)
    for row, true in zip(rows, true_entries, strict=True):
        for name in ("nksHoTen", "nksNgaySinh", "meHoTen", "chaHoTen", "ngayDangKy"):
            assert row[name] == true[name]["standard"]
        assert row["quyenSo"] == "01/2017"
        assert row["noiDangKy"] == OFFICE
    assert {cell.number_format for line in sheet.iter_rows(min_row=2) for cell in line} == {"@"}
    with zipfile.ZipFile(archive) as packed:
        assert all("/" not in name for name in packed.namelist())
        assert len(packed.namelist()) == len(rows)
        for info in packed.infolist():
            assert info.filename.startswith("KS.2017.01.2017-")
            assert info.file_size <= 100 * 1024
            assert packed.read(info).startswith(b"%PDF-")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_killed_run_goes_on(workbench, typed_pages, tmp_path: Path) -> None:
    assert workbench("import", *typed_pages[:3], *BOOK).returncode == 0
    environment = os.environ | {"WORKBENCH_DATA_DIR": str(tmp_path / "data"), "WORKBENCH_WORKERS": "1"}
    run = subprocess.Popen(
        [sys.executable, "-m", "workbench", "read"], cwd=ROOT, env=environment, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and '"pages_read": 0' in workbench("status", "--json").stdout:
        time.sleep(1)  # each look costs as much processor time as a page
    run.send_signal(signal.SIGKILL)
    run.communicate()
    resumed = workbench("read", "--json")
    assert resumed.returncode == 0, resumed.stderr
    status = workbench("status", "--json").stdout
    assert '"pages_read": 3' in status
    assert '"entries": 3' in status
    assert workbench("audit").returncode == 0
