"""Ending together: a long-running program that a command starts takes the command's place, so that no signal misses it.

Somebody who stops `serve`, closes its terminal or stops the service of the system ends the server itself, not a parent
that leaves it behind holding the port and the database.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

__all__ = ["allow_many_lines", "become", "end_like_ctrl_c"]

_MOST_OPEN = 65_536
"""Files and lines a server may hold open, where the system allows so many."""


def become(command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> NoReturn:
    """Run a program in place of this one, with the same process number and terminal.

    Windows has no such step: there the program is waited for, and what closes its window ends both.

    Args:
        command: with the program's full path first.
        folder: where it runs.
        environment: all of its variables.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":
        sys.exit(subprocess.call(command, cwd=folder, env=environment))
    os.chdir(folder)
    os.execve(command[0], list(command), dict(environment))


def allow_many_lines() -> None:
    """Raise what this process may hold open to what the system allows.

    A desktop gives 1,024 unless asked: whoever opens that many lines and sends nothing would keep everybody else out,
    and the database would find no file to open either.
    """
    try:
        import resource
    except ImportError:  # Windows counts otherwise
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_OPEN if hard == resource.RLIM_INFINITY else min(_MOST_OPEN, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def end_like_ctrl_c() -> None:
    """A stop asked for by the system, or a closed terminal, ends this process as Ctrl+C does: in order.

    Reading processes are ended and temporary files removed on the way out. What somebody chose to outlive its terminal
    (`nohup`) does so.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
