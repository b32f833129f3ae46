"""Numbers, pages and registration dates along the book: the likeliest way through the readings of all entries.

A number usually follows the one before it and keeps its distance to the printed page; dates do not go back and lie in
the book's years. Gaps, repeats, restarts and falls happen, at a price: Viterbi's way through the candidates weighs all
of them together with the ink. A legible value is the only candidate of its field, so the way must go through it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from corrections.book_evidence.factors import Gain, total
from corrections.book_evidence.facts import BookFacts
from corrections.book_evidence.ink import EntryInk, FieldInk, Option, unread_nats
from corrections.completeness import number_of
from corrections.dates import PartialDate, parse_standard

__all__ = ["Choice", "date_choices", "number_choices"]

_NEAR = 12
"""Entries before and after that tell the distance between number and page at a place of the book."""
_ENOUGH, _MOST_SHARE = 1.5, 0.6
"""Sure neighbours that must agree on a distance, and their share of all."""
_VOTE, _FARTHER = 100, 0.15
"""Votes are counted in whole hundredths; each entry farther away counts by this share less."""
_PAGE_READ = 0.5
"""Confidence from which a page's number is taken as read."""
_DAYS_BETWEEN = ((45, 1.0), (200, 0.5))
"""Days to the entry before up to which a date in order gains so much of its weight. Set by hand."""
_NEIGHBOUR = 0.8
"""Confidence from which a number tells what its neighbours would be."""
_FEW = 2
"""Numbers too few to show their distance to the page: one entry a page from 01 each January makes them equal."""
_OFF_NUMBER, _OFF_DATE = 8.0, 2.0
"""Nats by which the neighbours of a legible number, or date, must lie better to each other than both to it for it to be
looked at: a number that neither follows nor is followed, a date that goes back where its neighbours do not."""
_PLACED = 3.0
"""Nats by which a doubtful value must stand before the others to tell of its neighbours."""
_FARTHEST = 2
"""Figures in which a value that nobody read may differ from what was read."""
_CAPPED = 6.0
"""Most nats that factors together may claim for a value of the sequence."""
_EACH_MISSING, _MOST_MISSING = 0.01, 1.0
"""More weight against a gap for each number left out, up to as much again. Set by hand."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the sequence says of one field of an entry.

    Attributes:
        value: the reading chosen.
        margin: nats by which it stands before the best other reading; before the first one when it is another.
        reasons: Vietnamese.
        changed: it is not the first reading.
        between: of a legible value that does not lie between its neighbours, which lie well to each other: those two.
        instead: of a legible value that was put right in this book where it was read before: what people put there.
    """

    value: Option
    margin: float
    reasons: tuple[str, ...]
    changed: bool
    between: tuple[str, ...] = ()
    instead: str = ""

    @property
    def doubted(self) -> bool:
        """Whether the book speaks against a legible value, which stays and is to be looked at."""
        return bool(self.between or self.instead)


def number_choices(entries: Sequence[EntryInk]) -> list[Choice | None]:
    """By entry, the running number by ink, neighbours and printed page; None where there is no ink to weigh."""
    inks = [entry.fields.get("so") for entry in entries]
    pages = [_page(entry) for entry in entries]
    firsts = [number_of(ink.first.normalized) if ink else None for ink in inks]
    gaps = _distances(inks, firsts, pages)
    alone = sum(number is not None for number in firsts) <= _FEW
    states = [
        _number_states(ink, first, index, inks, firsts, pages, [0] * len(entries) if alone else gaps)
        for index, (ink, first) in enumerate(zip(inks, firsts, strict=True))
    ]

    def own(index: int, state: Option) -> float:
        return state.nats + total(_page_gains(_number(state.standard), pages[index], gaps[index], alone))

    def step(index: int, before: int, one: Option, other: Option) -> float:
        return _step_nats(_number(one.standard), _number(other.standard), index - before)

    def reasons(index: int, chosen: Option, previous: Option | None) -> tuple[str, ...]:
        found = [*_page_gains(_number(chosen.standard), pages[index], gaps[index], alone)]
        if previous is not None:
            found += _step(_number(previous.standard), _number(chosen.standard), 1)
        return tuple(g.reason for g in found if g.nats > 0)

    def off(index: int, before: str, here: str, after: str) -> bool:
        one, number, other = _number(before), _number(here), _number(after)
        steps = _step_nats(one, number, 1) + _step_nats(number, other, 1)
        by_page = total(_page_gains(number, pages[index], gaps[index], alone))
        return _step_nats(one, other, 2) - steps - by_page >= _OFF_NUMBER

    return _with_doubts(inks, _choices(states, own, step, reasons), off)


_number = lru_cache(maxsize=8192)(number_of)


@lru_cache(maxsize=32768)
def _step_nats(before: int | None, number: int | None, entries_on: int) -> float:
    return total(_step(before, number, entries_on))


@lru_cache(maxsize=32768)
def _date_step_nats(before: str, after: str) -> float:
    return total(_date_step(parse_standard(before), parse_standard(after)))


def _page(entry: EntryInk) -> int | None:
    field = entry.fields.get("trangSo")
    return number_of(field.first.normalized) if field and field.first.confidence >= _PAGE_READ else None


def _distances(
    inks: Sequence[FieldInk | None], numbers: Sequence[int | None], pages: Sequence[int | None]
) -> list[int | None]:
    """By entry, page minus number where its neighbourhood shows one distance for most; it may change in a book."""
    sure = [ink.first.confidence if ink else 0.0 for ink in inks]
    found: list[int | None] = []
    for index in range(len(numbers)):
        votes: Counter[int] = Counter()
        for other in range(max(0, index - _NEAR), min(len(numbers), index + _NEAR + 1)):
            number, page = numbers[other], pages[other]
            if other != index and number is not None and page is not None:
                # whole hundredths: a Counter of floats would not be one
                votes[page - number] += round(_VOTE * sure[other] / (1 + _FARTHER * abs(other - index)))
        total = sum(votes.values())
        gap, most = votes.most_common(1)[0] if votes else (0, 0)
        found.append(gap if most >= _VOTE * _ENOUGH and most >= _MOST_SHARE * total else None)
    return found


def _number_states(
    ink: FieldInk | None,
    first: int | None,
    index: int,
    inks: Sequence[FieldInk | None],
    numbers: Sequence[int | None],
    pages: Sequence[int | None],
    gaps: Sequence[int | None],
) -> list[Option]:
    """The readings of a number, and what neighbours and page would have there within a figure or two."""
    if ink is None or not ink.first.text:
        return []
    states = _read(ink)
    if ink.clear or first is None:
        return states
    wanted: set[int] = set()
    page, gap = pages[index], gaps[index]
    if page is not None and gap is not None:
        wanted.add(page - gap)
    for other, step in ((index - 1, 1), (index + 1, -1)):
        if (
            0 <= other < len(inks)
            and numbers[other] is not None
            and (near := inks[other])
            and near.first.confidence > _NEIGHBOUR
        ):
            wanted.add((numbers[other] or 0) + step)
    return states + _unread(ink, [ink.first.normalized.replace(str(first), str(n), 1) for n in wanted if n > 0])


def _read(ink: FieldInk) -> list[Option]:
    first = Option(text=ink.first.text, standard=ink.first.normalized, nats=0.0)
    return [first] if ink.clear else [first, *ink.others]


def _unread(ink: FieldInk, standards: Sequence[str]) -> list[Option]:
    """Values among no reading that differ from one in few figures."""
    known = {ink.first.normalized, *(other.standard for other in ink.others)}
    found = []
    for standard in dict.fromkeys(standards):
        letters = Levenshtein.distance(standard, ink.first.normalized)
        if standard not in known and 0 < letters <= _FARTHEST:
            nats = unread_nats(ink.first.confidence, letters)
            found.append(Option(text=standard, standard=standard, nats=nats))
    return found


def _page_gains(number: int | None, page: int | None, gap: int | None, alone: bool) -> list[Gain]:
    if number is None or page is None:
        return []
    if alone:
        return [Gain("number_page_alone", seen=page)] if page == number else []
    return [Gain("number_page", seen=page)] if page - number == gap else []


def _step(before: int | None, number: int | None, entries_on: int) -> list[Gain]:
    if before is None or number is None:
        return []
    on = number - before
    if on in (1, entries_on):
        return [Gain("number_follows", seen=before)]
    if on > 0:
        return [Gain("number_gap", 1.0 + min(_MOST_MISSING, _EACH_MISSING * on))]
    if on == 0:
        return [Gain("number_repeats")]
    return [Gain("number_restarts" if number <= 2 else "number_falls")]


def date_choices(entries: Sequence[EntryInk], facts: BookFacts) -> list[Choice | None]:
    """By entry, the registration date by ink, order and the book's years."""
    inks = [entry.fields.get("ngayDangKy") for entry in entries]
    states = [_date_states(ink, facts) for ink in inks]

    def own(_index: int, state: Option) -> float:
        return state.nats + total(_year_gains(parse_standard(state.standard), facts))

    def step(_index: int, _before: int, one: Option, other: Option) -> float:
        return _date_step_nats(one.standard, other.standard)

    def reasons(_index: int, chosen: Option, previous: Option | None) -> tuple[str, ...]:
        found = _year_gains(parse_standard(chosen.standard), facts)
        if previous is not None:
            found += _date_step(parse_standard(previous.standard), parse_standard(chosen.standard))
        return tuple(g.reason for g in found if g.nats > 0)

    def off(_index: int, before: str, here: str, after: str) -> bool:
        steps = _date_step_nats(before, here) + _date_step_nats(here, after)
        return _date_step_nats(before, after) - steps >= _OFF_DATE

    return _with_doubts(inks, _choices(states, own, step, reasons), off)


def _with_doubts(
    inks: Sequence[FieldInk | None],
    choices: Sequence[Choice | None],
    off: Callable[[int, str, str, str], bool],
) -> list[Choice | None]:
    """Legible values stay, but one that does not lie between its neighbours is to be looked at."""

    def known(index: int) -> str:
        choice, ink = (choices[index], inks[index]) if 0 <= index < len(inks) else (None, None)
        if choice is None or ink is None or not (ink.clear or choice.margin >= _PLACED):
            return ""
        return choice.value.standard

    found = list(choices)
    for index, (choice, ink) in enumerate(zip(choices, inks, strict=True)):
        before, here, after = (known(place) for place in (index - 1, index, index + 1))
        if choice is None or ink is None or not ink.clear or ink.first.confirmed or not (before and after):
            continue
        if off(index, before, here, after):
            found[index] = replace(choice, between=(before, after))
    return found


def _date_states(ink: FieldInk | None, facts: BookFacts) -> list[Option]:
    """The readings of a date, and the same day in a year of the book where that was hardly read."""
    if ink is None or not ink.first.text:
        return []
    states = _read(ink)
    if ink.clear:
        return states
    days = {
        s.standard[: len("dd.mm.")]
        for s in states
        if parse_standard(s.standard) is not None and len(s.standard) == len("dd.mm.yyyy")
    }
    states += _unread(ink, [f"{day}{year}" for day in sorted(days) for year in sorted(facts.years)])
    return [state for state in states if state.nats == 0.0 or parse_standard(state.standard) is not None]


def _year_gains(date: PartialDate | None, facts: BookFacts) -> list[Gain]:
    if date is None or not date.complete:
        return [Gain("year_outside", 2.0)]
    if not facts.years:
        return []
    if date.year in facts.years:
        return [Gain("volume_year", seen=date.year)]
    return [] if date.year - 1 in facts.years else [Gain("year_outside")]


def _date_step(before: PartialDate | None, date: PartialDate | None) -> list[Gain]:
    if before is None or date is None or not (before.complete and date.complete):
        return []
    days = (date.earliest - before.earliest).days
    if days < 0:
        return [Gain("date_falls")]
    return [Gain("date_order", next((share for most, share in _DAYS_BETWEEN if days <= most), 0.0), before.standard)]


def _choices(
    states: Sequence[list[Option]],
    own: Callable[[int, Option], float],
    step: Callable[[int, int, Option, Option], float],
    reasons: Callable[[int, Option, Option | None], tuple[str, ...]],
) -> list[Choice | None]:
    """Viterbi forwards and backwards: for each field every state's best way through the whole book."""
    places = [index for index, found in enumerate(states) if found]
    ahead = _best_ways(places, states, own, step, forwards=True)
    behind = _best_ways(places, states, own, step, forwards=False)
    found: list[Choice | None] = [None] * len(states)
    previous: Option | None = None
    for index in places:
        scores = [a + b - own(index, s) for a, b, s in zip(ahead[index], behind[index], states[index], strict=True)]
        capped = [
            state.nats + min(_CAPPED, score - state.nats - scores[0])
            for state, score in zip(states[index], scores, strict=True)
        ]
        # the likeliest other is found by all that speaks for it: capped, one of better ink would pass for as likely
        other = max(range(1, len(scores)), key=lambda place: (scores[place], -place), default=0)
        best = other if capped[other] > capped[0] else 0
        chosen = states[index][best]
        margin = capped[best] - (capped[0] if best else max(capped[1:], default=-_CAPPED))
        found[index] = Choice(chosen, round(margin, 3), reasons(index, chosen, previous), changed=best > 0)
        previous = chosen
    return found


def _best_ways(
    places: Sequence[int],
    states: Sequence[list[Option]],
    own: Callable[[int, Option], float],
    step: Callable[[int, int, Option, Option], float],
    *,
    forwards: bool,
) -> dict[int, list[float]]:
    """By place and state, the best way that ends there from one end of the book, the state's own nats included."""
    ways: dict[int, list[float]] = {}
    last: int | None = None
    for index in places if forwards else reversed(places):
        here = [own(index, state) for state in states[index]]
        if last is not None:
            for place, state in enumerate(states[index]):
                if forwards:
                    on = [w + step(index, last, s, state) for w, s in zip(ways[last], states[last], strict=True)]
                else:
                    on = [w + step(last, index, state, s) for w, s in zip(ways[last], states[last], strict=True)]
                here[place] += max(on)
        ways[index] = here
        last = index
    return ways
