"""The screens' own browser components: their files are read once, put together and registered with Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

__all__ = [
    "around_screens",
    "column_grid",
    "copy_list",
    "form_script",
    "review_form",
    "session_cookie",
    "template_editor",
]

_HERE = Path(__file__).resolve().parent


def _text(*names: str) -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


_REVIEW = "review_component/"
_SENDING_JS = ("nodes", "outbox", "seat")
_SHARED_JS = ("keys", *_SENDING_JS, "page_view", "field_row", "effort")
_FORM_JS = ("entry_values", "entry_queue", "live_checks", "dialogs", "messages", "field_list", "form")


def form_script(*names: str) -> str:
    """The scripts of the review form, or of the grid with `grid`, as one module without its export."""
    return _text(*(f"{_REVIEW}{name}.js" for name in (*_SHARED_JS, *(names or _FORM_JS))))


_review_form = component(
    "review_form",
    html=_text(_REVIEW + "form.html"),
    css=_text(_REVIEW + "form.css"),
    js=form_script() + "\nexport default mountReview;\n",
)
_column_grid = component(
    "column_grid",
    html=_text(_REVIEW + "grid.html"),
    css=_text(_REVIEW + "form.css"),
    js=form_script("grid") + "\nexport default mountGrid;\n",
)
_template_editor = component(
    "template_editor",
    html=_text("template_component/editor.html"),
    css=_text("template_component/editor.css"),
    js=_text("template_component/editor.js"),
)
_TYPING = "typing_component/typing"
_copy_list = component(
    "copy_list", html=_text(_TYPING + ".html"), css=_text(_TYPING + ".css"), js=_text(_TYPING + ".js")
)
_FRAME_JS = (*(f"{_REVIEW}{name}.js" for name in _SENDING_JS), "frame_component/courier.js", "frame_component/frame.js")
_frame = component("frame", html="<span></span>", js=_text(*_FRAME_JS))
_session_cookie = component("session_cookie", html="<span></span>", js=_text("session_component/session.js"))


def review_form(
    *, account: str, mode: str, book: int | None, entry: int | None, visit: str, single: bool, by_page: bool = False
) -> None:
    """The fast review form; it talks to the server by itself and needs no rerun.

    Args:
        account: whose work it is; the browser keeps unsent work apart by account.
        mode: `entry`, `doubtful` or `supervise`.
        book: restrict to a book; None for all books by priority.
        entry: open this entry first.
        visit: changes when the form must start afresh.
        single: show only `entry`.
        by_page: entries as they stand in the book, instead of easy ones first.
    """
    _review_form(
        key="review_form",
        data={
            "account": account,
            "mode": mode,
            "book": "" if book is None else str(book),
            "entry": "" if entry is None else str(entry),
            "visit": visit,
            "single": single,
            "order": "page" if by_page else "",
        },
    )


def column_grid(*, account: str, book: int, column: str) -> None:
    """One column of a book as a grid of crops."""
    _column_grid(key="column_grid", data={"account": account, "book": str(book), "column": column})


def copy_list(*, visit: str, fields: list[dict[str, str]]) -> None:
    """Fields to copy one by one with a key: `label`, `value`, `note`.

    Args:
        visit: changes when another entry is shown.
        fields: in the order they are copied in.
    """
    _copy_list(key="copy_list", data={"visit": visit, "fields": fields})


def around_screens(*, account: str, ahead: Sequence[str], wide: bool = False) -> None:
    """What goes on in the page around the screens.

    Words of the framework in Vietnamese, scripts fetched in advance, and work that waits in the browser is sent.

    Args:
        account: who is signed in; "" for nobody.
        ahead: addresses of scripts that the next screen will need, below the server's.
        wide: the screen needs the whole width: it begins with the menu closed.
    """
    with st.container(key="around"):
        _frame(key="frame", data={"account": account, "ahead": list(ahead), "wide": wide})


def session_cookie(*, action: str, token: str, visit: str) -> str | None:
    """Sets (`keep`) or takes away (`end`) the session cookie; the answer comes with a later rerun."""
    result = _session_cookie(
        key="session_cookie", data={"action": action, "token": token, "visit": visit}, on_done_change=lambda: None
    )
    done: str | None = result.done
    return done


def template_editor(
    *,
    key: str,
    page_image: str,
    boxes: list[dict[str, Any]],
    words: list[dict[str, Any]],
    columns: list[dict[str, str]],
) -> list[dict[str, Any]]:
    """Boxes drawn on a page; returns them as they stand now.

    Args:
        key: changes when another page or template is opened.
        page_image: address of the page's picture.
        boxes: what to begin with: `id`, `column`, `label`, `box` (fractions).
        words: printed words found: `text`, `box`.
        columns: what a box may feed: `name`, `label`.
    """
    data = {"key": key, "page_image": page_image, "boxes": boxes, "words": words, "columns": columns}
    result = _template_editor(key=f"template_editor_{key}", data=data, on_boxes_change=lambda: None)
    return list(result.boxes) if result.boxes is not None else boxes
