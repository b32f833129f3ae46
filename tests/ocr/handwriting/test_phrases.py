"""Set phrases propose what a misread sentence may say; other sentences stay as they are."""

from __future__ import annotations

import pytest

from layouts.columns import FieldKind
from ocr.handwriting.phrases import phrase_gain, with_phrases


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ("Chua đăng ky kết hôn vơi ai", "Chưa đăng ký kết hôn với ai"),
        ("Hiên tai chưa đăng kí kêt hôn với ai", "Hiện tại chưa đăng ký kết hôn với ai"),
        ("đã lyhôn theo quyêt đinh ly hôn sô 12/2004", "đã ly hôn theo quyết định ly hôn số 12/2004"),
        ("BỔ SUNG HÔ SƠ VAY VÔN", "BỔ SUNG HỒ SƠ VAY VỐN"),
        ("tai nan giao thông", "tai nạn giao thông"),
    ],
)
def test_a_sentence_that_comes_near_its_phrases_is_weighed_with_them(read: str, said: str) -> None:
    assert said in with_phrases(read)
    assert phrase_gain(said) > phrase_gain(read)


def test_signers_are_weighed_with_titles_and_free_text_is_not() -> None:
    assert "Phó chủ tịch Lê Lan" in with_phrases("Phố chủ tích Lê Lan", FieldKind.SIGNER)
    assert phrase_gain("Phó chủ tịch Lê Lan", FieldKind.SIGNER) > 0.0 == phrase_gain("Phó chủ tịch Lê Lan")


def test_a_cause_of_death_leaves_no_word_out() -> None:
    assert "Bệnh" not in with_phrases("Bệnh An")
    assert "Bệnh tim" in with_phrases("Bệnh tin")


def test_a_phrase_may_begin_on_the_line_above() -> None:
    assert "kết hôn với ai" in with_phrases("kêt hồn với ai")


@pytest.mark.parametrize("sentence", ["Đang đi biển dài ngày", "Mở lò gạch ở bãi Nổi", "Người Pháp gốc Việt"])
def test_an_unusual_sentence_is_offered_nothing(sentence: str) -> None:
    assert with_phrases(sentence) == []
    assert phrase_gain(sentence) == 0.0


def test_the_gain_of_a_long_sentence_has_an_end() -> None:
    once = "từ khi đủ tuổi kết hôn đến nay chưa đăng ký kết hôn với ai"
    assert phrase_gain(once) == phrase_gain(f"{once} {once}") > phrase_gain("chưa đăng ký kết hôn với ai")
