from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.handwriting.model_store import PACKAGED_MODEL, ModelStore
from ocr.handwriting.training import office_tuning
from ocr.handwriting.training.office_tuning import (
    CorrectionPair,
    HandwritingTrainingError,
    tune_on_corrections,
)

ROOT = Path(__file__).parents[3]


def _pair(number: int) -> CorrectionPair:
    crop = np.full((60, 200), 240, np.uint8)
    cv2.putText(crop, str(number), (15, 45), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.3, 60, 2)
    return CorrectionPair(crop=crop, text=str(number), kind="number")


def test_too_few_lines_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HandwritingTrainingError, match="cần ít nhất 60 dòng"):
        tune_on_corrections([_pair(n) for n in range(5)], store=ModelStore(tmp_path))


def test_without_pytorch_the_person_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(office_tuning, "find_spec", lambda name: None)
    with pytest.raises(HandwritingTrainingError, match=r"requirements-train\.txt"):
        tune_on_corrections([_pair(n) for n in range(80)], store=ModelStore(tmp_path))


def test_reading_never_imports_pytorch() -> None:
    code = "import sys, ocr.handwriting.engine, ocr.handwriting.training.office_tuning; print('torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_register_texts_are_spelt_with_the_alphabet() -> None:
    from ocr.handwriting.training.lines import RegisterTexts
    from tests.ocr.handwriting.lattices import ALPHABET

    texts = RegisterTexts(random.Random(5))
    drawn = [texts.draw() for _ in range(400)]
    assert {letter for _, text in drawn for letter in text} <= set(ALPHABET.index)
    assert len({kind for kind, _ in drawn}) >= 12
    assert all(text.strip() for _, text in drawn)


@pytest.mark.slow
def test_a_short_tuning_measures_and_keeps_the_better_model(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="training needs requirements-train.txt")
    pytest.importorskip("onnx", reason="training needs requirements-train.txt")
    store = ModelStore(tmp_path / "store")
    result = tune_on_corrections([_pair(n) for n in range(100, 164)], store=store, minutes=0.1)
    assert result.trained_on + result.held_out == 64
    assert result.installed == (result.cer_after < result.cer_before and result.exact_after >= result.exact_before)
    assert (store.current() != PACKAGED_MODEL) == result.installed


@pytest.mark.slow
def test_weights_come_back_from_the_model_file() -> None:
    torch = pytest.importorskip("torch", reason="training needs requirements-train.txt")
    pytest.importorskip("onnx", reason="training needs requirements-train.txt")
    from ocr.handwriting.engine import HandwritingRecogniser
    from ocr.handwriting.training.stored_weights import load_model_weights

    strip = np.full((40, 128), 255, np.uint8)
    cv2.putText(strip, "1998", (10, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 0, 2)
    network = load_model_weights(PACKAGED_MODEL).eval()
    with torch.inference_mode():
        ours = network.letters(torch.from_numpy(strip)[None, None].float() / 127.5 - 1.0)[:, 0].numpy()
    theirs = HandwritingRecogniser(PACKAGED_MODEL).lattice(strip)
    assert np.abs(np.exp(ours) - np.exp(theirs)).max() < 1e-3


@pytest.mark.slow
def test_teaching_strikes_changes_no_letter_and_tuning_keeps_what_was_taught(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="training needs requirements-train.txt")
    pytest.importorskip("onnx", reason="training needs requirements-train.txt")
    from ocr.handwriting.engine import HandwritingRecogniser
    from ocr.handwriting.training.stored_weights import load_model_weights
    from ocr.handwriting.training.strikes import teach_strikes
    from ocr.handwriting.training.tune import tune_model

    fonts = tmp_path / "fonts"
    shutil.copytree(ROOT / "benchmark" / "fonts", fonts)
    (fonts / "fonts.tsv").write_text("file\tclass\tlooks_like_real_pen\nmali-400.ttf\tpen\tyes\n", encoding="utf-8")
    taught = tmp_path / "taught"
    shutil.copytree(PACKAGED_MODEL, taught)
    teach_strikes(taught, fonts, None, None, version="taught", lines=16)
    crop = _pair(1998).crop
    before, after = (HandwritingRecogniser(folder).see([crop])[0] for folder in (PACKAGED_MODEL, taught))
    assert before is not None and after is not None
    assert np.array_equal(before.lattice, after.lattice)
    tune_model(taught, [(_pair(n).crop, str(n)) for n in range(20)], tmp_path / "tuned", version="t", minutes=0.02)
    heads = [load_model_weights(folder).state_dict() for folder in (taught, tmp_path / "tuned")]
    kept = [name for name in heads[0] if name.startswith("strikes.")]
    assert kept and all(bool((heads[0][name] == heads[1][name]).all()) for name in kept)
    assert HandwritingRecogniser(tmp_path / "tuned").tells_strikes
