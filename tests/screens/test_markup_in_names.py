"""Text of people and places is shown as it is on every screen: no name becomes a link, a colour or an icon."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from streamlit.testing.v1 import AppTest

from corrections.campaign.figures import Period
from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from corrections.entries import Role
from storage.handovers import Handover, HandoverLine
from storage.states import HandoverKind
from tests.screens.office import Office
from tests.screens.test_screens import SCREENS, opened
from vietnamese.shown_time import LOCAL
from workbench.services import accounts, book_custody, books, campaign, offices

pytestmark = pytest.mark.screens

EVIL = "[bấm](http://ngoai.example) **đậm** :red[đỏ] :material/delete:"
RAW = re.compile(r"(?<!\\)(?:\[bấm|\*\*đậm|:red|:material)")
"""The beginnings of markup that no backslash takes for plain text."""


def _bend(office: Office) -> None:
    """Markup in whatever people may write of themselves, their units, their books and their work."""
    boss = office.context(Role.ADMINISTRATOR)
    for account in accounts.list_accounts(boss):
        accounts.update_account(boss, account.id, full_name=EVIL, team=EVIL, shift="sáng")
    unit = offices.save_office(
        boss,
        Unit(
            code="25001",
            name=EVIL,
            level=OfficeLevel.COMMUNE,
            contact_name=EVIL,
            area_officer=EVIL,
            note=EVIL,
        ),
    )
    books.update_book(boss, office.book_id, remarks=EVIL, signer=EVIL, signer_title=EVIL)
    day = dt.datetime.now(LOCAL).date()
    campaign.save_report_text(boss, office_id=unit.id, period=Period.WEEK, day=day, difficulties=EVIL, proposals=EVIL)
    book_custody.hand_books_over(
        boss,
        Handover(
            kind=HandoverKind.HANDED_OUT,
            on_day=day.isoformat(),
            giver=EVIL,
            receiver=f"{EVIL} hai",
            place=EVIL,
            note=EVIL,
            lines=(HandoverLine(book_id=office.book_id, condition=EVIL),),
        ),
    )


def _marked(app: AppTest) -> list[str]:
    """What the screen hands to the framework as markup."""
    shown = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption]
    shown += [*app.error, *app.info, *app.success, *app.warning]
    labels = [one.label for one in (*app.button, *app.checkbox, *app.radio, *app.selectbox, *app.text_input, *app.tabs)]
    return [*(str(one.value) for one in shown), *map(str, labels), *(str(one.label) for one in app.expander)]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CLERK, Role.POLICE], ids=str)
def test_no_name_becomes_markup(office: Office, role: Role) -> None:
    _bend(office)
    app = opened(office, role)
    app.session_state["book"] = office.book_id
    found = [text for text in _marked(app) if RAW.search(text)]
    for screen in SCREENS:
        if role in screen.roles or not screen.roles:
            app.switch_page(f"workbench/screens/pages/{screen.file}.py").run()
            assert not app.exception, screen.file
            found += [f"{screen.file}: {text}" for text in _marked(app) if RAW.search(text)]
    assert found == []
