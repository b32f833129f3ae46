"""At which levels an account may accept books, where several units share one record."""

from __future__ import annotations

from corrections.acceptance import LEVEL_LABELS, AcceptanceLevel
from corrections.entries import Role
from storage.offices import office_tree
from workbench.services.context import Context, requires
from workbench.services.errors import NotAllowed

__all__ = ["open_levels", "refuse_other_levels"]


@requires(Role.SUPERVISOR)
def open_levels(ctx: Context) -> tuple[AcceptanceLevel, ...]:
    """The level of the caller's unit and those below it; every level where one office works alone or for all."""
    levels = tuple(AcceptanceLevel)
    with ctx.read() as connection:
        tree = office_tree(connection)
    if len(tree) < 2 or ctx.office_ids() is None:
        return levels
    own = tree.get(ctx.who.office_id)
    return levels[: levels.index(AcceptanceLevel(own.level.value)) + 1] if own is not None else ()


@requires(Role.SUPERVISOR)
def refuse_other_levels(ctx: Context, level: AcceptanceLevel) -> None:
    """Refuse minutes of a level above the caller's unit: nobody signs for those who look after them.

    Raises:
        NotAllowed: the level is not the caller's.
    """
    if level not in open_levels(ctx):
        raise NotAllowed(
            f"Tài khoản của bạn không lập được biên bản nghiệm thu của {LEVEL_LABELS[level]}. Hãy nhờ người của "
            f"{LEVEL_LABELS[level]} đăng nhập và lập biên bản."
        )
