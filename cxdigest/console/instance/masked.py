"""Addresses of sources without what opens them: no password, no secret of a feed's link.

What is masked is what a stranger would need: who logs in, what a query says, long numbers and
codes in a path. The host and the readable rest stay, so that a person knows which one it is.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from cxdigest.config import BoardConfig, FeedConfig, FolderSourceConfig, MailboxConfig, SourceConfig
from cxdigest.config.plugged import word_of
from cxdigest.language import _
from cxdigest.text import printable

MASK = "…"
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[^\s<>\"'\u201c\u201d]+", re.IGNORECASE)
_TRAILING = ".,;:!?)]}"
#: A step of a path that no person made up: five digits in a row, or long and with a digit.
_CODE = re.compile(r"(?=.*\d{5})|(?=.*\d)[\w~%=+-]{16,}$|[\w~%=+-]{24,}$")
_VALUE = re.compile(r"=[^&;]*")


def place_of(source: SourceConfig) -> str:
    """Return where *source* is, as far as it may be shown."""
    match source:
        case MailboxConfig():
            return _(
                "{folder} of {user} at {host}",
                folder=source.folder,
                user=source.user,
                host=source.host,
            )
        case FeedConfig():
            return masked_url(source.url)
        case BoardConfig():
            return f"{source.token} at {source.board}"
        case FolderSourceConfig():
            return str(source.path)
        case _:  # a plugin's, of which nobody here knows what may be shown
            return f"type {word_of(type(source))}"  # type: ignore[unreachable]  # not for what plugins add


def masked(text: str) -> str:
    """Return *text*, a message of ours or of a server, with every address in it masked."""
    return _URL.sub(lambda found: _masked_within(found[0]), printable(text))


def masked_url(url: str) -> str:
    """Return *url* without user, password, values of its query, fragment, and codes in its path."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # e.g. an unclosed bracket of an IPv6 address
        return MASK
    return f"{parts.scheme}://{host}{port}{_path(parts)}{_query(parts)}"


def _masked_within(url: str) -> str:
    bare = url.rstrip(_TRAILING)
    return masked_url(bare) + url[len(bare) :]


def _path(parts: SplitResult) -> str:
    steps = parts.path.split("/")
    return "/".join(MASK if _CODE.match(step) else step for step in steps)


def _query(parts: SplitResult) -> str:
    if not parts.query:
        return ""
    # A query without a name is a value.
    return "?" + (_VALUE.sub("=" + MASK, parts.query) if "=" in parts.query else MASK)
