"""Pictures of straightened pages at the scan's own resolution, for the PDFs that leave the office."""

from __future__ import annotations

from pathlib import Path

from exports.pictures import Picture
from ocr.readings import PageReading
from ocr.scans.opening import open_page
from workbench.sheet_pictures import drawn_sheet, sheet_shape

__all__ = ["straight_picture"]


def straight_picture(scan: Path, page: int, reading: PageReading | None, facing: Path | None = None) -> Picture:
    """The page as its reading straightened it, or as delivered when it was not read.

    Args:
        scan: the scan file.
        page: index of the page in the file.
        reading: where the straightened page lies on the scan.
        facing: scan file of the facing page, for a table over two scans.

    Raises:
        OcrError: the scan cannot be opened.
    """
    opened = open_page(scan, page)
    if reading is None or not reading.homography:
        return Picture(image=opened.image, dpi=opened.dpi)
    height, width = opened.image.shape[:2]
    across, down = sheet_shape(reading, (width, height))
    size = (max(1, round(across)), max(1, round(down)))
    return Picture(image=drawn_sheet(opened, reading, size, facing), dpi=opened.dpi)
