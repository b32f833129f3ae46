"""What every screen stands in: who is signed in, which screens the role has, and errors told in plain words."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import streamlit as st

from corrections.entries import Role
from storage.errors import StorageError
from vietnamese.shown_time import local_time
from workbench.config import load_settings
from workbench.routes.guard import session_secret
from workbench.routes.unknown_pages import MISSING
from workbench.screens.components import around_screens, session_cookie
from workbench.screens.faults import known_errors
from workbench.screens.frame_style import STYLE
from workbench.screens.framework_scripts import scripts_of_review
from workbench.screens.owned_files import note_owner
from workbench.screens.plain import plain
from workbench.screens.screen_list import MY_ACCOUNT, PAGES, Screen, first_path
from workbench.screens.sign_in import show_sign_in
from workbench.screens.telling import show_told
from workbench.services.backup_plan import backup_plan, backup_state
from workbench.services.context import Context, open_context
from workbench.services.errors import NotAllowed
from workbench.services.sessions import context_of_session, sign_out
from workbench.wording import ROLES

__all__ = [
    "run_app",
    "run_page",
    "screen_context",
    "tell_fault",
    "telling_errors",
]

log = logging.getLogger(__name__)


_WIDE = ("review", "queue")
"""Screens that need the whole width; the menu stays one click away."""

_TROUBLE = "trouble_told"
"""Key of the session: what went wrong in the last run of a screen."""
_WHOSE = "whose"
"""Key of the session: the account that was signed in on this tab last."""
_OF_THE_TAB = {"token", "cookie_action", "cookie_visit"}
"""Keys that a sign-in has just set."""
_KNOWN: tuple[type[Exception], ...] = (*known_errors(), OSError)

_ICON = Path(__file__).resolve().parent / "icon.png"
"""A file of ours: the browser would fetch an icon given by name from another server."""


def run_app() -> None:
    """The whole program for one run of the script: sign in, or the screens of the role."""
    st.set_page_config(page_title="Số hóa sổ hộ tịch", page_icon=str(_ICON), layout="wide")
    st.html(STYLE)
    try:
        context = _context()
    except StorageError as error:
        st.error(plain(error))
        return
    if context.account is None:
        # Every screen is known, so that an address kept from before leads there after signing in.
        st.navigation(_pages_of(context), position="hidden")
        around_screens(account="", ahead=())
        _sign_in(context)
        return
    pages = _pages_of(context)
    page = st.navigation(pages, position="hidden")  # the framework's own menu is no list that a screen reader can read
    _menu(context, pages)
    wide = page.url_path in _WIDE
    around_screens(account=context.who.name, ahead=scripts_of_review(), wide=wide)
    if wide:
        st.set_page_config(initial_sidebar_state="collapsed")
    _who_is_here(context, pages)
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
            shown = [
                page
                for page, screen in zip(pages[heading], screens, strict=True)
                if screen.in_menu and context.may(*screen.roles)
            ]
            if shown:
                st.html(f"<h2>{heading}</h2>")
            for page in shown:
                st.page_link(page)


def _context() -> Context:
    base = open_context(load_settings())
    cookies = st.context.headers.get("cookie")
    # Without a browser (a script run in a test) the header is no text.
    token = st.session_state.get("token") or (session_secret(cookies) if isinstance(cookies, str) else "")
    context = context_of_session(base, token) if token else None
    if context is None:
        if token and not st.session_state.get("signed_out"):
            st.session_state["session_over"] = True  # the line still has the cookie of whoever has just signed out
        st.session_state.pop("token", None)
        return base
    for key in ("session_over", "signed_out"):
        st.session_state.pop(key, None)
    _forget_other_people(context.who.id)
    st.session_state["token"] = token
    note_owner(context.who.id)
    return context


def _forget_other_people(account_id: int) -> None:
    """What somebody chose, was told or made on this tab is not shown to whoever signs in on it next."""
    if st.session_state.setdefault(_WHOSE, account_id) == account_id:
        return
    for key in set(st.session_state) - _OF_THE_TAB:
        del st.session_state[key]
    st.session_state[_WHOSE] = account_id


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


def _page(screen: Screen, *, allowed: bool) -> st.Page:
    return st.Page(
        f"workbench/screens/pages/{screen.file}.py",
        title=screen.title,
        icon=screen.icon,
        url_path=screen.path,
        default=screen.path == first_path(),
        visibility="visible" if allowed else "hidden",
    )


def _who_is_here(context: Context, pages: dict[str, list[st.Page]]) -> None:
    account = context.who
    with st.sidebar:
        st.caption(f"{plain(account.full_name or account.name)} · {ROLES[account.role.value]}")
        st.page_link(next(p for shown in pages.values() for p in shown if p.url_path == MY_ACCOUNT.path))
        if st.button("Đăng xuất", width="stretch"):
            sign_out(context, st.session_state["token"])
            st.session_state.clear()
            st.session_state.update(cookie_action="end", cookie_visit=secrets.token_hex(4), signed_out=True)
            st.rerun()
    if st.session_state.get("cookie_action") == "keep":
        _hand_over_cookie(st.session_state["token"])


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
