"""A decision is about the entry that the person had on the screen: what comes onto a screen is noted."""

from __future__ import annotations

from datetime import timedelta

from corrections.entries import Role
from storage.clock import stamp, steady_now
from storage.opening.database import Connection
from storage.queues import holder_of, take_leases
from storage.showings import Showing, on_screen, put_on_screen
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, LeaseLost, NotFound, NotShown

__all__ = ["Showing", "lease_end", "require_shown", "show_entry"]

_LONGEST_SCREEN = 40
"""Characters of the name a browser gives to its form."""


def lease_end(minutes: float) -> str:
    """Until when an entry taken now is reserved."""
    return stamp(steady_now() + timedelta(minutes=minutes))


@requires(Role.CLERK)
def show_entry(ctx: Context, shown: Showing) -> None:
    """Note that an entry came onto a screen of the caller, who holds it from now on.

    Raises:
        LeaseLost: somebody else holds it; no decision on it will be taken from this screen.
        InvalidInput: no name a screen has.
    """
    if not 8 <= len(shown.screen) <= _LONGEST_SCREEN or shown.turn < 1:
        raise InvalidInput("Màn hình này không có mã hợp lệ. Hãy tải lại trang.")
    at = stamp(steady_now())
    with ctx.write() as work:
        until = lease_end(ctx.settings.lease_minutes)
        if not take_leases(work.connection, [shown.entry_id], account_id=ctx.who.id, at=at, until=until):
            holder = holder_of(work.connection, shown.entry_id, at)
            if holder is None:
                raise NotFound("Không có trường hợp này. Hãy tải lại danh sách.")
            raise LeaseLost(holder[1])
        put_on_screen(work.connection, ctx.who.id, shown)


def require_shown(connection: Connection, account_id: int, shown: Showing) -> None:
    """Refuse unless the entry is what this screen of the account shows in this turn.

    Sessions end while confirmed work waits in a browser, so the account counts here, not the session.

    Raises:
        NotShown: it is another entry, an earlier turn, or nothing was ever shown there.
    """
    if on_screen(connection, account_id, shown.screen) != shown:
        raise NotShown
