"""What every step of ``cxdigest init`` works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cxdigest.cli.init.given import Given
from cxdigest.cli.init.talk import Talk
from cxdigest.net import Http


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One run of set-up."""

    talk: Talk
    given: Given
    http: Http  #: by which feeds are asked
    clock: Callable[[], datetime]
    zone: str  #: of this machine; empty where it is not known
