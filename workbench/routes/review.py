"""What the review form calls: the next entries, one entry, saving, checks while typing, leases."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from corrections.entries import DecisionKind, FieldState, ValueSource
from workbench.routes.bodies import BadBody, items, text, whole
from workbench.routes.guard import Call, whole_number
from workbench.routes.left_pages import LEFT
from workbench.routes.measured import effort_by_field, effort_of_all
from workbench.routes.payload import entries_json, findings_json
from workbench.services import review
from workbench.services.after_saves import follow_up
from workbench.services.book_learning import lessons_first
from workbench.services.emptiness import next_book, why_nothing
from workbench.services.errors import InvalidInput
from workbench.services.naming import book_title
from workbench.services.previewing import preview_values
from workbench.services.review_types import ReviewEntry, SaveReceipt, ValueInput
from workbench.services.showing import Showing, show_entry
from workbench.services.suggestions import suggest

__all__ = ["check", "hold", "next_entries", "one_entry", "release", "save", "shown", "suggest_values", "take_back"]

_MOST_AHEAD = 20
"""Entries handed out at once; the form asks for five."""
_MOST_ASKS = 20
"""Questions under way that a page that is left may name."""
_LONGEST_ASK = 40
"""Characters of a question's name."""


def next_entries(call: Call) -> Response:
    """The next entries for this person, reserved for them, and how many wait in all."""
    query = call.request.query_params
    held = tuple(whole_number(part) for part in query.get("held", "").split(",") if part)
    count = min(_MOST_AHEAD, call.number("n", 5) or 5)
    book_id = call.number("book")
    supervising = query.get("mode") == "supervise"
    found = review.next_entries(
        call.context,
        count,
        queue=review.Queue.SUPERVISOR if supervising else review.Queue.CLERK,
        book_id=book_id,
        skip=held,
        order=_order(call, book_id, supervising=supervising),
    )
    found = () if _gave_back(call, found) else found
    counts = review.queue_counts(call.context, book_id)
    waiting = counts.escalated + counts.confirmed if supervising else counts.to_review + counts.sent_back
    why = "" if found else why_nothing(call.context, book_id=book_id, supervising=supervising)
    return JSONResponse(
        {"entries": _json(call, found), "remaining": waiting, "why": why, **_elsewhere(call, why, book_id, supervising)}
    )


def _elsewhere(call: Call, why: str, book_id: int | None, supervising: bool) -> dict[str, object]:
    """The book to go on with, for somebody who has nothing left in the book chosen."""
    following = next_book(call.context, supervising=supervising) if why and book_id is not None else None
    return {"elsewhere": {"book": following.id, "title": book_title(following)}} if following else {}


def _order(call: Call, book_id: int | None, *, supervising: bool) -> review.Order | None:
    """As asked for; else hardest first while a book's hand is new and that is wanted; else the queue's own."""
    if call.request.query_params.get("order") == "page":
        return review.Order.PAGE
    return review.Order.RISK if not supervising and lessons_first(call.context, book_id) else None


def one_entry(call: Call) -> Response:
    """One entry, reserved for this person."""
    entry = review.get_entry(call.context, call.place("entry"), lease=True)
    _gave_back(call, (entry,))
    return JSONResponse({"entry": _json(call, (entry,))[0]})


def _gave_back(call: Call, handed: tuple[ReviewEntry, ...]) -> bool:
    """Whether the page that asked was left meanwhile: what was just reserved for it is free again."""
    asked = call.request.query_params.get("ask", "")
    if not asked or not handed:
        return False
    ids = tuple(one.entry.id for one in handed)
    if LEFT.handed((call.context.who.id, asked[:_LONGEST_ASK]), ids):
        return False
    review.release_leases(call.context, ids)
    return True


def _json(call: Call, entries: tuple[ReviewEntry, ...]) -> list[dict[str, Any]]:
    histories = {}
    if call.request.query_params.get("mode") == "supervise":
        histories = {e.entry.id: review.side_by_side(call.context, e.entry.id) for e in entries}
    return entries_json(call.context, entries, histories)


def shown(call: Call) -> Response:
    """An entry came onto the caller's screen; the answer repeats the token, as a save's does.

    Word that was overtaken by the leaving of its page reserves nothing.
    """
    body = call.body
    showing = _showing(body)
    show_entry(call.context, showing)
    if LEFT.is_left((call.context.who.id, showing.screen)):
        review.release_leases(call.context, (showing.entry_id,))
    return JSONResponse({"token": text(body["token"])})


def _showing(body: dict[str, Any]) -> Showing:
    return Showing(screen=text(body["screen"]), turn=whole(body["turn"]), entry_id=whole(body["entry"]))


def save(call: Call) -> Response:
    """Save a decision; the answer repeats the token, which is the acknowledgement the form waits for."""
    body = call.body
    effort = body.get("effort") or {}
    receipt = review.save_entry(
        call.context,
        entry_id=whole(body["entry"]),
        revision=whole(body["revision"]),
        token=text(body["token"]),
        values=_values(body["fields"]),
        decision=_decision(body["decision"]),
        reason=text(body.get("reason", "")),
        effort=(effort_of_all(effort), *effort_by_field(effort)),
        shown=_showing(body),
    )
    if not receipt.replayed:
        follow_up(call.context, receipt.entry_id)
    return JSONResponse(_receipt(receipt))


def take_back(call: Call) -> Response:
    """Undo this person's own last save, to look at the entry again."""
    body = call.body
    receipt = review.undo(
        call.context, entry_id=whole(body["entry"]), revision=whole(body["revision"]), token=text(body["token"])
    )
    return JSONResponse(_receipt(receipt))


def _receipt(receipt: SaveReceipt) -> dict[str, Any]:
    return {
        "token": receipt.token,
        "revision": receipt.revision,
        "state": receipt.state.value,
        "replayed": receipt.replayed,
        "findings": findings_json(receipt.findings),
    }


def check(call: Call) -> Response:
    """Standard values and remarks for values not yet saved."""
    preview = preview_values(call.context, whole(call.body["entry"]), _values(call.body["fields"]))
    return JSONResponse({"normalized": preview.normalized, "findings": findings_json(preview.findings)})


def suggest_values(call: Call) -> Response:
    """Values for a field while it is being typed."""
    query = call.request.query_params
    found = suggest(call.context, call.place("entry"), query.get("column", ""), text=query.get("text") or None)
    return JSONResponse({"suggestions": [{"text": s.text, "why": s.note} for s in found]})


def hold(call: Call) -> Response:
    """Keep entries reserved while they are open in a browser."""
    kept = review.renew_leases(call.context, _ids(call.body))
    return JSONResponse({"held": list(kept)})


def release(call: Call) -> Response:
    """Give entries back when the page is left, also those on their way to it (`asks`: names of its questions)."""
    asks = [text(ask)[:_LONGEST_ASK] for ask in items(call.body.get("asks", []))][:_MOST_ASKS]
    coming = [entry_id for ask in asks for entry_id in LEFT.leave((call.context.who.id, ask))]
    review.release_leases(call.context, (*_ids(call.body), *coming))
    return JSONResponse({})


def _ids(body: dict[str, Any]) -> tuple[int, ...]:
    return tuple(whole(item) for item in items(body["entries"]))[:200]


def _decision(value: object) -> DecisionKind:
    try:
        return DecisionKind(str(value))
    except ValueError as error:
        raise InvalidInput("Không có quyết định này. Hãy tải lại trang rồi thử lại.") from error


def _values(fields: object) -> dict[str, ValueInput]:
    values: dict[str, ValueInput] = {}
    for f in items(fields):
        column = text(f["column"])
        if column in values:  # which of the two was meant cannot be told
            raise BadBody
        values[column] = ValueInput(
            text=text(f["text"]),
            normalized=None if f.get("normalized") is None else text(f["normalized"]),
            state=FieldState(text(f["state"])),
            source=ValueSource(text(f["source"])),
        )
    return values
