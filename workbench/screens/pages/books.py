"""Register books with their progress: what waits, what is done, reading in the background, pages that need a word."""

from __future__ import annotations

import re
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from corrections.book_data import levels_lacking
from corrections.entries import ELSEWHERE, YES, Book, BookKind, BookState, Role
from layouts.register_types import RegisterType
from storage.books import BookProgress
from workbench.screens.book_pages import pages_tab
from workbench.screens.buttons import ready_button
from workbench.screens.charts import show_chart
from workbench.screens.choosing import (
    keep_book,
    kept_book,
    offer_first_step,
    picked_row,
    samples_shown,
    show_samples,
    take_address,
)
from workbench.screens.frame import run_page
from workbench.screens.long_texts import told_apart, wrapping
from workbench.screens.plain import plain
from workbench.screens.reading_line import show_reading
from workbench.screens.telling import tell
from workbench.screens.wrong_scans import drawer
from workbench.services.book_cover import accept_cover, cover_proposals
from workbench.services.book_learning import LESSONS_FIRST, BookLearning, book_learning
from workbench.services.book_order import FIXED
from workbench.services.books import (
    books_to_choose,
    list_books,
    update_book,
)
from workbench.services.checks import (
    book_findings,
    completeness,
    duplicates_elsewhere,
    explain_numbers,
    set_first_number,
    shared_findings,
)
from workbench.services.context import Context
from workbench.services.naming import book_title, names_of
from workbench.services.reading import unread_count
from workbench.services.reading_queue import is_queued, queue_book
from workbench.services.reporting import book_forecast
from workbench.services.trial_books import bring_samples_back, remove_samples, sample_count
from workbench.wording import BOOK_STATES, REGISTER_TYPES, SEVERITIES, number, percent

_CLEAR = {"": "Chưa xem", "yes": "Có", "no": "Không"}
_FACTS = {
    "volume_number": "Quyển số / năm",
    "office": "Nơi đăng ký",
    "opened_on": "Ngày mở sổ",
    "closed_on": "Ngày khóa sổ",
    "expected_entries": "Số trường hợp trong sổ",
    "pages": "Số trang của sổ",
}
"""What a cover or closing statement says, as the form below names it."""


def show(context: Context) -> None:
    """The screen."""
    st.header("Sổ hộ tịch")
    take_address(context)
    _samples(context)
    books = _chosen_books(context)
    show_reading()
    if not books and books_to_choose(context, samples=samples_shown()):
        st.info("Không có sổ nào như vậy: hãy bỏ bớt điều kiện lọc.")
        return
    if not books:
        offer_first_step(context, key="books")
        return
    _figures(books)
    picked = _table(books)
    if picked is not None:
        _one_book(context, picked)
    else:
        st.caption("Bấm vào ô đầu dòng của một sổ để cho máy đọc, xem từng trang hoặc sửa thông tin sổ.")
    drawer(context)


def _samples(context: Context) -> None:
    """Whether sample books stand among the others, and taking them away for good."""
    count, removed = sample_count(context), sample_count(context, removed=True)
    may = context.may(Role.ADMINISTRATOR)
    if not count and not (removed and may):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if count:
            show_samples(st.toggle(f"Hiện cả {count} sổ mẫu (người và nơi bịa)", value=samples_shown()))
        if count and may and st.button("Bỏ các sổ mẫu"):
            remove_samples(context)
            show_samples(False)
            st.rerun()
        if removed and may and st.button("Đưa lại các sổ mẫu"):
            bring_samples_back(context)
            st.rerun()


def _chosen_books(context: Context) -> tuple[BookProgress, ...]:
    every = "Tất cả"
    words, kind, state = st.columns([2, 1.3, 1.3])
    query = words.text_input("Tìm sổ", placeholder="số quyển, nơi đăng ký (gõ không dấu cũng được)")
    register_type = kind.selectbox("Loại sổ", ["", *REGISTER_TYPES], format_func=lambda k: REGISTER_TYPES.get(k, every))
    wanted = state.selectbox("Tình trạng", ["", *BOOK_STATES], format_func=lambda s: BOOK_STATES.get(s, every))
    return list_books(
        context,
        query=query,
        register_type=RegisterType(register_type) if register_type else None,
        state=BookState(wanted) if wanted else None,
        samples=samples_shown() or _only_samples(context),
    )


def _only_samples(context: Context) -> bool:
    return all(book.kind is BookKind.SAMPLE for book in books_to_choose(context))


def _figures(books: tuple[BookProgress, ...]) -> None:
    cells = st.columns(5)
    cells[0].metric("Số quyển", number(len(books)))
    cells[1].metric("Chờ đối chiếu", number(sum(b.to_review + b.sent_back for b in books)))
    cells[2].metric("Hỏi người kiểm tra", number(sum(b.escalated for b in books)))
    cells[3].metric("Đã xác nhận", number(sum(b.confirmed for b in books)))
    cells[4].metric("Đã duyệt", number(sum(b.approved for b in books)))


def _table(books: tuple[BookProgress, ...]) -> BookProgress | None:
    offices = told_apart([b.book.office for b in books])
    rows = [
        {
            "Loại sổ": b.book.register_type.label,
            "Quyển": b.book.volume_number + (" (sổ mẫu)" if b.book.kind is BookKind.SAMPLE else ""),
            "Nơi đăng ký": office,
            "Tình trạng": BOOK_STATES[b.book.state.value],
            "Trang": f"{number(b.pages)} ({number(b.pages_failed)} lỗi)" if b.pages_failed else number(b.pages),
            "Đã đọc": (b.pages_read + b.pages_failed) / b.pages if b.pages else 0.0,
            "Hoàn thành": (b.approved + b.confirmed) / b.entries if b.entries else 0.0,
            "Chờ đối chiếu": b.to_review + b.sent_back,
            "Chờ kiểm tra": b.escalated + b.confirmed,
            "Đã duyệt": b.approved,
        }
        for b, office in zip(books, offices, strict=True)
    ]
    shown: dict[str, Any] = {
        name: st.column_config.ProgressColumn(name, format="percent", min_value=0.0, max_value=1.0, width=88)
        for name in ("Đã đọc", "Hoàn thành")
    }
    # Names of offices are long, and figures must be seen: the whole table has room beside the menu at 1366 pixels.
    widths = {"Loại sổ": 90, "Quyển": 84, "Nơi đăng ký": 185, "Trang": 70}
    shown |= {name: st.column_config.Column(width=wide) for name, wide in widths.items()}
    picked = picked_row(rows, key="books_table", columns=shown, long=wrapping(shown, "Loại sổ", "Quyển", "Nơi đăng ký"))
    if picked is not None:
        keep_book(books[picked].book.id)
        return books[picked]
    kept = next((b for b in books if b.book.id == kept_book()), None)
    return kept or (books[0] if len(books) == 1 else None)


def _one_book(context: Context, progress: BookProgress) -> None:
    st.subheader(plain(book_title(progress.book)))
    unread, queued = unread_count(context, progress.book.id), is_queued(context, progress.book.id)
    with st.container(horizontal=True, vertical_alignment="center"):
        retry = bool(progress.pages_failed) and not queued and st.checkbox(f"Đọc lại {progress.pages_failed} trang lỗi")
        label = f"Cho máy đọc {unread} trang" if unread or not retry else "Đọc lại trang lỗi"
        if queued:
            st.caption("Sổ đang trong hàng đọc.")
        elif (unread or retry) and st.button(label, type="primary"):
            queue_book(context, progress.book.id, retry_failed=retry)
            st.rerun()
        waiting = progress.to_review + progress.sent_back
        if waiting and st.button(f"Đối chiếu {number(waiting)} trường hợp"):
            st.switch_page("workbench/screens/pages/review.py", query_params={"book": str(progress.book.id)})
    if lacking := levels_lacking(progress.book.office, progress.book.volume_number):
        st.warning(plain(lacking) + " Sửa một lần ở thẻ «Thông tin sổ».")
    for message, count in shared_findings(context, progress.book.id):
        st.warning(
            f"{count} trường hợp cùng báo: {plain(message)} Nếu thông tin sổ sai, sửa một lần ở thẻ «Thông tin sổ»."
        )
    pages, learning, whole, facts = st.tabs(["Các trang", "Máy đọc sổ này", "Kiểm tra cả sổ", "Thông tin sổ"])
    with pages:
        pages_tab(context, progress)
    with learning:
        _learning(context, progress.book)
    with whole:
        _whole(context, progress)
    with facts:
        _facts(context, progress)


def _learning(context: Context, book: Book) -> None:
    """How well the book is read now, how that went, and what was learned of its hand."""
    state = book_learning(context, book.id)
    now, done, left = st.columns(3)
    now.metric("Ô đúng, không phải sửa (20 trường hợp gần nhất)", "—" if state.now is None else percent(state.now))
    done.metric("Trường hợp đã xác nhận", number(state.confirmed))
    left.metric("Trường hợp còn chờ", number(state.left))
    if len(state.curve) > 1:
        _curve(state.curve)
    st.caption(_about_hand(state))
    chosen = st.toggle(
        "Sổ có nét chữ mới: đưa trước những trường hợp dạy máy nhiều nhất (20 trường hợp đầu)",
        value=bool(book.settings.get(LESSONS_FIRST)),
        disabled=not context.may(Role.SUPERVISOR),
        key=f"teach_first_{book.id}",
    )
    if chosen != bool(book.settings.get(LESSONS_FIRST)) and context.may(Role.SUPERVISOR):
        update_book(context, book.id, settings={**book.settings, LESSONS_FIRST: "yes" if chosen else ""})


def _curve(points: tuple[tuple[int, float], ...]) -> None:
    """The share of fields right without a touch over the book; it stays as it is when a page is scrolled."""
    st.caption("Cứ 10 trường hợp đã xác nhận: bao nhiêu phần trăm ô máy đọc đúng, không phải sửa.")
    shown = pd.DataFrame([{"đến": at, "đúng": 100 * share} for at, share in points])
    across = alt.X("đến:O", title="Đến trường hợp thứ", axis=alt.Axis(labelAngle=0))
    up = alt.Y("đúng:Q", title="%", scale=alt.Scale(domain=[0, 100]))
    show_chart(alt.Chart(shown, height=220).mark_line(point=True).encode(x=across, y=up))


def _about_hand(state: BookLearning) -> str:
    hand = state.hand
    if hand is None:
        return "Sau mỗi 10 trường hợp được xác nhận, máy học nét chữ của quyển này; chưa đủ để học."
    told = f"Máy đã học từ {number(hand.lines)} dòng: sai {percent(hand.errors_before)} số chữ trước khi học"
    if hand.used:
        return (
            f"{told}, {percent(hand.errors_after)} sau khi học. Những trang còn chờ được máy đọc lại theo nét chữ này."
        )
    return f"{told}; học thêm không đọc tốt hơn nên không dùng."


def _whole(context: Context, progress: BookProgress) -> None:
    st.caption("Mọi trang phải được giải thích; số đăng ký mỗi năm chạy liền, không thiếu, không trùng.")
    st.write(plain(book_forecast(context, progress.book.id).message))
    if st.button("Kiểm tra"):  # above the forms: below them, what it finds would lie outside a low window
        _check_whole(context, progress)
    _explain_numbers(context, progress)


def _check_whole(context: Context, progress: BookProgress) -> None:
    report = completeness(context, progress.book.id)
    if report.closable:
        st.success(f"Sổ đủ: {report.entries} trường hợp, không còn gì phải giải thích. Có thể khóa và xuất.")
    else:
        st.warning(f"Sổ chưa khóa được: còn {len(report.messages)} điều phải xem.")
        st.dataframe(pd.DataFrame({"Điều phải xem": list(report.messages)}), hide_index=True, width="stretch")
    found = (*book_findings(context, progress.book.id), *duplicates_elsewhere(context, progress.book.id))
    if found:
        named = names_of(context, entries=[f.entry_id for f in found]).entries
        rows = [
            {
                "Trường hợp": named.get(f.entry_id, ""),
                "Mức": SEVERITIES[f.finding.severity.value],
                "Nhận xét": f.finding.message,
            }
            for f in found
        ]
        st.subheader("So giữa các trường hợp, cả với các quyển khác")
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _explain_numbers(context: Context, progress: BookProgress) -> None:
    if not context.may(Role.SUPERVISOR):
        return
    with st.form("explain_numbers"):
        year, numbers, reason = st.columns([1, 2, 3])
        wanted_year = year.number_input("Năm", 1900, 2100, int(progress.book.volume_number[-4:]))
        listed = numbers.text_input("Các số thiếu", placeholder="12, 15, 20")
        why = reason.text_input("Vì sao", placeholder="số bị bỏ qua khi đăng ký, nằm ở quyển khác")
        sent = st.form_submit_button("Ghi nhận số không có")
    if sent:
        given = [int(part) for part in re.findall(r"\d+", listed)]
        explain_numbers(context, progress.book.id, int(wanted_year), given, reason=why)
        tell("Đã ghi nhận các số không có.")
    with st.form("first_number"):
        year, number_box = st.columns([1, 5])
        begun = year.number_input("Năm ", 1900, 2100, int(progress.book.volume_number[-4:]))
        first = number_box.number_input("Quyển này bắt đầu từ số (quyển sau của cùng một năm)", 1, value=1, step=1)
        sent = st.form_submit_button("Ghi nhận số bắt đầu")
    if sent:
        set_first_number(context, progress.book.id, int(begun), int(first))
        tell("Đã ghi nhận số bắt đầu.")


def _cover(context: Context, book: Book) -> None:
    """What cover and closing say, to be taken over with one press."""
    proposals = cover_proposals(context, book.id)
    if not proposals:
        return
    rows = [
        {
            "Dùng": p.certain,
            "Mục": _FACTS[p.name],
            "Đang ghi": p.now,
            "Bìa, trang khóa sổ ghi": str(p.proposed),
            "Tin cậy": percent(p.sure, 0),
            "Chắc chắn": "có" if p.certain else "hãy xem lại trang",
        }
        for p in proposals
    ]
    st.caption("Bìa và trang khóa sổ ghi khác thông tin đang lưu. Đối chiếu với ảnh trang rồi chọn giá trị muốn dùng.")
    chosen = st.data_editor(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        disabled=["Mục", "Đang ghi", "Bìa, trang khóa sổ ghi", "Tin cậy", "Chắc chắn"],
        key=f"cover_{book.id}",
    )
    lacks = "" if context.may(Role.SUPERVISOR) else "Chỉ người kiểm tra và quản trị sửa được thông tin sổ."
    if ready_button(st.container(), "Ghi các giá trị đã chọn vào thông tin sổ", lacks=lacks):
        wanted = tuple(p.name for p, used in zip(proposals, chosen["Dùng"], strict=True) if used)
        accept_cover(context, book.id, wanted)
        st.rerun()


def _facts(context: Context, progress: BookProgress) -> None:
    book = progress.book
    may_edit = context.may(Role.SUPERVISOR)
    _cover(context, book)
    states = list(BOOK_STATES)
    with st.form(f"book_{book.id}"):
        left, right = st.columns(2)
        volume = left.text_input("Quyển số / năm", book.volume_number)
        office = right.text_input("Nơi đăng ký", book.office)
        signer = left.text_input("Người ký (khi trang không in)", book.signer)
        title = right.text_input("Chức vụ người ký", book.signer_title)
        opened = left.text_input("Ngày mở sổ", book.opened_on)
        closed = right.text_input("Ngày khóa sổ", book.closed_on)
        expected = left.number_input("Số trường hợp trong sổ", min_value=1, value=book.expected_entries, step=1)
        pages = right.number_input("Số trang của sổ", min_value=1, value=book.pages, step=1)
        clear = left.selectbox(
            "Sổ rõ, ít tẩy xóa",
            list(_CLEAR),
            list(_CLEAR).index(book.settings.get("clear", "")),
            format_func=_CLEAR.__getitem__,
        )
        priority = right.number_input(
            f"Thứ tự làm riêng (nhỏ làm trước; để trống: theo quy tắc, hiện là {book.priority})",
            value=book.priority if book.settings.get(FIXED) else None,
            step=1,
        )
        state = left.selectbox(
            "Tình trạng", states, states.index(book.state.value), format_func=BOOK_STATES.__getitem__
        )
        remarks = right.text_input("Ghi chú", book.remarks)
        elsewhere = left.checkbox(
            "Đã nhập ở nơi khác (giai đoạn trước)",
            book.entered_elsewhere,
            help="Không tính là còn phải nhập; đứng riêng dưới các biểu của chiến dịch.",
        )
        sent = st.form_submit_button("Lưu thông tin sổ", disabled=not may_edit)
    if not may_edit:
        st.caption("Chỉ người kiểm tra và quản trị sửa được thông tin sổ.")
    if sent:
        kept = update_book(
            context,
            book.id,
            volume_number=volume,
            office=office,
            signer=signer,
            signer_title=title,
            opened_on=opened,
            closed_on=closed,
            expected_entries=expected,
            pages=pages,
            priority=priority,
            settings={**book.settings, "clear": clear, FIXED: "", ELSEWHERE: YES if elsewhere else ""},
            state=BookState(state),
            remarks=remarks,
        )
        said = f" Quyển số ghi theo mẫu là {plain(kept.volume_number)}." if kept.volume_number != volume.strip() else ""
        said += f" Nơi đăng ký ghi là {plain(kept.office)}." if kept.office != office.strip() else ""
        tell(f"Đã lưu thông tin sổ; các trường hợp lấy số liệu từ sổ đã sửa theo.{said}")


if __name__ == "__main__":
    run_page(show)
