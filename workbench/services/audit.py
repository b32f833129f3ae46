"""The audit log: list its events, and verify that neither it nor the entries were edited behind its back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from corrections.audit import verify_chain
from corrections.entries import AuditEvent, Role
from corrections.titles import entry_title
from exports.manifest import manifest_of
from storage import audit_log
from storage.clock import stamp
from storage.entries import readable_entries
from storage.exports_log import all_manifests
from storage.opening.database import Connection
from storage.search_index_check import IndexSums, mend_index
from storage.separation import everything
from storage.trail.verify import TrailFault, trail_faults
from vietnamese.shown_time import dotted_day
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput

__all__ = ["NamesTheLog", "Verification", "list_events", "mend_search_index", "seal_anew", "verify"]

_MOST = 1000
"""Events given out at once."""
_SHOWN = 20
"""Faults of one kind told one by one."""


class NamesTheLog(Protocol):
    """What left the office and names a line of the log: the manifest of a book, or of a whole office."""

    @property
    def stem(self) -> str:
        """What the delivery is called."""
        ...

    @property
    def audit_event(self) -> int:
        """The line."""
        ...

    @property
    def audit_hash(self) -> str:
        """Its hash; empty in manifests of before there was one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a verification found."""

    ok: bool
    events: int
    entries: int
    problems: tuple[str, ...]
    """Vietnamese, one a line."""
    index_bent: bool = False
    """The search index is not what the entries say; `mend_search_index` makes it so."""


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def list_events(
    ctx: Context,
    *,
    entry_id: int | None = None,
    book_id: int | None = None,
    actor: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before_id: int | None = None,
    limit: int = 200,
) -> tuple[AuditEvent, ...]:
    """Events, newest first; `before_id` goes on where a page ended."""
    with ctx.read() as connection:
        return audit_log.list_events(
            connection,
            entry_id=entry_id,
            book_id=book_id,
            actor=actor,
            since=stamp(since) if since else None,
            until=stamp(until) if until else None,
            before_id=before_id,
            limit=min(limit, _MOST),
        )


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def verify(ctx: Context, manifests: Sequence[NamesTheLog] = ()) -> Verification:
    """Check the log's chain to the head noted inside and outside, and every row that says who decided what.

    Args:
        ctx: A supervisor's.
        manifests: of deliveries that lie outside the office: each names a line of the log and its hash.
    """
    with ctx.read() as connection, everything(connection):  # one chain and one set of seals for all offices
        seals: dict[int, str] = {}
        counter = _Counter()
        events = counter.counted(_sealing(audit_log.stream_events(connection), seals))
        problems = []
        try:
            faults = verify_chain(events, audit_log.noted_head(connection) or (0, audit_log.GENESIS), limit=_SHOWN)
            problems += [fault.message for fault in faults]
            # A fault stops the walk early; the seals of the events after it are still wanted.
            for _ in events:
                pass
        except (ValueError, TypeError, KeyError):
            problems.append(f"Nhật ký có dòng không đọc được sau dòng {counter.count}: đã bị sửa ngoài phần mềm.")
        index = IndexSums()
        entries, edited = _against_seals(connection, seals, index)
        problems += edited
        if ctx.database.trail is not None:
            problems += _told(trail_faults(connection, ctx.database.trail.heads))
        problems += _seen_before(connection)
        delivered = map(manifest_of, all_manifests(connection))
        problems += _against_manifests(connection, (m for m in (*delivered, *manifests) if m is not None))
        problems += (bent := _some(_told_of_index(connection, index)))
    return Verification(
        ok=not problems, events=counter.count, entries=entries, problems=tuple(problems), index_bent=bool(bent)
    )


class _Counter:
    def __init__(self) -> None:
        self.count = 0

    def counted(self, events: Iterable[AuditEvent]) -> Iterator[AuditEvent]:
        for event in events:
            self.count += 1
            yield event


def _sealing(events: Iterable[AuditEvent], seals: dict[int, str]) -> Iterator[AuditEvent]:
    for event in events:
        if event.entry_id is not None and event.source.startswith(audit_log.SEAL):
            seals[event.entry_id] = event.source
        yield event


def _against_seals(connection: Connection, seals: dict[int, str], index: IndexSums) -> tuple[int, list[str]]:
    """Every entry held against the log; on the same walk the words of each are counted for the search index."""
    count, problems = 0, []
    left = dict(seals)
    for entry_id, entry in readable_entries(connection):
        count += 1
        index.take(entry_id, entry)
        noted = left.pop(entry_id, None)
        called = (
            f"Trường hợp {entry_title(entry) or 'chưa rõ số'} (mã {entry_id})" if entry else f"Trường hợp mã {entry_id}"
        )
        if noted is None:
            problems.append(f"{called} không có dòng nhật ký nào: đã được thêm ngoài phần mềm.")
        elif entry is None or noted != audit_log.seal_of(entry):
            problems.append(f"{called} khác với lần lưu cuối trong nhật ký: đã bị sửa ngoài phần mềm.")
    problems += [
        f"Trường hợp mã {entry_id} có trong nhật ký nhưng không còn trong dữ liệu." for entry_id in sorted(left)
    ]
    return count, _some(problems)


_WORDS = {
    "row": "Dòng dữ liệu {} khác với lúc phần mềm ghi: đã bị sửa, thêm hoặc đặt lại ngoài phần mềm.",
    "gone": "Dòng dữ liệu {} không còn: đã bị xóa ngoài phần mềm.",
    "sums": "Tổng niêm phong của bảng {} không khớp với các dòng của bảng.",
    "pending": "Dòng dữ liệu {} vừa bị đổi ngoài phần mềm.",
    "triggers": "Bộ ghi nhận thay đổi {} đã bị gỡ hoặc bị sửa.",
    "foreign": "Có bộ phận lạ {} gắn vào cơ sở dữ liệu: nó có thể đổi những gì phần mềm ghi.",
    "unsealed": "Toàn bộ niêm phong của dữ liệu đã bị xóa.{}",
    "head_line": "Dòng {} của tệp đầu nhật ký (ngoài cơ sở dữ liệu) đã bị sửa.",
    "head_missing": "Tệp đầu nhật ký (ngoài cơ sở dữ liệu) không còn.{}",
    "head_event": "Nhật ký ở dòng {} không khớp với tệp đầu nhật ký: phần cuối bị cắt, bị thêm hoặc chuỗi bị tính lại.",
    "head_state": "Dữ liệu không khớp với tệp đầu nhật ký: có dòng bị xóa hoặc bị đặt lại như trước.{}",
}


def _against_manifests(connection: Connection, manifests: Iterable[NamesTheLog]) -> list[str]:
    return _some(
        f"Bản kê của lần xuất «{m.stem}» ghi dòng {m.audit_event} của nhật ký với mã khác: nhật ký đã bị viết lại."
        for m in manifests
        if m.audit_hash
        and (not isinstance(m.audit_event, int) or audit_log.hash_of_event(connection, m.audit_event) != m.audit_hash)
    )


def _told_of_index(connection: Connection, index: IndexSums) -> Iterator[str]:
    for fault in index.faults(connection):
        yield (
            f"Chỉ mục tìm kiếm của trường hợp mã {fault.entry_id} thiếu {len(fault.missing)} từ, thừa "
            f"{len(fault.foreign)} từ so với dữ liệu, nên tìm có thể sót: đã bị sửa ngoài phần mềm. Hãy dựng lại."
        )


@requires(Role.ADMINISTRATOR, whole=True)
def mend_search_index(ctx: Context) -> int:
    """Make the search index what the entries say; how many entries it was wrong for. The log keeps that it was."""
    with ctx.write() as work, everything(work.connection):
        mended = mend_index(work.connection)
        if mended:
            work.note("search_index_mended", new=str(mended))
    return mended


@requires(Role.ADMINISTRATOR, whole=True)
def seal_anew(ctx: Context, reason: str) -> None:
    """Take the data as it stands for right from now on, after somebody has looked into what was found.

    The log keeps who did it and why, and the old head file stays beside the new one.

    Raises:
        InvalidInput: no reason, or no trail is kept.
    """
    if not reason.strip() or ctx.database.trail is None:
        raise InvalidInput("Cần ghi lý do niêm phong lại, ví dụ ai đã kiểm tra và thấy gì.")
    ctx.database.seal_anew(actor=ctx.actor, reason=reason.strip())


_SEEN = {
    "tampered": "dữ liệu {table} {old} đã bị sửa ngoài phần mềm.",
    "older_database": "cơ sở dữ liệu cũ hơn (tới dòng {new}) đã được đặt vào chỗ bản đang dùng (tới dòng {old}).",
    "foreign_events": "nhật ký (tới dòng {new}) không nối từ chỗ đã ghi bên ngoài (dòng {old}): bị thêm hoặc bị thay.",
    "foreign_object": "bộ phận lạ {old} gắn vào bảng {table}; phần mềm gỡ nó nếu gỡ được. Nội dung: {new}",
    "triggers_lost": "bộ ghi nhận thay đổi bị gỡ hoặc sửa ({new}: {old}); phần mềm đã đặt lại.",
    "bent_before_upgrade": "trước khi nâng cấp từ {old} có {new} điều khác với lúc phần mềm ghi.",
    "sums_bent": "tổng niêm phong khác với lúc nhật ký tới dòng {new}: có dòng bị xóa hoặc bị đặt lại như trước.",
    "head_lost": "tệp đầu nhật ký ngoài cơ sở dữ liệu đã mất khi nhật ký tới dòng {new}.",
}


def _told(faults: Iterator[TrailFault]) -> list[str]:
    """The faults in words, some of each kind."""
    by_kind: dict[str, list[str]] = {}
    for fault in faults:
        by_kind.setdefault(fault.problem, []).append(_WORDS[fault.problem].format(fault.where))
    told = [line for lines in by_kind.values() for line in lines[:_SHOWN]]
    more = sum(max(0, len(lines) - _SHOWN) for lines in by_kind.values())
    return [*told, *([f"Và {more} điều nữa như vậy."] if more else [])]


def _seen_before(connection: Connection) -> list[str]:
    """What the program itself saw and put on record while people worked: it stays in the log for good."""
    try:
        found = audit_log.events_of(connection, actions=tuple(_SEEN), after_action="seal_anew", limit=_SHOWN + 1)
    except ValueError:
        return ["Có dòng nhật ký không đọc được: đã bị sửa ngoài phần mềm."]
    told = [
        f"Dòng {e.id} của nhật ký ({dotted_day(e.at)} {e.at:%H:%M} UTC) ghi nhận: "
        + _SEEN[e.action].format(table=e.column, old=e.old, new=e.new)
        for e in found[:_SHOWN]
    ]
    return told if len(found) <= _SHOWN else [*told, "Và những lần sau đó: xem trong nhật ký."]


def _some(lines: Iterable[str]) -> list[str]:
    """The first lines, and how many more there are."""
    every = list(lines)
    return every if len(every) <= _SHOWN else [*every[:_SHOWN], f"Và {len(every) - _SHOWN} điều nữa như vậy."]
