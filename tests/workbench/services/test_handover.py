"""What leaves the office and comes back: exports, rejections, backups, inventories, workbooks, reconciliation."""

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from corrections.entries import BookState, DecisionKind, EntryState
from corrections.reconciliation import MatchOutcome
from exports.errors import ExportError, LegacyCharsetError, WorkbookError
from exports.reconciliation_book import ExtractProfile
from exports.standard_workbook import read_standard_workbook
from tests.workbench.services.conftest import Office
from vietnamese.legacy_charsets import Charset
from workbench.config import Settings
from workbench.services import (
    audit,
    backup,
    books,
    exporting,
    inventory,
    reconciling,
    review,
    workbooks,
)
from workbench.services.context import open_context
from workbench.services.errors import InvalidInput
from workbench.services.review_types import ValueInput

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

Token = Callable[[], str]
FILLED = {"quyenSo": "01/1998", "trangSo": "1", "noiDangKy": "UBND xã Tân Lập", "loaiDangKy": "1"}


def _approve_all(office: Office, token: Token, **values: str) -> None:
    given = {name: ValueInput(text=value) for name, value in {**FILLED, **values}.items()}
    for one in review.next_entries(office.clerk, 50):
        confirmed = review.save_entry(
            office.clerk,
            entry_id=one.entry.id,
            revision=one.entry.revision,
            token=token(),
            decision=DecisionKind.CONFIRM,
            values=given,
        )
        review.save_entry(
            office.supervisor,
            entry_id=one.entry.id,
            revision=confirmed.revision,
            token=token(),
            decision=DecisionKind.APPROVE,
        )


def test_a_book_is_exported_recorded_and_the_same_again(office: Office, token: Token, tmp_path: Path) -> None:
    book = office.read_book(pages=1, entries=2)
    with pytest.raises(ExportError):
        exporting.export_book(office.supervisor, book.id, tmp_path / "out")
    _approve_all(office, token)
    first = exporting.export_book(office.supervisor, book.id, tmp_path / "out")
    rows = read_standard_workbook(first.workbook).rows
    assert [row.values["nksHoTen"] for row in rows] == ["Nguyễn Văn Minh"] * 2
    with zipfile.ZipFile(first.zip) as archive:
        assert len(archive.namelist()) == 2
    before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    again = exporting.export_book(office.supervisor, book.id, tmp_path / "out")
    assert not again.changed and again.pdfs_made == 0
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before
    assert books.book_progress(office.clerk, book.id).book.state is BookState.EXPORTED
    records = exporting.exports_of(office.clerk, book.id)
    assert [r.workbook_sha256 for r in records] == [first.manifest.workbook_sha256] * 2


def test_a_rejection_leads_back_to_its_entries(office: Office, token: Token, tmp_path: Path) -> None:
    book = office.read_book(pages=1, entries=2)
    _approve_all(office, token)
    exporting.export_book(office.supervisor, book.id, tmp_path / "out")
    (record,) = exporting.exports_of(office.clerk, book.id)
    with pytest.raises(InvalidInput):
        exporting.record_rejection(office.supervisor, record.id, [(999, "Sai ngày")])
    rejected = exporting.record_rejection(office.supervisor, record.id, [(2, "Sai ngày đăng ký")], note="đợt 1")
    assert rejected.rejections == ((2, "Sai ngày đăng ký"),)
    assert review.get_entry(office.clerk, 1).entry.state is EntryState.APPROVED
    assert review.get_entry(office.clerk, 2).entry.state is EntryState.CONFIRMED
    assert books.book_progress(office.clerk, book.id).book.state is BookState.REJECTED
    exporting.record_acceptance(office.supervisor, record.id)
    assert books.book_progress(office.clerk, book.id).book.state is BookState.ACCEPTED
    assert audit.verify(office.supervisor).ok


def test_a_backup_comes_back_whole(office: Office, token: Token, tmp_path: Path) -> None:
    book = office.read_book(pages=2, entries=1)
    _approve_all(office, token)
    made = backup.write_backup(office.administrator, tmp_path / "copy" / "sao-luu.zip")
    assert backup.verify_backup(made.path) == ()
    other = Settings(data_dir=tmp_path / "elsewhere", database_url="")
    backup.restore_backup(other, made.path)
    restored = open_context(other).as_account(office.supervisor.who)
    assert books.book_progress(restored, book.id).approved == 2
    assert audit.verify(restored).ok
    scans = [p for p in (other.data_dir / "scans").rglob("*") if p.is_file()]
    assert [p.stem for p in scans] == [books.book_pages(restored, book.id)[0].scan_sha256]
    with pytest.raises(InvalidInput, match="đã có dữ liệu"):
        backup.restore_backup(other, made.path)
    restored.database.close()


def test_a_damaged_backup_is_refused(office: Office, tmp_path: Path) -> None:
    office.read_book()
    made = backup.write_backup(office.administrator, tmp_path / "sao-luu.zip")
    content = bytearray(made.path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    made.path.write_bytes(bytes(content))
    assert backup.verify_backup(made.path)
    with pytest.raises(InvalidInput, match="Không phục hồi"):
        backup.restore_backup(Settings(data_dir=tmp_path / "x"), made.path)
    text = tmp_path / "text.zip"
    text.write_text("no archive", encoding="utf-8")
    assert backup.verify_backup(text) == ("Tệp «text.zip» không phải bản sao lưu hoặc đã hỏng.",)
    assert not (tmp_path / "x").exists()


def test_an_inventory_goes_out_and_comes_in(office: Office, tmp_path: Path) -> None:
    office.read_book(expected_entries=4)
    path = tmp_path / "danh-muc.xlsx"
    path.write_bytes(inventory.export_inventory(office.clerk))
    same = inventory.import_inventory(office.supervisor, path)
    assert same.added == 0
    office.book(volume_number="02/1998")
    path.write_bytes(inventory.export_inventory(office.clerk))
    kept = books.book_progress(office.clerk, 1).book
    assert (kept.state, kept.expected_entries) == (BookState.READ, 4)
    path.write_bytes(b"PK damaged")
    with pytest.raises(WorkbookError):
        inventory.import_inventory(office.supervisor, path)


def test_another_teams_workbook_becomes_entries_and_is_compared(office: Office, token: Token, tmp_path: Path) -> None:
    book = office.read_book(pages=1, entries=2)
    _approve_all(office, token)
    made = exporting.export_book(office.supervisor, book.id, tmp_path / "out")
    other = office.book(volume_number="02/1998")
    assert workbooks.import_workbook(office.supervisor, other.id, made.workbook) == 2
    with pytest.raises(InvalidInput, match="đã được nhập"):
        workbooks.import_workbook(office.supervisor, other.id, made.workbook)
    imported = review.next_entries(office.clerk, 5, book_id=other.id)
    assert [e.entry.fields["meHoTen"].text for e in imported] == ["Trần Thị Thử"] * 2
    assert imported[0].entry.fields["meHoTen"].source.value == "imported"
    same = workbooks.compare_workbook(office.clerk, book.id, made.workbook)
    assert (same.matched, same.differences, same.only_in_workbook, same.only_in_book) == (2, (), (), ())
    one = imported[0].entry
    review.save_entry(
        office.clerk,
        entry_id=one.id,
        revision=0,
        token=token(),
        decision=DecisionKind.CORRECT,
        values={"meHoTen": ValueInput(text="Trần Thị Thơ")},
    )
    (difference,) = workbooks.compare_workbook(office.clerk, other.id, made.workbook).differences
    assert (difference.column, difference.workbook, difference.entry) == ("meHoTen", "Trần Thị Thử", "Trần Thị Thơ")


def test_reconciliation_lists_and_never_changes(office: Office, token: Token, tmp_path: Path) -> None:
    office.read_book(pages=1, entries=2)
    one = review.get_entry(office.clerk, 2).entry
    review.save_entry(
        office.clerk,
        entry_id=2,
        revision=one.revision,
        token=token(),
        decision=DecisionKind.CORRECT,
        values={"nksHoTen": ValueInput(text="Phạm Thị Mơ"), "nksNgaySinh": ValueInput(text="09/09/1997")},
    )
    _approve_all(office, token)
    extract = tmp_path / "dan-cu.csv"
    with extract.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Họ tên", "Ngày sinh", "Họ tên mẹ"])
        rows.writerow(["Nguyễn Văn Minh", "01/03/1998", "Trần Thị Thứ"])
        rows.writerow(["Lê Văn Khác", "02/02/1990", ""])
    profile = ExtractProfile(name="mẫu", columns={"name": "Họ tên", "born": "Ngày sinh", "mother": "Họ tên mẹ"})
    reconciling.save_extract_profile(office.supervisor, profile)
    assert reconciling.extract_profiles(office.supervisor) == (profile,)
    before = [review.get_entry(office.clerk, i).entry for i in (1, 2)]
    run = reconciling.run_reconciliation(office.supervisor, extract, profile)
    assert (run.matches, run.differs, run.not_found) == (0, 1, 1)
    (row,) = reconciling.list_results(office.supervisor, run.id, MatchOutcome.DIFFERS)
    assert (row.entry_id, row.role, row.result.differences[0].field) == (1, "nks", "mother")
    assert reconciling.follow_up_workbook(office.supervisor, run.id)[:2] == b"PK"
    assert [review.get_entry(office.clerk, i).entry for i in (1, 2)] == before
    extract.write_text("Tên\nA\n", encoding="utf-8")
    with pytest.raises(WorkbookError):
        reconciling.run_reconciliation(office.supervisor, extract, profile)
    assert len(reconciling.list_runs(office.supervisor)) == 1


def test_a_workbook_typed_before_unicode_or_in_two_sheets_is_never_taken_in_part(
    office: Office, token: Token, tmp_path: Path
) -> None:
    office.read_book(pages=1, entries=2)
    _approve_all(office, token)
    made = exporting.export_book(office.supervisor, 1, tmp_path / "out")
    other = office.book(volume_number="02/1998")
    workbook = openpyxl.load_workbook(made.workbook)
    sheet = workbook.active
    assert sheet is not None
    name = [cell.value for cell in sheet[1]].index("meHoTen") + 1
    sheet.cell(2, name).value = "Traàn Thò Thöû"
    typed = tmp_path / "vni.xlsx"
    workbook.save(typed)
    with pytest.raises(LegacyCharsetError, match="VNI"):
        workbooks.import_workbook(office.supervisor, other.id, typed)
    assert workbooks.import_workbook(office.supervisor, other.id, typed, charset=Charset.VNI) == 2
    taken = review.next_entries(office.clerk, 5, book_id=other.id)
    assert {e.entry.fields["meHoTen"].normalized for e in taken} == {"Trần Thị Thử"}
    workbook.copy_worksheet(sheet).title = "KS trang 21-40"
    both = tmp_path / "hai-trang.xlsx"
    workbook.save(both)
    with pytest.raises(WorkbookError, match="KS trang 21-40"):
        workbooks.import_workbook(office.supervisor, other.id, both, charset=Charset.VNI)
