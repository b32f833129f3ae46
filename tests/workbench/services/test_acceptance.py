"""Paper books out and back, and acceptance at three levels with the rules that guard it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from corrections.acceptance import AcceptanceLevel
from corrections.campaign.offices import OfficeLevel
from corrections.campaign.unit_changes import ChangeKind, UnitChange
from corrections.entries import DecisionKind, EntryState, Role
from tests.exports.books import words_of_document
from tests.workbench.services.conftest import Office
from tests.workbench.services.plan_office import make_unit, person
from vietnamese.shown_time import LOCAL
from workbench.services import acceptance, acceptance_levels, audit, book_custody, books, exporting, offices, review
from workbench.services.acceptance import BookVerdict
from workbench.services.acceptance_papers import print_acceptance, print_returns
from workbench.services.book_custody import Handover, HandoverKind, HandoverLine
from workbench.services.errors import InvalidInput, NotAllowed, NotFound
from workbench.services.review_types import ValueInput

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Token = Callable[[], str]
FILLED = {"quyenSo": "01/1998", "trangSo": "1", "noiDangKy": "UBND xã Tân Lập", "loaiDangKy": "1"}
COMMUNE, DISTRICT, PROVINCE = AcceptanceLevel
TODAY = datetime.now(LOCAL).date()
SHOWN = f"{TODAY:%d/%m/%Y}"


@pytest.fixture
def finished(office: Office) -> Office:
    """A book of two approved entries."""

    def approve() -> None:
        office.read_book(pages=1, entries=2)
        tokens = (f"approved-{n}" for n in count())
        for entry_id in (1, 2):
            _approve(office, lambda: next(tokens), entry_id, **FILLED)

    office.brought("two approved entries", approve)
    return office


def _approve(office: Office, token: Token, entry_id: int, **values: str) -> None:
    given = {name: ValueInput(text=text) for name, text in values.items()}
    for context, kind in ((office.clerk, DecisionKind.CONFIRM), (office.supervisor, DecisionKind.APPROVE)):
        revision = review.get_entry(context, entry_id).entry.revision
        sent = given if kind is DecisionKind.CONFIRM else {}
        review.save_entry(
            context, entry_id=entry_id, revision=revision, token=token(), decision=kind, values=sent, reason="đã xem"
        )


def _reopen(office: Office, token: Token, entry_id: int) -> None:
    revision = review.get_entry(office.clerk, entry_id).entry.revision
    review.save_entry(
        office.supervisor,
        entry_id=entry_id,
        revision=revision,
        token=token(),
        decision=DecisionKind.REOPEN,
        reason="xem lại",
    )


def _codes(office: Office, level: AcceptanceLevel = COMMUNE) -> list[str]:
    return [one.code for one in acceptance.hindrances_of(office.inspector, level, 1)]


def _hold(office: Office, level: AcceptanceLevel, **more: object) -> acceptance.Acceptance:
    given: dict[str, object] = {"on_day": TODAY, "verdicts": [BookVerdict(book_id=1, accepted=True)], **more}
    return acceptance.hold_acceptance(office.supervisor, level, **given)  # type: ignore[arg-type]


def test_what_a_book_still_asks_is_told_where_it_keeps_it_from_being_accepted(finished: Office) -> None:
    books.update_book(finished.supervisor, 1, expected_entries=4)
    told = [one.message for one in acceptance.hindrances_of(finished.supervisor, COMMUNE, 1)]
    asked = "Tìm thấy 2 trường hợp, sổ kiểm kê ghi 4; hãy đếm lại."
    assert any(f"điểm của cả quyển chưa nói rõ. {asked}" in one for one in told), told


@pytest.mark.slow
def test_levels_accept_one_after_the_other_and_each_delivery_once(finished: Office, tmp_path: Path) -> None:
    assert _codes(finished) == ["no_delivery"]
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    assert _codes(finished) == [] and _codes(finished, DISTRICT) == ["below"]
    with pytest.raises(InvalidInput, match="Cấp dưới"):
        _hold(finished, DISTRICT)
    for level in AcceptanceLevel:
        assert _hold(finished, level).round == 1
    assert _codes(finished) == ["twice"]
    (row,) = acceptance.acceptance_board(finished.inspector)
    assert dict(row.accepted_on) == dict.fromkeys(AcceptanceLevel, SHOWN) and not row.accepted_before
    with pytest.raises(NotAllowed):
        acceptance.hold_acceptance(
            finished.clerk, COMMUNE, on_day=TODAY, verdicts=[BookVerdict(book_id=1, accepted=True)]
        )


def test_the_last_word_of_a_level_counts(finished: Office, tmp_path: Path) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    _hold(finished, COMMUNE)
    assert _codes(finished, DISTRICT) == []
    _hold(finished, COMMUNE, verdicts=[BookVerdict(book_id=1, accepted=False, reason="thiếu chữ ký")])
    assert _codes(finished, DISTRICT) == ["below"], "what the commune took back is not accepted"
    (row,) = acceptance.acceptance_board(finished.inspector)
    assert not row.accepted_on
    assert _codes(finished) == ["returned"], "what nobody has changed is accepted again with a reason alone"
    _hold(finished, COMMUNE, verdicts=[BookVerdict(book_id=1, accepted=True, reason="đã ký bổ sung")])
    assert _codes(finished, DISTRICT) == []


@pytest.mark.slow
def test_nobody_signs_for_another_level(finished: Office, tmp_path: Path) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    assert acceptance_levels.open_levels(finished.supervisor) == tuple(AcceptanceLevel), "one office alone keeps all"
    province = make_unit(finished, "70", "Tỉnh Bình An", OfficeLevel.PROVINCE, None)
    district = make_unit(finished, "691", "Huyện Một", OfficeLevel.DISTRICT, province)
    commune = make_unit(finished, "25001", "Xã Tân Lập", OfficeLevel.COMMUNE, district)
    offices.assign_books(finished.administrator)
    verdicts = [BookVerdict(book_id=1, accepted=True)]
    for unit, level in ((commune, COMMUNE), (district, DISTRICT), (province, PROVINCE)):
        who = person(finished, f"u{unit.code}", Role.SUPERVISOR, unit)
        assert acceptance_levels.open_levels(who) == (level,)
        for other in [one for one in AcceptanceLevel if one is not level]:
            for accepted in (True, False):
                with pytest.raises(NotAllowed, match="không lập được biên bản"):
                    acceptance.hold_acceptance(
                        who, other, on_day=TODAY, verdicts=[BookVerdict(book_id=1, accepted=accepted, reason="sai")]
                    )
        acceptance.hold_acceptance(who, level, on_day=TODAY, verdicts=verdicts)
    assert len(acceptance.list_acceptances(finished.administrator)) == 3
    # a unit that has gone signs nothing any more, and the one that took over signs for its registers
    heir = make_unit(finished, "25002", "Xã Mới", OfficeLevel.COMMUNE, district)
    change = UnitChange(kind=ChangeKind.JOIN, code="25001", on=TODAY.isoformat(), new_code="25002")
    offices.change_units(finished.administrator, [change])
    returned = [BookVerdict(book_id=1, accepted=False, reason="sai")]
    gone = person(finished, "cu", Role.SUPERVISOR, commune)
    assert acceptance_levels.open_levels(gone) == ()
    with pytest.raises(NotAllowed):
        acceptance.hold_acceptance(gone, COMMUNE, on_day=TODAY, verdicts=returned)
    successor = person(finished, "moi", Role.SUPERVISOR, heir)
    assert acceptance.hold_acceptance(successor, COMMUNE, on_day=TODAY, verdicts=returned).level is COMMUNE
    elsewhere = make_unit(finished, "25003", "Xã Lạ", OfficeLevel.COMMUNE, district)
    stranger = person(finished, "la", Role.SUPERVISOR, elsewhere)
    with pytest.raises(NotFound):
        acceptance.hold_acceptance(stranger, COMMUNE, on_day=TODAY, verdicts=returned)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keeper", "levels"),
    [(DISTRICT, (DISTRICT, PROVINCE)), (PROVINCE, (PROVINCE,)), (COMMUNE, (COMMUNE, PROVINCE))],
)
def test_a_book_comes_before_the_level_of_its_keeper_and_those_above(
    finished: Office, tmp_path: Path, keeper: AcceptanceLevel, levels: tuple[AcceptanceLevel, ...]
) -> None:
    """A commune stands right below the province here, as where there are no districts."""
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    top = make_unit(finished, "70", "Tỉnh Bình An", OfficeLevel.PROVINCE, None)
    units = {
        PROVINCE: top,
        DISTRICT: make_unit(finished, "691", "Huyện Một", OfficeLevel.DISTRICT, top),
        COMMUNE: make_unit(finished, "25001", "Xã Tân Lập", OfficeLevel.COMMUNE, top),
    }
    books.update_book(finished.administrator, 1, office_id=units[keeper].id)
    for level in [one for one in AcceptanceLevel if one not in levels]:
        found = acceptance.hindrances_of(finished.administrator, level, 1)
        assert "other_level" in [one.code for one in found]
        with pytest.raises(InvalidInput, match="không qua cấp nghiệm thu này"):
            acceptance.hold_acceptance(
                finished.administrator, level, on_day=TODAY, verdicts=[BookVerdict(book_id=1, accepted=True)]
            )
    for level in levels:
        who = person(finished, f"u{level}", Role.SUPERVISOR, units[level])
        acceptance.hold_acceptance(who, level, on_day=TODAY, verdicts=[BookVerdict(book_id=1, accepted=True)])
    (row,) = acceptance.acceptance_board(finished.administrator)
    assert tuple(row.accepted_on) == levels


def test_an_unfinished_sent_back_or_rejected_book_is_not_accepted(
    finished: Office, token: Token, tmp_path: Path
) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    record = exporting.exports_of(finished.clerk, 1)[0]
    exporting.record_rejection(finished.supervisor, record.id, [(1, "sai ngày")])
    assert _codes(finished) == ["waiting", "rejected", "reopened"]
    revision = review.get_entry(finished.clerk, 1).entry.revision
    review.save_entry(
        finished.supervisor,
        entry_id=1,
        revision=revision,
        token=token(),
        decision=DecisionKind.SEND_BACK,
        reason="sửa ngày",
    )
    assert _codes(finished) == ["sent_back", "rejected", "reopened"]
    before = acceptance.list_acceptances(finished.inspector)
    with pytest.raises(InvalidInput, match="bị trả lại chưa sửa"):
        _hold(finished, COMMUNE)
    assert acceptance.list_acceptances(finished.inspector) == before == ()


@pytest.mark.slow
def test_what_changed_after_the_delivery_is_listed_and_delivered_again(
    finished: Office, token: Token, tmp_path: Path
) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    _hold(finished, COMMUNE)
    _reopen(finished, token, 2)
    (change,) = acceptance.changes_since_delivery(finished.inspector, 1)
    assert (change.entry_id, change.why, change.columns) == (2, "mở lại, chưa duyệt", "")
    assert "reopened" in _codes(finished, DISTRICT)
    _approve(finished, token, 2)
    assert acceptance.changes_since_delivery(finished.inspector, 1) == (), "looked at again and left as it was"
    assert _codes(finished, DISTRICT) == []
    _reopen(finished, token, 2)
    _approve(finished, token, 2, nksHoTen="Nguyễn Văn Mười")
    (change,) = acceptance.changes_since_delivery(finished.inspector, 1)
    assert change.why == "đã sửa rồi duyệt lại" and change.columns
    assert _codes(finished, DISTRICT) == ["changed"]
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    assert acceptance.changes_since_delivery(finished.inspector, 1) == ()
    (row,) = acceptance.acceptance_board(finished.inspector)
    assert not row.accepted_on and row.accepted_before == {COMMUNE: SHOWN}
    assert _codes(finished, DISTRICT) == ["below"]
    assert _hold(finished, COMMUNE).round == 2


@pytest.mark.slow
def test_returned_entries_go_back_to_review_with_the_reason_and_the_round(finished: Office, tmp_path: Path) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    back = [BookVerdict(book_id=1, accepted=False, reason="Ảnh mờ")]
    with pytest.raises(InvalidInput, match="ghi lý do"):
        _hold(finished, COMMUNE, verdicts=[BookVerdict(book_id=1, accepted=False)])
    with pytest.raises(InvalidInput, match="không thuộc quyển"):
        _hold(finished, COMMUNE, returns=[(2, "thiếu trang")])
    assert review.get_entry(finished.clerk, 2).entry.state is EntryState.APPROVED, "nothing half taken"
    with pytest.raises(NotFound):
        _hold(finished, COMMUNE, verdicts=[*back, BookVerdict(book_id=99, accepted=False, reason="x")])
    first = _hold(finished, COMMUNE, verdicts=back, returns=[(2, "thiếu trang")], contractor="Công ty Ví Dụ")
    entry = review.get_entry(finished.clerk, 2).entry
    assert entry.state is EntryState.SENT_BACK and f"UBND cấp xã trả lại ngày {SHOWN}, lần 1" in entry.escalation_reason
    second = _hold(finished, COMMUNE, verdicts=back, returns=[(1, "sai tên")])
    assert (first.round, second.round) == (1, 2)
    name, listed = print_returns(finished.supervisor, first.id)
    words = words_of_document(listed)
    assert name == f"danh-sach-tra-lai-{first.id}.docx"
    assert all(text in words for text in ("Lần 1", "Công ty Ví Dụ", "thiếu trang", "Ảnh mờ", "(cả quyển)"))
    assert "Trả lại" in words_of_document(print_acceptance(finished.supervisor, first.id)[1])
    assert audit.verify(finished.supervisor).ok


@pytest.mark.slow
def test_the_same_delivery_goes_back_once(finished: Office, token: Token, tmp_path: Path) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    back = [BookVerdict(book_id=1, accepted=False, reason="Ảnh mờ")]
    _hold(finished, COMMUNE, verdicts=back)
    with pytest.raises(InvalidInput, match=f"đã trả lại đúng bản này ngày {SHOWN}"):
        _hold(finished, COMMUNE, verdicts=back)
    _hold(finished, COMMUNE, verdicts=back, returns=[(2, "thiếu trang")])
    with pytest.raises(InvalidInput, match="đang bị trả lại, chưa sửa xong"):
        _hold(finished, COMMUNE, verdicts=back, returns=[(2, "thiếu trang")])
    assert len(acceptance.list_acceptances(finished.inspector)) == 2, "nothing half taken"
    _approve(finished, token, 2, nksHoTen="Nguyễn Văn Mười")
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    assert _hold(finished, COMMUNE, verdicts=back).round == 3, "a new delivery may go back too"


def test_minutes_come_after_what_they_are_about(
    finished: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    back = [BookVerdict(book_id=1, accepted=False, reason="Ảnh mờ")]
    for day, told in ((date(1, 1, 1), "01/01/0001 ở trước năm 2010"), (date(9999, 12, 31), "sau hôm nay")):
        with pytest.raises(InvalidInput, match=told):
            _hold(finished, COMMUNE, on_day=day)
    yesterday = TODAY - timedelta(days=1)
    for verdicts in (back, [BookVerdict(book_id=1, accepted=True)]):
        with pytest.raises(InvalidInput, match=f"ở trước ngày xuất bản giao {SHOWN}"):
            _hold(finished, COMMUNE, on_day=yesterday, verdicts=verdicts)
    in_a_week = datetime.now(UTC) + timedelta(days=7)
    monkeypatch.setattr(acceptance, "now", lambda: in_a_week)
    _hold(finished, COMMUNE, on_day=TODAY + timedelta(days=5))
    with pytest.raises(InvalidInput, match="ở trước ngày biên bản trước của UBND cấp xã"):
        _hold(finished, DISTRICT, on_day=TODAY + timedelta(days=4))
    _hold(finished, DISTRICT, on_day=TODAY + timedelta(days=5))
    exporting.export_book(finished.supervisor, 1, tmp_path / "again")
    assert _codes(finished, PROVINCE) == [], "the same bytes written once more are the same delivery"
    assert len(acceptance.list_acceptances(finished.inspector)) == 2


def test_a_return_list_needs_something_returned(finished: Office, tmp_path: Path) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    kept = _hold(finished, COMMUNE, members="Ông Lê Mẫu\nBà Trần Mẫu")
    words = words_of_document(print_acceptance(finished.supervisor, kept.id)[1])
    digest = exporting.exports_of(finished.clerk, 1)[0].workbook_sha256
    assert "Bà Trần Mẫu" in words and digest[:16] in words and "Đạt" in words
    with pytest.raises(InvalidInput, match="không trả lại"):
        print_returns(finished.supervisor, kept.id)


OUT = Handover(
    kind=HandoverKind.HANDED_OUT, on_day="2020-01-10", giver="Lê Giao", receiver="Trần Nhận", due_on="2020-01-20",
    lines=(HandoverLine(book_id=1, condition="rách bìa"),),
)  # fmt: skip
BACK = Handover(
    kind=HandoverKind.RETURNED, on_day="2020-01-18", giver="Trần Nhận", receiver="Lê Giao",
    lines=(HandoverLine(book_id=1),),
)  # fmt: skip


@pytest.mark.slow
def test_a_book_goes_out_once_and_comes_back(finished: Office, tmp_path: Path) -> None:
    custody = book_custody
    with pytest.raises(InvalidInput, match="không có biên bản giao"):
        custody.hand_books_over(finished.supervisor, BACK)
    kept = custody.hand_books_over(finished.supervisor, OUT)
    (row,) = custody.books_out(finished.inspector)
    assert (row.book.id, row.overdue, row.handover.receiver) == (1, True, "Trần Nhận")
    assert custody.books_in_house(finished.inspector) == ()
    with pytest.raises(InvalidInput, match="đang ở Trần Nhận từ 10/01/2020"):
        custody.hand_books_over(finished.supervisor, OUT)
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    for level in (COMMUNE, DISTRICT):
        _hold(finished, level)
    assert _codes(finished, PROVINCE) == ["book_out"]
    words = words_of_document(custody.print_handover(finished.supervisor, kept.id)[1])
    assert all(text in words for text in ("Lê Giao", "rách bìa", "20/01/2020", "chưa đếm"))
    custody.hand_books_over(finished.supervisor, BACK)
    assert custody.books_out(finished.inspector) == () and _codes(finished, PROVINCE) == []
    assert [one.kind for one in custody.list_handovers(finished.inspector)] == [
        HandoverKind.RETURNED, HandoverKind.HANDED_OUT,
    ]  # fmt: skip
    with pytest.raises(InvalidInput, match="ở trước ngày nhận lại sổ lần trước 18/01/2020"):
        custody.hand_books_over(finished.supervisor, OUT)


LENT = replace(OUT, giver_body="Phòng Tư pháp", receiver_body="Công ty Ví Dụ")
BROUGHT = replace(BACK, giver_body="Công ty Ví Dụ", receiver_body="Phòng Tư pháp")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"giver": "Lê Giao", "receiver": "Trần Nhận"}, "người nhận lại là Trần Nhận, người đang giữ sổ"),
        ({"giver": "Người Lạ", "giver_body": "Đội khác"}, "sổ đang ở Trần Nhận .Công ty Ví Dụ., không ở Người Lạ"),
        ({"giver_body": "", "receiver_body": "công ty  ví dụ"}, "bên nhận lại là công ty ví dụ, bên đang giữ sổ"),
        ({"on_day": "2020-01-09"}, "ở trước ngày giao sổ 10/01/2020"),
        ({"due_on": "2020-03-01"}, "không có hạn trả"),
        ({"giver": "Người Lạ", "giver_body": "công ty ví dụ"}, ""),
        ({"giver": "trần  nhận", "giver_body": ""}, ""),
        ({"giver": "Người Lạ", "giver_body": "", "note": "Trả thay Trần Nhận"}, ""),
        ({"receiver": "Người Mới"}, ""),
    ],
)
def test_a_book_comes_back_from_who_holds_it(office: Office, changes: dict[str, str], told: str) -> None:
    office.book()
    book_custody.hand_books_over(office.supervisor, LENT)
    back = replace(BROUGHT, **changes)
    if not told:
        assert book_custody.hand_books_over(office.supervisor, back).id == 2
        return
    with pytest.raises(InvalidInput, match=told):
        book_custody.hand_books_over(office.supervisor, back)
    assert len(book_custody.list_handovers(office.inspector)) == 1


def _tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=2)).date().isoformat()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"giver": " "}, "người giao"),
        ({"receiver": "lê giao"}, "là một"),
        ({"lines": ()}, "Chưa chọn"),
        ({"lines": (HandoverLine(book_id=1), HandoverLine(book_id=1))}, "hai lần"),
        ({"due_on": "2020-01-01"}, "Hạn trả"),
        ({"on_day": "hôm nay"}, "Ngày không hợp lệ"),
        ({"on_day": "0001-01-01"}, "01/01/0001 ở trước năm 2010"),
        ({"due_on": "9999-12-31"}, "Hạn trả sổ 31/12/9999 ở sau 31/12/2049"),
        ({"on_day": _tomorrow(), "due_on": ""}, "sau hôm nay"),
        ({"note": "x" * 400}, "dài quá"),
    ],
)
def test_minutes_that_cannot_be_are_refused_whole(office: Office, changes: dict[str, object], told: str) -> None:
    office.book()
    with pytest.raises(InvalidInput, match=told):
        book_custody.hand_books_over(office.supervisor, replace(OUT, **changes))
    with pytest.raises(NotFound):
        book_custody.hand_books_over(office.supervisor, replace(OUT, lines=(HandoverLine(book_id=99),)))
    assert book_custody.list_handovers(office.inspector) == ()
