"""From readings to the values a clerk sees: text as written, standard value, source, confidence, doubt.

The machine's readings are only material here. For each column the reading that makes a certain standard value is
preferred; other fields of the entry bear witness; the book's record and the standard's rules fill what no page
prints; the checks have the last word on what must be looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from corrections import book_rules
from corrections.checks import MISREADING_SIGNS, check_entry
from corrections.confidence import combine, standard_confidence
from corrections.dates import PartialDate, parse_date, parse_date_words, parse_standard
from corrections.entries import Book, FieldState, FieldValue, Finding, ValueSource
from corrections.letters import same_text
from corrections.normalise import Normalised, normalise
from corrections.thresholds import Thresholds
from corrections.tidy import tidy
from corrections.witnesses import WORDS_OF, agree, in_the_style_of, repair_words
from layouts.columns import Column, columns
from layouts.register_types import RegisterType
from ocr.readings import EntryReading, FieldReading, PageKind, Script

__all__ = ["prefill_entry"]

_LOOK_AGAIN = frozenset({"ink_unread", "struck_out"})
"""Flags of the reader after which no confidence counts."""
_FLAG_ODDS = {"overflow": 0.7}
_FLAGGED_ODDS = 0.4
_AMONG_HANDWRITING = 0.4
_SIGN_ODDS = 0.4
_REMARK_ODDS = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    text: str
    normalised: Normalised
    confidence: float
    """That the standard value is right."""


def prefill_entry(
    reading: EntryReading,
    register_type: RegisterType | str,
    *,
    book: Book | None = None,
    thresholds: Thresholds,
    reading_id: int | None = None,
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
    """
    kind = RegisterType(register_type)
    known = {c.name: c for c in columns(kind)}
    if reading.state is not PageKind.ENTRIES:
        return {name: _empty(name, reading_id) for name in reading.fields}, ()
    shared = _shared_columns(reading)
    context = _context(reading, known, book)
    by_hand = _mostly_by_hand(reading)
    values: dict[str, FieldValue] = {}
    for name, field in reading.fields.items():
        around = {**context, "shared": shared.get(name, "")}
        value = _field_value(known[name], field, around, reading_id)
        if by_hand and field.script is Script.TYPED and name != "trangSo":
            value = replace(value, confidence=combine(value.confidence, _AMONG_HANDWRITING))
        values[name] = value
    values = _heard_witnesses(values, reading, book)
    unmarked = frozenset(n for n, f in reading.fields.items() if not f.text and f.engine in ("stamp", "checkbox"))
    values |= book_rules.book_values(known, values, book) if book else {}
    values |= book_rules.rule_values(kind, known, values, unmarked)
    findings = check_entry(
        kind,
        {name: value.normalized for name, value in values.items()},
        {name: value.text for name, value in values.items()},
    )
    values = _with_findings(values, findings)
    judged = {n: _judged(v, known[n], reading.fields.get(n), kind, thresholds) for n, v in values.items()}
    return judged, findings


def _mostly_by_hand(reading: EntryReading) -> bool:
    """Whether most written values of the entry are handwritten: a value taken for typed may be a neat hand."""
    scripts = [field.script for field in reading.fields.values() if field.text and field.script]
    return scripts.count(Script.HANDWRITTEN) > len(scripts) / 2


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


def _context(reading: EntryReading, known: Mapping[str, Column], book: Book | None) -> dict[str, str]:
    context: dict[str, str] = {}
    registered = reading.fields.get("ngayDangKy")
    found = parse_date(_preferred(registered)) if registered else None
    volume_year = book.volume_number.rpartition("/")[2] if book else ""
    if volume_year:
        context["volume_year"] = volume_year
    if found and found.date and found.certain:
        context["near_year"] = str(found.date.year)
    elif volume_year.isdigit():
        context["near_year"] = str(int(volume_year) + 1)
    return context


def _preferred(field: FieldReading) -> str:
    return field.text if field.decoded is None else field.decoded


def _field_value(column: Column, field: FieldReading, context: Mapping[str, str], reading_id: int | None) -> FieldValue:
    if field.engine == "tesseract" and field.script is Script.HANDWRITTEN:
        return replace(_empty(column.name, reading_id), state=FieldState.WRITTEN, needs_review=True)
    best = _best_candidate(column, field, context)
    confidence = best.confidence
    for flag in field.flags:
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


def _best_candidate(column: Column, field: FieldReading, context: Mapping[str, str]) -> _Candidate:
    """The preferred reading, or, when no rule can make a standard value of it, the likeliest one that gives one."""
    readings = [(_preferred(field), field.confidence)]
    if field.decoded is not None and field.decoded != field.text:
        readings.append((field.text, field.confidence * 0.5))
    readings += [(a.text, min(a.probability, field.confidence * 0.7)) for a in field.alternatives[:5]]
    decoded = field.script is not Script.TYPED and field.decoded is not None
    candidates = [_candidate(column, tidy(column.kind, text), sure, context, decoded) for text, sure in readings]
    if column.code_list and field.engine in ("checkbox", "stamp"):
        return replace(candidates[0], text=field.text)
    first = candidates[0]
    if first.normalised.certain or not first.text:
        return first
    return next((c for c in candidates[1:] if c.normalised.certain and c.text), first)


def _candidate(column: Column, text: str, confidence: float, context: Mapping[str, str], decoded: bool) -> _Candidate:
    normalised = normalise(column, text, context=context)
    sure = standard_confidence(column.kind, confidence, normalised, lexicon_used=decoded)
    return _Candidate(text=text, normalised=normalised, confidence=sure)


def _heard_witnesses(values: dict[str, FieldValue], reading: EntryReading, book: Book | None) -> dict[str, FieldValue]:
    heard = dict(values)
    for words_name, figures_name in WORDS_OF.items():
        if words_name in heard and figures_name in heard:
            _hear_words(heard, words_name, figures_name, reading)
    _hear_page_number(heard)
    for first, second in (("nycHoTen", "meHoTen"), ("nycHoTen", "chaHoTen"), ("so", "quyetDinhSo")):
        both = _written(heard, first) and _written(heard, second)
        if both and same_text(heard[first].normalized, heard[second].normalized):
            _strengthen(heard, (first, second), 8.0)
    _hear_years(heard)
    signer = heard.get("nguoiKy")
    found = book_rules.with_known_signer(signer, book.signer) if book and signer else None
    if signer and found:
        heard["nguoiKy"] = replace(signer, normalized=found[0], confidence=combine(signer.confidence, found[1]))
    return heard


def _written(values: Mapping[str, FieldValue], name: str) -> bool:
    return name in values and bool(values[name].text)


def _strengthen(values: dict[str, FieldValue], names: tuple[str, ...], factor: float) -> None:
    for name in names:
        values[name] = replace(values[name], confidence=combine(values[name].confidence, factor))


def _hear_words(values: dict[str, FieldValue], words_name: str, figures_name: str, reading: EntryReading) -> None:
    """Date in words and in figures: agreement makes both sure; else the likelier repair is proposed with doubt."""
    words, figures = values[words_name], values[figures_name]
    told = parse_date_words(words.text)
    shown_date = parse_standard(figures.normalized)
    shown = parse_date(figures.normalized)
    verdict = agree(shown, told) if told.certain else None
    if verdict:
        _strengthen(values, (figures_name,), 30.0)
        _strengthen(values, (words_name,), 6.0)
    elif told.date is not None and told.certain and told.date.complete:
        _trust_words(values, words_name, figures_name, told.date, reading.fields.get(figures_name))
        return
    elif verdict is False:
        _strengthen(values, (figures_name, words_name), 0.05)
        return
    if shown_date is not None and shown_date.complete and words.text:
        repaired = repair_words(words.text, shown_date)
        if repaired is not None and repaired[0] != words.text:
            factor = 3.0 if repaired[1] >= 0.9 else 1.0
            values[words_name] = replace(
                values[words_name],
                text=repaired[0],
                normalized=repaired[0],
                confidence=min(combine(words.confidence, factor), values[figures_name].confidence),
            )
            if verdict is None:
                _strengthen(values, (figures_name,), 1.0 + 9.0 * max(0.0, repaired[1] - 0.8) / 0.2)


def _trust_words(
    values: dict[str, FieldValue], words_name: str, figures_name: str, told: PartialDate, field: FieldReading | None
) -> None:
    """Figures that say another date than readable words, or none: a reading of the same ink that says the words' date
    is taken; else unsure figures nearly the same, or unreadable, give way to the words, with doubt, since a word is
    harder to misread into another than a figure is. Sure figures stay: books do contradict themselves.
    """
    words, figures = values[words_name], values[figures_name]
    other = _figures_that_say(told.standard, field)
    if other is not None:
        sure = combine(words.confidence, 2.0)
        values[figures_name] = replace(figures, text=other, normalized=told.standard, confidence=sure)
        return
    near = not figures.normalized or Levenshtein.distance(figures.normalized, told.standard) <= 2
    if figures.text and near and figures.confidence < min(0.9, words.confidence + 0.3):
        text, doubt = in_the_style_of(figures.text, told), min(0.6, words.confidence)
        values[figures_name] = replace(
            figures, text=text, normalized=told.standard, confidence=doubt, needs_review=True
        )
    else:
        _strengthen(values, (figures_name,), 0.05)
    _strengthen(values, (words_name,), 0.2)


def _figures_that_say(standard: str, field: FieldReading | None) -> str | None:
    """A reading of the same ink that gives the date the words tell."""
    if field is None:
        return None
    texts = [field.text, *([field.decoded] if field.decoded else []), *(a.text for a in field.alternatives)]
    for text in texts:
        parsed = parse_date(text)
        if parsed.date is not None and parsed.date.standard == standard:
            return text
    return None


def _hear_page_number(values: dict[str, FieldValue]) -> None:
    """One entry a page: in a book opened in January number and page are equal (register forms of 2006 and 2015)."""
    if not (_written(values, "so") and _written(values, "trangSo")):
        return
    if values["so"].normalized == values["trangSo"].normalized:
        _strengthen(values, ("so", "trangSo"), 20.0)
    else:
        _strengthen(values, ("so",), 0.3)


def _hear_years(values: dict[str, FieldValue]) -> None:
    registered = parse_standard(values["ngayDangKy"].normalized) if "ngayDangKy" in values else None
    if registered is None or not _written(values, "quyenSo"):
        return
    if values["quyenSo"].normalized.endswith(f"/{registered.year}"):
        _strengthen(values, ("quyenSo", "ngayDangKy"), 3.0)


def _with_findings(values: dict[str, FieldValue], findings: tuple[Finding, ...]) -> dict[str, FieldValue]:
    """Remarks lower the confidence of the columns concerned; the values stay."""
    lowered = dict(values)
    for finding in findings:
        factor = _SIGN_ODDS if finding.check in MISREADING_SIGNS else _REMARK_ODDS
        for name in finding.columns:
            if name in lowered and lowered[name].text:
                lowered[name] = replace(lowered[name], confidence=combine(lowered[name].confidence, factor))
    return lowered


def _judged(
    value: FieldValue, column: Column, field: FieldReading | None, register_type: RegisterType, thresholds: Thresholds
) -> FieldValue:
    if value.needs_review:
        return value
    if field is None or value.source is not ValueSource.READING:
        script = "rule"
    else:
        script = field.script.value if field.script else "none"
    doubt = thresholds.needs_review(value.confidence, register_type.value, column.kind.value, script)
    return replace(value, needs_review=doubt)
