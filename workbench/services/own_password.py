"""The password asked for once more, before somebody who is signed in changes how they sign in."""

from __future__ import annotations

from storage import accounts as store
from storage import sign_in_attempts as attempts
from workbench.services.context import Context
from workbench.services.errors import InvalidInput
from workbench.services.passwords import verify
from workbench.services.sessions import note_failure
from workbench.services.sign_in_pace import admit

__all__ = ["prove_password"]


def prove_password(ctx: Context, what: str, password: str) -> None:
    """Stop whoever does not know the password of the account signed in; a step of services that have checked the role.

    Args:
        ctx: whose.
        what: it is asked for, as the audit log calls it.
        password: as typed.

    Raises:
        TooManyAttempts: wrong too often lately, counted as at the door.
        InvalidInput: wrong.
    """
    # counted apart from sign-ins: mistakes made here keep nobody from signing in elsewhere
    name, client = f"{ctx.who.name}:password", "password"
    with ctx.write() as work:
        admit(work.connection, name=name, client=client)
        login = store.login_of(work.connection, ctx.who.name)
    if login is None or not verify(login[1], password):
        note_failure(ctx, what, name=name, client=client, account=ctx.who.name)
        raise InvalidInput("Mật khẩu đang dùng không đúng. Hãy nhập lại.")
    with ctx.write() as work:
        attempts.take_back(work.connection, name=name, client=client)
