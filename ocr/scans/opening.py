"""Open scan files: PDF through poppler (pdf2image) or pypdfium2, images through Pillow; always 8-bit BGR pages.

"The scan as delivered", to which every quad refers, is the page as an image viewer shows it: after EXIF rotation (as
`cv2.imread` loads it) and after a PDF page's own rotation. Pages larger than A4 at 300 dpi needs are shrunk while they
are opened; quads are fractions, so shrinking does not move them. Sizes are checked from the file's header before
anything is decoded, so a file made to be huge is refused in milliseconds.
"""

from __future__ import annotations

import errno
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, UnidentifiedImageError

from ocr.errors import ScanError, scan_error
from ocr.images import BgrImage
from ocr.scans.sources import check_zip, expand_sources

__all__ = ["PageRef", "ScanPage", "expand_sources", "list_pages", "open_page"]

WORK_DPI = 300
"""Resolution pages are read at; finer scans are shrunk to it, coarser ones kept as they are."""
MAX_PIXELS = 100_000_000
"""A3 at 600 dpi has 70 million; in colour this is 300 MB while it is decoded."""
MAX_JPEG_PIXELS = 170_000_000
"""JPEG decodes at half size at no cost, so it may be larger."""
_LONG_SIDE = {False: 3700, True: 5200}
"""Longest side kept: upright (A4 at 300 dpi) and landscape (an open book, A3 at 300 dpi), with a margin."""
_LARGE = 40_000_000
"""Pictures of more pixels are shrunk before anything else is done with them."""
_EXIF_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation."""
_INCHES_A4 = 297 / 25.4
_MM = 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """One page of a scan file."""

    source: str
    page: int
    """Index in the file, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPage:
    """One opened page."""

    image: BgrImage
    """Height x width x 3, uint8, BGR; the delivered page, perhaps shrunk as a whole."""
    dpi: float
    """Resolution of `image`; estimated from A4 when the file does not tell."""
    delivered_size: tuple[int, int]
    """Width and height in pixels of the scan as delivered, before any shrinking."""


def list_pages(path: Path | str) -> list[PageRef]:
    """Count the pages of a scan file without decoding them.

    Raises:
        ScanError: `not_found`, `unreadable`, `empty_file`, `not_a_scan`, `broken_pdf`, `encrypted_pdf`, `broken_image`,
            `too_large`, and what `sources.check_zip` says of an archive that was not unpacked.
    """
    path = Path(path)
    with _explained(path):
        kind = _kind_of(path)
        if kind == "pdf":
            with _pdf(path) as document:
                count = len(document)
            if count == 0:
                raise scan_error("broken_pdf", path)
        else:
            with _image(path) as image:
                _check_size(path, image)
                count = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    return [PageRef(source=str(path), page=page) for page in range(count)]


def open_page(source: Path | str, page: int = 0, *, dpi: float = WORK_DPI) -> ScanPage:
    """Read one page, at most about 300 dpi of A4 (or of A3 for an open book).

    Args:
        source: The scan file, recognised by its content, not its suffix.
        page: Index of the page in the file, from 0.
        dpi: Resolution that is enough; a coarse copy of a JPEG opens several times faster.

    Raises:
        ScanError: as `list_pages`; `no_such_page` for an index the file does not have.
    """
    path = Path(source)
    with _explained(path):
        return _open_pdf_page(path, page, dpi) if _kind_of(path) == "pdf" else _open_image_page(path, page, dpi)


# --- what kind of file it is ----------------------------------------------------------------------------------------


def _kind_of(path: Path) -> str:
    if path.is_dir():
        raise scan_error("no_scans", path)
    with path.open("rb") as file:
        head = file.read(1024)
    if not head:
        raise scan_error("empty_file", path)
    if path.suffix.lower() == ".zip" and head.startswith(b"PK"):
        check_zip(path)
    if b"%PDF-" in head:
        return "pdf"
    if path.suffix.lower() == ".pdf":
        raise scan_error("not_a_scan", path)
    return "image"


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the operating system or a decoder says into a `ScanError`."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures and odd metadata; the size is checked here before anything is decoded
            warnings.simplefilter("ignore")
            yield
    except FileNotFoundError as error:
        raise scan_error("not_found", path) from error
    except (Image.DecompressionBombError, MemoryError) as error:
        raise scan_error("too_large", path) from error
    except OSError as error:
        raise _from_os_error(path, error) from error


def _from_os_error(path: Path, error: OSError) -> ScanError:
    if error.errno == errno.ENOSPC:
        return scan_error("disk_full", path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EIO):
        return scan_error("unreadable", path)
    return scan_error("broken_image", path)


# --- images ---------------------------------------------------------------------------------------------------------


def _image(path: Path) -> Image.Image:
    try:
        return Image.open(path)
    except (UnidentifiedImageError, SyntaxError, ValueError) as error:
        if _looks_like_text(path):
            raise scan_error("not_a_scan", path) from error
        raise scan_error("broken_image", path) from error


def _looks_like_text(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(1024)
    return not any(byte < 9 for byte in head)


def _check_size(path: Path, image: Image.Image) -> None:
    limit = MAX_JPEG_PIXELS if image.format == "JPEG" else MAX_PIXELS
    if image.width * image.height > limit:
        raise scan_error("too_large", path, _measure(image.size))


def _measure(size: tuple[int, int]) -> str:
    return f" ({size[0]} x {size[1]} điểm ảnh)"


def _open_image_page(path: Path, page: int, enough: float) -> ScanPage:
    with _image(path) as image:
        try:
            image.seek(page)
        except EOFError as error:
            raise scan_error("no_such_page", path, str(page + 1)) from error
        _check_size(path, image)
        try:
            return _decode(image, enough)
        except (SyntaxError, ValueError, EOFError) as error:  # what Pillow's decoders raise on damaged data
            raise scan_error("broken_image", path) from error


def _decode(image: Image.Image, enough: float) -> ScanPage:
    orientation, told = image.getexif().get(_EXIF_ORIENTATION, 1), _dpi_told(image)
    width, height = image.size[::-1] if orientation in (5, 6, 7, 8) else image.size
    native = told or max(width, height) / _INCHES_A4
    factor = _shrink_factor(width, height, told)
    factor *= _coarser(native * factor, enough)
    image = _shrunk(image, factor)
    if orientation in _TURNS:
        image = image.transpose(_TURNS[orientation])
    pixels = _resized(_to_bgr(image), (round(width * factor), round(height * factor)))
    return ScanPage(image=pixels, dpi=native * factor, delivered_size=(width, height))


def _shrunk(image: Image.Image, factor: float) -> Image.Image:
    """A large picture made smaller before it is copied, so that opening it takes well under one gigabyte."""
    size = (round(image.width * factor), round(image.height * factor))
    if image.format == "JPEG" and factor <= 0.5:
        # the decoder leaves out what is not needed, down to an eighth of the size
        image.draft(None, (max(1, size[0]), max(1, size[1])))
    if factor == 1 or image.width * image.height < _LARGE or image.mode.startswith(("I", "F")):
        return image
    if image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    return image.resize(size, Image.Resampling.BOX)


def _to_bgr(image: Image.Image) -> BgrImage:
    """Any Pillow mode to 8-bit BGR: bilevel, grey, palette, 16 bit, CMYK, transparent (on white paper)."""
    if image.mode.startswith(("I", "F")) or image.mode in ("1", "L"):
        grey = _to_8_bit(np.asarray(image)) if image.mode.startswith(("I", "F")) else np.asarray(image.convert("L"))
        pixels: BgrImage = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
        return pixels
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        image = Image.alpha_composite(paper, layered)
    pixels = cv2.cvtColor(np.asarray(image.convert("RGB")), cv2.COLOR_RGB2BGR)
    return pixels


def _to_8_bit(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """16-bit, 32-bit and float greys; scanners use the whole range of 16 bits, some only 12 of them."""
    top = float(values.max(initial=1))
    full = next((limit for limit in (1.0, 255.0, 4095.0, 65535.0) if top <= limit), top)
    # OpenCV scales row by row; the same in numpy would hold eight bytes a pixel
    return np.asarray(cv2.convertScaleAbs(values, alpha=255.0 / full), np.uint8)


def _dpi_told(image: Image.Image) -> float | None:
    """The resolution in the file, when the paper size that follows from it is one an office scans (A6 to A2)."""
    try:
        dpi = float(image.info.get("dpi", (0, 0))[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    return dpi if _plausible(dpi, max(image.size)) else None


def _plausible(dpi: float, long_side: float) -> bool:
    return dpi > 0 and 140 <= long_side / dpi * _MM <= 640


def _shrink_factor(width: float, height: float, dpi: float | None) -> float:
    if dpi is not None and dpi <= WORK_DPI * 1.2 and max(width, height) <= _LONG_SIDE[True] * 1.5:
        return 1.0
    by_dpi = WORK_DPI / dpi if dpi is not None else 1.0
    by_size = _LONG_SIDE[width > height] / max(width, height)
    return min(1.0, by_dpi if dpi is not None else by_size, _LONG_SIDE[True] / max(width, height))


def _coarser(dpi: float, enough: float) -> float:
    """What to shrink by besides, when less than the working resolution is enough."""
    return min(1.0, enough / dpi) if enough < WORK_DPI else 1.0


def _resized(pixels: BgrImage, size: tuple[int, int]) -> BgrImage:
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    smaller: BgrImage = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return smaller


# --- PDF ------------------------------------------------------------------------------------------------------------


@contextmanager
def _pdf(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise scan_error("encrypted_pdf", path) from error
        raise scan_error("broken_pdf", path) from error
    try:
        yield document
    finally:
        document.close()


def _open_pdf_page(path: Path, number: int, enough: float) -> ScanPage:
    with _pdf(path) as document:
        if not 0 <= number < len(document):
            raise scan_error("no_such_page", path, str(number + 1))
        try:
            page = document[number]
            width_pt, height_pt = page.get_size()
            native = _native_dpi(path, page)
        except pypdfium2.PdfiumError as error:
            raise scan_error("broken_pdf", path) from error
        drawn_at = _pdf_dpi(width_pt, height_pt, native)
        full = (native or drawn_at) / 72
        coarser = _coarser(drawn_at, enough)
        drawn_at *= coarser
        if native is None and coarser == 1 and shutil.which("pdftoppm") and shutil.which("pdfinfo"):
            pixels = _drawn_by_poppler(path, number, drawn_at)
        else:
            pixels = _drawn_by_pdfium(path, page, drawn_at)
    dpi = drawn_at if _plausible(drawn_at, max(pixels.shape)) else max(pixels.shape) / _INCHES_A4
    return ScanPage(image=pixels, dpi=dpi, delivered_size=(round(width_pt * full), round(height_pt * full)))


def _pdf_dpi(width_pt: float, height_pt: float, native: float | None) -> float:
    """Resolution to draw a page at: that of its picture, so that no pixel is invented, within the working size."""
    dpi = native or WORK_DPI
    width, height = width_pt * dpi / 72, height_pt * dpi / 72
    return dpi * _shrink_factor(width, height, dpi if _plausible(dpi, max(width, height)) else None)


def _native_dpi(path: Path, page: pypdfium2.PdfPage) -> float | None:
    """Resolution of the picture a scanned page consists of; None for a page with text or drawings of its own."""
    width_pt, height_pt = page.get_size()
    best: float | None = None
    drawings = False
    for picture in page.get_objects(max_depth=3):
        if picture.type != pdfium.FPDF_PAGEOBJ_IMAGE:
            drawings |= picture.type != pdfium.FPDF_PAGEOBJ_FORM
            continue
        width_px, height_px = picture.get_px_size()
        if width_px * height_px > MAX_PIXELS:
            raise scan_error("too_large", path, _measure((width_px, height_px)))
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) >= 0.8 * width_pt * height_pt:
            long_px, long_pt = max(width_px, height_px), max(right - left, top - bottom)
            best = max(best or 0.0, long_px / long_pt * 72)
    # words over a coarse picture (a watermark, an OCR layer) need the full resolution
    return max(best, float(WORK_DPI)) if best and drawings else best


def _drawn_by_pdfium(path: Path, page: pypdfium2.PdfPage, dpi: float) -> BgrImage:
    try:
        # a hair less, because pdfium rounds up: 827.0001 pixels would become 828 and every pixel be resampled
        drawn = page.render(scale=dpi / 72 * 0.9999, rev_byteorder=False, prefer_bgrx=False).to_numpy()
        return np.ascontiguousarray(drawn[..., :3])
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise scan_error("broken_pdf", path) from error


def _drawn_by_poppler(path: Path, number: int, dpi: float) -> BgrImage:
    # imported here: the package starts poppler programs, and a machine without poppler never needs it
    from pdf2image import convert_from_path
    from pdf2image.exceptions import PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError

    try:
        drawn = convert_from_path(path, dpi=round(dpi), first_page=number + 1, last_page=number + 1, timeout=120)
    except (PDFSyntaxError, PDFPageCountError, PDFPopplerTimeoutError) as error:
        raise scan_error("broken_pdf", path) from error
    if not drawn:
        raise scan_error("broken_pdf", path)
    return _to_bgr(drawn[0])
