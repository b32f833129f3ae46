"""Books that clerks ask for, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from layouts.register_types import RegisterType
from storage.clock import now, stamp
from storage.rows import inserted_id, row_of
from storage.schema import book_requests
from storage.states import RequestState

__all__ = ["BookRequest", "add_request", "answer_request", "get_request", "list_requests", "requests_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRequest:
    """A book somebody asks for."""

    id: int
    account_id: int
    """Who asks."""
    register_type: RegisterType
    volume_number: str
    """`nn/yyyy`."""
    office: str
    note: str = ""
    state: RequestState = RequestState.OPEN
    asked_at: str = ""
    """Stored moment."""
    answered_by: int | None = None
    answer: str = ""
    """Why it was refused."""
    book_id: int | None = None
    """The book that was made."""


def _from_row(row: Row[Any]) -> BookRequest:
    r = row._mapping
    return BookRequest(
        id=r["id"],
        account_id=r["account_id"],
        register_type=RegisterType(r["register_type"]),
        volume_number=r["volume_number"],
        office=r["office"],
        note=r["note"],
        state=RequestState(r["state"]),
        asked_at=r["asked_at"],
        answered_by=r["answered_by"],
        answer=r["answer"],
        book_id=r["book_id"],
    )


def add_request(connection: Connection, request: BookRequest) -> int:
    """Note a request; returns its id, which the database gives."""
    return inserted_id(
        connection,
        book_requests.insert().values(
            account_id=request.account_id,
            register_type=request.register_type,
            volume_number=request.volume_number,
            office=request.office,
            note=request.note,
            asked_at=stamp(now()),
        ),
    )


def get_request(connection: Connection, request_id: int) -> BookRequest | None:
    """The request of that id."""
    row = row_of(connection, book_requests, request_id)
    return _from_row(row) if row else None


def list_requests(connection: Connection, *, state: RequestState = RequestState.OPEN) -> tuple[BookRequest, ...]:
    """Requests in that state, oldest first."""
    query = select(book_requests).where(book_requests.c.state == state).order_by(book_requests.c.id)
    return tuple(_from_row(row) for row in connection.execute(query))


def requests_of(connection: Connection, account_id: int, *, limit: int) -> tuple[BookRequest, ...]:
    """What somebody has asked for, newest first."""
    query = select(book_requests).where(book_requests.c.account_id == account_id)
    query = query.order_by(book_requests.c.id.desc()).limit(limit)
    return tuple(_from_row(row) for row in connection.execute(query))


def answer_request(
    connection: Connection,
    request_id: int,
    *,
    state: RequestState,
    account_id: int | None,
    answer: str,
    book_id: int | None,
) -> bool:
    """Answer a request; False when somebody answered first."""
    still_open = (book_requests.c.id == request_id, book_requests.c.state == RequestState.OPEN)
    values = {"state": state, "answered_by": account_id, "answered_at": stamp(now()), "answer": answer}
    return connection.execute(book_requests.update().where(*still_open).values(book_id=book_id, **values)).rowcount == 1
