"""What every test leaves as it found it, and what all of them share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from ocr import tesseract
from storage.opening import database
from storage.opening.migrate import upgrade
from tests.databases import migrated_once
from tests.shared_answers import sharing

_VARIABLES = ("TMPDIR", "TEMP", "TMP")


@pytest.fixture(autouse=True)
def the_temporary_folder_stays() -> Iterator[None]:
    """Commands run inside a test put their temporary files into that test's data folder; the next test, and the browser
    it starts (whose sockets allow no long path), have the system's again."""
    before = {name: os.environ.get(name) for name in _VARIABLES}
    folder = tempfile.tempdir
    yield
    tempfile.tempdir = folder
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session", autouse=True)
def shared_answers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every call of Tesseract by this process goes through the shared answers."""
    cache = request.config.cache
    if cache is None or os.environ.get("WORKBENCH_TEST_FRESH"):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tesseract, "_run", sharing(tesseract._run, cache.mkdir("tesseract")))
        yield


@pytest.fixture(scope="session", autouse=True)
def new_databases_are_copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Opening a database that is not there yet copies one that was migrated once; an older one is migrated."""

    def ready(url: str) -> None:
        file = make_url(url).database
        if url.startswith("sqlite") and file and not (Path(file).exists() and Path(file).stat().st_size):
            shutil.copyfile(migrated_once(tmp_path_factory.getbasetemp()), file)
        upgrade(url)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "upgrade", ready)
        yield
