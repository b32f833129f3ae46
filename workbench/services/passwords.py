"""Passwords: what may be one, its argon2 digest, and the comparison that takes as long for a name nobody has."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from workbench.services.errors import InvalidInput

__all__ = ["MIN_PASSWORD", "decoy_hash", "hash_new", "verify"]

MIN_PASSWORD = 8
_LONGEST = 200
"""A longer text is no password but work for the server."""
_LOOKED_AT = 72
"""Characters the estimate reads: it takes longer than linear time, and no guesser reaches beyond them."""
_LEAST_SCORE = 2
"""Of 4: more than a million guesses, what throttled guessing at the door cannot reach in years."""
_OUR_WORDS = ("matkhau", "mậtkhẩu", "hotich", "hộtịch", "sohotich", "sohoa", "tuphap", "ubnd", "quantri", "nhaplieu")
"""Words that everybody in such an office would try first."""

_COMMON = frozenset(FREQUENCY_LISTS["passwords"])
"""The thirty thousand passwords most often seen in public leaks."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's second setting of argon2id: about 30 ms, 19 MiB."""


def hash_new(password: str, about: Sequence[str] = ()) -> str:
    """Digest of a new password.

    Args:
        password: as chosen.
        about: what others know of the account: its names.

    Raises:
        InvalidInput: too short, one of the common ones, or soon guessed.
    """
    if not MIN_PASSWORD <= len(password) <= _LONGEST:
        raise InvalidInput(f"Mật khẩu cần từ {MIN_PASSWORD} đến {_LONGEST} ký tự. Hãy đặt mật khẩu khác.")
    if password.lower() in _COMMON or _is_soon_guessed(password, about):
        raise InvalidInput("Mật khẩu này quá phổ biến hoặc dễ đoán. Hãy ghép ba, bốn từ không liên quan với nhau.")
    return _hasher.hash(password)


def _is_soon_guessed(password: str, about: Sequence[str]) -> bool:
    known = [word for text in about for word in (text, *text.split()) if len(word) > 2]
    return int(zxcvbn(password[:_LOOKED_AT], user_inputs=[*_OUR_WORDS, *known])["score"]) < _LEAST_SCORE


def verify(password_hash: str, password: str) -> bool:
    """Whether a password has that digest."""
    if len(password) > _LONGEST:
        return False
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def decoy_hash() -> str:
    """What the password of an unknown name is compared with: the time must not tell which names there are."""
    return _hasher.hash(secrets.token_urlsafe(16))
