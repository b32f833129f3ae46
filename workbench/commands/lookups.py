"""Commands for other systems that look entries up: `serve-lookups` and `lookup-tokens make|list|revoke`."""

from __future__ import annotations

import datetime as dt
import os
import sys
from typing import Annotated

import typer
from rich.table import Table

from vietnamese.shown_time import day_text
from workbench.commands.campaign import UnitCode, office_of_code
from workbench.commands.serving import SERVER_VARIABLES, TlsCert, TlsKey, weigh_address
from workbench.config import ROOT, load_settings
from workbench.console import complain, print_json, tell
from workbench.processes import become

__all__ = ["register"]

tokens = typer.Typer(help="Mã truy cập của các hệ thống được tra cứu.", no_args_is_help=True)

_LINES = 256
"""Connections at once, idle ones too; more than calls are answered together, so that who waits is refused in JSON."""
_LARGEST_HEAD = 128 * 1024
"""Bytes of address and headers: longer than any question, so that a long one is still refused in JSON."""


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
    app.command("serve-lookups", help="Mở giao diện tra cứu chỉ đọc cho hệ thống khác (mặc định không mở).")(
        serve_lookups
    )
    app.add_typer(tokens, name="lookup-tokens")


def serve_lookups(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Cổng; 0: theo thiết lập.")] = 0,
    host: Annotated[str, typer.Option("--host", help="Địa chỉ; không ghi: chỉ máy này.")] = "127.0.0.1",
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="Mở cho máy khác mà không có TLS: ai nghe đường dây đọc được hồ sơ.")
    ] = False,
) -> None:
    """Run the interface until stopped."""
    number = port or load_settings().lookups_port
    weigh_address(host, tls_cert, tls_key, plain_http=plain_http, heard="hồ sơ và mã truy cập")
    complain(f"Tra cứu ở {'https' if tls_cert else 'http'}://{host}:{number}/v1/entries, mô tả ở /openapi.json.")
    command = [
        *(sys.executable, "-m", "uvicorn", "workbench.lookups.server:app", "--host", host, "--port", str(number)),
        *("--no-access-log", "--no-server-header", "--log-level", "warning", "--ws", "none"),
        *("--http", "workbench.lookups.protocol:JsonH11Protocol"),
        *("--limit-concurrency", str(_LINES), "--h11-max-incomplete-event-size", str(_LARGEST_HEAD)),
    ]
    if tls_cert is not None and tls_key is not None:
        command += ["--ssl-certfile", str(tls_cert.resolve()), "--ssl-keyfile", str(tls_key.resolve())]
    become(command, folder=ROOT, environment=os.environ | SERVER_VARIABLES)


@tokens.command("make", help="Cấp mã cho một hệ thống; mã chỉ hiện một lần.")
def make(
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Tên hệ thống.")],
    unit: UnitCode = "",
    days: Annotated[int, typer.Option("--days", min=0, max=366, help="Số ngày mã có hiệu lực.")] = 90,
) -> None:
    """Make a token and print its secret on standard output, alone."""
    from vietnamese.shown_time import LOCAL
    from workbench.services.context import system_context
    from workbench.services.lookup_tokens import make_token

    last_day = dt.datetime.now(LOCAL).date() + dt.timedelta(days=days)
    made = make_token(system_context(load_settings()), name, office_id=office_of_code(unit), last_day=last_day)
    complain(f"Đã cấp mã số {made.token.id}, dùng đến hết ngày {day_text(last_day)}. Mã chỉ hiện lần này:")
    print(made.secret)


@tokens.command("list", help="Các mã đã cấp.")
def list_all(as_json: Annotated[bool, typer.Option("--json", help="In ra dạng JSON.")] = False) -> None:
    """List tokens; their secrets are kept nowhere."""
    from workbench.services.context import system_context
    from workbench.services.lookup_tokens import list_tokens, token_lines

    context = system_context(load_settings())
    lines = token_lines(context, list_tokens(context))
    if as_json:
        print_json([{"id": line.id, "name": line.name, "unit": line.unit, "state": line.state} for line in lines])
        return
    table = Table("Số", "Hệ thống", "Đơn vị", "Cấp lúc", "Hết hạn", "Dùng lần cuối", "Tình trạng")
    for line in lines:
        table.add_row(str(line.id), line.name, line.unit, line.made_at, line.expires_at, line.used_at, line.state)
    tell(table)


@tokens.command("revoke", help="Thu hồi một mã; có hiệu lực ngay.")
def revoke(token: Annotated[int, typer.Argument(metavar="SỐ", help="Số của mã (xem lookup-tokens list).")]) -> None:
    """End a token for good."""
    from workbench.services.context import system_context
    from workbench.services.lookup_tokens import ACTOR, revoke_token

    ended = revoke_token(system_context(load_settings()), token)
    complain(f"Đã thu hồi mã của {ended.name.removeprefix(ACTOR)}.")
