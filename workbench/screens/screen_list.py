"""The screens of the menu, under their headings, and which roles have each."""

from __future__ import annotations

from typing import NamedTuple

from corrections.entries import Role

__all__ = ["MY_ACCOUNT", "PAGES", "Screen", "first_path", "page_modules", "page_paths"]


class Screen(NamedTuple):
    """A screen: its module in `pages/`, what the menu calls it, and who has it."""

    file: str
    title: str
    icon: str
    role: Role
    beside: tuple[Role, ...] = ()
    """Roles that have the screen although they do not include the one before."""
    in_menu: bool = True
    """Else it stands beside the name of who is signed in."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """All roles that have the screen."""
        return (self.role, *self.beside)

    @property
    def path(self) -> str:
        """Its address below the server's."""
        return self.file.replace("_", "-")


_OUTSIDE = (Role.POLICE, Role.INSPECTOR)
MY_ACCOUNT = Screen("my_account", "Tài khoản của tôi", ":material/manage_accounts:", Role.CLERK, _OUTSIDE, False)

PAGES: tuple[tuple[str, tuple[Screen, ...]], ...] = (
    (
        "Công việc",
        (
            Screen("home", "Việc của tôi", ":material/home:", Role.CLERK),
            Screen("books", "Sổ hộ tịch", ":material/menu_book:", Role.CLERK),
            Screen("import_scans", "Nhập bản quét", ":material/upload_file:", Role.CLERK),
            Screen("reading", "Máy đọc", ":material/document_scanner:", Role.CLERK),
            Screen("review", "Đối chiếu", ":material/edit_note:", Role.CLERK),
            Screen("blind", "Nhập lại mù", ":material/visibility_off:", Role.CLERK),
            Screen("search", "Tìm kiếm", ":material/search:", Role.CLERK, (Role.INSPECTOR,)),
            Screen("inspect", "Xem hồ sơ", ":material/visibility:", Role.INSPECTOR),
            Screen("typing", "Nhập sang phần mềm khác", ":material/content_paste_go:", Role.CLERK),
        ),
    ),
    (
        "Kiểm tra và bàn giao",
        (
            Screen("queue", "Hàng đợi kiểm tra", ":material/fact_check:", Role.SUPERVISOR),
            Screen("export", "Xuất", ":material/inventory_2:", Role.SUPERVISOR),
            Screen("handover", "Giao nhận, nghiệm thu", ":material/handshake:", Role.SUPERVISOR, (Role.INSPECTOR,)),
            Screen("office_delivery", "Giao cả đơn vị", ":material/local_shipping:", Role.SUPERVISOR),
            Screen("reports", "Báo cáo", ":material/table_chart:", Role.SUPERVISOR, (Role.INSPECTOR,)),
            Screen("reconciliation", "Đối soát", ":material/compare_arrows:", Role.SUPERVISOR, _OUTSIDE),
            Screen("campaign", "Chiến dịch", ":material/flag:", Role.CLERK, (Role.INSPECTOR,)),
            Screen("plan", "Kế hoạch, phân công", ":material/event_note:", Role.CLERK, (Role.INSPECTOR,)),
            Screen("quality", "Chất lượng nhập", ":material/verified:", Role.SUPERVISOR),
            Screen("benchmark", "Đánh giá độ chính xác", ":material/speed:", Role.SUPERVISOR),
        ),
    ),
    (
        "Quản trị",
        (
            Screen("templates", "Mẫu sổ", ":material/dashboard_customize:", Role.SUPERVISOR),
            Screen("debug", "Gỡ rối trang", ":material/troubleshoot:", Role.SUPERVISOR),
            Screen("audit", "Nhật ký", ":material/history:", Role.SUPERVISOR, (Role.INSPECTOR,)),
            Screen("offices", "Đơn vị", ":material/account_tree:", Role.SUPERVISOR),
            Screen("accounts", "Tài khoản", ":material/group:", Role.ADMINISTRATOR),
            Screen("settings", "Thiết lập", ":material/settings:", Role.ADMINISTRATOR),
            MY_ACCOUNT,
        ),
    ),
)


def page_paths() -> frozenset[str]:
    """The addresses of all screens."""
    return frozenset(screen.path for _, screens in PAGES for screen in screens)


def page_modules() -> tuple[str, ...]:
    """The modules of all screens."""
    return tuple(f"workbench.screens.pages.{screen.file}" for _, screens in PAGES for screen in screens)


def first_path() -> str:
    """The address of the screen that one comes to first."""
    return PAGES[0][1][0].path
