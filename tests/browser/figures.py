"""Figures of the review screen: what the measuring commands share, and the page they are kept on.

Each command measures one thing and keeps it under its own heading of `docs/figures/review.json`; the Markdown beside it
is written anew from the whole JSON, so the two cannot differ.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from corrections.entries import EntryState, Role
from storage.audit_log import stream_events
from tests.screens.office import PASSWORD, Office
from workbench.services import accounts, audit, sessions
from workbench.services.context import open_context

__all__ = ["counted", "hire", "keep", "machine", "times"]


def hire(office: Office, count: int) -> dict[str, str]:
    """That many more clerks: name and session of each."""
    base, boss = open_context(office.settings), office.context(Role.ADMINISTRATOR)
    hired = {}
    for number in range(1, count + 1):
        name = f"may{number}"
        accounts.create_account(boss, name=name, password=PASSWORD, role=Role.CLERK, own_password=True)
        hired[name] = sessions.sign_in(base, name=name, password=PASSWORD).token
    return hired


def times(milliseconds: Iterable[float]) -> dict[str, float]:
    """How many there were, their median and their 95th percentile."""
    ordered = sorted(milliseconds)
    if not ordered:
        return {"count": 0}
    return {
        "count": len(ordered),
        "median_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
    }


def counted(office: Office, typed: Mapping[int, Sequence[tuple[str, str]]]) -> dict[str, Any]:
    """What the database holds of the clerks' work.

    Args:
        office: where they worked.
        typed: by entry, the clerk and the name typed of each confirmation that the clerk was told is saved.

    Returns:
        `lost`: told saved, not confirmed; `doubled`: told saved or noted in the log more than once, or saved more than
        once; `crossed`: another text, or another clerk in the log, than of the clerk who was told.
    """
    confirmations: dict[int, list[str]] = {}
    with office.system.read() as connection:
        for event in stream_events(connection):
            if event.action == "confirm" and not event.column and event.entry_id is not None:
                confirmations.setdefault(event.entry_id, []).append(event.actor)
    entries = {i: office.entry(i) for i in office.entry_ids}
    done = {EntryState.CONFIRMED, EntryState.ESCALATED}
    return {
        "entries": len(entries),
        "acknowledged": sum(map(len, typed.values())),
        "confirmed_in_database": sum(e.state in done for e in entries.values()),
        "lost": sum(entries[i].state not in done for i in typed),
        "doubled": sum(
            len(typed.get(i, ())) > 1 or len(confirmations.get(i, ())) > 1 or e.revision > 1 for i, e in entries.items()
        ),
        "crossed": sum(
            (entries[i].fields["nksHoTen"].text, confirmations.get(i, [""])[0]) != (text, clerk)
            for i, all_of_it in typed.items()
            for clerk, text in all_of_it
        ),
        "audit_chain_holds": audit.verify(office.context(Role.SUPERVISOR)).ok,
    }


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    return {"day": date.today().isoformat(), "cores": os.cpu_count(), "load_before": load, "system": platform.system()}


def keep(heading: str, figures: Mapping[str, Any], folder: Path | None) -> None:
    """Print the figures; with a folder, also keep them under their heading of its `review.json` and `review.md`."""
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "review.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known = dict(sorted({**known, heading: figures}.items()))
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "review.md").write_text(_markdown(known), encoding="utf-8")


def _markdown(sections: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [
        "# The review screen, measured",
        "",
        "Written by the commands named below, from `review.json`. The clerks are scripts; the server, the database and"
        " (where a browser is named) Chromium are real and share the cores of one machine.",
    ]
    for heading, figures in sections.items():
        lines += ["", f"## {heading}", ""]
        lines += [figures["what"], "", "| figure | value |", "| --- | ---: |"]
        lines += [f"| {name} | {value} |" for name, value in _rows(figures) if name != "what"]
    return "\n".join(lines) + "\n"


def _rows(figures: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in figures.items():
        label = f"{before}{name}".replace("_", " ")
        if isinstance(value, Mapping):
            yield from _rows(value, f"{label}: ")
        else:
            yield label, value
