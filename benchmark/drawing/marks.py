"""What is put on a page beside values: dots, ticks, seals, boxed stamps, signatures, strokes through a whole entry."""

from __future__ import annotations

import math
import random
from pathlib import Path

import cv2
import numpy as np

from benchmark.drawing.canvas import Canvas, Colour, Rect, text_mask, text_width
from benchmark.drawing.printing import Dots, Printing

__all__ = ["boxed_stamp", "dotted_line", "pen_stroke", "round_seal", "signature", "tick"]

RED: Colour = (60, 50, 200)
"""Of seals and stamps; blue, green, red."""


def grey_ink(printing: Printing) -> Colour:
    """The printer's black."""
    return (printing.grey, printing.grey, printing.grey)


def dotted_line(canvas: Canvas, left: float, y: float, right: float, printing: Printing) -> None:
    """The line to write on, as this printer makes it; millimetres."""
    if right - left < 1.5:
        return
    colour = grey_ink(printing)
    if printing.dots is Dots.LINE:
        canvas.line((left, y + 0.4), (right, y + 0.4), 0.15, colour)
    elif printing.dots is Dots.PERIODS:
        step = text_width(".", printing.font, round(canvas.px(printing.label_mm))) / canvas.scale
        canvas.text("." * int((right - left) / step), left, y, printing.font, printing.label_mm, colour)
    elif printing.dots is Dots.DASHES:
        for number in range(int((right - left) / 1.8)):
            canvas.line((left + number * 1.8, y), (left + number * 1.8 + 1.0, y), 0.18, colour)
    else:
        _round_dots(canvas, left, y, right, printing)


def _round_dots(canvas: Canvas, left: float, y: float, right: float, printing: Printing) -> None:
    radius = canvas.px(printing.dot_mm) / 2
    height = int(2 * radius) + 5
    mask = np.zeros((height, int(canvas.px(right - left)) + 6), np.uint8)
    for number in range(int((right - left) / printing.dot_gap) + 1):
        centre = (3 + canvas.px(number * printing.dot_gap), height / 2)
        fixed = (round(centre[0] * 16), round(centre[1] * 16))
        cv2.circle(mask, fixed, max(round(radius * 16), 10), 255, -1, cv2.LINE_AA, 4)
    canvas.ink(mask, canvas.px(left) - 3, canvas.px(y) - height / 2, grey_ink(printing))


def pen_stroke(
    canvas: Canvas, points: list[tuple[float, float]], width: float, colour: Colour, strength: float = 0.9
) -> Rect | None:
    """A free stroke through the points (millimetres)."""
    scale = canvas.scale
    xs, ys = [p[0] * scale for p in points], [p[1] * scale for p in points]
    pad = int(width * scale) + 3
    left, top = min(xs) - pad, min(ys) - pad
    mask = np.zeros((int(max(ys) - top) + pad, int(max(xs) - left) + pad), np.uint8)
    line = np.array([[(x - left) * 8, (y - top) * 8] for x, y in zip(xs, ys, strict=True)], np.int32)
    cv2.polylines(mask, [line], False, 255, max(round(width * scale), 1), cv2.LINE_AA, 3)
    return canvas.ink(mask, left, top, colour, strength)


def tick(canvas: Canvas, box: Rect, colour: Colour, rng: random.Random, kind: str) -> Rect | None:
    """A tick in a check-box (millimetres): X, V or filled; strokes leave the box a little."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top

    def at(x: float, y: float) -> tuple[float, float]:
        return (left + (x + rng.uniform(-0.12, 0.12)) * wide, top + (y + rng.uniform(-0.12, 0.12)) * high)

    width = rng.uniform(0.35, 0.6)
    if kind == "V":
        return pen_stroke(canvas, [at(0.1, 0.5), at(0.4, 0.95), at(1.15, -0.15)], width, colour)
    if kind == "filled":
        zigzag = [at(x / 5, 0.1 if x % 2 else 0.9) for x in range(6)]
        return pen_stroke(canvas, zigzag, width * 1.8, colour)
    first = pen_stroke(canvas, [at(0.0, 0.0), at(1.0, 1.0)], width, colour)
    second = pen_stroke(canvas, [at(1.0, 0.0), at(0.0, 1.0)], width, colour)
    rects = [rect for rect in (first, second) if rect]
    if not rects:
        return None
    return (min(r[0] for r in rects), min(r[1] for r in rects), max(r[2] for r in rects), max(r[3] for r in rects))


def signature(canvas: Canvas, x: float, y: float, colour: Colour, rng: random.Random) -> None:
    """A scribble around (x, y), millimetres."""
    points = []
    span = rng.uniform(14, 26)
    turns = rng.uniform(2.5, 5)
    for step in range(90):
        share = step / 89
        angle = turns * 2 * math.pi * share
        points.append((
            x - span / 2 + span * share + 3.2 * math.cos(angle),
            y + (4.5 - 3 * share) * math.sin(angle * 1.13) - 3 * share,
        ))  # fmt: skip
    pen_stroke(canvas, points, rng.uniform(0.3, 0.5), colour, 0.85)


def round_seal(canvas: Canvas, x: float, y: float, font: Path, rng: random.Random, *, strength: float = 0.6) -> None:
    """A red round seal of 34 to 36 mm around (x, y), its text an invented office's, worn in places."""
    radius = canvas.px(rng.uniform(17, 18))
    size = int(2 * radius) + 8
    mask = np.zeros((size, size), np.uint8)
    middle = (size / 2, size / 2)
    for share, width in ((0.98, 0.7), (0.9, 0.25), (0.58, 0.25)):
        fixed = (round(middle[0] * 8), round(middle[1] * 8))
        cv2.circle(mask, fixed, round(radius * share * 8), 255, max(round(canvas.px(width)), 1), cv2.LINE_AA, 3)
    _text_on_circle(mask, "ỦY BAN NHÂN DÂN XÃ * ĐÓNG DẤU MẪU * ", middle, radius * 0.7, font, canvas.px(3.4))
    _star(mask, middle, radius * 0.3)
    noise = np.random.default_rng(rng.getrandbits(32))
    wear = cv2.resize(noise.uniform(0.35, 1.15, (9, 9)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    turned = cv2.getRotationMatrix2D(middle, rng.uniform(-40, 40), 1.0)
    mask = np.clip(cv2.warpAffine(mask, turned, (size, size)) * wear, 0, 255).astype(np.uint8)
    canvas.ink(mask, canvas.px(x) - size / 2, canvas.px(y) - size / 2, RED, strength)


def _text_on_circle(
    mask: np.ndarray, text: str, middle: tuple[float, float], radius: float, font: Path, size: float
) -> None:
    for number, letter in enumerate(text):
        if letter == " ":
            continue
        made = text_mask(letter, font, round(size))
        degrees = -360.0 * number / len(text)
        angle = math.radians(-90 - degrees)
        centre = (middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle))
        turn = cv2.getRotationMatrix2D((made.mask.shape[1] / 2, made.mask.shape[0] / 2), degrees, 1.0)
        turn[:, 2] += (centre[0] - made.mask.shape[1] / 2, centre[1] - made.mask.shape[0] / 2)
        np.maximum(mask, cv2.warpAffine(made.mask, turn, (mask.shape[1], mask.shape[0])), out=mask)


def _star(mask: np.ndarray, middle: tuple[float, float], radius: float) -> None:
    corners = []
    for number in range(10):
        reach = radius if number % 2 == 0 else radius * 0.4
        angle = math.radians(36 * number - 90)
        corners.append([middle[0] + reach * math.cos(angle), middle[1] + reach * math.sin(angle)])
    cv2.fillPoly(mask, [np.array(corners, np.int32)], 255, cv2.LINE_AA)


def boxed_stamp(canvas: Canvas, text: str, x: float, y: float, font: Path, rng: random.Random) -> Rect | None:
    """A red boxed stamp, tilted, with its left top corner near (x, y), millimetres."""
    size = rng.uniform(4.0, 4.8)
    made = text_mask(text, font, round(canvas.px(size)), weight=canvas.px(0.12))
    squeeze = min(1.0, canvas.px(40) / made.mask.shape[1])
    letters = cv2.resize(made.mask, None, fx=squeeze, fy=1.0, interpolation=cv2.INTER_AREA)
    border, pad = max(round(canvas.px(0.5)), 2), round(canvas.px(1.4))
    framed = cv2.copyMakeBorder(letters, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    framed = cv2.copyMakeBorder(framed, border, border, border, border, cv2.BORDER_CONSTANT, value=255)
    room = round(canvas.px(5))
    framed = cv2.copyMakeBorder(framed, room, room, room, room, cv2.BORDER_CONSTANT, value=0)
    middle = (framed.shape[1] / 2, framed.shape[0] / 2)
    turned = cv2.warpAffine(framed, cv2.getRotationMatrix2D(middle, rng.uniform(-6, 6), 1.0), framed.shape[::-1])
    noise = np.random.default_rng(rng.getrandbits(32))
    wear = cv2.resize(noise.uniform(0.55, 1.1, (3, 12)).astype(np.float32), turned.shape[::-1])
    worn = np.clip(turned * wear, 0, 255).astype(np.uint8)
    return canvas.ink(worn, canvas.px(x) - room, canvas.px(y) - room, RED, rng.uniform(0.65, 0.95))
