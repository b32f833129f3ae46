"""Tokens with which other systems look entries up: made by an administrator, shown once, revoked at any time."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from corrections.campaign.offices import Office, OfficeTree
from corrections.entries import Role
from storage import lookup_tokens as store
from storage.clock import moment, now, stamp, steady_now
from storage.errors import DuplicateRecord
from storage.lookup_tokens import LookupToken
from storage.offices import office_tree
from vietnamese.shown_time import LOCAL, local_time
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.offices import unit_of_caller

__all__ = [
    "ACTOR",
    "LONGEST_DAYS",
    "LookupToken",
    "NewToken",
    "TokenLine",
    "list_tokens",
    "make_token",
    "revoke_token",
    "secret_hash",
    "token_lines",
]

ACTOR = "tra-cuu:"
"""Before the name of a system in the audit log: no account can be called so."""
LONGEST_DAYS = 366
"""A token ends after a year at the latest: whoever still needs it asks again."""
_NAME = re.compile(r"[^\W_][\w .()/-]{1,59}")
_BYTES = 32
"""Of chance in a token: 256 bits."""
_KIND = "sht_"
"""Begins every secret, so that one left in a file is recognised as what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token that was just made."""

    token: LookupToken
    secret: str
    """Shown once; only its digest is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """A token in words, for lists."""

    id: int
    name: str
    unit: str
    made_by: str
    made_at: str
    expires_at: str
    used_at: str
    state: str
    living: bool


@requires(Role.ADMINISTRATOR)
def make_token(ctx: Context, name: str, *, office_id: int | None, last_day: date) -> NewToken:
    """Let a system look up.

    Args:
        ctx: an administrator's.
        name: what the system is called.
        office_id: the unit whose records it sees, with those below; needed where there are several.
        last_day: the last day on which it works.

    Raises:
        InvalidInput: name, unit or day cannot be.
    """
    plain = " ".join(name.split())
    today = now().astimezone(LOCAL).date()
    if not _NAME.fullmatch(plain):
        raise InvalidInput("Tên hệ thống gồm 2 đến 60 chữ, số, dấu cách. Hãy ghi lại.")
    if not today <= last_day <= today + timedelta(days=LONGEST_DAYS):
        raise InvalidInput(f"Ngày hết hạn phải từ hôm nay đến {LONGEST_DAYS} ngày tới. Hãy chọn lại.")
    secret = _KIND + secrets.token_urlsafe(_BYTES)
    try:
        with ctx.write() as work:
            office = _office(ctx, office_tree(work.connection), office_id)
            token = LookupToken(
                name=ACTOR + plain,
                office_id=office_id,
                made_by=ctx.actor,
                made_at=stamp(now()),
                expires_at=stamp(datetime.combine(last_day + timedelta(days=1), time(), LOCAL)),
            )
            number = store.add_token(work.connection, token, secret_hash(ctx, secret))
            where = office.code if office else ""
            work.note("make_lookup_token", column=str(number), new=f"{plain} {where} {last_day.isoformat()}")
    except DuplicateRecord as error:
        raise InvalidInput(f"Đã có mã của «{plain}». Hãy đặt tên khác, ví dụ thêm năm.") from error
    return NewToken(token=replace(token, id=number), secret=secret)


def _office(ctx: Context, tree: OfficeTree, office_id: int | None) -> Office | None:
    """The unit a token is for; where there are several, one must be named.

    Raises:
        InvalidInput: none was named, or one the caller does not see.
    """
    if office_id is not None:
        return unit_of_caller(tree, ctx.office_ids(), office_id)
    if len(tree) > 1:
        raise InvalidInput("Hãy chọn đơn vị mà hệ thống được xem; chọn đơn vị trên cùng để xem tất cả.")
    return None


@requires(Role.ADMINISTRATOR)
def list_tokens(ctx: Context) -> tuple[LookupToken, ...]:
    """Tokens of the units the caller sees, newest first."""
    with ctx.read() as connection:
        return store.list_tokens(connection)


@requires(Role.ADMINISTRATOR)
def token_lines(ctx: Context, listed: Sequence[LookupToken]) -> tuple[TokenLine, ...]:
    """Tokens in words."""
    with ctx.read() as connection:
        tree = office_tree(connection)
    return tuple(_line(token, tree) for token in listed)


def _line(token: LookupToken, tree: OfficeTree) -> TokenLine:
    office = tree.get(token.office_id)
    over = moment(token.expires_at) <= steady_now()
    revoked = f"đã thu hồi {local_time(moment(token.revoked_at))}" if token.revoked_at else ""
    return TokenLine(
        id=token.id,
        name=token.name.removeprefix(ACTOR),
        unit=f"{office.code} {office.name}" if office else "cả cơ quan",
        made_by=token.made_by,
        made_at=local_time(moment(token.made_at)),
        expires_at=local_time(moment(token.expires_at)),
        used_at=local_time(moment(token.used_at)) if token.used_at else "chưa dùng",
        state=revoked or ("hết hạn" if over else "đang dùng được"),
        living=not revoked and not over,
    )


@requires(Role.ADMINISTRATOR)
def revoke_token(ctx: Context, token_id: int) -> LookupToken:
    """End a token for good, from the next call on.

    Raises:
        NotFound: no such token of the caller's units.
    """
    with ctx.write() as work:
        token = found(store.get_token(work.connection, token_id), Missing.TOKEN)
        if not token.revoked_at:
            at = stamp(steady_now())
            store.revoke_token(work.connection, token_id, at)
            work.note("revoke_lookup_token", column=str(token_id), old=token.name.removeprefix(ACTOR))
            token = replace(token, revoked_at=at)
        return token


def secret_hash(ctx: Context, secret: str) -> str:
    """Digest under which a token is kept: whoever can only write to the database cannot make one."""
    return hmac.new(ctx.database.secret("lookups"), secret.encode(), hashlib.sha256).hexdigest()
