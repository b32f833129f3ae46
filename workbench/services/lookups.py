"""Look-ups by other systems: accepted entries by number and year, by a person's name and birth date, or by id.

Each call is written to the audit log before it is answered. Only what stands as it was accepted is answered; entries
reopened, changed or sent back since are counted, and not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from corrections.acceptance import LEVEL_LABELS
from corrections.dates import PartialDate, parse_standard
from corrections.entries import Book, EntryState, Role
from corrections.registered_persons import ROLE_LABELS, persons_of
from corrections.search_keys import search_key
from exports.manifest import entries_delivered
from layouts.columns import columns
from layouts.register_types import RegisterType
from storage import lookup_tokens as tokens
from storage.acceptances import LastWord, Verdict, last_words
from storage.accounts import Account
from storage.books import get_books
from storage.clock import now, stamp
from storage.entries import StoredEntry, get_entries
from storage.exports_log import ExportRecord, get_export
from storage.lookup_tokens import LookupToken
from storage.lookups import entries_named, entries_numbered
from storage.offices import office_tree
from storage.opening.database import Connection
from storage.states import VerdictResult
from vietnamese.shown_time import shown_day
from workbench.services.acceptance_facts import change_after
from workbench.services.context import Context, anyone
from workbench.services.days import today_kept
from workbench.services.errors import NotSignedIn
from workbench.services.lookup_tokens import secret_hash

__all__ = [
    "MOST_ANSWERED",
    "FoundEntry",
    "LookupAnswer",
    "NumberQuestion",
    "PersonQuestion",
    "Question",
    "look_up",
]

MOST_ANSWERED = 50
"""Entries in one answer; who asks is told that there may be more."""
_LOOKED_AT = 2000
"""Entries of a very common name and year that are compared one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberQuestion:
    """Entries of a number and year."""

    number: str
    year: int
    register_type: RegisterType | None = None
    office_code: str = ""

    def __str__(self) -> str:
        return f"số {self.number}/{self.year} {self.register_type or ''} {self.office_code}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonQuestion:
    """Entries about a person."""

    name: str
    born: PartialDate
    """Day and month may be unknown (0)."""
    register_type: RegisterType | None = None
    office_code: str = ""

    def __str__(self) -> str:
        day = ".".join(f"{part:02d}" for part in (self.born.day, self.born.month, self.born.year) if part)
        return f"{self.name}, sinh {day} {self.register_type or ''} {self.office_code}".strip()


Question = NumberQuestion | PersonQuestion | int
"""What is asked: the id of an entry stands for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEntry:
    """An entry as it was accepted."""

    id: int
    register_type: RegisterType
    number: str
    registered_on: str
    book: Book
    unit_code: str
    unit: str
    persons: tuple[tuple[str, str, str], ...]
    """Role, name and birth date of each person registered."""
    values: tuple[tuple[str, str, str], ...]
    """Column, label and standard value, in the order of the standard."""
    accepted_by: str
    accepted_on: str
    workbook_sha256: str
    """Of the accepted workbook that holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupAnswer:
    """What may be answered."""

    entries: tuple[FoundEntry, ...]
    withheld: int = 0
    """Entries that fit and are not as they were accepted: being corrected, or sent back."""
    cut: bool = False
    """There are more than are answered."""


@anyone
def look_up(ctx: Context, token: str, question: Question) -> LookupAnswer:
    """Answer a system that holds a token, and put on record what it asked and what it got.

    Raises:
        NotSignedIn: no such token, revoked or over.
        StorageError: it cannot be put on record; then nothing is answered.
    """
    with ctx.read() as connection:  # a token is asked for by the digest of its secret only
        holder = tokens.living_token(connection, secret_hash(ctx, token))
    if holder is None:
        raise NotSignedIn
    own = ctx.as_account(_account_of(holder))
    with own.read() as connection:
        answer = _answer(connection, question)
    with own.write() as work:
        tokens.use_token(work.connection, holder.id, stamp(now()))
        told = {"column": str(holder.id), "old": str(question), "new": f"{len(answer.entries)} {answer.withheld}"}
        for entry in answer.entries:
            work.note("lookup", entry_id=entry.id, **told)
        if not answer.entries:
            work.note("lookup", **told)
    return answer


def _account_of(holder: LookupToken) -> Account:
    """Whom the connection sees as the caller: an inspector of the token's unit, who has no account."""
    return Account(id=0, name=holder.name, role=Role.INSPECTOR, office_id=holder.office_id)


def _answer(connection: Connection, question: Question) -> LookupAnswer:
    if isinstance(question, int):
        fitting = [s for s in get_entries(connection, (question,)) if s.entry.state is EntryState.APPROVED]
        return _standing(connection, fitting)
    offices = _offices(connection, question.office_code)
    find, word, year = _search(question)
    ids = find(connection, word, year, register_type=question.register_type, offices=offices, most=_LOOKED_AT + 1)
    stored = get_entries(connection, ids[:_LOOKED_AT])
    fitting = [one for one in stored if _fits(one, question)]
    return _standing(connection, fitting, cut=len(ids) > _LOOKED_AT)


def _search(question: NumberQuestion | PersonQuestion) -> tuple[Callable[..., tuple[int, ...]], str, int]:
    if isinstance(question, NumberQuestion):
        return entries_numbered, question.number.casefold().lstrip("0"), question.year
    return entries_named, search_key(question.name), question.born.year


def _offices(connection: Connection, code: str) -> Collection[int] | None:
    if not code:
        return None
    tree = office_tree(connection)
    office = tree.by_code(code)
    return tree.subtree(office.id) if office else ()


def _fits(stored: StoredEntry, question: NumberQuestion | PersonQuestion) -> bool:
    if isinstance(question, NumberQuestion):
        date = stored.entry.fields.get("ngayDangKy")
        day = parse_standard(date.normalized) if date else None
        return day is not None and day.year == question.year
    key = search_key(question.name)
    return any(
        search_key(person.name) == key and _same_day(parse_standard(person.born), question.born)
        for _, person in persons_of(stored.entry)
    )


def _same_day(written: PartialDate | None, asked: PartialDate) -> bool:
    """Whether two dates are the same, as far as both are known."""
    if written is None or written.year != asked.year:
        return False
    pairs = ((written.month, asked.month), (written.day, asked.day))
    return all(a == b or not a or not b for a, b in pairs)


def _standing(connection: Connection, fitting: Sequence[StoredEntry], *, cut: bool = False) -> LookupAnswer:
    """Of the entries that fit, those that stand as they were accepted."""
    verdicts = _last_of_any_level(connection, fitting)
    books = get_books(connection, {one.entry.book_id for one in fitting})
    units, today = office_tree(connection), today_kept()
    deliveries: dict[int, _Delivery | None] = {}
    found: list[FoundEntry] = []
    withheld = 0
    for one in fitting:
        book = books[one.entry.book_id]
        if book.id not in verdicts:
            continue  # nobody has ever accepted it: there is nothing to be told of
        word = verdicts[book.id]
        verdict = word.verdict
        if one.entry.state is not EntryState.APPROVED or verdict.result is not VerdictResult.ACCEPTED:
            withheld += 1
            continue
        if len(found) == MOST_ANSWERED:
            cut = True  # whether it stands as it was accepted nobody needs to know: there is one too many to look at
            continue
        if book.id not in deliveries:
            deliveries[book.id] = _delivery(connection, verdict)
        delivery = deliveries[book.id]
        if delivery is None or not _as_accepted(connection, one, delivery):
            withheld += 1
            continue
        unit = units.keeper_on(book.office_id, today)
        found.append(_found(one, book, unit.code if unit else "", unit.name if unit else "", word))
    return LookupAnswer(entries=tuple(found), withheld=withheld, cut=cut)


def _last_of_any_level(connection: Connection, fitting: Sequence[StoredEntry]) -> dict[int, LastWord]:
    """For each book of these entries what was said last of it, by whichever level."""
    found: dict[int, LastWord] = {}
    for (book_id, _), word in last_words(connection, sorted({one.entry.book_id for one in fitting})).items():
        if book_id not in found or found[book_id].acceptance_id < word.acceptance_id:
            found[book_id] = word
    return found


@dataclass(frozen=True, slots=True)
class _Delivery:
    record: ExportRecord
    entry_ids: frozenset[int]


def _delivery(connection: Connection, verdict: Verdict) -> _Delivery | None:
    """The delivery that the last word accepted; None when it cannot be read."""
    record = get_export(connection, verdict.export_id) if verdict.export_id is not None else None
    ids = entries_delivered(record.manifest) if record else None
    return _Delivery(record, ids) if record and ids is not None else None


def _as_accepted(connection: Connection, one: StoredEntry, delivery: _Delivery) -> bool:
    """Not so: an approved entry that was changed since, or is not in the accepted delivery."""
    was_delivered = one.entry.id in delivery.entry_ids
    return was_delivered and change_after(connection, one, delivery.record, was_delivered=True) is None


def _found(one: StoredEntry, book: Book, unit_code: str, unit: str, word: LastWord) -> FoundEntry:
    entry = one.entry
    given = {name: value.normalized for name, value in entry.fields.items() if value.normalized}
    known = columns(entry.register_type)
    return FoundEntry(
        id=entry.id,
        register_type=entry.register_type,
        number=given.get("so", ""),
        registered_on=given.get("ngayDangKy", ""),
        book=book,
        unit_code=unit_code,
        unit=unit,
        persons=tuple((ROLE_LABELS[role], person.name, person.born) for role, person in persons_of(entry)),
        values=tuple((c.name, c.label, given[c.name]) for c in known if c.name in given),
        accepted_by=LEVEL_LABELS[word.level],
        accepted_on=shown_day(word.on_day),
        workbook_sha256=word.verdict.delivery.split(" ")[0],
    )
