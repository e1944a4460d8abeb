"""The keys of the section ``web``: where pages are served, and where readers find them."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from cxdigest.config.addresses import check_host, check_web_url, is_loopback
from cxdigest.config.keys import Keys, unset
from cxdigest.config.operations import Token
from cxdigest.config.values import FilePath, Line, Network, Switch
from cxdigest.config.wording import shown, wrong
from cxdigest.language import _

_LISTEN = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^:\[\]/]+)):([0-9]{1,5})")
_PORTS = range(1, 65_536)


def _check_listen(value: str) -> str:
    found = _LISTEN.fullmatch(value)
    if not found or int(found[3]) not in _PORTS:
        raise wrong(
            _("{value} is not a host and a port", value=shown(value)),
            _('write both, "127.0.0.1:8080"'),
        )
    check_host(found[1] or found[2])
    return value


def _check_public_url(value: str) -> str:
    """Return *value* without a slash at its end."""
    parts = urlsplit(check_web_url(value))
    if parts.path.strip("/") or parts.query or parts.fragment or "?" in value or "#" in value:
        instead = _(
            'write "{scheme}://{value}"', scheme=parts.scheme, value=parts.netloc.rpartition("@")[2]
        )
        raise wrong(_("holds more than a host name; the pages need one of their own"), instead)
    if parts.username is not None:
        raise wrong(_("holds a user name"), _("take it out; everybody with a link could read it"))
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        what = _("is not protected, and its links would be read on the way")
        raise wrong(
            what, _("write https:// and let a proxy in front of cxdigest hold the certificate")
        )
    return f"{parts.scheme}://{parts.netloc}"


_HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
#: What browsers and servers say themselves: no proxy names a person by these.
_TAKEN = ("host", "cookie", "authorization", "origin", "referer", "content-type", "user-agent")
_FEWEST_BITS = 8  #: of a network that is trusted; a shorter one is half the world


def _check_header(value: str) -> str:
    if not _HEADER.fullmatch(value) or value.lower() in _TAKEN:
        raise wrong(
            _("{value} is not a header of a proxy", value=shown(value)),
            _('write one such as "X-Remote-User"'),
        )
    return value


def _check_proxies(value: tuple[Network, ...]) -> tuple[Network, ...]:
    for one in value:
        if one.prefixlen < _FEWEST_BITS:
            what = _("{one} lets everybody in it say who they are", one=one)
            raise wrong(what, _("write the address of the proxy alone"))
    return value


class ProxyConfig(Keys):
    """A proxy that signs people in and says in a header of each request who they are."""

    header: Annotated[Line, AfterValidator(_check_header)] = Field(
        default="X-Remote-User",
        description="The header that names the user. The proxy must remove it from what comes "
        "from outside. Users are added by `cxdigest user add`.",
        examples=["Remote-User"],
    )
    addresses: Annotated[
        tuple[Network, ...], Field(min_length=1), AfterValidator(_check_proxies)
    ] = Field(
        description="Where the proxy's requests come from, addresses or networks; the header is "
        "believed from nowhere else.",
        examples=[["10.0.0.1"]],
    )


class WebConfig(Keys):
    """The console, the pages behind links in digests, and the feeds; `cxdigest serve` has them."""

    enabled: Switch = Field(
        default=True,
        description="Whether pages are served and linked to; false does neither.",
    )
    listen: Annotated[Line, AfterValidator(_check_listen)] = Field(
        default="127.0.0.1:8080",
        description="The address and port of this machine that pages are served at. A container "
        'needs "0.0.0.0:8080". Beyond this machine everybody signs in.',
        examples=["127.0.0.1:8080"],
    )
    public_url: Annotated[Line, AfterValidator(_check_public_url)] | None = unset(
        description="Under which address the readers of digests reach the pages: https, or http "
        "on this very machine; no path. Without it digests hold no links to pages.",
        examples=["https://digest.example.org"],
    )
    employers: Switch = Field(
        default=False,
        description="Whether the page of all numbers names employers, to admins alone: from five "
        "openings whose duties were read.",
    )

    metrics_token: Token | None = unset(
        description="What Prometheus shows (as a bearer token) to read /metrics from elsewhere; "
        "from this machine alone it is read without. Better kept out of this file: see the next "
        "two keys.",
        examples=["0123456789abcdef0123456789abcdef"],
    )
    metrics_token_env: Line | None = unset(
        description="The name of the environment variable that holds it.",
        examples=["CXDIGEST_METRICS_TOKEN"],
    )
    metrics_token_file: FilePath | None = unset(
        description="A file that holds it and nothing else.", examples=["secrets/metrics"]
    )

    proxy: ProxyConfig | None = unset(
        description="A proxy in front that signs people in. Without this section cxdigest asks for "
        "passwords itself.",
        examples=[{"addresses": ["10.0.0.1"]}],
    )

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen at."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)
