"""Open scan files: the pages of PDFs and images, always 8-bit BGR.

"The scan as delivered", to which every quad refers, is the page as a viewer shows it: upright after its EXIF or TIFF
orientation, a PDF page's crop box after its rotation, a negative as a positive. Pages larger than A4 at 300 dpi needs
are shrunk while they are opened; quads are fractions, so shrinking does not move them. Sizes are checked from the
file's header before anything is decoded, so a file made to be huge is refused in milliseconds.
"""

from __future__ import annotations

import errno
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from ocr.errors import ScanError, scan_error
from ocr.images import WORK_DPI
from ocr.scans.documents import count_pdf_pages, open_pdf_page
from ocr.scans.formats import unreadable_error
from ocr.scans.negatives import is_negative
from ocr.scans.pictures import count_picture_pages, open_picture_page
from ocr.scans.sizes import ScanPage
from ocr.scans.sources import check_zip, expand_sources

__all__ = ["PageRef", "ScanPage", "expand_sources", "list_pages", "open_page"]

_NEGATIVE_REMARK = "Ảnh âm bản (chữ trắng trên nền đen): máy đã đảo lại trắng đen để đọc."
_PDF_HEAD = 1024
"""Bytes among which a PDF says that it is one, as viewers take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """One page of a scan file."""

    source: str
    page: int
    """Index among the pages of the file, from 0."""


def list_pages(path: Path | str) -> list[PageRef]:
    """Count the pages of a scan file without decoding them.

    Raises:
        ScanError: `not_found`, `unreadable`, `empty_file`, `not_a_scan`, `unsupported`, `broken_pdf`, `encrypted_pdf`,
            `broken_image`, `too_large`, and what `sources.check_zip` says of an archive that was not unpacked.
    """
    path = Path(path)
    with _explained(path):
        count = count_pdf_pages(path) if _is_pdf(path) else count_picture_pages(path)
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
        opened = open_pdf_page(path, page, dpi) if _is_pdf(path) else open_picture_page(path, page, dpi)
    if not is_negative(opened.image):
        return opened
    return replace(opened, image=np.bitwise_not(opened.image), remarks=(*opened.remarks, _NEGATIVE_REMARK))


def _is_pdf(path: Path) -> bool:
    if path.is_dir():
        raise scan_error("no_scans", path)
    if path.exists() and not path.is_file():
        raise scan_error("not_a_scan", path)  # a pipe or a device: whoever opens it waits for ever
    with path.open("rb") as file:
        head = file.read(_PDF_HEAD)
    if not head:
        raise scan_error("empty_file", path)
    if path.suffix.lower() == ".zip" and head.startswith(b"PK"):
        check_zip(path)
    return b"%PDF-" in head


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the operating system says into a `ScanError`."""
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
    return unreadable_error(path)
