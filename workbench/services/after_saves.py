"""What a confirmation sets going beside the people at work: its book is weighed again, now and then its hand learned.

One thread a process, one book at a time; a book asked for again meanwhile comes once more. Killed half-way nothing is
lost: the next confirmation asks again.
"""

from __future__ import annotations

import logging
import threading

from corrections.entries import Entry, Role
from storage.entries import get_entry
from workbench.services.context import Context, requires
from workbench.services.hands_of_books import confirmed_entries, hand_of_book, learn_hand_of_book, read_waiting_again
from workbench.services.reweighing import reweigh_book

__all__ = ["follow_up"]

log = logging.getLogger(__name__)

_TAUGHT_EVERY = 10
"""Confirmed entries after which a book's hand is learned anew."""


class _Soon:
    """Books to see to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted: dict[tuple[str, int], tuple[Context, int]] = {}
        self._learned: dict[tuple[str, int], int] = {}
        self._running = False

    def ask(self, ctx: Context, entry: Entry) -> None:
        with self._lock:
            self._wanted[ctx.database.url, entry.book_id] = ctx, entry.id
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._work, name="after-saves", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._wanted:
                    self._running = False
                    return
                key = next(iter(self._wanted))
                ctx, entry_id = self._wanted.pop(key)
            try:
                reweigh_book(ctx, key[1], after=entry_id)
                self._learn(ctx, key)
            except Exception:  # a thread of its own: whatever went wrong is told in the log, and people go on working
                log.exception("book %s was not seen to", key[1])

    def _learn(self, ctx: Context, key: tuple[str, int]) -> None:
        tens = confirmed_entries(ctx, key[1]) // _TAUGHT_EVERY
        if tens <= self._learned.get(key, 0):
            return
        self._learned[key] = tens
        before = hand_of_book(ctx, key[1])
        learned = learn_hand_of_book(ctx, key[1])
        if learned.used or (before is not None and before.used):
            read_waiting_again(ctx, key[1])


_soon = _Soon()


@requires(Role.CLERK)
def follow_up(ctx: Context, entry_id: int) -> None:
    """See to the book of an entry just saved; returns at once, the save that asks for it does not wait."""
    with ctx.read() as connection:
        stored = get_entry(connection, entry_id)
    if stored is not None:
        _soon.ask(ctx, stored.entry)
