import errno
import json
import os
import shutil
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from corrections.entries import EntryState, Finding, Severity
from exports import bundle
from exports.bundle import ExportEntry, export_book
from exports.errors import ExportError
from exports.manifest import load_manifest
from exports.pictures import Picture
from exports.profile import ExportProfile
from exports.rehearsal import rehearse_delivery
from exports.rehearsal_report import ExportRefusedError
from exports.standard_workbook import read_standard_workbook
from storage.digests import sha256_hex
from tests.exports.books import birth_values, book, drawn_page, entry, export_entries, page_of


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@pytest.mark.slow
def test_rows_and_pdfs_one_to_one_and_named_by_the_rule(tmp_path: Path) -> None:
    summary = export_book(book(), export_entries(5), ExportProfile(), tmp_path)
    rows = read_standard_workbook(summary.workbook).rows
    names = zipfile.ZipFile(summary.zip).namelist()
    assert summary.zip.name == "KS.1998.01.zip" and summary.workbook.name == "KS.1998.01.xlsx"
    assert names == [f"KS.1998.01.1998-01-{1 + n:02d}.{n:03d}.pdf" for n in range(1, 6)]
    assert [r.values["so"] for r in rows] == [f"{n:03d}/1998" for n in range(1, 6)]
    assert not rehearse_delivery(summary.workbook, summary.zip, ExportProfile()).findings


@pytest.mark.slow
def test_two_exports_are_byte_identical(tmp_path: Path) -> None:
    export_book(book(), export_entries(4), ExportProfile(), tmp_path / "a")
    export_book(book(), export_entries(4), ExportProfile(), tmp_path / "b")
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert len(files(tmp_path / "a")) == 4


@pytest.mark.slow
def test_second_export_makes_only_what_changed(tmp_path: Path) -> None:
    calls: list[int] = []
    export_book(book(), export_entries(4, calls), ExportProfile(), tmp_path)
    assert calls == [1, 2, 3, 4]
    calls.clear()
    again = export_book(book(), export_entries(4, calls), ExportProfile(), tmp_path)
    assert calls == [] and again.pdfs_reused == 4 and not again.changed
    before = files(tmp_path)
    items = export_entries(4, calls)
    items[1] = ExportEntry(entry=items[1].entry, pages=(page_of(77, calls),))
    third = export_book(book(), items, ExportProfile(), tmp_path)
    assert calls == [77] and third.changed
    after = files(tmp_path)
    assert before["KS.1998.01.xlsx"] == after["KS.1998.01.xlsx"]
    assert before["KS.1998.01.zip"] != after["KS.1998.01.zip"]


@pytest.mark.slow
def test_a_corrected_number_renames_the_pdf_without_making_it_again(tmp_path: Path) -> None:
    calls: list[int] = []
    export_book(book(), export_entries(3, calls), ExportProfile(), tmp_path)
    calls.clear()

    def correct(number: int, values: dict[str, str]) -> None:
        if number == 3:
            values["so"] = "4"

    summary = export_book(book(), export_entries(3, calls, correct), ExportProfile(), tmp_path)
    assert calls == []
    assert "KS.1998.01.1998-01-04.004.pdf" in zipfile.ZipFile(summary.zip).namelist()


@pytest.mark.slow
def test_what_was_approved_over_an_error_is_told_with_its_reason(tmp_path: Path) -> None:
    items = export_entries(3)
    odd = Finding(check="date_impossible", severity=Severity.ERROR, message="Ngày sinh sau ngày đăng ký.")
    approved = replace(items[1].entry, findings=(odd,), escalation_reason="Sổ ghi đúng như vậy")
    items[1] = replace(items[1], entry=approved)
    summary = export_book(book(), items, ExportProfile(), tmp_path)
    told = next(p for p in tmp_path.iterdir() if p.name.endswith("tom-tat.txt")).read_text(encoding="utf-8")
    assert "Duyệt với lý do riêng (sổ ghi như vậy, dù kiểm tra báo lỗi): 1 trường hợp" in told
    assert "Dòng 3: Ngày sinh sau ngày đăng ký. Lý do duyệt: Sổ ghi đúng như vậy" in told
    manifest = load_manifest(summary.manifest_path)
    assert manifest is not None
    assert [(c.errors, c.approved_because) for c in manifest.cases][1] == ((odd.message,), "Sổ ghi đúng như vậy")


@pytest.mark.slow
def test_an_odd_value_approved_with_a_reason_does_not_block_its_book(tmp_path: Path) -> None:
    def spoil(number: int, values: dict[str, str]) -> None:
        if number == 2:
            values["nksNgaySinh"] = "32.13.1996"

    items = export_entries(3, None, spoil)
    with pytest.raises(ExportRefusedError):
        export_book(book(), items, ExportProfile(), tmp_path)
    reason = "Sổ ghi đúng như vậy"
    items[1] = replace(items[1], entry=replace(items[1].entry, escalation_reason=reason))
    summary = export_book(book(), items, ExportProfile(), tmp_path)
    assert summary.manifest.rows == 3
    assert any(reason in warning.message for warning in summary.report.warnings)
    waiting = replace(items[1].entry, state=EntryState.ESCALATED)  # a reason to ask is none to approve
    items[1] = replace(items[1], entry=waiting)
    with pytest.raises(ExportRefusedError):
        export_book(book(), items, ExportProfile(), tmp_path, include_unapproved=True)


@pytest.mark.slow
def test_only_approved_entries_leave_unless_asked(tmp_path: Path) -> None:
    items = export_entries(4)
    items[1] = replace(items[1], entry=replace(items[1].entry, state=EntryState.CONFIRMED))
    items[2] = replace(items[2], entry=replace(items[2].entry, state=EntryState.SET_ASIDE))
    summary = export_book(book(), items, ExportProfile(), tmp_path / "a")
    assert [(x.entry_id, x.code) for x in summary.left_out] == [(102, "not_approved"), (103, "set_aside")]
    assert summary.manifest.rows == summary.manifest.pdfs == 2
    assert "Trường hợp số 2 · NGUYỄN THỊ CHI: Chưa được duyệt" in summary.summary_path.read_text(encoding="utf-8")
    everything = export_book(book(), items, ExportProfile(), tmp_path / "b", include_unapproved=True)
    assert everything.manifest.rows == 3
    assert any(f.rule == "entry_unapproved" and f.entry_id == 102 for f in everything.report.warnings)


def test_errors_refuse_the_export_and_name_the_entry(tmp_path: Path) -> None:
    def spoil(number: int, values: dict[str, str]) -> None:
        if number == 2:
            values["ngayDangKy"] = "31.02.1998"

    with pytest.raises(ExportRefusedError) as refused:
        export_book(book(), export_entries(3, change=spoil), ExportProfile(), tmp_path)
    assert [(f.entry_id, f.rule) for f in refused.value.report.errors if f.rule == "date_impossible"] == [
        (102, "date_impossible")
    ]
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_manifest_proves_every_file(tmp_path: Path) -> None:
    summary = export_book(book(), export_entries(3), ExportProfile(), tmp_path)
    manifest = load_manifest(summary.manifest_path)
    assert manifest == summary.manifest
    assert manifest.workbook_sha256 == sha256_hex(summary.workbook.read_bytes())
    assert manifest.zip_sha256 == sha256_hex(summary.zip.read_bytes())
    with zipfile.ZipFile(summary.zip) as archive:
        for case in manifest.cases:
            assert case.sha256 == sha256_hex(archive.read(case.name))
            assert case.size <= 100_000 and case.quality["ink_kept"] >= 0.9
    assert len(manifest.scans) == 3 and manifest.rows == 3


def test_a_missing_scan_leaves_only_its_entry_out(tmp_path: Path) -> None:
    def broken() -> None:
        raise FileNotFoundError("gone")

    items = export_entries(3)
    items[0] = ExportEntry(entry=items[0].entry, pages=(replace(items[0].pages[0], load=broken),))
    summary = export_book(book(), items, ExportProfile(), tmp_path)
    assert [(x.entry_id, x.code) for x in summary.left_out] == [(101, "no_picture")]
    assert len(zipfile.ZipFile(summary.zip).namelist()) == 2


@pytest.mark.slow
@pytest.mark.parametrize("step", ["_pack", "write_standard_workbook", "summary_text"])
def test_a_full_disk_leaves_the_earlier_export_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    export_book(book(), export_entries(2), ExportProfile(), tmp_path)
    before = files(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(bundle, step, full)
    with pytest.raises(ExportError) as error:
        export_book(book(), export_entries(3), ExportProfile(), tmp_path)
    assert error.value.code == "disk_full"
    assert files(tmp_path) == before
    assert not [p for p in tmp_path.iterdir() if p.is_dir()]


@pytest.mark.slow
def test_a_damaged_manifest_or_zip_only_costs_time(tmp_path: Path) -> None:
    summary = export_book(book(), export_entries(2), ExportProfile(), tmp_path)
    good = files(tmp_path)
    summary.manifest_path.write_text("{", encoding="utf-8")
    assert export_book(book(), export_entries(2), ExportProfile(), tmp_path).pdfs_made == 2
    summary.zip.write_bytes(b"PK broken")
    assert export_book(book(), export_entries(2), ExportProfile(), tmp_path).pdfs_made == 2
    assert files(tmp_path) == good


def test_same_number_and_date_twice_get_distinct_names_where_the_office_allows_it(tmp_path: Path) -> None:
    items = export_entries(1)
    items.append(ExportEntry(entry=entry(50, birth_values(1)), pages=(page_of(50),)))
    with pytest.raises(ExportRefusedError):
        export_book(book(), items, ExportProfile(), tmp_path)
    profile = ExportProfile(rule_levels={"so_duplicate": "warning"})
    summary = export_book(book(), items, profile, tmp_path)
    names = ["KS.1998.01.1998-01-02.001-2.pdf", "KS.1998.01.1998-01-02.001.pdf"]
    assert sorted(zipfile.ZipFile(summary.zip).namelist()) == names


@pytest.mark.slow
def test_cover_goes_with_the_cases_when_the_office_wants_it(tmp_path: Path) -> None:
    profile = ExportProfile(cover_in_zip=True, file_prefix="xabinhan_htl_tmh")
    summary = export_book(book(), export_entries(2), profile, tmp_path, cover=page_of(9))
    assert zipfile.ZipFile(summary.zip).namelist()[0] == "Cover.xabinhan_htl_tmh.KS.1998.01.pdf"
    assert summary.zip.stem == summary.workbook.stem == "xabinhan_htl_tmh.KS.1998.01"
    assert not rehearse_delivery(summary.workbook, summary.zip, profile).findings


@pytest.mark.slow
def test_manifest_holds_no_personal_data(tmp_path: Path) -> None:
    summary = export_book(book(), export_entries(2), ExportProfile(), tmp_path)
    text = summary.manifest_path.read_text(encoding="utf-8")
    assert "NGUYỄN" not in text and json.loads(text)["rows"] == 2
    shutil.rmtree(tmp_path)


@pytest.mark.slow
def test_an_export_broken_off_leaves_the_earlier_one_and_no_leftovers(tmp_path: Path) -> None:
    export_book(book(), export_entries(2), ExportProfile(), tmp_path)
    before = files(tmp_path)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_book(book(), export_entries(3), ExportProfile(), tmp_path, progress=stop)
    assert files(tmp_path) == before and not [p for p in tmp_path.iterdir() if p.is_dir()]


def test_leftovers_of_a_killed_export_are_cleared_later(tmp_path: Path) -> None:
    left = tmp_path / ".KS.1998.01.x.partial"
    fresh = tmp_path / ".KS.1998.01.y.partial"
    left.mkdir(parents=True)
    fresh.mkdir()
    os.utime(left, (0, 0))
    export_book(book(), export_entries(1), ExportProfile(), tmp_path)
    assert not left.exists() and fresh.exists()


def test_a_cover_that_cannot_be_opened_keeps_no_case_back(tmp_path: Path) -> None:
    def broken() -> None:
        raise OSError("gone")

    cover = replace(page_of(9), load=broken)
    summary = export_book(book(), export_entries(1), ExportProfile(cover_in_zip=True), tmp_path, cover=cover)
    assert [x.code for x in summary.left_out] == ["cover"]
    assert "Bìa sổ" in summary.summary_path.read_text(encoding="utf-8")
    assert zipfile.ZipFile(summary.zip).namelist() == ["KS.1998.01.1998-01-02.001.pdf"]


@pytest.mark.slow
def test_an_export_killed_between_its_moves_is_mended_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_book(book(), export_entries(2), ExportProfile(), tmp_path / "a")
    export_book(book(), export_entries(3), ExportProfile(), tmp_path / "b")
    move = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if target.suffix == ".xlsx":
            raise KeyboardInterrupt
        return move(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            export_book(book(), export_entries(3), ExportProfile(), tmp_path / "a")
    export_book(book(), export_entries(3), ExportProfile(), tmp_path / "a")
    assert files(tmp_path / "a") == files(tmp_path / "b")


def drawn(number: int) -> Picture:
    """What `page_of` draws, by a function that other processes can import."""
    return Picture(image=drawn_page(number), dpi=100)


@pytest.mark.slow
def test_several_processes_make_the_same_bytes(tmp_path: Path) -> None:
    items = export_entries(6)
    items = [replace(item, pages=(replace(item.pages[0], load=partial(drawn, n)),)) for n, item in enumerate(items, 1)]
    items[2] = replace(items[2], pages=())
    done: list[int] = []
    alone = export_book(book(), items, ExportProfile(), tmp_path / "a")
    summary = export_book(
        book(), items, ExportProfile(), tmp_path / "b", processes=2, progress=lambda n, total: done.append(n)
    )
    assert files(tmp_path / "a") == files(tmp_path / "b") and done == [0, 1, 2, 3, 4, 5, 6]
    assert summary.pdfs_made == 5 and [x.code for x in summary.left_out] == ["no_picture"] == [
        x.code for x in alone.left_out
    ]


@pytest.mark.slow
def test_an_export_to_another_folder_takes_the_pdfs_over(tmp_path: Path) -> None:
    calls: list[int] = []
    first = export_book(book(), export_entries(3, calls), ExportProfile(), tmp_path / "a")
    calls.clear()
    second = export_book(
        book(), export_entries(3, calls), ExportProfile(), tmp_path / "b", earlier=(first.manifest_path,)
    )
    assert calls == [] and second.pdfs_reused == 3
    assert files(tmp_path / "a") == files(tmp_path / "b")


@pytest.mark.slow
def test_what_no_way_makes_readable_is_named_and_not_tried_again(tmp_path: Path) -> None:
    reads: list[int] = []

    def reader(image: np.ndarray, dpi: int) -> list[tuple[str, float]]:
        reads.append(image.shape[0])
        lost = image.shape[0] == 900 and image.mean() > 235  # paper is white in copies alone
        return [(f"chữ{i}", 0.95) for i in range(30 if lost else 60)]

    items = export_entries(2)
    items[1] = replace(items[1], pages=(page_of(2, size=(900, 827)),))
    first = export_book(book(), items, ExportProfile(), tmp_path, read_words=reader)
    assert [(x.entry_id, x.code) for x in first.left_out] == [(102, "unreadable_in_limit")]
    assert "50,0 % số chữ" in first.left_out[0].reason and first.manifest.rows == first.manifest.pdfs == 1
    assert "đọc lại được 100,0 % (thấp nhất)" in first.summary_path.read_text(encoding="utf-8")
    reads.clear()
    assert not export_book(book(), items, ExportProfile(), tmp_path, read_words=reader).changed
    assert reads == []
    with pytest.raises(ExportError, match="Không làm được PDF của trường hợp nào"):
        export_book(book(), items[1:], ExportProfile(), tmp_path, read_words=reader)
