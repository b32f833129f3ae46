"""The commands that hand work over, called as the command line calls them, on an office of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from exports.bundle import export_book
from exports.profile import ExportProfile
from tests.exports.books import book, export_entries
from tests.screens.office import make_office
from workbench.config import load_settings, usual_workers
from workbench.exit_codes import ExitCode


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "data"
    folder.mkdir()
    make_office(folder, entry_count=2)
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(folder))
    load_settings.cache_clear()
    yield tmp_path
    load_settings.cache_clear()


@pytest.mark.slow
@pytest.mark.parametrize("table", ["progress", "plan", "work"])
def test_every_table_of_the_plans_is_written(office: Path, run: Callable[..., int], table: str) -> None:
    out = office / "bao-cao" / f"{table}.xlsx"
    assert run("report", "--table", table, "--out", out, "--unit", "Huyện A") == ExitCode.DONE
    sheet = openpyxl.load_workbook(out, data_only=True).worksheets[0]
    assert any("Huyện A" in str(sheet[cell].value) for cell in ("A1", "A3"))
    assert any({"Tổng cộng", "TỔNG"} & set(row) for row in sheet.iter_rows(values_only=True))


@pytest.mark.slow
def test_an_extract_without_a_name_column_is_refused_in_words(
    office: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Cột lạ", "Khác"])
    book.active.append(["a", "b"])
    book.save(office / "la.xlsx")
    assert run("reconcile", office / "la.xlsx", "--out", office / "khac.xlsx") == ExitCode.INPUT
    said = capsys.readouterr().err
    assert "Cột lạ, Khác" in said and "Hãy chọn cột" in said and not (office / "khac.xlsx").exists()


@pytest.mark.slow
def test_a_delivery_on_disk_is_rehearsed(
    office: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    export_book(book(), export_entries(3), ExportProfile(), office / "ra")
    (workbook,), (archive,) = (list((office / "ra").glob(kind)) for kind in ("*.xlsx", "*.zip"))
    assert run("rehearse", "--delivery", workbook, archive) == ExitCode.DONE
    assert "3 dòng: 0 lỗi" in capsys.readouterr().err
    broken = openpyxl.load_workbook(workbook)
    broken.worksheets[0].cell(row=2, column=2).value = "005/1998"
    broken.save(office / "hong.xlsx")
    assert run("rehearse", "--delivery", office / "hong.xlsx", archive) == ExitCode.REFUSED
    assert run("rehearse") == ExitCode.USAGE
    assert run("rehearse", "--book", 1, "--delivery", workbook, archive) == ExitCode.USAGE


def test_workers_fit_into_memory() -> None:
    assert usual_workers(8, 64 * 2**30) == 8
    assert usual_workers(8, 4 * 2**30) == 4
    assert usual_workers(8, 2**30) == usual_workers(1, 2**40) == 1


@pytest.mark.slow
def test_units_a_form_and_a_package_by_command(
    run: Callable[..., int], office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units = office / "don-vi.csv"
    units.write_text("Mã đơn vị,Tên đơn vị,Cấp\n25001,Xã Thử Nghiệm,Cấp xã\n", encoding="utf-8")
    assert run("campaign", "offices", units) == ExitCode.DONE
    form = office / "phu-luc-01.xlsx"
    assert run("campaign", "form", "--out", form) == ExitCode.DONE
    assert openpyxl.load_workbook(form).active["A1"].value == "PHỤ LỤC 01"
    assert run("campaign", "form", "--out", form, "--unit", "99") == ExitCode.NOT_FOUND
    assert run("campaign", "package", "--out", office / "goi") == ExitCode.DONE
    (package,) = (office / "goi").iterdir()
    assert run("campaign", "receive", package) == ExitCode.SOME_FAILED  # nobody has registered the key here
    capsys.readouterr()
    assert run("campaign", "receive", office / "khong-co.json") == ExitCode.STORAGE
    assert "khong-co.json»: không có tệp hay thư mục này" in capsys.readouterr().err


@pytest.mark.slow
def test_the_plans_workbooks_by_command(run: Callable[..., int], office: Path) -> None:
    units = office / "don-vi.csv"
    units.write_text(
        "Mã đơn vị,Tên đơn vị,Cấp,Ngày bắt đầu,Hạn hoàn thành\n25001,Xã Mẫu,Cấp xã,01/06/2026,30/06/2026\n",
        encoding="utf-8",
    )
    assert run("campaign", "offices", units) == ExitCode.DONE
    titles = {"targets": "CHỈ TIÊU", "roster": "LỊCH LÀM VIỆC", "pay": "KẾT QUẢ VÀ THÙ LAO", "places": "LỊCH LÀM VIỆC"}
    for name, title in titles.items():
        out = office / "ke-hoach" / f"{name}.xlsx"
        assert run("plan", name, "--out", out) == ExitCode.DONE
        assert str(openpyxl.load_workbook(out).worksheets[0]["A1"].value).startswith(title)
    out = office / "cham.xlsx"
    assert run("plan", "targets", "--out", out, "--unit", "25001", "--day", "01.07.2026", "--behind") == ExitCode.DONE
    assert run("plan", "pay", "--out", out, "--from", "30.06.2026", "--to", "01.06.2026") == ExitCode.INPUT
    assert run("plan", "targets", "--out", out, "--unit", "99") == ExitCode.NOT_FOUND
    assert run("plan", "roster", "--out", out, "--from", "hôm qua") == ExitCode.USAGE
