"""What is known of a page after each step: frozen records, of which each step takes one and gives the next.

Picture -> Upright -> Cleaned -> RecognisedForm or RecognisedTable -> Placed -> Cut -> Read. A page that is no page of
entries ends as `Judged`, one that fits no form as `Unknown`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ocr.cleaning.clean import CleanPage
from ocr.cleaning.surface import Surface
from ocr.cutting.line_bands import LineKey
from ocr.cutting.line_crops import LineCrop
from ocr.forms.match_form import FormMatch
from ocr.forms.match_table import TableMatch
from ocr.forms.page_fit import PageFit
from ocr.forms.page_kinds import PageJudgement
from ocr.images import BgrImage, Matrix, PixelBox
from ocr.placing.placed_page import PlacedPage
from ocr.reading.lines import ReadLines
from ocr.readings import FieldReading, PageTask, SignatureReading, StepTime
from ocr.straightening.straighten import Straightened
from ocr.tesseract import Word

__all__ = [
    "Cleaned",
    "Clock",
    "Cut",
    "Found",
    "Judged",
    "Origin",
    "Picture",
    "Placed",
    "Read",
    "Recognised",
    "RecognisedForm",
    "RecognisedTable",
    "Searched",
    "Unknown",
    "Upright",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which part of which scan a page is, and the way back to it."""

    task: PageTask
    half: int | None
    """Of an open book: 0 left, 1 right."""
    delivered_size: tuple[int, int]
    """Width and height of the scan as delivered."""
    scan_size: tuple[int, int]
    """The same for the opened picture, which may be shrunk."""
    scan_dpi: float
    """Resolution of the opened picture."""
    remarks: tuple[str, ...] = ()
    """What opening the scan remarked, for people."""
    turned: int = 0
    """Degrees clockwise the scan was turned before the picture of the page was cut from it."""
    to_scan: Matrix = field(default_factory=lambda: np.eye(3))
    """From pixels of the page's picture to those of the opened scan: not the identity for half a scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page as it was scanned."""

    origin: Origin
    image: BgrImage
    steps: tuple[StepTime, ...]
    """Of this and of every later record: how long each step took so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upright:
    """A page upright, level and flat."""

    origin: Origin
    straight: Straightened
    steps: tuple[StepTime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A page without what is neither writing nor print."""

    origin: Origin
    straight: Straightened
    surface: Surface
    page: CleanPage
    noise: bool
    """The picture is nothing but specks; no dots and rules were looked for in it."""
    steps: tuple[StepTime, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels of the straightened page."""
        height, width = self.straight.image.shape[:2]
        return int(width), int(height)

    @property
    def to_scan(self) -> Matrix:
        """Pixels of the straightened page to fractions of the scan as delivered."""
        width, height = self.origin.scan_size
        return np.asarray(
            np.diag([1 / width, 1 / height, 1.0]) @ self.origin.to_scan @ self.straight.homography, np.float64
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A page on which printed labels were looked for."""

    cleaned: Cleaned
    page: CleanPage
    """As cleaned, or cleaned once more for the ink of its pen."""
    words: tuple[Word, ...]
    """Tesseract's, in pixels of the page."""
    matches: tuple[FormMatch, ...]
    """Forms by how likely the page is each of them."""
    tables: Mapping[str, TableMatch]
    """By form the table, or half of one, that fits the page best."""
    steps: tuple[StepTime, ...]

    @property
    def by_pen(self) -> bool:
        """Whether it is filled in by hand, as far as its words tell: then it was cleaned once more."""
        return self.page is not self.cleaned.page


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognisedForm:
    """A page of the likeliest form, with printed labels."""

    search: Searched
    fit: PageFit
    """Where the form lies on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognisedTable:
    """A page of the likeliest form, which is a table or half of one."""

    search: Searched
    table: TableMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A cover, a closing statement or an empty sheet."""

    search: Searched
    judgement: PageJudgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A page that fits no form."""

    search: Searched
    message: str
    """Vietnamese: how near the likeliest form comes, and what to do."""
    code: str = "no_form"
    """The `code` of the failure: `no_form`, or `other_register` for a form that another kind of register has."""


Recognised = RecognisedForm | RecognisedTable
Found = Recognised | Judged | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A page with the spaces of its values."""

    found: Recognised
    page: CleanPage
    """As lines are cut from it: of a table with the pale parts of its strokes."""
    places: PlacedPage
    marks: Mapping[str, tuple[FieldReading, PixelBox | None]]
    """Columns told by ticks and stamps, each with the mark's box."""
    signatures: Mapping[int, tuple[SignatureReading, ...]]
    """By entry slot."""
    stamps: Mapping[LineKey, LineCrop]
    """Names stamped in red, whose ink is not on the cleaned page."""
    steps: tuple[StepTime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A page cut into lines."""

    placed: Placed
    crops: Mapping[LineKey, LineCrop]
    missed: Mapping[LineKey, int]
    """For lines without a crop: pixels of ink in or near their space that no line took."""
    steps: tuple[StepTime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A page of which every line was read."""

    cut: Cut
    lines: ReadLines
    steps: tuple[StepTime, ...]


class Clock:
    """Times steps that follow each other; a step done twice counts both times."""

    def __init__(self, before: Iterable[StepTime] = ()) -> None:
        self._seconds: dict[str, float] = {}
        for step in before:
            self._seconds[step.step] = self._seconds.get(step.step, 0.0) + step.seconds
        self._last = time.perf_counter()

    def lap(self, step: str) -> tuple[StepTime, ...]:
        """Count the time since the last lap for a step; all steps so far."""
        now = time.perf_counter()
        self._seconds[step] = self._seconds.get(step, 0.0) + now - self._last
        self._last = now
        return tuple(StepTime(step=name, seconds=seconds) for name, seconds in self._seconds.items())
