"""A table whose fold runs through a column: both pages are laid to one sheet, so that the column is whole again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from statistics import median

import cv2
import numpy as np

from layouts.forms import Item
from layouts.geometry import PageBox, Quad, as_quad
from ocr.images import PIXELS_PER_MM, BgrImage, Mask, Matrix
from ocr.page.records import Origin, Picture, Read, RecognisedTable
from ocr.page.result import compose
from ocr.page.steps import cut as cut_lines
from ocr.page.steps import place, read, recognise
from ocr.reading.readers import Readers
from ocr.readings import EntryReading, FacingPage, FieldReading, PageReading
from ocr.spreads.facing_table import FacingTable
from ocr.spreads.laying import rows_beside
from ocr.straightening.perspective import as_numbers, map_points

__all__ = ["FOLD", "cut_items", "sheet_reading"]

FOLD = "fold"
"""Flag of a value whose writing runs over the fold: letters may be lost there."""
_RUNS_ON = 3 * PIXELS_PER_MM
"""Level rules that run on so far past the last upright rule carry on a column."""
_SHORT_OF_RULE = 1.2 * PIXELS_PER_MM
"""Level rules reach the upright rule that closes a column; those that end so far before it end at the fold."""
# Pixels at 300 dpi; set by eye, none measured by itself.
_BESIDE_RULE = 4
"""Half a rule and what is left of it: a table ends so far behind the middle of its last one."""
_NEAR_ROWS = 10
"""Rules so little above the first row or below the last bound them."""
_SHARE_OF_ROWS = 0.4
"""Of the rows so many must show the same."""
_AT_FOLD = round(0.8 * PIXELS_PER_MM)
"""Writing that comes so near to the fold runs over it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """Two straightened pages laid beside each other."""

    image: BgrImage
    seam: int
    """Column at which the right page begins."""
    from_right: Matrix
    """Pixels of the straightened right page to those of the sheet."""


def cut_items(table: FacingTable) -> tuple[Item, ...]:
    """Columns of a table that the fold runs through: neither page has them between two rules."""
    last = max(_items(table.left), key=lambda item: item.x_mm[0])
    first = min(_items(table.right), key=lambda item: item.x_mm[0])
    between = tuple(item for item in table.whole.items if last.x_mm[0] < item.x_mm[0] < first.x_mm[0])
    ends = _fold_ends(table)
    if between or all(end.column is _Column.CLOSED for end in ends):
        return between
    if ends[0].column is _Column.OPEN or ends[1].column is _Column.BEGUN:
        return (last,)
    return (first,)


def _items(half: RecognisedTable) -> tuple[Item, ...]:
    return half.search.matches[0].template.items


def sheet_reading(table: FacingTable, cut: Sequence[Item], readers: Readers) -> PageReading | None:
    """The reading of both pages laid to one sheet; None when their rules do not show where the pages meet.

    Args:
        table: both pages.
        cut: the columns that the fold runs through, as `cut_items` finds them.
        readers: who reads the lines.

    Raises:
        OcrError: Tesseract is missing.
    """
    sheet = _laid(table)
    found = recognise(_picture(sheet, table), [table.whole]) if sheet is not None else None
    if sheet is None or not isinstance(found, RecognisedTable):
        return None
    left, right = (page.search.cleaned for page in (table.left, table.right))
    # the sheet was matched to this form alone
    rivals = table.left.search.matches[1:]
    found = replace(found, search=replace(found.search, matches=(*found.search.matches, *rivals)))
    page = read(cut_lines(place(found)), readers)
    places = _Places(
        size=found.search.cleaned.origin.scan_size,
        seam=float(sheet.seam),
        to_left=left.to_scan,
        to_right=np.asarray(right.to_scan @ _inverse(sheet.from_right), np.float64),
    )
    return _on_both_scans(compose(page, readers), page, table, places, cut)


def _picture(sheet: _Sheet, table: FacingTable) -> Picture:
    """The sheet as a page that was scanned whole."""
    left = table.left.search.cleaned
    scale = float(np.sqrt(abs(np.linalg.det(left.straight.homography[:2, :2]))))
    origin = Origin(
        task=replace(left.origin.task, page_before=None, page_after=None),
        half=left.origin.half,
        delivered_size=left.origin.delivered_size,
        scan_size=(int(sheet.image.shape[1]), int(sheet.image.shape[0])),
        scan_dpi=left.origin.scan_dpi / scale,
    )
    return Picture(origin=origin, image=sheet.image, steps=(*table.left.search.steps, *table.right.search.steps))


def _laid(table: FacingTable) -> _Sheet | None:
    """The right page brought to the scale of the left and put where its rules go on."""
    ends = _fold_ends(table)
    if all(end.column is _Column.CLOSED for end in ends):
        return None
    page, other = (half.search.cleaned.straight.image for half in (table.left, table.right))
    seam, begins = min(round(ends[0].at), page.shape[1]), max(ends[1].at, 0.0)
    scale, shift = rows_beside(table.left.table.rows, table.right.table.rows)
    from_right = np.array([[scale, 0.0, seam - scale * begins], [0.0, scale, shift], [0.0, 0.0, 1.0]])
    size = (round(seam + scale * (other.shape[1] - begins)), page.shape[0])
    white = (255, 255, 255)
    image = cv2.warpAffine(other, from_right[:2], size, flags=cv2.INTER_LINEAR, borderValue=white)
    image[:, :seam] = page[:, :seam]
    return _Sheet(image=np.asarray(image, np.uint8), seam=seam, from_right=from_right)


class _Column(Enum):
    """What the level rules of a table show towards the fold."""

    CLOSED = "closed"
    """They end at an upright rule."""
    OPEN = "open"
    """They end inside the outermost column found: its edge was that of the paper."""
    BEGUN = "begun"
    """They run on past the outermost column found: another one begins there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """Where a table ends towards the fold."""

    at: float
    """Pixels of the straightened page."""
    column: _Column


def _fold_ends(table: FacingTable) -> tuple[_End, _End]:
    return _fold_end(table.left, on_left=True), _fold_end(table.right, on_left=False)


def _fold_end(half: RecognisedTable, *, on_left: bool) -> _End:
    table, sign = half.table, 1 if on_left else -1
    # mirrored, the right page is as the left
    columns = [sorted((sign * a, sign * b)) for a, b in table.columns.values()]
    inner, outer = max(columns, key=lambda edges: edges[1])
    first, last = table.rows[0][0], table.rows[-1][1]
    rules = [r for r in half.search.page.rules if not r.vertical and first - _NEAR_ROWS < r.top < last + _NEAR_ROWS]
    ends = [float(max(sign * r.left, sign * r.right)) for r in rules]
    reach = [end for end in ends if end > inner + _RUNS_ON]
    if len(reach) < max(2.0, _SHARE_OF_ROWS * len(table.rows)):
        return _End(at=sign * (outer + _BESIDE_RULE), column=_Column.CLOSED)
    end = median(reach)
    if end > outer + _RUNS_ON:
        return _End(at=sign * end, column=_Column.BEGUN)
    if end < outer - _SHORT_OF_RULE:
        return _End(at=sign * end, column=_Column.OPEN)
    return _End(at=sign * (outer + _BESIDE_RULE), column=_Column.CLOSED)


def _on_both_scans(
    reading: PageReading, page: Read, table: FacingTable, places: _Places, cut: Sequence[Item]
) -> PageReading:
    """The reading of the sheet, with each value told on the scan it stands on."""
    sheet = page.cut.placed.found.search.cleaned
    left, right = (half.search.cleaned for half in (table.left, table.right))
    width, height = sheet.size
    to_sheet = sheet.straight.homography @ np.diag([float(width), float(height), 1.0])
    ((seam, _),) = map_points(_inverse(to_sheet), np.array([[places.seam, places.size[1] / 2]]))
    ink = page.cut.placed.page.ink
    entries = tuple(_told(ink, entry, places, float(seam), cut) for entry in reading.entries)
    written_over = any(FOLD in field.flags for entry in entries for field in entry.fields.values())
    warnings = reading.warnings
    if written_over:
        named = ", ".join(f"«{item.label[0]}»" for item in cut)
        warnings += (f"Nếp gấp cắt qua cột {named}: máy đã ghép hai trang; hãy xem kỹ cột này khi đối chiếu.",)
    return replace(
        reading,
        skew_degrees=left.straight.skew_degrees,
        entries=entries,
        warnings=warnings,
        labels=(),
        homography=as_numbers(places.to_left @ to_sheet),
        facing=FacingPage(
            source=right.origin.task.source,
            page=right.origin.task.page,
            seam=float(seam),
            homography=as_numbers(places.to_right @ to_sheet),
        ),
    )


def _inverse(matrix: Matrix) -> Matrix:
    return np.asarray(np.linalg.inv(matrix), np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where what lies on the sheet stands on the scans."""

    size: tuple[int, int]
    """Width and height of the sheet in pixels."""
    seam: float
    """Pixel column of the sheet."""
    to_left: Matrix
    to_right: Matrix
    """Pixels of the sheet to fractions of each scan."""

    def told(self, quads: Sequence[Quad]) -> tuple[tuple[Quad, ...], bool]:
        """Quads on the scan that shows most of them, and whether that is the right one; what the other shows is left
        out."""
        on_sheet = [np.array(quad, float) * self.size for quad in quads]
        right = bool(np.mean([points[:, 0].mean() for points in on_sheet]) > self.seam)
        ends, matrix = ((self.seam, np.inf), self.to_right) if right else ((-np.inf, self.seam), self.to_left)
        clipped = [np.column_stack([points[:, 0].clip(*ends), points[:, 1]]) for points in on_sheet]
        shown = [points for points in clipped if np.ptp(points[:, 0]) > 0]
        return tuple(as_quad(map_points(matrix, points)) for points in shown), right


def _told(ink: Mask, entry: EntryReading, places: _Places, seam: float, cut: Sequence[Item]) -> EntryReading:
    columns = {name for item in cut for name in item.columns}
    fields: dict[str, FieldReading] = {}
    for name, field in entry.fields.items():
        beyond = field.box is not None and (field.box[0] + field.box[2]) / 2 > seam
        quads, facing = places.told(field.quads) if field.quads else ((), beyond)
        flags = field.flags
        if name in columns and (len(cut) > 1 or (field.box is not None and _writing_over(ink, field.box, seam))):
            flags = tuple(dict.fromkeys((*flags, FOLD)))
        fields[name] = replace(field, quads=quads, facing=facing, flags=flags)
    return replace(entry, fields=fields)


def _writing_over(ink: Mask, box: PageBox, seam: float) -> bool:
    """Whether writing of a cell touches the fold; where the fold runs along a rule nothing does."""
    height, width = ink.shape
    at = round(seam * width)
    if min(at - box[0] * width, box[2] * width - at) < _AT_FOLD:
        return False
    strip = ink[round(box[1] * height) : round(box[3] * height), max(at - _AT_FOLD, 0) : at + _AT_FOLD]
    return bool(strip.any())
