"""Printed documents hold together on paper: tables within the margins, no line over two pages, sums rightly named."""

import io

import openpyxl
import pytest
from docx import Document
from docx.shared import Cm

from corrections.campaign.figures import Figures, UnitFigures
from corrections.campaign.totals import Total
from exports.campaign_forms import VolumeRow, write_annex01, write_volume_annex
from exports.document_drafts import draft_template
from exports.document_kinds import document_kinds
from layouts.register_types import RegisterType

ROUNDING = Cm(0.05)


@pytest.mark.parametrize("name", document_kinds())
def test_tables_of_documents_stay_within_the_margins_and_their_lines_on_one_page(name: str) -> None:
    kind = document_kinds()[name]
    document = Document(io.BytesIO(draft_template(kind)))
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        assert sum(cell.width for cell in table.rows[0].cells) <= room + ROUNDING
    if kind.list:
        rows = document.tables[1].rows
        for row in (rows[0], rows[2]):
            assert "w:cantSplit" in row._tr.xml
        assert "w:tblHeader" in rows[0]._tr.xml


def _annex(*known: int) -> list[VolumeRow]:
    parts = {(RegisterType.BIRTH, 0): Figures(books=3, total=Total(known=sum(known)))}
    return [VolumeRow(figures=UnitFigures(unit="Tỉnh", parts=parts), machines=1, quota=200)]


def test_phu_luc_04_of_one_unit_names_no_slowest_and_no_pool_and_centres_its_dashes() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write_volume_annex("04", "Tỉnh", _annex(1417)))).active
    assert sheet is not None
    words = " ".join(str(row[0].value) for row in sheet.iter_rows() if row[0].value)
    assert "Toàn bộ cần 8 ngày." in words and "chậm nhất" not in words and "gộp mọi máy" not in words
    dashes = [cell for row in sheet.iter_rows() for cell in row if "COUNTIF" in str(cell.value) and cell.column == 9]
    assert dashes and all(cell.alignment.horizontal == "center" for cell in dashes)


def test_forms_use_the_page_and_write_dots_between_thousands_in_words_too() -> None:
    away = Figures(books=2, total=Total(known=10), elsewhere_books=1200, elsewhere_cases=30_000, sent_back=1500)
    row = UnitFigures(unit="Xã", parts={(RegisterType.BIRTH, 0): away})
    sheet = openpyxl.load_workbook(io.BytesIO(write_annex01("Xã", "Ngày", [row]))).active
    assert sheet is not None
    words = " ".join(str(line[0].value) for line in sheet.iter_rows() if line[0].value)
    assert "1.200 quyển (30.000 trường hợp)" in words and "1.500 trường hợp đang bị trả lại" in words
    assert (sheet.page_margins.left, sheet.page_setup.fitToWidth, sheet.page_setup.orientation) == (0.4, 1, "landscape")
