"""From a mask of ink to a crop as the page reader delivers it: paper, dots, neighbours, faults of scans."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.handwriting.preparation import to_grey
from ocr.handwriting.training.drawing import INKED, Ink, Mask
from ocr.handwriting.training.other_hands import change_pen, wobble
from ocr.handwriting.training.print_drawing import NO_PRINT, BesidePrint
from ocr.handwriting.training.scan_faults import clouds, curl, file_faults, uneven_light

__all__ = ["Crop", "lay_on_paper", "make_crop", "make_empty_crop", "retake"]

_GREY_EDGE = 0.06
"""Ink of which the paper's grain shows through at the edge of a stroke; set by eye."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A drawn crop, and where the mask of its line begins and ends, in fractions of its width."""

    picture: NDArray[np.uint8]
    left: float
    right: float


def _dots(height: int, width: int, row: float, rng: random.Random) -> Mask:
    """A printed dotted or ruled line, whole or with the remains that dot removal leaves."""
    mask = np.zeros((height, width), np.float32)
    pitch = rng.uniform(5.0, 11.0)
    tilt = rng.gauss(0.0, 0.003)
    kept = rng.choice((1.0, 1.0, 1.0, 0.6, 0.25, 0.08))
    style = rng.random()
    if style < 0.1:
        cv2.line(mask, (0, round(row)), (width, round(row + tilt * width)), 1.0, rng.choice((1, 1, 2)))
        return mask
    radius = rng.uniform(0.8, 2.0)
    for x in np.arange(rng.uniform(0, pitch), width, pitch):
        if rng.random() > kept:
            continue
        centre = (round((x + rng.gauss(0, 0.2)) * 8), round((row + tilt * x) * 8))
        cv2.circle(mask, centre, max(1, round(radius * 8)), rng.uniform(0.7, 1.0), -1, cv2.LINE_AA, 3)
    return mask


def _stray_marks(canvas: Mask, rng: random.Random) -> None:
    """Frame rules at the ends, specks and an arc of a seal, added in place."""
    height, width = canvas.shape
    if rng.random() < 0.10:
        x = rng.choice((rng.randint(0, 6), width - 1 - rng.randint(0, 6)))
        cv2.line(canvas, (x, 0), (x + rng.randint(-1, 1), height), rng.uniform(0.5, 1.0), rng.choice((1, 2, 2, 3)))
    if rng.random() < 0.05:
        y = rng.choice((rng.randint(0, 4), height - 1 - rng.randint(0, 4)))
        cv2.line(canvas, (0, y), (width, y + rng.randint(-2, 2)), rng.uniform(0.5, 1.0), rng.choice((1, 2)))
    if rng.random() < 0.15:
        for _ in range(rng.randint(1, 12)):
            cv2.circle(
                canvas,
                (rng.randrange(width), rng.randrange(height)),
                rng.choice((0, 1, 1, 2)),
                rng.uniform(0.2, 0.9),
                -1,
            )
    if rng.random() < 0.07:
        arc = np.zeros_like(canvas)
        centre = (rng.randrange(-60, width + 60), rng.randrange(-150, height + 150))
        for radius in (200, 186):
            cv2.circle(arc, centre, radius, 1.0, rng.choice((2, 4, 6)), cv2.LINE_AA)
        np.maximum(canvas, rng.uniform(0.1, 0.45) * arc, out=canvas)


def _strokes_from_outside(canvas: Mask, rng: random.Random) -> None:
    """Tails and flourishes of the rows above and below, which end in the crop, added in place."""
    height, width = canvas.shape
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        over = rng.random() < 0.65
        reach = rng.uniform(0.1, 0.55) * height
        x, sway = rng.uniform(0, width), rng.gauss(-0.15, 0.35) * reach
        hook = rng.choice((0.0, 0.0, rng.uniform(-0.6, 0.6))) * reach
        ends = [
            (x, -3.0),
            (x + 0.6 * sway, 0.6 * reach),
            (x + sway, reach),
            (x + sway - hook, reach * rng.uniform(0.6, 1.0)),
        ]
        points = [(px, py if over else height - py) for px, py in ends]
        curve = np.array([[round(8 * px), round(8 * py)] for px, py in _bezier(points)], np.int32)
        drawn = np.zeros_like(canvas)
        cv2.polylines(drawn, [curve], False, rng.uniform(0.5, 1.0), rng.choice((1, 2, 2, 3, 4)), cv2.LINE_AA, 3)
        np.maximum(canvas, drawn, out=canvas)


def _bezier(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points of the cubic curve that four points bend."""
    a, b, c, d = (np.array(point) for point in points)
    shares = [number / 10 for number in range(11)]
    curve = [(1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t**3 * d for t in shares]
    return [(float(x), float(y)) for x, y in curve]


def _paste(canvas: Mask, mask: Mask, top: int, left: int) -> None:
    """Darken the canvas by a mask; parts outside are lost."""
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(canvas.shape[0], top + mask.shape[0]), min(canvas.shape[1], left + mask.shape[1])
    if y1 > y0 and x1 > x0:
        part = canvas[y0:y1, x0:x1]
        np.maximum(part, mask[y0 - top : y1 - top, x0 - left : x1 - left], out=part)


def _room(rng: random.Random) -> float:
    """Paper above or below a line, in heights of it: crops are cut tightly, and now and then with much room."""
    return rng.uniform(0.2, 0.75) if rng.random() < 0.22 else max(-0.03, rng.gauss(0.14, 0.14))


def lay_on_paper(
    ink: Ink, others: list[Ink], rng: random.Random, beside: BesidePrint = NO_PRINT
) -> tuple[Mask, Mask, int]:
    """Place the line in a crop with dots under it and remains of the lines above and below.

    Args:
        ink: the line to be read.
        others: lines of the same book, for remains and bleed-through.
        rng: source of chance.
        beside: print at the ends of the crop.

    Returns:
        Ink (0 to 1) of the crop, the bleed-through of the reverse side, and the column where the line's mask begins.
    """
    rows = np.flatnonzero(ink.mask.max(axis=1) > INKED)
    first, last = (int(rows[0]), int(rows[-1])) if rows.size else (0, ink.mask.shape[0] - 1)
    tall = last - first + 1
    above, below = (round(tall * _room(rng)) for _ in range(2))
    before, behind = (round(rng.choice((2, 6, 14, 30, 60)) * rng.uniform(0.5, 1.5)) for _ in range(2))
    if beside.left is not None:
        before = beside.left.mask.shape[1] + beside.gap
    if beside.right is not None:
        behind = beside.right.mask.shape[1] + beside.gap
    canvas = np.zeros((max(16, tall + above + below), ink.mask.shape[1] + before + behind), np.float32)
    height, width = canvas.shape
    top = above - first
    base = top + ink.baseline
    if rng.random() < 0.58:
        np.maximum(canvas, rng.uniform(0.45, 1.0) * _dots(height, width, base + rng.gauss(2.0, 4.0), rng), out=canvas)
    if rng.random() < 0.12:
        np.maximum(canvas, 0.8 * _dots(height, width, base - tall * rng.uniform(0.8, 1.1), rng), out=canvas)
    for other in others:
        if rng.random() < 0.32:
            over = rng.random() < 0.55
            sunk = rng.uniform(0.02, 0.22) * height
            edge = round(sunk - other.mask.shape[0]) if over else round(height - sunk)
            _paste(canvas, other.mask, edge, rng.randint(-other.mask.shape[1] // 2, max(1, width // 2)))
    _stray_marks(canvas, rng)
    foot = base + rng.gauss(0.0, 2.0)
    for printed, x in ((beside.left, 0), (beside.right, width - behind + beside.gap)):
        if printed is not None:
            _paste(canvas, printed.mask * np.float32(rng.uniform(0.7, 1.0)), round(foot - printed.baseline), x)
    if rng.random() < 0.18:
        _strokes_from_outside(canvas, rng)
    _paste(canvas, ink.mask, top, before)
    reverse = np.zeros_like(canvas)
    if others and rng.random() < 0.22:
        mirrored = others[0].mask[:, ::-1]
        _paste(
            reverse,
            np.ascontiguousarray(mirrored),
            rng.randint(-20, height // 2),
            rng.randint(-mirrored.shape[1] // 2, width // 2),
        )
        reverse = cv2.GaussianBlur(reverse, (0, 0), rng.uniform(1.0, 2.5)) * rng.uniform(0.08, 0.32)
    return canvas, np.asarray(reverse, np.float32), before


def make_empty_crop(others: list[Ink], rng: random.Random) -> NDArray[np.uint8]:
    """A field left empty, with dots, remains of neighbours and a stray stroke or two, and the faults of files.

    Args:
        others: lines of the same book.
        rng: source of chance.
    """
    width, height = rng.randint(50, 420), rng.randint(30, 60)
    bare = Ink(np.zeros((height, width), np.float32), 0.72 * height)
    canvas, reverse, _ = lay_on_paper(bare, others, rng)
    _strokes_from_outside(canvas, rng)
    paper, dark = rng.uniform(165, 252), rng.uniform(15, 110)
    page = paper - (paper - dark) * np.clip(canvas + reverse, 0, 1)
    page = page + np.random.default_rng(rng.getrandbits(32)).normal(0, rng.choice((0.0, 1.5, 4)), page.shape)
    return file_faults(np.clip(page, 0, 255).astype(np.uint8), rng, rng.random() < 0.2)


def make_crop(
    ink: Ink, others: list[Ink], rng: random.Random, clean_share: float = 0.15, beside: BesidePrint = NO_PRINT
) -> Crop:
    """Draw the crop: paper, ink, and the faults of scanner, camera and file format.

    Args:
        ink: the line to be read, already bent.
        others: lines for remains and bleed-through.
        rng: source of chance.
        clean_share: share of crops left as black strokes on white, as thresholding leaves them.
        beside: print at the ends of the crop.
    """
    if rng.random() < clean_share:
        others = others if rng.random() < 0.3 else []
        on_paper = rng.random() < 0.5
        canvas, _, start = (
            lay_on_paper(ink, others, rng, beside) if on_paper else (np.pad(ink.mask, ((3, 3), (6, 6))), None, 6)
        )
        level = rng.uniform(0.3, 0.6)
        return _cropped(np.where(canvas > level, 0, 255).astype(np.uint8), ink, start, canvas.shape[1])
    if beside == NO_PRINT and rng.random() < 0.3:
        return _cleaned_crop(ink, rng)
    canvas, reverse, start = lay_on_paper(ink, others, rng, beside)
    photo = rng.random() < 0.2
    if photo and rng.random() < 0.6:
        canvas = curl(canvas, rng)
    seeds = np.random.default_rng(rng.getrandbits(32))
    height, width = canvas.shape
    paper = rng.uniform(165, 252)
    dark = rng.uniform(15, 125) if rng.random() < 0.85 else rng.uniform(100, min(150, paper - 55))
    canvas = cv2.GaussianBlur(canvas, (0, 0), rng.choice((0.4, 0.6, 0.8, 1.1, 1.5))) if rng.random() < 0.8 else canvas
    if rng.random() < 0.5:
        canvas = canvas * clouds(seeds, height, width, rng.choice((6, 12, 30)), rng.uniform(0.05, 0.28))
    page = paper - (paper - dark) * np.clip(canvas, 0, 1) - reverse * (paper - dark)
    if rng.random() < 0.5:
        page = page + (clouds(seeds, height, width, rng.choice((8, 40)), 0.02) - 1.0) * 180
    if photo or rng.random() < 0.12:
        page = page * uneven_light(height, width, rng)
    if rng.random() < 0.75:
        page = page + seeds.normal(0, rng.choice((1.5, 3, 6, 11)), page.shape)
    crop = np.clip(page, 0, 255).astype(np.uint8)
    return _cropped(file_faults(crop, rng, photo), ink, start, width)


def _cropped(picture: NDArray[np.uint8], ink: Ink, start: int, width: int) -> Crop:
    """The crop of a canvas so wide, on which the line's mask began at a column."""
    return Crop(np.asarray(picture, np.uint8), start / width, (start + ink.mask.shape[1]) / width)


def _cleaned_crop(ink: Ink, rng: random.Random) -> Crop:
    """The crop after the page reader has cleaned it: white paper, dots taken out, some dots and notches left."""
    above, below, side = (rng.randint(2, 26) for _ in range(3))
    canvas = np.pad(ink.mask, ((above, below), (side, rng.randint(2, 40))))
    height, width = canvas.shape
    dots = _dots(height, width, above + ink.baseline + rng.gauss(2.0, 4.0), rng)
    if rng.random() < 0.6:
        canvas = canvas * (1.0 - dots * rng.uniform(0.2, 1.0))
    if rng.random() < 0.35:
        kept = dots.copy()
        kept[:, round(width * rng.uniform(0.0, 0.4)) : round(width * rng.uniform(0.5, 1.0))] = 0.0
        canvas = np.maximum(canvas, rng.uniform(0.3, 0.9) * kept)
    canvas = cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.4, 1.2))
    seeds = np.random.default_rng(rng.getrandbits(32))
    if rng.random() < 0.6:
        canvas = canvas * clouds(seeds, height, width, rng.choice((2, 6, 12)), rng.uniform(0.05, 0.3))
    page = 255.0 - (255.0 - rng.uniform(15, 150)) * np.clip(canvas, 0, 1)
    page = np.where(canvas > _GREY_EDGE, page + seeds.normal(0, rng.choice((1, 4, 9)), page.shape), 255.0)
    crop = np.clip(page, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        factor = max(rng.uniform(0.4, 0.8), 26.0 / height)
        size = (max(16, round(width * factor)), max(12, round(height * factor)))
        crop = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)
    return _cropped(crop, ink, side, width)


def retake(picture: NDArray[np.uint8], rng: random.Random) -> NDArray[np.uint8]:
    """A real line as it was delivered, taken anew: slant, stretch, waves, margins, light and faults of files.

    Args:
        picture: scan or photograph of one line, in colour.
        rng: source of chance.

    Returns:
        A grey crop; one in eight is the picture as it is.
    """
    grey = to_grey(picture)
    if rng.random() < 0.125:
        return grey
    height, width = grey.shape
    paper = float(np.percentile(grey, 85))
    slant, squeeze, tall = rng.gauss(0, 0.15), math.exp(rng.gauss(0, 0.13)), math.exp(rng.gauss(0, 0.06))
    turn = rng.gauss(0, 0.005)
    lean = abs(slant) * height
    size = (max(8, math.ceil(width * squeeze + lean)), math.ceil(height * tall + abs(turn) * width * squeeze))
    matrix = np.array([[squeeze, -slant, max(0.0, slant) * height],
                       [turn * squeeze, tall, max(0.0, -turn * width * squeeze)]])  # fmt: skip
    bent = np.asarray(
        cv2.warpAffine(grey, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=paper),
        np.float32,
    )
    ink = paper - bent
    if rng.random() < 0.5:
        ink = wobble(ink, rng)
    if rng.random() < 0.3:
        ink = change_pen(np.clip(ink / max(1.0, paper), 0, 1), rng) * paper
    above, below, left, right = (rng.choice((0, 0, 2, 6, 14)) for _ in range(4))
    crop = np.pad(paper - ink * rng.uniform(0.7, 1.15), ((above, below), (left, right)), constant_values=paper)
    if rng.random() < 0.3:
        crop = crop * uneven_light(crop.shape[0], crop.shape[1], rng)
    if rng.random() < 0.3:
        crop = crop + np.random.default_rng(rng.getrandbits(32)).normal(0, rng.choice((1.5, 3, 6)), crop.shape)
    return file_faults(np.clip(crop, 0, 255).astype(np.uint8), rng, rng.random() < 0.25)
