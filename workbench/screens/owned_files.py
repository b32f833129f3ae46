"""Pictures and downloads of a screen belong to the account it was drawn for: the gate gives them to nobody else.

The framework keeps them in memory under a digest of their content (of three pieces of it where it is large, so that two
deliveries which differ elsewhere would be one) and gives them to whoever names it. Here they get names of ours.
"""

from __future__ import annotations

from collections import OrderedDict
from contextvars import ContextVar
from typing import Any

from streamlit.runtime import backend_operation_handler, memory_media_file_storage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from workbench.routes.owned_files import EVERYBODY, NOBODY, owned_name

__all__ = ["begin_owning", "note_owner"]

_MOST_TABS = 10_000
"""Sessions of the framework, one a tab of a browser, whose account is kept in mind; the oldest is forgotten first."""

_owners: OrderedDict[str, int] = OrderedDict()
_asking: ContextVar[str] = ContextVar("_asking", default="")
"""The framework's session that fetches a file which is only made when it is fetched."""


def note_owner(account_id: int) -> None:
    """Note for whom this run of a screen works."""
    running = get_script_run_ctx(suppress_warning=True)
    if running is None:
        return
    _owners[running.session_id] = account_id
    _owners.move_to_end(running.session_id)
    while len(_owners) > _MOST_TABS:
        _owners.popitem(last=False)


def begin_owning() -> None:
    """Let the framework name files so from now on."""
    made = backend_operation_handler.DeferredFileHandler.handle

    async def fetched(handler: Any, request: Any, session_id: str) -> Any:
        _asking.set(session_id)
        return await made(handler, request, session_id)

    memory_media_file_storage._calculate_file_id = _name
    setattr(backend_operation_handler.DeferredFileHandler, "handle", fetched)  # noqa: B010  # types know no such change


def _name(data: bytes, mimetype: str, filename: str | None = None) -> str:
    running = get_script_run_ctx(suppress_warning=True)
    # a run notes its owner before it shows anything but the icon
    owner = _owners.get(running.session_id, EVERYBODY) if running else _owners.get(_asking.get(), NOBODY)
    return owned_name(owner, data, mimetype.encode(), (filename or "").encode())
