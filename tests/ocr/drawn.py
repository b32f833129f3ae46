"""Drawn pages for the tests of this room: known text, known faults; kept between tests, drawing takes a while."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.drawing.book import DrawnPage, draw_page
from benchmark.drawing.faults import Faults
from ocr.forms.page_fit import PageFit
from ocr.images import PIXELS_PER_MM
from ocr.readings import PageKind

Sort = Literal["entries", "cover", "closing", "blank", "cancelled"]

LEVEL_FIT = PageFit(
    y_mm=(0.0, 200.0),
    y_px=(200.0, 200 + 200 * PIXELS_PER_MM),
    y_scale=PIXELS_PER_MM,
    x_origin=120,
    x_scale=PIXELS_PER_MM,
)
"""A template that lies straight and at full size on its page."""


@lru_cache(maxsize=32)
def drawn(
    form: str = "birth-2015",
    *,
    seed: int = 3,
    hand: bool = True,
    sort: Sort = "entries",
    a3: bool = False,
    **faults: Any,
) -> DrawnPage:
    """A page from a flatbed at its best, with the faults named."""
    return draw_page(
        form,
        ink="hand" if hand else "typed",
        seed=seed,
        sort=PageKind(sort),
        a3=a3,
        faults=replace(Faults.clean(), **faults),
    )


def in_colour(page: DrawnPage) -> NDArray[np.uint8]:
    """The page as `scans.open_page` hands it on."""
    image = page.image
    return image if image.ndim == 3 else np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8)


def ink_quads(page: DrawnPage) -> list[NDArray[np.float64]]:
    """Where each written piece lies, in pixels of the scan."""
    size = np.array([page.image.shape[1], page.image.shape[0]], float)
    pieces = [quad for entry in page.truth["entries"] for value in entry.values() for quad in value["ink"]]
    return [np.array(quad, float) * size for quad in pieces]


def coverage(quads: Any, ink: Any) -> float:
    """Share of the ink that some four-cornered shapes cover; both in fractions of the scan."""
    found, there = np.zeros((1500, 1500), np.uint8), np.zeros((1500, 1500), np.uint8)
    for canvas, shapes in ((found, quads), (there, ink)):
        for shape in shapes:
            cv2.fillPoly(canvas, [np.int32(np.array(shape) * 1500)], 1)
    return float((found & there).sum() / max(there.sum(), 1))
