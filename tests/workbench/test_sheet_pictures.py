"""Two facing scans make one picture, each in its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from layouts.register_types import RegisterType
from ocr.readings import FacingPage, PageReading
from ocr.scans.opening import open_page
from workbench.sheet_pictures import drawn_sheet, sheet_shape

LEFT_SHARE = 0.5
TO_LEFT = (2.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
TO_RIGHT = (2.0, 0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def scans(folder: Path) -> tuple[Path, Path]:
    for name, shade in (("left.png", 60), ("right.png", 180)):
        Image.new("L", (400, 600), shade).save(folder / name)
    return folder / "left.png", folder / "right.png"


def reading(right: Path) -> PageReading:
    return PageReading(
        source="left.png", page=0, register_type=RegisterType.DEATH, layout="death-pre1999", page_size=(400, 600),
        homography=TO_LEFT,
        facing=FacingPage(source=str(right), page=0, seam=LEFT_SHARE, homography=TO_RIGHT),
    )  # fmt: skip


def test_both_pages_stand_beside_each_other(tmp_path: Path) -> None:
    left, right = scans(tmp_path)
    assert sheet_shape(reading(right), (400, 600)) == (800.0, 600.0)
    sheet = drawn_sheet(open_page(left), reading(right), (800, 600), right)
    assert np.unique(sheet[50:550, 20:380]).tolist() == [60]
    assert np.unique(sheet[50:550, 420:780]).tolist() == [180]


def test_the_right_part_stays_empty_without_its_scan(tmp_path: Path) -> None:
    left, right = scans(tmp_path)
    sheet = drawn_sheet(open_page(left), reading(right), (800, 600), None)
    assert np.unique(sheet[50:550, 420:780]).tolist() == [255]
