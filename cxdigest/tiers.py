"""What a verdict could see, in the words that readers are told it by. Pure data."""

from __future__ import annotations

from collections.abc import Mapping

from cxdigest.language import _, marked
from cxdigest.model import Tier

#: The most that can be seen first.
SEEN: Mapping[Tier, str] = {
    "full": marked("the duties"),
    "snippet": marked("the alert's snippet"),
    "title": marked("the title alone"),
}

_JUDGED_FROM: Mapping[Tier, str] = {
    "full": marked("judged from the duties"),
    "snippet": marked("judged from the alert's snippet"),
    "title": marked("judged from the title alone"),
}


def judged_from(tier: Tier) -> str:
    """Return what a verdict of *tier* is judged from, as half a sentence."""
    return _(_JUDGED_FROM[tier])
