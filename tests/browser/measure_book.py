"""A scripted clerk corrects a book whose truth is known, in a real browser: keys, seconds, errors left.

    python -m tests.browser.measure_book --form birth-2015 --ink typed --entries 50 [--out docs/figures]

The book is drawn by the project's own generator (`benchmark.drawing`), imported and read as any book is. The clerk
then works through the review screen with keys alone and looks only at the fields the form leads to: Enter where the
value is as written (and those that Enter takes with it are too, else Tab to the next of them), a suggestion's key where
one is, otherwise the cheaper of mending the value and typing it anew, by Telex through an input method. What the form
passes over is not looked at, so wrong values there are left in the book.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, expect, sync_playwright

from benchmark.letters import same_standard
from benchmark.mending import mending_with, presses
from benchmark.shipped_samples import SampleBook, draw_sample_book
from benchmark.truth import TruePage, TrueValue, read_truth
from corrections.entries import Entry, EntryState, Role
from corrections.normalise import normalise
from layouts.codes import label_of
from layouts.columns import FieldKind, column
from layouts.loader import shipped_template
from layouts.register_types import RegisterType
from storage.entries import get_entry
from storage.readings import get_reading
from tests.browser.conftest import FLAGS, chromium
from tests.browser.figures import keep, machine
from tests.browser.server import Server
from tests.browser.telex import type_telex
from tests.databases import every_entry
from tests.screens.office import PASSWORD
from workbench.config import Settings
from workbench.measuring.review_keys import keys_of_entry
from workbench.routes.guard import COOKIE
from workbench.sample_books import add_sample_books
from workbench.services import accounts, books, sessions
from workbench.services.context import Context, open_context, system_context
from workbench.services.review_view import region_of

_PATIENT = 60_000
_KEY_SECONDS, _LOOK_SECONDS = 0.2, 1.35
"""A skilled typist's key and a look with its decision: Card, Moran and Newell's keystroke-level model (1980)."""
_CARET = """() => {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  return at.selectionStart;
}"""
_FOCUS = """() => {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  const row = at && at.closest ? at.closest('.rv-row') : null;
  const root = at && at.closest ? at.closest('.rv') : null;
  return { entry: root ? Number(root.dataset.entry || 0) : 0, column: row ? at.name : '', value: row ? at.value : '',
    hint: row ? row.querySelector('.rv-hint').textContent : '',
    along: root ? [...root.querySelectorAll('.rv-row.along')].map((other) => {
      const box = other.querySelector('textarea');
      return { column: box.name, value: box.value, hint: other.querySelector('.rv-hint').textContent }; }) : [],
    confirm: Boolean(at && at.dataset && at.dataset.act === 'confirm'),
    chips: row ? [...row.querySelectorAll('.rv-more .rv-chip')].map((chip) => chip.firstChild.textContent) : [] };
}"""


@dataclass
class Work:
    """What the clerk did."""

    looked: set[tuple[int, str]] = field(default_factory=set)
    """Entry and column of each field looked at."""
    keys: int = 0
    by_entry: Counter[int] = field(default_factory=Counter)
    """Keys pressed at each entry."""
    how: Counter[str] = field(default_factory=Counter)
    """How fields looked at were dealt with: accepted, suggested, marked, mended, typed."""


class BookClerk:
    """The scripted clerk at the review screen."""

    def __init__(self, page: Page, kind: RegisterType, truth: dict[int, dict[str, TrueValue]]) -> None:
        self.page = page
        self.kind = kind
        self.keyboard: CDPSession = page.context.new_cdp_session(page)
        self.truth = truth
        self.work = Work()

    def run(self) -> None:
        """Entry after entry until the queue is empty and all is saved."""
        title = self.page.locator(".rv-title")
        while title.inner_text() != "Đã hết trường hợp":
            before, pressed = title.inner_text(), self.work.keys
            while not (focus := self._focus())["confirm"]:
                self._field(focus)
            # nothing is confirmed before its page stands on the screen
            expect(self.page.locator(f'.rv[data-shown="{focus["entry"]}"]')).to_be_attached(timeout=_PATIENT)
            self._press("Enter")
            if self.page.locator(".rv-notice").is_visible():  # over an error, which is told once
                self._press("Control+Enter")
            self.work.by_entry[focus["entry"]] += self.work.keys - pressed
            expect(title).not_to_have_text(before, timeout=_PATIENT)
        expect(self.page.locator(".rv-line")).to_have_text("Đã lưu hết", timeout=_PATIENT)

    def _focus(self) -> dict[str, Any]:
        """Where the clerk is, once what the form says of it is there: a person takes longer to look."""
        expect(self.page.locator(".rv-row.now.asking, .rv-row.along.asking")).to_have_count(0, timeout=_PATIENT)
        focus: dict[str, Any] = self.page.evaluate(_FOCUS)
        return focus

    def _field(self, focus: dict[str, Any]) -> None:
        name = focus["column"]
        if not name:
            raise RuntimeError(f"the focus left the form: {focus}")
        self.work.looked.update((focus["entry"], field["column"]) for field in (focus, *focus["along"]))
        known = self.truth[focus["entry"]].get(name)
        wanted = _wanted(self.kind, known) if known else ""
        if self._right(focus["entry"], focus):
            if all(self._right(focus["entry"], other) for other in focus["along"]):
                self._done("accepted")
            else:
                self._press("Tab")
        elif not wanted:
            self.work.how["marked"] += 1
            self._press("F3")  # empty in the book; goes on by itself
        elif known and (place := self._place(focus, known)) is not None:
            self.work.how["suggested"] += 1
            self._press(f"Alt+{place + 1}")  # goes on by itself too
        else:
            own = known.standard if known and not column(self.kind, name).code_list else ""
            self._done(self._write(focus, [text for text in (wanted, own) if text]))

    def _right(self, entry: int, field: dict[str, Any]) -> bool:
        """Whether a field says what the book does, itself or by the standard value shown beside it."""
        known = self.truth[entry].get(field["column"])
        if known is None:
            return True
        shown = field["hint"].removeprefix("→").strip()
        if not known.standard and not shown and self._shared(entry, known):
            return True  # the run has nothing of this column, and no value is shown for it
        title = column(self.kind, known.column).kind is FieldKind.TITLE
        told = (_wanted(self.kind, known), known.standard)
        return any(same_standard(text, shown or field["value"], title=title) for text in told)

    def _place(self, focus: dict[str, Any], known: TrueValue) -> int | None:
        """The suggestion that is right for this column, whatever it says for others of the same line of ink."""
        known_column = column(self.kind, known.column)
        context = {"shared": self._shared(focus["entry"], known)}
        for number, text in enumerate(focus["chips"]):
            value = normalise(known_column, text, context=context).value
            if same_standard(known.standard, value, title=known_column.kind is FieldKind.TITLE):
                return number
        return None

    def _shared(self, entry: int, known: TrueValue) -> str:
        """The columns that are written in one line with this one; empty when it has its own."""
        names = [v.column for v in self.truth[entry].values() if v.written and v.written == known.written]
        return ",".join(names) if len(names) > 1 else ""

    def _done(self, how: str) -> None:
        self.work.how[how] += 1
        self._press("Enter")

    def _press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.work.keys += times

    def _write(self, focus: dict[str, Any], wanted: list[str]) -> str:
        """Mend the value, or a suggestion brought into the field, or type it anew, whichever takes fewest keys."""
        plan = mending_with(focus["value"], focus["chips"], wanted)
        for step in plan.steps:
            if step.text:
                self.work.keys += type_telex(self.page, self.keyboard, step.text)
                continue
            self._press(step.key, step.times)
            if step.caret is not None:  # a browser may part words otherwise
                off = self.page.evaluate(_CARET) - step.caret
                self._press("ArrowLeft" if off > 0 else "ArrowRight", abs(off))
        return "typed" if len(plan.steps) == 1 else "mended"


def _wanted(kind: RegisterType, known: TrueValue) -> str:
    """What the clerk would have in the field: what is written, or in words what a tick or a stamp stands for."""
    codes = column(kind, known.column).code_list
    words = label_of(codes, known.standard) if codes else None
    return words or known.written


def main() -> None:
    """Draw, read, correct, score, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--form", default="birth-2015", help="form of the book (default birth-2015)")
    parser.add_argument("--ink", choices=("typed", "hand"), default="typed")
    parser.add_argument("--entries", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7301, help="another seed draws another book")
    parser.add_argument("--out", type=Path, help="folder to keep the figures in, docs/figures for those that ship")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="measure-book-") as folder:
        measured = _run(Path(folder), wanted)
    what = (
        f"`python -m tests.browser.measure_book --form {wanted.form} --ink {wanted.ink} --entries {wanted.entries}"
        f" --seed {wanted.seed}`: a drawn book, read by the machine, corrected by a scripted clerk in headless Chromium"
        f" who looks only at the fields the form leads to. Seconds of a person are reckoned: {_KEY_SECONDS} s a key,"
        f" {_LOOK_SECONDS} s a field looked at."
    )
    keep(f"A book of {wanted.entries} entries, {wanted.form}, {wanted.ink}", {"what": what} | measured, wanted.out)


def _run(folder: Path, wanted: argparse.Namespace) -> dict[str, Any]:
    before = machine()
    pages = math.ceil(wanted.entries / shipped_template(wanted.form).entries_per_page)
    drawn = SampleBook(name="book", form=wanted.form, ink=wanted.ink, pages=pages, seed=wanted.seed)
    pages_known = read_truth(draw_sample_book(drawn, folder / "drawn"))
    settings = Settings(data_dir=folder / "data", workers=1)
    base = open_context(settings)
    boss = base.as_account(
        accounts.create_first_administrator(system_context(settings), name="quantri", password=PASSWORD)
    )
    accounts.create_account(boss, name="nhaplieu", password=PASSWORD, role=Role.CLERK, own_password=True)
    add_sample_books(boss, folder / "drawn")
    truth = _truth_of(boss, pages_known)
    flagged = {key for key, value in _fields(boss, truth) if value.needs_review}
    counted = _counted(boss, truth)
    server = Server(settings.data_dir)
    server.start()
    try:
        token = sessions.sign_in(base, name="nhaplieu", password=PASSWORD).token
        kind = shipped_template(wanted.form).register_type
        (book,) = books.list_books(boss, samples=True)
        work, seconds = _correct(f"{server.url}/review?book={book.book.id}", token, kind, truth)
    finally:
        server.kill()
    scored = _scored(boss, kind, truth, flagged, work, seconds)
    apart = {entry: [work.by_entry[entry], keys] for entry, keys in counted.items() if work.by_entry[entry] != keys}
    return scored | {
        "keys_counted_an_entry": round(sum(counted.values()) / len(truth), 1),
        "entries_pressed_and_counted_apart": apart,
        "machine": before,
    }


def _counted(ctx: Context, truth: dict[int, dict[str, TrueValue]]) -> dict[int, int]:
    """Keys of each entry by the rules of the form, without a browser."""
    counts = {}
    with ctx.read() as connection:
        for entry in every_entry(connection):
            stored = get_entry(connection, entry.id)
            reading = get_reading(connection, stored.reading_id) if stored and stored.reading_id else None
            region = region_of(reading, entry.region)
            known = truth.get(entry.id, {}).values()
            counts[entry.id] = keys_of_entry(entry.register_type, region, known, entry.fields, entry.findings).keys
    return counts


def _truth_of(ctx: Context, known: list[TruePage]) -> dict[int, dict[str, TrueValue]]:
    """What stands in the book, by entry of the record and column; entries of a page in their order."""
    by_file = {page.path.name: page for page in known}
    found = {}
    (book,) = books.list_books(ctx, samples=True)
    for row in books.book_pages(ctx, book.book.id):
        regions = sorted((e for e in _entries(ctx) if e.page_id == row.id), key=lambda e: e.region)
        for entry, values in zip(regions, by_file[row.file_name].entries, strict=False):
            found[entry.id] = {value.column: value for value in values}
    return found


def _entries(ctx: Context) -> list[Entry]:
    with ctx.read() as connection:
        return list(every_entry(connection))


def _fields(ctx: Context, truth: dict[int, dict[str, TrueValue]]) -> Iterator[tuple[tuple[int, str], Any]]:
    for entry in _entries(ctx):
        for name, value in entry.fields.items():
            if name in truth.get(entry.id, {}):
                yield (entry.id, name), value


def _correct(
    address: str, token: str, kind: RegisterType, truth: dict[int, dict[str, TrueValue]]
) -> tuple[Work, float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
        context.add_cookies([{"name": COOKIE, "value": token, "url": address, "httpOnly": True}])
        page = context.new_page()
        page.set_default_timeout(_PATIENT)
        page.goto(address)
        expect(page.locator(".rv-row.now")).to_be_visible(timeout=_PATIENT)
        clerk = BookClerk(page, kind, truth)
        started = time.monotonic()
        clerk.run()
        seconds = time.monotonic() - started
        browser.close()
    return clerk.work, seconds


def _scored(
    ctx: Context,
    kind: RegisterType,
    truth: dict[int, dict[str, TrueValue]],
    flagged: set[tuple[int, str]],
    work: Work,
    seconds: float,
) -> dict[str, Any]:
    stands = dict(_fields(ctx, truth))
    wrong = [key for key, value in stands.items() if not _right(kind, truth[key[0]][key[1]], value.normalized)]
    blank = [value.written for values in truth.values() for value in values.values()]
    keys_blank = sum(presses(text) + 1 for text in blank)
    entries, fields = len(truth), len(stands)
    states = Counter(entry.state for entry in _entries(ctx))
    return {
        "entries": entries,
        "fields": fields,
        "fields_an_entry": round(fields / entries, 1),
        "fields_flagged_percent": round(100 * len(flagged) / fields, 1),
        "fields_looked_at_percent": round(100 * len(work.looked) / fields, 1),
        "looked_at": dict(work.how),
        "keys": work.keys,
        "keys_a_field": round(work.keys / fields, 2),
        "keys_an_entry": round(work.keys / entries, 1),
        "keys_from_blank": keys_blank,
        "keys_saved_percent": round(100 * (1 - work.keys / keys_blank), 1),
        "seconds_an_entry_of_the_script": round(seconds / entries, 2),
        "seconds_an_entry_of_a_person": _person(work.keys, len(work.looked), entries),
        "seconds_an_entry_from_blank": _person(keys_blank, fields, entries),
        "errors_left": len(wrong),
        "errors_left_percent": round(100 * len(wrong) / fields, 2),
        "errors_left_never_shown": sum(key not in work.looked for key in wrong),
        "confirmed": states[EntryState.CONFIRMED],
        "passed_to_supervisor": states[EntryState.ESCALATED],
        "errors_left_by_column": dict(Counter(name for _, name in wrong)),
    }


def _person(keys: int, looks: int, entries: int) -> float:
    return round((_KEY_SECONDS * keys + _LOOK_SECONDS * looks) / entries, 1)


def _right(kind: RegisterType, known: TrueValue, stands: str) -> bool:
    return same_standard(known.standard, stands, title=column(kind, known.column).kind is FieldKind.TITLE)


if __name__ == "__main__":
    main()
