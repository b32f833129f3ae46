"""The PDF of one case: small enough for the import tool (100 KB) and still readable, or reported.

Ways to compress are tried from the best to the plainest until one is small and proven readable: its strokes have
contrast, the original's ink is still there, and a recogniser reads at least 95 % of the original's sure words again.
Where every way falls short, a second look leaves out the words that the recogniser loses even between the original and
a copy no eye can tell from it. A picture with fewer than 20 sure words goes out by its strokes, its share recorded.
What no way can do then is reported, never shipped.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from exports.compression import Compressed, Tone, Way, above_limit, compress, ways_within
from exports.errors import LeftOutCode, PdfError
from exports.pictures import Picture, has_colour
from exports.readability import WORDS_TO_TRUST, PdfQuality, WordCheck, WordReader, stroke_quality

__all__ = ["RECIPE", "EntryPdf", "PdfLimits", "make_entry_pdf"]

RECIPE = "6"
"""Version of what is done to a picture; part of the key under which finished PDFs are reused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfLimits:
    """What a PDF has to keep to."""

    largest_bytes: int = 100_000
    dpi: int = 200
    keep_colour: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPdf:
    """A finished PDF."""

    data: bytes
    pages: int
    quality: PdfQuality


def make_entry_pdf(
    pictures: Sequence[Picture],
    limits: PdfLimits | None = None,
    *,
    read_words: WordReader | None = None,
    accept_oversize: bool = False,
) -> EntryPdf:
    """The PDF of one case, one page a picture.

    Args:
        pictures: the case's region on each page it stands on, in order.
        limits: size, resolution and colour.
        read_words: a recogniser; 95 % of the words it reads surely in the original must be read again in the result.
        accept_oversize: return the smallest readable PDF even when it is above the limit.

    Raises:
        PdfError: no way gives a readable PDF within the limit (`unreadable_in_limit`), or there is no picture.
        OcrError: the recogniser is missing or failed.
    """
    limits = limits or PdfLimits()
    if not pictures or any(p.image.size == 0 for p in pictures):
        raise PdfError(
            LeftOutCode.NO_PICTURE, "Trường hợp này chưa có ảnh trang. Hãy quét hoặc nhập lại trang rồi xuất lại."
        )
    check = WordCheck.of(pictures, read_words) if read_words else None
    coloured = limits.keep_colour and any(has_colour(p.image) for p in pictures)
    tries: list[tuple[list[Way], int | None]] = [(ways_within(limits.dpi, colour=coloured), limits.largest_bytes)]
    if accept_oversize:
        tries.append((above_limit(limits.dpi), None))
    most_kept = 0.0
    for ways, largest in tries:
        candidates = []
        for candidate in _candidates(pictures, ways, largest, check):
            if candidate.pdf.quality.readable:
                return candidate.pdf
            candidates.append(candidate)
        best = _second_look(candidates, check)
        if best is not None and (best.quality.readable or best.quality.passable):
            return best
        if best is not None:
            most_kept = max(most_kept, best.quality.words_kept or 0.0)
    raise PdfError(LeftOutCode.UNREADABLE_IN_LIMIT, _reported(limits, most_kept, accept_oversize))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A PDF with the words read in it."""

    pdf: EntryPdf
    found: tuple[Counter[str], ...]


def _candidates(
    pictures: Sequence[Picture], ways: Sequence[Way], largest: int | None, check: WordCheck | None
) -> Iterator[_Candidate]:
    """The PDFs of the ways that fit, each measured; a lower quality is tried only where a higher one does not fit."""
    fitting: set[tuple[Tone, int]] = set()
    for way in ways:
        if (way.tone, way.dpi) in fitting:
            continue
        # Two tones can turn bleed-through into ink unseen by the other measures, so they need words as proof.
        if way.tone is Tone.TWO_TONE and (check is None or check.words < WORDS_TO_TRUST):
            continue
        made = compress(pictures, way, largest)
        if made is None:
            continue
        fitting.add((way.tone, way.dpi))
        found = check.found(made.after) if check else ()
        yield _Candidate(pdf=_measured(made, check, found), found=found)


def _second_look(candidates: Sequence[_Candidate], check: WordCheck | None) -> EntryPdf | None:
    """The first candidate readable by the steady words of the original alone; else the one that keeps most of them."""
    if check is None or not candidates:
        return None
    steady = check.steadied()
    unsteady = check.words - steady.words
    looked = [
        replace(c.pdf, quality=replace(c.pdf.quality, words_kept=_share(steady.kept(c.found)), words_unsteady=unsteady))
        for c in candidates
    ]
    return max(looked, key=lambda pdf: (pdf.quality.readable, 0.0 if pdf.quality.readable else pdf.quality.words_kept))


def _measured(made: Compressed, check: WordCheck | None, found: Sequence[Counter[str]]) -> EntryPdf:
    strokes = [stroke_quality(before, after) for before, after in zip(made.before, made.after, strict=True)]
    quality = PdfQuality(
        way=made.way.tone.value,
        dpi=made.way.dpi,
        jpeg_quality=made.jpeg_quality,
        contrast=round(min(contrast for contrast, _ in strokes), 3),
        ink_kept=round(min(ink for _, ink in strokes), 3),
        words_kept=_share(check.kept(found)) if check else None,
        words_read=check.words if check else 0,
    )
    return EntryPdf(data=made.pdf, pages=len(made.after), quality=quality)


def _share(kept: float | None) -> float | None:
    """Four digits, never rounded up to the limit."""
    return None if kept is None else math.floor(kept * 10_000) / 10_000


def _reported(limits: PdfLimits, most_kept: float, any_size: bool) -> str:
    percent = f"{math.floor(most_kept * 1000) / 10:.1f}".replace(".", ",")
    share = f" (nhiều nhất {percent} % số chữ còn đọc lại được)" if most_kept else ""
    if any_size:
        return f"Ảnh quá mờ nên không làm được PDF đọc được{share}. Hãy quét lại trang rõ hơn rồi xuất lại."
    return (
        f"Không thể nén ảnh xuống {limits.largest_bytes // 1000} KB mà vẫn đọc được{share}. Hãy quét lại trang rõ hơn, "
        "hoặc tăng giới hạn dung lượng PDF trong phần cấu hình."
    )
