"""Find which postings are one opening, and let their words be found.

What was looked at is not looked at again. Which two are one is decided by ``identity``, within the
store's transaction; here is only how long that goes on, and what the log says of it.
"""

from __future__ import annotations

import logging

from cxdigest.pipeline.street import Street
from cxdigest.pipeline.told import told

log = logging.getLogger(__name__)

#: Postings looked at between two commits: as many as all of most stores, because those that wait
#: together are read once.
IDENTIFY_BATCH = 10_000
_WORDS_BATCH = 500  #: postings whose words are taken in between two commits


def identify_waiting(street: Street) -> int:
    """Look for the likes of every posting that waits; return how many were found to be another."""
    merged = 0
    while not street.stopping():
        done = street.store.identify(limit=IDENTIFY_BATCH, now=street.clock())
        if not done.looked:  # none waits, or another worker holds them
            break
        merged += done.merged
        for absorbed, survivor in done.pairs:
            fields = told("merge", posting=absorbed, into=survivor)
            log.info("posting %s is posting %s", absorbed, survivor, extra=fields)
    if merged:
        log.info("%d postings are openings that were known", merged)
    return merged


def take_words_in(street: Street) -> int:
    """Let what came or changed be found by its words; return how many postings that were."""
    taken = 0
    while not street.stopping():
        done = street.store.take_in_words(limit=_WORDS_BATCH)
        taken += done
        if done < _WORDS_BATCH:
            break
    return taken
