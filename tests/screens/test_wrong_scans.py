"""The screens for wrong scans, several books at once, books that are asked for, samples and cases without a scan."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
import streamlit
from PIL import Image

from corrections.entries import BookKind, Role
from layouts.register_types import RegisterType
from storage.books import save_book
from storage.pages import mark_page
from storage.states import PageState
from tests.screens.office import OFFICE, Office, add_book
from tests.screens.test_flows import field, press
from tests.screens.test_screens import opened, texts
from tests.workbench.services.test_entry_pages import clear_page
from workbench.screens.wrong_scans import OTHER_REGISTER
from workbench.services import books
from workbench.services.book_requests import ask_for_book
from workbench.services.entry_pages import continued_pages
from workbench.services.entry_views import entries_of_book
from workbench.services.moving_pages import pages_aside, take_pages_out

pytestmark = pytest.mark.screens


def picture(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (60, 80), shade).save(out, "PNG")
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("KS.2008.01/trang 1.png", picture(10))
        packed.writestr("KH.2009.02/trang 1.png", picture(90))
    return out.getvalue()


def test_an_archive_of_two_books_is_offered_as_two_and_the_chooser_empties(office: Office) -> None:
    app = opened(office, Role.SUPERVISOR, "import_scans")
    app.file_uploader[0].set_value([("hai quyen.zip", archive(), "application/zip")]).run()
    assert "Tên tệp cho thấy 2 quyển sổ" in " ".join(m.value for m in app.markdown)
    field(app, "Nơi đăng ký của các quyển này").set_value(OFFICE)
    press(app.run(), "Nhập các tệp đã chọn")
    assert not app.exception and "Đã nhập 2 trang" in texts(app)
    assert not app.file_uploader[0].value
    volumes = {(p.book.register_type, p.book.volume_number): p.pages for p in books.list_books(office.system)}
    assert volumes[RegisterType.BIRTH, "01/2008"] == volumes[RegisterType.MARRIAGE, "02/2009"] == 1


def test_a_new_book_tells_its_normalised_volume_and_takes_scans_at_once(office: Office) -> None:
    app = opened(office, Role.SUPERVISOR, "import_scans")
    app.toggle(key="new_book_toggle").set_value(True).run()
    field(app, "Quyển số / năm").set_value("1/2008")
    field(app, "Nơi đăng ký").set_value(OFFICE)
    press(app, "Thêm sổ")
    assert "Đã thêm quyển 01/2008. Bạn gõ «1/2008», ghi theo mẫu là 01/2008." in texts(app)
    assert app.file_uploader and not app.exception, "the chooser stands there, nothing has to be closed first"


def test_a_place_of_registration_without_its_levels_is_told_until_it_is_put_right(office: Office) -> None:
    app = opened(office, Role.SUPERVISOR, "import_scans")
    app.toggle(key="new_book_toggle").set_value(True).run()
    field(app, "Quyển số / năm").set_value("7/2008")
    field(app, "Nơi đăng ký").set_value("xã Tân Lập")
    press(app, "Thêm sổ")
    assert "«xã Tân Lập» chưa có tên huyện và tên tỉnh" in texts(app)
    app.switch_page("workbench/screens/pages/books.py").run()
    assert "chưa có tên huyện và tên tỉnh" in texts(app)
    field(app, "Nơi đăng ký").set_value("UBND xã Tân Lập, huyện Mộc Châu, tỉnh Sơn La")
    press(app, "Lưu thông tin sổ")
    assert "Đã lưu thông tin sổ" in app.success[0].value and "chưa có tên" not in texts(app)
    assert "UBND xã Tân Lập, huyện Mộc Châu, tỉnh Sơn La" in app.subheader[0].value, "the title is that of now"


def test_a_clerk_asks_for_a_book_and_a_supervisor_grants_it_on_the_first_screen(office: Office) -> None:
    app = opened(office, Role.CLERK, "import_scans")
    app.toggle(key="new_book_toggle").set_value(True).run()
    assert "Người thêm được sổ: Phạm Kiểm Tra, Lê Quản Trị" in texts(app)
    field(app, "Quyển số / năm").set_value("3/2001")
    field(app, "Nơi đăng ký").set_value(OFFICE)
    press(app, "Gửi đề nghị")
    assert "ghi theo mẫu là 03/2001" in texts(app)
    assert any("đang chờ người kiểm tra đồng ý" in caption.value for caption in app.caption)
    home = opened(office, Role.SUPERVISOR)
    assert any("Vũ Thị Nhập xin thêm: Khai sinh · quyển 03/2001" in t.value for t in home.text)
    press(home, "Đồng ý")
    assert not home.exception
    told = opened(office, Role.CLERK)
    assert any("Phạm Kiểm Tra đã thêm Khai sinh quyển 03/2001" in t.value for t in told.text)
    assert any(b.label == "Nhập bản quét" for b in told.button)


def test_a_supervisor_refuses_with_a_reason(office: Office) -> None:
    ask_for_book(office.context(Role.CLERK), register_type=RegisterType.BIRTH, volume_number="9/2001", office=OFFICE)
    home = opened(office, Role.SUPERVISOR)
    field(home, "Lý do").set_value("xã không giữ")
    press(home, "Gửi trả lời")
    assert not home.exception
    assert any(
        "không thêm Khai sinh quyển 09/2001: xã không giữ" in c.value for c in opened(office, Role.CLERK).caption
    )


def test_a_page_of_another_register_is_asked_about(office: Office) -> None:
    page = books.book_pages(office.system, office.book_id)[0]
    with office.system.write() as work:
        mark_page(
            work.connection,
            page.id,
            state=PageState.FAILED,
            failure_code=OTHER_REGISTER,
            failure_message="Trang in mẫu khác.",
        )
    app = opened(office, Role.SUPERVISOR, "books")
    assert "1 trang in mẫu của loại sổ khác" in texts(app)
    press(app, "Lấy trang này ra")
    assert not app.exception and [one.page.id for one in pages_aside(office.system)] == [page.id]


def test_the_drawer_is_shown_with_who_and_why(office: Office) -> None:
    add_book(office, "02/1998", 40, 1)
    page = books.book_pages(office.system, office.book_id)[0]
    take_pages_out(office.context(Role.SUPERVISOR), [page.id], reason="không rõ của quyển nào")
    app = opened(office, Role.SUPERVISOR, "books")
    assert any("Ngăn để riêng: 1 trang" in e.label for e in app.expander)
    table = next(d.value for d in app.dataframe if "Lấy ra từ" in d.value)
    assert table.iloc[0]["Lý do"] == "không rõ của quyển nào" and "Phạm Kiểm Tra" in table.iloc[0]["Ai"]


def test_a_page_is_joined_to_the_entry_it_goes_on_with_and_parted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = books.book_pages(office.system, office.book_id)
    clerk = office.context(Role.CLERK)
    clear_page(clerk, pages[1].id, (f"token-{n:06d}" for n in range(9)).__next__)
    table = streamlit.dataframe

    def second_row(data: object, **options: object) -> object:
        drawn = table(data, **options)  # type: ignore[call-overload]
        return {"selection": {"rows": [1]}} if str(options.get("key", "")).startswith("pages_of_") else drawn

    monkeypatch.setattr(streamlit, "dataframe", second_row)
    app = opened(office, Role.CLERK, "books")
    assert "Hãy chọn «Trường hợp viết tiếp ở đây» trước." in [c.value for c in app.caption]
    chosen = app.selectbox(key=f"join_to_{office.book_id}")
    chosen.set_value(next(o for o in entries_of_book(clerk, office.book_id) if o.page_position == 0).entry_id)
    press(app.run(), "Nối vào trường hợp đã chọn")
    assert "ghi lý do" in " ".join(e.value for e in app.error)
    app.text_input(key="join_reason").set_value("ghi chú viết tiếp")
    press(app, "Nối vào trường hợp đã chọn")
    assert not app.exception and "Đã nối 1 trang." in texts(app)
    assert list(continued_pages(clerk, office.book_id)) == [pages[1].id]
    listed = next(d.value for d in app.dataframe if "Trang quét" in d.value)
    assert listed["Ghi chú"][1].startswith("Viết tiếp của số ") and "(trang quét 1)" in listed["Ghi chú"][1]
    app.text_input(key="part_reason").set_value("nối nhầm")
    press(app, "Bỏ nối")
    assert "Đã bỏ nối 1 trang." in texts(app) and not continued_pages(clerk, office.book_id)


def test_samples_are_labelled_and_taken_away_in_one_step(office: Office) -> None:
    other, _ = add_book(office, "02/1998", 40, 1)
    book = books.book_progress(office.system, other).book
    with office.system.write() as work:
        save_book(work.connection, replace(book, kind=BookKind.SAMPLE))
    app = opened(office, Role.ADMINISTRATOR, "books")
    assert list(app.dataframe[0].value["Quyển"]) == ["01/1998"]
    next(t for t in app.toggle if "sổ mẫu" in t.label).set_value(True).run()
    assert list(app.dataframe[0].value["Quyển"]) == ["01/1998", "02/1998 (sổ mẫu)"]
    press(app, "Bỏ các sổ mẫu")
    assert list(app.dataframe[0].value["Quyển"]) == ["01/1998"] and not app.exception
    assert any(b.label == "Đưa lại các sổ mẫu" for b in app.button)


def test_an_address_leads_to_a_sample_book(office: Office) -> None:
    other, _ = add_book(office, "02/1998", 40, 1)
    book = books.book_progress(office.system, other).book
    with office.system.write() as work:
        save_book(work.connection, replace(book, kind=BookKind.SAMPLE))
    app = opened(office, Role.SUPERVISOR)
    app.query_params["book"] = str(other)
    app.switch_page("workbench/screens/pages/books.py").run()
    assert "quyển 02/1998" in app.subheader[0].value and "SỔ MẪU" in app.subheader[0].value


def test_a_case_without_a_scan_is_opened_to_be_typed(office: Office) -> None:
    app = opened(office, Role.CLERK, "books")
    app.text_input(key=f"unscanned_number_{office.book_id}").set_value("12")
    press(app.run(), "Mở trường hợp để nhập")
    assert "Số 12 đã có ở trang quét 12" in texts(app)
    app.text_input(key=f"unscanned_number_{office.book_id}").set_value("12b")
    press(app.run(), "Mở trường hợp để nhập")
    pages = books.book_pages(office.system, office.book_id)
    assert [page.has_picture for page in pages] == [True] * 12 + [False]
