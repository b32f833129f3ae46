"""Hand-over: paper books out and back, acceptance by commune, district and province, return lists; all to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from corrections.acceptance import LEVEL_LABELS, AcceptanceLevel
from corrections.campaign.totals import dotted
from corrections.entries import Book, Role
from exports.documents import DOCX
from storage.states import VerdictResult
from vietnamese.shown_time import LOCAL, shown_day
from workbench.screens.document_templates import template_files
from workbench.screens.frame import run_page
from workbench.screens.long_texts import row_height, wrapping
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.acceptance import (
    Acceptance,
    BoardRow,
    BookVerdict,
    acceptance_board,
    changes_since_delivery,
    hindrances_of,
    hold_acceptance,
    list_acceptances,
)
from workbench.services.acceptance_levels import open_levels
from workbench.services.acceptance_papers import print_acceptance, print_returns
from workbench.services.book_custody import (
    Handover,
    HandoverKind,
    HandoverLine,
    books_in_house,
    books_out,
    hand_books_over,
    list_handovers,
    print_handover,
)
from workbench.services.context import Context
from workbench.services.entry_views import entries_of_book
from workbench.services.exporting import export_book
from workbench.services.naming import book_title

_KINDS = {HandoverKind.HANDED_OUT: "Giao sổ đi", HandoverKind.RETURNED: "Nhận sổ về"}
_SHOWN = 200
"""Newest papers listed."""
_HELD = "acceptance_held"
"""Key of the session: the minutes that were held last."""
_DOCUMENTS = ("books_handed_out", "books_returned", "acceptance", "returns")
_TO_DO = "Xem lại"
_BOARD = {
    "Sổ": st.column_config.Column(width=290),
    "Bản giao mới nhất": st.column_config.Column(width=145),
    **{label: st.column_config.Column(width=126) for label in LEVEL_LABELS.values()},
    _TO_DO: st.column_config.Column(width=215),
}
"""Widths in pixels: all columns fit beside the menu of a laptop's screen."""
_BOARD_LONG = wrapping(_BOARD, "Sổ", _TO_DO)
_REASON = "Lý do (trả lại, hoặc đạt sau khi đã trả)"


def show(context: Context) -> None:
    """The screen."""
    st.header("Giao nhận, nghiệm thu")
    works = context.may(Role.SUPERVISOR)
    names = ["Sổ giấy", "Nghiệm thu", "Biên bản", *(["Mẫu giấy tờ"] if works else [])]
    tabs = st.tabs(names)
    with tabs[0]:
        _paper(context, works)
    with tabs[1]:
        _acceptance(context, works)
    with tabs[2]:
        _minutes(context, works)
    if works:
        with tabs[3]:
            template_files(context, _DOCUMENTS)


def _paper(context: Context, works: bool) -> None:
    out = books_out(context)
    rows = [
        {
            "Sổ": book_title(row.book),
            "Đang ở": f"{row.handover.receiver}, {row.handover.receiver_body}".strip(" ,"),
            "Từ ngày": shown_day(row.handover.on_day),
            "Hạn trả": shown_day(row.handover.due_on) if row.handover.due_on else "",
            "Quá hạn": "⚠ quá hạn" if row.overdue else "",
        }
        for row in out
    ]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    else:
        st.info("Mọi quyển đều ở cơ quan." if books_in_house(context) else "Chưa có sổ nào.")
    if not works or not (out or books_in_house(context)):
        return
    kind = st.segmented_control(
        "Lập biên bản", list(_KINDS), default=HandoverKind.HANDED_OUT, format_func=_KINDS.__getitem__
    )
    kind = kind or HandoverKind.HANDED_OUT
    choices = {b.id: b for b in (books_in_house(context) if kind is HandoverKind.HANDED_OUT else [r.book for r in out])}
    holders = {row.book.id: row.handover for row in out}
    chosen = st.multiselect(
        "Các quyển",
        list(choices),
        format_func=lambda i: book_title(choices[i]),
        key=f"handover_books_{kind}",
        placeholder="Chọn sổ",
    )
    if chosen:
        held = [holders[i] for i in chosen if i in holders]
        _handover_form(context, kind, [choices[i] for i in chosen], held[0] if held else None)


def _handover_form(context: Context, kind: HandoverKind, books: Sequence[Book], held: Handover | None) -> None:
    """What minutes need besides the books; those of a return begin with the people of the first book's hand-out."""
    conditions = st.data_editor(
        pd.DataFrame({"Quyển": [book_title(book) for book in books], "Tình trạng sổ": [""] * len(books)}),
        hide_index=True,
        width="stretch",
        disabled=["Quyển"],
        key=f"handover_state_{kind}_{'-'.join(str(book.id) for book in books)}",
    )
    with st.form(f"handover_{kind}", border=False):
        left, right = st.columns(2)
        giver = left.text_input("Người giao", held.receiver if held else "")
        giver_body = left.text_input("Đơn vị của người giao", held.receiver_body if held else "")
        receiver = right.text_input("Người nhận", held.giver if held else "")
        receiver_body = right.text_input("Đơn vị của người nhận", held.giver_body if held else "")
        place = left.text_input("Nơi giao nhận")
        on_day = right.date_input("Ngày giao nhận", datetime.now(LOCAL).date(), format="DD/MM/YYYY")
        out = kind is HandoverKind.HANDED_OUT
        due_on = left.date_input("Hạn trả", value=None, format="DD/MM/YYYY") if out else None
        note = right.text_input("Ghi chú")
        sent = st.form_submit_button("Lập biên bản", type="primary")
    if not sent:
        return
    said = [str(text or "") for text in conditions["Tình trạng sổ"]]
    lines = tuple(HandoverLine(book_id=b.id, condition=text) for b, text in zip(books, said, strict=True))
    made = hand_books_over(
        context,
        Handover(
            kind=kind,
            on_day=on_day.isoformat(),
            giver=giver,
            giver_body=giver_body,
            receiver=receiver,
            receiver_body=receiver_body,
            place=place,
            due_on=due_on.isoformat() if due_on else "",
            note=note,
            lines=lines,
        ),
    )
    tell(f"Đã lập biên bản {made.id} cho {len(lines)} quyển. In ở thẻ «Biên bản».")


def _acceptance(context: Context, works: bool) -> None:
    board = acceptance_board(context)
    if not board:
        st.info("Chưa có quyển sổ nào.")
        return
    rows = [_board_row(row) for row in board]
    high = row_height(rows, _BOARD_LONG)
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, width="stretch", height=300, column_config=_BOARD, row_height=high
    )
    by_id = {row.book.id: row.book for row in board}
    levels = open_levels(context) if works else tuple(AcceptanceLevel)
    if not levels:
        st.info("Đơn vị của bạn không còn hoạt động nên không lập biên bản nghiệm thu. Hãy nhờ đơn vị nhận sổ.")
        return
    level = st.segmented_control("Cấp nghiệm thu", levels, default=levels[0], format_func=LEVEL_LABELS.__getitem__)
    level = level or levels[0]
    chosen = st.multiselect(
        "Các quyển xem xét",
        list(by_id),
        format_func=lambda i: book_title(by_id[i]),
        placeholder="Chọn sổ",
        key=f"acceptance_books_{st.session_state.get(_HELD, 0)}",
    )
    ready = [book_id for book_id in chosen if _book_report(context, level, by_id[book_id], works)]
    if chosen and works:
        _acceptance_form(context, level, [by_id[i] for i in chosen], ready)


def _board_row(row: BoardRow) -> dict[str, object]:
    states = {None: "", "exported": "đã xuất", "accepted": "phần mềm đã nhận", "rejected": "✖ bị trả"}
    state = states[row.delivery_state.value if row.delivery_state else None]
    cells: dict[str, object] = {"Sổ": book_title(row.book), "Bản giao mới nhất": f"{row.delivered_on} {state}".strip()}
    for level, label in LEVEL_LABELS.items():
        cells[label] = _level_cell(row, level)
    cells[_TO_DO] = _to_do(row)
    return cells


def _level_cell(row: BoardRow, level: AcceptanceLevel) -> str:
    """What became of a book at a level: nothing of it is shown as accepted that rests on what was taken back."""
    if level in row.returned_on:
        return f"✖ trả {row.returned_on[level]}"
    if level in row.taken_back:
        return "✖ hết hiệu lực"
    if level in row.accepted_on:
        return f"{'⚠' if row.opened or row.changed else '✓'} {row.accepted_on[level]}"
    return f"bản cũ {row.accepted_before[level]}" if level in row.accepted_before else ""


def _to_do(row: BoardRow) -> str:
    """Why acceptances of the book do not stand, and what it takes."""
    told = [f"Đang mở lại {dotted(row.opened)} trường hợp"] if row.opened else []
    if row.changed:
        told.append(f"Cần xuất lại: {dotted(row.changed)} trường hợp đã sửa rồi duyệt lại sau khi xuất")
    for by in dict.fromkeys(row.taken_back.values()):
        levels = ", ".join(LEVEL_LABELS[level] for level, whose in row.taken_back.items() if whose == by)
        told.append(f"{levels} phải nghiệm thu lại ({by})")
    return ". ".join(told)


def _book_report(context: Context, level: AcceptanceLevel, book: Book, works: bool) -> bool:
    """What stands in the way of a book, and what changed since its delivery; whether it may be accepted."""
    why = hindrances_of(context, level, book.id)
    if not why:
        st.success(f"{plain(book_title(book))}: đủ điều kiện.")
        return True
    with st.expander(f"✖ {plain(book_title(book))}: chưa nghiệm thu được", expanded=True):
        for one in why:
            st.write("✖ " + plain(one.message))
        changes = changes_since_delivery(context, book.id)
        if changes:
            lines = [{"Trường hợp": c.title, "Thay đổi": c.why, "Ô": c.columns} for c in changes]
            st.dataframe(pd.DataFrame(lines), hide_index=True, width="stretch")
        again = {"changed", "book_changed", "rejected", "no_delivery"} & {one.code for one in why}
        if works and again and st.button("Xuất bản giao mới", key=f"redeliver_{book.id}"):
            with st.spinner("Đang xuất"):
                export_book(context, book.id)
            tell(f"Đã xuất bản giao mới của {plain(book_title(book))}.")
    return False


def _acceptance_form(context: Context, level: AcceptanceLevel, books: Sequence[Book], ready: Sequence[int]) -> None:
    verdicts = st.data_editor(
        pd.DataFrame(
            {
                "Quyển": [book_title(book) for book in books],
                "Đạt": [book.id in ready for book in books],
                _REASON: [""] * len(books),
            }
        ),
        hide_index=True,
        width="stretch",
        disabled=["Quyển"],
        key=f"verdicts_{level}_{'-'.join(str(book.id) for book in books)}",
    )
    decided = [
        BookVerdict(book_id=book.id, accepted=bool(ok), reason=str(why or ""))
        for book, ok, why in zip(books, verdicts["Đạt"], verdicts[_REASON], strict=True)
    ]
    returns = _returned_entries(context, [b for b, one in zip(books, decided, strict=True) if not one.accepted])
    with st.form(f"acceptance_{level}", border=False):
        left, right = st.columns(2)
        on_day = left.date_input("Ngày nghiệm thu", datetime.now(LOCAL).date(), format="DD/MM/YYYY")
        place = left.text_input("Nơi nghiệm thu")
        contractor = left.text_input("Bên thực hiện (nhà thầu)", help="Nơi nhận danh sách trả lại.")
        members = right.text_area("Thành phần (mỗi người một dòng)", height=110)
        note = right.text_input("Ghi chú")
        sent = st.form_submit_button("Lập biên bản nghiệm thu", type="primary")
    if sent:
        given = {"place": place, "members": members, "contractor": contractor, "note": note}
        made = hold_acceptance(context, level, on_day=on_day, verdicts=decided, returns=returns, **given)
        st.session_state[_HELD] = made.id  # the next minutes begin with no book: these have been decided
        tell(f"Đã lập biên bản nghiệm thu {made.id}, lần {made.round}. In ở thẻ «Biên bản».")


def _returned_entries(context: Context, books: Sequence[Book]) -> list[tuple[int, str]]:
    """Entries of returned books that go back, each with its reason."""
    titles: dict[int, str] = {}
    for book in books:
        lines = entries_of_book(context, book.id)
        titles |= {line.entry_id: f"{line.title} · quyển {book.volume_number}" for line in lines}
    if not titles:
        return []
    chosen = st.multiselect(
        "Trường hợp trả lại", list(titles), format_func=titles.__getitem__, placeholder="Chọn trường hợp"
    )
    if not chosen:
        return []
    reasons = st.data_editor(
        pd.DataFrame({"Trường hợp": [titles[i] for i in chosen], "Lý do": [""] * len(chosen)}),
        hide_index=True,
        width="stretch",
        disabled=["Trường hợp"],
        key=f"returns_{'-'.join(map(str, chosen))}",
    )
    return [(entry_id, str(why or "")) for entry_id, why in zip(chosen, reasons["Lý do"], strict=True)]


def _minutes(context: Context, works: bool) -> None:
    st.subheader("Nghiệm thu")
    kept = list_acceptances(context, limit=_SHOWN)
    rows = [
        {
            "Số": one.id,
            "Ngày": shown_day(one.on_day),
            "Cấp": LEVEL_LABELS[one.level],
            "Lần": one.round,
            "Đạt": sum(1 for v in one.verdicts if v.result is VerdictResult.ACCEPTED),
            "Trả lại": sum(1 for v in one.verdicts if v.result is VerdictResult.RETURNED),
            "Bên thực hiện": one.contractor,
        }
        for one in kept
    ]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
        if works:
            _print_acceptance(context, kept)
    else:
        st.info("Chưa có biên bản nghiệm thu nào.")
    st.subheader("Giao nhận sổ giấy")
    papers = list_handovers(context, limit=_SHOWN)
    lines = [
        {
            "Số": one.id,
            "Ngày": shown_day(one.on_day),
            "Việc": _KINDS[one.kind],
            "Người giao": one.giver,
            "Người nhận": one.receiver,
            "Số quyển": len(one.lines),
        }
        for one in papers
    ]
    if not lines:
        st.info("Chưa có biên bản giao nhận nào.")
        return
    st.dataframe(pd.DataFrame(lines), hide_index=True, width="stretch")
    if works:
        number = st.selectbox("Biên bản giao nhận số", [one.id for one in papers])
        st.download_button(
            "In biên bản (Word)", lambda: print_handover(context, number)[1], f"bien-ban-giao-nhan-{number}.docx", DOCX
        )


def _print_acceptance(context: Context, kept: Sequence[Acceptance]) -> None:
    by_id = {one.id: one for one in kept}
    number = st.selectbox("Biên bản nghiệm thu số", list(by_id))
    left, right = st.columns(2)
    left.download_button(
        "In biên bản (Word)",
        lambda: print_acceptance(context, number)[1],
        f"bien-ban-nghiem-thu-{number}.docx",
        DOCX,
        width="stretch",
    )
    if any(one.result is VerdictResult.RETURNED for one in by_id[number].verdicts):
        right.download_button(
            "In danh sách trả lại (Word)",
            lambda: print_returns(context, number)[1],
            f"danh-sach-tra-lai-{number}.docx",
            DOCX,
            width="stretch",
        )


if __name__ == "__main__":
    run_page(show)
