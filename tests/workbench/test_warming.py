"""What is loaded beside the server's start."""

import gc
import sys
from pathlib import Path

import pytest

from layouts.loader import parse_template, shipped_templates
from vietnamese.unit_tree import provinces
from workbench.config import ROOT, Settings
from workbench.screens.screen_list import page_modules
from workbench.services.context import system_context
from workbench.warming import warm_up


@pytest.mark.slow
def test_screens_forms_and_places_are_loaded_and_left_alone_by_the_collector(tmp_path: Path) -> None:
    gc.unfreeze()  # what the tests themselves have loaded
    warm_up(system_context(Settings(data_dir=tmp_path)), page_modules())
    assert {*page_modules()} <= {*sys.modules}
    assert provinces.cache_info().currsize == shipped_templates.cache_info().currsize == 1
    assert gc.get_freeze_count() > 100_000, "or each run of a screen looks through all of them"


@pytest.mark.slow
def test_the_fast_way_reads_the_programs_own_forms_as_the_careful_one_does() -> None:
    files = (ROOT / "layouts" / "templates").glob("*/*.yaml")
    carefully = [parse_template(file.read_text(encoding="utf-8"), file.name) for file in files]
    assert {form.form: form for form in carefully} == shipped_templates()
