"""Doors that a restore or a lost database must not open."""

from __future__ import annotations

from pathlib import Path

import pytest

from corrections.entries import Role
from storage.errors import RestoreUnfinished
from tests.workbench.services.conftest import Office
from workbench.config import Settings
from workbench.services import accounts, backup, sessions
from workbench.services.context import RESTORING, open_context, system_context
from workbench.services.errors import NotAllowed
from workbench.services.first_start import FIRST_CODE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PASSWORD = "mat-khau-thu-1"


@pytest.mark.slow
def test_a_backup_brought_back_revives_no_session(office: Office, tmp_path: Path) -> None:
    accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True)
    token = sessions.sign_in(office.nobody, name="moi", password=PASSWORD).token
    made = backup.write_backup(office.administrator, tmp_path / "sao-luu.zip")
    other = Settings(data_dir=tmp_path / "khac")
    backup.restore_backup(other, made.path)
    restored = open_context(other)
    assert sessions.context_of_session(restored, token) is None
    assert not accounts.needs_first_administrator(restored)
    assert sessions.context_of_session(office.nobody, token) is not None


def test_a_restore_that_was_killed_opens_nothing_and_begins_again(office: Office, tmp_path: Path) -> None:
    made = backup.write_backup(office.administrator, tmp_path / "sao-luu.zip")
    half = Settings(data_dir=tmp_path / "nua")
    (half.data_dir / "scans").mkdir(parents=True)
    (half.data_dir / RESTORING).touch()
    with pytest.raises(RestoreUnfinished, match="chạy lại"):
        open_context(half)
    backup.restore_backup(half, made.path)
    assert len(accounts.list_accounts(system_context(half))) == 6


def test_a_lost_database_does_not_open_the_door_for_a_first_administrator(office: Office, tmp_path: Path) -> None:
    accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True)
    trail = office.nobody.settings.data_dir / "trail"
    lost = Settings(data_dir=tmp_path / "mat")
    lost.data_dir.mkdir()
    trail.rename(lost.data_dir / "trail")  # all that is left of the office
    context = open_context(lost)
    assert not accounts.needs_first_administrator(context)
    with pytest.raises(NotAllowed):
        accounts.create_first_administrator(context, name="ke", password=PASSWORD, code=FIRST_CODE.show())


def test_a_session_made_or_turned_over_by_sql_lets_nobody_in(office: Office) -> None:
    made = accounts.create_account(
        office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True
    )
    token = sessions.sign_in(office.nobody, name="moi", password=PASSWORD).token
    boss = office.administrator.who.id
    with office.nobody.database.write() as connection:
        connection.exec_driver_sql(f"UPDATE sessions SET account_id = {boss} WHERE account_id = {made.id}")
    assert sessions.context_of_session(office.nobody, token) is None
    assert sessions.context_of_session(office.nobody, token.replace(f"{made.id}.", f"{boss}.", 1)) is None
