"""Choosing which of several near-equal persons of an extract is the one of the book, side by side with what agrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from corrections.chosen_persons import Choice, choice_of, with_choice
from corrections.entries import Role
from corrections.same_person import Person
from exports.reconciliation_book import PERSON_FIELDS, person_cell
from storage import reconciliation_cases as store
from storage.reconciliation_cases import Case
from storage.reconciliations import save_result
from workbench.services.context import Context, Work, requires
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.reconciliation_cases import CaseView, refuse_changed, view_case

__all__ = ["PersonLine", "choose_person", "lines_of", "unchoose_person"]

_NOBODY = "không ai trong số này"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A person of the extract beside the one of the book."""

    key: str
    """Row of the extract."""
    values: Mapping[str, str]
    """By field of a person."""
    differs: frozenset[str]
    """Fields that say something else than the book."""
    agrees: frozenset[str]
    """Fields that both know and that say the same."""
    chosen: bool


def lines_of(case: Case) -> tuple[PersonLine, ...]:
    """The persons somebody has to choose from, the nearest first; none where one is clearly the nearest."""
    result = case.newest.result
    if case.choice is None and not result.others:
        return ()
    book = case.newest.person
    lines = []
    for one in result.candidates:
        differs = frozenset(difference.field for difference in one.differences)
        known = {name for name in PERSON_FIELDS if person_cell(book, name) and person_cell(one.person, name)}
        lines.append(
            PersonLine(
                key=one.person.key,
                values={name: person_cell(one.person, name) for name in PERSON_FIELDS},
                differs=differs,
                agrees=frozenset(known - differs),
                chosen=case.choice is not None and one.person.key == result.matched,
            )
        )
    return tuple(lines)


@requires(Role.SUPERVISOR, Role.POLICE)
def choose_person(ctx: Context, case_id: int, key: str, *, seen: Case | None = None) -> CaseView:
    """Keep which candidate is the person of the book; the choice holds for later extracts.

    Args:
        ctx: a supervisor's or the police's.
        case_id: whose.
        key: row of the candidate; empty: none of those shown.
        seen: the case as it was shown.

    Raises:
        NotFound: no such case.
        InvalidInput: no such candidate, or the case is no longer as it was seen.
    """
    with ctx.write() as work:
        case = found(store.get_case(work.connection, case_id), Missing.CASE)
        refuse_changed(case, seen)
        choice = choice_of(case.newest.result, key)
        if choice is None or not case.newest.result.candidates:
            raise InvalidInput("Người này không có trong danh sách gần giống. Hãy tải lại hồ sơ rồi chọn lại.")
        _keep(work, case, choice)
    return view_case(ctx, case_id)


@requires(Role.SUPERVISOR, Role.POLICE)
def unchoose_person(ctx: Context, case_id: int, *, seen: Case | None = None) -> CaseView:
    """Take a choice back: the case is again as the comparison left it.

    Raises:
        NotFound: no such case.
        InvalidInput: the case is no longer as it was seen.
    """
    with ctx.write() as work:
        case = found(store.get_case(work.connection, case_id), Missing.CASE)
        refuse_changed(case, seen)
        if case.choice is not None:
            _keep(work, case, None)
    return view_case(ctx, case_id)


def _keep(work: Work, case: Case, choice: Choice | None) -> None:
    result = with_choice(case.newest.result, choice)
    save_result(work.connection, case.newest.id, result)
    store.save_choice(work.connection, replace(case, outcome=result.outcome), choice)
    old, new = _told(case.choice), _told(choice)
    work.note("choose_person", entry_id=case.entry_id, column=str(case.id), old=old, new=new)


def _told(choice: Choice | None) -> str:
    """What the log says of a choice."""
    if choice is None:
        return ""
    if choice.chosen is None:
        return f"{_NOBODY}: {'; '.join(map(_person_words, choice.refused))}"
    return _person_words(choice.chosen)


def _person_words(person: Person) -> str:
    return ", ".join(filter(None, (person.name, person.born, person.id_number, person.key)))
