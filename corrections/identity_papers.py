"""Identity papers in one run of text: kind, number, date and place of issue, by the words clerks put between them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corrections.dates import DATE_WITHIN, parse_date
from corrections.id_numbers import CARD_FIGURES, PERSONAL_FIGURES, is_whole, with_figures
from vietnamese.calendar_limits import DAYS, MONTHS
from vietnamese.letters import fold_tones, strip_ending

__all__ = ["IdentityPaper", "identity_paper"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPaper:
    """An identity paper: kind code (list `id_paper_type`), number, date and place of issue as far as written."""

    kind: str = ""
    number: str = ""
    issued_on: str = ""
    issued_by: str = ""
    certain: bool = True
    """Whether the number is whole and the only one."""
    date_certain: bool = True
    """Whether the date of issue is sure, or surely not written."""


_KINDS = (
    ("5", r"quan doi nhan dan|cmqd"),
    ("6", r"si quan"),
    ("7", r"cong an nhan dan|cmcand"),
    ("3", r"the thuong tru"),
    ("4", r"can cuoc|cccd"),
    ("2", r"ho chieu|passport"),
    ("1", r"chung minh|cmnd|cmtnd|\bcmt\b|\bcm\b"),
)
_KIND_BY_FIGURES = {CARD_FIGURES: "1", PERSONAL_FIGURES: "4"}
"""Kind of a paper that is told by the length of its number alone."""
_NUMBER = re.compile(r"(?<!\w)(?:([A-Za-z]{1,3})[ .\-]{0,2})?([0-9][0-9 .]{3,16}[0-9])(?: ?([A-Z])(?!\w))?(?![\w/])")
_NO_SERIES = frozenset(("CM", "CMT", "CMD", "ND", "CC", "CCC", "CD", "HC", "SO", "NO", "CA", "TP", "TX", "BS", "QD"))
"""Short words before a number that are no series of it: kinds of papers, offices."""
_MAY_BE_DATED = re.compile(
    r"ngày|năm|(?<!\d)\d{1,2}\D{1,2}\d{1,2}\D{1,2}\d{2,4}(?!\d)|(?<!\d)(?:19|20)\d{2}(?!\d)", re.I
)
"""What a day leaves whose signs or figures were misread."""
_RUN_TOGETHER = re.compile(r"(?<![\d./-])(\d{2,4})[./-]?\s?((?:19|20)\d{2})(?![\d./-])")
_OTHER_NUMBER = re.compile(r"\d[\d .]{4,}\d")


def identity_paper(text: str) -> IdentityPaper:
    """Parts of `CMND số 123456789 cấp ngày 01/02/2010 tại CA Đồng Nai` and its many short forms.

    A number of 12 figures without a word for its kind is a citizen's card (code 4), of 9 figures an identity card
    (code 1): Nghị định 05/1999/NĐ-CP and 137/2015/NĐ-CP fix these lengths. A series (`B 1234567`) is part of
    the number.
    """
    cleaned = strip_ending(text)
    if not cleaned:
        return IdentityPaper()
    if (in_figures := with_figures(cleaned)) != cleaned:
        return replace(identity_paper(in_figures), certain=False)
    if (with_signs := _with_lost_signs(cleaned)) != cleaned:
        return replace(identity_paper(with_signs), certain=False, date_certain=False)
    issued = re.search(DATE_WITHIN, cleaned, re.IGNORECASE)
    without_date = cleaned if not issued else cleaned[: issued.start()] + "\0" + cleaned[issued.end() :]
    found = _NUMBER.search(without_date.split("\0")[0]) or _NUMBER.search(without_date)
    number, whole = _number_of(found) if found else ("", False)
    plain = fold_tones(cleaned)
    kind = next((code for code, pattern in _KINDS if re.search(pattern, plain)), "")
    if not kind and number:
        kind = _KIND_BY_FIGURES.get(len(number), "2" if number[:1].isalpha() else "")
    rest = without_date.replace(found.group(), " ", 1) if found else without_date
    told = parse_date(issued.group()) if issued else None
    return IdentityPaper(
        kind=kind,
        number=number,
        issued_on=told.standard if told else "",
        issued_by=_issuer(cleaned, issued, found),
        certain=whole and is_whole(without_date, found) and not _OTHER_NUMBER.search(rest),
        date_certain=told.certain and not re.search(DATE_WITHIN, rest, re.I)
        if told
        else not _MAY_BE_DATED.search(rest),
    )


def _with_lost_signs(text: str) -> str:
    """A text without a date, in which figures before a year are day and month without their signs (`176.2009`)."""
    return text if re.search(DATE_WITHIN, text, re.IGNORECASE) else _RUN_TOGETHER.sub(_parted, text)


def _parted(found: re.Match[str]) -> str:
    figures, year = found.groups()
    if len(figures) == 2 and int(figures) in MONTHS:
        return found.group()  # a month and its year
    ways = ((figures[:at], figures[at:]) for at in (2, 1) if at < len(figures))
    dates = (f"{day}.{month}.{year}" for day, month in ways if int(day) in DAYS and int(month) in MONTHS)
    return next(dates, found.group())


def _number_of(found: re.Match[str]) -> tuple[str, bool]:
    """The number with its series, and whether nothing was guessed or left away.

    Figures may be grouped by spaces or, in threes, by dots; another dot is a decimal of Excel or a slip.
    """
    before, figures, after = (part or "" for part in found.groups())
    series = "" if before.upper() in _NO_SERIES else before.upper()
    if re.fullmatch(r"[0-9]+\.0", figures):  # a number that was in Excel as a number, not as text
        return series + figures[:-2], False
    grouped = "." not in figures or re.fullmatch(r"\d{1,3}(?:[. ]\d{3})+", figures) is not None
    apart = bool(series) and found.group()[len(before) : len(before) + 1] in (".", "-")
    return series + re.sub(r"[ .]", "", figures) + after.upper(), grouped and not after and not apart


def _issuer(text: str, issued: re.Match[str] | None, number: re.Match[str] | None) -> str:
    """What follows the date (or the number), without the small words before it; or what stands before the date."""
    start = issued.end() if issued else (number.end() if number else 0)
    after = _without_small_words(text[start:])
    if after or not issued or not number:
        return after if (issued or number) else ""
    between = text[number.end() : issued.start()]
    return _without_small_words(re.sub(r"(?:cấp\s*)?(?:ngày)?\s*:?\s*$", "", between.strip(), flags=re.IGNORECASE))


def _without_small_words(text: str) -> str:
    return strip_ending(re.sub(r"^[\s,.;:\-–()]*(?:(?:nơi cấp|cấp|tại|do|ngày|bởi)[\s,.;:]+)*", "", text, flags=re.I))
