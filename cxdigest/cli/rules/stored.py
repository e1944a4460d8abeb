"""``cxdigest rules stored`` and ``rules show``: the packs that were written in the console."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path

from cxdigest import app
from cxdigest.cli.terminal.new_file import refuse_existing, write_new
from cxdigest.config import load
from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.roll import Roll
from cxdigest.store import StoredPack
from cxdigest.text import printable


def stored(config: Path, *, json: bool) -> int:
    """List the stored packs and what is wrong with them; return 1 where one is left out.

    Raises:
        ConfigError: the configuration cannot be used.
        StoreError: the store cannot be read.
    """
    settings = load(config)
    with app.open_stored(settings) as store:
        roll = Roll(settings, store)
        roll.profiles()
        packs = [found for whose in sorted(store.pack_versions()) if (found := store.pack(whose))]
    wrong = {one.name: [p for p in roll.problems if p.where == one.name] for one in packs}
    for one in packs:
        if json:
            print(jsonlib.dumps(_record(one, [str(p) for p in wrong[one.name]])))
            continue
        print(_line(one))
        for problem in wrong[one.name]:
            print(printable(_("  left out: {problem}", problem=problem)))
    if not packs and not json:
        print(_("No pack was written in the console."))
    return int(any(wrong.values()))


def show(config: Path, *, profile: str, out: Path | None) -> int:
    """Print the stored pack of *profile*, of everybody without one, or write it to *out*.

    Raises:
        ConfigError: the configuration cannot be used.
        WrongUseError: there is no such pack, or *out* exists.
    """
    refuse_existing(out)
    with app.open_stored(load(config)) as store:
        pack = store.pack(profile)
    if pack is None or not pack.text.strip():
        raise WrongUseError(
            _(
                "no pack of {profile} is stored; see cxdigest rules stored",
                profile=printable(profile),
            )
            if profile
            else _("no pack for everybody is stored; see cxdigest rules stored")
        )
    if out is None:
        print(pack.text, end="" if pack.text.endswith("\n") else "\n")
    else:
        write_new(out, pack.text.encode())
    return 0


def _line(one: StoredPack) -> str:
    whose = one.profile or _("everybody")
    size = (
        _("{number} lines", number=len(one.text.splitlines()))
        if one.text.strip()
        else _("taken away")
    )
    return printable(
        _(
            "{whose}: {size}, changed {moment} UTC by {person}",
            whose=whose,
            size=size,
            moment=f"{one.changed:%Y-%m-%d %H:%M}",
            person=one.changed_by,
        )
    )


def _record(one: StoredPack, problems: list[str]) -> dict[str, object]:
    return {
        "profile": one.profile,
        "version": one.version,
        "changed": one.changed.isoformat(),
        "changed_by": one.changed_by,
        "lines": len(one.text.splitlines()),
        "problems": problems,
    }
