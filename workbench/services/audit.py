"""The audit log: list its events, and verify that neither it nor the entries were edited behind its back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from corrections.audit import verify_chain
from corrections.entries import AuditEvent, Role
from storage import audit_log
from storage.clock import stamp
from storage.database import Connection
from storage.entries import all_entries
from workbench.services.context import Context, requires

__all__ = ["Verification", "list_events", "verify"]

_MOST = 1000
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a verification found."""

    ok: bool
    events: int
    entries: int
    problems: tuple[str, ...]
    """Vietnamese, one a line."""


@requires(Role.SUPERVISOR)
def list_events(
    ctx: Context,
    *,
    entry_id: int | None = None,
    book_id: int | None = None,
    actor: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before_id: int | None = None,
    limit: int = 200,
) -> tuple[AuditEvent, ...]:
    """Events, newest first; `before_id` goes on where a page ended."""
    with ctx.read() as connection:
        return audit_log.list_events(
            connection,
            entry_id=entry_id,
            book_id=book_id,
            actor=actor,
            since=stamp(since) if since else None,
            until=stamp(until) if until else None,
            before_id=before_id,
            limit=min(limit, _MOST),
        )


@requires(Role.SUPERVISOR)
def verify(ctx: Context) -> Verification:
    """Check the chain of hashes from the first event to the noted head, and every entry against its last seal."""
    with ctx.read() as connection:
        seals: dict[int, str] = {}
        counter = _Counter()
        events = counter.counted(_sealing(audit_log.stream_events(connection), seals))
        faults = verify_chain(events, audit_log.noted_head(connection) or (0, audit_log.GENESIS), limit=_SHOWN)
        # A fault stops the walk early; the seals of the events after it are still wanted.
        for _ in events:
            pass
        problems = [fault.message for fault in faults]
        entries, edited = _against_seals(connection, seals)
        problems += edited
    return Verification(ok=not problems, events=counter.count, entries=entries, problems=tuple(problems))


class _Counter:
    def __init__(self) -> None:
        self.count = 0

    def counted(self, events: Iterable[AuditEvent]) -> Iterator[AuditEvent]:
        for event in events:
            self.count += 1
            yield event


def _sealing(events: Iterable[AuditEvent], seals: dict[int, str]) -> Iterator[AuditEvent]:
    for event in events:
        if event.entry_id is not None and event.source.startswith(audit_log.SEAL):
            seals[event.entry_id] = event.source
        yield event


def _against_seals(connection: Connection, seals: dict[int, str]) -> tuple[int, list[str]]:
    count, problems = 0, []
    left = dict(seals)
    for entry in all_entries(connection):
        count += 1
        noted = left.pop(entry.id, None)
        if noted is None:
            problems.append(f"Trường hợp {entry.id} không có dòng nhật ký nào: đã được thêm ngoài phần mềm.")
        elif noted != audit_log.seal_of(entry):
            problems.append(f"Trường hợp {entry.id} khác với lần lưu cuối trong nhật ký: đã bị sửa ngoài phần mềm.")
    problems += [f"Trường hợp {entry_id} có trong nhật ký nhưng không còn trong dữ liệu." for entry_id in sorted(left)]
    return count, problems[:_SHOWN]
