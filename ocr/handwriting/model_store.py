"""Where models lie: the one that comes with the program, and those an office has trained itself.

An office's models live in a folder of its own, one folder a version, and `current.txt` names the one in
use. Installing never overwrites a version, and going back is a change of that one line.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ocr.handwriting.types import HandwritingModelError

__all__ = [
    "FIGURES_FILE",
    "PACKAGED_MODEL",
    "PLAIN",
    "STORE_VARIABLE",
    "WITH_STRIKES",
    "ModelFolder",
    "ModelStore",
    "SecondNetwork",
    "default_store_folder",
    "digest_of",
]

PACKAGED_MODEL = Path(__file__).parent / "model"
"""The model that comes with the program."""
FIGURES_FILE = "figures.onnx"
"""Name of the second network, which reads fields of figures."""
PLAIN, WITH_STRIKES = 1, 2
"""Formats of the folder: the network tells letters; it also tells which frames are crossed out."""
STORE_VARIABLE = "WORKBENCH_HANDWRITING_MODELS"
"""Variable with the folder of the office's own models; the program sets it to `models` of its data."""


def _unusable(reason: str) -> HandwritingModelError:
    return HandwritingModelError(
        f"Mô hình đọc chữ viết tay {reason}. Hãy cài lại phần mềm hoặc quay về mô hình trước; "
        "trong lúc chờ, chữ đánh máy vẫn được đọc, chữ viết tay để trống cho người nhập."
    )


def digest_of(file: Path) -> str:
    """The sha256 of a file of a model, as its description holds it."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class SecondNetwork:
    """The ONNX file of a second network, and its own least sureness of a crossed-out span (see `ModelFolder`)."""

    network: Path
    strikes: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A checked model.

    Attributes:
        network: the ONNX file.
        calibration: the calibration file, which may be missing.
        version: name of the model.
        height: height of its strips.
        alphabet: its letters, the blank first.
        strikes: least sureness of a crossed-out span; None where the network does not tell crossed-out frames
            (models of the first format, as offices may have trained).
        figures: a second network of the same letters that reads fields of figures; None where one network reads
            everything.
    """

    network: Path
    calibration: Path
    version: str
    height: int
    alphabet: tuple[str, ...]
    strikes: float | None = None
    figures: SecondNetwork | None = None

    @classmethod
    def open(cls, folder: Path, *, verify: bool = True) -> ModelFolder:
        """Check a folder and describe its model.

        Args:
            folder: holds `model.onnx` and `model.json`, and `figures.onnx` where the description names its digest.
            verify: compare the files' digests with the description (20 ms each).

        Raises:
            HandwritingModelError: missing, damaged, cut short or of another format.
        """
        description, network = folder / "model.json", folder / "model.onnx"
        if not description.is_file() or not network.is_file():
            raise _unusable(f"bị thiếu tệp trong thư mục {folder.name}")
        try:
            data: dict[str, Any] = json.loads(description.read_text(encoding="utf-8"))
            form = int(data["format"])
            model = cls(
                network=network,
                calibration=folder / "calibration.json",
                version=str(data["version"]),
                height=int(data["height"]),
                alphabet=tuple(data["alphabet"]),
                strikes=float(data["strikes"]) if form == WITH_STRIKES else None,
            )
            digests = {network: str(data["sha256"])}
            if "figures" in data:
                second = data["figures"]
                digests[folder / FIGURES_FILE] = str(second["sha256"])
                strikes = float(second["strikes"]) if form == WITH_STRIKES else None
                model = replace(model, figures=SecondNetwork(folder / FIGURES_FILE, strikes))
        except (ValueError, KeyError, TypeError) as error:
            raise _unusable("có tệp mô tả bị hỏng") from error
        if form not in (PLAIN, WITH_STRIKES):
            raise _unusable(f"thuộc phiên bản khác (dạng {form}, chương trình cần dạng {PLAIN} hoặc {WITH_STRIKES})")
        missing = [file.name for file in digests if not file.is_file()]
        if missing:
            raise _unusable(f"bị thiếu tệp {missing[0]} trong thư mục {folder.name}")
        if verify and any(digest_of(file) != digest for file, digest in digests.items()):
            raise _unusable("bị hỏng hoặc chưa chép xong (sai mã kiểm tra)")
        return model


def default_store_folder() -> Path:
    """Folder of the office's own models: from the environment, or the user's data folder of the system."""
    named = os.environ.get(STORE_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", str(Path.home() / "AppData" / "Local")))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share")))
    return base / "so-ho-tich" / "handwriting"


class ModelStore:
    """The office's own models, by version.

    Args:
        folder: where they lie; None for the user's data folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_store_folder()
        self._pointer = self.folder / "current.txt"

    def _history(self) -> list[str]:
        if not self._pointer.is_file():
            return []
        return self._pointer.read_text(encoding="utf-8").split()

    def current(self) -> Path:
        """Folder of the model in use: the last one installed, or the one that came with the program."""
        history = self._history()
        if history and (self.folder / history[-1] / "model.json").is_file():
            return self.folder / history[-1]
        return PACKAGED_MODEL

    def install(self, source: Path) -> Path:
        """Copy a model folder in as a new version and use it from now on.

        Raises:
            HandwritingModelError: the source is not a sound model.
            FileExistsError: that version is installed already.
        """
        model = ModelFolder.open(source)
        target = self.folder / model.version
        if target.exists():
            raise FileExistsError(f"Phiên bản {model.version} đã được cài.")
        self.folder.mkdir(parents=True, exist_ok=True)
        arriving = self.folder / f".{model.version}.new"
        shutil.rmtree(arriving, ignore_errors=True)
        shutil.copytree(source, arriving)
        arriving.replace(target)
        self._write_history([*self._history(), model.version])
        return target

    def rollback(self) -> Path:
        """Go back to the model that was in use before; returns its folder.

        Without an earlier one, the model that came with the program is used again.
        """
        self._write_history(self._history()[:-1])
        return self.current()

    def _write_history(self, history: list[str]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        arriving = self._pointer.with_suffix(".new")
        arriving.write_text("\n".join(history) + "\n", encoding="utf-8")
        arriving.replace(self._pointer)
