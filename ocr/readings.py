"""The record of what the machine read: plain, picklable values that cross process boundaries and are never edited."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from layouts.geometry import PageBox, Quad
from layouts.register_types import RegisterType
from vietnamese.units import UNKNOWN_PLACE, BookPlace

__all__ = [
    "Alternative",
    "Candidate",
    "Engine",
    "EntryReading",
    "FacingPage",
    "FieldReading",
    "PageFailure",
    "PageKind",
    "PageReading",
    "PageTask",
    "Script",
    "SignatureReading",
    "StepTime",
]


class Script(StrEnum):
    """How values are written."""

    TYPED = "typed"
    HANDWRITTEN = "handwritten"
    MIXED = "mixed"


class Engine(StrEnum):
    """What gave a field its value."""

    TESSERACT = "tesseract"
    HANDWRITING = "handwriting"
    CHECKBOX = "checkbox"
    STAMP = "stamp"
    NONE = "none"
    """Nothing was read: the space is empty, or no recogniser was there for its ink."""


class PageKind(StrEnum):
    """What a page is, beyond carrying entries."""

    ENTRIES = "entries"
    COVER = "cover"
    CLOSING = "closing"
    BLANK = "blank"
    """An unused form or an empty sheet."""
    CANCELLED = "cancelled"
    """Struck through as a whole."""
    CONTINUED = "continued"
    """The right page of a table over two pages; its columns stand in the entries of the page before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTask:
    """One page to read; everything a worker process needs."""

    source: str
    """Path of the scan file."""
    page: int = 0
    """Index of the page in its file, from 0."""
    register_type: RegisterType | None = None
    """Known type of the book; None to find it from the page."""
    forms: tuple[str, ...] = ()
    """Restrict to these form names; empty for all."""
    template_texts: tuple[str, ...] = ()
    """YAML of the office's own templates, besides the shipped ones."""
    book_geometry: tuple[tuple[str, float, float], ...] = ()
    """Label positions learned on the book's sure pages: (label key, x, y) as fractions of the straightened page."""
    book_form: str | None = None
    """The form the book's sure pages have; decides between forms whose evidence is close."""
    book_place: BookPlace = UNKNOWN_PLACE
    """Where and when the book was kept: what its written addresses are weighed by."""
    book_hand: bytes = b""
    """What was learned of the hands of the book (`ocr.handwriting.book_hand`); empty where nothing was."""
    half: int | None = None
    """Which half of a double-page scan (0 left, 1 right); None: decide from the picture."""
    page_before: tuple[str, int] | None = None
    """Scan file and page index of the page before in the book: perhaps the reverse of this sheet, or the left page of
    this table."""
    page_after: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another reading of the same ink."""

    text: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A text the ink may say, with what the strokes alone give it: no list, form or language is in it.

    So evidence of another kind (the same name on another page, a book's own signer) can be added to it later.
    """

    text: str
    log_likelihood: float
    """Natural logarithm of its probability by the recogniser; of several looks at the ink their mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReading:
    """One value as read, text as it stands in the book."""

    column: str
    text: str
    """NFC; empty when the field was left empty or could not be read."""
    confidence: float
    """Calibrated probability that `text` (or its emptiness) is right."""
    engine: Engine
    script: Script | None = None
    quads: tuple[Quad, ...] = ()
    """Where the value stands on the scan as delivered, one quad a line."""
    box: PageBox | None = None
    """The field's space on the straightened page (left, top, right, bottom fractions), for crops on screens."""
    alternatives: tuple[Alternative, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    """Handwritten values: what was weighed against each other, `decoded` among them, the likeliest strokes first."""
    characters: tuple[tuple[str, float], ...] = ()
    """Each character with its probability."""
    decoded: str | None = None
    """The same reading after decoding with the constraints of the field's kind; None when there are none."""
    facing: bool = False
    """Whether `quads` lie on the scan of the facing page (`PageReading.facing`)."""
    flags: tuple[str, ...] = ()
    """`struck_out`, `low_contrast`, `overflow`, `ink_unread`, `child_recognises` ...: reasons to look again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReading:
    """A space for a signature, and whether it is signed."""

    title: str
    """Printed above it; ` / ` between the titles of those of whom one signs."""
    columns: tuple[str, ...]
    """Fed by the name below it; empty for those who sign as citizens."""
    signed: bool
    confidence: float
    """0.5..1 that `signed` is right."""
    box: PageBox
    """Fractions of the straightened page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryReading:
    """One registered event on a page."""

    region: int
    """Which entry slot of the page, from 0."""
    box: PageBox
    """The entry's region, fractions of the straightened page."""
    fields: dict[str, FieldReading]
    """By official column name; every column the form carries."""
    state: PageKind = PageKind.ENTRIES
    """`entries`, or `blank` / `cancelled` for an unused or struck slot."""
    signatures: tuple[SignatureReading, ...] = ()
    """The entry's signature spaces; empty for tables."""
    printed_as: dict[str, str] = field(default_factory=dict)
    """Columns that stand in the printed space of another, by that other's name: only where a child recognises a parent
    (`ocr/page/who_recognises.py`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTime:
    """How long one step of the pipeline took."""

    step: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FacingPage:
    """The right page of a table whose two pages were scanned one by one; laid beside the left it makes one sheet."""

    source: str
    page: int
    seam: float
    """Where its part of the sheet begins, fraction of the sheet's width."""
    homography: tuple[float, ...]
    """3x3, row by row: fractions of the sheet to fractions of this page's scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """Everything read from one page (one half of a double-page scan)."""

    source: str
    page: int
    half: int | None = None
    kind: PageKind = PageKind.ENTRIES
    register_type: RegisterType | None
    layout: str | None
    layout_version: str | None = None
    form_score: float = 0.0
    """How sure the form is, 0..1: share of its printed letters found, times how sure that no other form fits."""
    form_alternatives: tuple[tuple[str, float], ...] = ()
    skew_degrees: float = 0.0
    rotation: int = 0
    """Quarter turns undone before reading: 0, 90, 180, 270 degrees clockwise."""
    seconds: float = 0.0
    script: Script = Script.HANDWRITTEN
    entries: tuple[EntryReading, ...] = ()
    warnings: tuple[str, ...] = ()
    """Vietnamese sentences for people."""
    steps: tuple[StepTime, ...] = ()
    engine: str = ""
    """Names and versions of the recognisers used."""
    labels: tuple[tuple[str, float, float], ...] = ()
    """Labels found: (key, x, y), fractions of the straightened page: what book memory learns from."""
    page_size: tuple[int, int] = (0, 0)
    """Width and height in pixels of the scan as delivered."""
    homography: tuple[float, ...] = ()
    """3x3, row by row: straightened page fractions to scan fractions (identity when empty)."""
    facing: FacingPage | None = None
    """For a table over two scans: the second; boxes and `homography` then refer to the sheet both make together."""
    book_values: dict[str, str] = field(default_factory=dict)
    """From covers and closing pages: `quyenSo`, `noiDangKy`, `opened_on`, `closed_on`, `pages`, `entries`."""
    book_sure: dict[str, float] = field(default_factory=dict)
    """For each of `book_values` how sure its reading is, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFailure:
    """A page that could not be read; the run goes on with the next."""

    source: str
    page: int
    half: int | None = None
    code: str
    """Stable identifier: `empty_file`, `encrypted_pdf`, `broken_image`, `too_large`, `no_form` ..."""
    message: str
    """Vietnamese, says what to do."""
    seconds: float = 0.0
    labels: tuple[tuple[str, float, float], ...] = ()
    """What was found on a page that fits no form, for the picture shown to people."""

    @classmethod
    def of(cls, task: PageTask, code: str, message: str, seconds: float = 0.0) -> PageFailure:
        """The failure of a task, after so many seconds."""
        return cls(source=task.source, page=task.page, half=task.half, code=code, message=message, seconds=seconds)
