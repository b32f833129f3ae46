"""Only the ink stays: paper and light flattened, red seals lifted off by colour, the reverse's show-through faded.

Thin strokes in black, blue or purple are left as they are: light is corrected by division, red only where a colour is
clearly red, and show-through only where a neighbouring page foretells it or no strong ink is near.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.cleaning.show_through import NeighbourScan, find_show_through, without_show_through
from ocr.images import PAPER, BgrImage, GreyImage, as_grey

__all__ = ["Surface", "clean_surface", "fade_show_through", "flatten_light", "lift_seals", "seal_mask"]

_SMALL = 8
"""The paper is estimated on a copy this much smaller."""
_RED = 28
"""How much more red than green and blue a seal is, of 255 on white paper; a faint pink edge has 20."""
_RED_LIGHT = 115
"""A seal's red channel is lighter than this; dark red-brown writing is not, and stays."""

_BLURRED = 0.8
"""Show-through is less sharp than this share of the page's own strokes (measured: 0.6; a faint pen 1.0 to 1.4)."""
_AROUND_SEAL, _DARKEST_SEAL, _SEAL_PERCENTILE = np.ones((7, 7), np.uint8), 160.0, 40
"""Pixels around red ink that are lifted with it; its level in the red channel, of 255, that becomes paper:
this percentile of it, and no darker than that. Set by eye, none measured by itself."""
# Grey levels of 255 on the half-size picture in which show-through is looked for; set by eye, none measured by itself.
_AROUND_INK, _CREST, _AROUND_CREST = np.ones((9, 9), np.uint8), np.ones((7, 7), np.uint8), (15, 15)
"""Pixels: what lies so near strong ink belongs to it; where crests are the darkest; what they are compared with."""
_ABOVE_AROUND, _FAINTEST = 4, 8
"""A crest of a stroke is darker than what lies around it by this, and this dark at least."""
_OWN_INK, _FEWEST_CRESTS = 25, 50
"""Crests from which the darkness of the page's own ink is taken, and how many it needs."""
_OWN_LEVEL = 80
"""Percentile of them that counts as full ink."""
_SHOWN_LEAST, _SHOWN_MOST = 0.08, 0.26
"""Show-through is never darker than the second share of full ink; below the first all is grain."""
_FEWEST_BLURRED = 30
"""So few blurred crests are no show-through."""
_SHOWN_LEVEL, _MARGIN = 98, 3
"""Percentile of the blurred crests above which, and so many levels more, ink was written on this side."""
_CLOSED, _SMOOTHED = (13, 13), 9
"""Pixels of the small copy over which writing and rules close (9 mm), and over which the steps are smoothed."""
_DARKEST_PAPER = 30
"""Level below which nothing is paper: a black margin must not become white."""
_SHARP_OVER = (5, 5)
"""Pixels over which the sharpness of a stroke is told: its crest against its surroundings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """A page with everything but ink taken away."""

    ink: GreyImage
    """Ink dark on paper of lightness 255; same size as the page."""
    reverse: GreyImage | None = None
    """How dark the other side of the sheet showed through, when a neighbouring page told; taken away from `ink`."""


def clean_surface(
    image: BgrImage, *, dpi: float = 300, neighbours: Iterable[NeighbourScan] = (), rotation: int = 0
) -> Surface:
    """Take paper, light, seals and show-through off a straightened page.

    Args:
        image: Straightened page, colour; a grey scan has no seals to lift.
        dpi: Its resolution.
        neighbours: Scans of the pages before and after, of which one may be the other side of the sheet; looked at only
            when something shows through.
        rotation: Degrees clockwise the page's own scan was turned.
    """
    flat = flatten_light(image)
    grey = as_grey(flat)
    seal = seal_mask(flat)
    ink = lift_seals(flat, grey, seal)
    shown = find_show_through(ink, dpi, neighbours, rotation)
    if shown is not None:
        ink = without_show_through(ink, shown)
    return Surface(ink=fade_show_through(ink), reverse=shown)


def flatten_light(image: BgrImage) -> BgrImage:
    """Divide the page by its paper, colour by colour, so that paper is 255 everywhere."""
    height, width = image.shape[:2]
    size = (max(1, width // _SMALL), max(1, height // _SMALL))
    paper = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    # closing over 9 mm removes writing and rules; the blur removes the steps it leaves
    paper = cv2.morphologyEx(paper, cv2.MORPH_CLOSE, np.ones(_CLOSED, np.uint8))
    paper = cv2.blur(cv2.medianBlur(paper, _SMOOTHED), (_SMOOTHED, _SMOOTHED))
    paper = cv2.resize(np.maximum(paper, _DARKEST_PAPER), (width, height), interpolation=cv2.INTER_LINEAR)
    flat: BgrImage = cv2.divide(image, paper, scale=PAPER)
    return flat


def seal_mask(flat: BgrImage) -> GreyImage:
    """Red ink of a flattened page, found on a copy of half size so that colour noise of JPEG averages out."""
    height, width = flat.shape[:2]
    half = cv2.resize(flat, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    blue, green, red = cv2.split(half)
    excess = cv2.subtract(red, cv2.max(blue, green))
    mask = ((excess > _RED) & (red > _RED_LIGHT)).astype(np.uint8) * 255
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    seal: GreyImage = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
    return seal


def lift_seals(flat: BgrImage, grey: GreyImage, seal: GreyImage) -> GreyImage:
    """Grey page without red ink: the red channel is taken there, in which red is light as paper and other ink dark."""
    if not seal.any():
        return grey
    around = cv2.dilate(seal, _AROUND_SEAL) > 0
    left, top, width, height = cv2.boundingRect(around.astype(np.uint8))
    part = (slice(top, top + height), slice(left, left + width))
    red = flat[..., 2][part]
    # red ink is not quite paper in the red channel: stretch so that it is, and black stays black
    level = max(_DARKEST_SEAL, float(np.percentile(red[seal[part] > 0], _SEAL_PERCENTILE)))
    stretched = np.clip(red.astype(np.float32) * (PAPER / level), 0, 255).astype(np.uint8)
    lifted = grey.copy()
    lifted[part] = np.where(around[part], np.maximum(stretched, grey[part]), grey[part])
    return lifted


def fade_show_through(grey: GreyImage) -> GreyImage:
    """Whiten faint ink that no strong ink is near: the reverse showing through thin paper.

    Args:
        grey: Flattened page.
    """
    height, width = grey.shape
    half = cv2.resize(grey, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    dark = cv2.subtract(np.full_like(half, PAPER), half)
    strong = (dark >= _strong_from(dark)).astype(np.uint8)
    strong = cv2.morphologyEx(strong, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    faint = (cv2.dilate(strong, _AROUND_INK) == 0).astype(np.uint8)
    mask = cv2.resize(faint, (width, height), interpolation=cv2.INTER_NEAREST)
    faded: GreyImage = cv2.min(cv2.bitwise_or(grey, cv2.multiply(mask, 255)), PAPER)
    return faded


def _strong_from(dark: GreyImage) -> float:
    """Darkness from which ink counts as written on this side: just above that of the show-through.

    Show-through is the faint crests of strokes (at most a quarter as dark as the page's own ink) that are blurred, as
    ink seen through paper is; the crests of a faint pen are as sharp as those of any other.
    """
    # even stretches, such as a strip of desk, have no crests
    crest = (dark == cv2.dilate(dark, _CREST)) & (dark > cv2.add(cv2.blur(dark, _AROUND_CREST), _ABOVE_AROUND))
    crest &= dark > _FAINTEST
    peaks = dark[crest].astype(np.float64)
    own = peaks > _OWN_INK
    if own.sum() < _FEWEST_CRESTS:
        return 0.0
    sharpness = 1 - cv2.blur(dark, _SHARP_OVER)[crest] / peaks
    level = float(np.percentile(peaks[own], _OWN_LEVEL))
    lowest, highest = _SHOWN_LEAST * level, _SHOWN_MOST * level
    strong = peaks > highest
    blurred = ~strong & (sharpness < _BLURRED * float(np.median(sharpness[strong])))
    if blurred.sum() < _FEWEST_BLURRED:
        return lowest
    return float(np.clip(np.percentile(peaks[blurred], _SHOWN_LEVEL) + _MARGIN, lowest, highest))
