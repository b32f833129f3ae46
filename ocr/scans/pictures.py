"""Image files through Pillow (HEIF through libheif): which frames are pages; any depth and colour to 8-bit BGR."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from ocr.errors import ScanError, scan_error
from ocr.images import BgrImage
from ocr.scans import heif_process
from ocr.scans.formats import is_heif, unreadable_error, unsupported_error
from ocr.scans.sizes import INCHES_A4, MAX_PIXELS, ScanPage, coarser, measure, plausible, resized, shrink_factor

__all__ = ["count_picture_pages", "open_picture_page", "to_bgr"]

MAX_JPEG_PIXELS = 170_000_000
"""JPEG decodes at half size at no cost, so it may be larger."""
_JPEG = ("JPEG", "MPO")
"""MPO is a JPEG of a phone or camera with a depth map or a preview behind it."""
_LARGE = 40_000_000
"""Pictures of more pixels are shrunk before anything else is done with them."""
_EXIF_ORIENTATION = 0x0112
"""Tag of EXIF that says how the camera was held."""
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
_ON_ITS_SIDE = (5, 6, 7, 8)
"""EXIF orientations in which width and height change places."""
_DRAFT = 0.5
"""A JPEG decoder can leave out what is not needed from half the size down."""
_EXACT_IN_FLOAT = 2**24
"""Whole numbers up to this are exact in a float of 32 bits, which OpenCV would make of them."""
_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _SUB_IFDS, _DNG_VERSION = 254, 255, 330, 50706
"""Tags of TIFF: what a frame is, frames within it; and of DNG the one that marks its files."""
_WIDTH, _LENGTH, _STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES = 256, 257, 273, 279, 324, 325
"""Tags of TIFF: size, and where the strips or tiles of a picture lie."""
_COMPRESSION = 259
"""Tag of TIFF."""
_RARE_COMPRESSIONS = (34661, 34712, 50001, 50002)
"""JBIG, JPEG 2000, WebP and JPEG XL inside a TIFF, which our TIFF library does not decode."""
_REDUCED_OR_MASK = 1 | 4
"""Bits of NewSubfileType: a smaller copy of another image of the file, a transparency mask."""
_THUMBNAIL = 500
"""Pixels: a frame as long is never taken for a preview."""
_THUMBNAIL_SHARE = 0.3
"""A frame shorter than this beside one over three times as long is its preview, tagged or not."""
_HEIF_SECONDS = 120.0
"""Seconds for one picture. By judgement."""
_WEIGHTED = {"La": "LA", "RGBa": "RGBA"}
"""Modes whose colours are weighted by their layer, which Pillow turns into nothing but these."""
_NO_DECODER = ("not available", "cannot find loader", "unsupported", "not supported", "unknown")
_JPEG_HEAD = 1 << 20
"""Bytes within which a JPEG tells its kind: behind its previews and profiles."""
_MARKER, _FRAME_HEAD = 0xFF, 5
"""The byte every marker begins with; bytes of a marker, its length and what stands behind: a frame's depth."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a frame's head, by the kind of its coding; left out are those of tables."""
_USUAL_FRAMES, _USUAL_DEPTH = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA}), 8
"""Baseline, extended and progressive, with either kind of entropy coding; bits a colour."""
_HEIF_HEAD, _TIFF_HEAD = 16, 8
"""Bytes that tell a HEIF file, and where a TIFF's first directory lies."""
_FULL_SCALES = (1.0, 255.0, 4095.0, 65535.0)
"""White where values are shares, or of 8, 12 or 16 bits."""


def count_picture_pages(path: Path) -> int:
    """How many pages an image file holds: previews, overviews and masks of a TIFF are none.

    Raises:
        ScanError: `unsupported`, `not_a_scan`, `broken_image`, `too_large`.
    """
    with _opened(path) as image:
        frames = _page_frames(path, image)
        for frame in frames:
            image.seek(frame)
            _check_size(path, image)
        return len(frames)


def open_picture_page(path: Path, page: int, enough: float) -> ScanPage:
    """Decode one page of an image file.

    Args:
        path: the file.
        page: index among its pages.
        enough: resolution that is enough.

    Raises:
        ScanError: as `count_picture_pages`; `no_such_page`.
    """
    with _opened(path) as image:
        frames = _page_frames(path, image)
        if not 0 <= page < len(frames):
            raise scan_error("no_such_page", path, str(page + 1))
        image.seek(frames[page])
        _check_size(path, image)
        return _decode(image, enough)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """The image, its header read; whatever goes wrong with it from here on becomes a `ScanError`.

    Decoders meet damaged files with exceptions of every kind (TypeError, ZeroDivisionError, struct.error ...).
    """
    try:
        # the opened file, not its name: Pillow maps named files into memory, a TIFF stored on its side wrongly
        with path.open("rb") as file:
            heif = is_heif(file.read(_HEIF_HEAD))
            file.seek(0)
            with Image.open(io.BytesIO(_decoded_heif(path)) if heif else file) as image:
                yield image
    except (ScanError, MemoryError, Image.DecompressionBombError):
        raise
    except UnidentifiedImageError as error:
        raise _not_identified(path) from error
    except OSError as error:
        if error.errno is not None:
            raise  # told by the system, not by a decoder
        if _tiff_directory(path).get(_COMPRESSION, 1) in _RARE_COMPRESSIONS:
            raise unsupported_error(path, "TIFF kiểu ít gặp") from error
        if any(words in str(error).lower() for words in _NO_DECODER):
            raise unsupported_error(path, "ảnh kiểu ít gặp") from error
        raise _not_decoded(path) from error
    except Exception as error:
        raise _not_decoded(path) from error


def _decoded_heif(path: Path) -> bytes:
    """A HEIF file as a plain picture, decoded in a process that may die of it.

    Raises:
        ScanError: `unsupported` where the library is missing, `broken_image`.
    """
    command = [sys.executable, str(Path(heif_process.__file__)), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_HEIF_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise scan_error("broken_image", path) from error
    if done.returncode == heif_process.MISSING:
        raise unsupported_error(path, "HEIC")
    if done.returncode or not done.stdout:
        raise scan_error("broken_image", path)
    return done.stdout


def _not_identified(path: Path) -> ScanError:
    """Pillow knows no such file; a TIFF whose directory makes sense is of a rare kind, not damaged."""
    error = _not_decoded(path)
    if error.code == "broken_image" and _has_tiff_directory(path):
        return unsupported_error(path, "TIFF kiểu ít gặp")
    return error


def _not_decoded(path: Path) -> ScanError:
    """What no decoder took: a JPEG that tells it is of a rare kind is not damaged."""
    error = unreadable_error(path)
    if error.code == "broken_image" and _is_rare_jpeg(path):
        return unsupported_error(path, "ảnh kiểu ít gặp")
    return error


def _is_rare_jpeg(path: Path) -> bool:
    """Whether a JPEG tells that it is of a kind hardly any program decodes: without loss, or 12 bits deep."""
    with path.open("rb") as file:
        head = file.read(_JPEG_HEAD)
    at = 2
    while head.startswith(b"\xff\xd8\xff") and at + _FRAME_HEAD <= len(head) and head[at] == _MARKER:
        marker, length, depth = head[at + 1], int.from_bytes(head[at + 2 : at + 4], "big"), head[at + 4]
        if marker in _FRAMES:
            return marker not in _USUAL_FRAMES or depth != _USUAL_DEPTH
        at += 2 + length
    return False


def _has_tiff_directory(path: Path) -> bool:
    """Whether a TIFF tells its size and where all of its pixels lie within the file."""
    try:
        directory = _tiff_directory(path)
        places = directory.get(_STRIPS) or directory.get(_TILES) or ()
        lengths = directory.get(_STRIP_BYTES) or directory.get(_TILE_BYTES) or ()
        ends = [int(start) + int(length) for start, length in zip(places, lengths, strict=True)]
        return bool(ends and directory[_WIDTH] and directory[_LENGTH]) and max(ends) <= path.stat().st_size
    except Exception:
        return False


def _tiff_directory(path: Path) -> Mapping[int, Any]:
    """The tags of a TIFF's first image; none for another or a damaged file."""
    try:
        with path.open("rb") as file:
            directory = TiffImagePlugin.ImageFileDirectory_v2(file.read(_TIFF_HEAD))
            file.seek(directory.next)
            directory.load(file)
            return dict(directory)
    except Exception:
        return {}


def _page_frames(path: Path, image: Image.Image) -> list[int]:
    """Indices of the frames that are pages; other formats than TIFF hold one page, however many frames."""
    if image.format != "TIFF":
        return [image.tell()]
    sizes: dict[int, int] = {}
    whole: list[int] = []
    for frame in range(int(getattr(image, "n_frames", 1))):
        image.seek(frame)
        tags: Any = image.tag_v2  # type: ignore[attr-defined]
        sizes[frame] = max(image.size)
        reduced = int(tags.get(_NEW_SUBFILE_TYPE, 0)) & _REDUCED_OR_MASK or tags.get(_SUBFILE_TYPE) == 2
        if not reduced:
            whole.append(frame)
        elif _SUB_IFDS in tags and _DNG_VERSION in tags:
            raise unsupported_error(path, "ảnh RAW")
    if not whole:
        return [max(sizes, key=lambda frame: sizes[frame])]
    longest = max(sizes[frame] for frame in whole)
    return [f for f in whole if sizes[f] >= _THUMBNAIL or sizes[f] >= _THUMBNAIL_SHARE * longest]


def _check_size(path: Path, image: Image.Image) -> None:
    limit = MAX_JPEG_PIXELS if image.format in _JPEG else MAX_PIXELS
    if image.width * image.height > limit:
        raise scan_error("too_large", path, measure(image.size))


def _decode(image: Image.Image, enough: float) -> ScanPage:
    # of a TIFF, Pillow gives size and pixels upright already
    orientation = 1 if image.format == "TIFF" else image.getexif().get(_EXIF_ORIENTATION, 1)
    told = _dpi_told(image)
    width, height = image.size[::-1] if orientation in _ON_ITS_SIDE else image.size
    native = told or max(width, height) / INCHES_A4
    factor = shrink_factor(width, height, told)
    factor *= coarser(native * factor, enough)
    if image.mode in _WEIGHTED:
        image = image.convert(_WEIGHTED[image.mode])
    image = _shrunk(image, factor)
    if orientation in _TURNS:
        image = image.transpose(_TURNS[orientation])
    pixels = resized(to_bgr(image), (round(width * factor), round(height * factor)))
    return ScanPage(image=pixels, dpi=native * factor, delivered_size=(width, height))


def _shrunk(image: Image.Image, factor: float) -> Image.Image:
    """A large picture made smaller before it is copied, so that opening it takes well under one gigabyte."""
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    if image.format in _JPEG and factor <= _DRAFT:
        # the decoder leaves out what is not needed, down to an eighth of the size
        image.draft(None, size)
    if factor == 1 or image.width * image.height < _LARGE or image.mode.startswith(("I", "F")):
        return image
    if _is_layered(image):
        image = image.convert("RGBA")  # black where nothing is would be ink without its layer
    elif image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    return image.resize(size, Image.Resampling.BOX)


def _is_layered(image: Image.Image) -> bool:
    """Whether the paper may shine through."""
    return image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info


def to_bgr(image: Image.Image) -> BgrImage:
    """Any Pillow mode to 8-bit BGR: bilevel, grey, palette, 16 bit, CMYK, transparent (on white paper)."""
    if image.mode.startswith(("I", "F")) or (image.mode in ("1", "L") and not _is_layered(image)):
        grey = _to_8_bit(np.asarray(image)) if image.mode.startswith(("I", "F")) else np.asarray(image.convert("L"))
        pixels: BgrImage = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
        return pixels
    if _is_layered(image):
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        image = Image.alpha_composite(paper, layered)
    pixels = cv2.cvtColor(np.asarray(image.convert("RGB")), cv2.COLOR_RGB2BGR)
    return pixels


def _to_8_bit(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """16-bit, 32-bit and float greys of either byte order; scanners use the whole range of 16 bits, some only 12."""
    if not values.dtype.isnative:
        values = values.astype(values.dtype.newbyteorder("="))  # OpenCV takes the machine's order for granted
    if values.dtype.kind == "f":
        values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    lowest = float(values.min(initial=0))
    top = float(values.max(initial=1)) - lowest
    full = next((limit for limit in _FULL_SCALES if top <= limit), top)
    # OpenCV scales row by row; the same in numpy would hold eight bytes a pixel
    if values.dtype == np.int32 and full > _EXACT_IN_FLOAT:
        values = values.astype(np.float64)
    return np.asarray(cv2.convertScaleAbs(values, alpha=255.0 / full, beta=-lowest * 255.0 / full), np.uint8)


def _dpi_told(image: Image.Image) -> float | None:
    """The resolution in the file, when the paper size that follows from it is one an office scans (A6 to A2)."""
    try:
        dpi = float(image.info.get("dpi", (0, 0))[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    return dpi if plausible(dpi, max(image.size)) else None
