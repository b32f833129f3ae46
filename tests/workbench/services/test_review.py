"""Review: queues, leases, saves that are idempotent and refuse to be stale."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from corrections.entries import DecisionKind, EntryState, FieldState, Finding, Severity, ValueSource
from storage.entries import SaveMarks, save_entry
from tests.workbench.services.conftest import Office
from workbench.services import review
from workbench.services.effort import effort_summary
from workbench.services.errors import InvalidInput, LeaseLost, NotAllowed, StaleRevision
from workbench.services.previewing import preview_values
from workbench.services.review_types import EffortInput, GridItem, ValueInput

Token = Callable[[], str]


def test_a_clerk_gets_entries_with_fields_boxes_and_a_lease(office: Office) -> None:
    office.read_book()
    (first, second) = review.next_entries(office.clerk, 2)
    assert first.entry.id != second.entry.id
    field = next(f for f in first.fields if f.column == "nksHoTen")
    assert (field.text, field.kind) == ("Nguyễn Văn Minh", "name")
    assert field.box is not None
    assert first.holder == "clerk"


def test_two_clerks_never_hold_one_entry(office: Office) -> None:
    office.read_book(pages=2, entries=2)
    mine = {e.entry.id for e in review.next_entries(office.clerk, 3)}
    theirs = {e.entry.id for e in review.next_entries(office.other_clerk, 3)}
    assert len(mine) == 3 and len(theirs) == 1 and not mine & theirs
    with pytest.raises(LeaseLost, match="clerk"):
        review.get_entry(office.other_clerk, min(mine), lease=True)


def test_confirming_saves_values_and_leaves_a_trail(office: Office, token: Token) -> None:
    office.read_book()
    one = review.next_entries(office.clerk, 1)[0]
    receipt = review.save_entry(
        office.clerk,
        entry_id=one.entry.id,
        revision=one.entry.revision,
        token=token(),
        decision=DecisionKind.CONFIRM,
        values={"nksHoTen": ValueInput(text="Nguyễn Văn Mính")},
    )
    assert receipt.revision == 1
    saved = review.get_entry(office.clerk, one.entry.id)
    value = saved.entry.fields["nksHoTen"]
    assert (value.text, value.source, value.confirmed) == ("Nguyễn Văn Mính", ValueSource.PERSON, True)
    assert all(v.confirmed and not v.needs_review for v in saved.entry.fields.values())
    changes = [e for e in review.entry_history(office.clerk, one.entry.id) if e.column == "nksHoTen"]
    assert [(e.actor, e.old, e.new) for e in changes] == [("clerk", "Nguyễn Văn Minh", "Nguyễn Văn Mính")]


def test_the_same_save_sent_twice_is_written_once(office: Office, token: Token) -> None:
    office.read_book()
    one = review.next_entries(office.clerk, 1)[0]
    sent = {"entry_id": one.entry.id, "revision": 0, "token": token(), "decision": DecisionKind.CONFIRM}
    first = review.save_entry(office.clerk, **sent)  # type: ignore[arg-type]
    again = review.save_entry(office.clerk, **sent)  # type: ignore[arg-type]
    assert (again.revision, again.replayed) == (first.revision, True)
    assert review.get_entry(office.clerk, one.entry.id).entry.revision == 1
    with pytest.raises(InvalidInput):
        review.save_entry(office.other_clerk, **sent)  # type: ignore[arg-type]


def test_a_stale_save_is_refused_with_what_stands_now(office: Office, token: Token) -> None:
    office.read_book()
    one = review.next_entries(office.clerk, 1)[0].entry
    review.save_entry(
        office.clerk,
        entry_id=one.id,
        revision=0,
        token=token(),
        decision=DecisionKind.CORRECT,
        values={"meHoTen": ValueInput(text="Trần Thị Mới")},
    )
    with pytest.raises(StaleRevision) as caught:
        review.save_entry(office.other_clerk, entry_id=one.id, revision=0, token=token(), decision=DecisionKind.CONFIRM)
    assert caught.value.current.entry.fields["meHoTen"].text == "Trần Thị Mới"
    assert review.get_entry(office.clerk, one.id).entry.state is EntryState.TO_REVIEW


def test_a_save_whose_lease_ran_out_is_still_taken(office: Office, token: Token) -> None:
    office.read_book()
    one = review.next_entries(office.clerk, 1)[0].entry
    review.release_leases(office.clerk)
    review.get_entry(office.other_clerk, one.id, lease=True)
    receipt = review.save_entry(office.clerk, entry_id=one.id, revision=0, token=token(), decision=DecisionKind.CONFIRM)
    assert receipt.revision == 1


@pytest.mark.slow
def test_the_way_of_an_escalated_entry(office: Office, token: Token) -> None:
    office.read_book()
    one = review.next_entries(office.clerk, 1)[0].entry
    with pytest.raises(InvalidInput, match="lý do"):
        review.save_entry(office.clerk, entry_id=one.id, revision=0, token=token(), decision=DecisionKind.ESCALATE)
    review.save_entry(
        office.clerk, entry_id=one.id, revision=0, token=token(), decision=DecisionKind.ESCALATE, reason="Mờ chữ"
    )
    with pytest.raises(NotAllowed):
        review.next_entries(office.clerk, 1, queue="supervisor")
    top = review.next_entries(office.supervisor, 1, queue="supervisor")[0]
    assert (top.entry.id, top.reason) == (one.id, "Mờ chữ")
    with pytest.raises(NotAllowed):
        review.save_entry(office.clerk, entry_id=one.id, revision=1, token=token(), decision=DecisionKind.APPROVE)
    review.save_entry(
        office.supervisor, entry_id=one.id, revision=1, token=token(), decision=DecisionKind.SEND_BACK, reason="Xem lại"
    )
    back = review.next_entries(office.clerk, 1)[0]
    assert (back.entry.id, back.entry.state, back.reason) == (one.id, EntryState.SENT_BACK, "Xem lại")
    review.save_entry(office.clerk, entry_id=one.id, revision=2, token=token(), decision=DecisionKind.CONFIRM)
    done = review.save_entry(
        office.supervisor, entry_id=one.id, revision=3, token=token(), decision=DecisionKind.APPROVE
    )
    assert done.state is EntryState.APPROVED
    review.save_entry(
        office.supervisor, entry_id=one.id, revision=4, token=token(), decision=DecisionKind.REOPEN, reason="Sai tên"
    )
    actions = [e.action for e in review.entry_history(office.clerk, one.id) if not e.column]
    assert actions[::-1] == ["read", "escalate", "send_back", "confirm", "approve", "reopen"]


def test_undo_takes_back_ones_own_last_save_only(office: Office, token: Token) -> None:
    office.read_book()
    one = review.next_entries(office.clerk, 1)[0].entry
    review.save_entry(
        office.clerk,
        entry_id=one.id,
        revision=0,
        token=token(),
        decision=DecisionKind.CONFIRM,
        values={"chaHoTen": ValueInput(text="Nhầm")},
    )
    with pytest.raises(NotAllowed):
        review.undo(office.other_clerk, entry_id=one.id, revision=1, token=token())
    receipt = review.undo(office.clerk, entry_id=one.id, revision=1, token=token())
    after = review.get_entry(office.clerk, one.id).entry
    assert (receipt.revision, after.state, after.fields) == (2, EntryState.TO_REVIEW, one.fields)


def test_text_that_looks_like_code_goes_through_unharmed(office: Office, token: Token) -> None:
    office.read_book()
    one = review.next_entries(office.clerk, 1)[0].entry
    odd = "=HYPERLINK(\"x\") <script>alert('a')</script> ../../etc; DROP TABLE entries; --"
    review.save_entry(
        office.clerk,
        entry_id=one.id,
        revision=0,
        token=token(),
        decision=DecisionKind.CORRECT,
        values={"nksNoiSinh": ValueInput(text=odd)},
    )
    assert review.get_entry(office.clerk, one.id).entry.fields["nksNoiSinh"].text == odd


def test_text_is_kept_in_nfc_and_blank_is_a_decision(office: Office, token: Token) -> None:
    office.read_book()
    one = review.next_entries(office.clerk, 1)[0].entry
    review.save_entry(
        office.clerk,
        entry_id=one.id,
        revision=0,
        token=token(),
        decision=DecisionKind.CORRECT,
        values={
            "meHoTen": ValueInput(text="Tra\u0302\u0300n  Thi\u0323 A"),
            "nksNoiSinh": ValueInput(text="", state=FieldState.ILLEGIBLE),
        },
    )
    fields = review.get_entry(office.clerk, one.id).entry.fields
    assert fields["meHoTen"].text == "Trần Thị A"
    assert fields["nksNoiSinh"].state is FieldState.ILLEGIBLE


@pytest.mark.slow
def test_many_are_approved_only_after_the_sample(office: Office, token: Token) -> None:
    book = office.read_book(pages=4, entries=2)
    for one in review.next_entries(office.clerk, 8):
        review.save_entry(office.clerk, entry_id=one.entry.id, revision=0, token=token(), decision=DecisionKind.CONFIRM)
    waiting = review.next_entries(office.supervisor, 8, queue="supervisor", book_id=book.id)
    items = [(e.entry.id, e.entry.revision) for e in waiting if e.entry.state is EntryState.CONFIRMED]
    assert items
    with pytest.raises(InvalidInput, match="mẫu"):
        review.approve_many(office.supervisor, items, token=token(), checked=[])
    sample = review.bulk_sample(office.supervisor, [i for i, _ in items])
    assert [s.entry.id for s in sample] == [
        s.entry.id for s in review.bulk_sample(office.supervisor, [i for i, _ in items])
    ]
    sent = token()
    done = review.approve_many(office.supervisor, items, token=sent, checked=[s.entry.id for s in sample])
    assert set(done.saved) == {i for i, _ in items}
    assert review.approve_many(office.supervisor, items, token=sent, checked=[s.entry.id for s in sample]).replayed


def test_one_field_over_many_entries(office: Office, token: Token) -> None:
    book = office.read_book(pages=2, entries=2)
    cells = review.field_grid(office.clerk, book.id, "nksDanToc")
    assert len(cells) == 4 and all(c.box for c in cells)
    items = [GridItem(entry_id=c.entry_id, revision=c.revision) for c in cells[1:]]
    odd = GridItem(entry_id=cells[0].entry_id, revision=cells[0].revision, text="Tày")
    work = EffortInput(active_ms=10_002, key_presses=7)
    done = review.confirm_field_many(office.clerk, "nksDanToc", [odd, *items], token=token(), effort=work)
    assert len(done.saved) == 4
    (total,) = effort_summary(office.supervisor, by="account")
    assert (total.entries, total.active_ms, total.key_presses, total.corrections) == (4, 10_002, 7, 1)
    now = review.field_grid(office.clerk, book.id, "nksDanToc")
    assert {c.text for c in now if c.entry_id == odd.entry_id} == {"Tày"}
    assert all(c.confirmed for c in now)
    stale = review.confirm_field_many(office.clerk, "nksDanToc", items, token=token())
    assert len(stale.refused) == 3


def test_an_entry_somebody_else_has_before_him_is_not_changed_from_the_grid(office: Office, token: Token) -> None:
    book = office.read_book(pages=2, entries=2)
    before = review.field_grid(office.supervisor, book.id, "nksDanToc")
    held = review.next_entries(office.clerk, 1, book_id=book.id)[0].entry.id
    assert [c.entry_id for c in review.field_grid(office.supervisor, book.id, "nksDanToc") if c.held] == [held]
    assert not any(c.held for c in review.field_grid(office.clerk, book.id, "nksDanToc"))
    items = [GridItem(entry_id=c.entry_id, revision=c.revision) for c in before]  # a grid loaded earlier
    done = review.confirm_field_many(office.supervisor, "nksDanToc", items, token=token())
    assert [r.entry_id for r in done.refused] == [held] and len(done.saved) == 3
    saved = review.save_entry(office.clerk, entry_id=held, revision=0, token=token(), decision=DecisionKind.CONFIRM)
    assert saved.state is EntryState.CONFIRMED


def test_a_field_that_looked_odd_is_looked_at_by_whoever_reviews_its_entry(office: Office, token: Token) -> None:
    book = office.read_book(pages=2, entries=2)
    fields = review.get_entry(office.clerk, review.field_grid(office.clerk, book.id, "so")[0].entry_id).fields
    column = next(f.column for f in fields if not f.needs_review and not f.confirmed)
    strange, *rest = review.field_grid(office.clerk, book.id, column)
    assert not strange.needs_review
    items = [GridItem(entry_id=c.entry_id, revision=c.revision) for c in rest]
    sent, odd = token(), [strange.entry_id, rest[0].entry_id]
    for _ in range(2):  # sent again, it changes nothing
        review.confirm_field_many(office.clerk, column, items, token=sent, odd=odd)
    now = {c.entry_id: c for c in review.field_grid(office.clerk, book.id, column)}
    assert (now[strange.entry_id].needs_review, now[strange.entry_id].confirmed) == (True, False)
    assert now[rest[0].entry_id].confirmed and not now[rest[0].entry_id].needs_review
    history = [e for e in review.entry_history(office.clerk, strange.entry_id) if e.action == "odd_value"]
    assert [(e.actor, e.column) for e in history] == [(office.clerk.who.name, column)]


def test_what_the_book_says_stays_while_one_types_and_after_the_grid(office: Office, token: Token) -> None:
    book = office.read_book(pages=2, entries=2)
    one = review.next_entries(office.clerk, 1, book_id=book.id)[0].entry
    late = Finding(check="date_out_of_order", severity=Severity.UNUSUAL, message="Sai thứ tự.", columns=("ngayDangKy",))
    with office.nobody.database.write() as connection:
        save_entry(connection, one, replace(one, revision=one.revision + 1, findings=(late,)), SaveMarks())
    typed = {"nksHoTen": ValueInput(text="Lê Thị Bưởi")}
    assert late in preview_values(office.clerk, one.id, typed).findings
    assert late not in preview_values(office.clerk, one.id, {"ngayDangKy": ValueInput(text="11.04.1998")}).findings
    cell = GridItem(entry_id=one.id, revision=one.revision + 1)
    review.confirm_field_many(office.clerk, "nksDanToc", [cell], token=token())
    now = review.get_entry(office.clerk, one.id).entry
    assert now.fields["nksDanToc"].confirmed and late in now.findings
    review.undo(office.clerk, entry_id=one.id, revision=now.revision, token=token())
    assert late in review.get_entry(office.clerk, one.id).entry.findings


@pytest.mark.slow
def test_leases_are_handed_over(office: Office) -> None:
    office.read_book()
    held = {e.entry.id for e in review.next_entries(office.clerk, 2)}
    with pytest.raises(NotAllowed):
        review.hand_over(office.clerk, from_account_id=office.clerk.who.id)
    moved = review.hand_over(
        office.supervisor, from_account_id=office.clerk.who.id, to_account_id=office.other_clerk.who.id
    )
    assert moved == 2
    assert set(review.renew_leases(office.other_clerk, sorted(held))) == held
    assert review.renew_leases(office.clerk, sorted(held)) == ()


def test_the_supervisor_sees_the_riskiest_first(office: Office, token: Token) -> None:
    office.read_book(pages=2, entries=1)
    for entry_id, date in ((1, "05/03/1998"), (2, "05/03/1990")):
        review.save_entry(
            office.clerk,
            entry_id=entry_id,
            revision=0,
            token=token(),
            decision=DecisionKind.ESCALATE,
            reason="Xem giúp",
            values={"ngayDangKy": ValueInput(text=date)},
        )
    ids = [e.entry.id for e in review.next_entries(office.supervisor, 2, queue="supervisor")]
    assert ids == [2, 1]


def test_the_grid_of_a_column_has_no_silent_end(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """398 of 5,398 open cells were never listed: the look through a book ended at 5,000 entries."""
    from types import SimpleNamespace

    from workbench.routes import columns

    book = office.read_book(pages=4, entries=3)
    monkeypatch.setattr(columns, "_AT_ONCE", 5)
    call = SimpleNamespace(context=office.clerk)
    cells = list(columns._all_cells(call, book.id, "nksDanToc"))  # type: ignore[arg-type]
    assert len(cells) == len({cell.entry_id for cell in cells}) == 12
    assert review.field_grid(office.clerk, book.id, "nksDanToc", limit=5, offset=15) is None
