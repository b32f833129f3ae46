"""At which levels an account may accept books, and before which a book comes, where several units share one record."""

from __future__ import annotations

from corrections.acceptance import LEVEL_LABELS, AcceptanceLevel
from corrections.campaign.offices import OfficeTree
from corrections.entries import Book, Role
from storage.offices import office_tree
from workbench.services.context import Context, requires
from workbench.services.days import today_kept
from workbench.services.errors import NotAllowed

__all__ = ["book_levels", "open_levels", "refuse_other_levels"]


def book_levels(tree: OfficeTree, book: Book) -> tuple[AcceptanceLevel, ...]:
    """Levels that a book comes before, from below: those of the unit that keeps it and of the units above that.

    A district's own registers are accepted by Phòng and Sở, those of the province by Sở alone; where communes stand
    right below the province, nobody stands between. A book that belongs to no unit comes before all three.
    """
    keeper = tree.keeper_on(book.office_id, today_kept())
    if keeper is None or len(tree) < 2:
        return tuple(AcceptanceLevel)
    found = {AcceptanceLevel(office.level.value) for office in tree.ancestors(keeper.id)}
    return tuple(level for level in AcceptanceLevel if level in found)


@requires(Role.SUPERVISOR)
def open_levels(ctx: Context) -> tuple[AcceptanceLevel, ...]:
    """The level of the caller's unit while that unit stands; every level where one office works alone or for all."""
    with ctx.read() as connection:
        tree = office_tree(connection)
    if len(tree) < 2 or ctx.office_ids() is None:
        return tuple(AcceptanceLevel)
    own = tree.get(ctx.who.office_id)
    if own is None or not own.in_force(today_kept()):
        return ()
    return (AcceptanceLevel(own.level.value),)


@requires(Role.SUPERVISOR)
def refuse_other_levels(ctx: Context, level: AcceptanceLevel) -> None:
    """Refuse minutes of a level that is not the caller's: nobody signs for those above, nor for those below.

    Raises:
        NotAllowed: the level is not the caller's.
    """
    if level not in open_levels(ctx):
        raise NotAllowed(
            f"Tài khoản của bạn không lập được biên bản nghiệm thu của {LEVEL_LABELS[level]}. Hãy nhờ người của "
            f"{LEVEL_LABELS[level]} đăng nhập và lập biên bản."
        )
