"""Settings of the office, kept in the database: review rules, export profile, quotas, anything a screen keeps.

`office_values` and `review_rules` are for services inside their own transactions.
"""

from __future__ import annotations

import re
from typing import Any

from corrections.entries import Role
from corrections.review import ReviewRules
from exports.profile import ExportProfile, load_profile
from storage.accounts import count_accounts
from storage.opening.database import Connection
from storage.settings_store import get_setting, get_settings, put_setting
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput

__all__ = [
    "OFFICE",
    "export_profile",
    "get_office_setting",
    "office_settings",
    "office_values",
    "review_rules",
    "save_export_profile",
    "save_office_settings",
]

OFFICE = "office."
"""Prefix of the office's keys."""
_PROFILE = "export_profile"
_TWO_PEOPLE = 2
"""Clerks from which one can look at the other's work."""
_KEY = re.compile(r"[a-z][a-z0-9_.]{0,79}")


@requires(Role.CLERK, Role.INSPECTOR)
def office_settings(ctx: Context) -> dict[str, Any]:
    """All settings of the office by key; what was never set is missing, but for the rule of four eyes in force."""
    with ctx.read() as connection:
        values = {key: value for key, value in office_values(connection).items() if key != _PROFILE}
        return {"four_eyes": review_rules(connection).four_eyes, **values}


@requires(Role.CLERK, Role.INSPECTOR)
def get_office_setting(ctx: Context, key: str, default: Any = None) -> Any:
    """One setting, or the default."""
    with ctx.read() as connection:
        value = get_setting(connection, OFFICE + key)
    return default if value is None else value


@requires(Role.ADMINISTRATOR, whole=True)
def save_office_settings(ctx: Context, values: dict[str, Any]) -> None:
    """Set settings; each change leaves an audit event.

    `approval_needed`, `errors_to_supervisor` and `four_eyes` decide how reviews go; the rest belongs to screens.

    Raises:
        InvalidInput: a key that can be none.
    """
    wrong = [key for key in values if not _KEY.fullmatch(key) or key == _PROFILE]
    if wrong:
        raise InvalidInput(f"Không có thiết lập {', '.join(wrong)}. Hãy kiểm tra lại tên.")
    with ctx.write() as work:
        for key, value in values.items():
            old = get_setting(work.connection, OFFICE + key)
            if old != value:
                put_setting(work.connection, OFFICE + key, value)
                work.note("set", column=key, old="" if old is None else str(old), new=str(value))


@requires(Role.CLERK, Role.INSPECTOR)
def export_profile(ctx: Context) -> ExportProfile:
    """The province's choices for the standard workbook; the defaults where nothing was chosen."""
    with ctx.read() as connection:
        kept = get_setting(connection, OFFICE + _PROFILE)
    return load_profile(kept) if kept else ExportProfile()


@requires(Role.ADMINISTRATOR, whole=True)
def save_export_profile(ctx: Context, profile: ExportProfile) -> None:
    """Keep the province's choices."""
    with ctx.write() as work:
        old = get_setting(work.connection, OFFICE + _PROFILE)
        put_setting(work.connection, OFFICE + _PROFILE, profile.to_json())
        work.note("set", column=_PROFILE, old=old or "", new=profile.to_json())


def office_values(connection: Connection) -> dict[str, Any]:
    """All settings of the office, keys without prefix."""
    return get_settings(connection, OFFICE)


def review_rules(connection: Connection) -> ReviewRules:
    """How the office wants reviews: from `approval_needed`, `errors_to_supervisor`, `four_eyes`.

    Where nobody has chosen, whoever confirmed an entry does not approve it as soon as there are two people who may.
    """
    values = office_values(connection)
    standard = ReviewRules()
    return ReviewRules(
        approval_needed=bool(values.get("approval_needed", standard.approval_needed)),
        errors_to_supervisor=bool(values.get("errors_to_supervisor", standard.errors_to_supervisor)),
        four_eyes=bool(values.get("four_eyes", count_accounts(connection, role=Role.CLERK) >= _TWO_PEOPLE)),
    )
