"""Straightening: what is left of turns, skew, perspective and bend, measured on pages whose geometry is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ocr.straightening.bend import bend_at, find_bend, unbent
from ocr.straightening.orientation import turned, turning_back, work_copy
from ocr.straightening.perspective import LineFan, fit_fans, map_points, rectifying_matrix
from ocr.straightening.straighten import Straightened, straighten_page
from tests.ocr.drawn import drawn, in_colour, ink_quads

pytestmark = pytest.mark.slow

Image = NDArray[np.uint8]


def angles_left(page: Straightened) -> tuple[float, float, float]:
    """Degrees by which level and upright lines are still off, and by which they still change over the page."""
    level, upright = fit_fans(work_copy(page.image)[0], 0.0)
    change = max(abs(level.change), abs(upright.change))
    off = np.degrees([abs(level.at_centre), abs(upright.at_centre), change])
    return float(off[0]), float(off[1]), float(off[2])


def scanned(image: Image, matrix: NDArray[np.float64], colour: int = 30) -> Image:
    size = (image.shape[1], image.shape[0])
    return np.asarray(cv2.warpPerspective(image, matrix, size, borderValue=(colour, colour, colour)), np.uint8)


def rotation(image: Image, degrees: float) -> NDArray[np.float64]:
    middle = (image.shape[1] / 2, image.shape[0] / 2)
    return np.vstack([cv2.getRotationMatrix2D(middle, degrees, 1.0), [0, 0, 1]])


def seen_from(image: Image, shares: list[tuple[float, float]]) -> NDArray[np.float64]:
    """The page with its corners at these shares of the picture."""
    size = np.array([image.shape[1], image.shape[0]], np.float32)
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32) * size
    return np.asarray(cv2.getPerspectiveTransform(corners, np.array(shares, np.float32) * size), np.float64)


@pytest.mark.parametrize(
    ("form", "quarter"),
    [("birth-2006", q) for q in (0, 90, 180, 270)] + [("marriage-1998", 180), ("death-pre1999", 90)],
)
def test_quarter_turns_are_undone(form: str, quarter: int) -> None:
    page = in_colour(drawn(form))
    lying = turned(page, quarter)
    straight = straighten_page(lying)
    assert straight.rotation == (360 - quarter) % 360
    assert straight.image.shape[0] == pytest.approx(page.shape[0], rel=0.02)


@pytest.mark.parametrize("degrees", [-9.0, 0.15, 10.0])
def test_skew_is_measured_and_taken_out(degrees: float) -> None:
    page = in_colour(drawn("birth-2006"))
    straight = straighten_page(scanned(page, rotation(page, degrees)))
    assert straight.skew_degrees == pytest.approx(-degrees, abs=0.05)
    level, upright, change = angles_left(straight)
    assert max(level, upright) < 0.05 and change < 0.08


@pytest.mark.parametrize(("mode", "dpi"), [("grey", 150), ("bilevel", 200), ("colour", 400)])
def test_coarse_fine_grey_and_bilevel_scans(mode: str, dpi: int) -> None:
    page = in_colour(drawn("birth-2006", mode=mode, dpi=dpi, skew_degrees=1.5))
    straight = straighten_page(page)
    assert straight.rotation == 0
    assert straight.image.shape[1] == pytest.approx(2480, abs=30)
    assert max(angles_left(straight)) < 0.1


@pytest.mark.parametrize(
    "corners",
    [
        [(0.05, 0.04), (0.97, 0.0), (0.99, 0.98), (0.01, 0.95)],
        [(0.16, 0.1), (0.92, 0.07), (0.98, 0.94), (0.05, 0.86)],
        [(0.1, 0.05), (0.9, 0.08), (0.99, 0.99), (0.03, 0.96)],
    ],
)
def test_photographs_are_flattened(corners: list[tuple[float, float]]) -> None:
    page = in_colour(drawn("marriage-2015"))
    straight = straighten_page(scanned(page, seen_from(page, corners)))
    assert straight.photo
    level, upright, change = angles_left(straight)
    assert max(level, upright) < 0.05 and change < 0.12


def test_a_flatbed_scan_is_no_photograph() -> None:
    page = in_colour(drawn("birth-2006", skew_degrees=0.6, trapezium=0.003))
    assert not straighten_page(page).photo


def test_black_borders_are_cropped_and_what_is_left_of_them_painted_over() -> None:
    page = in_colour(drawn("birth-2006"))
    framed = cv2.copyMakeBorder(page, 120, 60, 200, 90, cv2.BORDER_CONSTANT, value=(12, 12, 12))
    straight = straighten_page(scanned(framed, rotation(framed, 1.2), colour=12))
    assert straight.image.shape[0] == pytest.approx(page.shape[0], rel=0.02)
    assert straight.image.shape[1] == pytest.approx(page.shape[1], rel=0.02)
    edge = np.concatenate([straight.image[:, :15].ravel(), straight.image[:, -15:].ravel()])
    assert float((edge < 60).mean()) < 0.01


@pytest.mark.parametrize(
    "faults", [{}, {"skew_degrees": -3.0}, {"skew_degrees": 1.0, "trapezium": 0.03, "photo": True}]
)
def test_the_way_back_leads_to_the_ink(faults: dict[str, object]) -> None:
    """Every piece of ink, looked up on the straight page through the inverse, is dark there."""
    drawing = drawn("birth-2006", **faults)
    straight = straighten_page(in_colour(drawing))
    there = np.linalg.inv(straight.homography)
    for quad in ink_quads(drawing):
        on_page = map_points(there, quad)
        (left, top), (right, bottom) = np.floor(on_page.min(axis=0)), np.ceil(on_page.max(axis=0))
        crop = straight.image[int(top) : int(bottom), int(left) : int(right)]
        assert crop.size > 0 and crop.min() < 140
        assert np.abs(straight.to_scan(on_page) - quad).max() < 0.01


@pytest.mark.parametrize(("curl", "left"), [(2.0, True), (2.5, False)])
def test_lines_bent_near_the_binding_become_straight(curl: float, left: bool) -> None:
    drawing = drawn("birth-2015", curl=curl, binding_left=left)
    straight = straighten_page(in_colour(drawing))
    assert straight.bend
    assert find_bend(work_copy(straight.image)[0]) == ()


def test_the_way_back_undoes_the_bend() -> None:
    flat = straighten_page(in_colour(drawn("birth-2015")))
    bent = Straightened(
        image=flat.image, homography=np.eye(3), skew_degrees=0.0, rotation=0, photo=False,
        bend=(10.0, 4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    )  # fmt: skip
    width = flat.image.shape[1]
    moved = bent.to_scan([(width / 16, 100.0), (width / 2, 100.0)])
    assert moved[:, 1] == pytest.approx([110.0, 100.0])


def test_unbending_follows_the_shift() -> None:
    page = np.full((200, 320, 3), 255, np.uint8)
    shift = bend_at(tuple(np.linspace(12, 0, 20)), np.arange(320), 320)
    for x in range(320):
        page[round(100 + shift[x]), x] = 0
    rows = unbent(page, shift).min(axis=2).argmin(axis=0)
    assert np.abs(rows - 100).max() <= 1


def test_a_blank_sheet_passes_through() -> None:
    straight = straighten_page(np.full((1169, 827, 3), 250, np.uint8))
    assert straight.image.shape[1] == 2480


def test_a_known_rotation_is_obeyed() -> None:
    page = in_colour(drawn("birth-2006"))
    assert straighten_page(page, rotation=180).rotation == 180


slopes = st.floats(-0.08, 0.08)
changes = st.floats(-0.08, 0.08)


@settings(max_examples=60, deadline=None)
@given(slopes, changes, changes)
def test_flattening_makes_the_lines_of_a_fan_level_and_upright(slope: float, down: float, across: float) -> None:
    width, height = 800, 1100
    level = LineFan(at_centre=slope, change=down)
    upright = LineFan(at_centre=-slope, change=across)
    matrix = rectifying_matrix(level, upright, width, height)
    for offset in (-0.35, 0.0, 0.35):
        fall, lean = slope + down * offset, -slope + across * offset
        x, y = width / 2 + offset * height, height / 2 + offset * height
        ends = map_points(matrix, [(width / 2 - 200, y - 200 * fall), (width / 2 + 200, y + 200 * fall)])
        assert abs(ends[1, 1] - ends[0, 1]) < 0.012 * 400
        ends = map_points(matrix, [(x - 200 * lean, height / 2 - 200), (x + 200 * lean, height / 2 + 200)])
        assert abs(ends[1, 0] - ends[0, 0]) < 0.012 * 400


@given(st.sampled_from([0, 90, 180, 270]), st.integers(2, 40), st.integers(2, 40), st.data())
def test_turning_back_finds_the_same_pixel(rotation: int, width: int, height: int, data: st.DataObject) -> None:
    picture = np.arange(width * height).reshape(height, width).astype(np.float32)
    standing = turned(picture, rotation)
    y = data.draw(st.integers(0, standing.shape[0] - 1))
    x = data.draw(st.integers(0, standing.shape[1] - 1))
    (back,) = np.rint(map_points(turning_back(rotation, width, height), [(x, y)])).astype(int)
    assert picture[back[1], back[0]] == standing[y, x]


points = st.tuples(st.floats(0, 2000), st.floats(0, 3000))


@given(st.floats(-0.1, 0.1), st.floats(-50, 50), st.lists(points, min_size=1, max_size=8))
def test_points_come_back_through_the_inverse(tilt: float, shift: float, places: list[tuple[float, float]]) -> None:
    matrix = np.array([[1.0, tilt, shift], [-tilt, 1.1, 3.0], [tilt * 1e-4, 1e-5, 1.0]])
    back = map_points(np.linalg.inv(matrix), map_points(matrix, places))
    assert np.allclose(back, places, atol=1e-6)
