"""``cxdigest feed``: where a person's feed is found, and the feed as files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cxdigest import app
from cxdigest.cli.terminal.given import profile_given
from cxdigest.config import Config, load
from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.model import Profile
from cxdigest.pipeline import Street
from cxdigest.pipeline.digests.feeds import feed_address, feed_for
from cxdigest.render.feed import atom, json_feed
from cxdigest.worker import clock


def address(config: Path, *, name: str, renew: bool) -> int:
    """Print the addresses of *name*'s feed, new ones with *renew*; return the exit code."""
    settings = load(config)
    if not settings.public_url:
        raise WrongUseError(
            _(
                "the configuration does not say where readers find the pages; write "
                "web.public_url, or make files with `cxdigest feed write {name} --out "
                "FOLDER`",
                name=name,
            )
        )
    with _profile(settings, name) as (street, profile):
        secret = street.store.make_feed_secret(profile.name, now=clock(), renew=renew)
    found = feed_address(settings.public_url, profile.name, secret)
    print(f"{found}.atom")
    print(f"{found}.json")
    return 0


def write(config: Path, *, name: str, out: Path, flagged: bool) -> int:
    """Write *name*'s feed to the folder *out* as an Atom and a JSON file; return the exit code."""
    with _profile(load(config), name) as (street, profile):
        feed = feed_for(
            street.store, profile, fingerprint=street.fingerprint(profile.name), flagged=flagged
        )
    out.mkdir(parents=True, exist_ok=True)
    for ending, body in ((".atom", atom(feed)), (".json", json_feed(feed))):
        path = out / f"{profile.name}{ending}"
        _replace(path, body)
        print(path)
    return 0


@contextmanager
def _profile(settings: Config, name: str) -> Iterator[tuple[Street, Profile]]:
    with app.street(settings, clock=clock) as street:
        yield street, profile_given(street, name)


def _replace(path: Path, content: bytes) -> None:
    """Write *content* whole or not at all, readable as the folder's other files are."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
