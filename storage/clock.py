"""Moments as stored: UTC text of fixed width, so that they sort as text and hash the same on every database."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["moment", "now", "stamp"]

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


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
