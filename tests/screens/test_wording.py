"""Every word of the record that screens show has its Vietnamese."""

from __future__ import annotations

import re
from pathlib import Path

import workbench.services
from corrections.entries import DecisionKind
from layouts.columns import FieldKind
from ocr.readings import Script
from workbench.wording import AUDIT_ACTIONS, FIELD_KINDS, SCRIPTS

NOTED = re.compile(r'\bnote\(\s*"([a-z_]+)"')


def test_every_audit_action_is_told_in_vietnamese() -> None:
    folder = Path(workbench.services.__file__).parent
    noted = {action for path in folder.glob("*.py") for action in NOTED.findall(path.read_text(encoding="utf-8"))}
    assert len(noted) > 30
    assert noted | {kind.value for kind in DecisionKind} <= set(AUDIT_ACTIONS)


def test_every_kind_of_field_and_ink_is_told_in_vietnamese() -> None:
    assert {kind.value for kind in FieldKind} == set(FIELD_KINDS)
    assert {script.value for script in Script} | {"none", "rule"} == set(SCRIPTS)
