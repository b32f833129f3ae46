"""How fast passwords may be tried: each try is counted before it is checked, and failures make the next one wait.

Nobody is locked out: a wait ends after a minute at most. Somebody who signs in from where they have signed in before is
slowed only by failures on that very place, so a stranger who guesses elsewhere cannot keep the owner away.
Fewer than a hundred tries an hour on an account are possible (OWASP ASVS 2.2.1). Codes of the second step are six
digits, so they are slowed more: whoever knows a password guesses about a hundred a day, of a million.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from storage import sign_in_attempts as store
from storage.clock import moment, stamp, steady_now
from storage.opening.database import Connection
from workbench.services.errors import TooManyAttempts

__all__ = ["CODES", "PASSWORDS", "Pace", "admit", "client_key", "wait_after", "wait_left"]

_REMEMBERED = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much failures slow the next try down."""

    window: timedelta
    """How far back failures count."""
    longest_wait: float
    """Seconds."""
    what: str
    """Was wrong, as people are told."""
    help: str
    """Who can help whoever does not want to wait."""


PASSWORDS = Pace(window=timedelta(hours=1), longest_wait=60.0, what="mật khẩu", help="nhờ quản trị đặt lại mật khẩu")
CODES = Pace(window=timedelta(days=1), longest_wait=900.0, what="mã", help="nhờ quản trị đặt lại đăng nhập hai bước")


@dataclass(frozen=True, slots=True)
class _Key:
    name: str | None
    client: str | None
    free: int
    """Failures without a wait."""


def wait_after(failures: int, free: int, pace: Pace = PASSWORDS) -> float:
    """Seconds from the last failure to the next try: none for the first ones, then doubling to the longest wait."""
    return 0.0 if failures < free else min(pace.longest_wait, 2.0 ** min(failures - free + 1, 10))


def client_key(address: str) -> str:
    """What counts as one client: an IPv4 address, or the network part that one IPv6 subscriber owns."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address[:80]
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network(f"{ip}/64", strict=False))


def admit(connection: Connection, *, name: str, client: str, pace: Pace = PASSWORDS) -> None:
    """Count a try, in the caller's writing transaction; it is taken back when it was right.

    Raises:
        TooManyAttempts: it is too early for another try; nothing was counted.
    """
    left = wait_left(connection, name=name, client=client, pace=pace)
    if left > 0:
        raise TooManyAttempts(left, what=pace.what, help_=pace.help)
    store.add_attempt(connection, name=name, client=client, at=stamp(steady_now()))


def wait_left(connection: Connection, *, name: str, client: str, pace: Pace = PASSWORDS) -> float:
    """Seconds until this name may be tried from this client; none when it may be now."""
    at = steady_now()
    since = stamp(at - pace.window)
    keys = [_Key(name, client, 5)]
    if not store.is_known_place(connection, name=name, client=client, since=stamp(at - _REMEMBERED)):
        keys += [_Key(name, None, 20), *([_Key(None, client, 20)] if client else [])]
    longest = 0.0
    for key in keys:
        failures, last = store.failures(connection, name=key.name, client=key.client, since=since, until=stamp(at))
        if last is not None:
            longest = max(longest, wait_after(failures, key.free, pace) - (at - moment(last)).total_seconds())
    return longest
