"""Workbooks are read under a limit of memory, whatever they unpack to."""

from __future__ import annotations

import pickle
import re
import time
import zipfile
from pathlib import Path

import openpyxl
import psutil
import pytest

from exports import bounded
from exports.errors import LegacyCharsetError, WorkbookError
from exports.extract_profile import ExtractProfile
from exports.extracts import extract_heads, read_extract
from exports.standard_workbook import read_standard_workbook
from exports.tables import read_table
from vietnamese.legacy_charsets import Charset

pytestmark = pytest.mark.slow

HEADS = ["Họ và tên", "Ngày sinh"]
GROWING = (
    "<!DOCTYPE s [" + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 20 if n else "x" * 50}">' for n in range(8)) + "]>"
)
"""Entities of 50 letters that unpack to 64 thousand million."""
PROFILE = ExtractProfile(columns={"name": "Họ và tên", "born": "Ngày sinh"})


def _extract(path: Path, rows: int) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Trích xuất")
    sheet.append(HEADS)
    for number in range(rows):
        sheet.append([f"Lê Thị An {number}", "21/07/2006"])
    book.save(path)
    return path


def _bomb(path: Path) -> Path:
    """A few hundred kilobytes that unpack to styles of 200 MB, which openpyxl would hold as objects."""
    _extract(path, 2)
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    styles = members["xl/styles.xml"]
    at = styles.index(b"</cellXfs>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members.items():
            if name != "xl/styles.xml":
                new.writestr(name, data)
                continue
            with new.open(name, "w", force_zip64=True) as file:
                file.write(styles[:at])
                for _ in range(200):
                    file.write(b'<xf numFmtId="0"/>' * 60_000)
                file.write(styles[at:])
    return path


def test_a_process_of_its_own_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _extract(tmp_path / "a.xlsx", 1300)
    here = (list(read_extract(path, PROFILE)), extract_heads(path), read_table(path, HEADS, required=HEADS))
    monkeypatch.setattr(bounded, "SMALL_UNPACKED", 0)
    there = (list(read_extract(path, PROFILE)), extract_heads(path), read_table(path, HEADS, required=HEADS))
    assert here == there
    assert len(there[0]) == 1300
    with pytest.raises(WorkbookError) as error:
        read_standard_workbook(path)
    assert error.value.code == "no_standard_sheet"
    assert not [p for p in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(p.cmdline())]


def test_a_workbook_that_needs_too_much_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _bomb(tmp_path / "bom.xlsx")
    assert path.stat().st_size < 2_000_000
    monkeypatch.setattr(bounded, "MEMORY_LIMIT", 250 * 1024 * 1024)
    before = psutil.Process().memory_info().rss
    with pytest.raises(WorkbookError) as error:
        list(read_extract(path, PROFILE))
    assert error.value.code == "too_large"
    assert "tách" in str(error.value)
    assert psutil.Process().memory_info().rss - before < 100 * 1024 * 1024


def _turns(_path: Path, seconds: float) -> list[int]:
    end = time.process_time() + seconds
    while time.process_time() < end:
        re.match(r"(a+)+$", "a" * 18 + "b")  # one step that lets no other thread in
    return [1]


def test_a_workbook_that_takes_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _extract(tmp_path / "a.xlsx", 2)
    monkeypatch.setattr(bounded, "SMALL_UNPACKED", 0)
    monkeypatch.setattr(bounded, "_ASK_EVERY", 0.1)
    monkeypatch.setattr(bounded, "TIME_LIMIT", 0.5)
    begun = time.monotonic()
    with pytest.raises(WorkbookError) as error:
        bounded.bounded(path, _turns, 3600.0)
    assert error.value.code == "too_slow" and "a.xlsx" in str(error.value)
    assert time.monotonic() - begun < 60
    assert not [p for p in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(p.cmdline())]
    monkeypatch.setattr(bounded, "TIME_LIMIT", 900.0)
    assert bounded.bounded(path, _turns, 0.3) == [1]


def test_a_reader_that_is_not_heard_to_the_end_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "SMALL_UNPACKED", 0)
    rows = read_extract(_extract(tmp_path / "a.xlsx", 5000), PROFILE)
    next(rows)
    rows.close()  # type: ignore[attr-defined]
    assert not [p for p in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(p.cmdline())]


@pytest.mark.parametrize(
    "error",
    [WorkbookError("wrong_columns", "Sai cột:", ("a", "b")), LegacyCharsetError("a.xlsx", Charset.VNI, "Ñaëng")],
)
def test_errors_cross_process_boundaries(error: WorkbookError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), back.code, back.problems) == (type(error), str(error), error.code, error.problems)


@pytest.mark.parametrize(
    ("doctype", "text"),
    [
        ('<!DOCTYPE s [<!ENTITY e SYSTEM "file:///etc/hostname">]>', "&e;"),
        (GROWING, "&a7;"),
        ("", "<<"),
    ],
)
def test_what_is_bent_inside_a_sheet_is_told_as_damage(tmp_path: Path, doctype: str, text: str) -> None:
    """Files of the machine named as entities, entities that grow, cells that are no XML: read only row by row."""
    path = _extract(tmp_path / "a.xlsx", 3)
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].decode().replace("21/07/2006", text, 1).partition("?>")
    with zipfile.ZipFile(path, "w") as new:
        for name, data in members.items():
            whole = f"{sheet[0]}?>{doctype}{sheet[2]}" if sheet[1] else f"{doctype}{sheet[0]}"
            new.writestr(name, whole.encode() if name == "xl/worksheets/sheet1.xml" else data)
    for read in (lambda: list(read_extract(path, PROFILE)), lambda: read_table(path, HEADS, required=HEADS)):
        with pytest.raises(WorkbookError) as refused:
            read()
        assert refused.value.code == "damaged"
