"""Where the figures of a form come from beside the record itself: counts on paper, and packages of units below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from corrections.campaign.figures import Figures, FiguresKey, Period, settled
from corrections.campaign.offices import OfficeTree
from corrections.campaign.packages import Package, StepCounts, UnitLines, parts_of, steps_of
from corrections.campaign.totals import Total
from layouts.register_types import RegisterType
from storage.campaign import KeptPackage, KeptPaperCount, list_paper_counts, newest_packages
from storage.opening.database import Connection
from storage.work_counts import OfficeKey, figures_by_office
from workbench.services.paper_doubts import doubts_of, listed_in_figures

__all__ = ["SentUnit", "Sources", "Words", "paper_keeper", "put_paper_counts", "sources_of", "units_sent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentUnit:
    """What a package says of a unit."""

    parts: Mapping[FiguresKey, Figures]
    steps: StepCounts | None
    """Books by step; None: the package does not say."""
    day: str
    late: bool


Words = tuple[str, str]
"""Difficulties and proposals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that the rows of a form are made from."""

    tree: OfficeTree
    own: Mapping[OfficeKey, Mapping[FiguresKey, Figures]]
    sent: Mapping[int, SentUnit]
    day: str
    """Last day of the period."""
    words: Mapping[int, Words]
    """What packages of the period's last day pass on of units' words, by the unit's id."""
    left_to_heirs: frozenset[int] = frozenset()
    """Units whose figures are of a day on which they were joined already: the unit they joined counts instead."""
    untyped: Sequence[KeptPaperCount] = ()
    """Lines of all register types together, which no column of a form can take."""
    doubtful: Sequence[KeptPaperCount] = ()
    """Lines whose numbers are likely wrong, or counted once more in another line or volume."""

    def of(self, office_id: int) -> Mapping[FiguresKey, Figures] | None:
        """Figures of one unit alone: its own record before a package; None when there are none."""
        if (office_id, "") in self.own:
            return self.own[office_id, ""]
        return self.sent[office_id].parts if office_id in self.sent else None


def sources_of(
    connection: Connection, tree: OfficeTree, period: Period, span: tuple[str, str], day: str, *, within: bool = True
) -> Sources:
    """Everything that tells of a period.

    Args:
        connection: a connection.
        tree: all units.
        period: which packages.
        span: stored moments between which something counts as entered in the period.
        day: its last day.
        within: whether packages tell what was entered in the period; they do not of days chosen freely.
    """
    own = figures_by_office(connection, *span)
    counts = list_paper_counts(connection)
    doubts = doubts_of(counts, listed_in_figures(own))
    put_paper_counts(own, counts)
    arrived = [(p, Package.model_validate_json(p.content)) for p in newest_packages(connection, period.value, day)]
    sent = units_sent(tree, arrived, day, within=within)
    # figures of a unit that was joined into another stand until the other one has sent its own
    left = {office_id for office_id in sent if _is_left(tree, sent, office_id, day)}
    late = frozenset(office_id for office_id in left if sent[office_id].day >= tree.offices[office_id].abolished_on)
    standing = {office_id: unit for office_id, unit in sent.items() if office_id not in left}
    return Sources(
        tree=tree,
        own={key: settled(parts) for key, parts in own.items()},
        sent=standing,
        day=day,
        words=words_sent(tree, arrived, day),
        left_to_heirs=late,
        untyped=[count for count in counts if count.register_type is None],
        doubtful=[count for count in counts if count.id in doubts],
    )


def put_paper_counts(own: dict[OfficeKey, dict[FiguresKey, Figures]], counts: Iterable[KeptPaperCount]) -> None:
    """Let counts on paper stand for the volumes of their office, type and years, which may not all be listed yet.

    A line that knows no cases leaves the cases that were counted book by book, and the books that it has beyond those
    listed are not counted yet. A dash takes no listed volume away. Books of an earlier phase stand apart.
    """
    lines: dict[tuple[int | None, RegisterType], list[KeptPaperCount]] = {}
    for count in counts:
        if count.register_type is None:
            continue  # all types together: shown beside the forms, no type's column can take it
        if count.elsewhere:
            figures = Figures(elsewhere_books=count.books or 0, elsewhere_cases=count.cases or 0)
            _add(own, paper_keeper(own, count.office_id), _key(count.register_type, count), figures)
        else:
            lines.setdefault((count.office_id, count.register_type), []).append(count)
    for (office_id, kind), found in lines.items():
        office, listed = paper_keeper(own, office_id), _listed(own, office_id, kind)
        for group in _by_years(found):
            covered = [key for key in listed if any(_covers(count, key[1][1]) for count in group)]
            if all(c.no_register for c in group) and covered:
                continue
            if all(c.cases is None for c in group) and any(listed[key].total.known for key in covered):
                more = sum(c.books or 0 for c in group) - sum(listed[key].books for key in covered)
                if more > 0:
                    _add(own, office, _key(kind, group[0]), Figures(books=more, total=Total(unknown=1)))
                continue
            books_told = any(c.books is not None for c in group)  # else those that are listed are all anybody knows of
            for keeper, key in covered:
                kept = own[keeper][key]
                own[keeper][key] = replace(kept, books=0 if books_told else kept.books, total=Total())
            covered_keys = set(covered)
            listed = {key: figures for key, figures in listed.items() if key not in covered_keys}
            for count in group:
                total = Total(unknown=1) if count.cases is None else Total(known=count.cases)
                _add(own, office, _key(kind, count), Figures(books=count.books or 0, total=total))


def paper_keeper(own: Mapping[OfficeKey, object], office_id: int | None) -> OfficeKey:
    """Whose row takes a line: the unit's, and without units that of the one authority that registers are kept under."""
    named = [key for key in own if key[0] is None and key[1]] if office_id is None else []
    return named[0] if len(named) == 1 else (office_id, "")


def _listed(
    own: Mapping[OfficeKey, Mapping[FiguresKey, Figures]], office_id: int | None, kind: RegisterType
) -> dict[tuple[OfficeKey, FiguresKey], Figures]:
    """What the single volumes of a unit and type say, by row and year; without units, those of every authority."""
    return {
        (keeper, key): figures
        for keeper, parts in own.items()
        if keeper[0] == office_id
        for key, figures in parts.items()
        if key[0] is kind
    }


def _by_years(lines: list[KeptPaperCount]) -> Iterable[list[KeptPaperCount]]:
    """Lines that stand for the same volumes: those of the same years, all of them as soon as one is of every year."""
    groups: dict[tuple[int | None, int | None], list[KeptPaperCount]] = {}
    for line in lines:
        groups.setdefault((line.year_from, line.year_to), []).append(line)
    return [lines] if (None, None) in groups else groups.values()


def _covers(line: KeptPaperCount, year: int) -> bool:
    if line.year_from is None and line.year_to is None:
        return True
    return bool(year) and (line.year_from or 0) <= year <= (line.year_to or year)


def _key(kind: RegisterType, count: KeptPaperCount) -> FiguresKey:
    one_year = count.year_from is not None and count.year_from == count.year_to
    return kind, (count.year_from or 0) if one_year else 0


def _add(own: dict[OfficeKey, dict[FiguresKey, Figures]], office: OfficeKey, key: FiguresKey, more: Figures) -> None:
    parts = own.setdefault(office, {})
    parts[key] = parts[key] + more if key in parts else more


Arrived = tuple[KeptPackage, Package]
"""A package as it is kept, and what is in it."""


def units_sent(tree: OfficeTree, arrived: Iterable[Arrived], day: str, *, within: bool = True) -> dict[int, SentUnit]:
    """For each unit the newest figures that a package has of it, by the unit's id.

    Figures of an earlier day stand with nothing entered in the period, and so do all where it is no period of packages.
    """
    found: dict[int, SentUnit] = {}
    for kept, package in arrived:
        for unit in package.units:
            office = tree.by_code(unit.code)
            if office is not None and (office.id not in found or found[office.id].day <= kept.day):
                found[office.id] = _sent(kept, unit, today=within and kept.day == day)
    return found


def words_sent(tree: OfficeTree, arrived: Iterable[Arrived], day: str) -> dict[int, Words]:
    """What units say of a day: by their own package, else as the unit above them passes it on."""
    own: dict[int, Words] = {}
    passed_on: dict[int, Words] = {}
    for kept, package in arrived:
        if kept.day != day:
            continue
        own[kept.office_id] = package.difficulties, package.proposals
        for unit in package.words:
            if (office := tree.by_code(unit.code)) is not None:
                passed_on[office.id] = unit.difficulties, unit.proposals
    return {office_id: words for office_id, words in (passed_on | own).items() if any(words)}


def _is_left(tree: OfficeTree, sent: Mapping[int, SentUnit], office_id: int, day: str) -> bool:
    """Whether the figures of a joined unit are among those that the unit it joined has sent since."""
    office, heir = tree.offices[office_id], tree.standing(office_id)
    if heir is None or heir.id == office_id or not office.abolished_on or office.abolished_on > day:
        return False
    return heir.id in sent and sent[heir.id].day >= office.abolished_on


def _sent(kept: KeptPackage, unit: UnitLines, *, today: bool) -> SentUnit:
    return SentUnit(
        parts=settled(parts_of(unit.lines, today=today)),
        steps=steps_of(unit),
        day=kept.day,
        late=bool(kept.late),
    )
