"""What review costs: active time and key presses by clerk, field, book, team, shift or day."""

from __future__ import annotations

from datetime import datetime

from corrections.entries import Role
from storage.clock import stamp
from storage.effort_log import EffortTotal, effort_totals
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput

__all__ = ["GROUPS", "EffortTotal", "effort_summary"]

GROUPS = ("account", "book", "column", "team", "shift", "day")


@requires(Role.SUPERVISOR)
def effort_summary(
    ctx: Context,
    *,
    by: str,
    book_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[EffortTotal, ...]:
    """Work summed over a group of `GROUPS`; keystrokes saved are `blank_presses - key_presses`."""
    if by not in GROUPS:
        raise InvalidInput(f"Không tính được theo «{by}». Hãy chọn một trong: {', '.join(GROUPS)}.")
    with ctx.read() as connection:
        return effort_totals(
            connection,
            by=by,
            book_id=book_id,
            since=stamp(since) if since else "",
            until=stamp(until) if until else "~",
        )
