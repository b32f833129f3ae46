"""Several hands in one book: a common one, and one of its own for each writer whose lines are read better with it.

Who wrote a line is told by those who learn (the registrar of its entry); where nobody knows, the common hand is used.
Each writer gets what read the lines held back best: the own hand, the common one, or none. So lines of two writers
taken together never make one of them worse.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ocr.handwriting.book_hand import HandLine, learn_hand

__all__ = ["BookHands", "LearnedHands", "learn_hands"]

_SIGN = b"hands by writer 1\n"
_FEWEST_OF_ONE = 20
"""Lines of one writer from which a hand of its own is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookHands:
    """What was learned of a book's hands, as bytes of `BookHand`; empty where no hand is to be used.

    Attributes:
        common: for lines of whom nobody knows who wrote them, and of writers without an own hand.
        own: by writer.
    """

    common: bytes = b""
    own: Mapping[str, bytes] = field(default_factory=dict)

    def of(self, writer: str) -> bytes:
        """The hand for lines of a writer; of an unknown one the common hand."""
        return self.own.get(writer, self.common)

    def to_bytes(self) -> bytes:
        """As they are kept: a common hand alone by itself, as earlier versions kept it; empty when there is none."""
        if not self.own:
            return self.common
        plain = {"common": b64encode(self.common).decode(),
                 "own": {writer: b64encode(hand).decode() for writer, hand in self.own.items()}}  # fmt: skip
        return _SIGN + json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> BookHands:
        """What `to_bytes` gave."""
        if not content.startswith(_SIGN):
            return cls(common=content)
        plain = json.loads(content[len(_SIGN) :])
        own = {writer: b64decode(hand) for writer, hand in plain["own"].items()}
        return cls(common=b64decode(plain["common"]), own=own)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedHands:
    """What was learned, and what it is worth on lines held back.

    Attributes:
        hands: what to read with.
        lines: how many lines were learned from.
        letters: letters of the lines held back.
        errors_before: wrong letters among them as the network alone reads them.
        errors_after: the same, each writer read with what was chosen for it.
    """

    hands: BookHands
    lines: int
    letters: int
    errors_before: int
    errors_after: int


def learn_hands(lines: Sequence[tuple[HandLine, str, str]], alphabet: Sequence[str], model: str = "") -> LearnedHands:
    """Learn from confirmed lines of one or several writers.

    Args:
        lines: what the network saw, the confirmed text, and who wrote it (empty where nobody knows).
        alphabet: the letters of the lattice, the blank first.
        model: version of the network.
    """
    common = learn_hand([(line, text) for line, text, _ in lines], alphabet, model)
    writers = sorted({writer for _, _, writer in lines if writer})
    own: dict[str, bytes] = {}
    after = common.errors_after if common.hand is not None else common.errors_before
    for writer in writers if len(writers) > 1 else ():
        theirs = [number for number, (_, _, by) in enumerate(lines) if by == writer]
        if len(theirs) < _FEWEST_OF_ONE:
            continue
        alone = learn_hand([lines[number][:2] for number in theirs], alphabet, model)
        before = sum(common.by_line[number][0] for number in theirs if number in common.by_line)
        mixed = sum(common.by_line[number][1] for number in theirs if number in common.by_line)
        shared = mixed if common.hand is not None else before
        if alone.hand is not None and alone.errors_after < min(shared, before):
            own[writer] = alone.hand.to_bytes()
            after += alone.errors_after - shared
        elif common.hand is not None and mixed > before:
            own[writer] = b""
            after += before - shared
    return LearnedHands(
        hands=BookHands(common=common.hand.to_bytes() if common.hand is not None else b"", own=own),
        lines=common.lines,
        letters=common.letters,
        errors_before=common.errors_before,
        errors_after=after,
    )
