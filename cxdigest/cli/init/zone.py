"""Where this machine is, as far as its clock says."""

from __future__ import annotations

from zoneinfo import ZoneInfoNotFoundError

import tzlocal

from cxdigest.errors import WrongUseError
from cxdigest.setup import answers as answered


def zone_of_this_machine() -> str:
    """Return the IANA name of this machine's time zone, ``""`` where it names no place.

    Servers and containers stand on UTC wherever their people live, so that is no answer.
    """
    try:
        name = answered.zone(tzlocal.get_localzone_name() or "")
    except (WrongUseError, ZoneInfoNotFoundError, ValueError, LookupError, OSError):
        return ""
    return name if "/" in name and not name.startswith("Etc/") else ""
