"""What is known of a book before an acceptance: its newest delivery, what changed since, and what came before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from corrections.acceptance import (
    LEVEL_LABELS,
    AcceptanceLevel,
    ChangedEntry,
    DeliveryFacts,
    changed_columns,
    level_below,
)
from corrections.entries import Book, EntryState
from corrections.minutes import Past
from exports.manifest import CaseFile, Manifest, manifest_of
from storage import exports_log
from storage.acceptances import LastWord, last_words
from storage.audit_log import entries_with_events
from storage.books import get_book, progress_of
from storage.clock import moment
from storage.entries import StoredEntry, stream_entries, version_after
from storage.exports_log import ExportRecord
from storage.handovers import newest_handovers
from storage.offices import office_tree
from storage.opening.database import Connection
from storage.pages import book_pages
from storage.states import ExportState, HandoverKind, VerdictResult
from vietnamese.shown_time import LOCAL, shown_day
from workbench.services.acceptance_levels import book_levels
from workbench.services.checks import open_points

__all__ = ["change_after", "changes_after", "digests_of", "gathered_facts", "newest_delivery"]

_WAITING = (EntryState.TO_REVIEW, EntryState.CONFIRMED, EntryState.ESCALATED)


def newest_delivery(connection: Connection, book_id: int) -> ExportRecord | None:
    """The newest delivery of a book."""
    return next(iter(exports_log.exports_of(connection, book_id)), None)


def digests_of(delivery: ExportRecord) -> str:
    """What names a delivery in minutes: digests of its workbook and .zip."""
    return f"{delivery.workbook_sha256} {delivery.zip_sha256}"


def gathered_facts(
    connection: Connection, book: Book, level: AcceptanceLevel, delivery: ExportRecord | None
) -> DeliveryFacts:
    """What the rules of acceptance ask of a book at a level."""
    progress = progress_of(connection, (book,))[0]
    words = last_words(connection, (book.id,))
    levels = book_levels(office_tree(connection), book)
    below, digests = level_below(level, levels), digests_of(delivery) if delivery else ""
    paper = newest_handovers(connection, (book.id,)).get(book.id)
    here, under = words.get((book.id, level)), words.get((book.id, below)) if below else None
    back = here is not None and here.verdict.result is VerdictResult.RETURNED and here.verdict.delivery == digests
    return DeliveryFacts(
        delivered=delivery is not None,
        rejected=delivery is not None and delivery.state is ExportState.REJECTED,
        waiting=sum(getattr(progress, state.value) for state in _WAITING),
        sent_back=progress.sent_back,
        open_points=open_points(connection, book),
        changes=changes_after(connection, delivery) if delivery else (),
        comes_here=level in levels,
        accepted_below=below is None or _accepted(under, digests),
        accepted_here=_accepted(here, digests),
        returned_here=shown_day(here.on_day) if here is not None and back else "",
        past=_past(connection, book, level, (under, here), delivery),
        out_of_house=paper.receiver if paper and paper.kind is HandoverKind.HANDED_OUT else "",
    )


def _accepted(word: LastWord | None, digests: str) -> bool:
    """Whether a level has accepted this very delivery, and that stands."""
    return word is not None and word.stands and word.verdict.delivery == digests != ""


def _past(
    connection: Connection,
    book: Book,
    level: AcceptanceLevel,
    words: Iterable[LastWord | None],
    delivery: ExportRecord | None,
) -> tuple[Past, ...]:
    """What minutes of a level about this delivery cannot come before; twice the same: the first one."""
    past = []
    if delivery is not None:
        same = [r.at for r in exports_log.exports_of(connection, book.id) if digests_of(r) == digests_of(delivery)]
        past.append(Past(on=moment(min(same)).astimezone(LOCAL).date(), what="xuất bản giao"))
    for word in (word for word in words if word is not None):
        what = f"biên bản trước của {LEVEL_LABELS[word.level]}"
        past.append(Past(on=date.fromisoformat(word.on_day), what=what))
    paper = newest_handovers(connection, (book.id,)).get(book.id)
    if paper is not None and paper.kind is HandoverKind.RETURNED and level is AcceptanceLevel.PROVINCE:
        past.append(Past(on=date.fromisoformat(paper.on_day), what="nhận lại sổ giấy"))
    return tuple(past)


def changes_after(connection: Connection, delivery: ExportRecord) -> tuple[ChangedEntry, ...]:
    """Entries of the book that are no longer as this delivery has them, and those that have left the book since."""
    manifest = manifest_of(delivery.manifest)
    cases = {case.entry_id: case for case in manifest.cases} if manifest else {}
    known = {*cases, *(left.entry_id for left in manifest.left_out)} if manifest else None
    pages = _Pages(connection, delivery, manifest)
    here, changes = set(), []
    for stored in stream_entries(connection, delivery.book_id):
        here.add(stored.entry.id)
        case = cases.get(stored.entry.id)
        change = change_after(connection, stored, delivery, was_delivered=case is not None)
        if change is None and case is not None and pages.differ(stored, case):
            change = ChangedEntry(entry_id=stored.entry.id, why="pages")
        if change is None and known is not None and stored.entry.id not in known:
            change = _come_in(stored)
        if change is not None:
            changes.append(change)
    gone = (ChangedEntry(entry_id=entry_id, why="gone") for entry_id in sorted({*cases} - here))
    return (*_of_book(connection, delivery, manifest), *changes, *gone)


def _of_book(connection: Connection, delivery: ExportRecord, manifest: Manifest | None) -> Iterator[ChangedEntry]:
    book = get_book(connection, delivery.book_id)
    if manifest is None or book is None:
        return
    if (manifest.volume, manifest.register_type) != (book.volume_number, book.register_type):
        yield ChangedEntry(entry_id=0, why="book")


class _Pages:
    """What the pages of entries show now beside what a delivery's PDFs show."""

    def __init__(self, connection: Connection, delivery: ExportRecord, manifest: Manifest | None) -> None:
        self._pages = {page.id: page for page in book_pages(connection, delivery.book_id)}
        after = manifest.audit_event if manifest else 0
        # Two pages of one scan file look alike by its digest: that one took the other's place is known from the log.
        self._joined = entries_with_events(
            connection, delivery.book_id, ("join_pages", "part_pages"), after_id=after, since=delivery.at
        )

    def differ(self, stored: StoredEntry, case: CaseFile) -> bool:
        """Whether the PDF of an entry would have other pages: joined, parted, or scanned anew."""
        shown = [self._pages[i] for i in (stored.entry.page_id, *stored.more_pages) if i in self._pages]
        scans = tuple(dict.fromkeys(page.scan_sha256 for page in shown))
        return stored.entry.id in self._joined or len(shown) != case.pages or scans != case.scans


def _come_in(stored: StoredEntry) -> ChangedEntry | None:
    """An approved entry that the delivery does not know, approved before it in another book."""
    return ChangedEntry(entry_id=stored.entry.id, why="new") if stored.entry.state is EntryState.APPROVED else None


def change_after(
    connection: Connection, stored: StoredEntry, delivery: ExportRecord, *, was_delivered: bool
) -> ChangedEntry | None:
    """How an entry is no longer as a delivery has it; None when it still is, or is not ready to be delivered."""
    entry, at = stored.entry, delivery.at
    if not was_delivered:
        approved_since = entry.state is EntryState.APPROVED and (stored.approved_at or "") > at
        return ChangedEntry(entry_id=entry.id, why="new") if approved_since else None
    then = version_after(connection, entry.id, at)
    before = {name: value.normalized for name, value in (then.fields if then else entry.fields).items()}
    names = changed_columns(before, {name: value.normalized for name, value in entry.fields.items()})
    if entry.state is not EntryState.APPROVED:
        # Delivered although nobody had approved it, and left alone since: that is told as unfinished, not as a change.
        return ChangedEntry(entry_id=entry.id, why="reopened", columns=names) if then else None
    return ChangedEntry(entry_id=entry.id, why="changed", columns=names) if names else None
