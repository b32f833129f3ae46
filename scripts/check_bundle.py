"""Compares each file of an offline bundle with its checksum; the standard library alone: nothing is installed yet."""

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def wrong_files(root: Path) -> list[str]:
    """Files of the bundle that are missing or differ, as paths below `root`."""
    wrong = []
    for line in (root / "offline" / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        try:
            with (root / name).open("rb") as stream:
                same = hashlib.file_digest(stream, "sha256").hexdigest() == digest
        except OSError:
            same = False
        if not same:
            wrong.append(name)
    return wrong


if __name__ == "__main__":
    damaged = wrong_files(ROOT)
    if damaged:
        shown = ", ".join(damaged[:3])
        print(
            f"LỖI: {len(damaged)} tệp trong gói cài đặt bị hỏng hoặc thiếu ({shown}). Hãy chép lại cả thư mục từ USB."
        )
        sys.exit(1)
