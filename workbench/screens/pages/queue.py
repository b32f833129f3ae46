"""The supervisor's queue: hard ones first, the machine's reading beside the clerk's value; many at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from corrections.entries import EntryState, Severity
from corrections.titles import citizen
from workbench.routes.pictures import page_picture
from workbench.screens.buttons import ready_button
from workbench.screens.choosing import choose_book, picked_row
from workbench.screens.components import review_form
from workbench.screens.frame import run_page
from workbench.screens.long_texts import row_height, wrapping
from workbench.screens.plain import plain
from workbench.services import review
from workbench.services.accounts import list_accounts
from workbench.services.bulk import approve_many, bulk_sample
from workbench.services.context import Context
from workbench.services.emptiness import why_nothing
from workbench.services.naming import names_of
from workbench.services.page_source import scanned_source
from workbench.services.review_types import BulkResult, ReviewEntry
from workbench.wording import ENTRY_STATES

_SHOWN = 50
"""Entries listed; the next ones come as these are done."""
_FEW = 3
"""Cases from which on what they all say is said once above them."""
_APPROVED = "approved_many"
"""Key of the session: what came of approving many, told once."""
_TASKS = {"list": "Danh sách", "one": "Duyệt từng trường hợp", "bulk": "Duyệt nhiều trường hợp"}

_WIDTHS = {
    "Trường hợp": st.column_config.Column(width=90),
    "Quyển": st.column_config.Column(width="small"),
    "Lý do": st.column_config.Column(width=400),
    "Lỗi": st.column_config.Column(width=50),
    "Cảnh báo": st.column_config.Column(width=80),
}

_LONG = wrapping(_WIDTHS, "Lý do")
_SIDE = 150
"""Pixels across each of four columns side by side."""
_SIDES = {name: st.column_config.Column(width=_SIDE) for name in ("Ô", "Hiện tại", "Người nhập", "Máy đọc")}


def show(context: Context) -> None:
    """The screen."""
    if "entry" in st.query_params:
        st.session_state["queue_task"] = "one"
    with st.container(
        horizontal=True, vertical_alignment="center", key="topline"
    ):  # side by side, or wrapped where it is narrow
        progress = choose_book(context, all_books="Mọi sổ", bare=True)
        task = st.segmented_control(
            "Việc",
            list(_TASKS),
            key="queue_task",
            default="list",
            format_func=_TASKS.__getitem__,
            label_visibility="collapsed",
            width="content",
        )
    book_id = progress.book.id if progress else None
    if task == "one":
        _one(context, book_id)
    elif task == "bulk":
        _bulk(context, book_id)
    else:
        _list(context, book_id)


def _list(context: Context, book_id: int | None) -> None:
    counts = review.queue_counts(context, book_id)
    cells = st.columns(4)
    cells[0].metric("Hỏi người kiểm tra", counts.escalated)
    cells[1].metric("Chờ duyệt", counts.confirmed)
    cells[2].metric("Đã trả lại", counts.sent_back)
    cells[3].metric("Đã duyệt", counts.approved)
    _hand_over(context)
    waiting = _waiting(context, book_id, held=True)
    if not waiting:
        why = why_nothing(context, book_id=book_id, supervising=True)
        st.success(f"Không có trường hợp nào chờ kiểm tra. {plain(why)}")
        return
    by_all = _told_by_all(waiting)
    clerks = review.clerks_of(context, [item.entry.id for item in waiting])
    rows = [
        {
            "Trường hợp": _number(item),
            "Người dân": citizen(item.entry),
            "Người nhập": clerks.get(item.entry.id, ""),
            "Quyển": item.book.volume_number,
            "Tình trạng": ENTRY_STATES[item.entry.state.value],
            "Lý do": item.reason or " ".join(f.message for f in item.entry.findings if f.message not in by_all),
            "Lỗi": sum(f.severity is Severity.ERROR for f in item.entry.findings),
            "Cảnh báo": sum(f.severity is Severity.UNUSUAL for f in item.entry.findings),
            "Đang mở": item.holder,
        }
        for item in waiting
    ]
    more = f" Hiện {_SHOWN} trường hợp đầu; xong trường hợp nào, trường hợp tiếp theo hiện ra."
    st.caption(f"Trường hợp khó đứng trước. Bấm ô đầu dòng để mở.{more if len(waiting) == _SHOWN else ''}")
    for message in by_all:
        st.caption(f"Mọi trường hợp dưới đây: {plain(message)}")
    picked = picked_row(rows, key="queue", columns=_WIDTHS, long=_LONG)
    if picked is not None:
        st.query_params["entry"] = str(waiting[picked].entry.id)
        st.rerun()


def _told_by_all(waiting: Sequence[ReviewEntry]) -> list[str]:
    """Remarks that all of some cases share (a volume of the wrong year): said once, they leave room for the others."""
    if len(waiting) < _FEW:
        return []
    shared = set.intersection(*({f.message for f in item.entry.findings} for item in waiting))
    return [f.message for f in waiting[0].entry.findings if f.message in shared]


def _hand_over(context: Context) -> None:
    with st.expander("Bàn giao cuối ca: chuyển các trường hợp một người đang giữ"):
        people = list_accounts(context)
        names = {a.id: f"{a.full_name or a.name} ({a.name})" for a in people}
        held = {i: count for i, count in review.held_counts(context).items() if i in names}
        if not held:
            st.caption("Không ai đang giữ trường hợp nào.")
            return
        giver, taker, button = st.columns([2, 2, 1], vertical_alignment="bottom")
        source = giver.selectbox(
            "Đang giữ",
            list(held),
            index=None,
            placeholder="Chọn người",
            format_func=lambda i: f"{names[i]}: {held[i]} trường hợp",
        )
        takers = [0, *(a.id for a in people if a.active)]
        target = taker.selectbox("Chuyển cho", takers, format_func=lambda i: names.get(i, "Trả về hàng đợi"))
        lacks = "" if source else "Hãy chọn người đang giữ."
        if ready_button(button, "Bàn giao", lacks=lacks, width="stretch") and source:
            moved = review.hand_over(context, from_account_id=source, to_account_id=target or None)
            st.success(f"Đã bàn giao {moved} trường hợp. Việc người đó đã xác nhận vẫn giữ nguyên.")


def _waiting(context: Context, book_id: int | None, *, held: bool = False) -> tuple[ReviewEntry, ...]:
    """What waits for the supervisor; with `held` also what somebody else has open, so that the figures above agree."""
    return review.next_entries(
        context, _SHOWN, queue=review.Queue.SUPERVISOR, book_id=book_id, order=review.Order.RISK, lease=False, held=held
    )


def _number(item: ReviewEntry) -> str:
    number = item.entry.fields["so"].text if "so" in item.entry.fields else ""
    return f"số {number}" if number else f"trang quét {item.page_position + 1}"


def _one(context: Context, book_id: int | None) -> None:
    wanted = st.query_params.get("entry", "")
    entry = int(wanted) if wanted.isdecimal() else None
    review_form(
        account=context.who.name,
        mode="supervise",
        book=book_id,
        entry=entry,
        visit=f"supervise-{book_id}-{entry}",
        single=False,
    )


def _bulk(context: Context, book_id: int | None) -> None:
    st.caption(
        "Duyệt một lần các trường hợp đã xác nhận, không có lỗi kiểm tra, sau khi xem kỹ một mẫu do máy bốc ngẫu nhiên."
    )
    if (result := st.session_state.pop(_APPROVED, None)) is not None:
        _tell_approved(context, result)
    waiting = _waiting(context, book_id)
    confirmed = [i for i in waiting if i.entry.state is EntryState.CONFIRMED]
    clean = [i for i in confirmed if not any(f.severity is Severity.ERROR for f in i.entry.findings)]
    if not clean:
        st.info(
            "Các trường hợp còn chờ đều có lỗi kiểm tra hoặc được hỏi: mở «Danh sách» để duyệt từng trường hợp."
            if waiting
            else plain(why_nothing(context, book_id=book_id, supervising=True))
        )
        return
    ids = [i.entry.id for i in clean]
    sample = bulk_sample(context, ids)
    st.write(f"{len(clean)} trường hợp sẽ được duyệt; mẫu cần xem: {len(sample)}.")
    seen = [item.entry.id for item in sample if _sample(context, item)]
    left = len(sample) - len(seen)
    lacks = f"Còn {left} mẫu chưa đánh dấu «Đã so»." if left else ""
    if ready_button(st.container(), f"Duyệt {len(clean)} trường hợp", lacks=lacks, type="primary"):
        items = [(i.entry.id, i.entry.revision) for i in clean]
        st.session_state[_APPROVED] = approve_many(context, items, token=secrets.token_hex(16), checked=seen)
        st.rerun()  # those approved leave the list


def _tell_approved(context: Context, result: BulkResult) -> None:
    st.success(f"Đã duyệt {len(result.saved)} trường hợp.")
    named = names_of(context, entries=[r.entry_id for r in result.refused]).entries
    for refused in result.refused:
        who = named.get(refused.entry_id, "Một trường hợp")
        st.warning(f"{plain(who)} chưa duyệt: {plain(refused.message)}")


def _sample(context: Context, item: ReviewEntry) -> bool:
    key = f"seen_{item.entry.id}_{item.entry.revision}"
    seen = bool(st.session_state.get(key))
    with st.expander(
        f"Mẫu: {plain(_number(item))} · quyển {plain(item.book.volume_number)}" + (" · đã xem" if seen else "")
    ):
        picture, values = st.columns([1, 1])
        source = scanned_source(context, item.page_id)
        if source is None:
            picture.info("Trường hợp này không có bản quét. Hãy so với sổ giấy.")
        else:
            picture.image(page_picture(context, source), width="stretch", alt="Ảnh trang sổ")
        sides = review.side_by_side(context, item.entry.id)
        # what is approved stands beside its name: the rest may lie outside a narrow window
        rows = [{"Ô": s.label, "Hiện tại": s.final, "Người nhập": s.clerk, "Máy đọc": s.reading} for s in sides]
        high = row_height(rows, dict.fromkeys(_SIDES, _SIDE))
        values.dataframe(
            pd.DataFrame(rows), hide_index=True, width="stretch", height=460, column_config=_SIDES, row_height=high
        )
        beside = "ảnh" if source else "sổ giấy"
        return bool(values.checkbox(f"Đã so với {beside}, đúng cả", key=key))


if __name__ == "__main__":
    run_page(show)
