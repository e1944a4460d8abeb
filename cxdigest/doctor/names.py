"""Questions to the domain name system that the system's resolver does not answer: TXT, NS.

The edge to dnspython, which is loaded by the first question. An answer is data of a stranger.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any, Literal

from cxdigest.errors import NetError

Kind = Literal["TXT", "NS", "MX"]


#: Name, kind and seconds -> the records; None where there is no such name or no such record.
Names = Callable[[str, Kind, float], Sequence[str] | None]

_MOST = 500  #: records that are looked at
_LONGEST = 4000  #: letters of one


def system_names(name: str, kind: Kind, seconds: float) -> Sequence[str] | None:
    """Ask the resolvers that this machine uses.

    Raises:
        NetError: none of them answered within *seconds*, or none is known.
    """
    resolver: Any = importlib.import_module("dns.resolver")
    errors: Any = importlib.import_module("dns.exception")
    try:
        asked = resolver.Resolver()
        asked.cache = None
        answer = asked.resolve(f"{name.rstrip('.')}.", kind, lifetime=seconds, search=False)
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return None
    except (errors.DNSException, OSError, UnicodeError, ValueError) as error:
        raise NetError(type(error).__name__) from error
    return [_text(one) for one in list(answer)[:_MOST]]


def _text(record: Any) -> str:  # noqa: ANN401 - dnspython has one class a type
    strings = getattr(record, "strings", None)
    if strings is None:
        return str(record)[:_LONGEST]
    return b"".join(strings)[:_LONGEST].decode("utf-8", "replace")
