"""Stops that an address cannot have where they stand: a speck over a comma, or dots of the form, read as a colon.

The network is sure of such a stop, and language has nothing to say about it: the units have.
"""

from __future__ import annotations

from dataclasses import replace

from ocr.handwriting.decoding import Decoding
from vietnamese.named_units import with_usual_stops

__all__ = ["in_usual_stops"]

_LOOKED_AT = 0.5
"""Share of a reading whose stops were put right, at most: its strokes said otherwise, so a person looks."""


def in_usual_stops(decoding: Decoding) -> Decoding:
    """The decoding of an address with its stops put right; what was read stays among the alternatives."""
    mended = with_usual_stops(decoding.decoded)
    if mended == decoding.decoded:
        return decoding
    others = tuple((text, share) for text, share in decoding.alternatives if text != mended)
    share = min(decoding.posterior, _LOOKED_AT)
    return replace(decoding, decoded=mended, posterior=share, alternatives=((decoding.decoded, share), *others)[:5])
