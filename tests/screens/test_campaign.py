"""The campaign's screens: units, forms, counting on paper, annexes, packages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from corrections.entries import Role
from layouts.register_types import RegisterType
from tests.screens.office import OFFICE, PASSWORD, Office
from tests.screens.test_flows import field, press
from tests.screens.test_screens import opened, texts
from vietnamese.legacy_charsets import _TCVN3
from workbench.services import accounts, offices, paper, sessions
from workbench.services.books import list_books

pytestmark = pytest.mark.screens


def _tables(app):  # type: ignore[no-untyped-def]  # AppTest's
    return " ".join(frame.value.to_string() for frame in app.dataframe)


def test_an_administrator_adds_units_and_books_find_theirs(office: Office) -> None:
    app = opened(office, Role.ADMINISTRATOR, "offices")
    field(app, "Mã đơn vị").set_value("25001")
    field(app, "Tên đơn vị").set_value("Xã Thử Nghiệm")
    press(app, "Lưu đơn vị")
    assert "Đã lưu Xã Thử Nghiệm" in texts(app)
    field(app, "Mã đơn vị").set_value("25001")
    field(app, "Tên đơn vị").set_value("Xã Khác")
    press(app, "Lưu đơn vị")
    assert "Mã 25001 đã là của Xã Thử Nghiệm" in texts(app)
    press(app, "Gắn sổ với đơn vị")
    assert "Đã gắn 1 sổ" in texts(app)
    (book,) = (b.book for b in list_books(office.system) if b.book.id == office.book_id)
    unit = offices.office_tree(office.system).by_code("25001")
    assert unit is not None and book.office_id == unit.id


def test_the_forms_of_a_commune_that_works_alone(office: Office) -> None:
    app = opened(office, Role.CLERK, "campaign")
    assert not app.exception and OFFICE in _tables(app)
    assert len(app.dataframe[0].value.columns) == 8, "what fits a laptop"
    field(app, "Mọi cột như bản in", lambda a: a.toggle).set_value(True).run()
    assert len(app.dataframe[0].value.columns) == 20 and OFFICE in _tables(app)
    for part in ("years", "volumes"):
        app.segmented_control[0].set_value(part).run()
        assert not app.exception and not app.error, part
        assert app.dataframe, part


def test_an_inspector_sees_the_campaign_and_changes_nothing(office: Office) -> None:
    paper.add_paper_line(office.system, words="2 quyển = 300 hồ sơ", register_type=RegisterType.DEATH)
    app = opened(office, Role.INSPECTOR, "campaign")
    for part in ("forms", "years", "volumes", "paper", "annexes", "packages"):
        app.segmented_control[0].set_value(part).run()
        assert not app.exception and not app.error, part
        assert {button.label for button in app.button} == {"Đăng xuất"}, part
        assert not app.get("file_uploader"), part
        assert part != "paper" or "2 quyển = 300 hồ sơ" in _tables(app)


def test_a_commune_that_shares_the_record_sends_its_package(office: Office) -> None:
    province = offices.save_office(office.system, Unit(code="70", name="Tỉnh Ví Dụ", level=OfficeLevel.PROVINCE))
    commune = Unit(code="25001", name="Xã Thử Nghiệm", level=OfficeLevel.COMMUNE, parent_id=province.id)
    unit = offices.save_office(office.system, commune)
    boss = office.context(Role.SUPERVISOR).who
    accounts.update_account(office.system, boss.id, office_id=unit.id)
    token = sessions.sign_in(office.system, name=boss.name, password=PASSWORD).token
    app = opened(replace(office, tokens={Role.SUPERVISOR: token}), Role.SUPERVISOR, "campaign")
    app.segmented_control[0].set_value("packages").run()
    assert field(app, "Đơn vị báo cáo", lambda a: a.selectbox).value == unit.id
    press(app, "Tạo gói số liệu")
    assert not app.exception and not app.error


def test_a_weeks_words_are_kept(office: Office) -> None:
    offices.save_office(office.system, Unit(code="25001", name="Xã Thử Nghiệm", level=OfficeLevel.COMMUNE))
    app = opened(office, Role.SUPERVISOR, "campaign")
    app.segmented_control[1].set_value("week").run()
    field(app, "Khó khăn, vướng mắc", lambda a: a.text_area).set_value("Thiếu máy quét.")
    press(app, "Lưu phần lời")
    assert "Thiếu máy quét." in texts(app)


def test_a_line_is_counted_as_the_plan_writes_it(office: Office) -> None:
    app = opened(office, Role.SUPERVISOR, "campaign")
    app.segmented_control[0].set_value("paper").run()
    field(app, "Số đếm").set_value("rất nhiều")
    press(app, "Thêm dòng")
    assert "không rõ số quyển hay số hồ sơ" in texts(app)
    field(app, "Số đếm").set_value("29 quyển = 4252 hồ sơ")
    press(app, "Thêm dòng")
    (line,) = paper.paper_lines(office.system)
    assert (line.books, line.cases) == (29, 4252) and "4.252" in _tables(app)
    field(app, "Số đếm").set_value("29 quyển = 3 hồ sơ")
    press(app, "Thêm dòng")
    assert "29 quyển = 3 hồ sơ: 29 quyển nhiều hơn 3 trường hợp" in texts(app) and "⚠" in _tables(app)
    assert "2 dòng cần xem lại" in texts(app), "the second is added to the first, and both say so"
    field(app, "Dòng đếm", lambda a: a.selectbox).set_value(2)
    app.run()
    press(app, "Bỏ dòng đã chọn")
    assert [one.id for one in paper.paper_lines(office.system)] == [1] and "Đã bỏ dòng đếm" in texts(app)


def test_packages_show_the_key_and_want_a_unit(office: Office) -> None:
    app = opened(office, Role.SUPERVISOR, "campaign")
    app.segmented_control[0].set_value("packages").run()
    assert "Hãy nhập đơn vị của mình" in texts(app) and len(app.code[0].value) == 64
    assert not app.exception


def test_annexes_are_told_to_be_there_none(office: Office) -> None:
    app = opened(office, Role.CLERK, "campaign")
    app.segmented_control[0].set_value("annexes").run()
    assert "Chưa có phụ lục nào" in texts(app)


def test_an_annex_typed_in_an_old_font_is_taken_in_once_somebody_says_how(office: Office) -> None:
    lines = ("phụ lục 02", "STT,Đơn vị,Khai sinh,Tổng số", "1,xã Bù Nho,12,12", "2,xã Phước Tân,30,30")
    content = "\n".join(lines).translate(str.maketrans({small: old for old, small in _TCVN3.items()}))
    app = opened(office, Role.SUPERVISOR, "campaign")
    app.segmented_control[0].set_value("annexes").run()
    app.file_uploader[0].set_value(("phu-luc.csv", content.encode("latin-1"), "text/csv")).run()
    press(app, "Nhập phụ lục")
    assert not app.exception and "gõ theo bảng mã TCVN3" in app.warning[0].value and app.radio
    press(app, "Nhập phụ lục")
    assert not app.exception and not app.error and "Đã lưu phụ lục 02" in texts(app)
    assert "xã Phước Tân" in _tables(app)
