"""Round seals: found by their rings, and taken out of a mask of red ink so that letters under them stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.images import PIXELS_PER_MM, GreyImage, Mask

__all__ = ["SEAL_MM", "RoundSeal", "find_seals", "within_seals", "without_seals"]

SEAL_MM = 40.0
"""A round seal is at most so wide: 36 mm is usual."""
_RADIUS_MM = (14.0, SEAL_MM / 2)
"""Of seals looked for. No measurement is on record of the least."""
_SCALE = 3
"""Rings are looked for on a copy so many times smaller."""
_RING = 0.4
"""Share of a circle that is inked where it is a ring of a seal: seals are worn, circling words cover less."""
_MOST_SEALS = 3
"""On one page, at most. No measurement is on record."""
_DARKER = 1.2
"""So much darker than a seal, letters are told from it by their shade."""
_NEAR_EDGE, _ENOUGH_LETTERS = 0.75, 200
"""The outermost ring lies at this share of the circle found, or beyond; pixels of letters that tell their shade.
Both set by eye, not measured."""
_COARSER, _EDGE, _VOTES = 1.5, 120, 28
"""OpenCV's search for circles: its grid against the picture, the contrast of an edge, and the edges that vote for a
circle. Nobody noted how they were found; what they let through too much, `_RING` sorts out."""
_STROKE_REACH = 8
"""Pixels on both sides of a ring over which a stroke that crosses it is followed (0.7 mm)."""
_RINGS_COUNTED = 8
"""So many of the best rings tell whether a seal's middle is found; nobody noted why so many."""
_STEPS = (4, 1)
"""Pixels by which a seal's middle is moved, coarse and fine."""
_BEYOND, _NO_RING_WITHIN = 1.15, 0.3
"""Of the radius: how far rings are looked for, and where the seal's arms begin, which are none."""
_FEWEST_DEGREES = 60
"""Of a circle at the edge of the picture less than this tells nothing: a share is of so much at least."""


@dataclass(frozen=True, slots=True)
class RoundSeal:
    """Middle and radius of the outermost ring, pixels."""

    x: float
    y: float
    radius: float


def find_seals(red: Mask) -> list[RoundSeal]:
    """The round seals of which a ring is seen.

    Args:
        red: 1 where there is red ink, 300 dpi.
    """
    small = cv2.resize(red * 255, None, fx=1 / _SCALE, fy=1 / _SCALE, interpolation=cv2.INTER_AREA)
    low, high = (round(r * PIXELS_PER_MM / _SCALE) for r in _RADIUS_MM)
    found = cv2.HoughCircles(
        small, cv2.HOUGH_GRADIENT, dp=_COARSER, minDist=low, param1=_EDGE, param2=_VOTES, minRadius=low, maxRadius=high
    )
    seals: list[RoundSeal] = []
    for x, y, radius in found[0][: 2 * _MOST_SEALS] if found is not None else ():
        seal = _centred(red, RoundSeal(float(_SCALE * x), float(_SCALE * y), float(_SCALE * radius)))
        shares = _ring_shares(red, seal)
        rings = np.flatnonzero(shares >= _RING)
        if rings.size and rings[-1] > _NEAR_EDGE * seal.radius:
            seals.append(replace(seal, radius=float(rings[-1])))
    return seals[:_MOST_SEALS]


def within_seals(shape: tuple[int, ...], seals: Sequence[RoundSeal]) -> Mask:
    """1 where a seal lies."""
    mask = np.zeros(shape[:2], np.uint8)
    for seal in seals:
        cv2.circle(mask, (round(seal.x), round(seal.y)), round(seal.radius) + 2, 1, -1)
    return mask


def without_seals(red: Mask, darkness: GreyImage, seals: Sequence[RoundSeal]) -> Mask:
    """The mask without rings, and without whatever in a seal is as pale as its rings where the letters are darker.

    Args:
        red: 1 where there is red ink.
        darkness: how dark the ink is, 0 on paper.
        seals: what to take out.
    """
    rest = red.copy()
    rings = [_rings(red, seal) & red for seal in seals]
    for mask in rings:
        rest[_cut_through(rest, mask) > 0] = 0
    hidden = within_seals(red.shape, seals)
    letters = darkness[(rest > 0) & (hidden == 0)]
    inked = [darkness[mask > 0] for mask in rings if mask.any()]
    if inked and letters.size > _ENOUGH_LETTERS:
        pale, dark = float(np.median(np.concatenate(inked))), float(np.median(letters))
        if dark > _DARKER * pale:
            rest[(hidden > 0) & (darkness < (pale + dark) / 2)] = 0
    return rest


def _cut_through(red: Mask, ring: Mask) -> Mask:
    """The ring without the places where a stroke goes on at both sides of it, above and below or left and right."""
    rest = (red & ~ring & 1).astype(np.uint8)
    reach = _STROKE_REACH
    crossed = np.zeros_like(ring)
    for kernel in ((1, 2 * reach + 1), (2 * reach + 1, 1)):
        first, second = np.zeros(kernel, np.uint8), np.zeros(kernel, np.uint8)
        half = (kernel[0] // 2, kernel[1] // 2)
        first[: half[0] + 1, : half[1] + 1] = 1
        second[half[0] :, half[1] :] = 1
        crossed |= cv2.dilate(rest, first) & cv2.dilate(rest, second)
    return np.asarray(ring & ~crossed & 1, np.uint8)


def _centred(red: Mask, seal: RoundSeal) -> RoundSeal:
    """The seal moved to where its rings are sharpest."""
    best, score = seal, 0.0
    for step in _STEPS:
        start = best
        for dx in (-2 * step, -step, 0, step, 2 * step):
            for dy in (-2 * step, -step, 0, step, 2 * step):
                moved = replace(start, x=start.x + dx, y=start.y + dy)
                shares = np.sort(_ring_shares(red, moved, spread=1))[-_RINGS_COUNTED:]
                if float(shares.sum()) > score:
                    best, score = moved, float(shares.sum())
    return best


def _ring_shares(red: Mask, seal: RoundSeal, spread: int = 3) -> NDArray[np.float64]:
    """For each pixel of radius the inked share of that circle, of what of it lies in the picture."""
    size = (round(_BEYOND * seal.radius), 360)
    flags = cv2.INTER_NEAREST | cv2.WARP_FILL_OUTLIERS
    turned, seen = (cv2.warpPolar(mask, size, (seal.x, seal.y), size[0], flags) for mask in (red, np.ones_like(red)))
    # a seal is never quite round: a ring wanders by some pixels
    near = cv2.dilate(turned, np.ones((1, spread), np.uint8)) & seen
    shares = near.sum(axis=0) / np.maximum(seen.sum(axis=0), _FEWEST_DEGREES)
    shares[: round(_NO_RING_WITHIN * seal.radius)] = 0.0
    return np.asarray(shares, np.float64)


def _rings(red: Mask, seal: RoundSeal) -> Mask:
    """1 where rings of a seal lie."""
    shares = _ring_shares(red, seal)
    ys, xs = np.mgrid[0 : red.shape[0], 0 : red.shape[1]]
    nearest = np.rint(np.hypot(xs - seal.x, ys - seal.y)).astype(int)
    is_ring = np.append(shares >= _RING, False)
    return np.asarray(is_ring[np.minimum(nearest, len(shares))], np.uint8)
