"""Which way up a page lies: quarter turns, upside down, and the skew of its text lines.

Three cues that need no recogniser, so they work for typing, handwriting and any language of labels:

- text in lines changes from row to row but not along a row, so blurring along the lines keeps more contrast;
- a projection profile is sharpest along the lines (0.02 degrees on pages of the 2006 and 2015 forms);
- letters and dotted lines end sharply at the baseline and raggedly at the top (capitals, hooks, tone marks).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ocr.images import GreyImage, Matrix, as_grey

__all__ = [
    "HALF_TURN",
    "WORK_SHORT_SIDE",
    "Orientation",
    "direction_is_doubtful",
    "find_orientation",
    "ink_map",
    "skew_of",
    "turned",
    "turning_back",
    "work_copy",
]

WORK_SHORT_SIDE = 827
"""Pixels of the short side of the copy that is measured: 100 dpi of A4; a text line is about 30 pixels high."""
HALF_TURN = 180
"""Degrees."""
MAX_SKEW = 12.0
"""Degrees: a page laid into a scanner never lies more askew."""
# Set by eye, none measured by itself. Pixels are those of the work copy, ink is 0..1.
_FULL_PERCENTILE, _FAINTEST = 92, 12.0
"""Ink counts as full from the strongest tenth on; and from so many grey levels, for an empty page is grain."""
_INKED, _RULE_WIDE, _RULE_HIGH = 0.4, 150, 80
"""Ink in one piece from this strength on that is wider or higher is no letter but a rule or a frame."""
_SOME_INK, _LEAST_INK = 0.3, 200
"""Ink that tells the skew, and how many pixels of it do."""

_Ink = npt.NDArray[np.float32]
_STROKES = (15, 15)
"""Pixels over which strokes close to paper: wider than any at 100 dpi."""
_ALONG_LINE = 41
"""Pixels (10 mm) over which ink is smeared: along the lines they stay apart, across them they run together."""
_SHIFTED = 0.12
"""Share of the width by which the rows at its ends move at most, with some room: half of tan 12 degrees."""
_COARSE, _FINER, _STEPS_ASIDE = 0.5, (0.1, 0.02), 5
"""Degrees of the steps in which the skew is looked for, and how many finer ones on either side of the best."""
_CLEARLY = 1.35
"""How much more contrast lines keep along than across them, at least: of 38 drawn pages that were turned rightly one
had less (1.25), the only one that was not had 0.99."""
_WITH_END = 0.01
"""Degrees beyond the last step, so that it is tried too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orientation:
    """How a page lies."""

    rotation: int
    """Degrees clockwise that the picture is turned to stand upright: 0, 90, 180, 270."""
    skew_degrees: float
    """Slope of the text lines after that turn; positive when they fall to the right."""


def turned(image: npt.NDArray[Any], rotation: int) -> npt.NDArray[Any]:
    """The picture turned clockwise by 0, 90, 180 or 270 degrees."""
    codes = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return cv2.rotate(image, codes[rotation]) if rotation else image


def turning_back(rotation: int, width: int, height: int) -> Matrix:
    """From a pixel of a turned picture to the same pixel before; width and height are those before turning."""
    matrices = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, 1, 0], [-1, 0, height - 1]],
        180: [[-1, 0, width - 1], [0, -1, height - 1]],
        270: [[0, -1, width - 1], [1, 0, 0]],
    }
    return np.array([*matrices[rotation], [0, 0, 1]], np.float64)


def work_copy(image: npt.NDArray[np.uint8]) -> tuple[GreyImage, float]:
    """A grey copy of about 100 dpi for measuring, and the factor it was shrunk by."""
    factor = WORK_SHORT_SIDE / min(image.shape[:2])
    size = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
    # shrinking before the change to grey is three times faster than the other way round
    shrunk = cv2.resize(image, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    return as_grey(shrunk), factor


def ink_map(grey: GreyImage) -> _Ink:
    """How much ink stands at each point of a work copy, 0..1, long rules left out.

    The paper is the closing of the picture, so shadows and dark desks vanish; the strongest tenth of the ink counts as
    1, so that faint pages weigh like dark ones.
    """
    paper = cv2.blur(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones(_STROKES, np.uint8)), _STROKES)
    ink: _Ink = cv2.subtract(paper, grey).astype(np.float32)
    full = max(_FAINTEST, float(np.percentile(ink, _FULL_PERCENTILE)))
    ink = np.minimum(ink / np.float32(full), np.float32(1.0))
    _, parts, stats, _ = cv2.connectedComponentsWithStats((ink > _INKED).astype(np.uint8), connectivity=8)
    rules = (stats[:, cv2.CC_STAT_WIDTH] > _RULE_WIDE) | (stats[:, cv2.CC_STAT_HEIGHT] > _RULE_HIGH)
    rules[0] = False
    ink[rules[parts]] = 0
    return ink


def find_orientation(grey: GreyImage, rotation: int | None = None) -> Orientation:
    """Find the turn (unless it is given) and the skew of a work copy (see `work_copy`).

    Args:
        grey: (height, width), 0 black to 255 paper.
        rotation: quarter turns already known, in degrees.
    """
    ink = ink_map(grey)
    if rotation is not None:
        return Orientation(rotation=rotation, skew_degrees=skew_of(turned(ink, rotation)))
    quarter = 0 if _lines_run_across(ink) else 90
    ink = turned(ink, quarter)
    skew = skew_of(ink)
    asymmetry = _baseline_asymmetry(_unskewed(ink, skew))
    rotation = quarter if asymmetry >= 0 else (quarter + HALF_TURN) % (2 * HALF_TURN)
    return Orientation(rotation=rotation, skew_degrees=skew)


def direction_is_doubtful(grey: GreyImage) -> bool:
    """Whether the lines of a work copy may as well run down the page: few lines, and much else on it."""
    along, down = _contrasts(ink_map(grey))
    return max(along, down) < _CLEARLY * min(along, down)


def _lines_run_across(ink: _Ink) -> bool:
    along, down = _contrasts(ink)
    return along >= down


def _contrasts(ink: _Ink) -> tuple[float, float]:
    """What is left of the contrast when ink is smeared across the page, and down it."""
    return float(cv2.blur(ink, (_ALONG_LINE, 1)).var()), float(cv2.blur(ink, (1, _ALONG_LINE)).var())


def skew_of(ink: _Ink) -> float:
    """Slope of the text lines in degrees, by the sharpest projection profile, within 12 degrees either way."""
    rows, columns = np.nonzero(ink > _SOME_INK)
    if len(rows) < _LEAST_INK:
        return 0.0
    weights = ink[rows, columns]
    offsets = columns - ink.shape[1] / 2
    margin = int(ink.shape[1] * _SHIFTED) + 2

    def sharpness(degrees: float) -> float:
        places = (rows - offsets * np.tan(np.radians(degrees)) + margin).astype(np.int64)
        profile = np.bincount(np.clip(places, 0, None), weights)
        return float((np.diff(profile) ** 2).sum())

    best = float(max(np.arange(-MAX_SKEW, MAX_SKEW + _WITH_END, _COARSE), key=sharpness))
    for step in _FINER:
        best = float(
            max(np.arange(best - _STEPS_ASIDE * step, best + (_STEPS_ASIDE + 0.5) * step, step), key=sharpness)
        )
    return best


def _unskewed(ink: _Ink, degrees: float) -> _Ink:
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    level: _Ink = cv2.warpAffine(ink, matrix, (width, height))
    return level


def _baseline_asymmetry(ink: _Ink, strip: int = 60) -> float:
    """Positive for upright text, negative upside down, about 0 without text; -1..1.

    Third power of the row-to-row change in strips of 15 mm: the fall below a baseline is steeper than the rise above
    it. Strips keep lines apart that perspective lets run together.
    """
    height, width = ink.shape
    strips = ink[:, : width // strip * strip].reshape(height, -1, strip).sum(axis=2)
    change = np.diff(strips, axis=0)
    total = float((np.abs(change) ** 3).sum())
    return -float((change**3).sum()) / total if total else 0.0
