"""Pictures of straightened pages for the screens: made once from scan and reading, kept in a bounded cache folder.

The boxes of readings are fractions of the straightened page, so the screens show that page and not the scan. Crops
of single fields are cut from the same cached picture.
"""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from layouts.geometry import PageBox
from ocr.readings import PageReading
from ocr.scans.opening import open_page
from workbench.sheet_pictures import drawn_sheet, sheet_shape

__all__ = ["PagePictures", "sheet_size"]

PAGE_WIDTH = 1700
"""Pixels across an upright page, about 205 dpi of A4: sharp when a line is enlarged twice, decoded in 30 ms."""
SPREAD_WIDTH = 3000
"""Pixels across two pages that lie side by side."""
_KEPT = 3000
"""Pictures kept in the folder (about 0.4 MB each); the oldest quarter goes when there are more."""
_JPEG_QUALITY = 78
"""Of JPEG. No measurement is on record."""

Image = npt.NDArray[np.uint8]


def sheet_size(reading: PageReading) -> tuple[int, int]:
    """Width and height in pixels of the straightened page's picture.

    The straightened page's own proportions are not recorded; they follow from where its corners lie on the scan.
    """
    scan_size = reading.page_size if min(reading.page_size) > 0 else (PAGE_WIDTH, round(PAGE_WIDTH * 1.414))
    across, down = sheet_shape(reading, scan_size)
    wide = SPREAD_WIDTH if across > down * 1.1 else PAGE_WIDTH
    return wide, max(1, round(wide * down / max(1.0, across)))


class PagePictures:
    """The cache of one installation; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._working = threading.BoundedSemaphore(2)

    def page(self, key: str, scan: Path, page: int, reading: PageReading | None, facing: Path | None = None) -> bytes:
        """JPEG of the straightened page, or of the scan as delivered when there is no reading.

        Args:
            key: file name in the cache, changes with the reading.
            scan: the scan file.
            page: index of the page in the file.
            reading: where the straightened page lies on the scan.
            facing: scan file of the facing page, for a table over two scans.

        Raises:
            ocr.errors.OcrError: the scan cannot be opened.
        """
        target = self._folder / f"{key}.jpg"
        with contextlib.suppress(OSError):
            return target.read_bytes()
        with self._working:
            with contextlib.suppress(OSError):
                return target.read_bytes()
            content = _jpeg(_straightened(scan, page, reading, facing), _JPEG_QUALITY)
            self._keep(target, content)
        return content

    def crop(self, picture: bytes, box: PageBox) -> bytes:
        """JPEG of a box (fractions) of a page picture, with a little of its surroundings."""
        pad = max((box[3] - box[1]) * 0.25, 0.004)
        return self.part(picture, (box[0] - 0.006, box[1] - pad, box[2] + 0.006, box[3] + pad))

    @staticmethod
    def part(picture: bytes, box: PageBox) -> bytes:
        """JPEG of exactly a box of a page picture: nothing of what stands beside it."""
        decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
        image = np.asarray(decoded, dtype=np.uint8)
        height, width = image.shape[:2]
        top, bottom = round(max(0.0, box[1]) * height), round(min(1.0, box[3]) * height)
        left, right = round(max(0.0, box[0]) * width), round(min(1.0, box[2]) * width)
        part = np.ascontiguousarray(image[top : max(top + 1, bottom), left : max(left + 1, right)], dtype=np.uint8)
        return _jpeg(part, 80)

    def _keep(self, target: Path, content: bytes) -> None:
        # A full disk must not stop the review: the picture is simply made again next time.
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(f".{threading.get_ident()}.part")
            part.write_bytes(content)
            part.replace(target)
            self._prune()

    def _prune(self) -> None:
        kept = sorted(self._folder.glob("*.jpg"), key=lambda file: file.stat().st_mtime)
        if len(kept) > _KEPT:
            for file in kept[: _KEPT // 4]:
                file.unlink(missing_ok=True)


def _straightened(scan: Path, page: int, reading: PageReading | None, facing: Path | None) -> Image:
    opened = open_page(scan, page)
    if reading is not None:
        return drawn_sheet(opened, reading, sheet_size(reading), facing)
    height, width = opened.image.shape[:2]
    shown = min(PAGE_WIDTH, width)
    size = (shown, max(1, round(height * shown / width)))
    return np.asarray(cv2.resize(opened.image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _jpeg(image: Image, quality: int) -> bytes:
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())
