"""The handwriting recogniser: crops in, readings out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layouts.columns import FieldKind
from ocr.handwriting.book_hand import BookHand, HandLine
from ocr.handwriting.calibration import Calibration
from ocr.handwriting.candidates import Alphabet
from ocr.handwriting.ctc import Lattice, greedy_characters
from ocr.handwriting.decoding import Decoding, decode_line
from ocr.handwriting.joint_decoding import decode_views
from ocr.handwriting.model_store import ModelFolder, ModelStore
from ocr.handwriting.network_file import Network, open_network
from ocr.handwriting.preparation import STEP, Look, prepare_line
from ocr.handwriting.row_below import rows_of
from ocr.handwriting.second_look import seen_closely
from ocr.handwriting.seen_lines import SeenLine, behind_each_other, space_between
from ocr.handwriting.strikes import struck_spans, whole_words, without_struck
from ocr.handwriting.types import CharacterReading, LineReading
from ocr.handwriting.whole_values import read_as_one, views_side_by_side
from vietnamese.letters import nfc
from vietnamese.units import UNKNOWN_PLACE, BookPlace

__all__ = ["HandwritingRecogniser"]

_PAD_TO = 32
"""Strips are padded with paper to a multiple of this, in training too."""

_SURE = 0.9
"""Share of the best reading and probability of its weakest letter from which one view of a line is enough."""
_MISTAKEN_FOR_STRUCK = 4
"""Letters of a word all of which the bar of an H or the flourish of a 0 may cross: it is read, and a person looks."""
_HALF_SCALE = 127.5
"""Between ink (0) and paper (255): the network takes -1 to 1."""

_OF_PERSONS = frozenset((FieldKind.NAME, FieldKind.SIGNER))
"""Fields in which a signature stands with no name below it: its loops are read as a crossed-out `0`, which is none."""

_FIGURES = frozenset(
    (
        FieldKind.DATE,
        FieldKind.DAY,
        FieldKind.MONTH,
        FieldKind.YEAR,
        FieldKind.NUMBER,
        FieldKind.REGISTRATION_NUMBER,
        FieldKind.PAGE,
        FieldKind.VOLUME,
        FieldKind.ID_NUMBER,
    )
)
"""Fields of figures: what people wrote in them teaches a network of its own, where the model has one."""


class _Opened:
    """A model's folder and what is in it, each opened when it is first asked for and kept."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    @cached_property
    def model(self) -> ModelFolder:
        return ModelFolder.open(self.folder or ModelStore().current())

    @cached_property
    def session(self) -> Network:
        return open_network(self.model.network)

    @cached_property
    def figures(self) -> Network:
        return open_network(self.model.figures.network) if self.model.figures else self.session

    @cached_property
    def alphabet(self) -> Alphabet:
        return Alphabet(self.model.alphabet)

    @cached_property
    def calibration(self) -> Calibration:
        return Calibration.load(self.model.calibration)


class HandwritingRecogniser:
    """Reads lines of Vietnamese handwriting (and of print) on one thread.

    The network is opened at the first reading and never travels between processes: a pickled recogniser
    opens it again where it arrives.

    Args:
        folder: the model's folder; None for the office's own model, or else the one of the program.
        hand: what was learned of the hands of one book; it then decides about every line read.

    Strips are read one by one: on one thread a batch is no faster, and so a crop's reading never depends
    on the crops beside it.
    """

    name = "handwriting"

    def __init__(self, folder: Path | None = None, hand: BookHand | None = None) -> None:
        self._opened = _Opened(folder)
        self._hand = hand

    def with_hand(self, hand: BookHand | None) -> HandwritingRecogniser:
        """The recogniser of a book in whose hands it reads; both share the network, which is opened once."""
        other = HandwritingRecogniser(hand=hand)
        other._opened = self._opened
        return other

    def __getstate__(self) -> dict[str, Any]:
        return {"folder": self._opened.folder, "hand": self._hand}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]  # a session cannot be pickled: begin anew

    @property
    def version(self) -> str:
        """Version of the model, kept with every reading.

        Raises:
            HandwritingModelError: there is no usable model.
        """
        return self._opened.model.version

    @property
    def tells_strikes(self) -> bool:
        """Whether the model tells crossed-out words.

        Raises:
            HandwritingModelError: there is no usable model.
        """
        return self._opened.model.strikes is not None

    def check(self) -> str:
        """Open the network and say its version.

        Raises:
            HandwritingModelError: there is no usable model.
        """
        _ = self._opened.session, self._opened.figures, self._opened.alphabet, self._opened.calibration
        return self.version

    def read_lines(
        self,
        crops: Sequence[NDArray[np.uint8]],
        kinds: Sequence[FieldKind | None] | None = None,
        book: BookPlace = UNKNOWN_PLACE,
    ) -> list[LineReading]:
        """Read crops of one line each.

        Args:
            crops: grey HxW or BGR HxWx3, any size.
            kinds: value of `FieldKind` of each crop, or None; they decide about `decoded` alone.
            book: where and when the book was kept; it too decides about `decoded` alone.

        Returns:
            A reading a crop, in order; an empty one without confidence where there is no writing.

        Raises:
            HandwritingModelError: there is no usable model.
            ValueError: not as many kinds as crops.
        """
        wanted = list(kinds) if kinds is not None else [None] * len(crops)
        if len(wanted) != len(crops):
            raise ValueError(f"{len(crops)} crops but {len(wanted)} kinds")
        return self.tell(self.see_closely(crops, wanted, book), wanted, book)

    def see(self, crops: Sequence[NDArray[np.uint8]]) -> list[SeenLine | None]:
        """What the network sees in crops, None where there is no writing: the costly half of `read_lines`.

        Raises:
            HandwritingModelError: there is no usable model.
        """
        return [self.see_rows(self.rows(crop, None), None) for crop in crops]

    def see_closely(
        self,
        crops: Sequence[NDArray[np.uint8]],
        kinds: Sequence[FieldKind | None],
        book: BookPlace,
        others: Sequence[Sequence[NDArray[np.uint8]]] | None = None,
        once: Collection[int] = (),
    ) -> list[SeenLine | None]:
        """As `see`, lines in doubt in further views: see `second_look.seen_closely`.

        Raises:
            HandwritingModelError: there is no usable model.
        """
        return seen_closely(self, crops, kinds, book, others, once)

    def rows(self, crop: NDArray[np.uint8], kind: FieldKind | None) -> tuple[NDArray[np.uint8], ...]:
        """The rows of a crop of one line: itself, or parted from words squeezed in under it (`row_below`).

        Raises:
            HandwritingModelError: there is no usable model.
        """

        def letters_in(row: NDArray[np.uint8]) -> Sequence[CharacterReading]:
            seen = self._see_row(row, kind)
            return () if seen is None else greedy_characters(seen.lattice, self.letters)

        return rows_of(crop, letters_in)

    def see_rows(
        self, rows: Sequence[NDArray[np.uint8]], kind: FieldKind | None, look: Look = Look.PLAIN
    ) -> SeenLine | None:
        """What the network sees in the rows of one line, each laid into its strip in one way, one behind the other.

        Raises:
            HandwritingModelError: there is no usable model.
        """
        seen = [self._see_row(row, kind, look) for row in rows]
        return behind_each_other([row for row in seen if row is not None], self._opened.alphabet)

    def _see_row(self, row: NDArray[np.uint8], kind: FieldKind | None, look: Look = Look.PLAIN) -> SeenLine | None:
        strip = prepare_line(row, self._opened.model.height, look)
        return None if strip is None else self._seen(strip, kind)

    def tell(
        self, seen: Sequence[SeenLine | None], kinds: Sequence[FieldKind | None], book: BookPlace = UNKNOWN_PLACE
    ) -> list[LineReading]:
        """Readings of what was seen, which may be told anew in the light of another `book`."""
        return [
            LineReading.empty() if line is None else self._told(line, kind, book)
            for line, kind in zip(seen, kinds, strict=True)
        ]

    def tell_whole(
        self, lines: Sequence[SeenLine], alone: Sequence[LineReading], kind: FieldKind | None, book: BookPlace
    ) -> list[LineReading]:
        """Readings of lines that make one value, told together where that makes surer: see `whole_values`.

        Args:
            lines: what was seen of each.
            alone: their readings by themselves; with a word crossed out they stay as they are.
            kind: of the value.
            book: where and when the book was kept.
        """
        if any(reading.struck_out or not reading.text for reading in alone):
            return list(alone)
        alphabet = self._opened.alphabet
        decoding = decode_views(views_side_by_side(lines, alphabet), alphabet, kind, book)
        sure = self._opened.calibration.confidence(decoding, kind)
        apart = float(np.prod([reading.confidence for reading in alone]))
        return read_as_one(alone, decoding, sure, lines, alphabet) if sure > apart else list(alone)

    def lattice(self, strip: NDArray[np.uint8]) -> Lattice:
        """Log-probabilities (frames, letters) of a prepared strip, without the frames of the padding."""
        return self._seen(strip, None).lattice

    def decode(self, crop: NDArray[np.uint8], kind: FieldKind | None) -> Decoding | None:
        """The decoder's full evidence for a crop; None where there is no writing."""
        (line,) = self.see_closely([crop], [kind], UNKNOWN_PLACE)
        return None if line is None else self._decoded(line, kind, UNKNOWN_PLACE)

    def doubts(self, line: SeenLine, kind: FieldKind | None, book: BookPlace) -> bool:
        """Whether more views of a line are worth their time: its reading is not sure."""
        decoding = self._decoded(line, kind, book)
        return min(decoding.posterior, decoding.weakest) < _SURE

    def _decoded(self, line: SeenLine, kind: FieldKind | None, book: BookPlace) -> Decoding:
        """What all views of a line are decoded to; worked out once, whoever asks again."""
        asked, alphabet = (kind, book), self._opened.alphabet
        if asked not in line.together:
            for view in line.views:
                if asked not in view.alone:
                    view.alone[asked] = decode_line(view.lattice, alphabet, kind, book)
            lattices, alone = [view.lattice for view in line.views], [view.alone[asked] for view in line.views]
            line.together[asked] = decode_views(lattices, alphabet, kind, book, alone)
        return line.together[asked]

    def _seen(self, strip: NDArray[np.uint8], kind: FieldKind | None) -> SeenLine:
        second = self._opened.model.figures if kind in _FIGURES else None
        network = self._opened.figures if second else self._opened.session
        log_probs, *marks = network.run(None, {"strips": _pixels(strip)})
        frames, threshold = strip.shape[1] // STEP, second.strikes if second else self._opened.model.strikes
        lattice: Lattice = log_probs[:frames, 0]
        # a hand is learned from what the first network knows of each frame
        if self._hand is not None and second is None and self._hand.model == self.version and self._gives_features:
            lattice = self._hand.told(HandLine(lattice, marks[-1][:frames, 0]))
        if threshold is None:
            return SeenLine(lattice)
        spans = struck_spans(marks[0][:frames, 0], threshold)
        return SeenLine(lattice, whole_words(spans, lattice, self._opened.alphabet.index[" "]))

    @property
    def _gives_features(self) -> bool:
        return len(self._opened.session.get_outputs()) > 1 + (self._opened.model.strikes is not None)

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of its lattices, the blank first.

        Raises:
            HandwritingModelError: there is no usable model.
        """
        return self._opened.alphabet.letters

    def lines_of_hand(self, crops: Sequence[NDArray[np.uint8]]) -> list[HandLine | None]:
        """What the network sees and knows of lines, without any hand: what a hand is learned from.

        None where there is no writing, or where the network does not hand out what it knows.

        Raises:
            HandwritingModelError: there is no usable model.
        """
        found, space = list[HandLine | None](), space_between(self._opened.alphabet)
        for crop in crops:
            rows = [self._known(row) for row in self.rows(crop, None)] if self._gives_features else []
            found.append(HandLine.of_rows([row for row in rows if row is not None], space))
        return found

    def _known(self, row: NDArray[np.uint8]) -> HandLine | None:
        strip = prepare_line(row, self._opened.model.height)
        if strip is None:
            return None
        log_probs, *_, features = self._opened.session.run(None, {"strips": _pixels(strip)})
        frames = strip.shape[1] // STEP
        return HandLine(log_probs[:frames, 0], features[:frames, 0])

    def _told(self, line: SeenLine, kind: FieldKind | None, book: BookPlace) -> LineReading:
        """The reading of what is not crossed out; of a line crossed out as a whole, what stands under the stroke."""
        # what is crossed out is told by the usual view, for which that was learned
        struck = bool(line.struck)
        crossed = [view for view in line.views if view.struck]
        if not struck:
            decoding = self._decoded(line, kind, book)
        else:
            bare = [self._bare(view) for view in crossed]
            decoding = decode_views(bare, self._opened.alphabet, kind, book)
            wholly = not any(letter.isalnum() for letter in decoding.text)
            if wholly:
                decoding = decode_views([view.lattice for view in crossed], self._opened.alphabet, kind, book)
            nameless = kind in _OF_PERSONS and not any(letter.isalpha() for letter in decoding.decoded)
            if nameless or (wholly and len(decoding.decoded) > _MISTAKEN_FOR_STRUCK):
                sure = self._opened.calibration.confidence(decoding, kind)
                return LineReading.struck_through(nfc(decoding.decoded), sure)
        return LineReading(
            text=nfc(decoding.text),
            decoded=nfc(decoding.decoded),
            confidence=self._opened.calibration.confidence(decoding, kind),
            characters=decoding.characters,
            alternatives=decoding.alternatives,
            candidates=decoding.candidates,
            struck_out=struck,
        )

    def _bare(self, view: SeenLine) -> Lattice:
        return without_struck(view.lattice, view.struck, self._opened.alphabet.index[" "])


def _pixels(strip: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A prepared strip as the network takes it: padded with paper, 1 is paper and -1 ink."""
    padded = np.pad(strip, ((0, 0), (0, -strip.shape[1] % _PAD_TO)), constant_values=255)
    return np.asarray(padded.astype(np.float32)[np.newaxis, np.newaxis] / _HALF_SCALE - 1.0, np.float32)
