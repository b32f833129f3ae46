"""Sessions: signing in and out, how long a session lives, and the record of tries that failed.

How fast one may try stands in `sign_in_pace`, what an account gives besides its password in `second_step`. A session
ends after its hours, or earlier when nobody uses it.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import accounts as store
from storage import sign_in_attempts as attempts
from storage.accounts import SYSTEM_NAME, Account, LivingSession
from storage.clock import moment, stamp, steady_now
from storage.errors import StorageError
from storage.opening.database import Connection
from storage.queues import release_leases
from workbench.services.context import Context, anyone
from workbench.services.errors import InvalidInput
from workbench.services.passwords import decoy_hash, verify
from workbench.services.second_step_rules import PasswordGiven, SecondStepNeeded, step_of_account
from workbench.services.sign_in_pace import PASSWORDS, Pace, admit, client_key, wait_left

__all__ = ["SignedIn", "context_of_session", "note_failure", "open_session", "sign_in", "sign_out", "token_hash_of"]

_LONGEST_NAME = 80
"""Characters of an account's name."""
_FAILURES_KEPT = timedelta(days=1)
_NOTED_AFTER = 1 / 20
"""Share of the idle time after which use is written down: a session ends that much early at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new session."""

    token: str
    """Secret of the session; only its digest is stored."""


@anyone
def sign_in(ctx: Context, *, name: str, password: str, client: str = "") -> SignedIn:
    """Open a session.

    Args:
        ctx: Nobody needs to be signed in.
        name: Account name.
        password: As typed.
        client: Address the attempt comes from, for slowing down.

    Raises:
        TooManyAttempts: the name or the client has failed often lately; the error says how long to wait.
        InvalidInput: name or password is wrong (the message does not tell which).
        SecondStepNeeded: both are right, and the account gives a code or chooses a password: see `second_step`.
    """
    name, client = name.encode("utf-8", "replace").decode().strip().lower()[:_LONGEST_NAME], client_key(client)
    with ctx.write() as work:
        # Counted before it is checked, in one transaction: parallel tries cannot slip in between.
        admit(work.connection, name=name, client=client)
        login = store.login_of(work.connection, name)
    # The same work is done for a name that does not exist: the time must not tell which names do.
    right = verify(login[1] if login else decoy_hash(), password)
    if login and right and login[0].active:
        _ask_for_second_step(ctx, login, client)
        if opened := open_session(ctx, login, client):
            return opened
    note_failure(ctx, "sign_in", name=name, client=client, account=login[0].name if login else "")
    raise InvalidInput("Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra bộ gõ tiếng Việt và phím Caps Lock.")


def _ask_for_second_step(ctx: Context, login: tuple[Account, str], client: str) -> None:
    account, password_hash = login
    with ctx.read() as connection:
        step = step_of_account(connection, account)
    if step is None:
        return
    with ctx.write() as work:  # the password was right; codes are counted apart
        attempts.take_back(work.connection, name=account.name, client=client)
    raise SecondStepNeeded(
        PasswordGiven(account=account, password_hash=password_hash, client=client, at=steady_now(), step=step)
    )


def note_failure(ctx: Context, what: str, *, name: str, client: str, account: str, pace: Pace = PASSWORDS) -> None:
    """Put a wrong password or code on record, and whether the next try has to wait.

    Args:
        ctx: nobody's at the door, the person's inside.
        what: was tried; `_failed` or `_slowed` is put behind it.
        name: under which the tries are counted.
        client: where they come from, as counted.
        account: whose password it should have been; empty: nobody's. What was typed as the name is not written down:
            people type their password in the wrong place.
        pace: how fast one may try.
    """
    with ctx.write() as work:
        wait = math.ceil(wait_left(work.connection, name=name, client=client, pace=pace))
        place = f"từ {client}" if client and ctx.account is None else ""
        work.note(
            f"{what}_slowed" if wait > 0 else f"{what}_failed",
            actor=ctx.actor or SYSTEM_NAME,
            new=account or "(không có tài khoản này)",
            reason=", ".join(filter(None, (place, f"phải chờ {wait} giây" if wait > 0 else ""))),
        )


def open_session(ctx: Context, login: tuple[Account, str], client: str, *, code_given: bool = False) -> SignedIn | None:
    """Open a session for somebody who has given all that the account asks for.

    Args:
        ctx: nobody's.
        login: the account and the digest of the password given.
        client: where they come from, as counted.
        code_given: so was a code of its second factor.

    Returns:
        None when the account was switched off meanwhile, has another password, or now asks for more.
    """
    account = login[0]
    token = f"{account.id}.{secrets.token_urlsafe(32)}"
    at = steady_now()
    expires_at = min(at + timedelta(hours=ctx.settings.session_hours), _idle_end(ctx, at))
    with ctx.as_account(account).write() as work:
        if store.login_of(work.connection, account.name) != login:
            return None  # switched off, or given another password, while this one was compared
        if step_of_account(work.connection, account, code_given=code_given) is not None:
            return None
        attempts.take_back(work.connection, name=account.name, client=client)
        attempts.forget_before(work.connection, stamp(at - _FAILURES_KEPT))
        attempts.note_place(work.connection, name=account.name, client=client, at=stamp(at))
        store.add_session(
            work.connection, token_hash=token_hash_of(ctx, token), account_id=account.id, expires_at=stamp(expires_at)
        )
        work.note("sign_in")
    return SignedIn(token=token)


def _idle_end(ctx: Context, at: datetime) -> datetime:
    """When a session used at a moment ends unless it is used again."""
    return at + timedelta(minutes=ctx.settings.session_idle_minutes)


@anyone
def context_of_session(ctx: Context, token: str, *, used: bool = True) -> Context | None:
    """The context of a session's account; None when the session has ended or the account is switched off.

    Args:
        ctx: Nobody needs to be signed in.
        token: the session's secret.
        used: a person did something, so the session is not idle; what a page asks by itself does not count.
    """
    with ctx.read() as connection:
        session = _session_of(connection, ctx, token)
    if session is None:
        return None
    inside = ctx.as_account(session.account)
    if used:
        _keep_alive(inside, session, token)
    return inside


def _keep_alive(ctx: Context, session: LivingSession, token: str) -> None:
    """Move the end of a session that is in use; written down now and then, not at each step."""
    latest = min(moment(session.opened_at) + timedelta(hours=ctx.settings.session_hours), _idle_end(ctx, steady_now()))
    if latest - moment(session.expires_at) < timedelta(minutes=ctx.settings.session_idle_minutes) * _NOTED_AFTER:
        return
    with suppress(StorageError), ctx.write() as work:  # a full disk or a busy database ends no work under way
        store.extend_session(work.connection, token_hash_of(ctx, token), expires_at=stamp(latest))


@anyone
def sign_out(ctx: Context, token: str) -> None:
    """End a session and give back the entries its account holds."""
    with ctx.write() as work:
        session = _session_of(work.connection, ctx, token)
        if session is None:
            return
        work.actor = session.account.name
        store.drop_session(work.connection, token_hash_of(ctx, token))
        release_leases(work.connection, account_id=session.account.id)
        work.note("sign_out")


def token_hash_of(ctx: Context, token: str) -> str:
    """Digest under which a session is kept: whoever can only write to the database cannot make one."""
    return hmac.new(ctx.database.secret("sessions"), token.encode(), hashlib.sha256).hexdigest()


def _session_of(connection: Connection, ctx: Context, token: str) -> LivingSession | None:
    """The living session of a secret; the secret names its account, so one turned over to another account ends."""
    session = store.living_session(connection, token_hash_of(ctx, token))
    return session if session is not None and token.startswith(f"{session.account.id}.") else None
