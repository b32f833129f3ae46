"""PDF pages through pypdfium2, or poppler for pages that are no scan or damaged: what a viewer shows, 8-bit BGR."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from ocr.errors import ScanError, scan_error
from ocr.images import WORK_DPI, BgrImage
from ocr.scans.poppler import drawn_by_poppler, pages_by_poppler
from ocr.scans.sizes import INCHES_A4, MAX_PIXELS, POINTS_PER_INCH, ScanPage, coarser, measure, plausible, shrink_factor

__all__ = ["count_pdf_pages", "open_pdf_page"]

_Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points of the page, before its rotation."""
_COVERING = 0.8
"""Share of a page that its pictures cover when the page is a scan."""
_LARGEST_PAPER = 1800.0
"""Points; A2 is 1684 long. A page larger than that is a canvas on which the scan may lie anywhere."""
_SMALL_ON_CANVAS = 0.6
"""Share of a canvas below which the scan on it is cut out. Set by eye, as the following."""
_CANVAS_REMARK = "Trang PDF có khổ rất lớn so với ảnh quét trên đó: máy chỉ lấy phần có ảnh. Hãy xem đủ trang chưa."
_NAMED = 3
"""Files named in a message; that there are more is said by dots."""
_RESCUED = ("broken_pdf", "encrypted_pdf")
"""What may lie with pdfium alone; without the password poppler opens no file that has one either."""
_RESCUED_REMARK = "Trang PDF hỏng một phần: máy vẽ những gì còn đọc được. Hãy xem đủ trang chưa; thiếu thì quét lại."
_DEEPEST = 3
"""Groups within groups in which a page's pictures are looked for. By judgement."""
_HAIR_LESS = 0.9999
"""pdfium rounds up: 827.0001 pixels would become 828, and every pixel be resampled."""


@dataclass(frozen=True, slots=True)
class _Pictures:
    """What the pictures on a page tell."""

    dpi: float | None
    """Resolution of the scan the page consists of; None for a page with text or drawings of its own."""
    box: _Box | None
    """Around all of them, on the visible page."""


def count_pdf_pages(path: Path) -> int:
    """How many pages a PDF has.

    Raises:
        ScanError: `broken_pdf`, `encrypted_pdf`.
    """
    try:
        with _pdf(path) as document:
            count = len(document)
    except ScanError as error:
        if error.code not in _RESCUED or not (count := pages_by_poppler(path)):
            raise
    if count == 0:
        raise scan_error("broken_pdf", path)
    return count


def open_pdf_page(path: Path, number: int, enough: float) -> ScanPage:
    """Draw the visible part (the crop box) of one page; what pdfium cannot take poppler may, which is said.

    Args:
        path: the file.
        number: index of the page.
        enough: resolution that is enough.

    Raises:
        ScanError: `broken_pdf`, `encrypted_pdf`, `too_large`, `no_such_page`.
    """
    try:
        return _open_by_pdfium(path, number, enough)
    except ScanError as error:
        # poppler alone draws what a damaged page still holds, at the working size whatever its scan had
        pixels = drawn_by_poppler(path, number, min(enough, WORK_DPI)) if error.code in _RESCUED else None
        if pixels is None:
            raise
    height, width = pixels.shape[:2]
    return ScanPage(image=pixels, dpi=min(enough, WORK_DPI), delivered_size=(width, height), remarks=(_RESCUED_REMARK,))


def _open_by_pdfium(path: Path, number: int, enough: float) -> ScanPage:
    with _pdf(path) as document:
        if not 0 <= number < len(document):
            raise scan_error("no_such_page", path, str(number + 1))
        page, pictures, cut = _visible_page(path, document, number)
        width_pt, height_pt = page.get_size()
        drawn_at = _drawing_dpi(width_pt, height_pt, pictures.dpi)
        full = (pictures.dpi or drawn_at) / POINTS_PER_INCH
        less = coarser(drawn_at, enough)
        drawn_at *= less
        pixels = None
        if pictures.dpi is None and less == 1 and not cut:
            pixels = drawn_by_poppler(path, number, drawn_at, (width_pt, height_pt))
        if pixels is None:
            pixels = _drawn_by_pdfium(page, drawn_at)
        remarks = [*([_CANVAS_REMARK] if cut else ()), *(_not_drawn(document) if number == 0 else ())]
    dpi = drawn_at if plausible(drawn_at, max(pixels.shape)) else max(pixels.shape) / INCHES_A4
    size = (max(1, round(width_pt * full)), max(1, round(height_pt * full)))
    return ScanPage(image=pixels, dpi=dpi, delivered_size=size, remarks=tuple(remarks))


def _not_drawn(document: pypdfium2.PdfDocument) -> Iterator[str]:
    """What a file holds besides its pages: of a portfolio the pages are only a cover, of an XFA form often a notice."""
    if names := [document.get_attachment(index).get_name() for index in range(document.count_attachments())]:
        listed = ", ".join(f"«{name}»" for name in names[:_NAMED]) + (" ..." if len(names) > _NAMED else "")
        yield (
            f"Tệp PDF mang theo {len(names)} tệp đính kèm mà máy không đọc: {listed}. Nếu là bản quét, hãy mở PDF, lưu "
            "từng tệp ra rồi nạp."
        )
    if document.get_formtype() == pdfium.FORMTYPE_XFA_FULL:
        yield "Tệp PDF là biểu mẫu XFA: nội dung có thể không hiện ở đây. Hãy in tệp ra PDF thường rồi nạp lại."


@contextmanager
def _pdf(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """The document; whatever goes wrong inside becomes a `ScanError`: damaged files raise any exception."""
    document = None
    try:
        document = pypdfium2.PdfDocument(path)
        yield document
    except (ScanError, OSError, MemoryError):
        raise
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise scan_error("encrypted_pdf" if locked and _tells_of_a_lock(path) else "broken_pdf", path) from error
    except Exception as error:
        raise scan_error("broken_pdf", path) from error
    finally:
        if document is not None:
            document.close()


def _tells_of_a_lock(path: Path) -> bool:
    """Whether a PDF says that it is locked; pdfium calls one without pages so too."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b"/Encrypt") >= 0


def _visible_page(
    path: Path, document: pypdfium2.PdfDocument, number: int
) -> tuple[pypdfium2.PdfPage, _Pictures, bool]:
    """The page with its pictures; on a canvas far larger than paper, cut to where its pictures are."""
    page = document[number]
    width, height = page.get_size()
    if min(width, height) < 1:
        raise scan_error("broken_pdf", path)
    pictures = _pictures(path, page)
    if pictures.box is None or max(width, height) <= _LARGEST_PAPER:
        return page, pictures, False
    left, bottom, right, top = pictures.box
    if max(right - left, top - bottom) > _SMALL_ON_CANVAS * max(width, height):
        return page, pictures, False
    page.set_cropbox(left, bottom, right, top)
    page.close()
    page = document[number]
    return page, _pictures(path, page), True


def _drawing_dpi(width_pt: float, height_pt: float, native: float | None) -> float:
    """Resolution to draw a page at: that of its picture, so that no pixel is invented, within the working size."""
    dpi = native or WORK_DPI
    width, height = width_pt * dpi / POINTS_PER_INCH, height_pt * dpi / POINTS_PER_INCH
    return dpi * shrink_factor(width, height, dpi if plausible(dpi, max(width, height)) else None)


def _pictures(path: Path, page: pypdfium2.PdfPage) -> _Pictures:
    """A scan may be one picture or many strips; what lies outside the visible page does not count."""
    visible = page.get_bbox()
    page_area = _area(visible)
    found: list[tuple[float, float, _Box]] = []
    drawings = False
    for picture in page.get_objects(max_depth=_DEEPEST):
        if picture.type != pdfium.FPDF_PAGEOBJ_IMAGE:
            drawings |= picture.type != pdfium.FPDF_PAGEOBJ_FORM
            continue
        width_px, height_px = picture.get_px_size()
        if width_px * height_px > MAX_PIXELS:
            raise scan_error("too_large", path, measure((width_px, height_px)))
        left, bottom, right, top = picture.get_bounds()
        shown = _common((left, bottom, right, top), visible)
        if shown is not None and max(right - left, top - bottom) > 0:
            found.append(
                (_area(shown) / page_area, _dpi_of((width_px, height_px), (right - left, top - bottom)), shown)
            )
    if not found:
        return _Pictures(None, None)
    lefts, bottoms, rights, tops = zip(*(shown for _, _, shown in found), strict=True)
    box = (min(lefts), min(bottoms), max(rights), max(tops))
    if sum(share for share, _, _ in found) < _COVERING:
        return _Pictures(None, box)
    largest = max(share for share, _, _ in found)
    dpi = max(dpi for share, dpi, _ in found if share >= largest / 2)
    # words over a coarse picture (a watermark, an OCR layer) need the full resolution
    return _Pictures(max(dpi, float(WORK_DPI)) if drawings else dpi, box)


def _dpi_of(pixels: tuple[int, int], points: tuple[float, float]) -> float:
    """Resolution of a picture that may stand on its side: by the sides that fit each other best."""
    if min(points) <= 0:
        return max(pixels) / max(points) * POINTS_PER_INCH
    upright = (pixels[0] / points[0], pixels[1] / points[1])
    turned = (pixels[1] / points[0], pixels[0] / points[1])
    return max(upright if abs(upright[0] - upright[1]) <= abs(turned[0] - turned[1]) else turned) * POINTS_PER_INCH


def _common(one: _Box, other: _Box) -> _Box | None:
    left, bottom = max(one[0], other[0]), max(one[1], other[1])
    right, top = min(one[2], other[2]), min(one[3], other[3])
    return (left, bottom, right, top) if right > left and top > bottom else None


def _area(box: _Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _drawn_by_pdfium(page: pypdfium2.PdfPage, dpi: float) -> BgrImage:
    drawn = page.render(scale=dpi / POINTS_PER_INCH * _HAIR_LESS, rev_byteorder=False, prefer_bgrx=False).to_numpy()
    return np.ascontiguousarray(drawn[..., :3])
