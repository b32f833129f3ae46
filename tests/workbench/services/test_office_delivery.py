"""Delivery of a whole office: what was accepted byte for byte, gone on with after a stop, and proven by the script."""

import errno
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from corrections.acceptance import AcceptanceLevel
from corrections.campaign.offices import OfficeLevel
from corrections.entries import DecisionKind
from exports import office_delivery as writer
from exports.errors import ExportError
from exports.office_delivery import DeliveryFolder
from exports.office_package import MANIFEST, REGISTER, SIGNATURE, UNFINISHED, OfficeManifest, load_office_manifest
from tests.workbench.services.conftest import Office
from tests.workbench.services.plan_office import make_unit
from vietnamese.shown_time import LOCAL
from workbench.services import acceptance, audit, delivery_jobs, exporting, office_delivery, review
from workbench.services.acceptance import BookVerdict
from workbench.services.background_jobs import JobPhase
from workbench.services.entry_views import entries_of_book
from workbench.services.errors import InvalidInput
from workbench.services.review_types import ValueInput
from workbench.services.settings import save_office_settings

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

Token = Callable[[], str]
COMMUNE = AcceptanceLevel.COMMUNE
NAME = "Nguyễn Thị Hoà"


def decide(office: Office, token: Token, entry_id: int, kind: DecisionKind, **values: str) -> None:
    context = office.clerk if kind is DecisionKind.CONFIRM else office.supervisor
    revision = review.get_entry(office.clerk, entry_id).entry.revision
    given = {name: ValueInput(text=text) for name, text in values.items()}
    review.save_entry(
        context, entry_id=entry_id, revision=revision, token=token(), decision=kind, values=given, reason="đã xem"
    )


def finished_book(office: Office, token: Token, volume: str, authority: str = "UBND xã Tân Lập") -> int:
    """A book of two approved entries, delivered."""
    book = office.read_book(pages=1, entries=2, volume_number=volume, office=authority)
    for entry_id in [line.entry_id for line in entries_of_book(office.clerk, book.id)]:
        filled = {"quyenSo": volume, "trangSo": "1", "noiDangKy": authority, "loaiDangKy": "1"}
        decide(office, token, entry_id, DecisionKind.CONFIRM, nksHoTen=NAME, **filled)
        decide(office, token, entry_id, DecisionKind.APPROVE)
    exporting.export_book(office.supervisor, book.id)
    return book.id


def accept(office: Office, *books: int, accepted: bool = True) -> None:
    verdicts = [BookVerdict(book_id=book, accepted=accepted, reason="" if accepted else "sai") for book in books]
    acceptance.hold_acceptance(office.supervisor, COMMUNE, on_day=datetime.now(LOCAL).date(), verdicts=verdicts)


@pytest.fixture
def delivered(office: Office, token: Token) -> Office:
    """Two accepted books and one that nobody has accepted."""
    books = [finished_book(office, token, f"0{n}/1998") for n in (1, 2)]
    accept(office, *books)
    office.read_book(pages=1, entries=1, volume_number="09/1998")
    return office


def deliver(office: Office, out: Path, **more: Any) -> office_delivery.OfficeDelivery:
    return office_delivery.deliver_office(office.supervisor, out, level=COMMUNE, **more)


def verified(folder: Path, *more: str) -> tuple[int, str]:
    """Exit status and words of the script that lies in the delivery, in a Python that knows nothing of ours."""
    command = [sys.executable, "-I", "-S", str(folder / "kiem-tra.py"), *more]
    done = subprocess.run(command, capture_output=True, cwd="/", timeout=60, check=False)
    assert not done.stderr, done.stderr.decode()
    return done.returncode, done.stdout.decode()


def manifest_in(folder: Path) -> OfficeManifest:
    manifest = load_office_manifest(folder)
    assert manifest is not None
    return manifest


def test_what_was_accepted_lies_there_and_the_script_says_so(delivered: Office, tmp_path: Path) -> None:
    out = tmp_path / "gói giao"
    made = deliver(delivered, out)
    assert (made.written, made.kept, made.manifest.cases) == (2, 0, 4)
    assert [k.code for k in made.manifest.kept_back] == ["not_accepted"]
    for book in made.manifest.books:
        kept = delivered.folder / "data" / "exports" / str(book.id)
        assert (out / book.folder / book.workbook).read_bytes() == (kept / book.workbook).read_bytes()
        assert (out / book.folder / book.zip).read_bytes() == (kept / book.zip).read_bytes()
    status, words = verified(out, "--khoa", made.fingerprint)
    assert status == 0, words
    assert "2 quyển, 4 trường hợp" in words and "nguyên vẹn" in words and "Không giao" in words
    assert "Chưa so khóa" not in words and "Chưa so khóa" in verified(out)[1]
    assert made.fingerprint in words
    with closing(sqlite3.connect(out / REGISTER)) as register:
        found = register.execute(
            "SELECT t.so_thu_tu, b.nksHoTen, q.so_quyen FROM ho_ten h JOIN truong_hop t ON t.id = h.truong_hop_id "
            "JOIN birth b ON b.truong_hop_id = t.id JOIN quyen q ON q.id = t.quyen_id "
            "WHERE h.ho_ten_khong_dau = 'nguyen thi hoa' AND h.cot = 'nksHoTen'"
        ).fetchall()
        told = dict(register.execute("SELECT cot, nghia FROM cot WHERE bang = 'birth'").fetchall())
    assert len(found) == 4 and {row[1:] for row in found} == {(NAME, "01/1998"), (NAME, "02/1998")}
    assert told["nksHoTen"] and len(told) > 60
    page = (out / "DOC-TRUOC.html").read_text(encoding="utf-8")
    assert "ho_ten_khong_dau" in page and "UBND cấp xã" in page and "http" not in page
    event = audit.list_events(delivered.inspector)[0]
    assert (event.action, event.new) == ("deliver_office", "2 4")
    assert audit.list_events(delivered.inspector)[1].hash == made.manifest.audit_hash
    kept = manifest_in(out)
    assert audit.verify(delivered.inspector, (kept,)).ok
    (told,) = audit.verify(delivered.inspector, (replace(kept, audit_hash="0" * 64),)).problems
    assert "cả đơn vị" in told and "viết lại" in told


def test_a_second_run_writes_nothing_anew_and_a_new_acceptance_one_book(
    delivered: Office, token: Token, tmp_path: Path
) -> None:
    deliver(delivered, tmp_path / "out")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out").glob("quyen/**/*") if p.is_file()}
    again = deliver(delivered, tmp_path / "out")
    assert (again.written, again.kept) == (0, 2)
    assert {p: p.stat().st_mtime_ns for p in before} == before
    third = finished_book(delivered, token, "03/1998")
    accept(delivered, third)
    more = deliver(delivered, tmp_path / "out")
    assert (more.written, more.kept, more.manifest.cases) == (1, 2, 6)
    assert verified(tmp_path / "out")[0] == 0


def test_what_was_opened_or_changed_after_acceptance_is_named_and_stays_out_until_accepted_anew(
    delivered: Office, token: Token, tmp_path: Path
) -> None:
    """Nothing is handed over as accepted that is being corrected: decision 0052. Before, the old files went along."""
    out = tmp_path / "out"
    assert [book.volume for book in deliver(delivered, out).manifest.books] == ["01/1998", "02/1998"]
    decide(delivered, token, 1, DecisionKind.REOPEN)
    made = deliver(delivered, out)
    assert [book.volume for book in made.manifest.books] == ["02/1998"]
    assert {k.id: k.code for k in made.manifest.kept_back} == {1: "opened", 3: "not_accepted"}
    status, words = verified(out)
    assert status == 0 and "1 quyển, 2 trường hợp" in words and "đang mở lại" in words
    decide(delivered, token, 1, DecisionKind.CONFIRM, nksHoTen="Nguyễn Thị Hoàn")
    decide(delivered, token, 1, DecisionKind.APPROVE)
    (left,) = [k for k in deliver(delivered, out).manifest.kept_back if k.code == "changed"]
    assert left.id == 1 and "đã sửa rồi duyệt lại" in left.reason and "nghiệm thu lại" in left.reason
    exporting.export_book(delivered.supervisor, 1)
    accept(delivered, 1)
    assert [book.id for book in deliver(delivered, out).manifest.books] == [1, 2] and verified(out)[0] == 0
    accept(delivered, 2, accepted=False)
    plan = office_delivery.delivery_plan(delivered.inspector, level=COMMUNE)
    assert [p.book.id for p in plan.accepted] == [1]
    assert {k.id: k.code for k in plan.kept_back} == {2: "returned", 3: "not_accepted"}


def test_a_delivery_of_before_that_tells_of_changes_is_still_read(delivered: Office, tmp_path: Path) -> None:
    deliver(delivered, tmp_path / "out")
    place = tmp_path / "out" / MANIFEST
    raw = json.loads(place.read_text(encoding="utf-8"))
    raw["books"][0]["changed"] = ["số 1: mở lại, chưa duyệt"]
    place.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    assert [book.id for book in manifest_in(tmp_path / "out").books] == [1, 2]


def test_files_that_are_gone_are_made_again_with_the_same_bytes(delivered: Office, tmp_path: Path) -> None:
    exports = delivered.folder / "data" / "exports"
    digests = {p.name: p.read_bytes() for p in (exports / "1").glob("*.zip")}
    shutil.rmtree(exports / "1")
    before = exporting.exports_of(delivered.clerk, 1)
    made = deliver(delivered, tmp_path / "out")
    book = next(b for b in made.manifest.books if b.id == 1)
    assert (tmp_path / "out" / book.folder / book.zip).read_bytes() == digests[book.zip]
    assert exporting.exports_of(delivered.clerk, 1) == before, "no delivery is noted that nobody asked for"


def test_a_stopped_run_is_no_delivery_and_the_next_goes_on(
    delivered: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    put, copied = DeliveryFolder.put, []

    def second_fails(self: DeliveryFolder, source: Any) -> None:
        if copied:
            raise KeyboardInterrupt
        put(self, source)
        copied.append(source.line.folder)

    monkeypatch.setattr(DeliveryFolder, "put", second_fails)
    with pytest.raises(KeyboardInterrupt):
        deliver(delivered, out)
    assert (out / UNFINISHED).exists() and not (out / MANIFEST).exists()
    half = out / (copied[0] + ".dang-ghi")
    half.mkdir()
    (half / "rác").write_text("x")
    monkeypatch.setattr(DeliveryFolder, "put", put)
    made = deliver(delivered, out)
    assert (made.written, made.kept) == (1, 1) and not (out / UNFINISHED).exists()
    status, words = verified(out)
    assert status == 0, words


def test_a_full_disk_an_unwritable_folder_and_foreign_folders_are_told(
    delivered: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "khác").mkdir()
    (tmp_path / "khác" / "thư.docx").write_text("x")
    with pytest.raises(ExportError, match="thư mục trống"):
        deliver(delivered, tmp_path / "khác")
    (tmp_path / "tệp").write_text("x")
    with pytest.raises(ExportError, match="Không ghi được"):
        deliver(delivered, tmp_path / "tệp")

    def full(_from: Any, _to: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr(writer.shutil, "copyfile", full)
        with pytest.raises(ExportError, match=r"đã đầy.*chạy lại sẽ làm tiếp"):
            deliver(delivered, tmp_path / "out")
    assert (tmp_path / "out" / UNFINISHED).exists()
    assert not list((tmp_path / "out").glob("quyen/*/*[0-9a-f]")), "no half book under a whole one's name"
    with DeliveryFolder(tmp_path / "out", "", COMMUNE), pytest.raises(ExportError, match="đang được ghi ở nơi khác"):
        deliver(delivered, tmp_path / "out")
    deliver(delivered, tmp_path / "out")
    with pytest.raises(ExportError, match="gói giao của"), DeliveryFolder(tmp_path / "out", "25001", COMMUNE):
        pass
    with pytest.raises(InvalidInput, match="Chưa có quyển nào được Sở"):
        office_delivery.deliver_office(delivered.supervisor, tmp_path / "out")


def test_the_screen_writes_in_the_background_below_named_folders(delivered: Office) -> None:
    root = delivered.supervisor.settings.delivery_roots[0]
    with pytest.raises(InvalidInput, match="Không được ghi vào"):
        delivery_jobs.start_delivery(delivered.supervisor, delivered.folder, level=COMMUNE)
    job = delivery_jobs.start_delivery(delivered.supervisor, root, level=COMMUNE)
    job.wait(60)
    assert job.state.phase is JobPhase.DONE and (job.state.done, job.state.total) == (2, 2)
    folder, manifest, unfinished = delivery_jobs.kept_delivery(delivered.supervisor, root, level=COMMUNE)
    assert folder.parent == root and manifest is not None and manifest.cases == 4 and not unfinished
    assert delivery_jobs.last_delivery(delivered.supervisor, root, level=COMMUNE) is job
    assert folder.name == "giao-co-quan-cap-xa" and manifest.unit == "Cơ quan chưa ghi tên"
    higher = delivery_jobs.kept_delivery(delivered.supervisor, root, level=AcceptanceLevel.PROVINCE)
    assert (higher[0].name, higher[1]) == ("giao-co-quan-cap-tinh", None), "each level has a folder of its own"
    folder.rename(root / "giao-co-quan")  # where a delivery lies that was written before levels were named
    assert delivery_jobs.kept_delivery(delivered.supervisor, root, level=COMMUNE)[0] == root / "giao-co-quan"


def test_a_delivery_bears_the_name_of_the_unit_at_the_top(delivered: Office, tmp_path: Path) -> None:
    make_unit(delivered, "70", "Tỉnh Bình An", OfficeLevel.PROVINCE, None)
    made = office_delivery.deliver_office(delivered.administrator, tmp_path / "out", level=COMMUNE)
    assert made.manifest.unit == "Tỉnh Bình An"
    other = DeliveryFolder(tmp_path / "out", "", AcceptanceLevel.PROVINCE)
    with pytest.raises(ExportError, match="do UBND cấp xã nghiệm thu"), other:
        pass
    save_office_settings(delivered.administrator, {"unit_name": "UBND xã Tân Lập"})
    assert office_delivery.delivery_plan(delivered.administrator, level=COMMUNE).unit == "UBND xã Tân Lập"


def _first(folder: Path, pattern: str) -> Path:
    return next(iter(sorted(folder.glob(pattern))))


def _edit_register(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / REGISTER)) as register, register:
        register.execute(statement)


def _resealed(folder: Path) -> None:
    """What somebody does who knows how: digests in the manifest made to fit again, but not the signature."""
    text = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for file in text["files"]:
        place = folder / file["path"]
        if place.exists():
            file["sha256"], file["size"] = writer.sha256_of(place), place.stat().st_size
    (folder / MANIFEST).write_text(json.dumps(text, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    (folder / "SHA256SUMS").write_text("".join(f"{f['sha256']}  {f['path']}\n" for f in text["files"]), "utf-8")


def _changed_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


TAMPERINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing file": (lambda f: _first(f, "quyen/*/*/*.zip").unlink(), "Thiếu tệp"),
    "changed byte": (lambda f: _changed_byte(_first(f, "quyen/*/*/*.xlsx")), "đã bị sửa"),
    "extra file": (lambda f: (f / "quyen" / "thêm.txt").write_text("x"), "không có trong bản kê"),
    "row removed": (
        lambda f: (_edit_register(f, "DELETE FROM truong_hop WHERE dong = 2"), _resealed(f)),
        "Excel có nhưng sổ tra cứu không có",
    ),
    "cell changed": (
        lambda f: (_edit_register(f, "UPDATE birth SET nksHoTen = 'Trần Văn Giả'"), _resealed(f)),
        "khác Excel ở cột nksHoTen",
    ),
    "name not found": (lambda f: (_edit_register(f, "DELETE FROM ho_ten"), _resealed(f)), "bảng ho_ten không khớp"),
    "year changed": (
        lambda f: (_edit_register(f, "UPDATE truong_hop SET nam_dang_ky = 1900"), _resealed(f)),
        "theo loại và năm",
    ),
    "register no database": (lambda f: (f / REGISTER).write_bytes(b"x" * 5000), "thiếu hoặc hỏng"),
    "manifest and digests": (lambda f: ((f / "DOC-TRUOC.html").write_text("x"), _resealed(f)), "Chữ ký không khớp"),
    "no signature": (lambda f: (f / SIGNATURE).unlink(), "chữ ký"),
    "sums": (lambda f: (f / "SHA256SUMS").write_text(""), "SHA256SUMS khác"),
    "unfinished": (lambda f: (f / UNFINISHED).write_text("x"), "chưa ghi xong"),
}


def test_every_tampering_is_told(delivered: Office, tmp_path: Path) -> None:
    made = deliver(delivered, tmp_path / "out")
    for name, (tamper, expected) in TAMPERINGS.items():
        folder = tmp_path / name
        shutil.copytree(tmp_path / "out", folder)
        tamper(folder)
        status, words = verified(folder)
        assert status == 1 and expected in words, (name, words)
    assert verified(tmp_path / "out", "--khoa", "0" * 32)[0] == 1
    assert verified(tmp_path / "out", "--khoa", made.fingerprint.replace(" ", ""))[0] == 0
    (tmp_path / "out" / MANIFEST).write_text("{}")
    status, words = verified(tmp_path / "out")
    assert status == 2 and "KHÔNG ĐỌC ĐƯỢC" in words
