"""Stops that an address cannot have where they stand: a speck over a comma, or dots of the form, read as a colon.

The network is sure of such a stop, and language has nothing to say about it: the units have.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ocr.handwriting.address import Address
from ocr.handwriting.decoding import Decoding
from ocr.handwriting.place_priors import chain_of_units
from vietnamese.addresses import WORD

__all__ = ["in_usual_stops", "with_usual_stops"]

_COLON = re.compile(r"(\w+)\s*[:;]\s*(?=[^\W\d])")
"""A word, and a colon or semicolon before another one; `10:30` is an hour."""
_STOPS = frozenset(",;")
"""Signs of which none stands within a unit's name; a hyphen does, and a full stop behind a short form."""
_SAYS_WHAT_FOLLOWS = frozenset(("trú", "ở", "tại", "quán", "sinh", "chỉ", "nay", "quê", "gốc", "chết", "mất"))
"""Words a colon stands behind in an address (`Thường trú: ...`)."""
_LOOKED_AT = 0.5
"""Share of a reading whose stops were put right, at most: its strokes said otherwise, so a person looks."""


def with_usual_stops(text: str) -> str:
    """An address without stops in the names of its units, and with a comma where no colon can be.

    Nothing changes unless all of a unit's name stands to the letter around the stop, within the unit that follows it,
    or the stop is a colon or semicolon between words of which the first does not say what follows.
    """
    text = _COLON.sub(lambda found: found[0] if found[1].casefold() in _SAYS_WHAT_FOLLOWS else f"{found[1]}, ", text)
    if not WORD.search(text):
        return text
    address = Address.parse(text)
    within = {gap for first, end in chain_of_units(address) for gap in range(first, end - 1)}
    stops = [number for number in within if set(address.behind[number].strip()) & _STOPS]
    if not stops:
        return text
    behind = [" " if number in stops else gap for number, gap in enumerate(address.behind)]
    return "".join(word + gap for word, gap in zip(address.words, behind, strict=True))


def in_usual_stops(decoding: Decoding) -> Decoding:
    """The decoding of an address with its stops put right; what was read stays among the alternatives."""
    mended = with_usual_stops(decoding.decoded)
    if mended == decoding.decoded:
        return decoding
    others = tuple((text, share) for text, share in decoding.alternatives if text != mended)
    share = min(decoding.posterior, _LOOKED_AT)
    return replace(decoding, decoded=mended, posterior=share, alternatives=((decoding.decoded, share), *others)[:5])
