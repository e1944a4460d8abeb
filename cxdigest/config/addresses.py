"""Which texts are hosts, mail addresses and web addresses.

Stricter than the standards where these allow what no provider uses: a typing error should be found
here rather than by a server at night. Pure; asks nobody whether the address exists.
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import urlsplit

from cxdigest.config.wording import shown, wrong
from cxdigest.language import _

_LABEL = r"(?!-)[\w-]+(?<!-)"  # with underscores, which container networks have
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")
_ADDRESS = re.compile(rf'[^\s@<>()\[\],;:\\"]{{1,64}}@{_LABEL}(\.{_LABEL})*')


def check_host(value: str) -> str:
    """Return *value* if it is the bare name or number of a host."""
    if _HOST.fullmatch(value) or re.fullmatch(r"[0-9a-fA-F:]*:[0-9a-fA-F:.]+", value):
        return value
    if "://" in value or "/" in value:
        raise wrong(
            _("is an address, not a host"), _('write the name alone, e.g. "imap.example.org"')
        )
    if re.fullmatch(r"[^:]+:\d+", value):
        raise wrong(_("holds a port"), _("write the host alone and the number as port:"))
    raise wrong(_("is not the name of a host"), _('write one such as "imap.example.org"'))


def is_address(value: str) -> bool:
    """Tell whether *value* is a bare mail address."""
    return _ADDRESS.fullmatch(value) is not None and ".." not in value


def check_address(value: str) -> str:
    """Return *value* in small letters if it is a bare mail address."""
    if not is_address(value):
        raise wrong(
            _("{value} is not a mail address", value=shown(value)),
            _('write the address alone, "you@example.org"'),
        )
    return value.lower()


def check_sender(value: str) -> str:
    """Return *value* if it is a mail address, with or without a name before it."""
    address = parseaddr(value)[1]
    if not is_address(address) or not (value == address or value.endswith(f" <{address}>")):
        raise wrong(
            _("is not a sender"), _('write "cxdigest <digest@example.org>" or the address alone')
        )
    return value


def check_sender_filter(value: str) -> str:
    """Return *value* in small letters if it is a mail address or a host with a dot."""
    plain = value.lower().removeprefix("@")
    if is_address(plain) or (_HOST.fullmatch(plain) and "." in plain):
        return plain
    raise wrong(
        _("{value} is neither an address nor a host", value=shown(value)),
        _('write "alerts@jobs.example" or "jobs.example"'),
    )


def check_unsubscribe(value: str) -> str:
    """Return *value* if it is a mailto or https address."""
    scheme, _colon, rest = value.partition(":")
    if scheme.lower() == "mailto" and is_address(rest.partition("?")[0]):
        return value
    if _is_url(value, "https"):
        return value
    raise wrong(
        _("is no way to unsubscribe"), _('write "mailto:you@example.org?subject=unsubscribe"')
    )


def check_web_url(value: str) -> str:
    """Return *value* if it is a whole http or https address."""
    if not _is_url(value, "http", "https"):
        raise wrong(
            _("is not a web address"),
            _('copy the whole of it; it begins with "https://", without spaces'),
        )
    return value


def _is_url(value: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(value)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:  # an unclosed bracket, a port that is no number
        return False
    return named and parts.scheme in schemes and not re.search(r"[\s<>]", value)


def is_loopback(host: str) -> bool:
    """Tell whether *host* is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.rstrip(".").lower() == "localhost"
