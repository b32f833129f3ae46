"""Values written in one run of text, taken apart: identity papers, signer and title, time and date of death.

The later forms give one dotted line to several columns of the workbook; each function finds its parts by the
words clerks put between them and leaves empty what is not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corrections.dates import ParsedDate, parse_date
from vietnamese.letters import fold_spaces, fold_tones, strip_ending

__all__ = [
    "IdentityPaper",
    "Person",
    "Signer",
    "death_date",
    "death_time",
    "identity_paper",
    "person",
    "signer",
    "strange_in_time",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPaper:
    """An identity paper: kind code (list `id_paper_type`), number, date and place of issue as far as written."""

    kind: str = ""
    number: str = ""
    issued_on: str = ""
    issued_by: str = ""
    certain: bool = True


_DATE = r"(?<!\d)\d{1,2}(?:\s*[./\-]\s*|\s)\d{1,2}(?:\s*[./\-]\s*|\s)(?:19|20)\d\d(?!\d)"
_KINDS = (
    ("5", r"quan doi nhan dan|cmqd"),
    ("6", r"si quan"),
    ("7", r"cong an nhan dan|cmcand"),
    ("3", r"the thuong tru"),
    ("4", r"can cuoc|cccd"),
    ("2", r"ho chieu|passport"),
    ("1", r"chung minh|cmnd|cmtnd|\bcmt\b|\bcm\b"),
)
_NUMBER = re.compile(r"(?<![\w])([A-Z]{0,2}\d[\d .]{5,16}\d)(?![\w/])", re.IGNORECASE)


def identity_paper(text: str) -> IdentityPaper:
    """Parts of `CMND số 123456789 cấp ngày 01/02/2010 tại CA Đồng Nai` and its many short forms.

    A number of 12 figures without a word for its kind is a citizen's card (code 4), of 9 figures an identity card
    (code 1): Nghị định 05/1999/NĐ-CP and 137/2015/NĐ-CP fix these lengths.
    """
    cleaned = strip_ending(text)
    if not cleaned:
        return IdentityPaper()
    issued = re.search(_DATE, cleaned)
    without_date = cleaned if not issued else cleaned[: issued.start()] + "\0" + cleaned[issued.end() :]
    found = _NUMBER.search(without_date.split("\0")[0]) or _NUMBER.search(without_date)
    number = re.sub(r"[ .]", "", found.group(1)).upper() if found else ""
    plain = fold_tones(cleaned)
    kind = next((code for code, pattern in _KINDS if re.search(pattern, plain)), "")
    certain = bool(number)
    if not kind and number:
        kind = {9: "1", 12: "4"}.get(len(number), "2" if number[:1].isalpha() else "")
    if not number and kind == "":
        certain = False
    return IdentityPaper(
        kind=kind,
        number=number,
        issued_on=_standard(parse_date(issued.group())) if issued else "",
        issued_by=_issuer(cleaned, issued, found),
        certain=certain,
    )


def _standard(parsed: ParsedDate) -> str:
    return parsed.date.standard if parsed.date else ""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed, and as what."""

    name: str
    title: str
    certain: bool


_TITLES = {
    "ct": "Chủ tịch", "chu tich": "Chủ tịch",
    "pct": "Phó Chủ tịch", "p ct": "Phó Chủ tịch", "pho ct": "Phó Chủ tịch", "p chu tich": "Phó Chủ tịch",
    "pho chu tich": "Phó Chủ tịch",
}  # fmt: skip
_TITLE_WORDS = (
    r"(?:q\.\s*|quyen\s+)?(?:pho\s+|p\.?\s*)?(?:chu\s+tich|ct|truong\s+ban|truong\s+phong|giam\s+doc|bi\s+thu|"
    r"truong\s+thon|can\s+bo\s+tu\s+phap)"
)
_OF_OFFICE = r"(?:\s+(?:ubnd|uy\s+ban\s+nhan\s+dan)(?:\s+(?:xa|phuong|thi\s+tran|huyen|quan))?)?"
_STANDING_IN = re.compile(r"^(?:kt|tm|tuq)\.?\s*(?:chu\s+tich|ubnd|ct)?\s*[.,;:\-–/]*\s+(?=\S)")
_BEFORE = re.compile(rf"^({_TITLE_WORDS}{_OF_OFFICE})(?:\s*[.:,;\-–]+\s*|\s+)(?=\w)")
_AFTER = re.compile(rf"(?:[\s.:,;\-–(]+)({_TITLE_WORDS}(?:\s+.*)?)\)?$")


def signer(text: str) -> Signer:
    """Name and title of `Phó Chủ tịch Lương An Tâm`, `Đặng Văn An - CT UBND xã`, `PCT Phan An Trung`.

    CT and PCT alone are written out; a longer title (`CT UBND xã`) stays as written. Titles are found without tone
    marks, so a misread tone does not hide them.
    """
    cleaned = strip_ending(text)
    plain = fold_tones(cleaned)
    if not cleaned or len(plain) != len(cleaned):  # letters whose small form is longer: no positions to go by
        return Signer(name=cleaned, title="", certain=not cleaned)
    standing_in = _STANDING_IN.match(plain)
    if standing_in:
        cleaned, plain = cleaned[standing_in.end() :], plain[standing_in.end() :]
    before = _BEFORE.match(plain)
    if before:
        return _signer(cleaned[before.end() :], cleaned[: before.end(1)])
    if re.fullmatch(rf"{_TITLE_WORDS}{_OF_OFFICE}", plain):
        return _signer("", cleaned)
    after = _AFTER.search(plain)
    if after and after.start():
        return _signer(cleaned[: after.start()], cleaned[after.start(1) :])
    parts = re.split(r"\s+[-–]\s+|\s*[,;]\s*", cleaned, maxsplit=1)
    if len(parts) == 2 and all(parts):
        return Signer(name=strip_ending(parts[0]), title=strip_ending(parts[1]), certain=False)
    return Signer(name=cleaned, title="", certain=True)


def _signer(name: str, title: str) -> Signer:
    return Signer(name=strip_ending(name), title=full_title(title), certain=True)


def full_title(text: str) -> str:
    """A title written out when it is CT or PCT alone; any other as written."""
    cleaned = strip_ending(text).rstrip(")")
    return _TITLES.get(re.sub(r"[\s.]+", " ", fold_tones(cleaned)).strip(), cleaned)


_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:h|giờ|g|:)[\s,]*(?:/?\s*(\d{1,2})(?!\d|\s*[./\-]\s*\d)|/\s*(\d{1,2})(?=\s*['’/p]))?",
    re.IGNORECASE,
)
_LONE_FIGURE = re.compile(r"(?<!\d)\d(?!\s*(?:['’/]|ph))", re.IGNORECASE)
_CLOCK_SLOTS = re.compile(
    r"^(\d{1,2})\s*/\s*(\d{1,2})\s*/\s*(?=(?:ngày\s*)?\d{1,2}\s*[./\-]\s*\d{1,2}\s*[./\-]\s*\d{2,4})"
)
_ONLY_DATE = re.compile(
    r"(?:ngày\s*)?(\d{1,2}\s*[./\-]\s*\d{1,2}\s*[./\-]\s*\d{2,4}|\d{1,2}\s*[./\-]\s*\d{4}|\d{4})\D*$", re.I
)
_SPOKEN_DATE = re.compile(
    r"(ngày\s*\d{1,2}\s*tháng\s*\d{1,2}\s*năm\s*\d{4}|tháng\s*\d{1,2}\s*năm\s*\d{4}|năm\s*\d{4})", re.I
)


def death_time(text: str) -> str:
    """The time of death as written, without the minute mark (`19h24' ngày 02/01/2008` -> `19h24`), or empty.

    The spec keeps the notation as transcribed; `19 giờ 24 phút` and slots (`19/24/02.01.2008`) become `19h24`.
    """
    cleaned = fold_spaces(text)
    clock = _CLOCK_SLOTS.match(cleaned) or _CLOCK.search(cleaned)
    if not clock:
        return ""
    minute = next((part for part in clock.groups()[1:] if part), "")
    return f"{clock.group(1)}h{minute}"


def strange_in_time(text: str) -> bool:
    """Whether a time and date of death holds letters that belong to neither, or minutes of one figure without a mark.

    Then a figure was misread, or one was left out.
    """
    cleaned = fold_spaces(text)
    slots = _CLOCK_SLOTS.match(cleaned)
    clock = slots or _CLOCK.search(cleaned)
    if clock and not slots and _LONE_FIGURE.match(cleaned, clock.end() - 1):
        return True
    rest = cleaned[: clock.start()] + " " + cleaned[clock.end() :] if clock else cleaned
    rest = re.sub(
        r"\b(?:ngày|tháng|năm|lúc|vào|giờ|phút|ph|p|khoảng|sáng|trưa|chiều|tối|đêm|âm lịch)\b", " ", rest, flags=re.I
    )
    return bool(re.search(r"[^\W\d_]", rest))


def death_date(text: str, *, near_year: int | None = None) -> ParsedDate:
    """The date of death in a text that may begin with the time."""
    cleaned = strip_ending(text)
    found = _SPOKEN_DATE.search(cleaned) or _ONLY_DATE.search(cleaned)
    return parse_date(found.group(1) if found else cleaned, near_year=near_year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Name, date of birth and residence from one cell of the oldest books."""

    name: str = ""
    born: str = ""
    residence: str = ""


_BORN = re.compile(
    rf"(?:sinh(?:\s+(?:ngày|năm))?|sn\.?|năm sinh)?\s*:?\s*({_DATE}|(?<!\d)(?:18|19|20)\d\d(?!\d))", re.I
)
_WITHIN = re.compile(r"(?:(?:nơi|chỗ) ở|hộ khẩu|thường trú|trú tại|ở tại|\bở)\s*:?\s*", re.IGNORECASE)


def person(text: str) -> Person:
    """A person of `Nguyễn Văn An, 1950, làm ruộng, ở xã Đông Tân`: what stands first is the name.

    Without a word for it, the residence is what is left of birth, occupation and paper.
    """
    cleaned = strip_ending(text)
    born = _BORN.search(cleaned)
    home = _WITHIN.search(cleaned)
    stops = [len(cleaned), *(m.start() for m in (born, home) if m)]
    comma = re.search(r"[,;]|\s[-–]\s", cleaned)
    if comma:
        stops.append(comma.start())
    return Person(
        name=strip_ending(cleaned[: min(stops)]),
        born=_standard(parse_date(born.group(1))) if born else "",
        residence=strip_ending(cleaned[home.end() :]) if home else _residence(cleaned),
    )


_OCCUPATION = re.compile(
    r"^(?:lam |tho |can bo|cong nhan|giao vien|hoc sinh|sinh vien|noi tro|buon ban|bo doi|y si|bac si|y ta|huu tri|"
    r"nong dan|nghe |lai xe|ngu dan|ky su|ke toan|cong an|vien chuc|kinh doanh|tu do|gia yeu|da chet|da mat)"
)


def _residence(text: str) -> str:
    """The parts between commas after the name that are no date, occupation or identity paper."""
    parts = [part.strip() for part in re.split(r"[,;]", text)[1:]]
    kept = [
        part
        for part in parts
        if part
        and not _OCCUPATION.match(fold_tones(part) + " ")
        and not re.search(rf"{_DATE}|\d{{8}}", part)
        and not re.fullmatch(r"(?:18|19|20)\d\d", part)
    ]
    return strip_ending(", ".join(kept))
