"""``cxdigest unmerge``: take back that sightings are one opening; they are never merged again."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path

from cxdigest import app
from cxdigest.cli.postings.sightings import stored_posting
from cxdigest.config import load
from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.store import Store
from cxdigest.worker import clock


def unmerge(config: Path, posting: str, key: str, *, json: bool) -> int:
    """Part the sightings whose own id is *key* from *posting*, named by id or link.

    Raises:
        ConfigError: the configuration cannot be used.
        WrongUseError: nothing is merged there, or several are and *key* names none.
    """
    settings = load(config)
    with app.open_stored(settings) as store:
        whole = _whole(store, posting)
        apart = key or _only_one(store, whole, posting)
        if apart not in {whole, *store.merged_into(whole)}:
            raise WrongUseError(
                _(
                    "{apart}: not merged into {whole}; {way}",
                    apart=apart,
                    whole=whole,
                    way=_choices(store, whole),
                )
            )
        rest = store.unmerge(apart, now=clock())
    if rest is None:
        raise WrongUseError(_("{posting}: nothing is merged into this posting", posting=posting))
    if json:
        print(jsonlib.dumps({"parted": apart, "from": rest}))
    else:
        print(
            _(
                "{apart} is a posting of its own again, apart from {rest} for good.",
                apart=apart,
                rest=rest,
            )
        )
    return 0


def _whole(store: Store, wanted: str) -> str:
    """Return the id of the posting that *wanted* belongs to."""
    found = stored_posting(store, wanted)
    if found is None:
        raise WrongUseError(_("{wanted}: no stored posting has this link or id", wanted=wanted))
    return found.id


def _only_one(store: Store, whole: str, wanted: str) -> str:
    """Return what is to be parted where only one thing can be meant."""
    merged = store.merged_into(whole)
    if wanted in merged:
        return wanted
    if len(merged) == 1:
        return next(iter(merged))
    raise WrongUseError(f"{wanted}: {_choices(store, whole)}")


def _choices(store: Store, whole: str) -> str:
    merged = store.merged_into(whole)
    if not merged:
        return _("nothing is merged into this posting")
    named = ", ".join(merged)
    return _(
        "say which of its sightings to part: {named} (cxdigest explain {whole} shows them)",
        named=named,
        whole=whole,
    )
