"""From value spaces to line crops: every stroke goes to the line it stands on, so that a crop shows its line alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.clean import CleanPage
from ocr.page_fit import PIXELS_PER_MM
from ocr.place_fields import PlacedPage, WritingLine

__all__ = ["LineCrop", "LineKey", "cut_lines", "missed_ink", "printed_mask"]

LineKey = tuple[int, int]
"""Field of the placed page, line of the field."""

_ABOVE, _BELOW = 0.74, 0.27
"""How far writing reaches above and below its line, in line distances: tone marks on capitals, tails."""
_CHAIN_GAP = round(3.6 * PIXELS_PER_MM)
"""Past the end of its space a value goes on while its words stand closer than this."""
_INTO_NOTES = round(11 * PIXELS_PER_MM)
"""How far past the divider an overflow may run; see `place_fields`."""
_PAD = 14
_LETTER_BODY, _SHARE_OF_LINE = 0.35, 0.07
"""Height of small letters, in line distances; share of a component's ink that a line's letters have at least."""
_CORE = 0.3
"""How much lighter than its darkest ink, as a share of the way to white, the core of a stroke may be."""
_COLON = 150
"""Pixels of a label's colon or full stop, at most: no value by itself."""
_TALL_WORD = 1.7
"""Times the usual height of printed words above which a word's box holds more than the word."""
_LETTER = 10
"""Marks of this size or more are letters or parts of them, smaller ones dots and tone marks, or dust."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCrop:
    """The writing on one line, cut out."""

    box: tuple[int, int, int, int]
    """Left, top, right, bottom of its ink, pixels of the straightened page."""
    picture: NDArray[np.uint8]
    """Grey, paper white, nothing but this line's strokes, with a margin."""
    ink_pixels: int
    overflows: bool
    """Runs past the end of its space."""


@dataclass(slots=True)
class _Band:
    """A writing line with the strip of page whose strokes are its own."""

    key: LineKey
    line: WritingLine
    above: float
    below: float
    left: float
    right: float

    def contains(self, x: float, y: float) -> bool:
        baseline = self.line.baseline(x)
        return self.left <= x < self.right + self.line.overflow and baseline - self.above <= y < baseline + self.below


def printed_mask(placed: PlacedPage, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """1 where the labels found on the page are printed."""
    mask = np.zeros(shape, np.uint8)
    heights = [bottom - top for label in placed.labels.values() for _, top, _, bottom in label.boxes]
    usual = float(np.median(heights)) if heights else 0.0
    for label in placed.labels.values():
        for left, top, right, bottom in label.boxes:
            if bottom - top > _TALL_WORD * usual:  # read together with writing over or under it
                middle = (top + bottom) / 2
                baseline = min((label.baseline, label.top_baseline), key=lambda row: abs(row - middle))
                top, bottom = max(top, baseline - usual), min(bottom, baseline + 0.4 * usual)
            cv2.rectangle(mask, (round(left) - 2, round(top)), (round(right), round(bottom)), 1, -1)
    return mask


def cut_lines(page: CleanPage, placed: PlacedPage) -> dict[LineKey, LineCrop]:
    """Cut every line of every field; lines without ink are left out."""
    _, labels, stats, centres = cv2.connectedComponentsWithStats(page.ink, connectivity=8, ltype=cv2.CV_32S)
    bands = _bands(placed)
    stats, centres = _split_between_lines(page.grey, labels, stats, centres, bands)
    _drop_printed(labels, stats, centres, printed_mask(placed, page.ink.shape), placed)
    strokes: dict[LineKey, list[int]] = defaultdict(list)
    for index in _worth_reading(stats):
        band = _band_of(bands, stats[index], centres[index])
        if band is not None:
            strokes[band.key].append(index)
    _marks_to_letters(strokes, stats, centres, bands)
    crops = {}
    by_key = {band.key: band for band in bands}
    for key, members in strokes.items():
        kept = _connected_run(by_key[key], stats[members])
        crop = _crop(page, labels, stats, [members[i] for i in kept], by_key[key])
        if crop is not None:
            crops[key] = crop
    return crops


def missed_ink(page: CleanPage, placed: PlacedPage, crops: Mapping[LineKey, LineCrop]) -> dict[LineKey, int]:
    """For lines without a crop: pixels of letters in or near their space that no line took.

    Ink of another line that stands where this line's writing would counts too: one of the two may be misplaced.
    """
    rest = page.ink & ~printed_mask(placed, page.ink.shape) & 1
    for crop in crops.values():
        left, top, right, bottom = crop.box
        rest[top:bottom, left:right] = 0
    _, _, stats, centres = cv2.connectedComponentsWithStats(rest, connectivity=8)
    size = np.maximum(stats[:, 2], stats[:, 3])
    letters = np.flatnonzero((size >= _LETTER + 2) & (stats[:, 4] >= 30) & (size < 12 * PIXELS_PER_MM))
    letters = letters[letters > 0]
    missed: dict[LineKey, int] = {}
    for number, field in enumerate(placed.fields):
        for index, line in enumerate(field.lines):
            if (number, index) not in crops:
                own = _near_line(line, stats[letters], centres[letters])
                missed[number, index] = own + _taken_by_others(line, number, crops)
    return missed


def _near_line(line: WritingLine, stats: NDArray[np.int32], centres: NDArray[np.float64]) -> int:
    x, y = centres[:, 0], centres[:, 1]
    right = line.right + max(line.overflow - _INTO_NOTES, 0)
    share = (x - line.left) / max(line.right - line.left, 1.0)
    baseline = line.baseline_left + share * (line.baseline_right - line.baseline_left)
    near = (x > line.left) & (x < right) & (y > baseline - 0.8 * line.height) & (y < baseline + 0.25 * line.height)
    return int(stats[near, 4].sum())


def _taken_by_others(line: WritingLine, number: int, crops: Mapping[LineKey, LineCrop]) -> int:
    """Ink of other fields' lines that covers the middle of this line's letters."""
    middle = line.baseline((line.left + line.right) / 2)
    high, low = middle - 0.4 * line.height, middle - 0.05 * line.height
    taken = 0
    for (other, _), crop in crops.items():
        left, top, right, bottom = crop.box
        beside = min(right, line.right) - max(left, line.left)
        if other != number and beside > 30 and min(bottom, low) - max(top, high) > 0.6 * (low - high):
            taken += round(crop.ink_pixels * beside / max(right - left, 1))
    return taken


def _drop_printed(
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    centres: NDArray[np.float64],
    printed: NDArray[np.uint8],
    placed: PlacedPage,
) -> None:
    """Take the printed labels out of the components: letters that stick out of a label's box go whole,
    strokes that only touch it keep what is outside."""
    inside = np.bincount(labels[printed > 0], minlength=len(stats))
    inside[0] = 0
    touched = [int(index) for index in np.flatnonzero(inside) if not _stands_on_line(stats[index], placed)]
    for index in touched:
        x, y, w, h, area = (int(v) for v in stats[index])
        part = labels[y : y + h, x : x + w]
        part[(part == index) & (printed[y : y + h, x : x + w] > 0)] = 0
        own = part == index
        if 2 * int(inside[index]) > area or not own.any():
            part[own] = 0
            stats[index, 4] = 0
            continue
        ys, xs = np.nonzero(own)
        stats[index] = (x + xs.min(), y + ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1, len(xs))
        centres[index] = (x + xs.mean(), y + ys.mean())


def _stands_on_line(stats: NDArray[np.int32], placed: PlacedPage) -> bool:
    """Whether a stroke stands on a writing line so close above a printed one that the label's box covers it."""
    x, y, w, h, _ = (int(v) for v in stats)
    centre, foot = x + w / 2, y + h
    if h < 12 or any(
        abs(foot - label.baseline) < 9 and label.left - 20 < centre < label.right + 20
        for label in placed.labels.values()
    ):
        return False
    return any(
        line.left - 5 <= centre <= line.right and -14 <= foot - line.baseline(centre) <= 5
        for field in placed.fields
        for line in field.lines
    )


def _split_between_lines(
    grey: NDArray[np.uint8],
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    centres: NDArray[np.float64],
    bands: Sequence[_Band],
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Words of several lines that touch are cut apart: in the lighter seam between them, or where least ink joins them.

    Returns:
        The components with the parts cut off added at the end.
    """
    lowest = min((band.line.height for band in bands), default=0.0)
    boxes, middles = list(stats), list(centres)
    waiting = [int(i) for i in np.flatnonzero((stats[:, 3] < 22 * PIXELS_PER_MM) & (stats[:, 4] > 0)) if i]
    while waiting:
        index = waiting.pop()
        x, y, w, h, _ = (int(v) for v in boxes[index])
        if h <= lowest:
            continue
        region = labels[y : y + h, x : x + w]
        parts = _parts_by_line(region == index, grey[y : y + h, x : x + w], (x, y), bands)
        for number, part in enumerate(parts):
            new = index if number == 0 else len(boxes)
            region[part] = new
            box, centre = _measured(part, (x, y))
            if number == 0:
                boxes[new], middles[new] = box, centre
            else:
                boxes.append(box)
                middles.append(centre)
            waiting.append(new)
    return np.array(boxes), np.array(middles)


def _parts_by_line(
    own: NDArray[np.bool_], grey: NDArray[np.uint8], corner: tuple[int, int], bands: Sequence[_Band]
) -> list[NDArray[np.bool_]]:
    """A component that holds ink of several lines in parts; none when it belongs to one line."""
    parts = _parted_by_seams(own, grey, corner, bands)
    if parts:
        return parts
    cut = _where_lines_meet(own, corner, bands)
    if cut is None:
        return []
    upper, lower = own.copy(), own.copy()
    upper[cut:], lower[:cut] = False, False
    return [upper, lower]


def _parted_by_seams(
    own: NDArray[np.bool_], grey: NDArray[np.uint8], corner: tuple[int, int], bands: Sequence[_Band]
) -> list[NDArray[np.bool_]]:
    """Strokes that only touch are joined by ink lighter than their own: the darker cores tell them apart."""
    dark = float(np.percentile(grey[own], 25))
    core = (own & (grey < dark + _CORE * (255 - dark))).astype(np.uint8)
    count, cores, stats, centres = cv2.connectedComponentsWithStats(core, connectivity=4, ltype=cv2.CV_32S)
    by_line: dict[LineKey, list[int]] = defaultdict(list)
    for piece in range(1, count):
        middle = (corner[0] + centres[piece, 0], corner[1] + centres[piece, 1])
        band = _band_of(bands, stats[piece], np.array(middle))
        if band is not None and stats[piece, 3] > _LETTER_BODY * band.line.height:
            by_line[band.key].append(piece)
    if len(by_line) < 2:
        return []
    lines = list(by_line.values())
    distances = [cv2.distanceTransform(1 - np.isin(cores, pieces).astype(np.uint8), cv2.DIST_L2, 3) for pieces in lines]
    nearest = np.argmin(np.stack(distances), axis=0)
    return [own & (nearest == number) for number in range(len(lines))]


def _where_lines_meet(own: NDArray[np.bool_], corner: tuple[int, int], bands: Sequence[_Band]) -> int | None:
    """Row of a component at which it passes from one line to the next; None when it belongs to one line."""
    x, y = corner
    height, width = own.shape
    middle = x + width / 2
    rows = own.sum(axis=1)
    crossed = sorted(
        (band.line.baseline(middle) - y, band.line.height) for band in bands if band.left < x + width and band.right > x
    )
    for (upper, _), (base, line_height) in pairwise(crossed):
        pitch = min(base - upper, line_height)
        if pitch < 0.4 * line_height or upper < 0.15 * pitch or base - 0.2 * pitch > height:
            continue
        body = int(_LETTER_BODY * pitch)
        low, high = (rows[max(int(foot) - body, 0) : int(foot)].sum() for foot in (base, upper))
        first, last = int(upper + 0.05 * pitch), int(base - body)
        if min(low, high) > _SHARE_OF_LINE * rows.sum() and last > first:
            thin = rows[first:last] <= 1.3 * rows[first:last].min() + 2
            return first + int(thin.argmax())
    return None


def _measured(part: NDArray[np.bool_], corner: tuple[int, int]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Box with area, and centre, of a component's part."""
    ys, xs = np.nonzero(part)
    x, y = corner
    box = np.array([x + xs.min(), y + ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1, len(xs)], np.int32)
    return box, np.array([x + xs.mean(), y + ys.mean()])


def _worth_reading(stats: NDArray[np.int32]) -> Iterable[int]:
    """Components larger than a speck and smaller than a seal."""
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    keep = (area >= 6) & (np.maximum(width, height) >= 3) & (height < 22 * PIXELS_PER_MM)
    keep[0] = False
    return (int(i) for i in np.flatnonzero(keep))


def _bands(placed: PlacedPage) -> list[_Band]:
    bands = []
    for number, field in enumerate(placed.fields):
        for index, line in enumerate(field.lines):
            bands.append(
                _Band(
                    key=(number, index),
                    line=line,
                    above=1.05 * line.height,
                    below=0.5 * line.height,
                    left=line.left - 5,
                    right=line.right,
                )
            )
    for band in bands:
        _share_height(band, bands)
        _share_width(band, bands, placed.fields[band.key[0]].space is not None)
    return bands


def _share_height(band: _Band, bands: Sequence[_Band]) -> None:
    """Bring the strip's edges to where the neighbouring lines' writing ends."""
    middle = (band.line.left + band.line.right) / 2
    own = band.line.baseline(middle)
    for other in bands:
        overlap = min(band.line.right, other.line.right) - max(band.line.left, other.line.left)
        if other is band or overlap < 8:
            continue
        distance = own - other.line.baseline(middle)
        if 0.4 * band.line.height < distance:
            band.above = min(band.above, _ABOVE * distance)
        elif distance < -0.4 * band.line.height:
            band.below = min(band.below, _BELOW * -distance)


def _share_width(band: _Band, bands: Sequence[_Band], in_cell: bool) -> None:
    """A value that runs into the printed word before the next space is cut in the middle of that word."""
    middle = (band.line.left + band.line.right) / 2
    beside = [
        other.line.left
        for other in bands
        if other is not band
        and other.line.left > band.line.left + 4
        and abs(other.line.baseline(middle) - band.line.baseline(middle)) <= 0.4 * band.line.height
    ]
    following = min(beside, default=None)
    if in_cell:
        band.right, band.line = band.right + 3, _without_overflow(band.line)
    elif following is not None and following < band.right + band.line.overflow + 300:
        gap = following - band.line.right
        word_between = 0.5 * max(gap, 0) if gap < 25 * PIXELS_PER_MM else 40
        band.right = min(max(band.line.right + word_between, band.right), following)
        band.line = _without_overflow(band.line)


def _without_overflow(line: WritingLine) -> WritingLine:
    return WritingLine(
        left=line.left,
        right=line.right,
        baseline_left=line.baseline_left,
        baseline_right=line.baseline_right,
        height=line.height,
    )


def _band_of(bands: Sequence[_Band], stats: NDArray[np.int32], centre: NDArray[np.float64]) -> _Band | None:
    x, y = float(centre[0]), float(centre[1])
    inside = [band for band in bands if band.contains(x, y)]
    if not inside:
        return None
    return min(inside, key=lambda band: abs(y - band.line.baseline(x) + 0.25 * band.line.height))


def _marks_to_letters(
    strokes: dict[LineKey, list[int]], stats: NDArray[np.int32], centres: NDArray[np.float64], bands: Sequence[_Band]
) -> None:
    """Tone marks between two lines go with the letter they are closer to."""
    boxes = {key: stats[members] for key, members in strokes.items()}
    for band in bands:
        for index in list(strokes.get(band.key, ())):
            if max(stats[index, 2], stats[index, 3]) > 0.35 * band.line.height:
                continue
            x, y = (float(v) for v in centres[index])
            above = band.line.baseline(x) - y
            if -0.08 * band.line.height < above < _LETTER_BODY * band.line.height:
                continue  # beside letters, not over or under them: a comma, a hyphen
            near = [other for other in bands if other.key in boxes and _may_hold(other, x, y)]
            gaps = {other.key: _gap_to_letters(stats[index], boxes[other.key]) for other in near}
            best = min(gaps, key=lambda key: gaps[key], default=band.key)
            if best != band.key and gaps[best] < min(gaps.get(band.key, np.inf) - 3, 0.25 * band.line.height):
                strokes[band.key].remove(index)
                strokes[best].append(index)


def _may_hold(band: _Band, x: float, y: float) -> bool:
    """Whether a mark at this place may belong to the line, though another line's strip holds it."""
    baseline = band.line.baseline(x)
    return band.left <= x < band.right and baseline - 1.15 * band.line.height < y < baseline + 0.5 * band.line.height


def _gap_to_letters(mark: NDArray[np.int32], boxes: NDArray[np.int32]) -> float:
    """Distance up or down from a mark to the nearest letter over or under it."""
    x, y, w, h = (int(v) for v in mark[:4])
    letters = boxes[(boxes[:, 3] > 1.5 * h) & (boxes[:, 0] < x + w + 4) & (boxes[:, 0] + boxes[:, 2] > x - 4)]
    gaps = np.maximum(letters[:, 1] - (y + h), y - (letters[:, 1] + letters[:, 3]))
    return float(np.maximum(gaps, 0).min()) if len(gaps) else float("inf")


def _connected_run(band: _Band, stats: NDArray[np.int32]) -> list[int]:
    """Strokes inside the space, and those past its end that continue the last word."""
    order = sorted(range(len(stats)), key=lambda i: int(stats[i, 0]))
    kept: list[int] = []
    reach = 0
    # dots that end early, hidden by the value itself, make the space end where the value begins
    first_at = min(band.line.right + band.line.overflow - _INTO_NOTES, band.right + _CHAIN_GAP)
    for i in order:
        left, right = int(stats[i, 0]), int(stats[i, 0] + stats[i, 2])
        if left > band.right and left > _goes_on_to(reach, band.right, first_at):
            break
        kept.append(i)
        reach = max(reach, right)
    return kept


def _goes_on_to(reach: int, end: float, first_at: float) -> float:
    """How far past the end of its space a value may have its next stroke.

    Args:
        reach: right end of the strokes so far; 0 when there are none.
        end: of the space.
        first_at: where a value may begin that has none of its ink inside.
    """
    if reach == 0:
        return first_at
    return reach + _CHAIN_GAP if reach > end else min(reach + 1.5 * _CHAIN_GAP, end + _CHAIN_GAP)


def _crop(
    page: CleanPage,
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    members: Sequence[int],
    band: _Band,
) -> LineCrop | None:
    """Paint the strokes of one line on white paper."""
    members = _without_specks(stats, members)
    if not members:
        return None
    boxes = stats[list(members)]
    left, top = int(boxes[:, 0].min()), int(boxes[:, 1].min())
    right, bottom = int((boxes[:, 0] + boxes[:, 2]).max()), int((boxes[:, 1] + boxes[:, 3]).max())
    left, top = max(left - _PAD, 0), max(top - _PAD, 0)
    right, bottom = min(right + _PAD, page.ink.shape[1]), min(bottom + _PAD, page.ink.shape[0])
    own = np.isin(labels[top:bottom, left:right], np.array(members)).astype(np.uint8)
    _cut_height(own, band, left, top)
    _empty_zeros(own)
    ys, xs = np.nonzero(own)
    if len(ys) < 20:
        return None
    near = cv2.dilate(own, np.ones((5, 5), np.uint8)) > 0
    picture = np.where(near, page.grey[top:bottom, left:right], 255).astype(np.uint8)
    first, last = max(int(ys.min()) - _PAD, 0), min(int(ys.max()) + 1 + _PAD, picture.shape[0])
    return LineCrop(
        box=(left + int(xs.min()), top + int(ys.min()), left + int(xs.max()) + 1, top + int(ys.max()) + 1),
        picture=_padded(picture[first:last]),
        ink_pixels=len(ys),
        overflows=left + int(xs.max()) > band.line.right + 4,
    )


def _without_specks(stats: NDArray[np.int32], members: Sequence[int]) -> list[int]:
    """The strokes without dust: small marks stay only where they may be a letter's dot, tone mark or full stop."""
    boxes = stats[list(members)]
    large = boxes[np.maximum(boxes[:, 2], boxes[:, 3]) >= _LETTER]
    if len(large) == 0:
        return list(members) if boxes[:, 4].sum() > _COLON else []
    kept = []
    for index in members:
        x, y, w, h = (int(v) for v in stats[index, :4])
        aside = np.maximum(large[:, 0] - (x + w), x - (large[:, 0] + large[:, 2]))
        apart = np.maximum(large[:, 1] - (y + h), y - (large[:, 1] + large[:, 3]))
        if max(w, h) >= _LETTER or bool(((aside <= 14) & (apart <= 12)).any()) or _is_hyphen((x, y, w, h), large):
            kept.append(index)
    return kept


def _is_hyphen(box: tuple[int, int, int, int], letters: NDArray[np.int32]) -> bool:
    """Whether a small flat mark stands between two words at half the height of their letters."""
    x, y, w, h = box
    middle = y + h / 2
    level = (letters[:, 1] + 0.3 * letters[:, 3] < middle) & (middle < letters[:, 1] + 0.8 * letters[:, 3])
    before = level & (letters[:, 0] + letters[:, 2] <= x + 2) & (x - letters[:, 0] - letters[:, 2] < 40)
    after = level & (letters[:, 0] >= x + w - 2) & (letters[:, 0] - x - w < 40)
    return w >= 6 and w >= 1.6 * h and bool(before.any() and after.any())


def _cut_height(own: NDArray[np.uint8], band: _Band, left: int, top: int) -> None:
    """Strokes that reach far into a neighbouring line are cut where that line's writing begins."""
    width = own.shape[1]
    slack = 0.3 * band.line.height
    baseline = band.line.baseline(left + width / 2) - top
    high, low = int(baseline - band.above - slack), int(baseline + band.below + slack)
    own[: max(high, 0)] = 0
    own[max(low, 0) :] = 0


def _empty_zeros(own: NDArray[np.uint8]) -> None:
    """Take the dot out of dotted zeros, which are read as 6, 8 or 9."""
    contours, tree = cv2.findContours(own, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    for contour, (_, _, child, parent) in zip(contours, tree[0] if tree is not None else (), strict=True):
        if parent < 0 or child >= 0 or tree[0][parent][3] < 0:
            continue  # neither ink inside a hole, nor without holes of its own
        x, y, w, h = cv2.boundingRect(contour)
        _, _, ring_width, ring_height = cv2.boundingRect(contours[tree[0][parent][3]])
        if h < 0.45 * ring_height and w < 0.45 * ring_width:
            own[y : y + h, x : x + w] = 0


def _padded(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.copyMakeBorder(picture, 6, 6, 6, 6, cv2.BORDER_CONSTANT, value=255), np.uint8)
