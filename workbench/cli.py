"""The command line: one file of commands a subject, one table from error to exit code.

Known errors print one Vietnamese line; unknown ones a traceback. `--json` output goes to standard output, progress
and messages to standard error.
"""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress
from typing import Annotated

import typer

from workbench.commands import (
    accounts,
    books,
    campaign,
    delivering,
    handover,
    lookups,
    measuring,
    network,
    plan,
    reading,
    serving,
)
from workbench.config import load_settings
from workbench.console import complain
from workbench.errors import exit_code_of, message_of
from workbench.exit_codes import ExitCode
from workbench.private_files import keep_private, use_own_models, use_private_temporary_folder
from workbench.processes import end_like_ctrl_c
from workbench.version import version_line

__all__ = ["app", "main"]

app = typer.Typer(
    name="workbench",
    help="Số hóa sổ hộ tịch: đọc bản quét, soát lỗi, xuất Excel chuẩn. Không gửi gì ra ngoài máy này.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(version_line())
        raise typer.Exit()


_WITHOUT_DATA = frozenset({"prefill", "explain", "benchmark"})
"""Commands that leave the data folder alone."""


@app.callback()
def begin(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Bản đang cài.")
    ] = False,
) -> None:
    """What every command does first: nothing it writes is for other users of the machine."""
    keep_private()
    end_like_ctrl_c()
    if context.invoked_subcommand not in _WITHOUT_DATA:
        with suppress(OSError):  # whoever needs the folder says what is wrong with it
            use_private_temporary_folder(load_settings().data_dir)
    use_own_models(load_settings().data_dir)


_MODULES = (reading, books, handover, campaign, plan, delivering, lookups, measuring, accounts, serving, network)
for module in _MODULES:
    module.register(app)


def main() -> None:
    """Run the command line and leave with a documented exit code."""
    try:
        result = app(standalone_mode=False)  # typer itself turns Ctrl+C into the number that shells give it
    except (typer.Abort, KeyboardInterrupt):
        result = ExitCode.INTERRUPTED
    except typer.Exit as error:
        result = error.exit_code
    except Exception as error:
        sys.exit(_report(error))
    if result == ExitCode.INTERRUPTED:
        complain("Đã dừng theo yêu cầu. Phần đã làm được giữ lại; chạy lại cùng lệnh để làm tiếp.")
    sys.exit(result if isinstance(result, int) else ExitCode.DONE)


def _report(error: Exception) -> int:
    code = exit_code_of(error)
    if code is None:
        traceback.print_exc()
        complain("Chương trình gặp lỗi ngoài dự kiến. Hãy gửi đoạn lỗi trên cho người phụ trách kỹ thuật.")
        return ExitCode.UNEXPECTED
    complain(message_of(error))
    return code
