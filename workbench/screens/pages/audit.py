"""The audit log: who did what, when, from what to what; and the proof that nobody edited it behind its back."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pandas as pd
import streamlit as st

from corrections.entries import AuditEvent, Role
from vietnamese.shown_time import local_time
from workbench.screens.choosing import choose_book
from workbench.screens.frame import run_page
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.audit import list_events, mend_search_index, verify
from workbench.services.context import Context
from workbench.services.naming import COLUMN_LABELS, Names, names_of
from workbench.wording import AUDIT_ACTIONS, ENTRY_STATES, SOURCES, number

_PAGE = 200
"""Events shown at once."""
_WIDTHS = {"Ai": 100, "Trường hợp": 160, "Ô": 130, "Cũ": 110, "Mới": 110, "Lý do": 160}
"""Pixels: who made what of which value, and why, is in sight at 1366 beside the menu."""
_BENT = "audit_index_bent"
"""Key of the session: the last check found that the search index is not what the entries say."""


def show(context: Context) -> None:
    """The screen."""
    st.header("Nhật ký")
    _verification(context)
    events = _events(context)
    if not events:
        st.info("Không có dòng nhật ký nào như vậy. Hãy nới điều kiện lọc.")
        return
    wide = {name: st.column_config.TextColumn(width=pixels) for name, pixels in _WIDTHS.items()}
    named = names_of(
        context, entries=[e.entry_id for e in events if e.entry_id], books=[e.book_id for e in events if e.book_id]
    )
    rows = pd.DataFrame([_row(e, named) for e in events])
    st.dataframe(rows, hide_index=True, width="stretch", height=520, column_config=wide)
    if len(events) == _PAGE and st.button("Xem các dòng cũ hơn"):
        st.session_state["audit_before"] = events[-1].id
        st.rerun()


def _verification(context: Context) -> None:
    text, button = st.columns([4, 1], vertical_alignment="center")
    text.caption("Mỗi dòng nhật ký khóa với dòng trước bằng mã băm: sửa cơ sở dữ liệu từ bên ngoài sẽ bị phát hiện.")
    if button.button("Kiểm chứng", type="primary", width="stretch"):
        with st.spinner("Đang kiểm chứng toàn bộ nhật ký"):
            result = verify(context)
        if result.ok:
            st.success(f"Nguyên vẹn: {number(result.events)} dòng nhật ký, {number(result.entries)} trường hợp.")
        else:
            st.error("Nhật ký hoặc dữ liệu đã bị sửa từ bên ngoài phần mềm:")
            for problem in result.problems:
                st.write("✖ " + plain(problem))
        st.session_state[_BENT] = result.index_bent
    if st.session_state.get(_BENT) and context.may(Role.ADMINISTRATOR) and st.button("Dựng lại chỉ mục tìm kiếm"):
        mended = mend_search_index(context)
        del st.session_state[_BENT]
        tell(f"Đã dựng lại chỉ mục tìm kiếm cho {number(mended)} trường hợp.")


def _events(context: Context) -> tuple[AuditEvent, ...]:
    book, actor, since, until = st.columns([2, 1.4, 1, 1])
    with book:
        progress = choose_book(context, all_books="Mọi sổ")
    people = names_of(context).people
    name = actor.selectbox("Người làm", ["", *people], format_func=lambda n: people.get(n, "Mọi người"))
    first = since.date_input("Từ ngày", value=None, format="DD/MM/YYYY")
    last = until.date_input("Đến hết ngày", value=None, format="DD/MM/YYYY")
    return list_events(
        context,
        book_id=progress.book.id if progress else None,
        actor=name or None,
        since=datetime.combine(first, time()).astimezone() if first else None,
        until=(datetime.combine(last, time()) + timedelta(days=1)).astimezone() if last else None,
        before_id=st.session_state.pop("audit_before", None),
        limit=_PAGE,
    )


def _row(event: AuditEvent, named: Names) -> dict[str, object]:
    return {
        "Số": event.id,
        "Lúc": local_time(event.at),
        "Ai": named.people.get(event.actor, "máy" if event.actor == "system" else event.actor),
        "Việc": AUDIT_ACTIONS.get(event.action, event.action),
        "Trường hợp": named.entries.get(event.entry_id or 0, ""),
        "Ô": ", ".join(COLUMN_LABELS.get(name, name) for name in event.column.split()),
        "Cũ": event.old if event.column else ENTRY_STATES.get(event.old, event.old),
        "Mới": event.new if event.column else ENTRY_STATES.get(event.new, event.new),
        "Lý do": event.reason,
        "Từ đâu": SOURCES.get(event.source, ""),
        "Sổ": named.books.get(event.book_id or 0, ""),
        "Mã băm": event.hash[:12],
    }


if __name__ == "__main__":
    run_page(show)
