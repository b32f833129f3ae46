"""Targets set, changed and taken away; what somebody else has set meanwhile is never written over unseen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from corrections.campaign.offices import OfficeTree
from corrections.campaign.targets import Target, TargetError, checked_target, target_words
from corrections.entries import Role
from storage import plan as store
from storage.offices import office_tree
from vietnamese.shown_time import LOCAL
from workbench.services.context import Context, Work, requires
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.plan_settings import planned_office

__all__ = ["drop_target", "save_targets"]

_LOOK = "Chưa lưu gì; hãy xem lại bảng chỉ tiêu rồi làm lần nữa."


@requires(Role.SUPERVISOR)
def save_targets(
    ctx: Context, target: Target, *, also_below: bool = False, seen: Collection[Target] | None = None
) -> int:
    """Keep a target of a unit; one of the same unit, type and step is replaced, its values stand in the log.

    Args:
        ctx: a supervisor's.
        target: its `office_id` is the unit; None: the caller's own, or all registers.
        also_below: keep it for each unit directly below as well (without an amount: all they have).
        seen: the targets as they were shown; one set since by somebody else is not replaced. None: replace any.

    Returns:
        For how many units.

    Raises:
        InvalidInput: it cannot be so, the unit is none of the caller's, or somebody else has set one since; nothing is
            kept then.
    """
    try:
        target = checked_target(target)
    except TargetError as error:
        raise InvalidInput(str(error)) from error
    today = dt.datetime.now(LOCAL).date().isoformat()
    with ctx.write() as work:
        tree = office_tree(work.connection)
        office = planned_office(ctx, tree, target.office_id)
        target = replace(target, id=0, office_id=office.id if office else None, note=target.note.strip())
        units = [target]
        if also_below:
            below = [unit for unit in tree.children(target.office_id) if unit.in_force(today)]
            units += [replace(target, office_id=unit.id, amount=None) for unit in below]
        for one in units:
            _put(work, tree, one, seen, ctx.account_id)
    return len(units)


def _put(work: Work, tree: OfficeTree, target: Target, seen: Collection[Target] | None, account_id: int | None) -> None:
    before = store.target_of(work.connection, target)
    if before is not None and replace(before, id=0) == target:
        return
    if before is not None and seen is not None and before not in seen:
        raise InvalidInput(f"{_unit_words(tree, before)}: người khác vừa đặt chỉ tiêu {target_words(before)}. {_LOOK}")
    store.put_target(work.connection, target, account_id)
    old = _told(before) if before else ""
    work.note("plan_target", column=_named(tree, target), old=old, new=_told(target), reason=target.note)


@requires(Role.SUPERVISOR)
def drop_target(ctx: Context, seen: Target) -> None:
    """Take a target away.

    Args:
        ctx: a supervisor's.
        seen: the target as it was shown.

    Raises:
        NotFound: there is none of that unit, type and step among the caller's.
        InvalidInput: somebody else has changed it since.
    """
    with ctx.write() as work:
        tree = office_tree(work.connection)
        target = found(store.target_of(work.connection, seen), Missing.TARGET)
        if target != seen:
            raise InvalidInput(
                f"{_unit_words(tree, target)}: người khác vừa đổi chỉ tiêu này thành {target_words(target)}. {_LOOK}"
            )
        store.drop_target(work.connection, target.id)
        work.note("plan_target", column=_named(tree, target), old=_told(target))


def _unit_words(tree: OfficeTree, target: Target) -> str:
    unit = tree.get(target.office_id)
    return unit.name if unit else "Toàn bộ"


def _named(tree: OfficeTree, target: Target) -> str:
    unit = tree.get(target.office_id)
    kind = target.register_type.value if target.register_type else ""
    return " ".join(filter(None, (unit.code if unit else "", target.step.value, kind)))


def _told(target: Target) -> str:
    amount = "" if target.amount is None else str(target.amount)
    return " ".join(filter(None, (target.starts_on.isoformat(), target.target_on.isoformat(), amount, target.note)))
