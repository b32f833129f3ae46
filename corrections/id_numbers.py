"""Lengths and ages of the numbers on identity papers, as the decrees fix them."""

from __future__ import annotations

__all__ = ["CARD_FIGURES", "PASSPORT_FIGURES", "PERSONAL_FIGURES", "PERSONAL_SINCE"]

CARD_FIGURES = 9
"""Of a CMND (Nghị định 05/1999/NĐ-CP)."""
PERSONAL_FIGURES = 12
"""Of a citizen's number, and of a CMND of the last years (Thông tư 27/2012/TT-BCA, Nghị định 137/2015/NĐ-CP)."""
PERSONAL_SINCE = 2012
"""The year in which the first cards with such a number were issued."""
PASSPORT_FIGURES = 7
"""Figures after the letters of a Vietnamese passport, at least in what is taken for one."""
