"""The tables. Every statement of the other rooms names them; migrations make them.

One file a room, by whose modules a table is written; a key leads to another file's table by its
name. Moments are UTC; names of sources, profiles and channels are those of the configuration. May
import nothing else of the store.
"""

from __future__ import annotations

from cxdigest.store.schema.archive import searched, unsearched
from cxdigest.store.schema.arrivals import alerts, polls, raw_alerts, rereads, sources
from cxdigest.store.schema.editions import deliveries, digest_items, digests, enclosures, pauses
from cxdigest.store.schema.frame import metadata
from cxdigest.store.schema.openings import (
    employer_boards,
    hosts,
    merges,
    page_budgets,
    pages,
    partings,
    posting_keys,
    postings,
    quarantine,
    remembered,
    sightings,
    verdicts,
)
from cxdigest.store.schema.people import access_tokens, feedback, packs, profiles, sessions, users
from cxdigest.store.schema.watch import absences, instance, workers

REVISION = "0005"  #: of these tables: the newest of the migrations

__all__ = [
    "REVISION",
    "absences",
    "access_tokens",
    "alerts",
    "deliveries",
    "digest_items",
    "digests",
    "employer_boards",
    "enclosures",
    "feedback",
    "hosts",
    "instance",
    "merges",
    "metadata",
    "packs",
    "page_budgets",
    "pages",
    "partings",
    "pauses",
    "polls",
    "posting_keys",
    "postings",
    "profiles",
    "quarantine",
    "raw_alerts",
    "remembered",
    "rereads",
    "searched",
    "sessions",
    "sightings",
    "sources",
    "unsearched",
    "users",
    "verdicts",
    "workers",
]
