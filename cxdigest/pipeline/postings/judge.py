"""Judge what these rules have not judged yet; what the judge fails on stands as unclear.

Reads what waits and stores verdicts; what one says is decided in ``rules`` alone. Changes no
posting and hears no reader: a reader's word is weighed when a digest is made.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from cxdigest.identity import tier_of
from cxdigest.model import Posting, Profile, Tier, Verdict
from cxdigest.pipeline.street import WHOLE, Share, Street
from cxdigest.pipeline.told import told
from cxdigest.rules import Rules, judge

log = logging.getLogger(__name__)

#: Postings judged between two commits.
JUDGE_BATCH = 500


def judge_waiting(street: Street, share: Share = WHOLE) -> int:
    """Judge what these rules have not judged of *share*, at its tier; return how many."""
    return sum(judging(street, share))


def judging(street: Street, share: Share = WHOLE) -> Iterator[int]:
    """Judge as ``judge_waiting`` does, and yield after each commit how many that were."""
    while not street.stopping():
        waiting = street.store.unjudged(
            street.rules.fingerprint, limit=JUDGE_BATCH, share=(share.number, share.of)
        )
        if not waiting:
            break
        verdicts = [(_judge(posting, street.rules), tier) for posting, tier in waiting]
        street.store.record_verdicts(verdicts, now=street.clock())
        _tell(waiting, verdicts)
        yield len(verdicts)


def _tell(waiting: Sequence[tuple[Posting, Tier]], judged: Sequence[tuple[Verdict, Tier]]) -> None:
    """Log each verdict; of a full batch, as where all is judged again, how many there were."""
    level = logging.INFO
    if len(judged) == JUDGE_BATCH:
        kinds = Counter(verdict.kind for verdict, _ in judged)
        counts = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
        fields = told("judge", judged=len(judged))
        log.info("judged %d postings at once: %s", len(judged), counts, extra=fields)
        level = logging.DEBUG
    if not log.isEnabledFor(level):
        return
    for (posting, _), (one, tier) in zip(waiting, judged, strict=True):
        fields = told(
            "judge",
            posting=posting.id,
            verdict=one.kind,
            confidence=round(one.confidence, 2),
            tier=tier,
            flagged=one.flagged,
            rules=one.rules,
        )
        log.log(level, "posting %s is %s: %s", posting.id, one.kind, posting.title, extra=fields)


def judge_own(
    street: Street, profile: Profile, rules: Rules, *, since: datetime, shared: bool = False
) -> None:
    """Judge what may stand in *profile*'s digest by *rules*, if none did yet.

    The rules are the profile's own, or, *shared*, everybody's.
    """
    waiting = street.store.unjudged_candidates(
        profile.name, profile.sources, fingerprint=rules.fingerprint, since=since
    )
    verdicts = [(_judge(posting, rules), tier) for posting, tier in waiting]
    street.store.record_verdicts(verdicts, now=street.clock(), shared=shared)


def judge_now(street: Street, profile: Profile, posting_id: str) -> None:
    """Judge one posting at once, by the shared rules and by *profile*'s own; and let it be found.

    For a reader who changed what is known of it and waits for the verdict.
    """
    posting = street.store.posting(posting_id)
    if posting is None:
        return
    tier = tier_of(posting)
    street.store.record_verdicts([(_judge(posting, street.rules), tier)], now=street.clock())
    own = street.own_rules.get(profile.name)
    if own is not None:
        judged = [(_judge(posting, own), tier)]
        street.store.record_verdicts(judged, now=street.clock(), shared=False)
    street.store.take_in_words()


def _judge(posting: Posting, rules: Rules) -> Verdict:
    """Return the verdict on one posting; a judge that fails leaves it in doubt."""
    try:
        return judge(posting, rules)
    except Exception as error:
        # A fault in the judge must not hide this posting nor keep the others waiting. It is
        # stored, so that it is logged once; other rules ask again.
        log.exception("posting %s could not be judged", posting.id)
        return Verdict(
            posting_id=posting.id,
            kind="unclear",
            confidence=0.0,
            tier=tier_of(posting),
            claims=False,
            flagged=False,
            points=0,
            evidence=(),
            rules=rules.fingerprint,
            reason=f"The judge failed with {type(error).__name__}.",
        )
