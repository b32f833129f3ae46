"""The Word templates that an office begins with, drawn from `data/documents.yaml`.

They are made anew each time, so the repository holds no Word files; an office loads one, changes it in Word and keeps
it as its own.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from exports.document_kinds import DocumentKind, DocumentList

__all__ = ["draft_template"]

_FONT, _SIZE = "Times New Roman", 13
_COUNTRY, _MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_SHORT, _LONG = 21.0, 29.7
"""Centimetres: A4."""
_OFFICES_SHARE = 0.4
"""Of the width, for the names of the offices; the country's name needs 9.3 cm in one line."""
_NUMBERS = 1.2
"""Centimetres of the column with the numbers of lines."""
_MARGINS = {"top_margin": 2.0, "bottom_margin": 2.0, "left_margin": 3.0, "right_margin": 2.0}
"""Centimetres, within what Nghị định 30/2020/NĐ-CP allows."""


def draft_template(kind: DocumentKind) -> bytes:
    """A .docx with the heading of administrative documents, the kind's texts and table, and places to sign."""
    document = Document()
    _page(document, kind)
    width = _text_width(kind)
    _heading(document, width)
    _line(document, kind.title, bold=True, size=15, centred=True, before=14)
    if kind.subtitle:
        _line(document, kind.subtitle, bold=True, centred=True, after=10)
    for text in kind.body:
        _line(document, text, indented=True)
    if kind.list:
        _table(document, kind.list, kind.items)
    for text in kind.after:
        _line(document, text, indented=True)
    document.paragraphs[-1].paragraph_format.keep_with_next = True  # nobody signs a page with nothing else on it
    _signers(document, kind.signers, width)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any, kind: DocumentKind) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(_SIZE)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    # a line that ends within a value (what a person wrote in several lines) is not stretched over the width
    compat = document.settings.element.find(qn("w:compat"))
    compat.insert(0, compat.makeelement(qn("w:doNotExpandShiftReturn"), {}))
    section = document.sections[0]
    section.page_width, section.page_height = Cm(_SHORT), Cm(_LONG)
    if kind.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    for name, width in _MARGINS.items():
        setattr(section, name, Cm(width))


def _text_width(kind: DocumentKind) -> float:
    """Centimetres between the margins."""
    return (_LONG if kind.landscape else _SHORT) - _MARGINS["left_margin"] - _MARGINS["right_margin"]


def _heading(document: Any, width: float) -> None:
    table = _borderless(document, 2, (_OFFICES_SHARE * width, (1 - _OFFICES_SHARE) * width))
    office, country = table.rows[0].cells
    _cell(office, "{{ don_vi_cap_tren }}", centred=True)
    _cell(office, "{{ don_vi }}", bold=True, centred=True)
    _cell(office, "Số: {{ so_van_ban }}", centred=True)
    _cell(country, _COUNTRY, bold=True, centred=True, size=12)
    _cell(country, _MOTTO, bold=True, centred=True)
    _cell(country, "{{ noi_lap }}, {{ ngay_lap }}", italic=True, centred=True)


def _table(document: Any, listed: DocumentList, items: str) -> None:
    """A head, and a line repeated for each item between the two lines that say so."""
    table = document.add_table(rows=4, cols=len(listed.columns) + 1, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    heads = ("STT", *(column.head for column in listed.columns))
    texts = ("{{ loop.index }}", *(column.text for column in listed.columns))
    _set_widths(table, (_NUMBERS, *(column.width for column in listed.columns)))
    for place, (head, text) in enumerate(zip(heads, texts, strict=True)):
        _cell(table.rows[0].cells[place], head, bold=True, centred=True, size=12)
        _cell(table.rows[2].cells[place], text, centred=place == 0, size=12)
    _cell(table.rows[1].cells[0], f"{{%tr for {listed.name} in {items} %}}")
    _cell(table.rows[3].cells[0], "{%tr endfor %}")
    for row, wish in ((0, "w:tblHeader"), (0, "w:cantSplit"), (2, "w:cantSplit")):
        form = table.rows[row]._tr.get_or_add_trPr()  # heads on each page, no line over two of them
        form.append(form.makeelement(qn(wish), {qn("w:val"): "true"}))
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _signers(document: Any, signers: Sequence[str], width: float) -> None:
    table = _borderless(document, len(signers), (width / len(signers),) * len(signers))
    for cell, title in zip(table.rows[0].cells, signers, strict=True):
        _cell(cell, title, bold=True, centred=True, size=12)
        _cell(cell, "(Ký, ghi rõ họ tên)" if title else "", italic=True, centred=True)
        for _ in range(3):
            _cell(cell, "")


def _borderless(document: Any, columns: int, widths: Sequence[float]) -> Any:
    table = document.add_table(rows=1, cols=columns)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _set_widths(table, widths)
    return table


def _set_widths(table: Any, widths: Sequence[float]) -> None:
    """In centimetres; programs look at the columns or at the cells, so both say it."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def _cell(
    cell: Any, text: str, *, bold: bool = False, italic: bool = False, centred: bool = False, size: int = _SIZE
) -> None:
    """A further line in a cell; the empty one that every cell is born with is used first."""
    first = cell.paragraphs[0]
    paragraph = first if not first.runs and len(cell.paragraphs) == 1 else cell.add_paragraph()
    _write(paragraph, text, bold=bold, italic=italic, size=size)
    paragraph.paragraph_format.space_after = Pt(0)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _line(
    document: Any,
    text: str,
    *,
    bold: bool = False,
    centred: bool = False,
    indented: bool = False,
    size: int = _SIZE,
    before: int = 0,
    after: int = 6,
) -> None:
    paragraph = document.add_paragraph()
    _write(paragraph, text, bold=bold, size=size)
    form = paragraph.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indented and text.startswith("{{") and text.endswith("}}"):
        form.left_indent = Cm(1)  # a value alone may have lines of its own, and those would be stretched
    elif indented:
        paragraph.alignment, form.first_line_indent = WD_ALIGN_PARAGRAPH.JUSTIFY, Cm(1)


def _write(paragraph: Any, text: str, *, bold: bool = False, italic: bool = False, size: int = _SIZE) -> None:
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
