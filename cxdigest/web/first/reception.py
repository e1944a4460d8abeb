"""What the first start works with, and those who sit before it: their answers, in memory alone."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fastapi import Request
from jinja2 import Environment

from cxdigest.net import Http
from cxdigest.setup.answers import Answers
from cxdigest.setup.first import First
from cxdigest.setup.tries import Feed, Found
from cxdigest.web.caller import is_at_home
from cxdigest.web.first_code import FirstCode
from cxdigest.web.tries import Tries

_MOST = 20  #: that sit at once; of those not let in, who was away longest goes first
_COOKIE = "cxdigest-first"
_BYTES = 24


@dataclass(slots=True, kw_only=True)
class Sitting:
    """One browser on its way through the steps."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES), repr=False)
    answers: Answers = field(default_factory=Answers)
    let_in: bool = False  #: showed the code, or sits at this very machine
    address: str = ""  #: the mail address that was given, which tells the provider
    found: Found | None = None  #: in the mailbox
    feeds: tuple[Feed, ...] = ()
    first: First | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What the steps work with."""

    path: Path  #: where the configuration is to be
    address: tuple[str, int]  #: that is listened at
    templates: Environment
    clock: Callable[[], datetime]
    http: Http
    code: FirstCode | None  #: None: only this very machine reaches us
    done: threading.Event = field(default_factory=threading.Event)  #: the configuration is written
    tries: Tries = field(default_factory=Tries)
    _sittings: OrderedDict[str, Sitting] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sitting(self, request: Request) -> Sitting:
        """Return who asks: a new one, unless the browser shows that it was here."""
        held = request.cookies.get(_COOKIE, "")
        with self._lock:
            sitting = self._sittings.pop(held, None) or Sitting()
            self._keep(sitting)
        if self.code is None:
            sitting.let_in = is_at_home(request)
        return sitting

    def let_in(self) -> Sitting:
        """Return the sitting of one who showed the code: a new one.

        What their browser held before may have been put there by somebody who knows it.
        """
        sitting = Sitting(let_in=True)
        with self._lock:
            self._keep(sitting)
        return sitting

    def _keep(self, sitting: Sitting) -> None:
        self._sittings[sitting.token] = sitting
        while len(self._sittings) > _MOST:
            # However many strangers look in, whoever showed the code keeps what they answered.
            others = (token for token, one in self._sittings.items() if not one.let_in)
            self._sittings.pop(next(others, next(iter(self._sittings))))

    def cookie(self, sitting: Sitting) -> tuple[str, str]:
        """Return name and value of what the browser of *sitting* is to hold."""
        return _COOKIE, sitting.token

    def proof(self, sitting: Sitting) -> str:
        """Return what each form of *sitting* sends back; not what its cookie holds."""
        return hmac.new(sitting.token.encode(), b"form", "sha256").hexdigest()
