"""What of a book's facts is otherwise than before, as far as any weighing could tell: which entries a change concerns.

What counts fully counts no more when it is met once more, so most confirmations change little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corrections.book_evidence.around import Question
from corrections.book_evidence.entry_factors import near_enough
from corrections.book_evidence.factors import about
from corrections.book_evidence.facts import FULLY_KNOWN, MET_ENOUGH, BookFacts, KnownValue

__all__ = ["Changes", "Wanted", "changes_of"]

_CORRECTED_FULLY = 2
"""Times a whole value was put right so; that it was so more often changes no weight."""
Wanted = tuple[str, str, float]
"""Of a doubtful field: group of its values, what was read, likeness from which a known value may be meant."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is otherwise.

    Attributes:
        questions: those answered otherwise now.
        known: by group, values that recur otherwise, which may be what like ink means.
        whole: something on which everything hangs is otherwise: the book's place.
    """

    questions: frozenset[Question]
    known: Mapping[str, tuple[str, ...]]
    whole: bool

    def concern(self, asked: Iterable[Question], doubtful: Iterable[Wanted]) -> bool:
        """Whether they concern an entry that asked so and has such doubtful fields."""
        if self.whole or not self.questions.isdisjoint(asked):
            return True
        return any(
            near_enough(standard, read, like)
            for group, read, like in doubtful
            for standard in self.known.get(group, ())
        )


def changes_of(before: BookFacts, after: BookFacts) -> Changes:
    """Compare what a book showed and shows."""
    questions: set[Question] = set()
    known: dict[str, tuple[str, ...]] = {}
    for group in before.known.keys() | after.known.keys():
        changed = _changed_values(before.known.get(group, {}), after.known.get(group, {}))
        questions |= {("known", group, key) for key in changed}
        known[group] = tuple(value.standard for found in changed.values() for value in found)
    columns = before.usual.keys() | after.usual.keys()
    questions |= {("usual", name) for name in columns if before.usual.get(name) != after.usual.get(name)}
    questions |= set(_changed_lessons(before, after)) | set(_changed_places(before, after))
    return Changes(frozenset(questions), known, before.place != after.place)


def _changed_values(
    before: Mapping[str, KnownValue], after: Mapping[str, KnownValue]
) -> dict[str, tuple[KnownValue, ...]]:
    found: dict[str, tuple[KnownValue, ...]] = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old is not new and _felt(old) != _felt(new):
            found[key] = tuple(value for value in (old, new) if value is not None and value.weight >= MET_ENOUGH)
    return found


def _felt(value: KnownValue | None) -> tuple[object, ...]:
    if value is None:
        return ()
    return (value.text, value.standard, min(1.0, value.weight / FULLY_KNOWN), about(value.weight),
            value.weight >= MET_ENOUGH)  # fmt: skip


def _changed_lessons(before: BookFacts, after: BookFacts) -> Iterable[Question]:
    old, new = before.lessons, after.lessons
    for read in old.whole.keys() | new.whole.keys():
        if _capped(old.put_right_of(*read), _CORRECTED_FULLY) != _capped(new.put_right_of(*read), _CORRECTED_FULLY):
            yield ("whole", *read)
    for sort, word in old.words.keys() | new.words.keys():
        (one, times), (other, now) = old.word(sort, word), new.word(sort, word)
        if (one, min(times, FULLY_KNOWN)) != (other, min(now, FULLY_KNOWN)):
            yield ("word", sort, word)
    for column in old.emptied.keys() | new.emptied.keys():
        was, now = old.left_empty_in(column), new.left_empty_in(column)
        if (was > 0, about(was)) != (now > 0, about(now)):
            yield ("empty", column)
    for signer in old.signed_as.keys() | new.signed_as.keys():
        if _capped(old.titles_of(signer), FULLY_KNOWN) != _capped(new.titles_of(signer), FULLY_KNOWN):
            yield ("signed", signer)


def _capped(counts: Mapping[str, int], most: float) -> dict[str, float]:
    return {value: min(most, times) for value, times in counts.items()}


def _changed_places(before: BookFacts, after: BookFacts) -> Iterable[Question]:
    if before.places.shown() != after.places.shown():
        yield ("places",)
    old, new = before.places.ends, after.places.ends
    for key in old.keys() | new.keys():
        was, now = old.get(key, ((), 0))[1], new.get(key, ((), 0))[1]
        if was != now and (min(was, FULLY_KNOWN), about(was)) != (min(now, FULLY_KNOWN), about(now)):
            yield ("end", key)
