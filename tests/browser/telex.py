"""Types Vietnamese as people do, by Telex through an input method that composes each word, and counts the keys.

The browser sees what it sees under ibus or the Windows text services: for each key a `keydown` that belongs to the
input method (code 229), then the word so far as a composition, and the word itself when it is finished.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from playwright.sync_api import CDPSession, Page

from benchmark.mending import presses

__all__ = ["type_telex", "word_states"]

_INPUT_METHOD = 229


def word_states(word: str) -> Iterator[str]:
    """The word as it stands after each key: `ễ` comes up as `e`, `ê`, `ễ`."""
    done = ""
    for letter in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", letter)
        if letter in "đĐ":
            yield done + ("d" if letter == "đ" else "D")
        for length in range(1, len(parts) + 1):
            yield done + unicodedata.normalize("NFC", parts[:length])
        done += letter


def type_telex(page: Page, keyboard: CDPSession, text: str) -> int:
    """Type a text into the field in focus, over what is selected there; returns how many keys it took."""
    words = unicodedata.normalize("NFC", text).split(" ")
    for number, word in enumerate(words):
        if number:
            page.keyboard.press("Space")
        if word.isascii():
            page.keyboard.type(word)
        elif word:
            _compose(keyboard, word)
    return presses(text)


def _compose(keyboard: CDPSession, word: str) -> None:
    key = {"windowsVirtualKeyCode": _INPUT_METHOD, "key": "Process", "code": ""}
    for state in word_states(word):
        keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        keyboard.send(
            "Input.imeSetComposition", {"text": state, "selectionStart": len(state), "selectionEnd": len(state)}
        )
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    keyboard.send("Input.insertText", {"text": word})
