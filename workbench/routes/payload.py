"""Entries as JSON for the review form: only what the form shows, words and addresses ready-made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from corrections.entries import Finding
from layouts.codes import code_list
from workbench.page_pictures import sheet_size
from workbench.services.context import Context
from workbench.services.page_source import PageSource, scanned_source, texts_before
from workbench.services.review_types import ColumnHistory, ReviewEntry, ReviewField
from workbench.wording import READING_DOUBTS

__all__ = ["entries_json", "findings_json"]


def entries_json(
    context: Context, entries: Iterable[ReviewEntry], histories: Mapping[int, tuple[ColumnHistory, ...]] | None = None
) -> list[dict[str, Any]]:
    """Entries for the form.

    Args:
        context: for their pages.
        entries: what the review service handed out.
        histories: for the supervisor: each entry's fields side by side.
    """
    wanted = tuple(entries)
    before: dict[int, dict[str, str]] = {}
    for book_id in {e.book.id for e in wanted}:
        before |= texts_before(context, book_id, tuple(e.entry.id for e in wanted if e.book.id == book_id))
    return [_entry(context, e, before.get(e.entry.id, {}), (histories or {}).get(e.entry.id, ())) for e in wanted]


def _entry(
    context: Context, item: ReviewEntry, before: dict[str, str], history: tuple[ColumnHistory, ...]
) -> dict[str, Any]:
    source = scanned_source(context, item.page_id)
    further = (scanned_source(context, page_id) for page_id in item.more_pages)
    sides = {h.column: h for h in history}
    return {
        "id": item.entry.id,
        "revision": item.entry.revision,
        "title": _title(item, scanned=source is not None),
        "state": item.entry.state.value,
        "reason": item.reason,
        "page_image": _address(source) if source else "",
        "page_size": _size(source),
        "more_pages": [{"image": _address(page), "size": _size(page)} for page in further if page],
        "box": list(item.box) if item.box else None,
        "findings": findings_json(item.entry.findings),
        "fields": [_field(f, before.get(f.column, ""), sides.get(f.column)) for f in item.fields],
    }


def _address(source: PageSource) -> str:
    return f"/api/review/page/{source.page_id}?v={source.key}"


def _size(source: PageSource | None) -> list[int]:
    """Width and height of the picture in pixels; of an upright A4 page where nothing was read."""
    return list(sheet_size(source.reading) if source and source.reading else (1700, 2404))


def _title(item: ReviewEntry, *, scanned: bool) -> str:
    kind = item.entry.register_type.label
    number = next((f.text for f in item.fields if f.column == "so" and f.text), "")
    named = f"số {number}" if number else "chưa rõ số"
    place = f"trang quét {item.page_position + 1}" if scanned else "không có bản quét"
    return f"{kind} · {named} · quyển {item.book.volume_number} · {place}"


def _field(field: ReviewField, previous: str, history: ColumnHistory | None) -> dict[str, Any]:
    return {
        "column": field.column,
        "label": field.label,
        "kind": field.kind,
        "text": field.text,
        "normalized": field.normalized,
        "confidence": round(field.confidence, 4),
        "needs_review": field.needs_review and not field.confirmed,
        "confirmed": field.confirmed,
        "state": field.state.value,
        "source": field.source.value,
        "box": list(field.box) if field.box else None,
        "previous": previous,
        "suggestions": [{"text": s.text, "why": s.note} for s in field.suggestions],
        "codes": {c.code: c.label for c in code_list(field.code_list)} if field.code_list else {},
        "doubts": [] if field.confirmed else [READING_DOUBTS[flag] for flag in field.flags if flag in READING_DOUBTS],
        "compare": _compare(history),
    }


def _compare(history: ColumnHistory | None) -> list[dict[str, str]]:
    if history is None or not history.differs:
        return []
    clerk = f"Người nhập ({history.clerk_name})" if history.clerk_name else "Người nhập"
    return [{"who": "Máy đọc", "text": history.reading}, {"who": clerk, "text": history.clerk}]


def findings_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Remarks of the checks."""
    return [
        {
            "check": f.check,
            "severity": f.severity.value,
            "message": f.message,
            "columns": list(f.columns),
            "source": f.source,
        }
        for f in findings
    ]
