"""Order of queues, forecast, double entry, quality samples."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.double_entry import DoubleEntryPlan, Piece, compare_readers, letter_pieces, needs_second
from corrections.entries import Entry
from corrections.quality import draw_blind, error_rate, seed_error
from corrections.queues import predict_effort
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


def test_readers_side_by_side() -> None:
    def marked(pieces: tuple[Piece, ...]) -> list[str]:
        return [piece.text for piece in pieces if piece.differs]

    columns = ("a", "b", "c", "d", "e")
    first = {"a": "Hòa", "b": "An", "c": "An", "d": "Ân", "e": "x"}
    second = {"a": "hòa", "b": "An", "c": "Ân", "d": "An", "e": "y"}
    machine = {"a": "Hòa", "b": "Am", "c": "An", "d": "An", "e": "z"}
    found = compare_readers(columns, first, second, machine)
    assert tuple(r.column for r in found) == columns
    assert [(marked(r.clerk_a), marked(r.clerk_b), marked(r.machine)) for r in found] == [
        ([], [], []), (["n"], ["n"], ["m"]), (["A"], ["Â"], ["A"]), (["Â"], ["A"], ["A"]), (["x"], ["y"], ["z"])
    ]  # fmt: skip


def test_only_differing_letters_are_marked() -> None:
    pieces = letter_pieces("Trần Văn Am", ("Trần Văn An", "Trần Văn An"))
    assert [(p.text, p.differs) for p in pieces] == [("Trần Văn A", False), ("m", True)]
    assert not any(p.differs for p in letter_pieces("An", ("an", "AN")))
    assert any(p.differs for p in letter_pieces("An", ("Anh",)))


@given(st.text(max_size=15), st.text(max_size=15))
@settings(max_examples=60)
def test_pieces_put_together_are_the_text(text: str, other: str) -> None:
    from vietnamese.letters import fold_spaces

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
    assert seed_error(entry(1), "vòng 1") is None
