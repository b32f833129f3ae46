"""Commands about accounts and the log: the way back for the last administrator, and a search index put right."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pyotp
import pytest

from storage.clock import now
from workbench.config import load_settings
from workbench.services import second_factor, sessions
from workbench.services.accounts import list_accounts
from workbench.services.context import open_context, system_context
from workbench.services.second_step_rules import Requirement, SecondStepNeeded, Step

pytestmark = pytest.mark.slow

PASSWORD = "ba con thuyền giấy"
Run = Callable[..., int]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("WORKBENCH_DATABASE_URL", raising=False)
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


def test_the_last_administrator_gets_in_again(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PASSWORD.encode()), "utf-8"))
    assert run("users", "add", "quantri", "--role", "administrator", "--password-stdin") == 0
    settings = load_settings()
    system = system_context(settings)
    (account,) = list_accounts(system)
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).at(now())
    second_factor.switch_on(system.as_account(account), password=PASSWORD, secret=secret, code=code)
    second_factor.require_second_factor(system, Requirement.ALL)
    with pytest.raises(SecondStepNeeded) as needed:
        sessions.sign_in(open_context(settings), name="quantri", password=PASSWORD)
    assert needed.value.given.step is Step.CODE
    assert run("users", "reset-second-step", "khong-co-ai") != 0
    assert run("users", "reset-second-step", "quantri") == 0
    assert "Đã đặt lại đăng nhập hai bước của quantri" in capsys.readouterr().err
    with pytest.raises(SecondStepNeeded) as needed:
        sessions.sign_in(open_context(settings), name="quantri", password=PASSWORD)
    assert needed.value.given.step is Step.SWITCH_ON, "required still: another telephone is set up at the door"
    assert run("users", "reset-second-step", "quantri") != 0, "there is none"


def test_the_index_is_put_right_by_a_command(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("prepare") == 0
    assert run("audit", "--mend-index") == 0
    assert "đã dựng lại cho 0 trường hợp" in capsys.readouterr().err
    with closing(sqlite3.connect(load_settings().data_dir / "workbench.sqlite3")) as connection, connection:
        connection.execute("INSERT INTO entry_words (word, entry_id) VALUES ('la', 9)")
    assert run("audit") != 0
    assert "Chỉ mục tìm kiếm của trường hợp mã 9" in capsys.readouterr().err
    assert run("audit", "--mend-index") == 0
    assert "đã dựng lại cho 1 trường hợp" in capsys.readouterr().err
