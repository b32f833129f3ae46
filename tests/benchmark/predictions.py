"""Predictions made from truth, right or wrong in known ways, as `prefill` would write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Field = dict[str, Any]


def truth_rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()]


def perfect_field(value: dict[str, Any]) -> Field:
    return {
        "text": value["written"],
        "normalized": value["standard"],
        "confidence": 0.99,
        "needs_review": False,
        "engine": "test",
        "quad": value["ink"],
    }


def predictions(
    folder: Path, change: Callable[[str, Field], Field] = lambda column, field: field
) -> list[dict[str, Any]]:
    """A prediction for each true page; `change` may spoil a field."""
    return [
        {
            "source": str(folder / row["file"]),
            "page": 0,
            "register_type": row["register_type"],
            "layout": row["form"],
            "seconds": 2.0,
            "steps": [{"step": "open", "seconds": 0.5}, {"step": "read", "seconds": 1.5}],
            "error": None,
            "entries": [
                {"fields": {name: change(name, perfect_field(value)) for name, value in entry.items()}}
                for entry in row["entries"]
            ],
        }
        for row in truth_rows(folder)
    ]
