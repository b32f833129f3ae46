"""What a unit's data must be before they are kept: code and name, who stands above it, its days and numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from corrections.campaign.calendars import day_shown
from corrections.campaign.offices import LONGEST_CODE, LONGEST_NAME, Office, OfficeError, OfficeLevel, OfficeTree
from corrections.campaign.possible_days import impossible_day
from corrections.campaign.totals import dotted

__all__ = ["check_day", "checked_office"]

_ABOVE = {
    OfficeLevel.COMMUNE: (OfficeLevel.DISTRICT, OfficeLevel.PROVINCE),
    OfficeLevel.DISTRICT: (OfficeLevel.PROVINCE,),
    OfficeLevel.PROVINCE: (),
}
"""Levels a unit's parent may have: where there are no districts, a commune stands below its province."""
_MOST = 1_000_000
"""Machines of a unit, cases of a machine and day: more is a slip of the finger. By judgement."""


def checked_office(office: Office, tree: OfficeTree) -> Office:
    """The unit with its texts in order.

    Raises:
        OfficeError: no code or name, texts or numbers too long to be any, a code of another unit, a parent that cannot
            be one, or dates that cannot be.
    """
    office = _tidy(office)
    if not office.code or not office.name:
        raise OfficeError("Đơn vị phải có mã và tên. Hãy điền cả hai.")
    for text, most, name in ((office.code, LONGEST_CODE, "mã"), (office.name, LONGEST_NAME, "tên")):
        if len(text) > most:
            raise OfficeError(f"{office.name[:LONGEST_CODE]}…: {name} dài quá {most} ký tự. Hãy viết gọn lại.")
    other = tree.by_code(office.code)
    if other is not None and other.id != office.id:
        raise OfficeError(f"Mã {office.code} đã là của {other.name}. Hãy kiểm tra lại mã đơn vị.")
    _check_parent(office, tree)
    _check_days(office)
    for count, name in ((office.quota, "Định mức"), (office.machines, "Số máy")):
        if count is not None and not 1 <= count <= _MOST:
            raise OfficeError(f"{office.name}: {name} phải từ 1 đến {dotted(_MOST)}; để trống khi chưa rõ.")
    return office


def _tidy(office: Office) -> Office:
    def plain(text: str) -> str:
        return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())

    return replace(
        office,
        code=plain(office.code),
        name=plain(office.name),
        contact_name=plain(office.contact_name),
        contact_phone=plain(office.contact_phone),
        contact_email=plain(office.contact_email),
        area_officer=plain(office.area_officer),
        note=plain(office.note),
    )


def _check_parent(office: Office, tree: OfficeTree) -> None:
    parent = tree.get(office.parent_id)
    if office.parent_id is not None and parent is None:
        raise OfficeError(f"{office.name}: không có đơn vị cấp trên đã ghi. Hãy nhập đơn vị cấp trên trước.")
    if parent is not None and parent.level not in _ABOVE[office.level]:
        raise OfficeError(
            f"{office.name} ({office.level.label}) không thể trực thuộc {parent.name} ({parent.level.label}). "
            "Hãy chọn lại cấp hoặc đơn vị cấp trên."
        )
    if parent is not None and parent.abolished_on and not office.abolished_on:
        raise OfficeError(
            f"{office.name} không thể trực thuộc {parent.name}, đơn vị thôi hoạt động từ "
            f"{day_shown(parent.abolished_on)}. Hãy chọn cấp trên hiện nay."
        )


def _check_days(office: Office) -> None:
    for text, name in (
        (office.starts_on, "ngày bắt đầu"),
        (office.target_on, "hạn hoàn thành"),
        (office.valid_from, "ngày thành lập"),
        (office.abolished_on, "ngày giải thể"),
    ):
        if text:
            check_day(text, f"{office.name}: {name}")
    for first, last, what in (
        (office.starts_on, office.target_on, "hạn hoàn thành trước ngày bắt đầu"),
        (office.valid_from, office.abolished_on, "ngày giải thể trước ngày thành lập"),
    ):
        if first and last and last < first:
            raise OfficeError(f"{office.name}: {what}. Hãy sửa lại ngày.")
    if office.cutoff:
        try:
            dt.time.fromisoformat(office.cutoff)
        except ValueError as error:
            raise OfficeError(f"{office.name}: giờ chốt «{office.cutoff}» phải có dạng 15:00.") from error


def check_day(text: str, what: str) -> None:
    """Let a day (`yyyy-mm-dd`) pass that a unit's papers can bear.

    Args:
        text: the day.
        what: whose day it is, Vietnamese (`Xã Lộc An: hạn hoàn thành`).

    Raises:
        OfficeError: there is no such day, or no plan of ours can mean it.
    """
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise OfficeError(f"{what} «{day_shown(text)}» không phải ngày. Hãy ghi như 15/07/2023.") from error
    if why := impossible_day(day, what):
        raise OfficeError(why)
