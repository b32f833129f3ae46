"""Who calls a service, on which database: the first argument of every service, and the table of required roles."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from corrections.entries import AuditEvent, Role
from storage.accounts import SYSTEM_NAME, Account
from storage.audit_log import append_events
from storage.clock import now
from storage.errors import RestoreUnfinished
from storage.offices import office_tree
from storage.opening.database import Connection, Database
from storage.opening.upgrades import copy_before_upgrade
from storage.scan_files import ScanFiles
from storage.separation import Scope, everything
from workbench.config import Settings
from workbench.services.days import today_kept
from workbench.services.errors import NotAllowed, NotSignedIn

__all__ = ["REQUIRED_ROLES", "RESTORING", "Context", "Work", "anyone", "open_context", "requires", "system_context"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

REQUIRED_ROLES: dict[str, tuple[Role, ...] | None] = {}
"""`module.function` to the least role that may call it, with those beside it that may too; None: no sign-in needed.
Filled by the decorators below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a service works with."""

    database: Database
    settings: Settings
    account: Account | None = None
    """Who is signed in."""

    @property
    def scans(self) -> ScanFiles:
        """The folder of scan files."""
        return ScanFiles(self.settings.data_dir / "scans")

    @property
    def actor(self) -> str:
        """Name for the audit log."""
        return self.account.name if self.account else ""

    @property
    def who(self) -> Account:
        """The account signed in.

        Raises:
            NotSignedIn: nobody is.
        """
        if self.account is None:
            raise NotSignedIn
        return self.account

    @property
    def account_id(self) -> int | None:
        """Id of the account; None for the system, which has no row."""
        return self.account.id if self.account and self.account.id else None

    def as_account(self, account: Account) -> Context:
        """The same for another account."""
        return replace(self, account=account)

    def may(self, *roles: Role) -> bool:
        """Whether the account has at least one of these roles, or one that includes it."""
        account = self.account
        return account is not None and account.active and any(account.role.includes(role) for role in roles)

    def scope(self) -> Scope | None:
        """Whose records the account sees; None: all.

        An account of an office sees that office, those below it and those joined into them; what has gone to another
        office is seen there from the day on. One without an office sees everything where there are not several offices;
        else only an administrator does, and nobody else anything.
        """
        account = self.account
        if account is None or (account.office_id is None and account.role is Role.ADMINISTRATOR):
            return None
        with self.database.read() as connection:
            tree = office_tree(connection)
        if account.office_id is not None:
            above = frozenset(office.id for office in tree.ancestors(account.office_id)) - {account.office_id}
            within = tree.counted_in(account.office_id, today_kept())
            return Scope(own=account.office_id, offices=within, above=above)
        return Scope(own=None, offices=frozenset()) if len(tree) > 1 else None

    def office_ids(self) -> frozenset[int] | None:
        """Ids of the offices the account sees; None: all."""
        scope = self.scope()
        return None if scope is None else scope.offices

    @contextmanager
    def write(self) -> Iterator[Work]:
        """A transaction; its audit events are chained to the log as its last step, or nothing at all is kept."""
        with self.database.write(self.scope()) as connection:
            work = Work(connection=connection, actor=self.actor)
            yield work
            with everything(connection):
                append_events(connection, work.events)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view for reading."""
        with self.database.read(self.scope()) as connection:
            yield connection


@dataclass(slots=True)
class Work:
    """A writing transaction under way: its connection, and the events it will leave."""

    connection: Connection
    actor: str
    events: list[AuditEvent] = field(default_factory=list)

    def note(self, action: str, **details: Any) -> None:
        """Add an audit event; `details` are fields of `AuditEvent`."""
        self.events.append(AuditEvent(**{"id": 0, "at": now(), "actor": self.actor, "action": action, **details}))


def requires(
    role: Role, *beside: Role, whole: bool = False
) -> Callable[[Callable[Concatenate[Context, _P], _R]], Callable[Concatenate[Context, _P], _R]]:
    """Mark a service as needing at least this role, or one of those beside it.

    Everybody else is refused before anything is done. A service that changes something never names INSPECTOR.

    Args:
        role: the least role.
        beside: roles that do not include it and may all the same.
        whole: it concerns the whole installation, so an account of one office among several may not call it.

    Raises:
        NotSignedIn: by the marked service, where nobody is signed in.
        NotAllowed: by the marked service, to everybody who may not.
    """

    def mark(service: Callable[Concatenate[Context, _P], _R]) -> Callable[Concatenate[Context, _P], _R]:
        _register(service, (role, *beside))

        @wraps(service)
        def guarded(ctx: Context, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            if ctx.account is None:
                raise NotSignedIn
            if not ctx.may(role, *beside):
                raise NotAllowed
            if whole and ctx.office_ids() is not None:
                raise NotAllowed(
                    "Việc này thay đổi cả hệ thống dùng chung của nhiều đơn vị, nên chỉ quản trị chung (tài khoản "
                    "không gắn với đơn vị nào) làm được. Hãy nhờ người đó."
                )
            return service(ctx, *args, **kwargs)

        return guarded

    return mark


def anyone(service: Callable[_P, _R]) -> Callable[_P, _R]:
    """Mark a service as open to callers who are not signed in."""
    _register(service, None)
    return service


def _register(service: Callable[..., Any], roles: tuple[Role, ...] | None) -> None:
    REQUIRED_ROLES[f"{service.__module__.rsplit('.', 1)[-1]}.{service.__name__}"] = roles


RESTORING = ".dang-phuc-hoi"
"""A file in the data folder while a backup is being brought back."""

_opened: dict[str, Database] = {}
_opening = threading.Lock()


@anyone
def open_context(settings: Settings) -> Context:
    """A context nobody is signed in to; opens the database (and brings its schema to today's) once a process.

    Raises:
        RestoreUnfinished: a backup was being brought back and is not whole.
        StorageError: the database cannot be opened.
    """
    if (settings.data_dir / RESTORING).exists():
        raise RestoreUnfinished(str(settings.data_dir))
    with _opening:
        if settings.database not in _opened:
            copy_before_upgrade(settings.database, settings.data_dir / "backups", settings.data_dir / "trail")
            _opened[settings.database] = Database(settings.database, trail=settings.data_dir / "trail")
    return Context(database=_opened[settings.database], settings=settings)


@anyone
def system_context(settings: Settings) -> Context:
    """The context of the command line: whoever can run it has the data folder in their hands anyway."""
    return open_context(settings).as_account(Account(id=0, name=SYSTEM_NAME, role=Role.ADMINISTRATOR))
