"""Delivery of a whole office: what may go and what may not, writing it in the background, and what lies there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from corrections.acceptance import LEVEL_LABELS, AcceptanceLevel
from exports.office_package import NO_LONGER, OfficeManifest
from vietnamese.shown_time import shown_day
from workbench.screens.buttons import ready_button
from workbench.screens.frame import run_page
from workbench.screens.job_line import show_job
from workbench.screens.plain import plain
from workbench.services.background_jobs import JobPhase, JobState
from workbench.services.context import Context
from workbench.services.delivery_jobs import DeliveryJob, kept_delivery, last_delivery, start_delivery
from workbench.services.naming import book_title
from workbench.services.office_delivery import DeliveryPlan, OfficeDelivery, delivery_plan
from workbench.services.offices import office_tree
from workbench.services.packages import own_key
from workbench.wording import number

_ALL = 0
"""Stands for everything the person sees."""
_SOON = 0.5
"""Seconds to wait before progress is shown."""


def show(context: Context) -> None:
    """The screen."""
    st.header("Giao cả đơn vị")
    office_id, below = _unit(context)
    left, right = st.columns(2)
    levels = list(AcceptanceLevel)
    level = left.selectbox("Cấp đã nghiệm thu", levels, index=len(levels) - 1, format_func=LEVEL_LABELS.__getitem__)
    roots = context.settings.delivery_roots
    names = {roots[0]: "thư mục dữ liệu của chương trình", **{root: str(root) for root in roots[1:]}}
    root = right.selectbox("Ghi vào", roots, format_func=names.__getitem__)
    plan = delivery_plan(context, office_id=office_id, below=below, level=level)
    _plan(plan)
    _deliver(context, plan, root, office_id, below)
    _kept(context, root, office_id, level)


def _unit(context: Context) -> tuple[int | None, bool]:
    tree = office_tree(context)
    if len(tree) < 2:
        return None, True
    names = {_ALL: "(tất cả)", **{o.id: f"{o.code} {tree.path(o.id)}" for o in tree.in_order() if not o.abolished_on}}
    box, toggle = st.columns([3, 1], vertical_alignment="bottom")
    chosen = box.selectbox("Đơn vị", list(names), format_func=names.__getitem__, key="delivery_unit")
    below = chosen == _ALL or toggle.toggle("Gồm đơn vị trực thuộc", value=True)
    return chosen or None, below


def _plan(plan: DeliveryPlan) -> None:
    cells = st.columns(2)
    cells[0].metric("Quyển giao được", number(len(plan.accepted)))
    cells[1].metric("Quyển chưa giao được", number(len(plan.kept_back)))
    if plan.accepted:
        with st.expander("Các quyển giao được"):
            rows = [{"Sổ": book_title(p.book), "Nghiệm thu": shown_day(p.on_day)} for p in plan.accepted]
            st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    if plan.kept_back:
        with st.expander("Các quyển chưa giao được, vì sao"):
            st.dataframe(
                pd.DataFrame([{"Sổ": k.title, "Lý do": k.reason} for k in plan.kept_back]),
                hide_index=True,
                width="stretch",
            )


def _deliver(context: Context, plan: DeliveryPlan, root: Path, office_id: int | None, below: bool) -> None:
    job = last_delivery(context, root, office_id, level=plan.level)
    lacks = (
        "Đang ghi gói giao này."
        if job is not None and job.state.running
        else ""
        if plan.accepted
        else "Chưa có quyển nào giao được."
    )
    if ready_button(st.container(), "Ghi gói giao", lacks=lacks, type="primary"):
        job = start_delivery(context, root, office_id=office_id, below=below, level=plan.level)
        job.wait(_SOON)
    if job is not None and job.state.running:
        _under_way(job)
    elif job is not None:
        _ended(job.state)


@st.fragment(run_every=1)
def _under_way(job: DeliveryJob) -> None:
    """What is being written, renewed every second until it ends."""
    state = job.state
    if not state.running:
        st.rerun(scope="app")
    doing = "Đang ghi sổ tra cứu, bản kê" if state.total and state.done == state.total else "Đang ghi quyển"
    show_job(job, doing=f"{doing} {state.done}/{state.total}", does="ghi", stop="Dừng")


def _ended(state: JobState[OfficeDelivery]) -> None:
    if state.result is not None:
        made = state.result
        st.success(
            f"Đã ghi gói giao: {number(len(made.manifest.books))} quyển, {number(made.manifest.cases)} trường hợp "
            f"({made.written} quyển vừa ghi, {made.kept} quyển đã có từ trước)."
        )
    elif state.phase is JobPhase.CANCELLED:
        st.info(f"Đã dừng sau {state.done}/{state.total} quyển. Các quyển đã ghi đủ được giữ; ghi lại sẽ làm tiếp.")
    else:
        st.error(plain(state.message))


def _kept(context: Context, root: Path, office_id: int | None, level: AcceptanceLevel) -> None:
    folder, manifest, unfinished = kept_delivery(context, root, office_id, level=level)
    if unfinished:
        st.warning("Gói trong thư mục này chưa ghi xong. Hãy bấm «Ghi gói giao» để ghi tiếp.")
    if manifest is None:
        return
    st.subheader("Gói đã ghi")
    st.write(f"Thư mục: {plain(folder)}")
    st.caption(
        f"Lập lúc {plain(manifest.made_at)} · {plain(manifest.made_by)} · {plain(manifest.level_label)} nghiệm thu · "
        f"{number(len(manifest.books))} quyển, {number(manifest.cases)} trường hợp, {number(len(manifest.files))} tệp."
    )
    _counts(manifest)
    refused = [left for left in manifest.kept_back if left.code in NO_LONGER]
    for left in refused:
        st.error(f"{plain(left.title)}: {plain(left.reason)}")
    st.write(f"Dấu vân khóa để đọc cho nơi nhận qua điện thoại: `{own_key(context)[1]}`")
    st.caption('Nơi nhận kiểm tra bằng tệp trong gói, chỉ cần Python: `python kiem-tra.py --khoa "dấu vân khóa"`.')


def _counts(manifest: OfficeManifest) -> None:
    kinds = [
        {"Loại sổ": label, "Số quyển": number(books), "Số trường hợp": number(cases)}
        for label, (books, cases) in manifest.by_type().items()
    ]
    st.dataframe(pd.DataFrame(kinds), hide_index=True)


if __name__ == "__main__":
    run_page(show)
