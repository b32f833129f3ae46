"""Accounts: first administrator, sign-in with throttling, sessions, teams and shifts."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from corrections.entries import Role
from storage import accounts as store
from storage.accounts import SYSTEM_NAME, Account
from storage.clock import now, stamp
from storage.queues import release_leases
from workbench.services.context import Context, Work, anyone, requires
from workbench.services.errors import InvalidInput, NotAllowed, NotFound, TooManyAttempts

__all__ = [
    "Account",
    "SignedIn",
    "change_password",
    "context_of_session",
    "create_account",
    "create_first_administrator",
    "list_accounts",
    "needs_first_administrator",
    "reset_password",
    "sign_in",
    "sign_out",
    "update_account",
]

MIN_PASSWORD = 8
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_WINDOW = timedelta(minutes=10)
_TRIES_A_NAME = 8
_TRIES_A_CLIENT = 40
"""An office's clerks may share one address, so a client gets more tries than a name."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's second setting of argon2id: about 30 ms, 19 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new session."""

    account: Account
    token: str
    """Secret of the session; only its digest is stored."""
    expires_at: datetime


@anyone
def needs_first_administrator(ctx: Context) -> bool:
    """Whether no account exists yet."""
    with ctx.read() as connection:
        return store.count_accounts(connection) == 0


@anyone
def create_first_administrator(ctx: Context, *, name: str, password: str, full_name: str = "") -> Account:
    """Create the administrator of a new installation; refused once any account exists.

    Raises:
        NotAllowed: accounts exist.
        InvalidInput: name or password breaks the rules.
    """
    account = _checked(Account(id=0, name=name, full_name=full_name, role=Role.ADMINISTRATOR))
    password_hash = _hash(password)
    with ctx.write() as work:
        if store.count_accounts(work.connection):
            raise NotAllowed("Đã có tài khoản quản trị. Hãy đăng nhập, hoặc nhờ quản trị tạo tài khoản.")
        work.actor = account.name
        return _add(work, account, password_hash)


@anyone
def sign_in(ctx: Context, *, name: str, password: str, client: str = "") -> SignedIn:
    """Open a session.

    Args:
        ctx: Nobody needs to be signed in.
        name: Account name.
        password: As typed.
        client: Address the attempt comes from, for throttling.

    Raises:
        TooManyAttempts: the name or the client failed too often in the last minutes.
        InvalidInput: name or password is wrong (the message does not tell which).
    """
    name = name.strip().lower()
    with ctx.read() as connection:
        since = stamp(now() - _WINDOW)
        by_name, by_client = store.count_attempts(connection, name=name, client=client, since=since)
        login = store.login_of(connection, name)
    if by_name >= _TRIES_A_NAME or by_client >= _TRIES_A_CLIENT:
        raise TooManyAttempts(int(_WINDOW.total_seconds() // 60))
    account = login[0] if login else None
    # The same work is done for a name that does not exist: the time must not tell which names do.
    right = _verify(login[1] if login else _decoy_hash(), password)
    if account is None or not right or not account.active:
        with ctx.write() as work:
            store.add_attempt(work.connection, name=name, client=client)
        raise InvalidInput("Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra bộ gõ tiếng Việt và phím Caps Lock.")
    return _open_session(ctx, account)


def _open_session(ctx: Context, account: Account) -> SignedIn:
    token = secrets.token_urlsafe(32)
    expires_at = now() + timedelta(hours=ctx.settings.session_hours)
    with ctx.as_account(account).write() as work:
        store.clear_attempts(work.connection, name=account.name, before=stamp(now() - _WINDOW))
        store.add_session(
            work.connection, token_hash=_token_hash(token), account_id=account.id, expires_at=stamp(expires_at)
        )
        work.note("sign_in")
    return SignedIn(account=account, token=token, expires_at=expires_at)


@anyone
def context_of_session(ctx: Context, token: str) -> Context | None:
    """The context of a session's account; None when the session has ended or the account is switched off."""
    with ctx.read() as connection:
        account = store.session_account(connection, _token_hash(token))
    return ctx.as_account(account) if account else None


@anyone
def sign_out(ctx: Context, token: str) -> None:
    """End a session and give back the entries its account holds."""
    with ctx.write() as work:
        account = store.session_account(work.connection, _token_hash(token))
        if account is None:
            return
        work.actor = account.name
        store.drop_session(work.connection, _token_hash(token))
        release_leases(work.connection, account_id=account.id)
        work.note("sign_out")


@requires(Role.ADMINISTRATOR)
def create_account(
    ctx: Context, *, name: str, password: str, role: Role, full_name: str = "", team: str = "", shift: str = ""
) -> Account:
    """Create an account.

    Raises:
        InvalidInput: name or password breaks the rules, or the name is taken.
    """
    account = _checked(Account(id=0, name=name, full_name=full_name, role=Role(role), team=team, shift=shift))
    password_hash = _hash(password)
    with ctx.write() as work:
        return _add(work, account, password_hash)


@requires(Role.SUPERVISOR)
def list_accounts(ctx: Context) -> tuple[Account, ...]:
    """All accounts by name."""
    with ctx.read() as connection:
        return store.list_accounts(connection)


@requires(Role.ADMINISTRATOR)
def update_account(
    ctx: Context,
    account_id: int,
    *,
    full_name: str | None = None,
    role: Role | None = None,
    team: str | None = None,
    shift: str | None = None,
    active: bool | None = None,
) -> Account:
    """Change an account; None leaves a value as it is.

    Raises:
        NotAllowed: the last active administrator would be lost.
    """
    wanted = {"full_name": full_name, "role": role, "team": team, "shift": shift, "active": active}
    changes = {key: value for key, value in wanted.items() if value is not None}
    with ctx.write() as work:
        before = _found(store.get_account(work.connection, account_id))
        after = replace(before, **changes)  # type: ignore[arg-type]
        store.save_account(work.connection, after)
        if store.count_accounts(work.connection, role=Role.ADMINISTRATOR) == 0:
            raise NotAllowed("Phải còn ít nhất một quản trị đang hoạt động. Hãy giao quyền cho người khác trước.")
        if not after.active or after.role != before.role:
            store.drop_sessions_of(work.connection, account_id)
            release_leases(work.connection, account_id=account_id)
        work.note("update_account", old=_described(before), new=_described(after))
        return after


@requires(Role.ADMINISTRATOR)
def reset_password(ctx: Context, account_id: int, password: str) -> None:
    """Give an account a new password and end its sessions."""
    password_hash = _hash(password)
    with ctx.write() as work:
        account = _found(store.get_account(work.connection, account_id))
        store.set_password_hash(work.connection, account_id, password_hash)
        store.drop_sessions_of(work.connection, account_id)
        store.clear_attempts(work.connection, name=account.name, before=stamp(now() - _WINDOW))
        work.note("reset_password", new=account.name)


@requires(Role.CLERK)
def change_password(ctx: Context, *, old: str, new: str) -> None:
    """Change one's own password.

    Raises:
        InvalidInput: the old password is wrong or the new one too short.
    """
    with ctx.read() as connection:
        login = store.login_of(connection, ctx.who.name)
    if login is None or not _verify(login[1], old):
        raise InvalidInput("Mật khẩu cũ không đúng. Hãy nhập lại.")
    password_hash = _hash(new)
    with ctx.write() as work:
        store.set_password_hash(work.connection, ctx.who.id, password_hash)
        work.note("change_password", new=ctx.who.name)


def _add(work: Work, account: Account, password_hash: str) -> Account:
    if store.login_of(work.connection, account.name) is not None:
        raise InvalidInput(f"Tên đăng nhập «{account.name}» đã có. Hãy chọn tên khác.")
    account = replace(account, id=store.add_account(work.connection, account, password_hash))
    work.note("create_account", new=_described(account))
    return account


def _checked(account: Account) -> Account:
    account = replace(account, name=account.name.strip().lower(), full_name=account.full_name.strip())
    if not _NAME.fullmatch(account.name) or account.name == SYSTEM_NAME:
        raise InvalidInput(
            "Tên đăng nhập gồm 2-40 chữ thường không dấu, chữ số, dấu chấm, gạch ngang; ví dụ: nhaplieu1. Hãy đặt lại."
        )
    return account


def _described(account: Account) -> str:
    state = "active" if account.active else "disabled"
    return f"{account.name} {account.role.value} {state} team={account.team} shift={account.shift}"


def _found(account: Account | None) -> Account:
    if account is None:
        raise NotFound("Không có tài khoản này. Hãy tải lại danh sách tài khoản.")
    return account


def _hash(password: str) -> str:
    if len(password) < MIN_PASSWORD:
        raise InvalidInput(f"Mật khẩu cần ít nhất {MIN_PASSWORD} ký tự. Hãy đặt mật khẩu dài hơn.")
    return _hasher.hash(password)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _decoy_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
