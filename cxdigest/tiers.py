"""What a verdict could see, in the words that readers are told it by. Pure data."""

from __future__ import annotations

from collections.abc import Mapping

from cxdigest.model import Tier

#: The most that can be seen first.
SEEN: Mapping[Tier, str] = {
    "full": "the duties",
    "snippet": "the alert's snippet",
    "title": "the title alone",
}


def judged_from(tier: Tier) -> str:
    """Return what a verdict of *tier* is judged from, as half a sentence."""
    return f"judged from {SEEN[tier]}"
