"""What every test leaves as it found it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest

_VARIABLES = ("TMPDIR", "TEMP", "TMP")


@pytest.fixture(autouse=True)
def the_temporary_folder_stays() -> Iterator[None]:
    """Commands run inside a test put their temporary files into that test's data folder; the next test, and the browser
    it starts (whose sockets allow no long path), have the system's again."""
    before = {name: os.environ.get(name) for name in _VARIABLES}
    folder = tempfile.tempdir
    yield
    tempfile.tempdir = folder
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
