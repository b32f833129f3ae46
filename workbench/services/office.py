"""Settings of the office that services need inside their own transactions; the public service is `settings`."""

from __future__ import annotations

from typing import Any

from corrections.review import ReviewRules
from storage.database import Connection
from storage.settings_store import get_settings

__all__ = ["OFFICE", "office_values", "review_rules"]

OFFICE = "office."
"""Prefix of the office's keys."""


def office_values(connection: Connection) -> dict[str, Any]:
    """All settings of the office, keys without prefix."""
    return get_settings(connection, OFFICE)


def review_rules(connection: Connection) -> ReviewRules:
    """How the office wants reviews: from `approval_needed`, `errors_to_supervisor`, `four_eyes`."""
    values = office_values(connection)
    standard = ReviewRules()
    return ReviewRules(
        approval_needed=bool(values.get("approval_needed", standard.approval_needed)),
        errors_to_supervisor=bool(values.get("errors_to_supervisor", standard.errors_to_supervisor)),
        four_eyes=bool(values.get("four_eyes", standard.four_eyes)),
    )
