"""Accepting anew: what a level has returned, and what rested on a level below that took its acceptance back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corrections.acceptance import AcceptanceLevel
from corrections.campaign.targets import Step
from corrections.titles import entry_title
from storage.step_counts import books_by_step
from tests.exports.books import words_of_document
from tests.workbench.services.conftest import Office
from tests.workbench.services.test_acceptance import SHOWN, _approve, _codes, _hold, _reopen, finished
from workbench.screens.pages.handover import _level_cell, _to_do
from workbench.services import acceptance, acceptance_papers, audit, exporting, office_delivery, review
from workbench.services.acceptance import BookVerdict
from workbench.services.errors import InvalidInput

__all__ = ["finished"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ACCEPTED_STEPS = (Step.ACCEPTED_COMMUNE, Step.ACCEPTED_DISTRICT, Step.ACCEPTED_PROVINCE)
Token = Callable[[], str]
COMMUNE, DISTRICT, PROVINCE = AcceptanceLevel


@pytest.mark.slow
def test_a_delivery_that_a_level_has_returned_is_accepted_anew_or_with_a_reason(
    finished: Office, token: Token, tmp_path: Path
) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    _hold(finished, COMMUNE)
    _hold(finished, DISTRICT, verdicts=[BookVerdict(book_id=1, accepted=False, reason="Ảnh mờ")])
    assert _codes(finished, DISTRICT) == ["returned"]
    with pytest.raises(InvalidInput, match=f"đã trả lại đúng bản này ngày {SHOWN}. Hãy sửa rồi xuất bản giao mới"):
        _hold(finished, DISTRICT)
    exporting.export_book(finished.supervisor, 1, tmp_path / "again")
    assert _codes(finished, DISTRICT) == ["returned"], "the same bytes written once more are no new delivery"
    _reopen(finished, token, 2)
    _approve(finished, token, 2, nksHoTen="Nguyễn Văn Mười")
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    assert _codes(finished, DISTRICT) == ["below"], "a new delivery is accepted from below again"
    _hold(finished, COMMUNE)
    _hold(finished, DISTRICT, verdicts=[BookVerdict(book_id=1, accepted=False, reason="trả nhầm quyển")])
    by_mistake = BookVerdict(book_id=1, accepted=True, reason="Đã trả nhầm, ảnh rõ")
    kept = _hold(finished, DISTRICT, verdicts=[by_mistake])
    assert kept.verdicts[0].reason == "Đã trả nhầm, ảnh rõ" and kept.round == 3
    assert "Đã trả nhầm, ảnh rõ" in words_of_document(
        acceptance_papers.print_acceptance(finished.supervisor, kept.id)[1]
    )
    assert _codes(finished, PROVINCE) == []
    told = [e for e in audit.list_events(finished.supervisor, book_id=1) if e.action == "acceptance"]
    assert told[0].reason == "Đã trả nhầm, ảnh rõ"


@pytest.mark.slow
def test_what_a_lower_level_takes_back_no_longer_stands_above(finished: Office, token: Token, tmp_path: Path) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    for level in AcceptanceLevel:
        _hold(finished, level)
    assert _accepted_at(finished) == {COMMUNE: 1, DISTRICT: 1, PROVINCE: 1}
    back = _hold(finished, COMMUNE, verdicts=[BookVerdict(book_id=1, accepted=False, reason="thiếu trang")])
    (row,) = acceptance.acceptance_board(finished.inspector)
    assert not row.accepted_on and row.taken_back == dict.fromkeys((DISTRICT, PROVINCE), f"UBND cấp xã trả lại {SHOWN}")
    assert _accepted_at(finished) == {COMMUNE: 0, DISTRICT: 0, PROVINCE: 0}
    for level in (DISTRICT, PROVINCE):
        (left,) = office_delivery.delivery_plan(finished.inspector, level=level).kept_back
        assert left.code == "taken_back" and "UBND cấp xã trả lại" in left.reason and "thiếu trang" in left.reason
    fell = [e for e in audit.list_events(finished.supervisor, book_id=1) if e.action == "acceptance_fell"]
    assert {(e.column, e.reason) for e in fell} == {
        (level, f"UBND cấp xã trả lại, biên bản {back.id}") for level in (DISTRICT.value, PROVINCE.value)
    }
    printed = words_of_document(acceptance_papers.print_acceptance(finished.supervisor, back.id)[1])
    assert "thiếu trang; Phòng Tư pháp, Sở Tư pháp phải nghiệm thu lại" in printed
    _hold(finished, COMMUNE, verdicts=[BookVerdict(book_id=1, accepted=True, reason="đã đủ trang")])
    (row,) = acceptance.acceptance_board(finished.inspector)
    assert list(row.accepted_on) == [COMMUNE] and list(row.taken_back) == [DISTRICT, PROVINCE], (
        "nothing rises by itself"
    )
    assert _codes(finished, PROVINCE) == ["below"] and _codes(finished, DISTRICT) == []
    _hold(finished, DISTRICT)
    _hold(finished, PROVINCE)
    (row,) = acceptance.acceptance_board(finished.inspector)
    assert list(row.accepted_on) == [COMMUNE, DISTRICT, PROVINCE] and not row.taken_back
    assert office_delivery.delivery_plan(finished.inspector, level=PROVINCE).kept_back == ()
    again = words_of_document(acceptance_papers.print_acceptance(finished.supervisor, back.id)[1])
    assert again == printed, "minutes print as they were held"


@pytest.mark.slow
def test_what_the_district_takes_back_falls_at_the_province_and_not_at_the_commune(
    finished: Office, tmp_path: Path
) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    for level in AcceptanceLevel:
        _hold(finished, level)
    _hold(finished, DISTRICT, verdicts=[BookVerdict(book_id=1, accepted=False, reason="sai ngày")])
    (row,) = acceptance.acceptance_board(finished.inspector)
    assert list(row.accepted_on) == [COMMUNE] and list(row.taken_back) == [PROVINCE]
    assert _accepted_at(finished) == {COMMUNE: 1, DISTRICT: 0, PROVINCE: 0}


@pytest.mark.slow
def test_an_acceptance_rests_while_an_entry_is_open_and_stands_again_if_it_was_left_as_it_was(
    finished: Office, token: Token, tmp_path: Path
) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    for level in AcceptanceLevel:
        _hold(finished, level)
    _reopen(finished, token, 2)
    (row,) = acceptance.acceptance_board(finished.inspector)
    assert row.opened == 1 and _accepted_at(finished) == {COMMUNE: 0, DISTRICT: 0, PROVINCE: 0}
    (left,) = office_delivery.delivery_plan(finished.inspector, level=PROVINCE).kept_back
    assert left.code == "opened" and "1 trường hợp đang mở lại" in left.reason
    _approve(finished, token, 2)
    (row,) = acceptance.acceptance_board(finished.inspector)
    assert row.opened == 0 and _accepted_at(finished) == {COMMUNE: 1, DISTRICT: 1, PROVINCE: 1}
    made = office_delivery.deliver_office(finished.supervisor, tmp_path / "whole")
    assert [book.id for book in made.manifest.books] == [1] and made.manifest.kept_back == ()


@pytest.mark.slow
def test_an_accepted_book_that_was_changed_and_approved_again_is_to_be_exported_again_at_once(
    finished: Office, token: Token, tmp_path: Path
) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    for level in AcceptanceLevel:
        _hold(finished, level)
    (row,) = acceptance.acceptance_board(finished.inspector)
    assert row.changed == 0
    _reopen(finished, token, 2)
    _approve(finished, token, 2, nksHoTen="Nguyễn Văn Mười")
    (row,) = acceptance.acceptance_board(finished.inspector)
    assert (row.opened, row.changed) == (0, 1) and _accepted_at(finished) == {COMMUNE: 0, DISTRICT: 0, PROVINCE: 0}
    assert _level_cell(row, COMMUNE).startswith("⚠") and "Cần xuất lại: 1 trường hợp" in _to_do(row)
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    (row,) = acceptance.acceptance_board(finished.inspector)
    assert row.changed == 0 and not row.accepted_on and set(row.accepted_before) == set(AcceptanceLevel)
    for level in AcceptanceLevel:
        _hold(finished, level)
    assert _accepted_at(finished) == {COMMUNE: 1, DISTRICT: 1, PROVINCE: 1}


def _accepted_at(office: Office) -> dict[AcceptanceLevel, int]:
    """How many books the plan's targets count as accepted at each level."""
    steps = dict(zip(AcceptanceLevel, ACCEPTED_STEPS, strict=True))
    with office.supervisor.read() as connection:
        counts = books_by_step(connection, ACCEPTED_STEPS)
    return {level: sum(by_step[step] for by_step in counts.values()) for level, step in steps.items()}


def test_a_return_list_printed_later_names_entries_as_on_the_day_of_the_round(
    finished: Office, token: Token, tmp_path: Path
) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    back = [BookVerdict(book_id=1, accepted=False, reason="Ảnh mờ")]
    kept = _hold(finished, COMMUNE, verdicts=back, returns=[(2, "sai tên")])
    then = entry_title(review.get_entry(finished.clerk, 2).entry)
    _approve(finished, token, 2, nksHoTen="Nguyễn Văn Mười")
    words = words_of_document(acceptance_papers.print_returns(finished.supervisor, kept.id)[1])
    assert then in words and "Nguyễn Văn Mười" not in words
