"""The straightened sheet of a reading, drawn from its scans: one page, or two facing pages beside each other."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from ocr.readings import PageReading
from ocr.scans.opening import ScanPage, open_page

__all__ = ["drawn_sheet", "sheet_shape"]

Image = npt.NDArray[np.uint8]
Size = tuple[int, int]


def sheet_shape(reading: PageReading, scan_size: tuple[float, float]) -> tuple[float, float]:
    """Width and height of the sheet in pixels of its (first) scan, from where the sheet's corners lie on it."""
    corners = np.array([[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]], np.float64) @ _matrix(reading.homography).T
    points = corners[:, :2] / corners[:, 2:] * scan_size
    across = (np.linalg.norm(points[1] - points[0]) + np.linalg.norm(points[2] - points[3])) / 2
    down = (np.linalg.norm(points[3] - points[0]) + np.linalg.norm(points[2] - points[1])) / 2
    return float(across), float(down)


def drawn_sheet(first: ScanPage, reading: PageReading, size: Size, facing: Path | None = None) -> Image:
    """The sheet in a given size.

    Args:
        first: the page's scan, opened.
        reading: where the sheet lies on it.
        size: width and height of the picture in pixels.
        facing: scan file of the facing page, for a reading that has one; its part stays empty when it cannot be found.

    Raises:
        ocr.errors.OcrError: the facing scan cannot be opened.
    """
    sheet = _warped(first.image, reading.homography, size)
    if reading.facing is not None:
        seam = round(reading.facing.seam * size[0])
        sheet[:, seam:] = 255
        if facing is not None:
            other = _warped(open_page(facing, reading.facing.page).image, reading.facing.homography, size)
            sheet[:, seam:] = other[:, seam:]
    return sheet


def _warped(image: Image, homography: tuple[float, ...], size: Size) -> Image:
    width, height = size
    to_scan = np.diag([image.shape[1], image.shape[0], 1.0]) @ _matrix(homography)
    matrix = to_scan @ np.diag([1 / width, 1 / height, 1.0])
    # shrunk by area first: warping straight to a smaller picture would drop thin strokes
    factor = min(1.0, 1.25 / max(1e-6, float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))))
    if factor < 1.0:
        image = np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
        matrix = np.diag([factor, factor, 1.0]) @ matrix
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpPerspective(image, matrix, size, flags=flags, borderValue=(255, 255, 255))
    return np.asarray(warped, np.uint8)


def _matrix(homography: tuple[float, ...]) -> npt.NDArray[np.float64]:
    return np.array(homography or (1, 0, 0, 0, 1, 0, 0, 0, 1), dtype=np.float64).reshape(3, 3)
