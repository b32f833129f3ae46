"""Commands about accounts: `users list|add|password|reset-second-step|disable|enable`."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer
from rich.table import Table

from corrections.entries import Role
from workbench.config import load_settings
from workbench.console import AsJson, complain, print_json, tell
from workbench.errors import CommandError
from workbench.exit_codes import ExitCode
from workbench.wording import ROLES

__all__ = ["register"]

users = typer.Typer(
    help="Tài khoản: xem, tạo, đặt lại mật khẩu và đăng nhập hai bước, khóa, mở khóa.", no_args_is_help=True
)

PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Đọc mật khẩu từ đầu vào chuẩn.")]
OwnPassword = Annotated[
    bool,
    typer.Option(
        "--own-password",
        help="Với --password-stdin: chính chủ tài khoản đặt mật khẩu này nên không phải đổi ở lần đăng nhập đầu.",
    ),
]
Name = Annotated[str, typer.Argument(metavar="TÊN", help="Tên đăng nhập.")]


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
    app.add_typer(users, name="users")


@users.command("list", help="Danh sách tài khoản.")
def list_users(as_json: AsJson = False) -> None:
    """Show every account."""
    from workbench.services import accounts
    from workbench.services.context import system_context

    found = accounts.list_accounts(system_context(load_settings()))
    if as_json:
        print_json([{"name": a.name, "role": a.role.value, "team": a.team, "active": a.active} for a in found])
        return
    table = Table("Tên", "Vai trò", "Tổ", "Ca", "Trạng thái")
    for account in found:
        state = "đang dùng" if account.active else "đã khóa"
        table.add_row(account.name, ROLES[account.role.value], account.team, account.shift, state)
    tell(table)


@users.command(
    "add",
    help="Tạo tài khoản; không ghi mật khẩu thì máy đặt và in ra một lần. Người dùng đặt mật khẩu của mình ở lần đăng "
    "nhập đầu.",
)
def add_user(
    name: Name,
    role: Annotated[
        Role,
        typer.Option(
            "--role",
            help="clerk: nhập liệu; supervisor: kiểm tra; administrator: quản trị; police: công an, chỉ đối soát; "
            "inspector: thanh tra, chỉ xem.",
        ),
    ],
    full_name: Annotated[str, typer.Option("--full-name", help="Họ và tên.")] = "",
    team: Annotated[str, typer.Option("--team", help="Tổ.")] = "",
    password_stdin: PasswordStdin = False,
    own_password: OwnPassword = False,
) -> None:
    """Create an account; the first one must be an administrator, whose password counts as chosen unless made here."""
    from workbench.services import accounts
    from workbench.services.context import open_context, system_context

    password, made = _password(password_stdin, own=own_password)
    settings = load_settings()
    if accounts.needs_first_administrator(open_context(settings)):
        if role is not Role.ADMINISTRATOR:
            raise CommandError("Tài khoản đầu tiên phải là quản trị: thêm --role administrator.", ExitCode.USAGE)
        accounts.create_first_administrator(
            system_context(settings), name=name, password=password, full_name=full_name, own_password=not made
        )
    else:
        accounts.create_account(
            system_context(settings),
            name=name,
            password=password,
            role=role,
            full_name=full_name,
            team=team,
            own_password=own_password,
        )
    complain(f"Đã tạo tài khoản {name}.")
    if made:
        tell(f"Mật khẩu: {password}")


@users.command(
    "password",
    help="Đặt lại mật khẩu; các phiên đang mở của tài khoản bị đóng, chủ tài khoản đặt mật khẩu khác ở lần đăng nhập "
    "sau.",
)
def set_password(
    name: Name,
    password_stdin: PasswordStdin = False,
    own_password: OwnPassword = False,
) -> None:
    """Give an account a new password."""
    from workbench.services import accounts
    from workbench.services.context import system_context

    password, made = _password(password_stdin, own=own_password)
    accounts.reset_password(system_context(load_settings()), _id_of(name), password, own_password=own_password)
    complain(f"Đã đặt lại mật khẩu của {name}.")
    if made:
        tell(f"Mật khẩu: {password}")


@users.command(
    "reset-second-step",
    help="Đặt lại đăng nhập hai bước của người đã mất điện thoại và mã dự phòng; các phiên đang mở bị đóng.",
)
def reset_second_step(name: Name) -> None:
    """Take the second factor of an account away: the way back for the last administrator."""
    from workbench.services import second_factor
    from workbench.services.context import system_context

    second_factor.reset_second_factor(system_context(load_settings()), _id_of(name))
    complain(f"Đã đặt lại đăng nhập hai bước của {name}.")


@users.command("disable", help="Khóa tài khoản.")
def disable(name: Name) -> None:
    """Switch an account off."""
    _switch(name, active=False)


@users.command("enable", help="Mở khóa tài khoản.")
def enable(name: Name) -> None:
    """Switch an account on."""
    _switch(name, active=True)


def _switch(name: str, *, active: bool) -> None:
    from workbench.services import accounts
    from workbench.services.context import system_context

    accounts.update_account(system_context(load_settings()), _id_of(name), active=active)
    complain(f"Đã {'mở khóa' if active else 'khóa'} tài khoản {name}.")


def _id_of(name: str) -> int:
    from workbench.services import accounts
    from workbench.services.context import system_context

    found = accounts.list_accounts(system_context(load_settings()))
    for account in found:
        if account.name == name:
            return account.id
    known = ", ".join(a.name for a in found) or "(chưa có)"
    raise CommandError(f"Không có tài khoản «{name}». Các tài khoản hiện có: {known}.", ExitCode.NOT_FOUND)


def _password(from_stdin: bool, *, own: bool) -> tuple[str, bool]:
    """A password, and whether it was made here."""
    if own and not from_stdin:
        raise CommandError(
            "--own-password cần --password-stdin: mật khẩu do máy đặt thì không phải của chủ tài khoản.", ExitCode.USAGE
        )
    if from_stdin:
        return typer.get_text_stream("stdin").readline().rstrip("\r\n"), False
    return secrets.token_urlsafe(9), True
