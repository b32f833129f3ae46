"""Receipts of saves: the same token sent twice gets the same answer and changes nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from storage.clock import now, stamp
from storage.codec import to_json
from storage.schema import save_receipts

__all__ = ["Receipt", "add_receipt", "find_receipt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was answered to a save."""

    token: str
    entry_id: int | None
    """None for a save of many entries."""
    account_id: int
    revision: int
    """Revision the save made."""
    result: dict[str, Any]


def find_receipt(connection: Connection, token: str) -> Receipt | None:
    """The receipt of a token."""
    row = connection.execute(select(save_receipts).where(save_receipts.c.token == token)).first()
    if row is None:
        return None
    return Receipt(
        token=row.token,
        entry_id=row.entry_id,
        account_id=row.account_id,
        revision=row.revision,
        result=json.loads(row.result),
    )


def add_receipt(connection: Connection, receipt: Receipt) -> None:
    """Keep a receipt, in the same transaction as the save it is for."""
    connection.execute(
        save_receipts.insert().values(
            token=receipt.token,
            entry_id=receipt.entry_id,
            account_id=receipt.account_id,
            revision=receipt.revision,
            created_at=stamp(now()),
            result=to_json(receipt.result),
        )
    )
