"""What a confirmation teaches: values that recur, corrections of misreadings, and how right the machine was."""

from __future__ import annotations

from collections.abc import Iterator

from corrections.double_entry import DoubleEntryPlan, needs_second
from corrections.entries import Book, BookKind, DecisionKind, Entry, FieldState, FieldValue, ValueSource
from layouts.columns import columns_by_name
from ocr.readings import EntryReading, FieldReading
from storage.entries import StoredEntry, values_before_people
from storage.judgements import Judgement, add_judgements
from storage.memory import learn_correction, remember_values
from storage.opening.database import Connection
from storage.readings import get_reading
from storage.samples import add_sample
from storage.states import SampleKind
from vietnamese.letters import same_text
from workbench.services.context import Context
from workbench.services.review_view import region_of
from workbench.services.settings import office_values

__all__ = ["learn_from_save", "machine_fields", "script_of"]

_LEAVING_LESSONS = frozenset({DecisionKind.CONFIRM, DecisionKind.CORRECT, DecisionKind.APPROVE})


def learn_from_save(
    ctx: Context, connection: Connection, stored: StoredEntry, saved: Entry, decision: DecisionKind, book: Book
) -> None:
    """Learn at once from a save in which a person vouched for the values."""
    if decision not in _LEAVING_LESSONS:
        return
    first = not stored.entry.fields or not all(v.confirmed for v in stored.entry.fields.values())
    changed = {n: v for n, v in saved.fields.items() if first or _differs(stored.entry.fields.get(n), v)}
    written = [(name, value.text) for name, value in changed.items() if value.state is FieldState.WRITTEN]
    real = book.kind is BookKind.WORK
    remember_values(connection, book.id, written, office=real)
    if decision is DecisionKind.CONFIRM and real:
        _ask_second_reader(ctx, connection, stored, saved)
    if stored.reading_id is None:
        return
    region = region_of(get_reading(connection, stored.reading_id), saved.region)
    if region is None:
        return
    machine = machine_fields(connection, stored)
    known = columns_by_name(saved.register_type)
    for name, value in changed.items():
        read = region.fields.get(name)
        if real and read is not None and name in known and value.text and not same_text(read.text, value.text):
            learn_correction(connection, kind=known[name].kind, misreading=read.text, correction=value.text)
    add_judgements(connection, _judgements(ctx, saved, machine, region))


def _ask_second_reader(ctx: Context, connection: Connection, stored: StoredEntry, saved: Entry) -> None:
    """Ask for the fields that the office wants entered twice, by somebody else and blind."""
    values = office_values(connection)
    plan = DoubleEntryPlan(
        columns=frozenset(values.get("double_entry_columns", ())),
        share=float(values.get("double_entry_share", 0.0)),
        seed=str(values.get("double_entry_seed", "")),
    )
    if not plan.columns and not plan.share:
        return
    machine = machine_fields(connection, stored)
    for name in needs_second(plan, saved.id, saved.fields):
        add_sample(
            connection,
            entry_id=saved.id,
            column=name,
            kind=SampleKind.DOUBLE,
            first_account=ctx.account_id,
            first_value=saved.fields[name].normalized,
            machine_value=machine[name].normalized if name in machine else "",
        )


def machine_fields(connection: Connection, stored: StoredEntry) -> dict[str, FieldValue]:
    """The values as the machine proposed them, before any person's save."""
    if not stored.touched:
        return stored.entry.fields
    return values_before_people(connection, [stored.entry.id]).get(stored.entry.id, stored.entry.fields)


def _differs(old: FieldValue | None, new: FieldValue) -> bool:
    return old is None or (old.text, old.normalized) != (new.text, new.normalized)


def _judgements(
    ctx: Context, saved: Entry, machine: dict[str, FieldValue], region: EntryReading
) -> Iterator[Judgement]:
    known = columns_by_name(saved.register_type)
    for name, proposed in machine.items():
        final = saved.fields.get(name)
        # A field a person could not read either teaches nothing about the machine.
        if final is None or name not in known or final.state not in (FieldState.WRITTEN, FieldState.BLANK):
            continue
        yield Judgement(
            entry_id=saved.id,
            column=name,
            register_type=saved.register_type,
            kind=known[name].kind,
            script=script_of(region.fields.get(name), proposed),
            confidence=proposed.confidence,
            correct=same_text(proposed.normalized, final.normalized),
            flagged=proposed.needs_review,
            account_id=ctx.account_id,
        )


def script_of(read: FieldReading | None, proposed: FieldValue) -> str:
    """How the ink of a machine value is written, as thresholds group it."""
    if read is None or proposed.source is not ValueSource.READING:
        return "rule"
    return read.script.value if read.script else "none"
