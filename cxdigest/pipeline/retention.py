"""Let go of what was kept for a time only: alerts as they arrived, which hold people's tokens."""

from __future__ import annotations

from cxdigest.pipeline.street import Street

#: Removed at once at most, so that no turn waits for it; the next turn goes on.
_MOST = 500


def let_go(street: Street) -> int:
    """Remove raw alerts that are older than the configuration says; return how many."""
    now = street.clock()
    return street.store.prune_raw_alerts(
        before=now - street.keep_raw, unread_before=now - street.keep_unreadable, limit=_MOST
    )
