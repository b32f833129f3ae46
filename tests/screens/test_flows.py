"""What people do on the plain screens: accounts, settings, search, bulk approval, export, audit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from corrections.entries import DecisionKind, EntryState, FieldState, Role
from tests.screens.office import Office
from tests.screens.test_screens import opened, texts
from workbench.services import accounts, export_jobs, review
from workbench.services.delivered_files import delivered_files
from workbench.services.exporting import export_book, exports_of
from workbench.services.review_types import ValueInput
from workbench.services.settings import export_profile, office_settings

pytestmark = pytest.mark.screens


def press(app: AppTest, label: str) -> AppTest:
    """Click the button of that label."""
    return next(b for b in app.button if b.label.startswith(label)).click().run()


def field(app: AppTest, label: str, kind: Callable[[AppTest], list] = lambda a: a.text_input):  # type: ignore[type-arg]
    return next(w for w in kind(app) if w.label == label)


def confirm(office: Office, entry_id: int, decision: DecisionKind = DecisionKind.CONFIRM, **values: str) -> None:
    entry = office.entry(entry_id)
    role = Role.SUPERVISOR if decision is DecisionKind.APPROVE else Role.CLERK
    review.save_entry(
        office.context(role),
        entry_id=entry_id,
        revision=entry.revision,
        token=f"{decision.value}-{entry_id:08d}",
        values={name: ValueInput(text=text, state=FieldState.WRITTEN) for name, text in values.items()},
        decision=decision,
    )


def test_an_administrator_adds_a_clerk(office: Office) -> None:
    app = opened(office, Role.ADMINISTRATOR, "accounts")
    field(app, "Tên đăng nhập").set_value("nhaplieu9")
    field(app, "Mật khẩu ban đầu (ít nhất 8 ký tự)").set_value("ngan")
    press(app, "Thêm")
    assert "Chưa ghi họ và tên" in texts(app)
    field(app, "Họ và tên").set_value("Đỗ Thị Chín")
    press(app, "Thêm")
    assert "từ 8 đến 200 ký tự" in texts(app)
    field(app, "Mật khẩu ban đầu (ít nhất 8 ký tự)").set_value("du-dai-roi")
    press(app, "Thêm")
    names = [a.name for a in accounts.list_accounts(office.context(Role.ADMINISTRATOR))]
    assert "nhaplieu9" in names


def test_nobody_is_changed_because_his_name_stands_first(office: Office) -> None:
    app = opened(office, Role.ADMINISTRATOR, "accounts")
    assert "Lưu thay đổi" not in [b.label for b in app.button]
    box = field(app, "Tài khoản", lambda a: a.selectbox)
    box.select_index(0).run()
    assert "Lưu thay đổi" in [b.label for b in app.button]


def test_a_hand_over_offers_those_who_hold_something(office: Office) -> None:
    app = opened(office, Role.SUPERVISOR, "queue")
    assert "Không ai đang giữ trường hợp nào." in [c.value for c in app.caption]
    confirm(office, office.entry_ids[0], nksDanToc="Kinh")
    held = review.next_entries(office.context(Role.CLERK), 3)
    review.get_entry(office.context(Role.CLERK), office.entry_ids[0], lease=True)
    app = opened(office, Role.SUPERVISOR, "queue")
    giver = field(app, "Đang giữ", lambda a: a.selectbox)
    assert giver.value is None and len(giver.options) == 1 and giver.options[0].endswith(": 4 trường hợp")
    assert len(held) == 3
    shown = next(t.value for t in app.dataframe if "Đang mở" in t.value)
    assert list(shown["Trường hợp"]) == ["số 1"] and list(shown["Đang mở"]) != [""]
    giver.select_index(0).run()
    press(app, "Bàn giao")
    assert "Đã bàn giao 4 trường hợp" in texts(app)


def test_what_all_waiting_cases_report_is_said_once(office: Office) -> None:
    for entry_id in office.entry_ids[:3]:
        confirm(office, entry_id, nksDanToc="Kinh", nksNgaySinh="01/03/1997", ngayDangKy="03/03/1997")
    app = opened(office, Role.SUPERVISOR, "queue")
    (said,) = [c.value for c in app.caption if c.value.startswith("Mọi trường hợp dưới đây") and "1997" in c.value]
    assert "1998" in said  # the year of the volume
    shown = next(t.value for t in app.dataframe if "Lý do" in t.value)
    assert len(shown) == 3 and not shown["Lý do"].str.contains("1997").any()


def test_a_book_chosen_by_hand_stands_in_the_address(office: Office) -> None:
    app = opened(office, Role.SUPERVISOR, "export")
    field(app, "Sổ", lambda a: a.selectbox).set_value(office.book_id).run()
    assert app.query_params["book"] == str(office.book_id)
    assert field(app, "Sổ", lambda a: a.selectbox).value == office.book_id


def test_settings_are_kept_and_wrong_ones_refused(office: Office) -> None:
    app = opened(office, Role.ADMINISTRATOR, "settings")
    field(app, "Ngày, cấp xã").set_value("25 giờ")
    press(app, "Lưu quy định")
    assert "không đúng dạng" in texts(app)
    field(app, "Ngày, cấp xã").set_value("14:00")
    twice = next(m for m in app.multiselect if m.label.startswith("Các ô luôn nhập hai lần"))
    twice.set_value(["nksHoTen"])
    press(app, "Lưu quy định")
    kept = office_settings(office.context(Role.CLERK))
    assert (kept["day_cutoff"], kept["double_entry_columns"]) == ("14:00", ["nksHoTen"])
    assert len(kept["double_entry_seed"]) == 16 and kept["double_entry_share"] == 0.0
    field(app, "Tiền tố tên tệp Excel và .zip").set_value("xa_thu")
    field(app, "Cột số thứ tự ở đầu", lambda a: a.toggle).set_value(True)
    press(app, "Lưu lựa chọn")
    profile = export_profile(office.context(Role.CLERK))
    assert profile.file_prefix == "xa_thu" and profile.row_number_column


def test_search_finds_without_tone_marks(office: Office) -> None:
    app = opened(office, Role.CLERK, "search")
    app.text_input(key="search_query").set_value("pham quoc dat").run()
    (table,) = app.dataframe
    assert set(table.value["Họ tên"].str.contains("Phạm Quốc Đạt")) == {True}
    app.text_input(key="search_query").set_value("khong co ai").run()
    assert "Không thấy trường hợp nào" in texts(app)


def test_many_are_approved_only_after_the_sample_was_seen(office: Office) -> None:
    for entry_id in office.entry_ids[:5]:
        confirm(office, entry_id, nksDanToc="Kinh")
    app = opened(office, Role.SUPERVISOR, "queue")
    app.segmented_control(key="queue_task").set_value("bulk").run()
    button = next(b for b in app.button if b.label.startswith("Duyệt"))
    assert button.disabled
    for box in app.checkbox:
        box.check()
    app.run()
    press(app, "Duyệt 5")
    states = {office.entry(i).state for i in office.entry_ids[:5]}
    assert states == {EntryState.APPROVED}


def test_rehearsal_and_export_of_approved_entries(office: Office) -> None:
    for entry_id in office.entry_ids[:3]:
        confirm(office, entry_id, nksDanToc="Kinh")
        confirm(office, entry_id, DecisionKind.APPROVE)
    app = opened(office, Role.SUPERVISOR, "export")
    assert not [b for b in app.button if b.label.startswith("Xuất")], "no book is chosen by the program"
    field(app, "Sổ", lambda a: a.selectbox).select(office.book_id).run()
    press(app, "Diễn tập")
    assert "12 dòng: 0 lỗi" in texts(app)
    press(app, "Xuất sổ này")
    job = export_jobs.last_export(office.context(Role.SUPERVISOR), office.book_id)
    if job is not None:  # still at it after half a second: the screen shows how far
        job.wait(60)
        app.run()
    assert "Đã xuất 3 dòng" in texts(app) and "9 trường hợp không xuất" in texts(app)


def test_files_of_an_export_are_there_for_whoever_comes_back(office: Office) -> None:
    confirm(office, office.entry_ids[0], nksDanToc="Kinh")
    confirm(office, office.entry_ids[0], DecisionKind.APPROVE)
    supervisor = office.context(Role.SUPERVISOR)
    export_book(supervisor, office.book_id)
    app = opened(office, Role.SUPERVISOR, "export")
    field(app, "Sổ", lambda a: a.selectbox).select(office.book_id).run()
    offered = [button.proto.label for button in app.get("download_button")]
    assert [label.rpartition(".")[2] for label in offered] == ["xlsx", "zip", "json", "txt"]
    (record,) = exports_of(supervisor, office.book_id)
    workbook, *_ = delivered_files(supervisor, record)
    workbook.write_bytes(b"something else")
    assert delivered_files(supervisor, record) == ()
    app.run()
    assert not app.get("download_button") and "không còn như lúc xuất" in " ".join(c.value for c in app.caption)


def test_audit_screen_lists_and_verifies(office: Office) -> None:
    confirm(office, office.entry_ids[0], nksDanToc="Kinh")
    app = opened(office, Role.SUPERVISOR, "audit")
    assert {"Xác nhận", "Đăng nhập"} <= set(app.dataframe[0].value["Việc"])
    press(app, "Kiểm chứng")
    # Entries of this office were put into the record directly, behind the log's back: that is what it must notice.
    assert "bị sửa từ bên ngoài" in texts(app)


def test_books_show_where_they_stand(office: Office) -> None:
    confirm(office, office.entry_ids[0], nksDanToc="Kinh")
    app = opened(office, Role.CLERK, "books")
    table = app.dataframe[0].value
    assert list(table["Chờ đối chiếu"]) == [11] and list(table["Chờ kiểm tra"]) == [1]
    press(app, "Kiểm tra")
    assert "chưa khóa được" in texts(app)
