"""A table whose fold runs through a column: both pages are laid to one sheet, so that the column is whole again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from layouts.forms import FormTemplate, Item
from layouts.geometry import Quad
from ocr.errors import FormNotFoundError
from ocr.images import PIXELS_PER_MM, BgrImage, Matrix
from ocr.page.result import reading_of, straight_size
from ocr.page.steps import PageWork, read_image
from ocr.readings import EntryReading, FacingPage, FieldReading, PageReading
from ocr.straightening.perspective import map_points

__all__ = ["FOLD", "cut_items", "read_as_one_sheet"]

FOLD = "fold"
"""Flag of a value whose writing runs over the fold: letters may be lost there."""
_RUNS_ON = 3 * PIXELS_PER_MM
"""Level rules that run on so far past the last upright rule carry on a column."""
_SHORT_OF_RULE = 1.2 * PIXELS_PER_MM
"""Level rules reach the upright rule that closes a column; those that end so far before it end at the fold."""
_BESIDE_RULE = 4
_SHARE_OF_ROWS = 0.4
"""Of the rows so many must show the same."""
_AT_FOLD = round(0.8 * PIXELS_PER_MM)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """Two straightened pages laid beside each other."""

    image: BgrImage
    seam: int
    """Column at which the right page begins."""
    from_right: Matrix
    """Pixels of the straightened right page to those of the sheet."""


def cut_items(left: PageWork, right: PageWork, whole: FormTemplate) -> tuple[Item, ...]:
    """Columns of a table that the fold runs through: neither page has them between two rules.

    Args:
        left: the left page, recognised as half of the form.
        right: the right page, likewise.
        whole: the form.
    """
    halves = left.matches[0].template.items, right.matches[0].template.items
    last = max(halves[0], key=lambda item: item.x_mm[0])
    first = min(halves[1], key=lambda item: item.x_mm[0])
    between = tuple(item for item in whole.items if last.x_mm[0] < item.x_mm[0] < first.x_mm[0])
    ends = _fold_end(left, on_left=True), _fold_end(right, on_left=False)
    if between or all(end.column is _Column.CLOSED for end in ends):
        return between
    if ends[0].column is _Column.OPEN or ends[1].column is _Column.BEGUN:
        return (last,)
    return (first,)


def read_as_one_sheet(left: PageWork, right: PageWork, whole: FormTemplate, seconds: float) -> PageReading | None:
    """The reading of both pages laid to one sheet; None when their rules do not show where the pages meet.

    Args:
        left: the left page, recognised as half of the form.
        right: the right page, likewise.
        whole: the form.
        seconds: time spent so far.
    """
    sheet = _laid(left, right)
    if sheet is None:
        return None
    assert left.straight is not None
    scale = float(np.sqrt(abs(np.linalg.det(left.straight.homography[:2, :2]))))
    work = PageWork(
        task=replace(left.task, page_before=None, page_after=None),
        half=left.half,
        delivered_size=left.delivered_size,
        scan_size=(int(sheet.image.shape[1]), int(sheet.image.shape[0])),
        scan_dpi=left.scan_dpi / scale,
        steps=[*left.steps, *right.steps],
    )
    try:
        read_image(work, sheet.image, [whole])
    except FormNotFoundError:
        return None
    if work.table is None or work.straight is None:
        return None
    work.matches = [*work.matches, *left.matches[1:]]  # the sheet was matched to this form alone
    places = _Places(
        size=work.scan_size, seam=float(sheet.seam), to_left=_to_scan(left), to_right=_to_scan(right, sheet.from_right)
    )
    return _on_both_scans(reading_of(work, seconds), work, (left, right), places, cut_items(left, right, whole))


def _laid(left: PageWork, right: PageWork) -> _Sheet | None:
    """The right page brought to the scale of the left and put where its rules go on."""
    ends = _fold_end(left, on_left=True), _fold_end(right, on_left=False)
    if all(end.column is _Column.CLOSED for end in ends):
        return None
    assert left.straight is not None and right.straight is not None
    page, other = left.straight.image, right.straight.image
    seam, begins = min(round(ends[0].at), page.shape[1]), max(ends[1].at, 0.0)
    scale, shift = _rows_laid(left, right)
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


def _fold_end(work: PageWork, *, on_left: bool) -> _End:
    assert work.table is not None and work.page is not None
    table, sign = work.table, 1 if on_left else -1
    # mirrored, the right page is as the left
    columns = [sorted((sign * a, sign * b)) for a, b in table.columns.values()]
    inner, outer = max(columns, key=lambda edges: edges[1])
    rules = [r for r in work.page.rules if not r.vertical and table.rows[0][0] - 10 < r.top < table.rows[-1][1] + 10]
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


def _rows_laid(left: PageWork, right: PageWork) -> tuple[float, float]:
    """Scale and downward shift that bring the rows of the right page beside those of the left."""
    assert left.table is not None and right.table is not None
    edges, others = (
        np.array([table.rows[0][0], *(bottom for _, bottom in table.rows)]) for table in (left.table, right.table)
    )
    if len(edges) == len(others):
        scale, shift = np.polyfit(others, edges, 1)
        return float(scale), float(shift)
    scale = float(np.median(np.diff(edges)) / np.median(np.diff(others)))
    return scale, float(edges[0] - scale * others[0])


def _on_both_scans(
    reading: PageReading, work: PageWork, pages: tuple[PageWork, PageWork], places: _Places, cut: Sequence[Item]
) -> PageReading:
    """The reading of the sheet, with each value told on the scan it stands on."""
    left, right = pages
    assert work.straight is not None and left.straight is not None
    width, height = straight_size(work)
    to_sheet = work.straight.homography @ np.diag([float(width), float(height), 1.0])
    ((seam, _),) = map_points(_inverse(to_sheet), np.array([[places.seam, places.size[1] / 2]]))
    entries = tuple(_told(work, entry, places, float(seam), cut) for entry in reading.entries)
    written_over = any(FOLD in field.flags for entry in entries for field in entry.fields.values())
    warnings = reading.warnings
    if written_over:
        named = ", ".join(f"«{item.label[0]}»" for item in cut)
        warnings += (f"Nếp gấp cắt qua cột {named}: máy đã ghép hai trang; hãy xem kỹ cột này khi đối chiếu.",)
    return replace(
        reading,
        skew_degrees=left.straight.skew_degrees,
        rotation=left.straight.rotation,
        entries=entries,
        warnings=warnings,
        labels=(),
        homography=_numbers(places.to_left @ to_sheet),
        facing=FacingPage(
            source=right.task.source,
            page=right.task.page,
            seam=float(seam),
            homography=_numbers(places.to_right @ to_sheet),
        ),
    )


def _numbers(matrix: Matrix) -> tuple[float, ...]:
    return tuple(float(v) for v in (matrix / matrix[2, 2]).ravel())


def _to_scan(page: PageWork, to_sheet: Matrix | None = None) -> Matrix:
    """Pixels of the sheet to fractions of a page's scan; the left page lies on the sheet as it is."""
    assert page.straight is not None
    width, height = page.scan_size
    matrix = np.diag([1 / width, 1 / height, 1.0]) @ page.to_scan @ page.straight.homography
    return np.asarray(matrix if to_sheet is None else matrix @ _inverse(to_sheet), np.float64)


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
        return tuple(_as_quad(map_points(matrix, points)) for points in shown), right


def _as_quad(points: NDArray[np.float64]) -> Quad:
    first, second, third, fourth = ((float(x), float(y)) for x, y in points)
    return first, second, third, fourth


def _told(work: PageWork, entry: EntryReading, places: _Places, seam: float, cut: Sequence[Item]) -> EntryReading:
    columns = {name for item in cut for name in item.columns}
    fields: dict[str, FieldReading] = {}
    for name, field in entry.fields.items():
        beyond = field.box is not None and (field.box[0] + field.box[2]) / 2 > seam
        quads, facing = places.told(field.quads) if field.quads else ((), beyond)
        flags = field.flags
        if name in columns and (len(cut) > 1 or (field.box is not None and _writing_over(work, field.box, seam))):
            flags = tuple(dict.fromkeys((*flags, FOLD)))
        fields[name] = replace(field, quads=quads, facing=facing, flags=flags)
    return replace(entry, fields=fields)


def _writing_over(work: PageWork, box: tuple[float, float, float, float], seam: float) -> bool:
    """Whether writing of a cell touches the fold; where the fold runs along a rule nothing does."""
    assert work.page is not None
    height, width = work.page.ink.shape
    at = round(seam * width)
    if min(at - box[0] * width, box[2] * width - at) < _AT_FOLD:
        return False
    strip = work.page.ink[round(box[1] * height) : round(box[3] * height), max(at - _AT_FOLD, 0) : at + _AT_FOLD]
    return bool(strip.any())
