"""Values written in one run of text, taken apart: time and date of death, and a person with birth and residence.

The later forms give one dotted line to several columns of the workbook; each function finds its parts by the
words clerks put between them and leaves empty what is not there. Identity papers have their own (`identity_papers.py`),
and so have those who signed (`signers.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corrections.dates import DATE_WITHIN, ParsedDate, parse_date, without_calendar
from vietnamese.calendar_limits import HOURS, LAST_HOUR, MINUTES
from vietnamese.letters import fold_spaces, fold_tones, strip_ending

__all__ = ["PersonText", "TimeOfDay", "death_date", "death_time", "person"]

_HALF_DAY = 12
"""Hours that `chiều` and `tối` add."""


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
_BLANK_CLOCK = re.compile(r"^([0-9]{1,2}) ([0-9]{2})(?![0-9]|\s*[./\-]\s*[0-9])")
"""The two spaces that forms print for the hour and the minute."""
_NOUGHTS = re.compile(r"(?<![^\W\d_oọ])[oọ]+(?![^\W\d_oọ])", re.IGNORECASE)
"""Letters alone or beside figures that were noughts (`13 oo`, `ọ 50`)."""
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
_FITTING = {
    "rạng sáng": range(9),
    "sáng sớm": range(9),
    "sáng": range(13),
    "trưa": range(10, 15),
    "chiều": range(12, 20),
    "tối": range(17, 24),
    "đêm": (*range(18, 24), *range(6)),
    "khuya": (*range(21, 24), *range(5)),
}
"""Hours of 24 that people call so: at another the part of the day and the hour tell two things (`8 giờ khuya`)."""
_ABOUT = re.compile(r"(?<!\w)khoảng(?!\w)(?!\s*(?:lúc\s*)?[0-9]{1,2}\s*(?:h|giờ|g|:))|\?", re.IGNORECASE)
"""What makes the date uncertain; a `khoảng` before the hour is the hour's."""


def death_time(text: str) -> TimeOfDay:
    """The time of death without the minute mark (`19h24' ngày 02/01/2008` -> `19h24`).

    The spec keeps the notation as transcribed; `19 giờ 24 phút` and slots (`19/24/02.01.2008`) become `19h24`. A part
    of the day is reckoned in (`9 giờ tối` -> `21h`) and a person looks at it. What belongs neither to the time nor to
    the date, a `khoảng`, minutes of one figure without a mark, and figures left over make it doubtful.
    """
    cleaned, _ = without_calendar(fold_spaces(text))
    in_figures = _NOUGHTS.sub(lambda found: "0" * len(found.group()), cleaned)
    if in_figures != cleaned:
        return replace(death_time(in_figures), certain=False, note=_TIME_NOTE)
    slots = _CLOCK_SLOTS.match(cleaned)
    clock = slots or _CLOCK.search(cleaned)
    rest = cleaned[: clock.start()] + " " + cleaned[clock.end() :] if clock else cleaned
    date = _SPOKEN_DATE.search(rest) or _ONLY_DATE.search(rest)
    rest = rest.replace(date.group(1), " ", 1) if date else rest
    part = _PART_OF_DAY.search(rest)
    rest = _SMALL_WORDS.sub(" ", rest.replace(part.group(), " ", 1) if part else rest)
    if clock is None:
        # four figures alone are a year or a time of the day
        return _time_without_clock(rest, part is not None or re.fullmatch(r"[0-9]{4}", cleaned) is not None)
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
    fits = not part or moved in _FITTING[part.group(1).casefold()]
    return TimeOfDay(value=f"{clock.group(1)}h{minute}", certain=fits, note="" if fits else _TIME_NOTE)


_TIME_NOTE = "Giờ, phút không rõ; hãy kiểm tra trên sổ."


def _time_without_clock(rest: str, part: bool) -> TimeOfDay:
    """`8.30` is half past eight, most likely, as `8 30` is; letters and figures that are no date may be a time too."""
    dotted = _DOTTED_CLOCK.search(rest) or _BLANK_CLOCK.match(rest.strip())
    if dotted and int(dotted.group(1)) in HOURS and int(dotted.group(2)) in MINUTES:
        return TimeOfDay(value=f"{dotted.group(1)}h{dotted.group(2)}", certain=False, note=_TIME_NOTE)
    told = part or re.search(r"[^\W_]", rest) is not None
    return TimeOfDay(value="", certain=not told, note=_TIME_NOTE if told else "")


def death_date(text: str, *, near_year: int | None = None) -> ParsedDate:
    """The date of death in a text that may begin or end with the time.

    Certain only when nothing but the time was left away.
    """
    found = _death_date(text, near_year)
    if found.certain and found.date is not None and _ABOUT.search(text):
        return ParsedDate(date=found.date, certain=False, note="Sổ ghi ngày chưa chắc («khoảng», «?»); hãy kiểm tra.")
    return found


def _death_date(text: str, near_year: int | None) -> ParsedDate:
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
    named: bool = False
    """Whether a comma ends the name, and it looks like one."""


_WORDS_OF_NAME = range(2, 6)
"""Syllables of a name."""
_BORN = re.compile(
    rf"(?:sinh(?:\s+(?:ngày|năm))?|sn\.?|năm sinh)?\s*:?\s*({DATE_WITHIN}|(?<!\d)(?:18|19|20)\d\d(?!\d))", re.I
)
_HAMLET = re.compile(r"(?<=\w)(?:\s*,\s*|\s+)(?:thôn|ấp|xóm|bản|buôn|tổ|khu phố|khu|đội)\s+\d", re.IGNORECASE)
"""Where a residence begins whose comma was not read (`Phùng Xuân Thạnh Buôn 8`)."""
_WITHIN = re.compile(r"(?:(?:nơi|chỗ) ở|hộ khẩu|thường trú|trú tại|ở tại|\bở)\s*:?\s*", re.IGNORECASE)


def person(text: str) -> PersonText:
    """A person of `Nguyễn Văn An, 1950, làm ruộng, ở xã Đông Tân`: what stands first is the name.

    Without a word for it, the residence is what is left of birth, occupation and paper.
    """
    cleaned = strip_ending(text)
    born = _BORN.search(cleaned)
    home = _WITHIN.search(cleaned)
    hamlet = _HAMLET.search(cleaned)
    stops = [len(cleaned), *(m.start() for m in (born, home, hamlet) if m)]
    comma = re.search(r"[,;]|\s[-–]\s", cleaned)
    if comma:
        stops.append(comma.start())
    name = strip_ending(cleaned[: min(stops)])
    whole = re.sub(r"\s*[,;]\s*", " ", cleaned[: hamlet.start()]) if hamlet else name
    if hamlet and " " not in name and name != whole and len(whole.split()) in _WORDS_OF_NAME:
        # `Trần, Quang, Chi, Tổ 7`: commas of the line within the name
        return replace(person(f"{whole}, {cleaned[hamlet.start() :].lstrip(' ,')}"), named=False)
    ended = comma is not None and comma.group() == "," and comma.start() == min(stops)
    return PersonText(
        name=name,
        named=ended and len(name.split()) in _WORDS_OF_NAME and all(w[0].isupper() for w in name.split()),
        born=parse_date(born.group(1)).standard if born else "",
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
        and not re.search(rf"{DATE_WITHIN}|\d{{8}}", part)
        and not re.fullmatch(r"(?:18|19|20)\d\d", part)
    ]
    return strip_ending(", ".join(kept))
