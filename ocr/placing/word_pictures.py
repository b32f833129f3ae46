"""Printed words found by their look, where writing over them keeps Tesseract from reading them.

On a crowded row (`số .. ngày .. tháng .. năm ..`) figures run into the words between the slots. The same words stand
elsewhere on the page (`Ngày, tháng, năm sinh`), in the same type: their picture is laid along the row.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.forms.geometry import FormGeometry
from ocr.forms.match_form import FoundLabel
from ocr.images import PixelBox
from vietnamese.letters import letters_only

__all__ = ["find_printed_word"]

_ALIKE = 0.55
"""Correlation with the word's picture from which it stands there: written-over words reach 0.6, other print 0.45."""
_MOST_PICTURES = 4
"""Pictures of a word that are tried: each costs time. By judgement."""
_SMALLEST = 8
"""Pixels of a picture: in a smaller one anything correlates. Set by eye."""
_UP_DOWN = 6
"""Pixels by which a word may stand higher or lower than the row's baseline says."""
_BLUR = (5, 5)
"""Pixels over which pictures are blurred before they are compared: printers' types differ by as much."""


def find_printed_word(
    form: FormGeometry, text: str, baseline: float, between: tuple[float, float]
) -> tuple[float, float] | None:
    """Left and right end of a word printed on a row, pixels; None where nothing looks like it.

    Args:
        form: the form on this page, whose found labels lend the pictures.
        text: the word.
        baseline: of the row.
        between: left and right end of where it may stand.
    """
    best, found = _ALIKE, None
    for number, (picture, foot) in enumerate(_pictures(form, letters_only(text))):
        if number == _MOST_PICTURES:
            break
        height, width = picture.shape
        top = max(round(baseline - foot) - _UP_DOWN, 0)
        left = max(round(between[0]), 0)
        strip = form.page.grey[top : top + height + 2 * _UP_DOWN, left : round(between[1])]
        if strip.shape[0] < height or strip.shape[1] < width:
            continue
        scores = cv2.matchTemplate(_blurred(strip), _blurred(picture), cv2.TM_CCOEFF_NORMED).max(axis=0)
        if float(scores.max()) > best:
            best, start = float(scores.max()), left + int(scores.argmax())
            found = (float(start), float(start + width))
    return found


def _pictures(form: FormGeometry, word: str) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """Pictures of a word among the labels found on the page, with how far their baseline is below their top."""
    for (_, number, piece), label in form.match.labels.items():
        words = form.template.items[number].label[piece].split()
        if label.top_baseline != label.baseline or word not in map(letters_only, words) or not label.boxes:
            continue
        for said, (left, top, right, bottom) in zip(words, _words_apart(form, label, len(words)), strict=False):
            picture = form.page.grey[top:bottom, left:right]
            if letters_only(said) == word and min(picture.shape) >= _SMALLEST:
                yield picture, label.baseline - top


def _words_apart(form: FormGeometry, label: FoundLabel, count: int) -> list[PixelBox]:
    """Boxes of a label's words: those that were read, or, where words were read as one, parted at the widest gaps."""
    boxes = [(max(round(x0), 0), max(round(y0), 0), round(x1), round(y1)) for x0, y0, x1, y1 in label.boxes]
    if len(boxes) == count:
        return boxes
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    inked = form.page.ink[top:bottom, left:right].any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[1], inked, [1]]).astype(np.int8)))
    gaps = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    inner = [gap for gap in gaps if gap[0] > 0 and gap[1] < right - left]
    widest = sorted(sorted(inner, key=lambda gap: gap[0] - gap[1])[: count - 1])
    if len(widest) < count - 1:
        return []
    starts = [0, *(end for _, end in widest)]
    ends = [*(start for start, _ in widest), right - left]
    return [(left + start, top, left + end, bottom) for start, end in zip(starts, ends, strict=True)]


def _blurred(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.GaussianBlur(picture, _BLUR, 0), np.uint8)
