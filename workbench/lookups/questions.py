"""What may be asked and what is answered, as models: they check what comes in, and describe themselves for OpenAPI."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from corrections.dates import PartialDate
from corrections.search_keys import search_key
from layouts.register_types import RegisterType
from workbench.services.lookups import FoundEntry, LookupAnswer, NumberQuestion, PersonQuestion

__all__ = ["Answer", "AskedNumber", "AskedPerson", "Entry", "Problem", "answer_of", "entry_of"]

_FIRST_YEAR, _LAST_YEAR = 1800, 2100
"""Years that a register may name; by judgement."""
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")

OfficeCode = Annotated[
    str, Field(pattern=r"^[0-9A-Za-z._-]{0,20}$", description="Mã đơn vị đang giữ sổ; gồm cả các đơn vị trực thuộc.")
]
Kind = Annotated[RegisterType | None, Field(description="Loại sổ; không ghi: mọi loại.")]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AskedNumber(_Asked):
    """Hỏi theo số và năm đăng ký."""

    number: Annotated[
        str, Field(pattern=r"^[0-9]{1,6}[A-Za-z]{0,4}$", description="Số đăng ký, không kèm năm.", examples=["45"])
    ]
    year: Annotated[int, Field(ge=_FIRST_YEAR, le=_LAST_YEAR, description="Năm đăng ký.", examples=[1998])]
    type: Kind = None
    office: OfficeCode = ""

    def question(self) -> NumberQuestion:
        """What the service is asked."""
        return NumberQuestion(number=self.number, year=self.year, register_type=self.type, office_code=self.office)


class AskedPerson(_Asked):
    """Hỏi theo họ tên và ngày sinh; gửi trong thân yêu cầu để họ tên không nằm trong địa chỉ."""

    name: Annotated[
        str,
        Field(
            min_length=2,
            max_length=120,
            description="Họ tên đầy đủ, có dấu hoặc không dấu.",
            examples=["Nguyễn Thị Hòa"],
        ),
    ]
    birth_date: Annotated[
        str,
        Field(
            pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
            description="yyyy-mm-dd, yyyy-mm hoặc yyyy.",
            examples=["1975-03-05"],
        ),
    ]
    type: Kind = None
    office: OfficeCode = ""

    @field_validator("name")
    @classmethod
    def _a_name(cls, value: str) -> str:
        if not value.isprintable() or not search_key(value):
            raise ValueError("no name")
        return " ".join(value.split())

    @field_validator("birth_date")
    @classmethod
    def _a_date(cls, value: str) -> str:
        year, month, day = _parts(value)
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise ValueError("no year of ours")
        date(year, month or 1, day or 1)
        return value

    def question(self) -> PersonQuestion:
        """What the service is asked."""
        year, month, day = _parts(self.birth_date)
        born = PartialDate(year=year, month=month, day=day)
        return PersonQuestion(name=self.name, born=born, register_type=self.type, office_code=self.office)


def _parts(text: str) -> tuple[int, int, int]:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError("no date")
    year, month, day = match.groups(default="0")
    if (match[2] and month == "00") or (match[3] and day == "00"):
        raise ValueError("no date")
    return int(year), int(month), int(day)


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class Person(_Told):
    """Người được đăng ký trong trường hợp."""

    role: str = Field(description="Là ai trong trường hợp, ví dụ «Người được khai sinh».")
    name: str
    birth_date: str = Field(description="dd.mm.yyyy, mm.yyyy hoặc yyyy như trong sổ; trống khi sổ không ghi.")


class Value(_Told):
    """Một ô của bảng Excel chuẩn."""

    column: str = Field(description="Tên cột của bảng chuẩn.", examples=["nksHoTen"])
    label: str
    value: str


class Found(_Told):
    """Một trường hợp tìm thấy, đúng như đã nghiệm thu."""

    id: int
    type: RegisterType
    type_label: str
    number: str
    registered_on: str = Field(description="Ngày đăng ký, dd.mm.yyyy.")
    volume: str
    authority: str = Field(description="Nơi đăng ký như ghi trên sổ.")
    office: str = Field(description="Mã đơn vị đang giữ sổ; trống khi cơ quan làm một mình.")
    office_name: str
    persons: list[Person]
    accepted_by: str
    accepted_on: str = Field(description="dd/mm/yyyy")


class Entry(Found):
    """Đủ các ô của một trường hợp."""

    values: list[Value]
    workbook_sha256: str = Field(description="Mã của tệp Excel đã nghiệm thu có trường hợp này.")


class Answer(_Told):
    """Các trường hợp tìm thấy."""

    entries: list[Found]
    withheld: int = Field(
        description="Số trường hợp phù hợp nhưng đang sửa hoặc bị trả lại sau nghiệm thu nên không trả."
    )
    cut: bool = Field(description="Còn, hoặc có thể còn, trường hợp chưa trả: hãy hỏi hẹp hơn.")


class Problem(_Told):
    """Vì sao không trả lời."""

    code: str = Field(examples=["bad_request"])
    message: str


def answer_of(found: LookupAnswer) -> dict[str, Any]:
    """An answer as JSON."""
    entries = [Found(**_common(entry)) for entry in found.entries]
    return Answer(entries=entries, withheld=found.withheld, cut=found.cut).model_dump(mode="json")


def entry_of(entry: FoundEntry) -> dict[str, Any]:
    """An entry with all its values as JSON."""
    values = [Value(column=column, label=label, value=value) for column, label, value in entry.values]
    return Entry(**_common(entry), values=values, workbook_sha256=entry.workbook_sha256).model_dump(mode="json")


def _common(entry: FoundEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "type": entry.register_type,
        "type_label": entry.register_type.label,
        "number": entry.number,
        "registered_on": entry.registered_on,
        "volume": entry.book.volume_number,
        "authority": entry.book.office,
        "office": entry.unit_code,
        "office_name": entry.unit,
        "persons": [Person(role=role, name=name, birth_date=born) for role, name, born in entry.persons],
        "accepted_by": entry.accepted_by,
        "accepted_on": entry.accepted_on,
    }
