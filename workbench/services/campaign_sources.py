"""Where the figures of a form come from beside the record itself: counts on paper, and packages of units below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from corrections.campaign.figures import Figures, FiguresKey, Period
from corrections.campaign.offices import OfficeTree
from corrections.campaign.packages import Package, StepCounts, UnitLines, parts_of, steps_of
from corrections.campaign.totals import Total
from layouts.register_types import RegisterType
from storage.campaign import KeptPackage, KeptPaperCount, list_paper_counts, newest_packages
from storage.opening.database import Connection
from storage.work_counts import OfficeKey, figures_by_office

__all__ = ["SentUnit", "Sources", "put_paper_counts", "sources_of", "units_sent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentUnit:
    """What a package says of a unit."""

    parts: Mapping[FiguresKey, Figures]
    steps: StepCounts | None
    """Books by step; None: the package does not say."""
    day: str
    late: bool
    difficulties: str = ""
    """Of the unit that sent the package; empty for those below it."""
    proposals: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that the rows of a form are made from."""

    tree: OfficeTree
    own: Mapping[OfficeKey, Mapping[FiguresKey, Figures]]
    sent: Mapping[int, SentUnit]
    day: str
    """Last day of the period."""

    def of(self, office_id: int) -> Mapping[FiguresKey, Figures] | None:
        """Figures of one unit alone: its own record before a package; None when there are none."""
        if (office_id, "") in self.own:
            return self.own[office_id, ""]
        return self.sent[office_id].parts if office_id in self.sent else None


def sources_of(connection: Connection, tree: OfficeTree, period: Period, span: tuple[str, str], day: str) -> Sources:
    """Everything that tells of a period.

    Args:
        connection: a connection.
        tree: all units.
        period: which packages.
        span: stored moments between which something counts as entered in the period.
        day: its last day.
    """
    own = figures_by_office(connection, *span)
    put_paper_counts(own, list_paper_counts(connection))
    return Sources(tree=tree, own=own, sent=units_sent(connection, tree, period, day), day=day)


def put_paper_counts(own: dict[OfficeKey, dict[FiguresKey, Figures]], counts: Iterable[KeptPaperCount]) -> None:
    """Let counts on paper stand for the volumes of their office and type, which may not all be listed yet.

    A line that knows no cases leaves the cases that were counted book by book. Books of an earlier phase stand apart.
    """
    lines: dict[tuple[OfficeKey, RegisterType], list[KeptPaperCount]] = {}
    for count in counts:
        if count.register_type is None:
            continue  # all types together: shown beside the forms, no type's column can take it
        office: OfficeKey = (count.office_id, "")
        if count.elsewhere:
            _add(
                own,
                office,
                _key(count.register_type, count),
                Figures(elsewhere_books=count.books or 0, elsewhere_cases=count.cases or 0),
            )
        else:
            lines.setdefault((office, count.register_type), []).append(count)
    for (office, kind), found in lines.items():
        parts = own.setdefault(office, {})
        listed = {k: f for k, f in parts.items() if k[0] is kind}
        counted = sum(f.total.known for f in listed.values())
        if all(c.cases is None for c in found) and counted:
            continue
        for key, figures in listed.items():
            parts[key] = replace(figures, books=0, total=Total())
        for count in found:
            total = Total(unknown=1) if count.cases is None else Total(known=count.cases)
            _add(own, office, _key(kind, count), Figures(books=count.books or 0, total=total))


def _key(kind: RegisterType, count: KeptPaperCount) -> FiguresKey:
    one_year = count.year_from is not None and count.year_from == count.year_to
    return kind, (count.year_from or 0) if one_year else 0


def _add(own: dict[OfficeKey, dict[FiguresKey, Figures]], office: OfficeKey, key: FiguresKey, more: Figures) -> None:
    parts = own.setdefault(office, {})
    parts[key] = parts[key] + more if key in parts else more


def units_sent(connection: Connection, tree: OfficeTree, period: Period, day: str) -> dict[int, SentUnit]:
    """For each unit the newest figures that a package has of it, by the unit's id.

    Figures of an earlier day stand with nothing entered in the period. Those of a unit that was joined into another
    stand until the other one has sent its own.
    """
    found: dict[int, SentUnit] = {}
    for kept in newest_packages(connection, period.value, day):
        package = Package.model_validate_json(kept.content)
        for unit in package.units:
            office = tree.by_code(unit.code)
            if office is not None and (office.id not in found or found[office.id].day <= kept.day):
                found[office.id] = _sent(kept, package, unit, of_sender=office.id == kept.office_id, day=day)
    for office_id in list(found):
        office = tree.offices[office_id]
        heir = tree.standing(office_id)
        if heir is None or heir.id == office_id or not office.abolished_on or office.abolished_on > day:
            continue
        if heir.id in found and found[heir.id].day >= office.abolished_on:
            del found[office_id]
    return found


def _sent(kept: KeptPackage, package: Package, unit: UnitLines, *, of_sender: bool, day: str) -> SentUnit:
    return SentUnit(
        parts=parts_of(unit.lines, today=kept.day == day),
        steps=steps_of(unit),
        day=kept.day,
        late=bool(kept.late),
        difficulties=package.difficulties if of_sender else "",
        proposals=package.proposals if of_sender else "",
    )
