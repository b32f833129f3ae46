"""What a request may not do however it is dressed: contradict itself, approve its own work, import from anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from corrections.entries import DecisionKind, EntryState, Role
from storage.accounts import Account
from tests.workbench.services.conftest import Office
from workbench.config import Settings
from workbench.services import accounts, importing, review, settings
from workbench.services.context import Context
from workbench.services.errors import InvalidInput, NotAllowed
from workbench.services.review_types import ValueInput

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _save(who: Context, decision: DecisionKind, revision: int = 0, **values: ValueInput) -> EntryState:
    token = f"token-{decision}-{revision}-{who.actor}"
    return review.save_entry(who, entry_id=1, revision=revision, token=token, decision=decision, values=values).state


@pytest.mark.parametrize(
    ("column", "text", "normalized"),
    [
        ("nksNgaySinh", "01/03/1998", "02.03.1998"),
        ("nksGioiTinh", "Nam", "2"),
        ("nksHoTen", "Nguyễn Văn Minh", "Trần Thị Hoa"),
        ("ngayDangKy", "05/03/1998", ""),
        ("so", "12", "13"),
    ],
)
def test_a_standard_value_that_contradicts_its_text_is_refused(
    office: Office, column: str, text: str, normalized: str
) -> None:
    office.read_book(pages=1, entries=1)
    with pytest.raises(InvalidInput, match="trái với chữ"):
        _save(office.clerk, DecisionKind.CORRECT, **{column: ValueInput(text=text, normalized=normalized)})


@pytest.mark.parametrize(
    ("column", "text", "normalized"),
    [
        ("nksNgaySinh", "01/03/1998", "01.03.1998"),
        ("nksHoTen", "Nguyễn Văn Minh", "NGUYỄN VĂN MINH"),
        ("nksHoTen", "Nguyễn Văn Minh, sinh 1950, nông dân", "Nguyễn Văn Minh"),
        ("nksNgaySinh", "rằm tháng giêng năm Mậu Dần", "11.02.1998"),
        ("nksNgaySinh", "", "11.02.1998"),
    ],
)
def test_one_that_the_text_leaves_open_is_taken(office: Office, column: str, text: str, normalized: str) -> None:
    office.read_book(pages=1, entries=1)
    _save(office.clerk, DecisionKind.CORRECT, **{column: ValueInput(text=text, normalized=normalized)})


def test_where_there_are_two_people_nobody_approves_their_own_work_unless_the_office_says_so(office: Office) -> None:
    office.read_book(pages=1, entries=1)
    assert settings.office_settings(office.supervisor)["four_eyes"] is True
    _save(office.supervisor, DecisionKind.CONFIRM)
    with pytest.raises(NotAllowed, match="người khác duyệt"):
        _save(office.supervisor, DecisionKind.APPROVE, 1)
    settings.save_office_settings(office.administrator, {"four_eyes": False})
    assert _save(office.supervisor, DecisionKind.APPROVE, 1) is EntryState.APPROVED


def test_one_person_alone_may(office: Office) -> None:
    office.read_book(pages=1, entries=1)
    for who in (office.clerk, office.other_clerk, office.supervisor):
        accounts.update_account(office.administrator, who.who.id, active=False)
    _save(office.administrator, DecisionKind.CONFIRM)
    assert _save(office.administrator, DecisionKind.APPROVE, 1) is EntryState.APPROVED


def _with_roots(office: Office, who: Account, *roots: Path) -> Context:
    chosen = office.nobody.settings.model_copy(update={"import_folders": ";".join(map(str, roots))})
    assert isinstance(chosen, Settings)
    return Context(database=office.nobody.database, settings=chosen, account=who)


def test_folders_of_the_server_are_for_administrators_and_below_named_ones(office: Office, tmp_path: Path) -> None:
    book = office.book()
    inside, outside = tmp_path / "quet", tmp_path / "kin"
    inside.mkdir()
    outside.mkdir()
    office.scan(2).rename(inside / "quyen.tif")
    office.scan(1, shade=90).rename(outside / "mat.tif")
    (inside / "loi-tat").symlink_to(outside)
    (inside / "loi-tat.tif").symlink_to(outside / "mat.tif")
    boss = _with_roots(office, office.administrator.who, inside)
    for path in (str(outside), str(inside / ".." / "kin"), "/etc/passwd", str(inside / "loi-tat" / "mat.tif"), ""):
        with pytest.raises(NotAllowed):
            importing.files_on_server(boss, path)
    with pytest.raises(NotAllowed):
        importing.files_on_server(_with_roots(office, office.administrator.who), str(inside))
    with pytest.raises(NotAllowed):
        importing.files_on_server(_with_roots(office, office.supervisor.who, inside), str(inside))
    result = importing.import_scans(boss, book.id, importing.files_on_server(boss, str(inside)))
    assert [f.name for f in result.files] == ["quyen.tif"] and result.pages_added == 2
    assert office.supervisor.who.role is Role.SUPERVISOR
