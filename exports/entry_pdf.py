"""The PDF of one case: small enough for the import tool (100 KB) and still readable.

The scan squeezed to that size is unreadable, because most of the bytes go into paper and noise. So the paper is
flattened to white first, then the picture is brought to 200 dpi or somewhat less and compressed with the highest
JPEG quality that fits. Red seals and coloured ink stay coloured where the size allows. Readability is measured on the
compressed picture: by the contrast of its strokes, by how much of the original's ink is still there, and, where a
recogniser is passed in, by the words it still reads. A case that cannot be made readable is reported, never shipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import cv2
import img2pdf
import numpy as np
import numpy.typing as npt

from exports.errors import PdfError

__all__ = ["RECIPE", "EntryPdf", "PdfLimits", "PdfQuality", "Picture", "WordReader", "flatten_paper", "make_entry_pdf"]

Image: TypeAlias = npt.NDArray[np.uint8]
WordReader: TypeAlias = Callable[[Image], Sequence[tuple[str, float]]]
"""Reads the words of a grey or BGR picture, each with a confidence from 0 to 1; order does not matter."""

RECIPE = "2"
"""Version of what this file does to a picture; part of the key under which finished PDFs are reused."""

_PDF_OVERHEAD = 1_200
"""Bytes of a one-page PDF around its JPEG; each further page adds less."""
_LOWEST_CONTRAST = 0.30
_LOWEST_INK_KEPT = 0.90
_GOOD_WORDS_KEPT = 0.95
_LOWEST_WORDS_KEPT = 0.90
"""The same recogniser loses 2 to 3 words in 100 between two equally good copies, so between the two numbers the best
way is taken; below the lower one a page is not shipped."""
_SURE_WORD = 0.9
"""Only words read this surely in the original are looked for: of the others a recogniser loses a third even when the
same picture is merely turned to grey."""
_BEST_QUALITY = 85
_COLOUR_WAYS = ((200, 16), (185, 14), (170, 12))
_GREY_WAYS = ((200, 16), (185, 14), (170, 14), (200, 10))
_ROUGH_WAYS = ((170, 10), (150, 10), (130, 10))
"""Resolution and lowest JPEG quality of each way, the last ones smoothed. Measured on synthetic pages of ten forms:
at 185 dpi and quality 16 a recogniser finds 96 % of the words again, at 200 dpi and 13 it finds 92 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page or a part of it, upright and straightened."""

    image: Image
    """BGR or grey, 8 bits."""
    dpi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfLimits:
    """What a PDF has to keep to."""

    largest_bytes: int = 100_000
    dpi: int = 200
    keep_colour: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfQuality:
    """What the compressed pictures are like; kept in the manifest."""

    colour: bool
    dpi: int
    jpeg_quality: int
    contrast: float
    """Paper minus strokes, 0..1, the worst page."""
    ink_kept: float
    """Share of the original's stroke pixels that are still dark where they were, the worst page."""
    words_kept: float | None
    """Share of the original's words read again; None when no recogniser was at hand."""

    @property
    def readable(self) -> bool:
        """Whether a person can be expected to read it."""
        words = self.words_kept is None or self.words_kept >= _LOWEST_WORDS_KEPT
        return self.contrast >= _LOWEST_CONTRAST and self.ink_kept >= _LOWEST_INK_KEPT and words


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPdf:
    """A finished PDF."""

    data: bytes
    pages: int
    quality: PdfQuality

    def fits(self, limits: PdfLimits) -> bool:
        """Whether it keeps to the size limit."""
        return len(self.data) <= limits.largest_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """One way to prepare the pictures."""

    dpi: int
    lowest_quality: int
    colour: bool = False
    smooth: bool = False


def make_entry_pdf(
    pictures: Sequence[Picture],
    limits: PdfLimits | None = None,
    *,
    read_words: WordReader | None = None,
    accept_oversize: bool = False,
) -> EntryPdf:
    """The PDF of one case, one page a picture.

    Ways are tried from the best to the plainest (colour, grey, smoothed, lower resolution) until one is small and
    readable.

    Args:
        pictures: the case's region on each page it stands on, in order.
        limits: size, resolution and colour.
        read_words: a recogniser; the words it reads in the original must be read again in the result.
        accept_oversize: return the smallest readable PDF even when it is above the limit.

    Raises:
        PdfError: no way gives a readable PDF within the limit (`unreadable_in_limit`), or there is no picture.
    """
    limits = limits or PdfLimits()
    if not pictures or any(p.image.size == 0 for p in pictures):
        raise PdfError("no_picture", "Trường hợp này chưa có ảnh trang. Hãy quét hoặc nhập lại trang rồi xuất lại.")
    expected = [_sure_words(read_words(p.image)) for p in pictures] if read_words else []
    coloured = limits.keep_colour and any(_has_colour(p.image) for p in pictures)
    best: EntryPdf | None = None
    for attempt in _attempts(limits, coloured):
        result = _try(pictures, attempt, limits, read_words, expected)
        if result is None or not result.quality.readable:
            continue
        if result.quality.words_kept is None or result.quality.words_kept >= _GOOD_WORDS_KEPT:
            return result
        if best is None or result.quality.words_kept > (best.quality.words_kept or 0.0):
            best = result
    if best is not None:
        return best
    if accept_oversize:
        return _oversize(pictures, limits, read_words, expected)
    raise PdfError(
        "unreadable_in_limit",
        f"Không thể nén ảnh xuống {limits.largest_bytes // 1000} KB mà vẫn đọc được. Hãy quét lại trang rõ hơn, hoặc "
        "tăng giới hạn dung lượng PDF trong phần cấu hình.",
    )


def _has_colour(image: Image) -> bool:
    """Whether there is a seal, a stamp or coloured ink worth the bytes of colour."""
    if image.ndim == 2:
        return False
    small = cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    return float((_colour_spread(np.asarray(small, np.uint8)) > 60).mean()) > 0.001


def _colour_spread(image: Image) -> npt.NDArray[np.int16]:
    return np.asarray(image.max(axis=2).astype(np.int16) - image.min(axis=2), np.int16)


def _attempts(limits: PdfLimits, coloured: bool) -> list[_Attempt]:
    """Ways from the best to the plainest: a little less resolution reads better than a very low JPEG quality."""
    finest = (limits.dpi, 16)
    colour = [_Attempt(colour=True, dpi=d, lowest_quality=q) for d, q in (finest, *_COLOUR_WAYS) if coloured]
    grey = [_Attempt(dpi=d, lowest_quality=q) for d, q in (finest, *_GREY_WAYS)]
    rough = [_Attempt(dpi=d, lowest_quality=q, smooth=True) for d, q in _ROUGH_WAYS]
    ways = [replace(way, dpi=min(way.dpi, limits.dpi)) for way in (*colour, *grey, *rough)]
    return list(dict.fromkeys(ways))


def _try(
    pictures: Sequence[Picture],
    attempt: _Attempt,
    limits: PdfLimits,
    read_words: WordReader | None,
    expected: Sequence[Counter[str]],
) -> EntryPdf | None:
    flat = [_prepare(p, attempt) for p in pictures]
    budget = limits.largest_bytes - _PDF_OVERHEAD - 600 * (len(flat) - 1)
    found = _best_quality(flat, budget, attempt.lowest_quality)
    if found is None:
        return None
    quality, jpegs = found
    return _finish(pictures, flat, jpegs, attempt, quality, read_words, expected)


def _finish(
    pictures: Sequence[Picture],
    flat: Sequence[Image],
    jpegs: Sequence[bytes],
    attempt: _Attempt,
    quality: int,
    read_words: WordReader | None,
    expected: Sequence[Counter[str]],
) -> EntryPdf:
    decoded = [_decode(j) for j in jpegs]
    scale = [max(1.0, p.dpi / attempt.dpi) for p in pictures]
    measured = [_stroke_quality(before, after) for before, after in zip(flat, decoded, strict=True)]
    return EntryPdf(
        data=_wrap(jpegs, [min(p.dpi, attempt.dpi) for p in pictures]),
        pages=len(jpegs),
        quality=PdfQuality(
            colour=attempt.colour,
            dpi=attempt.dpi,
            jpeg_quality=quality,
            contrast=round(min(c for c, _ in measured), 3),
            ink_kept=round(min(k for _, k in measured), 3),
            words_kept=_words_kept(decoded, scale, read_words, expected),
        ),
    )


def _oversize(
    pictures: Sequence[Picture],
    limits: PdfLimits,
    read_words: WordReader | None,
    expected: Sequence[Counter[str]],
) -> EntryPdf:
    quality = 40
    attempt = _Attempt(dpi=limits.dpi, lowest_quality=quality)
    flat = [_prepare(p, attempt) for p in pictures]
    return _finish(pictures, flat, [_jpeg(f, quality) for f in flat], attempt, quality, read_words, expected)


def _prepare(picture: Picture, attempt: _Attempt) -> Image:
    image = _resample(picture, attempt.dpi)
    if attempt.colour and image.ndim == 3:
        return flatten_paper(image)
    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    if attempt.smooth:
        grey = cv2.bilateralFilter(grey, 5, 30, 3)
    return flatten_paper(np.asarray(grey, np.uint8))


def _resample(picture: Picture, dpi: int) -> Image:
    scale = dpi / picture.dpi if picture.dpi > 0 else 1.0
    if scale >= 1.0:  # enlarging adds bytes and no information
        return picture.image
    return np.asarray(cv2.resize(picture.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def flatten_paper(image: Image) -> Image:
    """Even out light and paper to white and keep the strokes; colours keep their hue where they are strong.

    Args:
        image: BGR or grey picture at about 200 dpi.

    Returns:
        The picture with paper at 255, same shape.
    """
    channels = [_flatten_channel(np.ascontiguousarray(c)) for c in cv2.split(image)] if image.ndim == 3 else []
    if not channels:
        return _flatten_channel(image)
    return _mute_weak_colour(np.asarray(cv2.merge(channels), np.uint8))


def _flatten_channel(channel: Image) -> Image:
    """Divide by the local paper brightness, then push paper noise to white and stretch the ink towards black."""
    small = cv2.resize(channel, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13)))
    paper = cv2.GaussianBlur(cv2.medianBlur(paper, 15), (0, 0), 5)
    paper = cv2.resize(paper, (channel.shape[1], channel.shape[0]), interpolation=cv2.INTER_LINEAR)
    ratio = channel.astype(np.float32) / np.maximum(paper.astype(np.float32), 1.0)
    sample = ratio[::3, ::3]  # enough to know paper and ink by; sorting every pixel took half of the time
    noise = float(np.median(np.abs(sample - np.median(sample)))) * 1.4826
    white = float(np.clip(1.0 - 3.0 * noise - 0.06, 0.72, 0.94))
    ink = sample[sample < white - 0.12]
    black = float(np.percentile(ink, 10)) if ink.size > 60 else 0.3
    black = float(np.clip(black, 0.0, 0.55))
    stretched = (ratio - black) / max(white - black, 0.1)
    return np.asarray(np.clip(stretched * 255.0, 0, 255), np.uint8)


def _mute_weak_colour(image: Image) -> Image:
    """Grey where the colour is weak (paper tint, JPEG fringes), so that its bytes go to the strokes."""
    strong = (cv2.GaussianBlur(_colour_spread(image).astype(np.float32), (0, 0), 2) > 40).astype(np.uint8)
    strong = np.asarray(cv2.dilate(strong, np.ones((5, 5), np.uint8)), np.uint8)
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return np.where(strong[..., None] > 0, image, np.repeat(grey[..., None], 3, axis=2)).astype(np.uint8)


def _best_quality(flat: Sequence[Image], budget: int, lowest: int) -> tuple[int, list[bytes]] | None:
    """The highest quality at which all pages together fit; None when even the lowest does not."""
    best: tuple[int, list[bytes]] | None = None
    low, high = lowest, _BEST_QUALITY
    while low <= high:
        middle = (low + high) // 2 if best else lowest
        jpegs = [_jpeg(f, middle) for f in flat]
        if sum(map(len, jpegs)) <= budget:
            best, low = (middle, jpegs), middle + 1
        else:
            high = middle - 1
    return best


def _jpeg(image: Image, quality: int) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1, cv2.IMWRITE_JPEG_PROGRESSIVE, 0]
    done, data = cv2.imencode(".jpg", image, options)
    if not done:
        raise PdfError("no_picture", "Không nén được ảnh của trường hợp này. Hãy quét hoặc nhập lại trang.")
    return data.tobytes()


def _decode(jpeg: bytes) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_UNCHANGED), np.uint8)


def _grey(image: Image) -> Image:
    return image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)


def _stroke_quality(before: Image, after: Image) -> tuple[float, float]:
    """Contrast of the strokes in the compressed picture, and the share of ink that is still there.

    Both refer to the strokes of the flattened picture; a page without strokes counts as readable.
    """
    reference, result = _grey(before), _grey(after)
    strokes = reference < 140
    if strokes.sum() < 50:
        return 1.0, 1.0
    paper = float(np.median(result[reference > 230][::7])) if (reference > 230).any() else 255.0
    contrast = (paper - float(np.median(result[strokes]))) / 255.0
    still_dark = cv2.erode(result, np.ones((3, 3), np.uint8)) < (paper + 140) / 2
    return contrast, float(still_dark[strokes].mean())


def _sure_words(words: Sequence[tuple[str, float]]) -> Counter[str]:
    return Counter(word for word, confidence in words if confidence >= _SURE_WORD and len(word) > 1)


def _words_kept(
    decoded: Sequence[Image],
    scale: Sequence[float],
    read_words: WordReader | None,
    expected: Sequence[Counter[str]],
) -> float | None:
    """Share of the original's sure words found again, both read at the original's resolution."""
    if read_words is None:
        return None
    total = sum(sum(words.values()) for words in expected)
    if not total:
        return 1.0
    kept = 0
    for image, factor, words in zip(decoded, scale, expected, strict=True):
        again = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        kept += sum((words & Counter(word for word, _ in read_words(np.asarray(again, np.uint8)))).values())
    return round(kept / total, 3)


def _wrap(jpegs: Sequence[bytes], dpis: Sequence[float]) -> bytes:
    """The JPEGs as pages of a PDF without dates or random identifiers; a page is as large as what was scanned."""
    resolutions = iter(dpis)

    def layout(width: int, height: int, _: object) -> tuple[float, float, float, float]:
        points = 72 / next(resolutions)  # img2pdf asks once a picture, in order
        return width * points, height * points, width * points, height * points

    return bytes(img2pdf.convert(list(jpegs), layout_fun=layout, nodate=True, engine=img2pdf.Engine.internal))
