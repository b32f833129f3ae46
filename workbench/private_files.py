"""Files that are nobody else's: closed to other users of the machine, temporary ones and models inside the data folder.

Everything a process makes has mode 600 or 700. Temporary files stand in a folder of the process below `tmp` of the data
folder; what a killed process left is taken away when the next one starts.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from storage.unfinished import living_processes, process_name

__all__ = ["keep_private", "use_own_models", "use_private_temporary_folder"]

_MASK = 0o077
"""Of new files: nothing for anybody but the program's user."""


def keep_private() -> None:
    """From now on this process, and those it starts, make files for their own user alone."""
    os.umask(_MASK)


def use_private_temporary_folder(data_dir: Path) -> Path:
    """Put the temporary files of this process, and of those it starts, into the data folder.

    Raises:
        OSError: the data folder cannot be written.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # of somebody else: then its owner decides who may look
        data_dir.chmod(0o700)
    parent = data_dir / "tmp"
    parent.mkdir(mode=0o700, exist_ok=True)
    _sweep(parent)
    own = parent / process_name()
    own.mkdir(mode=0o700, exist_ok=True)
    tempfile.tempdir = str(own)
    os.environ["TMPDIR"] = os.environ["TEMP"] = os.environ["TMP"] = str(own)
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


def use_own_models(data_dir: Path) -> None:
    """Keep the models tuned from this office's work in the data folder of this process, and of those it starts.

    There they are closed to others and go into backups. Those that an earlier program left in the user's own folder are
    copied, once.
    """
    from ocr.handwriting.model_store import STORE_VARIABLE, default_store_folder

    if STORE_VARIABLE in os.environ:
        return
    folder, left = data_dir / "models", default_store_folder()
    if left.is_dir() and data_dir.is_dir() and not folder.exists():
        part = data_dir / ".part-models"
        shutil.rmtree(part, ignore_errors=True)
        with suppress(OSError):  # the next start tries again
            shutil.copytree(left, part)
            part.rename(folder)
    os.environ[STORE_VARIABLE] = str(folder)


def _sweep(parent: Path) -> None:
    living = living_processes()
    for folder in parent.iterdir():
        if folder.name not in living:
            shutil.rmtree(folder, ignore_errors=True)
