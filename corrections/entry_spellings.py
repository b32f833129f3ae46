"""What the rest of an entry says of how a place in it is spelt, and of who issued an identity paper.

People of one entry mostly live near one another: where a unit's name stands in two of its places with other marks, one
of them was misread. An identity card of nine figures was issued by the police of a province, nearly always the one its
holder lives in. Both are offered, never put in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from corrections.near_places import near_provinces
from vietnamese.addresses import bare_name
from vietnamese.letters import fold_tones, nfc
from vietnamese.units import province_named, split_place

__all__ = ["PLACES", "issuers", "spelt_as_elsewhere"]

PLACES = ("NoiCuTru", "QueQuan", "NoiSinh", "NoiChet", "CuTruTai")
"""Ends of the names of columns whose places name administrative units."""
_ISSUER = "NoiCapGiayToTuyThan"
_NUMBER = "SoGiayToTuyThan"
_CARD = re.compile(r"\d{9}")
"""The number of a card of the older kind, which the police of the provinces issued (Decree 05/1999/NĐ-CP)."""
_POLICE = re.compile(r"(?:CA|Công an)?", re.I)
_MISREAD_POLICE = re.compile(r"[CGO€]A\.?\s+(\S.+)")
_PARTS = re.compile(r"[,;]|\s[-–]\s")
_WORDS_OF_A_NAME = 2
"""A name of one word is near too many others to be looked for."""
_MOST = 2
"""Provinces offered: the holder's own, and the one most places of the entry lie in."""


def spelt_as_elsewhere(column: str, text: str, values: Mapping[str, str]) -> Iterator[str]:
    """The text with names of units spelt as another place of the entry has them; only where the marks differ.

    Args:
        column: the field's own, which is passed over.
        text: that stands in the field.
        values: standard values of the entry by column.
    """
    letters = fold_tones(nfc(text))
    if len(letters) != len(nfc(text)):
        return  # letters that fold into several: places in the text would not be those in its folded form
    for other in dict.fromkeys(v for name, v in values.items() if name != column and name.endswith(PLACES)):
        put_right = nfc(text)
        for part in _PARTS.split(nfc(other)):
            unit = bare_name(part)
            if len(unit.split()) < _WORDS_OF_A_NAME:
                continue
            for found in re.finditer(rf"(?<!\w){re.escape(fold_tones(unit))}(?!\w)", letters):
                put_right = put_right[: found.start()] + unit + put_right[found.end() :]
        if put_right != nfc(text):
            yield put_right


def issuers(column: str, text: str, own: str, values: Mapping[str, str]) -> Iterator[str]:
    """The text with the police of a province as who issued a card, where only one of the two words was read, or the
    province's name was misread.

    Args:
        column: the field's.
        text: that stands in the field, with what other columns take from it.
        own: this column's part of it.
        values: standard values of the entry by column.
    """
    if not own or not column.endswith(_ISSUER):
        return
    person = column.removesuffix(_ISSUER)
    before, found, behind = text.rpartition(own)
    misread = _MISREAD_POLICE.match(own)
    if misread and province_named(misread[1]) is None:
        for name in near_provinces(misread[1]):
            yield f"{before}CA {name}{behind}" if found else f"CA {name}"
        return
    if not _CARD.fullmatch(values.get(person + _NUMBER, "")):
        return
    if province_named(own) is not None:
        named = [own]
    elif _POLICE.fullmatch(own):
        named = _provinces(person, values)
    else:
        return
    for name in named:
        yield f"{before}CA {name}{behind}" if found else f"CA {name}"


def _provinces(person: str, values: Mapping[str, str]) -> list[str]:
    """The province where a person lives, then the one most places of the entry lie in."""
    places = {name: split_place(text).province for name, text in values.items() if name.endswith(PLACES)}
    lived = [found for name, found in places.items() if found and name.startswith(person)]
    usual = Counter(found for found in places.values() if found).most_common(_MOST)
    return list(dict.fromkeys(bare_name(name) for name in (*lived, *(name for name, _ in usual))))[:_MOST]
