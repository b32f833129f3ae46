"""The addresses this machine answers to, read from its interfaces: nobody outside is asked."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Set as AbstractSet
from urllib.parse import urlsplit

import psutil

__all__ = ["is_loopback", "is_own_host", "own_address", "own_addresses"]

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def own_addresses() -> tuple[str, ...]:
    """IP addresses of every interface, loopback left out; IPv4 first."""
    found = [
        ipaddress.ip_address(address.address.split("%")[0])
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family in (socket.AF_INET, socket.AF_INET6)
    ]
    outward = (address for address in found if not (address.is_loopback or address.is_link_local))
    return tuple(str(address) for address in sorted(outward, key=lambda a: a.version))


def own_address() -> str:
    """The address other machines of the office most likely reach this one by; loopback when there is none."""
    return next(iter(own_addresses()), "127.0.0.1")


def is_loopback(address: str) -> bool:
    """Whether what is served on an address is heard on this machine alone."""
    try:
        return address in _LOOPBACK or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def is_own_host(host: str, named: AbstractSet[str] = frozenset()) -> bool:
    """Whether a Host header names this machine: a page of another site that gave its name our address does not.

    Args:
        host: the header, with or without a port.
        named: further names, lower case.
    """
    try:
        parts = urlsplit(f"//{host}")
        name, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not name or parts.netloc != host or parts.username is not None:
        return False
    name = name.rstrip(".")
    own_names = {socket.gethostname().lower(), socket.gethostname().lower().split(".")[0]}
    return name in _LOOPBACK or name in named or name in own_names or name in own_addresses()
