"""How many books of each unit have come how far: from the record, else from what its package says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from corrections.campaign.packages import StepCounts
from corrections.campaign.targets import Step
from layouts.register_types import RegisterType
from storage.campaign import KeptPaperCount, list_paper_counts
from storage.opening.database import Connection
from storage.step_counts import books_by_step
from storage.work_counts import OfficeKey
from workbench.services.campaign_sources import Sources, paper_keeper

__all__ = ["steps_by_unit", "steps_together"]


def steps_by_unit(
    connection: Connection, sources: Sources, steps: Collection[Step]
) -> dict[OfficeKey, StepCounts | None]:
    """For each unit that has figures the books of each register type that have taken each step.

    A book counted on paper is counted, whether it is listed or not; no step has more books than there are.

    Args:
        connection: a connection.
        sources: all figures.
        steps: steps that are counted in books; others are left out.

    Returns:
        None for a unit whose package does not say.
    """
    recorded = books_by_step(connection, steps)
    on_paper = _counted_on_paper(sources, list_paper_counts(connection)) if Step.COUNTED in steps else {}
    found: dict[OfficeKey, StepCounts | None] = {
        (office_id, ""): sent.steps for office_id, sent in sources.sent.items() if (office_id, "") not in sources.own
    }
    for key, parts in sources.own.items():
        books: dict[RegisterType, int] = defaultdict(int)
        for (kind, _), figures in parts.items():
            books[kind] += figures.books
        found[key] = {
            kind: _taken(recorded.get((key, kind), {}), on_paper.get((key, kind), 0), count)
            for kind, count in books.items()
        }
    return found


def _taken(recorded: Mapping[Step, int], on_paper: int, books: int) -> dict[Step, int]:
    counts = dict(recorded)
    if on_paper:
        counts[Step.COUNTED] = max(counts.get(Step.COUNTED, 0), on_paper)
    return {step: min(count, books) for step, count in counts.items()}


def _counted_on_paper(sources: Sources, counts: Iterable[KeptPaperCount]) -> dict[tuple[OfficeKey, RegisterType], int]:
    found: dict[tuple[OfficeKey, RegisterType], int] = defaultdict(int)
    for count in counts:
        if count.register_type and count.cases is not None and not count.elsewhere:
            found[paper_keeper(sources.own, count.office_id), count.register_type] += count.books or 0
    return found


def steps_together(parts: Iterable[StepCounts | None]) -> StepCounts | None:
    """Several units' books by step as one; None when one of them does not say."""
    whole: dict[RegisterType, dict[Step, int]] = {}
    for part in parts:
        if part is None:
            return None
        for kind, counts in part.items():
            sums = whole.setdefault(kind, {})
            for step, count in counts.items():
                sums[step] = sums.get(step, 0) + count
    return whole
