"""The plan: targets, teams with members, the roster, books given out, places and dates of teams."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_STEPS = (
    *("counted", "scanned", "read", "confirmed", "approved", "exported"),
    *("accepted_commune", "accepted_district", "accepted_province"),
)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, nullable=False)


def _day(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(10), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _one_of(table: str, column: str, *values: str) -> sa.CheckConstraint:
    named = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({named})", name=op.f(f"ck_{table}_{column}"))


def _zero_or_one(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN (0, 1)", name=op.f(f"ck_{table}_{column}"))


def _moment(name: str = "at") -> sa.Column[str]:
    return sa.Column(name, sa.String(30), nullable=False)


def _flag(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger, nullable=False)


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def upgrade() -> None:
    _make_plan_targets()
    _make_teams()
    _make_roster()
    _make_book_assignments()
    _make_plan_places()


def _make_plan_targets() -> None:
    op.create_table(
        "plan_targets",
        _id(),
        sa.Column("office_id", sa.Integer, nullable=True),
        sa.Column("register_type", sa.String(40), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        _day("starts_on"),
        _day("target_on"),
        sa.Column("amount", sa.Integer, nullable=True),
        _text("note"),
        sa.Column("account_id", sa.Integer, nullable=True),
        _moment(),
        _link("plan_targets", "office_id", "offices"),
        _one_of("plan_targets", "step", *_STEPS),
        sa.CheckConstraint("amount >= 1", name=op.f("ck_plan_targets_amount")),
        _key("plan_targets"),
    )
    _index("plan_targets", "office_id")


def _make_teams() -> None:
    op.create_table(
        "teams",
        _id(),
        sa.Column("office_id", sa.Integer, nullable=True),
        _text("name"),
        _text("note"),
        _flag("active"),
        _moment("created_at"),
        _link("teams", "office_id", "offices"),
        _zero_or_one("teams", "active"),
        _key("teams"),
    )
    _index("teams", "office_id")
    op.create_table(
        "team_members",
        _id(),
        sa.Column("team_id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=True),
        _text("name"),
        _day("body"),
        _flag("leader"),
        _flag("active"),
        _text("note"),
        _link("team_members", "team_id", "teams"),
        _link("team_members", "account_id", "accounts"),
        _one_of("team_members", "body", "justice", "police", "other"),
        _zero_or_one("team_members", "leader"),
        _zero_or_one("team_members", "active"),
        _key("team_members"),
    )
    _index("team_members", "team_id")
    _index("team_members", "account_id")


def _make_roster() -> None:
    op.create_table(
        "roster",
        _id(),
        sa.Column("team_id", sa.Integer, nullable=False),
        sa.Column("member_id", sa.Integer, nullable=False),
        _day("on_day"),
        sa.Column("shift", sa.String(11), nullable=False),
        _link("roster", "team_id", "teams"),
        _link("roster", "member_id", "team_members"),
        _key("roster"),
        sa.UniqueConstraint("member_id", "on_day", "shift", name=op.f("uq_roster_member_id_on_day_shift")),
    )
    _index("roster", "team_id")
    _index("roster", "on_day", "shift")


def _make_book_assignments() -> None:
    op.create_table(
        "book_assignments",
        _id(),
        sa.Column("book_id", sa.Integer, nullable=False),
        sa.Column("team_id", sa.Integer, nullable=True),
        sa.Column("account_id", sa.Integer, nullable=True),
        sa.Column("shift", sa.String(11), nullable=False),
        sa.Column("by_account", sa.Integer, nullable=True),
        _moment(),
        _link("book_assignments", "book_id", "books"),
        _link("book_assignments", "team_id", "teams"),
        _link("book_assignments", "account_id", "accounts"),
        _key("book_assignments"),
    )
    _index("book_assignments", "book_id")


def _make_plan_places() -> None:
    op.create_table(
        "plan_places",
        _id(),
        sa.Column("office_id", sa.Integer, nullable=True),
        sa.Column("team_id", sa.Integer, nullable=False),
        sa.Column("place_office_id", sa.Integer, nullable=True),
        _text("place"),
        _day("starts_on"),
        _day("ends_on"),
        _text("note"),
        sa.Column("account_id", sa.Integer, nullable=True),
        _moment(),
        _link("plan_places", "office_id", "offices"),
        _link("plan_places", "team_id", "teams"),
        _link("plan_places", "place_office_id", "offices"),
        _key("plan_places"),
    )
    for column in ("office_id", "team_id", "place_office_id"):
        _index("plan_places", column)


def downgrade() -> None:
    for table in ("plan_places", "book_assignments", "roster", "team_members", "teams", "plan_targets"):
        op.drop_table(table)
