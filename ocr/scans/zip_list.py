"""How long the list of members of an archive is, told before a library makes an object of each.

A member costs an archive fifty bytes and the library ten times as much: fifty megabytes of nothing but names would take
more than half a gigabyte, and ten seconds, before anybody could count them.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

__all__ = ["bytes_of_list"]

_END, _END_64 = b"PK\5\6", b"PK\6\6"
"""Begin the record at an archive's end, and the one before it in archives that are large or have many members."""
_END_BYTES = 22
"""Bytes of the first, without its remark (APPNOTE 4.3.16)."""
_END_64_BYTES = 56
"""Bytes of the other (APPNOTE 4.3.14)."""
_LONGEST_REMARK = 65_535
"""Bytes that may follow the record at the end."""
_LENGTH_AT, _LENGTH_64_AT = 12, 40
"""Where the records tell the length of the list."""
_TOLD_ELSEWHERE = 0xFFFFFFFF
"""Stands for a length that only the other record can hold."""


def bytes_of_list(path: Path) -> int:
    """The greatest length that any record at an archive's end tells; 0 where there is none.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LONGEST_REMARK - _END_BYTES - 2 * _END_64_BYTES))
        tail = file.read()
    ends: list[int] = [struct.unpack_from("<I", tail, at + _LENGTH_AT)[0] for at in _places(tail, _END, _END_BYTES)]
    far: list[int] = [
        struct.unpack_from("<Q", tail, at + _LENGTH_64_AT)[0] for at in _places(tail, _END_64, _END_64_BYTES)
    ]
    return max([0, *(length for length in ends if length != _TOLD_ELSEWHERE), *far])


def _places(tail: bytes, sign: bytes, length: int) -> list[int]:
    """Where a record may begin: which of them counts, libraries decide differently."""
    found, at = [], tail.find(sign)
    while 0 <= at <= len(tail) - length:
        found.append(at)
        at = tail.find(sign, at + 1)
    return found
