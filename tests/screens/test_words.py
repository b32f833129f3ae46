"""No screen speaks English or shows the names of the record: every word is Vietnamese, or listed here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from corrections.entries import DecisionKind, Role
from tests.screens.office import Office
from tests.screens.test_flows import confirm
from tests.screens.test_screens import SCREENS, opened
from vietnamese.syllables import is_syllable
from workbench.services import exporting, reading_queue

pytestmark = pytest.mark.screens

_WORD = re.compile(r"[^\W\d]{2,}")
_NOT_SHOWN = {
    *("id", "form_id", "element_id", "user_key", "script_path", "url_path", "icon", "data_id", "mime_type"),
    *("accept_language", "file_type", "type", "url", "page", "page_script_hash", "format", "color", "border_color"),
    *("selection_mode", "arrow_data", "data", "styler", "columns", "vega_lite_theme", "theme", "spec", "key"),
    *("autocomplete", "datasets", "name", "default", "deferred_file_id"),
}
"""Fields of the framework's messages that are for the browser, not for people."""
_ALSO = frozenset(
    # file types, keys, machines and what has no Vietnamese name
    re.findall(
        r"\w+",
        "Excel PDF pdf zip xlsx csv CSV txt png JPEG PNG TIFF HEIC DPI HTML JSON SHA KB MB CER Unicode TCVN VNI Ctrl "
        "Enter Shift Alt Text NFC Word docx Dask USB CMND CCCD UBND jsonl truth ZIP dpi STT KS KT KH "
        # an example of typing without marks, the office's accounts, a setting of the system, a head of the standard
        "nguyen nhaplieu kiemtra quantri congan thanhtra WORKBENCH_IMPORT_FOLDERS file "
        # a command
        "serve lookups",
    )
)


_FROM_OUTSIDE = {"Tệp", "Thư mục", "Mã băm", "Tên đăng nhập", "Ai", "Cũ", "Mới", "Đúng là", "Máy đọc"}
"""Columns of a table in which people's own words and figures stand."""


def _strings(message: Message) -> Iterator[str]:
    """Every text of a message that people may see."""
    for field, value in message.ListFields():
        if field.name in _NOT_SHOWN:
            continue
        repeated = isinstance(value, Iterable) and not isinstance(value, str | bytes | Message)
        for one in value if repeated else [value]:
            if isinstance(one, str):
                yield one
            elif isinstance(one, Message):
                yield from _strings(one)


def _elements(block: Block) -> Iterator[Element | Block]:
    for child in block.children.values():
        yield child
        if isinstance(child, Block):
            yield from _elements(child)


def _shown(app: AppTest) -> Iterator[tuple[str, str]]:
    """Kind of element and text, for everything on a screen."""
    for element in [*_elements(app.main), *_elements(app.sidebar)]:
        proto: Any = getattr(element, "proto", None)
        kind = getattr(element, "type", "block")
        if kind in ("html", "bidi_component", "iframe"):
            continue
        if isinstance(proto, Message):
            for text in _strings(proto):
                yield kind, text
        if kind == "multiselect" and not proto.placeholder:
            yield kind, "Choose options"  # what the framework says of its own
        if kind == "selectbox" and not proto.placeholder and not proto.HasField("default"):
            yield kind, "Choose an option"
        if kind == "dataframe":
            frame = element.value  # type: ignore[union-attr]
            yield from (("head", str(name)) for name in frame.columns)
            cells = (cell for name in frame.columns if name not in _FROM_OUTSIDE for cell in frame[name])
            yield from (("cell", cell) for cell in cells if isinstance(cell, str))
        if kind == "vega_lite_chart":
            yield from (("chart", text) for text in _titles(json.loads(proto.spec)))


def _titles(spec: Any) -> Iterator[str]:
    """Titles of axes and legends; where there is none the field's own name stands there."""
    if isinstance(spec, dict):
        if "field" in spec and spec.get("title", spec["field"]):
            yield str(spec.get("title", spec["field"]))
        for value in spec.values():
            yield from _titles(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from _titles(value)


def _foreign(text: str) -> list[str]:
    plain = re.sub(r":material/\w+:|^/\S+|`[^`]*`|«[^»]*»|\{[{%].*?[%}]\}", " ", text)
    return [w for w in _WORD.findall(plain) if w not in _ALSO and not is_syllable(w)]


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADMINISTRATOR], ids=str)
def test_every_word_on_every_screen_is_vietnamese(office: Office, role: Role) -> None:
    for entry_id in office.entry_ids[:4]:
        confirm(office, entry_id, nksDanToc="Kinh")
    for entry_id in office.entry_ids[:2]:
        confirm(office, entry_id, DecisionKind.APPROVE)
    exporting.export_book(office.context(Role.SUPERVISOR), office.book_id)
    reading_queue.queue_book(office.context(Role.CLERK), office.book_id)
    app = opened(office, role)
    app.session_state["book"] = office.book_id
    found: dict[str, set[str]] = {}
    for screen in SCREENS:
        if not office.context(role).may(screen.role):
            continue
        app.switch_page(f"workbench/screens/pages/{screen.file}.py").run()
        assert not app.exception, screen.file
        for kind, text in _shown(app):
            if words := _foreign(text):
                found.setdefault(f"{screen.file} {kind}", set()).add(f"{' '.join(words)} in «{text[:80]}»")
    assert not found, "\n" + "\n".join(f"{where}: {what}" for where, texts in found.items() for what in sorted(texts))
