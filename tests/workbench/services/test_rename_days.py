"""Days of renames that are wrong: refused as they come in, no harm where they stand already, put right by people."""

import datetime as dt

import pytest

from corrections.campaign.unit_changes import ChangeKind, UnitChange
from corrections.entries import Role
from storage.accounts import Account
from storage.offices import dated_tree
from storage.schema import office_changes
from tests.workbench.services.campaign_tree import Province, province, with_tree
from workbench.services import audit, offices
from workbench.services.errors import InvalidInput, NotAllowed

__all__ = ["province", "with_tree"]

TODAY = "2026-11-30"


def rename(province: Province, on: str, name: str) -> None:
    change = UnitChange(kind=ChangeKind.RENAME, code="25001", on=on, new_name=name)
    offices.change_units(province.context, [change])


def stored_day(province: Province, number: int, day: str) -> None:
    """As the program of before kept whatever it was given."""
    with province.context.write() as work:
        work.connection.execute(office_changes.update().where(office_changes.c.id == number).values(on_day=day))


def names(province: Province, *days: str) -> list[str]:
    with province.context.read() as connection:
        tree = dated_tree(connection)
    unit = province["25001"].id
    return [*(tree.name_on(unit, day) for day in days), tree.name_with_former(unit, TODAY)]


def test_a_name_whose_day_is_none_breaks_nothing_and_is_pointed_out(province: Province) -> None:
    rename(province, "2025-07-01", "Xã Mới")
    assert names(province, "2025-06-30", "2025-07-01") == ["Xã Một A", "Xã Mới", "Xã Mới (trước là Xã Một A)"]
    for day in ("2025-02-31", "31/02/2025", "", "9999-99-99"):
        stored_day(province, 1, day)
        assert names(province, "2025-01-01", "2026-01-01") == ["Xã Mới", "Xã Mới", "Xã Mới"]
        (change,) = offices.office_changes(province.context)
        assert "không có thật" in change.warning and change.is_rename
    offices.correct_rename_day(province.context, change.id, dt.date(2025, 7, 1))
    assert names(province, "2025-06-30") == ["Xã Một A", "Xã Mới (trước là Xã Một A)"]
    assert offices.office_changes(province.context)[0].warning == ""


def test_days_that_run_backwards_keep_the_order_in_which_names_came(province: Province) -> None:
    rename(province, "2024-01-01", "Xã Hai")
    rename(province, "2025-07-01", "Xã Ba")
    stored_day(province, 1, "2025-09-01")
    assert names(province, "2023-01-01", "2025-08-01", "2025-09-01") == [
        "Xã Một A", "Xã Một A", "Xã Ba", "Xã Ba (trước là Xã Một A)"
    ]  # fmt: skip
    told = {change.told: change.warning for change in offices.office_changes(province.context)}
    assert "Không sau lần đổi tên trước đó (01/09/2025)" in told["Xã Hai: Đổi tên Xã Ba"]
    offices.correct_rename_day(province.context, 1, dt.date(2024, 1, 1))
    assert names(province, "2023-12-31", "2024-01-01", "2025-07-01") == [
        "Xã Một A", "Xã Hai", "Xã Ba", "Xã Ba (trước là Xã Hai)"
    ]  # fmt: skip


def test_a_change_before_the_last_rename_is_refused_and_the_wrong_day_can_be_put_right(province: Province) -> None:
    rename(province, "2025-07-01", "Xã Mới")
    for on in ("2025-07-01", "2024-05-01"):
        with pytest.raises(InvalidInput, match=r"Xã Mới đổi tên từ 01/07/2025.*Sửa ngày đổi tên"):
            rename(province, on, "Xã Khác")
    with pytest.raises(InvalidInput, match="đổi tên từ 01/07/2025"):
        offices.change_units(
            province.context, [UnitChange(kind=ChangeKind.JOIN, code="25001", on="2025-06-01", new_code="25002")]
        )
    offices.correct_rename_day(province.context, 1, dt.date(2023, 7, 1))
    rename(province, "2024-05-01", "Xã Khác")
    assert names(province, "2023-06-30", "2023-07-01", "2024-05-01") == [
        "Xã Một A", "Xã Mới", "Xã Khác", "Xã Khác (trước là Xã Mới)"
    ]  # fmt: skip
    unit = offices.office_tree(province.context).by_code("25001")
    assert unit is not None and unit.note == "Trước 01/07/2023: Xã Một A; Trước 01/05/2024: Xã Mới"
    event = next(e for e in audit.list_events(province.context) if e.reason.startswith("sửa ngày"))
    assert (event.old, event.new, event.column) == ("2025-07-01", "2023-07-01", "25001")


def test_a_day_is_put_right_between_the_renames_around_it_by_who_keeps_all_units(province: Province) -> None:
    rename(province, "2023-01-01", "Xã Hai")
    rename(province, "2025-01-01", "Xã Ba")
    for number, day, told in (
        (1, dt.date(2025, 1, 1), "trước 01/01/2025"),
        (2, dt.date(2022, 1, 1), "sau 01/01/2023"),
        (2, dt.date(1999, 1, 1), "trước năm 2010"),
        (99, dt.date(2024, 1, 1), "Không có lần đổi tên"),
    ):
        with pytest.raises(InvalidInput, match=told):
            offices.correct_rename_day(province.context, number, day)
    one_of_several = province.context.as_account(
        Account(id=0, name="a", role=Role.ADMINISTRATOR, office_id=province["691"].id)
    )
    with pytest.raises(NotAllowed):
        offices.correct_rename_day(one_of_several, 1, dt.date(2024, 1, 1))
    assert names(province, "2022-12-31", "2024-01-01") == ["Xã Một A", "Xã Hai", "Xã Ba (trước là Xã Hai)"]
