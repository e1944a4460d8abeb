"""Where a request comes from: the machine that is connected, and what it says of others.

What a request says of itself is believed only from a proxy: uvicorn's own belief is switched off.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from fastapi import Request

from cxdigest.config.addresses import is_loopback

Networks = Collection[IPv4Network | IPv6Network]
#: Any of these says that something stands between us and whoever asks.
_PASSED_ON = re.compile(
    r"(x-)?(forwarded|real-ip|client-ip|original|remote)(-.*)?|via|cf-.*|true-client-ip"
)
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:\[\]/@?#\\]+)(?::[0-9]{1,5})?")
_WAY = "x-forwarded-for"
#: As some proxies write it there: with the port, which is another each time.
_WITH_PORT = re.compile(r"\[([0-9a-fA-F:.]+)\](?::[0-9]+)?|([0-9.]+):[0-9]+")


def peer_of(request: Request) -> str:
    """Return the address of the machine that is connected."""
    return request.client.host if request.client else ""


def caller_of(request: Request, proxies: Networks = ()) -> str:
    """Return whom to count the tries of: the peer, or the one that a proxy of ours names.

    Of an IPv6 address only the part that a provider gives to one household.
    """
    peer = peer_of(request)
    named = ",".join(request.headers.getlist(_WAY)).rpartition(",")[2].strip()
    if named and (is_loopback(peer) or is_among(peer, proxies)):
        bare = _WITH_PORT.fullmatch(named)
        peer = (bare[1] or bare[2]) if bare else named
    try:
        address = ip_address(peer)
    except ValueError:
        return peer[:64]
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((int(address), 64), strict=False))
    return str(address)


def is_among(address: str, networks: Networks) -> bool:
    """Tell whether *address* lies in one of *networks*."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return any((mapped or found) in network for network in networks)


def host_of(request: Request) -> str:
    """Return the name under which we were asked, without its port; ``""``: none that is one."""
    found = _HOST.fullmatch(request.headers.get("host", ""))
    return found[1].strip("[]") if found else ""


def is_passed_on(request: Request) -> bool:
    """Tell whether a request shows that something passed it on."""
    # A proxy that is told nothing else asks by HTTP/1.0 and says no word; no browser does that.
    return request.scope.get("http_version") == "1.0" or any(
        _PASSED_ON.fullmatch(name.lower()) for name in request.headers
    )


def is_at_home(request: Request) -> bool:
    """Tell whether a browser on this very machine asks under a name of this very machine.

    Any other name may be a stranger's who has it lead here (DNS rebinding).
    """
    return (
        is_loopback(peer_of(request))
        and is_loopback(host_of(request))
        and not is_passed_on(request)
    )
