"""Choosing a book, or a row of a table, the same way on every screen; a book chosen follows from screen to screen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st

from corrections.entries import EntryState, Role
from storage.books import BookProgress
from workbench.screens.long_texts import row_height
from workbench.services import review
from workbench.services.books import book_progress, books_to_choose
from workbench.services.context import Context
from workbench.services.naming import book_title

__all__ = [
    "choose_book",
    "keep_book",
    "kept_book",
    "offer_first_step",
    "open_entry",
    "picked_row",
    "samples_shown",
    "show_samples",
    "take_address",
]


_ALL = 0
"""Stands for every book."""
_SAMPLES = "samples_shown"
_BOX, _KEPT, _ADDRESS = "book_box_", "book", "book_of_address"
"""Keys of the session: a box (with its label), what was chosen last, the book that stood in the address last."""


def picked_row(
    rows: Sequence[Mapping[str, object]],
    *,
    key: str | None = None,
    columns: Mapping[str, Any] | None = None,
    height: int | Literal["auto"] = "auto",
    long: Mapping[str, int] | None = None,
) -> int | None:
    """A table in which one row can be ticked.

    Args:
        rows: texts and figures by head.
        key: of the table in the session; None: other rows are another table, in which none is ticked.
        columns: by head, how wide it is and how it shows what it holds: what `st.column_config` makes.
        height: of the table, in pixels.
        long: heads of columns whose texts wrap, with their widths in pixels.

    Returns:
        The place of the ticked row; None without one, or where the table has become shorter since.
    """
    event = st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        height=height,
        column_config=columns,
        row_height=row_height(rows, long or {}),
        on_select="rerun",
        selection_mode="single-row",
        key=key,
    )
    ticked = event["selection"]["rows"]
    return ticked[0] if ticked and ticked[0] < len(rows) else None


def choose_book(
    context: Context, label: str = "Sổ", *, all_books: str = "", bare: bool = False, with_entries: bool = False
) -> BookProgress | None:
    """A select box over the books; None when there are none, before one was chosen, or for `all_books`.

    The book chosen stays chosen, here and on the other screens; none is ever chosen by the program. Sample books are
    offered where they were asked for, or where there is no other book yet.

    Args:
        context: whose books.
        label: of the box.
        all_books: text of a first option that stands for every book; empty for no such option.
        bare: without the label above, to save height.
        with_entries: leave out books in which nothing has been read or entered yet.
    """
    found = books_to_choose(context, with_entries=with_entries, samples=samples_shown())
    books = {book.id: book for book in found}
    if _wants_sample(context, books):
        show_samples(True)
        books = {book.id: book for book in books_to_choose(context, with_entries=with_entries, samples=True)}
    if not books:
        offer_first_step(context, key=label, unread=with_entries)
        return None
    options: list[int] = ([_ALL] if all_books else []) + list(books)
    box = _BOX + label
    _take_address(box, books)
    # The box keeps its choice by its key; what is kept apart outlives the screens that have no such box.
    if st.session_state.get(box) not in options:
        kept = st.session_state.get(_KEPT)
        st.session_state[box] = kept if kept in options else _ALL if all_books else None
    picked = st.selectbox(
        label,
        options,
        index=0 if all_books else None,
        key=box,
        placeholder="Chọn sổ",
        format_func=lambda i: book_title(books[i]) if i else all_books,
        label_visibility="collapsed" if bare else "visible",
        on_change=_chosen_by_hand,
        args=(box,),
    )
    st.session_state[_KEPT] = picked
    return book_progress(context, picked) if picked else None


def offer_first_step(context: Context, *, key: str, unread: bool = False) -> None:
    """Says that there is no book to choose, with the way to the next thing for those who may do it.

    Args:
        context: who looks.
        key: tells the offers of one screen apart.
        unread: books in which nothing has been read do not count here.
    """
    waits = unread and bool(books_to_choose(context, samples=samples_shown()))
    st.info("Chưa có sổ nào đã đọc." if waits else "Chưa có sổ nào.")
    if not context.may(Role.CLERK):
        return
    if waits and st.button("Cho máy đọc sổ", key=f"first_step_{key}"):
        st.switch_page("workbench/screens/pages/reading.py")
    if not waits and st.button("Thêm sổ, nhập bản quét", key=f"first_step_{key}"):
        st.session_state["new_book_open"] = True
        st.switch_page("workbench/screens/pages/import_scans.py")


def take_address(context: Context) -> None:
    """Choose the book that the address names, on a screen that has no box; sample books are shown for that."""
    books = {book.id for book in books_to_choose(context, samples=samples_shown())}
    if _wants_sample(context, books):
        show_samples(True)
    wanted = st.query_params.get("book", "")
    if st.session_state.get(_ADDRESS) != wanted and wanted.isdecimal():
        keep_book(int(wanted))
    st.session_state[_ADDRESS] = wanted


def _wants_sample(context: Context, books: Collection[int]) -> bool:
    """Whether the address leads to a sample book that is not among the books shown."""
    named = st.query_params.get("book", "")
    if not named.isdecimal() or int(named) in books or samples_shown():
        return False
    return any(book.id == int(named) for book in books_to_choose(context, samples=True))


def keep_book(book_id: int) -> None:
    """Choose a book for the screens to come, as if it had been picked in the box."""
    st.session_state[_KEPT] = book_id
    for key in [k for k in st.session_state if str(k).startswith(_BOX)]:
        del st.session_state[key]


def kept_book() -> int | None:
    """The book chosen last, on whatever screen."""
    kept = st.session_state.get(_KEPT)
    return int(kept) if kept else None


def samples_shown() -> bool:
    """Whether this person wants to see sample books beside the real ones."""
    return bool(st.session_state.get(_SAMPLES))


def show_samples(shown: bool) -> None:
    """Show sample books on all screens, or no more."""
    st.session_state[_SAMPLES] = shown


def _take_address(box: str, books: Collection[int]) -> None:
    """A book named in the address is chosen once; a choice by hand afterwards counts more."""
    wanted = st.query_params.get("book", "")
    if wanted.isdecimal() and int(wanted) in books and st.session_state.get(_ADDRESS) != wanted:
        st.session_state[box] = int(wanted)
    st.session_state[_ADDRESS] = wanted


def _chosen_by_hand(box: str) -> None:
    """The address names the book from now on: it is chosen again when the page is loaded anew."""
    picked = st.session_state[box]
    st.session_state[_ADDRESS] = str(picked or "")
    if picked:
        st.query_params["book"] = str(picked)
    else:
        st.query_params.pop("book", None)


def open_entry(context: Context, entry_id: int) -> None:
    """Go to an entry: to review while it waits there, else to the supervisor's queue; inspectors only look at it."""
    if not context.may(Role.CLERK):
        st.switch_page("workbench/screens/pages/inspect.py", query_params={"entry": str(entry_id)})
    state = review.get_entry(context, entry_id).entry.state
    waiting = state in (EntryState.TO_REVIEW, EntryState.SENT_BACK)
    page = "review" if waiting or not context.may(Role.SUPERVISOR) else "queue"
    st.switch_page(f"workbench/screens/pages/{page}.py", query_params={"entry": str(entry_id)})
