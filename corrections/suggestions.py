"""Suggestions for a field, each with where it comes from; a person takes one with one key, nothing applies itself.

Sources, in order: corrections made before for the same misreading, the recogniser's alternatives, what other fields
of the entry say, the book's own memory, the lists of the standard, places of the province by year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from corrections import lists
from corrections.date_words import WORDS_OF, words_like
from corrections.dates import parse_date, parse_date_words
from corrections.entry_spellings import PLACES, issuers, spelt_as_elsewhere
from corrections.fitting_values import EACH_ITS_OWN, disproved, elsewhere, is_dwelling, meant, name_of_list
from corrections.near_figures import near_numbers
from corrections.near_notes import near_notes
from corrections.near_places import names_in, near_places
from corrections.near_values import KINDS, near_values
from corrections.normalise import normalise
from layouts.codes import code_list
from layouts.columns import Column, FieldKind
from vietnamese import lexicons
from vietnamese.addresses import bare_name, place_key
from vietnamese.calendar_limits import MONTHS
from vietnamese.letters import first_large, fold_tones, strip_ending, tone_key
from vietnamese.units import districts_of, split_place

__all__ = ["Proposal", "Remembered", "Source", "Surroundings", "propose", "swap_day_and_month"]

MOST, _READINGS = 5, 3
"""Suggestions of a field (the keys Alt+1 to Alt+5), and how many of them may be other readings of its ink."""
_NEAR, _NEAR_PLACES = 5, 3
"""How many may be values near what was read; of places fewer, because a book's own places come after them."""
_WORTH_SAYING = 0.005
"""Probability from which another reading is offered: a smaller one would be shown as 0 %."""
_LIKE, _NAMESAKE, _MOST_LIKE = 70, 90, 3
"""Likeness (0..100) from which a value or a district is offered for what is written, from which another entry's name is
offered for a person's, and how many values are. By judgement; no measurement is kept."""


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
    learned = () if column.kind in EACH_ITS_OWN else around.corrections
    for known in _of_the_place(column, learned, text, around.province):
        yield known.text, Source.CORRECTION, f"Đã sửa như vậy {known.count} lần"
    yield from _from_entry(column, text, around)
    if text and column.name.endswith(PLACES):
        yield from _listed_places(column, text, around)
    if column.kind is FieldKind.CODE:  # a code is chosen; other readings of a tick or a stamp help nobody
        yield from _from_lists(column, text)
        return
    if column.kind is FieldKind.TEXT:
        for note in near_notes((text, *(other for other, _ in around.alternatives))):
            yield note, Source.READING, _note_of_reading(None)
    yield from _other_readings(column, text, around)
    if column.kind is FieldKind.ID_NUMBER:
        yield from _numbers_together(column, text, around)
    yield from _from_memory(column, text, around)
    yield from _from_lists(column, text)
    if column.kind is FieldKind.PLACE:
        near = _of_the_place(column, around.book, text, around.province)
        yield from _places(text, [known.text for known in near])
    if column.kind is FieldKind.DATE:
        yield from _dates(column, text, around.values)


def _listed_places(column: Column, text: str, around: Surroundings) -> Iterator[_Draft]:
    """The units of the lists that this column's part of the text is near, those of the entry's other places first."""
    own = normalise(column, text, context=around.context).value
    others = [value for name, value in around.values.items() if name != column.name and name.endswith(PLACES)]
    for place in near_places(own, names_in(others)):
        yield text.replace(own, place, 1) if own in text else place, Source.LIST, "Danh mục địa danh"


def _other_readings(column: Column, text: str, around: Surroundings) -> Iterator[_Draft]:
    """Other readings of the same ink that mean something else, and that the ink may say; of words, what they come to
    when put together."""
    if column.kind in KINDS and normalise(column, text, context=around.context).value:
        others = [(other, p) for other, p in around.alternatives if p < _SURE]
        read = {tone_key(strip_ending(other)): probability for other, probability in others}
        near = near_values(column, text, others, around.context)
        for value in islice(near, _NEAR_PLACES if column.kind is FieldKind.PLACE else _NEAR):
            yield value, Source.READING, _note_of_reading(read.get(tone_key(value)))
        return
    told = {meant(column, text, around.context)}
    for other, probability in around.alternatives:
        if probability and not _WORTH_SAYING <= probability < _SURE:  # without one, nobody knows
            continue
        if column.kind in _LISTED and name_of_list(column.kind, other) is None:
            continue
        means = meant(column, other, around.context)
        if means not in told and len(told) <= _READINGS:
            told.add(means)
            yield strip_ending(other), Source.READING, _note_of_reading(probability)


def _numbers_together(column: Column, text: str, around: Surroundings) -> Iterator[_Draft]:
    """Numbers with figures of several readings."""
    own, *readings = (
        normalise(column, read, context=around.context).value
        for read in (text, *(other for other, _ in around.alternatives))
    )
    for number in near_numbers(own, readings):
        yield text.replace(own, number, 1) if own in text else number, Source.READING, _note_of_reading(None)


def _note_of_reading(probability: float | None) -> str:
    """Where a reading comes from; None: it is put together of several, or with what the lists know."""
    if probability is None:
        return "Gần với chữ đọc được"
    return f"Máy đọc khác ({probability:.0%})" if probability else "Máy đọc khác"


def _from_entry(column: Column, text: str, around: Surroundings) -> Iterator[_Draft]:
    """What other fields of the entry say: the date in words and in figures, the informant who is a parent, how a place
    is spelt, whose police issued a paper."""
    values = around.values
    figures = WORDS_OF.get(column.name)
    if figures and values.get(figures):
        parsed = parse_date(values[figures])
        if parsed.date is not None and parsed.date.valid:
            yield words_like(text, parsed.date), Source.ENTRY, "Theo ngày ghi bằng số"
    for words_name, figures_name in WORDS_OF.items():
        if column.name == figures_name and values.get(words_name):
            told = parse_date_words(values[words_name])
            if told.date is not None and told.certain:
                yield told.date.standard, Source.ENTRY, "Theo ngày ghi bằng chữ"
    if column.name == "nycHoTen":
        for name in _informants(values.get("nycQuanHe", "")):
            if values.get(name):
                yield values[name], Source.ENTRY, "Họ tên mẹ" if name == "meHoTen" else "Họ tên cha"
    own = normalise(column, text, context=around.context).value if text else ""
    for issuer in issuers(column.name, text, own, values):
        yield issuer, Source.ENTRY, "Công an tỉnh cấp CMND"
    if is_dwelling(column):
        for spelt in spelt_as_elsewhere(column.name, text, values):
            yield spelt, Source.ENTRY, "Viết như chỗ khác của trường hợp này"
        for name in ("meNoiCuTru", "chaNoiCuTru", "chongNoiCuTru", "voNoiCuTru", "nksQueQuan", "nktNoiCuTru"):
            if name != column.name and values.get(name) and not elsewhere(values[name], text, ""):
                yield values[name], Source.ENTRY, "Cùng trường hợp này"


def _informants(relation: str) -> tuple[str, ...]:
    """Which parent the informant may be: of a grandfather or an aunt it is neither."""
    folded = fold_tones(relation).strip()
    if not folded:
        return ("chaHoTen", "meHoTen")
    return tuple(name for words, name in _PARENTS if folded.startswith(words))


_PARENTS = (("cha", "chaHoTen"), ("bo", "chaHoTen"), ("me", "meHoTen"))
"""How a relation to a parent begins, without tone marks, and the parent's column."""


def _from_memory(column: Column, text: str, around: Surroundings) -> Iterator[_Draft]:
    """Values confirmed before: those like what was read first, then, for what recurs, the most frequent."""
    if column.kind in EACH_ITS_OWN:
        return
    for source, known, where in (
        (Source.BOOK, around.book, "Trong quyển này"),
        (Source.OFFICE, around.office, "Trong các sổ đã nhập"),
    ):
        known = _of_the_place(column, known, text, around.province)
        if column.kind in _LISTED:
            known = [value for value in known if value.count >= _NO_SLIP or name_of_list(column.kind, value.text)]
        counts = {value.text: value.count for value in known}
        least = _NAMESAKE if column.kind is FieldKind.NAME and column.name not in _OFFICIALS else _LIKE
        like = (
            process.extract(text, list(counts), processor=fold_tones, score_cutoff=least, limit=_MOST_LIKE)
            if text
            else []
        )
        for value, _score, _index in like:
            yield value, source, f"{where}: {counts[value]} lần"
        if column.kind in _RECURRING:
            for usual in known[:3]:
                yield usual.text, source, f"{where}: {usual.count} lần"


def _of_the_place(column: Column, known: Sequence[Remembered], text: str, province: str) -> Sequence[Remembered]:
    """Of places those that may be meant; of other values all."""
    if column.kind is not FieldKind.PLACE:
        return known
    return [value for value in known if not elsewhere(value.text, text, province)]


_SURE = 0.995
"""Probability from which another reading is the value that stands, in other letters. By judgement."""
_LISTED = frozenset({FieldKind.ETHNIC_GROUP, FieldKind.NATIONALITY})
"""Kinds of which names of their list are offered, and what people have confirmed so often that it is a local name."""
_NO_SLIP = 3
"""Times. By judgement."""
_OFFICIALS = frozenset({"nguoiThucHien"})
"""Columns of names that recur; a name in the others is one person's."""
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
        match = lists.nationality(text)
        yield match.value if match else "Việt Nam", Source.LIST, "Danh mục quốc tịch"
        if text and match is None:
            yield from _near(text, [item.label for item in code_list("nationality")], "Danh mục quốc tịch")
    elif column.kind is FieldKind.SEX:
        for label in ("Nam", "Nữ"):
            yield label, Source.LIST, "Danh mục giới tính"
    elif column.kind is FieldKind.CODE and column.code_list:
        yield from _near(text, _labels(column, column.code_list), "Danh mục")
    elif column.kind is FieldKind.RELATION:
        whole = [
            relation for relation in lexicons.relations() if fold_tones(relation).startswith(f"{fold_tones(text)} ")
        ]
        for relation in whole[:_MOST_LIKE] if text else ():
            yield first_large(relation) if text[0].isupper() else relation, Source.LIST, "Quan hệ thường gặp"
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


def _dates(column: Column, text: str, values: Mapping[str, str]) -> Iterator[_Draft]:
    """Day and month exchanged, unless the entry's other dates then contradict it."""
    swapped = swap_day_and_month(text)
    if swapped and not disproved(column, swapped, values):
        yield swapped, Source.READING, "Đổi chỗ ngày và tháng"


def swap_day_and_month(text: str) -> str | None:
    """The date with day and month exchanged, when both orders exist in the calendar; None otherwise."""
    parsed = parse_date(text)
    value = parsed.date
    if value is None or not value.complete or value.day not in MONTHS or value.day == value.month:
        return None
    return f"{value.month:02d}.{value.day:02d}.{value.year}"
