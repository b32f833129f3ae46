"""Text from data shown as it is: names, offices, file names and addresses are never markup."""

from __future__ import annotations

import re

__all__ = ["plain"]

_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~$&^@]|:(?=[A-Za-z/])|(?<=www)\.", re.IGNORECASE)
"""Signs of markdown; of what Streamlit adds to it (`$` formulas, `:` colours, icons and emojis); of HTML; and of
addresses that would become links by themselves."""
_BEGINNINGS = re.compile(r"^(\d*)([-+=.)])")
"""What makes a line a list, a rule, or the line above it a heading."""


def plain(text: object) -> str:
    """The text with everything that would be markup taken literally; lines stay lines."""
    lines = (_SIGNS.sub(r"\\\g<0>", line.strip()) for line in str(text).splitlines())
    return "  \n".join(_BEGINNINGS.sub(r"\1\\\2", line) for line in lines)
