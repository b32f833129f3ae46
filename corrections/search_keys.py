"""Keys by which entries are found and compared: without tone marks, spaces or the habits of spelling."""

from __future__ import annotations

import re
from functools import lru_cache

from vietnamese.letters import fold_tones

__all__ = ["name_key", "name_tails", "search_key", "spelling_key"]


def search_key(text: str) -> str:
    """What somebody types and what stands in an entry as one: small plain letters, words parted by one space."""
    return " ".join(re.findall(r"[a-z0-9]+", fold_tones(text)))


def name_tails(name: str) -> tuple[str, ...]:
    """Every tail of a name (`nguyen van an`, `van an`, `an`): a name is looked for by any of its later parts."""
    words = search_key(name).split()
    return tuple(" ".join(words[start:]) for start in range(len(words)))


@lru_cache(maxsize=131072)
def spelling_key(text: str) -> str:
    """A coarser key for comparing names: `y` as `i`, (`Lý`, `Lí`; `Mỹ`, `Mĩ`)."""
    key = search_key(text)
    key = re.sub(r"y(?![a-z])|(?<=[^aeou\s])y", "i", key)
    return key


def name_key(name: str) -> str:
    """Key of a person's name without spaces, for blocking."""
    return spelling_key(name).replace(" ", "")
