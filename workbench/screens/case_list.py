"""Cases of reconciliation on a screen: the list, one case with its entry, its letters, and what was decided."""

from __future__ import annotations

from datetime import date, datetime

import streamlit as st

from corrections.cases import STATE_LABELS, CaseState, states_for
from corrections.entries import EntryState, Role
from corrections.reconciliation import MatchOutcome
from exports.documents import DOCX
from exports.reconciliation_book import OUTCOME_LABELS
from vietnamese.shown_time import LOCAL, shown_day
from workbench.screens.as_opened import as_opened, forget_opened
from workbench.screens.choosing import open_entry, picked_row
from workbench.screens.entry_view import show_entry_view
from workbench.screens.long_texts import wrapping
from workbench.screens.person_choice import person_choice
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.case_letters import print_case
from workbench.services.context import Context
from workbench.services.entry_views import entry_of_case
from workbench.services.reconciliation_cases import (
    Case,
    CaseFilter,
    CaseView,
    case_counts,
    case_owners,
    difference_text,
    list_cases,
    open_entry_of_case,
    save_case,
)
from workbench.services.reconciling import list_runs

__all__ = ["case_list"]

_MOST = 500
"""Cases listed; more are found by narrowing down."""
_WIDTHS = {
    "Hồ sơ": st.column_config.Column(width=56),
    "Họ tên": st.column_config.Column(width=130),
    "Kết quả": st.column_config.Column(width=116),
    "Khác: trong sổ ≠ dân cư": st.column_config.Column(width=246),
    "Xử lý": st.column_config.Column(width=110),
    "Hạn": st.column_config.Column(width=88),
    "Phụ trách": st.column_config.Column(width=90),
    "Trường hợp": st.column_config.Column(width=152),
}
"""Pixels: all columns fit beside the menu of a laptop's screen."""
_LONG = wrapping(_WIDTHS, "Khác: trong sổ ≠ dân cư", "Trường hợp", "Xử lý")
_HEIGHT = 320
"""Pixels: five or six cases, and on a laptop the chosen one begins in sight."""
_SEEN = "case_seen"
"""Key of the session: the open case as its form shows it."""
_ALL, _MINE, _LATE, _WAITING = "Mọi hồ sơ", "Của tôi", "Quá hạn", "Chờ mở lại trường hợp"


def case_list(context: Context) -> None:
    """The cases, and the chosen one below them."""
    views = _chosen_cases(context)
    if not views:
        st.info(
            "Không có hồ sơ nào như vậy."
            if list_runs(context)
            else "Chưa đối soát lần nào: chọn tệp trích dữ liệu dân cư ở thẻ «Đối soát mới»."
            if context.may(Role.SUPERVISOR, Role.POLICE)
            else "Chưa đối soát lần nào."
        )
        return
    picked = picked_row([_row(view) for view in views], key="case_table", columns=_WIDTHS, height=_HEIGHT, long=_LONG)
    if picked is not None:
        _one(context, views[picked])
    else:
        st.caption("Bấm ô đầu dòng để mở hồ sơ.")


def _chosen_cases(context: Context) -> tuple[CaseView, ...]:
    which, outcome, states = st.columns([1.2, 1, 2])
    outcomes = [None, MatchOutcome.DIFFERS, MatchOutcome.NOT_FOUND, MatchOutcome.MATCHES]
    kind = outcome.selectbox("Kết quả đối soát", outcomes, format_func=lambda o: OUTCOME_LABELS[o] if o else "Tất cả")
    picked = which.selectbox("Hồ sơ", [_ALL, _MINE, _LATE, _WAITING])
    counts = case_counts(context, CaseFilter(outcome=kind))
    chosen = states.multiselect(
        "Xử lý", list(CaseState), format_func=lambda s: f"{STATE_LABELS[s]} ({counts[s]})", placeholder="Mọi cách xử lý"
    )
    late = datetime.now(LOCAL).date().isoformat() if picked == _LATE else ""
    undecided = tuple(state for state in CaseState if not state.decided)
    wanted = CaseFilter(
        outcome=kind,
        states=tuple(chosen) or (undecided if late else (CaseState.DATABASE_RIGHT,) if picked == _WAITING else ()),
        owner=context.account_id if picked == _MINE else None,
        due_before=late,
    )
    views = list_cases(context, wanted, limit=_MOST)
    if len(views) == _MOST:
        st.caption(f"Hiện {_MOST} hồ sơ đầu, hạn gần nhất trước; hãy lọc thêm.")
    return tuple(view for view in views if picked != _WAITING or view.waits_for_supervisor)


def _row(view: CaseView) -> dict[str, object]:
    case = view.case
    return {
        "Hồ sơ": case.id,
        "Họ tên": case.newest.person.name,
        "Kết quả": OUTCOME_LABELS[case.outcome],
        "Khác: trong sổ ≠ dân cư": view.in_brief,
        "Xử lý": STATE_LABELS[case.state] + (" (kết luận cho lần đối soát trước)" if view.stale else ""),
        "Hạn": shown_day(case.due_on) if case.due_on else "",
        "Phụ trách": view.owner,
        "Trường hợp": f"{view.register_type} {view.entry}, {view.book}",
    }


def _one(context: Context, view: CaseView) -> None:
    case = view.case
    person = case.newest.person
    st.subheader(plain(f"Hồ sơ {case.id}: {person.name or '(không đọc được tên)'}, {view.person_role.lower()}"))
    if view.stale:
        st.warning("Lần đối soát mới nhất cho kết quả khác với lúc kết luận. Hãy xem lại và kết luận lần nữa.")
    if case.outcome is MatchOutcome.MATCHES:
        closed = "" if case.state.decided else " Hãy kết luận để đóng hồ sơ."
        st.success(f"Lần đối soát mới nhất thấy người này, mọi thông tin khớp.{closed}")
    for one in case.newest.result.differences:
        st.text("≠ " + difference_text(one))
    result = case.newest.result
    if result.others and not result.candidates:  # a run of before the persons were kept
        st.text(f"Nhiều người gần giống trong trích xuất: {', '.join((result.matched, *result.others))}")
    works = context.may(Role.SUPERVISOR, Role.POLICE)
    opened = _as_opened(view) if works else case
    person_choice(context, opened, _SEEN)
    if works:
        _decide(context, opened)
        _letters(context, view)
    else:
        st.text(f"Kết quả xác minh: {case.result or 'chưa có'}")
    if context.may(Role.SUPERVISOR):
        _entry_buttons(context, view)
    show_entry_view(context, entry_of_case(context, case.id))


def _as_opened(view: CaseView) -> Case:
    what = "Hồ sơ này vừa được người khác sửa, hoặc có lần đối soát mới."
    return as_opened(_SEEN, view.case.id, view.case, what=what, reload="Tải lại hồ sơ")


def _decide(context: Context, case: Case) -> None:
    owners = {owner.account_id: owner.name for owner in case_owners(context)}
    states = list(states_for(case.outcome))
    states = states if case.state in states else [case.state, *states]
    with st.form(f"case_{case.id}"):
        left, middle, right = st.columns(3)
        state = left.selectbox("Xử lý", states, states.index(case.state), format_func=STATE_LABELS.__getitem__)
        people = [None, *owners]
        place = people.index(case.owner) if case.owner in people else 0
        owner = middle.selectbox(
            "Người phụ trách", people, place, format_func=lambda i: owners.get(i or 0, "(chưa giao)")
        )
        due = date.fromisoformat(case.due_on) if case.due_on else None
        due_on = right.date_input("Hạn", due, format="DD/MM/YYYY")
        result = st.text_area("Kết quả xác minh (căn cứ, giấy tờ)", case.result, height=70)
        note = st.text_input("Ghi chú", case.note)
        sent = st.form_submit_button("Lưu", type="primary")
    if sent:
        save_case(context, case.id, state=state, owner=owner, due_on=due_on, result=result, note=note, seen=case)
        forget_opened(_SEEN)
        tell(f"Đã lưu hồ sơ {case.id}.")


def _letters(context: Context, view: CaseView) -> None:
    place, invitation, slip = st.columns([2, 1, 1], vertical_alignment="bottom")
    where = place.text_input("Mời đến", key="case_place", placeholder="Trụ sở Công an xã ...")
    number = view.case.id
    invitation.download_button(
        "Giấy mời (Word)",
        lambda: print_case(context, number, "invitation", place=where)[1],
        f"giay-moi-{number}.docx",
        DOCX,
        width="stretch",
    )
    slip.download_button(
        "Phiếu xác minh (Word)",
        lambda: print_case(context, number, "verification")[1],
        f"phieu-xac-minh-{number}.docx",
        DOCX,
        width="stretch",
    )


def _entry_buttons(context: Context, view: CaseView) -> None:
    again, jump = st.columns(2)
    label = "Mở lại trường hợp để sửa theo ảnh"
    if view.waits_for_supervisor and again.button(label, type="primary", width="stretch"):
        state = open_entry_of_case(context, view.case.id)
        forget_opened(_SEEN)
        where = "Đối chiếu" if state in (EntryState.TO_REVIEW, EntryState.SENT_BACK) else "Hàng đợi kiểm tra"
        tell(f"Đã mở lại trường hợp: sửa theo ảnh ở màn hình «{where}», rồi xuất lại sổ.")
    if jump.button("Mở trường hợp", width="stretch"):
        open_entry(context, view.case.entry_id)
