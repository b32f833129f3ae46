"""The printed words of a page as rows of tokens, and where a template's labels fuzzily match them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ocr.tesseract import Word
from vietnamese.letters import letters_only

__all__ = ["Hit", "LabelIndex", "Token", "TokenRow", "token_rows"]

_LONGEST_WINDOW = 22
"""Words in a label on one row, at most: the longest heading has 20, and one may be read as two."""
_LOWEST_SIMILARITY = 0.62
"""Likeness (Levenshtein, 0 to 1, of bare letters) from which words may be a label. No measurement is on record."""
_MOST_FURTHER_ROWS = 3
"""Rows on which a label goes on, at most."""
_SHORTEST_BEGINNING = 7
"""Letters of a label on its first row, at least."""
_COLUMN_GAP = 1.6
"""Between the words of two columns on one row, in heights of the row."""
# The likenesses below (Levenshtein, 0..1, of bare letters) and the distances between them were set by eye, none
# measured by itself; what they give together the benchmark counts as forms found.
_SURE_WORD = 0.5
"""Tesseract's confidence from which a word's box is trusted for the height and foot of its row."""
_USUAL_HEIGHT = 30.0
"""Of a word in pixels, where no word is sure: 10 point type at 300 dpi."""
_HALF_COVERED = 0.5
"""A box over the next word is cut back when that begins in its further half."""
_OVER_EACH_OTHER, _LEVEL_OVER, _LEVEL_BESIDE = 0.3, 0.2, 0.62
"""Words over each other by this share of the narrower one are of one row only when so nearly level, in heights of a
word; words beside each other may step farther: pages are bent."""
_TAIL = 0.2
"""Share of a word's height under its foot where all its letters have tails."""
_WRAPS_FROM = 18
"""Letters of a label that may go on over the next row: shorter ones are printed whole."""
_WHOLE = 0.97
"""A label read so well on one row is not looked for over two."""
_PREFIX_LIKE, _PREFIX_SHARE, _PREFIX_WORTH = 0.9, 0.6, 0.9
"""The first part alone counts when it is so like and so much of the label; it is worth this much of its likeness."""
_ROWS_BELOW = 3
"""A label goes on within so many rows: a row of writing may stand between."""
_CONTINUED_LIKE, _MIDDLE_LIKE, _MIDDLE_LETTERS = 0.75, 0.8, 4
"""Similarity from which the rest of a label on the next row, and its middle, are taken for it; the middle has so many
letters at least. Set by eye."""
_UNDER = 3
"""A label goes on under its beginning, by so many heights of the row at most."""
_FIRST_TOKENS = 4
"""Labels at the edge of the entry begin within so many words of the row."""
_PART_OF_LABEL, _LONG_PART, _LONG_PART_LIKE, _SHORT_PART_LIKE = 0.2, 0.4, 0.65, 0.85
"""Least share of a label that its first row holds; from which share on it may be less like it."""
_NEEDED = ((2, 1.0), (4, 0.75), (8, 0.7))
"""Likeness that labels of up to so many letters need."""
_LENGTHS = (1.0, 1.15, 1.3)
"""Letters of a label's beginning against those read of it: some, or a whole short word, may not have been read."""
_LONG_LIKE = _LOWEST_SIMILARITY + 0.03
"""Likeness that longer labels need: a little more than any candidate has. Set by eye, as the table above."""


@dataclass(frozen=True, slots=True)
class Token:
    """A printed word or part of one, in pixels of the page."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    confidence: float
    starts_inside: bool = False
    """Split off a longer word before it, so that its left end is only estimated; its right end is the word's."""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """Tokens that stand on one line, from left to right."""

    tokens: tuple[Token, ...]
    baseline: float
    height: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some tokens of a row, one after the other."""

    row: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A label found: on which row, over which tokens, how alike (0..1)."""

    row: int
    start: int
    end: int
    similarity: float
    below: tuple[Stretch, ...] = ()
    """Where the label goes on when it wraps."""
    prefix: bool = False
    """Only the first line of a label that wraps was recognised."""


_PIECE = re.compile(
    r"(?:giờ|phút|tháng|năm|ngày)[^\w:.…]*[:.…]*|(?:(?!giờ|phút|tháng|năm|ngày)[^:.…])+[:.…]*", re.IGNORECASE
)
"""Printed words between slots stand close to what is written: they are split off it, as is what follows a colon."""
_DESCENDING = set("gjpqy,;()ạặậẹệịọộợụựỵQ")


def _split(word: Word) -> Iterable[Token]:
    """A word, divided after colons and runs of dots where Tesseract glued a value to its label."""
    width = (word.right - word.left) / max(len(word.text), 1)
    for match in _PIECE.finditer(word.text):
        yield Token(
            text=match.group(),
            left=word.left + width * match.start(),
            right=word.left + width * match.end(),
            top=word.top,
            bottom=word.bottom,
            confidence=word.confidence,
            starts_inside=match.start() > 0 and match.end() == len(word.text),
        )


def token_rows(words: Sequence[Word]) -> list[TokenRow]:
    """Group words to rows by their baselines."""
    lines: dict[int, list[Word]] = defaultdict(list)
    for word in words:
        lines[word.line].append(word)
    pieces = sorted(((_baseline(line), line) for line in lines.values()), key=lambda piece: piece[0])
    heights = [w.bottom - w.top for w in words if len(w.text) > 2 and w.confidence > _SURE_WORD]
    usual = float(np.median(heights)) if heights else _USUAL_HEIGHT
    groups: list[tuple[list[float], list[Word]]] = []
    for baseline, line in pieces:
        near = [g for g in groups[-4:] if _same_row(g, baseline, line, usual)]
        if near:
            near[-1][0].append(baseline)
            near[-1][1].extend(line)
        else:
            groups.append(([baseline], list(line)))
    rows = []
    for baselines, line in groups:
        tokens = tuple(token for word in _apart(sorted(line, key=lambda w: w.left)) for token in _split(word))
        rows.append(TokenRow(tokens, float(np.median(baselines)), usual))
    return rows


def _apart(words: Sequence[Word]) -> Iterable[Word]:
    """The words with boxes that end where the next begins: a rule under a row stretches some over their neighbours."""
    for word, following in zip(words, [*words[1:], None], strict=True):
        overlaps = (
            following is not None and word.left + _HALF_COVERED * (word.right - word.left) < following.left < word.right
        )
        yield replace(word, right=following.left) if following is not None and overlaps else word


def _same_row(group: tuple[list[float], list[Word]], baseline: float, line: Sequence[Word], usual: float) -> bool:
    """Whether a piece of text continues a row: on its level, and beside it rather than over it."""
    distance = abs(float(np.median(group[0])) - baseline)
    over = any(
        min(a.right, b.right) - max(a.left, b.left) > _OVER_EACH_OTHER * min(a.right - a.left, b.right - b.left)
        for a in group[1]
        for b in line
    )
    return distance < (_LEVEL_OVER if over else _LEVEL_BESIDE) * usual


def _baseline(line: Sequence[Word]) -> float:
    """Foot of the letters without tails; estimated where every word has tails."""
    sure = [w for w in line if w.confidence > _SURE_WORD] or list(line)
    without = [w.bottom for w in sure if not _DESCENDING & set(w.text.lower())]
    if without:
        return float(np.median(without))
    return float(np.median([w.bottom - _TAIL * (w.bottom - w.top) for w in sure]))


class LabelIndex:
    """Where each label text occurs among the rows of a page."""

    def __init__(self, rows: Sequence[TokenRow], labels: Iterable[str]) -> None:
        self.rows = rows
        self._labels = sorted({letters_only(label) for label in labels} - {""})
        self._hits: dict[str, dict[int, list[Hit]]] = {label: defaultdict(list) for label in self._labels}
        self._plain = [[letters_only(t.text) for t in row.tokens] for row in rows]
        self._find_whole()
        self._find_wrapped()

    def hits(self, label: str) -> dict[int, list[Hit]]:
        """Hits of a label by row."""
        return self._hits.get(letters_only(label), {})

    def _windows(self) -> dict[str, list[tuple[int, int, int]]]:
        windows: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for r, row in enumerate(self.rows):
            texts = self._plain[r]
            for start in range(len(texts)):
                text = ""
                for end in range(start + 1, min(len(texts), start + _LONGEST_WINDOW) + 1):
                    if (
                        end - start > 1
                        and row.tokens[end - 1].left - row.tokens[end - 2].right > _COLUMN_GAP * row.height
                    ):
                        break
                    text += texts[end - 1]
                    if texts[start] and texts[end - 1]:
                        windows[text].append((r, start, end))
        return windows

    def _find_whole(self) -> None:
        windows = self._windows()
        texts = sorted(windows)
        if not texts or not self._labels:
            return
        table = process.cdist(
            self._labels,
            texts,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=_LOWEST_SIMILARITY,
            dtype=np.float32,
        )
        for i, j in np.argwhere(table > 0):
            label, similarity = self._labels[i], float(table[i, j])
            if similarity < _needed(label):
                continue
            for r, start, end in windows[texts[j]]:
                self._hits[label][r].append(Hit(r, start, end, similarity))

    def _find_wrapped(self) -> None:
        """Long labels that go on at the start of the next rows."""
        for label in self._labels:
            if len(label) < _WRAPS_FROM:
                continue
            for r in range(len(self.rows) - 1):
                whole = max((hit.similarity for hit in self._hits[label].get(r, ())), default=0.0)
                hit = self._wrapped(label, r) if whole < _WHOLE else None
                if hit is not None and hit.similarity > whole:
                    self._hits[label][r].append(hit)

    def _wrapped(self, label: str, r: int) -> Hit | None:
        texts = self._plain[r]
        best: Hit | None = None
        for start in (*range(min(len(texts), _FIRST_TOKENS)), *self._column_starts(r)):
            first = "".join(texts[start:])
            alike = Levenshtein.normalized_similarity(first, label[: len(first)])
            if not _may_begin(first, label):
                continue
            if alike > _PREFIX_LIKE and len(first) > _PREFIX_SHARE * len(label) and best is None:
                best = Hit(r, start, len(texts), _PREFIX_WORTH * alike * len(first) / len(label), prefix=True)
            found = self._continued(first, label, Hit(r, start, len(texts), 0.0))
            if found is not None and (best is None or found.similarity > best.similarity):
                best = found
        return best

    def _continued(self, text: str, label: str, begun: Hit) -> Hit | None:
        """The best way in which a label goes on over the next rows, under its beginning or at the rows' starts.

        Args:
            text: what of the label was read so far.
            label: the whole label.
            begun: where that stands.
        """
        last = begun.below[-1].row if begun.below else begun.row
        for below in range(last + 1, min(last + _ROWS_BELOW, len(self.rows))):
            best: Hit | None = None
            for start in self._starts_under(begun, below):
                rest = text
                for end, word in enumerate(self._plain[below][start:], start=start + 1):
                    rest += word
                    similarity = Levenshtein.normalized_similarity(rest, label)
                    found = replace(begun, similarity=similarity, below=(*begun.below, Stretch(below, start, end)))
                    if similarity >= _CONTINUED_LIKE and (best is None or similarity > best.similarity):
                        best = found
                if len(begun.below) < _MOST_FURTHER_ROWS - 1 and _is_middle(rest, text, label):
                    longer = self._continued(rest, label, found)
                    if longer is not None and (best is None or longer.similarity > best.similarity):
                        best = longer
            if best is not None:
                return best
        return None

    def _starts_under(self, begun: Hit, below: int) -> list[int]:
        """Tokens of a row with which a label begun above may go on."""
        row, left = self.rows[below], self.rows[begun.row].tokens[begun.start].left
        under = [
            i
            for i, token in enumerate(row.tokens)
            if abs(token.left - left) < _UNDER * row.height
            and (i == 0 or token.left - row.tokens[i - 1].right > _COLUMN_GAP * row.height)
        ]
        return list(dict.fromkeys([*([0] if begun.start < _FIRST_TOKENS and row.tokens else []), *under]))

    def _column_starts(self, r: int) -> list[int]:
        """Tokens of a row with which a column beside the entry may begin: those after a wide gap."""
        tokens, wide = self.rows[r].tokens, _COLUMN_GAP * self.rows[r].height
        return [i for i in range(_FIRST_TOKENS, len(tokens)) if tokens[i].left - tokens[i - 1].right > wide]


def _may_begin(first: str, label: str) -> bool:
    """Whether a row's text may be the first row of a label: the shorter, the more alike."""
    if len(first) >= len(label) - 1 or len(first) < max(_SHORTEST_BEGINNING, _PART_OF_LABEL * len(label)):
        return False
    return _like_beginning(first, label) >= (
        _LONG_PART_LIKE if len(first) >= _LONG_PART * len(label) else _SHORT_PART_LIKE
    )


def _is_middle(together: str, before: str, label: str) -> bool:
    """Whether a whole row goes on with a label that does not end on it."""
    grown = len(together) - len(before)
    return (
        grown >= _MIDDLE_LETTERS and len(together) < len(label) - 1 and _like_beginning(together, label) >= _MIDDLE_LIKE
    )


def _like_beginning(text: str, label: str) -> float:
    """How much a text is like the beginning of a label, also where words of it were not read."""
    lengths = {round(share * len(text)) for share in _LENGTHS}
    return max(Levenshtein.normalized_similarity(text, label[:length]) for length in lengths)


def _needed(label: str) -> float:
    """Short labels must match nearly whole: `Do`, `Số`, `năm` are everywhere."""
    return next((needed for letters, needed in _NEEDED if len(label) <= letters), _LONG_LIKE)
