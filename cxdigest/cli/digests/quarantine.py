"""``cxdigest quarantine``: postings that could not be written into a digest, and letting them out.

A digest names them by reference alone and goes out without them; they are not shown again by
themselves, since whatever was wrong would break the next digest too.
"""

from __future__ import annotations

import json as jsonlib
from collections.abc import Sequence
from pathlib import Path

from cxdigest import app
from cxdigest.cli.postings.sightings import stored_posting
from cxdigest.cli.terminal.given import require_known
from cxdigest.config import load
from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.model import Json
from cxdigest.store import Quarantined, Store
from cxdigest.text import printable, squash


def quarantine(config: Path, *, profile: str, json: bool) -> int:
    """Show what is in quarantine, of *profile* or of all, the latest first; return 0.

    Raises:
        ConfigError: the configuration cannot be used.
        WrongUseError: nobody is called so.
    """
    settings = load(config)
    with app.open_stored(settings) as store:
        require_known(profile, settings, store)
        found = store.quarantined(profile or None)
    if json:
        for one in found:
            print(jsonlib.dumps(_record(one)))
    elif found:
        for one in found:
            print(printable(_told(one)))
        print(_("Once that is mended: `cxdigest quarantine let-out REF`."))
    else:
        told = (
            _("Every posting could be written into the digests of {profile}.", profile=profile)
            if profile
            else _("Every posting could be written into the digests.")
        )
        print(printable(told))
    return 0


def let_out(config: Path, posting: str, *, profile: str, json: bool) -> int:
    """Let *posting*, named by reference or link, out for *profile* or for all; return 0.

    Raises:
        ConfigError: the configuration cannot be used.
        WrongUseError: it is not in quarantine, or nobody is called so.
    """
    settings = load(config)
    with app.open_stored(settings) as store:
        require_known(profile, settings, store)
        freed = _of(store, posting, profile)
        for one in freed:
            store.let_out(one.profile, one.posting_id)
    for one in freed:
        if json:
            print(jsonlib.dumps({"profile": one.profile, "posting": one.posting_id}))
        else:
            told = _(
                "{posting} may stand in the next digest of {profile}, if it is not older than "
                "what that one looks back on.",
                posting=_named(one),
                profile=one.profile,
            )
            print(printable(told))
    return 0


def _of(store: Store, wanted: str, profile: str) -> Sequence[Quarantined]:
    posting = stored_posting(store, wanted)
    rows = store.quarantined(profile or None)
    found = [one for one in rows if posting and one.posting_id == posting.id]
    if not found:
        raise WrongUseError(
            _(
                "{wanted}: no posting in quarantine of {profile} has this reference or link; "
                "`cxdigest quarantine` lists them",
                wanted=wanted,
                profile=profile,
            )
            if profile
            else _(
                "{wanted}: no posting in quarantine has this reference or link; "
                "`cxdigest quarantine` lists them",
                wanted=wanted,
            )
        )
    return found


def _told(one: Quarantined) -> str:
    when = f"{one.made:%Y-%m-%d}"
    why = squash(one.reason).removesuffix(".")
    return _(
        "{id}: {posting}, missing from {profile}'s digest of {day}: {why}.",
        id=one.posting_id,
        posting=_named(one),
        profile=one.profile,
        day=when,
        why=why,
    )


def _named(one: Quarantined) -> str:
    return f"“{squash(one.title)}”"


def _record(one: Quarantined) -> dict[str, Json]:
    return {
        "profile": one.profile,
        "posting": one.posting_id,
        "title": one.title,
        "reason": one.reason,
        "made": one.made.isoformat(),
    }
