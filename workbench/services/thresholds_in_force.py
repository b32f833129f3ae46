"""The review thresholds in force: learned from confirmed values and kept in the settings, else the defaults."""

from __future__ import annotations

from corrections.thresholds import DEFAULT_THRESHOLDS, Thresholds
from storage.database import Connection
from storage.settings_store import get_setting, put_setting

__all__ = ["keep_thresholds", "thresholds_in_force"]

_KEY = "thresholds"


def thresholds_in_force(connection: Connection) -> Thresholds:
    """The cuts that decide which fields are flagged."""
    kept = get_setting(connection, _KEY)
    if not kept:
        return DEFAULT_THRESHOLDS
    cuts = {(register_type, kind, script): cut for register_type, kind, script, cut in kept["cuts"]}
    return Thresholds(cuts=cuts, default=kept["default"])


def keep_thresholds(connection: Connection, thresholds: Thresholds) -> None:
    """Put thresholds in force."""
    cuts = [[*key, cut] for key, cut in sorted(thresholds.cuts.items())]
    put_setting(connection, _KEY, {"cuts": cuts, "default": thresholds.default})
