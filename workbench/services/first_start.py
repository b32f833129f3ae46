"""The one-time code without which nobody makes the first administrator from a browser.

`serve` prints it on its console, so only who started the server knows it. It lives in the server's memory alone, ends
with the first account, and after a few wrong tries only a restart of the server gives another.
"""

from __future__ import annotations

import hmac
import secrets
import threading

__all__ = ["FIRST_CODE", "OneTimeCode"]

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Nothing that is read as something else."""
_LENGTH = 12
"""Letters of the one-time code: 59 bits."""
_TRIES = 10
"""Wrong ones until the code is of no use; the next start makes a new one."""


class OneTimeCode:
    """A code that is made when it is first shown, and is worth nothing before."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._code = ""
        self._tries = 0

    def show(self) -> str:
        """The code, in groups that are easy to type."""
        with self._guard:
            if not self._code:
                self._code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
            return "-".join(self._code[i : i + 4] for i in range(0, _LENGTH, 4))

    def accepts(self, typed: str) -> bool:
        """Whether that is the code; a wrong one counts, and too many make the code worthless."""
        plain = "".join(c for c in typed.upper() if c.isalnum())
        with self._guard:
            if not self._code or self._tries >= _TRIES:
                return False
            if hmac.compare_digest(plain.encode(), self._code.encode()):
                return True
            self._tries += 1
            return False


FIRST_CODE = OneTimeCode()
"""The code of this server process."""
