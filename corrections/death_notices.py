"""Notices of death, written in one run of text: number, date and issuer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corrections.dates import parse_date
from vietnamese.letters import fold_spaces, strip_ending

__all__ = ["DeathNotice", "death_notice"]

_DATE = r"[0-9]{1,2}\s*[./\-]\s*[0-9]{1,2}\s*[./\-]\s*[0-9]{4}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeathNotice:
    """Number, date and issuer of a notice of death (or of the paper in its place), as far as written."""

    number: str
    issued_on: str
    issued_by: str
    certain: bool
    """Whether the text is number, date and issuer and nothing else."""


_WHOLE = re.compile(
    rf"(?:giấy (?:báo|chứng) tử\s*)?(?:số\s*:?\s*)?([0-9]+(?:/[^\s,]+)?),?\s+(?:cấp\s+)?ngày\s+({_DATE})\s*"
    r"(?:[,;\-–]\s*|\s)(?:do\s+)?([^\d,;]+?)(?:\s+cấp)?",
    re.IGNORECASE,
)
_ISSUES = re.compile(r"(?:ubnd|ủy ban nhân dân|trạm y tế|bệnh viện|trung tâm|công an|tòa án)\b", re.IGNORECASE)
_NUMBER = re.compile(r"số\s*:?\s*(\S+)|^(\d+\S*)", re.IGNORECASE)
_ISSUER = re.compile(r"(?:\bdo|cơ quan cấp|nơi cấp)\s*:?\s*(.+?)(?:\s+cấp.*)?$", re.IGNORECASE)
_ISSUER_AT_END = re.compile(rf"\d{{4}}\s+\S{{1,2}}\s+({_ISSUES.pattern}.*?)(?:\s+cấp.*)?$", re.IGNORECASE)
"""Behind a short word that may be `do` misread."""
_ISSUER_BEHIND = re.compile(r"\d{4}\s*[,;\-–]\s*(\D+)$")


def death_notice(text: str) -> DeathNotice:
    """Parts of `Giấy báo tử số 70 ngày 14-12-2007 do UBND xã cấp` and `48 ngày 21-12-2001, Trạm y tế xã`."""
    cleaned = fold_spaces(text)
    whole = _WHOLE.fullmatch(strip_ending(cleaned))
    number, day = _NUMBER.search(cleaned), re.search(_DATE, cleaned)
    issuer = _ISSUER.search(cleaned) or _ISSUER_BEHIND.search(cleaned) or _ISSUER_AT_END.search(cleaned)
    told = parse_date(day.group()) if day else None
    return DeathNotice(
        number=strip_ending(number.group(1) or number.group(2)) if number else "",
        issued_on=told.standard if told else "",
        issued_by=strip_ending(issuer.group(1)) if issuer else "",
        certain=bool(whole and told and told.certain and _ISSUES.match(whole.group(3))),
    )
