"""The police's side: cases that live on, decisions that reach the entry, letters, typing elsewhere; and its walls."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from corrections.cases import CaseState, Consequence
from corrections.entries import DecisionKind, EntryState
from corrections.reconciliation import MatchOutcome
from exports.errors import ExportError
from exports.reconciliation_book import ExtractProfile
from tests.exports.books import words_of_document
from tests.workbench.services.conftest import Office
from vietnamese.shown_time import LOCAL
from workbench.services import (
    audit,
    case_letters,
    entry_views,
    printing,
    reconciliation_cases,
    reconciling,
    review,
    typing_elsewhere,
)
from workbench.services.context import Context
from workbench.services.errors import InvalidInput, NotAllowed
from workbench.services.reconciliation_cases import CaseFilter, CaseView
from workbench.services.review_types import ValueInput
from workbench.services.typing_elsewhere import TypingState

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LISTS = {"differs": reconciling.follow_up_workbook, "missing": reconciling.not_found_workbook}
Token = Callable[[], str]
PROFILE = ExtractProfile(name="mẫu", columns={"name": "Họ tên", "born": "Ngày sinh", "mother": "Họ tên mẹ"})
IN_A_WEEK = datetime.now(LOCAL).date() + timedelta(days=7)
NAMES = ("Nguyễn Văn Minh", "Phạm Thị Mơ", "Lê Thị Sen")


@pytest.fixture
def read(office: Office) -> Office:
    """A book of three finished entries: persons of other names, the last one approved too."""
    office.brought("three finished persons", lambda: _finish(office))
    return office


def _finish(office: Office) -> None:
    office.read_book(pages=1, entries=3)
    for entry_id, name in enumerate(NAMES, start=1):
        values = {"nksHoTen": ValueInput(text=name), "quyenSo": ValueInput(text="01/1998")}
        values["meNoiCuTru"] = ValueInput(text="xã Tân Lập, huyện Lộc Ninh")
        key = f"finished-{entry_id}"
        saved = review.save_entry(
            office.clerk, entry_id=entry_id, revision=0, token=key, decision=DecisionKind.CONFIRM, values=values
        )
    review.save_entry(
        office.supervisor, entry_id=3, revision=saved.revision, token="approved-3", decision=DecisionKind.APPROVE
    )


def _run(office: Office, *rows: tuple[str, str, str]) -> int:
    extract = office.folder / "dan-cu.csv"
    with extract.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("Họ tên", "Ngày sinh", "Họ tên mẹ"), *rows])
    return reconciling.run_reconciliation(office.police, extract, PROFILE).id


def _cases(office: Office, **wanted: object) -> dict[str, CaseView]:
    views = reconciliation_cases.list_cases(office.police, CaseFilter(**wanted))  # type: ignore[arg-type]
    return {view.case.newest.person.name: view for view in views}


def _save(context: Context, case_id: int, state: CaseState, result: str, owner: int | None = None) -> CaseView:
    return reconciliation_cases.save_case(context, case_id, state=state, owner=owner, due_on=None, result=result)


def _invitation(office: Office, case_id: int) -> str:
    return words_of_document(case_letters.print_case(office.police, case_id, "invitation")[1])


MINH = ("Nguyễn Văn Minh", "01/03/1998", "Trần Thị Thứ")
SEN = ("Lê Thị Sen", "01/03/1998", "Trần Thị Bông")


def test_a_case_survives_the_next_run_with_what_people_noted(read: Office) -> None:
    first = _run(read, MINH, SEN)
    cases = _cases(read)
    assert {name: view.case.outcome for name, view in cases.items()} == {
        NAMES[0]: MatchOutcome.DIFFERS, NAMES[1]: MatchOutcome.NOT_FOUND, NAMES[2]: MatchOutcome.DIFFERS,
    }  # fmt: skip
    minh = cases[NAMES[0]].case
    saved = reconciliation_cases.save_case(
        read.police, minh.id, state=CaseState.BOOK_RIGHT, owner=read.police.account_id, due_on=IN_A_WEEK,
        result="Bản chính giấy khai sinh ghi như sổ.",
    )  # fmt: skip
    assert (saved.case.decided_by, saved.case.due_on, saved.owner) == (
        read.police.account_id,
        IN_A_WEEK.isoformat(),
        "congan",
    )
    again = _run(read, MINH, SEN)
    kept = _cases(read)[NAMES[0]]
    assert (kept.case.id, kept.case.state, kept.case.newest.run_id) == (minh.id, CaseState.BOOK_RIGHT, again)
    assert not kept.stale and again != first
    _run(read, ("Nguyễn Văn Minh", "01/03/1997", "Trần Thị Thứ"))
    assert _cases(read)[NAMES[0]].stale, "the database says something else than what was decided over"
    _run(read, ("Nguyễn Văn Minh", "01/03/1998", "Trần Thị Thử"))
    assert _cases(read)[NAMES[0]].case.outcome is MatchOutcome.MATCHES
    assert _cases(read)[NAMES[0]].case.state is CaseState.BOOK_RIGHT
    assert len(_cases(read)) == 3


def test_a_case_that_agrees_by_now_is_closed_and_asks_for_nothing_more(read: Office) -> None:
    _run(read, MINH, SEN)
    cases = _cases(read)
    _save(read.police, cases[NAMES[0]].case.id, CaseState.DATABASE_RIGHT, "Sổ chép nhầm dấu.")
    assert _cases(read)[NAMES[0]].waits_for_supervisor
    born = "01/03/1998"
    mended = [(name, born, "Trần Thị Thử") for name in NAMES]
    _run(read, *mended)
    views = _cases(read)
    assert {views[name].case.outcome for name in NAMES[:2]} == {MatchOutcome.MATCHES}
    assert not views[NAMES[0]].stale and not views[NAMES[0]].waits_for_supervisor
    entered = _save(read.police, views[NAMES[1]].case.id, CaseState.ENTERED, "Đã thu thập ngày 02/12.")
    assert entered.case.state is CaseState.ENTERED and not entered.stale
    _run(read, MINH)
    again = _cases(read)
    assert again[NAMES[0]].waits_for_supervisor and again[NAMES[1]].stale, "found, and then no more: somebody looks"


def test_what_was_typed_and_taken_closes_its_case_once_a_run_finds_the_person(read: Office) -> None:
    _run(read, MINH, SEN)
    case = _cases(read)[NAMES[1]].case
    _save(read.police, case.id, CaseState.CALLED, "Đã mời gia đình.")
    typing_elsewhere.note_typed(read.police, "dan_cu", 2, revision=1)
    found = (NAMES[1], "01/03/1998", "Trần Thị Thử")
    _run(read, MINH, found)
    assert _cases(read)[NAMES[1]].case.state is CaseState.CALLED, "ticked, and not known to be taken"
    typing_elsewhere.note_answer(read.police, "dan_cu", 2, accepted=True, answer="HS-7")
    _run(read, MINH, SEN)
    assert _cases(read)[NAMES[1]].case.state is CaseState.CALLED, "no run finds the person yet"
    _run(read, MINH, found)
    closed = _cases(read)[NAMES[1]]
    assert closed.case.state is CaseState.ENTERED and closed.case.decided_on and not closed.stale
    today = datetime.now(LOCAL).strftime("%d/%m/%Y")
    assert closed.case.result.startswith(f"Đã mời gia đình. Đã nhập lúc {today}")
    assert "người nhập: congan, phần mềm trả lời «HS-7»" in closed.case.result
    assert [e.action for e in review.entry_history(read.clerk, 2)].count("reconciled") == 1
    assert _cases(read)[NAMES[0]].case.state is CaseState.OPEN
    _run(read, MINH, found)
    assert _cases(read)[NAMES[1]].case == replace(closed.case, newest=_cases(read)[NAMES[1]].case.newest)
    assert audit.verify(read.supervisor).ok


def test_a_decision_stands_when_the_extract_has_other_rows_before_the_person(read: Office) -> None:
    first = _run(read, MINH, SEN)
    case = _cases(read)[NAMES[0]].case
    _save(read.police, case.id, CaseState.BOTH_KEPT, "Mẹ đổi tên năm 2001.")
    _run(read, ("Ai Đó", "01/01/1970", ""), SEN, MINH)
    view = _cases(read)[NAMES[0]]
    assert view.case.newest.result.matched == "dòng 4" and not view.stale
    _save(read.police, case.id, CaseState.BOTH_KEPT, "Mẹ đổi tên năm 2001.")
    assert [e.action for e in review.entry_history(read.clerk, 1)].count("reconciled") == 1
    # lists of a run stay that run's, with how far its cases have come since
    listed = {name: load_workbook(io.BytesIO(of(read.police, first))).active for name, of in LISTS.items()}
    rows = {
        name: [row for row in sheet.iter_rows(values_only=True) if set(NAMES) & set(row)]
        for name, sheet in listed.items()
    }
    assert [row[2] for row in rows["differs"]] == [NAMES[0], NAMES[2]] and "Giữ nguyên cả hai" in rows["differs"][0]
    assert rows["differs"][0][3] == "dòng 2" and [row[0] for row in rows["missing"]] == [NAMES[1]]


def test_an_extract_without_anybody_makes_nobody_missing(read: Office) -> None:
    _run(read, MINH)
    before = _cases(read)
    for rows in ((), (("", "01/01/1990", "x"),)):
        with pytest.raises(InvalidInput, match="không có người nào"):
            _run(read, *rows)
    assert _cases(read) == before and len(reconciling.list_runs(read.police)) == 1


def test_two_people_on_one_case_do_not_write_over_each_other(read: Office) -> None:
    _run(read, MINH)
    seen = _cases(read)[NAMES[0]].case
    given = {"state": CaseState.CALLED, "due_on": None, "result": "", "seen": seen}
    saved = reconciliation_cases.save_case(read.police, seen.id, owner=read.police.account_id, note="đã gọi", **given)
    with pytest.raises(InvalidInput, match="vừa được người khác sửa"):
        reconciliation_cases.save_case(read.supervisor, seen.id, owner=None, note="", **given)
    assert _cases(read)[NAMES[0]] == saved
    event = next(e for e in review.entry_history(read.clerk, 1) if e.action == "follow_up")
    assert (event.old, event.new) == ("open", "called; congan; đã gọi"), "owner and note are on record too"
    with pytest.raises(InvalidInput, match="vừa được người khác sửa"):
        _run(read, SEN)
        reconciliation_cases.save_case(read.police, seen.id, owner=None, **{**given, "seen": saved.case})


def test_other_words_of_a_decision_are_noted_with_who_wrote_them(read: Office) -> None:
    _run(read, MINH, SEN)
    minh, sen = (_cases(read)[NAMES[n]].case for n in (0, 2))
    _save(read.police, minh.id, CaseState.BOTH_KEPT, "Kết luận A.")
    view = _save(read.supervisor, minh.id, CaseState.BOTH_KEPT, "Kết luận B.")
    assert view.case.decided_by == read.supervisor.account_id
    told = [e.reason for e in review.entry_history(read.clerk, 1) if e.action == "reconciled"]
    assert len(told) == 2 and "Kết luận B" in told[0]
    _save(read.police, sen.id, CaseState.DATABASE_RIGHT, "Trang sổ ghi Bông.")
    reconciliation_cases.open_entry_of_case(read.supervisor, sen.id)
    assert not _save(read.police, sen.id, CaseState.DATABASE_RIGHT, "Trang sổ ghi Bông, đã xem.").waits_for_supervisor


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31), IN_A_WEEK - timedelta(days=8)])
def test_a_case_is_due_on_a_day_that_can_be(read: Office, day: date) -> None:
    _run(read, MINH)
    case = _cases(read)[NAMES[0]].case
    with pytest.raises(InvalidInput, match="Hạn phải từ hôm nay"):
        reconciliation_cases.save_case(read.police, case.id, state=CaseState.CALLED, owner=None, due_on=day, result="")


def test_a_decision_is_noted_in_the_entry_and_changes_no_value(read: Office) -> None:
    _run(read, MINH)
    before = review.get_entry(read.clerk, 1).entry
    case = _cases(read)[NAMES[0]].case
    with pytest.raises(InvalidInput, match="kết quả xác minh"):
        reconciliation_cases.save_case(
            read.police, case.id, state=CaseState.BOTH_KEPT, owner=None, due_on=None, result=" "
        )
    with pytest.raises(InvalidInput, match="không dùng cho"):
        reconciliation_cases.save_case(
            read.police, case.id, state=CaseState.ENTERED, owner=None, due_on=None, result="x"
        )
    with pytest.raises(InvalidInput, match="phụ trách"):
        _save(read.police, case.id, CaseState.CALLED, "", owner=read.clerk.account_id)
    assert _cases(read)[NAMES[0]].case == case
    view = _save(read.police, case.id, CaseState.BOTH_KEPT, "Mẹ đổi tên năm 2001.")
    assert view.case.entry_done is Consequence.NOTE
    assert review.get_entry(read.clerk, 1).entry == before
    note = next(e for e in review.entry_history(read.clerk, 1) if e.action == "reconciled")
    assert note.actor == "congan" and "Mẹ đổi tên năm 2001" in note.reason and "Trần Thị Thứ" in note.reason
    assert audit.verify(read.supervisor).ok


def test_only_a_supervisor_opens_the_entry_again_and_the_reason_goes_along(read: Office) -> None:
    _run(read, SEN)
    case = _cases(read)[NAMES[2]].case
    view = _save(read.police, case.id, CaseState.DATABASE_RIGHT, "Trang sổ ghi Bông.")
    assert view.waits_for_supervisor and review.get_entry(read.clerk, 3).entry.state is EntryState.APPROVED
    with pytest.raises(NotAllowed):
        reconciliation_cases.open_entry_of_case(read.police, case.id)
    assert reconciliation_cases.open_entry_of_case(read.supervisor, case.id) is EntryState.CONFIRMED
    event = next(e for e in review.entry_history(read.clerk, 3) if e.action == "reopen")
    assert "Trang sổ ghi Bông" in event.reason
    with pytest.raises(InvalidInput, match="không chờ"):
        reconciliation_cases.open_entry_of_case(read.supervisor, case.id)
    assert not _cases(read)[NAMES[2]].waits_for_supervisor


@pytest.mark.slow
def test_letters_are_filled_from_the_case_and_a_template_of_the_office(read: Office) -> None:
    _run(read, MINH)
    case = _cases(read)[NAMES[0]].case
    name, letter = case_letters.print_case(read.police, case.id, "invitation", place="Công an xã Tân Lập")
    words = words_of_document(letter)
    assert name == f"giay-moi-{case.id}.docx" and "{{" not in words
    assert all(text in words for text in (NAMES[0], "Công an xã Tân Lập", "quyển 01/1998", "Trần Thị Thứ"))
    assert "nơi cư trú: xã Tân Lập, huyện Lộc Ninh" in words, "of a child, its mother's"
    slip = words_of_document(case_letters.print_case(read.police, case.id, "verification")[1])
    assert "Họ tên mẹ" in slip and "khác dấu" in slip
    assert f"Kính gửi: Ông (bà) {NAMES[0]}, sinh" in words
    own = Document(io.BytesIO(printing.document_template(read.supervisor, "invitation")))
    own.add_paragraph("Mẫu riêng của xã: {{ ho_ten }}")
    out = io.BytesIO()
    own.save(out)
    printing.save_document_template(read.supervisor, "invitation", out.getvalue(), "giay-moi-xa.docx")
    assert f"Mẫu riêng của xã: {NAMES[0]}" in words_of_document(
        case_letters.print_case(read.police, case.id, "invitation")[1]
    )
    printing.remove_document_template(read.supervisor, "invitation")
    assert "Mẫu riêng" not in _invitation(read, case.id)
    with pytest.raises(NotAllowed):
        printing.save_document_template(read.police, "invitation", out.getvalue(), "x.docx")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ ten_ai_do }}", "ten_ai_do"),
        ("{% for x in %}", "viết sai"),
        ("Kính mời ông bà", "không có chỗ điền nào"),
        ("{{ ho_ten.__class__.mro() }}", "viết sai|không biết"),
    ],
)
def test_a_template_with_places_nobody_fills_is_refused_and_the_old_one_stays(
    read: Office, text: str, told: str
) -> None:
    document = Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    before = printing.document_template(read.supervisor, "invitation")
    with pytest.raises(ExportError, match=told):
        printing.save_document_template(read.supervisor, "invitation", out.getvalue(), "sai.docx")
    with pytest.raises(ExportError, match="Word"):
        printing.save_document_template(read.supervisor, "invitation", b"PK\x03\x04 no archive", "sai.docx")
    assert len(printing.document_template(read.supervisor, "invitation")) == pytest.approx(len(before), abs=200)


def test_the_police_see_the_entries_of_their_cases_and_no_other(read: Office) -> None:
    _run(read, ("Nguyễn Văn Minh", "01/03/1998", "Trần Thị Thử"))
    cases = _cases(read)
    assert NAMES[0] not in cases, "who agrees is no case"
    view = entry_views.entry_of_case(read.police, cases[NAMES[1]].case.id)
    assert view.entry_id == 2 and not view.history and any(f.text == NAMES[1] for f in view.fields)
    assert view.box is not None
    for refused in (entry_views.view_entry, review.get_entry, review.entry_history):
        with pytest.raises(NotAllowed):
            refused(read.police, 2)
    assert typing_elsewhere.typing_sheet(read.police, "dan_cu", 2)[0] == 1
    with pytest.raises(NotAllowed):
        typing_elsewhere.typing_sheet(read.police, "dan_cu", 1)
    with pytest.raises(NotAllowed):
        typing_elsewhere.note_typed(read.police, "dan_cu", 1, revision=1)
    assert reconciling.titles_of(read.police, [1, 2, 99]).keys() == {1, 2}


def test_fields_are_copied_in_the_other_programs_order_and_ticked_by_person(read: Office, token: Token) -> None:
    (line, *_) = typing_elsewhere.typing_list(read.clerk, "dan_cu", 1)
    assert (line.entry_id, line.state) == (1, None)
    revision, fields = typing_elsewhere.typing_sheet(read.clerk, "dan_cu", 1)
    assert [f.column for f in fields][:3] == ["nksHoTen", "nksNgaySinh", "nksGioiTinh"]
    assert [f.value for f in fields][:3] == [NAMES[0], "01/03/1998", "Nam"]
    with pytest.raises(InvalidInput, match="chưa đánh dấu"):
        typing_elsewhere.note_answer(read.clerk, "dan_cu", 1, accepted=True, answer="HS-1")
    typing_elsewhere.note_typed(read.clerk, "dan_cu", 1, revision=revision)
    with pytest.raises(InvalidInput, match="báo gì"):
        typing_elsewhere.note_answer(read.clerk, "dan_cu", 1, accepted=False, answer="")
    with pytest.raises(InvalidInput, match="clerk đã đánh dấu nhập"):
        typing_elsewhere.note_typed(read.other_clerk, "dan_cu", 1, revision=revision)
    typing_elsewhere.note_typed(read.clerk, "dan_cu", 1, revision=revision)
    typing_elsewhere.note_answer(read.clerk, "dan_cu", 1, accepted=False, answer="Trùng số định danh")
    (line, *_) = typing_elsewhere.typing_list(read.clerk, "dan_cu", 1)
    assert (line.state, line.answer, line.typed_by) == (TypingState.REFUSED, "Trùng số định danh", "clerk")
    assert line.waiting, "what was refused is not done"
    (total,) = typing_elsewhere.typing_sums(read.supervisor, "dan_cu")
    assert (total.name, total.entries) == ("clerk", 1)
    typing_elsewhere.note_typed(read.other_clerk, "dan_cu", 1, revision=revision)  # what was refused is typed again
    (total,) = typing_elsewhere.typing_sums(read.supervisor, "dan_cu")
    assert (total.name, total.entries) == ("clerk", 1), "the first one's tick stays theirs"
    assert typing_elsewhere.typing_list(read.clerk, "dan_cu", 1)[0].typed_by == read.other_clerk.actor
    review.save_entry(read.clerk, entry_id=1, revision=1, token=token(), decision=DecisionKind.CONFIRM)
    assert typing_elsewhere.typing_list(read.clerk, "dan_cu", 1)[0].changed_since
    with pytest.raises(InvalidInput, match="vừa được sửa"):
        typing_elsewhere.note_typed(read.clerk, "dan_cu", 1, revision=1)


def test_an_office_puts_the_fields_in_its_own_order(read: Office) -> None:
    kind = review.get_entry(read.clerk, 1).entry.register_type
    usual = typing_elsewhere.typing_order(read.clerk, "lich_su", kind)
    with pytest.raises(InvalidInput, match="khongCo"):
        typing_elsewhere.save_typing_order(read.administrator, "lich_su", kind, ("so", "khongCo"))
    with pytest.raises(InvalidInput, match="so"):
        typing_elsewhere.save_typing_order(read.administrator, "lich_su", kind, ("so", "so"))
    typing_elsewhere.save_typing_order(read.administrator, "lich_su", kind, ("nksHoTen", "so"))
    assert [f.column for f in typing_elsewhere.typing_sheet(read.clerk, "lich_su", 1)[1]] == ["nksHoTen", "so"]
    typing_elsewhere.save_typing_order(read.administrator, "lich_su", kind, ())
    assert typing_elsewhere.typing_order(read.clerk, "lich_su", kind) == usual
    with pytest.raises(InvalidInput, match="phần mềm"):
        typing_elsewhere.typing_list(read.clerk, "khong-co", 1)


def test_programs_name_only_columns_that_exist(read: Office, tmp_path: Path) -> None:
    from exports.typing_programs import typing_programs
    from layouts.columns import columns

    for program in typing_programs().values():
        for kind, names in program.registers.items():
            assert set(names) <= {c.name for c in columns(kind)} and len(set(names)) == len(names)
