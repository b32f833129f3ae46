"""A password that somebody else has set opens nothing before its owner has chosen another."""

from __future__ import annotations

from dataclasses import replace

import pyotp
import pytest

from corrections.entries import Role
from storage.clock import now
from tests.workbench.services.conftest import Office
from workbench.services import accounts, audit, second_factor, second_step, sessions
from workbench.services.errors import InvalidInput
from workbench.services.second_step_rules import PasswordGiven, Requirement, SecondStepNeeded, Step, StepOver

HANDED, CHOSEN = "con-vit-boi-qua-song", "ba con thuyền giấy"


def given(office: Office, password: str = HANDED) -> PasswordGiven:
    with pytest.raises(SecondStepNeeded) as needed:
        sessions.sign_in(office.nobody, name="moi", password=password)
    return needed.value.given


def made(office: Office, role: Role = Role.CLERK) -> accounts.Account:
    return accounts.create_account(office.administrator, name="moi", password=HANDED, role=role)


def signs_in(office: Office, name: str = "moi", password: str = CHOSEN) -> bool:
    token = sessions.sign_in(office.nobody, name=name, password=password).token
    return sessions.context_of_session(office.nobody, token) is not None


def test_its_owner_chooses_another_once_after_a_new_account_and_after_a_reset(office: Office) -> None:
    account = made(office)
    asked = given(office)
    assert asked.step is Step.CHOOSE_PASSWORD and sessions.open_session(office.nobody, (account, ""), "") is None
    for refused in (HANDED, "ngan", "moi12345"):
        with pytest.raises(InvalidInput):
            second_step.choose_password(office.nobody, asked, refused)
    token = second_step.choose_password(office.nobody, asked, CHOSEN).token
    assert sessions.context_of_session(office.nobody, token) is not None
    assert signs_in(office), "once"
    with pytest.raises(InvalidInput):
        sessions.sign_in(office.nobody, name="moi", password=HANDED)
    with pytest.raises(StepOver):  # the step of before is worth nothing any more
        second_step.choose_password(office.nobody, asked, "mat-khau-thu-ba-9")
    accounts.reset_password(office.administrator, account.id, HANDED)
    assert sessions.context_of_session(office.nobody, token) is None
    assert given(office).step is Step.CHOOSE_PASSWORD
    accounts.update_account(office.administrator, account.id, full_name="Ngô Mới")
    assert given(office).step is Step.CHOOSE_PASSWORD, "another change of the account leaves it so"
    assert audit.verify(office.administrator).ok


def test_a_step_for_another_thing_chooses_no_password(office: Office) -> None:
    made(office)
    with pytest.raises(StepOver):
        second_step.choose_password(office.nobody, replace(given(office), step=Step.CODE), CHOSEN)


def test_who_sets_his_own_is_not_asked(office: Office) -> None:
    own = office.administrator.who
    accounts.reset_password(office.administrator, own.id, CHOSEN)
    assert signs_in(office, own.name)
    accounts.create_account(office.administrator, name="moi", password=CHOSEN, role=Role.CLERK, own_password=True)
    assert signs_in(office)


def test_the_code_comes_before_the_choice_and_the_telephone_is_set_up_after_it(office: Office) -> None:
    account, secret = made(office, Role.ADMINISTRATOR), pyotp.random_base32()
    code = pyotp.TOTP(secret).at(now())
    own = office.nobody.as_account(account)
    codes = second_factor.switch_on(own, password=HANDED, secret=secret, code=code)
    asked = given(office)
    assert asked.step is Step.CODE
    with pytest.raises(StepOver):
        second_step.choose_password(office.nobody, asked, CHOSEN)
    with pytest.raises(SecondStepNeeded) as needed:
        second_step.give_code(office.nobody, asked, codes[0])
    assert needed.value.given.step is Step.CHOOSE_PASSWORD
    assert second_step.choose_password(office.nobody, needed.value.given, CHOSEN).token

    second_factor.reset_second_factor(office.administrator, account.id)
    accounts.reset_password(office.administrator, account.id, HANDED)
    second_factor.require_second_factor(office.system, Requirement.ADMINISTRATORS)
    with pytest.raises(SecondStepNeeded) as needed:
        second_step.choose_password(office.nobody, given(office), CHOSEN + " 2")
    assert needed.value.given.step is Step.SWITCH_ON
    on = second_step.switch_on_at_door(
        office.nobody, needed.value.given, secret=secret, code=pyotp.TOTP(secret).at(now())
    )
    assert sessions.context_of_session(office.nobody, on.signed_in.token) is not None
