"""The second step of signing in: codes that count once, recovery codes, who must have one, and the ways back."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import text

from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from corrections.entries import Role
from storage.clock import steady_now
from tests.workbench.services.conftest import Office
from workbench import one_time_codes as codes
from workbench.config import Settings
from workbench.services import accounts, audit, offices, second_factor, second_step, sessions
from workbench.services.audit import list_events
from workbench.services.backup import restore_backup, write_backup
from workbench.services.context import Context, open_context
from workbench.services.errors import InvalidInput, NotAllowed, TooManyAttempts
from workbench.services.second_step_rules import PasswordGiven, Requirement, SecondStepNeeded, Step, StepOver
from workbench.services.sign_in_pace import CODES, wait_after

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

PASSWORD = "mat-khau-thu-1"
START = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


class Phone:
    """A telephone with a secret, and the clock of the server beside it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = START
        self.secret = codes.new_secret()
        monkeypatch.setattr(second_step, "now", lambda: self.at)

    def code(self, off: float = 0) -> str:
        """What it shows, its clock off by some seconds."""
        return pyotp.TOTP(self.secret).at(self.at + timedelta(seconds=off))

    def later(self, seconds: float = 30) -> str:
        """The code after a while."""
        self.at += timedelta(seconds=seconds)
        return self.code()


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Phone:
    return Phone(monkeypatch)


def person(office: Office, name: str = "moi", role: Role = Role.CLERK) -> Context:
    made = accounts.create_account(office.administrator, name=name, password=PASSWORD, role=role, own_password=True)
    return office.nobody.as_account(made)


def switched_on(own: Context, phone: Phone, token: str = "") -> tuple[str, ...]:
    made = second_factor.switch_on(own, password=PASSWORD, secret=phone.secret, code=phone.code(), token=token)
    phone.later()
    return made


def unit(office: Office, code: str) -> Unit:
    wanted = Unit(code=code, name=f"UBND xã {code}", level=OfficeLevel.COMMUNE)
    return offices.save_office(office.administrator, wanted)


def given(office: Office, name: str = "moi", client: str = "10.0.0.7") -> PasswordGiven:
    with pytest.raises(SecondStepNeeded) as needed:
        sessions.sign_in(office.nobody, name=name, password=PASSWORD, client=client)
    return needed.value.given


def wrong(phone: Phone) -> str:
    return f"{(int(phone.code()) + 500_000) % 1_000_000:06d}"


def test_without_it_nothing_changes_and_with_it_a_password_opens_nothing(office: Office, phone: Phone) -> None:
    own = person(office)
    here = sessions.sign_in(office.nobody, name="moi", password=PASSWORD).token
    there = sessions.sign_in(office.nobody, name="moi", password=PASSWORD).token
    assert second_factor.own_second_factor(own).on_since is None
    recovery = switched_on(own, phone, token=here)
    assert len(set(recovery)) == 10
    assert sessions.context_of_session(office.nobody, here) is not None, "the one that switched it on stays"
    assert sessions.context_of_session(office.nobody, there) is None
    asked = given(office)
    assert asked.step is Step.CODE and PASSWORD not in repr(asked) and "argon2" not in repr(asked)
    with pytest.raises(InvalidInput, match="Giờ máy chủ"):
        second_step.give_code(office.nobody, asked, wrong(phone))
    token = second_step.give_code(office.nobody, asked, f" {phone.code()[:3]} {phone.code()[3:]} ").token
    inside = sessions.context_of_session(office.nobody, token)
    assert inside is not None and inside.who.name == "moi"
    assert [e.action for e in list_events(office.administrator, limit=3)] == [
        "sign_in",
        "second_step_failed",
        "second_factor_on",
    ]
    assert audit.verify(office.administrator).ok


def test_a_code_counts_once_and_no_earlier_one_after_it(office: Office, phone: Phone) -> None:
    switched_on(person(office), phone)
    before, now, after = phone.code(-30), phone.code(), phone.code(30)
    with pytest.raises(InvalidInput):
        second_step.give_code(office.nobody, given(office), before)  # the one it was switched on with
    second_step.give_code(office.nobody, given(office), now)
    for used in (now, before):
        with pytest.raises(InvalidInput, match="đã dùng"):
            second_step.give_code(office.nobody, given(office), used)
    second_step.give_code(office.nobody, given(office), after)  # a telephone that runs ahead by one step
    phone.later()
    with pytest.raises(InvalidInput):
        second_step.give_code(office.nobody, given(office), phone.code())


def test_of_many_who_give_the_same_code_at_once_one_is_let_in(office: Office, phone: Phone) -> None:
    recovery = switched_on(person(office), phone)[0]

    def opened(code: str) -> int:
        """Sessions opened by twelve who give one code at the same moment, from places of their own."""
        asked = [given(office, client=f"10.0.1.{number}") for number in range(12)]
        let_in = []

        def give(one: PasswordGiven) -> None:
            with suppress(InvalidInput, TooManyAttempts):
                let_in.append(second_step.give_code(office.nobody, one, code).token)

        with ThreadPoolExecutor(12) as pool:
            list(pool.map(give, asked))
        return len(let_in)

    assert opened(phone.code()) == 1
    assert opened(recovery) == 1


@pytest.mark.parametrize("off", [-30, 0, 29])
def test_clocks_may_differ_by_a_step(office: Office, phone: Phone, off: int) -> None:
    switched_on(person(office), phone)
    phone.later(300)
    second_step.give_code(office.nobody, given(office), phone.code(off))


@pytest.mark.parametrize("off", [-90, 90, 3600])
def test_codes_of_other_times_are_refused(office: Office, phone: Phone, off: int) -> None:
    switched_on(person(office), phone)
    phone.later(300)
    with pytest.raises(InvalidInput):
        second_step.give_code(office.nobody, given(office), phone.code(off))


def test_setting_up_tells_how_far_the_clock_of_the_telephone_is_off(office: Office, phone: Phone) -> None:
    own = person(office)
    seen = {240: "nhanh khoảng 240 giây", -240: "chậm khoảng 240 giây", 7200: "Giờ máy chủ là 09:00:00"}
    for off, told in seen.items():
        with pytest.raises(InvalidInput, match=told):
            second_factor.switch_on(own, password=PASSWORD, secret=phone.secret, code=phone.code(off))
    for nothing in ("", "12345", "một hai ba", "1234567", "²³45٦٧"):
        with pytest.raises(InvalidInput):
            second_factor.switch_on(own, password=PASSWORD, secret=phone.secret, code=nothing)
    with pytest.raises(InvalidInput, match="Mật khẩu"):
        second_factor.switch_on(own, password="sai-mat-khau", secret=phone.secret, code=phone.code())
    assert second_factor.own_second_factor(own).on_since is None


def test_a_server_clock_set_back_is_told_as_what_it_is(office: Office, phone: Phone) -> None:
    recovery = switched_on(person(office), phone)
    phone.later(-86_400)
    with pytest.raises(InvalidInput, match="Đồng hồ máy chủ đã bị chỉnh lùi"):
        second_step.give_code(office.nobody, given(office), phone.code())
    second_step.give_code(office.nobody, given(office), recovery[3])


def test_recovery_codes_count_once_each_however_they_are_typed(office: Office, phone: Phone) -> None:
    own = person(office)
    first, second, *rest = switched_on(own, phone)
    second_step.give_code(office.nobody, given(office), first.lower().replace("-", " "))
    with pytest.raises(InvalidInput):
        second_step.give_code(office.nobody, given(office), first)
    assert second_factor.own_second_factor(own).codes_left == 9
    assert next(e for e in list_events(office.administrator) if e.action == "recovery_code_used").reason == "còn 9 mã"
    fresh = second_factor.new_recovery_codes(own, password=PASSWORD, code=second)
    assert not set(fresh) & {first, second, *rest} and second_factor.own_second_factor(own).codes_left == 10
    with pytest.raises(InvalidInput):
        second_step.give_code(office.nobody, given(office), rest[0])
    second_step.give_code(office.nobody, given(office), fresh[9])


def test_wrong_codes_wait_longer_and_longer_and_keep_no_owner_out(office: Office, phone: Phone) -> None:
    switched_on(person(office), phone)
    second_step.give_code(office.nobody, given(office, client="10.0.0.1"), phone.code())
    phone.later()
    for number in range(25):  # from everywhere, each with a right password
        with pytest.raises(InvalidInput):
            second_step.give_code(office.nobody, given(office, client=f"10.0.2.{number}"), wrong(phone))
        if number >= 19:
            break
    with pytest.raises(TooManyAttempts, match="Sai mã nhiều lần"):
        second_step.give_code(office.nobody, given(office, client="10.0.3.1"), phone.code())
    second_step.give_code(office.nobody, given(office, client="10.0.0.1"), phone.code())  # the owner's own place
    assert "second_step_slowed" in [e.action for e in list_events(office.administrator)]


def test_six_digits_are_guessed_no_faster_than_some_hundred_a_day(database_url: str) -> None:
    seconds, tries = 0.0, 20  # those without a wait, over all places
    while seconds < 86_400:
        seconds += wait_after(tries + 1, 20, CODES)
        tries += 1
    assert tries < 130


def test_a_password_given_long_ago_or_changed_since_opens_nothing(
    office: Office, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = person(office)
    switched_on(own, phone)
    asked = given(office)
    with monkeypatch.context() as patched:
        patched.setattr(second_step, "steady_now", lambda: steady_now() + timedelta(minutes=6))
        with pytest.raises(StepOver):
            second_step.give_code(office.nobody, asked, phone.code())
    accounts.reset_password(office.administrator, own.who.id, "mat-khau-thu-2")
    with pytest.raises(StepOver):
        second_step.give_code(office.nobody, asked, phone.code())
    accounts.update_account(office.administrator, own.who.id, active=False)
    with pytest.raises(InvalidInput, match="Tên đăng nhập hoặc mật khẩu"):
        sessions.sign_in(office.nobody, name="moi", password="mat-khau-thu-2")


def test_it_is_switched_off_with_password_and_code_alone(office: Office, phone: Phone) -> None:
    own = person(office)
    switched_on(own, phone)
    for password, code in (("sai-mat-khau", phone.code()), (PASSWORD, wrong(phone)), (PASSWORD, "")):
        with pytest.raises(InvalidInput):
            second_factor.switch_off(own, password=password, code=code)
    second_factor.switch_off(own, password=PASSWORD, code=phone.code())
    assert sessions.sign_in(office.nobody, name="moi", password=PASSWORD).token
    with pytest.raises(InvalidInput):
        second_factor.switch_off(own, password=PASSWORD, code=phone.later())  # there is none


def test_an_administrator_resets_it_for_others_and_the_command_line_for_the_last_one(
    office: Office, phone: Phone
) -> None:
    boss = person(office, "boss", Role.ADMINISTRATOR)
    switched_on(boss, phone)
    inside = second_step.give_code(office.nobody, given(office, "boss"), phone.code()).token
    with pytest.raises(NotAllowed):
        second_factor.reset_second_factor(boss, boss.who.id)
    assert second_factor.with_second_factor(office.supervisor) == {boss.who.id}
    with pytest.raises(InvalidInput, match="không bật"):
        second_factor.reset_second_factor(boss, office.clerk.who.id)
    second_factor.reset_second_factor(office.system, boss.who.id)
    assert sessions.context_of_session(office.nobody, inside) is None
    assert sessions.sign_in(office.nobody, name="boss", password=PASSWORD).token
    told = next(e for e in list_events(office.administrator) if e.action == "reset_second_factor")
    assert (told.actor, told.old) == ("system", "boss")


def test_whoever_must_have_one_switches_it_on_at_the_door(office: Office, phone: Phone) -> None:
    boss = person(office, "boss", Role.ADMINISTRATOR)
    person(office), person(office, "giamsat", Role.SUPERVISOR)
    open_session = sessions.sign_in(office.nobody, name="giamsat", password=PASSWORD).token
    with pytest.raises(NotAllowed, match="chính mình trước"):
        second_factor.require_second_factor(boss, Requirement.SUPERVISORS)
    switched_on(boss, phone)
    second_factor.require_second_factor(boss, Requirement.SUPERVISORS)
    assert second_factor.requirement(boss) is Requirement.SUPERVISORS
    assert sessions.context_of_session(office.nobody, open_session) is None
    assert sessions.sign_in(office.nobody, name="moi", password=PASSWORD).token, "clerks need none"
    asked, own = given(office, "giamsat"), Phone.__new__(Phone)
    own.at, own.secret = phone.at, codes.new_secret()
    assert asked.step is Step.SWITCH_ON
    with pytest.raises(InvalidInput):
        second_step.give_code(office.nobody, asked, own.code())
    with pytest.raises(InvalidInput):
        second_step.switch_on_at_door(office.nobody, asked, secret=own.secret, code=wrong(own))
    made = second_step.switch_on_at_door(office.nobody, asked, secret=own.secret, code=own.code())
    inside = sessions.context_of_session(office.nobody, made.signed_in.token)
    assert inside is not None and inside.who.name == "giamsat" and len(made.recovery_codes) == 10
    with pytest.raises(NotAllowed, match="bắt buộc"):
        second_factor.switch_off(inside, password=PASSWORD, code=made.recovery_codes[0])
    with pytest.raises(InvalidInput):
        second_step.switch_on_at_door(office.nobody, asked, secret=codes.new_secret(), code=own.code())
    second_factor.require_second_factor(boss, Requirement.ALL)
    assert given(office).step is Step.SWITCH_ON
    second_factor.require_second_factor(boss, Requirement.NOBODY)
    assert sessions.sign_in(office.nobody, name="moi", password=PASSWORD).token
    assert given(office, "giamsat").step is Step.CODE, "what was switched on stays"


def test_switched_on_between_password_and_session_it_is_asked_for(
    office: Office, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = person(office)
    with monkeypatch.context() as patched:
        patched.setattr(sessions, "_ask_for_second_step", lambda *_: switched_on(own, phone))
        with pytest.raises(InvalidInput):
            sessions.sign_in(office.nobody, name="moi", password=PASSWORD)


def test_the_database_alone_gives_no_secret_and_no_code(office: Office, phone: Phone) -> None:
    own = person(office)
    recovery = switched_on(own, phone)
    with office.nobody.database.read() as connection:
        kept = str(connection.execute(text("SELECT * FROM second_factors")).all())
        kept += str(connection.execute(text("SELECT * FROM recovery_codes")).all())
        kept += str(connection.execute(text("SELECT * FROM audit_events")).all())
    assert phone.secret not in kept and not any(codes.plain_code(one) in kept or one in kept for one in recovery)
    with office.nobody.database.read() as connection:
        locked = connection.execute(text("SELECT locked_secret FROM second_factors")).scalar_one()
    key = office.nobody.database.secret("second_factor")
    assert codes.unlock_secret(locked, key=key, account_id=own.who.id) == phone.secret
    assert codes.unlock_secret(locked, key=key, account_id=own.who.id + 1) is None, "moved to another account"
    assert codes.unlock_secret(locked, key=b"another", account_id=own.who.id) is None
    assert codes.unlock_secret("rubbish", key=key, account_id=1) is None


def test_with_the_key_lost_a_recovery_code_still_opens(
    office: Office, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovery = switched_on(person(office), phone)
    monkeypatch.setattr(second_step, "_key", lambda _: b"another")
    with pytest.raises(InvalidInput, match="tệp khóa đã mất"):
        second_step.give_code(office.nobody, given(office), phone.code())
    second_step.give_code(office.nobody, given(office), recovery[0])


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM second_factors",
        "UPDATE second_factors SET last_step = 0",
        "UPDATE second_factors SET account_id = (SELECT id FROM accounts WHERE name = 'clerk')",
        "UPDATE recovery_codes SET used_at = ''",
        "DELETE FROM recovery_codes",
        "UPDATE recovery_codes SET code_hash = 'x' WHERE id = 1",
    ],
)
def test_what_sql_does_to_it_is_found(office: Office, phone: Phone, statement: str) -> None:
    recovery = switched_on(person(office), phone)
    second_step.give_code(office.nobody, given(office), recovery[0])
    assert audit.verify(office.administrator).ok
    with office.nobody.database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert not audit.verify(office.administrator).ok


def test_a_unit_resets_its_own_people_alone(office: Office, phone: Phone) -> None:
    a, b = unit(office, "A"), unit(office, "B")
    boss_a = accounts.create_account(
        office.administrator, name="boss.a", password=PASSWORD, role=Role.ADMINISTRATOR, office_id=a.id
    )
    made = accounts.create_account(
        office.administrator, name="nguoi.b", password=PASSWORD, role=Role.CLERK, office_id=b.id, own_password=True
    )
    inside_a, own = office.nobody.as_account(boss_a), office.nobody.as_account(made)
    switched_on(own, phone)
    assert second_factor.with_second_factor(inside_a) == frozenset()
    with pytest.raises(NotAllowed):
        second_factor.reset_second_factor(inside_a, made.id)
    with pytest.raises(NotAllowed):
        second_factor.require_second_factor(inside_a, Requirement.ALL)
    assert second_factor.own_second_factor(own).on_since is not None


def test_an_account_without_a_unit_among_several_keeps_its_own(office: Office, phone: Phone) -> None:
    own = person(office, "khong.don.vi")
    unit(office, "A"), unit(office, "B")
    switched_on(own, phone)
    assert second_factor.own_second_factor(own).codes_left == 10
    second_step.give_code(office.nobody, given(office, "khong.don.vi"), phone.code())


def test_it_comes_back_with_a_backup_and_its_key(office: Office, phone: Phone) -> None:
    recovery = switched_on(person(office), phone)
    made = write_backup(office.administrator, office.folder / "sao-luu.zip")
    there = Settings(data_dir=office.folder / "may-khac")
    restore_backup(there, made.path)
    other = open_context(there)
    with pytest.raises(SecondStepNeeded) as needed:
        sessions.sign_in(other, name="moi", password=PASSWORD)
    second_step.give_code(other, needed.value.given, phone.code())
    second_step.give_code(other, needed.value.given, recovery[0])
    other.database.close()
    shutil.rmtree(there.data_dir)


def test_names_that_are_none_cost_no_more_and_tell_nothing(office: Office) -> None:
    """An account that must have a second step is not told apart from others before its password is right."""
    person(office)
    with pytest.raises(InvalidInput) as there:
        sessions.sign_in(office.nobody, name="moi", password="sai-mat-khau")
    with pytest.raises(InvalidInput) as nowhere:
        sessions.sign_in(office.nobody, name="khong-co-ai", password="sai-mat-khau")
    assert str(there.value) == str(nowhere.value) and type(there.value) is type(nowhere.value)
