"""Rubber stamps: the red boxed kind of registration in the notes column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from rapidfuzz import fuzz

from ocr.cleaning.surface import flatten_light
from ocr.images import GREY_EDGE, PAPER, PIXELS_PER_MM, WORK_DPI, BgrImage, GreyImage, Mask, PixelBox
from ocr.tesseract import Word, read_words
from vietnamese.letters import letters_only

__all__ = ["RegistrationStamp", "StampReading", "read_stamps", "stamp_in_text"]


class RegistrationStamp(StrEnum):
    """Kinds of registration that offices stamp into the notes column; on time is never stamped."""

    REPEATED = "repeated"
    """ĐĂNG KÝ LẠI."""
    LATE = "late"
    """ĐĂNG KÝ QUÁ HẠN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StampReading:
    """One boxed stamp."""

    kind: RegistrationStamp | None
    """None: a boxed stamp is there but its words are none of the known."""
    text: str
    """As read, one space between words."""
    confidence: float
    """0..1 that `kind` is right."""
    box: PixelBox
    """left, top, right, bottom in pixels of the crop."""


_PHRASES = {RegistrationStamp.REPEATED: ("dangkylai",), RegistrationStamp.LATE: ("dangkyquahan", "quahan")}
_MIN_MM, _MAX_MM = (14.0, 4.0), (75.0, 30.0)
"""Width and height of a boxed stamp, at least and at most. These and the following were set by eye, none measured."""
_FEWEST_LETTERS, _LIKE_PHRASE = 5, 0.7
"""Letters that tell a stamp, and their likeness (0..1) to its words."""
_DARK = 205
"""Grey level below which print on a grey scan counts as ink."""
_RED, _RED_LIGHT = 35, 110
"""How much more red than green and blue the ink of a stamp is, and how light its red channel, of 255."""
_LONGER_THAN_HIGH, _MOST_TILTED = 1.7, 25
"""Shape and tilt (degrees) that a boxed stamp has and a round seal has not."""
_ROOM = 24
"""Pixels added around a stamp when it is turned level."""
_JOINED = 2.5 * PIXELS_PER_MM
"""Ink of one stamp stands nearer than this."""
_SHORTEST_RULE, _OF_WIDTH = 9, 5
"""A line along a stamp is a rule from so many pixels and a fifth of its width on."""
_SUREST, _BY_LIKENESS, _BY_WORDS = 0.99, 0.8, 0.2
"""Most that a stamp may claim; how much of it hangs on the likeness of its words, and on how clearly they were read."""
_AROUND = 20
"""Pixels of paper that Tesseract wants around print."""
_FRAME_WIDE, _FRAME_HIGH = 0.75, 0.8
"""Ink that runs along so much of the stamp is its box."""


def stamp_in_text(text: str) -> tuple[RegistrationStamp | None, float]:
    """The kind of registration a stamp's words name, tones and slips aside, and how alike they are (0..1)."""
    read = letters_only(text)
    if len(read) < _FEWEST_LETTERS:
        return None, 0.0
    scores = {kind: max(fuzz.ratio(read, p) for p in phrases) / 100 for kind, phrases in _PHRASES.items()}
    kind = max(scores, key=lambda k: scores[k])
    return (kind, scores[kind]) if scores[kind] >= _LIKE_PHRASE else (None, scores[kind])


def read_stamps(notes_crop: BgrImage) -> list[StampReading]:
    """Read the boxed stamps of a notes column, from the top.

    Red ink is looked for first; on a grey scan any boxed print of a stamp's size is taken.

    Args:
        notes_crop: Colour crop of a straightened page at about 300 dpi.
    """
    flat = flatten_light(notes_crop)
    blue_green = cv2.min(flat[..., 0], flat[..., 1])
    red = _red(flat)
    readings = [_read(blue_green, red, spot, boxed_only=False) for spot in _spots(red)]
    if not readings:
        dark: Mask = (blue_green < _DARK).astype(np.uint8) * 255
        readings = [_read(blue_green, dark, spot, boxed_only=True) for spot in _spots(dark)]
    return sorted((r for r in readings if r is not None), key=lambda r: r.box[1])


def _red(flat: BgrImage) -> Mask:
    blue, green, red = cv2.split(flat)
    excess = cv2.subtract(red, cv2.max(blue, green))
    mask: Mask = ((excess > _RED) & (red > _RED_LIGHT)).astype(np.uint8) * 255
    opened: Mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return opened


def _spots(mask: Mask) -> Iterator[tuple[tuple[float, float], tuple[float, float], float]]:
    """Tilted rectangles (centre, size, degrees) around ink of a stamp's size and shape; round seals are left out."""
    near = round(_JOINED)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((near, near), np.uint8))
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        centre, (width, height), degrees = cv2.minAreaRect(contour)
        if width < height:
            width, height, degrees = height, width, degrees - 90
        degrees = (degrees + 90) % 180 - 90
        in_size = (
            _MIN_MM[0] <= width / PIXELS_PER_MM <= _MAX_MM[0] and _MIN_MM[1] <= height / PIXELS_PER_MM <= _MAX_MM[1]
        )
        if in_size and width > _LONGER_THAN_HIGH * height and abs(degrees) < _MOST_TILTED:
            yield centre, (width, height), degrees


def _read(
    grey: GreyImage,
    mask: Mask,
    spot: tuple[tuple[float, float], tuple[float, float], float],
    *,
    boxed_only: bool,
) -> StampReading | None:
    centre, (width, height), degrees = spot
    size = (int(width) + _ROOM, int(height) + _ROOM)
    turn = cv2.getRotationMatrix2D(centre, degrees, 1.0)
    turn[:, 2] += (size[0] / 2 - centre[0], size[1] / 2 - centre[1])
    level_mask = cv2.warpAffine(mask, turn, size)
    letters = cv2.warpAffine(grey, turn, size, borderValue=PAPER)
    letters[cv2.dilate(level_mask, GREY_EDGE) == 0] = PAPER
    framed = _without_frame(letters, level_mask)
    if boxed_only and not framed:
        return None
    words = read_words(_padded(letters), dpi=WORK_DPI, sparse=False)
    text = " ".join(w.text for w in words if any(c.isalnum() for c in w.text))
    kind, likeness = stamp_in_text(text)
    if boxed_only and kind is None:
        return None
    return StampReading(kind=kind, text=text, confidence=_confidence(likeness, words), box=_around(spot, grey.shape))


def _without_frame(letters: GreyImage, mask: Mask) -> bool:
    """Erase the parts that run along nearly the whole stamp: its box. In place; tells whether there was one."""
    _, parts, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    frame = (width > _FRAME_WIDE * (mask.shape[1] - _ROOM)) | (height > _FRAME_HIGH * (mask.shape[0] - _ROOM))
    frame[0] = False
    run = max(_SHORTEST_RULE, mask.shape[1] // _OF_WIDTH)
    rules = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    lines = cv2.dilate(rules, GREY_EDGE) > 0
    letters[cv2.dilate((frame[parts]).astype(np.uint8), GREY_EDGE) > 0] = PAPER
    letters[lines] = PAPER
    return bool(frame.any())


def _confidence(likeness: float, words: list[Word]) -> float:
    clear = float(np.mean([w.confidence for w in words])) if words else 0.0
    return max(0.0, min(_SUREST, likeness * (_BY_LIKENESS + _BY_WORDS * clear)))


def _around(spot: tuple[tuple[float, float], tuple[float, float], float], shape: tuple[int, ...]) -> PixelBox:
    corners = cv2.boxPoints(spot)
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    return max(0, int(low[0])), max(0, int(low[1])), min(shape[1], int(high[0])), min(shape[0], int(high[1]))


def _padded(grey: GreyImage) -> GreyImage:
    sides = (_AROUND, _AROUND, _AROUND, _AROUND)
    padded: GreyImage = cv2.copyMakeBorder(grey, *sides, cv2.BORDER_CONSTANT, value=PAPER)
    return padded
