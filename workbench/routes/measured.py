"""The work that a screen has measured, as it comes with a save."""

from __future__ import annotations

from typing import Any

from workbench.routes.bodies import amount
from workbench.services.review_types import EffortInput

__all__ = ["effort_by_field", "effort_of_all"]


def effort_of_all(effort: dict[str, Any]) -> EffortInput:
    """Time and keys of the whole save."""
    return EffortInput(active_ms=amount(effort.get("active_ms", 0)), key_presses=amount(effort.get("keys", 0)))


def effort_by_field(effort: dict[str, Any]) -> tuple[EffortInput, ...]:
    """What each field of an entry took."""
    return tuple(
        EffortInput(
            column=str(column),
            active_ms=amount(work.get("ms", 0)),
            key_presses=amount(work.get("keys", 0)),
            corrections=amount(work.get("corrections", 0)),
            blank_presses=amount(work.get("blank", 0)),
        )
        for column, work in effort.get("fields", {}).items()
    )
