"""Every writer of workbooks and papers: texts are shown as people typed them, and nobody takes one for a formula."""

import importlib
import inspect
import io
import pkgutil
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn

import exports
from corrections.campaign.calendars import CALENDARS
from corrections.campaign.figures import Period
from corrections.campaign.offices import Office, OfficeTree
from exports.document_drafts import draft_template
from exports.document_kinds import DocumentKind, document_kinds
from exports.documents import filled
from exports.errors import ExportError
from exports.profile import ExportProfile
from exports.rows import CaseRow, header_columns, shape_values
from exports.spreadsheets import open_sheets
from exports.standard_workbook import read_standard_workbook, write_standard_workbook
from exports.tables import write_table
from layouts.register_types import RegisterType
from tests.exports.drawn_arguments import drawn, drawn_arguments

_USUAL = "Xã An Lạc"
TEXTS = (
    "=1+1",
    "+84 912",
    "-5",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
    '=HYPERLINK("http://example.invalid/?"&A1;"bấm")',
    "'=1+1",
    "#REF!",
    "TRUE",
    "1E5",
    "0012",
    "_x003D_1+1",
    "_x000D_",
    "_x0041_x0042_",
    "a\x0bb",
    "\x01=1",
)
"""As formulas, exchanges with other programs, errors and numbers begin; and what the format writes in figures."""


def _writers() -> Iterator[Callable[..., bytes]]:
    for module in pkgutil.iter_modules(exports.__path__):
        room = importlib.import_module(f"exports.{module.name}")
        for name, found in vars(room).items():
            if name.startswith("write_") and inspect.isfunction(found) and found.__module__ == room.__name__:
                yield found


WRITERS = tuple(_writers())


def _known(text: str) -> dict[str, object]:
    """Arguments and fields that are no free texts: what stands in them was checked before it was kept."""
    kept: dict[str, object] = {
        "shift": "06:00-12:00",
        "volume_number": "01/1998",
        "number": "02",
        "period": Period.WEEK,
        "calendar": CALENDARS[0],
        "profile": ExportProfile(),
        "starts_on": "",
        "target_on": "",
        "abolished_on": "",
        "parent_id": None,
        "successor_id": None,
    }
    upper, lower = (drawn(Office, text, {**kept, "id": number, "code": f"00{number}"}) for number in (1, 2))
    return {**kept, "tree": OfficeTree([upper, lower])}


def _written(write: Callable[..., bytes], text: str) -> bytes:
    return write(**drawn_arguments(write, text, _known(text)))


def _formulas(data: bytes) -> dict[tuple[str, str], str]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [(sheet.title, cell) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    return {(title, cell.coordinate): cell.value for title, cell in cells if cell.data_type == "f"}


def _texts(path: Path) -> list[str]:
    with open_sheets(path) as file:
        rows = [row for sheet in file.sheets for _, row in sheet.rows(most_rows=1000, formulas_empty=True)]
    return [text for row in rows for text in row]


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_the_formulas_of_a_workbook_are_ours_whatever_people_typed(write: Callable[..., bytes], tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    usual = _written(write, _USUAL)
    path.write_bytes(usual)
    ours, places = _formulas(usual), sum(_USUAL in cell for cell in _texts(path))
    for text in ("=1+1", "_x003D_1+1", "\t@SUM(1,1)"):
        path.write_bytes(_written(write, text))
        assert _formulas(path.read_bytes()) == ours
        assert sum(text in cell for cell in _texts(path)) >= places, text


def test_every_room_of_workbooks_is_tried() -> None:
    names = {write.__name__ for write in WRITERS}
    assert {"write_standard_workbook", "write_pay", "write_roster", "write_annex01", "write_follow_up"} <= names
    assert {"write_offices", "write_inventory", "write_targets", "write_places", "write_table"} <= names


@pytest.mark.parametrize("register_type", RegisterType)
def test_what_the_standard_workbook_holds_is_read_back_without_a_sign_more_or_less(
    register_type: RegisterType, tmp_path: Path
) -> None:
    """Every text in every column, as it comes out of the profile's shape."""
    heads = {head.name for head in header_columns(register_type, ExportProfile())} - {"STT", "dataFilePath"}
    rows = []
    for number, text in enumerate(TEXTS):
        values = shape_values(register_type, dict.fromkeys(heads, text), ExportProfile())
        rows.append(CaseRow(row=number + 2, values=values))
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_standard_workbook(register_type, rows, ExportProfile()))
    read = read_standard_workbook(path, register_type)
    assert [row.values for row in read.rows] == [row.values for row in rows] and not read.cells_not_text


def test_a_text_longer_than_a_cell_is_refused_and_not_cut() -> None:
    assert write_table("DANH SÁCH", ("Ghi chú",), [("x" * 32_767,)], sheet_name="A")
    with pytest.raises(ExportError) as told:
        write_table("DANH SÁCH", ("Ghi chú",), [("x" * 32_768,)], sheet_name="A")
    assert told.value.code == "cell_too_long" and "32.768" in str(told.value)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_another_program_shows_texts_as_they_were_typed(tmp_path: Path) -> None:
    """LibreOffice opens every workbook, calculates, and writes what it shows."""
    for number, text in enumerate(TEXTS):
        data = write_table("DANH SÁCH", ("Ghi chú", "Sau"), [(text, "x")], sheet_name="A")
        (tmp_path / f"table-{number}.xlsx").write_bytes(data)
    for write in WRITERS:
        (tmp_path / f"{write.__name__}.xlsx").write_bytes(_written(write, "=1+1"))
    user = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", user, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out")]
    subprocess.run([*convert, *map(str, tmp_path.glob("*.xlsx"))], check=True, capture_output=True, timeout=120)
    shown = [_texts(tmp_path / "out" / f"table-{number}.xlsx") for number in range(len(TEXTS))]
    # openpyxl drops the stroke that tells such a text from the sign it names, where a program keeps texts in one table
    wanted = [text.replace("_x000D_", "\n").replace("\r", "\n") for text in TEXTS]
    assert [cells[-2].replace("\r", "\n") for cells in shown] == wanted
    for write in WRITERS:
        usual, after = _formulas(_written(write, _USUAL)), (tmp_path / "out" / f"{write.__name__}.xlsx").read_bytes()
        assert len(_formulas(after)) == len(usual), write.__name__


@pytest.mark.parametrize("kind", document_kinds().values(), ids=lambda kind: kind.label)
def test_papers_show_texts_as_they_were_typed_and_hold_no_field_of_their_own(kind: DocumentKind) -> None:
    """Fields of Word start other programs (DDEAUTO); a page's end in a name would tear the paper apart."""
    template = draft_template(kind)
    usual = Document(io.BytesIO(filled(template, _all_texts(kind.sample, _USUAL))))
    for text in (
        "DDEAUTO c:\\\\cmd.exe",
        "<w:fldSimple w:instr='DDEAUTO x'/>",
        "{{ 7 * 7 }}",
        "]]>&lt;",
        "a\x07b\x0cc\x01",
    ):
        paper = Document(io.BytesIO(filled(template, _all_texts(kind.sample, text))))
        assert [element.tag for element in paper.element.iter()] == [element.tag for element in usual.element.iter()]
        read = "".join(element.text or "" for element in paper.element.iter(qn("w:t")))
        assert "".join(sign for sign in text if sign >= " ") in read


def _all_texts(value: Any, text: str) -> Any:
    if isinstance(value, str):
        return text
    if isinstance(value, dict):
        return {name: _all_texts(inside, text) for name, inside in value.items()}
    return [_all_texts(inside, text) for inside in value]
