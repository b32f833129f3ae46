"""What clerk and supervisor decide on screens, done through the services: python -m tests.acceptance.deciding JSON."""

from __future__ import annotations

import json
import sys

from corrections.entries import DecisionKind
from workbench.config import load_settings
from workbench.services import exporting, saving
from workbench.services.context import Context, system_context
from workbench.services.review_types import ValueInput


def approve_book(context: Context, book_id: int, true_entries: list[dict[str, str]]) -> None:
    """Correct each entry to the truth given (standard values in page order), confirm and approve it."""
    entries = [item.entry for item in exporting.book_for_export(context, book_id).entries]
    assert len(entries) == len(true_entries)
    for entry, true in zip(entries, true_entries, strict=True):
        wrong = {
            name: ValueInput(text=value, normalized=value)
            for name, value in true.items()
            if name in entry.fields and entry.fields[name].normalized != value
        }
        receipt = saving.save_entry(
            context,
            entry_id=entry.id,
            revision=entry.revision,
            token=f"confirm-{entry.id}-0001",
            decision=DecisionKind.CONFIRM,
            values=wrong,
        )
        saving.save_entry(
            context,
            entry_id=entry.id,
            revision=receipt.revision,
            token=f"approve-{entry.id}-0001",
            decision=DecisionKind.APPROVE,
        )


if __name__ == "__main__":
    approve_book(system_context(load_settings()), int(sys.argv[1]), json.loads(sys.argv[2]))
