"""Figures of the measuring scripts, kept as JSON and as a Markdown table in `docs/figures`."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "figures"


def write_figures(name: str, title: str, note: str, rows: Sequence[dict[str, object]], folder: Path = FOLDER) -> None:
    """Write `<name>.json` and `<name>.md`; the keys of the first row are the columns."""
    where = {
        "day": date.today().isoformat(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"title": title, "note": note, "where": where, "rows": list(rows)}, ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    heads = list(rows[0])
    lines = [f"# {title}", "", note, ""]
    lines += [f"Measured {where['day']}, {where['cores']} cores, load {where['load']}, Python {where['python']}.", ""]
    lines += ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(str(row[head]) for head in heads) + " |" for row in rows]
    (folder / f"{name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
