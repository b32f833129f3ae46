from __future__ import annotations

import hashlib
import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from layouts.columns import FieldKind
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.model_store import PACKAGED_MODEL, ModelFolder, ModelStore, SecondNetwork, default_store_folder
from ocr.handwriting.types import HandwritingModelError
from vietnamese.units import UNKNOWN_PLACE

PEN_FONT = Path(__file__).parents[3] / "benchmark" / "fonts" / "patrick-hand-400.ttf"


def _make(folder: Path, version: str = "v1", network: bytes = b"not a network", **changes: object) -> Path:
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(network)
    data = {
        "format": 1,
        "version": version,
        "height": 40,
        "alphabet": ["", "a"],
        "sha256": hashlib.sha256(network).hexdigest(),
    }
    (folder / "model.json").write_text(json.dumps(data | changes), encoding="utf-8")
    return folder


def test_the_packaged_model_is_sound_and_small() -> None:
    model = ModelFolder.open(PACKAGED_MODEL)
    assert model.alphabet[0] == "<blank>"
    assert {"ữ", "Đ", "9", "/", "'"} <= set(model.alphabet)
    assert model.network.stat().st_size <= 25_000_000
    assert model.calibration.is_file()


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HandwritingModelError, match="chữ đánh máy vẫn được đọc"):
        HandwritingRecogniser(tmp_path).read_lines([np.full((40, 90), 255, np.uint8)])


def test_a_truncated_model_is_refused(tmp_path: Path) -> None:
    folder = _make(tmp_path / "cut", network=b"x" * 100)
    (folder / "model.onnx").write_bytes(b"x" * 60)
    with pytest.raises(HandwritingModelError, match="bị hỏng"):
        ModelFolder.open(folder)


def test_a_model_of_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HandwritingModelError, match="phiên bản khác"):
        ModelFolder.open(_make(tmp_path / "new", format=7))


def test_formats_say_whether_crossed_out_words_are_told(tmp_path: Path) -> None:
    assert ModelFolder.open(_make(tmp_path / "old")).strikes is None
    assert ModelFolder.open(_make(tmp_path / "marks", format=2, strikes=0.9)).strikes == 0.9
    with pytest.raises(HandwritingModelError, match="mô tả"):
        ModelFolder.open(_make(tmp_path / "cut", format=2))


def test_a_second_network_must_be_there_and_whole(tmp_path: Path) -> None:
    second = {"sha256": hashlib.sha256(b"second").hexdigest(), "strikes": 0.99}
    folder = _make(tmp_path / "two", format=2, strikes=0.9, figures=second)
    with pytest.raises(HandwritingModelError, match=r"figures\.onnx"):
        ModelFolder.open(folder)
    (folder / "figures.onnx").write_bytes(b"secon")
    with pytest.raises(HandwritingModelError, match="bị hỏng"):
        ModelFolder.open(folder)
    (folder / "figures.onnx").write_bytes(b"second")
    assert ModelFolder.open(folder).figures == SecondNetwork(folder / "figures.onnx", 0.99)
    assert ModelFolder.open(_make(tmp_path / "one")).figures is None


def test_the_second_network_reads_fields_of_figures_alone(tmp_path: Path) -> None:
    one = tmp_path / "one"
    shutil.copytree(PACKAGED_MODEL, one)
    description = json.loads((one / "model.json").read_text(encoding="utf-8"))
    del description["figures"]
    (one / "model.json").write_text(json.dumps(description), encoding="utf-8")
    alone, both = HandwritingRecogniser(one), HandwritingRecogniser(PACKAGED_MODEL)
    face = ImageFont.truetype(str(PEN_FONT), 40, layout_engine=ImageFont.Layout.BASIC)
    page = Image.new("L", (260, 64), 235)
    ImageDraw.Draw(page).text((10, 8), "27/4/1986", fill=40, font=face)
    crops, kinds = [np.asarray(page)] * 2, [FieldKind.NAME, FieldKind.DATE]
    (name, date), (other_name, other_date) = (
        [line for line in reader.see_closely(crops, kinds, UNKNOWN_PLACE) if line is not None]
        for reader in (alone, both)
    )
    assert np.array_equal(name.lattice, other_name.lattice) and np.array_equal(name.lattice, date.lattice)
    assert not np.array_equal(date.lattice, other_date.lattice)
    assert [reader.read_lines(crops, kinds)[1].decoded for reader in (alone, both)] == ["27/4/1986"] * 2


def test_a_damaged_description_is_refused(tmp_path: Path) -> None:
    folder = _make(tmp_path / "bad")
    (folder / "model.json").write_text("{", encoding="utf-8")
    with pytest.raises(HandwritingModelError, match="mô tả"):
        ModelFolder.open(folder)


def test_a_file_that_is_no_network_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    with pytest.raises(HandwritingModelError, match="bị hỏng"):
        HandwritingRecogniser(_make(tmp_path / "noise")).check()


def test_the_error_travels_between_processes() -> None:
    error = pickle.loads(pickle.dumps(HandwritingModelError("Mô hình bị hỏng.")))
    assert isinstance(error, HandwritingModelError)
    assert str(error) == "Mô hình bị hỏng."


def test_without_own_models_the_packaged_one_is_used(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "none")
    assert store.current() == PACKAGED_MODEL
    assert not store.folder.exists()
    assert store.rollback() == PACKAGED_MODEL


def test_installing_and_going_back(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "store")
    first = store.install(_make(tmp_path / "a", "office-1"))
    second = store.install(_make(tmp_path / "b", "office-2"))
    assert store.current() == second
    assert (first.name, second.name) == ("office-1", "office-2")
    assert store.rollback() == first
    assert store.rollback() == PACKAGED_MODEL


def test_a_version_is_never_overwritten(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "store")
    store.install(_make(tmp_path / "a", "office-1"))
    with pytest.raises(FileExistsError, match="đã được cài"):
        store.install(_make(tmp_path / "b", "office-1"))


def test_an_unsound_model_is_not_installed(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "store")
    with pytest.raises(HandwritingModelError):
        store.install(tmp_path / "nothing")
    assert store.current() == PACKAGED_MODEL


def test_the_store_can_be_moved_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WORKBENCH_HANDWRITING_MODELS", str(tmp_path))
    assert default_store_folder() == tmp_path
