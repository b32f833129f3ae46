"""A name stamped in red below a printed title: its letters taken from the colour of the page.

Seals and coloured stamps are lifted off a page before its lines are cut. What is left of red ink when round seals are
taken away, and stands in one line, is a name.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleaning.round_seals import SEAL_MM, RoundSeal, find_seals, within_seals, without_seals
from ocr.cleaning.surface import flatten_light
from ocr.cutting.line_crops import PAD, LineCrop
from ocr.images import PAPER, PIXELS_PER_MM, BgrImage, GreyImage, Mask, PixelBox

__all__ = ["find_red_name"]


_LEAST_INK = 3.0 * PIXELS_PER_MM**2
"""Pixels of red ink of a name, at least: 3 square millimetres."""
_RED, _RED_LIGHT = 30, 110
"""How much more red than green and blue the ink of a stamp is, and how light its red channel."""
_SPACE = round(3.2 * PIXELS_PER_MM)
"""Widest space between two words of a stamped name."""
_WIDTH_MM, _HEIGHT_MM = (11.0, 75.0), (1.8, 10.0)
"""Of a stamped name."""
_USUAL_HEIGHT = round(4.5 * PIXELS_PER_MM)
"""Of letters with their marks."""
_LEAST_OUTSIDE_MM = 4.0
"""So much of a name at least stands outside a seal: what stands within it alone is the seal's own text."""
_MOST_TILTED = 12.0
"""Degrees."""
_FEWEST_LETTERS = 3
"""Of a name, at least. No measurement is on record."""
# Shape of letters in a stamped name, in heights of its line where no unit is said; set by eye, none measured.
_TELLS_TILT = 3.5
"""A line so many times longer than high tells how it is tilted."""
_TALLEST, _WIDEST, _LEAST_AREA = 9 * PIXELS_PER_MM, 30 * PIXELS_PER_MM, 6
"""Red marks larger than this are no letters, smaller ones (pixels) grain."""
_ABOVE, _BELOW, _STRETCHED = 0.75, 0.6, 1.9
"""Letters of the line stand so near its middle and are not more than so tall: tones above capitals included."""
_LETTER = 1.2 * PIXELS_PER_MM
"""Marks taller than this are letters, not dots or tones."""
_NAME_LONGER = 2.2
"""A name is so many times longer than high."""
_PEN, _PEN_PERCENTILE, _FAINTEST = 200.0, 80, 60.0
"""Darkness, in grey levels, that stamped ink is brought to at this percentile of it; grain is not raised beyond ink."""
_GREY_EDGE = np.ones((3, 3), np.uint8)
"""A pixel around ink is its grey edge."""
_TOUCH = 7
"""Rows over which the letters of a line and their marks close."""


def find_red_name(image: BgrImage, space: PixelBox) -> LineCrop | None:
    """The lowest line of red letters in a space below a printed title, levelled; None where there is none.

    Args:
        image: the straightened page in colour, 300 dpi.
        space: where the middle of a name may stand; its letters may stand outside.
    """
    left, top, right, bottom = space
    around = round(SEAL_MM * PIXELS_PER_MM)
    x0, y0 = max(left - around, 0), max(top - around, 0)
    flat = flatten_light(image[y0 : bottom + around, x0 : right + around])
    red = _red(flat)
    inner = (left - x0, top - y0, right - x0, bottom - y0)
    if cv2.countNonZero(red[inner[1] : inner[3], inner[0] : inner[2]]) < _LEAST_INK:
        return None
    darkness = np.asarray(PAPER - cv2.min(flat[..., 0], flat[..., 1]), np.uint8)
    seals = find_seals(red)
    own = _lowest_name(red, darkness, seals, inner)
    if own is None:
        return None
    under_seal = bool((cv2.dilate(own, np.ones((1, 2 * _SPACE), np.uint8)) & within_seals(own.shape, seals)).any())
    return _cut(darkness, own, (x0, y0), under_seal)


def _red(flat: BgrImage) -> Mask:
    blue, green, red = cv2.split(flat)
    excess = cv2.subtract(red, cv2.max(blue, green))
    return np.asarray(((excess > _RED) & (red > _RED_LIGHT)).astype(np.uint8))


def _lowest_name(red: Mask, darkness: GreyImage, seals: Sequence[RoundSeal], space: PixelBox) -> Mask | None:
    """The letters of the lowest line that looks like a name and has its middle in the space."""
    left, top, right, bottom = space
    hidden = within_seals(red.shape, seals)
    letters = _of_letter_size(without_seals(red, darkness, seals))
    joined = cv2.morphologyEx(letters & ~hidden & 1, cv2.MORPH_CLOSE, np.ones((_TOUCH, _SPACE), np.uint8))
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for contour in sorted(contours, key=lambda c: -cv2.boundingRect(c)[1]):
        if cv2.boundingRect(contour)[2] < _LEAST_OUTSIDE_MM * PIXELS_PER_MM or abs(_tilt(contour)) > _MOST_TILTED:
            continue
        own = _on_its_line(letters, contour)
        x, y, w, h = cv2.boundingRect(own)
        if left < x + w / 2 < right and top < y + h / 2 < bottom and _is_like_a_name(own):
            return own
    return None


def _tilt(contour: NDArray[np.int32]) -> float:
    """Degrees by which a line of letters is tilted; a short one does not tell."""
    _, (width, height), degrees = cv2.minAreaRect(contour)
    if width < height:
        width, height, degrees = height, width, degrees - 90
    return float((degrees + 90) % 180 - 90) if width > _TELLS_TILT * height else 0.0


def _of_letter_size(red: Mask) -> Mask:
    """Red marks of the size of letters or of their dots and tones."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(red, connectivity=8)
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    fits = (height < _TALLEST) & (width < _WIDEST) & (area > _LEAST_AREA)
    fits[0] = False
    return np.asarray(fits.astype(np.uint8)[labels], np.uint8)


def _on_its_line(letters: Mask, contour: NDArray[np.int32]) -> Mask:
    """The letters of a line of which a part was seen clear of seals, with those that go on with it in a seal."""
    x, y, w, h = cv2.boundingRect(contour)
    slope = np.tan(np.radians(_tilt(contour)))
    _, labels, stats, centres = cv2.connectedComponentsWithStats(letters, connectivity=8)
    along = slope * (centres[:, 0] - (x + w / 2))
    tall = h - abs(slope) * w
    middle = y + h / 2 + along
    # what was seen may be small letters alone: capitals and tone marks stand higher
    level = (centres[:, 1] > middle - _ABOVE * tall) & (centres[:, 1] < middle + _BELOW * tall)
    level &= stats[:, 3] < max(_STRETCHED * tall, _USUAL_HEIGHT)
    level[0] = False
    own = level.astype(np.uint8)[labels]
    joined = cv2.morphologyEx(own, cv2.MORPH_CLOSE, np.ones((_TOUCH, _SPACE), np.uint8))
    _, runs = cv2.connectedComponents(joined, connectivity=8)
    inside = np.unique(runs[y : y + h, x : x + w][own[y : y + h, x : x + w] > 0])
    return np.asarray(own * np.isin(runs, inside[inside > 0]), np.uint8)


def _is_like_a_name(own: Mask) -> bool:
    _, _, width, height = cv2.boundingRect(own)
    fits = all(
        low * PIXELS_PER_MM < size < high * PIXELS_PER_MM
        for size, (low, high) in ((width, _WIDTH_MM), (height, _HEIGHT_MM))
    )
    stats = cv2.connectedComponentsWithStats(own, connectivity=8)[2]
    tall = stats[1:, 3] > _LETTER
    return fits and width > _NAME_LONGER * height and int(tall.sum()) >= _FEWEST_LETTERS


def _cut(darkness: GreyImage, own: Mask, corner: tuple[int, int], under_seal: bool) -> LineCrop:
    x, y, w, h = cv2.boundingRect(own)
    part = (slice(max(y - PAD, 0), y + h + PAD), slice(max(x - PAD, 0), x + w + PAD))
    # faint stamps become as dark as pens are
    gain = _PEN / max(float(np.percentile(darkness[own > 0], _PEN_PERCENTILE)), _FAINTEST)
    dark = np.clip(PAPER - gain * darkness[part].astype(np.float32), 0, PAPER)
    picture = np.where(cv2.dilate(own[part], _GREY_EDGE) > 0, dark, PAPER).astype(np.uint8)
    return LineCrop(
        box=(corner[0] + x, corner[1] + y, corner[0] + x + w, corner[1] + y + h),
        picture=_levelled(picture, own[part]),
        ink_pixels=int(own.sum()),
        overflows=False,
        under_seal=under_seal,
    )


def _levelled(picture: GreyImage, own: Mask) -> GreyImage:
    degrees = _tilt(np.argwhere(own)[:, ::-1].astype(np.int32))
    if abs(degrees) < 1.0:
        return picture
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(picture, turn, (width, height), borderValue=PAPER), np.uint8)
