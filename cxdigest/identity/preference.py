"""Which of several links to one opening a reader is best sent to.

The employer's own page tells most and asks least of the reader; a board's page is a copy; what
leads through a tracker may not be opened by anything but the reader.
"""

from __future__ import annotations

from functools import lru_cache

from cxdigest.links.sites import is_job_board
from cxdigest.text import host_of, is_host

#: Where employers keep their own openings.
_EMPLOYERS = (
    "greenhouse.io", "lever.co", "ashbyhq.com", "workable.com", "smartrecruiters.com",
    "recruitee.com", "personio.de", "personio.com", "myworkdayjobs.com", "myworkdaysite.com",
    "icims.com", "bamboohr.com", "breezy.hr", "teamtailor.com", "jobvite.com", "taleo.net",
    "successfactors.com", "successfactors.eu", "oraclecloud.com", "pinpointhq.com", "rippling.com",
    "ultipro.com", "paylocity.com", "paycomonline.net", "applytojob.com", "jazz.co", "eightfold.ai",
    "avature.net", "softgarden.io", "join.com", "homerun.co", "dover.com", "gem.com",
)  # fmt: skip

OWN, UNKNOWN, BOARD, OPAQUE, NONE = 4, 3, 2, 1, 0


def rank(url: str, *, opaque: bool) -> int:
    """Return how good a link is: ``OWN``, ``UNKNOWN`` host, ``BOARD``, ``OPAQUE`` or ``NONE``."""
    if not url:
        return NONE
    return OPAQUE if opaque else _rank_of(host_of(url))


@lru_cache(maxsize=4096)
def _rank_of(host: str) -> int:
    if any(is_host(host, domain) for domain in _EMPLOYERS):
        return OWN
    if is_job_board(host):
        return BOARD
    label = host.partition(".")[0]
    return OWN if label in {"careers", "career", "jobs", "karriere", "apply"} else UNKNOWN
