"""The lock as Windows, macOS and Linux see it, and the scripts that install from a bundle."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import webbrowser
from pathlib import Path

import pytest

from scripts.bundling import index
from scripts.bundling.index import without_wheel
from scripts.bundling.lock import TARGETS, locked_for
from scripts.check_bundle import wrong_files
from scripts.open_when_ready import PORT, open_when_ready

ROOT = Path(__file__).resolve().parents[2]

LOCK = """# made by a locker
colour==1.2 ; sys_platform == 'win32' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via something
old==1 ; python_full_version < '3.12' \\
    --hash=sha256:cc
every[extra]==3.4 \\
    --hash=sha256:dd
"""


@pytest.mark.parametrize(
    ("system", "python", "names"),
    [
        ("windows", "3.12", ["colour==1.2", "every==3.4"]),
        ("windows", "3.11", ["colour==1.2", "old==1", "every==3.4"]),
        ("linux", "3.11", ["old==1", "every==3.4"]),
        ("macos", "3.13", ["every==3.4"]),
    ],
)
def test_markers_are_those_of_the_target(tmp_path: Path, system: str, python: str, names: list[str]) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(LOCK, encoding="utf-8")
    lines = locked_for(lock, TARGETS[system], python)
    assert [line.split(" ")[0] for line in lines] == names
    assert all("--hash=sha256:" in line for line in lines)
    if system == "windows":
        assert lines[0] == "colour==1.2 --hash=sha256:aa --hash=sha256:bb"


@pytest.mark.parametrize("system", sorted(TARGETS))
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_pins_one_release_with_digests_for_each_system(system: str, python: str) -> None:
    lines = locked_for(ROOT / "requirements.txt", TARGETS[system], python)
    names = [re.split(r"[=\[ ]", line)[0].lower() for line in lines]
    assert len(names) == len(set(names)) > 50
    assert all(re.match(r"^[\w.-]+==[\w.]+( --hash=sha256:[0-9a-f]{64})+$", line) for line in lines)


def test_a_damaged_or_missing_file_of_a_bundle_is_named(tmp_path: Path) -> None:
    import hashlib

    (tmp_path / "offline").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name, encoding="ascii")
    sums = "".join(f"{hashlib.sha256(n.encode()).hexdigest()}  {n}\n" for n in ("a.txt", "b.txt", "c.txt"))
    (tmp_path / "offline" / "SHA256SUMS").write_text(sums, encoding="ascii")
    (tmp_path / "b.txt").write_text("other", encoding="ascii")
    assert wrong_files(tmp_path) == ["b.txt", "c.txt"]


@pytest.mark.parametrize("name", ["run.cmd", "update.cmd"])
def test_windows_scripts_are_what_cmd_reads(name: str) -> None:
    content = (ROOT / name).read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n"), "cmd.exe loses its way in files without CRLF"
    assert not content.startswith(b"\xef\xbb\xbf"), "a byte order mark is read as a command"
    text = content.decode("utf-8")
    assert text.index("chcp 65001") < min(i for i, c in enumerate(text) if ord(c) > 127)
    labels = set(re.findall(r"^:(\w+)", text, re.M))
    asked = {label for label in re.findall(r"(?:call|goto) :(\w+)", text) if label.lower() != "eof"}
    assert asked == labels
    shipped = [name.rstrip(".") for name in re.findall(r"(?:scripts|docs)\\[\w.\\-]+", text)]
    assert shipped and all((ROOT / f.replace("\\", "/")).exists() for f in shipped)
    assert text.count("(") == text.count(")")
    lines = text.replace("\r\n", "\n").splitlines()
    # a bracket outside of quotes ends the list of FOR early, and two quotes in a row turn quoted text into bare text
    lists = [re.sub(r'"[^"]*"', "", found) for found in re.findall(r"\bin \((.*)\) do", text)]
    assert lists and not [found for found in lists if ")" in found or '"' in found]
    last = next(i for i, line in enumerate(lines) if line.startswith('"%BASE%"')) if name == "update.cmd" else None
    assert last in (None, len(lines) - 1), "after going back this file is another one: nothing of it may be read then"


def test_the_browser_is_opened_once_the_server_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: not opened.append(url))
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        assert not open_when_ready(port, longest=0.1) and not opened
        server.listen()
        assert open_when_ready(port, longest=5) and opened == [f"http://localhost:{port}"]
    run = (ROOT / "run.cmd").read_text(encoding="utf-8")
    assert f"http://localhost:{PORT}" in run


@pytest.mark.slow
def test_the_version_is_told() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "workbench", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert re.match(r"^so-ho-tich-workbench \d+\.\d+\.\d+( \([0-9a-f]+\))?\n$", told.stdout)


def _wheel(name: str, digest: str) -> dict[str, object]:
    return {"url": f"https://index.example/{name}", "hashes": {"sha256": digest}}


def test_a_system_needs_a_wheel_of_its_own_whose_digest_the_lock_holds() -> None:
    lines = ["colour==1.2 --hash=sha256:aa --hash=sha256:bb"]
    linux, windows = "colour-1.2-cp312-cp312-manylinux_2_28_x86_64.whl", "colour-1.2-cp311-abi3-win_amd64.whl"
    offered = {"colour": [_wheel(linux, "aa"), _wheel(windows, "bb")]}
    assert [without_wheel(lines, offered, system, "3.12") for system in ("linux", "windows")] == [[], []]
    assert without_wheel(lines, offered, "macos", "3.12") == ["colour==1.2"]
    assert without_wheel(lines, offered, "linux", "3.13") == ["colour==1.2"], "made for another Python"
    assert without_wheel(lines, {"colour": [_wheel(linux, "changed")]}, "linux", "3.12") == ["colour==1.2"]
    assert without_wheel(lines, {}, "linux", "3.12") == ["colour==1.2"]
    everywhere = {"colour": [_wheel("colour-1.2-py3-none-any.whl", "aa")]}
    assert [without_wheel(lines, everywhere, system, "3.13") for system in TARGETS] == [[], [], []]


def test_an_index_that_does_not_answer_is_told_apart_and_loudly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("UV_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_NO_CACHE", "1")
    assert index.main() == 0
    assert "BỎ QUA" in capsys.readouterr().err
