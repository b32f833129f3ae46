"""The measuring commands count what they claim to count: lost, doubled and crossed confirmations, and times."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corrections.entries import DecisionKind
from tests.browser.figures import counted, hire, keep, times
from tests.screens.office import Office, make_office
from workbench.services import review, sessions
from workbench.services.context import open_context
from workbench.services.review_types import ValueInput


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Four entries, of which two clerks have confirmed the first two."""
    made = make_office(tmp_path_factory.mktemp("figures"), entry_count=4)
    hired = hire(made, 2)
    for entry_id, token in zip(made.entry_ids, hired.values(), strict=False):
        clerk = sessions.context_of_session(open_context(made.settings), token)
        assert clerk is not None
        review.save_entry(
            clerk,
            entry_id=entry_id,
            revision=0,
            token=f"token-{entry_id:04d}",
            decision=DecisionKind.CONFIRM,
            values={"nksHoTen": ValueInput(text=f"{clerk.who.name} {entry_id}")},
        )
    return made


def faults(office: Office, told: dict[int, list[tuple[str, str]]]) -> tuple[int, int, int]:
    found = counted(office, told)
    assert (found["entries"], found["confirmed_in_database"]) == (4, 2)
    return found["lost"], found["doubled"], found["crossed"]


@pytest.mark.slow
def test_faults_are_seen(office: Office) -> None:
    first, second, third, _ = office.entry_ids
    right = {first: [("may1", f"may1 {first}")], second: [("may2", f"may2 {second}")]}
    assert faults(office, right) == (0, 0, 0)
    assert faults(office, right | {third: [("may1", f"may1 {third}")]})[0] == 1, "told saved, not confirmed"
    twice = {first: [*right[first], ("may2", f"may2 {first}")]}
    assert faults(office, right | twice)[1:] == (1, 1), "two clerks were told that theirs is saved"
    assert faults(office, right | {first: [("may1", "may1 9")]}) == (0, 0, 1), "another text stands there"
    assert faults(office, right | {first: [("may2", f"may1 {first}")]}) == (0, 0, 1), "the log names another clerk"


def test_times_and_the_page_they_are_kept_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert times([]) == {"count": 0}
    assert times(range(1, 101)) == {"count": 100, "median_ms": 50.5, "p95_ms": 96}
    keep("Second", {"what": "two", "next": times([5.0])}, tmp_path)
    keep("First", {"what": "one", "lost": 0}, tmp_path)
    keep("Second", {"what": "two again", "next": times([7.0])}, tmp_path)
    assert list(json.loads((tmp_path / "review.json").read_text(encoding="utf-8"))) == ["First", "Second"]
    page = (tmp_path / "review.md").read_text(encoding="utf-8")
    assert page.index("## First") < page.index("two again") and "| next: median ms | 7.0 |" in page
    assert json.loads(capsys.readouterr().out.split("}\n{")[0] + "}")["what"] == "two"
