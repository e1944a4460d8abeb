"""Which opening a sighting shows, which postings are one opening, and what is known of it.

Pure: plain data in, plain data out. Two postings are one only where a rule that a reader can check
says so; a doubt keeps two postings apart, because a merge could hide one of them.
"""

from __future__ import annotations

from cxdigest.identity.groups import Merge, find_merges
from cxdigest.identity.match import REPOST_WITHIN, Match, same_opening
from cxdigest.identity.posting import (
    SUBSTANCE,
    merge,
    posting_id,
    posting_of,
    tier_of,
    with_facts_of,
    with_page,
)
from cxdigest.identity.sketch import COMPARED, IDENTITY, Sketch, sketch

__all__ = [
    "COMPARED",
    "IDENTITY",
    "REPOST_WITHIN",
    "SUBSTANCE",
    "Match",
    "Merge",
    "Sketch",
    "find_merges",
    "merge",
    "posting_id",
    "posting_of",
    "same_opening",
    "sketch",
    "tier_of",
    "with_facts_of",
    "with_page",
]
