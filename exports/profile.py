"""The choices that differ between provinces, in one validated and storable record.

No source settles these points of the Ministry's workbook, so each is a setting; the defaults are the proposals of
the format description. The quickest way to settle them is the empty template the Department of Justice hands out.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from exports.errors import ExportError
from layouts.columns import ColumnProfile, columns
from layouts.register_types import RegisterType

__all__ = [
    "BirthForm",
    "ExportProfile",
    "NameCase",
    "OversizePdf",
    "RuleLevel",
    "TimeNotation",
    "delivered_columns",
    "load_profile",
]


class BirthForm(StrEnum):
    """Generation of the births template."""

    FIRST = "first"
    """60 columns."""
    LATER = "later"
    """70 columns in an order of its own, with STT and personal numbers."""


class NameCase(StrEnum):
    """Letter case of personal names."""

    AS_TRANSCRIBED = "as_transcribed"
    UPPER = "upper"
    TITLE = "title"


class TimeNotation(StrEnum):
    """How the time of death is written."""

    AS_TRANSCRIBED = "as_transcribed"
    COLON = "colon"
    """`19:24`"""
    HOUR_LETTER = "hour_letter"
    """`19h24`"""


class OversizePdf(StrEnum):
    """What happens to an entry whose PDF cannot be made small and readable."""

    LEAVE_OUT = "leave_out"
    """Row and PDF stay out of the package, and the summary says so."""
    SHIP_WITH_WARNING = "ship_with_warning"
    """The smallest readable PDF goes out although it is above the limit."""


class RuleLevel(StrEnum):
    """An office's own weight for a rule of the rehearsal."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


def delivered_columns(register_type: RegisterType) -> set[str]:
    """Columns that may stand in a workbook; our own ones only where the Ministry has no sheet."""
    own = not register_type.has_standard_sheet
    return {c.name for c in columns(register_type) if own or c.profile is not ColumnProfile.OWN} | {
        "STT",
        "dataFilePath",
    }


class ExportProfile(BaseModel):
    """How one province wants its workbook, names and PDFs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=80)] = "Mặc định"
    """Name of the profile on the settings page."""
    row_number_column: bool = False
    """Leading column STT."""
    file_path_column: bool = False
    """Trailing column dataFilePath with the name of the PDF."""
    death_date_in_words: bool = True
    """Column nktNgayChetGhiBangChu."""
    recognition_sex: bool = False
    """Columns cmGioiTinh and ncGioiTinh, directly after the names."""
    birth_form: BirthForm = BirthForm.FIRST
    sheet_name: Annotated[str, Field(max_length=31, pattern=r"^[^\[\]:*?/\\]*$")] = ""
    """Name of the data sheet; empty for the type code (KS, KT ...)."""
    header_hints: bool = False
    """Hints and trailing spaces in header cells, as the later birth template has them."""
    number_with_year: bool = True
    """`so` as 045/1998 rather than 045."""
    number_width: Annotated[int, Field(ge=1, le=6)] = 3
    """Least number of digits of `so` in the cell, padded with zeros."""
    file_number_width: Annotated[int, Field(ge=1, le=6)] = 3
    """Least number of digits of the number in the PDF's name."""
    file_prefix: Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9_-]*$")] = ""
    """What stands before `<type>.<year>.<book>` in the names of workbook and .zip (`xalocthuan_hbd_tbt`)."""
    file_prefix_separator: Annotated[str, Field(pattern=r"^[.-]$")] = "."
    cover_in_zip: bool = False
    """A scan of the cover (`Cover.<stem>.pdf`) among the cases."""
    largest_pdf_kb: Annotated[int, Field(ge=20, le=5000)] = 100
    oversize_pdf: OversizePdf = OversizePdf.LEAVE_OUT
    pdf_dpi: Annotated[int, Field(ge=100, le=300)] = 200
    """Resolution the picture is brought to before it is compressed."""
    keep_colour: bool = True
    """Keep red seals and coloured ink where the size allows."""
    name_case: NameCase = NameCase.AS_TRANSCRIBED
    unknown_id_paper_code: Annotated[str, Field(pattern=r"^(0|8)?$")] = ""
    """Code of ...LoaiGiayToTuyThan when no identity paper is known."""
    unknown_residence_code: Annotated[str, Field(pattern=r"^0?$")] = ""
    """Code of ...LoaiCuTru when the residence is empty (one program wants 0; a form without the field: empty)."""
    birth_province_code: bool = False
    """nksNoiSinhDVHC as the General Statistics Office's code rather than the name."""
    marriage_state_words: bool = False
    """tinhTrangKetHon in words rather than as a code."""
    time_of_death: TimeNotation = TimeNotation.AS_TRANSCRIBED
    column_order: dict[RegisterType, tuple[str, ...]] = Field(default_factory=dict)
    """An office's own list of columns for a register type; replaces the list the options above give."""
    rule_levels: dict[str, RuleLevel] = Field(default_factory=dict)
    """Rules of the rehearsal an office weighs differently, by rule id."""

    @field_validator("column_order")
    @classmethod
    def _known_columns(cls, value: dict[RegisterType, tuple[str, ...]]) -> dict[RegisterType, tuple[str, ...]]:
        for register_type, names in value.items():
            known = delivered_columns(register_type)
            unknown = [n for n in names if n not in known]
            if unknown:
                raise ValueError(f"{register_type.label}: không có cột {', '.join(unknown)}")
            if len(set(names)) != len(names):
                raise ValueError(f"{register_type.label}: có cột bị lặp trong thứ tự cột")
            if not {"so", "quyenSo", "ngayDangKy"} <= set(names):
                raise ValueError(f"{register_type.label}: thứ tự cột phải có so, quyenSo và ngayDangKy")
        return value

    @property
    def largest_pdf_bytes(self) -> int:
        """The limit in bytes; 1 KB is taken as 1,000 bytes, the stricter reading."""
        return self.largest_pdf_kb * 1000

    def to_json(self) -> str:
        """Text to store; `load_profile` reads it back."""
        return self.model_dump_json()


def load_profile(text: str | dict[str, Any]) -> ExportProfile:
    """A profile from stored text or from form values.

    Raises:
        ExportError: every mistake in one Vietnamese message, with the setting's name.
    """
    try:
        return ExportProfile.model_validate_json(text) if isinstance(text, str) else ExportProfile.model_validate(text)
    except ValidationError as error:
        lines = [f"{'.'.join(str(p) for p in e['loc']) or 'hồ sơ'}: {e['msg']}" for e in error.errors()]
        message = "Cấu hình xuất dữ liệu chưa hợp lệ, hãy sửa các mục sau:\n" + "\n".join(f"  - {x}" for x in lines)
        raise ExportError("bad_profile", message) from error
