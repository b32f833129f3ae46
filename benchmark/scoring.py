"""From judged fields to figures: rates with intervals, confusions, calibration, placing, time.

Error rates are errors over letters of everything together, never a mean of page rates. Intervals are 95 % bootstrap
intervals over pages, because fields of one page share their fate (one pen, one scan).
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.entry_keys import EntryKeys, entry_keys
from benchmark.letters import folded, substitutions
from benchmark.outcomes import FieldOutcome, page_outcomes
from benchmark.truth import Prediction, TruePage, match_predictions, read_truth
from ocr.readings import PageKind

__all__ = ["BenchmarkResult", "CalibrationBin", "Confusion", "FormCount", "Rate", "Row", "Tally", "benchmark"]

_RESAMPLES = 400
"""Draws of whole pages behind an interval of 95 %: ten beyond each end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int
    """What it is a share of: letters or fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of one group of fields."""

    group: str
    fields: int
    pages: int
    cer: Rate
    """Wrong letters over letters, as written."""
    cer_without_case: float
    cer_without_tones: float
    exact: Rate
    """Standard value exactly right."""
    flagged: Rate
    """Shown with "needs review"."""
    caught: Rate
    """Wrong values that were flagged, of all wrong values."""
    silent: Rate
    """Wrong values among those shown without a flag."""
    keys_saved: float
    """Share of keystrokes saved against typing everything."""


class Tally:
    """Adds up judged fields, page by page, and summarises them."""

    _NAMES = ("fields", "letters", "edits", "caseless", "toneless", "exact", "flagged", "wrong", "caught", "silent",
              "clear", "keys", "keys_blank")  # fmt: skip

    def __init__(self, group: str) -> None:
        self.group = group
        self._pages: dict[Path, Counter[str]] = defaultdict(Counter)

    def add(self, outcome: FieldOutcome) -> None:
        """Count one field."""
        self._pages[outcome.path].update({
            "fields": 1, "letters": outcome.letters, "edits": outcome.edits,
            "caseless": outcome.edits_without_case, "toneless": outcome.edits_without_tones,
            "exact": outcome.exact, "flagged": outcome.flagged, "wrong": not outcome.exact,
            "caught": not outcome.exact and outcome.flagged, "silent": outcome.silent,
            "clear": not outcome.flagged, "keys": outcome.keys, "keys_blank": outcome.keys_blank,
        })  # fmt: skip

    def summary(self) -> Row:
        """The group's figures."""
        table = np.array([[page[name] for name in self._NAMES] for page in self._pages.values()], np.float64)
        if not len(table):
            table = np.zeros((1, len(self._NAMES)))
        totals = dict(zip(self._NAMES, table.sum(axis=0), strict=True))
        drawn = self._resampled(table)

        def rate(part: str, whole: str) -> Rate:
            a, b = self._NAMES.index(part), self._NAMES.index(whole)
            shares = drawn[:, a] / np.maximum(drawn[:, b], 1)
            low, high = np.percentile(shares, (2.5, 97.5))
            return Rate(
                value=float(totals[part] / max(totals[whole], 1)),
                low=float(low),
                high=float(high),
                count=int(totals[whole]),
            )

        letters = max(totals["letters"], 1)
        return Row(
            group=self.group,
            fields=int(totals["fields"]),
            pages=len(self._pages),
            cer=rate("edits", "letters"),
            cer_without_case=float(totals["caseless"] / letters),
            cer_without_tones=float(totals["toneless"] / letters),
            exact=rate("exact", "fields"),
            flagged=rate("flagged", "fields"),
            caught=rate("caught", "wrong"),
            silent=rate("silent", "clear"),
            keys_saved=float(1 - totals["keys"] / max(totals["keys_blank"], 1)),
        )

    @staticmethod
    def _resampled(table: np.ndarray) -> np.ndarray:
        """Totals of resampled sets of pages; always the same for the same pages."""
        chance = np.random.default_rng(len(table))
        picks = chance.integers(0, len(table), (_RESAMPLES, len(table)))
        return np.stack([table[pick].sum(axis=0) for pick in picks])


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCount:
    """How many pages of a form were taken for which form."""

    true: str
    found: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Letters taken for others."""

    written: str
    read: str
    count: int
    example: str
    """A value it happened in, as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """Fields of similar confidence, and how many of them were right."""

    script: str
    low: float
    high: float
    fields: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacingSummary:
    """How well fields were placed on one kind of page."""

    group: str
    fields: int
    missing: float
    """Share of fields not placed at all; they count as not covered, and are left out of the errors in millimetres."""
    covered: float
    """Share of fields whose quads cover 95 % of their ink."""
    alone: float
    """Share of fields that take in less than 5 % of any neighbour's ink."""
    median_mm: float
    p95_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkResult:
    """Everything a benchmark found."""

    pages: int
    pages_read: int
    forms_right: int
    photos: int
    photo_forms_right: int
    rows: Mapping[str, tuple[Row, ...]]
    """By heading: overall, by script, register type, field kind, form."""
    entry_keys: tuple[EntryKeys, ...]
    """Keys an entry, by script and form."""
    forms: tuple[FormCount, ...]
    confusions: tuple[Confusion, ...]
    calibration: tuple[CalibrationBin, ...]
    expected_calibration_error: Mapping[str, float]
    placing: tuple[PlacingSummary, ...]
    seconds_a_page: float
    seconds_p95: float
    steps: tuple[tuple[str, float], ...]
    """Share of the time each step takes, largest first."""
    failures: tuple[FieldOutcome, ...]
    """The worst fields: silent errors first, then those furthest from the truth."""
    lost_pages: tuple[tuple[str, str], ...]
    """Scans without a reading or with the wrong form: file and reason."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        plain = asdict(self)
        plain["failures"] = [{**asdict(f), "path": str(f.path), "kind": f.kind.value} for f in self.failures]
        return plain


def benchmark(truth_folders: Iterable[Path], predictions: Iterable[Mapping[str, Any]]) -> BenchmarkResult:
    """Score predictions against the truth.

    Args:
        truth_folders: folders with `truth.jsonl` (searched below them), or such files.
        predictions: pages as `prefill` writes them (`source`, `layout`, `entries` ...).

    Raises:
        FileNotFoundError: a folder holds no truth.
    """
    pages = [page for folder in truth_folders for page in read_truth(Path(folder))]
    pairs = list(zip(pages, match_predictions(pages, predictions), strict=True))
    outcomes = [outcome for page, prediction in pairs for outcome in page_outcomes(page, prediction)]
    seconds = [p.seconds for _, p in pairs if p.found and p.seconds]
    photos = [pair for pair in pairs if pair[0].photo]
    return BenchmarkResult(
        pages=len(pages),
        pages_read=sum(bool(p.entries) or (page.page_kind is not PageKind.ENTRIES and p.found) for page, p in pairs),
        forms_right=sum(_form_right(page, p) for page, p in pairs),
        photos=len(photos),
        photo_forms_right=sum(_form_right(page, p) for page, p in photos),
        rows=_rows(outcomes),
        entry_keys=entry_keys(outcomes, lambda o: f"{_script(o)} / {o.form}"),
        forms=_form_counts(pairs),
        confusions=_confusions(outcomes),
        calibration=_calibration(outcomes),
        expected_calibration_error=_calibration_errors(outcomes),
        placing=_placing(outcomes),
        seconds_a_page=float(np.median(seconds)) if seconds else 0.0,
        seconds_p95=float(np.percentile(seconds, 95)) if seconds else 0.0,
        steps=_steps(p for _, p in pairs),
        failures=_failures(outcomes),
        lost_pages=tuple((page.path.name, _lost(page, p)) for page, p in pairs if not _form_right(page, p)),
    )


def _grouped(outcomes: Iterable[FieldOutcome], key: Callable[[FieldOutcome], str]) -> tuple[Row, ...]:
    tallies: dict[str, Tally] = {}
    for outcome in outcomes:
        tallies.setdefault(key(outcome), Tally(key(outcome))).add(outcome)
    return tuple(tally.summary() for _, tally in sorted(tallies.items()))


def _rows(outcomes: Sequence[FieldOutcome]) -> dict[str, tuple[Row, ...]]:
    """The tables of the report."""
    return {
        "overall": _grouped(outcomes, lambda o: "all"),
        "script": _grouped(outcomes, _script),
        "register_type": _grouped(outcomes, lambda o: f"{o.register_type} / {o.script}"),
        "kind": _grouped(outcomes, lambda o: f"{o.script} / {o.kind.value}"),
        "form": _grouped(outcomes, lambda o: o.form),
        "column": _grouped(outcomes, lambda o: o.column),
    }


def _script(outcome: FieldOutcome) -> str:
    return f"{outcome.script}{', photo' if outcome.photo else ''}"


_NOTHING = "(không nhận ra)"


def _found_form(page: TruePage, prediction: Prediction) -> str:
    if page.page_kind is not PageKind.ENTRIES:
        return prediction.page_kind or _NOTHING
    return prediction.layouts[0] if prediction.layouts else _NOTHING


def _true_form(page: TruePage) -> str:
    return page.form if page.page_kind is PageKind.ENTRIES else page.page_kind


def _form_right(page: TruePage, prediction: Prediction) -> bool:
    found, true = _found_form(page, prediction), _true_form(page)
    return found == true or found.split("/")[0] == true


def _form_counts(pairs: Sequence[tuple[TruePage, Prediction]]) -> tuple[FormCount, ...]:
    counts = Counter((_true_form(page), _found_form(page, p)) for page, p in pairs)
    return tuple(FormCount(true=true, found=found, pages=n) for (true, found), n in sorted(counts.items()))


def _lost(page: TruePage, prediction: Prediction) -> str:
    if not prediction.found:
        return "không có kết quả đọc"
    return prediction.error or f"đọc thành {_found_form(page, prediction)}, đúng là {_true_form(page)}"


def _confusions(outcomes: Iterable[FieldOutcome], top: int = 40) -> tuple[Confusion, ...]:
    """The costliest confusions among values that were read at all."""
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for outcome in outcomes:
        if not (outcome.letters and outcome.text and outcome.edits):
            continue
        found = substitutions(folded(outcome.written), folded(outcome.text))
        counts.update(found)
        for pair in found:
            examples.setdefault(pair, f"{outcome.written} → {outcome.text}")
    return tuple(Confusion(written=a, read=b, count=n, example=examples[a, b]) for (a, b), n in counts.most_common(top))


_EDGES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0001)
"""Of the groups of confidence, close together where it decides; the last one takes in 1."""


def _calibration(outcomes: Iterable[FieldOutcome]) -> tuple[CalibrationBin, ...]:
    found: dict[tuple[str, int], list[FieldOutcome]] = defaultdict(list)
    for outcome in outcomes:
        place = max(i for i, edge in enumerate(_EDGES[:-1]) if outcome.confidence >= edge or i == 0)
        found[outcome.script, place].append(outcome)
    return tuple(
        CalibrationBin(
            script=script,
            low=_EDGES[place],
            high=min(_EDGES[place + 1], 1.0),
            fields=len(group),
            confidence=sum(o.confidence for o in group) / len(group),
            right=sum(o.exact for o in group) / len(group),
        )
        for (script, place), group in sorted(found.items())
    )


def _calibration_errors(outcomes: Sequence[FieldOutcome]) -> dict[str, float]:
    """Expected calibration error by script: mean gap between confidence and share right, weighted by fields."""
    totals: Counter[str] = Counter(o.script for o in outcomes)
    found = dict.fromkeys(totals, 0.0)
    for bin_ in _calibration(outcomes):
        found[bin_.script] += abs(bin_.confidence - bin_.right) * bin_.fields / totals[bin_.script]
    return found


def _placing(outcomes: Iterable[FieldOutcome]) -> tuple[PlacingSummary, ...]:
    groups: dict[str, list[FieldOutcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.placed is not None:
            groups["all"].append(outcome)
            groups[outcome.form + (", photo" if outcome.photo else "")].append(outcome)
    return tuple(_placing_of(name, group) for name, group in sorted(groups.items()))


def _placing_of(name: str, group: Sequence[FieldOutcome]) -> PlacingSummary:
    placed = [o.placed for o in group if o.placed is not None]
    errors = np.array([p.error_mm for p in placed if p.error_mm is not None] or [0.0])
    return PlacingSummary(
        group=name,
        fields=len(placed),
        missing=sum(p.error_mm is None for p in placed) / len(placed),
        covered=sum(p.cover >= 0.95 for p in placed) / len(placed),
        alone=sum(p.neighbours < 0.05 for p in placed) / len(placed),
        median_mm=float(np.median(errors)),
        p95_mm=float(np.percentile(errors, 95)),
    )


def _steps(predictions: Iterable[Prediction]) -> tuple[tuple[str, float], ...]:
    totals: defaultdict[str, float] = defaultdict(float)
    for prediction in predictions:
        for step, seconds in prediction.steps:
            totals[step] += seconds
    whole = sum(totals.values()) or 1.0
    longest_first = sorted(totals.items(), key=lambda total: total[1], reverse=True)
    return tuple((step, seconds / whole) for step, seconds in longest_first)


def _failures(outcomes: Iterable[FieldOutcome], top: int = 60) -> tuple[FieldOutcome, ...]:
    """The worst fields, no more than six of a column, so that one bad column does not hide the rest."""
    wrong = [o for o in outcomes if not o.exact]
    random.Random(0).shuffle(wrong)
    wrong.sort(key=lambda o: (not o.silent, -o.confidence if o.silent else -o.edits / max(o.letters, 1)))
    taken: Counter[str] = Counter()
    found: list[FieldOutcome] = []
    for outcome in wrong:
        if taken[outcome.column] < 6 and len(found) < top:
            taken[outcome.column] += 1
            found.append(outcome)
    return tuple(found)
