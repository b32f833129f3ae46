"""Passwords: what may be one, its argon2 digest, and the comparison that takes as long for a name nobody has."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from vietnamese.letters import composed, letters_only, plain_signs
from vietnamese.unit_tree import provinces
from workbench.services.errors import InvalidInput

__all__ = ["MIN_PASSWORD", "decoy_hash", "has_digest", "hash_new", "hash_text", "verify"]

MIN_PASSWORD = 8
"""Characters at least; how soon it would be guessed is asked besides."""
_LONGEST = 200
"""A longer text is no password but work for the server."""
_LOOKED_AT = 72
"""Characters the estimate reads: it takes longer than linear time, and no guesser reaches beyond them."""
_LEAST_SCORE = 2
"""Of 4: more than a million guesses, what throttled guessing at the door cannot reach in years."""
_OUR_WORDS = (
    *("matkhau", "password", "hotich", "sohotich", "sohoa", "tuphap", "ubnd", "quantri", "admin", "nhaplieu"),
    *("vietnam", "conganxa", "congan"),
)
"""Words that everybody in such an office would try first, as `letters_only` has them; names of provinces besides."""
_FIGURES_BEHIND = 8
"""Figures behind such a word that add nothing: a year, a day of birth."""

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
        InvalidInput: too short, one of the common ones, soon guessed, or holding half a character.
    """
    password = _one_form(password)
    if not MIN_PASSWORD <= len(password) <= _LONGEST:
        raise InvalidInput(f"Mật khẩu cần từ {MIN_PASSWORD} đến {_LONGEST} ký tự. Hãy đặt mật khẩu khác.")
    if password.lower() in _COMMON or _is_soon_guessed(password, about):
        raise InvalidInput("Mật khẩu này quá phổ biến hoặc dễ đoán. Hãy ghép ba, bốn từ không liên quan với nhau.")
    return hash_text(password)


def hash_text(text: str) -> str:
    """Digest of a password or code that may be one."""
    return _hasher.hash(text)


def _one_form(password: str) -> str:
    """The same letters for every keyboard: some write `ậ` as one sign, some as a letter and its marks."""
    try:
        password.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput("Mật khẩu có ký tự hỏng. Hãy gõ lại.") from error
    return composed(password)


def _is_soon_guessed(password: str, about: Sequence[str]) -> bool:
    known = [word for text in about for word in (text, *text.split()) if len(word) > 2]
    plain = letters_only(plain_signs(password))  # marks, capitals and signs between are tried too
    tried = (password, plain) if plain else (password,)
    return _is_known_word(plain, known) or any(
        int(zxcvbn(one[:_LOOKED_AT], user_inputs=[*_OUR_WORDS, *known])["score"]) < _LEAST_SCORE for one in tried
    )


def _is_known_word(plain: str, known: Sequence[str]) -> bool:
    """Whether a password is words known to everybody and a few figures: `Hanoi@2024`, `Mật khẩu`."""
    words = {*_OUR_WORDS, *(letters_only(p.name) for p in provinces()), *(letters_only(word) for word in known)} - {""}
    left = plain
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return left != plain and len(left) <= _FIGURES_BEHIND and (not left or left.isdecimal())


def verify(password_hash: str, password: str) -> bool:
    """Whether a password has that digest."""
    if len(password) > _LONGEST:
        return False
    try:
        one_form = _one_form(password)
    except InvalidInput:
        return False
    # digests of before were made of the letters as they were typed
    return has_digest(password_hash, one_form) or (one_form != password and has_digest(password_hash, password))


def has_digest(digest: str, text: str) -> bool:
    """Whether a text has that digest, letter by letter."""
    try:
        return _hasher.verify(digest, text)
    except (VerifyMismatchError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def decoy_hash() -> str:
    """What the password of an unknown name is compared with: the time must not tell which names there are."""
    return hash_text(secrets.token_urlsafe(16))
