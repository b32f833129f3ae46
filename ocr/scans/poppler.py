"""Pages drawn by poppler through pdf2image, where it is installed: 8-bit BGR."""

from __future__ import annotations

import shutil
from pathlib import Path

from ocr.images import BgrImage
from ocr.scans.pictures import to_bgr
from ocr.scans.sizes import INCHES_A4, POINTS_PER_INCH

__all__ = ["drawn_by_poppler", "pages_by_poppler"]

_SECONDS = 120
"""For one call of poppler. By judgement."""
_ROUNDED, _ANOTHER_SIZE = 2, 0.01
"""Pixels, and share of a side, by which a drawn page may differ from what its size in points says."""
_LEAST_SIDE = 16
"""Pixels: a page without size or content comes out as one white pixel."""


def pages_by_poppler(path: Path) -> int:
    """How many pages poppler finds in a file; 0 when it finds none or is not installed."""
    if not _installed():
        return 0
    # imported here: the package starts poppler programs, and a machine without poppler never needs it
    from pdf2image import pdfinfo_from_path
    from pdf2image.exceptions import PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError

    try:
        return int(pdfinfo_from_path(path, timeout=_SECONDS).get("Pages", 0))
    except (PDFSyntaxError, PDFPageCountError, PDFPopplerTimeoutError, ValueError):
        return 0


def drawn_by_poppler(
    path: Path, number: int, dpi: float, size_pt: tuple[float, float] | None = None
) -> BgrImage | None:
    """One page; None where poppler is missing, draws nothing, or takes another part of the sheet for the page.

    Args:
        path: the file.
        number: index of the page.
        dpi: to draw at.
        size_pt: width and height in points that the page must have; None: drawn as large as A4, whatever its size.
    """
    if not _installed():
        return None
    from pdf2image import convert_from_path
    from pdf2image.exceptions import PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError

    try:
        drawn = convert_from_path(
            path,
            dpi=round(dpi),
            first_page=number + 1,
            last_page=number + 1,
            timeout=_SECONDS,
            use_cropbox=True,
            size=None if size_pt else round(INCHES_A4 * dpi),  # a page of any size, as if it were A4
        )
    except (PDFSyntaxError, PDFPageCountError, PDFPopplerTimeoutError):
        return None
    if not drawn or min(drawn[0].size) < _LEAST_SIDE:
        return None
    if size_pt is not None:
        width, height = (side * round(dpi) / POINTS_PER_INCH for side in size_pt)
        wrong = abs(drawn[0].width - width) > _ROUNDED + _ANOTHER_SIZE * width or (
            abs(drawn[0].height - height) > _ROUNDED + _ANOTHER_SIZE * height
        )
        if wrong:
            return None
    return to_bgr(drawn[0])


def _installed() -> bool:
    return shutil.which("pdftoppm") is not None and shutil.which("pdfinfo") is not None
