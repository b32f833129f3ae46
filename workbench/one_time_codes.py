"""The second step of signing in, without a database: codes of a telephone (TOTP, RFC 6238), recovery codes, locking.

A telephone and the server share a secret and the time; neither needs the other, nor a network. A code belongs to a
step of 30 seconds; the steps before and after are taken too, because clocks differ.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vietnamese.letters import plain_signs

__all__ = [
    "RECOVERY_CODES",
    "SECONDS_A_STEP",
    "is_recovery_code",
    "is_telephone_code",
    "lock_secret",
    "matching_step",
    "new_recovery_codes",
    "new_secret",
    "picture_of",
    "plain_code",
    "secret_in_groups",
    "step_of",
    "unlock_secret",
]

RECOVERY_CODES = 10
"""Given out together, each good once."""
SECONDS_A_STEP = 30
"""As programs on telephones count (RFC 6238)."""
_ISSUER = "So ho tich"
"""What the telephone shows above the code; some programs draw letters with marks wrongly."""
_DRIFT = 1
"""Steps before and after that are taken too."""
_DIGITS = 6
"""Of a telephone's code."""
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Nothing that is read as something else."""
_RECOVERY_LENGTH = 12
"""59 bits: with argon2id nobody tries them all, stolen digests or not."""
_GROUP = 4
"""Letters between two blanks, as people type them off."""
_LONGEST = 40
"""Signs of a typed code that are looked at."""
_NONCE = 12
"""Bytes of chance before each locked secret, new each time."""


def new_secret() -> str:
    """A secret of 160 bits, in letters that can be typed into a telephone."""
    return pyotp.random_base32()


def secret_in_groups(secret: str) -> str:
    """The secret as people type it: `ABCD EFGH ...`."""
    return " ".join(secret[i : i + _GROUP] for i in range(0, len(secret), _GROUP))


def picture_of(secret: str, account: str) -> str:
    """The QR picture that a telephone reads the secret from: SVG as the address of an image, which holds all of it."""
    address = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=_ISSUER)
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=4, dark="#000", light="#fff")


def plain_code(typed: str) -> str:
    """A code as it counts, however it was typed: with spaces and hyphens, small, from a full-width keyboard."""
    return "".join(c for c in plain_signs(typed[:_LONGEST]).upper() if c.isascii() and c.isalnum())


def is_telephone_code(code: str) -> bool:
    """Whether a plain code can be one of a telephone."""
    return len(code) == _DIGITS and code.isdigit()


def is_recovery_code(code: str) -> bool:
    """Whether a plain code can be a recovery code."""
    return len(code) == _RECOVERY_LENGTH and all(letter in _LETTERS for letter in code)


def step_of(at: datetime) -> int:
    """The step that a moment lies in."""
    return int(at.timestamp()) // SECONDS_A_STEP


def matching_step(secret: str, code: str, at: datetime, *, drift: int = _DRIFT) -> int | None:
    """The step whose code this is, the nearest one first; None: of none near enough.

    Args:
        secret: of the account.
        code: plain.
        at: the server's time.
        drift: steps before and after that are looked at.
    """
    otp, here = pyotp.TOTP(secret, digits=_DIGITS, interval=SECONDS_A_STEP), step_of(at)
    steps = sorted(range(max(0, here - drift), here + drift + 1), key=lambda step: abs(step - here))
    # every step is compared, in the same time each: how long it takes must not tell which one it was
    fitting = [step for step in steps if secrets.compare_digest(otp.generate_otp(step), code)]
    return next(iter(fitting), None)


def new_recovery_codes() -> tuple[str, ...]:
    """Codes for a day without the telephone, in groups that are easy to copy by hand."""
    return tuple(
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_RECOVERY_LENGTH // _GROUP))
        for _ in range(RECOVERY_CODES)
    )


def lock_secret(secret: str, *, key: bytes, account_id: int) -> str:
    """The secret as the database keeps it: useless without the key, and to any other account."""
    nonce = secrets.token_bytes(_NONCE)
    locked = _cipher(key).encrypt(nonce, secret.encode(), _bound_to(account_id))
    return base64.urlsafe_b64encode(nonce + locked).decode()


def unlock_secret(locked: str, *, key: bytes, account_id: int) -> str | None:
    """The secret; None when it was locked with another key, for another account, or changed since."""
    try:
        content = base64.urlsafe_b64decode(locked)
        return _cipher(key).decrypt(content[:_NONCE], content[_NONCE:], _bound_to(account_id)).decode()
    except (InvalidTag, ValueError):
        return None


def _cipher(key: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hashlib.sha256(key).digest())


def _bound_to(account_id: int) -> bytes:
    return f"account {account_id}".encode()
