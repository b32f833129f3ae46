"""The first screen of each role leads to its work; on a new installation it says what comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from corrections.entries import DecisionKind, Role
from storage.pages import mark_page
from storage.states import PageState
from tests.screens.office import PASSWORD, Office, add_book
from tests.screens.test_flows import confirm, press
from tests.screens.test_screens import opened, texts
from workbench.config import Settings, load_settings
from workbench.screens.screen_list import PAGES
from workbench.services import accounts, reading_queue, review, sessions
from workbench.services.books import book_pages
from workbench.services.context import Context, open_context
from workbench.services.first_start import FIRST_CODE
from workbench.services.moving_pages import move_pages

pytestmark = pytest.mark.screens


def told(office: Office, role: Role) -> str:
    app = opened(office, role)
    assert not app.exception
    return " ".join([texts(app), *(t.value for t in app.text), *(b.label for b in app.button)])


def test_a_clerk_goes_on_where_the_work_stopped(office: Office) -> None:
    first = told(office, Role.CLERK)
    assert "12 trường hợp chờ đối chiếu" in first and "Làm tiếp" not in first and "Mở hàng đợi" not in first
    confirm(office, office.entry_ids[0], nksDanToc="Kinh")
    then = told(office, Role.CLERK)
    assert "Làm tiếp Khai sinh · quyển 01/1998" in then and "trường hợp kế: số 2" in then
    assert "11 trường hợp chờ đối chiếu" in then
    other, _ = add_book(office, "07/1999", 201, 2)
    page = next(p for p in book_pages(office.context(Role.CLERK), other))
    move_pages(office.context(Role.CLERK), [page.id], office.book_id, reason="quét nhầm")
    add_book(office, "08/1999", 301, 1)
    assert "Làm tiếp Khai sinh · quyển 01/1998" in told(office, Role.CLERK)
    back = next(p for p in book_pages(office.context(Role.CLERK), other))
    move_pages(office.context(Role.CLERK), [page.id], other, reason="đúng quyển cũ", after=back.position)
    assert "Làm tiếp Khai sinh · quyển 01/1998" in told(office, Role.CLERK), (
        "moving pages is no work on a book's entries"
    )


def test_a_supervisor_sees_what_waits_and_what_is_ready(office: Office) -> None:
    for entry_id in office.entry_ids:
        confirm(office, entry_id, nksDanToc="Kinh")
    assert "12 trường hợp chờ kiểm tra" in told(office, Role.SUPERVISOR)
    no_case, *cases = office.entry_ids
    _set_aside(office, no_case)
    for entry_id in cases:
        confirm(office, entry_id, DecisionKind.APPROVE)
    page = book_pages(office.context(Role.CLERK), office.book_id)[0]
    _mark(office, page.id, PageState.FAILED)
    unread = told(office, Role.SUPERVISOR)
    assert "1 trang máy không lấy được gì, chờ bạn xem: Khai sinh · quyển 01/1998" in unread, "nothing led there"
    assert "chờ xuất" not in unread
    _mark(office, page.id, PageState.READ)
    assert "Đã duyệt hết, chờ xuất: Khai sinh · quyển 01/1998" in told(office, Role.SUPERVISOR)
    app = opened(office, Role.SUPERVISOR)
    press(app, "Xuất sổ")
    assert not app.exception


def _set_aside(office: Office, entry_id: int) -> None:
    review.save_entry(
        office.context(Role.SUPERVISOR),
        entry_id=entry_id,
        revision=office.entry(entry_id).revision,
        token=f"set-aside-{entry_id:08d}",
        decision=DecisionKind.SET_ASIDE,
        reason="trang trống",
    )


def _mark(office: Office, page_id: int, state: PageState) -> None:
    with office.context(Role.SUPERVISOR).database.write() as connection:
        mark_page(connection, page_id, state=state)


def test_a_click_is_not_lost_when_a_book_is_read_in_that_moment(office: Office) -> None:
    reading_queue.queue_book(office.context(Role.CLERK), office.book_id)
    reading_queue.rest_reading(office.context(Role.SUPERVISOR), rests=True)
    app = opened(office, Role.CLERK)
    assert "Chào" in texts(app)
    reading_queue.take_out(office.context(Role.SUPERVISOR), office.book_id)  # as when its last page is read
    press(app, "Đối chiếu")
    assert not app.exception
    assert "Chào" not in texts(app)


def new_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Office, Context]:
    """An office with its administrator and nothing else, and that administrator's context."""
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(tmp_path))
    load_settings.cache_clear()
    settings = Settings(data_dir=tmp_path)
    base = open_context(settings)
    admin = accounts.create_first_administrator(
        base, name="quantri", password=PASSWORD, full_name="Lê Quản Trị", code=FIRST_CODE.show()
    )
    token = sessions.sign_in(base, name="quantri", password=PASSWORD).token
    tokens = {Role.ADMINISTRATOR: token}
    return Office(settings=settings, tokens=tokens, book_id=0, entry_ids=()), base.as_account(admin)


def test_every_screen_without_a_book_leads_to_the_first_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty, _ = new_installation(tmp_path, monkeypatch)
    app = opened(empty, Role.ADMINISTRATOR)
    missing = {}
    for _, screens in PAGES:
        for screen in screens:
            app.switch_page(f"workbench/screens/pages/{screen.file}.py").run()
            assert not app.exception, screen.file
            if any(told.value == "Chưa có sổ nào." for told in app.info) and screen.file != "handover":
                missing[screen.file] = [b.label for b in app.button]
    assert {"books", "review", "queue", "export", "typing", "search"} <= set(missing)
    assert [file for file, buttons in missing.items() if "Thêm sổ, nhập bản quét" not in buttons] == []
    app.switch_page("workbench/screens/pages/export.py").run()
    press(app, "Thêm sổ, nhập bản quét")
    assert app.toggle[0].label == "Thêm sổ mới" and app.toggle[0].value


def test_a_new_installation_says_what_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty, boss = new_installation(tmp_path, monkeypatch)
    steps = told(empty, Role.ADMINISTRATOR)
    assert "thêm tài khoản cho người nhập" in steps and "Chưa có sổ nào: thêm sổ" in steps
    accounts.create_account(boss, name="nhaplieu", password=PASSWORD, role=Role.CLERK, own_password=True)
    clerk = sessions.sign_in(open_context(empty.settings), name="nhaplieu", password=PASSWORD).token
    waits = told(Office(settings=empty.settings, tokens={Role.CLERK: clerk}, book_id=0, entry_ids=()), Role.CLERK)
    assert "Người thêm được sổ: Lê Quản Trị" in waits
    load_settings.cache_clear()
