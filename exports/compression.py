"""Ways to make the pictures of a case small, from the best to the plainest, and their wrapping as a PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import img2pdf
import numpy as np
from PIL import Image as PillowImage

from exports.errors import LeftOutCode, PdfError
from exports.pictures import Image, Picture, as_grey, brought_to, flatten_paper

__all__ = ["Compressed", "Tone", "Way", "above_limit", "compress", "ways_within"]

_PDF_OVERHEAD = 1_200
"""Bytes of a one-page PDF around its picture; each further page adds less."""
_BEST_QUALITY = 85
"""The most that JPEG's quality is raised to. No measurement is on record."""
_TWO_TONE_DPI = 300
"""Black and white needs more pixels than grey for the same letters. No measurement is on record."""
_INK_BELOW = 150
"""Flattened grey below which two tones take a pixel for ink."""


class Tone(StrEnum):
    """What is kept of the colours."""

    COLOUR = "colour"
    GREY = "grey"
    SMOOTHED = "smoothed"
    """Grey, noise smoothed away before."""
    TWO_TONE = "two-tone"
    """Ink or paper and nothing between, at a higher resolution (CCITT group 4): a third of the bytes, no seal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to prepare and compress the pictures."""

    tone: Tone
    dpi: int
    lowest_quality: int = 0
    """JPEG quality below which another way reads better."""


_WAYS = (
    *(Way(tone=Tone.COLOUR, dpi=d, lowest_quality=q) for d, q in ((200, 16), (185, 14), (170, 12))),
    *(Way(tone=Tone.GREY, dpi=d, lowest_quality=q) for d, q in ((200, 16), (185, 14), (170, 14), (200, 10))),
    Way(tone=Tone.TWO_TONE, dpi=_TWO_TONE_DPI),
    *(Way(tone=Tone.SMOOTHED, dpi=d, lowest_quality=10) for d in (170, 150, 130)),
)
"""A little less resolution reads better than a very low JPEG quality: at 185 dpi and quality 16 a recogniser finds 96 %
of the words again, at 200 dpi and 13 it finds 92 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compressed:
    """Pictures of a case compressed in one way."""

    way: Way
    jpeg_quality: int | None
    pdf: bytes
    before: tuple[Image, ...]
    """The flattened pictures that were compressed."""
    after: tuple[Image, ...]
    """What a viewer shows of them."""


def ways_within(dpi: int, *, colour: bool) -> list[Way]:
    """All ways at most as fine as the office wants, the best first."""
    finest = [Way(tone=tone, dpi=dpi, lowest_quality=16) for tone in (Tone.COLOUR, Tone.GREY)]
    ways = [finest[0], *(w for w in _WAYS if w.tone is Tone.COLOUR)] if colour else []
    ways += [finest[1], *(w for w in _WAYS if w.tone is not Tone.COLOUR)]
    bounded = (w if w.tone is Tone.TWO_TONE else replace(w, dpi=min(w.dpi, dpi)) for w in ways)
    return list(dict.fromkeys(bounded))


def above_limit(dpi: int) -> list[Way]:
    """Ways that disregard the limit, the smallest first."""
    finer = (Way(tone=Tone.GREY, dpi=d, lowest_quality=q) for d, q in ((dpi, 40), (300, 50), (300, _BEST_QUALITY)))
    return list(finer)


def compress(pictures: Sequence[Picture], way: Way, largest: int | None) -> Compressed | None:
    """Compress pictures in one way, with the highest JPEG quality that fits.

    Args:
        pictures: the case's region on each page.
        way: how.
        largest: bytes the PDF may have; None for the way's lowest quality whatever its size.

    Returns:
        None when the way does not fit.
    """
    flat = tuple(_prepared(picture, way) for picture in pictures)
    resolutions = [min(picture.dpi, way.dpi) for picture in pictures]
    if way.tone is Tone.TWO_TONE:
        pdf = _wrap([_png(image) for image in flat], resolutions)
        fits = largest is None or len(pdf) <= largest
        return Compressed(way=way, jpeg_quality=None, pdf=pdf, before=flat, after=flat) if fits else None
    budget = None if largest is None else largest - _PDF_OVERHEAD - 600 * (len(flat) - 1)
    found = _best_jpegs(flat, budget, way.lowest_quality)
    if found is None:
        return None
    quality, jpegs = found
    after = tuple(_decoded(jpeg) for jpeg in jpegs)
    return Compressed(way=way, jpeg_quality=quality, pdf=_wrap(jpegs, resolutions), before=flat, after=after)


def _prepared(picture: Picture, way: Way) -> Image:
    image = brought_to(picture.image, way.dpi, of=picture.dpi)
    if way.tone is Tone.COLOUR:
        return flatten_paper(image)
    grey = as_grey(image)
    if way.tone is Tone.SMOOTHED:
        grey = np.asarray(cv2.bilateralFilter(grey, 5, 30, 3), np.uint8)
    flat = flatten_paper(grey)
    return np.where(flat < _INK_BELOW, 0, 255).astype(np.uint8) if way.tone is Tone.TWO_TONE else flat


def _best_jpegs(flat: Sequence[Image], budget: int | None, lowest: int) -> tuple[int, list[bytes]] | None:
    """The highest quality at which all pages together fit; None when even the lowest does not."""
    best = lowest, [_jpeg(image, lowest) for image in flat]
    if budget is None:
        return best
    if sum(map(len, best[1])) > budget:
        return None
    low, high = lowest + 1, _BEST_QUALITY
    while low <= high:
        middle = (low + high) // 2
        jpegs = [_jpeg(image, middle) for image in flat]
        if sum(map(len, jpegs)) <= budget:
            best, low = (middle, jpegs), middle + 1
        else:
            high = middle - 1
    return best


def _jpeg(image: Image, quality: int) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1, cv2.IMWRITE_JPEG_PROGRESSIVE, 0]
    done, data = cv2.imencode(".jpg", image, options)
    if not done:
        raise PdfError(LeftOutCode.NO_PICTURE, "Không nén được ảnh của trường hợp này. Hãy quét hoặc nhập lại trang.")
    return data.tobytes()


def _decoded(jpeg: bytes) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_UNCHANGED), np.uint8)


def _png(two_tone: Image) -> bytes:
    """One bit a pixel; img2pdf turns such a picture into CCITT group 4."""
    buffer = io.BytesIO()
    PillowImage.fromarray(two_tone).convert("1", dither=PillowImage.Dither.NONE).save(buffer, "PNG")
    return buffer.getvalue()


def _wrap(pictures: Sequence[bytes], dpis: Sequence[float]) -> bytes:
    """The pictures as pages of a PDF without dates or random identifiers; a page is as large as what was scanned."""
    resolutions = iter(dpis)

    def layout(width: int, height: int, _: object) -> tuple[float, float, float, float]:
        points = 72 / next(resolutions)  # img2pdf asks once a picture, in order
        return width * points, height * points, width * points, height * points

    return bytes(img2pdf.convert(list(pictures), layout_fun=layout, nodate=True, engine=img2pdf.Engine.internal))
