"""Packages of figures: made and signed by a unit, taken in by the one above, each of them once and whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from corrections.campaign.calendars import day_shown
from corrections.campaign.figures import Period
from corrections.campaign.offices import Office, OfficeTree
from corrections.campaign.packages import (
    NEWEST,
    Package,
    PackageError,
    Sealed,
    StepCounts,
    UnitLines,
    UnitWords,
    lines_of,
    read_package,
    refusal,
    step_lines_of,
)
from corrections.campaign.targets import CASE_STEPS, Step
from corrections.entries import Role
from storage import campaign as store
from storage import offices as office_store
from storage.campaign import KeptPackage
from storage.clock import moment, stamp
from storage.digests import sha256_hex
from storage.work_counts import OfficeKey
from vietnamese.shown_time import LOCAL, day_text, local_time
from workbench.services.campaign import CampaignReport, campaign_report, cutoff_of
from workbench.services.campaign_sources import sources_of
from workbench.services.context import Context, Work, requires
from workbench.services.errors import InvalidInput
from workbench.services.offices import unit_of_caller
from workbench.services.unit_steps import steps_by_unit, steps_together
from workbench.signing import fingerprint, is_public_key, public_key_of, sign, verified

__all__ = [
    "MadePackage",
    "PackageResult",
    "PackageStatus",
    "ReceivedPackage",
    "make_package",
    "own_key",
    "receive_packages",
    "received_packages",
    "register_key",
]

_KEYS = "keys"
_LARGEST = 32 * 1024 * 1024
"""Bytes of a package; 170 communes with 40 years of 8 registers take a fifth."""


class PackageStatus(StrEnum):
    """What became of a package."""

    TAKEN = "taken"
    LATE = "late"
    """Taken; made after the cut-off hour."""
    FOREIGN_DAY = "foreign_day"
    """Taken, but it is of another day than the one asked for."""
    KNOWN = "known"
    """The very same was taken before; nothing changed."""
    OLDER = "older"
    """A newer one of the same day is there; nothing changed."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePackage:
    """A package ready to be sent."""

    file_name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageResult:
    """What became of one file."""

    file_name: str
    status: PackageStatus
    message: str
    """Vietnamese, for people."""
    office: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPackage:
    """A package in the list of those that came in."""

    office: str
    made_at: str
    received_at: str
    late: bool


@requires(Role.SUPERVISOR)
def own_key(ctx: Context) -> tuple[str, str]:
    """Public key of this installation and its fingerprint, to be registered by the unit above."""
    key = public_key_of(ctx.settings.data_dir / _KEYS)
    return key, fingerprint(key)


@requires(Role.ADMINISTRATOR)
def register_key(ctx: Context, office_id: int, public_key: str) -> str:
    """Keep the key with which a unit signs; returns its fingerprint, to be compared with the unit on the telephone.

    Raises:
        InvalidInput: it is no key, or the unit is none of the caller's.
    """
    text = "".join(public_key.split()).lower()
    if not is_public_key(text):
        raise InvalidInput("Khóa phải gồm 64 chữ số 0-9, a-f như đơn vị gửi. Hãy sao chép lại.")
    mine = ctx.office_ids()
    with ctx.write() as work:
        office = unit_of_caller(office_store.office_tree(work.connection), mine, office_id)
        office_store.save_office(work.connection, replace(office, public_key=text))
        work.note("register_key", column=office.code, old=office.public_key, new=text)
    return fingerprint(text)


@requires(Role.SUPERVISOR)
def make_package(
    ctx: Context,
    *,
    office_id: int | None = None,
    period: Period = Period.DAY,
    day: dt.date | None = None,
    version: int = NEWEST,
) -> MadePackage:
    """A signed package with the figures of a unit and of all below it.

    Args:
        ctx: a supervisor's.
        office_id: which unit sends; None: the caller's own.
        period: day, week or month.
        day: of it; None: today.
        version: `WITHOUT_STEPS` for a unit above that still has the program of before.

    Raises:
        InvalidInput: there is no unit to send for, or the period ends after today: nobody above would take it.
    """
    report = campaign_report(ctx, office_id=office_id, period=period, day=day)
    with ctx.read() as connection:
        tree = office_store.office_tree(connection)
    office = tree.get(report.office_id)
    if office is None:
        raise InvalidInput("Chưa rõ gói là của đơn vị nào. Hãy nhập đơn vị của mình ở màn hình «Đơn vị» rồi chọn nó.")
    if report.day > dt.datetime.now(LOCAL).date():
        raise InvalidInput(
            f"Kỳ này đến {day_text(report.day)} mới hết nên cấp trên chưa nhận gói. Hãy chọn kỳ đã hết hoặc gói ngày."
        )
    own = next((text for text in report.texts if text.office_id == office.id), None)
    package = Package(
        office_code=office.code,
        office_name=office.name,
        period=period,
        day=report.day.isoformat(),
        made_at=dt.datetime.now(LOCAL).strftime("%Y-%m-%dT%H:%M:%S"),
        units=tuple(_units(ctx, tree, office, period, report.day, _steps(ctx, tree, report.day))),
        difficulties=own.difficulties if own else "",
        proposals=own.proposals if own else "",
        words=tuple(_words_below(tree, report)),
    )
    return sealed_package(ctx, package, version)


def _words_below(tree: OfficeTree, report: CampaignReport) -> Iterator[UnitWords]:
    """What units below have written, as the unit above takes it: of units that exist on the report's day."""
    for text in report.texts:
        unit = tree.get(text.office_id)
        if unit is not None and unit.id != report.office_id and unit.in_force(report.day.isoformat()):
            yield UnitWords(code=unit.code, name=unit.name, difficulties=text.difficulties, proposals=text.proposals)


_Steps = Mapping[OfficeKey, StepCounts | None]


def _steps(ctx: Context, tree: OfficeTree, day: dt.date) -> _Steps:
    """Books of every unit by step, as they stand now."""
    wanted = {step for step in Step if step not in CASE_STEPS}
    with ctx.read() as connection:
        moment = stamp(dt.datetime.now(LOCAL))
        sources = sources_of(connection, tree, Period.DAY, (moment, moment), day.isoformat())
        return steps_by_unit(connection, sources, wanted)


def _units(
    ctx: Context, tree: OfficeTree, office: Office, period: Period, day: dt.date, steps: _Steps
) -> Iterable[UnitLines]:
    """The unit's rows; a district's own figures and each commune below it, level by level."""
    report = campaign_report(ctx, office_id=office.id, period=period, day=day)
    for row in report.rows:
        unit = tree.get(row.office_id)
        if unit is None:
            continue
        if unit.id != office.id and tree.children(unit.id):
            yield from _units(ctx, tree, unit, period, day, steps)
        elif row.parts:
            on = day.isoformat()
            inside = tree.counted_in(unit.id, on) if unit.id != office.id else tree.kept_by(unit.id, on)
            books = steps_together(steps[key] for i in sorted(inside) if (key := (i, "")) in steps)
            told = None if books is None else step_lines_of(books)
            yield UnitLines(code=unit.code, name=unit.name, lines=lines_of(row.parts), steps=told)


@requires(Role.SUPERVISOR)
def sealed_package(ctx: Context, package: Package, version: int = NEWEST) -> MadePackage:
    """The file of a package, signed with this installation's key."""
    folder = ctx.settings.data_dir / _KEYS
    content = package.text(version)
    signature = sign(folder, content.encode())
    sealed = Sealed(version=version, content=content, public_key=public_key_of(folder), signature=signature)
    name = f"goi-{package.office_code}-{package.period}-{package.day}.json"
    return MadePackage(file_name=name, data=sealed.model_dump_json().encode())


@requires(Role.SUPERVISOR)
def receive_packages(
    ctx: Context, files: Iterable[tuple[str, bytes]], *, day: dt.date | None = None
) -> tuple[PackageResult, ...]:
    """Take in packages; each is taken whole or refused with the reason, whatever becomes of the others.

    Args:
        ctx: A supervisor's of the unit above.
        files: names and contents.
        day: the day that is being collected; packages of another one are named.
    """
    return tuple(_receive(ctx, name, raw, day) for name, raw in files)


def _receive(ctx: Context, name: str, raw: bytes, day: dt.date | None) -> PackageResult:
    def refused(message: str, office: str = "") -> PackageResult:
        return PackageResult(file_name=name, status=PackageStatus.REFUSED, message=message, office=office)

    if len(raw) > _LARGEST:
        return refused("Tệp quá lớn, không phải gói số liệu của phần mềm.")
    try:
        sealed, package = read_package(raw)
    except PackageError as error:
        return refused(str(error))
    with ctx.write() as work:
        tree = office_store.office_tree(work.connection)
        sender = tree.by_code(package.office_code)
        wrong = (_untrusted(sender, sealed) if sender else "") or refusal(
            package, tree, ctx.account.office_id if ctx.account else None, dt.datetime.now(LOCAL).date().isoformat()
        )
        if wrong or sender is None:
            return refused(wrong, package.office_name)
        return _keep(work, sender, name, sealed, package, day)


def _untrusted(sender: Office, sealed: Sealed) -> str:
    """Why the signature does not count; empty: it does."""
    if not verified(sealed.public_key, sealed.content.encode(), sealed.signature):
        return f"Gói ghi là của {sender.name} đã bị sửa sau khi ký. Không nhận gì từ gói này; hãy đề nghị gửi lại."
    if not sender.public_key:
        return (
            f"Chưa đăng ký khóa của {sender.name}. Hãy gọi điện so dấu vân khóa {fingerprint(sealed.public_key)} rồi "
            "đăng ký khóa ở màn hình này."
        )
    if sealed.public_key != sender.public_key:
        return (
            f"Gói ghi là của {sender.name} nhưng ký bằng khóa khác (dấu vân {fingerprint(sealed.public_key)}). Không "
            "nhận; nếu đơn vị cài lại máy, hãy đăng ký lại khóa."
        )
    return ""


def _keep(
    work: Work, sender: Office, name: str, sealed: Sealed, package: Package, day: dt.date | None
) -> PackageResult:
    shown = f"{package.period.label.lower()} {day_text(dt.date.fromisoformat(package.day))}"
    digest = sha256_hex(sealed.content.encode())
    known = store.package_of_digest(work.connection, digest)
    if known is not None:
        message = f"Gói {shown} của {sender.name} đã nhận trước đây; không có gì thay đổi."
        return PackageResult(file_name=name, status=PackageStatus.KNOWN, message=message, office=sender.name)
    same_day = store.packages_of_day(work.connection, package.period.value, package.day)
    newest = max((p.made_at for p in same_day if p.office_id == sender.id), default="")
    if newest > package.made_at:
        message = f"Đã có gói {shown} mới hơn của {sender.name} (làm lúc {_made_words(newest)}); bỏ qua gói cũ."
        return PackageResult(file_name=name, status=PackageStatus.OLDER, message=message, office=sender.name)
    late = package.made_at > dt.datetime.combine(
        dt.date.fromisoformat(package.day), cutoff_of(work.connection, sender, package.period)
    ).strftime("%Y-%m-%dT%H:%M:%S")
    store.add_package(
        work.connection,
        KeptPackage(
            office_id=sender.id,
            period=package.period.value,
            day=package.day,
            digest=digest,
            made_at=package.made_at,
            late=int(late),
            file_name=name,
            content=sealed.content,
        ),
    )
    work.note("receive_package", column=sender.code, new=f"{package.period} {package.day} {digest}")
    status, more = _status(package, day, late=late)
    return PackageResult(
        file_name=name, status=status, message=f"Đã nhận gói {shown} của {sender.name}{more}.", office=sender.name
    )


def _status(package: Package, day: dt.date | None, *, late: bool) -> tuple[PackageStatus, str]:
    if day is not None and package.day != day.isoformat():
        more = f"; gói không phải của ngày {day_text(day)} đang tổng hợp nên không tính vào số nhập trong ngày đó"
        return PackageStatus.FOREIGN_DAY, more
    if late:
        return PackageStatus.LATE, f"; làm lúc {_made_words(package.made_at)}, sau giờ chốt"
    return PackageStatus.TAKEN, ""


def _made_words(made_at: str) -> str:
    """When a package was made, the sender's clock: `01/12/2026 17:05`."""
    return f"{day_shown(made_at[: len('2026-12-01')])} {made_at[len('2026-12-01T') : -len(':00')]}"


@requires(Role.CLERK)
def received_packages(ctx: Context, period: Period, day: dt.date) -> tuple[ReceivedPackage, ...]:
    """Packages of a day that came in, in the order they were made."""
    with ctx.read() as connection:
        tree = office_store.office_tree(connection)
        kept = store.packages_of_day(connection, period.value, day.isoformat())
    return tuple(
        ReceivedPackage(
            office=tree.offices[p.office_id].name,
            made_at=_made_words(p.made_at),
            received_at=local_time(moment(p.received_at)),
            late=bool(p.late),
        )
        for p in kept
    )
