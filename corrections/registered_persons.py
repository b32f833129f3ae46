"""The persons of an entry whom a population database knows: where each stands among the columns of its register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from corrections.dates import parse_date
from corrections.entries import Entry, FieldState, FieldValue
from corrections.same_person import Person
from layouts.register_types import RegisterType

__all__ = ["ROLE_LABELS", "invited_of", "persons_of", "residence_of"]

_MAN, _WOMAN = "1", "2"
_OF_AGE = 18
"""Years (Bộ luật Dân sự 2015, article 20)."""
_UNREADABLE: Mapping[FieldState, str] = {
    FieldState.ILLEGIBLE: "(không đọc được)",
    FieldState.STRUCK_OUT: "(bị gạch bỏ)",
    FieldState.ERASED: "(bị tẩy xóa)",
    FieldState.TORN: "(bị rách)",
}


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a person stands among the columns of a register."""

    role: str
    """Prefix of the person's own columns."""
    label: str
    mother: str = ""
    father: str = ""
    other_parents: tuple[str, ...] = ()
    sex: str = ""
    """Where the register has no column for it, because the place tells."""
    dead: bool = False


_PERSONS: Mapping[RegisterType, tuple[_Columns, ...]] = {
    RegisterType.BIRTH: (_Columns("nks", "Người được khai sinh", mother="meHoTen", father="chaHoTen"),),
    RegisterType.DEATH: (_Columns("nkt", "Người chết", dead=True),),
    RegisterType.MARRIAGE: (_Columns("chong", "Chồng", sex=_MAN), _Columns("vo", "Vợ", sex=_WOMAN)),
    RegisterType.PARENT_CHILD_RECOGNITION: (_Columns("nc", "Con"), _Columns("cm", "Cha, mẹ")),
    RegisterType.MARITAL_STATUS: (_Columns("nxn", "Người được xác nhận"),),
    RegisterType.ADOPTION: (
        # The population database may name the parents who took the child or those who gave it.
        _Columns(
            "conNuoi", "Con nuôi", mother="meNuoiHoTen", father="chaNuoiHoTen",
            other_parents=("baGiaoHoTen", "ongGiaoHoTen"),
        ),
        _Columns("chaNuoi", "Cha nuôi", sex=_MAN),
        _Columns("meNuoi", "Mẹ nuôi", sex=_WOMAN),
    ),
    RegisterType.GUARDIANSHIP: (_Columns("ndgh", "Người được giám hộ"), _Columns("ngh", "Người giám hộ")),
    RegisterType.CHANGE: (_Columns("ntd", "Người thay đổi, cải chính"),),
}  # fmt: skip
_FIELDS = {
    "born": "NgaySinh",
    "sex": "GioiTinh",
    "birthplace": "NoiSinh",
    "native_place": "QueQuan",
    "ethnic_group": "DanToc",
    "nationality": "QuocTich",
}
"""Field of a person -> what its column is called behind the person's prefix."""
_NUMBERS = ("SoDinhDanh", "SoGiayToTuyThan")

ROLE_LABELS: Mapping[str, str] = {where.role: where.label for places in _PERSONS.values() for where in places}
"""What a person of an entry is there, by column prefix."""


def persons_of(entry: Entry) -> Iterator[tuple[str, Person]]:
    """The persons of an entry whom a population database knows: role (column prefix) and person.

    A field that people could not read is in `unread`, with why; it is never an empty one that agrees with anything.
    """
    for where in _PERSONS.get(entry.register_type, ()):
        person = _person(entry, where)
        if person.name or "name" in dict(person.unread):
            yield where.role, person


def residence_of(entry: Entry, role: str) -> str:
    """Where the register says a person lives: its own column, else that of the mother or father of a child."""
    where = next((one for one in _PERSONS.get(entry.register_type, ()) if one.role == role), None)
    parents = (where.mother, where.father) if where else ()
    for prefix in (role, *(parent.removesuffix("HoTen") for parent in parents if parent)):
        value = entry.fields.get(f"{prefix}NoiCuTru")
        if value is not None and (text := value.normalized or value.text):
            return text
    return ""


def invited_of(entry: Entry, role: str, person: Person, today: date) -> str:
    """Whom a letter about a person goes to: that person, a child's parents, the relatives of somebody who died.

    Args:
        entry: where the person stands.
        role: column prefix of the person.
        person: as the register has them.
        today: by which a child is one.
    """
    name = person.name or "........................"
    where = next((one for one in _PERSONS.get(entry.register_type, ()) if one.role == role), None)
    if where is not None and where.dead:
        asked = entry.fields.get("nycHoTen")
        by = asked.normalized or asked.text if asked is not None else ""
        return f"Thân nhân của ông (bà) {name} (đã chết{f'; người đi khai tử: {by}' if by else ''})"
    born = parse_date(person.born).date if person.born else None
    if born is not None and born.valid and not born.lunar:
        latest = born.latest
        if (today.year - _OF_AGE, today.month, today.day) < (latest.year, latest.month, latest.day):
            return f"Cha, mẹ hoặc người giám hộ của {name}"
    return f"Ông (bà) {name}"


def _person(entry: Entry, where: _Columns) -> Person:
    columns = {name: where.role + ending for name, ending in _FIELDS.items()}
    columns |= {"name": f"{where.role}HoTen", "mother": where.mother, "father": where.father}
    fields = {name: entry.fields.get(column) for name, column in columns.items()}
    numbers = (entry.fields.get(where.role + ending) for ending in _NUMBERS)
    fields["id_number"] = next((v for v in numbers if v is not None and (v.normalized or v.text)), None)
    unread = tuple((name, text) for name, value in fields.items() if (text := _unread(name, value)))
    known = {name: value.normalized for name, value in fields.items() if value is not None and value.normalized}
    for name, _ in unread:
        known.pop(name, None)
    sex = known.pop("sex", where.sex)
    given = (entry.fields.get(column) for column in where.other_parents)
    return Person(
        key=f"{entry.id}:{where.role}",
        name=known.pop("name", ""),
        sex=sex,
        other_parents=tuple(value.normalized for value in given if value is not None and value.normalized),
        unread=unread,
        former_names=(),
        **known,
    )


def _unread(name: str, value: FieldValue | None) -> str:
    """What stands where a value cannot be read surely; empty when it can, or when nothing is written."""
    if value is None:
        return ""
    if value.state in _UNREADABLE:
        return _UNREADABLE[value.state]
    if not value.normalized:
        return value.text
    if name == "born":
        parsed = parse_date(value.normalized).date
        return "" if parsed is not None and parsed.valid and not parsed.lunar else value.normalized
    return ""
