"""Readings and entries made for tests, names invented."""

from __future__ import annotations

from corrections.entries import Book, Entry, EntryState, FieldValue, Finding
from layouts.register_types import RegisterType
from ocr.readings import Alternative, Engine, EntryReading, FieldReading, PageKind, Script

Quads = tuple[tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]], ...]


def quad(place: int) -> Quads:
    top = 0.02 * place
    return (((0.1, top), (0.5, top), (0.5, top + 0.01), (0.1, top + 0.01)),)


def read(
    name: str,
    text: str,
    confidence: float = 0.97,
    *,
    place: int = 0,
    engine: Engine = Engine.TESSERACT,
    script: Script = Script.TYPED,
    decoded: str | None = None,
    alternatives: tuple[tuple[str, float], ...] = (),
    flags: tuple[str, ...] = (),
) -> FieldReading:
    return FieldReading(
        column=name,
        text=text,
        confidence=confidence,
        engine=engine,
        script=script,
        quads=quad(place),
        decoded=decoded,
        alternatives=tuple(Alternative(text=t, probability=p) for t, p in alternatives),
        flags=flags,
    )


def entry_reading(*fields: FieldReading, state: PageKind = PageKind.ENTRIES) -> EntryReading:
    placed = {f.column: f for f in fields}
    return EntryReading(region=0, box=(0.0, 0.0, 1.0, 1.0), fields=placed, state=state)


def book(**changed: str) -> Book:
    known = {"register_type": "birth", "volume_number": "01/2012", "office": "UBND xã Đông Tân, huyện Bình An"}
    return Book(id=1, **{**known, **changed})  # type: ignore[arg-type]


def value(name: str, text: str, confidence: float = 0.9, **changed: object) -> FieldValue:
    given = {"column": name, "text": text, "normalized": text, "confidence": confidence, "needs_review": False}
    return FieldValue(**{**given, **changed})  # type: ignore[arg-type]


def entry(
    number: int,
    register_type: RegisterType = RegisterType.BIRTH,
    state: EntryState = EntryState.CONFIRMED,
    book_id: int = 1,
    findings: tuple[Finding, ...] = (),
    **texts: str,
) -> Entry:
    return Entry(
        id=number,
        book_id=book_id,
        page_id=number,
        region=0,
        register_type=register_type,
        state=state,
        revision=1,
        fields={name: value(name, text) for name, text in texts.items()},
        findings=findings,
    )
