"""Order of queues, effort, double entry, quality samples, memory."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.double_entry import Agreement, DoubleEntryPlan, compare_readers, letter_pieces, needs_second
from corrections.effort import (
    PaceDay,
    active_seconds,
    forecast_end,
    keystrokes_saved,
    presses_from_blank,
    presses_to_correct,
)
from corrections.entries import Entry, Finding, Severity
from corrections.memory import confusions, learned_repairs, letter_confusions
from corrections.quality import caught_share, draw_blind, error_rate, seed_error
from corrections.queues import EffortModel, fit_effort, predict_effort, risk
from tests.corrections.readings import entry, value


def _with(number: int, *values: tuple[str, str, float, bool]) -> Entry:
    plain = entry(number)
    fields = {n: value(n, text, confidence, needs_review=doubt) for n, text, confidence, doubt in values}
    return Entry(**{**{s: getattr(plain, s) for s in plain.__slots__}, "fields": fields})


def test_easy_entries_come_first() -> None:
    easy = _with(1, ("nksHoTen", "Lê An", 0.99, False), ("so", "1", 0.99, False))
    doubtful = _with(2, ("nksHoTen", "Lê An", 0.6, True), ("so", "1", 0.99, False))
    empty = _with(3, ("nksHoTen", "", 0.1, True), ("nksNoiSinh", "", 0.1, True))
    assert predict_effort(easy) < predict_effort(doubtful) < predict_effort(empty)


def test_risky_entries_come_first_for_the_supervisor() -> None:
    error = Finding(check="x", severity=Severity.ERROR, message="X")
    unusual = Finding(check="y", severity=Severity.UNUSUAL, message="Y")
    plain, odd, wrong = entry(1, so="1"), entry(2, findings=(unusual,), so="1"), entry(3, findings=(error,), so="1")
    assert risk(plain) < risk(odd) < risk(wrong)


def test_the_model_follows_what_work_really_took() -> None:
    model = EffortModel()
    assert fit_effort([(10.0, 20.0)] * 5) == model
    assert fit_effort([(10.0, 20.0)] * 40).entry_seconds == pytest.approx(2 * model.entry_seconds)


def test_idle_time_is_left_out() -> None:
    assert active_seconds([0, 5, 12, 20]) == 20
    assert active_seconds([0, 5, 600, 605]) == 12
    assert active_seconds([]) == active_seconds([7.0]) == 0


@given(st.lists(st.floats(0, 10_000), max_size=30))
@settings(max_examples=40)
def test_active_time_is_never_longer_than_the_clock(moments: list[float]) -> None:
    assert 0 <= active_seconds(moments) <= max(moments, default=0) - min(moments, default=0) + 1e-6


@pytest.mark.parametrize(("text", "presses"), [("an", 2), ("Ân", 3), ("ấ", 3), ("đ", 2), ("Nguyễn", 8), ("", 0)])
def test_telex_presses(text: str, presses: int) -> None:
    assert presses_from_blank(text) == presses


def test_presses_saved() -> None:
    assert presses_to_correct("Lê Văn An", "Lê Văn An") == 0
    assert presses_to_correct("Lê Văn Am", "Lê Văn An") == 4
    assert presses_to_correct("xxxxxxxxxxxxxxx", "An") == 3
    assert keystrokes_saved([("Lê Văn An", "Lê Văn An")]) == 1.0
    assert keystrokes_saved([("", "Lê Văn An")]) <= 0.0
    assert keystrokes_saved([]) == 0.0


def test_forecast_of_the_end_of_a_book() -> None:
    friday = date(2026, 3, 6)
    history = [PaceDay(day=date(2026, 3, day), entries=100) for day in (3, 4, 5, 6)]
    ahead = forecast_end(history, 250, friday)
    assert (ahead.days, ahead.ends_on) == (3, date(2026, 3, 10))  # Saturday, Monday, Tuesday
    assert "10.03.2026" in ahead.message
    assert forecast_end([], 250, friday).ends_on is None
    assert forecast_end(history, 0, friday).days == 0
    old = [PaceDay(day=date(2026, 1, 5), entries=100)]
    assert forecast_end(old, 10, friday).days is None


def test_readers_side_by_side() -> None:
    columns = ("a", "b", "c", "d", "e")
    first = {"a": "Hoà", "b": "An", "c": "An", "d": "Ân", "e": "x"}
    second = {"a": "hòa", "b": "An", "c": "Ân", "d": "An", "e": "y"}
    machine = {"a": "Hòa", "b": "Am", "c": "An", "d": "An", "e": "z"}
    found = {r.column: r for r in compare_readers(columns, first, second, machine)}
    assert [found[c].agreement for c in columns] == [
        Agreement.ALL, Agreement.CLERKS, Agreement.CLERK_A_AND_MACHINE, Agreement.CLERK_B_AND_MACHINE, Agreement.NONE
    ]  # fmt: skip
    assert [found[c].to_supervisor for c in columns] == [False, False, True, True, True]


def test_only_differing_letters_are_marked() -> None:
    pieces = letter_pieces("Trần Văn Am", ("Trần Văn An", "Trần Văn An"))
    assert [(p.text, p.differs) for p in pieces] == [("Trần Văn A", False), ("m", True)]
    assert not any(p.differs for p in letter_pieces("An", ("an", "AN")))
    assert any(p.differs for p in letter_pieces("An", ("Anh",)))


@given(st.text(max_size=15), st.text(max_size=15))
@settings(max_examples=60)
def test_pieces_put_together_are_the_text(text: str, other: str) -> None:
    from corrections.letters import fold_spaces

    assert "".join(p.text for p in letter_pieces(text, (other,))) == fold_spaces(text)


def test_second_entry_is_drawn_the_same_way_every_time() -> None:
    plan = DoubleEntryPlan(columns=frozenset({"so"}), share=0.2, seed="vòng 1")
    drawn = [needs_second(plan, i, ("so", "nksHoTen")) for i in range(2000)]
    assert drawn == [needs_second(plan, i, ("so", "nksHoTen")) for i in range(2000)]
    assert 300 < sum(len(names) == 2 for names in drawn) < 500
    assert all("so" in names for names in drawn)


def test_blind_sample_takes_unflagged_fields_only() -> None:
    entries = [_with(i, ("nksHoTen", "Lê An", 0.99, False), ("so", "1", 0.5, True)) for i in range(400)]
    sample = draw_blind(entries, 0.25, "vòng 1")
    assert {field.column for field in sample} == {"nksHoTen"}
    assert 60 < len(sample) < 140
    assert sample == draw_blind(entries, 0.25, "vòng 1")
    assert sample != draw_blind(entries, 0.25, "vòng 2")


def test_error_rates_come_with_bounds() -> None:
    rate = error_rate("nv1", [("Hoà", "Hòa")] * 39 + [("An", "Ân")])
    assert (rate.wrong, rate.total) == (1, 40)
    assert rate.share < rate.bound < 0.15


def test_seeded_errors_are_wrong_plausible_and_repeatable() -> None:
    entries = [entry(i, nksHoTen="Trần Thị Ngân", nksNgaySinh="02.05.2012", so="12") for i in range(60)]
    seeded = [seed_error(e, "vòng 1") for e in entries]
    assert all(s is not None and s.shown != s.right and len(s.shown) == len(s.right) for s in seeded)
    assert seeded == [seed_error(e, "vòng 1") for e in entries]
    assert len({s.column for s in seeded if s}) > 1
    some = [s for s in seeded if s]
    assert caught_share(some, [s.right for s in some]).wrong == 0
    assert caught_share(some, [s.shown for s in some]).wrong == len(some)
    assert seed_error(entry(1), "vòng 1") is None


def test_confusions_of_a_hand_are_learned_and_propose_known_values() -> None:
    assert list(letter_confusions("Kirh", "Kinh")) == [("r", "n")]
    learned = confusions([("Kirh", "Kinh"), ("Thôr 3", "Thôn 3"), ("abc", "xyz"), ("Tày", "Tày")])
    assert [(c.read, c.right, c.count) for c in learned] == [("r", "n", 2)]
    assert learned_repairs("Xóm Chirh", learned, {"Xóm Chinh": 4, "Xóm Chanh": 9}) == (("Xóm Chinh", 4),)
    assert learned_repairs("Xóm Chinh", learned, {"Xóm Chinh": 4}) == ()
