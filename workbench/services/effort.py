"""What review costs: active time and key presses by clerk, field, book, team, shift or day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from corrections.campaign.shifts import shift_label
from corrections.entries import Role
from storage.clock import stamp
from storage.effort_log import EffortGroup, EffortTotal, effort_totals
from vietnamese.shown_time import LOCAL, shown_day
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput
from workbench.services.naming import COLUMN_LABELS, names_of
from workbench.services.plan_settings import kept_settings

__all__ = ["GROUPS", "EffortTotal", "effort_summary"]

_AHEAD = int((LOCAL.utcoffset(None) or timedelta()).total_seconds()) // 60
"""Minutes of the local clock ahead of stored moments."""
GROUPS = tuple(EffortGroup)


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def effort_summary(
    ctx: Context,
    *,
    by: str,
    book_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[EffortTotal, ...]:
    """Work summed over a group of `GROUPS`, called by its name; keystrokes saved are `blank_presses - key_presses`.

    A shift and a day are those that the office's clock showed when the entry was saved, as for the plan's tables.

    Raises:
        InvalidInput: no such group.
    """
    try:
        group = EffortGroup(by)
    except ValueError as error:
        raise InvalidInput(f"Không tính được theo «{by}». Hãy chọn một trong: {', '.join(GROUPS)}.") from error
    with ctx.read() as connection:
        totals = effort_totals(
            connection,
            by=group,
            book_id=book_id,
            since=stamp(since) if since else "",
            until=stamp(until) if until else "~",
            shifts=kept_settings(connection).shifts,
            ahead=_AHEAD,
        )
    called = _names(ctx, group, [total.group for total in totals])
    return tuple(replace(total, group=called.get(total.group, total.group)) for total in totals)


def _names(ctx: Context, by: EffortGroup, groups: Sequence[str]) -> Mapping[str, str]:
    """What people call the groups of a kind, where the record has ids or column names."""
    if by is EffortGroup.ACCOUNT:
        return {str(key): name for key, name in names_of(ctx).accounts.items()}
    if by is EffortGroup.BOOK:
        return {str(key): name for key, name in names_of(ctx, books=[int(group) for group in groups]).books.items()}
    if by is EffortGroup.SHIFT:
        return {group: shift_label(group) for group in groups}
    if by is EffortGroup.DAY:
        return {group: shown_day(group) for group in groups}
    return COLUMN_LABELS if by is EffortGroup.COLUMN else {}
