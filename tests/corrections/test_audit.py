"""Changing, removing, adding or reordering any event of the log is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.audit import GENESIS, chain_events, event_hash, verify_chain
from corrections.entries import AuditEvent

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def _events(count: int) -> tuple[AuditEvent, ...]:
    return chain_events(
        AuditEvent(
            id=0, at=START + timedelta(seconds=i), actor="nv1", action="correct", entry_id=i, column="so", new=str(i)
        )
        for i in range(count)
    )


def test_a_whole_log_verifies() -> None:
    events = _events(20)
    assert events[0].previous_hash == GENESIS
    assert verify_chain(events, (20, events[-1].hash)) == ()
    assert verify_chain(()) == ()


def test_appending_continues_the_chain() -> None:
    first = _events(3)
    more = chain_events([AuditEvent(id=0, at=START, actor="nv2", action="approve")], first[-1].id, first[-1].hash)
    assert verify_chain((*first, *more)) == ()


@given(st.integers(0, 9), st.sampled_from(["actor", "new", "old", "column", "reason", "action", "source"]))
@settings(max_examples=40)
def test_any_changed_field_is_found(place: int, name: str) -> None:
    events = list(_events(10))
    events[place] = replace(events[place], **{name: "sửa"})
    assert [f.event_id for f in verify_chain(events)] == [place + 1]


def test_a_changed_event_with_a_new_hash_breaks_the_next() -> None:
    events = list(_events(5))
    changed = replace(events[2], new="99")
    events[2] = replace(changed, hash=event_hash(changed, changed.previous_hash))
    assert [(f.event_id, f.problem) for f in verify_chain(events)] == [(4, "changed")]


def test_removed_reordered_and_cut_off_events_are_found() -> None:
    events = _events(6)
    head = (6, events[-1].hash)
    assert verify_chain((*events[:2], *events[3:]))[0].problem == "missing"
    assert verify_chain((events[1], events[0], *events[2:]))[0].problem in ("missing", "out_of_order")
    assert verify_chain(events[:4]) == ()
    assert [f.problem for f in verify_chain(events[:4], head)] == ["cut_off"]
    assert [f.problem for f in verify_chain((), head)] == ["cut_off"]


def test_the_time_zone_of_a_moment_does_not_matter() -> None:
    event = _events(1)[0]
    there = replace(event, at=event.at.astimezone(timezone(timedelta(hours=7))))
    assert event_hash(there, GENESIS) == event.hash


def test_faults_are_limited() -> None:
    events = [replace(event, new="x") for event in _events(50)]
    assert len(verify_chain(events, limit=5)) == 5
