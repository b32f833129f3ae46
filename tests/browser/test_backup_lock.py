"""An administrator locks the backups with a passphrase, makes one, and it opens with that passphrase alone."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from corrections.entries import Role
from tests.browser.server import Server
from tests.browser.test_workbench import PATIENT, come_in
from tests.databases import every_entry
from tests.screens.office import Office, make_office
from workbench.config import Settings
from workbench.services.backup import restore_backup
from workbench.services.backup_encryption import unlock_backup
from workbench.services.context import system_context
from workbench.services.errors import ServiceError

pytestmark = pytest.mark.browser
PHRASE = "con thuyền xuôi bến Thử Nghiệm"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office(tmp_path_factory.mktemp("backup-office"), entry_count=2)


def _lock(page: Page, first: str, again: str) -> None:
    page.get_by_label("Cụm mật khẩu (ít nhất 12 ký tự)").fill(first)
    page.get_by_label("Nhập lại cụm mật khẩu").fill(again)
    page.get_by_role("button", name="Khóa từ nay").click()


def test_backups_are_locked_from_the_screen(page: Page, server: Server, office: Office, tmp_path: Path) -> None:
    come_in(page, server, office, Role.ADMINISTRATOR)
    page.goto(f"{server.url}/settings")
    page.get_by_role("tab", name="Sao lưu").click()
    expect(page.get_by_text("Bản sao lưu chưa khóa")).to_be_visible(timeout=PATIENT)
    _lock(page, PHRASE, PHRASE + "!")
    expect(page.get_by_text("Hai lần nhập khác nhau")).to_be_visible(timeout=PATIENT)
    _lock(page, "ngắn quá", "ngắn quá")
    expect(page.get_by_text("12 ký tự").last).to_be_visible(timeout=PATIENT)
    _lock(page, PHRASE, PHRASE)
    expect(page.get_by_text("chỉ mở được bằng cụm mật khẩu")).to_be_visible(timeout=PATIENT)
    page.get_by_role("button", name="Tạo bản sao lưu").click()
    expect(page.get_by_text("Đã tạo «")).to_be_visible(timeout=PATIENT)
    expect(page.get_by_text("chưa có bản nào")).not_to_be_visible(timeout=PATIENT)
    page.screenshot(path=tmp_path / "backup.png", full_page=True)
    (made,) = (office.settings.data_dir / "backups").glob("*.zip")
    with zipfile.ZipFile(made) as archive:
        assert {name for name in archive.namelist() if name.endswith(".age")} == {"khoa.age", "sao-luu.zip.age"}
    opened, back = tmp_path / "mo.zip", Settings(data_dir=tmp_path / "back", database_url="")
    with pytest.raises(ServiceError):
        unlock_backup(made, opened, passphrase="con thuyền khác hẳn")
    with pytest.raises(ServiceError):
        restore_backup(back, made)
    unlock_backup(made, opened, passphrase=PHRASE)
    restore_backup(back, opened)
    with system_context(back).read() as connection:
        assert len(list(every_entry(connection))) == len(office.entry_ids)
