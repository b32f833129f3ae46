"""The police's screen: before there is anything to compare, an extract compared, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from corrections.entries import DecisionKind, Role
from exports.reconciliation_book import ExtractProfile
from tests.screens.office import Office
from tests.screens.test_flows import confirm, press
from tests.screens.test_screens import opened, texts
from workbench.services import offices, printing, reconciliation_cases, reconciling
from workbench.services.reconciliation_cases import CaseFilter

pytestmark = pytest.mark.screens

EXTRACT = "Họ và tên,Ngày sinh,Họ tên mẹ\nTrần Văn Bình,03/02/1998,Trần Thị Mai\nAi Khác,01/01/1990,Lê Thị Lạ\n"


def test_before_the_first_extract_the_screen_says_where_to_begin(office: Office) -> None:
    assert "chọn tệp trích dữ liệu dân cư ở thẻ «Đối soát mới»" in texts(opened(office, Role.POLICE))
    seen = texts(opened(office, Role.INSPECTOR, "reconciliation"))
    assert "Chưa đối soát lần nào." in seen and "Đối soát mới" not in seen


def test_what_came_of_an_extract_is_told_over_the_screen(office: Office) -> None:
    confirm(office, office.entry_ids[1], nksDanToc="Kinh", nksHoTen="Trần Văn Bình")
    confirm(office, office.entry_ids[1], DecisionKind.APPROVE)
    app = opened(office, Role.POLICE)
    app.file_uploader[0].set_value(("dan-cu.csv", EXTRACT.encode(), "text/csv")).run()
    boxes = {box.label: box for box in app.selectbox}
    assert boxes["Họ tên mẹ"].value == "Họ tên mẹ" and boxes["Quê quán"].value == ""
    assert boxes["Quê quán"].options[0] == "(không có cột này)"
    press(app, "Đối soát")
    assert not app.exception and not app.error
    assert app.success[0].value.startswith("Đã đối soát xong lần 1: ")
    assert "Không có hồ sơ nào như vậy." in texts(app) or "Bấm ô đầu dòng" in " ".join(c.value for c in app.caption)


def test_near_equal_persons_stand_side_by_side_and_one_is_chosen(office: Office, tmp_path: Path) -> None:
    confirm(office, office.entry_ids[1], nksDanToc="Kinh", nksHoTen="Trần Văn Bình")
    confirm(office, office.entry_ids[1], DecisionKind.APPROVE)
    birth = "03/02/1998"
    extract = tmp_path / "dan-cu.csv"
    rows = ("Họ và tên,Ngày sinh,Quê quán", *(f"Trần Văn Bình,{birth},xã {where}" for where in ("An", "Bình")))
    extract.write_text("\n".join(rows), encoding="utf-8")
    profile = ExtractProfile(columns={"name": "Họ và tên", "born": "Ngày sinh", "native_place": "Quê quán"})
    reconciling.run_reconciliation(office.system, extract, profile)
    (view,) = reconciliation_cases.list_cases(office.system, CaseFilter())

    def shown(context, case):  # type: ignore[no-untyped-def]  # Streamlit runs its source elsewhere, without our imports
        from workbench.screens.person_choice import person_choice

        person_choice(context, case, "case_opened")

    app = AppTest.from_function(shown, args=(office.context(Role.POLICE), view.case)).run()
    assert not app.exception and "có 2 người gần giống nhau" in app.warning[0].value
    table = app.dataframe[0].value
    assert list(table.columns) == ["Thông tin", "Trong sổ", "Người 1 (dòng 2)", "Người 2 (dòng 3)"]
    second = dict(zip(table["Thông tin"], table["Người 2 (dòng 3)"], strict=True))
    assert second["Ngày, tháng, năm sinh"] == f"✓ {birth}" and second["Quê quán"] == "xã Bình"
    app.button[0].click().run()
    assert "Chưa chọn ai" in app.error[0].value
    app.radio[0].set_value("dòng 3")
    app.button[0].click().run()
    (view,) = reconciliation_cases.list_cases(office.system, CaseFilter())
    assert (view.case.newest.result.matched, view.case.choice is not None) == ("dòng 3", True)
    app = AppTest.from_function(shown, args=(office.context(Role.INSPECTOR), view.case)).run()
    assert not app.exception and not app.button and "đã chọn" in app.dataframe[0].value.columns[3]


@pytest.mark.parametrize("alone", [True, False])
def test_templates_of_letters_are_changed_by_each_unit_for_itself(office: Office, alone: bool) -> None:
    boss = office.context(Role.ADMINISTRATOR)
    above = offices.save_office(boss, Unit(code="691", name="Huyện Mẫu", level=OfficeLevel.DISTRICT))
    own = offices.save_office(boss, Unit(code="25001", name="Xã Thử", level=OfficeLevel.COMMUNE, parent_id=above.id))
    district = boss.as_account(replace(boss.who, role=Role.SUPERVISOR, office_id=above.id))
    who = boss.as_account(replace(boss.who, role=Role.SUPERVISOR, office_id=own.id)) if not alone else boss
    printing.save_document_template(
        district, "invitation", printing.document_template(district, "invitation"), "giay-moi-huyen.docx"
    )

    def shown(context):  # type: ignore[no-untyped-def]  # Streamlit runs its source elsewhere, without our imports
        from workbench.screens.document_templates import template_files

        template_files(context, ("invitation",))

    app = AppTest.from_function(shown, args=(who,)).run()
    assert not app.exception and app.file_uploader
    label = app.expander[0].label
    assert ("giay-moi-huyen.docx (Huyện Mẫu)" in label) is not alone and ("mẫu có sẵn" in label) is alone
    assert not [button for button in app.button if "Bỏ mẫu" in button.label], (
        "that of the unit above is not ours to drop"
    )


def test_whom_the_population_database_lacks_is_typed_into_it_first(office: Office, tmp_path: Path) -> None:
    confirm(office, office.entry_ids[1], nksDanToc="Kinh", nksHoTen="Trần Văn Bình")
    extract = tmp_path / "dan-cu.csv"
    extract.write_text("Họ và tên,Ngày sinh\nAi Khác,01/01/1990", encoding="utf-8")
    profile = ExtractProfile(columns={"name": "Họ và tên", "born": "Ngày sinh"})
    reconciling.run_reconciliation(office.system, extract, profile)
    app = opened(office, Role.POLICE)
    boxes = {box.label: box for box in app.selectbox}
    assert boxes["Phần mềm"].value == "dan_cu"
    assert boxes["Trường hợp"].options[0].startswith("Trần Văn Bình (người được khai sinh) · số 2")
    assert "Người cần nhập: Trần Văn Bình (người được khai sinh)" in [text.value for text in app.text]
    tables = [table.value for table in app.dataframe if "Người chưa có" in table.value.columns]
    assert [list(table["Người chưa có"]) for table in tables] == [["Trần Văn Bình (người được khai sinh)"]]
