"""Tries to sign in, counted before they are checked, and the places from which an account has signed in."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from storage.schema import sign_in_attempts, sign_in_places

__all__ = [
    "add_attempt",
    "clear_attempts",
    "failures",
    "forget_before",
    "is_known_place",
    "note_place",
    "take_back",
]

_NAME = 80
"""Characters of a name that are counted by; whoever sends more fills no disk."""


def add_attempt(connection: Connection, *, name: str, client: str, at: str) -> None:
    """Count a try; it counts as failed until it is taken back."""
    connection.execute(sign_in_attempts.insert().values(name=name[:_NAME], client=client, at=at))


def take_back(connection: Connection, *, name: str, client: str) -> None:
    """The try was right: it and the failures of this name from this place no longer count."""
    c = sign_in_attempts.c
    connection.execute(sign_in_attempts.delete().where(c.name == name[:_NAME], c.client == client))


def clear_attempts(connection: Connection, name: str) -> None:
    """Forget all failures of a name."""
    connection.execute(sign_in_attempts.delete().where(sign_in_attempts.c.name == name[:_NAME]))


def forget_before(connection: Connection, at: str) -> None:
    """Forget everybody's old failures."""
    connection.execute(sign_in_attempts.delete().where(sign_in_attempts.c.at < at))


def failures(
    connection: Connection, *, name: str | None, client: str | None, since: str, until: str
) -> tuple[int, str | None]:
    """How many tries failed between two moments, and when the last did; None stands for any name or client."""
    c = sign_in_attempts.c
    # a try later than this moment is from before the clock was set back: it must not make anybody wait for years
    query = select(func.count(), func.max(c.at)).where(c.at >= since, c.at <= until)
    if name is not None:
        query = query.where(c.name == name[:_NAME])
    if client is not None:
        query = query.where(c.client == client)
    count, last = connection.execute(query).one()
    return int(count), last


def note_place(connection: Connection, *, name: str, client: str, at: str) -> None:
    """Remember that an account has signed in from here."""
    places = sign_in_places
    here = (places.c.name == name[:_NAME]) & (places.c.client == client)
    if connection.execute(places.update().where(here).values(at=at)).rowcount == 0:
        connection.execute(places.insert().values(name=name[:_NAME], client=client, at=at))


def is_known_place(connection: Connection, *, name: str, client: str, since: str) -> bool:
    """Whether an account has signed in from here since a moment."""
    places = sign_in_places
    query = select(places.c.at).where(places.c.name == name[:_NAME], places.c.client == client, places.c.at >= since)
    return bool(client) and connection.execute(query).first() is not None
