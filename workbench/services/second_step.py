"""What follows the password at the door: the code of a telephone, or a recovery code; each is accepted once.

Somebody whose password was set by somebody else chooses another here, and whoever must have a second factor and has
none yet switches it on, before a session is opened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage import accounts
from storage import second_factors as store
from storage import sign_in_attempts as attempts
from storage.accounts import Account, login_of
from storage.clock import now, stamp, steady_now
from storage.second_factors import SecondFactor
from vietnamese.shown_time import LOCAL
from workbench.one_time_codes import (
    SECONDS_A_STEP,
    is_recovery_code,
    is_telephone_code,
    lock_secret,
    matching_step,
    new_recovery_codes,
    plain_code,
    step_of,
    unlock_secret,
)
from workbench.services.context import Context, anyone
from workbench.services.errors import InvalidInput
from workbench.services.passwords import has_digest, hash_new, hash_text, verify
from workbench.services.second_step_rules import PasswordGiven, SecondStepNeeded, Step, StepOver, step_of_account
from workbench.services.sessions import SignedIn, note_failure, open_session
from workbench.services.sign_in_pace import CODES, admit

__all__ = [
    "SwitchedOn",
    "choose_password",
    "give_code",
    "keep_second_factor",
    "replace_recovery_codes",
    "switch_on_at_door",
    "use_code",
]

_PASSWORD_COUNTS = timedelta(minutes=5)
"""How long a password given is waited on for its code: time enough to set a telephone up."""
_FAR_DRIFT = 40
"""Steps that are searched to tell somebody who sets a telephone up how far its clock is off: twenty minutes."""
_CLOCKS = (
    "Nếu mã vẫn sai, so đồng hồ điện thoại với giờ máy chủ (lệch quá 30 giây là sai): chỉnh đồng hồ điện thoại cho "
    "khớp, hoặc nhờ quản trị chỉnh giờ máy chủ. Không có điện thoại thì nhập một mã dự phòng."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedOn:
    """A second factor just switched on at the door."""

    signed_in: SignedIn
    recovery_codes: tuple[str, ...]
    """Shown once."""


@anyone
def give_code(ctx: Context, given: PasswordGiven, code: str) -> SignedIn:
    """Open a session with the code that an account with a second factor gives besides its password.

    Args:
        ctx: nobody's.
        given: by `sign_in`.
        code: as typed: six digits of the telephone, or a recovery code.

    Raises:
        TooManyAttempts: codes were wrong too often lately.
        InvalidInput: the code is wrong or was used before.
        StepOver: the password was given too long ago.
        SecondStepNeeded: the code is right, and a password is to be chosen.
    """
    _still_counts(given)
    use_code(ctx, given.account, code, client=given.client)
    return _opened(ctx, replace(given, code_given=True))


@anyone
def choose_password(ctx: Context, given: PasswordGiven, new: str) -> SignedIn:
    """Open a session with a password that the owner of an account chooses in place of the one handed over.

    Args:
        ctx: nobody's.
        given: by `sign_in` or `give_code`, for an account whose password somebody else has set.
        new: as typed.

    Raises:
        InvalidInput: it can be no password, or is the one handed over.
        StepOver: the password was given too long ago, or the account has changed since.
        SecondStepNeeded: it was kept, and a second factor is to be switched on.
    """
    _still_counts(given)
    if given.step is not Step.CHOOSE_PASSWORD:
        raise StepOver
    if verify(given.password_hash, new):
        raise InvalidInput("Đây là mật khẩu người khác đã đặt cho bạn. Hãy chọn một mật khẩu khác.")
    account = given.account
    password_hash = hash_new(new, about=(account.name, account.full_name))
    with ctx.as_account(account).write() as work:
        if accounts.login_of(work.connection, account.name) != (account, given.password_hash):
            raise StepOver
        accounts.set_password_hash(work.connection, account.id, password_hash, must_change=False)
        work.note("change_password", new=account.name, reason="đổi mật khẩu được giao ở lần đăng nhập đầu")
    chosen = replace(given, account=replace(account, must_change=False), password_hash=password_hash)
    return _opened(ctx, chosen)


@anyone
def switch_on_at_door(ctx: Context, given: PasswordGiven, *, secret: str, code: str) -> SwitchedOn:
    """Switch the second factor on for an account that must have one, and open its session.

    Args:
        ctx: nobody's.
        given: by `sign_in`, for an account without one.
        secret: made by the program and shown to this person alone.
        code: as typed from the telephone that has the secret now.

    Raises:
        InvalidInput: the code is not of the secret.
        StepOver: the password was given too long ago.
    """
    _still_counts(given)
    if given.step is not Step.SWITCH_ON:
        raise InvalidInput("Tài khoản này đã bật đăng nhập hai bước. Hãy nhập mã trên điện thoại.")
    inside = ctx.as_account(given.account)
    with inside.read() as connection:
        unchanged = login_of(connection, given.account.name) == (given.account, given.password_hash)
    if not unchanged:
        raise StepOver
    codes = keep_second_factor(inside, secret=secret, code=code)
    return SwitchedOn(signed_in=_opened(ctx, replace(given, code_given=True)), recovery_codes=codes)


def _still_counts(given: PasswordGiven) -> None:
    if steady_now() - given.at > _PASSWORD_COUNTS:
        raise StepOver


def _opened(ctx: Context, given: PasswordGiven) -> SignedIn:
    """A session, unless another step is left."""
    with ctx.read() as connection:
        step = step_of_account(connection, given.account, code_given=given.code_given)
    if step is not None:
        raise SecondStepNeeded(replace(given, step=step, at=steady_now()))
    opened = open_session(ctx, (given.account, given.password_hash), given.client, code_given=given.code_given)
    if opened is None:
        raise StepOver
    return opened


def keep_second_factor(ctx: Context, *, secret: str, code: str) -> tuple[str, ...]:
    """Keep a secret once a code shows that the telephone has it; its recovery codes, shown once.

    Args:
        ctx: of the person, who has given the password.
        secret: new.
        code: as typed.

    Raises:
        InvalidInput: the code is not of the secret; told is how far the telephone's clock seems to be off.
    """
    at, account = now(), ctx.who
    plain = plain_code(code)
    step = matching_step(secret, plain, at) if is_telephone_code(plain) else None
    if step is None:
        raise InvalidInput(_not_of_secret(secret, plain, at))
    factor = SecondFactor(
        locked_secret=lock_secret(secret, key=_key(ctx), account_id=account.id), on_since=stamp(at), last_step=step
    )
    codes = new_recovery_codes()
    hashes = tuple(hash_text(plain_code(one)) for one in codes)
    with ctx.write() as work:
        if store.get_second_factor(work.connection, account.id) is not None:
            raise InvalidInput("Tài khoản này đã bật đăng nhập hai bước rồi. Hãy tải lại trang.")
        store.put_second_factor(work.connection, account.id, factor)
        store.put_recovery_codes(work.connection, account.id, hashes)
        work.note("second_factor_on", new=account.name)
    return codes


def replace_recovery_codes(ctx: Context) -> tuple[str, ...]:
    """New recovery codes for the account, which has proved who it is; those of before end."""
    codes = new_recovery_codes()
    hashes = tuple(hash_text(plain_code(one)) for one in codes)
    with ctx.write() as work:
        store.put_recovery_codes(work.connection, ctx.who.id, hashes)
        work.note("recovery_codes_made", new=ctx.who.name)
    return codes


def _not_of_secret(secret: str, code: str, at: datetime) -> str:
    far = matching_step(secret, code, at, drift=_FAR_DRIFT) if is_telephone_code(code) else None
    if far is None:
        return f"Mã không đúng. Giờ máy chủ là {_clock(at)}. {_CLOCKS.split(' Không có')[0]}"
    off = (far - step_of(at)) * SECONDS_A_STEP
    way = "nhanh" if off > 0 else "chậm"
    return (
        f"Đồng hồ điện thoại {way} khoảng {abs(off)} giây so với máy chủ (giờ máy chủ là {_clock(at)}). Hãy chỉnh đồng "
        "hồ điện thoại cho khớp, hoặc nhờ quản trị chỉnh giờ máy chủ, rồi nhập mã mới."
    )


def _clock(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%H:%M:%S}"


def _key(ctx: Context) -> bytes:
    return ctx.database.secret("second_factor")


def use_code(ctx: Context, account: Account, code: str, *, client: str) -> None:
    """Accept a code of an account, once; counted before it is looked at, as passwords are.

    Args:
        ctx: nobody's at the door, the person's inside.
        account: with a second factor.
        code: as typed.
        client: where it comes from, as counted.

    Raises:
        TooManyAttempts: codes were wrong too often lately.
        InvalidInput: wrong, or used before.
    """
    place = {"name": f"{account.name}:code", "client": client}
    with ctx.write() as work:
        admit(work.connection, **place, pace=CODES)
        factor = store.get_second_factor(work.connection, account.id)
        digests = store.recovery_codes_left(work.connection, account.id)
    at, plain = now(), plain_code(code)
    step = number = None
    if factor is not None and is_telephone_code(plain):
        step = _step_of_code(ctx, account, factor, plain, at)
    elif is_recovery_code(plain):  # compared before the transaction: others wait for it
        number = next((number for number, digest in digests.items() if has_digest(digest, plain)), None)
    with ctx.as_account(account).write() as work:
        accepted = step is not None and store.use_step(work.connection, account.id, step)
        if number is not None and store.use_recovery_code(work.connection, number, stamp(at)):
            accepted = True
            work.note("recovery_code_used", new=account.name, reason=f"còn {len(digests) - 1} mã")
        if accepted:
            attempts.take_back(work.connection, **place)
            attempts.note_place(work.connection, **place, at=stamp(steady_now()))
    if not accepted:
        note_failure(ctx, "second_step", account=account.name, **place, pace=CODES)
        raise InvalidInput(_refusal(factor, at))


def _step_of_code(ctx: Context, account: Account, factor: SecondFactor, code: str, at: datetime) -> int | None:
    secret = unlock_secret(factor.locked_secret, key=_key(ctx), account_id=account.id)
    if secret is None:
        raise InvalidInput(
            "Máy chủ không mở được khóa của đăng nhập hai bước (tệp khóa đã mất hoặc dữ liệu bị sửa). Hãy nhập một mã "
            "dự phòng, hoặc nhờ quản trị đặt lại đăng nhập hai bước."
        )
    return matching_step(secret, code, at)


def _refusal(factor: SecondFactor | None, at: datetime) -> str:
    if factor is not None and factor.last_step > step_of(at) + 1:
        return (
            f"Đồng hồ máy chủ đã bị chỉnh lùi (đang là {_clock(at)}), nên mã trên điện thoại chưa dùng được. Hãy nhờ "
            "quản trị chỉnh lại giờ máy chủ, hoặc nhập một mã dự phòng."
        )
    return (
        f"Mã không đúng hoặc đã dùng rồi; mỗi mã chỉ dùng một lần, hãy chờ mã tiếp theo. Giờ máy chủ là {_clock(at)}. "
        f"{_CLOCKS}"
    )
