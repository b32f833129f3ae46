"""Fields of one entry bear witness for each other: agreement makes sure, contradiction makes doubt.

Date in figures and in words, number and page, year of the volume, informant and parents, signer and book.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from corrections import book_rules
from corrections.confidence import combine
from corrections.date_words import WORDS_OF, agree, in_the_style_of, repair_words
from corrections.dates import PartialDate, parse_date, parse_date_words, parse_standard
from corrections.entries import Book, FieldValue
from ocr.readings import EntryReading, FieldReading
from vietnamese.letters import is_figures, same_text

__all__ = ["heard_witnesses"]


def heard_witnesses(values: dict[str, FieldValue], reading: EntryReading, book: Book | None) -> dict[str, FieldValue]:
    """The values after every witness has been heard."""
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


_MANY_VOLUMES = 40
"""A commune fills one volume of a register a year, rarely a few: `91/2016` was `01/2016`."""


def _hear_years(values: dict[str, FieldValue]) -> None:
    registered = parse_standard(values["ngayDangKy"].normalized) if "ngayDangKy" in values else None
    if not _written(values, "quyenSo"):
        return
    number = values["quyenSo"].normalized.partition("/")[0]
    if is_figures(number) and int(number) > _MANY_VOLUMES:
        _strengthen(values, ("quyenSo",), 0.05)
    if registered is None:
        return
    if values["quyenSo"].normalized.endswith(f"/{registered.year}"):
        _strengthen(values, ("quyenSo", "ngayDangKy"), 3.0)
