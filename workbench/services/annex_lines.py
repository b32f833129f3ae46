"""Whose line of a printed annex is whose here, and why a line is nobody's that may be counted.

Plans count what communes keep in one line a district, before communes are listed. Where none is, one unit stands for
all of a district's: it is of the communes' level, so every form tells its counts as theirs, apart from the district's
own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from corrections.campaign.annex_counts import section_of
from corrections.campaign.annex_units import office_named
from corrections.campaign.annexes import Annex, AnnexRow
from corrections.campaign.figures import Figures, FiguresKey, form_data
from corrections.campaign.offices import Office, OfficeLevel, OfficeTree
from storage.opening.database import Connection
from storage.work_counts import OfficeKey
from vietnamese.addresses import AUTHORITY, place_key
from workbench.services.campaign_sources import paper_keeper
from workbench.services.context import Context
from workbench.services.days import today_kept
from workbench.services.settings import office_values

__all__ = ["LinesHere", "OwnFigures", "together"]

OwnFigures = Mapping[OfficeKey, Mapping[FiguresKey, Figures]]
"""Figures of each unit, of what is counted here."""
_CODE_ENDS = "-xa"


def _communes(tree: OfficeTree, district: Office, day: str) -> tuple[Office, ...]:
    """Units of the communes' level that stand directly below a district on a day."""
    below = tree.children(district.id)
    return tuple(one for one in below if one.level is OfficeLevel.COMMUNE and one.in_force(day))


def _is_together(unit: Office, district: Office) -> bool:
    """Whether a unit is all communes of that district in one."""
    return unit.code == together(district).code


def together(district: Office) -> Office:
    """The unit that stands for all communes of a district, as it is added."""
    return Office(
        code=f"{district.code}{_CODE_ENDS}",
        name=f"Các xã thuộc {district.name}",
        level=OfficeLevel.COMMUNE,
        parent_id=district.id,
        note="Gộp các xã chưa liệt kê riêng, để ghi số đếm của bản in.",
    )


class LinesHere:
    """Whose line of an annex is whose, and why a line is nobody's that may be counted here."""

    def __init__(
        self, ctx: Context, connection: Connection, annex: Annex, tree: OfficeTree, figures: OwnFigures
    ) -> None:
        self._annex, self._tree, self._mine, self._today = annex, tree, ctx.office_ids(), today_kept()
        volumes = form_data()["volumes"].get(annex.number)
        self._level = OfficeLevel(volumes["level"]) if volumes else None
        own = str(office_values(connection).get("unit_name", "")) or paper_keeper(figures, None)[1]
        self._alone = place_key(AUTHORITY.sub("", own)) if not len(tree) else ""
        self._own = own

    def of(self, row: AnnexRow) -> tuple[int | None, str]:
        """The unit of a row, and why its counts cannot be taken over; empty: they can."""
        if not len(self._tree):
            mine = bool(self._alone) and place_key(AUTHORITY.sub("", row.unit)) == self._alone
            return None, "" if mine else f"Không phải dòng của {self._own or 'đơn vị mình'}."
        level, name = office_named(row.unit)
        unit = self._named(row, name) if name else self._only(level)
        if unit is None:
            return None, "Không có đúng một đơn vị tên như vậy. Hãy sửa tên ở màn hình «Đơn vị» cho giống bản in."
        if self._mine is not None and unit.id not in self._mine:
            return unit.id, "Không phải đơn vị của bạn."
        communes = _communes(self._tree, unit, self._today)
        if self._level in (OfficeLevel.COMMUNE, None) and len(communes) == 1 and _is_together(communes[0], unit):
            return communes[0].id, ""
        if self._counts_communes(unit) and not communes:
            return unit.id, "Huyện này chưa có đơn vị cấp xã nào. Hãy thêm đơn vị gộp, hoặc danh sách các xã."
        if self._level is not None and unit.level is not self._level:
            return unit.id, (
                f"Phụ lục này là số của {self._level.label.lower()}; dòng này là số cộng của các đơn vị bên dưới. Hãy "
                "nạp phụ lục có từng đơn vị."
            )
        if self._level is None and any(one.in_force(self._today) for one in self._tree.children(unit.id)):
            return unit.id, "Dòng này là số cộng của các đơn vị bên dưới. Hãy nạp phụ lục có từng đơn vị."
        return unit.id, ""

    def district_of_all(self, office_id: int | None) -> Office | None:
        """The district all of whose communes a unit is; None for every other unit."""
        unit = self._tree.get(office_id)
        above = self._tree.get(unit.parent_id) if unit is not None else None
        return above if unit is not None and above is not None and _is_together(unit, above) else None

    def without_communes(self) -> tuple[Office, ...]:
        """Districts of the caller whose lines count their communes, of which none is listed."""
        named = [self._named(row, office_named(row.unit)[1]) for row in self._annex.rows] if len(self._tree) else []
        mine = [unit for unit in named if unit is not None and (self._mine is None or unit.id in self._mine)]
        found = {unit.id: unit for unit in mine if self._counts_communes(unit)}
        return tuple(unit for unit in found.values() if not _communes(self._tree, unit, self._today))

    def _counts_communes(self, unit: Office) -> bool:
        """Whether a line of that unit is what its communes keep, added up."""
        return self._level is OfficeLevel.COMMUNE and unit.level is OfficeLevel.DISTRICT

    def _named(self, row: AnnexRow, name: str) -> Office | None:
        find = partial(self._tree.of_words, day=self._today)
        if (found := find(name)) is not None:
            return found
        around = find(section_of(self._annex, row))
        return find(name, within=self._tree.subtree(around.id)) if around is not None else None

    def _only(self, level: OfficeLevel | None) -> Office | None:
        alone = [office for office in self._tree.in_force(self._today) if office.level is level]
        return alone[0] if len(alone) == 1 else None
