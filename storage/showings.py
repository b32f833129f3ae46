"""Which entry stands on which screen now.

A screen is one opening of the review page in one browser; its turns grow by one with every entry that comes onto it.
Only the newest turn is kept: it is the entry that a decision from this screen can be about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select

from storage.clock import now, stamp
from storage.schema import entry_showings

__all__ = ["Showing", "on_screen", "put_on_screen"]

_KEPT = timedelta(days=60)
"""Work kept in a browser that was cut off for longer is shown again before it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """One entry on one screen."""

    screen: str
    turn: int
    entry_id: int


def on_screen(connection: Connection, account_id: int, screen: str) -> Showing | None:
    """What stands on a screen of an account now."""
    query = select(entry_showings).where(entry_showings.c.account_id == account_id, entry_showings.c.screen == screen)
    row = connection.execute(query).first()
    return Showing(screen=row.screen, turn=row.turn, entry_id=row.entry_id) if row else None


def put_on_screen(connection: Connection, account_id: int, shown: Showing) -> None:
    """Note what came onto a screen; word of an earlier turn that arrives late changes nothing."""
    at = stamp(now())
    values = {"turn": shown.turn, "entry_id": shown.entry_id, "shown_at": at}
    before = on_screen(connection, account_id, shown.screen)
    if before is None:
        connection.execute(entry_showings.delete().where(entry_showings.c.shown_at < stamp(now() - _KEPT)))
        connection.execute(entry_showings.insert().values(account_id=account_id, screen=shown.screen, **values))
    elif before.turn < shown.turn:
        mine = (entry_showings.c.account_id == account_id, entry_showings.c.screen == shown.screen)
        connection.execute(entry_showings.update().where(*mine).values(**values))
