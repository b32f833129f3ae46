"""The framework's own scripts that a screen will need: the browser may fetch them before the screen is opened."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import streamlit

__all__ = ["scripts_of", "scripts_of_review"]

_FOLDER = Path(streamlit.__file__).resolve().parent / "static" / "static" / "js"
_ADDRESS = "static/js/"
_OF_REVIEW = ("Selectbox", "ButtonGroup", "Checkbox", "BidiComponent")
"""What the review is made of and the first screen is not: 30 files."""
_TAKEN = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')
"""What a script takes from another one when it is loaded."""
_BEGINNING = re.compile(r"index\.[\w-]+\.js")
"""What every page begins with; it names all others."""


@lru_cache(maxsize=8)
def scripts_of(*parts: str) -> tuple[str, ...]:
    """Addresses below the server's of the scripts for these parts of a screen, and of what they take from others.

    Args:
        *parts: as the framework calls them (`Selectbox`); one it does not have is left out: it is fetched when needed.
    """
    found: set[str] = set()
    waiting = [path.name for part in parts for path in _FOLDER.glob(f"{part}.*.js")]
    while waiting:
        name = waiting.pop()
        if name in found or _BEGINNING.fullmatch(name) or not (_FOLDER / name).is_file():
            continue
        found.add(name)
        waiting += _TAKEN.findall((_FOLDER / name).read_text(encoding="utf-8"))
    return tuple(sorted(_ADDRESS + name for name in found))


def scripts_of_review() -> tuple[str, ...]:
    """Those of the review, fetched while a person still looks at the first screen."""
    return scripts_of(*_OF_REVIEW)
