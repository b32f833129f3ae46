"""Values written in one run of text, taken apart: identity papers, signer and title, time and date of death.

The later forms give one dotted line to several columns of the workbook; each function finds its parts by the
words clerks put between them and leaves empty what is not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from corrections.dates import ParsedDate, parse_date, without_calendar
from corrections.id_numbers import CARD_FIGURES, PERSONAL_FIGURES, is_whole
from vietnamese.calendar_limits import HOURS, LAST_HOUR, MINUTES
from vietnamese.letters import fold_spaces, fold_tones, strip_ending

__all__ = [
    "IdentityPaper",
    "PersonText",
    "Signer",
    "TimeOfDay",
    "death_date",
    "death_time",
    "identity_paper",
    "person",
    "signer",
]


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


_DATE = (
    r"(?<!\d)(?:\d{1,2}(?:\s*[./\-]\s*|\s)\d{1,2}(?:\s*[./\-]\s*|\s)(?:19|20)\d\d(?!\d)"
    r"|\d{1,2}\s*tháng\s*\d{1,2}\s*năm\s*(?:19|20)\d\d(?!\d)"
    r"|\d{1,2}\s*[./\-]\s*\d{1,2}\s*[./\-]\s*\d\d(?!\d))"
)
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
_HALF_DAY = 12
"""Hours that `chiều` and `tối` add."""
_NUMBER = re.compile(r"(?<!\w)(?:([A-Za-z]{1,3})[ .\-]{0,2})?([0-9][0-9 .]{3,16}[0-9])(?: ?([A-Z])(?!\w))?(?![\w/])")
_NO_SERIES = frozenset(("CM", "CMT", "CMD", "ND", "CC", "CCC", "CD", "HC", "SO", "NO", "CA", "TP", "TX", "BS", "QD"))
"""Short words before a number that are no series of it: kinds of papers, offices."""
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
    issued = re.search(_DATE, cleaned, re.IGNORECASE)
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
        issued_on=_standard(told) if told else "",
        issued_by=_issuer(cleaned, issued, found),
        certain=whole and is_whole(without_date, found) and not _OTHER_NUMBER.search(rest),
        date_certain=told.certain and not re.search(_DATE, rest, re.I)
        if told
        else not re.search(r"ngày|năm", rest, re.I),
    )


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
_SPACED_SHORT = re.compile(r"(?<!\w)(p\s?\.?\s?)?c\s?\.\s?t(?!\w)\.?")
"""C.T, P.C.T and P. C. T for CT and PCT."""
_RUN_TOGETHER = re.compile(r"(?<!\w)((?:p\.?)?ct|chu\s?tich)[.\s]*(?=ubnd\b)|(?<!\w)(chu)(?=tich\b)")
_TITLE_BEHIND = re.compile(r"[\s.,;:\-–/(]+(?:kt|tm|tuq)\.?\s*(?:chu\s+tich|ubnd|ct)?(?=[\s.,;:\-–/(]+\S)")
"""`Nguyễn Văn An KT. Chủ tịch PCT`: in whose stead one signs is no part of the name nor of the title."""
_NAME_AND_TITLE = 3
"""A title of two syllables misread stands beside a name when there are more syllables than a name has alone."""
_STANDING_IN = re.compile(r"^(?:kt|tm|tuq)\.?\s*(?:chu\s+tich|ubnd|ct)?\s*[.,;:\-–/]*\s+(?=\S)")
_BEFORE = re.compile(rf"^({_TITLE_WORDS}{_OF_OFFICE})(?:\s*[.:,;\-–]+\s*|\s+)(?=\w)")
_AFTER = re.compile(rf"(?:[\s.:,;\-–(/]+)({_TITLE_WORDS}(?:\s+.*)?)\)?$")


def signer(text: str) -> Signer:
    """Name and title of `Phó Chủ tịch Lương An Tâm`, `Đặng Văn An - CT UBND xã`, `PCT Phan An Trung`.

    CT and PCT alone are written out; a longer title (`CT UBND xã`) stays as written. Titles are found without tone
    marks, so a misread tone does not hide them.
    """
    cleaned = strip_ending(text)
    plain = fold_tones(cleaned)
    if not cleaned or len(plain) != len(cleaned):  # letters whose small form is longer: no positions to go by
        return Signer(name=cleaned, title="", certain=not cleaned)
    spelt = _with_clear_title(cleaned, plain)
    if spelt != cleaned:
        return replace(signer(spelt), certain=_misread(plain) is None)
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


def _with_clear_title(text: str, plain: str) -> str:
    """The text with its title's usual spelling: CT for C.T, a space before UBND, `Chủ tịch` for a near misreading."""
    for pattern, written in ((_TITLE_BEHIND, " -"), (_SPACED_SHORT, None), (_RUN_TOGETHER, None)):
        found = pattern.search(plain)
        if found is None or (pattern is _TITLE_BEHIND and found.start() == 0):
            continue
        if written is None:
            short = re.sub(r"[\s.]", "", text[found.start() : found.end()])
            written = short if pattern is _SPACED_SHORT else f"{text[found.start() : found.end()].rstrip(' .')} "
        if text[found.start() : found.end()] != written:
            return text[: found.start()] + written + text[found.end() :]
    place = _misread(plain)
    return text if place is None else text[: place[0]] + "Chủ tịch" + text[place[1] :]


def _misread(plain: str) -> tuple[int, int] | None:
    """Where `chu tich` stands with a letter wrong in either word, at the beginning or the end of a text without it."""
    if re.search(r"chu\s*tich", plain):
        return None
    words = list(re.finditer(r"[^\W\d_]+", plain))
    near = [
        (first.start(), second.end())
        for first, second in pairwise(words)
        if first[0][0] == "c" and Levenshtein.distance(first[0], "chu") <= 1
        and second[0][0] == "t" and Levenshtein.distance(second[0], "tich") <= 1
    ]  # fmt: skip
    at_an_end = [
        place for place in near if place[1] == words[-1].end() or place[0] in [word.start() for word in words[:2]]
    ]
    return at_an_end[0] if len(words) > _NAME_AND_TITLE and at_an_end else None


def _signer(name: str, title: str) -> Signer:
    return Signer(name=strip_ending(name), title=full_title(title), certain=True)


def full_title(text: str) -> str:
    """A title written out when it is CT or PCT alone; any other as written."""
    cleaned = strip_ending(text).rstrip(")")
    return _TITLES.get(re.sub(r"[\s.]+", " ", fold_tones(cleaned)).strip(), cleaned)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDay:
    """A time of death."""

    value: str
    """`19h24`; empty when the text tells none."""
    certain: bool
    note: str = ""


_CLOCK = re.compile(
    r"(?<![0-9])([0-9]{1,2})\s*(?:h|giờ|g|:)[\s,]*(?:/?\s*([0-9]{1,2})(?![0-9]|\s*[./\-]\s*[0-9])|/\s*([0-9]{1,2})(?=\s*['’/p]))?",
    re.IGNORECASE,
)
_LONE_FIGURE = re.compile(r"(?<![0-9])[0-9](?!\s*(?:['’/]|ph))", re.IGNORECASE)
_CLOCK_SLOTS = re.compile(
    r"^([0-9]{1,2})\s*/\s*([0-9]{1,2})\s*/\s*(?=(?:ngày\s*)?[0-9]{1,2}\s*[./\-]\s*[0-9]{1,2}\s*[./\-]\s*[0-9]{2,4})"
)
_MIDNIGHT_OR_NOON = (0, 12)
"""Hours that `trưa` and `sáng` may stand beside."""
_DOTTED_CLOCK = re.compile(r"(?<![0-9./\-])([0-9]{1,2})\s?[.,]\s?([0-9]{2})(?![0-9]|\s*[./\-]\s*[0-9])")
_HALF_PAST = re.compile(r"^\s*rưỡi\b", re.IGNORECASE)
_ONLY_DATE = re.compile(
    r"(?:ngày\s*)?([0-9]{1,2}\s*[./\-]\s*[0-9]{1,2}\s*[./\-]\s*[0-9]{2,4}|[0-9]{1,2}\s*[./\-]\s*[0-9]{4}|[0-9]{4})\D*$",
    re.I,
)
_SPOKEN_DATE = re.compile(
    r"(ngày\s*[0-9]{1,2}\s*tháng\s*[0-9]{1,2}\s*năm\s*[0-9]{4}|tháng\s*[0-9]{1,2}\s*năm\s*[0-9]{4}|năm\s*[0-9]{4})",
    re.I,
)
_PART_OF_DAY = re.compile(
    r"(?<!\w)(?:(?:vào|lúc|hồi)\s+)?(?:buổi\s+)?(rạng sáng|sáng sớm|sáng|trưa|chiều|tối|đêm|khuya)(?!\w)", re.IGNORECASE
)
_SMALL_WORDS = re.compile(r"(?<!\w)(?:ngày|tháng|năm|lúc|vào|hồi|giờ|phút|ph|p)(?!\w)", re.IGNORECASE)
_BEFORE_DATE = re.compile(r"(?<!\w)(?:lúc|vào|hồi|phút|ph|p|khoảng)(?!\w)", re.IGNORECASE)
_SWITCH = {"trưa": range(1, 4), "chiều": range(1, 8), "tối": range(5, 12), "đêm": range(8, 12), "khuya": range(9, 12)}
"""Hours that a part of the day moves into the second half of the day."""


def death_time(text: str) -> TimeOfDay:
    """The time of death without the minute mark (`19h24' ngày 02/01/2008` -> `19h24`).

    The spec keeps the notation as transcribed; `19 giờ 24 phút` and slots (`19/24/02.01.2008`) become `19h24`. A part
    of the day is reckoned in (`9 giờ tối` -> `21h`) and a person looks at it. What belongs neither to the time nor to
    the date, a `khoảng`, minutes of one figure without a mark, and figures left over make it doubtful.
    """
    cleaned, _ = without_calendar(fold_spaces(text))
    slots = _CLOCK_SLOTS.match(cleaned)
    clock = slots or _CLOCK.search(cleaned)
    rest = cleaned[: clock.start()] + " " + cleaned[clock.end() :] if clock else cleaned
    date = _SPOKEN_DATE.search(rest) or _ONLY_DATE.search(rest)
    rest = rest.replace(date.group(1), " ", 1) if date else rest
    part = _PART_OF_DAY.search(rest)
    rest = _SMALL_WORDS.sub(" ", rest.replace(part.group(), " ", 1) if part else rest)
    if clock is None:
        return _time_without_clock(rest, part is not None)
    half = _HALF_PAST.match(cleaned[clock.end() :])
    hour, minute = int(clock.group(1)), next((found for found in clock.groups()[1:] if found), "")
    lone = not slots and _LONE_FIGURE.match(cleaned, clock.end() - 1)
    if (
        half
        or lone
        or re.search(r"[^\W_]", rest)
        or hour > LAST_HOUR
        or int(minute or 0) not in (MINUTES if hour < LAST_HOUR else range(1))
    ):
        minute = "30" if half and not minute else minute
        return TimeOfDay(value=f"{clock.group(1)}h{minute}", certain=False, note=_TIME_NOTE)
    moved = hour + _HALF_DAY if part and hour in _SWITCH.get(part.group(1).casefold(), ()) else hour
    if moved != hour or (part and hour in _MIDNIGHT_OR_NOON and part.group(1).casefold() not in ("trưa", "sáng")):
        note = f"Sổ ghi «{clock.group().strip(' ,')} {part.group(1) if part else ''}»; hãy kiểm tra giờ theo 24 giờ."
        return TimeOfDay(value=f"{moved}h{minute}", certain=False, note=note)
    return TimeOfDay(value=f"{clock.group(1)}h{minute}", certain=True)


_TIME_NOTE = "Giờ, phút không rõ; hãy kiểm tra trên sổ."


def _time_without_clock(rest: str, part: bool) -> TimeOfDay:
    """`8.30` is half past eight, most likely; letters and figures that are no date may be a time too."""
    dotted = _DOTTED_CLOCK.search(rest)
    if dotted and int(dotted.group(1)) in HOURS and int(dotted.group(2)) in MINUTES:
        return TimeOfDay(value=f"{dotted.group(1)}h{dotted.group(2)}", certain=False, note=_TIME_NOTE)
    told = part or re.search(r"[^\W_]", rest) is not None
    return TimeOfDay(value="", certain=not told, note=_TIME_NOTE if told else "")


def death_date(text: str, *, near_year: int | None = None) -> ParsedDate:
    """The date of death in a text that may begin or end with the time.

    Certain only when nothing but the time was left away.
    """
    cleaned = strip_ending(text)
    clock = _CLOCK_SLOTS.match(cleaned) or _CLOCK.search(cleaned)
    rest = cleaned[: clock.start()] + " " + cleaned[clock.end() :] if clock else cleaned
    rest = _BEFORE_DATE.sub(" ", _PART_OF_DAY.sub(" ", rest)).strip(" '’,.;:-–/")
    whole = parse_date(rest, near_year=near_year)
    if whole.date is not None:
        return whole
    bare, lunar = without_calendar(rest)
    found = _SPOKEN_DATE.search(bare) or _ONLY_DATE.search(bare)
    if not found:
        return whole
    parsed = parse_date(found.group(1) + (" âm lịch" if lunar else ""), near_year=near_year)
    left = _SMALL_WORDS.sub(" ", bare.replace(found.group(1), " ", 1))
    if not parsed.certain or not re.search(r"[^\W_]", left):
        return parsed
    note = f"Ngoài ngày, sổ còn ghi «{strip_ending(left)}»; hãy kiểm tra."
    return ParsedDate(date=parsed.date, certain=False, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonText:
    """Name, date of birth and residence from one cell of the oldest books."""

    name: str = ""
    born: str = ""
    residence: str = ""


_BORN = re.compile(
    rf"(?:sinh(?:\s+(?:ngày|năm))?|sn\.?|năm sinh)?\s*:?\s*({_DATE}|(?<!\d)(?:18|19|20)\d\d(?!\d))", re.I
)
_WITHIN = re.compile(r"(?:(?:nơi|chỗ) ở|hộ khẩu|thường trú|trú tại|ở tại|\bở)\s*:?\s*", re.IGNORECASE)


def person(text: str) -> PersonText:
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
    return PersonText(
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
