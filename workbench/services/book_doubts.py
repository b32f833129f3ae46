"""What only the whole book can doubt: numbers, pages and dates that do not run on are shown to a person first.

A misread number may look as sure as any; beside its neighbours it does not. So when a book has been read, the fields
that break its order are flagged in the entries nobody has touched yet, with the reason among their findings.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from corrections.checks_book import check_book
from corrections.entries import Finding
from corrections.queues import predict_effort
from storage.audit_log import seal_of
from storage.books import get_book, progress_of
from storage.entries import StoredEntry, replace_reading, stream_entries
from storage.opening.database import Connection
from workbench.services.context import Context, Work

__all__ = ["doubt_breaks"]


def doubt_breaks(ctx: Context, book_id: int) -> int:
    """Flag what breaks the order of a book whose pages have all been read; returns how many entries were flagged."""
    with ctx.write() as work:
        if not _read_through(work.connection, book_id):
            return 0
        stored = list(stream_entries(work.connection, book_id))
        found: dict[int, list[Finding]] = defaultdict(list)
        for one in check_book([s.entry for s in stored]):
            found[one.entry_id].append(one.finding)
        return sum(_flag(work, s, found[s.entry.id]) for s in stored if s.entry.id in found and not s.touched)


def _read_through(connection: Connection, book_id: int) -> bool:
    book = get_book(connection, book_id)
    if book is None:
        return False
    progress = progress_of(connection, (book,))[0]
    return progress.pages_read + progress.pages_failed == progress.pages


def _flag(work: Work, stored: StoredEntry, findings: list[Finding]) -> bool:
    before = stored.entry
    known = {finding.check for finding in before.findings}
    new = tuple(finding for finding in findings if finding.check not in known)
    if not new or stored.box is None or stored.reading_id is None:
        return False
    doubted = {name for finding in new for name in finding.columns}
    fields = {n: replace(v, needs_review=True) if n in doubted else v for n, v in before.fields.items()}
    after = replace(before, fields=fields, findings=(*before.findings, *new))
    after = replace(after, priority=round(predict_effort(after), 2))
    replace_reading(work.connection, stored, after, box=stored.box, reading_id=stored.reading_id)
    checks = " ".join(finding.check for finding in new)
    where = {"entry_id": after.id, "book_id": after.book_id}
    work.note("doubt", **where, source=seal_of(after), column=" ".join(sorted(doubted)), reason=checks)
    return True
