"""What the server process does once before it answers: the gate's facts, and the code for the first administrator."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from starlette.middleware import Middleware

from storage.errors import StorageError
from workbench.config import load_settings
from workbench.console import complain
from workbench.errors import message_of
from workbench.leftovers import start_sweeping
from workbench.private_files import keep_private, use_own_models, use_private_temporary_folder
from workbench.processes import allow_many_lines
from workbench.routes.addresses import is_own_host
from workbench.routes.gate import Gate, UploadBudget
from workbench.routes.owned_files import is_for
from workbench.services.accounts import needs_first_administrator
from workbench.services.backup_plan import backup_plan, start_schedule
from workbench.services.context import open_context, system_context
from workbench.services.first_start import FIRST_CODE
from workbench.services.proof_desk import ProofDesk
from workbench.services.reading_desk import DESK
from workbench.services.sessions import context_of_session
from workbench.warming import begin_warming

__all__ = ["begin_serving", "gate"]

_HOURLY_SHARE = 4
"""Times the largest upload that one session may send in an hour."""


def gate(pages: frozenset[str]) -> Middleware:
    """The gate before everything, with the settings in force.

    Args:
        pages: names of the screens.
    """
    settings = load_settings()

    def account_of(token: str) -> int | None:
        try:
            context = context_of_session(open_context(settings), token, used=False)
        except StorageError:  # the screens tell what is wrong with the record; nobody is let in meanwhile
            return None
        return context.who.id if context else None

    def owns(token: str, file_name: str) -> bool:
        account_id = account_of(token)
        return account_id is not None and is_for(file_name, account_id)

    facts: dict[str, Any] = {
        "serves": lambda host: is_own_host(host, settings.host_names),
        "signed_in": lambda token: account_of(token) is not None,
        "pages": pages,
        "uploads": UploadBudget(_HOURLY_SHARE * settings.max_upload_mb * 1024 * 1024),
        "owns": owns,
    }
    return Middleware(Gate, **facts)


def begin_serving(screens: Collection[str]) -> None:
    """Open the record, and print the one-time code where nobody has an account yet.

    Args:
        screens: modules of the screens, loaded before somebody asks for one.
    """
    keep_private()
    allow_many_lines()
    try:
        use_private_temporary_folder(load_settings().data_dir)
        use_own_models(load_settings().data_dir)
        context = open_context(load_settings())
    except (StorageError, OSError) as error:  # the screens say so too, and go on when it is mended
        complain(message_of(error))
        return
    begin_warming(system_context(context.settings), screens)
    start_schedule(context.settings)
    start_sweeping(context.settings.data_dir, backup_plan(system_context(context.settings)).folder)
    DESK.open(context.settings)
    ProofDesk().open(context.settings)
    if needs_first_administrator(context):
        complain(f"Chưa có tài khoản nào. Mã cài đặt để tạo quản trị đầu tiên trên trình duyệt: {FIRST_CODE.show()}")
