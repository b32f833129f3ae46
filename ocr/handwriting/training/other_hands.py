"""A drawn line as another hand and another pen would have written it: slant, stretch, waves, thick and thin."""

from __future__ import annotations

import math
import random

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.handwriting.training.drawing import Ink, Mask

__all__ = ["bend_ink", "change_pen", "wobble"]


def bend_ink(ink: Ink, rng: random.Random, strength: float = 1.0) -> Ink:
    """Another hand: slant, width, wavy strokes, thicker or thinner pen.

    Args:
        ink: the line.
        rng: source of chance.
        strength: 0 leaves it as it is.
    """
    height, width = ink.mask.shape
    slant = rng.gauss(0.0, 0.17 * strength)
    squeeze = math.exp(rng.gauss(0.0, 0.13 * strength))
    tall = math.exp(rng.gauss(0.0, 0.07 * strength))
    turn = rng.gauss(0.0, 0.006 * strength)
    new_height = math.ceil(height * tall + abs(turn) * width * squeeze)
    lean = abs(slant) * height
    new_width = max(8, math.ceil(width * squeeze + lean))
    shift = lean if slant < 0 else 0.0
    rise = abs(turn) * width * squeeze if turn < 0 else 0.0
    matrix = np.array([[squeeze, -slant, shift + slant * height], [turn * squeeze, tall, rise]], np.float64)
    if slant < 0:
        matrix[0, 2] = lean + slant * height
    mask = _warp(ink.mask, matrix, new_width, new_height)
    if rng.random() < 0.55 * strength:
        mask = wobble(mask, rng)
    mask = change_pen(mask, rng)
    return Ink(mask, tall * ink.baseline + rise)


def _warp(mask: Mask, matrix: NDArray[np.float64], width: int, height: int) -> Mask:
    return np.asarray(cv2.warpAffine(mask, matrix, (width, height), flags=cv2.INTER_LINEAR), np.float32)


def wobble(mask: Mask, rng: random.Random) -> Mask:
    """Smooth displacement of a few pixels, different along the line."""
    height, width = mask.shape
    seeds = np.random.default_rng(rng.getrandbits(32))
    cells = (max(3, width // rng.choice((14, 26, 50))), 4)
    reach = rng.uniform(0.5, 2.2)
    shifts = [cv2.resize(seeds.normal(0, reach, (cells[1], cells[0])).astype(np.float32), (width, height),
                         interpolation=cv2.INTER_CUBIC) for _ in range(2)]  # fmt: skip
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.asarray(cv2.remap(mask, columns + shifts[0], rows + 0.7 * shifts[1], cv2.INTER_LINEAR), np.float32)


def change_pen(mask: Mask, rng: random.Random) -> Mask:
    """Thicken, thin, or leave uneven."""
    roll = rng.random()
    if roll < 0.3:
        size = rng.choice((2, 2, 3))
        return np.asarray(cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))), np.float32)
    if roll < 0.42:
        thin = cv2.erode(mask, np.ones((2, 2), np.uint8))
        share = rng.uniform(0.3, 0.8)
        return np.asarray(share * thin + (1 - share) * mask, np.float32)
    if roll < 0.55:
        blurred = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.8, 1.6))
        cut = rng.uniform(0.25, 0.5)
        return np.asarray(np.clip((blurred - cut) * 4 + 0.5, 0, 1), np.float32)
    return mask
