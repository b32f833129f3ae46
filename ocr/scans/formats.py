"""Which files hold scans, by name and by content; and what a file is that we cannot open.

"Not supported" and "damaged" are different news: the one is converted or unpacked, the other is scanned again. A file
is known by its first bytes, whatever its name says.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePath

from ocr.errors import ScanError, scan_error

__all__ = ["SCAN_SUFFIXES", "Taken", "is_heif", "taken_as", "unreadable_error", "unsupported_error"]

SCAN_SUFFIXES = frozenset(
    {".pdf", ".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".mpo", ".jp2", ".j2k", ".jpf", ".jpx", ".jpc", ".png", ".apng"}
    | {".tif", ".tiff", ".bmp", ".dib", ".webp", ".avif", ".gif", ".heic", ".heif", ".hif"}
    | {".pbm", ".pgm", ".ppm", ".pnm"}
)
"""What is taken from folders and archives; a file named directly is opened whatever its suffix."""

_CONVERT = "Hãy đổi sang JPEG hoặc PDF rồi nạp lại."
_UNPACK = "Hãy giải nén rồi nạp thư mục hoặc các tệp bên trong."
_PRINT = "Hãy mở tệp và lưu thành PDF rồi nạp lại."
_STILL = "Hãy chụp hoặc quét lại thành ảnh rồi nạp lại."


@dataclass(frozen=True, slots=True)
class _Format:
    """A format that may hold register pages and that we do not read."""

    label: str
    remedy: str
    suffixes: str = ""
    heads: tuple[bytes, ...] = ()


_FORMATS = (
    _Format("HEIC", _CONVERT),
    _Format("ảnh kiểu ít gặp", _CONVERT),
    _Format("TIFF kiểu ít gặp", _CONVERT),
    _Format("JPEG XL", _CONVERT, ".jxl", (b"\xff\x0a", b"\0\0\0\x0cJXL ")),
    _Format("JPEG XR", _CONVERT, ".jxr .wdp .hdp", (b"II\xbc",)),
    _Format("PSD", _CONVERT, ".psd .psb", (b"8BPS",)),
    _Format("XCF", _CONVERT, ".xcf", (b"gimp xcf",)),
    _Format("DjVu", _CONVERT, ".djvu .djv", (b"AT&TFORM",)),
    _Format("JBIG2", _CONVERT, ".jb2 .jbig2", (b"\x97JB2\r\n",)),
    _Format("BPG", _CONVERT, ".bpg", (b"BPG\xfb",)),
    _Format("PCX", _CONVERT, ".pcx", (b"\x0a\x05\x01\x08",)),
    _Format("TGA", _CONVERT, ".tga"),
    _Format("ICO", _CONVERT, ".ico", (b"\0\0\x01\0",)),
    _Format("SVG", _CONVERT, ".svg"),
    _Format("WMF/EMF", _CONVERT, ".wmf .emf", (b"\xd7\xcd\xc6\x9a",)),
    _Format(
        "ảnh RAW",
        _CONVERT,
        ".dng .cr2 .cr3 .crw .nef .arw .orf .rw2 .raf .raw .pef .srw",
        (b"FUJIFILMCCD-RAW", b"II*\0\x10\0\0\0CR"),
    ),
    _Format("RAR", _UNPACK, ".rar", (b"Rar!\x1a\x07",)),
    _Format("7-Zip", _UNPACK, ".7z", (b"7z\xbc\xaf\x27\x1c",)),
    _Format("ZIP", _UNPACK, ".zipx"),
    _Format("GZIP", _UNPACK, ".gz .tgz", (b"\x1f\x8b",)),
    _Format("BZIP2", _UNPACK, ".bz2 .tbz2", (b"BZh",)),
    _Format("XZ", _UNPACK, ".xz .txz", (b"\xfd7zXZ\0",)),
    _Format("ZSTD", _UNPACK, ".zst", (b"\x28\xb5\x2f\xfd",)),
    _Format("TAR", _UNPACK, ".tar"),
    _Format("CAB", _UNPACK, ".cab", (b"MSCF",)),
    _Format("ARJ", _UNPACK, ".arj", (b"\x60\xea",)),
    _Format("LZH", _UNPACK, ".lzh .lha"),
    _Format("ISO", _UNPACK, ".iso"),
    _Format("Word", _PRINT, ".doc .docx .docm"),
    _Format("Excel", _PRINT),
    _Format("PowerPoint", _PRINT, ".ppt .pptx"),
    _Format("Office", _PRINT),
    _Format("OpenDocument", _PRINT, ".odt .odp"),
    _Format("XPS", _PRINT, ".xps .oxps"),
    _Format("RTF", _PRINT, ".rtf", (b"{\\rtf",)),
    _Format("PostScript", _PRINT, ".ps .eps", (b"%!PS", b"\xc5\xd0\xd3\xc6")),
    _Format("EPUB", _PRINT, ".epub"),
    _Format("CAD", _PRINT, ".dwg .dxf", (b"AC10",)),
    _Format("OneNote", _PRINT, ".one"),
    _Format("Publisher", _PRINT, ".pub"),
    _Format("Visio", _PRINT, ".vsd .vsdx"),
    _Format(
        "video",
        _STILL,
        ".mp4 .mov .m4v .avi .mkv .3gp .wmv .mjpeg .mjpg .webm .mts",
        (b"\x1aE\xdf\xa3", b"\0\0\x01\xba", b"0&\xb2u\x8ef\xcf\x11"),
    ),
)
_REMEDIES = {known.label: known.remedy for known in _FORMATS}
_BY_SUFFIX = {suffix: known.label for known in _FORMATS for suffix in known.suffixes.split()}
_BY_HEAD = tuple((head, known.label) for known in _FORMATS for head in known.heads)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"mif2")
_PACKED = {
    "word/": "Word",
    "xl/": "Excel",
    "ppt/": "PowerPoint",
    "Documents/1/": "XPS",
    "META-INF/container.xml": "EPUB",
}
_READ = (b"\xff\xd8", b"\x89PNG", b"II*\0", b"MM\0*", b"BM", b"GIF8", b"%PDF")
"""Beginnings of files that we do read: what is wrong with such a file is damage, whatever its name."""
_HEAD = 1024
"""First bytes of a file by which its format is told."""
_BOX, _BRAND = slice(4, 8), slice(8, 12)
"""Where ISO media files (HEIF, AVIF, videos) say `ftyp` and their brand, and RIFF files what they hold."""
_TAR_MAGIC = slice(257, 262)
"""Where a POSIX tar says so (its header's field `magic`)."""
_FIRST_OF_TEXT = 9
"""Bytes below a tabulator stand in no text."""
_SYSTEM_FILES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "folder.htt", "icon\r"})


class Taken:
    """How a file of a folder or archive is taken, by its name: one of these words."""

    SCAN = "scan"
    ARCHIVE = "archive"
    UNSUPPORTED = "unsupported"
    """May hold pages, and is reported as not readable, with what to do."""
    FOREIGN = "foreign"
    """No scan (a list, a text): left out and named."""
    HIDDEN = "hidden"
    """Made by the operating system: left out."""


def taken_as(name: str) -> str:
    """What becomes of a file in a folder or archive, by its path in it."""
    parts = PurePath(name.replace("\\", "/")).parts
    if not parts or any(part.startswith((".", "__MACOSX")) for part in parts) or parts[-1].lower() in _SYSTEM_FILES:
        return Taken.HIDDEN
    suffix = PurePath(parts[-1]).suffix.lower()
    if suffix in SCAN_SUFFIXES:
        return Taken.SCAN
    if suffix == ".zip":
        return Taken.ARCHIVE
    return Taken.UNSUPPORTED if suffix in _BY_SUFFIX else Taken.FOREIGN


def _is_ftyp(head: bytes) -> bool:
    return head[_BOX] == b"ftyp"


def is_heif(head: bytes) -> bool:
    """Whether a file's first bytes are those of HEIF (phones write it as .heic, sometimes as .jpg)."""
    return _is_ftyp(head) and head[_BRAND] in _HEIF_BRANDS


def unsupported_error(path: Path, label: str) -> ScanError:
    """The error for a format that is not read, with what to do instead."""
    return scan_error("unsupported", path, label, remedy=_REMEDIES[label])


def unreadable_error(path: Path) -> ScanError:
    """Why a file that no decoder took cannot be read: another format, no scan at all, or damaged."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    label = _format_of(path, head)
    if label is not None:
        return unsupported_error(path, label)
    if not head.startswith(_READ) and not any(byte < _FIRST_OF_TEXT for byte in head):
        return scan_error("not_a_scan", path)
    return scan_error("broken_pdf" if path.suffix.lower() == ".pdf" else "broken_image", path)


def _format_of(path: Path, head: bytes) -> str | None:
    """The format that is not read, by content first; by name only when the content says nothing else."""
    for magic, label in _BY_HEAD:
        if head.startswith(magic):
            return label
    if head.startswith(b"PK\3\4"):
        return _packed_format(path)
    if head.startswith(_OLE):
        return {".xls": "Excel", ".ppt": "PowerPoint", ".doc": "Word"}.get(path.suffix.lower(), "Office")
    if _is_ftyp(head):
        return _ftyp_format(head)
    if head.startswith(b"RIFF") and head[_BRAND] == b"AVI ":
        return "video"
    if head[_TAR_MAGIC] == b"ustar":
        return "TAR"
    if b"<svg" in head:
        return "SVG"
    known = any(
        head.startswith(magic) for magic in (b"\xff\xd8", b"\x89PNG", b"II*\0", b"MM\0*", b"BM", b"GIF8", b"%PDF")
    )
    return None if known else _BY_SUFFIX.get(path.suffix.lower())


def _ftyp_format(head: bytes) -> str | None:
    brand = head[_BRAND]
    if is_heif(head) or brand in (b"avif", b"avis"):
        return None  # readable formats: what failed is this file
    return "ảnh RAW" if brand == b"crx " else "video"


def _packed_format(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return None
    for start, label in _PACKED.items():
        if any(name.startswith(start) for name in names):
            return label
    return "OpenDocument" if "mimetype" in names else "ZIP"
