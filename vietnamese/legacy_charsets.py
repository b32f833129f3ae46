"""Vietnamese typed before Unicode: TCVN3 (ABC fonts) and VNI, recognised and converted.

Both keep Vietnamese letters in the places of Western ones, so a program without the font shows `NguyÔn V¨n Hoµ` or
`Nguyeãn Vaên Hoaø`. The text is told by its words: as it stands they are no Vietnamese syllables, converted they are.

Tables: TCVN 5712:1993 (VN3) and the VNI Windows layout, as characters of code page 1252.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import lru_cache

from vietnamese.letters import nfc
from vietnamese.syllables import is_syllable

__all__ = ["Charset", "charset_of_bytes", "charset_of_text", "charset_of_texts", "to_unicode"]


class Charset(StrEnum):
    """A way of writing Vietnamese."""

    UNICODE = "unicode"
    """As the text stands."""
    TCVN3 = "tcvn3"
    """Fonts whose names begin with `.Vn` (ABC)."""
    VNI = "vni"
    """Fonts whose names begin with `VNI-`."""
    WINDOWS_1258 = "windows-1258"
    """What Excel of a Vietnamese Windows writes into a CSV that is not «CSV UTF-8»; known from bytes only."""

    @property
    def label(self) -> str:
        """Name as people know it."""
        return _LABELS[self]


_LABELS = {
    Charset.UNICODE: "Unicode",
    Charset.TCVN3: "TCVN3 (ABC)",
    Charset.VNI: "VNI",
    Charset.WINDOWS_1258: "Windows-1258",
}


_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_VNI_MARKS = {
    "a": dict(zip("øùûõïâàáåãäêèéúüë", "àáảãạâầấẩẫậăằắẳẵặ", strict=True)),
    "e": dict(zip("øùûõïâàáåãä", "èéẻẽẹêềếểễệ", strict=True)),
    "o": dict(zip("øùûõïâàáåãä", "òóỏõọôồốổỗộ", strict=True)),
    "u": dict(zip("øùûõï", "ùúủũụ", strict=True)),
    "y": dict(zip("øùûõï", "ỳýỷỹỵ", strict=True)),
    "ô": dict(zip("øùûõï", "ờớởỡợ", strict=True)),
    "ö": dict(zip("øùûõï", "ừứửữự", strict=True)),
}
_VNI_ALONE = dict(zip("ôöñæóòî", "ơưđỉĩịỵ", strict=True))


def _vni_table() -> dict[str, str]:
    small = {base + mark: letter for base, marks in _VNI_MARKS.items() for mark, letter in marks.items()} | _VNI_ALONE
    capital = {key.upper(): letter.upper() for key, letter in small.items()}
    # a capital vowel may carry a small mark, as in `Aân`
    mixed = {key[0].upper() + key[1]: letter.upper() for key, letter in small.items() if len(key) == 2}
    return small | mixed | capital


_VNI = _vni_table()
_VNI_PIECE = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_WORD = re.compile(r"[^\s\d!-/:-@\[-`{-~‘’“”…–—]+")
_MANY = 3
"""How many words must speak for a legacy charset for each one against it."""


def to_unicode(text: str, charset: Charset) -> str:
    """The text in Unicode (NFC).

    A text that is in Unicode already stays: one with a letter that the charset cannot hold, or with a word that is
    Vietnamese as it stands and would be none afterwards.
    """
    if text.isascii() or charset in (Charset.UNICODE, Charset.WINDOWS_1258):
        return nfc(text)
    convert = _CONVERTERS[charset]
    if any(sign.isalpha() and not sign.isascii() and sign not in _SIGNS[charset] for sign in text):
        return nfc(text)
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if _speaks_for(words, charset) < 0:
        return nfc(text)
    return nfc(_WORD.sub(lambda match: convert(match.group()), text))


def _from_vni(word: str) -> str:
    return _VNI_PIECE.sub(lambda match: _VNI[match.group()], word)


def _from_tcvn3(word: str) -> str:
    """TCVN3 has small accented letters only; capitals come from a font of capitals, or stand as plain ASCII."""
    converted = "".join(_TCVN3.get(sign, sign) for sign in word)
    plain = [sign for sign in word if sign.isascii() and sign.isalpha()]
    return converted.upper() if len(plain) > 1 and all(sign.isupper() for sign in plain) else converted


_SIGNS = {Charset.TCVN3: frozenset(_TCVN3), Charset.VNI: frozenset("".join(_VNI))}
_CONVERTERS: dict[Charset, Callable[[str], str]] = {Charset.TCVN3: _from_tcvn3, Charset.VNI: _from_vni}


def charset_of_bytes(sample: bytes) -> Charset | None:
    """The charset of the beginning of a file that is not UTF-8, or None."""
    words = [w for w in _WORD.findall(nfc(sample.decode("cp1258", errors="replace"))) if not w.isascii()]
    if words and sum(map(_plausible, words)) > 0.8 * len(words):
        return Charset.WINDOWS_1258
    return charset_of_texts(sample.decode("latin-1").splitlines())


@lru_cache(maxsize=65536)
def charset_of_text(text: str) -> Charset | None:
    """The legacy charset one value is typed in, or None; a doubtful case is None."""
    return None if text.isascii() else charset_of_texts((text,))


def charset_of_texts(texts: Iterable[str]) -> Charset | None:
    """The legacy charset most of some texts are typed in, or None.

    A word speaks for a charset when it becomes a Vietnamese syllable by it and is none as it stands; it speaks against
    when it is one as it stands and would be none.
    """
    words = [word for text in texts if not text.isascii() for word in _WORD.findall(text) if not word.isascii()]
    scores = {charset: _speaks_for(words, charset) for charset in (Charset.TCVN3, Charset.VNI)}
    best = max(scores, key=lambda charset: scores[charset])
    return best if scores[best] > 0 else None


def _speaks_for(words: Iterable[str], charset: Charset) -> int:
    score = 0
    for word in words:
        before, after = _plausible(word), _plausible(_CONVERTERS[charset](word))
        if after and not before:
            score += 1
        elif before and (not after or any(sign > "\u00ff" for sign in word)):
            score -= _MANY
    return score


@lru_cache(maxsize=8192)
def _plausible(word: str) -> bool:
    return len(word) > 1 and is_syllable(nfc(word).lower())
