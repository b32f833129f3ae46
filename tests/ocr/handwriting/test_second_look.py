"""Only lines in doubt are seen again, and no page is looked at for ever."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from layouts.columns import FieldKind
from ocr.handwriting.preparation import Look, prepare_line
from ocr.handwriting.second_look import Picture, seen_closely
from ocr.handwriting.seen_lines import SeenLine
from vietnamese.units import UNKNOWN_PLACE, BookPlace


class _Eyes:
    """Sees a frame a column; a dark picture is sure after `needed` views, a light one at once."""

    def __init__(self, needed: int = 3) -> None:
        self.needed, self.looks, self.parted = needed, list[tuple[int, Look]](), list[int]()

    def rows(self, crop: Picture, kind: FieldKind | None) -> Sequence[Picture]:
        self.parted.append(crop.shape[1])
        return (crop,)

    def see_rows(self, rows: Sequence[Picture], kind: FieldKind | None, look: Look) -> SeenLine | None:
        (crop,) = rows
        self.looks.append((crop.shape[1], look))
        return SeenLine(np.full((crop.shape[1], 2), float(crop[0, 0]), np.float32))

    def doubts(self, line: SeenLine, kind: FieldKind | None, book: BookPlace) -> bool:
        return line.lattice[0, 0] < 128 and len(line.views) < self.needed


def _picture(width: int, *, dark: bool) -> Picture:
    return np.full((40, width), 0 if dark else 255, np.uint8)


def _seen(
    eyes: _Eyes, pictures: list[Picture], others: list[list[Picture]] | None = None, once: tuple[int, ...] = ()
) -> list[SeenLine]:
    lines = seen_closely(eyes, pictures, [None] * len(pictures), UNKNOWN_PLACE, others, once)
    return [line for line in lines if line is not None]


def test_a_sure_line_is_seen_once_and_one_in_doubt_until_it_is_sure() -> None:
    eyes = _Eyes()
    sure, doubtful = _seen(eyes, [_picture(100, dark=False), _picture(100, dark=True)], [[], [_picture(90, dark=True)]])
    assert (len(sure.views), len(doubtful.views)) == (1, 3)
    assert eyes.looks == [(100, Look.PLAIN), (100, Look.PLAIN), (100, Look.UPRIGHT), (100, Look.BOLD)]


def test_a_picture_is_parted_into_its_rows_once_however_often_it_is_seen() -> None:
    eyes = _Eyes(needed=9)
    _seen(eyes, [_picture(100, dark=True)], [[_picture(90, dark=True)]])
    assert eyes.parted == [100, 90]


def test_the_line_as_scanned_comes_last() -> None:
    eyes = _Eyes(needed=9)
    (doubtful,) = _seen(eyes, [_picture(100, dark=True)], [[_picture(90, dark=True)]])
    assert eyes.looks[-1] == (90, Look.PLAIN) and len(doubtful.views) == 4


def test_a_line_without_other_pictures_is_only_laid_otherwise() -> None:
    eyes = _Eyes(needed=9)
    (line,) = _seen(eyes, [_picture(100, dark=True)])
    assert [look for _, look in eyes.looks] == [Look.PLAIN, Look.UPRIGHT, Look.BOLD]
    assert len(line.views) == 3


def test_a_page_of_doubts_is_not_looked_at_for_ever() -> None:
    eyes = _Eyes(needed=9)
    _seen(eyes, [_picture(300, dark=True)] * 60)
    again = eyes.looks[60:]
    assert 4 * sum(width for width, _ in again) < 12_000


def test_lines_that_another_reader_settles_are_seen_once() -> None:
    eyes = _Eyes()
    (line,) = _seen(eyes, [_picture(100, dark=True)], once=(0,))
    assert len(line.views) == 1


def test_a_leaning_line_is_set_upright_and_a_bold_one_has_more_ink() -> None:
    page = np.full((120, 600), 250, np.uint8)
    for left in range(60, 500, 40):
        for row in range(20, 100):
            column = left + (100 - row) // 2
            page[row, column : column + 6] = 30
    plain, upright, bold = (prepare_line(page, look=look) for look in (Look.PLAIN, Look.UPRIGHT, Look.BOLD))
    assert plain is not None and upright is not None and bold is not None
    # upright strokes stand in few columns, all of them dark
    assert (255 - upright.astype(int)).sum(axis=0).max() > 1.5 * (255 - plain.astype(int)).sum(axis=0).max()
    assert (bold < 128).sum() > 1.1 * (plain < 128).sum()
