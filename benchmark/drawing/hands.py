"""Writing values: a printer, a typewriter or a pen, along the dotted lines given for the value."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from benchmark.drawing.canvas import Canvas, Colour, Mask, Rect, TextMask, text_mask, text_width
from benchmark.drawing.fonts import FontSet
from benchmark.drawing.real_pen import RealPen

__all__ = ["Hand", "Segment", "write_value"]

Segment = tuple[float, float, float]
"""Left end, baseline and right end of a space for writing, in millimetres."""

_PEN_INKS: tuple[Colour, ...] = ((120, 50, 25), (150, 60, 30), (95, 35, 30), (45, 40, 40), (35, 30, 35), (60, 45, 70),
                                 (40, 50, 70), (130, 75, 60))  # fmt: skip
_TYPED_INKS: tuple[Colour, ...] = ((25, 25, 25), (50, 45, 45), (75, 70, 68))
"""Blue, green, red."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How values are written in one book; lengths in millimetres."""

    font: Path
    typed: bool
    typewriter: bool = False
    size: float = 5.0
    colour: Colour = (40, 40, 40)
    strength: float = 0.95
    weight: float = 0.0
    slant: float = 0.0
    rise: float = 0.4
    """Height of the baseline over the dots; below zero the dots run through the letters."""
    jitter: float = 0.0
    """How far the baseline wanders."""
    capitals_font: Path | None = None
    """For words in capitals: nobody writes a whole name in ornamental initials."""
    indent: float = 4.0
    """How far from the label a value may start."""
    strike_share: float = 0.0
    """Share of values with a slip of the pen struck out before them."""
    real: RealPen | None = None
    """Writes instead of the font; `size` is then the height of small letters."""

    def width(self, text: str, canvas: Canvas) -> float:
        """Width of a text in pixels of the sheet."""
        if self.real is not None:
            return self.real.width(text, canvas.px(self.size))
        return text_width(text, self.font, round(canvas.px(self.size)))

    def mask(self, text: str, canvas: Canvas) -> TextMask:
        """A text as a mask of ink."""
        if self.real is not None:
            return self.real.text_mask(text, canvas.px(self.size))
        return text_mask(text, self.font, round(canvas.px(self.size)), weight=canvas.px(self.weight))

    @classmethod
    def typed_by(cls, rng: random.Random, fonts: FontSet, label_mm: float) -> Hand:
        """A printer or a typewriter."""
        typewriter = rng.random() < 0.35
        return cls(
            font=rng.choice(fonts.typewriters if typewriter else fonts.print_fonts),
            typed=True,
            typewriter=typewriter,
            size=label_mm * rng.uniform(0.88, 1.06) * (0.92 if typewriter else 1.0),
            colour=rng.choice(_TYPED_INKS),
            strength=rng.uniform(0.8, 1.0),
            weight=rng.choice((0.0, 0.0, 0.03, 0.08)),
            rise=rng.choice((0.0, 0.3, 0.5, 0.8, -0.3)),
            indent=rng.choice((1.0, 2.0, 6.0, 18.0)),
        )

    @classmethod
    def pen(cls, rng: random.Random, fonts: FontSet) -> Hand:
        """A pen; sizes are evened out, since one font's letters are half as tall as another's."""
        font = rng.choice(fonts.pens)
        upright = [pen for pen in fonts.pens if pen.name.startswith(_PLAIN_CAPITALS)]
        ornate = font.name.startswith(_ORNATE_CAPITALS)
        return cls(
            font=font,
            typed=False,
            capitals_font=rng.choice(upright) if ornate and upright else None,
            size=_even_size(font) * rng.uniform(0.88, 1.15),
            colour=rng.choice(_PEN_INKS),
            strength=rng.uniform(0.72, 1.0),
            weight=rng.choice((0.0, 0.02, 0.05, 0.08)),
            slant=rng.uniform(-0.08, 0.22),
            rise=rng.uniform(-0.5, 1.1),
            jitter=rng.uniform(0.15, 0.5),
            indent=rng.choice((3.0, 8.0, 25.0)),
            strike_share=0.015,
        )

    @classmethod
    def of_writer(cls, rng: random.Random, fonts: FontSet, pen: RealPen) -> Hand:
        """A real writer's pen; what only a font can write falls to one that looks like a pen."""
        return cls(
            font=rng.choice(fonts.pens),
            typed=False,
            size=_X_HEIGHT_MM * rng.uniform(0.85, 1.2),
            colour=rng.choice(_PEN_INKS),
            strength=rng.uniform(0.75, 1.0),
            rise=rng.uniform(-0.4, 1.0),
            jitter=rng.uniform(0.05, 0.15),
            indent=rng.choice((3.0, 8.0, 25.0)),
            real=pen,
        )


_PLAIN_CAPITALS = ("patrick-hand", "mali", "grape-nuts", "itim", "pangolin", "shantell-sans", "square-peg")
_ORNATE_CAPITALS = ("ephesis", "allison", "playwrite", "charm", "birthstone", "inspiration", "moon-dance", "waterfall",
                    "passions", "caramel", "splash", "vujahday", "momo", "fuggles", "oooh-baby")  # fmt: skip
_X_HEIGHT_MM = 2.35
"""Millimetres: height of a small letter written by hand, before the hand's own size."""


def _even_size(font: Path) -> float:
    """Font size at which small letters have the usual height."""
    tall = text_mask("xnaocu", font, 200)
    rows = np.flatnonzero(tall.mask.max(axis=1) > 90)
    return _X_HEIGHT_MM * 200 / max(float(rows[-1] - rows[0] + 1), 1.0)


def write_value(
    canvas: Canvas, text: str, segments: list[Segment], hand: Hand, rng: random.Random, *, spill: float = 1.0
) -> list[Rect]:
    """Write a value along the spaces given; the rectangles of its pieces, one a line.

    A value longer than its first space runs on into the next one; on the last it is squeezed, then runs over the
    end by at most `spill` millimetres.
    """
    spill = min(spill, 1.0) if hand.typed else spill
    hand = replace(hand, rise=hand.rise + rng.uniform(-0.25, 0.25))
    if hand.capitals_font and text.isupper() and " " in text:
        hand = replace(hand, font=hand.capitals_font, size=_even_size(hand.capitals_font))
    hand, lines = _fit(canvas, text, segments, hand, spill)
    pieces: list[Rect] = []
    for line, (left, baseline, right) in zip(lines, segments, strict=False):
        if not line:
            continue
        width = hand.width(line, canvas) / canvas.scale
        squeeze = min(1.0, max((right - left + spill) / max(width, 0.1), 0.55))
        slack = max(right - left - width * squeeze - 1.0, 0.0)
        x = left + min(0.6 + rng.random() * hand.indent, slack)
        if not pieces and rng.random() < hand.strike_share and slack > 25:
            x = _slip_of_the_pen(canvas, line, x, baseline, hand, rng)
        rect = _write_line(canvas, line, x, baseline - hand.rise, squeeze, hand, rng)
        if rect:
            pieces.append(rect)
    return pieces


def _fit(canvas: Canvas, text: str, segments: list[Segment], hand: Hand, spill: float) -> tuple[Hand, list[str]]:
    """The text broken over the spaces, written smaller when it does not fit as it is."""
    for factor in (1.0, 0.92, 0.85, 0.78, 0.7):
        smaller = replace(hand, size=hand.size * factor)
        lines = _broken(canvas, text, segments, smaller, spill)
        if lines is not None:
            return smaller, lines
    smaller = replace(hand, size=hand.size * 0.62)
    return smaller, _broken(canvas, text, segments, smaller, spill, force=True) or [text]


def _broken(
    canvas: Canvas, text: str, segments: list[Segment], hand: Hand, spill: float, *, force: bool = False
) -> list[str] | None:
    """The text broken over the spaces, or None when it does not fit; a lone long word is left to be squeezed."""
    words, lines = text.split(" "), []
    widest = max(right - left for left, _, right in segments) * canvas.scale
    for number, (left, _, right) in enumerate(segments):
        last = number == len(segments) - 1
        room = (right - left) * canvas.scale * (1.12 if last else 1.0) + (spill * 0.6 * canvas.scale if last else 0.0)
        line: list[str] = []
        while words:
            longer = hand.width(" ".join([*line, words[0]]), canvas)
            alone = not line and (right - left) * canvas.scale >= widest * 0.9 and longer > widest
            if longer > room and not alone and not (force and last):
                break
            line.append(words.pop(0))
        lines.append(" ".join(line))
    return None if words else lines


def _slip_of_the_pen(canvas: Canvas, line: str, x: float, baseline: float, hand: Hand, rng: random.Random) -> float:
    """A wrong start, struck out; where the right value begins."""
    wrong = line[: rng.randint(2, min(6, max(len(line), 2)))]
    rect = _write_line(canvas, wrong, x, baseline - hand.rise, 1.0, hand, rng)
    if rect is None:
        return x
    scale = canvas.scale
    middle = (rect[1] + rect[3]) / 2 / scale
    for drop in (0.0, 0.7):
        start = (rect[0] / scale - 0.5, middle + drop)
        canvas.line(start, (rect[2] / scale + 0.5, middle + drop + rng.uniform(-0.4, 0.4)), 0.4, hand.colour)
    return rect[2] / scale + 2.0


def _write_line(
    canvas: Canvas, text: str, x: float, y: float, squeeze: float, hand: Hand, rng: random.Random
) -> Rect | None:
    if hand.typewriter:
        return _type_line(canvas, text, x, y, squeeze, hand, rng)
    if hand.typed:
        return canvas.text(text, x, y, hand.font, hand.size, hand.colour, weight_mm=hand.weight,
                           strength=hand.strength, squeeze=squeeze)  # fmt: skip
    made = hand.mask(text, canvas)
    mask, ox, oy = _penned(made.mask, made.origin_x, made.origin_y, squeeze, hand, canvas.scale, rng)
    return canvas.ink(mask, canvas.px(x) - ox, canvas.px(y) - oy, hand.colour, hand.strength)


def _type_line(
    canvas: Canvas, text: str, x: float, y: float, squeeze: float, hand: Hand, rng: random.Random
) -> Rect | None:
    """Letters struck one by one: not quite level, not equally black."""
    found: Rect | None = None
    step = text_width("n", hand.font, round(canvas.px(hand.size))) / canvas.scale * squeeze
    for place, letter in enumerate(text):
        rect = canvas.text(
            letter, x + place * step, y + rng.gauss(0, 0.05), hand.font, hand.size, hand.colour,
            weight_mm=hand.weight, strength=hand.strength * rng.uniform(0.8, 1.0), squeeze=squeeze,
        )  # fmt: skip
        if rect:
            found = rect if found is None else _around(found, rect)
    return found


def _around(a: Rect, b: Rect) -> Rect:
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def _penned(
    mask: Mask, ox: float, oy: float, squeeze: float, hand: Hand, scale: float, rng: random.Random
) -> tuple[Mask, float, float]:
    """Letters as a hand makes them: leaning, off the line, pressed unevenly. Returns mask and new origin."""
    height, width = mask.shape
    pad = max(int(hand.jitter * scale * 2) + 3, 4)
    lean = int(abs(hand.slant) * height) + 2
    out_w, out_h = int(width * squeeze) + 2 * pad + 2 * lean, height + 2 * pad
    noise = np.random.default_rng(rng.getrandbits(32))
    knots = max(3, int(width / (scale * 7)) + 2)
    drift = noise.normal(0, hand.jitter * scale * 0.6, (1, knots)).astype(np.float32)
    stretch = noise.normal(0, 0.35 * scale * 0.6, (1, knots)).astype(np.float32)
    dy = cv2.resize(drift, (out_w, 1), interpolation=cv2.INTER_CUBIC)[0]
    dx = cv2.resize(stretch, (out_w, 1), interpolation=cv2.INTER_CUBIC)[0]
    dy -= dy.mean()
    slope = noise.normal(0, 0.004)
    xs = np.arange(out_w, dtype=np.float32)[None, :]
    ys = np.arange(out_h, dtype=np.float32)[:, None]
    source_y = np.float32(1) * (ys - pad - dy[None, :] - slope * (xs - out_w / 2))
    source_x = (xs - pad - lean - hand.slant * (oy - source_y)) / squeeze + dx[None, :]
    made = cv2.remap(mask, source_x.astype(np.float32), source_y.astype(np.float32), cv2.INTER_LINEAR)
    pressure = noise.uniform(0.72, 1.0, (2, max(3, out_w // int(scale * 3) + 2))).astype(np.float32)
    made = (made * cv2.resize(pressure, (out_w, out_h), interpolation=cv2.INTER_LINEAR)).astype(np.uint8)
    return made, pad + lean + ox * squeeze, pad + oy
