"""What may happen to an entry, who may do it, and what it leaves behind.

One table says which decision each role may take in each state and where it leads; `apply_decision` makes the new
entry and the audit events of it and never changes anything in place. Services save both in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from corrections.checks import check_fields, kept_remarks
from corrections.checks_book import book_remarks
from corrections.entries import (
    AuditEvent,
    DecisionKind,
    Entry,
    EntryState,
    FieldState,
    FieldValue,
    Finding,
    Role,
    Severity,
    ValueSource,
)
from corrections.normalise import normalise
from corrections.shared_runs import sharing
from layouts.columns import Column, columns_by_name
from vietnamese.letters import fold_spaces, nfc

__all__ = [
    "TRANSITIONS",
    "ContradictionError",
    "Decision",
    "DecisionError",
    "DecisionResult",
    "NotAllowedError",
    "ReasonMissingError",
    "ReviewRules",
    "StaleDecisionError",
    "UnknownColumnError",
    "ValueChange",
    "WrongStateError",
    "apply_decision",
    "changed_columns",
    "errors_among",
    "findings_anew",
    "may",
]

_S, _D = EntryState, DecisionKind

TRANSITIONS: Mapping[tuple[DecisionKind, EntryState], tuple[Role, EntryState]] = {
    (_D.CORRECT, _S.TO_REVIEW): (Role.CLERK, _S.TO_REVIEW),
    (_D.CORRECT, _S.SENT_BACK): (Role.CLERK, _S.SENT_BACK),
    (_D.CORRECT, _S.CONFIRMED): (Role.CLERK, _S.CONFIRMED),
    (_D.CORRECT, _S.ESCALATED): (Role.SUPERVISOR, _S.ESCALATED),
    (_D.CONFIRM, _S.TO_REVIEW): (Role.CLERK, _S.CONFIRMED),
    (_D.CONFIRM, _S.SENT_BACK): (Role.CLERK, _S.CONFIRMED),
    (_D.CONFIRM, _S.CONFIRMED): (Role.CLERK, _S.CONFIRMED),
    (_D.CONFIRM, _S.ESCALATED): (Role.SUPERVISOR, _S.CONFIRMED),
    (_D.ESCALATE, _S.TO_REVIEW): (Role.CLERK, _S.ESCALATED),
    (_D.ESCALATE, _S.SENT_BACK): (Role.CLERK, _S.ESCALATED),
    (_D.ESCALATE, _S.CONFIRMED): (Role.CLERK, _S.ESCALATED),
    (_D.SET_ASIDE, _S.TO_REVIEW): (Role.CLERK, _S.SET_ASIDE),
    (_D.SET_ASIDE, _S.SENT_BACK): (Role.CLERK, _S.SET_ASIDE),
    (_D.SET_ASIDE, _S.CONFIRMED): (Role.SUPERVISOR, _S.SET_ASIDE),
    (_D.SET_ASIDE, _S.ESCALATED): (Role.SUPERVISOR, _S.SET_ASIDE),
    (_D.APPROVE, _S.CONFIRMED): (Role.SUPERVISOR, _S.APPROVED),
    (_D.APPROVE, _S.ESCALATED): (Role.SUPERVISOR, _S.APPROVED),
    (_D.SEND_BACK, _S.CONFIRMED): (Role.SUPERVISOR, _S.SENT_BACK),
    (_D.SEND_BACK, _S.ESCALATED): (Role.SUPERVISOR, _S.SENT_BACK),
    (_D.REOPEN, _S.APPROVED): (Role.SUPERVISOR, _S.CONFIRMED),
    (_D.REOPEN, _S.SET_ASIDE): (Role.SUPERVISOR, _S.TO_REVIEW),
}
"""(decision, state) -> (least role, state it leads to); what is not here cannot happen."""

_NEEDS_REASON = frozenset({_D.ESCALATE, _D.SEND_BACK, _D.REOPEN, _D.SET_ASIDE})
_CONFIRMING = frozenset({_D.CONFIRM, _D.APPROVE})


class DecisionError(ValueError):
    """A decision that cannot be taken; the message is Vietnamese and says what to do."""


class NotAllowedError(DecisionError):
    """The role may not take this decision."""


class WrongStateError(DecisionError):
    """No such decision in the entry's state."""


class StaleDecisionError(DecisionError):
    """Somebody saved the entry in the meantime."""


class ReasonMissingError(DecisionError):
    """This decision needs a reason."""


class ContradictionError(DecisionError):
    """A standard value says something else than the text beside it."""


class UnknownColumnError(DecisionError):
    """The register type has no such column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """A field as a person leaves it."""

    text: str
    normalized: str | None = None
    """None: worked out from the text."""
    state: FieldState = FieldState.WRITTEN
    source: ValueSource = ValueSource.PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decides about an entry, begun from a revision."""

    kind: DecisionKind
    revision: int
    values: Mapping[str, ValueChange] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRules:
    """How an office wants it."""

    approval_needed: bool = True
    """Without it a clerk's confirmation is final."""
    errors_to_supervisor: bool = True
    """A clerk's confirmation with an error the checks still see goes to the supervisor."""
    four_eyes: bool = False
    """Who confirmed an entry may not approve it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionResult:
    """The entry as it stands after a decision, and what the audit log gets (ids and hashes are given on append)."""

    entry: Entry
    events: tuple[AuditEvent, ...]
    """One a changed column, then one for the decision itself."""
    changed: tuple[str, ...]
    """Columns whose value is another than before: what suggestions learn from."""


def may(role: Role, kind: DecisionKind, state: EntryState) -> bool:
    """Whether a role may take a decision on an entry in a state."""
    rule = TRANSITIONS.get((kind, state))
    return rule is not None and role.includes(rule[0])


def apply_decision(
    entry: Entry,
    decision: Decision,
    *,
    role: Role,
    actor: str,
    at: datetime,
    rules: ReviewRules | None = None,
    confirmed_by: str | None = None,
) -> DecisionResult:
    """The entry after a decision, with its audit events.

    Args:
        entry: as it stands.
        decision: what was decided; `values` are taken over first.
        role: role of who decides.
        actor: account name of who decides.
        at: when, UTC.
        rules: the office's rules.
        confirmed_by: who confirmed the entry, for the rule of four eyes.

    Raises:
        NotAllowedError: the role may not.
        WrongStateError: the state knows no such decision.
        StaleDecisionError: the entry was saved since.
        ReasonMissingError: a reason is needed: always for some decisions, for an approval when errors remain.
        UnknownColumnError: a value for a column that the register type lacks.
    """
    rules = rules or ReviewRules()
    target = _target(entry, decision, role, rules, actor, confirmed_by)
    known = columns_by_name(entry.register_type)
    fields = _taken_over(entry, decision, known)
    if decision.kind in _CONFIRMING:
        fields = {name: _confirmed(value) for name, value in fields.items()}
    findings = check_fields(entry.register_type, fields)
    reason = nfc(decision.reason).strip()
    if decision.kind is DecisionKind.CONFIRM:
        target, reason = _after_confirm(target, role, rules, findings, reason)
    if target is EntryState.APPROVED and not reason:
        _refuse_over_errors(findings)
    changed = changed_columns(entry.fields, fields)
    # Who confirms has looked at every field, with what the book says of it beside; before that it stays there.
    of_book = () if decision.kind in _CONFIRMING else book_remarks(entry.findings, changed)
    after = replace(
        entry,
        state=target,
        revision=entry.revision + 1,
        fields=fields,
        findings=(*kept_remarks(entry.findings), *findings, *of_book),
        escalation_reason=_kept_reason(entry, decision.kind, target, reason),
    )
    return DecisionResult(
        entry=after, events=_events(entry, after, decision, changed, actor, at, reason), changed=changed
    )


def _refuse_over_errors(findings: tuple[Finding, ...]) -> None:
    errors = errors_among(findings)
    if errors:
        raise ReasonMissingError(f"Kiểm tra còn báo lỗi: {errors[0].message} Hãy sửa, hoặc ghi lý do duyệt dù còn lỗi.")


def errors_among(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that nobody may approve over without saying why."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def _kept_reason(entry: Entry, kind: DecisionKind, target: EntryState, reason: str) -> str:
    """Why the entry waits, or why it was approved as it is; a correction leaves the reason it was sent back for."""
    if target is EntryState.APPROVED:
        return reason
    if target not in (EntryState.ESCALATED, EntryState.SENT_BACK):
        return ""
    return entry.escalation_reason if kind is DecisionKind.CORRECT else reason


def _target(
    entry: Entry, decision: Decision, role: Role, rules: ReviewRules, actor: str, confirmed_by: str | None
) -> EntryState:
    rule = TRANSITIONS.get((decision.kind, entry.state))
    if rule is None:
        raise WrongStateError("Không làm được việc này khi trường hợp ở trạng thái hiện tại. Hãy tải lại.")
    if not role.includes(rule[0]):
        raise NotAllowedError("Tài khoản này không có quyền làm việc đó. Hãy nhờ người kiểm tra.")
    if decision.revision != entry.revision:
        raise StaleDecisionError("Trường hợp này vừa được người khác lưu. Hãy tải lại rồi sửa trên bản mới.")
    if decision.kind in _NEEDS_REASON and not decision.reason.strip():
        raise ReasonMissingError("Chưa có lý do. Hãy ghi lý do để người sau biết cần xem gì.")
    if decision.kind is DecisionKind.APPROVE and rules.four_eyes and confirmed_by == actor:
        raise NotAllowedError("Người đã xác nhận không tự duyệt trường hợp này. Hãy nhờ người khác duyệt.")
    return rule[1]


def _taken_over(entry: Entry, decision: Decision, known: Mapping[str, Column]) -> dict[str, FieldValue]:
    unknown = set(decision.values) - set(known)
    if unknown:
        raise UnknownColumnError(f"Loại sổ này không có cột {', '.join(sorted(unknown))}. Hãy tải lại trang.")
    fields = dict(entry.fields)
    context = {"near_year": fields["ngayDangKy"].normalized[-4:]} if "ngayDangKy" in fields else {}
    for name, change in decision.values.items():
        told = context | {"shared": sharing(entry.fields, name, change.text)}
        fields[name] = _changed(fields.get(name), known[name], change, told)
    return fields


def _refuse_contradiction(
    before: FieldValue | None, column: Column, text: str, value: str, context: Mapping[str, str]
) -> None:
    """Refuse a standard value that the text itself surely does not mean.

    A value is free where the text is no sure guide to it, where it is a part of the text (a run of several columns),
    and where both stand so already.
    """
    if before is not None and (before.text, before.normalized) == (text, value):
        return
    told = normalise(column, text, context=context)
    said, meant = fold_spaces(value).casefold(), fold_spaces(told.value).casefold()
    if not text or not told.certain or said == meant or (said and said in fold_spaces(text).casefold()):
        return
    raise ContradictionError(
        f"Giá trị chuẩn «{value}» trái với chữ «{text}» ở ô «{column.label}». Hãy sửa chữ cho đúng như trong sổ."
    )


def _changed(before: FieldValue | None, column: Column, change: ValueChange, context: Mapping[str, str]) -> FieldValue:
    text = nfc(change.text) if change.state is FieldState.WRITTEN else ""
    if change.state is not FieldState.WRITTEN:
        value = ""
    elif change.normalized is not None:
        value = nfc(change.normalized)
        _refuse_contradiction(before, column, text, value, context)
    else:
        value = normalise(column, text, context=context).value
    same = before is not None and (before.text, before.normalized, before.state) == (text, value, change.state)
    return FieldValue(
        column=column.name,
        text=text,
        normalized=value,
        state=change.state,
        source=before.source if same and before else change.source,
        confidence=1.0,
        needs_review=False,
        reading_id=before.reading_id if before else None,
        confirmed=True,
    )


def _confirmed(value: FieldValue) -> FieldValue:
    """A field that a person has vouched for; an empty one is blank on the paper, not a gap."""
    empty = value.state is FieldState.WRITTEN and not value.text and not value.normalized
    state = FieldState.BLANK if empty else value.state
    return replace(value, state=state, confirmed=True, needs_review=False, confidence=1.0)


def _after_confirm(
    target: EntryState, role: Role, rules: ReviewRules, findings: tuple[Finding, ...], reason: str
) -> tuple[EntryState, str]:
    errors = [finding.message for finding in errors_among(findings)]
    if errors and rules.errors_to_supervisor and role is Role.CLERK:
        return EntryState.ESCALATED, reason or "Kiểm tra còn báo lỗi: " + " ".join(errors[:3])
    return (target if rules.approval_needed else EntryState.APPROVED), reason


def findings_anew(before: Entry, fields: Mapping[str, FieldValue]) -> tuple[Finding, ...]:
    """What is said of an entry with these values: of its page, of the values, of the book where its columns stayed."""
    of_book = book_remarks(before.findings, changed_columns(before.fields, fields))
    return (*kept_remarks(before.findings), *check_fields(before.register_type, fields), *of_book)


def changed_columns(before: Mapping[str, FieldValue], after: Mapping[str, FieldValue]) -> tuple[str, ...]:
    """Columns that say something else than before."""
    return tuple(name for name, value in after.items() if _differs(before.get(name), value))


def _differs(before: FieldValue | None, after: FieldValue) -> bool:
    if before is None:
        return bool(after.text or after.normalized)
    kept = {FieldState.WRITTEN, FieldState.BLANK}
    same_state = before.state is after.state or (not after.text and {before.state, after.state} <= kept)
    return (before.text, before.normalized) != (after.text, after.normalized) or not same_state


def _events(
    before: Entry, after: Entry, decision: Decision, changed: tuple[str, ...], actor: str, at: datetime, reason: str
) -> tuple[AuditEvent, ...]:
    def event(column: str, source: str, old: str, new: str) -> AuditEvent:
        return AuditEvent(
            id=0,
            at=at,
            actor=actor,
            action=decision.kind.value,
            entry_id=before.id,
            book_id=before.book_id,
            column=column,
            source=source,
            old=old,
            new=new,
            reason=reason,
        )

    fields = [
        event(name, after.fields[name].source.value, _shown(before.fields.get(name)), _shown(after.fields[name]))
        for name in changed
    ]
    return (*fields, event("", "", before.state.value, after.state.value))


def _shown(value: FieldValue | None) -> str:
    """A value as the log keeps it: the standard value, and the text as written where it is another."""
    if value is None:
        return ""
    if value.state is not FieldState.WRITTEN:
        return f"[{value.state.value}]"
    return value.normalized if value.text == value.normalized else f"{value.normalized} ⟨{value.text}⟩"
