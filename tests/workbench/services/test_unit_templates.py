"""Letters and minutes from the unit's own template, else the nearest unit's above, else the general one, else ours."""

import io

import pytest
from docx import Document
from sqlalchemy import delete, select, update

from corrections.entries import Role
from layouts.register_types import RegisterType
from storage.schema import document_templates
from tests.exports.books import words_of_document
from tests.workbench.services.campaign_tree import plant_tree
from tests.workbench.services.conftest import Office
from tests.workbench.services.plan_office import person
from workbench.services import audit, book_custody, printing
from workbench.services.books import create_book
from workbench.services.context import Context
from workbench.services.errors import InvalidInput

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

KIND = "books_handed_out"


class Units:
    """A supervisor of each unit of a small province."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.units = plant_tree(office.administrator)
        self.people = {code: person(office, f"u{code}", Role.SUPERVISOR, unit) for code, unit in self.units.items()}
        self.general = office.administrator

    def __getitem__(self, code: str) -> Context:
        return self.people[code]


@pytest.fixture
def units(office: Office) -> Units:
    return Units(office)


def own_file(context: Context, mark: str) -> None:
    """The template in force with a paragraph more, kept as the caller's own."""
    document = Document(io.BytesIO(printing.document_template(context, KIND)))
    document.add_paragraph(mark)
    out = io.BytesIO()
    document.save(out)
    printing.save_document_template(context, KIND, out.getvalue(), f"{mark}.docx")


def in_force(context: Context) -> printing.TemplateInForce:
    return next(one for one in printing.list_document_templates(context) if one.name == KIND)


def shown(context: Context) -> tuple[str, bool, str]:
    one = in_force(context)
    return one.file_name, one.own, one.of_unit


def test_a_unit_prints_with_its_own_template_else_with_the_nearest_one_above(units: Units) -> None:
    assert shown(units["25001"]) == ("", False, "")
    own_file(units.general, "chung")
    assert {shown(units[code]) for code in units.units} == {("chung.docx", False, "")}
    own_file(units["70"], "tỉnh")
    own_file(units["691"], "huyện")
    own_file(units["25001"], "xã")
    assert shown(units["25001"]) == ("xã.docx", True, "")
    assert shown(units["25002"]) == ("huyện.docx", False, "Huyện Một")
    assert shown(units["691"]) == ("huyện.docx", True, "")
    assert shown(units["25003"]) == ("tỉnh.docx", False, "Tỉnh Bình An"), "its district has none"
    assert shown(units.general) == ("chung.docx", True, "")
    words = words_of_document(printing.document_template(units["25001"], KIND))
    assert "xã" in words and "huyện" in words, "it was drawn from the one that stood before"
    assert "xã" not in words_of_document(printing.document_template(units["25002"], KIND)).split("\n")
    printing.remove_document_template(units["25001"], KIND)
    assert shown(units["25001"]) == ("huyện.docx", False, "Huyện Một")
    printing.remove_document_template(units["25001"], KIND)
    assert shown(units["691"]) == ("huyện.docx", True, ""), (
        "taking away what one has not takes nothing from those above"
    )


def test_minutes_are_printed_from_the_template_of_whoever_prints(units: Units) -> None:
    own_file(units["25001"], "Mẫu của xã Một A")
    for code, has in (("25001", True), ("25002", False)):
        book = create_book(
            units.general,
            register_type=RegisterType.BIRTH,
            volume_number="01/1998",
            office=f"UBND xã {code}",
            office_id=units.units[code].id,
        )
        kept = book_custody.hand_books_over(
            units[code],
            book_custody.Handover(
                kind=book_custody.HandoverKind.HANDED_OUT,
                on_day="2020-01-10",
                giver="Lê Giao",
                receiver="Trần Nhận",
                lines=(book_custody.HandoverLine(book_id=book.id),),
            ),
        )
        words = words_of_document(book_custody.print_handover(units[code], kept.id)[1])
        assert ("Mẫu của xã Một A" in words) is has and "Trần Nhận" in words


def test_a_unit_sees_and_changes_no_template_of_units_beside_or_below_it(units: Units) -> None:
    for code in ("25002", "691", "692"):
        own_file(units[code], f"của {code}")
    own_file(units.general, "chung")
    database = units.office.nobody.database
    names = select(document_templates.c.file_name)
    with database.read(units["25001"].scope()) as connection:
        assert set(connection.execute(names).scalars()) == {"của 691.docx", "chung.docx"}
    with database.read(units["70"].scope()) as connection:
        assert set(connection.execute(names).scalars()) == {"chung.docx"}
    with database.write(units["25001"].scope()) as connection:
        assert connection.execute(update(document_templates).values(file_name="đổi")).rowcount == 0
        assert connection.execute(delete(document_templates)).rowcount == 0
    with database.write(units["691"].scope()) as connection:
        assert connection.execute(delete(document_templates)).rowcount == 1, "its own alone"
    with database.read(None) as connection:
        assert set(connection.execute(names).scalars()) == {"của 25002.docx", "của 692.docx", "chung.docx"}


def test_who_belongs_to_no_unit_among_several_changes_none_and_every_change_is_in_the_log(units: Units) -> None:
    with pytest.raises(InvalidInput, match="chưa gắn với đơn vị nào"):
        own_file(units.office.supervisor, "của ai")
    own_file(units["25001"], "một")
    own_file(units["25001"], "hai")
    printing.remove_document_template(units["25001"], KIND)
    events = [e for e in audit.list_events(units.general) if e.action == "document_template"]
    assert [(e.actor, e.column, e.old, e.new) for e in reversed(events)] == [
        ("u25001", KIND, "", "một.docx"),
        ("u25001", KIND, "một.docx", "hai.docx"),
        ("u25001", KIND, "hai.docx", ""),
    ]
