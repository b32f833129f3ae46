"""A clerk asks for a book; who may add books sees it and grants it at once."""

from __future__ import annotations

from dataclasses import dataclass

from corrections.entries import Book, Role
from layouts.register_types import RegisterType
from storage import book_requests as store
from storage.accounts import list_accounts
from storage.book_requests import BookRequest
from storage.books import find_book
from storage.opening.database import Connection
from storage.states import RequestState
from workbench.services.books import add_checked_book, checked_book
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, found

__all__ = [
    "AskedBook",
    "ask_for_book",
    "grant_request",
    "my_requests",
    "open_requests",
    "refuse_request",
]

_REMEMBERED = 5
"""Newest requests shown to who made them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBook:
    """A request with the names people know."""

    request: BookRequest
    asked_by: str
    answered_by: str


@requires(Role.CLERK)
def ask_for_book(
    ctx: Context, *, register_type: RegisterType, volume_number: str, office: str, note: str = ""
) -> BookRequest:
    """Ask for a book that is not in the list.

    Raises:
        InvalidInput: a value cannot be taken, the book exists, or it was asked for already.
    """
    book = checked_book(Book(id=0, register_type=register_type, volume_number=volume_number, office=office))
    with ctx.write() as work:
        if find_book(work.connection, book.register_type, book.volume_number, book.office):
            raise InvalidInput(
                f"Quyển {book.volume_number} của {book.office} đã có. Hãy chọn quyển đó trong danh sách."
            )
        if any(_same(request, book) for request in store.list_requests(work.connection)):
            raise InvalidInput(f"Quyển {book.volume_number} đã có người xin thêm, đang chờ người kiểm tra đồng ý.")
        wanted = BookRequest(
            id=0,
            account_id=ctx.who.id,
            register_type=book.register_type,
            volume_number=book.volume_number,
            office=book.office,
            note=" ".join(note.split()),
        )
        request_id = store.add_request(work.connection, wanted)
        work.note("ask_for_book", new=f"{book.register_type.label} {book.volume_number}", reason=wanted.note)
        return found(store.get_request(work.connection, request_id), Missing.REQUEST)


def _same(request: BookRequest, book: Book) -> bool:
    asked = (request.register_type, request.volume_number, request.office)
    return asked == (book.register_type, book.volume_number, book.office)


@requires(Role.SUPERVISOR)
def open_requests(ctx: Context) -> tuple[AskedBook, ...]:
    """Books that are asked for, oldest first."""
    with ctx.read() as connection:
        return _named(connection, store.list_requests(connection))


@requires(Role.CLERK)
def my_requests(ctx: Context) -> tuple[AskedBook, ...]:
    """What the caller asked for lately, newest first, with the answers."""
    with ctx.read() as connection:
        return _named(connection, store.requests_of(connection, ctx.who.id, limit=_REMEMBERED))


def _named(connection: Connection, requests: tuple[BookRequest, ...]) -> tuple[AskedBook, ...]:
    people = {account.id: account.full_name or account.name for account in list_accounts(connection)}
    return tuple(
        AskedBook(
            request=request,
            asked_by=people.get(request.account_id, ""),
            answered_by=people.get(request.answered_by or 0, ""),
        )
        for request in requests
    )


@requires(Role.SUPERVISOR)
def grant_request(ctx: Context, request_id: int) -> Book:
    """Make the book that was asked for.

    Raises:
        InvalidInput: it was answered already, or the book has been made in the meantime.
    """
    mine = ctx.office_ids()
    with ctx.write() as work:
        request = _still_open(work.connection, request_id)
        book = Book(
            id=0,
            register_type=request.register_type,
            volume_number=request.volume_number,
            office=request.office,
            remarks=request.note,
        )
        book = add_checked_book(work, checked_book(book), mine)
        store.answer_request(
            work.connection,
            request_id,
            state=RequestState.GRANTED,
            account_id=ctx.account_id,
            answer="",
            book_id=book.id,
        )
        work.note("grant_book", book_id=book.id, new=f"{book.register_type.label} {book.volume_number}")
        return book


@requires(Role.SUPERVISOR)
def refuse_request(ctx: Context, request_id: int, *, reason: str) -> None:
    """Say no, and why.

    Raises:
        InvalidInput: no reason given, or it was answered already.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput("Hãy ghi lý do không thêm sổ, để người xin biết phải làm gì.")
    with ctx.write() as work:
        request = _still_open(work.connection, request_id)
        store.answer_request(
            work.connection,
            request_id,
            state=RequestState.REFUSED,
            account_id=ctx.account_id,
            answer=reason,
            book_id=None,
        )
        work.note("refuse_book", old=f"{request.register_type.label} {request.volume_number}", reason=reason)


def _still_open(connection: Connection, request_id: int) -> BookRequest:
    request = found(store.get_request(connection, request_id), Missing.REQUEST)
    if request.state is not RequestState.OPEN:
        raise InvalidInput("Đề nghị này đã có người trả lời. Hãy tải lại màn hình.")
    return request
