"""What every screen stands in: who is signed in, which screens the role has, and errors told in plain words."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from corrections.entries import Role
from storage.errors import StorageError
from vietnamese.shown_time import local_time
from workbench.config import load_settings
from workbench.letters import FACES
from workbench.routes.guard import session_secret
from workbench.routes.unknown_pages import MISSING
from workbench.screens.components import around_screens, session_cookie
from workbench.screens.faults import known_errors
from workbench.screens.framework_scripts import scripts_of_review
from workbench.screens.plain import plain
from workbench.screens.sign_in import show_sign_in
from workbench.screens.telling import show_told
from workbench.services.accounts import change_password
from workbench.services.backup_plan import backup_plan, backup_state
from workbench.services.context import Context, open_context
from workbench.services.errors import NotAllowed, ServiceError
from workbench.services.sessions import context_of_session, sign_out
from workbench.wording import ROLES

__all__ = [
    "PAGES",
    "first_path",
    "page_modules",
    "page_paths",
    "run_app",
    "run_page",
    "screen_context",
    "tell_fault",
    "telling_errors",
]

log = logging.getLogger(__name__)


class _Screen(NamedTuple):
    file: str
    title: str
    icon: str
    role: Role
    beside: tuple[Role, ...] = ()
    """Roles that have the screen although they do not include the one before."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """All roles that have the screen."""
        return (self.role, *self.beside)

    @property
    def path(self) -> str:
        """Its address below the server's."""
        return self.file.replace("_", "-")


_OUTSIDE = (Role.POLICE, Role.INSPECTOR)

PAGES: tuple[tuple[str, tuple[_Screen, ...]], ...] = (
    (
        "Công việc",
        (
            _Screen("home", "Việc của tôi", ":material/home:", Role.CLERK),
            _Screen("books", "Sổ hộ tịch", ":material/menu_book:", Role.CLERK),
            _Screen("import_scans", "Nhập bản quét", ":material/upload_file:", Role.CLERK),
            _Screen("reading", "Máy đọc", ":material/document_scanner:", Role.CLERK),
            _Screen("review", "Đối chiếu", ":material/edit_note:", Role.CLERK),
            _Screen("blind", "Nhập lại mù", ":material/visibility_off:", Role.CLERK),
            _Screen("search", "Tìm kiếm", ":material/search:", Role.CLERK, (Role.INSPECTOR,)),
            _Screen("inspect", "Xem hồ sơ", ":material/visibility:", Role.INSPECTOR),
            _Screen("typing", "Nhập sang phần mềm khác", ":material/content_paste_go:", Role.CLERK),
        ),
    ),
    (
        "Kiểm tra và bàn giao",
        (
            _Screen("queue", "Hàng đợi kiểm tra", ":material/fact_check:", Role.SUPERVISOR),
            _Screen("export", "Xuất", ":material/inventory_2:", Role.SUPERVISOR),
            _Screen("handover", "Giao nhận, nghiệm thu", ":material/handshake:", Role.SUPERVISOR, (Role.INSPECTOR,)),
            _Screen("office_delivery", "Giao cả đơn vị", ":material/local_shipping:", Role.SUPERVISOR),
            _Screen("reports", "Báo cáo", ":material/table_chart:", Role.SUPERVISOR, (Role.INSPECTOR,)),
            _Screen("reconciliation", "Đối soát", ":material/compare_arrows:", Role.SUPERVISOR, _OUTSIDE),
            _Screen("campaign", "Chiến dịch", ":material/flag:", Role.CLERK, (Role.INSPECTOR,)),
            _Screen("plan", "Kế hoạch, phân công", ":material/event_note:", Role.CLERK, (Role.INSPECTOR,)),
            _Screen("quality", "Chất lượng nhập", ":material/verified:", Role.SUPERVISOR),
            _Screen("benchmark", "Đánh giá độ chính xác", ":material/speed:", Role.SUPERVISOR),
        ),
    ),
    (
        "Quản trị",
        (
            _Screen("templates", "Mẫu sổ", ":material/dashboard_customize:", Role.SUPERVISOR),
            _Screen("debug", "Gỡ rối trang", ":material/troubleshoot:", Role.SUPERVISOR),
            _Screen("audit", "Nhật ký", ":material/history:", Role.SUPERVISOR, (Role.INSPECTOR,)),
            _Screen("offices", "Đơn vị", ":material/account_tree:", Role.SUPERVISOR),
            _Screen("accounts", "Tài khoản", ":material/group:", Role.ADMINISTRATOR),
            _Screen("settings", "Thiết lập", ":material/settings:", Role.ADMINISTRATOR),
        ),
    ),
)

_WIDE = ("review", "queue")
"""Screens that need the whole width; the menu stays one click away."""

_TROUBLE = "trouble_told"
"""Key of the session: what went wrong in the last run of a screen."""
_KNOWN: tuple[type[Exception], ...] = (*known_errors(), OSError)

_ICON = Path(__file__).resolve().parent / "icon.png"
"""A file of ours: the browser would fetch an icon given by name from another server."""

_STYLE = (
    "<style>"
    + FACES
    + """
[data-testid="stHeader"] { height: 2.4rem; min-height: 2.4rem; background: transparent; }
[data-testid="stMainBlockContainer"] { padding: 2.2rem 1.2rem .3rem; max-width: 100%; }
[data-testid="stSidebarHeader"] { height: 2.4rem; min-height: 2.4rem; padding-bottom: 0; margin-bottom: 0; }
.st-key-menu { gap: 0 !important; }
.st-key-menu [data-testid="stPageLink-NavLink"] { min-height: 1.75rem; padding-top: .1rem; padding-bottom: .1rem; }
.st-key-menu h2 { font-size: .88rem; font-weight: 600; margin: 0; padding: .35rem 0 .1rem; color: #42505f; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: #42505f; opacity: 1; }
[data-testid="stSidebarUserContent"] { padding-top: .4rem; padding-bottom: .5rem; }
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] { gap: .4rem; }
[data-testid="stFileUploaderDropzoneInstructions"], [data-testid="stFileUploaderDropzone"] small { display: none; }
[data-testid="stFileUploaderDropzone"] button p { font-size: 0; }
[data-testid="stFileUploaderDropzone"] button p::after { content: "Chọn tệp"; font-size: 1rem; }
[role="listbox"][data-empty] span { font-size: 0; } /* the framework's "No results" */
[role="listbox"][data-empty] span::after { content: "Không có mục nào khớp"; font-size: .9rem; }
[data-testid="stSkipToContent"] { font-size: 0 !important; }
[data-testid="stSkipToContent"]::after { content: "Tới nội dung chính"; font-size: 1rem; }
[data-testid="stDateInput"] [data-placeholder="true"] { font-size: 0; }
[data-testid="stDateInput"] [data-placeholder="true"]::after { font-size: 1rem; }
[data-testid="stDateInput"] [data-type="day"]::after { content: "ngày"; }
[data-testid="stDateInput"] [data-type="month"]::after { content: "tháng"; }
[data-testid="stDateInput"] [data-type="year"]::after { content: "năm"; }
[data-testid="stDateInput"] :not([data-placeholder="true"])::after { content: none; }
[data-testid="stDataFrameColumnMenu"] [aria-haspopup] { display: none; } /* formats and statistics, in English */
[data-testid="stStatusWidget"], [data-testid="InputInstructions"] { display: none; } /* English, and over the letters */
/* Headings that leave the height to the work: what one does must not lie outside a low window. */
[data-testid="stMainBlockContainer"] h1 { font-size: 1.9rem; padding: 0 0 .4rem; }
[data-testid="stMainBlockContainer"] h2 { font-size: 1.65rem; padding: 0 0 .6rem; }
[data-testid="stMainBlockContainer"] h3 { font-size: 1.25rem; padding: 0 0 .5rem; }
/* English; and copies of tables that leave no trace */
[data-testid="stElementToolbar"], [data-testid="stHeaderActionElements"] { display: none; }
[data-testid="stLayoutWrapper"]:has(> .st-key-around) { display: none; }
[data-testid="stLayoutWrapper"]:has(> .st-key-told) { position: sticky; top: .4rem; z-index: 90; }
.st-key-told { background: #fff; border-radius: .5rem; }
/* Narrow windows and large letters: figures with their labels whole, choices on as many lines as they need. */
[data-testid="stMetric"] [data-testid="stMarkdownContainer"], [data-testid="stMetric"] p {
  white-space: normal; overflow: visible; text-overflow: clip; overflow-wrap: anywhere; }
[data-testid="stMetricValue"] { font-size: clamp(1.35rem, 2.4vw, 2.25rem); }
.stApp :is([data-testid="stButton"], [data-testid="stDownloadButton"], [data-testid="stFormSubmitButton"]) button
  :is(div, p) { white-space: normal; overflow: visible; text-overflow: clip; } /* what a button does is read whole */
[data-testid="stColumn"]:has([data-testid="stDateInput"]) { min-width: 10.5rem; }
.st-key-entry_view [data-testid="stColumn"] { min-width: 24rem; }
[data-testid="stCheckbox"] label p { white-space: normal; overflow: visible; text-overflow: clip; }
[data-testid="stWidgetLabel"] { color: #16202c; } /* also of a box that cannot be used now */
[data-testid="stButtonGroup"] > div { flex-wrap: wrap; overflow: visible; }
/* Working screens: what is chosen stands on the line of the button that opens the menu. */
.st-key-topline { padding-left: 2.4rem; }
[data-testid="stMainBlockContainer"]:has(.st-key-topline) { padding-top: .45rem; }
.stApp:has(.st-key-topline) [data-testid="stHeader"] { width: 3.2rem; }
@media (max-width: 900px) {
  [data-testid="stHeader"] { width: 3.2rem; }
  [data-testid="stExpandSidebarButton"] { background: #fff; box-shadow: 0 0 0 1px #8a97a6; border-radius: 4px; }
}
</style>
"""
)


def run_app() -> None:
    """The whole program for one run of the script: sign in, or the screens of the role."""
    st.set_page_config(page_title="Số hóa sổ hộ tịch", page_icon=str(_ICON), layout="wide")
    st.html(_STYLE)
    try:
        context = _context()
    except StorageError as error:
        st.error(plain(error))
        return
    if context.account is None:
        # Every screen is known, so that an address kept from before leads there after signing in.
        st.navigation(_pages_of(context), position="hidden")
        around_screens(ahead=())
        _sign_in(context)
        return
    pages = _pages_of(context)
    page = st.navigation(pages, position="hidden")  # the framework's own menu is no list that a screen reader can read
    _menu(context, pages)
    wide = page.url_path in _WIDE
    around_screens(ahead=scripts_of_review(), wide=wide)
    if wide:
        st.set_page_config(initial_sidebar_state="collapsed")
    _who_is_here(context)
    _warn_of_old_backup(context)
    screen = next(s for _, screens in PAGES for s in screens if s.title == page.title)
    if missing := st.query_params.get(MISSING):
        st.warning(
            f"Không có màn hình nào ở địa chỉ «{plain(missing)}». Đây là màn hình đầu; hãy chọn việc ở bên trái."
        )
    if context.may(*screen.roles):
        page.run()
    elif screen.path == first_path():  # where everybody comes to after signing in: on to this role's own first screen
        st.switch_page(_first_allowed(context, pages))
    else:
        st.error(str(NotAllowed()))


def _warn_of_old_backup(context: Context) -> None:
    """To administrators, once there is something to lose."""
    if not context.may(Role.ADMINISTRATOR) or not context.scans.folder.exists() or context.database.path is None:
        return
    state = backup_state(context)
    if state.is_old(backup_plan(context), datetime.now().astimezone()):
        last = f"từ {plain(local_time(state.last_good))}" if state.last_good else "chưa có"
        st.sidebar.warning(f"Bản sao lưu tốt gần nhất: {last}. Hãy sao lưu ở «Thiết lập», thẻ «Sao lưu».")


def _menu(context: Context, pages: dict[str, list[st.Page]]) -> None:
    """The screens of the role, under their headings."""
    with st.sidebar, st.container(key="menu"):
        for heading, screens in PAGES:
            shown = [page for page, screen in zip(pages[heading], screens, strict=True) if context.may(*screen.roles)]
            if shown:
                st.html(f"<h2>{heading}</h2>")
            for page in shown:
                st.page_link(page)


def page_paths() -> frozenset[str]:
    """The addresses of all screens."""
    return frozenset(screen.path for _, screens in PAGES for screen in screens)


def page_modules() -> tuple[str, ...]:
    """The modules of all screens."""
    return tuple(f"workbench.screens.pages.{screen.file}" for _, screens in PAGES for screen in screens)


def first_path() -> str:
    """The address of the screen that one comes to first."""
    return PAGES[0][1][0].path


def _context() -> Context:
    base = open_context(load_settings())
    cookies = st.context.headers.get("cookie")
    # Without a browser (a script run in a test) the header is no text.
    token = st.session_state.get("token") or (session_secret(cookies) if isinstance(cookies, str) else "")
    context = context_of_session(base, token) if token else None
    if context is None:
        if token:
            st.session_state["session_over"] = True
        st.session_state.pop("token", None)
        return base
    st.session_state.pop("session_over", None)
    st.session_state["token"] = token
    return context


def _sign_in(context: Context) -> None:
    if st.session_state.get("cookie_action") == "end":
        _hand_over_cookie("")
    token = show_sign_in(context, session_over=bool(st.session_state.get("session_over")))
    if token:
        st.session_state.update(token=token, cookie_action="keep", cookie_visit=secrets.token_hex(4))
        st.rerun()


def _pages_of(context: Context) -> dict[str, list[st.Page]]:
    """All screens, the same one at `/` for every role: else a screen's own address would be unknown to some of them."""
    return {heading: [_page(s, allowed=context.may(*s.roles)) for s in screens] for heading, screens in PAGES}


def _first_allowed(context: Context, pages: dict[str, list[st.Page]]) -> st.Page:
    """The first screen of the menu that the role has; every role has one."""
    return next(
        page
        for heading, screens in PAGES
        for page, screen in zip(pages[heading], screens, strict=True)
        if context.may(*screen.roles)
    )


def _page(screen: _Screen, *, allowed: bool) -> st.Page:
    return st.Page(
        f"workbench/screens/pages/{screen.file}.py",
        title=screen.title,
        icon=screen.icon,
        url_path=screen.path,
        default=screen.path == first_path(),
        visibility="visible" if allowed else "hidden",
    )


def _who_is_here(context: Context) -> None:
    account = context.who
    with st.sidebar:
        st.caption(f"{plain(account.full_name or account.name)} · {ROLES[account.role.value]}")
        own, out = st.columns(2)
        with own.popover("Mật khẩu", width="stretch"):
            _own_password(context)
        if out.button("Đăng xuất", width="stretch"):
            sign_out(context, st.session_state["token"])
            st.session_state.clear()
            st.session_state.update(cookie_action="end", cookie_visit=secrets.token_hex(4))
            st.rerun()
    if st.session_state.get("cookie_action") == "keep":
        _hand_over_cookie(st.session_state["token"])


def _own_password(context: Context) -> None:
    with st.form("own_password", clear_on_submit=True, border=False):
        old = st.text_input("Mật khẩu đang dùng", type="password", autocomplete="current-password")
        new = st.text_input("Mật khẩu mới", type="password", autocomplete="new-password")
        again = st.text_input("Nhập lại mật khẩu mới", type="password", autocomplete="new-password")
        sent = st.form_submit_button("Đổi")
    if not sent:
        return
    if new != again:
        st.error("Hai lần nhập khác nhau. Hãy nhập lại.")
        return
    try:
        change_password(context, old=old, new=new, token=st.session_state["token"])
        st.success("Đã đổi mật khẩu. Các máy khác đang đăng nhập tài khoản này đã bị đăng xuất.")
    except ServiceError as error:
        st.error(plain(error))


def _hand_over_cookie(token: str) -> None:
    action = st.session_state["cookie_action"]
    if session_cookie(action=action, token=token, visit=st.session_state["cookie_visit"]) == "ok":
        st.session_state["cookie_action"] = ""


def tell_fault(error: Exception) -> bool:
    """A fault of the program itself: one Vietnamese sentence on the screen, the details in the log."""
    log.error("screen failed: %s", type(error).__name__, exc_info=error)
    st.error(
        "Chương trình gặp lỗi ở màn hình này; việc đã lưu vẫn còn nguyên. Hãy tải lại trang (F5); nếu vẫn lỗi, "
        "gửi tệp nhật ký của máy chủ cho người phụ trách."
    )
    return True


@contextmanager
def telling_errors() -> Iterator[None]:
    """Known errors become one sentence on the screen; what was typed stays. For parts that renew themselves."""
    try:
        yield
    except _KNOWN as error:
        st.error(_sentence(error))


def _sentence(error: Exception) -> str:
    if not isinstance(error, OSError):
        return plain(error)
    log.error("screen failed", exc_info=error)
    return f"Máy không đọc hoặc không ghi được tệp ({plain(error.strerror)}). Hãy kiểm tra ổ đĩa rồi thử lại."


def screen_context() -> Context | None:
    """Who looks at the screen now, for parts that renew themselves; None once the session has ended."""
    context = _context()
    return context if context.account is not None else None


def run_page(show: Callable[[Context], None]) -> None:
    """Run a page script.

    What went wrong with something asked for is told at the top, where it stays in sight, over the whole screen drawn
    anew: an error in the middle would leave out what stands behind it. A screen that fails by itself ends there.
    """
    place, told = st.container(key="told"), st.session_state.pop(_TROUBLE, "")
    if told:
        place.error(told)
    with place:
        show_told()
    try:
        context = _context()
        if context.account is None:
            st.rerun()
        show(context)
    except _KNOWN as error:
        said = _sentence(error)
        if not told:
            st.session_state[_TROUBLE] = said
            st.rerun()
        if said != told:
            place.error(said)
