"""What paper, scanners and telephones do to a sheet: bleed-through, colour, skew, curl, light, noise, compression."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.drawing.canvas import Rect
from layouts.geometry import Quad
from ocr.images import MM_PER_INCH

__all__ = ["Delivered", "Faults", "ScanMode", "deliver"]

Image = NDArray[np.uint8]


class ScanMode(StrEnum):
    """What the scanner delivers."""

    COLOUR = "colour"
    GREY = "grey"
    BILEVEL = "bilevel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Everything that stands between the written sheet and the file; lengths in millimetres."""

    paper: tuple[int, int, int] = (238, 243, 246)
    """Paper colour, blue green red."""
    texture: float = 2.0
    """Unevenness of the paper in grey levels."""
    stains: int = 0
    bleed: float = 0.0
    """Strength of the mirrored reverse, 0 to 1."""
    skew_degrees: float = 0.0
    trapezium: float = 0.0
    """Corners displaced by up to this share of the page."""
    curl: float = 0.0
    """How far lines bend near the binding."""
    binding_left: bool = True
    border: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """Seen beyond the page: left, top, right, bottom; below zero the page is cropped there."""
    border_grey: int = 25
    gutter_shadow: float = 0.0
    uneven_light: float = 0.0
    blur: float = 0.5
    """Blur in pixels at 300 dpi."""
    noise: float = 2.0
    mode: ScanMode = ScanMode.COLOUR
    """`colour`, `grey` or `bilevel`."""
    jpeg_quality: int = 80
    dpi: int = 300
    turns: int = 0
    """Quarter turns anticlockwise: a page laid sideways or upside down."""
    photo: bool = False
    seal_share: float = 0.35
    """Share of pages with a red seal at the edge."""

    @classmethod
    def clean(cls) -> Faults:
        """A flatbed at its best."""
        return cls(blur=0.4, noise=1.0, seal_share=0.0)

    @classmethod
    def small(cls, rng: random.Random) -> Faults:
        """A good scanner set to small files, for pages that ship with the program."""
        return cls(
            paper=(226, 236, 243),
            texture=0.3,
            bleed=0.07,
            skew_degrees=rng.uniform(-0.7, 0.7),
            trapezium=0.001,
            border=(1.5, 0.0, 0.0, 1.5),
            uneven_light=0.02,
            noise=0.0,
            jpeg_quality=36,
            dpi=240,
            seal_share=0.4,
        )

    @classmethod
    def varied(cls, rng: random.Random) -> Faults:
        """An office scanner on an ordinary day."""
        warm = rng.uniform(0, 1)
        base = rng.uniform(222, 252)
        edge = [rng.choice((0.0, 0.0, 0.0, rng.uniform(0.5, 6), rng.uniform(-6, -1))) for _ in range(4)]
        mode = rng.choice((*[ScanMode.COLOUR] * 4, ScanMode.GREY, ScanMode.BILEVEL))
        return cls(
            paper=(round(base - 26 * warm), round(base - 9 * warm), round(base)),
            texture=rng.uniform(1, 4),
            stains=rng.choice((0, 0, 0, 1, 3)),
            bleed=0.05 if mode is ScanMode.BILEVEL else rng.choice((0.0, 0.08, 0.16, 0.26)),
            skew_degrees=rng.gauss(0, 0.7) if rng.random() < 0.8 else rng.uniform(-5, 5),
            trapezium=rng.uniform(0, 0.004),
            curl=rng.choice((0.0, 0.0, rng.uniform(0.5, 2.0))),
            binding_left=rng.random() < 0.5,
            border=(edge[0], edge[1], edge[2], edge[3]),
            border_grey=rng.choice((10, 30, 60, 245)),
            gutter_shadow=rng.choice((0.0, 0.0, rng.uniform(0.1, 0.45))),
            uneven_light=rng.uniform(0, 0.06),
            blur=rng.uniform(0.3, 0.9),
            noise=rng.uniform(1, 5),
            mode=mode,
            jpeg_quality=rng.randint(55, 90),
            dpi=rng.choice((200, 300, 300, 300, 300, 400)),
        )

    @classmethod
    def photographed(cls, rng: random.Random) -> Faults:
        """A telephone held over the book."""
        warm = rng.uniform(0, 1)
        base = rng.uniform(215, 245)
        return cls(
            paper=(round(base - 26 * warm), round(base - 9 * warm), round(base)),
            texture=rng.uniform(1, 3),
            bleed=rng.choice((0.0, 0.1, 0.18)),
            skew_degrees=rng.gauss(0, 2.0),
            trapezium=rng.uniform(0.01, 0.045),
            curl=rng.uniform(0.0, 3.5),
            binding_left=rng.random() < 0.5,
            border=(rng.uniform(2, 14), rng.uniform(2, 14), rng.uniform(2, 14), rng.uniform(2, 14)),
            border_grey=rng.randint(25, 110),
            gutter_shadow=rng.uniform(0.0, 0.35),
            uneven_light=rng.uniform(0.15, 0.45),
            blur=rng.uniform(0.7, 1.5),
            noise=rng.uniform(3, 8),
            jpeg_quality=rng.randint(60, 88),
            dpi=rng.randint(190, 300),
            photo=True,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The finished scan and the way from the sheet to it."""

    image: Image
    faults: Faults
    homography: NDArray[np.float64]
    """Sheet pixels (after the curl) to pixels of the scan before its last scaling."""
    sheet_size: tuple[int, int]
    scan_size: tuple[int, int]
    scale: float
    """Pixels a millimetre of the sheet."""

    def quad(self, rect: Rect) -> Quad:
        """A rectangle of the sheet as four corners on the scan, fractions of its width and height."""
        left, top, right, bottom = rect
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)
        corners[:, 1] += _curl(corners[:, 0], self.faults, self.sheet_size[0], self.scale)
        moved: Any = cv2.perspectiveTransform(corners[None], self.homography)[0]
        fractions = np.clip(moved / np.array(self.scan_size, np.float64), 0, 1)
        for _ in range(self.faults.turns % 4):
            fractions = np.stack([fractions[:, 1], 1 - fractions[:, 0]], axis=1)
        points = [(round(float(x), 5), round(float(y), 5)) for x, y in fractions]
        return (points[0], points[1], points[2], points[3])


def deliver(light: Image, dpi: int, faults: Faults, rng: random.Random, reverse: Image | None = None) -> Delivered:
    """The sheet as its scan.

    Args:
        light: the drawn sheet, BGR, white where there is no ink.
        dpi: of the sheet.
        faults: what happens to it.
        rng: source of chance.
        reverse: the sheet's other side, for bleed-through.
    """
    noise = np.random.default_rng(rng.getrandbits(32))
    scale = dpi / MM_PER_INCH
    page = _on_paper(light, faults, noise, reverse)
    homography, size = _placing(page.shape[1], page.shape[0], scale, faults, rng)
    scan = _warped(page, homography, size, faults, scale)
    scan = _lit(scan, faults, noise)
    if faults.blur > 0.2:
        scan = np.asarray(cv2.GaussianBlur(scan, (0, 0), faults.blur * dpi / 300), np.uint8)
    if faults.dpi != dpi:
        factor = faults.dpi / dpi
        how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        scan = np.asarray(cv2.resize(scan, None, fx=factor, fy=factor, interpolation=how), np.uint8)
    return Delivered(
        image=np.ascontiguousarray(np.rot90(_sensed(scan, faults, noise), faults.turns)),
        faults=faults,
        homography=homography,
        sheet_size=(page.shape[1], page.shape[0]),
        scan_size=size,
        scale=scale,
    )


def _on_paper(light: Image, faults: Faults, noise: np.random.Generator, reverse: Image | None) -> Image:
    height, width = light.shape[:2]
    through = light
    if reverse is not None and faults.bleed > 0:
        back = cv2.resize(cv2.flip(reverse, 1), (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        back = cv2.resize(cv2.GaussianBlur(back, (0, 0), 1.6), (width, height), interpolation=cv2.INTER_LINEAR)
        ghost = cv2.addWeighted(back, faults.bleed, np.full_like(back, 255), 1 - faults.bleed, 0)
        through = np.asarray(cv2.multiply(light, ghost, scale=1 / 255), np.uint8)
    grain = _field(noise, (height, width), 240) * faults.texture
    grain += _field(noise, (height, width), 6) * faults.texture * 0.6
    for _ in range(faults.stains):
        grain -= _stain(noise, (height, width))
    channels = []
    for number in range(3):
        paper = np.clip(grain + faults.paper[number], 0, 255).astype(np.uint8)
        channels.append(cv2.multiply(through[..., number], paper, scale=1 / 255))
    return np.asarray(cv2.merge(channels), np.uint8)


def _field(noise: np.random.Generator, shape: tuple[int, int], cell: int) -> NDArray[np.float32]:
    """Smooth random unevenness with a grain of `cell` pixels."""
    small = noise.standard_normal((shape[0] // cell + 3, shape[1] // cell + 3)).astype(np.float32)
    return np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)


def _stain(noise: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float32]:
    small = np.zeros((shape[0] // 16, shape[1] // 16), np.float32)
    centre = (int(noise.integers(small.shape[1])), int(noise.integers(small.shape[0])))
    axes = (int(noise.integers(4, 26)), int(noise.integers(4, 26)))
    cv2.ellipse(small, centre, axes, float(noise.integers(180)), 0, 360, float(noise.uniform(6, 26)), -1)
    soft = cv2.GaussianBlur(small, (0, 0), 2.0)
    return np.asarray(cv2.resize(soft, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)


def _placing(
    width: int, height: int, scale: float, faults: Faults, rng: random.Random
) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Where the sheet's corners fall on the scan, and the scan's size."""
    left, top, right, bottom = (round(edge * scale) for edge in faults.border)
    size = (width + left + right, height + top + bottom)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), faults.skew_degrees, 1.0)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    moved = corners @ turn[:, :2].T + turn[:, 2]
    reach = faults.trapezium * max(width, height)
    moved += np.array([[rng.uniform(-reach, reach), rng.uniform(-reach, reach)] for _ in range(4)])
    moved += np.array([left, top])
    if faults.photo:  # a photographer keeps the whole page in view
        low, high = moved.min(axis=0), moved.max(axis=0)
        margin = 0.01 * np.array(size)
        factor = float(np.min((np.array(size) - 2 * margin) / (high - low)))
        moved = (moved - (low + high) / 2) * min(factor, 1.0) + np.array(size) / 2
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32))
    return np.asarray(matrix, np.float64), size


def _curl(x: Any, faults: Faults, width: int, scale: float) -> Any:
    """How far down a spot is shifted near the binding, in pixels of the sheet."""
    if not faults.curl:
        return 0.0 * x
    distance = x if faults.binding_left else width - x
    return faults.curl * scale * np.exp(-distance / (28.0 * scale))


def _warped(page: Image, homography: NDArray[np.float64], size: tuple[int, int], faults: Faults, scale: float) -> Image:
    grey = faults.border_grey
    if not faults.curl:
        made = cv2.warpPerspective(page, homography, size, flags=cv2.INTER_LINEAR, borderValue=(grey, grey, grey))
        return np.asarray(made, np.uint8)
    inverse = np.linalg.inv(homography)
    xs, ys = np.meshgrid(np.arange(size[0], dtype=np.float32), np.arange(size[1], dtype=np.float32))
    below = inverse[2, 0] * xs + inverse[2, 1] * ys + inverse[2, 2]
    source_x = ((inverse[0, 0] * xs + inverse[0, 1] * ys + inverse[0, 2]) / below).astype(np.float32)
    source_y = (inverse[1, 0] * xs + inverse[1, 1] * ys + inverse[1, 2]) / below
    source_y = (source_y - _curl(source_x, faults, page.shape[1], scale)).astype(np.float32)
    made = cv2.remap(page, source_x, source_y, cv2.INTER_LINEAR, borderValue=(grey, grey, grey))
    return np.asarray(made, np.uint8)


def _lit(scan: Image, faults: Faults, noise: np.random.Generator) -> Image:
    if faults.uneven_light < 0.01 and faults.gutter_shadow < 0.01:
        return scan
    rows, cols = 48, 34
    ys, xs = np.mgrid[0:rows, 0:cols]
    angle = noise.uniform(0, 2 * np.pi)
    ramp = np.cos(angle) * (xs / cols - 0.5) + np.sin(angle) * (ys / rows - 0.5)
    spot = np.exp(-(((xs / cols - noise.uniform(0, 1)) ** 2) + (ys / rows - noise.uniform(0, 1)) ** 2) / 0.25)
    light = 1.0 - faults.uneven_light * (0.5 - ramp * 0.7) + faults.uneven_light * 0.35 * (spot - 0.5)
    side = xs / cols if faults.binding_left else 1 - xs / cols
    light *= 1.0 - faults.gutter_shadow * np.exp(-side / 0.045)
    field = cv2.resize(np.clip(light, 0.15, 1.1).astype(np.float32), (scan.shape[1], scan.shape[0]))
    shaded = scan.astype(np.float32)
    shaded *= field[..., None]
    return np.clip(shaded, 0, 255).astype(np.uint8)


def _sensed(scan: Image, faults: Faults, noise: np.random.Generator) -> Image:
    """Noise of the sensor, then grey or bilevel when the scanner was set so."""
    image = scan if faults.mode is ScanMode.COLOUR else np.asarray(cv2.cvtColor(scan, cv2.COLOR_BGR2GRAY), np.uint8)
    if faults.noise > 0.3:
        tile = noise.standard_normal((512, 512)).astype(np.float32) * faults.noise
        repeats = (image.shape[0] // 512 + 1, image.shape[1] // 512 + 1)
        grain = np.tile(tile, repeats)[: image.shape[0], : image.shape[1]]
        grain = grain[..., None] if image.ndim == 3 else grain
        image = np.clip(image + grain, 0, 255).astype(np.uint8)
    if faults.mode is ScanMode.BILEVEL:
        local = cv2.adaptiveThreshold(image, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 61, 30)
        return np.asarray(local, np.uint8)
    return image
