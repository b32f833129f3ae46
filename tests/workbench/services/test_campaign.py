"""From a commune's count to the province's sum: forms over the tree, packages of every kind, counts on paper."""

import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from corrections.campaign.figures import Period
from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from corrections.campaign.packages import Line, Package, UnitLines
from corrections.campaign.unit_changes import ChangeKind, UnitChange
from corrections.entries import DecisionKind
from exports.campaign_forms import write_annex01
from exports.office_tables import read_offices
from layouts.register_types import RegisterType
from tests.workbench.services.campaign_tree import (
    Province,
    commune,
    copied,
    installation,
    province,
    with_tree,
)
from tests.workbench.services.conftest import Office
from vietnamese.shown_time import LOCAL
from workbench.services import campaign, offices, packages, paper, plan_targets, review
from workbench.services.books import create_book, update_book
from workbench.services.context import Context
from workbench.services.errors import InvalidInput
from workbench.services.packages import PackageStatus

BIRTH, MARRIAGE = RegisterType.BIRTH, RegisterType.MARRIAGE
__all__ = ["commune", "province", "with_tree"]

TODAY = dt.datetime.now(LOCAL).date()
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _package(code: str = "25001", *, day: dt.date = TODAY, done: int = 30, **changes: object) -> Package:
    line = Line(register_type=BIRTH, year=1998, books=2, known=100, today=5, done=done)
    base = Package(
        office_code=code,
        office_name=f"Đơn vị {code}",
        period=Period.DAY,
        day=day.isoformat(),
        made_at=f"{day.isoformat()}T08:00:00",
        units=(UnitLines(code=code, name=f"Đơn vị {code}", lines=(line,)),),
    )
    return base.model_copy(update=changes)


def _register(province: Province, sender: Context, code: str = "25001") -> None:
    packages.register_key(province.context, province[code].id, packages.own_key(sender)[0])


def _sent(sender: Context, package: Package) -> tuple[str, bytes]:
    made = packages.sealed_package(sender, package)
    return made.file_name, made.data


def _receive(
    province: Province, *files: tuple[str, bytes], day: dt.date | None = TODAY
) -> list[packages.PackageResult]:
    return list(packages.receive_packages(province.context, files, day=day))


def _done(province: Province, code: str | None = None, day: dt.date = TODAY) -> dict[str, tuple[str, int, int]]:
    report = campaign.campaign_report(province.context, office_id=province[code].id if code else None, day=day)
    found = {}
    for row in report.rows:
        figures = row.of_types((BIRTH, MARRIAGE))
        found[row.unit] = (figures.total.label, figures.today, figures.done)
    return found


# --- packages ---------------------------------------------------------------------------------------------------------


def test_a_communes_package_arrives_in_the_provinces_sum(province: Province, commune: Context) -> None:
    _register(province, commune)
    own = offices.office_tree(commune).by_code("25001")
    assert own is not None
    made = packages.make_package(commune, office_id=own.id)
    (result,) = _receive(province, (made.file_name, made.data))
    assert result.status is PackageStatus.TAKEN, result.message
    assert _done(province) == {"Huyện Một": ("120", 0, 0), "Huyện Hai": ("Chưa rõ", 0, 0)}, (
        "who has told nothing is not at 0"
    )
    assert _done(province, "691")["Xã Một A"] == ("120", 0, 0)


def test_the_same_package_twice_changes_nothing(province: Province, commune: Context) -> None:
    _register(province, commune)
    file = _sent(commune, _package())
    assert [r.status for r in _receive(province, file, file)] == [PackageStatus.TAKEN, PackageStatus.KNOWN]
    assert _done(province, "691")["Xã Một A"] == ("100", 5, 30)


def test_a_newer_package_of_the_day_counts_and_an_older_one_is_passed_over(
    province: Province, commune: Context
) -> None:
    _register(province, commune)
    later = _package(done=44, made_at=f"{TODAY.isoformat()}T09:00:00")
    assert _receive(province, _sent(commune, later))[0].status is PackageStatus.TAKEN
    old = _receive(province, _sent(commune, _package()))[0]
    assert old.status is PackageStatus.OLDER and "mới hơn" in old.message
    assert _done(province, "691")["Xã Một A"] == ("100", 5, 44)


def test_a_package_of_another_day_is_named_and_enters_nothing_today(province: Province, commune: Context) -> None:
    _register(province, commune)
    yesterday = TODAY - dt.timedelta(days=1)
    (result,) = _receive(province, _sent(commune, _package(day=yesterday)))
    assert result.status is PackageStatus.FOREIGN_DAY and "không phải của ngày" in result.message
    report = campaign.campaign_report(province.context, office_id=province["691"].id)
    assert _done(province, "691")["Xã Một A"] == ("100", 0, 30)
    assert any("Xã Một A" in note and "chưa gửi" in note for note in report.notes)
    assert _done(province, "691", yesterday)["Xã Một A"] == ("100", 5, 30)


def test_a_package_made_after_the_cut_off_is_named(province: Province, commune: Context) -> None:
    _register(province, commune)
    offices.save_office(province.context, replace(_unit(province, "25001"), cutoff="07:30"))
    (result,) = _receive(province, _sent(commune, _package()))
    assert result.status is PackageStatus.LATE and "sau giờ chốt" in result.message
    report = campaign.campaign_report(province.context, office_id=province["691"].id)
    assert any("Xã Một A" in note and "sau giờ chốt" in note for note in report.notes)


def _unit(province: Province, code: str) -> Unit:
    found = offices.office_tree(province.context).by_code(code)
    assert found is not None
    return found


def _tampered(file: tuple[str, bytes]) -> tuple[str, bytes]:
    sealed = json.loads(file[1])
    sealed["content"] = sealed["content"].replace('"done":30', '"done":99')
    return file[0], json.dumps(sealed).encode()


def test_bad_packages_are_refused_in_words_and_nothing_is_taken(
    province: Province, commune: Context, tmp_path: Path
) -> None:
    stranger = installation(tmp_path / "la")
    good = _sent(commune, _package())
    (unknown_key,) = _receive(province, good)
    assert "Chưa đăng ký khóa" in unknown_key.message and packages.own_key(commune)[1] in unknown_key.message
    _register(province, commune)
    offices.save_office(province.context, replace(_unit(province, "25003"), public_key=packages.own_key(commune)[0]))
    tomorrow = TODAY + dt.timedelta(days=1)
    foreign = _package(units=(UnitLines(code="25003", name="Xã Hai A", lines=()),))
    twice = _package(units=(UnitLines(code="25001", name="A", lines=()), UnitLines(code="25001", name="A", lines=())))
    cases = {
        "đã bị sửa sau khi ký": _tampered(good),
        "ký bằng khóa khác": _sent(stranger, _package()),
        "Không có đơn vị mã 99999": _sent(commune, _package("99999")),
        "sau hôm nay": _sent(commune, _package(day=tomorrow)),
        "gói đúng gửi sau bị coi là cũ": _sent(commune, _package(made_at=f"{TODAY + dt.timedelta(days=2)}T08:00:00")),
        "không thuộc đơn vị này": _sent(commune, foreign),
        "hai lần": _sent(commune, twice),
        "không phải gói số liệu": ("goi.json", b"{}"),
        "bị hỏng khi gửi": ("goi.json", good[1][:-40]),
    }
    for words, file in cases.items():
        (result,) = _receive(province, file)
        assert result.status is PackageStatus.REFUSED, words
        assert words in result.message
    assert packages.received_packages(province.context, Period.DAY, TODAY) == ()


def test_a_package_of_another_districts_commune_is_refused(province: Province, commune: Context) -> None:
    _register(province, commune)
    account = replace(province.context.who, office_id=province["692"].id)
    district = province.context.as_account(account)
    (result,) = packages.receive_packages(district, [_sent(commune, _package())], day=TODAY)
    assert result.status is PackageStatus.REFUSED and "không trực thuộc" in result.message


def _join(province: Province, on: dt.date) -> None:
    change = UnitChange(
        kind=ChangeKind.JOIN, code="25001", on=on.isoformat(), new_code="25002", document="Nghị quyết 12"
    )
    assert offices.change_units(province.context, [change]) == 1


def test_figures_of_a_unit_that_had_gone_are_named_when_they_are_left_out(province: Province, commune: Context) -> None:
    for code in ("25001", "25002"):
        _register(province, commune, code)
        _receive(province, _sent(commune, _package(code)))
    _join(province, TODAY - dt.timedelta(days=7))
    report = campaign.campaign_report(province.context, office_id=province["691"].id, day=TODAY)
    assert [row.of_type(BIRTH).total.known for row in report.rows] == [100]
    assert any("Xã Một A đã thôi hoạt động" in note and "xem số của Xã Một B" in note for note in report.notes)


@pytest.mark.slow
def test_a_unit_that_shares_the_record_sees_itself_and_those_below(province: Province, tmp_path: Path) -> None:
    for code, expected in (("25003", ["25003"]), ("692", ["692", "25003", "25004"])):
        account = replace(province.context.who, office_id=province[code].id)
        context = province.context.as_account(account)
        assert [unit.code for unit in offices.office_tree(context).in_order()] == expected
        listed = tmp_path / f"{code}.xlsx"
        listed.write_bytes(offices.export_offices(context))
        assert [item.office.code for item in read_offices(listed)] == expected
        assert packages.make_package(context, office_id=province[code].id).file_name.startswith(f"goi-{code}-")


def test_a_package_of_a_period_to_come_or_with_endless_words_is_not_made(province: Province) -> None:
    context, unit = province.context, province["25001"].id
    ahead = dt.datetime.now(LOCAL).date() + dt.timedelta(days=40)
    for period in Period:
        with pytest.raises(InvalidInput, match="cấp trên chưa nhận gói"):
            packages.make_package(context, office_id=unit, period=period, day=ahead)
    with pytest.raises(InvalidInput, match=r"dài quá 20\.000 ký tự"):
        campaign.save_report_text(
            context, office_id=unit, period=Period.DAY, day=TODAY, difficulties="x" * 20_001, proposals=""
        )


def test_a_unit_joined_last_week_sends_no_more_and_its_figures_go_on_with_the_heir(
    province: Province, commune: Context
) -> None:
    _register(province, commune)
    week = TODAY - dt.timedelta(days=7)
    assert _receive(province, _sent(commune, _package(day=week)), day=week)[0].status is PackageStatus.TAKEN
    _join(province, week + dt.timedelta(days=1))
    (result,) = _receive(province, _sent(commune, _package()))
    assert result.status is PackageStatus.REFUSED
    assert "đã thôi hoạt động" in result.message and "Xã Một B" in result.message
    assert _done(province, "691") == {"Xã Một B": ("100", 0, 30)}
    # the heir's own package holds both: nothing is counted twice
    offices.save_office(province.context, replace(_unit(province, "25002"), public_key=packages.own_key(commune)[0]))
    both = _package("25002", done=77)
    assert _receive(province, _sent(commune, both))[0].status is PackageStatus.TAKEN
    assert _done(province, "691") == {"Xã Một B": ("100", 5, 77)}


def test_a_district_sends_for_its_communes(province: Province, with_tree: Path, tmp_path: Path) -> None:
    district, units = copied(with_tree, tmp_path / "huyen")
    for code, name in (("25001", "Một A"), ("25002", "Một B")):
        create_book(
            district,
            register_type=BIRTH,
            volume_number="01/1998",
            office=f"UBND xã {name}, huyện Một",
            expected_entries=int(code[-1]) * 10,
        )
    create_book(district, register_type=MARRIAGE, volume_number="01/2001", office="UBND huyện Một", expected_entries=7)
    made = packages.make_package(district, office_id=units["691"].id)
    offices.save_office(province.context, replace(province["691"], public_key=packages.own_key(district)[0]))
    (result,) = _receive(province, (made.file_name, made.data))
    assert result.status is PackageStatus.TAKEN, result.message
    assert _done(province, "691") == {"Xã Một A": ("10", 0, 0), "Xã Một B": ("20", 0, 0), "Huyện Một": ("7", 0, 0)}
    assert _done(province)["Huyện Một"] == ("37", 0, 0)


# --- forms ------------------------------------------------------------------------------------------------------------


@on_sqlite
def test_sent_back_entries_are_not_done(office: Office) -> None:
    book = office.read_book(pages=1, entries=3, expected_entries=3)
    entries = review.next_entries(office.clerk, n=3)
    for number, one in enumerate(entries):
        review.save_entry(
            office.clerk, entry_id=one.entry.id, revision=0, token=f"confirm-{number}", decision=DecisionKind.CONFIRM
        )
    first = entries[0].entry.id
    review.save_entry(
        office.supervisor, entry_id=first, revision=1, token="back-00001", decision=DecisionKind.SEND_BACK, reason="mờ"
    )
    at = dt.datetime.now(LOCAL)  # what is done after the cut-off hour is in the next day's figures
    day = at.date() + dt.timedelta(days=at.hour >= 15)
    (row,) = campaign.campaign_report(office.clerk, day=day).rows
    figures = row.of_type(BIRTH)
    assert (figures.done, figures.sent_back, figures.remaining.known) == (2, 1, 1)
    assert row.unit == book.office and figures.today == 2


@on_sqlite
@pytest.mark.parametrize("day", [dt.date(1, 1, 1), dt.date(9999, 12, 31)])
@pytest.mark.parametrize("period", list(Period))
def test_a_report_of_a_day_that_cannot_be_is_refused_in_words(office: Office, day: dt.date, period: Period) -> None:
    with pytest.raises(InvalidInput, match=r"Ngày báo cáo .* ở (trước năm 2010|sau 31/12/2049)"):
        campaign.campaign_report(office.clerk, period=period, day=day)
    with pytest.raises(InvalidInput, match="Ngày tính đến"):
        plan_targets.plan_board(office.clerk, day=day)


@on_sqlite
def test_books_after_the_plans_date_are_named(office: Office) -> None:
    from workbench.services.settings import save_office_settings

    create_book(office.supervisor, register_type=BIRTH, volume_number="01/2018", office="UBND xã A")
    late = create_book(office.supervisor, register_type=BIRTH, volume_number="01/2019", office="UBND xã A")
    assert paper.books_after_limit(office.clerk) == ()
    save_office_settings(office.administrator, {paper.DATE_LIMIT: "2018-12-31"})
    assert paper.books_after_limit(office.clerk) == ("Khai sinh quyển 01/2019, UBND xã A",)
    save_office_settings(office.administrator, {paper.DATE_LIMIT: "2019-04-01"})
    assert paper.books_after_limit(office.clerk) == ()
    update_book(office.supervisor, late.id, opened_on="02.04.2019")
    assert len(paper.books_after_limit(office.clerk)) == 1


def test_words_of_a_week_go_up_with_the_figures(province: Province, commune: Context) -> None:
    _register(province, commune)
    own = offices.office_tree(commune).by_code("25001")
    assert own is not None
    week = campaign.campaign_report(commune, office_id=own.id, period=Period.WEEK).day
    if week > TODAY:  # a week is sent when it ends
        week -= dt.timedelta(days=7)
    campaign.save_report_text(
        commune, office_id=own.id, period=Period.WEEK, day=week, difficulties="Thiếu máy.", proposals="Thêm 2 máy."
    )
    package = packages.make_package(commune, office_id=own.id, period=Period.WEEK, day=week)
    (result,) = _receive(province, (package.file_name, package.data), day=None)
    assert result.status in (PackageStatus.TAKEN, PackageStatus.LATE), result.message
    above = campaign.campaign_report(province.context, period=Period.WEEK, day=week)
    assert [(t.unit, t.difficulties, t.proposals) for t in above.texts] == [
        ("Xã Một A, Huyện Một", "Thiếu máy.", "Thêm 2 máy.")  # with its district: communes of two may have one name
    ]


@pytest.mark.slow
def test_a_province_of_170_communes_adds_up(province: Province, commune: Context) -> None:
    key = packages.own_key(commune)[0]
    files, total = [], 0
    for number in range(170):
        parent = province["691" if number % 2 else "692"]
        code = f"3{number:04d}"
        unit = Unit(code=code, name=f"Xã {number}", level=OfficeLevel.COMMUNE, parent_id=parent.id, public_key=key)
        offices.save_office(province.context, unit)
        files.append(_sent(commune, _package(code, done=number)))
        total += number
    assert {r.status for r in _receive(province, *files)} == {PackageStatus.TAKEN}
    report = campaign.campaign_report(province.context)
    whole = report.whole.of_type(BIRTH)
    assert (whole.done, whole.total.known, whole.today, whole.books) == (total, 17_000, 850, 340)
    assert [row.unit for row in report.rows] == ["Huyện Một", "Huyện Hai"]
    sheet = openpyxl.load_workbook(
        io.BytesIO(write_annex01(report.unit, report.label, report.rows, notes=report.notes)), data_only=True
    ).active
    assert sheet is not None
    left = sum(max(0, 100 - done) for done in range(170))
    assert [c.value for c in sheet[10]][:6] == [None, "TỔNG", 17_000, 850, total, left], "each commune's own rest"


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    from workbench.services import context

    for url, database in list(context._opened.items()):
        if url.endswith("w.sqlite3"):
            database.close()
            del context._opened[url]


def test_more_entered_than_counted_is_named(province: Province, commune: Context) -> None:
    _register(province, commune)
    _receive(province, _sent(commune, _package(done=1_130)))
    report = campaign.campaign_report(province.context, office_id=province["691"].id)
    assert "Đã nhập nhiều hơn số đã đếm, hãy đếm lại: Xã Một A (khai sinh 1.030)." in report.notes
    assert report.whole.of_type(BIRTH).remaining.label == "0"


def test_moments_of_packages_are_shown_as_people_write_them(province: Province, commune: Context) -> None:
    _register(province, commune)
    late = _package(made_at=f"{TODAY.isoformat()}T23:59:30")
    (taken,) = _receive(province, _sent(commune, late))
    (older,) = _receive(province, _sent(commune, _package(made_at=f"{TODAY.isoformat()}T08:00:00")))
    shown = f"{TODAY:%d/%m/%Y} 23:59"
    assert f"làm lúc {shown}" in older.message and taken.status is PackageStatus.LATE
    assert f"làm lúc {shown}, sau giờ chốt" in taken.message
    assert [one.made_at for one in packages.received_packages(province.context, Period.DAY, TODAY)] == [shown]
