"""Accounts: first administrator, sign-in, sessions, teams and shifts; how fast one may try stands in `sign_in_pace`."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from corrections.entries import Role
from storage import accounts as store
from storage import sign_in_attempts as attempts
from storage.accounts import SYSTEM_NAME, Account
from storage.clock import stamp, steady_now
from storage.database import Connection
from storage.queues import release_leases
from storage.separation import may_keep, scope_of
from workbench.services.context import Context, Work, anyone, requires
from workbench.services.errors import InvalidInput, Missing, NotAllowed, found
from workbench.services.first_start import FIRST_CODE
from workbench.services.passwords import decoy_hash, hash_new, verify
from workbench.services.sign_in_pace import admit, client_key

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

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_LONGEST_NAME = 80
_FAILURES_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new session."""

    account: Account
    token: str
    """Secret of the session; only its digest is stored."""
    expires_at: datetime


@anyone
def needs_first_administrator(ctx: Context) -> bool:
    """Whether nobody has ever had an account here: a database that was lost or half restored does not open the door."""
    if ctx.database.trail is not None and ctx.database.trail.is_inhabited:
        return False
    with ctx.read() as connection:
        return store.count_accounts(connection) == 0


@anyone
def create_first_administrator(
    ctx: Context, *, name: str, password: str, full_name: str = "", code: str = ""
) -> Account:
    """Create the administrator of a new installation; refused once any account exists.

    Args:
        ctx: the command line's, or a browser's that brings the code.
        name: to sign in with.
        password: as chosen.
        full_name: of the person.
        code: the one-time code that the server printed on its console; the command line needs none.

    Raises:
        NotAllowed: accounts exist, or the code is wrong.
        InvalidInput: name or password breaks the rules.
    """
    by_command = ctx.may(Role.ADMINISTRATOR)
    if not by_command and not needs_first_administrator(ctx):
        raise NotAllowed("Đã có tài khoản quản trị. Hãy đăng nhập, hoặc nhờ quản trị tạo tài khoản.")
    if not by_command and not FIRST_CODE.accepts(code):
        raise NotAllowed(
            "Mã cài đặt không đúng. Hãy xem mã in trên cửa sổ dòng lệnh đã mở chương trình; nhập sai nhiều lần thì "
            "phải tắt rồi mở lại chương trình để có mã mới."
        )
    account = _checked(Account(id=0, name=name, full_name=full_name, role=Role.ADMINISTRATOR))
    password_hash = _hash(account, password)
    with ctx.write() as work:
        if store.count_accounts(work.connection):
            raise NotAllowed("Đã có tài khoản quản trị. Hãy đăng nhập, hoặc nhờ quản trị tạo tài khoản.")
        work.actor = account.name
        return _add(ctx, work, account, password_hash)


@anyone
def sign_in(ctx: Context, *, name: str, password: str, client: str = "") -> SignedIn:
    """Open a session.

    Args:
        ctx: Nobody needs to be signed in.
        name: Account name.
        password: As typed.
        client: Address the attempt comes from, for slowing down.

    Raises:
        TooManyAttempts: the name or the client has failed often lately; the error says how long to wait.
        InvalidInput: name or password is wrong (the message does not tell which).
    """
    name, client = name.strip().lower()[:_LONGEST_NAME], client_key(client)
    with ctx.write() as work:
        # Counted before it is checked, in one transaction: parallel tries cannot slip in between.
        attempt = admit(work.connection, name=name, client=client)
        login = store.login_of(work.connection, name)
    account = login[0] if login else None
    # The same work is done for a name that does not exist: the time must not tell which names do.
    right = verify(login[1] if login else decoy_hash(), password)
    if account is None or not right or not account.active:
        raise InvalidInput("Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra bộ gõ tiếng Việt và phím Caps Lock.")
    return _open_session(ctx, account, attempt, client)


def _open_session(ctx: Context, account: Account, attempt: int, client: str) -> SignedIn:
    token = f"{account.id}.{secrets.token_urlsafe(32)}"
    at = steady_now()
    expires_at = at + timedelta(hours=ctx.settings.session_hours)
    with ctx.as_account(account).write() as work:
        attempts.take_back(work.connection, attempt, name=account.name, client=client)
        attempts.forget_before(work.connection, stamp(at - _FAILURES_KEPT))
        attempts.note_place(work.connection, name=account.name, client=client, at=stamp(at))
        store.add_session(
            work.connection, token_hash=_token_hash(ctx, token), account_id=account.id, expires_at=stamp(expires_at)
        )
        work.note("sign_in")
    return SignedIn(account=account, token=token, expires_at=expires_at)


@anyone
def context_of_session(ctx: Context, token: str) -> Context | None:
    """The context of a session's account; None when the session has ended or the account is switched off."""
    with ctx.read() as connection:
        account = _account_of(connection, ctx, token)
    return ctx.as_account(account) if account else None


@anyone
def sign_out(ctx: Context, token: str) -> None:
    """End a session and give back the entries its account holds."""
    with ctx.write() as work:
        account = _account_of(work.connection, ctx, token)
        if account is None:
            return
        work.actor = account.name
        store.drop_session(work.connection, _token_hash(ctx, token))
        release_leases(work.connection, account_id=account.id)
        work.note("sign_out")


@requires(Role.ADMINISTRATOR)
def create_account(
    ctx: Context,
    *,
    name: str,
    password: str,
    role: Role,
    full_name: str = "",
    team: str = "",
    shift: str = "",
    office_id: int | None = None,
) -> Account:
    """Create an account; by an administrator of an office for that office or one below.

    Raises:
        InvalidInput: name or password breaks the rules, or the name is taken.
        NotAllowed: the office is not one of the caller's.
    """
    account = _checked(
        Account(id=0, name=name, full_name=full_name, role=Role(role), team=team, shift=shift, office_id=office_id)
    )
    password_hash = _hash(account, password)
    with ctx.write() as work:
        scope = scope_of(work.connection)
        if scope is not None and account.office_id is None:
            account = replace(account, office_id=scope.own)
        _own(work.connection, account)
        return _add(ctx, work, account, password_hash)


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
    office_id: int | None = None,
) -> Account:
    """Change an account; None leaves a value as it is.

    Raises:
        NotAllowed: the last active administrator would be lost, or the account is, or would be, of another office.
    """
    wanted = {
        "full_name": full_name,
        "role": role,
        "team": team,
        "shift": shift,
        "active": active,
        "office_id": office_id,
    }
    changes = {key: value for key, value in wanted.items() if value is not None}
    with ctx.write() as work:
        before = _own(work.connection, found(store.get_account(work.connection, account_id), Missing.ACCOUNT))
        after = _own(work.connection, replace(before, **changes))  # type: ignore[arg-type]
        store.save_account(work.connection, after)
        if store.count_accounts(work.connection, role=Role.ADMINISTRATOR) == 0:
            raise NotAllowed("Phải còn ít nhất một quản trị đang hoạt động. Hãy giao quyền cho người khác trước.")
        if not after.active or (after.role, after.office_id) != (before.role, before.office_id):
            store.drop_sessions_of(work.connection, account_id)
            release_leases(work.connection, account_id=account_id)
        work.note("update_account", old=_described(before), new=_described(after))
        return after


@requires(Role.ADMINISTRATOR)
def reset_password(ctx: Context, account_id: int, password: str) -> None:
    """Give an account a new password and end its sessions."""
    with ctx.read() as connection:
        account = _own(connection, found(store.get_account(connection, account_id), Missing.ACCOUNT))
    password_hash = _hash(account, password)
    with ctx.write() as work:
        store.set_password_hash(work.connection, account_id, password_hash)
        store.drop_sessions_of(work.connection, account_id)
        attempts.clear_attempts(work.connection, account.name)
        work.note("reset_password", new=account.name)


@requires(Role.CLERK)
def change_password(ctx: Context, *, old: str, new: str, token: str = "") -> None:
    """Change one's own password; every other session of the account ends.

    Args:
        ctx: whose.
        old: the password in force; wrong ones are slowed down as at the door.
        new: the password wanted.
        token: secret of the session that stays.

    Raises:
        TooManyAttempts: the old password was wrong too often lately.
        InvalidInput: the old password is wrong, or the new one can be none.
    """
    password_hash = _hash(ctx.who, new)
    # counted apart from sign-ins: mistakes made here keep nobody from signing in elsewhere
    place = {"name": f"{ctx.who.name}:password", "client": "password"}
    with ctx.write() as work:
        attempt = admit(work.connection, **place)
        login = store.login_of(work.connection, ctx.who.name)
    if login is None or not verify(login[1], old):
        raise InvalidInput("Mật khẩu cũ không đúng. Hãy nhập lại.")
    with ctx.write() as work:
        attempts.take_back(work.connection, attempt, **place)
        store.set_password_hash(work.connection, ctx.who.id, password_hash)
        store.drop_sessions_of(work.connection, ctx.who.id, but=_token_hash(ctx, token) if token else "")
        work.note("change_password", new=ctx.who.name)


def _own(connection: Connection, account: Account) -> Account:
    """The account, when it is of the office the connection belongs to or of one below."""
    if not may_keep(connection, account.office_id):
        raise NotAllowed("Tài khoản này không thuộc đơn vị của bạn. Hãy nhờ quản trị của đơn vị đó.")
    return account


def _add(ctx: Context, work: Work, account: Account, password_hash: str) -> Account:
    if store.login_of(work.connection, account.name) is not None:
        raise InvalidInput(f"Tên đăng nhập «{account.name}» đã có. Hãy chọn tên khác.")
    account = replace(account, id=store.add_account(work.connection, account, password_hash))
    work.note("create_account", new=_described(account))
    if ctx.database.trail is not None:
        ctx.database.trail.mark_inhabited()
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
    office = "" if account.office_id is None else f" office={account.office_id}"
    return f"{account.name} {account.role.value} {state} team={account.team} shift={account.shift}{office}"


def _hash(account: Account, password: str) -> str:
    return hash_new(password, about=(account.name, account.full_name))


def _token_hash(ctx: Context, token: str) -> str:
    """Digest under which a session is kept: whoever can only write to the database cannot make one."""
    return hmac.new(ctx.database.secret("sessions"), token.encode(), hashlib.sha256).hexdigest()


def _account_of(connection: Connection, ctx: Context, token: str) -> Account | None:
    """The account of a living session; the secret names it, so a session turned over to another account ends."""
    account = store.session_account(connection, _token_hash(ctx, token))
    return account if account is not None and token.startswith(f"{account.id}.") else None
