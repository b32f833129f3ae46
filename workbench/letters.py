"""The letters of the screens: one bundled font with every Vietnamese letter, so that no mark is cut.

The files lie beside the screens and are served by this server; nothing is fetched from anywhere else.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["FACES", "FAMILY", "FONT_FILES", "FONT_PATH"]

FAMILY = "Noto Sans VN"
"""A name of its own: a font that a computer happens to have under the usual name may lack letters."""
FONT_PATH = "/api/font"
_FOLDER = Path(__file__).resolve().parent / "screens" / "fonts"
_RANGES = {
    "noto-sans-latin-wght-normal.woff2": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,"
    "U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "noto-sans-vietnamese-wght-normal.woff2": "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,"
    "U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB",
}
"""Which letters each file holds."""
FONT_FILES = {name: _FOLDER / name for name in _RANGES}
FACES = "\n".join(
    f"@font-face {{ font-family: '{FAMILY}'; font-style: normal; font-weight: 100 900; font-display: block; "
    f"src: url('{FONT_PATH}/{name}') format('woff2'); unicode-range: {letters}; }}"
    for name, letters in _RANGES.items()
)
"""Style sheet text that makes the family known to a page."""
