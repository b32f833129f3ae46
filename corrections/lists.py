"""Values that come from closed lists: ethnic groups, nationalities, sex, codes; found whatever the spelling.

A list proposes: what it does not hold stays as written and is shown to a person, never refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from layouts.codes import code_list
from vietnamese import lexicons
from vietnamese.letters import fold_spaces, fold_tones, strip_ending, tone_key

__all__ = ["Match", "code_of", "ethnic_group", "nationality", "relation_known", "sex_code"]

_SEX = {
    "nam": "1", "trai": "1", "con trai": "1", "nam gioi": "1", "ong": "1",
    "nu": "2", "gai": "2", "con gai": "2", "nu gioi": "2", "ba": "2",
}  # fmt: skip
_NATIONALITY_SHORT = {"vn": "Việt Nam", "vnam": "Việt Nam", "vietnam": "Việt Nam", "my": "Hoa Kỳ", "hoaky": "Hoa Kỳ"}

_TELLING = 3
"""Letters from which a value one letter off a listed one is that: shorter ones are like many."""
_LIKE, _LONG_LABEL = 0.85, 8
"""Likeness (Levenshtein, without tone marks) from which a text is a label misread, and the letters a label must have
more than so that a text beginning with it means it. Chosen by judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A list value found for a text."""

    value: str
    certain: bool
    """False when letters or tone marks had to be guessed."""


def _squeezed(key: str) -> str:
    return re.sub(r"[\s\-'().]+", "", key)


def _unique(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Keys that lead to one value only; a key of two values leads nowhere."""
    found: dict[str, str | None] = {}
    for key, value in pairs:
        found[key] = value if found.get(key, value) == value else None
    return {key: value for key, value in found.items() if value}


@lru_cache(maxsize=1)
def _ethnic_spellings() -> dict[str, str]:
    """Every known spelling to the list's name; list names win over aliases of other groups (`Thổ`, `Hoa`)."""
    by_code = {item.code: item.label for item in code_list("ethnic_group")}
    aliases: list[tuple[str, str]] = []
    for item in code_list("ethnic_group_alias"):
        inner = re.search(r"\((.+)\)", item.label)
        if item.code in by_code and inner:
            aliases.append((inner.group(1), by_code[item.code]))
            aliases.append((item.label, by_code[item.code]))
    own = {_squeezed(tone_key(name)): name for name in by_code.values()}
    for spellings in lexicons.ethnic_groups().values():
        listed = next((own[k] for k in (_squeezed(tone_key(s)) for s in spellings) if k in own), None)
        aliases += [(spelling, listed) for spelling in spellings if listed]
    keyed = _unique([(_squeezed(tone_key(spelling)), name) for spelling, name in aliases])
    return keyed | own


@lru_cache(maxsize=1)
def _nationality_spellings() -> dict[str, str]:
    names = {_squeezed(tone_key(item.label)): item.label for item in code_list("nationality")}
    return {_squeezed(tone_key(key)): value for key, value in _NATIONALITY_SHORT.items()} | names


class _Names(StrEnum):
    """Lists of names that clerks spell in many ways."""

    ETHNIC = "ethnic_group"
    NATIONALITY = "nationality"


@lru_cache(maxsize=4)
def _toneless(kind: _Names) -> dict[str, str]:
    spellings = _ethnic_spellings() if kind is _Names.ETHNIC else _nationality_spellings()
    return _unique([(_squeezed(fold_tones(re.sub(r"\d", "", key))), value) for key, value in spellings.items()])


def _look_up(kind: _Names, text: str) -> Match | None:
    spellings = _ethnic_spellings() if kind is _Names.ETHNIC else _nationality_spellings()
    exact = spellings.get(_squeezed(tone_key(text)))
    if exact:
        return Match(value=exact, certain=True)
    plain = _squeezed(fold_tones(text))
    toneless = _toneless(kind)
    if plain in toneless:
        return Match(value=toneless[plain], certain=False)
    if len(plain) < _TELLING:
        return None
    near = {value for key, value in toneless.items() if Levenshtein.distance(plain, key, score_cutoff=1) <= 1}
    return Match(value=near.pop(), certain=False) if len(near) == 1 else None


def ethnic_group(text: str) -> Match | None:
    """The standard list's name of an ethnic group (`xtiêng` -> `Xtiêng`, `H'Mông` -> `Mông`), or None."""
    cleaned = re.sub(r"^(?:dân tộc|người)\s+", "", strip_ending(text), flags=re.IGNORECASE)
    if tone_key(cleaned) in ("nước ngoài", tone_key("nước ngoài")):
        cleaned = "Người nước ngoài"
    return _look_up(_Names.ETHNIC, cleaned) if cleaned else None


def nationality(text: str) -> Match | None:
    """The standard list's country (`việt nam`, `VN` -> `Việt Nam`), or None."""
    cleaned = re.sub(r"^(?:quốc tịch|nước)\s+", "", strip_ending(text), flags=re.IGNORECASE)
    return _look_up(_Names.NATIONALITY, cleaned) if cleaned else None


def sex_code(text: str) -> Match | None:
    """Code of the sex: 1 for Nam, trai; 2 for Nữ, gái; a code passes through."""
    cleaned = strip_ending(text)
    if cleaned in ("1", "2", "3"):
        return Match(value=cleaned, certain=True)
    plain = fold_tones(cleaned)
    code = _SEX.get(plain)
    if code is None:
        return Match(value="3", certain=True) if plain.startswith(("chua xac dinh", "khong xac dinh")) else None
    certain = tone_key(cleaned) in {tone_key(word) for word in ("nam", "nữ", "trai", "gái", "con trai", "con gái")}
    return Match(value=code, certain=certain)


_ITS_NUMBER = re.compile(r"\s*,?\s*so\b")
"""What follows the name of a kind of paper where it is that paper's number (`Giấy báo tử số 14`)."""


def code_of(name: str, text: str) -> Match | None:
    """Code of a list for a code or a label as written or stamped (`ĐĂNG KÝ LẠI` -> `2`), or None."""
    cleaned = strip_ending(text)
    codes = code_list(name)
    if any(item.code == cleaned for item in codes):
        return Match(value=cleaned, certain=True)
    wanted = fold_tones(cleaned)
    if not wanted:
        return None
    labels = [(item.code, fold_tones(item.label)) for item in codes] + _stamp_words(name)
    for code, label in labels:
        if label == wanted:
            return Match(value=code, certain=True)
    begins = {(code, label) for code, label in labels if len(label) > _LONG_LABEL and wanted.startswith(label)}
    if len(begins) == 1:
        code, label = begins.pop()
        return Match(value=code, certain=bool(_ITS_NUMBER.match(wanted[len(label) :])))
    near = {
        code for code, label in labels if Levenshtein.normalized_similarity(wanted, label, score_cutoff=_LIKE) >= _LIKE
    }
    return Match(value=near.pop(), certain=False) if len(near) == 1 else None


def _stamp_words(name: str) -> list[tuple[str, str]]:
    """Words of stamps and check-boxes beside the list's own labels (register forms of 2006 and 2015)."""
    if name in ("registration_type_birth", "registration_type_death"):
        return [("1", "dung han"), ("4", "qua han"), ("4", "dang ky qua han"), ("2", "dang ky lai")]
    if name == "registration_type_marriage":
        return [("1", "ket hon lan dau"), ("2", "dang ky lai"), ("3", "ghi chu ket hon")]
    if name == "id_paper_type":
        return [("1", "cmnd"), ("1", "gcmnd"), ("1", "chung minh nhan dan"), ("2", "ho chieu"), ("4", "cccd"),
                ("4", "the can cuoc"), ("4", "can cuoc cong dan")]  # fmt: skip
    return []


@lru_cache(maxsize=1)
def _relations() -> frozenset[str]:
    listed = [item.label for item in code_list("requester_relation")]
    return frozenset(tone_key(word) for word in (*lexicons.relations(), *listed))


def relation_known(text: str) -> bool:
    """Whether the words are a known relation; others may be right all the same."""
    return tone_key(strip_ending(fold_spaces(text))) in _relations()
