"""The right page of a table came after the left was read: what it adds to an entry that people have worked on.

What a person has vouched for stays as it is. Values nobody vouched for are read anew from both pages. Where a person
confirmed an empty field because its page was not there, and the page now shows writing, a supervisor is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from corrections.checks import check_fields, page_remarks
from corrections.entries import SETTLED, Entry, EntryState, FieldValue
from layouts.columns import columns_by_name

__all__ = ["Completed", "completed_entry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """An entry after its right page came."""

    entry: Entry
    changed: tuple[str, ...]
    """Columns whose value is another now."""


def completed_entry(
    entry: Entry, read: Mapping[str, FieldValue], on_right_page: Collection[str], warnings: tuple[str, ...] = ()
) -> Completed:
    """The entry with what the machine read on both pages, every value that a person confirmed left alone.

    Args:
        entry: as people left it.
        read: pre-filled values of both pages, by column.
        on_right_page: columns that stand on the page that came late.
        warnings: what the machine warns of both pages together; takes the place of its warnings about the left alone.
    """
    fields = dict(entry.fields)
    for name, value in read.items():
        if name not in fields or not fields[name].confirmed:
            fields[name] = value
    overlooked = [n for n in on_right_page if _confirmed_empty(fields.get(n)) and n in read and read[n].text]
    remarks = page_remarks((*warnings, *((_message(entry, overlooked),) if overlooked else ())))
    asked = bool(overlooked) and entry.state in SETTLED
    after = replace(
        entry,
        state=EntryState.ESCALATED if asked else entry.state,
        escalation_reason=_message(entry, overlooked) if asked else entry.escalation_reason,
        fields=fields,
        findings=(*remarks, *check_fields(entry.register_type, fields)),
    )
    return Completed(entry=after, changed=tuple(n for n in fields if _differs(entry.fields.get(n), fields[n])))


def _confirmed_empty(value: FieldValue | None) -> bool:
    return value is not None and value.confirmed and not value.text and not value.normalized


def _message(entry: Entry, overlooked: Collection[str]) -> str:
    known = columns_by_name(entry.register_type)
    named = ", ".join(f"«{known[name].label}»" for name in overlooked)
    return (
        "Trang bên phải của bảng được nạp sau khi trường hợp này được xác nhận; "
        f"máy thấy chữ ở ô đang để trống: {named}. Hãy xem ảnh trang bên phải, nhập ô còn thiếu rồi duyệt."
    )


def _differs(before: FieldValue | None, after: FieldValue) -> bool:
    if before is None:
        return bool(after.text or after.normalized)
    return (before.text, before.normalized) != (after.text, after.normalized)
