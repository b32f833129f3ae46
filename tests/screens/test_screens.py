"""Every screen opens for every role that has it, without a fault; those a role lacks are not in its menu."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from corrections.entries import Role
from tests.screens.office import PASSWORD, Office
from workbench.config import load_settings
from workbench.screens.screen_list import PAGES, first_path
from workbench.services.context import Context
from workbench.services.first_start import FIRST_CODE

pytestmark = pytest.mark.screens

APP = str(Path(__file__).resolve().parents[2] / "streamlit_app.py")
SCREENS = [screen for _, screens in PAGES for screen in screens]


def opened(office: Office, role: Role | None, file: str | None = None) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    if role:
        app.session_state["token"] = office.tokens[role]
    app.run()
    if file:
        app.switch_page(f"workbench/screens/pages/{file}.py").run()
    return app


def texts(app: AppTest) -> str:
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.error, *app.info, *app.success, *app.warning]
    return " ".join(str(part.value) for part in parts)


@pytest.mark.parametrize("chosen", [False, True], ids=["no book chosen", "book chosen"])
@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_screen_opens_for_whom_it_is_meant(office: Office, role: Role, chosen: bool) -> None:
    context: Context = office.context(role)
    app = opened(office, role)
    if chosen:
        app.session_state["book"] = office.book_id
    for screen in SCREENS:
        app.switch_page(f"workbench/screens/pages/{screen.file}.py").run()
        assert not app.exception, screen.file
        if context.may(*screen.roles) or screen.path == first_path():
            assert not app.error, (screen.file, [e.value for e in app.error])
        else:
            assert "không có quyền" in texts(app) and not app.header, screen.file


def test_nothing_shows_without_signing_in(office: Office) -> None:
    app = opened(office, None)
    assert "Đăng nhập" in texts(app) and "UBND" not in texts(app)
    app.session_state["token"] = "made-up"
    app.run()
    assert "Đăng nhập" in texts(app)


@pytest.mark.parametrize(
    ("name", "heading"), [("congan", "Đối soát"), ("thanhtra", "Tìm kiếm"), ("kiemtra", "Chào Phạm Kiểm Tra")]
)
def test_whoever_signs_in_comes_to_a_screen_of_their_own(office: Office, name: str, heading: str) -> None:
    app = opened(office, None)
    app.text_input[0].set_value(name)
    app.text_input[1].set_value(PASSWORD)
    app.button[0].click().run()
    assert [h.value for h in app.header] == [heading] and not app.error


def test_signing_in_and_out(office: Office) -> None:
    app = opened(office, None)
    app.text_input[0].set_value("nhaplieu")
    app.text_input[1].set_value("sai-mat-khau")
    app.button[0].click().run()
    assert "không đúng" in texts(app)
    app.text_input[1].set_value(PASSWORD)
    app.button[0].click().run()
    assert "Chào" in texts(app)
    next(b for b in app.button if b.label == "Đăng xuất").click().run()
    assert "Đăng nhập" in texts(app)


def test_first_start_makes_the_administrator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(tmp_path / "new"))
    load_settings.cache_clear()
    try:
        app = AppTest.from_file(APP, default_timeout=120).run()
        code, _, name, password, again = app.text_input
        code.set_value(FIRST_CODE.show())
        name.set_value("quantri")
        password.set_value(PASSWORD)
        again.set_value("khac-di")
        app.button[0].click().run()
        assert "Chưa ghi họ và tên" in texts(app)
        app.text_input[1].set_value("Lê Thị Đầu Tiên")
        app.button[0].click().run()
        assert "khác nhau" in texts(app)
        app.text_input[0].set_value(FIRST_CODE.show())
        app.text_input[4].set_value(PASSWORD)
        app.button[0].click().run()
        assert not app.exception and "Chào Lê Thị Đầu Tiên" in texts(app)
    finally:
        load_settings.cache_clear()
