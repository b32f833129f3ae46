"""Pictures of straightened pages at the scan's own resolution, for the PDFs that leave the office."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from exports.pictures import Picture
from ocr.readings import PageReading
from ocr.scans import open_page

__all__ = ["straight_picture"]


def straight_picture(scan: Path, page: int, reading: PageReading | None) -> Picture:
    """The page as its reading straightened it, or as delivered when it was not read.

    Raises:
        OcrError: the scan cannot be opened.
    """
    opened = open_page(scan, page)
    if reading is None or not reading.homography:
        return Picture(image=opened.image, dpi=opened.dpi)
    height, width = opened.image.shape[:2]
    to_scan = np.diag([width, height, 1.0]) @ np.array(reading.homography, np.float64).reshape(3, 3)
    across, down = _sheet_size(to_scan)
    matrix = to_scan @ np.diag([1 / across, 1 / down, 1.0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    straight = cv2.warpPerspective(
        opened.image, matrix, (across, down), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255)
    )
    return Picture(image=np.asarray(straight, np.uint8), dpi=opened.dpi)


def _sheet_size(to_scan: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> tuple[int, int]:
    """Width and height in the scan's pixels, from where the corners of the straightened page lie on it."""
    corners = np.array([[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]], np.float64) @ to_scan.T
    points = corners[:, :2] / corners[:, 2:]
    across = (np.linalg.norm(points[1] - points[0]) + np.linalg.norm(points[2] - points[3])) / 2
    down = (np.linalg.norm(points[3] - points[0]) + np.linalg.norm(points[2] - points[1])) / 2
    return max(1, round(float(across))), max(1, round(float(down)))
