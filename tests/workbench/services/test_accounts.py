"""Accounts: first administrator, sign-in, sessions, and who may change whom."""

from datetime import timedelta

import pytest

from corrections.entries import Role
from storage import accounts as store
from storage.clock import now, stamp
from tests.workbench.services.conftest import Office
from workbench.services import accounts, review
from workbench.services.context import Context
from workbench.services.errors import InvalidInput, NotAllowed, TooManyAttempts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PASSWORD = "mat-khau-thu-1"


@pytest.fixture
def empty(office: Office) -> Context:
    """A database without accounts."""
    with office.nobody.database.write() as connection:
        for account in store.list_accounts(connection):
            connection.exec_driver_sql(f"DELETE FROM accounts WHERE id = {account.id}")
    return office.nobody


def test_the_first_start_makes_one_administrator_and_no_second(empty: Context) -> None:
    assert accounts.needs_first_administrator(empty)
    first = accounts.create_first_administrator(empty, name=" Quantri ", password=PASSWORD)
    assert (first.name, first.role) == ("quantri", Role.ADMINISTRATOR)
    assert not accounts.needs_first_administrator(empty)
    with pytest.raises(NotAllowed):
        accounts.create_first_administrator(empty, name="khac", password=PASSWORD)


def test_signing_in_and_out(office: Office) -> None:
    accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, team="tổ 2")
    signed = accounts.sign_in(office.nobody, name="MOI", password=PASSWORD)
    inside = accounts.context_of_session(office.nobody, signed.token)
    assert inside is not None and inside.who.team == "tổ 2"
    assert accounts.context_of_session(office.nobody, signed.token + "x") is None
    office.read_book()
    review.next_entries(inside, 1)
    accounts.sign_out(office.nobody, signed.token)
    assert accounts.context_of_session(office.nobody, signed.token) is None
    assert review.queue_counts(inside).mine == 0


def test_a_session_ends(office: Office) -> None:
    with office.nobody.database.write() as connection:
        past = stamp(now() - timedelta(minutes=1))
        token_hash = accounts._token_hash("old-token")
        store.add_session(connection, token_hash=token_hash, account_id=office.clerk.who.id, expires_at=past)
    assert accounts.context_of_session(office.nobody, "old-token") is None


def test_failed_sign_ins_are_throttled_and_tell_nothing(office: Office) -> None:
    accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK)
    with pytest.raises(InvalidInput) as wrong_password:
        accounts.sign_in(office.nobody, name="moi", password="sai-mat-khau")
    with pytest.raises(InvalidInput) as no_account:
        accounts.sign_in(office.nobody, name="khong-co", password="sai-mat-khau")
    assert str(wrong_password.value) == str(no_account.value)
    for _ in range(7):
        with pytest.raises(InvalidInput):
            accounts.sign_in(office.nobody, name="moi", password="sai-mat-khau")
    with pytest.raises(TooManyAttempts):
        accounts.sign_in(office.nobody, name="moi", password=PASSWORD)


def test_a_disabled_account_is_out_at_once(office: Office) -> None:
    made = accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK)
    signed = accounts.sign_in(office.nobody, name="moi", password=PASSWORD)
    accounts.update_account(office.administrator, made.id, active=False)
    assert accounts.context_of_session(office.nobody, signed.token) is None
    with pytest.raises(InvalidInput):
        accounts.sign_in(office.nobody, name="moi", password=PASSWORD)


def test_the_last_administrator_stays(office: Office) -> None:
    with pytest.raises(NotAllowed, match="quản trị"):
        accounts.update_account(office.administrator, office.administrator.who.id, role=Role.CLERK)
    assert {a.name: a.role for a in accounts.list_accounts(office.administrator)}["admin"] is Role.ADMINISTRATOR


def test_passwords_are_changed_and_reset(office: Office) -> None:
    made = accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK)
    own = office.nobody.as_account(made)
    with pytest.raises(InvalidInput):
        accounts.change_password(own, old="sai-mat-khau", new="mat-khau-thu-2")
    accounts.change_password(own, old=PASSWORD, new="mat-khau-thu-2")
    accounts.sign_in(office.nobody, name="moi", password="mat-khau-thu-2")
    accounts.reset_password(office.administrator, made.id, "mat-khau-thu-3")
    accounts.sign_in(office.nobody, name="moi", password="mat-khau-thu-3")
    with pytest.raises(InvalidInput, match="8"):
        accounts.reset_password(office.administrator, made.id, "ngan")


@pytest.mark.parametrize("name", ["", "a", "có dấu", "system", "a b", "x" * 41, "-x"])
def test_names_that_can_be_none(office: Office, name: str) -> None:
    with pytest.raises(InvalidInput):
        accounts.create_account(office.administrator, name=name, password=PASSWORD, role=Role.CLERK)


def test_passwords_leave_no_trace(office: Office) -> None:
    accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK)
    signed = accounts.sign_in(office.nobody, name="moi", password=PASSWORD)
    with office.nobody.database.read() as connection:
        for table in ("accounts", "sessions", "audit_events"):
            kept = str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
            assert PASSWORD not in kept and signed.token not in kept
