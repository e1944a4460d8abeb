"""What stands in a digest, for the channels that send more than the mail's own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cxdigest.model import Candidate, Delivery

#: Section and posting of a delivery's digest, in its order; empty where nothing is known of it.
Contents = Callable[[Delivery], Sequence[tuple[str, Candidate]]]
