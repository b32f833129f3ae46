"""Annexes laid out as offices really do: sections with sums of their own, footers, heads over columns."""

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from corrections.campaign.annex_agreement import volumes_told
from corrections.campaign.annex_checks import FindingKind, check_annex
from corrections.campaign.annex_reading import read_annexes
from corrections.campaign.annexes import ALL, Annex, AnnexError, AnnexRow, Measure
from corrections.campaign.counts import Known, PrintedCount, printed_count
from exports.annex_files import read_annex_file
from exports.errors import LegacyCharsetError, WorkbookError
from layouts.register_types import RegisterType
from vietnamese.legacy_charsets import _TCVN3, Charset

HEADS = (("STT", "Đơn vị", "Khai sinh", "Kết hôn", "Tổng cộng"),)
A, B = ("1", "Xã A", "100", "20", "120"), ("2", "Xã B", "-", "30", "30")
SUM = ("", "Tổng cộng", "100", "50", "150")


def _annex(*rows: Sequence[str], heads: Sequence[Sequence[str]] = HEADS) -> Annex:
    (annex,) = read_annexes(list(enumerate((*heads, *rows), start=1)))
    return annex


def _units(annex: Annex) -> list[str]:
    return [row.unit for row in annex.rows]


def test_sums_of_sections_are_no_units_and_are_summed_up_again() -> None:
    rows = (
        ("I", "CẤP XÃ", "", "", ""),
        A,
        ("", "Cộng cấp xã", "100", "21", "121"),
        ("II", "CẤP HUYỆN", "", "", ""),
        B,
        ("", "Cộng", "0", "30", "30"),
        ("", "Tổng cộng (I+II)", "100", "50", "150"),
    )
    annex = _annex(*rows)
    assert _units(annex) == ["Xã A", "Xã B"]
    assert annex.total is not None and annex.total.unit == "Tổng cộng (I+II)"
    assert [(s.row.unit, [p.unit for p in s.parts]) for s in annex.subtotals] == [
        ("Cộng cấp xã", ["Xã A"]),
        ("Cộng", ["Xã B"]),
    ]
    found = [(f.kind, f.unit, f.printed, f.computed) for f in check_annex(annex)]
    assert found == [
        (FindingKind.COLUMN_SUM, "Cộng cấp xã", 21, 20),
        (FindingKind.COLUMN_SUM, "Cộng cấp xã", 121, 120),
    ]


def test_sums_at_the_heads_of_sections_are_no_units() -> None:
    annex = _annex(
        ("I", "Huyện Một", "100", "20", "120"),
        A,
        ("II", "Huyện Hai", "0", "31", "31"),
        B,
        SUM,
    )
    assert _units(annex) == ["Xã A", "Xã B"]
    assert [(f.unit, f.printed, f.computed) for f in check_annex(annex)] == [
        ("Huyện Hai", 31, 30),
        ("Huyện Hai", 31, 30),
    ]
    lettered = _annex(("I", *A[1:]), ("II", *B[1:]), SUM)
    assert _units(lettered) == ["Xã A", "Xã B"], "where all are numbered with letters, they are the units"
    assert _units(_annex(("1", "Huyện", "1", "1", "2"), ("a", *A[1:]), ("b", *B[1:]))) == ["Huyện", "Xã A", "Xã B"]


@pytest.mark.parametrize(
    "name", ["TỔNG CỘNG", "Tổng cộng toàn tỉnh", "Tổng cộng (A+B)", "Cộng:", "TỔNG SỐ CÁC ĐƠN VỊ", "Tổng số chung"]
)
@pytest.mark.parametrize("at", [0, 1])
def test_a_line_of_sums_is_known_by_many_names(name: str, at: int) -> None:
    last = [*SUM]
    last[1], last[at] = "", name
    annex = _annex(A, B, last)
    assert _units(annex) == ["Xã A", "Xã B"]
    assert annex.total is not None and annex.total.unit == name


def test_communes_whose_names_begin_like_sums_are_units() -> None:
    assert _units(_annex(("1", "Cộng Hòa", *A[2:]), ("2", "Tổng Cọt", *B[2:]), SUM)) == ["Cộng Hòa", "Tổng Cọt"]


def test_a_sum_above_the_units_does_not_end_the_annex() -> None:
    annex = _annex(SUM, A, B)
    assert _units(annex) == ["Xã A", "Xã B"]
    assert annex.total is not None and not check_annex(annex)


def test_signatures_and_notes_below_are_no_units() -> None:
    below = (("", "Người lập biểu", "", "", "Thủ trưởng đơn vị"), ("", "(ký, ghi rõ họ tên)", "", "", "(ký tên)"))
    for rows in ((A, B, *below), (A, B, SUM, *below)):
        assert _units(_annex(*rows)) == ["Xã A", "Xã B"]
    unknown = _annex(A, B, ("3", "Xã C", "", "chưa có số liệu", "…"))
    assert _units(unknown) == ["Xã A", "Xã B", "Xã C"]
    with pytest.raises(AnnexError, match="dòng 3, cột 4"):
        _annex(A, ("2", "Xã B", "12", "mười", "22"))


def test_figures_without_a_unit_are_refused() -> None:
    with pytest.raises(AnnexError, match="dòng 4: có số nhưng không ghi đơn vị"):
        _annex(A, B, ("", "", "100", "50", "150"))


def test_a_column_that_does_not_say_its_registers_is_refused() -> None:
    heads = (
        ("STT", "Đơn vị", "Khai sinh", "Sổ khác", "Ghi chú"),
        ("STT", "Đơn vị", "Số quyển", "Số quyển", "Ghi chú"),
    )
    with pytest.raises(AnnexError, match="Cột 4 ghi số quyển nhưng không rõ của loại sổ nào"):
        _annex(("1", "Xã A", "3", "2", ""), heads=heads)
    assert _annex(("1", "Xã A", "3", "", "đủ"), heads=heads).columns == ((RegisterType.BIRTH, Measure.BOOKS),)


def test_an_annex_without_types_counts_all_registers_together() -> None:
    annex = _annex(
        ("1", "Sở Tư pháp", "40", "1.417", "1", "200", "8"),
        heads=(("STT", "Đơn vị", "Số quyển", "Số trường hợp", "Số máy", "Định mức", "Số ngày"),),
    )
    (row,) = annex.rows
    assert (row.count(ALL, Measure.BOOKS), row.count(ALL, Measure.CASES)) == (40, 1417)


def test_heads_that_are_not_merged_are_carried_and_sums_nobody_calculated_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["PHỤ LỤC 02"],
        ["STT", "Đơn vị", "Khai sinh", None, "Kết hôn", None, "Tổng cộng"],
        [None, None, "Số quyển", "Số TH", "Số quyển", "Số TH", "Số quyển", "Số TH"],
        [1, "Xã A", 10, "1.234", 5, 1000, 15, 2234],
    ):
        sheet.append(row)
    path = tmp_path / "phu-luc.xlsx"
    book.save(path)
    (annex,) = read_annex_file(path)
    assert annex.rows[0].count(RegisterType.MARRIAGE, Measure.CASES) == 1000
    assert annex.rows[0].count(ALL, Measure.CASES) == 2234
    sheet.append([None, "Tổng cộng", "=SUM(C4)", "=SUM(D4)", 5, 1000, 15, 2234])
    book.save(path)
    with pytest.raises(WorkbookError, match="ô C5 có công thức mà tệp không giữ kết quả"):
        read_annex_file(path)


@pytest.mark.parametrize(("text", "known"), [("−", Known.NONE), ("…", Known.UNKNOWN), ("Chưa đếm", Known.UNKNOWN)])
def test_dashes_and_dots_of_every_kind(text: str, known: Known) -> None:
    assert printed_count(text).known is known


def test_thirty_annexes_are_compared_in_no_time() -> None:
    def annex(number: int, measure: Measure) -> Annex:
        cells = {(ALL, measure): PrintedCount("1", Known.NUMBER, 1), (ALL, Measure.CASES): printed_count(str(number))}
        return Annex(number=f"{number:02d}", columns=tuple(cells), rows=(AnnexRow(unit="Xã A", cells=cells, line=1),))

    volumes = [annex(number, Measure.BOOKS) for number in range(2, 32)]
    assert [told.number for told in volumes_told(annex(31, Measure.REMAINING), volumes)] == ["31"]


def test_heads_with_strokes_for_a_machine_and_a_day_are_target_and_work() -> None:
    heads = ("STT", "Đơn vị", "Tổng số trường hợp", "Số máy", "Số TH/máy/ngày", "Số TH/ngày", "Số ngày")
    annex = _annex(("1", "Xã A", "1.000", "2", "200", "400", "3"), heads=(heads,))
    (row,) = annex.rows
    told = {measure: cell.number for (_, measure), cell in row.cells.items()}
    assert told == {
        Measure.CASES: 1000, Measure.MACHINES: 2, Measure.QUOTA: 200, Measure.PER_DAY: 400, Measure.DAYS: 3,
    }  # fmt: skip


OLD_FONT = str.maketrans({small: old for old, small in _TCVN3.items()})
"""Small letters as fonts like .VnTime show them."""


@pytest.mark.parametrize("heads_too", [False, True])
def test_an_annex_typed_in_an_old_font_is_refused_until_somebody_says_so(tmp_path: Path, heads_too: bool) -> None:
    book = openpyxl.Workbook()
    rows = [HEADS[0], ("1", "xã Bù Nho", "100", "20", "120"), ("2", "xã Phước Tân", "-", "30", "30")]
    for number, row in enumerate(rows):
        book.active.append([text.translate(OLD_FONT) if number or heads_too else text for text in row])
    path = tmp_path / "phu-luc.xlsx"
    book.save(path)
    with pytest.raises(LegacyCharsetError, match="TCVN3"):
        read_annex_file(path)
    (annex,) = read_annex_file(path, Charset.TCVN3)
    assert _units(annex) == ["xã Bù Nho", "xã Phước Tân"]
    assert annex.rows[0].cells[RegisterType.BIRTH, Measure.CASES].number == 100


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_titles_above_a_table_of_csv_need_no_signs(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "phu-luc.csv"
    path.write_text("\n".join(("PHỤ LỤC 02", "", *(sign.join(row) for row in (*HEADS, A, B, SUM)))), encoding="utf-8")
    (annex,) = read_annex_file(path)
    assert (annex.number, _units(annex)) == ("02", ["Xã A", "Xã B"])
