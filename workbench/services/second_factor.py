"""The second factor of accounts: one's own switched on and off, other people's reset, and who must have one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from corrections.entries import Role
from storage import accounts
from storage import second_factors as store
from storage import sign_in_attempts as attempts
from storage.clock import moment
from storage.queues import release_leases
from storage.separation import may_keep
from storage.settings_store import put_setting
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, NotAllowed, found
from workbench.services.own_password import prove_password
from workbench.services.second_step import keep_second_factor, replace_recovery_codes, use_code
from workbench.services.second_step_rules import REQUIREMENT, Requirement, is_required, requirement_in_force
from workbench.services.sessions import token_hash_of

__all__ = [
    "OwnSecondFactor",
    "new_recovery_codes",
    "own_second_factor",
    "require_second_factor",
    "requirement",
    "reset_second_factor",
    "switch_off",
    "switch_on",
    "with_second_factor",
]

_INSIDE = "phiên đang mở"
"""Where codes come from that are given inside, as they are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSecondFactor:
    """How one signs in."""

    on_since: datetime | None
    """None: with the password alone."""
    codes_left: int
    """Recovery codes that were not used."""
    required: bool
    """It cannot be switched off."""


@requires(Role.CLERK, Role.POLICE, Role.INSPECTOR)
def own_second_factor(ctx: Context) -> OwnSecondFactor:
    """One's own."""
    with ctx.read() as connection:
        factor = store.get_second_factor(connection, ctx.who.id)
        return OwnSecondFactor(
            on_since=moment(factor.on_since) if factor else None,
            codes_left=store.count_recovery_codes(connection, ctx.who.id),
            required=is_required(requirement_in_force(connection), ctx.who.role),
        )


@requires(Role.CLERK, Role.POLICE, Role.INSPECTOR)
def switch_on(ctx: Context, *, password: str, secret: str, code: str, token: str = "") -> tuple[str, ...]:
    """Ask for a code from now on; the recovery codes, shown once. Every other session of the account ends.

    Args:
        ctx: whose.
        password: in force.
        secret: made by the program and shown to this person alone.
        code: of the telephone that has the secret now.
        token: secret of the session that stays.

    Raises:
        TooManyAttempts: the password was wrong too often lately.
        InvalidInput: password or code is wrong, or it is on already.
    """
    prove_password(ctx, "second_factor_on", password)
    codes = keep_second_factor(ctx, secret=secret, code=code)
    with ctx.write() as work:
        accounts.drop_sessions_of(work.connection, ctx.who.id, but=token_hash_of(ctx, token) if token else "")
    return codes


@requires(Role.CLERK, Role.POLICE, Role.INSPECTOR)
def switch_off(ctx: Context, *, password: str, code: str) -> None:
    """Sign in with the password alone again.

    Raises:
        NotAllowed: the account must have a second factor.
        TooManyAttempts: password or code was wrong too often lately.
        InvalidInput: one of them is wrong.
    """
    if own_second_factor(ctx).required:
        raise NotAllowed("Cơ quan bắt buộc đăng nhập hai bước với vai trò của bạn, nên không tắt được.")
    prove_password(ctx, "second_factor_off", password)
    use_code(ctx, ctx.who, code, client=_INSIDE)
    with ctx.write() as work:
        store.drop_second_factor(work.connection, ctx.who.id)
        work.note("second_factor_off", old=ctx.who.name)


@requires(Role.CLERK, Role.POLICE, Role.INSPECTOR)
def new_recovery_codes(ctx: Context, *, password: str, code: str) -> tuple[str, ...]:
    """Recovery codes in place of those of before, shown once.

    Raises:
        TooManyAttempts: password or code was wrong too often lately.
        InvalidInput: one of them is wrong.
    """
    prove_password(ctx, "recovery_codes", password)
    use_code(ctx, ctx.who, code, client=_INSIDE)
    return replace_recovery_codes(ctx)


@requires(Role.SUPERVISOR)
def with_second_factor(ctx: Context) -> frozenset[int]:
    """Ids of the accounts one may see that have a second factor."""
    with ctx.read() as connection:
        seen = {account.id for account in accounts.list_accounts(connection)}
        return store.have_second_factor(connection) & seen


@requires(Role.ADMINISTRATOR)
def reset_second_factor(ctx: Context, account_id: int) -> None:
    """Take the second factor of somebody away who has lost telephone and recovery codes; their sessions end.

    Raises:
        NotAllowed: the account is one's own, or not of the caller's office.
        InvalidInput: it has none.
    """
    if account_id == ctx.account_id:
        raise NotAllowed(
            "Không tự đặt lại đăng nhập hai bước của mình được: hãy tắt ở «Tài khoản của tôi», hoặc nhờ quản trị khác."
        )
    with ctx.write() as work:
        account = found(accounts.get_account(work.connection, account_id), Missing.ACCOUNT)
        if not may_keep(work.connection, account.office_id):
            raise NotAllowed("Tài khoản này không thuộc đơn vị của bạn. Hãy nhờ quản trị của đơn vị đó.")
        if not store.drop_second_factor(work.connection, account_id):
            raise InvalidInput(f"Tài khoản «{account.name}» không bật đăng nhập hai bước. Không cần đặt lại.")
        accounts.drop_sessions_of(work.connection, account_id)
        release_leases(work.connection, account_id=account_id)
        attempts.clear_attempts(work.connection, f"{account.name}:code")
        work.note("reset_second_factor", old=account.name)


@requires(Role.SUPERVISOR)
def requirement(ctx: Context) -> Requirement:
    """Whose accounts must have a second factor."""
    with ctx.read() as connection:
        return requirement_in_force(connection)


@requires(Role.ADMINISTRATOR, whole=True)
def require_second_factor(ctx: Context, wanted: Requirement) -> int:
    """Say whose accounts must have one; sessions of those that have none end, and they switch it on at the door.

    Returns:
        How many accounts will have to.

    Raises:
        NotAllowed: the caller would be among them: nobody should find at the door that no telephone is at hand.
    """
    with ctx.write() as work:
        before = requirement_in_force(work.connection)
        have = store.have_second_factor(work.connection)
        without = [
            account
            for account in accounts.list_accounts(work.connection)
            if account.active and account.id not in have and is_required(wanted, account.role)
        ]
        if any(account.id == ctx.account_id for account in without):
            raise NotAllowed("Hãy bật đăng nhập hai bước cho chính mình trước («Tài khoản của tôi»), rồi mới bắt buộc.")
        if wanted is before:
            return len(without)
        put_setting(work.connection, REQUIREMENT, wanted.value)
        for account in without:
            accounts.drop_sessions_of(work.connection, account.id)
            release_leases(work.connection, account_id=account.id)
        work.note("require_second_factor", old=before.value, new=wanted.value)
        return len(without)
