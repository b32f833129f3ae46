"""Moments as stored: UTC text of fixed width, so that they sort as text and hash the same on every database."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

__all__ = ["HOUR_LENGTH", "MINUTE_LENGTH", "moment", "moment_of_hour", "moment_of_minute", "now", "stamp", "steady_now"]

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
_HOUR_FORMAT = "%Y-%m-%dT%H"
HOUR_LENGTH = len("2026-11-21T14")
"""How much of a stored moment tells its hour."""
_MINUTE_FORMAT = "%Y-%m-%dT%H:%M"
MINUTE_LENGTH = len("2026-11-21T14:05")
"""How much of a stored moment tells its minute."""


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


_started_at, _started = datetime.now(UTC), time.monotonic()


def steady_now() -> datetime:
    """This moment for reservations, sessions and waits: runs on evenly while the machine's clock is set.

    It is the clock's time when the process started, plus what has passed since by a clock that nobody sets.
    """
    return _started_at + timedelta(seconds=time.monotonic() - _started)


def stamp(at: datetime) -> str:
    """Text of a moment.

    Raises:
        ValueError: the moment has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(UTC).strftime(_FORMAT)


def moment(text: str) -> datetime:
    """The moment a stored text means."""
    return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)


def moment_of_hour(text: str) -> datetime:
    """The start of the hour that the beginning of a stored moment names."""
    return datetime.strptime(text, _HOUR_FORMAT).replace(tzinfo=UTC)


def moment_of_minute(text: str) -> datetime:
    """The start of the minute that the beginning of a stored moment names."""
    return datetime.strptime(text, _MINUTE_FORMAT).replace(tzinfo=UTC)
