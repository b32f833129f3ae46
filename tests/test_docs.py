"""The documents agree with the program: every command is named, every link and every file named leads somewhere."""

import re
from pathlib import Path

import pytest
import typer

from workbench.cli import app
from workbench.exit_codes import ExitCode

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = [ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md", ROOT / "docs" / "glossary.md"]
ROOMS = ("layouts", "vietnamese", "ocr", "benchmark", "corrections", "storage", "exports", "workbench")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_command_is_in_the_readme() -> None:
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    named = {match.split()[0] for match in re.findall(r"`([a-z-]+[^`]*)`", README)}
    assert commands - named == set()


def test_every_exit_code_is_in_the_readme() -> None:
    said = README.split("Exit codes:")[1].split("\n\n")[0]
    codes = {int(code) for code in re.findall(r"\b(\d+) ", said)}
    assert codes == {int(code) for code in ExitCode} - {ExitCode.UNEXPECTED}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    missing = [t for t in targets if t and "://" not in t and not (document.parent / t).exists()]
    assert missing == []


@pytest.mark.parametrize("document", GUIDES, ids=lambda path: path.name)
def test_files_named_in_the_guides_are_there(document: Path) -> None:
    there = {
        path.relative_to(ROOT).as_posix()
        for room in (*ROOMS, "tests", "docs", "scripts", "sample_books")
        for path in (ROOT / room).rglob("*")
        if "__pycache__" not in path.parts
    }
    named = re.findall(r"`([\w./-]+(?:\.(?:py|ya?ml|tsv|csv|txt|md|in)|/))`", document.read_text(encoding="utf-8"))
    invented = ("NNNN_what.py",)
    missing = [
        name
        for name in named
        if not name.endswith(invented)
        and not (ROOT / name).exists()
        and not (document.parent / name).exists()
        and not any(path.endswith(f"/{name.rstrip('/')}") for path in there)
    ]
    assert missing == []


def test_the_first_screen_of_the_readme_has_picture_and_commands() -> None:
    first = "\n".join(README.splitlines()[:20])
    assert "./run" in first and "./test" in first and "](docs/images/review.png)" in first
