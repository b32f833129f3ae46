"""A program of its own that turns one HEIF file into a plain picture on its standard output.

libheif is native code that reads files from anywhere; a malformed one ends it with a fault of memory (a public test
file does). In a process of its own such a file ends only itself. Run by `ocr.scans.pictures`, by path:

    python heif_process.py FILE

Exit status: 0 a PPM or PGM was written, 3 the library is missing, 4 the file cannot be decoded, else it died.
"""

from __future__ import annotations

import sys

MISSING, UNDECODABLE = 3, 4
"""Exit codes: there is no library for such pictures, or it cannot open this one."""


def main(name: str) -> int:
    """Decode the primary picture, upright, transparent parts on white."""
    try:
        import pi_heif
    except ImportError:  # no wheel for this system
        return MISSING
    from PIL import Image

    pi_heif.register_heif_opener(thumbnails=False)
    try:
        with Image.open(name) as image:
            image.load()
            picture: Image.Image = image
            if image.mode not in ("L", "RGB"):
                layered = image.convert("RGBA")
                picture = Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")
            picture.save(sys.stdout.buffer, "PPM")
    except Exception:
        return UNDECODABLE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
