"""Which addresses may be reached: public ones, and the private ones that the user allows.

Judges one address at a time and knows nothing of names, so that what is judged is what gets
connected to. The networks are those of IANA's special-purpose registries, plus the clouds'
metadata services; an address that wraps an IPv4 address is judged by what it wraps.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_CLOSED: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), what)
    for network, what in (
        ("169.254.169.254/32", "a cloud's metadata service"),
        ("168.63.129.16/32", "a cloud's metadata service"),  # Azure's, in public space
        ("0.0.0.0/8", "this machine"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "private to a provider"),
        ("127.0.0.0/8", "this machine"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "for documentation only"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for benchmarks only"),
        ("198.51.100.0/24", "for documentation only"),
        ("203.0.113.0/24", "for documentation only"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "this machine"),
        ("::1/128", "this machine"),
        ("64:ff9b:1::/48", "private"),
        ("100::/64", "reserved"),
        ("2001::/23", "a tunnel or reserved"),
        ("2001:db8::/32", "for documentation only"),
        ("2002::/16", "a tunnel"),
        ("3fff::/20", "for documentation only"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")  #: all that is handed out of IPv6
#: The last four bytes are an IPv4 address: mapped, translated (SIIT), NAT64.
_WRAPPERS = tuple(map(IPv6Network, ("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")))


def networks(allow: Iterable[str | Network]) -> tuple[Network, ...]:
    """Read *allow*, e.g. ``["10.0.0.0/8", "::1/128"]``.

    Raises:
        ValueError: one of them is no network.
    """
    return tuple(ip_network(str(network)) for network in allow)


def refusal(address: Address, allowed: Iterable[Network]) -> str:
    """Say what kind of address may not be reached, with the way out; ``""`` where it may."""
    address = _plain(address)
    if any(address in network for network in allowed):
        return ""
    for network, what in _CLOSED:
        if address in network:
            return f"{what}; if that is intended, add {network} to net.allow"
    if isinstance(address, IPv6Address) and address not in _GLOBAL_V6:
        return f"reserved; if that is intended, add {address}/128 to net.allow"
    return ""


def literal(host: str) -> Address | None:
    """Return the address that *host* is, None if it is a name.

    ``2130706433``, ``0x7f.1`` and ``0177.0.0.1`` are 127.0.0.1: resolvers read them so.
    """
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def readable(texts: Iterable[str]) -> Iterator[Address]:
    """Yield those of a resolver's answers that are addresses."""
    for text in texts:
        if (address := literal(text)) is not None:
            yield address


def _plain(address: Address) -> Address:
    """Unwrap an IPv4 address and drop a zone (``%eth0``)."""
    if isinstance(address, IPv4Address):
        return address
    if any(address in wrapper for wrapper in _WRAPPERS):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return IPv6Address(int(address))
