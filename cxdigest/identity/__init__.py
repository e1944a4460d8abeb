"""Which opening a sighting shows, which postings are one opening, and what is known of it.

Pure: plain data in, plain data out. Two postings are one only where a rule that a reader can check
says so; a doubt keeps two postings apart, because a merge could hide one of them.
"""

from __future__ import annotations

from cxdigest.identity.posting import SUBSTANCE, merge, posting_id, posting_of, tier_of, with_page

__all__ = ["SUBSTANCE", "merge", "posting_id", "posting_of", "tier_of", "with_page"]
