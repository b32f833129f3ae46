"""Field by field: what the book says, what the machine said, and how that counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.letters import edits, folded, keystrokes, same_standard
from benchmark.placing import Placing, placing
from benchmark.truth import Prediction, TruePage, TrueValue, as_quads
from layouts.columns import FieldKind, column
from layouts.geometry import Quad
from layouts.register_types import RegisterType
from vietnamese.letters import without_marks

__all__ = ["FieldOutcome", "page_outcomes"]

_TICKED = ("loaiDangKy", "nksLoaiKhaiSinh", "loaiXacNhan", "nxnLoaiMucDichSuDung")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOutcome:
    """One field of one entry, judged."""

    path: Path
    entry: int
    column: str
    kind: FieldKind
    register_type: RegisterType
    form: str
    script: str
    photo: bool
    written: str
    text: str
    standard: str
    normalized: str
    confidence: float
    flagged: bool
    exact: bool
    letters: int
    """Letters that count for the error rate; 0 for ticks and for columns that share their text with another."""
    edits: int
    edits_without_case: int
    edits_without_tones: int
    keys: int
    keys_blank: int
    placed: Placing | None
    """None when the field has no ink."""
    ink: tuple[Quad, ...]
    quads: tuple[Quad, ...]

    @property
    def silent(self) -> bool:
        """Wrong and not flagged: the worst outcome."""
        return not self.exact and not self.flagged


def page_outcomes(page: TruePage, prediction: Prediction) -> Iterator[FieldOutcome]:
    """Every field the truth names, judged; entries are matched by their order on the page."""
    for number, entry in enumerate(page.entries):
        fields = prediction.entries[number] if number < len(prediction.entries) else {}
        seen: set[tuple[str, tuple[Quad, ...]]] = set()
        for value in entry:
            shared = (value.written, value.ink) in seen and bool(value.ink)
            seen.add((value.written, value.ink))
            others = [other.ink for other in entry if other.ink and other.ink != value.ink]
            yield _outcome(page, number, value, fields.get(value.column) or {}, others, shared)


def _outcome(
    page: TruePage,
    number: int,
    value: TrueValue,
    field: Mapping[str, Any],
    others: list[tuple[Quad, ...]],
    shared: bool,
) -> FieldOutcome:
    kind = column(page.register_type, value.column).kind
    text = str(field.get("text") or "")
    normalized = str(field["normalized"] if field.get("normalized") is not None else text)
    counted = not shared and value.column not in _TICKED
    written, read = folded(value.written), folded(text)
    expected, shown = folded(value.standard), folded(normalized)
    exact = same_standard(value.standard, normalized, title=kind is FieldKind.TITLE)
    quads = as_quads(field.get("quad"))
    return FieldOutcome(
        path=page.path,
        entry=number,
        column=value.column,
        kind=kind,
        register_type=page.register_type,
        form=page.form,
        script=page.script,
        photo=page.photo,
        written=value.written,
        text=text,
        standard=value.standard,
        normalized=normalized,
        confidence=float(field.get("confidence") or 0.0),
        flagged=bool(field.get("needs_review", True)),
        exact=exact,
        letters=len(written) if counted else 0,
        edits=edits(written, read) if counted else 0,
        edits_without_case=edits(written.casefold(), read.casefold()) if counted else 0,
        edits_without_tones=edits(without_marks(written.casefold()), without_marks(read.casefold())) if counted else 0,
        keys=0 if exact else keystrokes(expected, shown),
        keys_blank=len(expected),
        placed=placing(quads, value.ink, others, page.size_mm) if value.ink else None,
        ink=value.ink,
        quads=quads,
    )
