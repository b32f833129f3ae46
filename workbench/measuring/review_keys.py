"""Keys an entry of drawn pages takes at the review form: what it stops at, what is taken, chosen, mended or typed.

Counted by the rules of the form itself: fields of one line of ink that are to be looked at are one stop while they are
right; it stops at fields of an error too, and asks once more where an error stays; a suggestion's key takes it and goes
on, as the key for an empty field does, but nothing is offered for an empty field; any other wrong value is mended with
as few keys as a browser needs. Wrong values that nobody is led to are the silent ones. A browser presses the same keys
in `tests/browser/measure_book.py`, which tells both counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from rapidfuzz.distance import LCSseq

from benchmark.entry_keys import stops
from benchmark.letters import same_standard
from benchmark.mending import mending_with
from benchmark.truth import TruePage, TrueValue, read_truth
from corrections.checks import check_fields
from corrections.entries import FieldState, FieldValue, Finding, Severity
from corrections.prefill import prefill_entry, reading_contexts
from corrections.suggestions import Proposal, Surroundings, propose
from corrections.thresholds import DEFAULT_THRESHOLDS
from layouts.codes import label_of
from layouts.columns import FieldKind, columns_by_name
from layouts.register_types import RegisterType
from ocr.batch.local_engine import run_pages
from ocr.batch.page_reader import read_task
from ocr.readings import EntryReading, PageReading, PageTask
from workbench.measuring.books import Advance
from workbench.measuring.kept_readings import KeptReadings
from workbench.services.suggestion_sources import readings_told

__all__ = ["ReviewKeys", "keys_of_entry", "keys_table", "measure_keys", "together"]

_HEAD = (
    "# Keys an entry takes at the review form",
    "",
    "Written by `workbench benchmark --truth DIR --keys --out DIR`, each page read by itself, without a book's memory."
    " Keys are those of a browser: Enter, Tab, a suggestion's key, arrows, Telex; the one that confirms is counted."
    " Wrong values that were not flagged are silent.",
    "",
)
_PATIENT = 600.0
"""Seconds a page may take where nobody waits."""
_CONFIRM = 1
"""The key that confirms an entry."""
_MENDED = 0.6
"""Share of its letters from which a line is the old one mended (`mended` in the form's `entry_values.js`)."""
_TWIN_KINDS = (FieldKind.NAME, FieldKind.PLACE)
"""What the form looks for again in the entry when it was put right (`openTwins`)."""
_OVER_ERRORS = 1
"""One more where an error stays: it is told first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewKeys:
    """Counts of some entries; keys are the sum of stops, mending and one to confirm each."""

    entries: int = 0
    fields: int = 0
    wrong: int = 0
    silent: int = 0
    flagged: int = 0
    stops: int = 0
    """Keys to go on from field to field: Enter, Tab, a suggestion's, the one for an empty field."""
    suggested: int = 0
    """Wrong values of which a suggestion was right."""
    mended: int = 0
    """Wrong values mended or typed."""
    mending: int = 0
    """Keys for these."""
    keys: int = 0

    def as_json(self) -> dict[str, int | float]:
        """The counts, and keys, stops and mending of one entry."""
        entries = max(self.entries, 1)
        means = {name: round(getattr(self, name) / entries, 2) for name in ("keys", "stops", "mending")}
        return {field.name: getattr(self, field.name) for field in fields(self)} | {
            f"{name}_an_entry": value for name, value in means.items()
        }


def together(counts: Iterable[ReviewKeys]) -> ReviewKeys:
    """The sum of counts."""
    total = ReviewKeys()
    for one in counts:
        total = replace(total, **{f.name: getattr(total, f.name) + getattr(one, f.name) for f in fields(one)})
    return total


def measure_keys(
    folders: Sequence[Path], *, workers: int, advance: Advance, keep: Path | None = None
) -> dict[str, ReviewKeys]:
    """Counts by form of the pages in folders with a `truth.jsonl`, each page read by itself.

    Args:
        folders: where the pages are.
        workers: reading processes.
        advance: called after each page read.
        keep: folder in which readings are kept for the next time; None: none.
    """
    kept = KeptReadings(keep)
    pages = [page for folder in folders for page in read_truth(folder) if page.entries]
    tasks = [PageTask(source=str(page.path)) for page in pages]
    known = {at: kept.of(task) for at, task in enumerate(tasks)}
    left = ((at, tasks[at]) for at in known if known[at] is None)
    for at, outcome in run_pages(left, reader=read_task, workers=workers, timeout=_PATIENT):
        known[at] = outcome
        kept.keep(tasks[at], outcome)
        advance()
    found: defaultdict[str, list[ReviewKeys]] = defaultdict(list)
    for at, page in enumerate(pages):
        found[page.form] += _page(page, known[at])
    return {form: together(counts) for form, counts in sorted(found.items())}


def keys_table(found: Mapping[str, Mapping[str, ReviewKeys]]) -> str:
    """The counts by set of pages and form, of each set and of all, as a Markdown table."""
    head = ("pages", "form", "entries", "fields", "wrong", "silent", "flagged", "keys an entry", "stops", "mending")
    lines = [*_HEAD, f"| {' | '.join(head)} |", "| --- | --- |" + " ---: |" * (len(head) - 2)]
    for name, forms in found.items():
        lines += [_line(name, form, counts) for form, counts in forms.items()]
        lines.append(_line(name, "all", together(forms.values())))
    if len(found) > 1:
        lines.append(_line("all", "all", together(counts for forms in found.values() for counts in forms.values())))
    return "\n".join(lines) + "\n"


def _line(pages: str, form: str, counts: ReviewKeys) -> str:
    one = counts.as_json()
    names = ("entries", "fields", "wrong", "silent", "flagged", "keys_an_entry", "stops_an_entry", "mending_an_entry")
    return f"| {pages} | {form} | {' | '.join(str(one[name]) for name in names)} |"


def _page(page: TruePage, outcome: object) -> list[ReviewKeys]:
    read = outcome.entries if isinstance(outcome, PageReading) else ()
    return [
        keys_of_entry(page.register_type, read[slot] if slot < len(read) else None, true)
        for slot, true in enumerate(page.entries)
    ]


@dataclass(frozen=True, slots=True)
class _Row:
    """A field of the form, and what stands in the book."""

    column: str
    value: FieldValue
    true: TrueValue | None
    right: bool
    failing: bool
    """An error was found at it."""
    told: str = ""
    """What was put right in a field that was read alike."""

    @property
    def looked_at(self) -> bool:
        """Whether the form stops at it."""
        return self.value.needs_review or self.failing


def keys_of_entry(
    register_type: RegisterType,
    reading: EntryReading | None,
    true: Iterable[TrueValue],
    values: Mapping[str, FieldValue] | None = None,
    findings: Iterable[Finding] = (),
) -> ReviewKeys:
    """What one entry takes.

    Args:
        register_type: of its page.
        reading: the entry as read; None when it was not found: it is typed from nothing.
        true: what stands in the book.
        values: as they stand in the record; None: as the machine fills them in by this entry alone.
        findings: what the checks remark on these values; the machine's own where it fills them in.
    """
    truth = {value.column: value for value in true}
    if values is None:
        prefilled = prefill_entry(reading, register_type, thresholds=DEFAULT_THRESHOLDS) if reading else ({}, ())
        values, findings = prefilled
    failing = {name for found in findings if found.severity is Severity.ERROR for name in found.columns}
    empty = {name: FieldValue(column=name, text="", normalized="", needs_review=True) for name in truth}
    shown = dict(values) | {name: value for name, value in empty.items() if name not in values}  # in the form's order
    rows = [_row(register_type, v, truth.get(name), name in failing) for name, v in shown.items()]
    rows = _with_twins(rows, reading, register_type)
    known = [row for row in rows if row.true is not None]
    counts = ReviewKeys(
        entries=1,
        fields=len(known),
        wrong=sum(not row.right for row in known),
        silent=sum(not row.right and not row.looked_at for row in known),
        flagged=sum(row.value.needs_review for row in rows),
    )
    carried: set[str] = set()
    for run in _runs(rows, reading).values():
        right = []
        for row in run:
            right.append(row.right or row.column in carried)
            if not right[-1]:
                counts, text = _mended(counts, row, reading, values, register_type)
                carried |= _put_right_with(row, text, rows, reading)
        counts = replace(counts, stops=counts.stops + stops(right))
    confirm = _CONFIRM + (_OVER_ERRORS if _errors_left(rows, register_type) else 0)
    return replace(counts, keys=confirm + counts.stops + counts.mending)


def _row(register_type: RegisterType, value: FieldValue, true: TrueValue | None, failing: bool) -> _Row:
    title = columns_by_name(register_type)[value.column].kind is FieldKind.TITLE
    right = true is None or same_standard(true.standard, value.normalized, title=title)
    return _Row(value.column, value, true, right, failing)


def _with_twins(rows: Sequence[_Row], reading: EntryReading | None, register_type: RegisterType) -> list[_Row]:
    """The rows, of which names and places that were read as one put right before them are looked at too."""
    put_right: dict[tuple[FieldKind, str], _Row] = {}
    for row in rows:
        kind = columns_by_name(register_type)[row.column].kind
        if kind in _TWIN_KINDS and row.value.text and row.looked_at and not row.right:
            put_right.setdefault((kind, row.value.text.casefold()), row)
    found = []
    for row in rows:
        first = put_right.get((columns_by_name(register_type)[row.column].kind, row.value.text.casefold()))
        if first is not None and first.true is not None and _box(reading, first) != _box(reading, row):
            row = replace(row, value=replace(row.value, needs_review=True), told=first.true.standard)
        found.append(row)
    return found


def _box(reading: EntryReading | None, row: _Row) -> object:
    """Where a field's ink stands; one without any has a place of its own."""
    field = reading.fields.get(row.column) if reading else None
    return field.box if field is not None and field.box is not None else row.column


def _errors_left(rows: Sequence[_Row], register_type: RegisterType) -> bool:
    """Whether an error stays when all that is looked at is as the book has it."""
    left = {row.column: row.value for row in rows}
    for row in rows:
        if row.looked_at and row.true is not None and not row.right:
            left[row.column] = replace(row.value, text=row.true.written, normalized=row.true.standard)
    errors = (found for found in check_fields(register_type, left) if found.severity is Severity.ERROR)
    return any(left.keys() >= set(found.columns) for found in errors)  # what no page holds, the book's record fills


def _runs(rows: Sequence[_Row], reading: EntryReading | None) -> dict[object, list[_Row]]:
    """The fields the form stops at, those of one line of ink together."""
    found: defaultdict[object, list[_Row]] = defaultdict(list)
    for row in rows:
        field = reading.fields.get(row.column) if reading else None
        if row.looked_at:  # an error has a stop of its own
            shares = field is not None and field.box is not None and not row.failing
            found[(row.value.text, field.box) if field and shares else row.column].append(row)
    return found


def _put_right_with(row: _Row, text: str, rows: Sequence[_Row], reading: EntryReading | None) -> set[str]:
    """Columns of the same line of ink that are right once one of them says what the whole line does: the form carries a
    line that was mended over to them, as long as most of it stays."""
    if row.true is None or text != row.true.written:
        return set()
    old = row.value.text
    if LCSseq.similarity(old, text) < _MENDED * max(len(old), len(text)):
        return set()
    same = [r for r in rows if r.value.text == old and _box(reading, r) == _box(reading, row)]
    return {r.column for r in same if r.true is not None and r.true.written == text}


def _mended(
    counts: ReviewKeys,
    row: _Row,
    reading: EntryReading | None,
    values: Mapping[str, FieldValue],
    register_type: RegisterType,
) -> tuple[ReviewKeys, str]:
    """The counts with a wrong value put right, and the text that was typed: by the key for an empty field, a
    suggestion's, or by typing, in what stands there or in a suggestion brought into the field."""
    true = row.true
    if true is None or not (true.written or true.standard):
        return counts, ""
    known = columns_by_name(register_type)[row.column]
    offered = _offered(row, reading, values, register_type)
    told = [row.told, *(proposal.normalized for proposal in offered)]
    title = known.kind is FieldKind.TITLE
    if any(same_standard(true.standard, text, title=title) for text in told if text):
        return replace(counts, suggested=counts.suggested + 1), ""
    words = label_of(known.code_list, true.standard) if known.code_list else None
    wanted = [words] if words else [text for text in (true.written, true.standard) if text]
    way = mending_with(row.value.text, [proposal.text for proposal in offered], wanted)
    return replace(counts, mended=counts.mended + 1, mending=counts.mending + way.keys), way.text


def _offered(
    row: _Row, reading: EntryReading | None, values: Mapping[str, FieldValue], register_type: RegisterType
) -> tuple[Proposal, ...]:
    """The suggestions that the form shows."""
    field = reading.fields.get(row.column) if reading else None
    if reading is None or field is None or not (row.value.state is FieldState.WRITTEN or row.value.needs_review):
        return ()  # an error alone has the form offer nothing where nothing was read
    around = Surroundings(
        values={name: value.normalized for name, value in values.items()},
        alternatives=readings_told(field),
        context=reading_contexts(reading, None).get(row.column, {}),
    )
    column = columns_by_name(register_type)[row.column]
    return propose(column, row.value.text, around)
