"""Vietnamese words that screens share: states, roles, columns of tables, and how figures are written."""

from __future__ import annotations

from corrections.entries import EntryState, FieldState, Role, Severity, ValueSource
from exports.inventory import STATE_LABELS
from layouts.columns import FieldKind
from layouts.register_types import RegisterType
from ocr.readings import Script

__all__ = [
    "AUDIT_ACTIONS",
    "BOOK_STATES",
    "ENTRY_STATES",
    "FIELD_KINDS",
    "FIELD_STATES",
    "READING_DOUBTS",
    "REGISTER_TYPES",
    "ROLES",
    "SCRIPTS",
    "SEVERITIES",
    "SOURCES",
    "number",
    "percent",
]

ROLES: dict[str, str] = {
    Role.CLERK.value: "Cán bộ nhập liệu",
    Role.SUPERVISOR.value: "Người kiểm tra",
    Role.ADMINISTRATOR.value: "Quản trị",
    Role.POLICE.value: "Công an (chỉ đối soát)",
    Role.INSPECTOR.value: "Thanh tra, kiểm tra (chỉ xem)",
}

BOOK_STATES: dict[str, str] = {state.value: label for state, label in STATE_LABELS.items()}

ENTRY_STATES: dict[str, str] = {
    EntryState.TO_REVIEW.value: "Chờ đối chiếu",
    EntryState.CONFIRMED.value: "Đã xác nhận",
    EntryState.ESCALATED.value: "Hỏi người kiểm tra",
    EntryState.SENT_BACK.value: "Bị trả lại",
    EntryState.APPROVED.value: "Đã duyệt",
    EntryState.SET_ASIDE.value: "Không phải một trường hợp",
}

FIELD_STATES: dict[str, str] = {
    FieldState.WRITTEN.value: "có chữ",
    FieldState.BLANK.value: "để trống",
    FieldState.ILLEGIBLE.value: "không đọc được",
    FieldState.STRUCK_OUT.value: "bị gạch bỏ",
    FieldState.ERASED.value: "bị tẩy xóa",
    FieldState.TORN.value: "bị rách",
}

READING_DOUBTS: dict[str, str] = {
    "struck_out": "Có chữ bị gạch bỏ, máy không đọc chữ đó. Hãy đối chiếu với ảnh, chỉ nhập phần không bị gạch.",
    "child_recognises": "Theo hai ngày sinh thì con nhận cha, mẹ: phần người nhận là của con, phần người được nhận là "
    "của cha, mẹ. Hãy xem lại hai ngày sinh và người có ô này.",
    "ink_unread": "Có nét chữ mà máy không đọc được. Hãy nhập theo ảnh.",
}
"""Why the machine wants a field looked at, by flag of its reading."""

SOURCES: dict[str, str] = {
    ValueSource.READING.value: "máy đọc",
    ValueSource.SUGGESTION.value: "gợi ý",
    ValueSource.PERSON.value: "người nhập",
    ValueSource.RULE.value: "quy tắc",
    ValueSource.BOOK.value: "thông tin của sổ",
    ValueSource.IMPORTED.value: "nhập từ tệp",
}

AUDIT_ACTIONS: dict[str, str] = {
    "confirm": "Xác nhận",
    "correct": "Sửa",
    "escalate": "Hỏi người kiểm tra",
    "approve": "Duyệt",
    "send_back": "Trả lại",
    "reopen": "Mở lại",
    "set_aside": "Ghi là không phải trường hợp",
    "undo": "Hoàn tác",
    "odd_value": "Đánh dấu ô lạ",
    "read": "Máy đọc",
    "doubt": "Nghi ngờ khi xem cả sổ",
    "reweigh": "Cân nhắc lại theo cả sổ",
    "learn_hand": "Học nét chữ của quyển",
    "complete": "Bổ sung từ trang bên phải nạp sau",
    "read_failed": "Máy không đọc được",
    "queue_reading": "Cho vào hàng đọc",
    "unqueue_reading": "Bỏ khỏi hàng đọc",
    "reading_order": "Đổi thứ tự đọc",
    "reading_rests": "Tạm dừng đọc",
    "reading_goes_on": "Cho đọc tiếp",
    "import": "Nhập bản quét",
    "export": "Xuất",
    "deliver_office": "Giao cả đơn vị",
    "make_lookup_token": "Cấp mã tra cứu",
    "revoke_lookup_token": "Thu hồi mã tra cứu",
    "lookup": "Hệ thống khác tra cứu",
    "export_accepted": "Được tiếp nhận",
    "export_rejected": "Bị trả",
    "create_book": "Thêm sổ",
    "update_book": "Sửa thông tin sổ",
    "book_corrected": "Sửa theo thông tin sổ",
    "explain_page": "Nói rõ trang",
    "move_page": "Chuyển trang sang quyển khác",
    "receive_page": "Nhận trang từ quyển khác",
    "take_page_out": "Lấy trang ra khỏi quyển",
    "put_aside": "Cất trang vào ngăn để riêng",
    "withdraw_entry": "Bỏ giá trị máy đọc vì trang sang loại sổ khác",
    "remove_sample": "Bỏ sổ mẫu",
    "bring_sample_back": "Đưa lại sổ mẫu",
    "ask_for_book": "Xin thêm sổ",
    "grant_book": "Đồng ý thêm sổ",
    "refuse_book": "Không thêm sổ",
    "add_entry": "Thêm trường hợp",
    "join_pages": "Nối trang",
    "part_pages": "Bỏ nối trang",
    "add_office": "Thêm đơn vị",
    "save_office": "Sửa đơn vị",
    "import_offices": "Nhập danh sách đơn vị",
    "register_key": "Đăng ký khóa của đơn vị",
    "receive_package": "Nhận gói số liệu",
    "paper_count": "Ghi số đếm trên giấy",
    "import_annex": "Nhập phụ lục kế hoạch",
    "report_text": "Ghi phần lời báo cáo",
    "plan_target": "Đặt chỉ tiêu kế hoạch",
    "save_team": "Lưu tổ",
    "roster": "Xếp lịch ca",
    "assign_book": "Giao sổ cho tổ, người, ca",
    "plan_place": "Xếp lịch địa điểm",
    "change_unit": "Sáp nhập, đổi tên, giải thể đơn vị",
    "create_account": "Thêm tài khoản",
    "update_account": "Sửa tài khoản",
    "reset_password": "Đặt lại mật khẩu",
    "change_password": "Đổi mật khẩu",
    "change_password_failed": "Đổi mật khẩu: sai mật khẩu cũ",
    "change_password_slowed": "Đổi mật khẩu: sai nhiều lần, phải chờ",
    "sign_in": "Đăng nhập",
    "sign_in_failed": "Đăng nhập sai mật khẩu",
    "sign_in_slowed": "Đăng nhập sai nhiều lần, phải chờ",
    "second_step_failed": "Đăng nhập hai bước: sai mã",
    "second_step_slowed": "Đăng nhập hai bước: sai mã nhiều lần, phải chờ",
    "second_factor_on": "Bật đăng nhập hai bước",
    "second_factor_on_failed": "Bật đăng nhập hai bước: sai mật khẩu",
    "second_factor_on_slowed": "Bật đăng nhập hai bước: sai mật khẩu nhiều lần, phải chờ",
    "second_factor_off": "Tắt đăng nhập hai bước",
    "second_factor_off_failed": "Tắt đăng nhập hai bước: sai mật khẩu",
    "second_factor_off_slowed": "Tắt đăng nhập hai bước: sai mật khẩu nhiều lần, phải chờ",
    "reset_second_factor": "Đặt lại đăng nhập hai bước",
    "require_second_factor": "Bắt buộc đăng nhập hai bước",
    "recovery_codes_made": "Tạo mã dự phòng mới",
    "recovery_codes_failed": "Tạo mã dự phòng: sai mật khẩu",
    "recovery_codes_slowed": "Tạo mã dự phòng: sai mật khẩu nhiều lần, phải chờ",
    "recovery_code_used": "Đăng nhập bằng mã dự phòng",
    "first_code_failed": "Sai mã cài đặt khi tạo quản trị đầu tiên",
    "sign_out": "Đăng xuất",
    "search_index_mended": "Dựng lại chỉ mục tìm kiếm",
    "seal_all": "Niêm phong dữ liệu",
    "seal_anew": "Niêm phong lại",
    "tampered": "Thấy dữ liệu bị sửa ngoài phần mềm",
    "foreign_object": "Thấy bộ phận lạ trong cơ sở dữ liệu",
    "triggers_lost": "Thấy bộ ghi nhận thay đổi bị gỡ",
    "bent_before_upgrade": "Thấy dữ liệu bị sửa trước khi nâng cấp",
    "older_database": "Thấy cơ sở dữ liệu cũ hơn",
    "foreign_events": "Thấy nhật ký lạ",
    "head_lost": "Mất tệp đầu nhật ký",
    "sums_bent": "Thấy tổng niêm phong lạ",
    "clock_back": "Đồng hồ máy chạy lùi",
    "hand_over": "Bàn giao",
    "save_template": "Lưu mẫu sổ",
    "remove_template": "Bỏ mẫu sổ",
    "force_form": "Chọn mẫu cho trang",
    "import_inventory": "Nhập danh mục sổ",
    "book_priority": "Đổi thứ tự ưu tiên của sổ",
    "unit_totals": "Ghi số tổng của đơn vị",
    "explain_numbers": "Nói rõ số thiếu",
    "first_number": "Ghi số bắt đầu",
    "draw_samples": "Lấy mẫu kiểm tra",
    "answer_blind": "Nhập lại mù",
    "resolve_sample": "Chốt hai cách đọc",
    "thresholds": "Tính lại ngưỡng tin cậy",
    "train_handwriting": "Dạy máy đọc chữ viết tay",
    "rollback_handwriting": "Quay về mô hình trước",
    "extract_profile": "Lưu cách đọc tệp đối soát",
    "reconcile": "Đối soát",
    "follow_up": "Ghi kết quả xác minh",
    "choose_person": "Chọn người trong trích xuất dân cư",
    "handover": "Giao nhận sổ giấy",
    "acceptance": "Nghiệm thu",
    "acceptance_fell": "Nghiệm thu của cấp trên hết hiệu lực",
    "reconciled": "Kết luận đối soát",
    "print_document": "In giấy tờ",
    "document_template": "Đổi mẫu giấy tờ",
    "typed_elsewhere": "Đã nhập sang phần mềm khác",
    "typed_answer": "Phần mềm khác trả lời",
    "backup": "Sao lưu",
    "backup_lock": "Đổi cách khóa bản sao lưu",
    "set": "Đổi thiết lập",
}

FIELD_KINDS: dict[str, str] = {
    FieldKind.NAME.value: "họ tên",
    FieldKind.DATE.value: "ngày",
    FieldKind.DATE_WORDS.value: "ngày ghi bằng chữ",
    FieldKind.PLACE.value: "nơi chốn",
    FieldKind.ETHNIC_GROUP.value: "dân tộc",
    FieldKind.NATIONALITY.value: "quốc tịch",
    FieldKind.SEX.value: "giới tính",
    FieldKind.RELATION.value: "quan hệ",
    FieldKind.NUMBER.value: "số",
    FieldKind.REGISTRATION_NUMBER.value: "số đăng ký",
    FieldKind.VOLUME.value: "quyển số",
    FieldKind.PAGE.value: "trang số",
    FieldKind.ID_NUMBER.value: "số giấy tờ",
    FieldKind.TIME_OF_DEATH.value: "giờ chết",
    FieldKind.CODE.value: "mã chọn",
    FieldKind.SIGNER.value: "người ký",
    FieldKind.TITLE.value: "chức vụ",
    FieldKind.TEXT.value: "chữ khác",
    FieldKind.DAY.value: "ngày (số)",
    FieldKind.MONTH.value: "tháng (số)",
    FieldKind.YEAR.value: "năm (số)",
}

SCRIPTS: dict[str, str] = {
    Script.TYPED.value: "đánh máy",
    Script.HANDWRITTEN.value: "viết tay",
    Script.MIXED.value: "lẫn cả hai",
    "none": "không có chữ",
    "rule": "suy theo quy tắc",
}
"""How the ink of a machine value is written, as thresholds group it."""

SEVERITIES: dict[str, str] = {Severity.ERROR.value: "✖ Lỗi", Severity.UNUSUAL.value: "⚠ Lạ, cần xem"}

REGISTER_TYPES: dict[str, str] = {kind.value: kind.label for kind in RegisterType}


def number(value: float | None, digits: int = 0) -> str:
    """A figure the Vietnamese way (1.373.508; 97,5); «chưa rõ» when nobody knows it."""
    if value is None:
        return "chưa rõ"
    return f"{value:,.{digits}f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def percent(value: float | None, digits: int = 1) -> str:
    """A share as a percentage."""
    return "chưa rõ" if value is None else f"{number(value * 100, digits)} %"
