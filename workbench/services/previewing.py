"""What values not yet saved would become: standard values and the checks' remarks, for the form while one types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corrections.entries import Finding, Role
from corrections.review import findings_anew
from storage.entries import get_entry
from workbench.services.context import Context, requires
from workbench.services.errors import Missing, found
from workbench.services.review_types import ValueInput
from workbench.services.saving import apply_values

__all__ = ["Preview", "preview_values"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Values as a save would keep them."""

    normalized: dict[str, str]
    findings: tuple[Finding, ...]


@requires(Role.CLERK)
def preview_values(ctx: Context, entry_id: int, values: Mapping[str, ValueInput]) -> Preview:
    """Standard values and remarks for values not yet saved; nothing is written.

    Raises:
        NotFound: no such entry.
        InvalidInput: a column the register type does not have.
    """
    with ctx.read() as connection:
        stored = found(get_entry(connection, entry_id), Missing.ENTRY)
    fields = apply_values(stored.entry, values)
    normalized = {name: value.normalized for name, value in fields.items()}
    return Preview(normalized=normalized, findings=findings_anew(stored.entry, fields))
