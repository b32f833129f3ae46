"""The review thresholds in force, and the confirmed values they are learned from."""

from __future__ import annotations

from corrections.thresholds import DEFAULT_THRESHOLDS, JudgedValue, Thresholds
from storage.judgements import stream_judgements
from storage.opening.database import Connection
from storage.settings_store import get_setting, put_setting

__all__ = ["judged_values", "judged_when_learned", "keep_thresholds", "thresholds_in_force"]

_KEY = "thresholds"


def thresholds_in_force(connection: Connection) -> Thresholds:
    """The cuts that decide which fields are flagged: learned ones kept in the settings, else the defaults."""
    kept = get_setting(connection, _KEY)
    if not kept:
        return DEFAULT_THRESHOLDS
    cuts = {(register_type, kind, script): cut for register_type, kind, script, cut in kept["cuts"]}
    return Thresholds(cuts=cuts, default=kept["default"])


def keep_thresholds(connection: Connection, thresholds: Thresholds, judged: int) -> None:
    """Put thresholds in force that were learned when so many values had been judged."""
    cuts = [[*key, cut] for key, cut in sorted(thresholds.cuts.items())]
    put_setting(connection, _KEY, {"cuts": cuts, "default": thresholds.default, "judged": judged})


def judged_when_learned(connection: Connection) -> int:
    """How many values had been judged when the cuts in force were learned; 0 for the defaults."""
    kept = get_setting(connection, _KEY)
    return int(kept.get("judged", 0)) if kept else 0


def judged_values(connection: Connection) -> list[JudgedValue]:
    """Judgements with fields a person had to look at, and blind ones.

    A value that was not flagged and was confirmed in passing proves little: nobody may have looked. Those count only
    where a blind sample judged them.
    """
    return [
        JudgedValue(
            register_type=one.register_type,
            kind=one.kind,
            script=one.script,
            confidence=one.confidence,
            right=one.correct,
        )
        for one in stream_judgements(connection)
        if one.blind or one.flagged or not one.correct
    ]
