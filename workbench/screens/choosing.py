"""Choosing a book, the same way on every screen; the choice follows the person from screen to screen."""

from __future__ import annotations

import streamlit as st

from corrections.entries import Book, EntryState, Role
from storage.books import BookProgress
from workbench.services import review
from workbench.services.books import book_progress, books_to_choose
from workbench.services.context import Context

__all__ = ["book_name", "choose_book", "open_entry"]


def book_name(book: Book) -> str:
    """Type, volume and office of a book in one line."""
    return f"{book.register_type.label} · quyển {book.volume_number} · {book.office}"


def choose_book(
    context: Context, label: str = "Sổ", *, all_books: str = "", bare: bool = False, with_entries: bool = False
) -> BookProgress | None:
    """A select box over the books; None when there are none, or for `all_books`.

    Args:
        context: whose books.
        label: of the box.
        all_books: text of a first option that stands for every book; empty for no such option.
        bare: without the label above, to save height.
        with_entries: leave out books in which nothing has been read or entered yet.
    """
    books = {book.id: book for book in books_to_choose(context, with_entries=with_entries)}
    if not books:
        missing = "Chưa có sổ nào đã đọc." if with_entries else "Chưa có sổ nào."
        st.info(f"{missing} Hãy thêm sổ và bản quét ở màn hình «Nhập bản quét».")
        return None
    options: list[int] = ([0] if all_books else []) + list(books)
    wanted = st.query_params.get("book", "")
    chosen = int(wanted) if wanted.isdecimal() and int(wanted) in books else st.session_state.get("book", options[0])
    index = options.index(chosen) if chosen in options else 0
    picked = st.selectbox(
        label,
        options,
        index=index,
        format_func=lambda i: book_name(books[i]) if i else all_books,
        label_visibility="collapsed" if bare else "visible",
    )
    st.session_state["book"] = picked
    return book_progress(context, picked) if picked else None


def open_entry(context: Context, entry_id: int) -> None:
    """Go to an entry: to review while it waits there, else to the supervisor's queue."""
    state = review.get_entry(context, entry_id).entry.state
    waiting = state in (EntryState.TO_REVIEW, EntryState.SENT_BACK)
    page = "review" if waiting or not context.may(Role.SUPERVISOR) else "queue"
    st.switch_page(f"workbench/screens/pages/{page}.py", query_params={"entry": str(entry_id)})
