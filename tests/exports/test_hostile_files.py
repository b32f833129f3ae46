"""Small files that ask for the memory or the hours of the whole server: each is refused in words, at once."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from exports.annex_files import read_annex_file
from exports.document_kinds import document_kind
from exports.documents import check_template
from exports.errors import ExportError, WorkbookError
from exports.tables import read_table

_HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_AT_ONCE_S = 5.0
"""Seconds on a busy machine; without the guards these run for minutes, or until the memory is full."""


def _cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def _row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _workbook(path: Path, sheet: str, sheets: int = 1) -> Path:
    """A workbook whose every sheet is this XML."""
    book = openpyxl.Workbook()
    for number in range(1, sheets):
        book.create_sheet(f"S{number}")
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            whole = f"{_HEAD}{sheet}</worksheet>".encode()
            new.writestr(name, whole if name.startswith("xl/worksheets/sheet") else old.read(name))
    return path


_FIRST = _row(1, _cell("A1", "STT"), _cell("B1", "Đơn vị"))
_LAST_ROW = _row(1_048_576, _cell("A1048576", "x"))
_SHEETS: dict[str, tuple[str, int]] = {
    "one merged cell over everything": (
        f'<sheetData>{_FIRST}</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        1,
    ),
    "many merged cells, one over the other": (
        f"<sheetData>{_FIRST}</sheetData><mergeCells>" + '<mergeCell ref="A1:CV4000"/>' * 500 + "</mergeCells>",
        1,
    ),
    "sixty sheets with a cell far out": (f"<sheetData>{_FIRST}{_row(5000, _cell('GR5000', 'x'))}</sheetData>", 60),
}


@pytest.mark.parametrize("what", _SHEETS)
def test_an_annex_that_unfolds_to_more_than_memory_holds_is_refused(tmp_path: Path, what: str) -> None:
    path = _workbook(tmp_path / "phu-luc.xlsx", *_SHEETS[what])
    began = time.monotonic()
    with pytest.raises(WorkbookError, match="ô gộp quá rộng"):
        read_annex_file(path)
    assert time.monotonic() - began < _AT_ONCE_S


@pytest.mark.slow
def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(tmp_path: Path) -> None:
    sheet = f'<dimension ref="A1:XFD1048576"/><sheetData>{_FIRST}{_row(9, _cell("B9", "Xã A"))}{_LAST_ROW}</sheetData>'
    rows = read_table(_workbook(tmp_path / "dai.xlsx", sheet), ("STT", "Đơn vị"), required=("STT",))
    assert [(row.row, row.cells) for row in rows] == [
        (9, {"STT": "", "Đơn vị": "Xã A"}),
        (1_048_576, {"STT": "x", "Đơn vị": ""}),
    ]


def test_a_row_wider_than_any_table_is_named(tmp_path: Path) -> None:
    sheet = f"<sheetData>{_FIRST}{_row(2, _cell('XFD2', 'x'))}</sheetData>"
    with pytest.raises(WorkbookError, match="cột thứ 16384"):
        read_table(_workbook(tmp_path / "rong.xlsx", sheet), ("STT", "Đơn vị"), required=("STT",))


def _word(
    text: str, change: Callable[[bytes], bytes] = lambda part: part, *, part_name: str = "word/document.xml"
) -> bytes:
    raw = io.BytesIO()
    document = Document()
    document.add_paragraph(text)
    document.core_properties.title = ""
    document.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name == part_name else part)
    return out.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'x' * 999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '{:>999999999}'.format(ho_ten) }}",
        "{{ ho_ten | center(999999999) }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{% for a in ho_ten %}{% for b in ho_ten %}{% for c in ho_ten %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% set a = ho_ten %}{{ a }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ ho_ten.__class__ }}",
        "{{ ho_ten[0:3] }}",
        "{{ cycler(1, 2).next() }}",
    ],
)
def test_a_template_fills_in_and_repeats_and_does_nothing_else(text: str) -> None:
    began = time.monotonic()
    with pytest.raises(ExportError):
        check_template(_word(text), document_kind("invitation"))
    assert time.monotonic() - began < _AT_ONCE_S


def test_what_templates_need_still_works() -> None:
    text = "{% if ho_ten and not ly_do == 'x' %}{{ ho_ten }} {{ ngay_sinh }}{% else %}-{% endif %}"
    check_template(_word(text), document_kind("invitation"))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        "<!DOCTYPE d [<!ENTITY a0 'aaaaaaaaaaaaaaaaaaaaaaaaa'>"
        + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 20}'>" for n in range(1, 9))
        + "<!ENTITY e '&a8;'>]>",
    ],
)
def test_entities_of_a_template_are_not_unfolded(doctype: str) -> None:
    """Neither a file of the server nor a thousand million letters come into the document."""

    def bent(part: bytes) -> bytes:
        head, rest = part.split(b"?>", 1)
        return head + b"?>" + doctype.encode() + rest.replace(b"THE-PLACE", b"&e;")

    began = time.monotonic()
    with pytest.raises(ExportError, match="DOCTYPE"):
        check_template(_word("THE-PLACE", bent), document_kind("invitation"))
    assert time.monotonic() - began < _AT_ONCE_S


KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
OUTSIDE = "http://khong-co.example/mau.dotx"


@pytest.mark.parametrize("mode", ['TargetMode="External"', "TargetMode='External'", 'TargetMode = "External"'])
@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_a_template_names_nothing_elsewhere_however_it_is_written(mode: str, code: str) -> None:
    """Word would fetch it from whoever opens the paper."""

    def bent(part: bytes) -> bytes:
        relation = f'<Relationship Id="rIdX" Type="{KIND}" Target="{OUTSIDE}" {mode}/>'
        text = part.decode().replace("</Relationships>", f"{relation}</Relationships>")
        return text.replace("UTF-8", code.upper()).encode(code)

    with pytest.raises(ExportError, match="liên kết ra ngoài"):
        check_template(
            _word("{{ ho_ten }}", bent, part_name="word/_rels/document.xml.rels"), document_kind("invitation")
        )


@pytest.mark.parametrize(
    "field",
    [
        f'<w:r><w:instrText>INCLUDEPICTURE "{OUTSIDE}"</w:instrText></w:r>',
        '<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:/cmd.exe "/c calc"</w:instrText></w:r>',
        f'<w:fldSimple w:instr="INCLUDETEXT {OUTSIDE}"><w:r><w:t>x</w:t></w:r></w:fldSimple>',
    ],
)
def test_a_template_has_no_fields_that_fetch(field: str) -> None:
    def bent(part: bytes) -> bytes:
        return part.replace(b"</w:p>", field.encode() + b"</w:p>", 1)

    with pytest.raises(ExportError, match="liên kết ra ngoài"):
        check_template(_word("{{ ho_ten }}", bent), document_kind("invitation"))


def test_fields_that_count_pages_are_no_obstacle() -> None:
    def bent(part: bytes) -> bytes:
        field = b"<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:instrText>HYPERLINK \\l dau</w:instrText></w:r>"
        return part.replace(b"</w:p>", field + b"</w:p>", 1)

    check_template(_word("{{ ho_ten }}", bent), document_kind("invitation"))


def test_objects_of_other_programs_are_refused() -> None:
    content = io.BytesIO(_word("{{ ho_ten }}"))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("word/embeddings/oleObject1.bin", b"x")
    with pytest.raises(ExportError, match="đối tượng nhúng"):
        check_template(content.getvalue(), document_kind("invitation"))
