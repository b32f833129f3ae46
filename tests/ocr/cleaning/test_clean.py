"""Dotted lines and rules leave the page, letters and their marks stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from benchmark.drawing.fonts import bundled_fonts
from ocr.cleaning.clean import CleanPage, clean_page, with_pale_strokes

PAPER = 255


def blank(width: int = 1200, height: int = 300) -> np.ndarray:
    return np.full((height, width), PAPER, np.uint8)


def with_dots(page: np.ndarray, y: int, left: int = 60, right: int = 1100, pitch: int = 11) -> np.ndarray:
    for x in range(left, right, pitch):
        cv2.circle(page, (x, y), 2, 60, -1, cv2.LINE_AA)
    return page


def with_text(page: np.ndarray, text: str, x: int, baseline: int, size: int = 46) -> np.ndarray:
    picture = Image.fromarray(page)
    path = next(font for font in bundled_fonts().print_fonts if "tinos" in font.name)
    ImageDraw.Draw(picture).text((x, baseline), text, font=ImageFont.truetype(str(path), size), fill=30, anchor="ls")
    return np.asarray(picture, np.uint8).copy()


def ink_of(page: CleanPage, box: tuple[int, int, int, int]) -> int:
    left, top, right, bottom = box
    return int(page.ink[top:bottom, left:right].sum())


def test_a_row_of_dots_is_found_and_erased() -> None:
    page = clean_page(with_dots(blank(), 150))
    assert len(page.dotted_lines) == 1
    line = page.dotted_lines[0]
    assert abs(line.left - 58) <= 3 and abs(line.right - 1097) <= 8
    assert abs(line.y_at(500) - 150) < 1
    assert page.ink.sum() == 0
    assert page.grey.min() > 200


def test_letters_on_the_dots_keep_their_ink() -> None:
    text, place = "Hoàng Minh Hải", (300, 140)
    alone = clean_page(with_text(blank(), text, *place))
    on_dots = clean_page(with_text(with_dots(blank(), 150), text, *place))
    assert 0.93 < on_dots.ink.sum() / alone.ink.sum() < 1.07


def test_dots_between_letters_that_stand_in_them_go() -> None:
    text, place = "Hoàng Minh", (300, 153)
    alone = clean_page(with_text(blank(), text, *place))
    on_dots = clean_page(with_text(with_dots(blank(), 150, pitch=14), text, *place))
    assert on_dots.ink.sum() / alone.ink.sum() < 1.12
    assert ink_of(on_dots, (60, 140, 290, 160)) == 0


def test_a_tone_mark_among_the_dots_stays() -> None:
    page = with_text(with_dots(blank(), 150), "Nội", 300, 142)
    lower = clean_page(page)
    bare = clean_page(with_text(with_dots(blank(), 150), "Nôi", 300, 142))
    assert ink_of(lower, (300, 143, 420, 156)) > ink_of(bare, (300, 143, 420, 156)) + 8


def test_punctuation_is_no_dotted_line() -> None:
    page = clean_page(with_text(blank(), "5.8.2001, Hà Nội - Huế.", 100, 150))
    assert page.dotted_lines == ()


def test_a_thin_rule_to_write_on_is_a_line_too() -> None:
    page = blank()
    cv2.line(page, (60, 150), (800, 150), 60, 2)
    cleaned = clean_page(page)
    assert cleaned.ink.sum() < 20
    assert [round(line.y_at(400)) for line in cleaned.dotted_lines] == [150]


@pytest.mark.parametrize("slope", [0.0, 0.004])
def test_frame_rules_are_erased_and_reported(slope: float) -> None:
    page = blank(1200, 900)
    cv2.line(page, (600, 20), (600 + int(860 * slope), 880), 70, 4)
    cleaned = clean_page(page)
    assert [rule.vertical for rule in cleaned.rules] == [True]
    assert cleaned.ink.sum() < 0.02 * (page < 200).sum()


def test_a_letter_across_the_divider_is_not_cut_in_two() -> None:
    page = with_text(blank(1200, 900), "bốn", 540, 450, 60)
    ruled = page.copy()
    cv2.line(ruled, (590, 20), (590, 880), 70, 4)
    page, ruled = np.minimum(page, 255), np.minimum(ruled, page)
    cleaned = clean_page(ruled)
    lost = (clean_page(page).ink > 0) & (cleaned.ink == 0)
    assert lost.sum() < 0.25 * clean_page(page).ink.sum()


def test_a_line_filled_from_end_to_end_is_known_by_its_step() -> None:
    page = blank(1500, 700)
    for y in (100, 180, 260, 340):
        with_dots(page, y, right=1400, pitch=14)
    full = with_dots(blank(1500, 700), 450, right=1400, pitch=14)
    full = with_text(full, "Khu phố 6, phường Thành Tâm, thị xã Chơn Thành, tỉnh Bình", 58, 453, 50)
    cleaned = clean_page(np.minimum(page, full))
    assert len(cleaned.dotted_lines) == 5


def test_dashes_are_a_writing_line() -> None:
    page = blank()
    for x in range(60, 1000, 21):
        cv2.line(page, (x, 150), (x + 13, 150), 40, 4)
    cleaned = clean_page(with_text(page, "Bắc Ninh", 300, 143))
    alone = clean_page(with_text(blank(), "Bắc Ninh", 300, 143))
    assert len(cleaned.dotted_lines) == 1
    assert 0.9 < cleaned.ink.sum() / alone.ink.sum() < 1.1


def test_nothing_is_left_where_rules_cross_and_letters_on_rules_stay() -> None:
    alone = clean_page(with_text(blank(1200, 700), "Quyển", 300, 294)).ink.sum()
    page = with_text(blank(1200, 700), "Quyển", 300, 294)
    for y in (100, 300, 500):
        cv2.line(page, (100, y), (1100, y + 3), 60, 4)
    for x in (100, 600, 1100):
        cv2.line(page, (x, 100), (x, 503), 60, 4)

    cleaned = clean_page(page)

    letters = ink_of(cleaned, (280, 240, 480, 330))
    assert letters > 0.85 * alone
    assert cleaned.ink.sum() - letters < 60


def test_nothing_is_left_of_thin_rules_at_a_slant() -> None:
    page = blank(2300, 900)
    cv2.rectangle(page, (80, 100), (2200, 800), 70, 3)
    turn = cv2.getRotationMatrix2D((1150, 450), 0.7, 1.0)
    # a scanner shades a thin rule at a slant: now it falls on one row of pixels, now on two
    slanted = cv2.GaussianBlur(cv2.warpAffine(page, turn, (2300, 900), borderValue=PAPER), (0, 0), 0.5)
    cleaned = clean_page(np.asarray(slanted, np.uint8))
    assert len(cleaned.rules) == 4
    assert cleaned.ink.sum() == 0


def test_pale_rules_of_a_table_are_rules_and_pale_lines_of_a_form_are_not() -> None:
    table = blank(1600, 1400)
    for x in range(60, 1560, 186):
        cv2.line(table, (x, 100), (x, 1300), 195, 2)
    for y in range(100, 1301, 200):
        cv2.line(table, (60, y), (1548, y), 195, 2)
    for row in range(6):
        for column in (0, 3, 6):
            table = with_text(table, "MAI VĂN ANH", 70 + 186 * column, 230 + 200 * row, size=76)
    cleaned = clean_page(table)
    assert len([rule for rule in cleaned.rules if rule.vertical]) == 9
    assert len([rule for rule in cleaned.rules if not rule.vertical]) == 7
    assert cleaned.grey[480:520, 500:560].min() > 250
    form = with_text(blank(1600, 1400), "Họ và tên:", 100, 460, size=60)
    cv2.line(form, (420, 462), (1500, 462), 190, 2)
    assert clean_page(form).rules == ()


@pytest.mark.parametrize("slant", [0.2, 0.45, 0.7])
def test_two_tone_scans_keep_no_pieces_of_their_rules(slant: float) -> None:
    page = blank(1600, 900)
    cv2.rectangle(page, (80, 100), (1500, 800), 20, 3)
    size, middle = (1600, 900), (800, 450)
    scanned = cv2.warpAffine(page, cv2.getRotationMatrix2D(middle, slant, 1.0), size, borderValue=PAPER)
    two_tone = cv2.GaussianBlur(np.where(scanned < 170, 0, PAPER).astype(np.uint8), (0, 0), 0.6)
    upright = cv2.warpAffine(two_tone, cv2.getRotationMatrix2D(middle, 0.05 - slant, 1.0), size, borderValue=PAPER)
    assert clean_page(np.asarray(upright, np.uint8)).ink.sum() < 30


def test_pale_parts_of_strokes_come_back_and_stains_do_not() -> None:
    page = np.asarray(255 - (255 - with_text(blank(), "Hưng Yên", 100, 150).astype(int)) * 0.3, np.uint8)
    page = np.minimum(page, with_text(blank(), "ĐĂNG KÝ", 500, 150))
    page[150:152, 100:130] = 60  # where a pale stroke is dark enough
    cv2.rectangle(page, (900, 200), (1000, 260), 200, -1)

    strict = clean_page(page)
    whole = with_pale_strokes(strict)

    assert ink_of(whole, (500, 100, 800, 170)) >= ink_of(strict, (500, 100, 800, 170))
    assert ink_of(whole, (900, 200, 1001, 261)) == ink_of(strict, (900, 200, 1001, 261))
