"""What the checks look at: a configuration, who runs it, the time, and the ways to ask.

Built by the command; a test puts anything in its place.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cxdigest.config import Config
from cxdigest.doctor.names import Names, system_names
from cxdigest.errors import Problem
from cxdigest.net import Http
from cxdigest.net.connect import Resolver, system_resolver
from cxdigest.store import Store
from cxdigest.store.copies.looking import store_as_it_is

ANSWER = 6.0  #: seconds for one answer of a server
_LEAST = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who runs this."""

    uid: int = -1  #: -1: this system has no numbers
    gid: int = -1

    @property
    def known(self) -> bool:
        """Whether this system numbers its users."""
        return self.uid >= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """An installation, and how to ask about it."""

    path: Path  #: of the configuration
    config: Config | None  #: None: there is none that can be used
    problems: Sequence[Problem] = ()  #: why
    clock: Callable[[], datetime]
    until: float  #: monotonic seconds by which everything has to be over
    me: Me = field(default_factory=Me)
    mountinfo: Path = Path("/proc/self/mountinfo")
    resolve: Resolver = system_resolver
    names: Names = field(default_factory=lambda: system_names)

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.clock()

    @property
    def settings(self) -> Config:
        """The configuration, of which the caller knows that it is there."""
        assert self.config is not None, "checks without a configuration do not ask for it"
        return self.config

    def seconds(self, most: float = ANSWER) -> float:
        """Return how long something may take now: *most*, or what is left."""
        return max(_LEAST, min(most, self.until - time.monotonic()))

    @contextmanager
    def http(self, *, allow: Sequence[str] = ()) -> Iterator[Http]:
        """Give the program's own HTTP client with the configuration's rules, only less patient."""
        net = self.settings.net
        client = Http(
            user_agent=net.user_agent,
            deadline=self.seconds(min(ANSWER, net.deadline.total_seconds())),
            max_bytes=net.max_bytes,
            max_redirects=3,
            allow=[*map(str, net.allow), *allow],
            pace=min(1.0, net.pace.total_seconds()),
            resolve=self.resolve,
        )
        try:
            yield client
        finally:
            client.close()

    @contextmanager
    def store(self) -> Iterator[Store | None]:
        """Give the store to be read; None where it is not of this version.

        Raises:
            StoreError: it cannot be opened.
        """
        patience = timedelta(seconds=self.seconds())
        with store_as_it_is(self.settings.store.address, patience=patience) as store:
            yield store
