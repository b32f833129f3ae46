"""What a killed program of years ago left half-written goes at the next start; nothing else does."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from workbench.leftovers import start_sweeping, sweep_leftovers

DAY = 24 * 3600
LEFT = (
    *("scans/ab/.part-k2j3h4", "scans/ab/.abcd.jpg.part", "backups/.sao-luu-20240101-0000.zip.part"),
    *("backups/.part-x1/sao-luu.zip.age", "proofs/7/9f.pdf.part", "cache/pages/12-ab.140.part"),
    *(".part-models/model.onnx", "other/.sao-luu.zip.part"),
)
KEPT = (
    *("scans/ab/abcd.jpg", "scans/ab/abcd.part", "backups/sao-luu.zip", "backups/.sao-luu.json", "proofs/7/9f.pdf"),
    *("exports/.cua-ai.part", "exports/.part-cua-ai", "workbench.sqlite3", ".part-khac", "trail/.khoa-part"),
    *("other/.part-cua-ai", "other/.cua-ai.part", "other/x.zip.part"),
)


def put(folder: Path, *names: str, age: float) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        for each in (path, path.parent):
            os.utime(each, (time.time() - age,) * 2)


def standing(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() or path.is_symlink()}


def test_old_unfinished_files_go_and_nothing_else(tmp_path: Path) -> None:
    put(tmp_path, *LEFT, *KEPT, age=2 * DAY)
    assert sweep_leftovers(tmp_path, tmp_path / "other") == len(LEFT)
    assert standing(tmp_path) == set(KEPT)
    assert not (tmp_path / "backups" / ".part-x1").exists()
    assert sweep_leftovers(tmp_path, tmp_path / "other") == 0


def test_what_is_being_written_stays(tmp_path: Path) -> None:
    put(tmp_path, *LEFT, age=DAY / 2)
    put(tmp_path, "backups/.part-x1/khac", age=3 * DAY)  # an old folder in which a file was touched today
    assert sweep_leftovers(tmp_path, tmp_path / "backups") == 0
    assert set(LEFT) <= standing(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_is_neither_followed_nor_taken_away(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    put(outside, "a/.part-1", age=3 * DAY)
    data = tmp_path / "data"
    (data / "backups").mkdir(parents=True)
    (data / "backups" / ".part-link").symlink_to(outside / "a")
    assert sweep_leftovers(data, data / "backups") == 0
    assert standing(outside) == {"a/.part-1"}


def test_a_start_does_not_wait_for_it_and_a_missing_folder_is_no_fault(tmp_path: Path) -> None:
    put(tmp_path / "data", "scans/00/.part-1", age=2 * DAY)
    start_sweeping(tmp_path / "data", tmp_path / "unplugged").join(20)
    assert standing(tmp_path) == set()
