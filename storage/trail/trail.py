"""The trail of one opened database: it is set up at opening, and begins and ends each writing transaction."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text

from corrections.entries import AuditEvent
from storage.accounts import SYSTEM_NAME
from storage.audit_log import append_events, chain_head
from storage.clock import now, stamp
from storage.errors import DiskFull, SchemaBent
from storage.schema import sessions, trail_changes, trail_totals
from storage.trail.foreign import remove_foreign, schema_state
from storage.trail.head_file import Head, HeadFile
from storage.trail.seals import ForeignChange, Sealer, Total, state_digest, stored_totals
from storage.trail.tables import sealed_as_stored
from storage.trail.triggers import drop_triggers, install_triggers, missing_triggers
from storage.trail.verify import head_faults, row_faults

__all__ = ["Trail"]

_INHABITED = "co-tai-khoan"
"""A file that, once there, keeps the door for a first administrator shut."""
_NAMED = 50
"""Foreign changes named one by one in the log; how many more there were is said in one line."""
_PATIENCE_MS = 30_000
"""How long a save waits for somebody else's transaction on the database before it says that the database is busy."""
_SHOWN = 5
"""Lost triggers that the log names."""


class Trail:
    """Seals what each transaction changes, and writes the head outside.

    Args:
        folder: of the key and the head file, outside the database.
    """

    def __init__(self, folder: Path) -> None:
        self.heads = HeadFile(folder)
        self._shape: object = None
        """Of the database when it was last looked through for what is not ours."""

    @property
    def sealer(self) -> Sealer:
        """Seals with the key of this installation."""
        return Sealer(self.heads.secret("rows"))

    def secret(self, purpose: str) -> bytes:
        """A key for something else that must not be forged by whoever has only the database."""
        return self.heads.secret(purpose)

    def begin(self, connection: Connection) -> None:
        """At the start of a writing transaction: what was changed without the program is put on record, not sealed."""
        _keep_others_out(connection)
        self._remove_foreign(connection)
        self._note_other_log(connection)
        if connection.execute(select(func.max(trail_changes.c.id))).scalar() is None:
            return
        query = select(trail_changes.c.table_name, trail_changes.c.row_key).distinct()
        found = [ForeignChange(row.table_name, row.row_key) for row in connection.execute(query)]
        connection.execute(trail_changes.delete())
        _note_foreign(connection, found)

    def end(self, connection: Connection) -> Head | None:
        """At the end of a writing transaction, before it is committed: seal, and write the head to the disk.

        Raises:
            DiskFull: the head could not be written; the transaction must not be committed.
            SchemaBent: nor when something foreign was hung on the tables meanwhile, which may have acted already. What
                this transaction has not written cannot act in it, and what it has written nobody can hang on to.
        """
        if schema_state(connection) != self._shape:
            raise SchemaBent
        changed, foreign = self.sealer.seal_changes(connection)
        if foreign:
            _note_foreign(connection, foreign)
        return self._intend(connection, changed=changed)

    def committed(self, head: Head) -> None:
        """After the commit."""
        with suppress(OSError):  # the line only spares the check a look at two places: the commit itself stands
            self.heads.committed(head)

    def _intend(self, connection: Connection, *, changed: bool) -> Head | None:
        event_id, event_hash = chain_head(connection)
        last = self.heads.last()
        if not changed and last is not None and (last.event_id, last.event_hash) == (event_id, event_hash):
            return None
        if not changed and last is None and event_id == 0:
            return None
        return self._next_head(connection, event_id, event_hash)

    def _next_head(self, connection: Connection, event_id: int, event_hash: str) -> Head:
        state = state_digest(stored_totals(connection))
        try:
            return self.heads.intend(at=stamp(now()), event_id=event_id, event_hash=event_hash, state=state)
        except OSError as error:
            raise DiskFull(str(self.heads.folder)) from error

    def before_upgrade(self, connection: Connection) -> int | None:
        """Look at every seal before the schema changes under the rows, and take the triggers away.

        Returns:
            How many things were not as the program left them; None when nothing was sealed yet.
        """
        if not inspect(connection).has_table(trail_totals.name):
            return None
        found = None
        if connection.execute(select(func.count()).select_from(trail_totals)).scalar_one():
            totals = stored_totals(connection)
            tables = {name: table for name, table in sealed_as_stored(connection).items() if name in totals}
            counted: dict[str, Total] = {}
            found = sum(1 for _ in row_faults(connection, self.sealer, totals, counted, tables))
            found += sum(1 for _ in head_faults(connection, self.heads, state_digest(counted)))
        drop_triggers(connection)
        foreign = len(remove_foreign(connection))
        return found + foreign if found is not None else None

    def set_up(self, connection: Connection, *, upgraded_from: str | None, faults: int | None) -> Head | None:
        """Make the triggers, and seal everything where nothing is sealed yet or the schema has just changed.

        Args:
            connection: of a writing transaction.
            upgraded_from: the revision before an upgrade just made.
            faults: what `before_upgrade` found.
        """
        sealed_before = bool(connection.execute(select(func.count()).select_from(trail_totals)).scalar_one())
        install_triggers(connection)
        self._remove_foreign(connection)
        if sealed_before:
            self._note_other_log(connection)
        if sealed_before and upgraded_from is None:
            return self._intend(connection, changed=False)
        if not sealed_before and self.heads.last() is not None:
            return None  # somebody emptied the seals: sealing anew would cover it up, the check tells it
        totals = self.sealer.seal_everything(connection)
        if any(total.rows for total in totals.values()):
            reason = f"{upgraded_from or ''} {faults or 0}".strip()
            append_events(
                connection, [_event("seal_all", new=str(sum(t.rows for t in totals.values())), reason=reason)]
            )
        if faults:  # sealing anew must not pass for a record that was whole
            append_events(connection, [_event("bent_before_upgrade", old=upgraded_from or "", new=str(faults))])
        return self._intend(connection, changed=True)

    def seal_anew(self, connection: Connection, *, actor: str, reason: str) -> Head:
        """Take the rows as they stand for right from now on; the log keeps who said so, and why."""
        drop_triggers(connection)
        install_triggers(connection)
        totals = self.sealer.seal_everything(connection)
        event = _event("seal_anew", new=str(sum(t.rows for t in totals.values())), reason=reason)
        append_events(connection, [replace(event, actor=actor)])
        self.heads.begin_anew(stamp(now()))
        return self._next_head(connection, *chain_head(connection))

    def mark_inhabited(self) -> None:
        """Remember outside the database that somebody has an account here."""
        self.heads.secret("rows")  # makes the folder
        (self.heads.folder / _INHABITED).touch(mode=0o600)

    @property
    def is_inhabited(self) -> bool:
        """Whether somebody has ever had an account here, even when the database no longer knows."""
        return (self.heads.folder / _INHABITED).exists()

    def _remove_foreign(self, connection: Connection) -> None:
        """Take away triggers of strangers before they see what is written now, make ours again, put it on record."""
        if schema_state(connection) == self._shape:
            return
        lost = missing_triggers(connection)
        found = remove_foreign(connection)
        events = [_event("foreign_object", column=o.table, old=o.name, new=o.told) for o in found[:_NAMED]]
        if lost:
            events.append(_event("triggers_lost", old=", ".join(lost[:_SHOWN]), new=str(len(lost))))
        if events:
            install_triggers(connection)
            append_events(connection, events)
        self._shape = schema_state(connection)

    def _note_other_log(self, connection: Connection) -> None:
        """Put on record a log that does not end where the head outside says, or sums that are not those of the head.

        Then it was cut, lengthened or written anew, or an older database was put in place of this one. Sessions of that
        other moment let nobody in.
        """
        standing, (event_id, event_hash) = self.heads.standing(), chain_head(connection)
        if not standing:
            sealed = connection.execute(select(trail_totals.c.table_name).where(trail_totals.c.sealed_rows > 0)).first()
            if sealed is not None:
                append_events(connection, [_event("head_lost", new=str(event_id))])
            return
        states = {head.state for head in standing if (head.event_id, head.event_hash) == (event_id, event_hash)}
        if states:
            # sums recounted to fit rows that were taken away or put back: what follows would be counted on from them
            if state_digest(stored_totals(connection)) not in states:
                append_events(connection, [_event("sums_bent", new=str(event_id))])
            return
        action = "older_database" if event_id < standing[-1].event_id else "foreign_events"
        connection.execute(sessions.delete())
        append_events(connection, [_event(action, old=str(standing[0].event_id), new=str(event_id))])


def _keep_others_out(connection: Connection) -> None:
    """Until the end nobody else's changes are noted among ours, and no sums recounted: they would pass for ours.

    SQLite has one writer at a time. On PostgreSQL whoever changes a sealed row waits for us, in the trigger that notes
    it; our own writers have queued before.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"SET LOCAL lock_timeout = {_PATIENCE_MS}"))
        connection.execute(text("LOCK TABLE trail_changes, trail_totals IN SHARE ROW EXCLUSIVE MODE"))


def _event(action: str, *, column: str = "", old: str = "", new: str = "", reason: str = "") -> AuditEvent:
    return AuditEvent(id=0, at=now(), actor=SYSTEM_NAME, action=action, column=column, old=old, new=new, reason=reason)


def _note_foreign(connection: Connection, found: list[ForeignChange]) -> None:
    events = [_event("tampered", column=change.table, old=change.key) for change in found[:_NAMED]]
    if len(found) > _NAMED:
        events.append(_event("tampered", new=str(len(found) - _NAMED)))
    append_events(connection, events)
