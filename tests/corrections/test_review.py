"""Decisions: every role in every state with every decision, and what each leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from corrections.checks import page_remarks
from corrections.entries import DecisionKind, Entry, EntryState, FieldState, Finding, Role, Severity, ValueSource
from corrections.review import (
    TRANSITIONS,
    Decision,
    DecisionResult,
    NotAllowedError,
    ReasonMissingError,
    ReviewRules,
    StaleDecisionError,
    UnknownColumnError,
    ValueChange,
    WrongStateError,
    apply_decision,
    may,
)
from tests.corrections.readings import entry
from tests.corrections.test_checks import BIRTH

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_ORDER = (Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR)


def _entry(state: EntryState = EntryState.TO_REVIEW, **changed: str) -> Entry:
    return entry(7, state=state, **{**BIRTH, **changed})


def _decide(
    kind: DecisionKind,
    one: Entry,
    role: Role = Role.SUPERVISOR,
    rules: ReviewRules | None = None,
    confirmed_by: str | None = None,
    reason: str = "vì chữ mờ",
    **values: str,
) -> DecisionResult:
    changes = {name: ValueChange(text=text) for name, text in values.items()}
    decision = Decision(kind=kind, revision=one.revision, values=changes, reason=reason)
    return apply_decision(one, decision, role=role, actor="nv1", at=AT, rules=rules, confirmed_by=confirmed_by)


@pytest.mark.parametrize(("role", "kind", "state"), list(product(Role, DecisionKind, EntryState)))
def test_every_role_decision_and_state(role: Role, kind: DecisionKind, state: EntryState) -> None:
    rule = TRANSITIONS.get((kind, state))
    allowed = rule is not None and role in _ORDER and _ORDER.index(role) >= _ORDER.index(rule[0])
    assert may(role, kind, state) is allowed
    if rule is None:
        with pytest.raises(WrongStateError):
            _decide(kind, _entry(state), role)
    elif not allowed:
        with pytest.raises(NotAllowedError):
            _decide(kind, _entry(state), role)
    else:
        assert _decide(kind, _entry(state), role).entry.state is rule[1]


def test_a_clerk_never_approves_sends_back_or_reopens() -> None:
    for state in EntryState:
        for kind in (DecisionKind.APPROVE, DecisionKind.SEND_BACK, DecisionKind.REOPEN):
            assert not may(Role.CLERK, kind, state)


def test_nothing_changes_an_approved_entry_but_reopening() -> None:
    for role in Role:
        assert {kind for kind in DecisionKind if may(role, kind, EntryState.APPROVED)} <= {DecisionKind.REOPEN}


@pytest.mark.parametrize("kind", [DecisionKind.ESCALATE, DecisionKind.SET_ASIDE, DecisionKind.SEND_BACK])
def test_some_decisions_need_a_reason(kind: DecisionKind) -> None:
    state = EntryState.CONFIRMED if kind is DecisionKind.SEND_BACK else EntryState.TO_REVIEW
    with pytest.raises(ReasonMissingError):
        _decide(kind, _entry(state), reason="  ")


def test_a_stale_revision_is_refused() -> None:
    one = _entry()
    old = Decision(kind=DecisionKind.CONFIRM, revision=one.revision - 1)
    with pytest.raises(StaleDecisionError):
        apply_decision(one, old, role=Role.CLERK, actor="nv1", at=AT)


def test_confirming_vouches_for_every_field_and_counts_one_revision() -> None:
    one = _entry()
    after = _decide(DecisionKind.CONFIRM, one, Role.CLERK).entry
    assert after.state is EntryState.CONFIRMED
    assert after.revision == one.revision + 1
    assert all(v.confirmed and not v.needs_review and v.confidence == 1.0 for v in after.fields.values())
    assert one.state is EntryState.TO_REVIEW
    assert not any(v.confirmed for v in one.fields.values())


def test_values_are_taken_over_normalised_with_their_source_and_events() -> None:
    one = _entry(nksDanToc="Kinh")
    outcome = _decide(DecisionKind.CONFIRM, one, Role.CLERK, nksDanToc="h'mông", meHoTen=BIRTH["meHoTen"])
    changed = outcome.entry.fields["nksDanToc"]
    assert (changed.text, changed.normalized, changed.source) == ("h'mông", "Mông", ValueSource.PERSON)
    assert outcome.entry.fields["meHoTen"].source is one.fields["meHoTen"].source
    assert outcome.changed == ("nksDanToc",)
    field, whole = outcome.events
    assert (field.column, field.old, field.actor, field.at, field.source) == ("nksDanToc", "Kinh", "nv1", AT, "person")
    assert "Mông" in field.new and "h'mông" in field.new
    assert (whole.old, whole.new, whole.action) == ("to_review", "confirmed", "confirm")


def test_a_field_marked_on_the_paper_keeps_its_mark() -> None:
    one = _entry()
    decision = Decision(
        kind=DecisionKind.CORRECT, revision=1, values={"nycHoTen": ValueChange(text="", state=FieldState.ILLEGIBLE)}
    )
    outcome = apply_decision(one, decision, role=Role.CLERK, actor="nv1", at=AT)
    assert outcome.entry.fields["nycHoTen"].state is FieldState.ILLEGIBLE
    assert outcome.entry.fields["nycHoTen"].normalized == ""
    assert "illegible" in outcome.events[0].new


@pytest.mark.parametrize("text", ["=1+1", "<b>An</b>", "../../etc", "'; drop table x --", "@SUM(A1)"])
def test_text_that_looks_like_code_goes_through_unharmed(text: str) -> None:
    assert _decide(DecisionKind.CORRECT, _entry(), ghiChu=text).entry.fields["ghiChu"].text == text


def test_unknown_columns_are_refused() -> None:
    with pytest.raises(UnknownColumnError):
        _decide(DecisionKind.CORRECT, _entry(), hoTen="An")


def test_errors_the_checks_see_go_to_the_supervisor() -> None:
    wrong = _entry(nksNgaySinh="03.01.2012")
    after = _decide(DecisionKind.CONFIRM, wrong, Role.CLERK, reason="").entry
    assert after.state is EntryState.ESCALATED
    assert "03.01.2012" in after.escalation_reason
    assert _decide(DecisionKind.CONFIRM, wrong, Role.SUPERVISOR).entry.state is EntryState.CONFIRMED
    lax = ReviewRules(errors_to_supervisor=False)
    assert _decide(DecisionKind.CONFIRM, wrong, Role.CLERK, lax).entry.state is EntryState.CONFIRMED


def test_nobody_approves_over_an_error_without_saying_why() -> None:
    wrong = _entry(EntryState.CONFIRMED, nksNgaySinh="03.01.2012")
    with pytest.raises(ReasonMissingError, match=r"03\.01\.2012"):
        _decide(DecisionKind.APPROVE, wrong, reason=" ")
    done = _decide(DecisionKind.APPROVE, wrong, reason="sổ ghi như vậy")
    assert (done.entry.state, done.entry.escalation_reason) == (EntryState.APPROVED, "sổ ghi như vậy")
    assert done.events[-1].reason == "sổ ghi như vậy"
    assert _decide(DecisionKind.APPROVE, _entry(EntryState.CONFIRMED), reason="").entry.escalation_reason == ""
    final = ReviewRules(approval_needed=False)
    for role in (Role.SUPERVISOR, Role.ADMINISTRATOR):  # where a confirmation is final it approves just the same
        with pytest.raises(ReasonMissingError):
            _decide(DecisionKind.CONFIRM, replace(wrong, state=EntryState.TO_REVIEW), role, final, reason="")


def test_offices_without_approval_finish_at_the_clerk() -> None:
    after = _decide(DecisionKind.CONFIRM, _entry(), Role.CLERK, ReviewRules(approval_needed=False))
    assert after.entry.state is EntryState.APPROVED


def test_four_eyes() -> None:
    confirmed, rules = _entry(EntryState.CONFIRMED), ReviewRules(four_eyes=True)
    with pytest.raises(NotAllowedError):
        _decide(DecisionKind.APPROVE, confirmed, rules=rules, confirmed_by="nv1")
    assert _decide(DecisionKind.APPROVE, confirmed, rules=rules, confirmed_by="nv2").entry.state is EntryState.APPROVED


def test_reopening_leaves_its_reason() -> None:
    outcome = _decide(DecisionKind.REOPEN, _entry(EntryState.APPROVED), reason="nhập sai họ")
    assert outcome.entry.state is EntryState.CONFIRMED
    assert outcome.events[-1].reason == "nhập sai họ"


def test_remarks_on_the_page_outlast_a_save() -> None:
    (remark,) = page_remarks(["Trang gần giống cả hai mẫu", "Trang gần giống cả hai mẫu"])
    after = _decide(DecisionKind.CONFIRM, replace(_entry(), findings=(remark,)), Role.CLERK).entry
    assert remark in after.findings and after.state is EntryState.CONFIRMED


def test_what_the_book_says_of_a_value_stays_until_it_changes_or_somebody_confirms_it() -> None:
    late = Finding(check="date_out_of_order", severity=Severity.UNUSUAL, message="Sai thứ tự.", columns=("ngayDangKy",))
    one = replace(_entry(), findings=(late,))
    for kind in (DecisionKind.CORRECT, DecisionKind.ESCALATE):  # a name put right, one column confirmed in the grid
        assert late in _decide(kind, one, Role.CLERK, nksHoTen="Lê Thị Bưởi").entry.findings, kind
    assert late not in _decide(DecisionKind.CORRECT, one, Role.CLERK, ngayDangKy="11.04.1998").entry.findings
    assert late not in _decide(DecisionKind.CONFIRM, one, Role.CLERK).entry.findings, "it was read beside the ink"


_RUN = "Nguyễn Phương Đat, Tam Đa, Phù Cừ, Hưng Yên, CMND 012345678"


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        (_RUN.replace("Đat", "Đạt"), "Nguyễn Phương Đạt"),  # the run put right
        ("Nguyễn Phương Đạt", "Nguyễn Phương Đạt"),  # its own part alone
    ],
)
def test_a_column_of_a_shared_run_keeps_its_own_part_when_it_is_put_right(typed: str, saved: str) -> None:
    one = _entry()
    shared = {name: replace(one.fields["nksHoTen"], column=name, text=_RUN, normalized=part)
              for name, part in (("nycHoTen", "Nguyễn Phương Đat"), ("nycSoGiayToTuyThan", "012345678"))}  # fmt: skip
    one = replace(one, fields={**one.fields, **shared})
    fields = _decide(DecisionKind.CORRECT, one, nycHoTen=typed).entry.fields
    assert (fields["nycHoTen"].text, fields["nycHoTen"].normalized) == (typed, saved)
