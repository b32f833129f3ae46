"""Is a word a possible Vietnamese syllable? (rime tables and tone rules, no word list)"""

from __future__ import annotations

import re
from functools import lru_cache

from vietnamese.letters import decomposed, nfc

__all__ = ["is_syllable", "strip_tone"]

_TONES = "\u0301\u0300\u0309\u0303\u0323"
_ONSETS = "ngh ng nh gh gi kh ph qu th tr ch b c d đ g h k l m n p r s t v x"
_RIME_LIST = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
    "ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan "
    "oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong oong ooc op ot ô ôc ôi ôm ôn "
    "ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uâc uân uâng uât uây uc ue uê uêch uênh ui um un ung uơ up ut uy uya uych "
    "uyên uyêt uynh uyt uyu uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu "
    "y yên yêm yêt yêu yê uyn uay uan uat uang uanh uai uac uen uet ueo uăn uăng uăt uâ oă uyp êng "
)
_RIMES = frozenset(_RIME_LIST.split())
_STOPPED = re.compile(r"(?:c|ch|p|t)$")


def strip_tone(word: str) -> tuple[str, str]:
    """A word without its tone mark, in small letters, and the mark ("" for the level tone)."""
    parts = decomposed(word.lower())
    tone = "".join(mark for mark in parts if mark in _TONES)
    return nfc("".join(mark for mark in parts if mark not in _TONES)), tone


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """True when onset, rime and tone can stand together in Vietnamese."""
    plain, tone = strip_tone(word)
    if len(tone) > 1 or not plain:
        return False
    for onset in (*_ONSETS.split(), ""):
        rime = plain[len(onset) :]
        if not plain.startswith(onset) or (onset and not rime and onset != "gi"):
            continue
        known = rime in _RIMES or (onset == "gi" and (rime == "" or "i" + rime in _RIMES))
        known = known or (onset == "qu" and ("u" + rime in _RIMES or "o" + rime in _RIMES))
        if known and (tone in ("\u0301", "\u0323") or not _STOPPED.search(rime)):
            return True
    return False
