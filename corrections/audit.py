"""The audit log as a chain of hashes: changing, removing or adding an event anywhere is found.

Each event's hash covers its content and the hash before it. A chain alone cannot show that its end was cut off, so
the head (last id and hash) is kept apart and compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from corrections.entries import AuditEvent

__all__ = ["GENESIS", "ChainFault", "chain_events", "event_hash", "verify_chain"]

GENESIS = "0" * 64
"""What the first event follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """A place where the log is not what was written."""

    event_id: int
    problem: str
    """`changed`, `missing`, `out_of_order`, `cut_off`."""
    message: str
    """Vietnamese, for the screen and the command."""


def event_hash(event: AuditEvent, previous_hash: str) -> str:
    """Digest of an event and of everything before it; moments count in UTC to the microsecond."""
    content = [
        previous_hash,
        event.id,
        event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        event.actor,
        event.action,
        event.entry_id,
        event.book_id,
        event.column,
        event.source,
        event.old,
        event.new,
        event.reason,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def chain_events(events: Iterable[AuditEvent], last_id: int = 0, last_hash: str = GENESIS) -> tuple[AuditEvent, ...]:
    """Events numbered and chained to the ones before."""
    chained: list[AuditEvent] = []
    for event in events:
        numbered = replace(event, id=last_id + 1, previous_hash=last_hash)
        sealed = replace(numbered, hash=event_hash(numbered, last_hash))
        chained.append(sealed)
        last_id, last_hash = sealed.id, sealed.hash
    return tuple(chained)


def verify_chain(
    events: Iterable[AuditEvent], head: tuple[int, str] | None = None, *, limit: int = 20
) -> tuple[ChainFault, ...]:
    """Faults of a log, oldest first; none when it is whole.

    Args:
        events: all events in order; read one by one, so a long log needs no memory.
        head: last id and hash as noted beside the log; without it a cut-off end cannot be seen.
        limit: stop after so many faults.
    """
    faults: list[ChainFault] = []
    last_id, last_hash = 0, GENESIS
    for event in events:
        faults += _faults_of(event, last_id, last_hash)
        last_id, last_hash = event.id, event.hash
        if len(faults) >= limit:
            return tuple(faults[:limit])
    if head is not None and (last_id, last_hash) != head:
        message = f"Nhật ký kết thúc ở dòng {last_id} nhưng đã ghi tới dòng {head[0]}: phần cuối bị cắt hoặc bị thay."
        faults.append(ChainFault(event_id=last_id, problem="cut_off", message=message))
    return tuple(faults)


def _faults_of(event: AuditEvent, last_id: int, last_hash: str) -> Sequence[ChainFault]:
    if event.id <= last_id:
        return [_fault(event.id, "out_of_order", f"Dòng {event.id} đứng sau dòng {last_id}: thứ tự bị đổi.")]
    found: list[ChainFault] = []
    if event.id != last_id + 1:
        found.append(_fault(event.id, "missing", f"Thiếu dòng {last_id + 1} đến {event.id - 1} của nhật ký."))
    elif event.previous_hash != last_hash:
        found.append(_fault(event.id, "changed", f"Dòng {event.id} không nối với dòng trước: nhật ký đã bị sửa."))
    if event.hash != event_hash(event, event.previous_hash):
        found.append(_fault(event.id, "changed", f"Dòng {event.id} khác với lúc được ghi: nhật ký đã bị sửa."))
    return found


def _fault(event_id: int, problem: str, message: str) -> ChainFault:
    return ChainFault(event_id=event_id, problem=problem, message=message)
