"""The police choose among near-equal persons of an extract; the choice is on record and outlives the next extract."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from corrections.entries import DecisionKind
from corrections.reconciliation import MatchOutcome
from exports.reconciliation_book import ExtractProfile
from storage.reconciliations import RunRow
from tests.workbench.services.conftest import Office
from workbench.services import choosing_persons, reconciliation_cases, reconciling, review
from workbench.services.errors import InvalidInput, NotAllowed
from workbench.services.reconciliation_cases import CaseFilter, CaseView
from workbench.services.review_types import ValueInput

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HEADS = {"name": "Họ tên", "born": "Ngày sinh", "mother": "Họ tên mẹ", "native_place": "Quê quán"}
NAME, BORN, MOTHER = "Nguyễn Văn Minh", "01/03/1998", "Trần Thị Thử"
FIRST, SECOND = (NAME, BORN, MOTHER, "xã An Lộc"), (NAME, BORN, "Trần Thị Thứ", "xã Bình Thắng")


@pytest.fixture
def read(office: Office, token: Callable[[], str]) -> Office:
    """A book of three entries, the first confirmed."""
    office.read_book(pages=1, entries=3)
    values = {"nksHoTen": ValueInput(text=NAME), "quyenSo": ValueInput(text="01/1998")}
    review.save_entry(office.clerk, entry_id=1, revision=0, token=token(), decision=DecisionKind.CONFIRM, values=values)
    return office


def _run(office: Office, *rows: tuple[str, ...]) -> RunRow:
    extract = office.folder / "dan-cu.csv"
    with extract.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([tuple(HEADS.values()), *rows])
    return reconciling.run_reconciliation(office.police, extract, ExtractProfile(name="mẫu", columns=HEADS))


def _view(office: Office) -> CaseView:
    (view,) = reconciliation_cases.list_cases(office.police, CaseFilter())
    return view


def test_persons_stand_side_by_side_and_one_is_chosen(read: Office) -> None:
    _run(read, FIRST, SECOND)
    view = _view(read)
    lines = choosing_persons.lines_of(view.case)
    assert [(one.key, one.values["native_place"], one.chosen) for one in lines] == [
        ("dòng 2", "xã An Lộc", False),
        ("dòng 3", "xã Bình Thắng", False),
    ]
    assert lines[1].differs == {"mother"} and {"name", "born"} <= lines[1].agrees and "mother" in lines[0].agrees
    chosen = choosing_persons.choose_person(read.police, view.case.id, "dòng 3", seen=view.case)
    assert chosen.case.newest.result.matched == "dòng 3" and "Trần Thị Thứ" in chosen.differences
    assert [one.chosen for one in choosing_persons.lines_of(chosen.case)] == [False, True]
    with pytest.raises(InvalidInput, match="vừa được người khác sửa"):
        choosing_persons.choose_person(read.supervisor, view.case.id, "dòng 2", seen=view.case)
    event = next(e for e in review.entry_history(read.clerk, 1) if e.action == "choose_person")
    assert (event.old, event.new, event.actor) == ("", f"{NAME}, 01/03/1998, dòng 3", "congan")
    with pytest.raises(InvalidInput, match="không có trong danh sách"):
        choosing_persons.choose_person(read.police, view.case.id, "dòng 9")
    with pytest.raises(NotAllowed):
        choosing_persons.choose_person(read.inspector, view.case.id, "dòng 2")


def test_a_choice_outlives_the_next_extract_and_can_be_taken_back(read: Office) -> None:
    first = _run(read, FIRST, SECOND)
    case = _view(read).case
    choosing_persons.choose_person(read.police, case.id, "dòng 2")
    assert _view(read).case.outcome is MatchOutcome.MATCHES
    (run,) = reconciling.list_runs(read.police)
    assert (run.matches, run.differs) == (1, 0)
    second = _run(read, ("Ai Đó", "01/01/1970", "", ""), SECOND, FIRST)
    view = _view(read)
    assert (view.case.outcome, view.case.newest.result.matched) == (MatchOutcome.MATCHES, "dòng 4")
    assert (second.matches, second.differs, second.id) == (1, 0, first.id + 1)
    undone = choosing_persons.unchoose_person(read.police, view.case.id, seen=view.case)
    assert undone.case.outcome is MatchOutcome.DIFFERS and undone.case.newest.result.others == ("dòng 4",)
    assert undone.case.choice is None


def test_none_of_these_puts_the_person_on_the_list_of_those_missing(read: Office) -> None:
    _run(read, FIRST, SECOND)
    case = _view(read).case
    choosing_persons.choose_person(read.police, case.id, "")
    run = _run(read, SECOND, FIRST)
    assert (run.differs, run.not_found) == (0, 1) and _view(read).case.outcome is MatchOutcome.NOT_FOUND
    sheet = load_workbook(io.BytesIO(reconciling.not_found_workbook(read.police, run.id))).active
    assert any(NAME in row for row in sheet.iter_rows(values_only=True))
    event = next(e for e in review.entry_history(read.clerk, 1) if e.action == "choose_person")
    assert event.new.startswith("không ai trong số này: ")


def test_of_a_person_who_agrees_nothing_of_the_extract_is_kept_but_the_row(read: Office) -> None:
    run = _run(read, FIRST)
    (row,) = reconciling.list_results(read.police, run.id)
    assert (row.result.outcome, row.result.matched, row.result.candidates) == (MatchOutcome.MATCHES, "dòng 2", ())


def test_a_run_says_how_many_unfinished_entries_it_left_out(read: Office) -> None:
    run = _run(read, FIRST, SECOND)
    assert run.left_out == 2
    words = "2 trường hợp chưa nhập xong không được đối soát"
    assert reconciling.left_out_words(run).startswith(words)
    for workbook in (reconciling.follow_up_workbook, reconciling.not_found_workbook):
        sheet = load_workbook(io.BytesIO(workbook(read.police, run.id))).active
        assert str(sheet["A2"].value).startswith(words)
    only = reconciling.run_reconciliation(
        read.supervisor, read.folder / "dan-cu.csv", ExtractProfile(columns=HEADS), book_ids=[1]
    )
    assert only.left_out == 2
