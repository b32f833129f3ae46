"""What all tables share: the metadata with the names of constraints, and columns that recur."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from sqlalchemy import CheckConstraint, Column, MetaData, SmallInteger, Text

__all__ = ["flag", "metadata", "one_of", "text_column"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, values: Iterable[str] | type[Enum]) -> CheckConstraint:
    """A column holds one of these values."""
    texts = [m.value for m in values] if isinstance(values, type) else list(values)
    quoted = ", ".join(f"'{text}'" for text in texts)
    return CheckConstraint(f"{column} IN ({quoted})", name=column)


def flag(name: str, default: int = 0) -> Column[int]:
    """A column of 0 or 1."""
    return Column(name, SmallInteger, CheckConstraint(f"{name} IN (0, 1)", name=name), nullable=False, default=default)


def text_column(name: str, default: str = "") -> Column[str]:
    """A text column that is never NULL."""
    return Column(name, Text, nullable=False, default=default)
