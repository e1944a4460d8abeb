"""The figures of accuracy that docs/accuracy.md publishes, for pages that show them.

They ship as ``published.json``, which ``python -m bench published`` writes from that document and a
test compares with it. Cross-validated ones alone: the others flatter. Pure.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cxdigest.model import Tier
from cxdigest.rules.trials.accuracy import Figure

#: The parts of the labelled set that are shown: postings as employers published them, and all.
PARTS = ("real", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How often the shipped rules are right, on postings that people labelled."""

    day: str  #: ISO date on which it was counted
    fingerprint: str  #: of the rules then
    #: By tier and part, in the document's order.
    figures: dict[tuple[Tier, str], tuple[Figure, ...]]


@cache
def published() -> Published:
    """Return the figures of this version."""
    said = json.loads(files("cxdigest.rules").joinpath("published.json").read_text("utf-8"))
    found: dict[tuple[Tier, str], tuple[Figure, ...]] = {}
    for one in said["figures"]:
        key = one["tier"], one["part"]
        found[key] = (
            *found.get(key, ()),
            Figure(name=one["name"], hits=one["hits"], n=one["n"]),
        )
    return Published(day=said["day"], fingerprint=said["fingerprint"], figures=found)
