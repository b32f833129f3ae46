"""The head of the audit log outside the database: an append-only file, each line chained to the one before by a key.

Before a transaction is committed its head is written and flushed; afterwards a second short line says that it was. So
the database stands either at the last head or, after a crash between the two, at the one before, and nowhere else.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Head", "HeadFile", "HeadFileFault"]

_TAIL = 16384
"""Bytes from the end in which the last committed head stands; a line is about 300."""
_PRIVATE = 0o600
"""For the program's user alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the record stood after one transaction."""

    number: int
    at: str
    event_id: int
    event_hash: str
    state: str
    """Digest of the sums of all sealed tables."""
    mac: str = ""


@dataclass(frozen=True, slots=True)
class HeadFileFault:
    """A line that is not as it was written."""

    line: int


class HeadFile:
    """The folder of the trail: `khoa` (the key) and `dau-nhat-ky.jsonl` (the heads).

    Args:
        folder: made when it is missing, for the program's user alone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "dau-nhat-ky.jsonl"
        self.key_path = folder / "khoa"
        self._key = b""

    def secret(self, purpose: str) -> bytes:
        """A key of its own for each purpose, made from the one that is kept.

        Raises:
            OSError: the key cannot be read or made.
        """
        if not self._key:
            self._key = self._read_or_make()
        return hmac.digest(self._key, purpose.encode(), hashlib.sha256)

    def _read_or_make(self) -> bytes:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # written beside and linked into place: of two processes that start at once, one makes the key for both
        fresh = self.folder / f".khoa-{secrets.token_hex(6)}"
        if not self.key_path.exists():
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(fresh, self.key_path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return bytes.fromhex(self.key_path.read_text(encoding="ascii").strip())

    def _mac(self, before: str, content: str) -> str:
        return hmac.new(self.secret("head"), f"{before}\n{content}".encode(), hashlib.sha256).hexdigest()

    def last(self) -> Head | None:
        """The head written last; None in a new file."""
        return next(iter(self.standing()), None)

    def standing(self) -> list[Head]:
        """Heads at one of which the database stands: back from the last to the last known to be committed."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
                lines = file.read().decode("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return []
        found: list[Head] = []
        committed: set[int] = set()
        for line in reversed(lines):
            parsed = _parsed(line)
            if isinstance(parsed, Head):
                found.append(parsed)
                if parsed.number in committed:
                    break
            elif parsed is not None:
                committed.add(parsed[0])
        return found

    def intend(self, *, at: str, event_id: int, event_hash: str, state: str) -> Head:
        """Write the head that the transaction under way will lead to, down to the disk.

        Raises:
            OSError: the transaction must not be committed.
        """
        before = self.last()
        head = Head(
            number=before.number + 1 if before else 1, at=at, event_id=event_id, event_hash=event_hash, state=state
        )
        sealed = _content(head)
        mac = self._mac(before.mac if before else "", sealed)
        self._append(json.dumps({**json.loads(sealed), "mac": mac}, separators=(",", ":")), flush=True)
        return Head(**{**asdict(head), "mac": mac})

    def committed(self, head: Head) -> None:
        """Note that the transaction of that head is in the database."""
        self._append(f"+{head.number} {self._mac(head.mac, 'committed')}", flush=False)

    def _append(self, line: str, *, flush: bool) -> None:
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _PRIVATE)
        try:
            # one write call: lines of several processes do not mix. A line cut off by a full disk is ended first.
            os.write(handle, f"\n{line}\n".encode())
            if flush:
                os.fsync(handle)
        finally:
            os.close(handle)

    def begin_anew(self, at: str) -> None:
        """Put the file aside under the moment's name; the next head begins a new one."""
        if self.path.exists():
            self.path.rename(self.path.with_name(f"dau-nhat-ky-{at.replace(':', '')}.jsonl"))

    def walk(self) -> Iterator[tuple[Head, bool] | HeadFileFault]:
        """Every head in order, and whether its transaction is known to be committed; and lines that are not ours."""
        before, waiting = "", None
        for number, line in enumerate(self._lines(), start=1):
            parsed = _parsed(line)
            if isinstance(parsed, Head):
                if waiting is not None:
                    yield waiting, False
                if parsed.mac != self._mac(before, _content(parsed)):
                    yield HeadFileFault(number)
                before, waiting = parsed.mac, parsed
            elif (
                parsed is not None
                and waiting is not None
                and parsed
                == (
                    waiting.number,
                    self._mac(waiting.mac, "committed"),
                )
            ):
                yield waiting, True
                waiting = None
            elif line.strip() and not line.startswith("+"):
                yield HeadFileFault(number)
        if waiting is not None:
            yield waiting, False

    def _lines(self) -> Iterator[str]:
        if self.path.exists():
            with self.path.open(encoding="utf-8", errors="replace") as file:
                yield from file

    def keep_until(self, event_id: int, state: str) -> bytes:
        """The file as it was when the database stood there: what a backup taken then carries.

        Args:
            event_id: the last event of the log.
            state: digest of the sums of the sealed tables.
        """
        lines = list(self._lines())
        standing = [
            index
            for index, line in enumerate(lines)
            if isinstance(head := _parsed(line), Head) and (head.event_id, head.state) == (event_id, state)
        ]
        if not standing:
            return b""
        # blank lines part the records; the line after the head's own may say that it was committed
        end = standing[-1] + 1
        while end < len(lines) and (not lines[end].strip() or lines[end].startswith("+")):
            end += 1
        return "".join(lines[:end]).encode()


def _content(head: Head) -> str:
    fields = asdict(head)
    del fields["mac"]
    return json.dumps(fields, separators=(",", ":"), sort_keys=True)


def _parsed(line: str) -> Head | tuple[int, str] | None:
    try:
        if line.startswith("+"):
            number, mac = line[1:].split()
            return int(number), mac
        return Head(**json.loads(line))
    except (ValueError, TypeError):
        return None
