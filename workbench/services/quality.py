"""How good the work is: thresholds learned from confirmed data, and error rates of people and columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from corrections.entries import Role
from corrections.quality import ErrorRate, error_rate
from corrections.thresholds import ALLOWED_WRONG, CutChoice, Thresholds, learn_thresholds
from storage import samples
from storage.accounts import list_accounts
from storage.clock import now, stamp
from storage.judgements import count_judgements
from storage.states import SampleKind
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput
from workbench.services.thresholds_in_force import (
    judged_values,
    judged_when_learned,
    keep_thresholds,
    thresholds_in_force,
)

__all__ = [
    "ErrorRate",
    "ThresholdReport",
    "error_rates",
    "recompute_thresholds",
    "renew_thresholds",
    "threshold_report",
]

_WORTH_LEARNING = (200, 1.2)
"""So many more judged values, and so many times as many as last time, change the cuts enough to learn them anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdReport:
    """Cuts in force, and what confirmed data says of each group, for the supervisor's chart."""

    in_force: Thresholds
    choices: Mapping[tuple[str, str, str], CutChoice]
    """By register type (`*` for all), field kind and script."""
    judged: int
    allowed: float = ALLOWED_WRONG


@requires(Role.SUPERVISOR)
def threshold_report(ctx: Context) -> ThresholdReport:
    """What the thresholds rest on; nothing is changed."""
    with ctx.read() as connection:
        judged = judged_values(connection)
        _, choices = learn_thresholds(judged)
        return ThresholdReport(in_force=thresholds_in_force(connection), choices=choices, judged=len(judged))


@requires(Role.SUPERVISOR, whole=True)
def recompute_thresholds(ctx: Context) -> ThresholdReport:
    """Choose the cuts anew from everything confirmed so far and put them in force for readings to come."""
    return _learn(ctx)


def _learn(ctx: Context) -> ThresholdReport:
    with ctx.write() as work:
        judged = judged_values(work.connection)
        learned, choices = learn_thresholds(judged)
        keep_thresholds(work.connection, learned, count_judgements(work.connection))
        work.note("thresholds", new=f"{len(learned.cuts)} {len(judged)}")
        return ThresholdReport(in_force=learned, choices=choices, judged=len(judged))


@requires(Role.CLERK)
def renew_thresholds(ctx: Context) -> ThresholdReport | None:
    """Learn the cuts anew when enough has been confirmed since the last time; None when there is too little new.

    Reading runs call it before they begin: cuts only matter for what is pre-filled from then on.
    """
    more, times = _WORTH_LEARNING
    with ctx.read() as connection:
        last = judged_when_learned(connection)
        if count_judgements(connection) < max(last + more, last * times):
            return None
    return _learn(ctx)


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def error_rates(ctx: Context, *, by: str = "clerk", days: int | None = None) -> tuple[ErrorRate, ...]:
    """Wrong fields among those keyed again, by `clerk` or `column`, with the exact 95 % bound.

    Seeded errors count for who answered them: letting the wrong value pass is the error.

    Raises:
        InvalidInput: another `by`.
    """
    if by not in ("clerk", "column"):
        raise InvalidInput("Chỉ tính được theo người nhập (clerk) hoặc theo cột (column). Hãy chọn lại.")
    since = stamp(now() - timedelta(days=days)) if days else ""
    with ctx.read() as connection:
        names = {account.id: account.name for account in list_accounts(connection)}
        groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for sample in samples.stream_answered(connection, tuple(SampleKind)):
            if sample.created_at < since:
                continue
            seeded = sample.kind is SampleKind.SEEDED
            if seeded and sample.seeded_value == sample.first_value:
                continue  # shown right, so that planted errors cannot be told by being shown
            who = sample.answer_account if seeded else sample.first_account
            group = names.get(who or 0, "—") if by == "clerk" else sample.column
            right = sample.first_value if seeded else (sample.resolved_value or sample.answer or "")
            stands = (sample.answer or "") if seeded else sample.first_value
            groups[group].append((stands, right))
        return tuple(error_rate(group, pairs) for group, pairs in sorted(groups.items()))
