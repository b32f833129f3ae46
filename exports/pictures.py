"""Pictures of pages on their way into a PDF: resolution, grey, and paper flattened to white.

A scan squeezed to 100 KB as it is becomes unreadable, because most of the bytes go into paper and noise. Flattened
first, the bytes go to the strokes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["Image", "Picture", "as_grey", "brought_to", "flatten_paper", "has_colour"]

Image: TypeAlias = npt.NDArray[np.uint8]

_COLOURED = 25
"""Difference between the strongest and the weakest channel above which a pixel is coloured: a faint seal has 30 to 60
more than the paper, the fringes of a scanned letter have less than 20."""
_COLOURED_SHARE = 0.0007
"""Of the picture's area: a seal's ring covers 0.001 of an A4 page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page or a part of it, upright and straightened."""

    image: Image
    """BGR or grey, 8 bits."""
    dpi: float


def as_grey(image: Image) -> Image:
    """The picture in grey."""
    return image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)


def brought_to(image: Image, dpi: float, *, of: float) -> Image:
    """A picture of resolution `of` at a lower resolution; enlarging would add bytes and no information."""
    if of <= dpi or of <= 0:
        return image
    scale = dpi / of
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def has_colour(image: Image) -> bool:
    """Whether there is a seal, a stamp or coloured ink worth the bytes of colour; the paper's own tint is none."""
    if image.ndim == 2:
        return False
    small = np.asarray(cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), np.uint8)
    spread = _colour_spread(small)
    return float((spread > np.median(spread) + _COLOURED).mean()) > _COLOURED_SHARE


def flatten_paper(image: Image) -> Image:
    """Even out light and paper to white and keep the strokes; colours keep their hue where they are strong.

    Args:
        image: BGR or grey picture at about 200 dpi.

    Returns:
        The picture with paper at 255, same shape.
    """
    if image.ndim == 2:
        return _flatten_channel(image)
    channels = [_flatten_channel(np.ascontiguousarray(c)) for c in cv2.split(image)]
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
    strong = (cv2.GaussianBlur(_colour_spread(image).astype(np.float32), (0, 0), 2) > _COLOURED).astype(np.uint8)
    strong = np.asarray(cv2.dilate(strong, np.ones((5, 5), np.uint8)), np.uint8)
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return np.where(strong[..., None] > 0, image, np.repeat(grey[..., None], 3, axis=2)).astype(np.uint8)


def _colour_spread(image: Image) -> npt.NDArray[np.int16]:
    return np.asarray(image.max(axis=2).astype(np.int16) - image.min(axis=2), np.int16)
