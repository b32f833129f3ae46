"""What a handwriting recogniser hands back: one `LineReading` a crop."""

from __future__ import annotations

from dataclasses import dataclass

from ocr.readings import Candidate

__all__ = ["Candidate", "CharacterReading", "HandwritingModelError", "LineReading"]


class HandwritingModelError(RuntimeError):
    """The model cannot be used (missing, damaged, of another version); typed fields can still be read.

    The message is Vietnamese and says what to do next. It survives pickling, so a worker process can
    hand it to the coordinator.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterReading:
    """One letter of the verbatim reading and where it stands.

    Attributes:
        char: the letter, NFC.
        probability: 0 to 1, how sure the network is of this letter.
        left: left end as a fraction of the crop's width.
        right: right end as a fraction of the crop's width.
    """

    char: str
    probability: float
    left: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReading:
    """The reading of one line of writing.

    Attributes:
        text: what stands there as far as the pen strokes tell, NFC, no rule or lexicon applied.
        decoded: the best reading that the field's kind allows (equals `text` where no kind was given).
        confidence: calibrated probability that `decoded` is exactly right, 0 to 1.
        characters: the letters of `text` from left to right.
        alternatives: other readings with their probabilities, the likeliest first, without `decoded`.
        candidates: the texts that were weighed, `decoded` among them, with what the strokes alone give each.
        struck_out: words of the line are crossed out and left out of the reading; where nothing else stands there,
            what stands under the stroke is an alternative.
    """

    text: str
    decoded: str
    confidence: float
    characters: tuple[CharacterReading, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    candidates: tuple[Candidate, ...] = ()
    struck_out: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must be within 0 and 1, not {self.confidence}")

    @classmethod
    def struck_through(cls, text: str, confidence: float) -> LineReading:
        """A crossed-out line: the clerk who wrote it took the value back, so only a suggestion is left of it."""
        return cls(text="", decoded="", confidence=0.0, alternatives=((text, confidence),), struck_out=True)

    @classmethod
    def empty(cls, confidence: float = 0.0) -> LineReading:
        """A crop on which nothing could be read."""
        return cls(text="", decoded="", confidence=confidence)
