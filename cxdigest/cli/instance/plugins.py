"""``cxdigest plugins``: what plugins add, from which package, and what of it cannot be used."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Callable, Mapping

from cxdigest import extract, plugins, rules
from cxdigest.config import plugged as types
from cxdigest.language import _
from cxdigest.plugins import GROUPS, WORDS, Group, Origin
from cxdigest.text import printable
from cxdigest.web import plugged as pages

#: What has each group loaded as it is when it is used.
_LOAD: Mapping[Group, Callable[[], object]] = {
    "formats": extract.names,
    "sources": types.source_types,
    "channels": types.channel_types,
    "packs": rules.everybodys,
    "pages": pages.pages,
}


def listing(*, json: bool) -> int:
    """Print one line for each thing that a plugin adds; return 1 where one cannot be used."""
    for group in GROUPS:
        _LOAD[group]()
    why = {one.origin: one.why for one in plugins.broken()}
    found = [one for group in GROUPS for one in plugins.origins(group)]
    for origin in found:
        print(jsonlib.dumps(_record(origin, why.get(origin, ""))) if json else _line(origin, why))
    if not found and not json:
        print(_("There are no plugins. docs/plugins.md says how one is written."))
    return 1 if why else 0


def _record(origin: Origin, why: str) -> dict[str, str | bool]:
    return {
        "group": origin.group,
        "name": origin.name,
        "distribution": origin.distribution,
        "version": origin.version,
        "loaded": not why,
        "problem": why,
    }


def _line(origin: Origin, why: Mapping[Origin, str]) -> str:
    what = _(
        "{kind} {name}, of {distribution} {version}",
        kind=_(WORDS[origin.group]),
        name=origin.name,
        distribution=origin.distribution,
        version=origin.version,
    )
    return printable(
        _("{what}: left out, {why}", what=what, why=why[origin]) if origin in why else what
    )
