"""How an extract of the population database is laid out: which column holds what, kept by the office as a profile."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from corrections.search_keys import search_key
from exports.errors import ExportError
from vietnamese.legacy_charsets import Charset

__all__ = ["PERSON_FIELDS", "ExtractProfile", "guess_mapping", "load_extract_profile"]

PERSON_FIELDS = {
    "name": "Họ, chữ đệm, tên",
    "born": "Ngày, tháng, năm sinh",
    "sex": "Giới tính",
    "id_number": "Số định danh cá nhân / CMND",
    "mother": "Họ tên mẹ",
    "father": "Họ tên cha",
    "birthplace": "Nơi sinh",
    "native_place": "Quê quán",
    "ethnic_group": "Dân tộc",
    "nationality": "Quốc tịch",
    "former_names": "Tên gọi khác",
}
"""Fields of a person that an extract may carry, with their labels; residence is left out as the plans order."""

_GUESSES = {
    "name": ("ho ten", "ho va ten", "ho chu dem ten", "ho chu dem va ten", "ho chu dem va ten khai sinh"),
    "born": ("ngay sinh", "ngay thang nam sinh", "nam sinh", "sinh ngay"),
    "sex": ("gioi tinh", "phai"),
    "id_number": ("so dinh danh", "so dinh danh ca nhan", "sddcn", "so cccd", "cccd", "so cmnd", "cmnd", "cccd cmnd"),
    "mother": ("ho ten me", "ho va ten me", "ten me", "me"),
    "father": ("ho ten cha", "ho va ten cha", "ten cha", "cha"),
    "birthplace": ("noi sinh", "noi dang ky khai sinh"),
    "native_place": ("que quan", "nguyen quan"),
    "ethnic_group": ("dan toc",),
    "nationality": ("quoc tich",),
    "former_names": ("ten goi khac", "ho ten khac", "bi danh"),
}


class ExtractProfile(BaseModel):
    """How one kind of extract is laid out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(default="Mặc định", min_length=1, max_length=80)
    columns: dict[str, str]
    """Field of a person -> column head in the extract."""
    sheet: str = ""
    """Sheet to read; empty for every sheet that has the columns."""
    delimiter: str = Field(default="", max_length=1)
    """Of a CSV; empty to find it."""
    charset: Charset | None = None
    """How the extract is typed; None refuses one that is not Unicode and says which it seems to be."""

    @field_validator("columns")
    @classmethod
    def _known_fields(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(value) - set(PERSON_FIELDS))
        if unknown:
            raise ValueError(f"không có trường {', '.join(unknown)}")
        chosen = {f: head for f, head in value.items() if head.strip()}
        if "name" not in chosen:
            raise ValueError("phải chọn cột cho họ tên")
        return chosen

    def to_json(self) -> str:
        """Text to store."""
        return self.model_dump_json()


def load_extract_profile(text: str) -> ExtractProfile:
    """A stored profile.

    Raises:
        ExportError: it is not valid; the message names every mistake.
    """
    try:
        return ExtractProfile.model_validate_json(text)
    except ValidationError as error:
        lines = "; ".join(str(e["msg"]) for e in error.errors())
        raise ExportError(
            "bad_profile", f"Cấu hình cột của tệp trích xuất chưa hợp lệ: {lines}. Hãy chọn lại cột."
        ) from error


def guess_mapping(heads: Sequence[str]) -> dict[str, str]:
    """Columns proposed for the fields of a person, by their usual names."""
    keys = {search_key(h): h for h in reversed(heads) if h.strip()}
    return {
        name: keys[guess]
        for name, guesses in _GUESSES.items()
        if (guess := next((g for g in guesses if g in keys), None)) is not None
    }
