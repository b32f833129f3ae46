"""A package of figures that a unit sends to the one above: its text, and what is wrong with one that came in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from corrections.campaign.calendars import day_shown
from corrections.campaign.figures import Figures, FiguresKey, Period
from corrections.campaign.offices import LONGEST_CODE, LONGEST_NAME, Office, OfficeTree
from corrections.campaign.targets import CASE_STEPS, Step
from corrections.campaign.totals import Total
from layouts.register_types import RegisterType

__all__ = [
    "LONGEST_WORDS",
    "NEWEST",
    "WITHOUT_STEPS",
    "Line",
    "Package",
    "PackageError",
    "Sealed",
    "StepCounts",
    "StepLine",
    "UnitLines",
    "UnitWords",
    "lines_of",
    "parts_of",
    "read_package",
    "refusal",
    "step_lines_of",
    "steps_of",
]

NEWEST = 4
"""Version of packages that is usually written; older ones are read as well."""
_SIGNED_VERSION = 3
"""First version that the signed text tells as well: nobody can pass a package off as of another version."""
WITHOUT_STEPS = 1
"""The version before: all but the steps. Installations that know no other call a newer package a damaged file."""
LONGEST_WORDS = 20_000
"""Letters of what a unit writes beside its figures."""
_Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


class PackageError(ValueError):
    """A file that is no package; the message is Vietnamese."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(_Strict):
    """Figures of one register type and year."""

    register_type: RegisterType
    year: Annotated[int, Field(ge=0, le=9999)]
    books: _Count = 0
    known: _Count = 0
    unknown: _Count = 0
    today: _Count = 0
    done: _Count = 0
    approved: _Count = 0
    sent_back: _Count = 0
    elsewhere_books: _Count = 0
    elsewhere_cases: _Count = 0


class StepLine(_Strict):
    """How many books of one register type have taken each step that is counted in books."""

    register_type: RegisterType
    books: Mapping[Step, _Count]

    @field_validator("books")
    @classmethod
    def _of_books(cls, value: Mapping[Step, int]) -> Mapping[Step, int]:
        if CASE_STEPS & set(value):
            raise ValueError("steps of cases are told by the lines")
        return value


class UnitLines(_Strict):
    """Figures of one unit."""

    code: Annotated[str, Field(min_length=1, max_length=LONGEST_CODE)]
    name: Annotated[str, Field(max_length=LONGEST_NAME)]
    lines: tuple[Line, ...]
    steps: tuple[StepLine, ...] | None = None
    """None: nobody says; packages of the first version do not, nor does a unit that has had one."""


class UnitWords(_Strict):
    """What a unit below the sender has written beside its figures."""

    code: Annotated[str, Field(min_length=1, max_length=LONGEST_CODE)]
    name: Annotated[str, Field(max_length=LONGEST_NAME)]
    difficulties: Annotated[str, Field(max_length=LONGEST_WORDS)] = ""
    proposals: Annotated[str, Field(max_length=LONGEST_WORDS)] = ""


class Package(_Strict):
    """What is signed."""

    version: Annotated[int, Field(ge=1)] | None = None
    """Of the package, as the file says beside the signed text; None: of before it was signed as well."""
    office_code: Annotated[str, Field(min_length=1, max_length=LONGEST_CODE)]
    office_name: Annotated[str, Field(max_length=LONGEST_NAME)]
    period: Period
    day: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    made_at: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$")]
    """Local time of the sender."""
    units: tuple[UnitLines, ...]
    difficulties: Annotated[str, Field(max_length=LONGEST_WORDS)] = ""
    proposals: Annotated[str, Field(max_length=LONGEST_WORDS)] = ""
    words: tuple[UnitWords, ...] = ()
    """Of units below; packages of before version 4 pass none on."""

    @field_validator("day", "made_at")
    @classmethod
    def _is_of_the_calendar(cls, value: str) -> str:
        dt.datetime.fromisoformat(value)
        return value

    def text(self, version: int = NEWEST) -> str:
        """The text that is signed: the same for the same package and version."""
        older: Any = {"version": True, "words": True, "units": {"__all__": {"steps"}}}
        left_out = older if version == WITHOUT_STEPS else None
        told = self.model_copy(update={"version": version}).model_dump(mode="json", exclude=left_out)
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Sealed(_Strict):
    """The file: the signed text with its signature, and the key that made it."""

    format: Literal["so-ho-tich-goi-so-lieu"] = "so-ho-tich-goi-so-lieu"
    version: Annotated[int, Field(ge=1)] = NEWEST
    """2: with steps counted in books; 3: the signed text tells the version too; 4: with the words of units below."""
    content: str
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


def read_package(raw: bytes) -> tuple[Sealed, Package]:
    """A file and the package in it; whether the signature is right is for the caller to see.

    Raises:
        PackageError: it is no package, a damaged one, or one of a version to come.
    """
    try:
        sealed = Sealed.model_validate_json(raw)
        if sealed.version > NEWEST:
            raise PackageError(
                "Gói do bản phần mềm mới hơn tạo nên máy này chưa đọc được. Hãy cập nhật phần mềm rồi nhận lại."
            )
        package = Package.model_validate_json(sealed.content)
        if package.version != (sealed.version if sealed.version >= _SIGNED_VERSION else None):
            raise PackageError(
                f"Gói ghi là của bản {sealed.version} nhưng phần đã ký không ghi như vậy: gói đã bị sửa sau khi ký. "
                "Không nhận gì từ gói này; hãy đề nghị đơn vị gửi lại tệp gốc."
            )
        return sealed, package
    except (ValidationError, UnicodeDecodeError) as error:
        raise PackageError(
            "Tệp không phải gói số liệu của phần mềm, hoặc bị hỏng khi gửi. Hãy đề nghị đơn vị gửi lại tệp gốc."
        ) from error


def lines_of(parts: Mapping[FiguresKey, Figures]) -> tuple[Line, ...]:
    """Figures as lines of a package."""
    return tuple(
        Line(
            register_type=kind,
            year=year,
            books=f.books,
            known=f.total.known,
            unknown=f.total.unknown,
            today=f.today,
            done=f.done,
            approved=f.approved,
            sent_back=f.sent_back,
            elsewhere_books=f.elsewhere_books,
            elsewhere_cases=f.elsewhere_cases,
        )
        for (kind, year), f in sorted(parts.items(), key=lambda item: (item[0][0].value, item[0][1]))
    )


StepCounts = Mapping[RegisterType, Mapping[Step, int]]
"""Books by register type and step."""


def step_lines_of(steps: StepCounts) -> tuple[StepLine, ...]:
    """Counts of books by step as lines of a package."""
    ordered = sorted(steps.items(), key=lambda item: item[0].value)
    return tuple(StepLine(register_type=kind, books=dict(counts)) for kind, counts in ordered)


def steps_of(unit: UnitLines) -> StepCounts | None:
    """What a package says of a unit's books by step; None: nothing."""
    return None if unit.steps is None else {line.register_type: line.books for line in unit.steps}


def parts_of(lines: tuple[Line, ...], *, today: bool = True) -> dict[FiguresKey, Figures]:
    """Lines of a package as figures; without `today` for a package of an earlier day."""
    return {
        (line.register_type, line.year): Figures(
            books=line.books,
            total=Total(known=line.known, unknown=line.unknown),
            today=line.today if today else 0,
            done=line.done,
            approved=line.approved,
            sent_back=line.sent_back,
            elsewhere_books=line.elsewhere_books,
            elsewhere_cases=line.elsewhere_cases,
        )
        for line in lines
    }


def refusal(package: Package, tree: OfficeTree, receiver: int | None, today: str) -> str:
    """Why a package with a right signature cannot be taken; empty: it can.

    Args:
        package: what came.
        tree: all units.
        receiver: who takes it in; None: whoever stands above all.
        today: the day at the receiver's.
    """
    sender = tree.by_code(package.office_code)
    shown = day_shown(package.day)
    if sender is None:
        return f"Không có đơn vị mã {package.office_code} trong danh sách đơn vị. Hãy nhập đơn vị này trước."
    if receiver is not None and sender.id not in tree.subtree(receiver):
        return f"{sender.name} không trực thuộc đơn vị nhận. Gói này phải gửi cho cấp trên của đơn vị đó."
    if package.day > today:
        return f"Gói ghi ngày {shown}, sau hôm nay. Hãy kiểm tra ngày giờ trên máy của đơn vị gửi."
    if (made_on := package.made_at[: len(today)]) > today:
        return (
            f"Gói ghi làm ngày {day_shown(made_on)}, sau hôm nay; nhận thì gói đúng gửi sau bị coi là cũ. Hãy kiểm tra "
            "ngày giờ trên máy của đơn vị gửi rồi tạo lại gói."
        )
    below = tree.subtree(sender.id)
    told: tuple[UnitLines | UnitWords, ...] = (*package.units, *package.words)
    for unit in told:
        office = tree.by_code(unit.code)
        if office is None or office.id not in below:
            what = "số liệu" if isinstance(unit, UnitLines) else "phần lời"
            return f"Gói của {sender.name} có {what} của {unit.name} (mã {unit.code}), không thuộc đơn vị này."
        if not office.in_force(package.day):
            return _not_in_force(tree, office, package.day)
    if not sender.in_force(package.day):
        return _not_in_force(tree, sender, package.day)
    if _has_twice(package):
        return f"Gói của {sender.name} có một đơn vị hoặc một dòng hai lần. Hãy đề nghị đơn vị tạo lại gói."
    return ""


def _not_in_force(tree: OfficeTree, office: Office, day: str) -> str:
    if office.valid_from > day:
        return f"{office.name} chỉ hoạt động từ {day_shown(office.valid_from)}; gói ghi ngày {day_shown(day)}."
    heir = tree.standing(office.id)
    to = f" Số liệu ngày {day_shown(day)} phải do {heir.name} gửi." if heir is not None and heir.id != office.id else ""
    ended = f"{office.name} đã thôi hoạt động từ {day_shown(office.abolished_on)}"
    return f"{ended} nên không gửi gói ngày {day_shown(day)}.{to}"


def _has_twice(package: Package) -> bool:
    codes = [unit.code for unit in package.units]
    keys = [(unit.code, line.register_type, line.year) for unit in package.units for line in unit.lines]
    steps = [(unit.code, line.register_type) for unit in package.units for line in unit.steps or ()]
    words = [unit.code for unit in package.words]
    return any(len(set(found)) != len(found) for found in (codes, keys, steps, words))
