"""Suggestions for a field, each with where it comes from; a person takes one with one key, nothing applies itself.

Sources, in order: corrections made before for the same misreading, the recogniser's alternatives, what other fields
of the entry say, the book's own memory, the lists of the standard, places of the province by year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from corrections import lists
from corrections.date_words import WORDS_OF
from corrections.dates import date_in_words, parse_date, parse_date_words
from corrections.normalise import normalise
from layouts.codes import code_list
from layouts.columns import Column, FieldKind
from vietnamese.addresses import bare_name, place_key
from vietnamese.calendar_limits import MONTHS
from vietnamese.letters import fold_tones, strip_ending, tone_key
from vietnamese.units import districts_of, split_place

__all__ = ["Proposal", "Remembered", "Source", "Surroundings", "propose", "swap_day_and_month"]

MOST = 5
"""Suggestions of a field: the keys Alt+1 to Alt+5."""
_WORTH_SAYING = 0.005
"""Probability from which it is shown: a smaller one would be shown as 0 %."""
_LIKE, _MOST_LIKE = 70, 3
"""Likeness (0..100) from which a value or a district is offered for what is written, and how many values are. By
judgement; no measurement is kept."""


class Source(StrEnum):
    """Where a suggestion comes from."""

    CORRECTION = "correction"
    READING = "reading"
    ENTRY = "entry"
    BOOK = "book"
    OFFICE = "office"
    LIST = "list"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A value to take with one key."""

    text: str
    normalized: str
    source: Source
    note: str
    """Vietnamese: where it comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A value and how often people confirmed it."""

    text: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What suggestions may draw on besides the field itself."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Standard values of the entry by column."""
    alternatives: Sequence[tuple[str, float]] = ()
    """The recogniser's other readings with their probabilities."""
    corrections: Sequence[Remembered] = ()
    """What people put in place of this misreading before."""
    book: Sequence[Remembered] = ()
    """Values confirmed in this column of the book, most often first."""
    office: Sequence[Remembered] = ()
    province: str = ""
    """The book's, as its office names it."""
    context: Mapping[str, str] = field(default_factory=dict)
    """For `normalise`."""


def propose(column: Column, text: str, around: Surroundings, most: int = MOST) -> tuple[Proposal, ...]:
    """At most five values, likeliest first, none equal to what stands and none twice."""
    seen = {tone_key(text)} if text else set()
    found: list[Proposal] = []
    for value, source, note in _all(column, text, around):
        key = tone_key(value)
        if key and key not in seen:
            seen.add(key)
            normalized = normalise(column, value, context=around.context).value
            found.append(Proposal(text=value, normalized=normalized, source=source, note=note))
        if len(found) == most:
            break
    return tuple(found)


_Draft = tuple[str, Source, str]


def _all(column: Column, text: str, around: Surroundings) -> Iterator[_Draft]:
    for known in () if column.kind in _EACH_ITS_OWN else around.corrections:
        yield known.text, Source.CORRECTION, f"Đã sửa như vậy {known.count} lần"
    yield from _from_entry(column, around.values)
    if column.kind is FieldKind.CODE:  # a code is chosen; other readings of a tick or a stamp help nobody
        yield from _from_lists(column, text)
        return
    for other, probability in around.alternatives[:3]:
        if probability >= _SURE:
            continue  # it is what stands, in other letters: nothing to choose
        yield (
            strip_ending(other),
            Source.READING,
            f"Máy đọc khác ({probability:.0%})" if probability >= _WORTH_SAYING else "Máy đọc khác",
        )
    yield from _from_memory(column, text, around)
    yield from _from_lists(column, text)
    if column.kind is FieldKind.PLACE:
        yield from _places(text, [known.text for known in around.book])
    if column.kind is FieldKind.DATE:
        yield from _dates(text)


def _from_entry(column: Column, values: Mapping[str, str]) -> Iterator[_Draft]:
    """What other fields of the entry say: the date in words and in figures, the informant who is a parent."""
    figures = WORDS_OF.get(column.name)
    if figures and values.get(figures):
        parsed = parse_date(values[figures])
        if parsed.date is not None:
            yield date_in_words(parsed.date), Source.ENTRY, "Theo ngày ghi bằng số"
    for words_name, figures_name in WORDS_OF.items():
        if column.name == figures_name and values.get(words_name):
            told = parse_date_words(values[words_name])
            if told.date is not None and told.certain:
                yield told.date.standard, Source.ENTRY, "Theo ngày ghi bằng chữ"
    if column.name == "nycHoTen":
        relation = fold_tones(values.get("nycQuanHe", ""))
        order = ("meHoTen", "chaHoTen") if relation.startswith("me") else ("chaHoTen", "meHoTen")
        for name in order:
            if values.get(name):
                yield values[name], Source.ENTRY, "Họ tên mẹ" if name == "meHoTen" else "Họ tên cha"
    if column.kind is FieldKind.PLACE:
        for name in ("meNoiCuTru", "chaNoiCuTru", "chongNoiCuTru", "voNoiCuTru", "nksQueQuan", "nktNoiCuTru"):
            if name != column.name and values.get(name):
                yield values[name], Source.ENTRY, "Cùng trường hợp này"


def _from_memory(column: Column, text: str, around: Surroundings) -> Iterator[_Draft]:
    """Values confirmed before: those like what was read first, then, for what recurs, the most frequent."""
    if column.kind in _EACH_ITS_OWN:
        return
    for source, known, where in (
        (Source.BOOK, around.book, "Trong quyển này"),
        (Source.OFFICE, around.office, "Trong các sổ đã nhập"),
    ):
        if column.kind is FieldKind.PLACE:
            known = [value for value in known if not _elsewhere(value.text, text, around.province)]
        counts = {value.text: value.count for value in known}
        like = (
            process.extract(text, list(counts), processor=fold_tones, score_cutoff=_LIKE, limit=_MOST_LIKE)
            if text
            else []
        )
        for value, _score, _index in like:
            yield value, source, f"{where}: {counts[value]} lần"
        if column.kind in _RECURRING:
            for usual in known[:3]:
                yield usual.text, source, f"{where}: {usual.count} lần"


def _elsewhere(place: str, text: str, province: str) -> bool:
    """Whether a place lies in another province than the text says, or than the book's where the text says none."""
    here, there = split_place(text).province or province, split_place(place).province
    return bool(here and there) and place_key(here) != place_key(there)


_EACH_ITS_OWN = frozenset(
    {
        FieldKind.DATE,
        FieldKind.DATE_WORDS,
        FieldKind.NUMBER,
        FieldKind.REGISTRATION_NUMBER,
        FieldKind.PAGE,
        FieldKind.ID_NUMBER,
        FieldKind.TIME_OF_DEATH,
    }
)
"""What belongs to one person or one entry: another's is never right here."""
_SURE = 0.995
"""Probability from which another reading is the value that stands, in other letters. By judgement."""
_RECURRING = frozenset(
    {
        FieldKind.PLACE,
        FieldKind.SIGNER,
        FieldKind.TITLE,
        FieldKind.ETHNIC_GROUP,
        FieldKind.NATIONALITY,
        FieldKind.RELATION,
    }
)


def _from_lists(column: Column, text: str) -> Iterator[_Draft]:
    if column.kind is FieldKind.ETHNIC_GROUP:
        match = lists.ethnic_group(text)
        if match:
            yield match.value, Source.LIST, "Danh mục dân tộc"
        if match and match.certain:
            return  # a name of the list is not mistaken for another one
        yield from _near(text, [item.label for item in code_list("ethnic_group")], "Danh mục dân tộc")
    elif column.kind is FieldKind.NATIONALITY:
        yield "Việt Nam", Source.LIST, "Danh mục quốc tịch"
        yield from _near(text, [item.label for item in code_list("nationality")], "Danh mục quốc tịch")
    elif column.kind is FieldKind.SEX:
        for label in ("Nam", "Nữ"):
            yield label, Source.LIST, "Danh mục giới tính"
    elif column.kind is FieldKind.CODE and column.code_list:
        yield from _near(text, _labels(column, column.code_list), "Danh mục")
    elif column.kind is FieldKind.RELATION:
        labels = [item.label for item in code_list("requester_relation")]
        yield from _near(text, labels, "Quan hệ thường gặp")


@lru_cache(maxsize=64)
def _labels(column: Column, name: str) -> tuple[str, ...]:
    """Words of a list that a person may type and that lead back to their own code."""
    known = [item for item in code_list(name) if item.code != "0"]  # 0 says "nothing there": that has a key of its own
    return tuple(item.label for item in known if normalise(column, item.label).value == item.code)


def _near(text: str, labels: Sequence[str], note: str) -> Iterator[_Draft]:
    """The labels most like the text; a short list whole and in its own order, so that its keys stay the same."""
    wanted = fold_tones(strip_ending(text))
    if wanted and len(labels) > MOST:
        ranked = sorted(labels, key=lambda label: -Levenshtein.normalized_similarity(wanted, fold_tones(label)))
        labels = ranked[:3]
    for label in labels[:MOST]:
        yield label, Source.LIST, note


def _places(text: str, frequent: Iterable[str]) -> Iterator[_Draft]:
    """The place with its district put right, and the book's usual ending for a place written short."""
    parts = split_place(text)
    if parts.province and parts.district:
        known = districts_of(parts.province)
        if known and place_key(parts.district) not in known:
            best = process.extractOne(place_key(parts.district), list(known), score_cutoff=_LIKE)
            if best:
                right = known[best[0]]
                yield text.replace(parts.district, right), Source.PLACE, f"Danh mục: {right}, {parts.province}"
    if text and not parts.province:
        for usual in frequent:
            tail = split_place(usual)
            if tail.province and fold_tones(bare_name(tail.commune)) in fold_tones(text) and tail.commune:
                yield (
                    f"{strip_ending(text)}, {tail.district}, {tail.province}",
                    Source.PLACE,
                    "Theo địa chỉ trong quyển này",
                )
                return


def _dates(text: str) -> Iterator[_Draft]:
    swapped = swap_day_and_month(text)
    if swapped:
        yield swapped, Source.READING, "Đổi chỗ ngày và tháng"


def swap_day_and_month(text: str) -> str | None:
    """The date with day and month exchanged, when both orders exist in the calendar; None otherwise."""
    parsed = parse_date(text)
    value = parsed.date
    if value is None or not value.complete or value.day not in MONTHS or value.day == value.month:
        return None
    return f"{value.month:02d}.{value.day:02d}.{value.year}"
