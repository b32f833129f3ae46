"""Printed annexes: read as they stand, and everything in them that does not follow from its rows."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from corrections.campaign.annex_agreement import compare_annexes, volumes_told
from corrections.campaign.annex_checks import FindingKind, check_annex
from corrections.campaign.annex_reading import read_annexes
from corrections.campaign.annexes import ALL, Annex, AnnexError, Measure
from corrections.campaign.counts import Known, PaperCount, count_words, paper_count, printed_count
from exports.annex_files import read_annex_file

SPEC = Path(__file__).resolve().parents[4] / "shared" / "spec" / "plan-annexes"
TYPES = ("birth", "marriage", "death", "adoption")


def _grid(*rows: Sequence[str]) -> list[tuple[int, Sequence[str]]]:
    return list(enumerate(rows, start=1))


HEADS = (
    ("PHỤ LỤC 02", "", "", "", "", "", "", "", "", "", ""),
    (
        "STT",
        "Đơn vị",
        "Khai sinh",
        "Khai sinh",
        "Kết hôn",
        "Kết hôn",
        "Tổng cộng",
        "Tổng cộng",
        "Số máy",
        "Định mức",
        "Số ngày",
    ),
    ("STT", "Đơn vị", "Số sổ", "Số TH", "Số sổ", "Số TH", "Số sổ", "Số TH", "Số máy", "Định mức", "Số ngày"),
    ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)", "(11)"),
)


def _annex(*rows: Sequence[str]) -> Annex:
    (annex,) = read_annexes(_grid(*HEADS, *rows))
    return annex


def _kinds(annex: Annex) -> list[FindingKind]:
    return [finding.kind for finding in check_annex(annex)]


@pytest.mark.parametrize(
    ("text", "known", "number"),
    [
        ("1.013.355", Known.NUMBER, 1013355),
        ("14 041", Known.NUMBER, 14041),
        ("0", Known.NUMBER, 0),
        ("-", Known.NONE, 0),
        ("–", Known.NONE, 0),
        ("", Known.UNKNOWN, 0),
        ("Chưa rõ", Known.UNKNOWN, 0),
    ],
)
def test_a_printed_count_is_a_number_a_dash_or_unknown(text: str, known: Known, number: int) -> None:
    cell = printed_count(text)
    assert (cell.known, cell.number) == (known, number)
    assert cell.count == (None if known is Known.UNKNOWN else number)


@pytest.mark.parametrize("text", ["12,5", "1.23", "khoảng 200", "12a"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="không phải số nguyên"):
        printed_count(text)


@pytest.mark.parametrize(
    ("text", "books", "cases"),
    [
        ("29 quyển = 4252 hồ sơ", 29, 4252),
        ("29 quyển = 4.252 trường hợp", 29, 4252),
        ("29 quyển", 29, None),
        ("4.252 hồ sơ", None, 4252),
        ("29 quyển = chưa rõ", 29, None),
        ("29 = 4252", 29, 4252),
        ("29 quyển = 4.252", 29, 4252),
        ("29 quyển, 4.252 trường hợp", 29, 4252),
        ("1 029 quyển (4252 hồ sơ)", 1029, 4252),
        ("-", 0, 0),
        ("", None, None),
    ],
)
def test_a_line_of_a_paper_inventory(text: str, books: int | None, cases: int | None) -> None:
    count = paper_count(text)
    assert (count.books, count.cases) == (books, cases)
    assert count.none is (text == "-")


def test_a_line_that_counts_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"29 quyển = 4\.252 hồ sơ"):
        paper_count("nhiều sổ")


@pytest.mark.parametrize(
    "text",
    [
        "-5 quyển = 3 hồ sơ",
        "15 quyển và 14 quyển = 4252 hồ sơ",
        "2 quyển 3 = 5",
        "29 quyển, 12 quyển",
        "4.25 quyển = 3 hồ sơ",
    ],
)
def test_a_line_with_more_than_one_count_or_less_than_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="số"):
        paper_count(text)


def test_an_annex_is_read_as_printed() -> None:
    annex = _annex(
        ("I", "CẤP XÃ", "", "", "", "", "", "", "", "", ""),
        ("1", "Xã A", "3", "1.200", "-", "-", "3", "1.200", "2", "200", "3"),
        ("", "TỔNG", "3", "1.200", "-", "-", "3", "1.200", "2", "200", ""),
        ("", "Ghi chú: số liệu tạm tính", "", "", "", "", "", "", "", "", ""),
    )
    assert annex.number == "02" and annex.types == ("birth", "marriage")
    (row,) = annex.rows
    assert row.unit == "Xã A" and row.count("birth", Measure.CASES) == 1200
    assert row.cells["marriage", Measure.BOOKS].known is Known.NONE
    assert row.count(ALL, Measure.MACHINES) == 2 and row.count(ALL, Measure.DAYS) == 3
    assert annex.total is not None and _kinds(annex) == []


def test_cells_that_are_no_counts_are_named_and_nothing_is_taken() -> None:
    with pytest.raises(AnnexError, match=r"dòng 5, cột 4 .*1\.2x.*chưa lấy dòng nào|chưa lấy dòng nào.*dòng 5, cột 4"):
        _annex(("1", "Xã A", "3", "1.2x", "-", "-", "3", "1.200", "2", "200", "3"))


def test_a_table_without_units_is_no_annex() -> None:
    with pytest.raises(AnnexError, match="Đơn vị"):
        read_annexes(_grid(("a", "b"), ("1", "2")))


@pytest.mark.parametrize(
    ("cells", "kinds"),
    [
        (("3", "1.200", "1", "10", "4", "1.210", "2", "200", "4"), []),
        (("3", "1.200", "1", "10", "4", "1.211", "2", "200", "4"), [FindingKind.ROW_SUM]),
        (("3", "1.200", "1", "10", "4", "1.210", "2", "200", "3"), [FindingKind.DAYS]),
        (("3", "", "1", "", "4", "0", "2", "200", "0"), [FindingKind.UNKNOWN_AS_ZERO]),
        (("30", "12", "1", "10", "31", "22", "1", "200", "1"), [FindingKind.BOOKS_OVER_CASES]),
        (("3", "1.200", "1", "", "4", "1.250", "2", "200", "4"), []),
        (("3", "1.200", "1", "", "4", "1.100", "2", "200", "3"), [FindingKind.ROW_SUM]),
    ],
)
def test_each_thing_that_does_not_follow(cells: Sequence[str], kinds: list[FindingKind]) -> None:
    assert _kinds(_annex(("1", "Xã A", *cells))) == kinds


@pytest.mark.parametrize(
    ("name", "second", "told"),
    [
        ("Xã A", ("3", "1.200", "1", "10", "4", "1.210", "2", "200", "4"), "giống hệt nhau, nên số của đơn vị bị cộng"),
        ("xã  A", ("3", "1.200", "1", "11", "4", "1.211", "2", "200", "4"), "có số khác nhau"),
        ("Phường A", ("3", "1.200", "1", "10", "4", "1.210", "2", "200", "4"), ""),
        ("Xã Á", ("3", "1.200", "1", "10", "4", "1.210", "2", "200", "4"), ""),
    ],
)
def test_a_unit_listed_twice_is_pointed_out(name: str, second: Sequence[str], told: str) -> None:
    first = ("1", "Xã A", "3", "1.200", "1", "10", "4", "1.210", "2", "200", "4")
    found = check_annex(_annex(first, ("2", name, *second)))
    assert [f.kind for f in found] == ([FindingKind.LISTED_TWICE] if told else [])
    assert not told or (told in found[0].message and "dòng 5 và dòng 6" in found[0].message)


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("PHỤ LỤC 02", "02"),
        ("Phụ lục số 2", "02"),
        ("PHỤ LỤC SỐ: 03 (kèm theo Kế hoạch số 138)", "03"),
        ("PHỤ LỤC IV", "04"),
        ("Phụ lục vi phạm", ""),
        ("BẢNG TỔNG HỢP", ""),
    ],
)
def test_the_number_is_in_the_title_however_it_is_written(title: str, number: str) -> None:
    row = ("1", "Xã A", "3", "1.200", "1", "10", "4", "1.210", "2", "200", "4")
    (annex,) = read_annexes(_grid((title, *HEADS[0][1:]), *HEADS[1:], row))
    assert annex.number == number


@pytest.mark.parametrize("cases", ["Số TH", "Số HS", "Số trường hợp"])
def test_books_are_never_taken_for_cases_because_a_head_is_short(cases: str) -> None:
    heads = (("PHỤ LỤC 02", "", "", ""), ("STT", "Đơn vị", "Khai sinh", "Khai sinh"), ("", "", "Số sổ", cases))
    (annex,) = read_annexes(_grid(*heads, ("1", "Xã A", "4", "12")))
    row = annex.rows[0]
    assert [row.count("birth", measure) for measure in (Measure.BOOKS, Measure.CASES)] == [4, 12]


def test_a_list_that_names_a_unit_and_type_twice_is_refused() -> None:
    heads, line = ("Phụ lục", "Đơn vị", "Loại sổ", "Số sổ"), ("02", "Xã A", "Khai sinh", "3")
    with pytest.raises(AnnexError, match="dòng 4: cùng đơn vị «Xã A» và loại sổ với dòng 2"):
        read_annexes(_grid(heads, line, ("02", "Xã A", "Kết hôn", "3"), line))
    assert len(read_annexes(_grid(heads, line, ("03", *line[1:])))) == 2, "another annex of the same list"


def test_errors_that_cancel_out_are_shown() -> None:
    annex = _annex(
        ("1", "Xã A", "1", "100", "1", "10", "2", "115", "1", "200", "1"),
        ("2", "Xã B", "1", "100", "1", "10", "2", "105", "1", "200", "1"),
        ("", "TỔNG", "2", "200", "2", "20", "4", "220", "2", "200", ""),
    )
    found = check_annex(annex)
    assert [f.kind for f in found] == [FindingKind.ROW_SUM, FindingKind.ROW_SUM, FindingKind.COMPENSATING]
    assert "Xã A +5, Xã B −5" in found[-1].message


def test_a_wrong_line_of_sums_is_shown() -> None:
    annex = _annex(
        ("1", "Xã A", "1", "100", "1", "10", "2", "110", "1", "200", "1"),
        ("", "Tổng cộng", "1", "101", "1", "10", "2", "111", "1", "200", ""),
    )
    assert [(f.kind, f.printed, f.computed) for f in check_annex(annex)] == [
        (FindingKind.COLUMN_SUM, 101, 100),
        (FindingKind.COLUMN_SUM, 111, 110),
    ]


# --- the province's annexes ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed() -> dict[str, Annex]:
    if not SPEC.exists():
        pytest.skip(f"the annexes as printed are not here: {SPEC}")
    found = [a for name in ("annex01_tidy.csv", "annex02-04_tidy.csv") for a in read_annex_file(SPEC / name)]
    return {annex.number: annex for annex in found}


def test_every_cell_of_the_provinces_annexes_is_read_as_printed(printed: dict[str, Annex]) -> None:
    cells = 0
    measures = {"books": Measure.BOOKS, "cases": Measure.CASES, "total": Measure.CASES, "today": Measure.TODAY}
    measures |= {m.value: m for m in (Measure.DONE, Measure.REMAINING, Measure.MACHINES, Measure.QUOTA, Measure.DAYS)}
    measures["per_day"] = Measure.PER_DAY
    for name in ("annex01_tidy.csv", "annex02-04_tidy.csv"):
        for line in csv.DictReader((SPEC / name).open(encoding="utf-8-sig")):
            annex = printed[line["annex"]]
            rows = {row.unit: row for row in (*annex.rows, *([annex.total] if annex.total else []))}
            kind = ALL if line["register_type"] == "total" else line["register_type"]
            for column, measure in measures.items():
                if column not in line or (kind != ALL and measure in (Measure.MACHINES, Measure.QUOTA, Measure.DAYS)):
                    continue
                cell = rows[line["unit"]].cells.get((kind, measure))
                assert (cell.text if cell else "") == line[column], (name, line["unit"], kind, column)
                cells += 1
    assert cells > 600


def test_what_is_wrong_in_the_provinces_annexes_is_found(printed: dict[str, Annex]) -> None:
    wanted = [
        (line["annex"], line["what"].split(":")[0], int(line["printed"]), int(line["computed"]))
        for line in csv.DictReader((SPEC / "wrong_sums.csv").open(encoding="utf-8-sig"))
    ]
    found = {number: check_annex(annex) for number, annex in printed.items()}
    days = [
        (number, f.unit, f.printed, f.computed)
        for number in sorted(found)
        for f in found[number]
        if f.kind is FindingKind.DAYS
    ]
    assert sorted(days) == sorted(wanted) and len(days) == 13
    others = {
        (n, f.unit, f.kind, f.cell[0] if f.cell else "")
        for n in found
        for f in found[n]
        if f.kind is not FindingKind.DAYS
    }
    assert others == {
        ("02", "Huyện Phú Riềng", FindingKind.UNKNOWN_AS_ZERO, ALL),
        ("02", "Huyện Bù Đăng", FindingKind.BOOKS_OVER_CASES, "adoption"),
        ("02", "Thị xã Chơn Thành", FindingKind.BOOKS_OVER_CASES, "adoption"),
        ("03", "Thị xã Phước Long", FindingKind.BOOKS_OVER_CASES, "death"),
        ("03", "Thị xã Bình Long", FindingKind.BOOKS_OVER_CASES, "death"),
    }


def test_the_annexes_agree_but_for_the_unit_nobody_counted(printed: dict[str, Annex]) -> None:
    volumes = [printed[number] for number in ("02", "03", "04")]
    assert [volume.number for volume in volumes_told(printed["01"], volumes)] == ["02"]
    alone = compare_annexes(printed["01"], volumes[:1])
    assert {f.unit for f in alone} == {"Huyện Phú Riềng"}
    assert {f.kind for f in alone} == {FindingKind.UNKNOWN_AS_ZERO}
    rest = [f for f in compare_annexes(printed["01"], volumes) if f not in alone]
    assert [(f.kind, f.computed) for f in rest] == [
        (FindingKind.BETWEEN_ANNEXES, 82_959),
        (FindingKind.BETWEEN_ANNEXES, 1_417),
    ]


@pytest.mark.parametrize(
    "count",
    [
        PaperCount(books=29, cases=4252),
        PaperCount(books=29, cases=None),
        PaperCount(books=None, cases=1_373_508),
        PaperCount(books=0, cases=0),
        PaperCount(books=0, cases=0, none=True),
    ],
)
def test_a_count_in_words_is_read_as_the_same_count(count: PaperCount) -> None:
    assert paper_count(count_words(count)) == count
