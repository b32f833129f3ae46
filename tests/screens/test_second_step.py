"""The second step of signing in on the screens: switched on, asked for, required, reset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from streamlit.testing.v1 import AppTest

from corrections.entries import Role
from tests.screens.office import PASSWORD, Office
from tests.screens.test_flows import field, press
from tests.screens.test_screens import opened, texts
from workbench.services import second_factor, second_step
from workbench.services.accounts import reset_password
from workbench.services.second_step_rules import Requirement

pytestmark = pytest.mark.screens


@pytest.fixture(autouse=True)
def moments(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The server's clock, which goes on when a code is asked for: nobody has to wait for the next one."""
    at = [datetime(2026, 12, 1, 2, 0, tzinfo=UTC)]
    monkeypatch.setattr(second_step, "now", lambda: at[0])
    return at


def code_of(secret: str, moments: list[datetime]) -> str:
    moments[0] += timedelta(minutes=1)
    return pyotp.TOTP(secret.replace(" ", "")).at(moments[0])


def signing_in(office: Office, name: str, password: str = PASSWORD) -> AppTest:
    app = opened(office, None)
    app.text_input[0].set_value(name)
    app.text_input[1].set_value(password)
    app.button[0].click().run()
    return app


def give(app: AppTest, code: str) -> None:
    next(box for box in app.text_input if box.label.startswith("Mã sáu số")).set_value(code)
    press(app, "Đăng nhập")


def secret_on(app: AppTest) -> str:
    assert any("data:image/svg+xml" in html.proto.body for html in app.get("html"))  # the picture for the telephone
    return app.code[0].value


def test_a_clerk_switches_it_on_and_gives_a_code_from_then_on(office: Office, moments: list[datetime]) -> None:
    app = opened(office, Role.CLERK, "my_account")
    press(app, "Bật đăng nhập hai bước")
    secret = secret_on(app)
    field(app, "Mã sáu số đang hiện trên điện thoại").set_value("000000")
    field(app, "Mật khẩu đang dùng").set_value("sai-mat-khau")
    press(app, "Bật")
    assert "Mật khẩu đang dùng không đúng" in texts(app) and secret_on(app) == secret, "the telephone keeps its secret"
    field(app, "Mã sáu số đang hiện trên điện thoại").set_value(code_of(secret, moments))
    [box for box in app.text_input if box.label == "Mật khẩu đang dùng"][-1].set_value(PASSWORD)
    press(app, "Bật")
    assert "Đã bật đăng nhập hai bước" in texts(app) and not app.exception
    recovery = [line.split(". ")[1] for line in app.code[0].value.splitlines()]
    assert len(recovery) == 10
    press(app, "Tôi đã cất mã dự phòng")
    assert "Còn 10 mã dự phòng" in texts(app) and not app.code

    app = signing_in(office, "nhaplieu")
    assert "Bước hai" in texts(app) and "Chào" not in texts(app)
    give(app, "123456")
    assert "Giờ máy chủ là" in texts(app) and "Chào" not in texts(app)
    give(app, code_of(secret, moments))
    assert "Chào" in texts(app)
    app = signing_in(office, "nhaplieu")
    press(app, "Quay lại")
    assert "Bước hai" not in texts(app)
    app = signing_in(office, "nhaplieu")
    give(app, recovery[0])
    assert "Chào" in texts(app)


def test_whoever_must_have_it_sets_the_telephone_up_at_the_door(office: Office, moments: list[datetime]) -> None:
    second_factor.require_second_factor(office.system, Requirement.ADMINISTRATORS)
    app = signing_in(office, "quantri")
    assert "bắt buộc đăng nhập hai bước" in texts(app) and "Chào" not in texts(app)
    secret = secret_on(app)
    give(app, "000000")
    assert "Mã không đúng" in texts(app) and secret_on(app) == secret
    give(app, code_of(secret, moments))
    assert "Đã bật đăng nhập hai bước" in texts(app) and len(app.code[0].value.splitlines()) == 10
    press(app, "Tôi đã cất mã dự phòng")
    assert "Chào" in texts(app) and not app.exception
    app.switch_page("workbench/screens/pages/my_account.py").run()
    assert next(b for b in app.button if b.label == "Tắt đăng nhập hai bước").disabled
    assert signing_in(office, "nhaplieu").button, "a clerk needs none"


def test_an_administrator_resets_and_requires_it(office: Office, moments: list[datetime]) -> None:
    secret = pyotp.random_base32()
    second_factor.switch_on(office.context(Role.CLERK), password=PASSWORD, secret=secret, code=code_of(secret, moments))
    app = opened(office, Role.ADMINISTRATOR, "accounts")
    assert list(app.dataframe[0].value["Hai bước"]).count("Có") == 1
    box = field(app, "Người mất điện thoại và mã dự phòng", lambda a: a.selectbox)
    box.select_index(0)
    press(app, "Đặt lại")
    assert "Đã đặt lại đăng nhập hai bước" in texts(app)
    assert not second_factor.with_second_factor(office.context(Role.ADMINISTRATOR))
    field(app, "Với tài khoản nào", lambda a: a.selectbox).select_index(3)
    [b for b in app.button if b.label == "Lưu"][-1].click().run()
    assert "cho chính mình trước" in texts(app)
    assert second_factor.requirement(office.context(Role.ADMINISTRATOR)) is Requirement.NOBODY


def test_nothing_of_whoever_was_here_before_is_left_for_the_next(office: Office) -> None:
    """A session ends by itself, its tab stays open, and somebody else signs in on it."""
    app = opened(office, Role.ADMINISTRATOR)
    app.session_state["own_recovery_codes"] = ("ABCD-EFGH-JKLM",)
    app.session_state["book"] = office.book_id
    app.session_state["token"] = "ended"
    app.run()
    assert "Đăng nhập" in texts(app)
    app.text_input[0].set_value("quantri")
    app.text_input[1].set_value(PASSWORD)
    app.button[0].click().run()
    assert app.session_state["own_recovery_codes"] == ("ABCD-EFGH-JKLM",), "the same person goes on"
    app.session_state["token"] = "ended"
    app.run()
    app.text_input[0].set_value("nhaplieu")
    app.text_input[1].set_value(PASSWORD)
    app.button[0].click().run()
    assert "Chào Vũ Thị Nhập" in texts(app)
    assert "own_recovery_codes" not in app.session_state and "book" not in app.session_state
    app.switch_page("workbench/screens/pages/my_account.py").run()
    assert not app.code and not app.exception


def test_a_password_that_the_administrator_set_opens_nothing_before_its_owner_chose_another(office: Office) -> None:
    boss = office.context(Role.ADMINISTRATOR)
    clerk = office.context(Role.CLERK).who
    reset_password(boss, clerk.id, "con-vit-boi-qua-song")
    assert "Chờ đặt mật khẩu" in list(opened(office, Role.ADMINISTRATOR, "accounts").dataframe[0].value["Tình trạng"])
    app = signing_in(office, "nhaplieu", "con-vit-boi-qua-song")
    assert "Đặt mật khẩu của bạn" in texts(app) and "Chào" not in texts(app) and "token" not in app.session_state
    for new, again, told in (
        ("mot hai", "mot ba", "khác nhau"),
        ("ngan", "ngan", "8"),
        ("con-vit-boi-qua-song",) * 2 + ("mật khẩu khác",),
    ):
        choose(app, new, again)
        assert told in texts(app) and "Chào" not in texts(app)
    choose(app, PASSWORD, PASSWORD)
    assert "Chào Vũ Thị Nhập" in texts(app) and not app.exception
    assert "Chào" in texts(signing_in(office, "nhaplieu"))


def choose(app: AppTest, new: str, again: str) -> None:
    field(app, "Mật khẩu mới (ít nhất 8 ký tự)").set_value(new)
    field(app, "Nhập lại mật khẩu mới").set_value(again)
    press(app, "Đặt mật khẩu và vào")
