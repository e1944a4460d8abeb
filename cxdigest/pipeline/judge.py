"""Judge what these rules have not judged yet."""

from __future__ import annotations

from cxdigest.pipeline.street import Street
from cxdigest.rules import judge

#: Postings judged between two commits.
JUDGE_BATCH = 500


def judge_waiting(street: Street) -> int:
    """Judge every posting that these rules have not judged at its tier; return how many."""
    judged = 0
    while not street.stopping():
        waiting = street.store.unjudged(street.rules.fingerprint, limit=JUDGE_BATCH)
        if not waiting:
            break
        verdicts = [judge(posting, street.rules) for posting in waiting]
        street.store.record_verdicts(verdicts, now=street.clock())
        judged += len(verdicts)
    return judged
