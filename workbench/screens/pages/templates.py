"""The office's own form templates: draw the boxes on a page, test on other pages, save, exchange with other offices."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Any

import cv2
import numpy as np
import pandas as pd
import streamlit as st

from layouts.columns import columns
from layouts.form_names import form_name
from layouts.forms import FormTemplate
from layouts.loader import shipped_templates
from layouts.register_types import RegisterType
from ocr.forms.geometry import fit_labels
from ocr.forms.label_search import token_rows
from ocr.forms.match_form import find_forms
from ocr.images import WORK_DPI
from ocr.scans.opening import open_page
from ocr.straightening.straighten import straighten_page
from ocr.tesseract import read_words
from storage.states import PageState
from workbench.screens.choosing import choose_book
from workbench.screens.components import template_editor
from workbench.screens.frame import run_page
from workbench.screens.plain import plain
from workbench.screens.template_trials import show_trial
from workbench.services.books import PageRow, book_pages
from workbench.services.context import Context
from workbench.services.page_source import page_source
from workbench.services.template_trials import form_doubts
from workbench.services.templates import (
    import_template,
    known_forms,
    list_templates,
    pages_by_form,
    remove_template,
    save_template,
)
from workbench.template_drafts import DrawnBox, FormFacts, Lie, boxes_of, draft_template, lie_of
from workbench.template_words import form_key, printed_runs, suggested_name

_WIDTH = 1400
"""Pixels across the page on which boxes are drawn."""
_PAPERS = {"A4 đứng": (210.0, 297.0), "A4 ngang": (297.0, 210.0), "A3 ngang (hai trang)": (420.0, 297.0)}
"""Millimetres across and down."""
_JUST_SAVED = "template_just_saved"
_TESTED = 5
"""Pages tried at once: about two seconds each."""


def show(context: Context) -> None:
    """The screen."""
    st.header("Mẫu sổ")
    draw, own = st.tabs(["Lập hoặc sửa mẫu", "Mẫu của đơn vị, trao đổi mẫu"])
    with own:
        _own(context)
    with draw:
        _draw(context)


# ---- drawing


def _draw(context: Context) -> None:
    progress = choose_book(context, "Lấy trang mẫu từ sổ")
    if progress is None:
        st.info("Chọn quyển sổ có trang của mẫu này.")
        return
    pages = tuple(page for page in book_pages(context, progress.book.id) if page.has_picture)
    if not pages:
        st.info("Nhập ít nhất một trang của mẫu sổ này ở màn hình «Nhập bản quét» rồi quay lại đây.")
        return
    kind = progress.book.register_type
    left, middle, right = st.columns(3)
    names = {p.id: f"Trang {p.position + 1} · {p.file_name}" for p in pages}
    failed = [p.id for p in pages if p.state is PageState.FAILED]
    ids = list(names)
    page_id = left.selectbox("Trang", ids, ids.index(failed[0]) if failed else 0, format_func=names.__getitem__)
    known = known_forms(context, kind)
    if _JUST_SAVED in st.session_state:
        # what was saved is what one goes on with; the message outlives the rerun that brings its name into the list
        saved: FormTemplate = st.session_state.pop(_JUST_SAVED)
        st.session_state["template_start"] = saved.form
        st.success(
            f"Đã lưu mẫu «{saved.layout_version}». "
            "Các trang chưa xong của loại sổ này sẽ được đọc lại khi bấm «Bắt đầu đọc»."
        )
    start = middle.selectbox(
        "Bắt đầu từ", ["", *known], key="template_start", format_func=lambda f: form_name(f) or "Trang trắng, vẽ từ đầu"
    )
    base = known.get(start)
    paper = right.selectbox("Khổ giấy", list(_PAPERS), disabled=base is not None)
    seen = _seen(context, page_id)
    facts = _facts(context, kind, base, _PAPERS[paper])
    lie = _lie(base, seen) if base else None
    drawn = template_editor(
        key=f"{page_id}-{start}",
        page_image=seen["picture"],
        boxes=[asdict(box) for box in boxes_of(base, lie)] if base else [],
        words=seen["words"],
        columns=[{"name": c.name, "label": c.label} for c in columns(kind)],
    )
    if not drawn:
        st.info("Chưa có ô nào: kéo chuột trên ảnh để vẽ ô đầu tiên.")
        return
    text = draft_template(facts, [_box(item) for item in drawn], base, lie)
    _test_and_save(context, text, pages, page_id)


def _facts(context: Context, kind: RegisterType, base: FormTemplate | None, paper: tuple[float, float]) -> FormFacts:
    name_box, title_box = st.columns(2)
    own = base is not None and base.form not in shipped_templates()
    suggested = suggested_name(kind, base, own=own)
    typed = form_key(name_box.text_input("Tên mẫu, để phân biệt với mẫu khác", suggested))
    name = typed if len(typed) > 1 else suggested
    title = title_box.text_input("Tên in trên bìa sổ", base.title if base else f"SỔ ĐĂNG KÝ {kind.label.upper()}")
    versions = [t.version for t in list_templates(context) if t.form == name]
    return FormFacts(
        form=name,
        register_type=kind,
        title=title.strip(),
        version=max(versions, default=0) + 1,
        page_mm=(base.page_mm.width, base.page_mm.height) if base else paper,
    )


def _box(item: dict[str, Any]) -> DrawnBox:
    label_box = item.get("label_box")
    left, top, right, bottom = (float(edge) for edge in item["box"])
    return DrawnBox(
        id=str(item["id"]),
        column=str(item["column"]),
        label=str(item["label"]),
        box=(left, top, right, bottom),
        label_left=float(label_box[0]) if label_box else None,
    )


def _seen(context: Context, page_id: int) -> dict[str, Any]:
    """Straightened picture and printed words of a page; kept for the visit, finding them takes seconds."""
    kept: dict[int, dict[str, Any]] = st.session_state.setdefault("template_pages", {})
    if page_id not in kept:
        source = page_source(context, page_id)
        with st.spinner("Máy đang tìm chữ in trên trang"):
            image = straighten_page(open_page(source.scan, source.scan_index).image).image
            words = read_words(np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8), dpi=WORK_DPI)
        kept.clear()
        height, width = image.shape[:2]
        kept[page_id] = {
            "picture": _data_url(image),
            "words": [asdict(run) for run in printed_runs(words, (width, height))],
            "read": words,
            "size": (width, height),
        }
    return kept[page_id]


def _lie(base: FormTemplate, seen: dict[str, Any]) -> Lie:
    """Where the form one begins with lies on this page, by its labels among the words found."""
    (match,) = find_forms(token_rows(seen["read"]), [base])
    return lie_of(base, fit_labels(match), seen["size"])


def _data_url(image: np.ndarray[Any, Any]) -> str:
    height, width = image.shape[:2]
    small = cv2.resize(image, (_WIDTH, round(height * _WIDTH / width)), interpolation=cv2.INTER_AREA)
    jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 70])[1].tobytes()
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


# ---- testing and saving


def _test_and_save(context: Context, text: str, pages: tuple[PageRow, ...], page_id: int) -> None:
    others = {p.id: p for p in pages}
    near = [p.id for p in pages if p.id != page_id][:2]
    chosen = st.multiselect(
        "Thử trên các trang",
        list(others),
        [page_id, *near],
        format_func=lambda i: f"Trang {others[i].position + 1}",
        max_selections=_TESTED,
        placeholder="Chọn",
    )
    for doubt in form_doubts(context, text):
        st.warning(plain(doubt))
    test, save = st.columns(2)
    if test.button("Thử đọc", width="stretch"):
        for tried in chosen:
            with st.spinner(f"Đang thử trang {others[tried].position + 1}"):
                show_trial(context, text, others[tried])
    if save.button("Lưu mẫu", type="primary", width="stretch"):
        st.session_state[_JUST_SAVED] = save_template(context, text)
        st.rerun()
    with st.expander("Tệp mẫu (YAML)"):
        st.code(text, language="yaml", wrap_lines=True)
        st.download_button("Tải tệp mẫu", text, "mau-so.yaml", "text/yaml")


# ---- the office's templates


def _own(context: Context) -> None:
    kept = list_templates(context)
    if kept:
        pages = pages_by_form(context)
        rows = [
            {
                "Mẫu": form_name(t.form),
                "Phiên bản": t.version,
                "Đang dùng": "✓" if t.active else "",
                "Số trang đã nhận": pages.get(t.form, 0) if t.active else None,
                "Người lưu": t.created_by,
            }
            for t in kept
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
        by_name = {f"{t.form}/{t.version}": t for t in kept}
        chosen = by_name[st.selectbox("Chọn mẫu", list(by_name))]
        give, drop = st.columns(2)
        give.download_button("Xuất tệp mẫu", chosen.yaml, f"{chosen.form}.yaml", "text/yaml", width="stretch")
        if chosen.active and drop.button("Ngừng dùng mẫu này", width="stretch"):
            remove_template(context, chosen.form)
            st.rerun()
    else:
        st.info("Đơn vị chưa lập mẫu riêng nào; các mẫu có sẵn trong phần mềm vẫn dùng bình thường.")
    file = st.file_uploader("Nhập tệp mẫu của đơn vị khác", type=["yaml", "yml"])
    if file is not None and st.button("Nhập mẫu"):
        text = file.getvalue().decode("utf-8", errors="replace")
        saved = import_template(context, text, file.name)
        st.success(
            f"Đã nhập mẫu «{saved.layout_version}». Hãy mở thẻ «Lập hoặc sửa mẫu», bắt đầu từ mẫu này và bấm «Thử đọc» "
            "trên vài trang của sổ."
        )
        for doubt in form_doubts(context, text):
            st.warning(plain(doubt))


if __name__ == "__main__":
    run_page(show)
