"""Structured values as stored text: fields and findings of entries compactly, machine readings compressed."""

from __future__ import annotations

import json
import zlib
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from corrections.book_evidence.ink import EntryInk, FieldInk, Option, Seen
from corrections.entries import FieldState, FieldValue, Finding, Severity, ValueSource
from ocr.readings import PageFailure, PageReading

__all__ = [
    "evidence_from_bytes",
    "evidence_to_bytes",
    "fields_from_text",
    "fields_to_text",
    "findings_from_text",
    "findings_to_text",
    "outcome_from_bytes",
    "outcome_to_bytes",
    "to_json",
]

_READING = TypeAdapter(PageReading)
_FAILURE = TypeAdapter(PageFailure)


def to_json(value: Any) -> str:
    """Compact JSON with a fixed key order, so that equal values are equal text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def fields_to_text(fields: dict[str, FieldValue]) -> str:
    """Field values as an object of short arrays: at 1.4 million entries each byte here is 30 MB of database.

    The order is that of the columns on the page; `normalized` is left out (null) where it equals `text`.
    """
    return json.dumps(
        {name: _field_to_list(value) for name, value in fields.items()}, ensure_ascii=False, separators=(",", ":")
    )


def _field_to_list(value: FieldValue) -> list[Any]:
    return [
        value.text,
        None if value.normalized == value.text else value.normalized,
        value.state.value,
        value.source.value,
        round(value.confidence, 4),
        int(value.needs_review),
        value.reading_id,
        int(value.confirmed),
    ]


def fields_from_text(text: str) -> dict[str, FieldValue]:
    """Field values of a stored entry, in page order."""
    return dict(_fields(text))


@lru_cache(maxsize=1024)
def _fields(text: str) -> tuple[tuple[str, FieldValue], ...]:
    """Remembered for a few books' worth of entries, as the evidence is."""
    return tuple((name, _field_from_list(name, items)) for name, items in json.loads(text).items())


def _field_from_list(column: str, items: list[Any]) -> FieldValue:
    text, normalized, state, source, confidence, needs_review, reading_id, confirmed = items
    return FieldValue(
        column=column,
        text=text,
        normalized=text if normalized is None else normalized,
        state=FieldState(state),
        source=ValueSource(source),
        confidence=confidence,
        needs_review=bool(needs_review),
        reading_id=reading_id,
        confirmed=bool(confirmed),
    )


def findings_to_text(findings: tuple[Finding, ...]) -> str:
    """Findings as JSON text."""
    return to_json([[f.check, f.severity.value, f.message, list(f.columns), f.source] for f in findings])


def findings_from_text(text: str) -> tuple[Finding, ...]:
    """Findings of a stored entry."""
    return tuple(
        Finding(check=check, severity=Severity(severity), message=message, columns=tuple(columns), source=source)
        for check, severity, message, columns, source in json.loads(text)
    )


def outcome_to_bytes(outcome: PageReading | PageFailure) -> bytes:
    """What the machine returned for a page, compressed."""
    plain = _READING.dump_json(outcome) if isinstance(outcome, PageReading) else _FAILURE.dump_json(outcome)
    return zlib.compress(plain, 6)


def outcome_from_bytes(content: bytes, *, failed: bool) -> PageReading | PageFailure:
    """The kept outcome of a page."""
    plain = zlib.decompress(content)
    return _FAILURE.validate_json(plain) if failed else _READING.validate_json(plain)


_EVIDENCE_FORM = 2
"""Form 1 did not tell what a person looks at in any case; such fields are left to look at."""


def evidence_to_bytes(ink: EntryInk) -> bytes:
    """What the ink of an entry may say, compressed: a few hundred bytes an entry."""
    fields = [
        [name, _field_to_list(field.first), [[o.text, o.standard, o.nats] for o in field.others], int(field.look)]
        for name, field in ink.fields.items()
    ]
    plain = json.dumps([_EVIDENCE_FORM, fields], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(plain.encode(), 6)


@lru_cache(maxsize=2048)
def evidence_from_bytes(content: bytes) -> EntryInk | None:
    """The kept evidence of an entry; None when a later version of the program wrote it in another form.

    Remembered for a few books' worth of entries: a book is weighed again after every confirmation.
    """
    form, fields = json.loads(zlib.decompress(content))
    if form not in (1, _EVIDENCE_FORM):
        return None
    return EntryInk(
        fields={
            name: FieldInk(
                first=_field_from_list(name, first),
                others=tuple(Option(text=text, standard=standard, nats=nats) for text, standard, nats in others),
                look=Seen(look[0]) if look else Seen.ON_INK,
            )
            for name, first, others, *look in fields
        }
    )
