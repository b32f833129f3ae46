"""What an account gives besides its password to sign in, and how far somebody has come who has given that alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from corrections.entries import Role
from storage.accounts import Account
from storage.opening.database import Connection
from storage.second_factors import get_second_factor
from storage.settings_store import get_setting
from workbench.services.errors import InvalidInput, ServiceError

__all__ = [
    "REQUIREMENT",
    "PasswordGiven",
    "Requirement",
    "SecondStepNeeded",
    "Step",
    "StepOver",
    "is_required",
    "requirement_in_force",
    "step_of_account",
]

REQUIREMENT = "second_factor.required"
"""Key of the setting; not among the office's, which screens set without the checks of `second_factor`."""


class Requirement(StrEnum):
    """Whose accounts must have a second factor."""

    NOBODY = "nobody"
    ADMINISTRATORS = "administrators"
    SUPERVISORS = "supervisors"
    """And administrators."""
    ALL = "all"


class Step(StrEnum):
    """What is wanted besides the password."""

    CODE = "code"
    CHOOSE_PASSWORD = "choose_password"
    """Somebody else set the password given; its owner chooses one that nobody else knows."""
    SWITCH_ON = "switch_on"
    """The account has no second factor yet and must have one."""


_LEAST = {Requirement.ADMINISTRATORS: Role.ADMINISTRATOR, Requirement.SUPERVISORS: Role.SUPERVISOR}


def requirement_in_force(connection: Connection) -> Requirement:
    """The rule; nobody must have one where none was chosen."""
    return Requirement(get_setting(connection, REQUIREMENT) or Requirement.NOBODY)


def is_required(requirement: Requirement, role: Role) -> bool:
    """Whether accounts of a role must have a second factor."""
    if requirement in _LEAST:
        return role.includes(_LEAST[requirement])
    return requirement is Requirement.ALL


def step_of_account(connection: Connection, account: Account, *, code_given: bool = False) -> Step | None:
    """What an account gives next besides its password; None: nothing.

    The code comes first, so that whoever has only learned a password does not choose the next one; a telephone is set
    up last, by whoever has chosen it.
    """
    has_factor = get_second_factor(connection, account.id) is not None
    if has_factor and not code_given:
        return Step.CODE
    if account.must_change:
        return Step.CHOOSE_PASSWORD
    if not has_factor and is_required(requirement_in_force(connection), account.role):
        return Step.SWITCH_ON
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordGiven:
    """Somebody who has given a right password. It opens nothing by itself, and never leaves the server's memory."""

    account: Account
    password_hash: str = field(repr=False)
    client: str
    at: datetime
    """Evenly running; after some minutes it counts no longer."""
    step: Step
    """What is wanted next."""
    code_given: bool = False


_NEXT = {
    Step.CODE: "Mật khẩu đúng. Hãy nhập thêm mã trên điện thoại.",
    Step.CHOOSE_PASSWORD: "Mật khẩu này do người khác đặt. Hãy đặt mật khẩu của riêng bạn.",
    Step.SWITCH_ON: "Mật khẩu đúng. Hãy cài đăng nhập hai bước cho điện thoại của bạn.",
}


class SecondStepNeeded(ServiceError):
    """What was given is right, and is not enough."""

    code = "second_step"

    def __init__(self, given: PasswordGiven) -> None:
        self.given = given
        super().__init__(_NEXT[given.step])


class StepOver(InvalidInput):
    """The password was given too long ago, or the account has changed since."""

    code = "step_over"

    def __init__(self) -> None:
        super().__init__("Đã quá lâu từ khi nhập mật khẩu, hoặc tài khoản vừa thay đổi. Hãy đăng nhập lại từ đầu.")
