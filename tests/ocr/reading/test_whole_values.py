"""Which lines of a page hold one value together, and of what kind."""

from __future__ import annotations

from layouts.columns import FieldKind
from layouts.loader import shipped_template
from ocr.forms.page_fit import PageFit
from ocr.placing.placed_page import FieldPlace, PlacedPage, WritingLine
from ocr.reading.compose import whole_values

FORM = shipped_template("marital-status-2006")


def _line(y: float) -> WritingLine:
    return WritingLine(left=100, right=900, baseline_left=y, baseline_right=y, height=80)


def _page(*columns: str, lines: int) -> PlacedPage:
    fields = tuple(
        FieldPlace(
            slot=0,
            item=next(item for item in FORM.items if name in item.columns),
            lines=tuple(_line(100 + 80 * n) for n in range(lines)),
            piece_of_line=(0,) * lines,
            certain=True,
        )
        for name in columns
    )
    fit = PageFit(y_mm=(0.0, 250.0), y_px=(0.0, 2950.0), y_scale=11.8, x_origin=0.0, x_scale=11.8)
    return PlacedPage(template=FORM, fit=fit, fields=fields, labels={}, pitch=80, divider=None)


def test_sentences_and_addresses_over_several_lines_are_wholes() -> None:
    page = _page("nxnMucDichSuDung", "nxnNoiCuTru", lines=2)
    assert whole_values(page) == {((0, 0), (0, 1)): FieldKind.TEXT, ((1, 0), (1, 1)): FieldKind.PLACE}


def test_what_stands_on_one_line_is_a_whole_by_itself() -> None:
    assert whole_values(_page("nxnMucDichSuDung", "nxnNoiCuTru", lines=1)) == {}


def test_a_sentence_with_the_place_and_days_of_residence_in_it_is_a_sentence() -> None:
    assert whole_values(_page("nxnTinhTrangHonNhan", lines=3)) == {((0, 0), (0, 1), (0, 2)): FieldKind.TEXT}


def test_a_signer_and_a_name_are_read_line_by_line() -> None:
    assert whole_values(_page("nguoiKy", "nxnHoTen", lines=2)) == {}
