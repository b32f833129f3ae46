"""Notes that name a decision, put together anew from what was read: what it was about, its number, its day.

A clerk writes `Cải chính năm sinh theo QĐ số 31 ngày 28/03/2021` beside an entry, often in a hurry and in the margin:
words are lost, or read in another order, while most of their letters are there. Such a note has few parts, so a whole
one is offered; nothing is put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from corrections.id_numbers import in_figures
from vietnamese import lexicons
from vietnamese.letters import first_large, fold_spaces, fold_tones, in_capitals_of

__all__ = ["near_notes"]

_DAY = re.compile(r"\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}(?=\D*$)")
_DAY_WORD = re.compile(r"(?:^|\s)ng\S{0,3}\s*$", re.IGNORECASE)
_PAPERS = (("quyet dinh", "Quyết định"), ("qd", "QĐ"), ("ban an", "bản án"), ("cong van", "công văn"))
"""Papers that a note goes by, without marks, and as they are written."""
_PAPER_LIKE, _ABOUT_LIKE = 75.0, 70.0
"""Likeness (0..100) of misread words to a paper's name, and to what a note is about. By judgement."""
_BY = "theo"
"""Before the paper; one letter may be misread."""
_ACTS = ("cải chính", "thay đổi", "bổ sung")
_OF = ("năm sinh", "ngày sinh", "họ tên", "họ", "tên", "chữ đệm", "dân tộc", "quê quán")
_MOST_NUMBERS = 2
"""Figures of a line that may be the decision's number, the last first; one more note is offered for each."""


def near_notes(readings: Iterable[str]) -> Iterator[str]:
    """Whole notes that readings of one line may be, those of the first reading first; none of a text without a day."""
    for reading in readings:
        yield from _notes(fold_spaces(reading))


def _notes(text: str) -> Iterator[str]:
    day = _DAY.search(text)
    if day is None:
        return
    words = _DAY_WORD.sub("", text[: day.start()]).split()
    numbers = [in_figures(word) for word in words if any(map(str.isdigit, word))]
    numbers = [number for number in dict.fromkeys(re.sub(r"^\D+|\D+$", "", n) for n in numbers) if number]
    plain = [word for word in words if not any(map(str.isdigit, word))]
    paper = _paper(plain)
    about = _about(plain)
    if paper is None or about is None:
        return
    for number in numbers[::-1][:_MOST_NUMBERS] or [""]:
        yield fold_spaces(f"{about} theo {paper} số {number} ngày {day.group()}")


def _paper(words: list[str]) -> str | None:
    """The paper that the words name, most letters of its name counted."""
    read = fold_tones(" ".join(words))
    found = max((fuzz.partial_ratio(name, read), written) for name, written in _PAPERS)
    return found[1] if found[0] >= _PAPER_LIKE else None


def _about(words: list[str]) -> str | None:
    """What a note is about: the phrase of the lists that its first words are near."""
    end = next((at for at, word in enumerate(words) if at and _is_frame(word)), len(words))
    read = " ".join(words[:end])
    found = process.extractOne(fold_tones(read), _abouts(), scorer=fuzz.ratio, score_cutoff=_ABOUT_LIKE)
    if found is None:
        return None
    phrase = _written_abouts()[found[0]]
    return first_large(phrase) if read[:1].isupper() or not end else in_capitals_of(read, phrase)


def _is_frame(word: str) -> bool:
    """Whether a word begins `theo quyết định số`."""
    plain = fold_tones(word)
    return Levenshtein.distance(plain, _BY) <= 1 or plain.startswith(("qd", "quyet"))


@lru_cache(maxsize=1)
def _written_abouts() -> dict[str, str]:
    acts = [f"{act} {what}" for act, what in product(_ACTS, _OF)]
    phrases = [p for p in lexicons.set_phrases() if not p.startswith(("theo", "của", "số", "ngày", "tại")) and " " in p]
    return {fold_tones(phrase): phrase for phrase in (*phrases, *acts)}


@lru_cache(maxsize=1)
def _abouts() -> tuple[str, ...]:
    return tuple(_written_abouts())
