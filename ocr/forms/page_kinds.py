"""Covers, closing statements, empty sheets, unused forms and cancelled pages: told from entries, and used.

Covers and closings carry values of the book. They are found as lines with the spaces of their values, so that the same
recognisers that read entries can read them; what is typed comes with its text at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cleaning.ink_amount import ink_amount
from ocr.forms.label_search import LabelIndex, TokenRow, token_rows
from ocr.images import PIXELS_PER_MM, GreyImage, PixelBox
from ocr.readings import PageKind
from ocr.tesseract import Word
from vietnamese.letters import letters_only

__all__ = ["BookLine", "PageJudgement", "is_cancelled", "is_empty_sheet", "judge_page"]


_TITLE = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
_COVER = (
    "Quyển số:", "Mở ngày:", "Khóa ngày:", "Mở sổ ngày", "Khóa sổ ngày", "Cơ quan đăng ký hộ tịch:",
    "Ủy ban nhân dân xã/phường/thị trấn:", "Huyện/quận/thị xã:", "Tỉnh/thành phố:", "BỘ TƯ PHÁP",
)  # fmt: skip
_CLOSING = (
    "CHỨNG NHẬN KHÓA SỔ", "Sổ này có", "đã đăng ký", "trường hợp", "Số trường hợp sửa chữa", "số trang bỏ trống",
    "Khóa sổ ngày",
)  # fmt: skip
_COVER_VALUES: dict[str, tuple[str, ...]] = {
    "quyenSo": ("Quyển số:",),
    "noiDangKy": ("Cơ quan đăng ký hộ tịch:", "Ủy ban nhân dân xã/phường/thị trấn:"),
    "district": ("Huyện/quận/thị xã:",),
    "province": ("Tỉnh/thành phố:",),
    "opened_on": ("Mở sổ ngày", "Mở ngày:"),
    "closed_on": ("Khóa sổ ngày", "Khóa ngày:"),
}
_CLOSING_VALUES: dict[str, tuple[str, ...]] = {
    "closed_on": ("Khóa sổ ngày",),
    "pages": ("Sổ này có",),
    "entries": ("đã đăng ký",),
    "first_number": ("từ số",),
    "last_number": ("đến số",),
}
_FURTHER_SLOTS = ("tháng", "năm")
_STOPS = frozenset(letters_only(word) for word in ("trang", "trường", "tháng", "năm"))
"""Printed words that end a value's space without beginning one of their own."""
_MAX_BLANK_MM2 = 30.0
"""Ink on a sheet that counts as empty: a few specks and the edge of a stamp. Set by eye."""
# Set by eye on drawn covers, closings and blank forms, none measured by itself.
_CLOSING_LABELS, _COVER_LABELS = 3, 3
"""Labels of a closing, or of a cover without the country's title over it, that must be there."""
_LABEL_LIKE = 0.8
"""Similarity from which printed words are a label of a cover or a closing."""
_CLOSING_SURE, _CLOSING_EACH = 0.6, 0.1
"""How sure a closing is with no label of it, and what each adds."""
_COVER_SURE, _COVER_EACH = 0.5, 0.12
"""The same of a cover."""
_SUREST, _BLANK_SURE = 0.99, 0.95
"""How sure either is at most, and an empty sheet."""
_READABLE, _READABLE_LETTERS, _READABLE_WORDS = 0.6, 3, 3
"""Words so sure and so long, and so many of them, are print or writing: the sheet is not empty."""
_EDGE = 0.04
"""Margin of an empty sheet that is not looked at, of its shorter side: shadows lie there."""
_SMALLEST = 300
"""A part narrower than this, in pixels, is too small to tell a stroke through it (25 mm)."""
_SHRINK = 4
"""Strokes through an entry are looked for on a picture this much smaller; the lengths below are in its pixels."""
_THROUGH = 0.5
"""A stroke through an entry covers so much of its shorter side."""
_HALF_TURN, _RIGHT_ANGLE, _SLANT = 180, 90, 45
"""Degrees."""
_LONG_PIECE, _FROM_45 = 12, 30
"""Pieces so long and so slanting (degrees from 45) may be of a stroke; up to `_TRIED` of the longest are tried."""
_TRIED, _SAME_ANGLE, _SAME_OFFSET = 12, 6, 8
"""Pieces of one stroke agree so well in direction (degrees) and lie so near its line."""
_LEAST_SPACE = 3 * PIXELS_PER_MM
"""A space narrower than this holds no value."""
_TO_EDGE = 0.93
"""Share of the page's width up to which a value goes that no printed word follows."""
_ABOVE_LINE, _BELOW_LINE = 8 * PIXELS_PER_MM, 3.5 * PIXELS_PER_MM
"""How far the value of a cover stands above and below its line: covers are set with wide lines. By eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """A value of the book on its cover or closing statement."""

    name: str
    """`quyenSo`, `noiDangKy`, `district`, `province`, `opened_on`, `closed_on`; of closings `pages`, `entries`,
    `first_number`, `last_number`."""
    boxes: tuple[PixelBox, ...]
    """Spaces of the value in pixels of the page: one, or day, month and year; joined by `/` when read."""
    text: str
    """What Tesseract saw there; only to be trusted for typed values."""
    confidence: float
    """0..1, of the weakest word; 0 when nothing was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageJudgement:
    """What a page without entries is."""

    kind: PageKind
    """COVER, CLOSING or BLANK."""
    confidence: float
    lines: tuple[BookLine, ...] = ()
    """Values of the book, for covers and closings."""


def judge_page(words: Sequence[Word], ink: GreyImage) -> PageJudgement | None:
    """Is this a cover, a closing statement or an empty sheet? None: none of these, look for entries.

    Args:
        words: All words of the straightened page, boxes in its pixels.
        ink: The page with paper, seals and show-through taken away (`surface.clean_surface(...).ink`).
    """
    rows = token_rows(words)
    index = LabelIndex(rows, [*_TITLE, *_COVER, *_CLOSING, *_labels(_COVER_VALUES), *_labels(_CLOSING_VALUES)])
    title, cover, closing = (_count(index, labels) for labels in (_TITLE, _COVER, _CLOSING))
    if closing >= _CLOSING_LABELS and not title and closing >= cover:
        lines = _lines(index, _CLOSING_VALUES, ink.shape[1])
        return PageJudgement(
            kind=PageKind.CLOSING, confidence=min(_SUREST, _CLOSING_SURE + _CLOSING_EACH * closing), lines=lines
        )
    if (title and cover >= 1) or cover >= _COVER_LABELS:
        sureness = min(_SUREST, _COVER_SURE + _COVER_EACH * (2 * title + cover))
        lines = _lines(index, _COVER_VALUES, ink.shape[1])
        return PageJudgement(kind=PageKind.COVER, confidence=sureness, lines=lines)
    if is_empty_sheet(words, ink):
        return PageJudgement(kind=PageKind.BLANK, confidence=_BLANK_SURE)
    return None


def _count(index: LabelIndex, labels: Sequence[str]) -> int:
    return sum(
        1
        for label in labels
        if any(hit.similarity >= _LABEL_LIKE for hits in index.hits(label).values() for hit in hits)
    )


def is_empty_sheet(words: Sequence[Word], ink: GreyImage) -> bool:
    """A sheet without print or writing; shadows at the edges do not count.

    Args:
        words: what was read on it.
        ink: (height, width) at working resolution, 0 black to 255 paper.
    """
    sure = (w for w in words if w.confidence > _READABLE)
    if sum(1 for w in sure if sum(c.isalpha() for c in w.text) >= _READABLE_LETTERS) >= _READABLE_WORDS:
        return False
    margin = round(_EDGE * min(ink.shape))
    area, _ = ink_amount(ink[margin:-margin, margin:-margin])
    return area < _MAX_BLANK_MM2


def is_cancelled(ink: GreyImage, area: PixelBox | None = None) -> bool:
    """Is the page, or the entry in `area`, struck through by a large diagonal or a cross?

    Args:
        ink: (height, width) at working resolution, 0 black to 255 paper.
        area: left, top, right, bottom in pixels; None: the whole page.
    """
    part = ink if area is None else ink[max(0, area[1]) : area[3], max(0, area[0]) : area[2]]
    if min(part.shape, default=0) < _SMALLEST:
        return False
    height, width = part.shape
    small = cv2.resize(part, (width // _SHRINK, height // _SHRINK), interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(small)[0]
    if found is None:
        return False
    segments = np.asarray(found, np.float64).reshape(-1, 4)
    return bool(_longest_diagonal(segments) > _THROUGH * min(small.shape))


def _longest_diagonal(segments: npt.NDArray[np.float64]) -> float:
    """Length of the best covered slanting line, pieces added up; both edges of a stroke count once."""
    delta = segments[:, 2:] - segments[:, :2]
    length = np.hypot(delta[:, 0], delta[:, 1])
    angle = np.degrees(np.arctan2(delta[:, 1], delta[:, 0])) % _HALF_TURN
    slanting = (length > _LONG_PIECE) & (np.abs(angle % _RIGHT_ANGLE - _SLANT) < _FROM_45)
    middle, length, angle = (segments[slanting, :2] + segments[slanting, 2:]) / 2, length[slanting], angle[slanting]
    best = 0.0
    for index in np.argsort(-length)[:_TRIED]:
        turn = np.radians(angle[index])
        offset = (middle - middle[index]) @ np.array([-np.sin(turn), np.cos(turn)])
        along = (middle - middle[index]) @ np.array([np.cos(turn), np.sin(turn)])
        same = (np.abs((angle - angle[index] + _RIGHT_ANGLE) % _HALF_TURN - _RIGHT_ANGLE) < _SAME_ANGLE) & (
            np.abs(offset) < _SAME_OFFSET
        )
        best = max(best, _covered(along[same], length[same]))
    return best


def _covered(centres: npt.NDArray[Any], lengths: npt.NDArray[Any]) -> float:
    """Length of the union of intervals on a line."""
    order = np.argsort(centres - lengths / 2)
    total, end = 0.0, -np.inf
    for low, high in zip((centres - lengths / 2)[order], (centres + lengths / 2)[order], strict=True):
        total += max(0.0, float(high - max(low, end)))
        end = max(end, float(high))
    return total


# --- values of the book ---------------------------------------------------------------------------------------------


def _labels(values: dict[str, tuple[str, ...]]) -> list[str]:
    return [label for labels in values.values() for label in labels]


def _lines(index: LabelIndex, values: dict[str, tuple[str, ...]], width: int) -> tuple[BookLine, ...]:
    spans = _printed_spans(index, _labels(values))
    found = []
    for name, labels in values.items():
        span = next((spans[label] for label in labels if label in spans), None)
        if span is not None:
            starts = {start for row, start, _ in spans.values() if row == span[0]}
            found.append(_book_line(name, index.rows[span[0]], span[2], starts, width))
    return tuple(line for line in found if line.boxes)


def _printed_spans(index: LabelIndex, labels: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    """Row, first token and end token of each label's best hit."""
    spans = {}
    for label in labels:
        hits = [hit for group in index.hits(label).values() for hit in group if hit.similarity >= _LABEL_LIKE]
        if hits:
            best = max(hits, key=lambda hit: hit.similarity)
            spans[label] = (best.row, best.start, best.end)
    return spans


def _book_line(name: str, row: TokenRow, end: int, labels: set[int], width: int) -> BookLine:
    """The spaces after a label: from its end, and for dates after `tháng` and `năm`, each to the next printed word."""
    starts = [end]
    if name.endswith("_on"):
        starts += [s for s in (_after(row, word, end) for word in _FURTHER_SLOTS) if s is not None]
    printed = labels | {i for i, token in enumerate(row.tokens) if letters_only(token.text) in _STOPS}
    boxes, texts = [], []
    sure = 1.0
    for start in starts:
        stop = min((p for p in printed if p >= start), default=len(row.tokens))
        left = row.tokens[start - 1].right
        right = row.tokens[stop].left if stop < len(row.tokens) else width * _TO_EDGE
        if right - left < _LEAST_SPACE:
            continue
        top, bottom = row.baseline - _ABOVE_LINE, row.baseline + _BELOW_LINE
        boxes.append((round(left), round(top), round(right), round(bottom)))
        tokens = [token for token in row.tokens[start:stop] if letters_only(token.text)]
        texts.append(" ".join(token.text.strip(" .…_") for token in tokens))
        sure = min([sure, *(token.confidence for token in tokens)])
    text = "/".join(texts).strip("/ ")
    return BookLine(name=name, boxes=tuple(boxes), text=text, confidence=sure if text else 0.0)


def _after(row: TokenRow, word: str, start: int) -> int | None:
    """Token after the first occurrence of a printed word from `start` on."""
    places = [i for i, token in enumerate(row.tokens) if i >= start and letters_only(token.text) == letters_only(word)]
    return places[0] + 1 if places else None
