"""Which of several persons of an extract is the one of the book, as somebody chose; it holds for later extracts too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corrections.reconciliation import Candidate, MatchResult, result_of
from corrections.same_person import Person
from vietnamese.addresses import place_key
from vietnamese.letters import tone_key

__all__ = ["Choice", "choice_of", "with_choice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody chose among the persons of an extract, kept with the persons themselves: rows move."""

    chosen: Person | None
    """None: none of those who were shown."""
    refused: tuple[Person, ...] = ()
    """Shown and not chosen."""


def choice_of(result: MatchResult, key: str) -> Choice | None:
    """The choice of one of a result's candidates by its key, or of none of them by an empty one; None: no such key."""
    persons = [one.person for one in result.candidates]
    chosen = next((person for person in persons if person.key == key), None)
    if key and chosen is None:
        return None
    return Choice(chosen=chosen, refused=tuple(person for person in persons if person is not chosen))


def with_choice(result: MatchResult, choice: Choice | None) -> MatchResult:
    """The result as somebody's choice makes it; the candidates stay with it, so that another can be chosen.

    The chosen person is the one as long as the extract has them. Those refused come into question no more; who is new
    does. Without a choice the result is the machine's.
    """
    left = list(result.candidates) if choice is None else _left(result.candidates, choice)
    return replace(result_of(result.key, left), candidates=result.candidates)


def _left(candidates: Sequence[Candidate], choice: Choice) -> list[Candidate]:
    """Candidates that come into question after a choice."""
    wanted = choice.chosen
    fitting = [one for one in candidates if wanted is not None and _may_be_same(one.person, wanted)]
    exact = [one for one in fitting if wanted is not None and _is_same(one.person, wanted)]
    if exact or len(fitting) == 1:
        return (exact or fitting)[:1]
    return [one for one in candidates if one in fitting or not any(_is_same(one.person, p) for p in choice.refused)]


def _is_same(first: Person, second: Person) -> bool:
    """Whether two rows of extracts are one person: by number, else when they tell the same of everything."""
    if first.id_number and second.id_number:
        return first.id_number == second.id_number
    return _told(first) == _told(second)


def _may_be_same(first: Person, second: Person) -> bool:
    """The same, but an extract may lack columns that another has; name and birthday it must have."""
    if first.id_number and second.id_number:
        return first.id_number == second.id_number
    ours, theirs = _told(first), _told(second)
    return ours[:2] == theirs[:2] and all(a == b or not a or not b for a, b in zip(ours, theirs, strict=True))


def _told(person: Person) -> tuple[str, ...]:
    """What a row tells, name and birthday first, in a form in which spellings of one thing are equal."""
    born = person.born or dict(person.unread).get("born", "")
    parents = (tone_key(text) for text in (person.mother, person.father))
    places = (place_key(text) for text in (person.birthplace, person.native_place))
    return (tone_key(person.name), born, person.sex, *parents, *places)
