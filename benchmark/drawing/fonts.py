"""Fonts for drawn pages: a small bundled set with every Vietnamese letter, and a folder of one's own beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from PIL import ImageFont

__all__ = ["FontSet", "bundled_fonts", "fonts_of_folder", "load_font"]

_JOINED = ("playwrite", "momo-signature")
"""Fonts whose letters join only with the full layout engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FontSet:
    """Font files by use."""

    print_fonts: tuple[Path, ...]
    """For printed labels and for values from a printer."""
    typewriters: tuple[Path, ...]
    pens: tuple[Path, ...]

    def merged(self, other: FontSet) -> FontSet:
        """Both sets together."""
        return FontSet(
            print_fonts=self.print_fonts + other.print_fonts,
            typewriters=self.typewriters + other.typewriters,
            pens=self.pens + other.pens,
        )


@lru_cache(maxsize=1)
def bundled_fonts() -> FontSet:
    """The fonts that come with the program (`fonts/ORIGIN.md`)."""
    folder = Path(str(resources.files("benchmark").joinpath("fonts")))
    return FontSet(
        print_fonts=tuple(folder / f"{name}-400.ttf" for name in ("tinos", "gelasio", "arimo")),
        typewriters=tuple(folder / f"{name}-400.ttf" for name in ("cousine", "ibm-plex-mono")),
        pens=tuple(
            folder / f"{name}-400.ttf"
            for name in ("patrick-hand", "bad-script", "playwrite-vn", "square-peg", "ephesis", "mali", "allison")
        ),
    )


def fonts_of_folder(folder: Path) -> FontSet:
    """Fonts of a folder, sorted by the `class` column of its `fonts.tsv` (file, ..., class, ...).

    Files the table does not name, and every file of a folder without a table, count as pens.
    """
    kinds: dict[str, str] = {}
    table = folder / "fonts.tsv"
    if table.is_file():
        header, *rows = table.read_text(encoding="utf-8").splitlines()
        names = header.split("\t")
        for row in rows:
            cells = dict(zip(names, row.split("\t"), strict=False))
            kinds[cells["file"]] = cells.get("class", "pen")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".ttf", ".otf"))
    return FontSet(
        print_fonts=tuple(f for f in files if kinds.get(f.name, "pen") == "serif-print"),
        typewriters=tuple(f for f in files if kinds.get(f.name, "pen") == "typewriter"),
        pens=tuple(f for f in files if kinds.get(f.name, "pen").startswith("pen")),
    )


@lru_cache(maxsize=256)
def load_font(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    """A font at a size in pixels.

    The basic layout engine keeps stacked Vietnamese marks where the font has them as one glyph; only fonts with
    joined letters take the other engine.
    """
    joined = path.name.startswith(_JOINED)
    layout = ImageFont.Layout.RAQM if joined else ImageFont.Layout.BASIC
    return ImageFont.truetype(str(path), max(pixels, 6), layout_engine=layout)
