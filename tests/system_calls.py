"""What a program and all its children ask of the network, as the kernel saw it: native threads cannot hide from it."""

from __future__ import annotations

import ipaddress
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pytest

__all__ = ["outside_addresses", "skip_without_strace", "traced"]

_CALLS = "connect,sendto,sendmsg,sendmmsg,bind"
_CALL = re.compile(r"\b(connect|sendto|sendmsg|sendmmsg|bind)\(")
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')


@lru_cache(maxsize=1)
def _why_not() -> str:
    """Why calls cannot be watched here; empty when they can."""
    if shutil.which("strace") is None:
        return "strace is not installed: nobody watched the system calls (./test installs it)"
    done = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "true"], capture_output=True, text=True)
    return "" if done.returncode == 0 else f"strace may not trace here, system calls are not watched: {done.stderr}"


def skip_without_strace() -> None:
    """Skips the test, with the reason, where system calls cannot be watched."""
    if reason := _why_not():
        pytest.skip(reason)


def traced(command: Sequence[str], log: Path) -> list[str]:
    """The command run so that its calls to the network, and those of every child, are written to `log`."""
    return ["strace", "-f", "-qq", "--seccomp-bpf", "-s", "64", "-e", f"trace={_CALLS}", "-o", str(log), *command]


def outside_addresses(log: Path) -> set[str]:
    """Addresses beyond this machine that a traced program connected, sent or listened to: none is right."""
    found: set[str] = set()
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if _CALL.search(line):
            named = (four or six for four, six in _ADDRESS.findall(line))
            found |= {address for address in named if not ipaddress.ip_address(address).is_loopback}
    return found
