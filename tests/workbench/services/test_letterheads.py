"""What stands on top of minutes and letters: each unit's own heading where many share one record."""

from dataclasses import replace

import pytest

from corrections.campaign.letterheads import letterhead_of, police_of
from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel, OfficeTree
from corrections.entries import Role
from tests.exports.books import words_of_document
from tests.workbench.services.conftest import Office
from tests.workbench.services.plan_office import make_unit, person
from workbench.services import book_custody, printing
from workbench.services.book_custody import Handover, HandoverKind, HandoverLine
from workbench.services.context import Context
from workbench.services.settings import save_office_settings

DAY = "2026-06-01"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _tree(*units: tuple[str, OfficeLevel]) -> tuple[OfficeTree, list[Unit]]:
    """Units, each below the one before."""
    made = [
        Unit(id=n, code=str(n), name=name, level=level, parent_id=n - 1 or None)
        for n, (name, level) in enumerate(units, start=1)
    ]
    return OfficeTree(made), made


def test_who_issues_papers_at_each_level() -> None:
    tree, units = _tree(
        ("Tỉnh Bình Phước", OfficeLevel.PROVINCE),
        ("Huyện Lộc Ninh", OfficeLevel.DISTRICT),
        ("Xã Lộc An", OfficeLevel.COMMUNE),
    )
    heads = [letterhead_of(tree, unit, DAY) for unit in units]
    assert [(head.above, head.own, head.place) for head in heads] == [
        ("UBND Tỉnh Bình Phước", "Sở Tư pháp", "Bình Phước"),
        ("UBND Huyện Lộc Ninh", "Phòng Tư pháp", "Lộc Ninh"),
        ("UBND Huyện Lộc Ninh", "UBND Xã Lộc An", "Lộc An"),
    ]
    police = [police_of(head, unit) for head, unit in zip(heads, units, strict=True)]
    assert [(head.above, head.own) for head in police] == [
        ("", "Công an Tỉnh Bình Phước"),
        ("", "Công an Huyện Lộc Ninh"),
        ("Công an Huyện Lộc Ninh", "Công an Xã Lộc An"),
    ]


def test_a_unit_that_is_called_by_its_office_keeps_its_name() -> None:
    tree, (top, commune) = _tree(("Sở Tư pháp", OfficeLevel.PROVINCE), ("UBND xã Lộc An", OfficeLevel.COMMUNE))
    assert (letterhead_of(tree, top, DAY).above, letterhead_of(tree, top, DAY).own) == ("", "Sở Tư pháp")
    assert (letterhead_of(tree, commune, DAY).above, letterhead_of(tree, commune, DAY).own) == ("", "UBND xã Lộc An")


def _printed(who: Context, book_id: int) -> str:
    handover = Handover(
        kind=HandoverKind.HANDED_OUT,
        on_day="2026-06-01",
        giver="Trần Giao",
        receiver="Lê Nhận",
        lines=(HandoverLine(book_id=book_id),),
    )
    kept = book_custody.hand_books_over(who, handover)
    return " ".join(words_of_document(book_custody.print_handover(who, kept.id)[1]).split())


@on_sqlite
def test_each_unit_prints_under_its_own_heading(office: Office) -> None:
    district = make_unit(office, "691", "Huyện Lộc Ninh", OfficeLevel.DISTRICT, None)
    for code, name in (("25001", "Xã Lộc An"), ("25002", "Xã Lộc Hòa")):
        unit = make_unit(office, code, name, OfficeLevel.COMMUNE, district)
        who = person(office, f"u{code}", Role.SUPERVISOR, unit)
        book = replace(office, supervisor=who).book(office=f"UBND {name}")
        text = _printed(who, book.id)
        assert f"UBND HUYỆN LỘC NINH UBND {name.upper()}" in text, text
        assert f"{name.removeprefix('Xã ')}, ngày" in text


@on_sqlite
def test_an_office_alone_prints_what_its_settings_say(office: Office) -> None:
    book = office.book()
    save_office_settings(
        office.administrator,
        {"unit_name": "UBND xã Tân Lập", printing.ABOVE: "UBND huyện Mẫu", printing.PLACE: "Tân Lập"},
    )
    text = _printed(office.supervisor, book.id)
    assert "UBND HUYỆN MẪU UBND XÃ TÂN LẬP" in text and "Tân Lập, ngày" in text
    with office.supervisor.read() as connection:
        police = printing.heading(connection, police=True)
    assert (police["don_vi_cap_tren"], police["don_vi"]) == ("CÔNG AN HUYỆN MẪU", "CÔNG AN XÃ TÂN LẬP")
