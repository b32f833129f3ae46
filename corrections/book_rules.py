"""Values no reading gives: what the book's record, the form and the standard's rules supply.

Each comes with its source (`book` or `rule`) and a confidence, so a person can see that no ink stands behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import Levenshtein

from corrections.dates import PartialDate, parse_standard
from corrections.entries import Book, FieldState, FieldValue, ValueSource
from corrections.id_numbers import CARD_FIGURES, PASSPORT_FIGURES, PERSONAL_FIGURES
from layouts.columns import Column
from layouts.register_types import RegisterType
from vietnamese.letters import fold_tones, is_figures, same_text

__all__ = ["LATE", "LateRule", "book_values", "paper_kind", "rule_values", "with_known_signer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRule:
    """When a registration is late."""

    event: str
    """Column of the day that is registered."""
    days: int
    """Most days after it."""
    article: str
    """Of Nghị định 158/2005/NĐ-CP."""
    since: date = date(2006, 4, 1)
    """First day on which it held. Of earlier registrations nothing says how late they had to be to be marked."""


LATE = {
    RegisterType.BIRTH: LateRule(event="nksNgaySinh", days=60, article="Điều 14"),
    RegisterType.DEATH: LateRule(event="nktNgayChet", days=15, article="Điều 20"),
}
_PARENTS = {(True, True): "1", (False, True): "2", (True, False): "3", (False, False): "4"}
"""(mother named, father named) -> code of `birth_type`."""
# Odds and confidences are prior knowledge, as those of `confidence.py`; none was measured by itself.
_SAME_SIGNER = 20.0
"""The signer read is letter by letter the one who signed the book: another of the same name is very rare."""
_SIGNER_MISREAD, _LIKE_SIGNER = 4.0, 0.85
"""A name so like it (Levenshtein, without tones) is mostly he, misread; now and then his brother."""
_BOOK_SAYS, _SIGNED_MOST = 0.995, 0.8
"""Number and office stand once on the cover; the book's usual signer need not have signed this entry."""
_ON_TIME, _ON_TIME_UNSEEN = 0.96, 0.85
"""No mark says otherwise: where stamps and check-boxes were looked for, and where nobody could look."""
_LATE, _LATE_UNSEEN = 0.85, 0.6
"""The same when the dates say that it came late: a date is misread more often than a mark is overlooked."""
_RESIDENCE = 0.93
"""The kind of a home follows from its words (`tạm trú`); where they say nothing it is the usual one."""
_KIND_BY_LENGTH = 0.93
"""A number's length tells the kind of its paper, also where one of its figures is misread."""
_EVEN = 0.5
"""Nothing tells: one way as likely as the other."""
_NAMED, _ONE_PARENT = 0.98, 0.9
"""A name that was read, however well, is a parent named; an empty one may also have been overlooked."""


def book_values(columns: Mapping[str, Column], have: Mapping[str, FieldValue], book: Book) -> dict[str, FieldValue]:
    """Volume number, authority and signer from the book's record, where the page prints or shows none."""
    office = "noiCap" if "noiCap" in columns else "noiDangKy"
    known = {
        "quyenSo": book.volume_number,
        office: book.office,
        "nguoiKy": book.signer,
        "chucVuNguoiKy": book.signer_title if book.signer else "",
    }
    added: dict[str, FieldValue] = {}
    for name, value in known.items():
        present = have.get(name)
        if not value or name not in columns or (present is not None and present.text):
            continue
        sure = name in ("quyenSo", office)
        if present is not None and not sure:
            continue  # the form has a place for the signer and it is empty: a suggestion, no more
        added[name] = FieldValue(
            column=name,
            text=value,
            normalized=value,
            source=ValueSource.BOOK,
            confidence=_BOOK_SAYS if sure else _SIGNED_MOST,
            needs_review=not sure,
        )
    return added


def with_known_signer(value: FieldValue, known: str) -> tuple[str, float] | None:
    """The book's spelling of a signer misread by a letter or two, with the odds it adds; None when it is another."""
    if not known or not value.normalized:
        return None
    if same_text(value.normalized, known):
        return known if value.normalized.isupper() == known.isupper() else value.normalized, _SAME_SIGNER
    likeness = Levenshtein.normalized_similarity(fold_tones(value.normalized), fold_tones(known))
    return (known, _SIGNER_MISREAD) if likeness >= _LIKE_SIGNER else None


def rule_values(
    register_type: RegisterType,
    columns: Mapping[str, Column],
    have: Mapping[str, FieldValue],
    unmarked: frozenset[str],
) -> dict[str, FieldValue]:
    """Codes that follow from the other values of the entry.

    Args:
        register_type: decides which codes there are.
        columns: the register type's columns by name.
        have: values so far; a code that was read stays.
        unmarked: columns whose stamp or check-boxes were looked at and found without a mark.
    """
    added: dict[str, FieldValue] = {}
    if "loaiDangKy" in columns and not _filled(have, "loaiDangKy"):
        confidence = _on_time_confidence(register_type, have, "loaiDangKy" in unmarked or "loaiDangKy" not in have)
        added["loaiDangKy"] = _rule("loaiDangKy", "1", confidence)
    if register_type is RegisterType.BIRTH and not _filled(have, "nksLoaiKhaiSinh"):
        added["nksLoaiKhaiSinh"] = _birth_kind(have)
    for name, column in columns.items():
        if name in have and have[name].text:
            continue
        if column.code_list == "residence_type":
            home = have.get(name.replace("LoaiCuTru", "NoiCuTru"))
            if home is not None:
                added[name] = _rule(name, _residence(home.text), _RESIDENCE if home.text else home.confidence)
        elif column.code_list == "id_paper_type":
            number = have.get(name.replace("LoaiGiayTo", "SoGiayTo"))
            if number is not None and name not in have:
                kind = paper_kind(number.normalized)
                sure = max(number.confidence, _KIND_BY_LENGTH) if kind else number.confidence
                added[name] = _rule(name, kind, sure if kind or not number.normalized else _EVEN)
    return added


def _filled(have: Mapping[str, FieldValue], name: str) -> bool:
    return name in have and bool(have[name].normalized)


def _rule(name: str, code: str, confidence: float) -> FieldValue:
    return FieldValue(
        column=name,
        text="",
        normalized=code,
        state=FieldState.WRITTEN if code else FieldState.BLANK,
        source=ValueSource.RULE,
        confidence=confidence,
        needs_review=False,
    )


def _on_time_confidence(register_type: RegisterType, have: Mapping[str, FieldValue], looked: bool) -> float:
    """How sure "on time" is without a mark: less when the dates say that the registration came late."""
    on_time = _ON_TIME if looked else _ON_TIME_UNSEEN
    rule, registered = LATE.get(register_type), _date(have, "ngayDangKy")
    event = _date(have, rule.event) if rule else None
    if rule is None or event is None or registered is None or not (event.complete and registered.complete):
        return on_time
    if registered.earliest < rule.since:
        return on_time
    if (registered.earliest - event.earliest).days <= rule.days:
        return on_time
    return _LATE if looked else _LATE_UNSEEN


def _date(have: Mapping[str, FieldValue], name: str) -> PartialDate | None:
    return parse_standard(have[name].normalized) if name in have else None


def _birth_kind(have: Mapping[str, FieldValue]) -> FieldValue:
    mother, father = have.get("meHoTen"), have.get("chaHoTen")
    named = (bool(mother and mother.text), bool(father and father.text))
    sure = min(v.confidence if not v.text else _NAMED for v in (mother, father) if v) if mother or father else _EVEN
    return _rule("nksLoaiKhaiSinh", _PARENTS[named], sure if all(named) else sure * _ONE_PARENT)


def _residence(text: str) -> str:
    if not text:
        return "0"
    return "2" if fold_tones(text).startswith("tam tru") else "1"


def paper_kind(number: str) -> str:
    """Kind of identity paper from its number alone: 9 figures CMND, 12 a citizen's card, letters before a passport."""
    if not number:
        return ""
    if is_figures(number):
        return {CARD_FIGURES: "1", PERSONAL_FIGURES: "4"}.get(len(number), "")
    letters = number[: len(number) - len(number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]
    return (
        "2" if letters and is_figures(number[len(letters) :]) and len(number) - len(letters) >= PASSPORT_FIGURES else ""
    )
