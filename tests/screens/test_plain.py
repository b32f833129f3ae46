"""Text from data is never markup."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from workbench.screens.plain import plain

NASTY = (
    "**đậm** và _nghiêng_",
    "[bấm vào đây](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example www.evil.example a@evil.example",
    "<script>alert(1)</script> &lt;b&gt;",
    "# Tiêu đề",
    "- một",
    "1. một",
    "2) hai",
    "> trích",
    "`mã` ~~gạch~~ | a | b |",
    ":red[đỏ] :material/lock: :smile: $x^2$",
    "===",
    "---",
    "a\\*b",
)


def _shown(text: str) -> str:
    """What a browser shows of rendered markdown, spaces aside; fails on any element but lines of a paragraph."""
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(plain(text))
    assert not re.search(r"<(?!/?p>|br ?/>)", rendered), rendered
    return "".join(html.unescape(re.sub(r"<[^>]+>", "", rendered)).split())


@pytest.mark.parametrize("text", NASTY)
def test_markup_is_shown_as_it_is(text: str) -> None:
    assert _shown(text) == "".join(text.split())


@pytest.mark.parametrize("text", NASTY)
def test_streamlits_own_markup_is_broken(text: str) -> None:
    escaped = plain(text)
    assert not re.search(r"(?<!\\):(red|material|smile)", escaped)
    assert not re.search(r"(?<!\\)\$", escaped)
    assert "https://" not in escaped and "www.e" not in escaped and "a@" not in escaped


@given(
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x1EFF, exclude_categories=("C", "Z")), max_size=40)
)
def test_any_text_comes_out_whole(text: str) -> None:
    assert _shown(text) == "".join(text.split())


def test_ordinary_sentences_stay_readable() -> None:
    assert plain("Đã lưu 3 dòng (2 cũ). Hãy xem lại!") == "Đã lưu 3 dòng (2 cũ). Hãy xem lại!"
