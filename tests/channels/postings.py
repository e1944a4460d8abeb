"""What stands in the digests of the channel tests; everything invented."""

from __future__ import annotations

from cxdigest.model import Candidate, Evidence, Posting, Verdict

GENUINE = Candidate(
    posting=Posting(
        id="p-1",
        title="Head of Customer Experience",
        company="Tarn & Vale",
        location="Leith",
        workplace="hybrid",
        url="https://jobs.example/1",
    ),
    verdict=Verdict(
        posting_id="p-1",
        kind="genuine",
        confidence=0.9,
        tier="full",
        claims=True,
        flagged=False,
        points=9,
        evidence=(
            Evidence(
                rule="genuine.journey",
                kind="genuine",
                points=5,
                reason="It owns the journey.",
                quote="own the customer journey",
                where="duties",
                pack="genuine",
            ),
        ),
        rules="rules-1",
    ),
    seen=(),
)
UNCLEAR = Candidate(
    posting=Posting(
        id="p-2",
        title="Customer Experience Lead",
        company="Fell Bank",
        url="https://tracker.example/click?u=t0ken",
        opaque=True,
    ),
    verdict=None,
    seen=(),
)
CONTENTS = (("genuine", GENUINE), ("unclear", UNCLEAR))
