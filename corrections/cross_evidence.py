"""Fields of one entry tell about each other: agreement makes sure, contradiction makes doubt.

Date in figures and in words, number and page, year of the volume, informant and parents, signer and book.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from corrections import book_rules
from corrections.confidence import combine, usual_name
from corrections.date_words import WORDS_OF, agree, in_the_style_of, repair_words
from corrections.dates import PartialDate, parse_date, parse_date_words, parse_standard
from corrections.entries import Book, FieldValue
from corrections.normalise import normalise
from corrections.said_twice import weigh_repeated
from layouts.columns import column
from layouts.register_types import RegisterType
from ocr.readings import Engine, EntryReading, FieldReading, Script
from vietnamese.letters import fold_tones, is_figures, same_text

__all__ = ["weigh_cross_evidence"]


# Factors by which the odds of a value change (see `corrections.confidence.combine`). "Judgement" says that a factor was
# set by eye on drawn entries and never measured by itself; what flagged and unflagged values are worth in the end is
# measured by `corrections.thresholds` on confirmed ones.
_SAME_DATE_FIGURES, _SAME_DATE_WORDS = 30.0, 6.0
"""Figures and words that say one date: two misreadings rarely agree on a day. Words gain less, because what reads well
may be a repaired spelling and not what stands there. Judgement."""
_OTHER_DATE = 0.05
"""Against figures, and words not surely read, that say different dates: one is wrong, and which is not known.
Judgement."""
_OTHER_DATE_WORDS = 0.2
"""Against words read whole that say another date than the figures: a word is harder to misread into another than a
figure is, so they lose less. Judgement."""
_SAID_BY_SAME_INK = 2.0
"""For figures of which another reading of the same ink says the words' date. Judgement."""
_NEAR_SPELLING, _NEAR_SPELLING_FROM = 3.0, 0.9
"""Misread words this like (Levenshtein similarity) to the date in figures gain; less like ones nothing. Judgement."""
_LIKE_FROM, _LIKE_GAIN = 0.8, 9.0
"""Figures gain from such words: nothing up to a similarity of 0.8, then evenly, 10 times when alike. Judgement."""
_NEAR_DATE = 2
"""Letters by which figures may differ from the words' date and still be its misreading (`12.03.1998`, `12.08.1998`)."""
_SURE_FIGURES, _SURER_THAN_WORDS = 0.9, 0.3
"""Figures this probable, or by so much more probable than the words, stay as read: books do contradict themselves."""
_REPAIRED_FIGURES = 0.6
"""Figures taken from the words are no surer than this, so that a person looks. Judgement."""
_SAME_NAME_TWICE = 3.0
"""The informant is named as a parent is, or a decision's number as the entry's: other ink says the same. No more, as
one hand is misread in one way: on 58 pages with real ink two pairs of names were read the same, and both wrong."""
_NUMBER_IS_PAGE, _NUMBER_IS_NOT_PAGE = 20.0, 0.3
"""One entry a page: in a book opened in January number and page are equal (forms of 2006 and 2015). Where they differ
the number is doubted only a little, because a book may begin elsewhere. Judgement."""
_READ_AS_THE_OTHER = 5.0
"""Nats by which the strokes may prefer another number to the one that makes number and page equal. Judgement."""
_MANY_VOLUMES, _TOO_MANY_VOLUMES = 40, 0.05
"""A commune fills one volume of a register a year, rarely a few: `91/2016` was `01/2016`. Judgement."""
_YEAR_AGREES = 3.0
"""Volume and date of registration that say the same year. Judgement."""
_SEX_BY_NAME = 8.0
"""A sex that the middle name tells too: hardly any woman is called Văn, hardly any man Thị. Judgement."""
_TOLD_BY_MIDDLE_NAME = {"văn": "1", "thị": "2"}
_TICK_BY_WORDS, _TICK_BY_NAME = 20.0, 12.0
"""Of the two codes of a tick, the one that the purpose in words, or the parent's middle name, tells too. Judgement."""
_RECOGNISED_BY = {("1", "2"): "2", ("2", "1"): "1", ("3", "2"): "4", ("4", "1"): "3"}
"""Code of a recognition and the parent's sex -> the code of the other parent, where the tick alone gave the first."""
_PURPOSE_COLUMN = column(RegisterType.MARITAL_STATUS, "nxnLoaiMucDichSuDung")
_NAMELESS = 0.02
"""An empty name beside what else is told of the person: of 8 such on 480 drawn entries all had lost it."""
_TOLD_OF_PERSONS = ("NgaySinh", "SoGiayToTuyThan", "GiayToTuyThan", "NoiCuTru", "DanToc", "QuocTich")
_PARENT_BY_NAME = 8.0
"""An informant who is said to be the parent whose name is the same. Judgement."""
_PARENTS = {"cha": "chaHoTen", "bo": "chaHoTen", "me": "meHoTen"}


def weigh_cross_evidence(
    values: dict[str, FieldValue], reading: EntryReading, book: Book | None
) -> dict[str, FieldValue]:
    """The values after every other field that tells about them has been compared."""
    weighed = dict(values)
    for words_name, figures_name in WORDS_OF.items():
        if words_name in weighed and figures_name in weighed:
            _compare_date_words(weighed, words_name, figures_name, reading)
    _compare_page_number(weighed, reading)
    for first, second in (("nycHoTen", "meHoTen"), ("nycHoTen", "chaHoTen"), ("so", "quyetDinhSo")):
        both = _written(weighed, first) and _written(weighed, second)
        if both and same_text(weighed[first].normalized, weighed[second].normalized):
            odd = first == "nycHoTen" and not usual_name(weighed[first].normalized)  # one misreading, made twice
            _strengthen(weighed, (first, second), 1.0 if odd else _SAME_NAME_TWICE)
    _compare_sex(weighed)
    _compare_informant(weighed)
    _compare_ticks(weighed, reading)
    _compare_years(weighed)
    weigh_repeated(weighed, reading)
    _doubt_nameless(weighed)
    signer = weighed.get("nguoiKy")
    found = book_rules.with_known_signer(signer, book.signer) if book and signer else None
    if signer and found:
        weighed["nguoiKy"] = replace(signer, normalized=found[0], confidence=combine(signer.confidence, found[1]))
    return weighed


def _written(values: Mapping[str, FieldValue], name: str) -> bool:
    return name in values and bool(values[name].text)


def _strengthen(values: dict[str, FieldValue], names: tuple[str, ...], factor: float) -> None:
    for name in names:
        values[name] = replace(values[name], confidence=combine(values[name].confidence, factor))


def _compare_date_words(
    values: dict[str, FieldValue], words_name: str, figures_name: str, reading: EntryReading
) -> None:
    """Date in words and in figures: agreement makes both sure; else the likelier repair is proposed with doubt."""
    words, figures = values[words_name], values[figures_name]
    told = parse_date_words(words.text)
    shown_date = parse_standard(figures.normalized)
    shown = parse_date(figures.normalized)
    verdict = agree(shown, told) if told.certain else None
    if verdict:
        _strengthen(values, (figures_name,), _SAME_DATE_FIGURES)
        _strengthen(values, (words_name,), _SAME_DATE_WORDS)
    elif told.date is not None and told.certain and told.date.complete:
        _trust_words(values, words_name, figures_name, told.date, reading.fields.get(figures_name))
        return
    elif verdict is False:
        _strengthen(values, (figures_name, words_name), _OTHER_DATE)
        return
    if shown_date is not None and shown_date.complete and words.text:
        repaired = repair_words(words.text, shown_date)
        if repaired is not None and repaired[0] != words.text:
            factor = _NEAR_SPELLING if repaired[1] >= _NEAR_SPELLING_FROM else 1.0
            values[words_name] = replace(
                values[words_name],
                text=repaired[0],
                normalized=repaired[0],
                confidence=min(combine(words.confidence, factor), values[figures_name].confidence),
            )
            if verdict is None:
                alike = max(0.0, repaired[1] - _LIKE_FROM) / (1.0 - _LIKE_FROM)
                _strengthen(values, (figures_name,), 1.0 + _LIKE_GAIN * alike)


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
        sure = combine(words.confidence, _SAID_BY_SAME_INK)
        values[figures_name] = replace(figures, text=other, normalized=told.standard, confidence=sure)
        return
    near = not figures.normalized or Levenshtein.distance(figures.normalized, told.standard) <= _NEAR_DATE
    if figures.text and near and figures.confidence < min(_SURE_FIGURES, words.confidence + _SURER_THAN_WORDS):
        text, doubt = in_the_style_of(figures.text, told), min(_REPAIRED_FIGURES, words.confidence)
        values[figures_name] = replace(
            figures, text=text, normalized=told.standard, confidence=doubt, needs_review=True
        )
    else:
        _strengthen(values, (figures_name,), _OTHER_DATE)
    _strengthen(values, (words_name,), _OTHER_DATE_WORDS)


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


def _compare_page_number(values: dict[str, FieldValue], reading: EntryReading) -> None:
    """Number and page of an entry, equal in most books: where one may be read as the other, that is proposed."""
    if not (_written(values, "so") and _written(values, "trangSo")):
        return
    if values["so"].normalized == values["trangSo"].normalized:
        _strengthen(values, ("so", "trangSo"), _NUMBER_IS_PAGE)
        return
    pairs = (("so", "trangSo"), ("trangSo", "so"))
    ways = [(_nats_against(reading.fields.get(name), values[other].normalized), name, other) for name, other in pairs]
    against, name, other = min(ways)
    if against > _READ_AS_THE_OTHER:
        number = reading.fields.get("so")
        if number is None or number.script is not Script.TYPED:  # typed figures are not doubted for the book's way
            _strengthen(values, ("so",), _NUMBER_IS_NOT_PAGE)
        return
    told = values[other].normalized
    doubt = min(_REPAIRED_FIGURES, values[other].confidence)
    values[name] = replace(values[name], text=told, normalized=told, confidence=doubt, needs_review=True)


def _nats_against(field: FieldReading | None, figures: str) -> float:
    """Nats by which the strokes of a field prefer its likeliest reading to some figures; infinite where not weighed."""
    found = field.candidates if field is not None else ()
    said = [c.log_likelihood for c in found if c.text.strip(" .").lstrip("0") == figures]
    return max(c.log_likelihood for c in found) - max(said) if said else math.inf


def _compare_sex(values: dict[str, FieldValue]) -> None:
    for name in [name for name in values if name.endswith("GioiTinh")]:
        told = _told_sexes(values.get(f"{name.removesuffix('GioiTinh')}HoTen"))
        if told == {values[name].normalized}:
            _strengthen(values, (name,), _SEX_BY_NAME)


def _compare_informant(values: dict[str, FieldValue]) -> None:
    """The informant's relation and the parent of that name."""
    if not (_written(values, "nycQuanHe") and _written(values, "nycHoTen")):
        return
    parent = _PARENTS.get(fold_tones(values["nycQuanHe"].normalized).partition(" ")[0])
    if parent and _written(values, parent) and same_text(values["nycHoTen"].normalized, values[parent].normalized):
        _strengthen(values, ("nycQuanHe",), _PARENT_BY_NAME)


def _compare_ticks(values: dict[str, FieldValue], reading: EntryReading) -> None:
    """Ticks that stand for two codes: the purpose in words, or the name of the one who recognises, tells which."""
    tick = reading.fields.get("nxnLoaiMucDichSuDung")
    if tick is not None and tick.engine is Engine.CHECKBOX and tick.text and _written(values, "nxnMucDichSuDung"):
        told = normalise(_PURPOSE_COLUMN, values["nxnMucDichSuDung"].text)
        if told.value == values["nxnLoaiMucDichSuDung"].normalized:
            _strengthen(values, ("nxnLoaiMucDichSuDung",), _TICK_BY_WORDS)
    tick = reading.fields.get("loaiXacNhan")
    sexes = _told_sexes(values.get("cmHoTen"))
    if tick is None or tick.engine is not Engine.CHECKBOX or not tick.text or len(sexes) != 1:
        return
    code = values["loaiXacNhan"].normalized
    right = _RECOGNISED_BY.get((code, sexes.pop()), code)
    values["loaiXacNhan"] = replace(values["loaiXacNhan"], normalized=right)
    _strengthen(values, ("loaiXacNhan",), _TICK_BY_NAME)


def _doubt_nameless(values: dict[str, FieldValue]) -> None:
    """An empty name of somebody of whom a day, a number or a home is written: the name was lost."""
    for name in [name for name, value in values.items() if name.endswith("HoTen") and not value.text]:
        person = name.removesuffix("HoTen")
        if any(_written(values, person + what) for what in _TOLD_OF_PERSONS):
            _strengthen(values, (name,), _NAMELESS)


def _told_sexes(person: FieldValue | None) -> set[str]:
    middle = person.normalized.lower().split()[1:-1] if person else ()
    return {_TOLD_BY_MIDDLE_NAME[word] for word in middle if word in _TOLD_BY_MIDDLE_NAME}


def _compare_years(values: dict[str, FieldValue]) -> None:
    registered = parse_standard(values["ngayDangKy"].normalized) if "ngayDangKy" in values else None
    if not _written(values, "quyenSo"):
        return
    number = values["quyenSo"].normalized.partition("/")[0]
    if is_figures(number) and int(number) > _MANY_VOLUMES:
        _strengthen(values, ("quyenSo",), _TOO_MANY_VOLUMES)
    if registered is None:
        return
    if values["quyenSo"].normalized.endswith(f"/{registered.year}"):
        _strengthen(values, ("quyenSo", "ngayDangKy"), _YEAR_AGREES)
