"""The audit log and everything that reads the record: search, checks, reports, settings, templates, samples."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import text, update

from corrections.completeness import SlotKind
from corrections.entries import BookState, DecisionKind, EntryState
from exports.profile import ExportProfile
from layouts.loader import shipped_template
from layouts.register_types import RegisterType
from ocr.readings import PageKind
from storage.clock import now, stamp
from storage.schema import entries
from storage.states import SampleKind
from tests.workbench.services.conftest import Office
from vietnamese.shown_time import LOCAL
from workbench.services import (
    audit,
    books,
    checks,
    effort,
    importing,
    quality,
    reporting,
    review,
    sampling,
    searching,
    settings,
    suggestions,
    templates,
)
from workbench.services.campaign import campaign_report
from workbench.services.context import Context
from workbench.services.errors import InvalidInput, NotAllowed
from workbench.services.review_types import EffortInput, ValueInput

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Token = Callable[[], str]


def _confirm_all(clerk: Context, token: Token, **values: str) -> list[int]:
    done = []
    for one in review.next_entries(clerk, 50):
        review.save_entry(
            clerk,
            entry_id=one.entry.id,
            revision=one.entry.revision,
            token=token(),
            decision=DecisionKind.CONFIRM,
            values={name: ValueInput(text=value) for name, value in values.items()},
            effort=[EffortInput(active_ms=12_000, key_presses=20, corrections=1, blank_presses=90)],
        )
        done.append(one.entry.id)
    return done


def _behind_the_back(office: Office, statement: str) -> None:
    """What somebody with the file and a database tool can do."""
    with office.nobody.database.engine.begin() as connection:  # not `write`: no save of the program's may do that
        for trigger in ("audit_events_immutable", "audit_events_kept"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        connection.execute(text(statement))


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET fields = replace(fields, 'Trần', 'Tràn') WHERE id = 1",
        "UPDATE entries SET state = 'approved' WHERE id = 2",
        "UPDATE audit_events SET reason = 'khác' WHERE id = 3",
        "DELETE FROM audit_events WHERE id = 3",
        "DELETE FROM audit_events WHERE id = (SELECT max(id) FROM audit_events)",
        "INSERT INTO entries (book_id, page_id, region, register_type, state, revision, fields, findings, layout, slot,"
        " escalation_reason, priority, box, more_pages, touched,"
        " confirmed_team, confirmed_shift) SELECT book_id, page_id, 99, register_type, state, 0, fields, '[]', '',"
        " 'entries', '', 0, '', '[]', 0, '', '' FROM entries WHERE id = 1",
    ],
)
def test_editing_behind_the_back_is_found(office: Office, token: Token, statement: str) -> None:
    office.read_book()
    _confirm_all(office.clerk, token)
    whole = audit.verify(office.supervisor)
    assert whole.ok and whole.entries == 4 and whole.events > 8
    _behind_the_back(office, statement)
    broken = audit.verify(office.supervisor)
    assert not broken.ok and broken.problems


def test_the_log_is_listed_newest_first_and_by_page(office: Office, token: Token) -> None:
    office.read_book()
    _confirm_all(office.clerk, token, chaHoTen="Nguyễn Văn Khác")
    first = audit.list_events(office.supervisor, actor="clerk", limit=3)
    following = audit.list_events(office.supervisor, actor="clerk", limit=3, before_id=first[-1].id)
    assert [e.id for e in (*first, *following)] == sorted({e.id for e in (*first, *following)}, reverse=True)
    changed = [e for e in audit.list_events(office.supervisor, entry_id=1) if e.column == "chaHoTen"]
    assert [(e.old, e.new, e.source) for e in changed] == [("Nguyễn Văn Thử", "Nguyễn Văn Khác", "person")]


def test_search_finds_what_was_saved(office: Office, token: Token) -> None:
    office.read_book()
    _confirm_all(office.clerk, token, meHoTen="Đặng Thị Hoài")
    hits = searching.search(office.clerk, "dang thi hoai").hits
    assert len(hits) == 4
    assert (hits[0].names[0], hits[0].volume_number, hits[0].date) == ("Nguyễn Văn Minh", "01/1998", "05.03.1998")
    assert searching.search(office.clerk, "dang thi hoai", register_type=RegisterType.DEATH).hits == ()


@pytest.mark.slow
def test_a_book_is_complete_only_when_every_slot_is_explained(office: Office, token: Token) -> None:
    book = office.read_book(pages=2, entries=2)
    extra = office.scan(2, "bia.tif", shade=201)
    importing.import_scans(office.clerk, book.id, [extra])
    report = checks.completeness(office.clerk, book.id)
    assert not report.closable
    assert [(s.page, s.kind) for s in report.unexplained] == [(3, SlotKind.UNREAD), (4, SlotKind.UNREAD)]
    cover, torn = books.book_pages(office.clerk, book.id)[2:]
    with pytest.raises(InvalidInput, match="lý do"):
        books.explain_page(office.clerk, cover.id, kind=PageKind.COVER, reason=" ")
    books.explain_page(office.clerk, cover.id, kind=PageKind.COVER, reason="Trang bìa")
    books.explain_page(office.clerk, torn.id, kind=PageKind.BLANK, reason="Trang trắng")
    _confirm_all(office.clerk, token)
    for one in review.next_entries(office.supervisor, 9, queue="supervisor"):
        review.save_entry(
            office.supervisor,
            entry_id=one.entry.id,
            revision=one.entry.revision,
            token=token(),
            decision=DecisionKind.APPROVE,
        )
    done = checks.completeness(office.clerk, book.id)
    assert done.messages == () and done.closable
    books.update_book(office.supervisor, book.id, expected_entries=5)
    assert checks.completeness(office.clerk, book.id).count_difference == -1


def test_numbers_that_were_never_given_are_explained(office: Office, token: Token) -> None:
    book = office.read_book(pages=2, entries=2)
    one = review.get_entry(office.clerk, 2).entry
    review.save_entry(
        office.clerk,
        entry_id=2,
        revision=one.revision,
        token=token(),
        decision=DecisionKind.SET_ASIDE,
        reason="Bỏ trống",
    )
    assert [str(g) for g in checks.completeness(office.clerk, book.id).gaps] == ["số 2 năm 1998"]
    checks.explain_numbers(office.supervisor, book.id, 1998, [2], reason="Bỏ số khi đăng ký")
    assert checks.completeness(office.clerk, book.id).gaps == ()


def test_reports_count_by_unit_team_and_day(office: Office, token: Token) -> None:
    book = office.read_book(expected_entries=10)
    office.book(volume_number="02/1998")
    _confirm_all(office.clerk, token)
    tomorrow = (now() + timedelta(days=2)).date()
    day = now().astimezone(LOCAL).date()
    before_cutoff = now().astimezone(LOCAL).hour < 15
    report = campaign_report(office.clerk, day=day if before_cutoff else day + timedelta(days=1))
    (row,) = report.rows
    told = row.of_type(RegisterType.BIRTH)
    assert (row.unit, told.total.known, told.total.unknown) == ("UBND xã Tân Lập", 10, 1)
    assert (told.today, told.done) == (4, 4)
    (later,) = campaign_report(office.clerk, day=tomorrow + timedelta(days=5)).rows
    assert later.of_type(RegisterType.BIRTH).today == 0
    forecast = reporting.book_forecast(office.clerk, book.id)
    assert forecast.remaining == 6 and forecast.ends_on is not None
    empty = office.book(volume_number="03/1998")
    message = reporting.book_forecast(office.clerk, empty.id).message
    assert "Sổ chưa có trường hợp nào" in message, "it was told finished"
    with office.nobody.database.write() as connection:  # two of them in the morning, two in the evening, by the clock
        for hour, ids in ((8, (1, 2)), (20, (3, 4))):
            at = datetime.combine(report.since.date(), time(hour), LOCAL) + timedelta(days=hour < 15)
            connection.execute(update(entries).where(entries.c.id.in_(ids)).values(confirmed_at=stamp(at)))
    work = [(row.team, row.shift, row.entries) for row in reporting.work_rows(office.clerk, report.since, report.until)]
    assert work == [("tổ 1", "6-12 giờ", 2), ("tổ 1", "17-22 giờ", 2)]


@pytest.mark.slow
def test_effort_is_summed(office: Office, token: Token) -> None:
    office.read_book()
    _confirm_all(office.clerk, token)
    (total,) = effort.effort_summary(office.supervisor, by="team")
    assert (total.group, total.entries, total.active_ms, total.key_presses, total.blank_presses) == (
        "tổ 1",
        4,
        48_000,
        80,
        360,
    )
    with pytest.raises(InvalidInput):
        effort.effort_summary(office.supervisor, by="password_hash")


def test_confirmations_teach_at_once(office: Office, token: Token) -> None:
    office.read_book(pages=1, entries=2)
    review.save_entry(
        office.clerk,
        entry_id=1,
        revision=0,
        token=token(),
        decision=DecisionKind.CONFIRM,
        values={"nksNoiSinh": ValueInput(text="Bệnh viện huyện Yên Bình")},
    )
    offered = suggestions.suggest(office.clerk, 2, "nksNoiSinh")
    assert (offered[0].text, offered[0].source) == ("Bệnh viện huyện Yên Bình", "correction")
    typed = suggestions.suggest(office.clerk, 2, "nksNoiSinh", text="benh vien")
    assert any(s.text == "Bệnh viện huyện Yên Bình" for s in typed)


def test_office_settings_decide_how_reviews_go(office: Office, token: Token) -> None:
    with pytest.raises(NotAllowed):
        settings.save_office_settings(office.supervisor, {"approval_needed": False})
    settings.save_office_settings(office.administrator, {"approval_needed": False, "errors_to_supervisor": False})
    office.read_book()
    receipt = review.save_entry(office.clerk, entry_id=1, revision=0, token=token(), decision=DecisionKind.CONFIRM)
    assert receipt.state is EntryState.APPROVED
    assert settings.office_settings(office.clerk)["approval_needed"] is False
    settings.save_export_profile(office.administrator, ExportProfile(number_width=4))
    assert settings.export_profile(office.clerk).number_width == 4


def test_an_offices_own_template_makes_pages_unread(office: Office) -> None:
    office.read_book(pages=1)
    text_of = shipped_template("birth-2006").model_dump_json(by_alias=True)
    with pytest.raises(InvalidInput, match="có sẵn"):
        templates.save_template(office.supervisor, text_of)
    own = text_of.replace('"birth-2006"', '"birth-2006-xa-a"')
    with pytest.raises(InvalidInput, match="version: 1"):
        templates.save_template(office.supervisor, own.replace('"version":1', '"version":7'))
    saved = templates.save_template(office.supervisor, own)
    assert saved.layout_version == "birth-2006-xa-a/1"
    assert templates.template_texts(office.clerk) == (own,)
    with pytest.raises(InvalidInput, match="items"):
        templates.save_template(office.supervisor, "form: x\n")
    templates.remove_template(office.supervisor, "birth-2006-xa-a")
    assert templates.template_texts(office.clerk) == ()


@pytest.mark.slow
def test_blind_samples_never_go_to_who_keyed_first(office: Office, token: Token) -> None:
    book = office.read_book()
    _confirm_all(office.clerk, token)
    assert sampling.draw_samples(office.supervisor, book.id, kind=SampleKind.DOUBLE, share=1.0, seed="a") > 20
    assert sampling.blind_tasks(office.clerk) == ()
    task = next(t for t in sampling.blind_tasks(office.other_clerk, 50) if t.column == "chaHoTen")
    assert task.box is not None and task.shown == ""
    with pytest.raises(NotAllowed):
        sampling.answer_blind(office.clerk, task.sample_id, "Nguyễn Văn Thử")
    sampling.answer_blind(office.other_clerk, task.sample_id, "Nguyễn Văn Thứ")
    with pytest.raises(NotAllowed):
        sampling.answer_blind(office.other_clerk, task.sample_id, "Nguyễn Văn Thử")
    entry = review.get_entry(office.clerk, task.entry_id)
    assert entry.entry.state is EntryState.ESCALATED and "khác nhau" in entry.reason
    (open_one,) = sampling.disagreements(office.supervisor)
    assert any(piece.differs for piece in open_one.readers.clerk_a)
    sampling.resolve_disagreement(office.supervisor, open_one.sample_id, "Nguyễn Văn Thử")
    assert sampling.disagreements(office.supervisor) == ()
    (rate,) = quality.error_rates(office.supervisor, by="clerk")
    assert (rate.group, rate.wrong, rate.total) == ("clerk", 0, 1)


@pytest.mark.slow
def test_seeded_errors_are_shown_and_never_saved(office: Office, token: Token) -> None:
    book = office.read_book()
    ids = _confirm_all(office.clerk, token)
    before = [review.get_entry(office.clerk, i).entry.fields for i in ids]
    assert sampling.draw_samples(office.supervisor, book.id, kind=SampleKind.SEEDED, share=1.0, seed="s") == 8
    tasks = sampling.blind_tasks(office.other_clerk, 50)
    values = {(i, f.column): f.normalized for i, fields in zip(ids, before, strict=True) for f in fields.values()}
    right = [t.shown == values[t.entry_id, t.column] for t in tasks]
    assert sum(right) == 4 and all(t.shown for t in tasks), "as many right values as planted errors are shown"
    assert right != sorted(right) and right != sorted(right, reverse=True), "and their order tells nothing"
    for task in tasks:
        sampling.answer_blind(office.other_clerk, task.sample_id, task.shown)
    (rate,) = quality.error_rates(office.supervisor)
    assert (rate.group, rate.wrong, rate.total) == ("clerk2", 4, 4)
    assert [review.get_entry(office.clerk, i).entry.fields for i in ids] == before


def test_double_entry_is_asked_for_by_plan(office: Office, token: Token) -> None:
    settings.save_office_settings(office.administrator, {"double_entry_columns": ["nksHoTen"]})
    office.read_book()
    _confirm_all(office.clerk, token)
    assert {t.column for t in sampling.blind_tasks(office.other_clerk, 50)} == {"nksHoTen"}


@pytest.mark.slow
def test_thresholds_are_learned_from_judged_values(office: Office, token: Token) -> None:
    office.read_book(pages=6, entries=4)
    _confirm_all(office.clerk, token)
    report = quality.recompute_thresholds(office.supervisor)
    assert report.judged > 50
    assert ("birth", "name", "typed") in report.choices
    assert quality.threshold_report(office.supervisor).in_force == report.in_force


@pytest.mark.slow
def test_thresholds_are_learned_anew_as_work_goes_on(office: Office, token: Token) -> None:
    office.read_book(pages=8, entries=6)
    assert quality.renew_thresholds(office.clerk) is None, "nothing has been confirmed yet"
    _confirm_all(office.clerk, token)
    learned = quality.renew_thresholds(office.clerk)
    assert learned is not None and learned.judged > 50
    assert quality.threshold_report(office.supervisor).in_force == learned.in_force
    assert quality.renew_thresholds(office.clerk) is None, "nothing new since"


def test_books_are_listed_found_and_changed(office: Office) -> None:
    office.read_book()
    other = office.book(volume_number="02/1998", office="UBND xã Hòa Bình")
    assert [b.book.id for b in books.list_books(office.clerk, query="hoa binh")] == [other.id]
    with pytest.raises(InvalidInput, match="đã có"):
        office.book()
    for wrong in ({"volume_number": "một"}, {"office": " "}, {"expected_entries": -1}, {"no_such": "x"}):
        with pytest.raises(InvalidInput):
            office.book(**{"volume_number": "03/1998", **wrong})
    changed = books.update_book(office.supervisor, other.id, state=BookState.SCANNED, priority=5)
    assert (changed.state, changed.priority) == (BookState.SCANNED, 5)
    with pytest.raises(InvalidInput, match="loại sổ"):
        books.update_book(office.supervisor, 1, register_type=RegisterType.DEATH)


def test_duplicates_across_books_are_found(office: Office, token: Token) -> None:
    first = office.read_book(pages=1, entries=1)
    second = office.read_book(pages=1, entries=1, volume_number="02/1998")
    (found,) = checks.duplicates_elsewhere(office.clerk, second.id)
    assert (found.entry_id, found.finding.check) == (2, "duplicate_entry")
    one = review.get_entry(office.clerk, 2).entry
    review.save_entry(
        office.clerk,
        entry_id=2,
        revision=one.revision,
        token=token(),
        decision=DecisionKind.CORRECT,
        values={"nksHoTen": ValueInput(text="Phạm Thị Mơ")},
    )
    assert checks.duplicates_elsewhere(office.clerk, first.id) == ()
