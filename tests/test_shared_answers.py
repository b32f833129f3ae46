"""The answers that tests share: asked once for a picture, again for another, never for a failure."""

from pathlib import Path

import pytest

from tests.shared_answers import sharing


def test_the_same_picture_is_read_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def run(path: str, options: str) -> list[dict[str, str]]:
        asked.append(path)
        return [{"text": str(len(asked))}]

    kept = tmp_path / "kept"
    kept.mkdir()
    shared = sharing(run, kept)
    one, same, other, listing = (tmp_path / name for name in ("a.bmp", "b.bmp", "c.bmp", "l.txt"))
    one.write_bytes(b"ink")
    same.write_bytes(b"ink")
    other.write_bytes(b"Ink")
    listing.write_text(f"{one}\n{other}\n")
    assert shared(str(one), "--psm 7") == shared(str(same), "--psm 7") == [{"text": "1"}]
    assert shared(str(other), "--psm 7") == [{"text": "2"}]
    assert shared(str(one), "--psm 6") == [{"text": "3"}]
    assert shared(str(listing), "--psm 7") == sharing(run, kept)(str(listing), "--psm 7") == [{"text": "4"}]


def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    picture = tmp_path / "a.bmp"
    picture.write_bytes(b"ink")
    tries: list[int] = []

    def run(path: str, options: str) -> list[dict[str, str]]:
        tries.append(1)
        raise OSError

    shared = sharing(run, tmp_path)
    for _ in range(2):
        with pytest.raises(OSError):
            shared(str(picture), "")
    assert len(tries) == 2
