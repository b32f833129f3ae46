"""From readings to the values a clerk sees: text as written, standard value, source, confidence, doubt.

The machine's readings are only material here. For each column the reading that makes a certain standard value is
preferred; other fields of the entry are evidence; the book's record and the standard's rules fill what no page
prints; the checks have the last word on what must be looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corrections import book_rules
from corrections.candidates import (
    NAME_PUT_RIGHT,
    PUT_RIGHT,
    PUT_RIGHT_AGREED,
    Candidate,
    candidate,
    known_name,
    known_phrase,
    known_place,
    near_phrase,
    with_issuer,
    with_sure_hamlet,
)
from corrections.checks import MISREADING_SIGNS, check_fields, page_remarks, unsigned_remarks
from corrections.confidence import (
    combine,
)
from corrections.cross_evidence import weigh_cross_evidence
from corrections.dates import parse_date
from corrections.entries import Book, FieldState, FieldValue, Finding, ValueSource
from corrections.entry_spellings import PLACES
from corrections.likelier_readings import usual_first
from corrections.normalise import Normalised
from corrections.other_readings import is_typed, odds_of_listed, odds_of_others, share_of_rivals, told_by_all
from corrections.place_units import match_units
from corrections.signing_titles import title_confidence
from corrections.stray_marks import tidy_reading
from corrections.thresholds import GivenBy, Thresholds
from layouts.columns import Column, FieldKind, Required, columns_by_name
from layouts.register_types import RegisterType
from ocr.readings import Engine, EntryReading, FieldReading, PageKind, Script
from vietnamese.letters import is_figures, spaceless
from vietnamese.units import province_named

__all__ = ["prefill_entry", "reading_contexts"]

_LOOK_AGAIN = frozenset({"ink_unread", "struck_out", "table", "under_seal", "fold", "child_recognises"})
"""Flags of the reader after which no confidence counts."""
# Odds are prior knowledge, as those of `confidence.py`, chosen by judgement; `thresholds` measures on confirmed values
# what comes of them.
_FLAG_ODDS = {"overflow": 0.7, "table": 1.0}
"""A value that runs over its space may lack its end; in a table the flag says nothing of the letters."""
_PHRASES = (FieldKind.TEXT, FieldKind.RELATION)
_WHOLE_OR_NOT = frozenset({FieldKind.ID_NUMBER, FieldKind.DATE, FieldKind.VOLUME, FieldKind.TIME_OF_DEATH})
"""Kinds of which a rule tells a value that lacks its end."""
_FLAGGED_ODDS = 0.4
"""Of any other flag."""
_MOSTLY, _TYPED_ENTRY = 0.5, 0.75
"""Share of an entry's values in a script from which the entry is by hand, and is typed: a neat hand passes for type in
more than half of its lines."""
_AMONG_HANDWRITING = 0.4
"""A value taken for typed in an entry by hand is often a neat hand, of which Tesseract reads some letters."""
_NOT_DECODED, _ALTERNATIVE, _TRIED = 0.5, 0.7, 5
"""Of the reading's confidence, what the bare letters and another reading may claim; so many of these are tried."""
_OFTEN_EMPTY = frozenset({FieldKind.CODE, FieldKind.ID_NUMBER})
_SURELY_UNMARKED = 0.85
"""Confidence from which an empty box or space for a stamp is taken for empty."""
_TOLD_BY_ALL = 0.96
"""Least that a part of a typed run claims which all readings of the run tell alike."""
_NOBODY_SIGNED = 0.94
"""That no name stands where nobody signed, as of a space whose title was found: of 20 on 216 drawn entries none had."""
_EMPTY_BUT_USUAL = 0.1
"""Odds of an empty reading in a column that hardly any entry leaves empty."""
_TOLD_ALONE = ("NoiSinh", "NoiChet")
"""Of them, those that may be a single name: a house of care, `tại nhà`. A native place may be a province alone."""
_MARKS = frozenset({Engine.CHECKBOX, Engine.STAMP})
"""What looks at ticks and stamps instead of reading."""
_SHOWN = frozenset({"name_shape", "district_unknown", "not_in_list"})
"""Remarks on the letters themselves: books seldom hold such values, so a person looks however sure the machine was."""
_SIGN_ODDS, _REMARK_ODDS = 0.4, 0.7
"""A remark that is mostly a sign of misreading; one that mostly is as the book has it."""


def prefill_entry(
    reading: EntryReading,
    register_type: RegisterType,
    *,
    book: Book | None = None,
    thresholds: Thresholds,
    reading_id: int | None = None,
    warnings: Sequence[str] = (),
) -> tuple[dict[str, FieldValue], tuple[Finding, ...]]:
    """Pre-filled values of an entry by column, and what the checks remark on them.

    Every column of the reading is in the result, and those that the book or a rule fills; a column that neither the
    form nor a rule knows is left out, which means empty.

    Args:
        reading: what the machine read in one slot; a blank or cancelled slot gives empty values.
        register_type: type of the register.
        book: its record, for values the pages do not print; None when there is no book (the `prefill` command).
        thresholds: which confidence needs no review.
        reading_id: the stored page reading, kept with each value.
        warnings: what the machine warned of the page; each becomes a remark on the entry.
    """
    known = columns_by_name(register_type)
    if reading.state is not PageKind.ENTRIES:
        return {name: _empty(name, reading_id) for name in reading.fields}, ()
    contexts = reading_contexts(reading, book)
    by_hand, typed = _share(reading, Script.HANDWRITTEN) > _MOSTLY, _share(reading, Script.TYPED) >= _TYPED_ENTRY
    values: dict[str, FieldValue] = {}
    for name, field in reading.fields.items():
        value = _field_value(known[name], field, contexts[name], reading_id, among_typed=typed)
        if by_hand and field.script is Script.TYPED and name != "trangSo":
            value = replace(value, confidence=combine(value.confidence, _AMONG_HANDWRITING))
        values[name] = value
    values = _with_unsigned(weigh_cross_evidence(values, reading, book), reading)
    unmarked = frozenset(
        name
        for name, field in reading.fields.items()
        if not field.text and field.engine in _MARKS and field.confidence >= _SURELY_UNMARKED
    )
    values |= book_rules.book_values(known, values, book) if book else {}
    values |= book_rules.rule_values(register_type, known, values, unmarked)
    findings = check_fields(register_type, values)
    values = _with_findings(values, findings)
    judged = {n: _judged(v, known[n], reading.fields.get(n), register_type, thresholds) for n, v in values.items()}
    _look_once(judged, reading)
    return judged, (*page_remarks(warnings), *unsigned_remarks(_unsigned_titles(reading)), *findings)


def _look_once(judged: dict[str, FieldValue], reading: EntryReading) -> None:
    """Where no name was seen under a signature, a person who looks for it sees the title too: one stop is enough."""
    name, title = judged.get("nguoiKy"), judged.get("chucVuNguoiKy")
    unseen = [reading.fields[n] for n in ("nguoiKy", "chucVuNguoiKy") if n in reading.fields]
    nobody = all(field.engine is Engine.NONE and not field.text and not field.flags for field in unseen)
    if name and title and name.needs_review and len(unseen) > 1 and nobody and unseen[0].box == unseen[1].box:
        judged["chucVuNguoiKy"] = replace(title, needs_review=False)


def _with_unsigned(values: dict[str, FieldValue], reading: EntryReading) -> dict[str, FieldValue]:
    """Names of officials surely empty where nobody of the row signed, though one's title was not found on the page."""
    spaces = reading.signatures
    surely = [space for space in spaces if not space.signed and space.confidence >= _SURELY_UNMARKED]
    if any(space.signed for space in spaces) or not surely or len(spaces) - len(surely) > 1:
        return values
    empty = {}
    for name in (name for space in spaces for name in space.columns if name in values):
        field = reading.fields.get(name)
        if field is not None and field.engine is Engine.NONE and not field.text and not field.flags:
            empty[name] = replace(values[name], confidence=max(values[name].confidence, _NOBODY_SIGNED))
    return values | empty


def _unsigned_titles(reading: EntryReading) -> list[str]:
    """Titles of officials below whom surely nobody signed; citizens need not have."""
    return [
        space.title
        for space in reading.signatures
        if space.columns and not space.signed and space.confidence >= _SURELY_UNMARKED
    ]


def _share(reading: EntryReading, script: Script) -> float:
    """How much of an entry's written values is in one script."""
    scripts = [field.script for field in reading.fields.values() if field.text and field.script]
    return scripts.count(script) / len(scripts) if scripts else 0.0


def _empty(name: str, reading_id: int | None) -> FieldValue:
    return FieldValue(
        column=name, text="", normalized="", state=FieldState.BLANK, needs_review=False, reading_id=reading_id
    )


def _shared_columns(reading: EntryReading) -> dict[str, str]:
    """For columns fed by one run of text: all columns of that run, comma-separated."""
    runs: dict[tuple[object, ...], list[str]] = {}
    for name, field in reading.fields.items():
        if field.text and field.quads:
            runs.setdefault((field.text, field.quads), []).append(name)
    return {name: ",".join(names) for names in runs.values() if len(names) > 1 for name in names}


def reading_contexts(reading: EntryReading, book: Book | None) -> dict[str, Mapping[str, str]]:
    """By column, what `normalise` is told of the entry around a value."""
    shared = _shared_columns(reading)
    context = _context(reading, book)
    return {name: {**context, "shared": shared.get(name, "")} for name in reading.fields}


def _context(reading: EntryReading, book: Book | None) -> dict[str, str]:
    context: dict[str, str] = {}
    registered = reading.fields.get("ngayDangKy")
    found = parse_date(_preferred(registered)) if registered else None
    volume_year = book.volume_number.rpartition("/")[2] if book else ""
    if volume_year:
        context["volume_year"] = volume_year
    if found and found.date and found.certain:
        context["near_year"] = str(found.date.year)
    elif is_figures(volume_year):
        context["near_year"] = str(int(volume_year) + 1)
    return context


def _preferred(field: FieldReading) -> str:
    if field.decoded is None:
        return field.text
    # where a blank stands beside an apostrophe (`K'Điểu`) the strokes tell, not the lists
    is_spaced_otherwise = "'" in field.text and spaceless(field.decoded) == spaceless(field.text)
    return field.text if is_spaced_otherwise else field.decoded


def _field_value(
    column: Column, field: FieldReading, context: Mapping[str, str], reading_id: int | None, *, among_typed: bool
) -> FieldValue:
    if field.engine is Engine.TESSERACT and field.script is Script.HANDWRITTEN:
        return replace(_empty(column.name, reading_id), state=FieldState.WRITTEN, needs_review=True)
    best = _best_candidate(column, field, context)
    confidence = best.confidence
    if column.kind is FieldKind.TITLE and field.engine is Engine.HANDWRITING:
        confidence = title_confidence(field, best.normalised.value, confidence)
    told = best.normalised.value
    confidence = min(confidence, 1.0 - share_of_rivals(column, field, context, told))
    readings = (_preferred(field), *(other.text for other in field.alternatives))
    odds = odds_of_others(column, field, context, told, readings, among_typed=among_typed)
    confidence = combine(confidence, odds)
    if among_typed:
        confidence = combine(confidence, odds_of_listed(column, field, context, told, readings))
        if told_by_all(column, field, context, told, readings):
            confidence = max(confidence, _TOLD_BY_ALL)
    if not best.text and column.required is not Required.NO and column.kind not in _OFTEN_EMPTY:
        confidence = combine(confidence, _EMPTY_BUT_USUAL)
    for flag in _telling_flags(field.flags, column, best.normalised):
        confidence = combine(confidence, _FLAG_ODDS.get(flag, _FLAGGED_ODDS))
    return FieldValue(
        column=column.name,
        text=best.text,
        normalized=best.normalised.value,
        state=FieldState.WRITTEN if best.text or field.flags else FieldState.BLANK,
        source=ValueSource.READING,
        confidence=confidence,
        needs_review=bool(_LOOK_AGAIN.intersection(field.flags)),
        reading_id=reading_id,
    )


def _telling_flags(flags: Sequence[str], column: Column, told: Normalised) -> list[str]:
    """The reader's remarks that say something of the value: what is whole has not lost its end past its space."""
    is_whole = column.kind in _WHOLE_OR_NOT and told.certain and bool(told.value)
    return [flag for flag in flags if flag != "overflow" or not is_whole]


def _best_candidate(column: Column, field: FieldReading, context: Mapping[str, str]) -> Candidate:
    """The preferred reading, or, when no rule can make a standard value of it, the likeliest one that gives one."""
    readings = [(_preferred(field), field.confidence)]
    if field.decoded is not None and field.decoded != field.text:
        readings.append((field.text, field.confidence * _NOT_DECODED))
    readings += [(a.text, min(a.probability, field.confidence * _ALTERNATIVE)) for a in field.alternatives[:_TRIED]]
    decoded = field.script is not Script.TYPED and field.decoded is not None
    # commas part the values of a shared run: there they are no strokes of the form
    kind = FieldKind.TEXT if "," in context.get("shared", "") and column.kind is FieldKind.NAME else column.kind
    readings = [(tidy_reading(kind, text), sure) for text, sure in readings]
    if kind is FieldKind.PLACE:
        readings = [with_sure_hamlet(text, sure) for text, sure in readings]
    if is_typed(field) and not ("HoTen" in context.get("shared", "") or not readings[0][0]):
        readings = usual_first(column.kind, readings)
    candidates = [candidate(column, text, sure, context, decoded) for text, sure in readings]
    if column.kind is FieldKind.PLACE and column.name.endswith(PLACES):
        told_alone = column.name.endswith(_TOLD_ALONE) or (
            column.name.endswith("QueQuan") and province_named(candidates[0].normalised.value) is not None
        )
        agreed = is_typed(field) and not field.alternatives
        place = known_place(candidates, home=not told_alone, most=PUT_RIGHT_AGREED if agreed else PUT_RIGHT)
        return near_phrase(column, place, context) if not match_units(place.text).known else place
    if column.kind in (FieldKind.NAME, FieldKind.SIGNER):
        agreed = is_typed(field) and not field.alternatives
        most = PUT_RIGHT_AGREED if agreed else NAME_PUT_RIGHT
        return known_name(column, candidates[0], context, most=most, typed=is_typed(field))
    if column.code_list and field.engine in _MARKS:
        return replace(candidates[0], text=field.text)
    first = candidates[0]
    if column.kind in _PHRASES:
        first = known_phrase(column, first, context)
        first = with_issuer(column, near_phrase(column, first, context), context)
    if first.normalised.certain or not first.text:
        return first
    return next((c for c in candidates[1:] if c.normalised.certain and c.text), first)


def _with_findings(values: dict[str, FieldValue], findings: tuple[Finding, ...]) -> dict[str, FieldValue]:
    """Remarks lower the confidence of the columns concerned, or have them looked at; the values stay."""
    lowered = dict(values)
    for finding in findings:
        factor = _SIGN_ODDS if finding.check in MISREADING_SIGNS else _REMARK_ODDS
        for name in finding.columns:
            value = lowered.get(name)
            if value is not None and value.text:
                look = value.needs_review or finding.check in _SHOWN
                lowered[name] = replace(value, confidence=combine(value.confidence, factor), needs_review=look)
    return lowered


def _judged(
    value: FieldValue, column: Column, field: FieldReading | None, register_type: RegisterType, thresholds: Thresholds
) -> FieldValue:
    if value.needs_review:
        return value
    if field is None or value.source is not ValueSource.READING:
        given_by = GivenBy.RULE
    else:
        given_by = GivenBy(field.script) if field.script else GivenBy.NONE
    doubt = thresholds.needs_review(value.confidence, register_type, column.kind, given_by)
    return replace(value, needs_review=doubt)
