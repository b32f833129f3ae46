"""Make a page stand upright, level and flat at about 300 dpi of A4, with the way back to the scan as delivered."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.images import BgrImage, GreyImage, Matrix, PixelBox
from ocr.straightening.bend import bend_at, find_bend, unbent
from ocr.straightening.orientation import HALF_TURN, find_orientation, turned, turning_back, work_copy
from ocr.straightening.perspective import LineFan, fit_fans, map_points, rectifying_matrix

__all__ = ["PAGE_WIDTH", "Straightened", "straighten_page"]

PAGE_WIDTH = 2480
"""Width of an A4 page at 300 dpi."""
_PAGE_WIDTHS = ((2067, 2893), PAGE_WIDTH)
"""Widths of an upright page that are kept (250 to 350 dpi: scaling costs time and sharpness), and what others get."""
_SPREAD_WIDTHS = ((3300, 5300), 4961)
"""The same for an open book or a table over two pages; A3 at 300 dpi."""
_PHOTO_CHANGE = 0.012
"""Change of slope over a page height (0.7 degrees) that only a camera held at an angle makes."""
_STRONG_CHANGE = 0.03
"""The same from which the rest is measured once more on the flattened page. Set by eye."""
_DARK = 0.5
"""Background is darker than half of the paper's lightness; the shade of a page in uneven light is not."""
_PAPER_LEVEL = 75
"""Percentile of lightness that is taken for paper. Set by eye, as the following."""
_SIDE_SEEN = 0.5
"""Share of a side that is background where the whole page is seen."""
_NEAR_A4 = 0.12
"""A ratio of sides this near to A4's or A3's is theirs. Set by eye, not measured."""
_HALF_LIGHT = 127
"""Mean of a mask of 0 and 255 over which more than half is paper; `_NOT_PAPER` is its threshold for single pixels."""
_NOT_PAPER = 128
"""Half of 255."""
_LEAST_PAPER = 0.3
"""With fewer rows or columns of paper the mask tells nothing."""
_WIDER_THAN_HIGH = 1.05
"""From this ratio on it is an open book or a table over two pages."""
_UNMOVED = 0.7
"""A page whose corners move by less, in pixels, is left as it is: warping costs sharpness."""
_BACKGROUND_SEEN = 0.0005
"""Share of the picture from which what is not paper is painted over."""
_PEN = np.ones((9, 9), np.uint8)
"""Surroundings (2.3 mm on the work copy) over which strokes close to paper; by them the page's outline is drawn in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Straightened:
    """An upright page and how it came about."""

    image: BgrImage
    homography: Matrix
    """3 x 3, from a pixel of `image` to a pixel of the picture that was given."""
    skew_degrees: float
    """Slope of the text lines before straightening, after the turn; positive when they fell to the right."""
    rotation: int
    """Degrees clockwise the scan was turned: 0, 90, 180, 270."""
    photo: bool
    """Taken at an angle, not on a flatbed."""
    bend: tuple[float, ...] = ()
    """How many pixels the page hung lower, in equal strips from left to right, before its lines were bent straight;
    empty for a flat page."""

    def to_scan(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Points (n x 2, pixels of `image`) on the picture that was given, in its pixels; undoes the bend as well."""
        flat = np.array(points, np.float64).reshape(-1, 2)
        if self.bend:
            flat[:, 1] += bend_at(self.bend, flat[:, 0], self.image.shape[1])
        return map_points(self.homography, flat)


def straighten_page(image: BgrImage, *, rotation: int | None = None) -> Straightened:
    """Turn, level, flatten and crop one page.

    Args:
        image: A page as `scans.open_page` gives it (or one half of an open book).
        rotation: Degrees clockwise to turn, when known from elsewhere; None to find out.
    """
    cv2.setNumThreads(1)
    small, _ = work_copy(image)
    lie = find_orientation(small, rotation)
    grey = turned(small, lie.rotation)
    level, upright = fit_fans(grey, lie.skew_degrees)
    flatten = rectifying_matrix(level, upright, grey.shape[1], grey.shape[0])
    photo = _bend(level, upright) > _PHOTO_CHANGE
    if _bend(level, upright) > _STRONG_CHANGE:
        flatten = _refined(grey, flatten)
    paper, corner = _flat_paper(grey, flatten)
    left, top, right, bottom = _paper_box(paper)
    to_image = (
        _to_image(image, small, lie.rotation) @ np.linalg.inv(flatten) @ _shift(corner[0] + left, corner[1] + top)
    )
    work_scale = small.shape[1] / image.shape[1]
    width, height = (right - left) / work_scale, (bottom - top) / work_scale
    if photo and _seen_whole(grey):
        height = _height_of_a4(width, height)
    size = _output_size(width, height)
    homography = to_image @ _scaling((right - left) / size[0], (bottom - top) / size[1])
    homography /= homography[2, 2]
    straight = _warped(image, homography, size, paper[top:bottom, left:right])
    bend = find_bend(_flat_copy(grey, flatten, corner, (left, top, right, bottom)))
    bend = tuple(shift * size[1] / (bottom - top) for shift in bend)
    if bend:
        straight = unbent(straight, bend_at(bend, np.arange(size[0]) + 0.5, size[0]))
    return Straightened(
        image=straight,
        homography=homography,
        skew_degrees=round(float(np.degrees(np.arctan(level.at_centre))), 3),
        rotation=lie.rotation,
        photo=photo,
        bend=bend,
    )


def _bend(level: LineFan, upright: LineFan) -> float:
    return max(abs(level.change), abs(upright.change), abs(level.at_centre + upright.at_centre))


def _refined(grey: GreyImage, flatten: Matrix) -> Matrix:
    """Fit once more on the flattened copy: slopes are linear in place only for mild perspective."""
    height, width = grey.shape
    flat = cv2.warpPerspective(grey, flatten, (width, height), borderMode=cv2.BORDER_REPLICATE)
    level, upright = fit_fans(flat, 0.0)
    refined: Matrix = rectifying_matrix(level, upright, width, height) @ flatten
    return refined


def _flat_paper(grey: GreyImage, flatten: Matrix) -> tuple[GreyImage, tuple[float, float]]:
    """Where paper lies (255) after flattening, on a canvas that holds the whole scan, and that canvas's origin."""
    height, width = grey.shape
    corners = map_points(flatten, [(0, 0), (width, 0), (width, height), (0, height)])
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    paper: GreyImage = cv2.warpPerspective(_paper_mask(grey), _shift(-low[0], -low[1]) @ flatten, size)
    return paper, (float(low[0]), float(low[1]))


def _flat_copy(grey: GreyImage, flatten: Matrix, corner: tuple[float, float], box: PixelBox) -> GreyImage:
    left, top, right, bottom = box
    placed = _shift(-corner[0] - left, -corner[1] - top) @ flatten
    copy: GreyImage = cv2.warpPerspective(grey, placed, (right - left, bottom - top), borderMode=cv2.BORDER_REPLICATE)
    return copy


def _paper_mask(grey: GreyImage) -> GreyImage:
    """255 on the page, 0 on what lies around it when that is dark: desk, scanner lid, the shadow of the binding."""
    without_ink = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, _PEN)
    dark = (without_ink < _DARK * np.percentile(without_ink, _PAPER_LEVEL)).astype(np.uint8)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=4)
    height, width = grey.shape
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    outside = (left == 0) | (top == 0) | (right == width) | (bottom == height)
    outside[0] = False
    mask: GreyImage = np.where(outside[parts], 0, 255).astype(np.uint8)
    return mask


def _seen_whole(grey: GreyImage) -> bool:
    """Is there background on all four sides of the page?"""
    paper = _paper_mask(grey)
    sides = (paper[1], paper[-2], paper[:, 1], paper[:, -2])
    return all(float((side == 0).mean()) > _SIDE_SEEN for side in sides)


def _height_of_a4(width: float, height: float) -> float:
    """Perspective hides the true ratio of the sides; a whole page or open book that is nearly A4 or A3 is just that."""
    for ratio in (2**0.5, 0.5**0.5):
        if abs(height / width / ratio - 1) < _NEAR_A4:
            return width * ratio
    return height


def _paper_box(paper: GreyImage) -> PixelBox:
    """The rows and columns that are paper for more than half of their length; everything when there is no such row."""
    rows = np.flatnonzero(paper.mean(axis=1) > _HALF_LIGHT)
    columns = np.flatnonzero(paper.mean(axis=0) > _HALF_LIGHT)
    if len(rows) < _LEAST_PAPER * paper.shape[0] or len(columns) < _LEAST_PAPER * paper.shape[1]:
        return 0, 0, paper.shape[1], paper.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _to_image(image: BgrImage, small: GreyImage, rotation: int) -> Matrix:
    """From points of the turned work copy to points of the picture it was made from."""
    height, width = image.shape[:2]
    scale = (width / small.shape[1], height / small.shape[0])
    turned_scale = scale if rotation % HALF_TURN == 0 else scale[::-1]
    matrix: Matrix = turning_back(rotation, width, height) @ _scaling(*turned_scale)
    return matrix


def _output_size(width: float, height: float) -> tuple[int, int]:
    """Size of the straight page: its own when that is near 300 dpi, otherwise brought there."""
    if width <= _WIDER_THAN_HIGH * height:
        keep, goal = _PAGE_WIDTHS
    else:
        keep, goal = _SPREAD_WIDTHS
    scale = 1.0 if keep[0] <= width <= keep[1] else goal / width
    return max(1, round(width * scale)), max(1, round(height * scale))


def _warped(image: BgrImage, homography: Matrix, size: tuple[int, int], paper: GreyImage) -> BgrImage:
    """The straight page; what is not paper takes the paper's colour, so that no border is read as ink."""
    same = (image.shape[1], image.shape[0]) == size and np.abs(_corners_moved(homography, size)).max() < _UNMOVED
    if same:
        straight = image
    else:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        straight = cv2.warpPerspective(image, homography, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    if float((paper < _NOT_PAPER).mean()) > _BACKGROUND_SEEN:
        grown = cv2.erode(paper, _PEN, borderValue=255)
        mask = cv2.resize(grown, size, interpolation=cv2.INTER_NEAREST) < _NOT_PAPER
        straight = straight.copy() if same else straight
        straight[mask] = np.median(image[::40, ::40].reshape(-1, 3), axis=0).astype(np.uint8)
    return straight


def _corners_moved(homography: Matrix, size: tuple[int, int]) -> npt.NDArray[np.float64]:
    corners = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float64)
    moved: npt.NDArray[np.float64] = map_points(homography, corners) - corners
    return moved


def _shift(x: float, y: float) -> Matrix:
    return np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]])


def _scaling(x: float, y: float) -> Matrix:
    return np.array([[x, 0.0, 0], [0, y, 0], [0, 0, 1]])
