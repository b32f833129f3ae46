"""Fields keyed again: drawing them, handing them out blind, and what to do where two people read differently."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corrections.double_entry import ThreeReadings, compare_readers
from corrections.entries import SETTLED, DecisionKind, EntryState, FieldValue, Role
from corrections.normalise import normalise
from corrections.quality import draw_blind, right_value, seed_error
from layouts.columns import columns_by_name
from layouts.geometry import PageBox
from storage import samples
from storage.books import get_book
from storage.clock import now
from storage.entries import StoredEntry, get_entry, stream_entries
from storage.judgements import Judgement, add_judgements
from storage.opening.database import Connection
from storage.readings import get_reading
from storage.samples import Sample
from storage.states import SampleKind
from vietnamese.letters import fold_spaces, same_text
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, NotAllowed, found
from workbench.services.review_view import region_of
from workbench.services.save_lessons import machine_fields, script_of
from workbench.services.saving import save_within
from workbench.services.suggestion_sources import entry_context

__all__ = [
    "BlindTask",
    "Disagreement",
    "answer_blind",
    "blind_tasks",
    "disagreements",
    "draw_samples",
    "resolve_disagreement",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindTask:
    """A field to key from its ink alone; no value is handed out but a seeded one."""

    sample_id: int
    entry_id: int
    column: str
    label: str
    box: PageBox | None
    shown: str = ""
    """Only for seeded errors: the value put before the clerk to confirm or correct."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Two people (and the machine) read a field differently."""

    sample_id: int
    entry_id: int
    readers: ThreeReadings


@requires(Role.SUPERVISOR)
def draw_samples(
    ctx: Context, book_id: int, *, kind: SampleKind = SampleKind.BLIND, share: float = 0.02, seed: str = ""
) -> int:
    """Ask for fields of a book to be keyed again; returns how many were newly asked for.

    Args:
        ctx: A supervisor's.
        book_id: Which book.
        kind: BLIND draws unflagged fields, DOUBLE any confirmed field, SEEDED plants one known error an entry and asks
            for one right value beside it.
        share: Chance of a field (of an entry, for SEEDED).
        seed: Changes the draw; empty for one that nobody can guess.

    Raises:
        InvalidInput: a share that is none.
    """
    if not 0 < share <= 1:
        raise InvalidInput("Tỷ lệ lấy mẫu phải lớn hơn 0 và không quá 1. Hãy nhập lại, ví dụ 0,02.")
    seed = seed or now().isoformat()
    with ctx.write() as work:
        found(get_book(work.connection, book_id), Missing.BOOK)
        stored = list(stream_entries(work.connection, book_id, SETTLED))
        draw = _draw_seeded if kind is SampleKind.SEEDED else _draw_again
        drawn = draw(work.connection, stored, kind, share, seed)
        work.note("draw_samples", book_id=book_id, new=f"{kind.value} {drawn}")
        return drawn


def _draw_again(
    connection: Connection, stored: Sequence[StoredEntry], kind: SampleKind, share: float, seed: str
) -> int:
    drawn = 0
    for one in stored:
        machine = machine_fields(connection, one)

        def counts(value: FieldValue, machine: Mapping[str, FieldValue] = machine) -> bool:
            proposed = machine.get(value.column)
            passed = proposed is not None and not proposed.needs_review
            return bool(value.text) and (kind is SampleKind.DOUBLE or passed)

        for field in draw_blind([one.entry], share, seed, counts):
            proposed = machine.get(field.column)
            drawn += samples.add_sample(
                connection,
                entry_id=one.entry.id,
                column=field.column,
                kind=kind,
                first_account=one.confirmed_by,
                first_value=field.expected,
                machine_value=proposed.normalized if proposed else "",
            )
    return drawn


def _draw_seeded(
    connection: Connection, stored: Sequence[StoredEntry], kind: SampleKind, share: float, seed: str
) -> int:
    """One planted error an entry and, in random order with it, one right value, so that nobody can tell them apart."""
    every = max(1, round(1 / share))
    chance = random.Random(seed)
    drawn = 0
    for one in stored[::every]:
        planted = seed_error(one.entry, seed)
        pair = [planted, right_value(one.entry, seed, besides=planted.column)] if planted else []
        chance.shuffle(pair)
        for put in pair:
            drawn += put is not None and samples.add_sample(
                connection,
                entry_id=one.entry.id,
                column=put.column,
                kind=kind,
                first_account=one.confirmed_by,
                first_value=put.right,
                seeded_value=put.shown,
            )
    return drawn


@requires(Role.CLERK)
def blind_tasks(ctx: Context, n: int = 10) -> tuple[BlindTask, ...]:
    """Fields the caller may key again; never one whose first value is the caller's own."""
    with ctx.read() as connection:
        found = samples.open_samples(connection, account_id=ctx.who.id, limit=max(1, min(n, 50)))
        return tuple(task for sample in found if (task := _task(connection, sample)) is not None)


def _task(connection: Connection, sample: Sample) -> BlindTask | None:
    stored = get_entry(connection, sample.entry_id)
    if stored is None:
        return None
    column = columns_by_name(stored.entry.register_type)[sample.column]
    reading = get_reading(connection, stored.reading_id) if stored.reading_id else None
    region = region_of(reading, stored.entry.region)
    read = region.fields.get(sample.column) if region else None
    return BlindTask(
        sample_id=sample.id,
        entry_id=sample.entry_id,
        column=sample.column,
        label=column.label,
        box=(read.box if read else None) or stored.box,
        shown=sample.seeded_value,
    )


@requires(Role.CLERK)
def answer_blind(ctx: Context, sample_id: int, text: str) -> None:
    """Keep what somebody read from the ink alone.

    Raises:
        NotAllowed: the first value is the caller's own, or somebody answered already.
    """
    with ctx.write() as work:
        sample = found(samples.get_sample(work.connection, sample_id), Missing.SAMPLE)
        if sample.first_account is not None and sample.first_account == ctx.account_id:
            raise NotAllowed("Bạn đã nhập trường này lần đầu nên không nhập lại mù được. Hãy để người khác nhập.")
        stored = found(get_entry(work.connection, sample.entry_id), Missing.ENTRY)
        answer = _standard(work.connection, stored, sample.column, text)
        agrees = same_text(answer, sample.first_value)
        if not samples.answer_sample(
            work.connection, sample_id, account_id=ctx.account_id, answer=answer, agrees=agrees
        ):
            raise NotAllowed("Trường này đã có người nhập lại. Hãy chuyển sang trường khác.")
        work.note("answer_blind", entry_id=sample.entry_id, column=sample.column, new="=" if agrees else "≠")
        if sample.kind is SampleKind.BLIND and agrees:
            _judge(ctx, work.connection, stored, sample, answer)
        if sample.kind is SampleKind.DOUBLE and not agrees and stored.entry.state is EntryState.CONFIRMED:
            label = columns_by_name(stored.entry.register_type)[sample.column].label
            reason = f"Hai người nhập khác nhau ở «{label}»."
            token = f"double:{sample.id}:{stored.entry.revision}"
            save_within(ctx, work, stored, {}, DecisionKind.ESCALATE, token, reason)


def _standard(connection: Connection, stored: StoredEntry, column: str, text: str) -> str:
    book = found(get_book(connection, stored.entry.book_id), Missing.BOOK)
    known = columns_by_name(stored.entry.register_type)[column]
    return normalise(known, fold_spaces(text), context=entry_context(stored.entry, book)).value


def _judge(ctx: Context, connection: Connection, stored: StoredEntry, sample: Sample, right: str) -> None:
    """Two people agree without the second seeing anything: that judges the machine's value."""
    machine = machine_fields(connection, stored).get(sample.column)
    if machine is None:
        return
    reading = get_reading(connection, stored.reading_id) if stored.reading_id else None
    region = region_of(reading, stored.entry.region)
    column = columns_by_name(stored.entry.register_type)[sample.column]
    judgement = Judgement(
        entry_id=sample.entry_id,
        column=sample.column,
        register_type=stored.entry.register_type,
        kind=column.kind,
        script=script_of(region.fields.get(sample.column) if region else None, machine),
        confidence=machine.confidence,
        correct=same_text(machine.normalized, right),
        flagged=machine.needs_review,
        blind=True,
        account_id=ctx.account_id,
    )
    add_judgements(connection, [judgement])


@requires(Role.SUPERVISOR)
def disagreements(ctx: Context) -> tuple[Disagreement, ...]:
    """Blind and double entries that differ from the first value and that nobody has resolved, letters marked."""
    with ctx.read() as connection:
        answered = samples.stream_answered(connection, (SampleKind.BLIND, SampleKind.DOUBLE))
        found = []
        for sample in answered:
            stored = get_entry(connection, sample.entry_id)
            if sample.agrees or sample.resolved_value is not None or stored is None:
                continue
            name = sample.column
            readers = compare_readers(
                [name], {name: sample.first_value}, {name: sample.answer or ""}, {name: sample.machine_value}
            )
            found.append(
                Disagreement(
                    sample_id=sample.id,
                    entry_id=sample.entry_id,
                    readers=readers[0],
                )
            )
        return tuple(found)


@requires(Role.SUPERVISOR)
def resolve_disagreement(ctx: Context, sample_id: int, value: str) -> None:
    """Note which value is right; the entry itself is corrected in review, where its checks run."""
    with ctx.write() as work:
        sample = found(samples.get_sample(work.connection, sample_id), Missing.SAMPLE)
        stored = found(get_entry(work.connection, sample.entry_id), Missing.ENTRY)
        right = _standard(work.connection, stored, sample.column, value)
        samples.resolve_sample(work.connection, sample_id, account_id=ctx.account_id, value=right)
        _judge(ctx, work.connection, stored, sample, right)
        work.note("resolve_sample", entry_id=sample.entry_id, column=sample.column, new=right)
