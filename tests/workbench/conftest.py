"""Commands called as the command line calls them, in this process."""

import sys
from collections.abc import Callable

import pytest

from workbench import cli


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Calls a command with its arguments; gives the exit code."""

    def called(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["workbench", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return int(left.value.code or 0)

    return called
