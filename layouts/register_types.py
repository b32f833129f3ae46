"""The kinds of civil-status register (loại sổ hộ tịch) and their prefixes in file names and sheets."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["RegisterType"]


class RegisterType(StrEnum):
    """A kind of register; the value is what is stored and what the command line takes."""

    BIRTH = "birth"
    DEATH = "death"
    MARRIAGE = "marriage"
    PARENT_CHILD_RECOGNITION = "parent_child_recognition"
    MARITAL_STATUS = "marital_status"
    ADOPTION = "adoption"
    GUARDIANSHIP = "guardianship"
    CHANGE = "change"

    @property
    def prefix(self) -> str:
        """Register prefix in file and sheet names (KS, KT, KH, CMC, HN from the Ministry's guide; the rest our own)."""
        return _PREFIXES[self]

    @property
    def label(self) -> str:
        """Vietnamese name for screens and messages."""
        return _LABELS[self]

    @property
    def has_standard_sheet(self) -> bool:
        """Whether the Ministry's import tool knows a sheet for this register."""
        return self in _WITH_STANDARD_SHEET


_PREFIXES = {
    RegisterType.BIRTH: "KS",
    RegisterType.DEATH: "KT",
    RegisterType.MARRIAGE: "KH",
    RegisterType.PARENT_CHILD_RECOGNITION: "CMC",
    RegisterType.MARITAL_STATUS: "HN",
    RegisterType.ADOPTION: "CN",
    RegisterType.GUARDIANSHIP: "GH",
    RegisterType.CHANGE: "TD",
}

_LABELS = {
    RegisterType.BIRTH: "Khai sinh",
    RegisterType.DEATH: "Khai tử",
    RegisterType.MARRIAGE: "Kết hôn",
    RegisterType.PARENT_CHILD_RECOGNITION: "Nhận cha, mẹ, con",
    RegisterType.MARITAL_STATUS: "Xác nhận tình trạng hôn nhân",
    RegisterType.ADOPTION: "Nuôi con nuôi",
    RegisterType.GUARDIANSHIP: "Giám hộ",
    RegisterType.CHANGE: "Thay đổi, cải chính, bổ sung hộ tịch",
}

_WITH_STANDARD_SHEET = frozenset(
    {
        RegisterType.BIRTH,
        RegisterType.DEATH,
        RegisterType.MARRIAGE,
        RegisterType.PARENT_CHILD_RECOGNITION,
        RegisterType.MARITAL_STATUS,
    }
)
