"""Names of files that screens hand out: made of the content and of the account they were made for, under a key.

Whoever knows or guesses a name made for somebody else does not get the file.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

__all__ = ["EVERYBODY", "NOBODY", "is_for", "owned_name"]

EVERYBODY, NOBODY = 0, -1
"""In place of an account: what a screen shows before it knows who sits there (its icon); what has lost its owner."""
_KEY = secrets.token_bytes(32)
"""Of this process: its files lie in its memory alone."""
_BYTES = 32
"""Of the digest of the content, and of the mark of the owner behind it."""


def owned_name(account_id: int, *parts: bytes) -> str:
    """Name of a file.

    Args:
        account_id: for whom it was made, or `EVERYBODY`, or `NOBODY`.
        *parts: all that makes it what it is, the whole content included.
    """
    content = hashlib.blake2b(digest_size=_BYTES)
    for part in parts:
        content.update(f"{len(part)}:".encode())
        content.update(part)
    digest = content.hexdigest()
    return digest + _mark(digest, account_id)


def is_for(file_name: str, account_id: int) -> bool:
    """Whether a file was made for an account, or for everybody who is signed in.

    Args:
        file_name: as it stands in the address, with its ending.
        account_id: who asks.
    """
    name = file_name.partition(".")[0]
    digest, mark = name[: 2 * _BYTES], name[2 * _BYTES :]
    wanted = [_mark(digest, owner) for owner in (account_id, EVERYBODY)]
    return any(hmac.compare_digest(mark.encode(), one.encode()) for one in wanted)


def _mark(digest: str, account_id: int) -> str:
    return hmac.new(_KEY, f"{digest} {account_id}".encode(), hashlib.sha256).hexdigest()
