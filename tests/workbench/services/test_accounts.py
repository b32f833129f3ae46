"""Accounts: first administrator, sign-in, sessions, and who may change whom."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from corrections.entries import Role
from storage import accounts as store
from storage.clock import now, stamp, steady_now
from storage.sign_in_attempts import add_attempt
from tests.workbench.services.conftest import Office
from workbench.services import accounts, passwords, review, sessions, sign_in_pace
from workbench.services.audit import list_events
from workbench.services.context import Context
from workbench.services.errors import InvalidInput, NotAllowed, TooManyAttempts
from workbench.services.first_start import FIRST_CODE, OneTimeCode

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
    first = accounts.create_first_administrator(
        empty, name=" Quantri ", password=PASSWORD, code=FIRST_CODE.show().lower()
    )
    assert (first.name, first.role) == ("quantri", Role.ADMINISTRATOR)
    assert not accounts.needs_first_administrator(empty)
    with pytest.raises(NotAllowed):
        accounts.create_first_administrator(empty, name="khac", password=PASSWORD, code=FIRST_CODE.show())


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA"])
def test_nobody_becomes_administrator_without_the_code_of_the_console(empty: Context, code: str) -> None:
    with pytest.raises(NotAllowed, match="Mã cài đặt"):
        accounts.create_first_administrator(empty, name="ketrom", password=PASSWORD, code=code)
    assert accounts.needs_first_administrator(empty)


def test_the_code_is_worth_nothing_before_it_is_shown_and_after_ten_wrong_tries(office: Office) -> None:
    code = OneTimeCode()
    assert not code.accepts("")
    shown = code.show()
    assert not any(code.accepts("AAAA-AAAA-AAAA") for _ in range(10))
    assert not code.accepts(shown)


@pytest.mark.slow
def test_signing_in_and_out(office: Office) -> None:
    accounts.create_account(
        office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, team="tổ 2", own_password=True
    )
    signed = sessions.sign_in(office.nobody, name="MOI", password=PASSWORD)
    inside = sessions.context_of_session(office.nobody, signed.token)
    assert inside is not None and inside.who.team == "tổ 2"
    assert sessions.context_of_session(office.nobody, signed.token + "x") is None
    office.read_book()
    review.next_entries(inside, 1)
    sessions.sign_out(office.nobody, signed.token)
    assert sessions.context_of_session(office.nobody, signed.token) is None
    assert review.queue_counts(inside).mine == 0


def test_a_session_ends(office: Office) -> None:
    with office.nobody.database.write() as connection:
        past = stamp(now() - timedelta(minutes=1))
        token_hash = sessions.token_hash_of(office.nobody, "old-token")
        store.add_session(connection, token_hash=token_hash, account_id=office.clerk.who.id, expires_at=past)
    assert sessions.context_of_session(office.nobody, "old-token") is None


def test_a_session_nobody_uses_ends_early_and_one_in_use_at_its_hours(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, passed = steady_now(), timedelta()
    for module in (sessions, store):
        monkeypatch.setattr(module, "steady_now", lambda: start + passed)
    accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True)
    used, idle = (sessions.sign_in(office.nobody, name="moi", password=PASSWORD).token for _ in range(2))
    minutes = office.nobody.settings.session_idle_minutes
    passed = timedelta(minutes=minutes * 0.9)
    assert sessions.context_of_session(office.nobody, used) is not None
    assert sessions.context_of_session(office.nobody, idle, used=False) is not None, "a page asked by itself"
    passed = timedelta(minutes=minutes * 1.1)
    assert sessions.context_of_session(office.nobody, idle) is None
    while passed < timedelta(hours=office.nobody.settings.session_hours):
        assert sessions.context_of_session(office.nobody, used) is not None
        passed += timedelta(minutes=minutes * 0.9)
    assert sessions.context_of_session(office.nobody, used) is None, "work without a pause does not make it last"


@pytest.mark.slow
def test_tries_that_failed_are_on_record_without_what_was_typed(office: Office) -> None:
    made = accounts.create_account(
        office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True
    )
    with pytest.raises(InvalidInput):
        sessions.sign_in(office.nobody, name="mat-khau-go-nham-o", password="x", client="10.0.0.7")
    for _ in range(5):
        with pytest.raises(InvalidInput):
            sessions.sign_in(office.nobody, name="moi", password="sai-mat-khau", client="10.0.0.8")
    with pytest.raises(TooManyAttempts):
        sessions.sign_in(office.nobody, name="moi", password="sai-mat-khau", client="10.0.0.8")
    with pytest.raises(InvalidInput):
        accounts.change_password(office.nobody.as_account(made), old="sai-mat-khau", new="mat-khau-thu-2")
    accounts.change_password(office.nobody.as_account(made), old=PASSWORD, new="mat-khau-thu-2")
    told = [(e.action, e.new, e.reason) for e in list_events(office.administrator, limit=8)][::-1]
    assert told[:1] == [("sign_in_failed", "(không có tài khoản này)", "từ 10.0.0.7")]
    assert told[1:5] == [("sign_in_failed", "moi", "từ 10.0.0.8")] * 4
    assert told[5:] == [
        ("sign_in_slowed", "moi", "từ 10.0.0.8, phải chờ 2 giây"),
        ("change_password_failed", "moi", ""),
        ("change_password", "moi", ""),
    ]
    assert "go-nham" not in str(told)


def test_failed_sign_ins_are_throttled_and_tell_nothing(office: Office) -> None:
    accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True)
    with pytest.raises(InvalidInput) as wrong_password:
        sessions.sign_in(office.nobody, name="moi", password="sai-mat-khau")
    with pytest.raises(InvalidInput) as no_account:
        sessions.sign_in(office.nobody, name="khong-co", password="sai-mat-khau")
    assert str(wrong_password.value) == str(no_account.value)
    for _ in range(4):
        with pytest.raises(InvalidInput):
            sessions.sign_in(office.nobody, name="moi", password="sai-mat-khau")
    with pytest.raises(TooManyAttempts):
        sessions.sign_in(office.nobody, name="moi", password=PASSWORD)


def test_of_64_parallel_tries_only_a_few_are_checked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True)
    checked: list[str] = []

    def counting(_hash: str, password: str) -> bool:
        checked.append(password)
        return False

    monkeypatch.setattr(sessions, "verify", counting)

    def tries(number: int) -> None:
        with suppress(InvalidInput, TooManyAttempts):
            sessions.sign_in(office.nobody, name="moi", password=f"doan-{number}", client="10.0.0.9")

    with ThreadPoolExecutor(64) as threads:
        list(threads.map(tries, range(64)))
    assert len(checked) == 5


@pytest.mark.slow
def test_the_owner_waits_a_minute_at_most_and_not_at_all_where_the_owner_has_been(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True)
    sessions.sign_in(office.nobody, name="moi", password=PASSWORD, client="10.0.0.1")
    start = steady_now()
    late = timedelta()
    monkeypatch.setattr(sign_in_pace, "steady_now", lambda: start + late)
    for number in range(40):  # guesses from forty addresses
        with suppress(InvalidInput, TooManyAttempts):
            sessions.sign_in(office.nobody, name="moi", password="sai-mat-khau", client=f"10.0.1.{number}")
    with pytest.raises(TooManyAttempts) as early:
        sessions.sign_in(office.nobody, name="moi", password=PASSWORD, client="10.0.0.2")
    assert early.value.seconds <= 60
    sessions.sign_in(office.nobody, name="moi", password=PASSWORD, client="10.0.0.1")
    late = timedelta(seconds=61)
    sessions.sign_in(office.nobody, name="moi", password=PASSWORD, client="10.0.0.2")


@pytest.mark.slow
def test_guesses_of_many_names_from_one_address_are_slowed(office: Office) -> None:
    for number in range(20):
        with pytest.raises(InvalidInput):
            sessions.sign_in(office.nobody, name=f"ten{number}", password="sai-mat-khau", client="2001:db8::1")
    with pytest.raises(TooManyAttempts):
        sessions.sign_in(office.nobody, name="khac", password="sai-mat-khau", client="2001:db8::ffff")


@pytest.mark.slow
def test_a_new_password_ends_the_other_sessions_and_guessing_the_old_one_is_slowed(office: Office) -> None:
    made = accounts.create_account(
        office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True
    )
    here, there = (sessions.sign_in(office.nobody, name="moi", password=PASSWORD).token for _ in range(2))
    own = office.nobody.as_account(made)
    accounts.change_password(own, old=PASSWORD, new="mat-khau-thu-2", token=here)
    assert sessions.context_of_session(office.nobody, here) is not None
    assert sessions.context_of_session(office.nobody, there) is None
    for _ in range(5):
        with pytest.raises(InvalidInput):
            accounts.change_password(own, old="sai-mat-khau", new="mat-khau-thu-4")
    with pytest.raises(TooManyAttempts):
        accounts.change_password(own, old="mat-khau-thu-2", new="mat-khau-thu-4")


@pytest.mark.parametrize(
    "password",
    [
        *("password1", "12345678", "matkhau123", "quantri123", "moimoimoi", "aaaaaaaaaa"),
        *(
            "Matkhau@123",
            "Mật khẩu",
            "mật-khẩu-2026",
            "Hanoi@2024",
            "benTre01011990",
            "MoiMoi moimoi!99",
            "ｐａｓｓｗｏｒｄ",
        ),
    ],
)
def test_passwords_that_everybody_tries_are_refused(office: Office, password: str) -> None:
    with pytest.raises(InvalidInput, match="phổ biến"):
        accounts.create_account(
            office.administrator, name="moimoi", password=password, role=Role.CLERK, own_password=True
        )


@pytest.mark.parametrize("password", ["con mèo trèo cây cau", "hà nội mưa phùn bay", "Xk7#qP2z", "benTre-8Lá-dừa"])
def test_words_in_a_row_are_passwords(office: Office, password: str) -> None:
    accounts.create_account(office.administrator, name="moimoi", password=password, role=Role.CLERK, own_password=True)
    sessions.sign_in(office.nobody, name="moimoi", password=password)


@pytest.mark.slow
def test_a_password_is_the_same_from_every_keyboard(office: Office) -> None:
    """Some keyboards write a letter with its marks as one sign, others as several; both were shut out of each other."""
    composed, apart = (unicodedata.normalize(form, "cà phê sữa đá ở Huế") for form in ("NFC", "NFD"))
    accounts.create_account(office.administrator, name="mot", password=composed, role=Role.CLERK, own_password=True)
    accounts.create_account(office.administrator, name="hai", password=apart, role=Role.CLERK, own_password=True)
    before = accounts.create_account(
        office.administrator, name="cu", password=composed, role=Role.CLERK, own_password=True
    )
    with office.administrator.write() as work:
        store.set_password_hash(
            work.connection, before.id, passwords._hasher.hash(apart), must_change=False
        )  # as digests were made before
    for name, typed in (("mot", composed), ("mot", apart), ("hai", composed), ("hai", apart), ("cu", apart)):
        sessions.sign_in(office.nobody, name=name, password=typed)
    with pytest.raises(InvalidInput):
        sessions.sign_in(office.nobody, name="mot", password="ca phe sua da o Hue")


def test_half_a_character_is_wrong_and_no_fault(office: Office) -> None:
    with pytest.raises(InvalidInput, match="hỏng"):
        accounts.create_account(
            office.administrator, name="moi", password="mat-\ud800-khau-la", role=Role.CLERK, own_password=True
        )
    for name, password in (("moi\ud800", PASSWORD), ("moi", "mat-\ud800-khau-la")):
        with pytest.raises(InvalidInput, match="không đúng"):
            sessions.sign_in(office.nobody, name=name, password=password)


@pytest.mark.parametrize("change", ["closed", "reset"])
def test_no_session_opens_for_whoever_was_shut_out_meanwhile(
    office: Office, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    made = accounts.create_account(
        office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True
    )
    compared = sessions.verify

    def slow(digest: str, password: str) -> bool:
        if change == "closed":
            accounts.update_account(office.administrator, made.id, active=False)
        else:
            accounts.reset_password(office.administrator, made.id, "mat-khau-thu-3", own_password=True)
        return compared(digest, password)

    monkeypatch.setattr(sessions, "verify", slow)
    with pytest.raises(InvalidInput):
        sessions.sign_in(office.nobody, name="moi", password=PASSWORD)
    with office.nobody.read() as connection:
        assert not connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar_one()


def test_setting_the_clock_back_holds_nobody_up(office: Office) -> None:
    accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True)
    with office.nobody.database.write() as connection:
        for _ in range(30):
            add_attempt(connection, name="moi", client="", at=stamp(now() + timedelta(days=400)))
    sessions.sign_in(office.nobody, name="moi", password=PASSWORD)


def test_a_disabled_account_is_out_at_once(office: Office) -> None:
    made = accounts.create_account(
        office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True
    )
    signed = sessions.sign_in(office.nobody, name="moi", password=PASSWORD)
    accounts.update_account(office.administrator, made.id, active=False)
    assert sessions.context_of_session(office.nobody, signed.token) is None
    with pytest.raises(InvalidInput):
        sessions.sign_in(office.nobody, name="moi", password=PASSWORD)


def test_the_last_administrator_stays(office: Office) -> None:
    with pytest.raises(NotAllowed, match="quản trị"):
        accounts.update_account(office.administrator, office.administrator.who.id, role=Role.CLERK)
    assert {a.name: a.role for a in accounts.list_accounts(office.administrator)}["admin"] is Role.ADMINISTRATOR


def test_passwords_are_changed_and_reset(office: Office) -> None:
    made = accounts.create_account(
        office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True
    )
    own = office.nobody.as_account(made)
    with pytest.raises(InvalidInput):
        accounts.change_password(own, old="sai-mat-khau", new="mat-khau-thu-2")
    accounts.change_password(own, old=PASSWORD, new="mat-khau-thu-2")
    sessions.sign_in(office.nobody, name="moi", password="mat-khau-thu-2")
    accounts.reset_password(office.administrator, made.id, "mat-khau-thu-3", own_password=True)
    sessions.sign_in(office.nobody, name="moi", password="mat-khau-thu-3")
    with pytest.raises(InvalidInput, match="8"):
        accounts.reset_password(office.administrator, made.id, "ngan")


@pytest.mark.parametrize("name", ["", "a", "có dấu", "system", "a b", "x" * 41, "-x"])
def test_names_that_can_be_none(office: Office, name: str) -> None:
    with pytest.raises(InvalidInput):
        accounts.create_account(office.administrator, name=name, password=PASSWORD, role=Role.CLERK, own_password=True)


def test_passwords_leave_no_trace(office: Office) -> None:
    accounts.create_account(office.administrator, name="moi", password=PASSWORD, role=Role.CLERK, own_password=True)
    signed = sessions.sign_in(office.nobody, name="moi", password=PASSWORD)
    with office.nobody.database.read() as connection:
        for table in ("accounts", "sessions", "audit_events"):
            kept = str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
            assert PASSWORD not in kept and signed.token not in kept
