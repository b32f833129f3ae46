"""The persons of an entry as reconciliation compares them: every register, and nothing unreadable taken for empty."""

from datetime import date

import pytest

from corrections.entries import Entry, EntryState, FieldState, FieldValue
from corrections.registered_persons import ROLE_LABELS, invited_of, persons_of
from layouts.columns import columns
from layouts.register_types import RegisterType


def _entry(register_type: RegisterType, **values: str | FieldState) -> Entry:
    fields = {
        name: FieldValue(column=name, text="", normalized="", state=value)
        if isinstance(value, FieldState)
        else FieldValue(column=name, text=value, normalized=value)
        for name, value in values.items()
    }
    return Entry(
        id=5, book_id=1, page_id=1, region=0, register_type=register_type, state=EntryState.APPROVED, revision=1,
        fields=fields,
    )  # fmt: skip


@pytest.mark.parametrize("register_type", list(RegisterType))
def test_each_register_has_persons_whose_columns_exist(register_type: RegisterType) -> None:
    known = {column.name for column in columns(register_type)}
    named = {name: "Lê An" for name in known if name.endswith("HoTen")}
    found = dict(persons_of(_entry(register_type, **named)))
    assert found and set(found) <= set(ROLE_LABELS)
    assert all(f"{role}HoTen" in known and person.name == "Lê An" for role, person in found.items())


def test_an_adopted_child_has_both_pairs_of_parents() -> None:
    entry = _entry(
        RegisterType.ADOPTION, conNuoiHoTen="Lê Bé", meNuoiHoTen="Trần Nuôi", chaNuoiHoTen="Lê Nuôi",
        baGiaoHoTen="Võ Thị Sinh", ongGiaoHoTen="Hồ Sinh",
    )  # fmt: skip
    people = dict(persons_of(entry))
    child = people["conNuoi"]
    assert (child.mother, child.father) == ("Trần Nuôi", "Lê Nuôi")
    assert child.other_parents == ("Võ Thị Sinh", "Hồ Sinh")
    assert (people["chaNuoi"].sex, people["meNuoi"].sex) == ("1", "2")


def test_what_nobody_could_read_is_told_and_not_empty() -> None:
    states = {"nksNgaySinh": FieldState.TORN, "meHoTen": FieldState.ILLEGIBLE, "chaHoTen": FieldState.BLANK}
    ((_, person),) = persons_of(_entry(RegisterType.BIRTH, nksHoTen="Lê An", **states))
    assert (person.born, person.mother, person.father) == ("", "", "")
    assert dict(person.unread) == {"born": "(bị rách)", "mother": "(không đọc được)"}
    ((_, nameless),) = persons_of(_entry(RegisterType.BIRTH, nksHoTen=FieldState.ILLEGIBLE))
    assert nameless.name == "" and dict(nameless.unread) == {"name": "(không đọc được)"}
    ((_, lunar),) = persons_of(_entry(RegisterType.BIRTH, nksHoTen="Lê An", nksNgaySinh="không nhớ"))
    assert lunar.born == "" and dict(lunar.unread) == {"born": "không nhớ"}
    assert list(persons_of(_entry(RegisterType.BIRTH, nksHoTen=FieldState.BLANK))) == []


@pytest.mark.parametrize(
    ("register_type", "values", "invited"),
    [
        (RegisterType.BIRTH, {"nksHoTen": "Lê An", "nksNgaySinh": "02.05.1998"}, "Ông (bà) Lê An"),
        (RegisterType.BIRTH, {"nksHoTen": "Lê An", "nksNgaySinh": "01.12.2008"}, "Ông (bà) Lê An"),
        (
            RegisterType.BIRTH,
            {"nksHoTen": "Lê An", "nksNgaySinh": "02.12.2008"},
            "Cha, mẹ hoặc người giám hộ của Lê An",
        ),
        (RegisterType.BIRTH, {"nksHoTen": "Lê An", "nksNgaySinh": "2008"}, "Cha, mẹ hoặc người giám hộ của Lê An"),
        (
            RegisterType.DEATH,
            {"nktHoTen": "Lê Ba", "nycHoTen": "Lê Thị Tư"},
            "Thân nhân của ông (bà) Lê Ba (đã chết; người đi khai tử: Lê Thị Tư)",
        ),
        (RegisterType.DEATH, {"nktHoTen": "Lê Ba"}, "Thân nhân của ông (bà) Lê Ba (đã chết)"),
    ],
)
def test_letters_about_the_dead_and_about_children_go_to_their_people(
    register_type: RegisterType, values: dict[str, str], invited: str
) -> None:
    entry = _entry(register_type, **values)
    ((role, person),) = persons_of(entry)
    assert invited_of(entry, role, person, date(2026, 12, 1)) == invited
