"""Exit codes of the command line: documented, never renumbered."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["ExitCode"]


class ExitCode(IntEnum):
    """What a finished command tells the program that started it."""

    DONE = 0
    """All of it."""
    UNEXPECTED = 1
    """A fault of the program; a traceback was printed."""
    USAGE = 2
    """The call's words are off."""
    SOME_FAILED = 3
    """Work was done, but some pages, files or rows failed; the output names them."""
    INPUT = 4
    """Nothing could be read from the input given."""
    MISSING_PROGRAM = 5
    """Tesseract, its Vietnamese data or another needed program is missing; `doctor` tells which."""
    STORAGE = 6
    """The database or the disk refused (full disk, no permission, damaged file); nothing was half-written."""
    REFUSED = 7
    """The rules refuse: an export with errors, a book that is not complete, a role that may not."""
    NOT_FOUND = 8
    """No such book, entry or account."""
    INTERRUPTED = 130
    """Stopped by the user; what was done is kept, the same command goes on."""
