"""Titles beside a signer's name: the line begins or ends with one, in two or three letters that are easily misread.

`PCT` is read `KT`, `Tô` or `1CT`, and no word of it comes near a phrase. So each title is put in the place of the first
and the last words of what was read, and the strokes decide.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

__all__ = ["best_of_each_title", "title_gain", "with_titles"]

_TITLES = ("Chủ tịch", "Phó Chủ tịch", "Phó chủ tịch", "CT", "PCT", "P.CT", "Q. Chủ tịch", "KT. CT")
"""As communes write them beside names."""
_MOST_WORDS, _MORE_WORDS = 3, 1
"""Words that a title may have been read as, where it may also have been lost; words read beside one, which are part of
it (`Hồ.CT` for `P.CT`)."""
_FEWEST_LEFT = 2
"""Words of a name."""
_GAIN = 5.0
"""Nats in favour of a line that begins or ends with a title: the forms ask for it. Of 150 hard lines in the hands of
writers kept from training 93 titles and 41 names are read right so (79 and 35 without titles put in; with 3 nats 92 and
40). Where a title could win however little the strokes bore it out, `CT` took the place of names."""
_WORD = re.compile(r"[\w.]*\w")
_TITLE = r"(?:q\.? ?|kt\.? ?|p\.? ?|phó )*(?:chủ tịch|ct)"
_AT_AN_END = re.compile(rf"^{_TITLE}(?!\w)|(?<!\w){_TITLE}\.?$")


def with_titles(text: str) -> list[str]:
    """A signer's reading with each title in the place of its first or last words, or of the title that it has."""
    found = _AT_AN_END.search(text.lower())
    if found is None and len(_WORD.findall(text)) < _FEWEST_LEFT:
        return []
    if found is None:
        return list(dict.fromkeys([*_in_front(f" {text}", _MOST_WORDS), *_behind(f"{text} ", _MOST_WORDS)]))
    if found.start() == 0:
        return _in_front(text[found.end() :], _MORE_WORDS)
    return _behind(text[: found.start()], _MORE_WORDS)


def title_gain(text: str) -> float:
    """Nats in favour of a signer's line for the title at one of its ends."""
    return _GAIN if _AT_AN_END.search(text.lower()) else 0.0


def best_of_each_title(strokes: Mapping[str, float], but: Collection[str]) -> list[str]:
    """Of signers' lines the one of each title that the strokes like best, of titles that some other lines do not have.

    Args:
        strokes: log-likelihood by line.
        but: the lines whose titles are not asked for.
    """
    known = {_title_of(text) for text in but}
    best: dict[str, str] = {}
    for text in sorted(strokes, key=lambda text: strokes[text]):
        best[_title_of(text)] = text
    return [text for title, text in best.items() if title and title not in known]


def _title_of(text: str) -> str:
    found = _AT_AN_END.search(text.lower())
    return found.group().replace(" ", "").replace(".", "") if found else ""


def _in_front(name: str, most: int) -> list[str]:
    """Titles before a name, which may have up to so many first words less; what stood behind them stays."""
    words = list(_WORD.finditer(name))
    counts = range(max(0, min(most, len(words) - _FEWEST_LEFT)) + 1)
    rests = [name[words[count - 1].end() :] if count else name for count in counts]
    return [title + rest for rest in rests for title in _TITLES]


def _behind(name: str, most: int) -> list[str]:
    """Titles behind a name, which may have up to so many last words less; what stood before them stays."""
    words = list(_WORD.finditer(name))
    counts = range(max(0, min(most, len(words) - _FEWEST_LEFT)) + 1)
    rests = [name[: words[-count].start()] if count else name for count in counts]
    return [rest + title for rest in rests for title in _TITLES]
