"""Whole books of drawn pages with their truth, and single pages.

The truth of a page is one JSON object a line: file, register type, form, ink, photo, font, page kind and, for each
entry, every column with what is written, its standard form, and where the ink lies on the finished scan.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.drawing.canvas import Canvas, Rect
from benchmark.drawing.covers import draw_closing, draw_cover
from benchmark.drawing.faults import Delivered, Faults, deliver
from benchmark.drawing.fonts import FontSet, bundled_fonts
from benchmark.drawing.hands import Hand
from benchmark.drawing.marks import round_seal
from benchmark.drawing.printing import Printing
from benchmark.drawing.real_pen import RealPen
from benchmark.drawing.sheet import Drawn, EntryDrawer
from benchmark.drawing.table import TableDrawer
from benchmark.invented.clerks import Value
from benchmark.invented.entries import BookPlan, invent_entry, plan_book
from benchmark.invented.writable_entries import entry_within, plan_book_within
from layouts.forms import FormTemplate, PageLayout, Table
from layouts.loader import shipped_template
from ocr.images import MM_PER_INCH
from ocr.readings import PageKind

__all__ = [
    "PAGE_SORTS",
    "DrawnPage",
    "Ink",
    "draw_facing_pages",
    "draw_page",
    "draw_pages",
    "open_book",
]

Ink = Literal["typed", "hand"]
PAGE_SORTS = (PageKind.ENTRIES, PageKind.COVER, PageKind.CLOSING, PageKind.BLANK, PageKind.CANCELLED)
"""What is drawn by itself; the right page of a table comes with its left one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPage:
    """A finished page and its truth (without the file name)."""

    image: NDArray[np.uint8]
    truth: dict[str, Any]
    faults: Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnOpenBook:
    """What all pages of a drawn book share."""

    plan: BookPlan
    printing: Printing
    hand: Hand
    notes_hand: Hand
    faults: Faults | None
    dpi: int

    @property
    def template(self) -> FormTemplate:
        return self.plan.template


def draw_page(
    form: str | FormTemplate,
    *,
    ink: Ink = "typed",
    seed: int = 0,
    printing: Printing | None = None,
    faults: Faults | None = None,
    sort: PageKind = PageKind.ENTRIES,
    fonts: FontSet | None = None,
    a3: bool = False,
) -> DrawnPage:
    """One page of a form.

    Args:
        form: name of a shipped form, or a template.
        ink: values typed or written with a pen.
        seed: the same seed draws the same page.
        printing: the printer; None for a random one.
        faults: what happened to the paper and in the scanner; None for a random scanner.
        sort: entries, or a cover, closing statement, unused form or cancelled page.
        fonts: fonts to choose from; the bundled ones by default.
        a3: two facing pages on one scan (forms with one entry a page or stacked entries).
    """
    return next(draw_pages(form, ink=ink, pages=1, seed=seed, printing=printing, faults=faults, sort=sort,
                           fonts=fonts, a3=a3))  # fmt: skip


def draw_pages(
    form: str | FormTemplate,
    *,
    ink: Ink = "typed",
    pages: int = 4,
    seed: int = 0,
    printing: Printing | None = None,
    faults: Faults | None = None,
    sort: PageKind = PageKind.ENTRIES,
    fonts: FontSet | None = None,
    a3: bool = False,
    pen: RealPen | None = None,
) -> Iterator[DrawnPage]:
    """Pages of one book, one after another; arguments as for `draw_page`.

    With `pen` (and `ink` "hand") the values are in that writer's hand; what it cannot write stays empty.
    """
    book = open_book(form, ink, seed, printing, faults, fonts or bundled_fonts(), pen)
    reverse: NDArray[np.uint8] | None = None
    for number in range(pages):
        rng = random.Random(f"{book.template.form}/{ink}/{seed}/{number}/{sort}")
        canvas, slots, extra = _sheet(book, number, sort, rng)
        other = _second_half(book, number, sort, rng) if a3 and canvas.width_mm < 300 else None
        if other is not None:
            canvas, slots = _side_by_side(canvas, slots, other)
        light = canvas.light.copy()
        _seal(book, canvas, rng)
        page_faults = book.faults or Faults.varied(rng)
        behind = reverse if reverse is not None else _other_side(book, light, page_faults, rng)
        delivered = deliver(canvas.light, book.dpi, page_faults, rng, behind)
        reverse = light
        truth = _truth(book, ink, sort, slots, delivered) | extra
        yield DrawnPage(image=delivered.image, truth=truth, faults=page_faults)


def draw_facing_pages(
    form: str | FormTemplate,
    *,
    ink: Ink = "typed",
    seed: int = 0,
    faults: Faults | None = None,
    gutter_mm: float = 9.0,
    fold_mm: float | None = None,
    lost_mm: float = 0.0,
) -> tuple[DrawnPage, DrawnPage]:
    """A table over two pages as two scans.

    Args:
        form: a form whose layout is `spread_rows`.
        ink: values typed or written with a pen.
        seed: the same seed draws the same pages.
        faults: what happened to both scans; None for a random scanner each.
        gutter_mm: empty paper between the table and the fold.
        fold_mm: where the fold runs, from the left edge of the open book; None: between the two columns nearest the
            middle.
        lost_mm: how much of the paper at the fold neither scan shows.
    """
    book = open_book(form, ink, seed, None, faults, bundled_fonts())
    rng = random.Random(f"{book.template.form}/{ink}/{seed}/facing")
    canvas, slots, _ = _sheet(book, 0, PageKind.ENTRIES, rng)
    edges = [book.template.frame_mm.left + item.x_mm[0] for item in book.template.items]
    between = min(edges, key=lambda x: abs(x - canvas.width_mm / 2)) + book.printing.shift_x
    lost = round(lost_mm / 2 * canvas.scale)
    seam, gutter = round((between if fold_mm is None else fold_mm) * canvas.scale), round(gutter_mm * canvas.scale)
    empty = np.full((canvas.light.shape[0], gutter, 3), 255, np.uint8)
    pages = []
    for light, moved, keep in (
        (np.concatenate([canvas.light[:, : seam - lost], empty], axis=1), 0, (0, seam - lost)),
        (
            np.concatenate([empty, canvas.light[:, seam + lost :]], axis=1),
            gutter - seam - lost,
            (seam + lost, canvas.light.shape[1]),
        ),
    ):
        own = [
            {name: replace(value, ink=tuple(_part(value.ink, keep, moved))) for name, value in entry.items()}
            for entry in slots
        ]
        page_faults = book.faults or Faults.varied(rng)
        delivered = deliver(np.asarray(light, np.uint8), book.dpi, page_faults, rng)
        truth = _truth(book, ink, PageKind.ENTRIES, own, delivered)
        pages.append(DrawnPage(image=delivered.image, truth=truth, faults=page_faults))
    return pages[0], pages[1]


def _part(ink: Sequence[Rect], keep: tuple[int, int], moved: int) -> Iterator[Rect]:
    """What of some ink lies between two columns of the canvas, moved to the page they make."""
    for left, top, right, bottom in ink:
        first, last = max(left, keep[0]), min(right, keep[1])
        if first < last:
            yield first + moved, top, last + moved, bottom


def open_book(
    form: str | FormTemplate,
    ink: Ink,
    seed: int,
    printing: Printing | None,
    faults: Faults | None,
    fonts: FontSet,
    pen: RealPen | None = None,
) -> DrawnOpenBook:
    """The book that these arguments draw: its plan, printer and hands; arguments as for `draw_page`."""
    template = shipped_template(form) if isinstance(form, str) else form
    rng = random.Random(f"{template.form}/{ink}/{seed}")
    made_by = printing or Printing.varied(rng, fonts)
    if template.layout is PageLayout.STACKED:  # two frames must stay on one sheet
        made_by = replace(made_by, height=min(made_by.height, 0.985), shift_y=min(made_by.shift_y, 1.0))
    if pen is not None:
        hand, plan = Hand.of_writer(rng, fonts, pen), plan_book_within(template, rng, pen.can_write)
    else:
        hand = Hand.typed_by(rng, fonts, made_by.label_mm) if ink == "typed" else Hand.pen(rng, fonts)
        plan = plan_book(template, rng)
    return DrawnOpenBook(
        plan=plan,
        printing=made_by,
        hand=hand,
        notes_hand=Hand.pen(rng, fonts),
        faults=faults,
        dpi=max(faults.dpi, 300) if faults else 300,
    )


def _sheet(
    book: DrawnOpenBook, number: int, sort: PageKind, rng: random.Random
) -> tuple[Canvas, list[Drawn], dict[str, Any]]:
    """The flat sheet of one page: canvas, what was written in each entry slot, further truth."""
    size = book.template.page_mm
    if sort in (PageKind.COVER, PageKind.CLOSING):
        canvas = Canvas(min(size.width, 210), 297, book.dpi)
        hand = replace(book.hand, rise=max(book.hand.rise, 0.0))
        if sort is PageKind.COVER:
            closed = date(book.plan.year, 12, 31) if rng.random() < 0.6 else None
            return canvas, [], {"book_values": draw_cover(canvas, book.plan, book.printing, hand, rng, closed)}
        made = draw_closing(canvas, book.plan, book.printing, hand, rng, 20 + number, date(book.plan.year, 12, 31))
        return canvas, [], {"book_values": made}
    canvas = Canvas(size.width - book.printing.cut_left, size.height, book.dpi)
    table = book.template.table
    if table is not None:
        return canvas, _table(book, table, canvas, number, sort, rng), {}
    return canvas, _form(book, canvas, number, sort, rng), {}


def _entries(book: DrawnOpenBook, number: int, rng: random.Random, count: int) -> list[dict[str, Value]]:
    first, pen = number * book.template.entries_per_page, book.hand.real
    if pen is not None:
        return [entry_within(book.plan, first + row, rng, pen.can_write) for row in range(count)]
    return [invent_entry(book.plan, first + row, rng) for row in range(count)]


def _table(
    book: DrawnOpenBook, table: Table, canvas: Canvas, number: int, sort: PageKind, rng: random.Random
) -> list[Drawn]:
    rows = book.template.entries_per_page
    filled = 0 if sort is PageKind.BLANK else rng.choice((rows, rows, rows - 2, rows // 2))
    drawer = TableDrawer(
        canvas=canvas, template=book.template, table=table, printing=book.printing, hand=book.hand,
        entries=_entries(book, number, rng, filled), rng=rng,
    )  # fmt: skip
    return drawer.draw()


def _form(book: DrawnOpenBook, canvas: Canvas, number: int, sort: PageKind, rng: random.Random) -> list[Drawn]:
    slots = []
    step = book.template.frame_mm.height * book.printing.height + 2.5
    for slot, values in enumerate(_entries(book, number, rng, book.template.entries_per_page)):
        drawer = EntryDrawer(
            canvas=canvas, template=book.template, printing=book.printing, hand=book.hand,
            notes_hand=book.notes_hand, values=values, rng=rng, top_mm=slot * step, filled=sort is not PageKind.BLANK,
            page_head=slot == 0,
        )  # fmt: skip
        slots.append(drawer.draw())
        if sort is PageKind.CANCELLED:
            drawer.cancel()
    return slots


def _second_half(
    book: DrawnOpenBook, number: int, sort: PageKind, rng: random.Random
) -> tuple[Canvas, list[Drawn]] | None:
    canvas, slots, _ = _sheet(book, number + 1, sort, rng)
    return canvas, slots


def _side_by_side(left: Canvas, slots: list[Drawn], other: tuple[Canvas, list[Drawn]]) -> tuple[Canvas, list[Drawn]]:
    """Two pages as one open book, with the fold between them."""
    right, more = other
    both = Canvas(left.width_mm + right.width_mm, left.height_mm, round(left.scale * MM_PER_INCH))
    seam = left.light.shape[1]
    both.light = np.concatenate([left.light, right.light], axis=1)
    fold = np.abs(np.arange(both.light.shape[1]) - seam) / (4.0 * left.scale)
    shade = (1.0 - 0.35 * np.exp(-(fold**2)))[None, :, None]
    both.light = (both.light * shade).astype(np.uint8)
    moved = [
        {name: replace(v, ink=tuple((a + seam, b, c + seam, d) for a, b, c, d in v.ink)) for name, v in entry.items()}
        for entry in more
    ]
    return both, slots + moved


def _seal(book: DrawnOpenBook, canvas: Canvas, rng: random.Random) -> None:
    """Now and then a part of a red seal at the fore edge or in the gutter, as seam seals are."""
    share = book.faults.seal_share if book.faults else 0.35
    if rng.random() >= share:
        return
    x = rng.choice((0.0, canvas.width_mm)) + rng.uniform(-9, 9)
    strength = rng.uniform(0.3, 0.75)
    round_seal(canvas, x, rng.uniform(0.3, 0.7) * canvas.height_mm, book.printing.font, rng, strength=strength)


def _other_side(
    book: DrawnOpenBook, light: NDArray[np.uint8], faults: Faults, rng: random.Random
) -> NDArray[np.uint8] | None:
    """The reverse of a book's first page: another entry, drawn only when it shows through."""
    if faults.bleed <= 0:
        return None
    canvas, _, _ = _sheet(book, 7, PageKind.ENTRIES, rng)
    page = canvas.light
    if light.shape[1] > 1.5 * page.shape[1]:  # an open book: each half has a reverse of its own
        page = np.concatenate([page, page], axis=1)
    if page.shape != light.shape:
        page = np.asarray(cv2.resize(page, (light.shape[1], light.shape[0])), np.uint8)
    return page


def _truth(book: DrawnOpenBook, ink: Ink, sort: PageKind, slots: list[Drawn], delivered: Delivered) -> dict[str, Any]:
    keep = sort is PageKind.ENTRIES
    size_mm = [round(pixels / delivered.scale, 1) for pixels in delivered.scan_size]
    if delivered.faults.turns % 2:
        size_mm.reverse()
    return {
        "register_type": book.template.register_type.value,
        "form": book.template.form,
        "ink": "real" if book.hand.real else ink,
        "photo": delivered.faults.photo,
        "font": book.hand.real.writer if book.hand.real else book.hand.font.name,
        "page_kind": sort.value,
        "width_mm": size_mm[0],
        "height_mm": size_mm[1],
        "entries": [
            {
                name: {
                    "written": value.value.written,
                    "standard": value.value.standard,
                    "real_ink": book.hand.real is not None,
                    "ink": [[list(point) for point in delivered.quad(rect)] for rect in value.ink],
                }
                for name, value in entry.items()
            }
            for entry in (slots if keep else [])
        ],
    }
