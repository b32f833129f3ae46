"""Takes away what the machine made of printed dots and rules around and inside a value.

Only strokes go that the kind of the field cannot hold: a name has no full stops between its parts, words of a date
none at all. Letters and figures are never touched, but for figures one by one behind words, which dots were read as.
"""

from __future__ import annotations

import re

from corrections.paper_words import with_paper_words
from layouts.columns import FieldKind
from vietnamese.letters import fold_spaces, fold_tones

__all__ = ["tidy_reading", "without_stray_marks"]

_STRAY_END = re.compile(r"(?:\s+[^\w\s]+)+$")
_STRAY_START = re.compile(r"^(?:[^\w\s(]+\s+)+|^[“”„\"'’‘`_¬•*~|\\]+\s*")
_DOTS_IN_NAME = re.compile(r"(?<=[^\W\d_][^\W\d_])\s*[._,]+(?:\s*[._]+)*\s*(?=[^\W\d_])")
_ABBREVIATIONS = re.compile(r"\b(?:ct|pct|kt|tm|tp|tuq|ubnd)$", re.IGNORECASE)
_NO_LETTERS = re.compile(r"[.,]*[~_|\\]+[.,]*|[()\[\]{}]+$")
"""Signs that no name has, with the dots beside them."""
_COMMITTEE = re.compile(r"\b[^\W\d_]{0,3}[B8]N[DĐ]\b|(?<=\bCT )[^\W\d_]{0,2}N[DĐ]\b")
"""`UBND` of which the first letter fell into two strokes, has a dot of the line, or is gone: no other word ends so, nor
stands so behind a title."""
_COMMAS = re.compile(r"\s*,(?:\s*,)+")
_DOTS_AT_COMMA = re.compile(r"\s*(?:[._…]+\s*,|,\s*[._…]+)(?:[\s._…,]*)(?=\w)")
_DOTS_AT_HYPHEN = re.compile(r"(?<=\w)\s*(?:[._…]+\s*([-–])[\s._…]*|\s([-–])\s*[._…]+\s*)(?=\w)")
_STROKES = re.compile(r"(?<=\w)\s*[-–](?:[\s_]*[-–_])+\s*(?=\w)")
"""Several strokes in a row are one, and the line's."""
_HALF_SPACED_HYPHEN = re.compile(r"(?<=\w)(?:\s+[-–]|[-–]\s+)(?=\w)")
"""A hyphen between units of an address has a space on both sides or on none."""
_DOT_IN_PLACE = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,})(?<=[^\W\d_A-ZĐ])\s*\.\s*(?=[^\W_])")
"""After a word: an abbreviation has no vowel (`tx. Phú Thọ`) or capitals alone."""
_COMMA_AND_DASH = re.compile(r"\s*,\s*[-–](?=\s)|\s[-–]\s*,")
_DASH_AT_COMMA = re.compile(r"\s*,\s*[-–](?=\w)")
_VOWEL = re.compile(r"[aeiouy]")
_DOTS_IN_FIGURES = re.compile(r"(?<=\d)\s*\.(?:\s*\.)+\s*(?=\d)")
_DOTS_IN_WORDS = re.compile(r"(?<=\w)\s*\.(?:\s*\.)+\s*(?=\w)")
"""Several dots in a row are the line's; one of them is left between figures, where a date has one."""
_COMMAS_IN_DATE = re.compile(r"(?<!\d)(\d{1,2})\s*([.,/-])\s*(\d{1,2})\s*([.,/-])\s*((?:19|20)\d{2})(?!\d)")
"""A date in which a dot of the line made a comma of a dot (`24.09,2011`)."""
_COLONS_IN_DATE = re.compile(r"(?<!\d)(\d{1,2}):(\d{1,2}):((?:19|20)\d{2})(?!\d)")
"""Dots of a date that were read with dots of the line above them (`14:05:2017`)."""
_LABEL_BEHIND_DATE = re.compile(r"(?<=(?<!\d)(?:19|20)\d{2})[^\W\d_].*$")
"""The next label of the row, without a blank (`09.03.2017Giới tính`)."""
_LABEL_BEFORE_NAME = re.compile(r"^\W*h[oọồòộ]\s?(?:,|v[aà])?\s?t[eêé]n\s*:\s*(?=\S)", re.I)
"""`Họ và tên:`, its colon counted: without it a name may begin so."""
_OPEN_BRACKET, _CLOSED = re.compile(r"(?<!\S)[(\[{](?=[^\W\d_]+(?:\s|$))"), re.compile(r"[)\]}]")
"""Before a word of a name, with none that closes it: a stroke."""
_HALF_A_DATE = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})(?:\s+|\s*\2\s+|\s+\2\s*)((?:19|20)\d{2})(?!\d)")
_SPLIT_MONTH = re.compile(r"(?<!\d)(\d{1,2}([./-])1)\s+([0-2]\2(?:19|20)\d{2})(?!\d)")
"""A month of two figures in two (`29/1 1/2013`)."""
_OTHER_HALF = re.compile(
    r"(?<![\d./-])(\d{1,2})(?:\s+|\s*([./-])\s+|\s+([./-])\s*)(\d{1,2})([./-])((?:19|20)\d{2})(?!\d)"
)
"""A date in figures written with its signs close, one of which went with the dotted line or stands apart from it."""
_NO_SIGNS = re.compile(r"((?:ngày|cấp) \d{1,2}) (\d{1,2}) ((?:19|20)\d{2})(?!\d)", re.I)
"""Both went: dots, for strokes are not taken for the line's."""
_DOT_AND_BLANK = re.compile(r"(?<![\d./-])(\d{1,2})\s?\.\s+(\d{1,2})\s+((?:19|20)\d{2})(?!\d)")
"""One dot went, the other stands apart (`21. 12 2000`)."""
_DOT_AFTER_POLICE = re.compile(r"\bCA\s*\.\s+(?=[^\W\d_])")
_NOISE_BEFORE_NAME = re.compile(r"^(?:\S*[^\w\s.'’-]\S*\s+|\d\S*\s+)+(?=[^\W\d_]\S*\s+[^\W\d_])")
"""What a signature above the name was read as."""
_WORDS_ALONE = frozenset(
    {
        FieldKind.NAME,
        FieldKind.SIGNER,
        FieldKind.TITLE,
        FieldKind.PLACE,
        FieldKind.RELATION,
        FieldKind.ETHNIC_GROUP,
        FieldKind.NATIONALITY,
    }
)
"""Kinds that never end in figures written one by one, as numbers of papers in free text may."""
_DOTS_READ_AS_FIGURES = re.compile(r"(?<=[^\W\d_])(?:\s+[0-9oO°.,]){3,}$")
"""Figures one by one behind words: what is left of the dots of the line, each read as a nought or nearly."""
_DOTS = re.compile(r"\s*[._…]+\s*")
_BEFORE_PART = re.compile(r"\s*[.,]?\s+(?=tháng\s|năm\s+(?:một|hai)\s+(?:nghìn|ngàn)\b)", re.IGNORECASE)
"""Before the month and the year of a date in words."""
_MOST_PASSES = 6
"""A stroke taken away may leave another to be seen; no text of a million drawn at random needed so many."""


def tidy_reading(kind: FieldKind, text: str) -> str:
    """What was read of a field without its stray strokes, without the dots behind it that were read as figures, and
    without what is left of labels beside it; the words around a paper's number, and UBND, are put right."""
    words = _DOTS_READ_AS_FIGURES.sub("", fold_spaces(text)) if kind in _WORDS_ALONE else text
    if kind is FieldKind.NAME:
        words = _LABEL_BEFORE_NAME.sub("", words)
        words = words if _CLOSED.search(words) else _OPEN_BRACKET.sub("", words)
    elif kind is FieldKind.DATE:
        words = _LABEL_BEHIND_DATE.sub("", words)
    return with_paper_words(_COMMITTEE.sub("UBND", without_stray_marks(kind, words)))


def without_stray_marks(kind: FieldKind, text: str) -> str:
    """The text without stray strokes; an empty text when nothing but strokes was read."""
    for _ in range(_MOST_PASSES):
        before, text = text, _cleaned_once(kind, text)
        if text == before:
            break
    return text


def _cleaned_once(kind: FieldKind, text: str) -> str:
    cleaned = _with_whole_dates(fold_spaces(text))
    if kind in (FieldKind.NAME, FieldKind.SIGNER, FieldKind.TITLE):
        cleaned = _NO_LETTERS.sub(" ", cleaned)  # first: dots stand between letters only without them
    if kind in (FieldKind.SIGNER, FieldKind.TITLE, FieldKind.RELATION, FieldKind.TEXT):
        cleaned = _without_dots(cleaned, keep_commas=True)
    elif kind is FieldKind.NAME:
        cleaned = _without_dots(cleaned, keep_commas=False)
    elif kind is FieldKind.DATE_WORDS:
        cleaned = _COMMAS.sub(",", _DOTS.sub(" ", _with_both_commas(cleaned)))
    elif kind is FieldKind.PLACE:
        cleaned = _STROKES.sub(" - ", cleaned)
        cleaned = _DOTS_AT_HYPHEN.sub(lambda m: f" {m.group(1) or m.group(2)} ", cleaned)
        cleaned = _COMMAS.sub(",", _DOTS_AT_COMMA.sub(", ", cleaned))
        cleaned = _DASH_AT_COMMA.sub(", ", cleaned)
        usual = " -" if cleaned.count(" - ") > cleaned.count(",") else ","
        cleaned = _COMMA_AND_DASH.sub(usual, cleaned)  # one of them is a speck
        cleaned = _DOT_IN_PLACE.sub(_without_dot, _DOTS_IN_WORDS.sub(" ", cleaned))
        cleaned = _HALF_SPACED_HYPHEN.sub(" - ", cleaned)
        cleaned = cleaned.replace("; ", ", ") if ", " in cleaned else cleaned
    if kind in (FieldKind.PLACE, FieldKind.TEXT):
        cleaned = _DOT_AFTER_POLICE.sub("CA ", cleaned)
    if kind in (FieldKind.SIGNER, FieldKind.TITLE):
        cleaned = _NOISE_BEFORE_NAME.sub("", cleaned)
    if not any(c.isalnum() for c in cleaned):
        return ""
    cleaned = _STRAY_END.sub("", cleaned.strip()).strip()
    while (shorter := _STRAY_START.sub("", cleaned)) != cleaned:
        cleaned = shorter
    return fold_spaces(cleaned)


def _with_both_commas(words: str) -> str:
    """A date in words with a comma before the month and before the year where one of them was read, or dots that stand
    nowhere else: whoever sets one sets both."""
    signs = [found.group().strip() for found in _BEFORE_PART.finditer(words)]
    elsewhere = "." in _BEFORE_PART.sub(" ", words)
    return _BEFORE_PART.sub(", ", words) if "," in signs or ("." in signs and not elsewhere) else words


def _with_whole_dates(text: str) -> str:
    """The text with one sign between the parts of its dates: `14..11..1978`, `11.12 2000` and `23. 04.2011` have lost
    or won some from the dotted line. Dates written with blanks throughout stay."""
    text = _COMMAS_IN_DATE.sub(_without_commas, _DOTS_IN_FIGURES.sub(".", _COLONS_IN_DATE.sub(r"\1.\2.\3", text)))
    text = _SPLIT_MONTH.sub(r"\1\3", text)
    text = _NO_SIGNS.sub(r"\1.\2.\3", _HALF_A_DATE.sub(r"\1\2\3\2\4", text))
    text = _DOT_AND_BLANK.sub(r"\1.\2.\3", text)
    return _OTHER_HALF.sub(r"\1\5\4\5\6", text)


def _without_commas(date: re.Match[str]) -> str:
    day, first, month, second, year = date.groups()
    sign = next((one for one in (first, second) if one != ","), ".")
    return f"{day}{sign}{month}{sign}{year}" if "," in (first, second) else date.group()


def _without_dot(match: re.Match[str]) -> str:
    """A word of a place without the dot behind it, unless it is shortened."""
    word = match.group(1)
    return f"{word} " if _VOWEL.search(fold_tones(word)) else match.group()


def _without_dots(text: str, *, keep_commas: bool) -> str:
    """Dots between words become spaces; those of `PCT.` and of initials stay, and, where one may stand, a comma."""

    def replaced(match: re.Match[str]) -> str:
        comma = "," in match.group()
        if _ABBREVIATIONS.search(text[: match.start()]):
            return match.group()
        if comma and keep_commas:  # one beside dots of the line stays alone
            return ", " if any(sign in match.group() for sign in "._") else match.group()
        return " "

    return _DOTS_IN_NAME.sub(replaced, text)
