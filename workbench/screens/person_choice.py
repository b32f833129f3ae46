"""Several near-equal persons of an extract side by side with the book's, and the choice among them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from corrections.entries import Role
from exports.reconciliation_book import PERSON_FIELDS, person_cell
from storage.reconciliation_cases import Case
from workbench.screens.as_opened import forget_opened
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.choosing_persons import PersonLine, choose_person, lines_of, unchoose_person
from workbench.services.context import Context

__all__ = ["person_choice"]

_NOBODY = ""
_HEADS = ("Thông tin", "Trong sổ")


def person_choice(context: Context, case: Case, opened: str) -> None:
    """The persons that come into question, and which of them it is.

    Args:
        context: who looks.
        case: as its forms show it.
        opened: key of the session under which it was opened.
    """
    lines = lines_of(case)
    if not lines:
        if case.choice is not None:
            was = case.choice.chosen
            told = f"đã chọn {was.name}, {was.born}" if was else "đã chọn «không ai trong số này»"
            st.info(plain(f"Lần đối soát trước {told}; tệp mới không có ai gần giống."))
        return
    if case.choice is None:
        st.warning(f"Trích xuất có {len(lines)} người gần giống nhau. Hãy so từng dòng rồi chọn một người.")
    st.dataframe(
        pd.DataFrame(_rows(case, lines)),
        hide_index=True,
        width="stretch",
        column_config={head: st.column_config.TextColumn(width="medium") for head in _HEADS},
    )
    st.caption("✓ giống trong sổ, ≠ khác trong sổ; không có dấu: một bên không ghi.")
    if context.may(Role.SUPERVISOR, Role.POLICE):
        _choose(context, case, lines, opened)


def _rows(case: Case, lines: Sequence[PersonLine]) -> list[dict[str, str]]:
    rows = []
    for name, label in PERSON_FIELDS.items():
        own = person_cell(case.newest.person, name)
        if not own and not any(line.values[name] for line in lines):
            continue
        cells = {_head(number, line): _cell(line, name) for number, line in enumerate(lines, start=1)}
        rows.append({_HEADS[0]: label, _HEADS[1]: own, **cells})
    return rows


def _head(number: int, line: PersonLine) -> str:
    return f"Người {number} ({line.key}){', đã chọn' if line.chosen else ''}"


def _cell(line: PersonLine, name: str) -> str:
    mark = "≠ " if name in line.differs else "✓ " if name in line.agrees else ""
    return mark + line.values[name]


def _choose(context: Context, case: Case, lines: Sequence[PersonLine], opened: str) -> None:
    keys = [*(line.key for line in lines), _NOBODY]
    names = {line.key: f"Người {n}: {line.values['name']} ({line.key})" for n, line in enumerate(lines, start=1)}
    chosen = next((line.key for line in lines if line.chosen), _NOBODY)
    at = keys.index(chosen) if case.choice is not None else None
    with st.form(f"person_of_{case.id}"):
        picked = st.radio(
            "Người trong sổ là", keys, at, format_func=lambda key: plain(names.get(key, "Không ai trong số này"))
        )
        keep, undo = st.columns(2)
        kept = keep.form_submit_button("Chọn người này", type="primary")
        undone = case.choice is not None and undo.form_submit_button("Bỏ lựa chọn")
    if kept and picked is None:
        st.error("Chưa chọn ai. Hãy chọn một người, hoặc «Không ai trong số này».")
    if kept and picked is not None:
        choose_person(context, case.id, picked, seen=case)
        forget_opened(opened)
        tell(f"Hồ sơ {case.id}: đã chọn «{plain(names.get(picked, 'Không ai trong số này'))}».")
    if undone:
        unchoose_person(context, case.id, seen=case)
        forget_opened(opened)
        tell(f"Hồ sơ {case.id}: đã bỏ lựa chọn, kết quả như máy so.")
