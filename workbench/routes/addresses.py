"""The addresses this machine answers to, read from its interfaces: nobody outside is asked."""

from __future__ import annotations

import ipaddress
import socket

import psutil

__all__ = ["own_address", "own_addresses"]


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
