"""Book data put right once: as typed, in the book's entries, and shown at the book when all entries say the same."""

from collections.abc import Callable

import pytest

from corrections.book_data import BookDataError, levels_lacking, office_as_kept, standard_day, standard_volume
from corrections.entries import DecisionKind
from tests.workbench.services.conftest import Office
from workbench.services import audit, books, checks, effort, review
from workbench.services.emptiness import next_book, why_nothing
from workbench.services.errors import InvalidInput
from workbench.services.naming import names_of
from workbench.services.review_types import EffortInput, ValueInput

Token = Callable[[], str]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1/2008", "01/2008"), (" 12 / 1999", "12/1999"), ("quyển số 3-1998", "03/1998"), ("A1/1998", "A1/1998")],
)
def test_volumes_are_kept_as_the_workbook_has_them(typed: str, kept: str) -> None:
    assert standard_volume(typed) == kept


@pytest.mark.parametrize("typed", ["", "1", "1/98", "1/3008", "0/1998", "01/1998/2"])
def test_what_is_no_volume_is_refused(typed: str) -> None:
    with pytest.raises(BookDataError):
        standard_volume(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("UBND xã Hòa Bình huyện Vũ Thư tỉnh Thái Bình", "UBND xã Hòa Bình, huyện Vũ Thư, tỉnh Thái Bình"),
        ("UBND phường Kỳ Nam  thị xã Kỳ Anh, tỉnh Hà Tĩnh", "UBND phường Kỳ Nam, thị xã Kỳ Anh, tỉnh Hà Tĩnh"),
        ("UBND Phường 12 ,Quận 3 Thành phố Hồ Chí Minh", "UBND Phường 12, Quận 3, Thành phố Hồ Chí Minh"),
        ("UBND huyện Vũ Thư tỉnh Thái Bình", "UBND huyện Vũ Thư, tỉnh Thái Bình"),
        ("Ủy ban nhân dân thành phố Hồ Chí Minh", "Ủy ban nhân dân thành phố Hồ Chí Minh"),
        ("Sở Tư pháp tỉnh Thái Bình", "Sở Tư pháp tỉnh Thái Bình"),
        ("UBND xã Tân Lập - huyện Vũ Thư", "UBND xã Tân Lập - huyện Vũ Thư"),
    ],
)
def test_offices_typed_without_commas_get_them(typed: str, kept: str) -> None:
    assert office_as_kept(typed) == kept == office_as_kept(kept)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_book_is_found_under_its_office_typed_with_and_without_commas(office: Office) -> None:
    book = office.book(office="UBND xã Hòa Bình huyện Vũ Thư tỉnh Thái Bình", volume_number="5/2008")
    assert book.office == "UBND xã Hòa Bình, huyện Vũ Thư, tỉnh Thái Bình"
    for typed in (book.office, "UBND xã Hòa Bình huyện Vũ Thư tỉnh Thái Bình"):
        found = books.find_book(office.clerk, register_type=book.register_type, volume_number="05/2008", office=typed)
        assert found == book


def test_days_of_a_book_are_days_of_the_calendar() -> None:
    assert standard_day("1/1/1998", "Ngày mở sổ") == "01.01.1998"
    assert standard_day(" ", "Ngày mở sổ") == ""
    for typed in ("32/13/1998", "30.2.1998", "1998", "1/1/3998"):
        with pytest.raises(BookDataError, match="Ngày mở sổ"):
            standard_day(typed, "Ngày mở sổ")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_book_is_opened_after_it_was_closed(office: Office) -> None:
    with pytest.raises(InvalidInput, match=r"31\.12\.1998 sau ngày khóa sổ 01\.02\.1998"):
        office.book(opened_on="31.12.1998", closed_on="1/2/1998")
    assert office.book(opened_on="02.01.1998", closed_on="2/1/1998").closed_on == "02.01.1998"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_corrected_book_corrects_its_entries_with_a_trail(office: Office, token: Token) -> None:
    book = office.read_book(volume_number="2/2008")
    assert book.volume_number == "02/2008"
    mine = [one.entry for one in review.next_entries(office.clerk, 50)]
    own = mine[0]
    review.save_entry(
        office.clerk,
        entry_id=own.id,
        revision=own.revision,
        token=token(),
        decision=DecisionKind.CONFIRM,
        values={"quyenSo": ValueInput(text="07/2001")},
    )
    for entry in mine[1:]:
        review.save_entry(
            office.clerk,
            entry_id=entry.id,
            revision=entry.revision,
            token=token(),
            decision=DecisionKind.CORRECT,
            values={"quyenSo": ValueInput(text="02/2008")},
        )
    books.update_book(office.supervisor, book.id, volume_number="01/1998")
    kept = {e.id: review.get_entry(office.clerk, e.id).entry for e in mine}
    assert kept[own.id].fields["quyenSo"].normalized == "07/2001", "what the ink says otherwise stays"
    assert {kept[e.id].fields["quyenSo"].normalized for e in mine[1:]} == {"01/1998"}
    events = audit.list_events(office.supervisor, entry_id=mine[1].id)
    assert ("book_corrected", "02/2008", "01/1998") in {(e.action, e.old, e.new) for e in events}
    assert audit.verify(office.supervisor).ok


def _say_everywhere(office: Office, token: Token, column: str, text: str) -> None:
    """A clerk puts the same text into a column of every waiting entry."""
    for one in review.next_entries(office.clerk, 50):
        review.save_entry(
            office.clerk,
            entry_id=one.entry.id,
            revision=one.entry.revision,
            token=token(),
            decision=DecisionKind.CORRECT,
            values={column: ValueInput(text=text)},
        )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_all_entries_say_is_said_once_at_the_book(office: Office, token: Token) -> None:
    book = office.read_book()
    assert checks.shared_findings(office.clerk, book.id) == ()
    _say_everywhere(office, token, "nksNgaySinh", "32/13/1996")
    shared = checks.shared_findings(office.clerk, book.id)
    assert shared and shared[0][1] == 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_of_another_volume_are_told_at_the_book(office: Office, token: Token) -> None:
    book = office.read_book(pages=2, entries=2)
    _say_everywhere(office, token, "quyenSo", "07/1999")
    said = f"trang ghi quyển số 07/1999, còn sổ này là quyển {book.volume_number}."
    assert (said, 4) in checks.shared_findings(office.clerk, book.id)
    books.update_book(office.supervisor, book.id, volume_number="07/1999")
    assert not any("trang ghi" in message for message, _ in checks.shared_findings(office.clerk, book.id))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_corrections_count_what_a_person_made_another_value(office: Office, token: Token) -> None:
    office.read_book()
    (one,) = review.next_entries(office.clerk, 1)
    work = [EffortInput(active_ms=9000, key_presses=12), EffortInput(column="so", key_presses=2, corrections=5)]
    review.save_entry(
        office.clerk,
        entry_id=one.entry.id,
        revision=one.entry.revision,
        token=token(),
        decision=DecisionKind.CONFIRM,
        values={"nksHoTen": ValueInput(text="Tên Khác Hẳn"), "so": ValueInput(text=one.entry.fields["so"].text)},
        effort=work,
    )
    (total,) = effort.effort_summary(office.supervisor, by="account")
    assert (total.group, total.entries, total.key_presses, total.corrections) == ("clerk", 1, 12, 1)
    by_column = {t.group: t.corrections for t in effort.effort_summary(office.supervisor, by="column")}
    assert by_column == {"Số đăng ký": 0, "Họ, chữ đệm, tên của người được khai sinh": 1}
    for count in (0, 1):  # taken back it is none; taking that back makes it one again
        stands = review.get_entry(office.clerk, one.entry.id)
        review.undo(office.clerk, entry_id=one.entry.id, revision=stands.entry.revision, token=token())
        (total,) = effort.effort_summary(office.supervisor, by="account")
        assert (total.key_presses, total.corrections) == (12, count), "the keys were pressed all the same"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_empty_queue_says_why(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nhập bản quét" in why_nothing(office.clerk, book_id=None, supervising=False)
    book = office.read_book()
    held = review.next_entries(office.other_clerk, 50)
    told = why_nothing(office.clerk, book_id=book.id, supervising=False)
    assert f"{len(held)} trường hợp đang do người khác giữ: clerk2 (4)" in told
    assert "trang chưa ai cho máy đọc" in why_nothing(office.supervisor, book_id=book.id, supervising=True)
    assert next_book(office.clerk, supervising=False) is None, "what another clerk holds is nothing to go on with"
    assert review.held_counts(office.supervisor) == {office.other_clerk.who.id: len(held)}
    review.release_leases(office.other_clerk)
    following = next_book(office.clerk, supervising=False)
    assert following is not None and following.id == book.id
    assert next_book(office.supervisor, supervising=True) is None
    monkeypatch.setattr("workbench.services.emptiness.unread_count", lambda *_: 0)
    assert "chờ người nhập" in why_nothing(office.supervisor, book_id=book.id, supervising=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_entries_and_books_are_called_by_what_people_know(office: Office) -> None:
    book = office.read_book()
    one = review.next_entries(office.clerk, 1)[0].entry
    named = names_of(office.clerk, entries=[one.id, 99_999], books=[book.id])
    assert named.entries[one.id].startswith(f"số {one.fields['so'].text}") and "quyển 01/1998" in named.entries[one.id]
    assert 99_999 not in named.entries
    assert named.books[book.id] == "Khai sinh · quyển 01/1998 · UBND xã Tân Lập"


@pytest.mark.parametrize(
    ("office", "volume", "lacking"),
    [
        ("xã Tân Lập", "01/2008", "huyện và tên tỉnh"),
        ("UBND xã Tân Lập, huyện Mộc Châu", "01/2008", "tỉnh"),
        ("UBND xã Tân Lập, tỉnh Sơn La", "01/2008", "huyện"),
        ("UBND xã Tân Lập, tỉnh Sơn La", "01/2025", ""),
        ("UBND xã Tân Lập, huyện Mộc Châu, tỉnh Sơn La", "01/2008", ""),
        ("Phường Thắng Nhất, thành phố Vũng Tàu, tỉnh Bà Rịa - Vũng Tàu", "01/2008", ""),
        ("UBND huyện Mộc Châu", "01/2008", "tỉnh"),
        ("UBND xã Thử Nghiệm, huyện Mẫu, tỉnh Ví Dụ", "01/2008", ""),
        ("UBND xã Thử Nghiệm, tỉnh Ví Dụ", "01/2008", "huyện"),
        ("UBND thành phố Hồ Chí Minh", "01/2008", ""),
        ("Sở Tư pháp tỉnh Sơn La", "01/2008", ""),
        ("Đại sứ quán Việt Nam tại Lào", "01/2008", ""),
    ],
)
def test_levels_that_an_authority_lacks_are_named(office: str, volume: str, lacking: str) -> None:
    said = levels_lacking(office, volume)
    assert (f"chưa có tên {lacking}." in said) if lacking else said == ""
