"""The plans' forms over the tree of offices: own records and packages of units below, rolled up level by level."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from corrections.campaign.figures import Period, UnitFigures, add_up, form_data, period_span, stretch_span
from corrections.campaign.offices import Office, OfficeLevel, OfficeTree
from corrections.campaign.packages import LONGEST_WORDS
from corrections.campaign.totals import dotted
from corrections.entries import Role
from exports.campaign_forms import VolumeRow
from storage import campaign as store
from storage.campaign import ReportText
from storage.clock import stamp
from storage.offices import office_tree
from storage.opening.database import Connection
from storage.reports_data import unit_totals_of
from storage.settings_store import get_setting
from storage.work_counts import OfficeKey
from vietnamese.shown_time import LOCAL
from workbench.services.campaign_notes import notes_of
from workbench.services.campaign_sources import Sources, Words, sources_of
from workbench.services.context import Context, requires
from workbench.services.days import refuse_impossible_day
from workbench.services.errors import InvalidInput
from workbench.services.offices import unit_of_caller
from workbench.services.plan_settings import USUAL_QUOTA
from workbench.services.settings import OFFICE

__all__ = [
    "CUTOFFS",
    "WEEK_CUTOFF",
    "CampaignReport",
    "ReportText",
    "StandingUnit",
    "UnitText",
    "campaign_report",
    "cutoff_of",
    "report_text",
    "save_report_text",
]

CUTOFFS = {
    OfficeLevel.COMMUNE: "day_cutoff",
    OfficeLevel.DISTRICT: "cutoff_district",
    OfficeLevel.PROVINCE: "cutoff_province",
}
"""Setting with the hour that ends a day, by level; communes have theirs under the name it had before levels."""
WEEK_CUTOFF = "week_cutoff"
"""Setting with the hour that ends a week; without it, that of a day."""
_ON_PAPER = "Đếm trên giấy"
"""The row of paper counts where there are no units and registers of several authorities."""
_STRETCH = "kỳ"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitText:
    """What a unit writes beside its figures."""

    office_id: int | None
    unit: str
    """With the unit above it where that is not who reports: communes of two districts may have one name."""
    difficulties: str
    proposals: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignReport:
    """A form's content."""

    unit: str
    """Who reports."""
    office_id: int | None
    period: Period
    day: dt.date
    """Last day of the period."""
    label: str
    """The period in words."""
    within: str
    """What figures `today` are of, within a head: `ngày`, `tuần`, `tháng`, `kỳ`."""
    since: dt.datetime
    """Start of the period, with time zone."""
    until: dt.datetime
    """Its end, not included."""
    rows: tuple[UnitFigures, ...]
    """A unit each, in the order of the tree."""
    texts: tuple[UnitText, ...]
    notes: tuple[str, ...]
    """What a reader must know: units without figures, figures of an earlier day, late ones."""

    @property
    def whole(self) -> UnitFigures:
        """All rows together."""
        return add_up(self.unit, self.rows, self.office_id)


def cutoff_of(connection: Connection, office: Office | None, period: Period = Period.DAY) -> dt.time:
    """Hour by which a unit's figures are in: its own, that of the settings, or that of its level.

    A week may end at an hour of its own (plans say Friday, 16:00), whatever hour ends a day.
    """
    level = office.level if office else OfficeLevel.COMMUNE
    week = get_setting(connection, OFFICE + WEEK_CUTOFF) if period is Period.WEEK else None
    own = office.cutoff if office else ""
    chosen = week or own or get_setting(connection, OFFICE + CUTOFFS[level])
    return dt.time.fromisoformat(str(chosen or form_data()["cutoffs"][level.value]))


@requires(Role.CLERK, Role.INSPECTOR)
def campaign_report(
    ctx: Context,
    *,
    office_id: int | None = None,
    period: Period = Period.DAY,
    day: dt.date | None = None,
    first: dt.date | None = None,
    cutoff: dt.time | None = None,
) -> CampaignReport:
    """The figures of a unit and those below, from record, counts on paper and packages: the one source of every form.

    Args:
        ctx: A clerk's; its office must hold the unit.
        office_id: which unit reports; None: the caller's own, or all.
        period: day, week or month.
        day: of it; None: today.
        first: in place of a period the whole days from this one to `day`. Packages tell of days, weeks and months only,
            so what they say was entered in such a stretch is 0.
        cutoff: hour that ends the period; None: as set for the unit.

    Raises:
        InvalidInput: the unit is none of the caller's, or no report can be of that day.
    """
    mine = ctx.office_ids()
    day = day or dt.datetime.now(LOCAL).date()
    refuse_impossible_day(day, "Ngày báo cáo")
    with ctx.read() as connection:
        tree = office_tree(connection)
        office = _reporting(ctx, tree, office_id, mine)
        if first is None:
            since, until, label = period_span(period, day, cutoff or cutoff_of(connection, office, period))
            last = until.date()
        else:
            (since, until, label), last = stretch_span(min(first, day), day), day
        since, until = since.replace(tzinfo=LOCAL), until.replace(tzinfo=LOCAL)
        span = stamp(since), stamp(until)
        sources = sources_of(connection, tree, period, span, last.isoformat(), within=first is None)
        texts = store.report_texts_of(connection, period.value, last.isoformat())
        name = office.name if office else str(get_setting(connection, f"{OFFICE}unit_name") or "Toàn bộ đơn vị")
    rows = tuple(_rows(sources, office))
    return CampaignReport(
        unit=name,
        office_id=office.id if office else None,
        period=period,
        day=last,
        label=label,
        within=period.word if first is None else _STRETCH,
        since=since,
        until=until,
        rows=rows,
        texts=tuple(_texts(sources, office, texts)),
        notes=tuple(notes_of(sources, office, rows, within=first is None)),
    )


def _reporting(ctx: Context, tree: OfficeTree, office_id: int | None, mine: frozenset[int] | None) -> Office | None:
    if office_id is None and ctx.account is not None:
        office_id = ctx.account.office_id
    if office_id is None:
        top = [office for office in tree.children(None) if not office.abolished_on]
        return top[0] if len(top) == 1 else None
    return unit_of_caller(tree, mine, office_id)


# --- rows -------------------------------------------------------------------------------------------------------------


def _rows(sources: Sources, office: Office | None) -> Iterator[UnitFigures]:
    for row, _ in _rows_with_keys(sources, office):
        yield row


def _rows_with_keys(sources: Sources, office: Office | None) -> Iterator[tuple[UnitFigures, frozenset[OfficeKey]]]:
    """The lines of a form, each with whose figures it adds up."""
    below = sources.tree.counted_below(office.id if office else None, sources.day)
    for child, inside in below:
        line = _added(sources, child, inside)
        if child.in_force(sources.day) or line[0].parts:
            yield line
    if office is not None:
        own = _added(sources, office, sources.tree.kept_by(office.id, sources.day))
        if own[0].parts or not below:
            yield own
        return
    for key, figures in sorted(sources.own.items(), key=lambda item: item[0][1]):
        if key[0] is None:
            yield UnitFigures(unit=key[1] or _ON_PAPER, parts=figures), frozenset({key})


def _added(sources: Sources, unit: Office, inside: Collection[int]) -> tuple[UnitFigures, frozenset[OfficeKey]]:
    parts = [UnitFigures(unit="", parts=p) for i in sorted(inside) if (p := sources.of(i)) is not None]
    return add_up(unit.name, parts, unit.id), frozenset((i, "") for i in inside)


# --- volumes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingUnit:
    """A unit as it stands at this moment: the line of the forms, with what it has to work with."""

    row: VolumeRow
    has_own_quota: bool
    keys: frozenset[OfficeKey]
    """Whose figures the line adds up."""


@dataclass(frozen=True, slots=True)
class _Now:
    """What units have to work with and have done, at this moment."""

    office: Office | None
    """Who reports."""
    sources: Sources
    usual_quota: int
    machines: Mapping[str, int | None]
    """By the name of a unit that is told in words alone."""


def _now(ctx: Context, office_id: int | None) -> _Now:
    mine = ctx.office_ids()
    at = dt.datetime.now(LOCAL)
    with ctx.read() as connection:
        tree = office_tree(connection)
        return _Now(
            office=_reporting(ctx, tree, office_id, mine),
            sources=sources_of(connection, tree, Period.DAY, (stamp(at), stamp(at)), at.date().isoformat()),
            usual_quota=int(get_setting(connection, f"{OFFICE}quota") or USUAL_QUOTA),
            machines={total.unit: total.machines for total in unit_totals_of(connection)},
        )


@requires(Role.CLERK, Role.INSPECTOR)
def standing_units(ctx: Context) -> tuple[StandingUnit, ...]:
    """The lines of Phụ lục 01 of the caller's unit at this moment, with machines and quotas: what is planned from."""
    now = _now(ctx, None)
    sources, tree = now.sources, now.sources.tree
    found = []
    for figures, keys in _rows_with_keys(sources, now.office):
        unit = tree.get(figures.office_id)
        inside = [tree.offices[i] for i, _ in keys if i is not None and tree.offices[i].in_force(sources.day)]
        machines = sum(o.machines or 0 for o in inside) or None if unit else now.machines.get(figures.unit)
        quota = unit.quota if unit else None
        row = VolumeRow(figures=figures, machines=machines, quota=quota or now.usual_quota)
        found.append(StandingUnit(row=row, has_own_quota=bool(quota), keys=keys))
    return tuple(found)


@requires(Role.CLERK, Role.INSPECTOR)
def volume_rows(ctx: Context, number: str, *, office_id: int | None = None) -> tuple[VolumeRow, ...]:
    """Rows of Phụ lục 02, 03 or 04: a row a unit below, with the books that units of the annex's level keep.

    Args:
        ctx: A clerk's.
        number: `02` communes, `03` districts, `04` the province.
        office_id: who reports; None: the caller's own, or all.
    """
    return volume_tables(ctx, (number,), office_id=office_id)[number]


@requires(Role.CLERK, Role.INSPECTOR)
def volume_tables(
    ctx: Context, numbers: Collection[str], *, office_id: int | None = None
) -> dict[str, tuple[VolumeRow, ...]]:
    """Rows of several of Phụ lục 02 to 04 by number; what they are made from is gathered once."""
    now = _now(ctx, office_id)
    sources, usual = now.sources, now.usual_quota
    if not len(sources.tree):
        rows = tuple(
            VolumeRow(figures=row, machines=now.machines.get(row.unit), quota=usual) for row in _rows(sources, None)
        )
        return dict.fromkeys(numbers, rows)
    levels = {number: OfficeLevel(form_data()["volumes"][number]["level"]) for number in numbers}
    return {number: tuple(_volume_rows(sources, now.office, level, usual)) for number, level in levels.items()}


def _volume_rows(sources: Sources, office: Office | None, level: OfficeLevel, usual: int) -> Iterator[VolumeRow]:
    tree = sources.tree
    below = sorted(tree.children(office.id if office else None), key=lambda o: (o.code, o.id))
    for unit in (*below, *([office] if office else [])):
        if not unit.in_force(sources.day):
            continue
        inside = tree.kept_by(unit.id, sources.day) if unit is office else tree.counted_in(unit.id, sources.day)
        members = [tree.offices[i] for i in sorted(inside) if tree.offices[i].level is level]
        parts = [UnitFigures(unit="", parts=p) for o in members if (p := sources.of(o.id)) is not None]
        counted = [o.machines for o in members if o.machines and o.in_force(sources.day)]
        if members and (parts or unit is not office):
            yield VolumeRow(
                figures=add_up(unit.name, parts, unit.id),
                machines=sum(counted) if counted else (unit.machines if unit.level is level else None),
                quota=unit.quota or usual,
            )


# --- texts ------------------------------------------------------------------------------------------------------------


def _texts(sources: Sources, office: Office | None, kept: tuple[ReportText, ...]) -> Iterator[UnitText]:
    """The unit's own words first, then those of all units below that have written some, in the order of the tree."""
    tree, own_id = sources.tree, office.id if office else None
    here = {text.office_id: (text.difficulties, text.proposals) for text in kept}
    written: dict[int | None, Words] = {}
    written.update(sources.words.items())
    written.update((writer, words) for writer, words in here.items() if any(words))
    inside = tree.subtree(own_id) if own_id is not None else tree.offices.keys()
    for writer in (own_id, *(unit.id for unit in tree.in_order() if unit.id in inside and unit.id != own_id)):
        difficulties, proposals = written.get(writer, ("", ""))
        if difficulties or proposals:
            named = _named_below(tree, tree.get(writer), own_id)
            yield UnitText(office_id=writer, unit=named, difficulties=difficulties, proposals=proposals)


def _named_below(tree: OfficeTree, unit: Office | None, reporting: int | None) -> str:
    if unit is None:
        return ""
    above = tree.get(unit.parent_id)
    far = above is not None and reporting is not None and reporting not in (above.id, unit.id)
    return f"{unit.name}, {above.name}" if far and above is not None else unit.name


@requires(Role.CLERK, Role.INSPECTOR)
def report_text(ctx: Context, *, office_id: int | None, period: Period, day: dt.date) -> tuple[str, str]:
    """Difficulties and proposals as a unit has written them for a period; empty where it has not."""
    with ctx.read() as connection:
        kept = store.report_texts_of(connection, period.value, day.isoformat())
    return next(((t.difficulties, t.proposals) for t in kept if t.office_id == office_id), ("", ""))


@requires(Role.SUPERVISOR)
def save_report_text(
    ctx: Context, *, office_id: int | None, period: Period, day: dt.date, difficulties: str, proposals: str
) -> None:
    """Keep what a unit writes beside its figures.

    Raises:
        InvalidInput: the unit is none of the caller's, the day cannot be, or the words are too long for a package.
    """
    refuse_impossible_day(day, "Ngày báo cáo")
    mine = ctx.office_ids()
    if mine is not None and office_id not in mine:
        raise InvalidInput("Bạn chỉ ghi được phần lời cho đơn vị của mình.")
    if max(len(difficulties), len(proposals)) > LONGEST_WORDS:
        raise InvalidInput(f"Phần lời dài quá {dotted(LONGEST_WORDS)} ký tự nên không gửi được. Hãy rút gọn.")
    text = ReportText(
        office_id=office_id,
        period=period.value,
        day=day.isoformat(),
        difficulties=difficulties.strip(),
        proposals=proposals.strip(),
        account_id=ctx.account_id,
    )
    with ctx.write() as work:
        kept = store.report_texts_of(work.connection, period.value, text.day)
        old = next((f"{t.difficulties} | {t.proposals}" for t in kept if t.office_id == office_id), "")
        store.put_report_text(work.connection, text)
        told = {"column": f"{period} {text.day}", "old": old, "new": f"{text.difficulties} | {text.proposals}"}
        work.note("report_text", **told)
