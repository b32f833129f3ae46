"""Pictures of fields that were read or placed wrongly: the scan around the field, with both boxes drawn in."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.outcomes import FieldOutcome
from layouts.geometry import Quad

__all__ = ["failure_picture", "failure_pictures"]

_TRUE, _PLACED = (60, 140, 0), (40, 40, 210)
"""Green round the ink as it is, red round the field as it was placed."""


def failure_pictures(failures: tuple[FieldOutcome, ...]) -> list[str]:
    """A picture for each failure as a data address; empty where the scan cannot be opened."""
    pages: dict[Path, NDArray[np.uint8] | None] = {}
    found = []
    for failure in failures:
        if failure.path not in pages:
            pages[failure.path] = _opened(failure.path)
        page = pages[failure.path]
        found.append("" if page is None else failure_picture(page, failure))
    return found


def _opened(path: Path) -> NDArray[np.uint8] | None:
    """A scan in colour; read as bytes, since OpenCV cannot open some paths on Windows."""
    try:
        image = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    except (OSError, cv2.error):
        return None
    return None if image is None else np.asarray(image, np.uint8)


def failure_picture(page: NDArray[np.uint8], failure: FieldOutcome, *, width: int = 620) -> str:
    """The part of a page around a failure, as a data address of a JPEG; empty when there is nothing to show."""
    quads = (*failure.ink, *failure.quads)
    if not quads:
        return ""
    size = np.array([page.shape[1], page.shape[0]], np.float64)
    points = np.array(quads, np.float64).reshape(-1, 2) * size
    pad = 0.012 * size[0]
    left, top = np.maximum(points.min(axis=0) - pad, 0).astype(int)
    right, bottom = np.minimum(points.max(axis=0) + pad, size).astype(int)
    if right - left < 4 or bottom - top < 4:
        return ""
    part = page[top:bottom, left:right].copy()
    _outline(part, failure.quads, size, (left, top), _PLACED)
    _outline(part, failure.ink, size, (left, top), _TRUE)
    if part.shape[1] > width:
        part = np.asarray(cv2.resize(part, None, fx=width / part.shape[1], fy=width / part.shape[1],
                                     interpolation=cv2.INTER_AREA), np.uint8)  # fmt: skip
    done, data = cv2.imencode(".jpg", part, [cv2.IMWRITE_JPEG_QUALITY, 70])
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii") if done else ""


def _outline(
    part: NDArray[np.uint8], quads: tuple[Quad, ...], size: NDArray[np.float64], corner: tuple[int, int],
    colour: tuple[int, int, int],
) -> None:  # fmt: skip
    for quad in quads:
        points = (np.array(quad, np.float64) * size - np.array(corner)).astype(np.int32)
        cv2.polylines(part, [points], True, colour, max(1, round(size[0] / 1200)), cv2.LINE_AA)
