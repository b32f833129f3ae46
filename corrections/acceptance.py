"""When a book may be accepted: by the commune, by the district's justice division, by the province's department.

The rules are a table: what stands in the way, at which levels, and the sentence people read. Facts come from the
record; nothing here looks anything up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from corrections.minutes import Past

__all__ = [
    "LEVEL_LABELS",
    "AcceptanceLevel",
    "ChangedEntry",
    "DeliveryFacts",
    "Hindrance",
    "changed_columns",
    "hindrances",
    "level_below",
    "levels_above",
]


class AcceptanceLevel(StrEnum):
    """Who accepts, from below; each level after the one before it."""

    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"


LEVEL_LABELS: Mapping[AcceptanceLevel, str] = {
    AcceptanceLevel.COMMUNE: "UBND cấp xã",
    AcceptanceLevel.DISTRICT: "Phòng Tư pháp",
    AcceptanceLevel.PROVINCE: "Sở Tư pháp",
}


def level_below(level: AcceptanceLevel, levels: Sequence[AcceptanceLevel]) -> AcceptanceLevel | None:
    """The level that accepts a book before this one; None for the first.

    Args:
        level: the level.
        levels: those that the book comes before, from below.
    """
    order = list(AcceptanceLevel)
    lower = [one for one in levels if order.index(one) < order.index(level)]
    return lower[-1] if lower else None


def levels_above(level: AcceptanceLevel) -> tuple[AcceptanceLevel, ...]:
    """Levels whose acceptance rests on that of this one."""
    order = tuple(AcceptanceLevel)
    return order[order.index(level) + 1 :]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedEntry:
    """An entry that is no longer as it was delivered."""

    entry_id: int
    why: str
    """`reopened`, `changed`, `new` (finished, or come in, after the delivery), `gone` (in another book), `pages` (its
    PDF would have others: joined, parted, scanned anew), `book` (volume or register type; no single entry)."""
    columns: tuple[str, ...] = ()
    """Official names of the columns whose value is another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFacts:
    """What is known of a book and its newest delivery."""

    delivered: bool
    """Whether there is a delivery at all."""
    rejected: bool
    """Whether the import tool refused the newest one."""
    waiting: int
    """Entries that nobody has finished: to review, with the supervisor, confirmed but not approved."""
    sent_back: int
    open_points: tuple[str, ...]
    """What the check of the whole book still asks (missing numbers, unread pages), in Vietnamese."""
    changes: tuple[ChangedEntry, ...] = ()
    comes_here: bool = True
    """Whether the book comes before this level at all: nobody below a district keeps the district's own registers."""
    accepted_below: bool = True
    """Whether the level below has accepted this very delivery; true for the first level."""
    accepted_here: bool = False
    """Whether this level has accepted this very delivery already."""
    returned_here: str = ""
    """Day on which this level returned this very delivery, as its last word; empty otherwise."""
    reason: str = ""
    """Why it is accepted although it was returned as it is: somebody had returned it by mistake, say."""
    past: tuple[Past, ...] = ()
    """What minutes about this delivery cannot come before."""
    out_of_house: str = ""
    """Who has the paper book, when it was handed out and not returned."""


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    holds: Callable[[DeliveryFacts], bool]
    sentence: Callable[[DeliveryFacts], str]
    levels: frozenset[AcceptanceLevel] = field(default=frozenset(AcceptanceLevel))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """One reason why a book cannot be accepted."""

    code: str
    message: str
    """Vietnamese, with what to do."""


def _count(facts: DeliveryFacts, *why: str) -> int:
    return sum(1 for change in facts.changes if change.why in why)


_TOLD = 2
"""Open points of a book that are told; how many more there are is said in a word."""


def _first(points: Sequence[str]) -> str:
    """The first points, each a sentence."""
    more = f" Và {len(points) - _TOLD} điểm nữa." if len(points) > _TOLD else ""
    return " ".join(points[:_TOLD]) + more


# Order is that of the work: what comes first is told first.
_RULES = (
    _Rule("other_level", lambda f: not f.comes_here,
          lambda f: "Sổ này không qua cấp nghiệm thu này: đơn vị giữ sổ thuộc cấp khác. Hãy chọn cấp khác."),
    _Rule("sent_back", lambda f: f.sent_back > 0,
          lambda f: f"Còn {f.sent_back} trường hợp bị trả lại chưa sửa xong. Hãy sửa rồi duyệt."),
    _Rule("waiting", lambda f: f.waiting > 0,
          lambda f: f"Còn {f.waiting} trường hợp chưa duyệt. Hãy đối chiếu, duyệt hết."),
    _Rule("open_points", lambda f: bool(f.open_points) and not f.waiting and not f.sent_back,
          lambda f: f"Còn {len(f.open_points)} điểm của cả quyển chưa nói rõ. {_first(f.open_points)} Hãy xem ở màn "
          "hình «Sổ hộ tịch», thẻ «Kiểm tra cả sổ» hoặc «Thông tin sổ»."),
    _Rule("no_delivery", lambda f: not f.delivered,
          lambda f: "Chưa xuất lần nào. Hãy xuất quyển này."),
    _Rule("rejected", lambda f: f.delivered and f.rejected,
          lambda f: "Lần xuất mới nhất bị phần mềm nhập trả. Hãy sửa rồi xuất lại."),
    _Rule("reopened", lambda f: _count(f, "reopened") > 0,
          lambda f: f"{_count(f, 'reopened')} trường hợp đã mở lại sau khi xuất. Hãy duyệt lại rồi xuất lại."),
    _Rule("changed", lambda f: _count(f, "changed", "new", "gone", "pages") > 0,
          lambda f: f"{_count(f, 'changed', 'new', 'gone', 'pages')} trường hợp khác với bản đã xuất. Hãy xuất lại."),
    _Rule("book_changed", lambda f: _count(f, "book") > 0,
          lambda f: "Số quyển hoặc loại sổ đã đổi sau khi xuất. Hãy xuất lại."),
    _Rule("below", lambda f: not f.accepted_below,
          lambda f: "Cấp dưới chưa nghiệm thu đúng bản xuất này.",
          frozenset({AcceptanceLevel.DISTRICT, AcceptanceLevel.PROVINCE})),
    _Rule("twice", lambda f: f.accepted_here,
          lambda f: "Cấp này đã nghiệm thu đúng bản xuất này rồi."),
    _Rule("returned", lambda f: bool(f.returned_here) and not f.reason,
          lambda f: f"Cấp này đã trả lại đúng bản này ngày {f.returned_here}. Hãy sửa rồi xuất bản giao mới; nếu trả "
          "nhầm, đánh dấu đạt và ghi lý do."),
    _Rule("book_out", lambda f: bool(f.out_of_house),
          lambda f: f"Sổ giấy còn ở {f.out_of_house}, chưa trả về. Hãy lập biên bản nhận lại sổ.",
          frozenset({AcceptanceLevel.PROVINCE})),
)  # fmt: skip


def hindrances(level: AcceptanceLevel, facts: DeliveryFacts) -> tuple[Hindrance, ...]:
    """Everything that stands in the way of an acceptance at a level; none: the book may be accepted."""
    return tuple(
        Hindrance(code=rule.code, message=rule.sentence(facts))
        for rule in _RULES
        if level in rule.levels and rule.holds(facts)
    )


def changed_columns(delivered: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Columns whose standard value is another than in the delivery, in the order of the entry."""
    names = dict.fromkeys((*now, *delivered))
    return tuple(name for name in names if delivered.get(name, "") != now.get(name, ""))
