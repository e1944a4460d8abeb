"""The first digest, seen before anything is kept: the ordinary steps over a store forgotten after.

Polls what was answered, as the first poll will, and judges it; reads no pages of postings and sends
nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cxdigest import app, schedule
from cxdigest.config import Config, load
from cxdigest.errors import ConfigError, WrongUseError
from cxdigest.language import _
from cxdigest.model import Digest, Rendered
from cxdigest.pipeline import Clock, edition, take_in, written
from cxdigest.pipeline.deliveries.deliver import leaving_by
from cxdigest.setup.answers import Answers
from cxdigest.setup.written import keep, key_of, secrets_of, text


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """What the first digest would be."""

    rendered: Rendered
    digest: Digest
    alerts: int  #: read from the last 14 days
    problems: tuple[str, ...]  #: sources that could not be polled, one sentence each


def first_digest(answers: Answers, clock: Clock) -> First:
    """Return the digest that the answers would give now.

    Raises:
        WrongUseError: they make no configuration that can be used; says what to change.
        StoreError: there is no room for a while.
    """
    with _settings(answers) as settings, app.street(settings, clock=clock) as whole:
        street = replace(whole, pages=None)
        polled = take_in(street, everything=True).polled
        profile = street.present().profile(key_of(answers.name))
        assert profile is not None, "the configuration declares it"
        now = clock()
        digest = edition(street, profile, schedule.local_day(now, profile.zone), now)
        (digest, rendered, _), _ = written(street, digest)
    return First(
        rendered=leaving_by(rendered, ""),
        digest=digest,
        alerts=sum(one.alerts for one in polled),
        problems=tuple(f"{one.source}: {one.message}" for one in polled if one.message),
    )


def check(answers: Answers) -> None:
    """See whether the answers make a configuration; nothing is polled.

    Raises:
        WrongUseError: they make none that can be used; says what to change.
    """
    with _settings(answers):
        pass


@contextmanager
def _settings(answers: Answers) -> Iterator[Config]:
    with tempfile.TemporaryDirectory(prefix="cxdigest-") as folder:
        path = Path(folder, "config.yaml")
        keep(path, text(answers, store=":temporary:"), secrets_of(answers))
        try:
            settings = load(path)
        except ConfigError as error:
            raise WrongUseError(_("this cannot be used yet: {error}", error=error)) from error
        yield settings
