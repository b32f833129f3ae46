"""Opens the workbench in the browser once the server answers; the standard library alone. Started by run.cmd."""

import socket
import sys
import time
import webbrowser

PORT = 8501
_LONGEST = 180.0
"""Seconds: an old disk takes a minute to load the libraries for the first time."""
_PAUSE = 0.5


def answers(port: int) -> bool:
    """Whether something listens there on this machine."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def open_when_ready(port: int, longest: float = _LONGEST) -> bool:
    """Wait for the server and open the browser; False when nothing answered in that many seconds."""
    until = time.monotonic() + longest
    while not answers(port):
        if time.monotonic() > until:
            return False
        time.sleep(_PAUSE)
    return webbrowser.open(f"http://localhost:{port}")


if __name__ == "__main__":
    sys.exit(not open_when_ready(PORT))
