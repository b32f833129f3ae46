"""A book's hand: what confirmed lines teach a frozen network, and that nothing is used that brings nothing."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.handwriting.book_hand import BookHand, HandLine, learn_hand
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.model_store import ModelStore
from ocr.handwriting.network_file import with_features

ALPHABET = ("<blank>", "a", "o", "u", "A", " ", ",")
WIDTH = 12
_SHAPES = np.random.default_rng(5).normal(0, 1, (4, WIDTH)).astype(np.float32)
"""What the network knows of a frame: bare paper, and three shapes of letters."""
AS_A_WRITES = {"a": 1, "o": 2, "u": 3}


def _line(text: str, *, seen_as: dict[str, str], rng: np.random.Generator) -> HandLine:
    """A line whose letters this writer shapes so that the network takes them for others, if only just."""
    scores, features = [], []
    for letter in text:
        for shape, name in ((AS_A_WRITES[letter], seen_as.get(letter, letter)), (0, "<blank>")):
            row = np.full(len(ALPHABET), -6.0, np.float32)
            row[ALPHABET.index(name)] = 2.0
            if name != "<blank>":
                row[ALPHABET.index(letter)] = max(row[ALPHABET.index(letter)], 1.4)
            scores.append(row)
            features.append(_SHAPES[shape] * 3 + rng.normal(0, 0.2, WIDTH).astype(np.float32))
    table = np.array(scores)
    lattice = table - np.log(np.exp(table).sum(axis=1, keepdims=True))
    return HandLine(lattice.astype(np.float32), np.array(features, np.float32))


def _lines(count: int, seen_as: dict[str, str], seed: int = 1) -> list[tuple[HandLine, str]]:
    rng = np.random.default_rng(seed)
    texts = ["".join(rng.choice(list("aou"), 8)) for _ in range(count)]
    return [(_line(text, seen_as=seen_as, rng=rng), text) for text in texts]


def _read(lattice: np.ndarray) -> str:
    best = lattice.argmax(axis=1)
    return "".join(ALPHABET[n] for before, n in zip([0, *best[:-1]], best, strict=True) if n and n != before)


def test_a_shape_that_this_writer_means_otherwise_is_learned() -> None:
    learned = learn_hand(_lines(30, {"a": "o"}), ALPHABET, "m1")
    assert learned.hand is not None
    assert learned.errors_after < 0.5 * learned.errors_before
    others = _lines(5, {"a": "o"}, seed=2)
    assert all(_read(line.lattice) != text for line, text in others)
    assert all(_read(learned.hand.told(line)) == text for line, text in others)


def test_a_hand_that_is_read_well_already_is_left_alone() -> None:
    learned = learn_hand(_lines(30, {}), ALPHABET)
    assert learned.hand is None
    assert learned.errors_before == learned.errors_after == 0


def test_too_few_lines_teach_nothing() -> None:
    assert learn_hand(_lines(5, {"a": "o"}), ALPHABET).hand is None


def test_texts_that_contradict_the_ink_bring_nothing_and_are_dropped() -> None:
    rng = np.random.default_rng(3)
    lines = [(line, "".join(rng.permutation(list(text)))) for line, text in _lines(30, {})]
    learned = learn_hand(lines, ALPHABET)
    assert learned.hand is None or learned.errors_after < learned.errors_before


def test_capitals_and_punctuation_are_as_people_set_them() -> None:
    lines = [(line, text.upper().replace("U", "U,")) for line, text in _lines(30, {"a": "o"})]
    learned = learn_hand([(line, text.replace("O", "o").replace("U", "u")) for line, text in lines], ALPHABET)
    assert learned.hand is not None


def test_a_line_too_short_for_its_text_is_passed_over() -> None:
    lines = _lines(30, {"a": "o"})
    learned = learn_hand([*lines, (lines[0][0], "aou" * 20), (lines[0][0], "")], ALPHABET)
    assert learned.lines == 30


def test_a_hand_is_kept_and_comes_back() -> None:
    learned = learn_hand(_lines(30, {"a": "o"}), ALPHABET, "m1")
    assert learned.hand is not None
    back = BookHand.from_bytes(learned.hand.to_bytes())
    assert back.model == "m1"
    ((line, text),) = _lines(1, {"a": "o"}, seed=4)
    assert _read(back.told(line)) == text


@pytest.mark.slow
def test_the_network_hands_out_what_it_knows_and_reads_the_same() -> None:
    recogniser = HandwritingRecogniser()
    crop = np.full((60, 200), 255, np.uint8)
    crop[20:40, 30:170:12] = 0
    (line,) = recogniser.lines_of_hand([crop])
    assert line is not None
    assert line.features.shape[0] == line.lattice.shape[0]
    before = recogniser.read_lines([crop])[0]
    nought = BookHand(
        np.zeros((line.lattice.shape[1], line.features.shape[1]), np.float32),
        np.zeros(line.lattice.shape[1], np.float32),
        recogniser.version,
    )
    assert recogniser.with_hand(nought).read_lines([crop])[0].text == before.text
    strong = BookHand(nought.weights, np.where(np.arange(len(nought.bias)) == 1, 90.0, 0.0), recogniser.version)
    assert set(recogniser.with_hand(strong).read_lines([crop])[0].text) == {recogniser.letters[1]}
    other = BookHand(strong.weights, strong.bias, "another model")
    assert recogniser.with_hand(other).read_lines([crop])[0].text == before.text
    assert recogniser.read_lines([crop])[0].text == before.text


@pytest.mark.parametrize("content", [b"", b"\x08\x01", b"no network at all"])
def test_a_file_that_is_no_such_network_is_passed_on_as_it_is(content: bytes) -> None:
    assert with_features(content) == (content, None)


def test_the_added_output_is_what_goes_into_the_layer_that_names_letters() -> None:
    content, name = with_features(ModelStore().current().joinpath("model.onnx").read_bytes())
    assert name is not None
    assert name.encode() in content[-2000:]
