"""Form templates: the printed page of one register type in one era, as a data file.

A template says what is printed (labels), in which order, roughly where (millimetres from the top-left corner of the
printed frame; y is the baseline), and which standard column each value space feeds. Another printer's spacing needs
no new template: the reader finds the labels on each page and takes these positions only as a hint. The same file
drives the generator that draws sample pages. Evidence for each form stands in `grade`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from layouts.columns import columns
from layouts.register_types import RegisterType

__all__ = ["Area", "FormTemplate", "Frame", "Grade", "Item", "ItemKind", "PageLayout", "Table"]

Millimetres = Annotated[float, Field(ge=-60, le=600)]


class Grade(StrEnum):
    """How well a form is known."""

    SEEN = "seen"
    """Labels copied and positions measured from a printed page."""
    RETYPED = "retyped"
    """Labels from a re-typed print-out; positions are proportions only."""
    RECONSTRUCTED = "reconstructed"
    """No page seen."""
    OFFICE = "office"
    """Made by an office in the template editor, from its own pages."""


class PageLayout(StrEnum):
    """How entries stand on a page."""

    FORM = "form"
    """One entry a page."""
    STACKED = "stacked"
    """Two entries, one above the other; the frame describes the first."""
    SPREAD_ROWS = "spread_rows"
    """A table across two facing pages, one entry a row."""


class Area(StrEnum):
    """Part of the page an item stands in."""

    PAGE_HEAD = "page_head"
    """Above everything, once a page even when entries are stacked."""
    HEAD = "head"
    """Above the frame."""
    ENTRY = "entry"
    """Left of the divider."""
    RIGHT = "right"
    """Right of the divider: check-boxes, notes, stamps."""
    FOOT = "foot"
    """Below the frame."""
    TABLE = "table"
    """A column of a table; its label stands in the head row."""


class ItemKind(StrEnum):
    """What an item is."""

    HEADING = "heading"
    LINE = "line"
    """Printed pieces, each followed by a dotted space for a value."""
    CELL = "cell"
    """A ruled cell: a row label with cells right of it (`cells_mm`), or a table column."""
    COLUMN_HEADS = "column_heads"
    CHECKBOX = "checkbox"
    SIGNATURE = "signature"
    NOTES = "notes"
    STAMP = "stamp"
    PRINTED = "printed"
    """A printed or typed value after its label, no dots (page number)."""


class Strict(BaseModel):
    """Base of template parts: unknown keys are mistakes, instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Frame(Strict):
    """A rectangle in millimetres from the top-left corner of the paper."""

    left: Millimetres
    top: Millimetres
    width: Annotated[float, Field(gt=0, le=600)]
    height: Annotated[float, Field(gt=0, le=600)]


class PaperSize(Strict):
    """Paper size in millimetres."""

    width: Annotated[float, Field(gt=0, le=1200)]
    height: Annotated[float, Field(gt=0, le=1200)]


class InUse(Strict):
    """First and last year a form was in use (old stock may run on for years)."""

    first: Annotated[int, Field(alias="from", ge=1900, le=2100)]
    last: Annotated[int, Field(alias="to", ge=1900, le=2100)]


class Table(Strict):
    """A table across a spread: height of the head row, pitch and number of rows."""

    head_mm: Annotated[float, Field(gt=0)]
    row_mm: Annotated[float, Field(gt=0)]
    rows: Annotated[int, Field(ge=1, le=60)]


class Item(Strict):
    """One printed item and the value spaces that belong to it."""

    label: tuple[str, ...]
    """Printed pieces in reading order. In a LINE a value space follows each piece."""
    kind: ItemKind
    area: Area
    columns: tuple[str, ...] = ()
    """Columns fed by the item's value: several columns for one run of text (name and title of the signer);
    for CELL with `cells_mm` one column a cell; for CHECKBOX the column whose code a tick sets."""
    slots: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    """For a LINE of several pieces: which pieces' spaces feed which column, in order."""
    x_mm: tuple[Millimetres, ...]
    """Left end of each piece (centre, for signatures)."""
    y_mm: Millimetres
    end_x_mm: Millimetres | None = None
    """Right end of the last value space (of the box, for check-boxes; of the column, in a table)."""
    continues_y_mm: tuple[Millimetres, ...] = ()
    """Baselines of further dotted lines of the same value."""
    label_lines: Annotated[int, Field(ge=1, le=4)] = 1
    cells_mm: tuple[tuple[Millimetres, Millimetres], ...] = ()
    name_y_mm: Millimetres | None = None
    """Baseline of the name under a signature."""
    codes: tuple[str, ...] = ()
    """Codes a tick stands for; two when the page alone cannot tell which."""
    stamps: tuple[str, ...] = ()
    """Texts of boxed stamps, parallel to `codes`."""
    style: str = "regular"
    """`regular`, `bold` or `bold_italic`."""

    @model_validator(mode="after")
    def _parts_agree(self) -> Item:
        name = " … ".join(self.label)
        if len(self.x_mm) != len(self.label):
            raise ValueError(f"«{name}»: có {len(self.label)} phần nhãn nhưng {len(self.x_mm)} vị trí x_mm")
        if self.cells_mm and len(self.cells_mm) != len(self.columns):
            raise ValueError(f"«{name}»: có {len(self.columns)} cột nhưng {len(self.cells_mm)} ô cells_mm")
        used = {i for pieces in self.slots.values() for i in pieces}
        if any(i >= len(self.label) for i in used):
            raise ValueError(f"«{name}»: slots chỉ tới phần nhãn không có (cho phép 0..{len(self.label) - 1})")
        if set(self.slots) - set(self.columns):
            raise ValueError(
                f"«{name}»: slots có cột không nằm trong columns: {sorted(set(self.slots) - set(self.columns))}"
            )
        return self


class FormTemplate(Strict):
    """One printed form."""

    form: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
    """Its name, `<type>-<era>`; an office's own templates add a suffix."""
    register_type: RegisterType
    era: str
    version: Annotated[int, Field(ge=1)]
    title: str
    """Title on the cover of the book, used to recognise covers."""
    grade: Grade
    legal_basis: str
    in_use: InUse
    layout: PageLayout
    entries_per_page: Annotated[int, Field(ge=1, le=60)]
    page_mm: PaperSize
    frame_mm: Frame
    divider_mm: Millimetres | None = None
    """x of the rule between entry and notes, from the frame's left."""
    table: Table | None = None
    columns_if_child_recognises: dict[str, str] = Field(default_factory=dict)
    """Recognition, 2006: the page prints who recognises and who is recognised. What each column's space holds when a
    child recognises a parent; empty where the standard has no column for it. `ocr/page/who_recognises.py` uses it."""
    items: tuple[Item, ...]

    @model_validator(mode="after")
    def _columns_exist(self) -> FormTemplate:
        known = {c.name for c in columns(self.register_type)}
        wrong = sorted({name for item in self.items for name in item.columns} - known)
        if wrong:
            raise ValueError(f"cột không có trong loại sổ {self.register_type.value}: {', '.join(wrong)}")
        moved = self.columns_if_child_recognises
        wrong = sorted(({*moved} - {*self.column_names}) | ({*moved.values()} - known - {""}))
        if wrong:
            raise ValueError(f"columns_if_child_recognises có cột không đúng: {', '.join(wrong)}")
        if (self.layout is PageLayout.SPREAD_ROWS) != (self.table is not None):
            raise ValueError("bố cục spread_rows cần phần table, các bố cục khác không có")
        return self

    @property
    def layout_version(self) -> str:
        """What a reading records: form and version (`birth-2006/1`)."""
        return f"{self.form}/{self.version}"

    @property
    def column_names(self) -> tuple[str, ...]:
        """Every column the form carries, in page order, without repeats."""
        return tuple(dict.fromkeys(name for item in self.items for name in item.columns))
