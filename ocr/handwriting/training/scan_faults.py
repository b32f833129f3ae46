"""Faults of paper, light, scanners, cameras and file formats on the picture of a line."""

from __future__ import annotations

import random

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.handwriting.training.drawing import Mask

__all__ = ["clouds", "curl", "file_faults", "uneven_light"]


def clouds(seeds: np.random.Generator, height: int, width: int, cell: int, depth: float) -> Mask:
    """Strength that changes from place to place, around 1.

    Args:
        seeds: source of chance.
        height: of the picture, pixels.
        width: of the picture.
        cell: pixels from one change to the next.
        depth: standard deviation of the strength.
    """
    small = seeds.normal(1.0, depth, (max(2, height // cell + 1), max(2, width // cell + 1))).astype(np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def uneven_light(height: int, width: int, rng: random.Random) -> Mask:
    """Uneven light and shadow edges of a telephone picture."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    slope = rng.gauss(0, 0.35) * columns / width + rng.gauss(0, 0.2) * rows / height
    light = 1.0 + slope - slope.mean()
    if rng.random() < 0.4:
        edge = rng.uniform(0.1, 0.9) * width
        steps = np.clip((columns - edge) / rng.uniform(4, 40), -30, 30)
        light = light * (1.0 - rng.uniform(0.1, 0.45) / (1.0 + np.exp(steps)))
    return np.asarray(np.clip(light, 0.35, 1.25), np.float32)


def curl(canvas: Mask, rng: random.Random) -> Mask:
    """The bent and slightly turned line of a page that does not lie flat before the camera."""
    height, width = canvas.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    bend = rng.uniform(0.0, 0.09) * height * np.sin(columns / width * rng.uniform(1.5, 6.0) + rng.uniform(0, 6.3))
    turn = rng.gauss(0, 0.012) * (columns - width / 2)
    shift = np.clip(bend + turn, -0.16 * height, 0.16 * height)
    return np.asarray(cv2.remap(canvas, columns, rows + shift.astype(np.float32), cv2.INTER_LINEAR), np.float32)


def file_faults(crop: NDArray[np.uint8], rng: random.Random, photo: bool) -> NDArray[np.uint8]:
    """Perspective, low resolution, blur, JPEG and thresholding."""
    height, width = crop.shape
    if rng.random() < (0.6 if photo else 0.12):
        reach = 0.08 * height
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        moved = corners + np.array([[rng.gauss(0, reach), rng.gauss(0, reach)] for _ in range(4)], np.float32)
        matrix = cv2.getPerspectiveTransform(corners, moved)
        crop = np.asarray(cv2.warpPerspective(crop, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    if rng.random() < (0.45 if photo else 0.2):
        factor = max(rng.uniform(0.32, 0.8), 24.0 / height)
        size = (max(16, round(width * factor)), max(12, round(height * factor)))
        crop = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)
    if rng.random() < (0.4 if photo else 0.08):
        crop = np.asarray(cv2.GaussianBlur(crop, (0, 0), rng.uniform(0.7, 2.0)), np.uint8)
    elif rng.random() < 0.05:
        crop = np.asarray(cv2.blur(crop, rng.choice(((3, 1), (5, 1), (1, 3)))), np.uint8)
    if rng.random() < 0.45:
        _, data = cv2.imencode(".jpg", crop, (cv2.IMWRITE_JPEG_QUALITY, rng.randint(22, 92)))
        crop = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
    if rng.random() < 0.12:
        if rng.random() < 0.5:
            _, crop = cv2.threshold(crop, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        else:
            crop = cv2.adaptiveThreshold(
                crop, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 31, rng.randint(8, 22)
            )
    return np.asarray(crop, np.uint8)
