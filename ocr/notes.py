"""What the notes column is about: typical later events, recognised by their words."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from rapidfuzz import fuzz

__all__ = ["NoteFlag", "note_flags"]


class NoteFlag(str, Enum):
    """An event written into the notes of an entry; a flag for the clerk, never a value."""

    RECTIFIED = "rectified"
    """Cải chính."""
    CHANGED = "changed"
    """Thay đổi, bổ sung hộ tịch, xác định lại dân tộc hay giới tính."""
    DIVORCED = "divorced"
    """Ly hôn, hủy kết hôn."""
    RECOGNISED = "recognised"
    """Nhận cha, mẹ, con."""
    ADOPTED = "adopted"
    """Nuôi con nuôi."""
    GUARDED = "guarded"
    """Giám hộ."""
    COPY_ISSUED = "copy_issued"
    """Trích lục, bản sao, cấp lại."""
    DIED = "died"
    """Đã chết, khai tử."""
    REPEATED = "repeated"
    """Đăng ký lại."""
    LATE = "late"
    """Đăng ký quá hạn."""
    CANCELLED = "cancelled"
    """Thu hồi, hủy bỏ, gạch bỏ."""

    def __str__(self) -> str:
        return self.value


_WORDS: dict[NoteFlag, tuple[str, ...]] = {
    NoteFlag.RECTIFIED: ("cai chinh", "dinh chinh"),
    NoteFlag.CHANGED: ("thay doi", "bo sung ho tich", "xac dinh lai"),
    NoteFlag.DIVORCED: ("ly hon", "thuan tinh ly hon", "huy ket hon"),
    NoteFlag.RECOGNISED: ("nhan con", "nhan cha", "nhan me"),
    NoteFlag.ADOPTED: ("con nuoi",),
    NoteFlag.GUARDED: ("giam ho",),
    NoteFlag.COPY_ISSUED: ("trich luc", "ban sao", "cap lai"),
    NoteFlag.DIED: ("da chet", "khai tu"),
    NoteFlag.REPEATED: ("dang ky lai",),
    NoteFlag.LATE: ("qua han",),
    NoteFlag.CANCELLED: ("thu hoi", "huy bo", "gach bo"),
}


def note_flags(text: str) -> tuple[NoteFlag, ...]:
    """Events a note speaks of, in the order of `NoteFlag`; tone marks may be missing or misread.

    Short keywords must be there exactly, longer ones may have one letter in eight wrong.
    """
    plain = _plain(text)
    return tuple(flag for flag, keys in _WORDS.items() if any(_contains(plain, key) for key in keys))


def _contains(plain: str, key: str) -> bool:
    if re.search(rf"\b{key}\b", plain):
        return True
    return len(key) >= 8 and fuzz.partial_ratio(key, plain, score_cutoff=88) > 0


def _plain(text: str) -> str:
    """Lower case without tone marks, words one space apart."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", letters))
