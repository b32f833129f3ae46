"""Truth of benchmark pages, and the predictions that belong to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from layouts.geometry import Quad, as_quad
from layouts.register_types import RegisterType
from ocr.readings import PageKind

__all__ = ["Prediction", "TruePage", "TrueValue", "as_quads", "match_predictions", "read_truth"]

_A4 = (210.0, 297.0)
"""Millimetres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueValue:
    """One value of a page as it is known to be."""

    column: str
    written: str
    standard: str
    ink: tuple[Quad, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TruePage:
    """One page as it is known to be."""

    path: Path
    register_type: RegisterType
    form: str
    script: str
    """`typed`, `hand` or `real`."""
    photo: bool
    page_kind: PageKind
    size_mm: tuple[float, float]
    entries: tuple[tuple[TrueValue, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the machine said about one scan (all pages and halves found on it, in order)."""

    layouts: tuple[str, ...] = ()
    page_kind: PageKind | None = None
    """Of its first page; None where the machine did not tell."""
    entries: tuple[Mapping[str, Any], ...] = ()
    """Each entry's fields by column."""
    seconds: float = 0.0
    steps: tuple[tuple[str, float], ...] = ()
    error: str = ""
    found: bool = field(default=True)
    """False when the machine gave nothing for this scan."""


def as_quads(value: Any) -> tuple[Quad, ...]:
    """One quad, a list of quads or nothing, as quads."""
    if not value:
        return ()
    quads = value if isinstance(value[0][0], Sequence) else [value]
    return tuple(map(as_quad, quads))


def read_truth(folder: Path) -> list[TruePage]:
    """The pages of a folder with a `truth.jsonl`, or of all such folders below it.

    Raises:
        FileNotFoundError: there is no truth there.
    """
    files = [folder] if folder.is_file() else sorted(folder.rglob("truth.jsonl"))
    if not files:
        raise FileNotFoundError(f"Không tìm thấy truth.jsonl trong {folder}. Hãy chọn thư mục có lời giải.")
    return [
        _page(file.parent, json.loads(line))
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def _page(folder: Path, row: Mapping[str, Any]) -> TruePage:
    spread = row["form"].endswith("pre1999")
    width, height = (_A4[0] * 2, _A4[1]) if spread else _A4
    return TruePage(
        path=folder / row["file"],
        register_type=RegisterType(row["register_type"]),
        form=row["form"],
        script=row["ink"],
        photo=bool(row.get("photo")),
        page_kind=PageKind(row.get("page_kind", PageKind.ENTRIES)),
        size_mm=(float(row.get("width_mm", width)), float(row.get("height_mm", height))),
        entries=tuple(tuple(_value(name, v) for name, v in entry.items()) for entry in row["entries"]),
    )


def _value(column: str, row: Mapping[str, Any]) -> TrueValue:
    return TrueValue(column=column, written=row["written"], standard=row["standard"], ink=as_quads(row.get("ink")))


def match_predictions(pages: Iterable[TruePage], predictions: Iterable[Mapping[str, Any]]) -> list[Prediction]:
    """The prediction for each true page, in its order: by path, else by file name."""
    by_path: dict[str, list[Mapping[str, Any]]] = {}
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for row in predictions:
        source = Path(row["source"])
        by_path.setdefault(str(source.resolve()), []).append(row)
        by_name.setdefault(source.name, []).append(row)
    return [_merged(by_path.get(str(page.path.resolve())) or by_name.get(page.path.name) or []) for page in pages]


def _kind(row: Mapping[str, Any], entries: bool) -> PageKind | None:
    told = row.get("page_kind") or row.get("kind")
    if told in tuple(PageKind):
        return PageKind(told)
    return PageKind.ENTRIES if entries else None


def _merged(rows: list[Mapping[str, Any]]) -> Prediction:
    if not rows:
        return Prediction(found=False)
    rows = sorted(rows, key=lambda row: (row.get("page") or 0, row.get("half") or 0))
    entries = [entry["fields"] for row in rows for entry in row.get("entries") or ()]
    return Prediction(
        layouts=tuple(dict.fromkeys(str(row["layout"]) for row in rows if row.get("layout"))),
        page_kind=_kind(rows[0], bool(entries)),
        entries=tuple(entries),
        seconds=sum(float(row.get("seconds") or 0) for row in rows),
        steps=tuple(step for row in rows for step in _steps(row.get("steps"))),
        error=str(next((row["error"] for row in rows if row.get("error")), "")),
    )


def _steps(value: Any) -> list[tuple[str, float]]:
    """Step times, given as a mapping, as pairs or as records with `step` and `seconds`."""
    if not value:
        return []
    if isinstance(value, Mapping):
        return [(str(step), float(seconds)) for step, seconds in value.items()]
    return [
        (str(item["step"]), float(item["seconds"])) if isinstance(item, Mapping) else (str(item[0]), float(item[1]))
        for item in value
    ]
