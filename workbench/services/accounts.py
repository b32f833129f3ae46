"""Accounts: first administrator, teams and shifts, passwords. Who is signed in stands in `sessions`."""

from __future__ import annotations

import re
from dataclasses import replace

from corrections.entries import Role
from storage import accounts as store
from storage import sign_in_attempts as attempts
from storage.accounts import SYSTEM_NAME, Account
from storage.opening.database import Connection
from storage.queues import release_leases
from storage.separation import may_keep, scope_of
from workbench.services.context import Context, Work, anyone, requires
from workbench.services.errors import InvalidInput, Missing, NotAllowed, found
from workbench.services.first_start import FIRST_CODE
from workbench.services.own_password import prove_password
from workbench.services.passwords import hash_new
from workbench.services.sessions import token_hash_of

__all__ = [
    "Account",
    "change_password",
    "create_account",
    "create_first_administrator",
    "list_accounts",
    "needs_first_administrator",
    "reset_password",
    "update_account",
]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@anyone
def needs_first_administrator(ctx: Context) -> bool:
    """Whether nobody has ever had an account here: a database that was lost or half restored does not open the door."""
    if ctx.database.trail is not None and ctx.database.trail.is_inhabited:
        return False
    with ctx.read() as connection:
        return store.count_accounts(connection) == 0


@anyone
def create_first_administrator(
    ctx: Context, *, name: str, password: str, full_name: str = "", code: str = "", own_password: bool = True
) -> Account:
    """Create the administrator of a new installation; refused once any account exists.

    Args:
        ctx: the command line's, or a browser's that brings the code.
        name: to sign in with.
        password: as chosen.
        full_name: of the person.
        code: the one-time code that the server printed on its console; the command line needs none.
        own_password: the person chose it; else another is chosen at the first signing in.

    Raises:
        NotAllowed: accounts exist, or the code is wrong.
        InvalidInput: name or password breaks the rules.
    """
    by_command = ctx.may(Role.ADMINISTRATOR)
    if not by_command and not needs_first_administrator(ctx):
        raise NotAllowed("Đã có tài khoản quản trị. Hãy đăng nhập, hoặc nhờ quản trị tạo tài khoản.")
    if not by_command and not FIRST_CODE.accepts(code):
        with ctx.write() as work:
            work.note("first_code_failed", actor=SYSTEM_NAME)
        raise NotAllowed(
            "Mã cài đặt không đúng. Hãy xem mã in trên cửa sổ dòng lệnh đã mở chương trình; nhập sai nhiều lần thì "
            "phải tắt rồi mở lại chương trình để có mã mới."
        )
    wanted = Account(id=0, name=name, full_name=full_name, role=Role.ADMINISTRATOR, must_change=not own_password)
    account = _checked(wanted)
    password_hash = _hash(account, password)
    with ctx.write() as work:
        if store.count_accounts(work.connection):
            raise NotAllowed("Đã có tài khoản quản trị. Hãy đăng nhập, hoặc nhờ quản trị tạo tài khoản.")
        work.actor = account.name
        return _add(ctx, work, account, password_hash)


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
    own_password: bool = False,
) -> Account:
    """Create an account; by an administrator of an office for that office or one below.

    Its owner chooses another password at the first signing in, unless this one is `own_password`.

    Raises:
        InvalidInput: name or password breaks the rules, or the name is taken.
        NotAllowed: the office is not one of the caller's.
    """
    wanted = Account(id=0, name=name, full_name=full_name, role=Role(role), team=team, shift=shift, office_id=office_id)
    account = replace(_checked(wanted), must_change=not own_password)
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
def reset_password(ctx: Context, account_id: int, password: str, *, own_password: bool = False) -> None:
    """Give an account a new password and end its sessions.

    Its owner chooses another at the next signing in, unless this one is `own_password` or the owner does this.
    """
    with ctx.read() as connection:
        account = _own(connection, found(store.get_account(connection, account_id), Missing.ACCOUNT))
    password_hash = _hash(account, password)
    with ctx.write() as work:
        handed = not own_password and account_id != ctx.account_id
        store.set_password_hash(work.connection, account_id, password_hash, must_change=handed)
        store.drop_sessions_of(work.connection, account_id)
        attempts.clear_attempts(work.connection, account.name)
        work.note("reset_password", new=account.name)


@requires(Role.CLERK, Role.POLICE, Role.INSPECTOR)
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
    prove_password(ctx, "change_password", old)
    with ctx.write() as work:
        store.set_password_hash(work.connection, ctx.who.id, password_hash, must_change=False)
        store.drop_sessions_of(work.connection, ctx.who.id, but=token_hash_of(ctx, token) if token else "")
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
